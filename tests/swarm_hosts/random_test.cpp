// Random swarms under random faults: nothing breaks while they last, and all is well when they have ended.
// More seeds: PODIUM_SIMULATION_RUNS=200 build/release/tests/test_swarm_hosts "random swarms*".

#include <cstdlib>

#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tests/swarm_hosts/fixture.hpp"

namespace podium::swarm {
namespace {

std::uint64_t runs() {
    const char* text = std::getenv("PODIUM_SIMULATION_RUNS");
    return text == nullptr ? 6 : std::strtoull(text, nullptr, 10);
}

std::string random_fault(RandomStream& chance, std::uint32_t hosts) {
    const auto host = fmt::format("h{}", 1 + chance.below(hosts));
    switch (chance.below(9)) {
        case 0: return "power-loss " + host;
        case 1: return "engine-kill " + host;
        case 2: return "engine-stop " + host;
        case 3: return "link-cut " + host;
        case 4: return "freeze " + host + " what=engine";
        case 5: return "freeze " + host;
        case 6: return "close-port " + host;
        case 7: return "close-port " + host + " port=7946";
        default: return "loss " + host + " rate=20%";
    }
}

// What holds at every moment.
void check(const SwarmHosts& hosts) {
    const State& state = hosts.swarm().state();
    REQUIRE(hosts.row().group.broken().empty());
    REQUIRE(hosts.row().proposed.size() < 10'000);
    for (const auto& [request, task] : state.requests) REQUIRE(hosts.world().requests.find(request) != nullptr);
    for (const HostRow& row : state.hosts) {
        if (!row.alive) REQUIRE(row.agent.stage == Agent::Stage::Off);
    }
    hosts.store().tasks.for_each([&hosts](std::uint32_t, const Task& task) {
        if (task.status.state >= TaskState::Assigned && task.status.state <= TaskState::Running) REQUIRE(task.node);
        REQUIRE((!task.node || task.service));
        static_cast<void>(hosts);
    });
}

void run(std::uint64_t seed) {
    RandomStream chance(seed, "random swarms", 0);
    const auto count = static_cast<std::uint32_t>(2 + chance.below(5));
    const auto managers = static_cast<std::uint32_t>(1 + chance.below(std::min<std::uint32_t>(count, 5)));
    const auto replicas = static_cast<std::uint32_t>(1 + chance.below(8));
    INFO(fmt::format("seed {}: {} hosts, {} managers, {} replicas", seed, count, managers, replicas));
    SwarmHosts hosts(count, seed);
    hosts.form(managers);
    REQUIRE(hosts.create_service(1, "web", replicas).status == 201);
    std::vector<std::string> active;
    const double end = hosts.now() + 150;
    while (hosts.now() < end) {
        hosts.run_for(static_cast<double>(chance.below(8000)) / 1000);
        if (active.empty() || (active.size() < 3 && chance.chance(1, 2))) {
            active.push_back(random_fault(chance, count));
            INFO(active.back());
            hosts.inject(active.back());
        } else {
            const std::size_t which = chance.below(active.size());
            hosts.lift(active[which]);
            active.erase(active.begin() + static_cast<std::ptrdiff_t>(which));
        }
        check(hosts);
    }
    for (const std::string& fault : active) hosts.lift(fault);
    const bool led = hosts.until([](const SwarmHosts& h) { return h.leader() != 0; }, 200);
    REQUIRE(led);
    REQUIRE(hosts.until([count](const SwarmHosts& h) {
        for (std::uint32_t i = 1; i <= count; ++i) {
            if (h.node_state(i) != NodeState::Ready) return false;
        }
        return true;
    }, 200));
    const bool complete = hosts.until([replicas](const SwarmHosts& h) { return h.running("web") == replicas && h.containers("web") == replicas; }, 60);
    INFO(hosts.tasks_text());
    CHECK(complete);
    check(hosts);
    REQUIRE(hosts.until([](const SwarmHosts& h) { return h.swarm().settled(h.world()); }, 60));
}

}  // namespace

TEST_CASE("random swarms under random faults recover") {
    for (std::uint64_t seed = 1; seed <= runs(); ++seed) run(seed);
}

}  // namespace podium::swarm
