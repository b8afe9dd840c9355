// The drawing's benchmark in small: that it prints its figures. How fast is no test.

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "ui/desktop/bench.hpp"

using namespace podium;
using namespace podium::desktop;

TEST_CASE("bench ui prints a line of figures for each size, with what they are compared with") {
    DrawBenchWish wish;
    wish.containers = {10, 300};
    wish.width = 400;
    wish.height = 300;
    wish.frames = 8;
    std::vector<nlohmann::json> lines;
    const auto done = run_draw_bench(wish, [&](const std::string& line) { lines.push_back(nlohmann::json::parse(line)); });
    REQUIRE(done);
    REQUIRE(lines.size() == 2);
    CHECK(lines[0]["containers"] == 10);
    CHECK(lines[1]["containers"] == 300);
    for (const auto& line : lines) {
        CHECK_FALSE(line["renderer"].get<std::string>().empty());
        for (const char* key : {"prepare", "draw", "frame", "desktop_frame", "baseline_draw", "baseline_frame"}) {
            INFO(key);
            CHECK(line[key]["median_ms"].get<double>() >= 0);
            CHECK(line[key]["p99_ms"].get<double>() >= line[key]["median_ms"].get<double>());
        }
        CHECK(line["frames_per_second"].get<double>() > 0);
        CHECK(line["ratio"].get<double>() > 0);
    }
}

TEST_CASE("bench ui takes numbers with commas and refuses all else with a sentence") {
    CHECK(*parse_sizes("10,1000,10000") == std::vector<std::uint32_t>{10, 1'000, 10'000});
    for (const char* text : {"", "0", "ten", "10,", ",10", "10 20", "1000001", "10,-3"}) {
        INFO(text);
        const auto sizes = parse_sizes(text);
        REQUIRE_FALSE(sizes);
        CHECK(sizes.error().text().find("--containers can't be") != std::string::npos);
    }
}
