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

EventRow of_network(double t, const char* action, const char* name) {
    EventRow row = event(t, action);
    row.object = "network";
    row.id = "442accbf1f007c1198e7f0299";
    row.name = name;
    row.container = "6ab6ca6c8537";
    return row;
}

EventRow of_volume(double t, const char* action, const char* name, const char* destination = "") {
    EventRow row = event(t, action);
    row.object = "volume";
    row.id = name;
    row.name.clear();
    row.container = destination[0] == '\0' ? "" : "6ab6ca6c8537";
    row.destination = destination;
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
    for (std::size_t i = 0; i < simulated.events.size(); ++i) {
        EventRow& row = simulated.events[i];
        if (row.action == "die") {
            row.backoff = 0.1;
            row.ran = 2.0;
            row.decision = "restart";
            row.attempt = 1;
        }
        if (row.action == "start" && i > 2) row.reason = "restart-policy";
    }
    simulated.commands = recorded.commands;
    const auto state = [](double t, const char* status, int exit_code, int restarts) { return Simulated::State{t, "6ab6ca6c8537", "web", status, exit_code, restarts, false, {}, 0}; };
    simulated.states = {state(0.1, "created", 0, 0), state(0.3, "running", 0, 0), state(2.3, "restarting", 1, 1), state(2.6, "running", 0, 1)};
    return simulated;
}

bool reproduced(const Recording& recorded, const Simulated& simulated) { return compare(recorded, simulated).empty(); }

InspectRow looked_at(double t, const char* status, int exit_code, int restarts) {
    InspectRow look;
    look.t = t;
    look.name = "web";
    look.label = "sample";
    look.status = status;
    look.exit_code = exit_code;
    look.restart_count = restarts;
    return look;
}

}  // namespace

TEST_CASE("comparison: a run that did the same is reproduced") {
    const Recording recorded = recording();
    REQUIRE(reproduced(recorded, same_as(recorded)));
}

TEST_CASE("comparison: a wrong exit code, a wrong signal, a missing or an additional event, another order are found") {
    Recording recorded = recording();
    Simulated wrong = same_as(recorded);
    wrong.events[2].exit_code = "2";
    CHECK_FALSE(reproduced(recorded, wrong));
    wrong = same_as(recorded);
    wrong.events.pop_back();
    CHECK_FALSE(reproduced(recorded, wrong));
    wrong = same_as(recorded);
    wrong.events.insert(wrong.events.begin() + 2, event(1.0, "kill", "", "15"));
    CHECK_FALSE(reproduced(recorded, wrong));
    wrong = same_as(recorded);
    std::swap(wrong.events[0].action, wrong.events[1].action);
    CHECK_FALSE(reproduced(recorded, wrong));
    recorded.events.insert(recorded.events.begin() + 2, event(2.25, "kill", "", "15"));
    wrong = same_as(recorded);
    REQUIRE(reproduced(recorded, wrong));
    wrong.events[2].signal = "9";
    CHECK_FALSE(reproduced(recorded, wrong));
}

TEST_CASE("comparison: an event may be missing in the last twentieth of a recording, another may not take its place") {
    Recording recorded = recording();
    recorded.events.push_back(event(96, "die", "1"));
    Simulated shorter = same_as(recorded);
    shorter.events.pop_back();
    CHECK(reproduced(recorded, shorter));
    Simulated other = same_as(recorded);
    other.events.back() = event(96, "kill", "", "9");
    CHECK_FALSE(reproduced(recorded, other));
    recorded.events.back().t = 94;
    CHECK_FALSE(reproduced(recorded, shorter));
}

TEST_CASE("comparison: a delay is the time from the event before, whatever was asked in between") {
    Recording recorded = recording();
    recorded.commands.push_back({50, 0.2, "docker stop web", 0, std::string("web\n"), std::string()});
    recorded.events.push_back(event(50.05, "kill", "", "15"));
    Simulated simulated = same_as(recorded);
    REQUIRE(reproduced(recorded, simulated));
    simulated.commands.back().t += 0.3;  // asked later, and with it the event: the container ran longer
    simulated.events.back().t += 0.3;
    CHECK_FALSE(reproduced(recorded, simulated));
}

