// podium conform: one broken recording is told with its place and hides no other; what is no recording,
// or that begins where another left off, is said to be so; the exit status tells a wrong run from bad input.

#include <catch2/catch.hpp>

#include "tests/cli/program.hpp"

namespace podium::cli::testing {
namespace {

std::string recording(const std::string& name, int status) {
    return "{\"type\":\"header\",\"case\":\"restart/" + name + "\",\"kind\":\"single-host\",\"image_set\":\"busybox\",\"event_filter\":{\"objects\":[\"container\"]}}\n"
           "{\"t\":0.0,\"type\":\"cmd\",\"node\":\"d1\",\"cmd\":\"docker create --name box busybox true\",\"rc\":" + std::to_string(status) + ",\"dur\":0.1}\n"
           "{\"t\":0.05,\"type\":\"event\",\"node\":\"d1\",\"obj\":\"container\",\"action\":\"create\",\"id\":\"6ab6ca6c8537\",\"name\":\"box\"}\n";
}

const std::string kSwarm = "{\"type\":\"header\",\"case\":\"swarm/some\",\"kind\":\"swarm\",\"nodes\":{\"s1\":\"larry\"},\"initial_state\":\"as another leaves it\"}\n";

}  // namespace

TEST_CASE("podium conform: recordings that come out, and one that does not") {
    const Folder folder("conform-wrong");
    const std::string good = folder.write("good.jsonl", recording("good", 0));
    Outcome outcome = run_podium(folder, {"conform", good});
    INFO(outcome.out << outcome.error);
    CHECK(outcome.status == 0);
    CHECK(outcome.out == "1 of 1 traces reproduced\n");
    folder.write("wrong.jsonl", recording("wrong", 1));
    outcome = run_podium(folder, {"conform", "."});
    CHECK(outcome.status == 1);
    CHECK(says(outcome.out, "FAILED    restart/wrong: "));
    CHECK(outcome.out.ends_with("1 of 2 traces reproduced\n"));
}

TEST_CASE("podium conform: a broken recording is told with file and line, and the others are compared") {
    const Folder folder("conform-broken");
    folder.write("a.jsonl", recording("first", 0));
    folder.write("b.jsonl", recording("broken", 0) + "{\"t\": 3, \"type\":\n");
    folder.write("c.jsonl", "");
    folder.write("d.jsonl", recording("last", 0));
    const Outcome outcome = run_podium(folder, {"conform", "."});
    INFO(outcome.out << outcome.error);
    CHECK(outcome.status == 2);
    CHECK(says(outcome.error, "b.jsonl:4"));
    CHECK(says(outcome.error, "it is no JSON, or breaks off"));
    CHECK(says(outcome.error, "c.jsonl:1"));
    CHECK(outcome.out.ends_with("2 could not be read\n2 of 2 traces reproduced\n"));
}

TEST_CASE("podium conform: a folder without recordings is no success") {
    const Folder folder("conform-empty");
    folder.write("notes.txt", "nothing\n");
    const Outcome outcome = run_podium(folder, {"conform", "."});
    CHECK(outcome.status == 2);
    CHECK(outcome.out.empty());
    CHECK(says(outcome.error, "podium: there are no recordings in '.'"));
}

TEST_CASE("podium conform: recordings that begin where another left off are said to be not replayed, and count as nothing") {
    const Folder folder("conform-swarm");
    folder.write("swarm.jsonl", kSwarm);
    Outcome outcome = run_podium(folder, {"conform", "."});
    CHECK(outcome.status == 2);
    CHECK(says(outcome.out, "swarm: 1 not replayed: it begins where something else left off, which can't be replayed: as another leaves it\n"));
    CHECK(says(outcome.error, "none of these recordings can be replayed"));
    folder.write("good.jsonl", recording("good", 0));
    outcome = run_podium(folder, {"conform", ".", "--verbose"});
    CHECK(outcome.status == 0);
    CHECK(says(outcome.out, "not run   swarm/some: "));
    CHECK(outcome.out.ends_with("1 of 1 traces reproduced\n"));
}

}  // namespace podium::cli::testing
