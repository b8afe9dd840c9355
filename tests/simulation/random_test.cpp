// Random runs hold the invariants, come out the same twice, and can be sought and forked.

#include <cstdio>

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "tests/simulation/random_run.hpp"
#include "sim/lab/invariants.hpp"
#include "sim/view/describe.hpp"

namespace podium::simulation {
namespace {

constexpr std::uint64_t kRuns = 60;

lab::Session start(const RandomRun& run) {
    auto session = lab::Session::create(run.set_up);
    REQUIRE(session.ok());
    for (const lab::Command& command : run.commands) session->post(command);
    return std::move(*session);
}

// A container of an engine that answers.
struct Chance {
    std::string host;
    std::string container;
};

Chance chance_of(const lab::Session& session) {
    for (const model::Host& host : session.world().hosts) {
        if (!host.up || host.engine.state != model::EngineState::Running || host.engine.by_name.empty()) continue;
        model::ContainerId oldest = host.engine.by_name.begin()->second;
        for (const auto& [name, id] : host.engine.by_name) oldest = std::min(oldest, id);
        return {host.spec.name, std::string(session.world().name_of(oldest))};
    }
    return {};
}

std::vector<std::pair<Time, FactKind>> facts_of_containers(const lab::Session& session) {
    std::vector<std::pair<Time, FactKind>> out;
    session.journal().for_each(session.journal().first(), [&out](const Fact& fact) {
        if (fact.subject.type() == SubjectType::Container) out.emplace_back(fact.time, fact.kind);
    });
    return out;
}

}  // namespace

TEST_CASE("random runs: invariants hold at every instant and over the whole history") {
    const std::string catalogue = bundled_catalogue();
    for (std::uint64_t number = first_run(); number < first_run() + wanted_runs(kRuns); ++number) {
        INFO(replay(number));
        set_replay_hint(replay(number));
        const RandomRun run = draw_run(number, catalogue);
        lab::Session session = start(run);
        std::vector<std::string> broken;
        Time when{};
        std::uint64_t instants = 0;
        session.run_until(run.end, [&](const lab::Session& now) {
            broken = lab::broken_invariants(now.world());
            // Adding everything up at every instant would take most of the time.
            if (broken.empty() && ++instants % 16 == 0) broken = lab::broken_sums(now.world());
            when = now.now();
            return !broken.empty();
        });
        if (broken.empty()) broken = lab::broken_sums(session.world());
        if (broken.empty()) broken = lab::broken_history(session.world());
        if (broken.empty()) broken = lab::broken_promises(session.world());
        INFO("at " << format_time(when) << ": " << (broken.empty() ? "" : broken.front()));
        REQUIRE(broken.empty());
    }
}

TEST_CASE("random runs: the same number twice gives the same facts, and seeking equals running") {
    const std::string catalogue = bundled_catalogue();
    for (std::uint64_t number = first_run(); number < first_run() + std::max<std::uint64_t>(1, wanted_runs(kRuns) / 4); ++number) {
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

TEST_CASE("random runs: a fork that changes one thing equals a run with that change from the start, and differs from one without") {
    const std::string catalogue = bundled_catalogue();
    std::uint64_t acted = 0;
    const std::uint64_t runs = std::max<std::uint64_t>(1, wanted_runs(kRuns) / 6);
    for (std::uint64_t number = first_run(); number < first_run() + runs; ++number) {
        INFO(replay(number));
        RandomRun run = draw_run(number, catalogue);
        RandomStream random(number, "fork", 0);
        lab::Session session = start(run);
        session.run_until(Time{random.between(1, 60) * 1'000'000'000 + 1});
        Chance chance = chance_of(session);
        for (; chance.container.empty() && session.now() < run.end; chance = chance_of(session)) session.run_until(session.now() + seconds(1));
        if (chance.container.empty()) continue;  // to its end no engine that answers has a container
        const lab::Command change{session.now(), lab::CommandKind::Line, chance.host + "/fork", "docker restart -t 1 " + chance.container, {}};
        lab::Session forked = session.fork();
        forked.post(change);
        forked.run_until(run.end);
        lab::Session whole = start(run);
        whole.post(change);
        whole.run_until(run.end);
        REQUIRE(forked.fingerprint() == whole.fingerprint());
        session.run_until(run.end);
        REQUIRE(session.log().size() + 1 == forked.log().size());
        REQUIRE(forked.fingerprint() != session.fingerprint());
        if (facts_of_containers(forked) != facts_of_containers(session)) ++acted;
    }
    // Something may come between the command and its container, but hardly ever does.
    CHECK(acted * 2 > runs);
}

TEST_CASE("random runs: a saved run replays byte for byte") {
    const std::string catalogue = bundled_catalogue();
    for (std::uint64_t number = first_run(); number < first_run() + std::max<std::uint64_t>(1, wanted_runs(kRuns) / 10); ++number) {
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

// Asked for by its tag: a run as it happens, to find out what a failure came from.
TEST_CASE("the commands and facts of one run", "[.tell]") {
    const RandomRun run = draw_run(first_run(), bundled_catalogue());
    lab::Session session = start(run);
    for (const lab::Command& command : run.commands) fmt::print("{} {}: {}\n", format_time(command.time), command.session, command.text);
    FactId next{1};
    session.run_until(run.end, [&](const lab::Session& now) {
        now.journal().for_each(next, [&now](const Fact& fact) { fmt::print("{}\n", view::fact_row(now.world(), lab::fact_catalogue(), fact)); });
        std::fflush(stdout);
        next = FactId{now.journal().last().value + 1};
        return false;
    });
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