TEST_CASE("comparison: a delay outside of its directory's bounds is found, one inside is not") {
    struct Row {
        const char* directory;
        double earliest;  // recorded minus simulated
        double latest;
    };
    for (const Row& row : {Row{"restart", -0.25, 1.0}, Row{"compose", -0.25, 1.0}, Row{"stop", -0.35, 0.35}, Row{"health", -0.30, 0.30}, Row{"daemon-restart", -1.5, 1.5}}) {
        INFO(row.directory);
        Recording recorded = recording();
        recorded.directory = row.directory;
        const auto moved = [&](double by) {
            Simulated simulated = same_as(recorded);
            simulated.events[3].t = recorded.events[3].t - by;
            simulated.states[3].t = simulated.events[3].t;
            return simulated;
        };
        recorded.events[3].t = 5.0;
        CHECK(reproduced(recorded, moved(row.earliest + 0.01)));
        CHECK_FALSE(reproduced(recorded, moved(row.earliest - 0.01)));
        CHECK(reproduced(recorded, moved(row.latest - 0.01)));
        CHECK_FALSE(reproduced(recorded, moved(row.latest + 0.01)));
    }
}

TEST_CASE("comparison: of a long delay three per cent are allowed, and after a start of the engine two seconds") {
    Recording recorded = recording();
    recorded.events[3].t = 62.3;
    Simulated simulated = same_as(recorded);
    simulated.events[3].t = 62.3 - 1.79;
    simulated.states[3].t = simulated.events[3].t;
    CHECK(reproduced(recorded, simulated));
    simulated.events[3].t = 62.3 - 1.81;
    CHECK_FALSE(reproduced(recorded, simulated));
    recorded = recording();
    recorded.directory = "daemon-restart";
    recorded.operations.push_back({2.4, "engine-start", {}, {}});
    recorded.events[3].t = 5.0;
    simulated = same_as(recorded);
    simulated.events[3].t = 6.99;
    simulated.states[3].t = 6.99;
    CHECK(reproduced(recorded, simulated));
    simulated.events[3].t = 7.01;
    CHECK_FALSE(reproduced(recorded, simulated));
}

TEST_CASE("comparison: a delay before a restart that is not the rule's is found") {
    const Recording recorded = recording();
    Simulated wrong = same_as(recorded);
    wrong.events[2].backoff = 0.2;
    CHECK_FALSE(reproduced(recorded, wrong));
}

TEST_CASE("comparison: a container missing, made anew instead of kept, or of another name is found") {
    Recording recorded = recording();
    Simulated wrong = same_as(recorded);
    wrong.events.clear();
    CHECK_FALSE(reproduced(recorded, wrong));
    wrong = same_as(recorded);
    wrong.events[3].id = "0123456789ab";  // a second container of the same name
    CHECK_FALSE(reproduced(recorded, wrong));
    wrong = same_as(recorded);
    wrong.events.push_back(event(3, "create"));
    wrong.events.back().id = "0123456789ab";
    wrong.events.back().name = "db";
    CHECK_FALSE(reproduced(recorded, wrong));
    EventRow rename = event(4, "rename");
    rename.name = "6ab6ca6c8537_web";
    recorded.events.push_back(rename);
    Simulated renamed = same_as(recorded);
    renamed.events.back().name = "0123456789ab_web";  // the id is masked
    CHECK(reproduced(recorded, renamed));
    renamed.events.back().name = "old_web";
    CHECK_FALSE(reproduced(recorded, renamed));
}

TEST_CASE("comparison: names that the engine made up are chance, names that were given are not") {
    Recording recorded = recording();
    recorded.commands[0].line = "docker run -d busybox";
    recorded.commands[0].output = "brave_turing\n";
    for (EventRow& row : recorded.events) row.name = "brave_turing";
    Simulated simulated = same_as(recorded);
    for (EventRow& row : simulated.events) row.name = "calm_cello";
    simulated.commands[0].output = "calm_cello\n";
    CHECK(reproduced(recorded, simulated));
    recorded.commands[0].line = "docker run -d --name brave_turing busybox";
    CHECK_FALSE(reproduced(recorded, simulated));
}

TEST_CASE("comparison: networks and volumes of a container are compared by name and place, their order in a row is not") {
    Recording recorded = recording();
    recorded.events.insert(recorded.events.begin() + 1, {of_network(0.12, "connect", "app_front"), of_network(0.13, "connect", "app_back"), of_volume(0.14, "mount", "app_data", "/data")});
    Simulated simulated = same_as(recorded);
    REQUIRE(reproduced(recorded, simulated));
    std::swap(simulated.events[1].name, simulated.events[2].name);
    CHECK(reproduced(recorded, simulated));
    simulated.events[1].name = "app_other";
    CHECK_FALSE(reproduced(recorded, simulated));
    simulated = same_as(recorded);
    simulated.events[3].destination = "/elsewhere";
    CHECK_FALSE(reproduced(recorded, simulated));
    simulated = same_as(recorded);
    std::swap(simulated.events[2].object, simulated.events[3].object);
    CHECK_FALSE(reproduced(recorded, simulated));
}

