// Random swarms under random commands and faults: nothing breaks while they last, and all is well in
// time when they have ended. Thousands: PODIUM_SIMULATION_RUNS=3000 test_swarm_hosts "random swarms*"; the
// first is PODIUM_SIMULATION_FIRST.

#include <cstdlib>

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "sim/base/assert.hpp"
#include "sim/base/text.hpp"
#include "tests/swarm_hosts/random_swarm.hpp"

namespace podium::swarm {
namespace {

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
    const char* text = std::getenv(name);
    std::int64_t number = 0;
    return text != nullptr && parse_integer(text, number) && number > 0 ? static_cast<std::uint64_t>(number) : otherwise;
}

std::uint64_t first_swarm() { return from_environment("PODIUM_SIMULATION_FIRST", 1); }

std::string how_to_replay(std::uint64_t number) {
    return fmt::format("PODIUM_SIMULATION_FIRST={} PODIUM_SIMULATION_RUNS=1 test_swarm_hosts \"random swarms*\" (with -s: what was done)", number);
}

}  // namespace

TEST_CASE("random swarms: what must hold holds under faults, and when these have ended all that is wanted comes about") {
    const std::uint64_t runs = from_environment("PODIUM_SIMULATION_RUNS", 30);
    std::uint64_t placements = 0;
    std::uint64_t changes = 0;
    for (std::uint64_t number = first_swarm(); number < first_swarm() + runs; ++number) {
        set_replay_hint(how_to_replay(number));
        RandomSwarm swarm(number);
        swarm.trouble();
        swarm.heal();
        INFO("replay: " << how_to_replay(number));
        INFO(swarm.story());
        INFO((swarm.wrong().empty() ? std::string() : swarm.hosts().tasks_text()));
        CHECK(swarm.wrong() == "");
        REQUIRE(swarm.hosts().row().group.checker() != nullptr);
        CHECK(swarm.hosts().row().group.checker()->committed() > 10);
        placements += swarm.safety().placements();
        changes += swarm.safety().changes();
        if (std::getenv("PODIUM_SIMULATION_TELL") != nullptr) {
            fmt::print("{}: {} hosts, {} placements, {} changes; led after {:.1f} s, ready {:.1f}, well {:.1f}\n", number, swarm.hosts().world().hosts.size(), swarm.safety().placements(), swarm.safety().changes(), swarm.led_after(),
                       swarm.ready_after(), swarm.well_after());
        }
    }
    // The runs were worth something.
    if (runs < 5) return;
    CHECK(placements > 10 * runs);
    CHECK(changes > 50 * runs);
}

TEST_CASE("what must hold of swarms does not when one goes back to what it was") {
    SwarmHosts hosts(2);
    hosts.form(1);
    REQUIRE(hosts.create_service(1, "web", 3).status == 201);
    REQUIRE(hosts.until([](const SwarmHosts& h) { return h.store().tasks.count() == 3; }, 5));
    const SwarmHosts before = hosts;
    SwarmSafety safety;
    safety.look(before);
    REQUIRE(hosts.until([](const SwarmHosts& h) { return h.running("web") == 3; }, 20));
    safety.look(hosts);
    CHECK(safety.wrong() == "");
    CHECK(safety.placements() == 0);  // decided between the two looks
    safety.look(before);
    CHECK(safety.wrong().find("has gone back from") != std::string::npos);
}

TEST_CASE("random swarms: the same number twice gives the same facts") {
    const std::uint64_t number = first_swarm();
    RandomSwarm once(number);
    RandomSwarm again(number);
    once.trouble();
    again.trouble();
    CHECK(once.hosts().fingerprint() == again.hosts().fingerprint());
}

}  // namespace podium::swarm
