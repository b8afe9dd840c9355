// A log's lines against a plain deque of them, and copies that do not see each other.

#include "sim/model/log_lines.hpp"

#include <deque>

#include <catch2/catch.hpp>

#include "sim/base/random.hpp"

namespace podium::model {

TEST_CASE("log lines: pushing, dropping and reading equals a plain deque") {
    LogLines lines;
    std::deque<std::string> plain;
    RandomStream random(1, "log lines", 0);
    for (int i = 0; i < 20'000; ++i) {
        const bool grows = i < 12'000;
        if (plain.size() > 1 && random.chance(grows ? 1 : 3, 4)) {
            lines.pop_front();
            plain.pop_front();
        } else {
            lines.push_back({Time{i}, false, std::to_string(i)});
            plain.push_back(std::to_string(i));
        }
        REQUIRE(lines.size() == plain.size());
        REQUIRE(lines.front().text == plain.front());
        REQUIRE(lines.back().text == plain.back());
        const std::size_t some = random.below(plain.size());
        REQUIRE(lines[some].text == plain[some]);
    }
    lines.clear();
    CHECK(lines.empty());
}

TEST_CASE("log lines: a copy goes its own way") {
    LogLines lines;
    for (int i = 0; i < 600; ++i)
        lines.push_back({Time{i}, false, std::to_string(i)});
    LogLines copy = lines;
    copy.back().text = "other";
    copy.push_back({Time{600}, false, "600"});
    lines.pop_front();
    CHECK(lines.size() == 599);
    CHECK(lines.back().text == "599");
    CHECK(copy.size() == 601);
    CHECK(copy[599].text == "other");
    CHECK(copy.front().text == "0");
}

}  // namespace podium::model
