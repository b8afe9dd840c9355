// What placing by a policy in Lua costs; hidden, as it measures. build/release/tests/test_scripting
// "[speed]" prints it.

#include <ctime>
#include <fmt/format.h>
#include <iostream>

#include <catch2/catch.hpp>

#include "scripting/lua_policy.hpp"
#include "sim/base/work.hpp"
#include "sim/orch/scheduler/placer.hpp"
#include "tests/scheduler/builders.hpp"

namespace podium::scripting::tests {
namespace {

scheduler::Placer roomy(scheduler::NodeNumber count) {
    scheduler::Placer placer;
    for (scheduler::NodeNumber i = 1; i <= count; ++i) {
        auto described = test::node(i);
        described.total = {1000 * test::kCpu, 100'000 * test::kGiB, {}};
        placer.set_node(described);
    }
    return placer;
}

void measure(const std::string& what,
             const std::string& text,
             std::uint32_t nodes,
             std::uint32_t decisions,
             std::uint32_t tasks) {
    const auto policy = read_policy({"mine.lua", text});
    REQUIRE(policy);
    auto placer = roomy(nodes);
    scheduler::Group group;
    group.shape = test::shape();
    group.service = "web";
    for (std::uint64_t slot = 1; slot <= tasks; ++slot)
        group.tasks.push_back({slot, 0});
    const std::uint64_t worked = work_done();
    const std::clock_t start = std::clock();
    for (std::uint32_t i = 0; i < decisions; ++i) {
        group.shape.service = i + 1;
        RandomStream random(1, "speed", i);
        REQUIRE(placer.place(group, Time{}, random, **policy));
    }
    const double micros = 1e6 * static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
    const double looks = decisions * (static_cast<double>(nodes) + tasks - 1);
    std::cout << fmt::format(
        "{:<28} {:>5} nodes {:>5} x {:>6} tasks {:>9.0f} us a decision {:>6.2f} us a look {:>6.2f} "
        "units of work a look\n",
        what,
        nodes,
        decisions,
        tasks,
        micros / decisions,
        micros / looks,
        static_cast<double>(work_done() - worked) / looks);
}

TEST_CASE("policy in Lua: what it costs", "[.][speed]") {
    const std::string plain = "function score(task, host) return -host.tasks end";
    const std::string longer =
        "local function filled(task, host)\n"
        "  local cpus = 1 - (host.free_cpus - task.cpus) / host.cpus\n"
        "  local memory = 1 - (host.free_memory - task.memory) / host.memory\n"
        "  return math.max(cpus, memory)\n"
        "end\n"
        "function filter(task, host) return host.tasks < 100000 and host.labels.gone == nil end\n"
        "function score(task, host) return filled(task, host) * 1000 + host.tasks end\n";
    for (const std::uint32_t nodes : {3U, 100U, 1000U}) {
        measure("a line", plain, nodes, 100, 1);
        measure("filter and score", longer, nodes, 100, 1);
        measure("filter and score", longer, nodes, 1, 10'000);
    }
}

}  // namespace
}  // namespace podium::scripting::tests
