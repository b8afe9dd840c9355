// Scheduling policies in Lua: what they see, what they give, and that nothing else comes of them.

#include "scripting/lua_policy.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <string>

#include <catch2/catch.hpp>

#include "sim/base/work.hpp"
#include "sim/orch/scheduler/placer.hpp"
#include "tests/scheduler/builders.hpp"
#include "tests/source_directory.hpp"

namespace podium::scripting::tests {
namespace {

using scheduler::Chosen;
using scheduler::Group;
using scheduler::NodeNumber;
using scheduler::Placer;

Result<scheduler::PolicyPointer> read(const std::string& text) {
    return read_policy({"mine.lua", text});
}

/// Why a text is no policy.
std::string refused(const std::string& text) {
    const auto policy = read(text);
    return policy ? "it is one" : policy.error().text();
}

Group group_of(std::uint64_t count) {
    Group group;
    group.shape = test::shape();
    group.shape.reservations = {test::kCpu / 2, 1 * test::kGiB, {}};
    group.service = "web";
    group.labels = {{"tier", "front"}};
    for (std::uint64_t slot = 1; slot <= count; ++slot)
        group.tasks.push_back({slot, 0});
    return group;
}

Result<std::vector<Chosen>> place(Placer& placer, const Group& group, const std::string& text) {
    const auto policy = read(text);
    REQUIRE(policy);
    RandomStream random(1, "test", 0);
    return placer.place(group, Time{} + seconds(90), random, **policy);
}

std::vector<NodeNumber> nodes_of(const Result<std::vector<Chosen>>& chosen) {
    REQUIRE(chosen);
    std::vector<NodeNumber> out;
    for (const Chosen& one : *chosen)
        out.push_back(one.node);
    return out;
}

/// What went wrong when one task was to be placed on three nodes.
std::string trouble(const std::string& text) {
    auto placer = test::nodes(3);
    const auto placed = place(placer, group_of(1), text);
    return placed ? "nothing" : placed.error().text();
}

TEST_CASE("policy in Lua: the host with the highest score gets the task") {
    auto placer = test::nodes(3);
    const std::string names =
        "local rank = {n1 = 1, n2 = 3, n3 = 2}\n"
        "function score(task, host) return rank[host.name] end\n";
    // 2 CPUs each: four halves, then the next best.
    CHECK(nodes_of(place(placer, group_of(6), names)) == std::vector<NodeNumber>{2, 2, 2, 2, 3, 3});
}

TEST_CASE("policy in Lua: filter refuses, explain says why, and Swarm's own filters go first") {
    auto placer = test::nodes(3);
    auto paused = test::node(3);
    paused.availability = scheduler::Availability::Pause;
    placer.set_node(paused);
    const auto placed = place(placer,
                              group_of(1),
                              "function filter(task, host) return false end\n"
                              "function explain(task, host) return host.name .. ' is kept' end\n");
    REQUIRE(placed);
    CHECK((*placed)[0].node == 0);
    CHECK((*placed)[0].reason ==
          "1 node not available for new tasks; policy mine.lua refuses 2 nodes: n1 is kept (1 "
          "node), n2 is kept (1 node)");
}

TEST_CASE("policy in Lua: it sees what there is to see") {
    auto placer = test::nodes(0);
    auto node = test::node(1, {{"zone", "a"}, {"disk", "ssd"}});
    node.role = scheduler::Role::Manager;
    placer.set_node(node);
    auto other = test::shape(7);
    other.reservations = {test::kCpu / 2, 2 * test::kGiB, {}};
    placer.task_added(1, use_of(other));
    placer.task_added(1, use_of(test::shape(1)));
    placer.task_failed(1, 1, 0, Time{} + seconds(60));
    node.ready = false;
    placer.set_node(node);
    node.ready = true;
    placer.set_node(node);
    Group group = group_of(1);
    group.shape.constraints = test::constraints({"node.labels.disk==ssd"});
    group.tasks = {{4, 2}};
    const auto placed = place(placer, group, R"(
function score() return 0 end
function explain(task, host)
  local seen = {task.service, task.slot, task.cpus, task.memory, task.labels.tier, task.constraints[1], task.failures,
                host.name, host.cpus, host.memory, host.free_cpus, host.free_memory, host.labels.disk, host.zone,
                host.role, host.tasks, host.tasks_of_service, host.failures, host.outages, now()}
  for i = 1, #seen do seen[i] = tostring(seen[i]) end
  return table.concat(seen, " ")
end)");
    REQUIRE(placed);
    CHECK((*placed)[0].reason ==
          "web 4 0.5 1073741824 front node.labels.disk==ssd 2 "
          "n1 2.0 8589934592 1.5 6442450944 ssd a manager 2 1 1 1 90.0");
}

TEST_CASE("policy in Lua: pairs goes over a host's fields") {
    auto placer = test::nodes(1);
    const auto placed = place(placer, group_of(1), R"(
function score() return 0 end
function explain(task, host)
  local names = {}
  for name in pairs(host) do names[#names + 1] = name end
  return #names .. " " .. names[1]
end)");
    REQUIRE(placed);
    CHECK((*placed)[0].reason == "12 cpus");
}

TEST_CASE("policy in Lua: only one that looks at the task is asked about each task") {
    const auto policy = read("function score(task, host) return host.tasks end");
    const auto slots = read("function filter(task, host) return host.name == 'n' .. task.slot end");
    REQUIRE(policy);
    REQUIRE(slots);
    auto placer = test::nodes(3);
    const Group group = group_of(3);
    const auto asked = [&](const scheduler::Policy& of) {
        const auto decision = of.decide();
        REQUIRE(decision->judge({group, group.tasks[0], *placer.node(1), {}}));
        return decision->looked_at_task();
    };
    CHECK_FALSE(asked(**policy));
    CHECK(asked(**slots));
    CHECK(nodes_of(place(placer,
                         group,
                         "function filter(task, host) return host.name == 'n' .. task.slot end")) ==
          std::vector<NodeNumber>{1, 2, 3});
}

TEST_CASE("policy in Lua: nothing it sets outlives a look at one host") {
    // Each would give the nodes different scores if something were kept.
    for (const char* keeps : {
             "count = (count or 0) + 1 return count",
             "_ENV.n = (_ENV.n or 0) + 1 return n",
             "kept = kept + 1 return kept",
         }) {
        INFO(keeps);
        const auto policy =
            read(std::string("local kept = 0\nfunction score(task, host) ") + keeps + " end");
        REQUIRE(policy);
        auto placer = test::nodes(3);
        const Group group = group_of(1);
        const auto decision = (*policy)->decide();
        const auto first = decision->judge({group, group.tasks[0], *placer.node(1), {}});
        const auto second = decision->judge({group, group.tasks[0], *placer.node(1), {}});
        REQUIRE(first);
        REQUIRE(second);
        CHECK(first->score == second->score);
    }
}

TEST_CASE("policy in Lua: a text that is none is refused with its line and what to do") {
    CHECK_THAT(refused("function score(task, host\n  return 0\nend"),
               Catch::StartsWith("mine.lua:2: ')' expected near 'return' (mend it there"));
    CHECK(
        refused("local x = 1") ==
        "mine.lua: it is no scheduling policy: it defines neither filter nor score (write function "
        "score(task, host) … end; podium docs lua says more)");
    CHECK(refused("function score() return 1 end\nfunction fliter(task, host) return true end") == "mine.lua:2: it defines 'fliter', which nothing calls (did you mean 'filter'?)");
    CHECK(refused("function Score() return 1 end") == "mine.lua:1: it defines 'Score', which nothing calls (did you mean 'score'?)");
    CHECK(read("function filters() return true end function score() return filters() and 1 or 0 end"));  // one of its own
    CHECK_THAT(refused("score = 5"),
               Catch::Contains("score is a number, and it must be a function"));
    CHECK_THAT(refused("\nprint('hello')"),
               Catch::StartsWith("mine.lua:2: attempt to call a nil value (global 'print')"));
    CHECK_THAT(refused("while true do end"),
               Catch::Contains("mine.lua:1: the script was stopped: it takes more than 100000 "
                               "steps for one look at a host"));
    CHECK_THAT(refused(std::string(40'000, ' ')), Catch::Contains("at most 32 KiB"));
}

TEST_CASE("policy in Lua: what goes wrong while it places is told with its line and what to do") {
    CHECK_THAT(
        trouble("function score(task, host)\n  return host.freecpus\nend"),
        Catch::StartsWith("mine.lua:2: a host has no 'freecpus' (did you mean 'free_cpus'?)"));
    CHECK_THAT(trouble("function score(task, host)\n  return task.nothing_like_it\nend"),
               Catch::Contains("(it has service, slot, cpus"));
    CHECK_THAT(trouble("function score(task, host)\n  return host.labels.weight + 1\nend"),
               Catch::StartsWith("mine.lua:2: attempt to perform arithmetic on a nil value (field "
                                 "'weight') (mend it there"));
    CHECK_THAT(trouble("function score(task, host) host.cpus = 9 return 1 end"),
               Catch::StartsWith("mine.lua:1: a policy can't change a host: it only looks"));
    CHECK_THAT(trouble("function score() string.seen = 1 return 1 end"),
               Catch::StartsWith("mine.lua:1: a policy can't change string: it only looks"));
    CHECK_THAT(trouble("function score() table.insert(table, 1) return 1 end"),
               Catch::Contains("table expected, got"));
    CHECK_THAT(
        trouble("\n\nfunction score(task, host) end"),
        Catch::StartsWith("mine.lua:3: score gave nothing, and it must give a number (let each"));
    CHECK_THAT(trouble("function score(task, host) return 0/0 end"),
               Catch::Contains("score gave what is no number"));
    CHECK_THAT(trouble("function filter(task, host) return 'yes' end"),
               Catch::StartsWith("mine.lua:1: filter gave a text, and it must give true or false"));
    CHECK_THAT(trouble("function score() return 1 end function explain() return {} end"),
               Catch::Contains("explain gave a table, and it must give a text"));
    CHECK_THAT(trouble("function score() return mat.floor(1) end"),
               Catch::Contains("global 'mat'"));
    CHECK_THAT(trouble("function score() return rnd() end"),
               Catch::Contains("a policy has assert, error"));
    CHECK_THAT(trouble("function score() return math.random() end"),
               Catch::Contains("field 'random'"));
}

TEST_CASE("policy in Lua: it ends by counted steps, whatever it does") {
    for (const char* endless : {
             "while true do end",
             "while true do pcall(error, 'again') end",
             "local t = {} while true do t[#t + 1] = ('x'):rep(1000) end",
             "return score(task, host) + 1",
             "return ('x'):rep(1 << 30)",
             "for _ in ('x'):rep(100000):gmatch('x*x*x*y') do end return 1",
             "return #table.pack(string.byte(('x'):rep(100000), 1, 100000))",
         }) {
        INFO(endless);
        const std::uint64_t before = work_done();
        const std::string said =
            trouble(std::string("\nfunction score(task, host) ") + endless + " end");
        CHECK_THAT(said, Catch::StartsWith("mine.lua:2: "));
        // Three looks at most, and as many openings.
        CHECK(work_done() - before < 4 * (kPolicyLookSteps + 400'000) / kStepsPerWork);
    }
}

TEST_CASE("policy in Lua: a decision about very many tasks has a limit of its own") {
    auto placer = test::nodes(1000);
    Group group = group_of(1000);
    group.shape.reservations = {};
    const auto placed = place(
        placer, group, "function score(task, host) for _ = 1, 100 do end return task.slot end");
    REQUIRE_FALSE(placed);
    CHECK_THAT(placed.error().text(), Catch::Contains("it takes more than 60 million steps"));
    // One that tells no tasks apart takes no more than the nodes and the tasks are.
    CHECK(place(placer, group, "function score(task, host) return host.tasks end"));
}

TEST_CASE("policy in Lua: the same decision comes out the same, and shares nothing with others") {
    const std::string text = "function score(task, host) return -host.tasks end";
    const auto run = [&] {
        auto placer = test::nodes(5);
        std::vector<NodeNumber> all;
        for (int i = 0; i < 3; ++i) {
            for (const NodeNumber node : nodes_of(place(placer, group_of(4), text)))
                all.push_back(node);
        }
        return all;
    };
    CHECK(run() == run());
}

/// One that comes with Podium.
std::string bundled(const std::string& name) {
    std::ifstream in(test::source_directory() + "/scenarios/schedulers/" + name + ".lua");
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

TEST_CASE("policy in Lua: consolidate fills one host after the other") {
    auto placer = test::nodes(3);
    placer.task_added(2, use_of(group_of(1).shape));
    const auto placed = place(placer, group_of(7), bundled("consolidate"));
    const std::vector<NodeNumber> nodes = nodes_of(placed);
    CHECK(std::vector<NodeNumber>(nodes.begin(), nodes.begin() + 3) ==
          std::vector<NodeNumber>{2, 2, 2});
    CHECK(nodes[3] != 2);
    CHECK(std::count(nodes.begin(), nodes.end(), nodes[3]) == 4);
    CHECK((*placed)[0].reason == "50 % of it are reserved then");
    // What reserves nothing does not all end up on one host.
    Group light = group_of(50);
    light.shape = test::shape(2);
    auto empty = test::nodes(2);
    const auto rest = place(empty, light, bundled("consolidate"));
    CHECK(test::per_node(nodes_of(rest)) == test::PerNode{{0, 10}, {1, 20}, {2, 20}});
    CHECK((*rest)[49].reason == "policy mine.lua refuses 2 nodes: it has 20 tasks already");
}

TEST_CASE("policy in Lua: avoid-failed takes what failed last, and spreads over the rest") {
    auto placer = test::nodes(4);
    auto lost = test::node(1);
    lost.ready = false;
    placer.set_node(lost);
    lost.ready = true;
    placer.set_node(lost);
    placer.task_failed(2, 1, 0, Time{} + seconds(80));
    const auto placed = place(placer, group_of(10), bundled("avoid-failed"));
    const std::vector<NodeNumber> nodes = nodes_of(placed);
    const auto first = [&](std::size_t from, std::size_t to) {
        return test::per_node({nodes.begin() + static_cast<std::ptrdiff_t>(from),
                               nodes.begin() + static_cast<std::ptrdiff_t>(to)});
    };
    CHECK(first(0, 2) == test::PerNode{{3, 1}, {4, 1}});
    CHECK(first(0, 8) == test::PerNode{{3, 4}, {4, 4}});  // until they are full
    CHECK(first(8, 10) == test::PerNode{{2, 2}});
    CHECK((*placed)[0].reason == "it has not failed");
    CHECK((*placed)[8].reason == "lost 0 times, 1 failures of web there of late");
}

}  // namespace
}  // namespace podium::scripting::tests
