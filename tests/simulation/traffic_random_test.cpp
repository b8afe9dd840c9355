// Random runs with traffic: whatever breaks, nothing is answered by a host that is down.

#include <algorithm>
#include <fmt/format.h>
#include <map>

#include <catch2/catch.hpp>

#include "sim/lab/session.hpp"
#include "tests/simulation/random_run.hpp"

namespace podium::simulation {
namespace {

constexpr std::uint64_t kRuns = 40;

// A quarter of what is wished for: one of these takes as long as four others.
std::uint64_t runs_here() { return std::max<std::uint64_t>(1, wanted_runs(4 * kRuns) / 4); }

// Watches a run: since when each host is down, and whether a source was answered from one since
// then.
class DeadHosts {
  public:
    bool answer_from_one(const model::World& world) {
        const Time now = world.kernel.now();
        for (std::size_t i = 0; i < world.hosts.size(); ++i) {
            if (world.hosts[i].up) {
                down_since_.erase(i);
            } else {
                down_since_.try_emplace(i, now);
            }
        }
        for (const model::Traffic& source : world.traffic) {
            if (!source.last_server) continue;
            const auto down = down_since_.find(world.container(source.last_server).host.value - 1);
            if (down != down_since_.end() && source.last_answer > down->second) return true;
        }
        return false;
    }

    [[nodiscard]] bool any() const { return !down_since_.empty(); }

  private:
    std::map<std::size_t, Time> down_since_;
};

}  // namespace

TEST_CASE(
    "random runs with traffic: nothing is answered by a host that is down, and all requests end") {
    const std::string catalogue = bundled_catalogue();
    std::uint64_t answered = 0;
    std::uint64_t failed = 0;
    std::size_t instants_with_one_down = 0;
    for (std::uint64_t number = first_run(); number < first_run() + runs_here(); ++number) {
        INFO(replay(number));
        const RandomRun run = draw_run(number, catalogue);
        auto session = lab::Session::create(run.set_up);
        REQUIRE(session.ok());
        for (const lab::Command& command : run.commands)
            session->post(command);
        DeadHosts dead;
        bool broken = false;
        session->run_until(run.end, [&](const lab::Session& now) {
            broken = dead.answer_from_one(now.world());
            if (dead.any()) ++instants_with_one_down;
            return broken;
        });
        REQUIRE_FALSE(broken);
        for (const model::Traffic& source : session->world().traffic) {
            CHECK(source.over);
            CHECK(source.in_flight == 0);
            answered += source.tally.answered();
            failed += source.tally.failed();
        }
        // Health checks go on asking to the end; traffic does not.
        for (const model::ExchangeId id : session->world().exchanges.keys())
            CHECK_FALSE(session->world().exchanges.at(id).traffic);
    }
    // The runs are worth something: there were answers, failures and dead hosts.
    if (runs_here() < kRuns) return;
    CHECK(answered > 1'000);
    CHECK(failed > 1'000);
    CHECK(instants_with_one_down > 100);
}

}  // namespace podium::simulation
