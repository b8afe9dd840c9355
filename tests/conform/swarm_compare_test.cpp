// The comparison of swarms is strict, too: each kind of wrong data is found, and what chance decides is not.

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "sim/conform/replay.hpp"
#include "sim/conform/swarm_compare.hpp"

namespace podium::conform {
namespace {

TaskRow task(double t, const char* id, int slot, const char* host, const char* state, const char* desired = "running", const char* error = "") {
    TaskRow row;
    row.t = t + 0.2;
    row.id = id;
    row.service = "web";
    row.slot = slot;
    row.host = host;
    row.state = state;
    row.desired = desired;
    row.since = t;
    row.error = error;
    return row;
}

EventRow container(double t, const char* action, const char* name, const char* exit_code = "") {
    EventRow row;
    row.t = t;
    row.object = "container";
    row.action = action;
    row.id = std::string(name).substr(6, 12);
    row.name = name;
    row.exit_code = exit_code;
    return row;
}

NodeRow node(double t, const char* name, const char* state, bool leader = false, const char* role = "worker") {
    NodeRow row;
    row.t = t;
    row.name = name;
    row.state = state;
    row.availability = "active";
    row.role = leader ? "manager" : role;
    row.leader = leader;
    return row;
}

constexpr const char* kFirst = "web.1.aaaaaaaaaaaaaaaaaaaaaaaaa";
constexpr const char* kSecond = "web.1.bbbbbbbbbbbbbbbbbbbbbbbbb";
constexpr const char* kOther = "web.2.ccccccccccccccccccccccccc";

/// Two slots; the first one's task fails after 10 s and is replaced 5 s later.
Recording recording() {
    Recording recorded;
    recorded.name = "swarm-restart/made-up";
    recorded.directory = "swarm-restart";
    recorded.swarm = true;
    recorded.nodes = {{"s1", "larry"}, {"s2", "curly"}, {"s3", "moe"}};
    recorded.end = 100;
    recorded.commands.push_back({0, 0.1, "docker service create -d --name web --replicas 2 busybox sleep 10", 0, std::string("mp2u5rgfm2ivlrgk1jmkvqwuy\n"), std::string(), "s1"});
    recorded.commands.push_back({60, 0.1, "docker service ps web", 0, std::string("ID             NAME    NODE\nr0qvy0p2bi2z   web.1   larry\n"), std::string(), "s1"});
    recorded.commands.push_back({61, 0.1, "docker service rm nosuch", 1, std::string(), std::string("Error response from daemon: service nosuch not found\n"), "s1"});
    recorded.tasks = {task(0.1, "aaaaaaaaaaaa", 1, "larry", "assigned"),
                      task(0.5, "aaaaaaaaaaaa", 1, "larry", "running"),
                      task(0.1, "cccccccccccc", 2, "curly", "assigned"),
                      task(0.6, "cccccccccccc", 2, "curly", "running"),
                      task(10.5, "aaaaaaaaaaaa", 1, "larry", "failed", "shutdown", "task: non-zero exit (1)"),
                      task(10.6, "bbbbbbbbbbbb", 1, "larry", "ready", "ready"),
                      task(15.9, "bbbbbbbbbbbb", 1, "larry", "running")};
    recorded.tasks[4].exit_code = 1;
    recorded.events = {container(0.2, "create", kFirst), container(0.2, "create", kOther), container(0.5, "start", kFirst), container(0.6, "start", kOther),
                       container(10.4, "die", kFirst, "1"), container(10.7, "create", kSecond), container(15.8, "start", kSecond)};
    recorded.node_rows = {node(0, "larry", "ready", true), node(0, "curly", "ready"), node(0, "moe", "ready")};
    return recorded;
}

Simulated same_as(const Recording& recorded) {
    Simulated simulated;
    simulated.events = recorded.events;
    simulated.commands = recorded.commands;
    simulated.tasks = recorded.tasks;
    simulated.node_rows = recorded.node_rows;
    simulated.updates = recorded.updates;
    for (const OperationRow& row : recorded.operations) simulated.operations.push_back(row.t);
    return simulated;
}

/// The first difference; empty: reproduced.
std::string difference(const Recording& recorded, const Simulated& simulated) {
    const auto differences = compare_swarm(recorded, simulated);
    return differences.empty() ? "" : differences.front();
}

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

TEST_CASE("swarm comparison: what is the same is reproduced") {
    const auto recorded = recording();
    CHECK(difference(recorded, same_as(recorded)).empty());
}

TEST_CASE("swarm comparison: which slot it is and on which node does not count") {
    const auto recorded = recording();
    auto simulated = same_as(recorded);
    for (TaskRow& row : simulated.tasks) {
        row.slot = 3 - row.slot;
        row.host = row.host == "larry" ? "moe" : "larry";
    }
    for (EventRow& row : simulated.events) row.name[4] = row.name[4] == '1' ? '2' : '1';
    CHECK(difference(recorded, simulated).empty());
}

TEST_CASE("swarm comparison: delays are held to 0.65 s") {
    const auto recorded = recording();
    auto simulated = same_as(recorded);
    simulated.tasks[6].since += 0.6;
    CHECK(difference(recorded, simulated).empty());
    simulated.tasks[6].since += 0.2;
    CHECK(contains(difference(recorded, simulated), "web.1, task 2: 'running'"));
    simulated = same_as(recorded);
    for (std::size_t i = 4; i < 7; ++i) simulated.tasks[i].since -= 1;
    for (std::size_t i = 4; i < 7; ++i) simulated.events[i].t -= 1;
    CHECK(contains(difference(recorded, simulated), "die"));
}

TEST_CASE("swarm comparison: the time of a poll does not count, the engine's own does") {
    const auto recorded = recording();
    auto simulated = same_as(recorded);
    for (TaskRow& row : simulated.tasks) row.t = row.since;
    CHECK(difference(recorded, simulated).empty());
}

TEST_CASE("swarm comparison: states that pass may be missing in the recording, others not") {
    auto recorded = recording();
    const auto simulated = same_as(recorded);
    recorded.tasks.erase(recorded.tasks.begin());
    CHECK(difference(recorded, simulated).empty());
    auto lacking = same_as(recording());
    lacking.tasks.erase(lacking.tasks.begin() + 6);
    CHECK(contains(difference(recording(), lacking), "no 'running'"));
    lacking = same_as(recording());
    lacking.tasks.erase(lacking.tasks.begin());
    CHECK(difference(recording(), lacking).empty());
    for (const char* state : {"pending", "ready", "starting"}) {
        recorded = recording();
        recorded.tasks.insert(recorded.tasks.begin() + 1, task(0.3, "aaaaaaaaaaaa", 1, "larry", state));
        CHECK(contains(difference(recorded, same_as(recording())), fmt::format("no '{}'", state)));
        CHECK(difference(recorded, same_as(recorded)).empty());
    }
}

TEST_CASE("swarm comparison: a state that was recorded must be there, however soon it was over") {
    auto recorded = recording();
    recorded.events.clear();
    recorded.tasks[1].since = 10.4;
    auto simulated = same_as(recorded);
    simulated.tasks.erase(simulated.tasks.begin() + 1);
    CHECK(contains(difference(recorded, simulated), "no 'running'"));
}

TEST_CASE("swarm comparison: an end that the recorder had no time to see is not looked for") {
    auto recorded = recording();
    recorded.node_rows.push_back(node(90, "moe", "ready"));
    recorded.tasks.push_back(task(15.9, "bbbbbbbbbbbb", 1, "larry", "running", "remove"));
    recorded.tasks.back().t = 80;
    auto simulated = same_as(recorded);
    simulated.tasks.push_back(task(30, "bbbbbbbbbbbb", 1, "larry", "orphaned", "remove"));
    CHECK(contains(difference(recorded, simulated), "only in the simulation it is 'orphaned'"));
    simulated.removed["bbbbbbbbbbbb"] = 30.2;
    CHECK(difference(recorded, simulated).empty());
    simulated.removed["bbbbbbbbbbbb"] = 31;
    CHECK_FALSE(difference(recorded, simulated).empty());
    // After the last look nothing is known of tasks, whatever their containers go on to do.
    recorded.node_rows.pop_back();
    recorded.tasks.back().t = 16;
    recorded.events.push_back(container(80, "destroy", kSecond));
    simulated = same_as(recorded);
    simulated.tasks.push_back(task(30, "bbbbbbbbbbbb", 1, "larry", "orphaned", "remove"));
    CHECK(difference(recorded, simulated).empty());
}

TEST_CASE("swarm comparison: how many slots an update takes at once counts") {
    auto recorded = recording();
    recorded.events.clear();
    recorded.commands.push_back({20, 0.1, "docker service update -d --force web", 0, std::string("web\n"), std::string(), "s1"});
    recorded.updates = {{20.1, "web", "updating", "update in progress"}};
    const auto make = [](std::vector<TaskRow>& tasks, double second) {
        tasks = {task(0.5, "aaaaaaaaaaaa", 1, "larry", "running"), task(0.6, "cccccccccccc", 2, "curly", "running")};
        tasks.push_back(task(20.1, "dddddddddddd", 1, "larry", "pending"));
        tasks.push_back(task(22.0, "dddddddddddd", 1, "larry", "running"));
        tasks.push_back(task(second, "eeeeeeeeeeee", 2, "curly", "pending"));
        tasks.push_back(task(second + 1.9, "eeeeeeeeeeee", 2, "curly", "running"));
    };
    make(recorded.tasks, 22.1);
    auto simulated = same_as(recorded);
    CHECK(difference(recorded, simulated).empty());
    make(simulated.tasks, 20.1);
    CHECK(contains(difference(recorded, simulated), "its new task number 2"));
}

TEST_CASE("swarm comparison: in which order an update takes the slots does not count") {
    auto recorded = recording();
    recorded.events.clear();
    recorded.tasks = {task(0.5, "aaaaaaaaaaaa", 1, "larry", "running"), task(0.6, "cccccccccccc", 2, "curly", "running")};
    recorded.updates = {{20.1, "web", "updating", "update in progress"}, {27.2, "web", "completed", "update completed"}, {40.1, "web", "updating", "update in progress"}, {47.2, "web", "completed", "update completed"}};
    const auto update = [](std::vector<TaskRow>& tasks, double t, const char* first, int slot, const char* second) {
        tasks.push_back(task(t + 0.1, first, slot, "larry", "pending"));
        tasks.push_back(task(t + 1.1, first, slot, "larry", "running"));
        tasks.push_back(task(t + 1.2, second, 3 - slot, "curly", "pending"));
        tasks.push_back(task(t + 2.2, second, 3 - slot, "curly", "running"));
    };
    for (const double t : {20.0, 40.0}) recorded.commands.push_back({t, 0.1, "docker service update -d --force web", 0, std::string("web\n"), std::string(), "s1"});
    auto simulated = same_as(recorded);
    for (std::vector<TaskRow>* tasks : {&recorded.tasks, &simulated.tasks}) update(*tasks, 20, "dddddddddddd", 1, "eeeeeeeeeeee");
    update(recorded.tasks, 40, "ffffffffffff", 1, "gggggggggggg");
    update(simulated.tasks, 40, "gggggggggggg", 2, "ffffffffffff");
    CHECK(difference(recorded, simulated).empty());
    simulated.tasks.back().since += 2;
    simulated.tasks[simulated.tasks.size() - 2].since += 2;
    CHECK_FALSE(difference(recorded, simulated).empty());
}

TEST_CASE("swarm comparison: a job's slot 0 has no number in a recording, and is on any node") {
    auto recorded = recording();
    recorded.commands.front().line = "docker service create -d --name web --mode replicated-job --replicas 2 busybox sleep 10";
    auto simulated = same_as(recorded);
    for (TaskRow& row : recorded.tasks) --row.slot;
    for (TaskRow& row : simulated.tasks) row.slot = row.slot - 1;
    for (TaskRow& row : simulated.tasks) row.host = row.host == "larry" ? "moe" : "larry";
    recorded.events.clear();
    simulated.events.clear();
    CHECK(difference(recorded, simulated).empty());
}

TEST_CASE("swarm comparison: a node without a name is nobody yet") {
    auto recorded = recording();
    recorded.node_rows.insert(recorded.node_rows.begin(), node(0, "?", "unknown", true));
    auto simulated = same_as(recorded);
    simulated.node_rows.front().name = "";
    CHECK(difference(recorded, simulated).empty());
    simulated.node_rows.erase(simulated.node_rows.begin());
    CHECK(difference(recorded, simulated).empty());
}

TEST_CASE("swarm comparison: a task too many or too few is found") {
    auto recorded = recording();
    auto simulated = same_as(recorded);
    simulated.tasks.erase(simulated.tasks.begin() + 5, simulated.tasks.end());
    simulated.events.erase(simulated.events.begin() + 5, simulated.events.end());
    CHECK(contains(difference(recorded, simulated), "no such task"));
    simulated = same_as(recorded);
    simulated.tasks.push_back(task(5.0, "dddddddddddd", 2, "moe", "running"));
    simulated.tasks.push_back(task(4.9, "cccccccccccc", 2, "curly", "failed", "shutdown"));
    recorded.tasks.push_back(task(0.6, "cccccccccccc", 2, "curly", "running", "shutdown"));
    recorded.tasks.back().t = 40;
    CHECK(contains(difference(recorded, simulated), "only "));
}

TEST_CASE("swarm comparison: how a task ended counts") {
    const auto recorded = recording();
    auto simulated = same_as(recorded);
    simulated.tasks[4].error = "task: non-zero exit (137)";
    CHECK(contains(difference(recorded, simulated), "its error is"));
    simulated = same_as(recorded);
    simulated.tasks[4].exit_code = 2;
    CHECK(contains(difference(recorded, simulated), "it ended with 1"));
    simulated = same_as(recorded);
    simulated.tasks[4].state = "complete";
    CHECK(contains(difference(recorded, simulated), "no 'failed'"));
    simulated = same_as(recorded);
    simulated.events[4].exit_code = "2";
    CHECK(contains(difference(recorded, simulated), "die exit 1"));
    simulated = same_as(recorded);
    simulated.tasks[6].desired = "shutdown";
    CHECK(contains(difference(recorded, simulated), "wanted running"));
}

TEST_CASE("swarm comparison: order of a container's events, and events that should not be") {
    const auto recorded = recording();
    auto simulated = same_as(recorded);
    simulated.events.insert(simulated.events.begin() + 3, container(0.55, "kill", kFirst));
    CHECK(contains(difference(recorded, simulated), "event 3 of its container"));
    // After the recording's last word on a container nothing is looked at.
    simulated = same_as(recorded);
    simulated.events.push_back(container(50, "die", kOther, "0"));
    CHECK(difference(recorded, simulated).empty());
}

TEST_CASE("swarm comparison: services of other cases are passed over") {
    auto recorded = recording();
    auto simulated = same_as(recorded);
    auto left_over = task(1, "eeeeeeeeeeee", 1, "moe", "failed");
    left_over.service = "q-default";
    recorded.tasks.push_back(left_over);
    recorded.events.push_back(container(1, "die", "q-default.1.eeeeeeeeeeeeeeeeeeeeeeeee"));
    CHECK(difference(recorded, simulated).empty());
}

TEST_CASE("swarm comparison: a recorded slot that nothing is like is found, and one too many") {
    const auto recorded = recording();
    auto simulated = same_as(recorded);
    std::erase_if(simulated.tasks, [](const TaskRow& row) { return row.slot == 2; });
    std::erase_if(simulated.events, [](const EventRow& row) { return row.name == kOther; });
    CHECK(contains(difference(recorded, simulated), "no slot for it"));
    simulated = same_as(recorded);
    simulated.tasks.push_back(task(0.6, "dddddddddddd", 3, "moe", "running"));
    CHECK(contains(difference(recorded, simulated), "web.3: only the simulation has such a slot"));
}

TEST_CASE("swarm comparison: a global service's task belongs to its node") {
    auto recorded = recording();
    for (TaskRow& row : recorded.tasks) {
        row.slot = 0;
        row.host = row.id == "cccccccccccc" ? "curly" : "larry";
    }
    auto simulated = same_as(recorded);
    CHECK(difference(recorded, simulated).empty());
    for (TaskRow& row : simulated.tasks) row.host = row.host == "curly" ? "larry" : "curly";
    CHECK_FALSE(difference(recorded, simulated).empty());
}

TEST_CASE("swarm comparison: what a command brings about is measured from the command") {
    auto recorded = recording();
    recorded.commands.push_back({70, 0.1, "docker service update -d --image busybox:v2 web", 0, std::string("web\n"), std::string(), "s1"});
    recorded.tasks.push_back(task(0.6, "cccccccccccc", 2, "curly", "running", "shutdown"));
    recorded.tasks.back().t = 70.1;
    recorded.tasks.push_back(task(71.4, "cccccccccccc", 2, "curly", "shutdown", "shutdown"));
    auto simulated = same_as(recorded);
    for (std::size_t i = 7; i < simulated.tasks.size(); ++i) simulated.tasks[i].t -= 3;
    simulated.tasks.back().since -= 3;
    CHECK_FALSE(difference(recorded, simulated).empty());
    simulated.commands.back().t -= 3;
    CHECK(difference(recorded, simulated).empty());
}

TEST_CASE("swarm comparison: commands by their status, error sentence and table") {
    auto recorded = recording();
    auto simulated = same_as(recorded);
    simulated.commands[2].error = "Error response from daemon: service nosuch is gone\n";
    CHECK(contains(difference(recorded, simulated), "standard error differs"));
    simulated = same_as(recorded);
    simulated.commands[2].status = 0;
    CHECK(contains(difference(recorded, simulated), "status 1 in the recording"));
    simulated = same_as(recorded);
    simulated.commands[1].output = "ID   NAME\n";
    CHECK(contains(difference(recorded, simulated), "the table's header differs"));
    simulated = same_as(recorded);
    simulated.commands[1].output = "ID             NAME    NODE\n4gzpodyypeaz   web.1   moe\n";
    CHECK(difference(recorded, simulated).empty());
    simulated.commands.pop_back();
    CHECK(contains(difference(recorded, simulated), "did not end"));
    recorded.commands[2].error = "network r18hxpscbzrg6fzqzabez3po7 is in use by service owbdpg6w03v8e55u4vntw4ebd\n";
    simulated = same_as(recorded);
    simulated.commands[2].error = "network p6otk0a26xr1gn2eymhpqw7ki is in use by service ls0t1zyblz5nq0r2rkmqk5b2e\n";
    CHECK(difference(recorded, simulated).empty());
}

TEST_CASE("swarm comparison: updates by their states and messages, in order") {
    auto recorded = recording();
    recorded.updates = {{20, "web", "updating", "update in progress"}, {30, "web", "paused", "update paused due to failure or early termination of task r0qvy0p2bi2zgm2qg4gqzhhy1"}};
    auto simulated = same_as(recorded);
    simulated.updates[1].message = "update paused due to failure or early termination of task 4gzpodyypeaz9x1v7y8m2k3l5";
    CHECK(difference(recorded, simulated).empty());
    simulated.updates[1].t += 2;
    CHECK(contains(difference(recorded, simulated), "became paused"));
    simulated = same_as(recorded);
    simulated.updates[1].state = "completed";
    CHECK(contains(difference(recorded, simulated), "its update is paused"));
    simulated.updates.pop_back();
    CHECK(contains(difference(recorded, simulated), "does not become paused"));
    simulated = same_as(recorded);
    simulated.updates.push_back({40, "web", "rollback_started", ""});
    CHECK(contains(difference(recorded, simulated), "only in the simulation"));
    simulated = same_as(recorded);
    simulated.updates.insert(simulated.updates.begin() + 1, {25, "web", "updating", "update in progress"});
    CHECK(difference(recorded, simulated).empty());
    simulated.updates.insert(simulated.updates.begin() + 2, {29.9, "web", "rollback_started", ""});
    CHECK(difference(recorded, simulated).empty());
    simulated.updates[2].t = 28;
    CHECK_FALSE(difference(recorded, simulated).empty());
}

TEST_CASE("swarm comparison: placements as multisets, with what waits and why") {
    auto recorded = recording();
    SpreadRow placement;
    placement.t = 50;
    placement.service = "web";
    placement.label = "r2";
    placement.placement = true;
    placement.per_node = {{"larry", 1}, {"curly", 1}};
    recorded.spreads = {placement};
    auto simulated = same_as(recorded);
    CHECK(difference(recorded, simulated).empty());
    for (TaskRow& row : simulated.tasks) row.host = row.slot == 1 ? "moe" : "larry";
    CHECK(difference(recorded, simulated).empty());
    for (TaskRow& row : simulated.tasks) row.host = "moe";
    CHECK(contains(difference(recorded, simulated), "web (r2)"));
    recorded.spreads[0].pending = 1;
    recorded.spreads[0].errors = {"no suitable node (insufficient resources on 3 nodes)"};
    simulated = same_as(recorded);
    CHECK(contains(difference(recorded, simulated), "1 wait in the recording"));
    simulated.tasks.push_back(task(0.1, "dddddddddddd", 3, "", "pending", "running", "no suitable node (insufficient resources on 2 nodes)"));
    recorded.tasks.push_back(simulated.tasks.back());
    CHECK(contains(difference(recorded, simulated), "the reason is"));
    simulated.tasks.back().error = recorded.spreads[0].errors[0];
    CHECK(difference(recorded, simulated).empty());
}

TEST_CASE("swarm comparison: with a preference the groups of nodes are compared") {
    auto recorded = recording();
    recorded.node_labels = {{"larry", {{"zone", "a"}}}, {"curly", {{"zone", "a"}}}, {"moe", {{"zone", "b"}}}};
    SpreadRow placement;
    placement.t = 50;
    placement.service = "web";
    placement.label = "zones";
    placement.flags = "--replicas 2 --placement-pref spread=node.labels.zone --stop-signal SIGKILL";
    placement.placement = true;
    placement.per_node = {{"larry", 1}, {"moe", 1}};
    recorded.spreads = {placement};
    auto simulated = same_as(recorded);
    CHECK(contains(difference(recorded, simulated), "zones"));  // one on larry, one on curly
    for (TaskRow& row : simulated.tasks) row.host = row.slot == 1 ? "curly" : "moe";
    CHECK(difference(recorded, simulated).empty());
}

/// moe's engine is killed at 20 s, seen down at 33 s, started at 60 s and back at 61 s.
Recording failure() {
    auto recorded = recording();
    recorded.directory = "swarm-failure";
    recorded.operations = {{20, "engine-signal", "KILL", {}, "s3"}, {60, "engine-start", {}, {}, "s3"}};
    recorded.node_rows.push_back(node(33, "moe", "down"));
    recorded.node_rows.push_back(node(61, "moe", "ready"));
    return recorded;
}

TEST_CASE("swarm comparison: a node is down 11 to 16.5 s after the fault") {
    const auto recorded = failure();
    for (const double t : {31.0, 34.5, 36.5}) {
        auto simulated = same_as(recorded);
        simulated.node_rows[3].t = t;
        CHECK(difference(recorded, simulated).empty());
    }
    for (const double t : {30.5, 38.0}) {
        auto simulated = same_as(recorded);
        simulated.node_rows[3].t = t;
        CHECK(contains(difference(recorded, simulated), "11 to 16.5 s are the rule"));
    }
    auto simulated = same_as(recorded);
    simulated.node_rows.resize(3);
    CHECK(contains(difference(recorded, simulated), "node moe: ready at 0.0 s, down at 33.0 s"));
    simulated = same_as(recorded);
    simulated.node_rows[4].t = 75;
    CHECK(contains(difference(recorded, simulated), "node moe: it is ready"));
}

TEST_CASE("swarm comparison: a leader is replaced within 10 to 20 s, and its node is down 30 s after") {
    auto recorded = recording();
    recorded.directory = "swarm-failure";
    recorded.operations = {{20, "engine-signal", "KILL", {}, "s1"}};
    recorded.node_rows.push_back(node(36, "larry", "unknown", false, "manager"));
    recorded.node_rows.push_back(node(36, "curly", "ready", true));
    recorded.node_rows.push_back(node(66, "larry", "down", false, "manager"));
    auto simulated = same_as(recorded);
    CHECK(difference(recorded, simulated).empty());
    simulated.node_rows[4].t = 31;
    CHECK_FALSE(contains(difference(recorded, simulated), "leads"));
    simulated.node_rows[5].t = 61;
    CHECK(difference(recorded, simulated).empty());
    simulated.node_rows[5].t = 50;
    CHECK(contains(difference(recorded, simulated), "30 s are the rule"));
    simulated = same_as(recorded);
    simulated.node_rows[4].t = 44;
    CHECK(contains(difference(recorded, simulated), "10 to 20 s are the rule"));
    simulated = same_as(recorded);
    simulated.node_rows[4].name = "moe";
    CHECK(contains(difference(recorded, simulated), "the leader is"));
}

TEST_CASE("swarm comparison: managers that were too few elect one within 20 s of another's return") {
    auto recorded = recording();
    recorded.directory = "swarm-failure";
    recorded.operations = {{20, "engine-signal", "KILL", {}, "s2"}, {50, "engine-start", {}, {}, "s2"}};
    recorded.node_rows.push_back(node(62, "moe", "ready", true));
    for (const double t : {51.0, 62.0, 70.5}) {
        auto simulated = same_as(recorded);
        simulated.node_rows.back().t = t;
        CHECK(difference(recorded, simulated).empty());
    }
    for (const double t : {45.0, 72.0}) {
        auto simulated = same_as(recorded);
        simulated.node_rows.back().t = t;
        CHECK(contains(difference(recorded, simulated), "after a manager was back"));
    }
}

TEST_CASE("swarm comparison: a host that has joined again has two nodes of one name, whose falls are compared") {
    auto recorded = recording();
    recorded.directory = "swarm-failure";
    recorded.commands.push_back({20, 0.9, "docker swarm leave", 0, std::string(), std::string(), "s3"});
    recorded.commands.push_back({32, 0.1, "docker swarm join --token x 10.0.0.1:2377", 0, std::string(), std::string(), "s3"});
    recorded.node_rows.push_back(node(34, "moe", "down"));
    auto simulated = same_as(recorded);
    simulated.node_rows.back().t = 32;
    simulated.node_rows.push_back(node(32.1, "moe", "ready"));
    CHECK(difference(recorded, simulated).empty());
    simulated.node_rows.erase(simulated.node_rows.end() - 2);
    CHECK(contains(difference(recorded, simulated), "node moe: down at 34.0 s"));
    simulated = same_as(recorded);
    simulated.node_rows.back().t = 25;
    CHECK(contains(difference(recorded, simulated), "11 to 16.5 s are the rule"));
}

TEST_CASE("swarm comparison: a seed fits when what is drawn comes between the same inputs") {
    auto recorded = failure();
    auto simulated = same_as(recorded);
    CHECK(drawn_alike(recorded, simulated));
    simulated.node_rows[3].t = 36;
    CHECK(drawn_alike(recorded, simulated));
    recorded.commands.push_back({35, 0.1, "docker node ls", 0, std::string(), std::string(), "s1"});
    simulated.commands.push_back(recorded.commands.back());
    CHECK_FALSE(drawn_alike(recorded, simulated));
    simulated.node_rows.resize(3);
    CHECK_FALSE(drawn_alike(recorded, simulated));
}

TEST_CASE("swarm comparison: a sentence names a task's container without its slot") {
    auto recorded = recording();
    recorded.tasks[4].error = "No such container: web.1.aaaaaaaaaaaaaaaaaaaaaaaaa";
    auto simulated = same_as(recorded);
    for (TaskRow& row : simulated.tasks) row.slot = 3 - row.slot;
    for (EventRow& row : simulated.events) row.name[4] = row.name[4] == '1' ? '2' : '1';
    simulated.tasks[4].error = "No such container: web.2.aaaaaaaaaaaaaaaaaaaaaaaaa";
    CHECK(difference(recorded, simulated).empty());
    simulated.tasks[4].error = "No such container: api.2.aaaaaaaaaaaaaaaaaaaaaaaaa";
    CHECK(contains(difference(recorded, simulated), "its error is"));
}

TEST_CASE("swarm comparison: tokens, ids and sockets are masked") {
    CHECK(masked_swarm("docker swarm join --token SWMTKN-1-0ae884eqeb5hyg7ky8vms1gpes4nty3yqdxd0ae3lf7g1sp3ep-7ajv3us9zbzqjhe7w08jo332q 10.0.0.1:2377") == "docker swarm join --token <token> 10.0.0.1:2377");
    CHECK(masked_swarm("No such container: web.1.y81b5dg5730053k1brdqcz6km") == "No such container: web.1.<id>");
    CHECK(masked_swarm("dial unix /lab/f2/exec/swarm/control.sock: connect") == "dial unix <socket>: connect");
    CHECK(masked_swarm("no suitable node") == "no suitable node");
}

TEST_CASE("swarm recordings: their rows are read") {
    const std::string header = R"({"type": "header", "case": "swarm-update/x", "nodes": {"s1": "swarm-larry", "s2": "swarm-curly"}, "stack.yml": "services: {}", "image_set": "busybox"})" "\n";
    const auto read = read_recording(header +
                                         R"({"t": 0.5, "type": "cmd", "node": "s2", "cmd": "docker node ls", "rc": 0, "dur": 0.1, "out": "", "err": ""})" "\n"
                                         R"({"type": "task", "service": "web", "slot": 2, "host": "swarm-curly", "task": "a17dwoj3ph7p", "state": "running", "desired": "shutdown", "state_t": 0.4, "err": null, "exit": 0, "t": 0.7})" "\n"
                                         R"({"type": "node", "via": "s1", "name": "swarm-curly", "state": "down", "availability": "active", "role": "worker", "leader": false, "reachability": null, "t": 3.5})" "\n"
                                         R"({"type": "update-status", "service": "web", "state": "updating", "msg": "update in progress", "t": 4.0})" "\n"
                                         R"({"type": "placement", "label": "r1", "flags": "--replicas 1", "per_node": {"swarm-curly": 2}, "pending": 1, "err": ["no suitable node"], "t": 5})" "\n"
                                         R"({"type": "distribution", "service": "web", "label": "end", "per_node": {"swarm-larry": 3}, "t": 6})" "\n"
                                         R"({"type": "action", "action": "kill", "op": "engine-signal", "signal": "KILL", "node": "s2", "t": 7})" "\n"
                                         R"({"type": "action", "action": "kill [done]", "took": 0.25, "t": 7.25, "outcome": true})" "\n"
                                         R"({"type": "task-removed", "task": "a17dwoj3ph7p", "t": 8})" "\n",
                                     "x.jsonl");
    REQUIRE(read.ok());
    CHECK(read->nodes.at("s2") == "swarm-curly");
    CHECK(read->files.at("stack.yml") == "services: {}");
    CHECK(read->commands.at(0).node == "s2");
    CHECK(read->tasks.at(0).since == Approx(0.4));
    CHECK(read->tasks.at(0).desired == "shutdown");
    CHECK(read->node_rows.at(0).state == "down");
    CHECK(read->updates.at(0).state == "updating");
    REQUIRE(read->spreads.size() == 2);
    CHECK(read->spreads[0].pending == 1);
    CHECK(read->spreads[1].per_node.at("swarm-larry") == 3);
    CHECK(read->operations.at(0).node == "s2");
    CHECK(read->operations.at(0).duration == Approx(0.25));
    CHECK_FALSE(read_recording(header + R"({"type": "task", "service": "web", "t": 0.7})" "\n", "x.jsonl").ok());
    CHECK_FALSE(read_recording(header + R"({"type": "placement", "label": "r1", "t": 0.7, "pending": 0})" "\n", "x.jsonl").ok());
    CHECK_FALSE(read_recording(header + R"({"type": "unheard-of", "t": 0.7})" "\n", "x.jsonl").ok());
}

}  // namespace
}  // namespace podium::conform