TEST_CASE("comparison: volumes and networks that exist are compared, a second create of one that is there is not") {
    Recording recorded = recording();
    recorded.events.push_back(of_volume(3, "create", "app_data"));
    Simulated simulated = same_as(recorded);
    simulated.events.push_back(of_volume(4, "create", "app_data"));
    CHECK(reproduced(recorded, simulated));
    simulated.events.push_back(of_volume(5, "destroy", "app_data"));
    CHECK_FALSE(reproduced(recorded, simulated));
    recorded.events.push_back(of_volume(5, "destroy", "app_data"));
    CHECK(reproduced(recorded, simulated));
    simulated.events.push_back(of_volume(6, "create", "app_data"));
    CHECK_FALSE(reproduced(recorded, simulated));  // made again, and so there in the end
    recorded = recording();
    recorded.events.push_back(of_volume(3, "create", "0fab8c7d6e5f4a3b2c1d0e9f8"));
    simulated = same_as(recorded);
    simulated.events.back().id = "1111111111111111111111111a";  // anonymous: a name of chance
    CHECK(reproduced(recorded, simulated));
    simulated.events.push_back(of_volume(3.5, "create", "2222222222222222222222222b"));
    CHECK_FALSE(reproduced(recorded, simulated));
}

TEST_CASE("comparison: the order of dependency levels is compared where a verb keeps to it") {
    const auto row = [](double t, const char* action, const char* service) {
        EventRow out = event(t, action);
        out.id = service[0] == 'd' ? "aaaaaaaaaaaa" : "bbbbbbbbbbbb";
        out.name = std::string("app_") + service + "_1";
        out.service = service;
        return out;
    };
    Recording recorded;
    recorded.name = "compose/made-up";
    recorded.directory = "compose";
    recorded.end = 100;
    recorded.commands.push_back({0, 2, "docker-compose up -d", 0, {}, {}});
    recorded.events = {row(0.5, "create", "db"), row(0.7, "start", "db"), row(0.8, "create", "web"), row(1.0, "start", "web")};
    Simulated simulated;
    simulated.commands = recorded.commands;
    simulated.events = {row(0.5, "create", "db"), row(0.7, "start", "db"), row(0.6, "create", "web"), row(0.8, "start", "web")};
    const std::vector<Dependencies> files{{0, {{"web", {"db"}}, {"db", {}}}}};
    CHECK_FALSE(compare(recorded, simulated, files).empty());
    CHECK(compare(recorded, simulated, {{0, {{"web", {}}, {"db", {}}}}}).empty());  // of one level
    recorded.commands[0].line = simulated.commands[0].line = "docker-compose kill";  // acts on all at once
    CHECK(compare(recorded, simulated, files).empty());
    recorded.commands[0].line = simulated.commands[0].line = "docker-compose up -d";
    simulated.events = recorded.events;
    CHECK(compare(recorded, simulated, files).empty());
}

TEST_CASE("comparison: another status, output or error of a command is found; ids and times are masked") {
    const Recording recorded = recording();
    Simulated wrong = same_as(recorded);
    wrong.commands[0].status = 1;
    CHECK_FALSE(reproduced(recorded, wrong));
    wrong = same_as(recorded);
    wrong.commands[0].output = "another\n";
    CHECK_FALSE(reproduced(recorded, wrong));
    wrong = same_as(recorded);
    wrong.commands[0].output = "6ab6ca6c8537\n6ab6ca6c8537\n";
    CHECK_FALSE(reproduced(recorded, wrong));
    wrong = same_as(recorded);
    wrong.commands[0].error = "oops\n";
    CHECK_FALSE(reproduced(recorded, wrong));
    wrong = same_as(recorded);
    wrong.commands[0].output = "0123456789ab\n";
    CHECK(reproduced(recorded, wrong));
    wrong.commands.clear();
    CHECK_FALSE(reproduced(recorded, wrong));
    CHECK(masked("web  Up 3 seconds  1.2MB") == masked("web Up About a minute 3.4kB"));
    CHECK(masked("app_web_run_0123456789ab") == masked("app_web_run_ba9876543210"));
}

TEST_CASE("comparison: the last state is compared exactly, even where it changes nearby") {
    Recording recorded = recording();
    recorded.inspections.push_back(looked_at(2.7, "running", 0, 1));
    REQUIRE(reproduced(recorded, same_as(recorded)));
    Simulated wrong = same_as(recorded);
    wrong.states.back().status = "exited";
    CHECK_FALSE(reproduced(recorded, wrong));
    wrong = same_as(recorded);
    wrong.states.back().exit_code = 1;
    CHECK_FALSE(reproduced(recorded, wrong));
    wrong = same_as(recorded);
    wrong.states.back().oom_killed = true;
    CHECK_FALSE(reproduced(recorded, wrong));
    recorded.inspections[0] = looked_at(50, "running", 0, 1);
    recorded.inspections[0].gone = true;
    CHECK_FALSE(reproduced(recorded, same_as(recorded)));
}

