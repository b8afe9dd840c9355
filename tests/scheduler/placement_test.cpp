// The spread strategy: who gets the next task, alone and in groups, with preferences and failures.

#include <algorithm>
#include <set>

#include <catch2/catch.hpp>

#include "tests/scheduler/builders.hpp"

namespace podium {
namespace {

using scheduler::NodeInfo;
using scheduler::NodeNumber;
using scheduler::Placer;
using scheduler::TaskShape;
using scheduler::use_of;
using test::per_node;
using test::PerNode;

Time at(std::int64_t s) {
    return Time{} + seconds(s);
}

PerNode place(Placer& placer, const TaskShape& shape, std::uint32_t count, std::uint64_t seed = 1) {
    RandomStream random(seed, "test", 0);
    return per_node(placer.place(shape, count, {}, random).nodes);
}

void put(Placer& placer, NodeNumber node, scheduler::ServiceNumber service, int count) {
    for (int i = 0; i < count; ++i) {
        placer.task_added(node, use_of(test::shape(service)));
    }
}

TEST_CASE("spread: tasks of the service count first, all tasks break ties") {
    auto placer = test::nodes(3);
    put(placer, 1, 9, 4);
    put(placer, 2, 1, 1);
    CHECK(place(placer, test::shape(), 1) == PerNode{{3, 1}});
    CHECK(place(placer, test::shape(), 1) == PerNode{{1, 1}});
    // Each has one of the service now; the rest decides.
    CHECK(place(placer, test::shape(), 1).count(1) == 0);
    CHECK(place(placer, test::shape(), 1).count(1) == 0);
    CHECK(place(placer, test::shape(), 1) == PerNode{{1, 1}});
}

TEST_CASE("spread: a group fills the emptiest nodes up to the others first, then goes round") {
    auto placer = test::nodes(3);
    put(placer, 1, 1, 2);
    put(placer, 2, 1, 2);
    CHECK(place(placer, test::shape(), 2) == PerNode{{3, 2}});
    CHECK(place(placer, test::shape(), 6) == PerNode{{1, 2}, {2, 2}, {3, 2}});
}

TEST_CASE("spread: a group's first pass over the nodes does not come back") {
    // scheduleNTasksOnNodes goes on to the next node as soon as that is the emptier, and fills the
    // last of the empty ones up to the next fuller. One by one the tasks would go 3 and 2, or 2
    // and 3.
    auto placer = test::nodes(3);
    put(placer, 3, 1, 4);
    const auto five = place(placer, test::shape(), 5);
    CHECK(test::counts_of(five) == std::vector<int>{1, 4});
    CHECK(five.count(3) == 0);
}

TEST_CASE("spread: chance decides among equal nodes") {
    std::set<NodeNumber> first;
    for (std::uint64_t seed = 0; seed < 40; ++seed) {
        auto placer = test::nodes(4);
        first.insert(place(placer, test::shape(), 1, seed).begin()->first);
    }
    CHECK(first.size() == 4);
}

TEST_CASE("spread: a node with five failures of the service in five minutes comes last") {
    auto placer = test::nodes(2);
    RandomStream random(1, "test", 0);
    put(placer, 2, 1, 3);
    for (int i = 0; i < 4; ++i) {
        placer.task_failed(1, 1, 0, at(i));
    }
    auto four = placer;
    CHECK(four.place(test::shape(), 1, at(10), random).nodes == std::vector<NodeNumber>{1});
    placer.task_failed(1, 1, 0, at(4));
    auto five = placer;
    CHECK(five.place(test::shape(), 2, at(10), random).nodes == std::vector<NodeNumber>{2, 2});
    // Of the fewest nodes, too, in the quick way for those without a task of the service.
    auto many = test::nodes(8);
    for (int i = 0; i < 5; ++i) {
        many.task_failed(1, 1, 0, at(i));
    }
    for (int i = 0; i < 50; ++i) {
        auto copy = many;
        CHECK(copy.place(test::shape(), 1, at(10), random).nodes != std::vector<NodeNumber>{1});
    }
    // Not for another service, another version of it, nor when it is long ago.
    auto other = placer;
    put(other, 2, 2, 1);
    CHECK(other.place(test::shape(2), 1, at(10), random).nodes == std::vector<NodeNumber>{1});
    auto newer = test::shape();
    newer.spec_version = 7;
    auto updated = placer;
    CHECK(updated.place(newer, 1, at(10), random).nodes == std::vector<NodeNumber>{1});
    auto later = placer;
    CHECK(later.place(test::shape(), 1, at(301), random).nodes == std::vector<NodeNumber>{1});
    // All nodes failing: the fewest failures decide.
    for (int i = 0; i < 6; ++i) {
        placer.task_failed(2, 1, 0, at(i));
    }
    CHECK(placer.place(test::shape(), 1, at(10), random).nodes == std::vector<NodeNumber>{1});
}

TEST_CASE("preferences: groups of nodes get alike, whatever their size") {
    Placer placer;
    placer.set_node(test::node(1, {{"zone", "a"}, {"rack", "1"}}));
    placer.set_node(test::node(2, {{"zone", "a"}, {"rack", "1"}}));
    placer.set_node(test::node(3, {{"zone", "a"}, {"rack", "2"}}));
    placer.set_node(test::node(4, {{"zone", "b"}}));
    auto spread = test::shape();
    spread.preferences = {"node.labels.zone"};
    auto zones = placer;
    const auto six = place(zones, spread, 6);
    CHECK(six.at(4) == 3);
    CHECK(test::counts_of(six) == std::vector<int>{1, 1, 1, 3});
    spread.preferences = {"node.labels.zone", "node.labels.rack"};
    auto racks = placer;
    CHECK(place(racks, spread, 8) == PerNode{{1, 1}, {2, 1}, {3, 2}, {4, 4}});
    // A label nobody has makes one group of all; other descriptors are passed over.
    spread.preferences = {"node.labels.row", "node.hostname"};
    auto none = placer;
    CHECK(test::counts_of(place(none, spread, 4)) == std::vector<int>{1, 1, 1, 1});
}

TEST_CASE("preferences: what is there already counts, also on nodes that take no more") {
    Placer placer;
    auto drained = test::node(1, {{"zone", "a"}});
    drained.availability = scheduler::Availability::Drain;
    placer.set_node(drained);
    placer.set_node(test::node(2, {{"zone", "a"}}));
    placer.set_node(test::node(3, {{"zone", "b"}}));
    put(placer, 1, 1, 2);
    auto spread = test::shape();
    spread.preferences = {"node.labels.zone"};
    CHECK(place(placer, spread, 2) == PerNode{{3, 2}});
}

TEST_CASE("preferences: a full group leaves the rest to the others") {
    Placer placer;
    placer.set_node(test::node(1, {{"zone", "a"}}));
    placer.set_node(test::node(2, {{"zone", "b"}}));
    placer.set_node(test::node(3, {{"zone", "c"}}));
    auto spread = test::shape();
    spread.preferences = {"node.labels.zone"};
    spread.reservations = {test::kCpu, 0, {}};
    placer.task_added(1, {9, {test::kCpu, 0, {}}, {}});
    RandomStream random(1, "test", 0);
    const auto placed = placer.place(spread, 9, {}, random);
    CHECK(per_node(placed.nodes) == PerNode{{1, 1}, {2, 2}, {3, 2}});
    CHECK(placed.explanation.find("insufficient resources on") != std::string::npos);
    CHECK(placer.explain(spread) == "insufficient resources on 3 nodes");
}

TEST_CASE("place: what was placed is counted, and can be taken back") {
    auto placer = test::nodes(2);
    auto half = test::shape();
    half.reservations = {test::kCpu, 0, {}};
    CHECK(place(placer, half, 9) == PerNode{{1, 2}, {2, 2}});
    CHECK(place(placer, half, 1).empty());
    placer.task_removed(2, use_of(half));
    CHECK(place(placer, half, 1) == PerNode{{2, 1}});
}

TEST_CASE("place: reasons are those of the nodes asked since the last success") {
    // n1 has room for one, n2 for three: n1 is full when n2 still passes, and is not asked again.
    auto placer = test::nodes(2);
    placer.task_added(1, {9, {test::kCpu, 0, {}}, {}});
    auto described = test::node(2);
    described.total.nano_cpus = 3 * test::kCpu;
    placer.set_node(described);
    auto one = test::shape();
    one.reservations = {test::kCpu, 0, {}};
    RandomStream random(1, "test", 0);
    const auto placed = placer.place(one, 5, {}, random);
    CHECK(per_node(placed.nodes) == PerNode{{1, 1}, {2, 3}});
    CHECK(placed.explanation == "insufficient resources on 1 node");
    CHECK(placer.place(one, 1, {}, random).explanation == "insufficient resources on 2 nodes");
}

TEST_CASE("place: a node that went away takes its tasks along, and comes back empty") {
    auto placer = test::nodes(2);
    put(placer, 1, 1, 2);
    placer.remove_node(1);
    CHECK(placer.node(1) == nullptr);
    placer.task_removed(1, use_of(test::shape()));
    CHECK(place(placer, test::shape(), 3) == PerNode{{2, 3}});
    placer.set_node(test::node(1));
    CHECK(place(placer, test::shape(), 3) == PerNode{{1, 3}});
    CHECK(placer.node_count() == 2);
}

}  // namespace
}  // namespace podium
