// Why a task finds no node, and what would change it.

#include "sim/orch/scheduler/diagnosis.hpp"

#include <algorithm>

#include <catch2/catch.hpp>

#include "sim/orch/scheduler/filter.hpp"
#include "tests/scheduler/builders.hpp"

namespace podium {
namespace {

using scheduler::Availability;
using scheduler::diagnose;
using scheduler::nearest_changes;
using scheduler::Placer;
using scheduler::use_of;

std::vector<std::string> texts(const Placer& placer,
                               const scheduler::TaskShape& shape,
                               std::size_t at_most = 3) {
    std::vector<std::string> found;
    for (const auto& way : nearest_changes(placer, shape, at_most)) {
        found.push_back(way.text);
    }
    return found;
}

TEST_CASE("diagnosis: the table has every filter that refuses, with its figures") {
    auto placer = test::nodes(3);
    auto drained = test::node(1);
    drained.availability = Availability::Drain;
    placer.set_node(drained);
    auto wants = test::shape();
    wants.reservations = {test::kCpu * 3 / 2, 3 * test::kGiB / 2, {}};
    wants.host_ports = {{"tcp", 80}};
    wants.max_replicas = 1;
    wants.constraints = test::constraints({"node.labels.disk==ssd", "node.role==worker"});
    placer.set_node(test::node(3, {{"disk", "ssd"}}));
    placer.task_added(2, use_of(wants));
    const auto table = diagnose(placer, wants);
    REQUIRE(table.size() == 3);
    REQUIRE(table[0].refusals.size() == 2);
    CHECK(table[0].refusals[0].filter == "ready");
    CHECK(table[0].refusals[0].figures == "its availability is drain");
    CHECK(table[0].refusals[1].figures ==
          "node.labels.disk==ssd does not hold (there is no such label)");
    REQUIRE(table[1].refusals.size() == 4);
    CHECK(table[1].refusals[0].filter == "resources");
    CHECK(table[1].refusals[0].figures == "reserves 1.5 CPUs, and 0.5 of 2 CPUs are free");
    CHECK(table[1].refusals[2].figures == "port 80/tcp is taken");
    CHECK(table[1].refusals[3].figures == "has 1 of at most 1 tasks of the service");
    CHECK(table[2].refusals.empty());
    CHECK(table[2].name == "n3");
}

TEST_CASE("diagnosis: the smallest amount to free is told, and is enough") {
    auto placer = test::nodes(2);
    placer.task_added(1, {9, {test::kCpu * 3 / 2, 0, {}}, {}});
    placer.task_added(2, {9, {test::kCpu * 7 / 4, 0, {}}, {}});
    auto wants = test::shape();
    wants.reservations = {test::kCpu, 0, {}};
    CHECK(texts(placer, wants) == std::vector<std::string>{"free 0.5 CPUs on node n1",
                                                           "free 0.75 CPUs on node n2",
                                                           "reserve 0.5 CPUs less"});
    placer.task_added(1, {9, {-test::kCpu / 2, 0, {}}, {}});
    CHECK(placer.fits(wants, 1));
    CHECK(texts(placer, wants).empty());
}

TEST_CASE("diagnosis: what no node has in all can't be freed, only be asked for less") {
    auto placer = test::nodes(2);
    auto wants = test::shape();
    wants.reservations = {3 * test::kCpu, 0, {}};
    placer.task_added(1, {9, {test::kCpu / 2, 0, {}}, {}});
    CHECK(texts(placer, wants) == std::vector<std::string>{"reserve 1 CPU less"});
    // Where something else stands in the way as well, less would not do.
    wants.constraints = test::constraints({"node.hostname==n1"});
    CHECK(texts(placer, wants) == std::vector<std::string>{"reserve 1.5 CPUs less"});
    wants.constraints = test::constraints({"node.hostname==elsewhere"});
    CHECK(texts(placer, wants).empty());
}

TEST_CASE("diagnosis: the fewest steps come first, then what is easily done") {
    Placer placer;
    auto drained = test::node(1, {{"disk", "ssd"}});
    drained.availability = Availability::Drain;
    placer.set_node(drained);
    placer.set_node(test::node(2));
    placer.set_node(test::node(3, {{"disk", "ssd"}}));
    auto down = test::node(4, {{"disk", "ssd"}});
    down.ready = false;
    placer.set_node(down);
    auto wants = test::shape();
    wants.constraints = test::constraints({"node.labels.disk==ssd"});
    wants.max_replicas = 2;
    placer.task_added(3, use_of(wants));
    placer.task_added(3, use_of(wants));
    CHECK(texts(placer, wants, 9) ==
          std::vector<std::string>{"set node n1 to active",
                                   "give node n2 the label disk=ssd",
                                   "allow 3 replicas on a node",
                                   "bring node n4 back",
                                   "drop the constraint node.labels.disk==ssd"});
    wants.constraints = test::constraints({"node.labels.disk==nvme", "node.role==manager"});
    CHECK(texts(placer, wants, 1) ==
          std::vector<std::string>{"give node n2 the label disk=nvme and promote node n2"});
    wants.constraints = test::constraints({"node.hostname==elsewhere"});
    CHECK(texts(placer, wants) ==
          std::vector<std::string>{"drop the constraint node.hostname==elsewhere"});
}

TEST_CASE("diagnosis: raising the replicas on a node is told once, with the least that helps") {
    auto placer = test::nodes(3);
    auto wants = test::shape();
    wants.max_replicas = 1;
    for (const scheduler::NodeNumber number : {1U, 2U, 2U, 3U, 3U, 3U}) {
        placer.task_added(number, use_of(wants));
    }
    CHECK(texts(placer, wants) == std::vector<std::string>{"allow 2 replicas on a node"});
}

TEST_CASE("diagnosis: ports and plug-ins are named") {
    auto placer = test::nodes(1);
    auto wants = test::shape();
    wants.host_ports = {{"udp", 53}};
    wants.plugins = {{"Volume", "rexray"}};
    placer.task_added(1, {9, {}, {{"udp", 53}}});
    CHECK(texts(placer, wants) ==
          std::vector<std::string>{
              "install the Volume plug-in rexray on node n1 and free port 53/udp on node n1"});
}

TEST_CASE("diagnosis: every way out that is told works, and lets one more in") {
    // Random nodes and shapes; each step is applied to the placer's own node.
    RandomStream random(7, "diagnosis", 0);
    int told = 0;
    for (int round = 0; round < 400; ++round) {
        Placer placer;
        const auto count = static_cast<scheduler::NodeNumber>(random.between(1, 5));
        std::vector<scheduler::NodeDescription> described;
        for (scheduler::NodeNumber i = 1; i <= count; ++i) {
            auto one = test::node(i);
            if (random.chance(1, 3)) one.labels["disk"] = random.chance(1, 2) ? "ssd" : "nvme";
            if (random.chance(1, 4)) one.availability = Availability::Drain;
            if (random.chance(1, 6)) one.ready = false;
            placer.set_node(one);
            placer.task_added(i, {9, {test::kCpu * random.between(0, 4) / 2, 0, {}}, {}});
        }
        auto wants = test::shape();
        wants.reservations.nano_cpus = test::kCpu * random.between(0, 4) / 2;
        if (random.chance(1, 2)) wants.constraints = test::constraints({"node.labels.disk!=nvme"});
        if (random.chance(1, 2)) wants.max_replicas = 1;
        auto stream = random;
        placer.place(wants, static_cast<std::uint32_t>(random.between(0, 3)), {}, stream);
        for (const auto& way : nearest_changes(placer, wants, 9)) {
            ++told;
            auto changed = wants;
            bool fits = false;
            placer.for_each_node([&](const scheduler::NodeInfo& info) {
                auto copy = info;
                for (const auto& step : way.steps) {
                    if (step.node == 0 || step.node == info.number) {
                        scheduler::apply(step, changed, copy);
                    }
                }
                fits = fits || scheduler::first_refusal(changed, copy) == scheduler::kNoFilter;
            });
            INFO(way.text);
            CHECK(fits);
        }
    }
    CHECK(told > 100);
}

}  // namespace
}  // namespace podium
