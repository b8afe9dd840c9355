// Each filter: whom it refuses, its sentence, and how the sentences are joined.

#include <algorithm>

#include <catch2/catch.hpp>

#include "tests/scheduler/builders.hpp"

namespace podium {
namespace {

using scheduler::Availability;
using scheduler::Placer;
using scheduler::use_of;

TEST_CASE("filter: only nodes that answer and are active take tasks") {
    auto placer = test::nodes(3);
    const auto any = test::shape();
    auto down = test::node(1);
    down.ready = false;
    placer.set_node(down);
    CHECK_FALSE(placer.fits(any, 1));
    CHECK(placer.refusal(any, 1) == "1 node not available for new tasks");
    CHECK(placer.explain(any).empty());
    for (const auto availability : {Availability::Drain, Availability::Pause}) {
        auto away = test::node(2);
        away.availability = availability;
        placer.set_node(away);
        CHECK_FALSE(placer.fits(any, 2));
        away.number = 3;
        placer.set_node(away);
        CHECK(placer.explain(any) == "3 nodes not available for new tasks");
    }
}

TEST_CASE("filter: what a task reserves must be free, to the last byte") {
    auto placer = test::nodes(1);
    auto big = test::shape();
    big.reservations = {test::kCpu, 6 * test::kGiB, {}};
    CHECK(placer.fits(big, 1));
    placer.task_added(1, use_of(big));
    CHECK(placer.refusal(big, 1) == "insufficient resources on 1 node");
    auto rest = test::shape(2);
    rest.reservations = {test::kCpu, 2 * test::kGiB, {}};
    CHECK(placer.fits(rest, 1));
    rest.reservations.memory_bytes += 1;
    CHECK_FALSE(placer.fits(rest, 1));
    // A task told to stop keeps what it has reserved until it is gone.
    placer.task_active(1, 1, false);
    CHECK_FALSE(placer.fits(big, 1));
    placer.task_removed(1, use_of(big), false);
    CHECK(placer.fits(big, 1));
    CHECK(placer.node(1)->use.active == 0);
}

TEST_CASE("filter: generic resources count pieces") {
    auto described = test::node(1);
    described.total.generic = {{"gpu", 2}};
    Placer placer;
    placer.set_node(described);
    auto wants = test::shape();
    wants.reservations.generic = {{"gpu", 1}};
    for (int i = 0; i < 2; ++i) {
        CHECK(placer.fits(wants, 1));
        placer.task_added(1, use_of(wants));
    }
    CHECK(placer.refusal(wants, 1) == "insufficient resources on 1 node");
    placer.task_removed(1, use_of(wants));
    CHECK(placer.fits(wants, 1));
    wants.reservations.generic = {{"fpga", 0}};
    CHECK_FALSE(placer.fits(wants, 1));
}

TEST_CASE("filter: plug-ins must be there, by name or as their latest version") {
    auto placer = test::nodes(1);
    auto wants = test::shape();
    wants.plugins = {{"Volume", "rexray"}};
    CHECK(placer.refusal(wants, 1) == "missing plugin on 1 node");
    auto described = test::node(1);
    described.plugins.push_back({"Volume", "rexray:latest"});
    placer.set_node(described);
    CHECK(placer.fits(wants, 1));
    wants.plugins = {{"Log", "syslog"}};
    CHECK_FALSE(placer.fits(wants, 1));
    described.plugins = {};  // Says nothing of its log drivers: an old engine.
    placer.set_node(described);
    CHECK(placer.fits(wants, 1));
    wants.plugins = {{"Network", "overlay"}};
    CHECK_FALSE(placer.fits(wants, 1));
}

TEST_CASE("filter: platforms go by any of their names") {
    const auto placer = test::nodes(1);
    auto wants = test::shape();
    wants.platforms = {{"arm64", "linux"}};
    CHECK(placer.refusal(wants, 1) == "unsupported platform on 1 node");
    wants.platforms.push_back({"amd64", "linux"});
    CHECK(placer.fits(wants, 1));
    wants.platforms = {{"", "windows"}};
    CHECK_FALSE(placer.fits(wants, 1));
    wants.platforms = {{"x86_64", ""}};
    CHECK(placer.fits(wants, 1));
}

TEST_CASE("filter: a port in host mode is one task's on a node, for each protocol") {
    auto placer = test::nodes(2);
    auto web = test::shape();
    web.host_ports = {{"tcp", 8080}};
    auto random = RandomStream(1, "test", 0);
    CHECK(placer.place(web, 3, {}, random).nodes.size() == 2);
    CHECK(placer.explain(web) == "host-mode port already in use on 2 nodes");
    auto dns = test::shape(2);
    dns.host_ports = {{"udp", 8080}};
    CHECK(placer.fits(dns, 1));
    placer.task_removed(1, use_of(web));
    CHECK(placer.fits(web, 1));
}

TEST_CASE("filter: the most replicas on a node counts active tasks of the service") {
    auto placer = test::nodes(1);
    auto few = test::shape();
    few.max_replicas = 1;
    placer.task_added(1, use_of(test::shape(2)));
    CHECK(placer.fits(few, 1));
    placer.task_added(1, use_of(few));
    CHECK(placer.refusal(few, 1) == "max replicas per node limit exceed");
    placer.task_active(1, few.service, false);
    CHECK(placer.fits(few, 1));
}

TEST_CASE("filter: reasons are told most nodes first, the first filter's where they are as many") {
    Placer placer;
    for (scheduler::NodeNumber i = 1; i <= 6; ++i) {
        auto described =
            test::node(i, i <= 3 ? scheduler::Labels{} : scheduler::Labels{{"disk", "ssd"}});
        if (i == 1 || i == 6) {
            described.availability = Availability::Drain;
        }
        if (i == 5) {
            described.total.memory_bytes = 0;
        }
        placer.set_node(described);
    }
    auto wants = test::shape();
    wants.reservations.memory_bytes = 1;
    wants.constraints = test::constraints({"node.labels.disk==ssd"});
    CHECK(placer.explain(wants).empty());
    wants.max_replicas = 1;
    placer.task_added(4, use_of(wants));
    CHECK(placer.explain(wants) ==
          "2 nodes not available for new tasks; scheduling constraints not satisfied on 2 nodes; "
          "insufficient resources on 1 node; max replicas per node limit exceed");
    CHECK(Placer().explain(wants).empty());
}

}  // namespace
}  // namespace podium