TEST_CASE("comparison: a loop's count of restarts may be one off, any other may not") {
    Recording recorded = recording();
    recorded.inspections.push_back(looked_at(50, "running", 0, 2));
    CHECK(reproduced(recorded, same_as(recorded)));
    recorded.inspections[0].restart_count = 3;
    CHECK_FALSE(reproduced(recorded, same_as(recorded)));
    recorded.inspections[0].restart_count = 0;
    CHECK_FALSE(reproduced(recorded, same_as(recorded)));
    recorded.inspections[0] = looked_at(50, "exited", 1, 2);
    Simulated stopped = same_as(recorded);
    stopped.states.back() = {2.6, "6ab6ca6c8537", "web", "exited", 1, 1, false, {}, 0};
    CHECK_FALSE(reproduced(recorded, stopped));
}

TEST_CASE("comparison: a sampled state counts where the simulated one is steady") {
    Recording recorded = recording();
    recorded.inspections.push_back(looked_at(20, "exited", 0, 1));
    recorded.inspections.push_back(looked_at(50, "running", 0, 1));
    CHECK_FALSE(reproduced(recorded, same_as(recorded)));
    recorded.inspections[0] = looked_at(2.5, "running", 0, 1);  // the restart is within the tolerance
    CHECK(reproduced(recorded, same_as(recorded)));
}

TEST_CASE("comparison: a wrong look at the health is found") {
    Recording recorded = recording();
    recorded.directory = "health";
    recorded.polls.push_back({50, "running", "healthy", 0});
    Simulated simulated = same_as(recorded);
    for (Simulated::State& state : simulated.states) state.health = "healthy";
    CHECK(reproduced(recorded, simulated));
    simulated.states.back().failing_streak = 1;
    CHECK_FALSE(reproduced(recorded, simulated));
    simulated.states.back().failing_streak = 0;
    simulated.states.back().health = "starting";
    CHECK_FALSE(reproduced(recorded, simulated));
}

TEST_CASE("comparison: a change of health that was seen has to come within the tolerance, and to stay until the next") {
    Recording recorded = recording();
    recorded.directory = "health";
    recorded.end = 60;
    Simulated simulated = same_as(recorded);
    Simulated::State state = simulated.states.back();
    simulated.states.clear();
    const auto becomes = [&](double t, const std::string& health, int streak) {
        state.t = t;
        state.health = health;
        state.failing_streak = streak;
        simulated.states.push_back(state);
    };
    becomes(2.6, "starting", 0);
    becomes(10, "healthy", 0);
    becomes(20, "healthy", 1);
    becomes(22, "unhealthy", 2);
    // What was seen came just before it was seen, so no look is at a steady moment.
    recorded.polls = {{2.7, "running", "starting", 0}, {10.1, "running", "healthy", 0}, {20.1, "running", "healthy", 1}, {22.1, "running", "unhealthy", 2}};
    CHECK(reproduced(recorded, simulated));
    Recording wrong = recorded;
    wrong.polls[2].failing_streak = 7;
    CHECK_FALSE(reproduced(wrong, simulated));
    wrong = recorded;
    wrong.polls[3].health = "healthy";
    CHECK_FALSE(reproduced(wrong, simulated));
    wrong = recorded;
    for (auto& poll : wrong.polls) poll.status = "exited";
    CHECK_FALSE(reproduced(wrong, simulated));
    wrong = recorded;
    wrong.polls[1].t = 11;  // too late
    CHECK_FALSE(reproduced(wrong, simulated));
    wrong = recorded;
    wrong.polls.erase(wrong.polls.begin() + 2);  // between them it was something else
    wrong.polls.erase(wrong.polls.begin() + 2);
    CHECK_FALSE(reproduced(wrong, simulated));
}

TEST_CASE("comparison: what came back after the engine's restart is compared, and with which exit code") {
    Recording recorded = recording();
    recorded.directory = "daemon-restart";
    recorded.summary.push_back({"web", "running", 0, 1, true});
    REQUIRE(reproduced(recorded, same_as(recorded)));
    Simulated down = same_as(recorded);
    down.states.back() = {2.6, "6ab6ca6c8537", "web", "exited", 0, 1, false, {}, 0};
    CHECK_FALSE(reproduced(recorded, down));
    recorded.summary[0] = {"web", "exited", 0, 1, false};
    CHECK(reproduced(recorded, down));
    recorded.summary[0].exit_code = 137;
    CHECK_FALSE(reproduced(recorded, down));
    recorded.summary[0] = {"db", "exited", 0, 1, false};
    CHECK_FALSE(reproduced(recorded, down));
}

}  // namespace podium::conform
