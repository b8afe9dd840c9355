// Random clusters: the quick ways against the plain one, groups against one by one, and balance.

#include <algorithm>

#include <catch2/catch.hpp>

#include "sim/orch/scheduler/filter.hpp"
#include "tests/scheduler/builders.hpp"

namespace podium {
namespace {

using scheduler::NodeInfo;
using scheduler::NodeNumber;
using scheduler::Placer;
using scheduler::TaskShape;
using scheduler::use_of;

TaskShape random_shape(RandomStream& random) {
    auto shape = test::shape(static_cast<scheduler::ServiceNumber>(random.between(1, 4)));
    if (random.chance(1, 3)) shape.reservations.nano_cpus = test::kCpu * random.between(1, 4) / 4;
    if (random.chance(1, 4)) shape.constraints = test::constraints({"node.labels.disk==ssd"});
    if (random.chance(1, 6)) shape.host_ports = {{"tcp", 80}};
    if (random.chance(1, 4)) shape.max_replicas = static_cast<std::uint64_t>(random.between(1, 3));
    return shape;
}

Placer random_cluster(RandomStream& random) {
    Placer placer;
    const auto count = static_cast<NodeNumber>(random.between(1, 12));
    for (NodeNumber i = 1; i <= count; ++i) {
        auto described = test::node(i);
        if (random.chance(1, 2)) described.labels["disk"] = "ssd";
        if (random.chance(1, 8)) described.availability = scheduler::Availability::Pause;
        placer.set_node(described);
    }
    return placer;
}

/// The rule, without anything kept: of the nodes that all filters let pass, those that nobody is
/// better than.
std::vector<NodeNumber> best(const Placer& placer, const TaskShape& shape, Time now) {
    std::vector<NodeNumber> found;
    std::tuple<std::uint32_t, std::uint32_t, std::uint32_t> lowest;
    placer.for_each_node([&](const NodeInfo& node) {
        if (scheduler::first_refusal(shape, node) != scheduler::kNoFilter) return;
        const auto failures = scheduler::recent_failures(node, shape, now);
        const auto rank = std::tuple(
            failures >= 5 ? failures : 0U, node.use.active_of(shape.service), node.use.active);
        if (found.empty() || rank < lowest) {
            lowest = rank;
            found = {node.number};
        } else if (rank == lowest) {
            found.push_back(node.number);
        }
    });
    return found;
}

TEST_CASE("random: one task at a time goes to a node that nobody is better than") {
    for (std::uint64_t seed = 0; seed < 150; ++seed) {
        RandomStream random(seed, "one", 0);
        auto placer = random_cluster(random);

        struct Placed {
            NodeNumber node = 0;
            TaskShape shape;
            bool active = true;
        };

        std::vector<Placed> tasks;
        Time now;
        for (int step = 0; step < 120; ++step) {
            now = now + seconds(random.between(0, 10));
            const auto what = random.below(10);
            if (what < 5) {
                const auto shape = random_shape(random);
                const auto expected = best(placer, shape, now);
                const auto placed = placer.place(shape, 1, now, random);
                INFO("seed " << seed << ", step " << step);
                REQUIRE(placed.nodes.size() == std::min<std::size_t>(1, expected.size()));
                if (placed.nodes.empty()) {
                    CHECK(placed.explanation == placer.explain(shape));
                } else {
                    CHECK(std::count(expected.begin(), expected.end(), placed.nodes[0]) == 1);
                    tasks.push_back({placed.nodes[0], shape, true});
                }
            } else if (what < 8 && !tasks.empty()) {
                const auto at = random.below(tasks.size());
                const auto task = tasks[at];
                if (what == 7 && task.active) {
                    placer.task_active(task.node, task.shape.service, false);
                    tasks[at].active = false;
                    continue;
                }
                if (what == 6) placer.task_failed(task.node, task.shape.service, 0, now);
                placer.task_removed(task.node, use_of(task.shape), task.active);
                tasks.erase(tasks.begin() + static_cast<std::ptrdiff_t>(at));
            } else if (what == 8 && placer.node_count() > 0) {
                const auto number = static_cast<NodeNumber>(random.between(1, 12));
                auto described = test::node(number);
                if (random.chance(1, 2)) described.labels["disk"] = "ssd";
                if (random.chance(1, 4)) described.availability = scheduler::Availability::Drain;
                placer.set_node(described);
            } else if (what == 9 && random.chance(1, 4)) {
                const auto number = static_cast<NodeNumber>(random.between(1, 12));
                placer.remove_node(number);
                std::erase_if(tasks, [&](const Placed& task) { return task.node == number; });
            }
        }
        // Nothing stays counted once all have gone.
        for (const auto& task : tasks) {
            placer.task_removed(task.node, use_of(task.shape), task.active);
        }
        placer.for_each_node([&](const NodeInfo& node) {
            CHECK(node.use.active == 0);
            CHECK(node.use.services.empty());
            CHECK(node.use.ports.empty());
            CHECK(node.use.reserved.nano_cpus == 0);
        });
    }
}

TEST_CASE("random: a group comes out as its tasks one by one") {
    for (std::uint64_t seed = 0; seed < 400; ++seed) {
        RandomStream random(seed, "group", 0);
        auto placer = random_cluster(random);
        for (int i = 0; i < 10; ++i) {
            placer.place(
                random_shape(random), static_cast<std::uint32_t>(random.between(1, 4)), {}, random);
        }
        auto shape = random_shape(random);
        shape.service =
            5;  // One that nobody has yet: see "a group's first pass" in placement_test.cpp.
        const auto count = static_cast<std::uint32_t>(random.between(1, 30));
        auto one_by_one = placer;
        std::size_t placed = 0;
        for (std::uint32_t i = 0; i < count; ++i) {
            placed += one_by_one.place(shape, 1, {}, random).nodes.size();
        }
        INFO("seed " << seed);
        CHECK(placer.place(shape, count, {}, random).nodes.size() == placed);
        // The same number of nodes have the same number of the service's tasks.
        std::vector<std::uint32_t> group;
        std::vector<std::uint32_t> single;
        placer.for_each_node(
            [&](const NodeInfo& node) { group.push_back(node.use.active_of(shape.service)); });
        one_by_one.for_each_node(
            [&](const NodeInfo& node) { single.push_back(node.use.active_of(shape.service)); });
        std::sort(group.begin(), group.end());
        std::sort(single.begin(), single.end());
        // Nodes that filters refuse stand as they stood, so the sorted lists can be compared.
        CHECK(group == single);
    }
}

TEST_CASE("random: on nodes alike no two differ by more than one task") {
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
        RandomStream random(seed, "balance", 0);
        auto placer = test::nodes(static_cast<NodeNumber>(random.between(1, 40)));
        for (int i = 0; i < 6; ++i) {
            placer.place(
                test::shape(), static_cast<std::uint32_t>(random.between(1, 50)), {}, random);
            std::uint32_t least = UINT32_MAX;
            std::uint32_t most = 0;
            placer.for_each_node([&](const NodeInfo& node) {
                least = std::min(least, node.use.active);
                most = std::max(most, node.use.active);
            });
            INFO("seed " << seed);
            CHECK(most - least <= 1);
        }
    }
}

TEST_CASE("random: a copy decides as the original") {
    RandomStream random(5, "copy", 0);
    auto placer = random_cluster(random);
    for (int i = 0; i < 40; ++i) {
        const auto shape = random_shape(random);
        auto copy = placer;
        auto same = random;
        CHECK(copy.place(shape, 3, {}, same).nodes == placer.place(shape, 3, {}, random).nodes);
    }
}

}  // namespace
}  // namespace podium
