// The comparison is strict: each kind of wrong data is found.

#include <catch2/catch.hpp>

#include "sim/conform/compare.hpp"

namespace podium::conform {
namespace {

EventRow event(double t, const char* action, const char* exit_code = "", const char* signal = "") {
    EventRow row;
    row.t = t;
    row.object = "container";
    row.action = action;
    row.id = "6ab6ca6c8537";
    row.name = "web";
    row.exit_code = exit_code;
    row.signal = signal;
    return row;
}

Recording recording() {
    Recording recorded;
    recorded.name = "restart/made-up";
    recorded.directory = "restart";
    recorded.end = 100;
    recorded.events = {event(0.1, "create"), event(0.3, "start"), event(2.3, "die", "1"), event(2.6, "start")};
    recorded.commands.push_back({0, 0.3, "docker run -d --name web busybox", 0, std::string("6ab6ca6c8537\n"), std::string()});
    return recorded;
}

Simulated same_as(const Recording& recorded) {
    Simulated simulated;
    simulated.events = recorded.events;
    simulated.events[2].backoff = 0.1;
    simulated.events[2].ran = 2.0;
    simulated.events[2].decision = 1;
    simulated.events[2].attempt = 1;
    simulated.events[3].reason = 1;
    simulated.events[3].attempt = 1;
    simulated.commands = recorded.commands;
    simulated.issued = {0};
    return simulated;
}

}  // namespace

TEST_CASE("comparison: a run that did the same is reproduced") {
    const Recording recorded = recording();
    REQUIRE(compare(recorded, same_as(recorded)).empty());
}

TEST_CASE("comparison: a wrong exit code, a missing or an additional event, another order are found") {
    const Recording recorded = recording();
    Simulated wrong = same_as(recorded);
    wrong.events[2].exit_code = "2";
    CHECK_FALSE(compare(recorded, wrong).empty());
    wrong = same_as(recorded);
    wrong.events.pop_back();
    CHECK_FALSE(compare(recorded, wrong).empty());
    wrong = same_as(recorded);
    wrong.events.insert(wrong.events.begin() + 2, event(1.0, "kill", "", "15"));
    CHECK_FALSE(compare(recorded, wrong).empty());
    wrong = same_as(recorded);
    std::swap(wrong.events[0].action, wrong.events[1].action);
    CHECK_FALSE(compare(recorded, wrong).empty());
}

TEST_CASE("comparison: a delay outside of its one-sided bounds is found, one inside is not") {
    const Recording recorded = recording();
    Simulated wrong = same_as(recorded);
    wrong.events[3].t = 2.3 + 0.3 + 0.24;  // the simulation is 0.24 s later: allowed
    CHECK(compare(recorded, wrong).empty());
    wrong.events[3].t = 2.3 + 0.3 + 0.26;
    CHECK_FALSE(compare(recorded, wrong).empty());
    Recording slow = recorded;
    slow.events[3].t = 2.3 + 0.3 + 0.99;  // a loaded machine: allowed
    CHECK(compare(slow, same_as(recorded)).empty());
    slow.events[3].t = 2.3 + 0.3 + 1.01;
    CHECK_FALSE(compare(slow, same_as(recorded)).empty());
}

TEST_CASE("comparison: a delay before a restart that is not the rule's is found") {
    const Recording recorded = recording();
    Simulated wrong = same_as(recorded);
    wrong.events[2].backoff = 0.2;
    CHECK_FALSE(compare(recorded, wrong).empty());
}

TEST_CASE("comparison: another status, output or error of a command is found; ids and times are masked") {
    const Recording recorded = recording();
    Simulated wrong = same_as(recorded);
    wrong.commands[0].status = 1;
    CHECK_FALSE(compare(recorded, wrong).empty());
    wrong = same_as(recorded);
    wrong.commands[0].output = "another\n";
    CHECK_FALSE(compare(recorded, wrong).empty());
    wrong = same_as(recorded);
    wrong.commands[0].error = "oops\n";
    CHECK_FALSE(compare(recorded, wrong).empty());
    wrong = same_as(recorded);
    wrong.commands[0].output = "0123456789ab\n";
    CHECK(compare(recorded, wrong).empty());
    wrong.commands.clear();
    CHECK_FALSE(compare(recorded, wrong).empty());
    CHECK(masked("web  Up 3 seconds  1.2MB") == masked("web Up About a minute 3.4kB"));
}

TEST_CASE("comparison: a wrong last state is found") {
    Recording recorded = recording();
    InspectRow look;
    look.t = 50;
    look.name = "web";
    look.label = "end";
    look.status = "running";
    look.restart_count = 1;
    look.has_state = true;
    recorded.inspections.push_back(look);
    CHECK(compare(recorded, same_as(recorded)).empty());
    recorded.inspections[0].status = "exited";
    CHECK_FALSE(compare(recorded, same_as(recorded)).empty());
    recorded.inspections[0].status = "running";
    recorded.inspections[0].restart_count = 3;
    CHECK_FALSE(compare(recorded, same_as(recorded)).empty());
}

TEST_CASE("recordings: a broken row is refused with its line") {
    const auto broken = read_recording("{\"type\":\"header\",\"case\":\"restart/x\"}\n{nonsense\n", "x.jsonl");
    REQUIRE_FALSE(broken.ok());
    CHECK(broken.error().place.line == 2);
    CHECK_FALSE(read_recording("", "empty.jsonl").ok());
}

}  // namespace podium::conform
