// Groups in a rough world: first safety with faults on, then liveness when they have ended.

#include <cstdlib>
#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "sim/base/assert.hpp"
#include "tests/raft/rough.hpp"

namespace podium::raft {
namespace {

constexpr std::uint64_t kRuns = 1000;

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
    const char* text = std::getenv(name);
    const std::uint64_t value = text != nullptr ? std::strtoull(text, nullptr, 10) : 0;
    return value > 0 ? value : otherwise;
}

std::uint64_t first_run() {
    return from_environment("PODIUM_SIMULATION_FIRST", 1);
}

std::uint64_t runs(std::uint64_t otherwise) {
    return from_environment("PODIUM_SIMULATION_RUNS", otherwise);
}

std::string replay(std::uint64_t seed) {
    return fmt::format("replay: PODIUM_SIMULATION_FIRST={} PODIUM_SIMULATION_RUNS=1 test_raft",
                       seed);
}

void add(Rough::Counts& sum, const Rough::Counts& more) {
    sum.steps += more.steps;
    sum.crashes += more.crashes;
    sum.lost_writes += more.lost_writes;
    sum.snapshots_installed += more.snapshots_installed;
    sum.changes += more.changes;
    sum.transfers += more.transfers;
    sum.committed += more.committed;
    sum.leaders += more.leaders;
    sum.truncations += more.truncations;
    sum.rounds_to_heal = std::max(sum.rounds_to_heal, more.rounds_to_heal);
}

}  // namespace

TEST_CASE("random groups: safe in a rough world at every step, and alive when it is over") {
    Rough::Counts sum;
    const std::uint64_t wanted = runs(kRuns);
    for (std::uint64_t seed = first_run(); seed < first_run() + wanted; ++seed) {
        set_replay_hint(replay(seed));
        Rough world(seed);
        std::string broken;
        while (broken.empty() && world.rounds_left())
            broken = world.step();
        if (broken.empty()) broken = world.heal();
        INFO(replay(seed));
        INFO(world.description());
        INFO(broken);
        REQUIRE(broken.empty());
        add(sum, world.counts());
    }
    INFO(fmt::format(
        "{} steps, {} crashes ({} while writing), {} leaders, {} entries, {} truncations, {} "
        "snapshots, {} changes, {} transfers; {} rounds to heal at most",
        sum.steps,
        sum.crashes,
        sum.lost_writes,
        sum.leaders,
        sum.committed,
        sum.truncations,
        sum.snapshots_installed,
        sum.changes,
        sum.transfers,
        sum.rounds_to_heal));
    // A rough world that is not rough would prove nothing.
    if (wanted < kRuns) return;
    CHECK(sum.crashes > 3 * wanted);
    CHECK(sum.lost_writes > wanted / 4);
    CHECK(sum.leaders > 3 * wanted);
    CHECK(sum.committed > 50 * wanted);
    CHECK(sum.truncations > wanted / 4);
    CHECK(sum.snapshots_installed > wanted / 2);
    CHECK(sum.changes > wanted);
    CHECK(sum.transfers > wanted / 2);
}

TEST_CASE(
    "random groups: the same seed gives the same run, and a copy at any step goes on as the "
    "original") {
    for (std::uint64_t seed = first_run(); seed < first_run() + runs(kRuns) / 10 + 1; ++seed) {
        INFO(replay(seed));
        RandomStream random(seed, "copy", 0);
        Rough one(seed);
        Rough two(seed);
        const std::uint64_t moment = random.below(600);
        for (std::uint64_t i = 0; i < moment; ++i) {
            REQUIRE(one.step().empty());
            REQUIRE(two.step().empty());
        }
        REQUIRE(one.fingerprint() == two.fingerprint());
        Rough copy = one;
        for (std::uint64_t i = 0; i < 100; ++i)
            REQUIRE(one.step().empty());
        const std::uint64_t after = one.fingerprint();
        for (std::uint64_t i = 0; i < 100; ++i)
            REQUIRE(copy.step().empty());
        REQUIRE(copy.fingerprint() == after);
        // The original was not touched by what the copy did.
        for (std::uint64_t i = 0; i < 100; ++i)
            REQUIRE(two.step().empty());
        REQUIRE(two.fingerprint() == after);
    }
}

}  // namespace podium::raft
