// Broken recordings are refused with file, line and one sentence; what a recording says is read.

#include <catch2/catch.hpp>

#include "sim/conform/replay.hpp"

namespace podium::conform {
namespace {

const std::string kHeader = "{\"type\":\"header\",\"case\":\"restart/x\",\"image_set\":\"busybox\"}\n";
const std::string kCommand = "{\"type\":\"cmd\",\"t\":0,\"dur\":0.1,\"rc\":0,\"cmd\":\"docker ps\"}\n";

void refused(const std::string& text, int line, const std::string& part) {
    const auto broken = read_recording(text, "x.jsonl");
    INFO(text);
    REQUIRE_FALSE(broken.ok());
    CHECK(broken.error().place.file == "x.jsonl");
    CHECK(broken.error().place.line == line);
    INFO(broken.error().message);
    CHECK(broken.error().message.find(part) != std::string::npos);
    CHECK(broken.error().message.find('\n') == std::string::npos);
}

}  // namespace

TEST_CASE("recordings: a file that is empty, cut off or no recording is refused with its line") {
    REQUIRE(read_recording(kHeader + kCommand, "x.jsonl").ok());
    refused("", 1, "empty");
    refused(kHeader, 2, "no commands");
    refused(kHeader + "{nonsense\n", 2, "no JSON");
    refused(kHeader + kCommand.substr(0, 30), 2, "breaks off");
    refused(kHeader + "[1,2]\n", 2, "no JSON object");
    refused(kCommand, 1, "header should come first");
    refused(kHeader + kCommand + kHeader, 3, "second header");
    refused("{\"type\":\"header\"}\n" + kCommand, 1, "no 'case'");
}

TEST_CASE("recordings: a row that lacks a field, or has one of the wrong kind, is refused with its line") {
    refused(kHeader + kCommand + "{\"type\":\"cmd\",\"t\":1,\"dur\":0.1,\"cmd\":\"docker ps\"}\n", 3, "no 'rc'");
    refused(kHeader + kCommand + "{\"type\":\"event\",\"t\":\"soon\",\"obj\":\"container\",\"action\":\"start\"}\n", 3, "'t' should be a number");
    for (const std::string t : {"1e300", "-2e6"})
        refused(kHeader + kCommand + "{\"type\":\"event\",\"t\":" + t + ",\"obj\":\"container\",\"action\":\"start\"}\n", 3, "no recording lasts longer");
    refused(kHeader + kCommand + "{\"type\":\"event\",\"t\":1,\"obj\":\"container\"}\n", 3, "no 'action'");
    refused(kHeader + kCommand + "{\"type\":\"inspect\",\"t\":1,\"name\":\"x\",\"state\":3}\n", 3, "'state' should be an object");
    refused(kHeader + kCommand + "{\"type\":\"inspect\",\"t\":1,\"name\":\"x\",\"state\":{\"Status\":\"running\"}}\n", 3, "no 'ExitCode'");
    refused(kHeader + kCommand + "{\"type\":\"surprise\",\"t\":1}\n", 3, "'surprise' are not known");
    refused(kHeader + kCommand + "{\"type\":\"action\",\"t\":1,\"op\":\"earthquake\"}\n", 3, "'earthquake' is not known");
    refused("{\"type\":\"header\",\"case\":\"restart/x\",\"image_set\":\"windows\"}\n" + kCommand, 1, "'windows' is not known");
    refused("{\"type\":\"header\",\"case\":\"compose/x\",\"steps\":[\"docker stop\"]}\n" + kCommand, 1, "not among the commands");
}

TEST_CASE("recordings: a Compose file is replaced before the command that follows, once") {
    const auto recorded = read_recording(
        "{\"type\":\"header\",\"case\":\"compose/x\",\"steps\":[\"docker ps\",{\"write_compose\":\"B\"},\"docker stop web\"]}\n" + kCommand +
            "{\"type\":\"action\",\"action\":\"rewrite docker-compose.yml\",\"content\":\"B\",\"t\":0.2}\n"
            "{\"type\":\"cmd\",\"t\":0.5,\"dur\":0.1,\"rc\":0,\"cmd\":\"docker stop web\"}\n",
        "x.jsonl");
    REQUIRE(recorded.ok());
    REQUIRE(recorded->operations.size() == 1);
    CHECK(recorded->operations[0].operation == "write-compose");
    CHECK(recorded->operations[0].content == "B");
    CHECK(recorded->operations[0].t == 0.5);
}

TEST_CASE("recordings: rows marked as outcomes are no input, live-restore and the last state are read") {
    const auto recorded = read_recording(
        "{\"type\":\"header\",\"case\":\"daemon-restart/x\",\"live_restore\":true}\n" + kCommand +
            "{\"type\":\"action\",\"t\":1,\"op\":\"engine-signal\",\"signal\":\"KILL\",\"action\":\"dockerd SIGKILL\"}\n"
            "{\"type\":\"action\",\"t\":2,\"outcome\":true,\"action\":\"dockerd gone\",\"took\":1}\n"
            "{\"type\":\"inspect\",\"t\":3,\"name\":\"web\",\"status\":404}\n",
        "x.jsonl");
    REQUIRE(recorded.ok());
    CHECK(recorded->live_restore);
    REQUIRE(recorded->operations.size() == 1);
    CHECK(recorded->operations[0].signal == "KILL");
    REQUIRE(recorded->inspections.size() == 1);
    CHECK(recorded->inspections[0].gone);
}

TEST_CASE("recordings: one that begins where another left off is said to be not replayed") {
    const auto swarm = replay_recording("{\"type\":\"header\",\"case\":\"swarm/x\",\"nodes\":{\"s1\":\"larry\"},\"initial_state\":\"as y leaves it\"}\n", "x.jsonl", {});
    REQUIRE(swarm.ok());
    CHECK_FALSE(swarm->reproduced());
    const auto later = replay_recording("{\"type\":\"header\",\"case\":\"restart/x\",\"initial_state\":\"as y leaves it\"}\n" + kCommand, "x.jsonl", {});
    REQUIRE(later.ok());
    CHECK_FALSE(later->reproduced());
}

}  // namespace podium::conform
