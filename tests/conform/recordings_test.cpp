// The recordings of the real engine come out, directory by directory. Skipped aloud where they are not.

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <catch2/catch.hpp>

#include "sim/conform/replay.hpp"
#include "tests/source_directory.hpp"

namespace podium::conform {
namespace {

std::string read(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

void replay_directory(const std::string& directory) {
    const char* reference = std::getenv("PODIUM_REFERENCE");
    const std::string path = std::string(reference == nullptr ? "" : reference) + "/docker/traces/" + directory;
    if (reference == nullptr || !std::filesystem::is_directory(path)) {
        std::fprintf(stderr, "skipped: PODIUM_REFERENCE names no recordings of %s\n", directory.c_str());
        return;
    }
    const std::string catalogue = read(podium::test::source_directory() + "/scenarios/images.yaml");
    int recordings = 0;
    for (const auto& entry : std::filesystem::directory_iterator(path)) {
        if (entry.path().extension() != ".jsonl") continue;
        const auto result = replay_recording(read(entry.path().string()), entry.path().string(), catalogue);
        REQUIRE(result.ok());
        if (!result->artefact.empty()) continue;
        ++recordings;
        INFO(result->name << ": " << (result->reproduced() ? "" : result->differences.front()));
        CHECK(result->reproduced());
    }
    CHECK(recordings > 0);
}

}  // namespace

TEST_CASE("recordings: where every image is the same one, those that nobody has are missing all the same") {
    const std::string catalogue = read(podium::test::source_directory() + "/scenarios/images.yaml");
    const auto result = replay_recording(
        R"({"type": "header", "case": "restart/missing", "image_set": "busybox", "event_filter": {"objects": ["container"]}})" "\n"
        R"({"t": 0, "type": "cmd", "node": "d1", "cmd": "docker create redis:7", "rc": 0, "dur": 0.1})" "\n"
        R"({"t": 1, "type": "cmd", "node": "d1", "cmd": "docker create --pull never nosuch:1", "rc": 1, "dur": 0.1})" "\n"
        R"({"t": 0.05, "type": "event", "obj": "container", "action": "create", "id": "6ab6ca6c8537", "name": "eager_lamarr"})" "\n",
        "x.jsonl",
        catalogue);
    REQUIRE(result.ok());
    INFO((result->reproduced() ? "" : result->differences.front()));
    CHECK(result->reproduced());
}

TEST_CASE("recordings: restart policies come out as recorded") { replay_directory("restart"); }
TEST_CASE("recordings: stops and kills come out as recorded") { replay_directory("stop"); }
TEST_CASE("recordings: health checks come out as recorded") { replay_directory("health"); }
TEST_CASE("recordings: the engine's own restart comes out as recorded") { replay_directory("daemon-restart"); }
TEST_CASE("recordings: docker-compose comes out as recorded") { replay_directory("compose"); }

}  // namespace podium::conform
