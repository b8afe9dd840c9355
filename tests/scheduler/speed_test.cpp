// What placing costs; hidden, as it measures. build/release/tests/test_scheduler "[speed]" prints
// it.

#include <algorithm>
#include <chrono>
#include <fmt/format.h>
#include <iostream>

#include <catch2/catch.hpp>

#include "tests/scheduler/builders.hpp"

namespace podium {
namespace {

using scheduler::NodeNumber;
using scheduler::Placer;
using scheduler::TaskShape;

// `work` places the tasks, and gives how many found room: all.
template <class Work>
void measure(const std::string& what, std::uint32_t tasks, Work work) {
    const auto start = std::chrono::steady_clock::now();
    const std::size_t placed = work();
    const auto took = std::chrono::duration_cast<std::chrono::nanoseconds>(
                          std::chrono::steady_clock::now() - start)
                          .count();
    std::cout << fmt::format("{:<58} {:>8} tasks {:>9.2f} us a task\n",
                             what,
                             tasks,
                             static_cast<double>(took) / tasks / 1000.0);
    CHECK(placed == tasks);
}

Placer cluster(NodeNumber count) {
    Placer placer;
    for (NodeNumber i = 1; i <= count; ++i) {
        auto described = test::node(i, {{"zone", "z" + std::to_string(i % 3)}});
        described.total = {1000 * test::kCpu, 100'000 * test::kGiB, {}};
        placer.set_node(described);
    }
    return placer;
}

TEST_CASE("placing on a thousand nodes", "[.][speed]") {
    for (const NodeNumber nodes : {100U, 1000U, 4000U}) {
        RandomStream random(1, "speed", 0);
        auto reserving = test::shape();
        reserving.reservations = {1'000'000, 1 << 20, {}};
        auto zones = reserving;
        zones.preferences = {"node.labels.zone"};
        zones.constraints = test::constraints({"node.labels.zone!=z1"});
        auto placer = cluster(nodes);
        measure(fmt::format("{} nodes: one group", nodes), 100'000, [&] {
            return placer.place(reserving, 100'000, {}, random).nodes.size();
        });
        placer = cluster(nodes);
        measure(fmt::format("{} nodes: one group, by zone", nodes), 100'000, [&] {
            return placer.place(zones, 100'000, {}, random).nodes.size();
        });
        placer = cluster(nodes);
        measure(fmt::format("{} nodes: 1,000 services of 100 tasks", nodes), 100'000, [&] {
            std::size_t placed = 0;
            for (scheduler::ServiceNumber i = 1; i <= 1000; ++i) {
                reserving.service = i;
                placed += placer.place(reserving, 100, {}, random).nodes.size();
            }
            return placed;
        });
        measure(fmt::format("{} nodes: a task of these at a time ends and is placed", nodes),
                100'000,
                [&] {
                    std::size_t placed = 0;
                    for (std::uint32_t i = 0; i < 100'000; ++i) {
                        const auto number = static_cast<NodeNumber>(random.below(nodes) + 1);
                        reserving.service = placer.node(number)->use.services.front().first;
                        placer.task_removed(number, use_of(reserving));
                        placed += placer.place(reserving, 1, {}, random).nodes.size();
                    }
                    return placed;
                });
        placer = cluster(nodes);
        measure(fmt::format("{} nodes: 100,000 services of 1 task", nodes), 100'000, [&] {
            std::size_t placed = 0;
            for (scheduler::ServiceNumber i = 1; i <= 100'000; ++i) {
                reserving.service = i;
                placed += placer.place(reserving, 1, {}, random).nodes.size();
            }
            return placed;
        });
        placer = cluster(nodes);
        reserving.service = 1;
        placer.place(reserving, 100'000, {}, random);
        measure(fmt::format("{} nodes: of a service that is everywhere, one at a time", nodes),
                2'000,
                [&] {
                    std::size_t placed = 0;
                    for (std::uint32_t i = 0; i < 2'000; ++i) {
                        const auto number = static_cast<NodeNumber>(random.below(nodes) + 1);
                        placer.task_removed(number, use_of(reserving));
                        placed += placer.place(reserving, 1, {}, random).nodes.size();
                    }
                    return placed;
                });
    }
}

}  // namespace
}  // namespace podium
