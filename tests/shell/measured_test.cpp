// Scripts whose behaviour was measured in real containers, and the scripts of workshops.

#include <catch2/catch.hpp>

#include "sim/shell/signals.hpp"
#include "tests/shell/fake_system.hpp"

using namespace podium;
using namespace podium::shell;
using podium::shell::testing::FakeWorld;

namespace {

Time at(double seconds_in) {
    return Time{static_cast<std::int64_t>(seconds_in * 1000) * 1'000'000};
}

FakeWorld started(const std::string& script) {
    FakeWorld world;
    world.start_shell({"sh", "-c", script});
    return world;
}

constexpr const char* kLoop = "trap 'exit 0' TERM; while :; do sleep 0.2; done";

}  // namespace

TEST_CASE("a trap runs when the foreground child has ended") {
    FakeWorld world = started(kLoop);
    world.schedule_signal(at(1.05), kSigTerm);
    world.run(at(100));
    CHECK(world.ended());
    CHECK(world.status() == 0);
    CHECK(world.now == at(1.2));
}

TEST_CASE("a handler that cleans up for longer ends the shell with its own status") {
    FakeWorld world = started("trap 'sleep 15; exit 7' TERM; while :; do sleep 0.2; done");
    world.schedule_signal(at(1.05), kSigTerm);
    world.run(at(100));
    CHECK(world.status() == 7);
    CHECK(world.now == at(16.2));
}

TEST_CASE("PID 1 without a handler survives TERM and dies from KILL") {
    FakeWorld world = started("sleep 3600 & wait");
    world.schedule_signal(at(3), kSigTerm);
    world.schedule_signal(at(13), kSigKill);
    world.run(at(12));
    CHECK_FALSE(world.ended());
    CHECK(world.running() == std::vector<std::string>{"sh", "sleep"});
    world.run(at(100));
    CHECK(world.status() == 137);
    CHECK(world.now == at(13));
}

TEST_CASE("a script counts its runs in a file and chooses its end by that") {
    const std::string script =
        "i=$(cat /c 2>/dev/null || echo 0); i=$((i+1)); echo $i >/c; [ $i -le 5 ] && exit 1; [ $i "
        "-eq 6 ] && { sleep 12; "
        "exit 1; }; [ $i -le 9 ] && exit 1; sleep 9; exit 1";
    std::map<std::string, shell::testing::FakeFile> files = FakeWorld().files;
    for (int run = 1; run <= 11; ++run) {
        FakeWorld world;
        world.files = files;
        world.start_shell({"sh", "-c", script});
        world.run(at(100));
        CHECK(world.status() == 1);
        CHECK(world.errors().empty());
        CHECK(world.content("/c") == std::to_string(run) + "\n");
        CHECK(world.now == at(run == 6 ? 12 : run >= 10 ? 9 : 0));
        files = world.files;
    }
}

TEST_CASE("a health file comes and goes") {
    FakeWorld world = started(
        "touch /ok; sleep 7; rm /ok; sleep 10; touch /ok; trap 'exit 0' TERM; while :; do sleep "
        "0.2; done");
    const auto healthy = [&world] {
        FakeWorld probe;
        probe.files = world.files;
        probe.start_shell({"sh", "-c", "test -e /ok"});
        probe.run();
        return probe.status() == 0;
    };
    world.run(at(6.9));
    CHECK(healthy());
    world.run(at(7.1));
    CHECK_FALSE(healthy());
    world.run(at(16.9));
    CHECK_FALSE(healthy());
    world.run(at(17.1));
    CHECK(healthy());
}

TEST_CASE("kill 1 from another process of the container runs PID 1's trap") {
    FakeWorld world = started(kLoop);
    world.run(at(2.05));
    world.start_shell({"sh", "-c", "kill 1"});
    world.run(at(100));
    CHECK(world.status() == 0);
    CHECK(world.now == at(2.2));
}

TEST_CASE("until waits for a file") {
    FakeWorld world = started("until [ -f /ready ]; do sleep 1; done; echo up");
    world.run(at(4.5));
    CHECK(world.output().empty());
    world.files["/ready"];
    world.run(at(100));
    CHECK(world.output() == "up\n");
    CHECK(world.status() == 0);
    CHECK(world.now == at(5));
}

TEST_CASE("a loop's output goes through a pipe") {
    FakeWorld world = started("for i in 1 2 3; do echo $i; done | wc -l");
    world.run();
    CHECK(world.output() == "3\n");
    CHECK(world.status() == 0);
}

TEST_CASE("a substitution gives several arguments") {
    FakeWorld world = started("args rm -f $(seq 3; echo four)");
    world.run();
    CHECK(world.output() == "<rm>\n<-f>\n<1>\n<2>\n<3>\n<four>\n");
}

TEST_CASE("a shell of one command is replaced by it") {
    FakeWorld world = started("sleep 3600");
    world.run(at(1));
    CHECK(world.running() == std::vector<std::string>{"sleep"});
    FakeWorld replaced = started("echo begin; exec sleep 3600");
    replaced.run(at(1));
    CHECK(replaced.running() == std::vector<std::string>{"sleep"});
    FakeWorld kept = started("trap 'echo bye' EXIT; sleep 5");
    kept.run(at(1));
    CHECK(kept.running() == std::vector<std::string>{"sh", "sleep"});
}

TEST_CASE("a loop says hello once a second") {
    FakeWorld world = started("while true; do echo hello, world; sleep 1; done");
    world.run(at(9.5));
    REQUIRE(world.outputs.size() == 10);
    for (std::size_t i = 0; i < 10; ++i) {
        CHECK(world.outputs[i].time == at(static_cast<double>(i)));
        CHECK(world.outputs[i].text == "hello, world\n");
    }
}

TEST_CASE("wait is interrupted at once by a trapped signal") {
    FakeWorld world = started("trap 'echo got; exit 3' TERM; sleep 3600 & wait; echo not reached");
    world.schedule_signal(at(2.5), kSigTerm);
    world.run(at(100));
    CHECK(world.output() == "got\n");
    CHECK(world.status() == 3);
    CHECK(world.now == at(2.5));
}

TEST_CASE("an interrupted wait gives 128 and the signal's number") {
    FakeWorld world = started("trap 'echo got $?' USR1; sleep 5 & wait; echo $?; wait; echo $?");
    world.schedule_signal(at(2), kSigUsr1);
    world.run(at(100));
    CHECK(world.output() == "got 138\n138\n0\n");
    CHECK(world.now == at(5));
}

TEST_CASE("a busy loop takes simulated time") {
    FakeWorld world = started("trap 'exit 4' TERM; while :; do :; done");
    world.schedule_signal(at(1), kSigTerm);
    world.run(at(100));
    CHECK(world.status() == 4);
    CHECK(world.now >= at(1));
    CHECK(world.now <= at(1.01));
    CHECK(world.steps < 1100);
}

TEST_CASE("a loop without end is simulated in longer slices after a while") {
    FakeWorld world = started("while :; do :; done");
    world.run(at(60));
    CHECK_FALSE(world.ended());
    CHECK(world.steps < 8000);
}
