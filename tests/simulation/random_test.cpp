// Random runs hold the invariants, come out the same twice, and can be sought and forked.

#include <cstdlib>

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "tests/simulation/random_run.hpp"
#include "sim/base/text.hpp"
#include "sim/lab/invariants.hpp"

namespace podium::simulation {
namespace {

constexpr std::uint64_t kRuns = 60;

std::uint64_t wanted_runs() {
    const char* text = std::getenv("PODIUM_SIMULATION_RUNS");
    std::int64_t runs = 0;
    return text != nullptr && parse_integer(text, runs) && runs > 0 ? static_cast<std::uint64_t>(runs) : kRuns;
}

std::uint64_t first_run() {
    const char* text = std::getenv("PODIUM_SIMULATION_FIRST");
    std::int64_t first = 0;
    return text != nullptr && parse_integer(text, first) && first > 0 ? static_cast<std::uint64_t>(first) : 1;
}

lab::Session start(const RandomRun& run) {
    auto session = lab::Session::create(run.set_up);
    REQUIRE(session.ok());
    for (const lab::Command& command : run.commands) session->post(command);
    return std::move(*session);
}

std::string replay(std::uint64_t number) { return fmt::format("replay: PODIUM_SIMULATION_FIRST={} PODIUM_SIMULATION_RUNS=1 test_simulation", number); }

}  // namespace

TEST_CASE("random runs: invariants hold at every instant and over the whole history") {
    const std::string catalogue = bundled_catalogue();
    for (std::uint64_t number = first_run(); number < first_run() + wanted_runs(); ++number) {
        INFO(replay(number));
        set_replay_hint(replay(number));
        const RandomRun run = draw_run(number, catalogue);
        lab::Session session = start(run);
        std::vector<std::string> broken;
        Time when{};
        session.run_until(run.end, [&](const lab::Session& now) {
            broken = lab::broken_invariants(now.world());
            when = now.now();
            return !broken.empty();
        });
        if (broken.empty()) broken = lab::broken_history(session.world());
        INFO("at " << format_time(when) << ": " << (broken.empty() ? "" : broken.front()));
        REQUIRE(broken.empty());
    }
}

TEST_CASE("random runs: the same number twice gives the same facts, and seeking equals running") {
    const std::string catalogue = bundled_catalogue();
    for (std::uint64_t number = first_run(); number < first_run() + std::max<std::uint64_t>(1, wanted_runs() / 4); ++number) {
        INFO(replay(number));
        const RandomRun run = draw_run(number, catalogue);
        lab::Session first = start(run);
        lab::Session second = start(run);
        first.run_until(run.end);
        second.run_until(run.end);
        REQUIRE(first.fingerprint() == second.fingerprint());
        RandomStream random(number, "moments", 0);
        for (int i = 0; i < 3; ++i) {
            const Time moment{random.between(0, run.end.nanoseconds)};
            lab::Session straight = start(run);
            straight.run_until(moment);
            second.seek(moment);
            REQUIRE(second.fingerprint() == straight.fingerprint());
        }
        second.seek(run.end);
        REQUIRE(second.fingerprint() == first.fingerprint());
    }
}

TEST_CASE("random runs: a fork that changes one thing equals a run with that change from the start") {
    const std::string catalogue = bundled_catalogue();
    for (std::uint64_t number = first_run(); number < first_run() + std::max<std::uint64_t>(1, wanted_runs() / 6); ++number) {
        INFO(replay(number));
        RandomRun run = draw_run(number, catalogue);
        RandomStream random(number, "fork", 0);
        const Time moment{random.between(1, 60) * 1'000'000'000 + 1};
        const lab::Command change{moment, lab::CommandKind::Line, "host1/fork", "docker restart -t 1 c0", {}};
        lab::Session session = start(run);
        session.run_until(moment);
        lab::Session forked = session.fork();
        forked.post(change);
        forked.run_until(run.end);
        lab::Session whole = start(run);
        whole.post(change);
        whole.run_until(run.end);
        REQUIRE(forked.fingerprint() == whole.fingerprint());
        session.run_until(run.end);
        REQUIRE(session.log().size() + 1 == forked.log().size());
    }
}

TEST_CASE("random runs: a saved run replays byte for byte") {
    const std::string catalogue = bundled_catalogue();
    for (std::uint64_t number = first_run(); number < first_run() + std::max<std::uint64_t>(1, wanted_runs() / 10); ++number) {
        INFO(replay(number));
        const RandomRun run = draw_run(number, catalogue);
        lab::Session session = start(run);
        session.run_until(run.end);
        auto loaded = lab::Session::load(session.save(), "test.podium");
        REQUIRE(loaded.ok());
        loaded->run_until(loaded->saved_end());
        REQUIRE(loaded->fingerprint() == session.fingerprint());
        REQUIRE(loaded->save() == session.save());
    }
}

TEST_CASE("fingerprints of chosen runs", "[fingerprint]") {
    const std::string catalogue = bundled_catalogue();
    for (std::uint64_t number = 1; number <= 20; ++number) {
        const RandomRun run = draw_run(number, catalogue);
        lab::Session session = start(run);
        session.run_until(run.end);
        fmt::print("fingerprint random-{} {:016x}\n", number, session.fingerprint());
        REQUIRE(session.journal().size() > 0);
    }
}

}  // namespace podium::simulation
