// What random runs came to, twice, and against a slow count that looks at the world after each
// instant.

#include <algorithm>
#include <fmt/format.h>
#include <map>

#include <catch2/catch.hpp>

#include "sim/lab/sweep.hpp"
#include "sim/model/targets.hpp"
#include "tests/simulation/random_run.hpp"

namespace podium::simulation {
namespace {

constexpr std::uint64_t kRuns = 40;

// A quarter of what is wished for: one of these takes as long as four others.
std::uint64_t runs_here() { return std::max<std::uint64_t>(1, wanted_runs(4 * kRuns) / 4); }

lab::Session begin(const RandomRun& run) {
    auto session = lab::Session::create(run.set_up);
    REQUIRE(session.ok());
    for (const lab::Command& command : run.commands)
        session->post(command);
    return std::move(*session);
}

// All numbers of a run as one text.
std::string numbers_of(const view::RunOutcome& outcome) {
    std::string out;
    for (const lab::MeasureSpec& measure : lab::measures()) {
        const auto all = lab::measured(outcome, measure.measure);
        out += fmt::format("{} {}\n", measure.key, all ? fmt::format("{}", *all) : "-");
        for (const view::ServiceSummary& service : outcome.services) {
            const auto one = lab::measured(service, measure.measure);
            out += fmt::format("  {} {}\n", service.called(), one ? fmt::format("{}", *one) : "-");
        }
    }
    return out;
}

// Follows a run from instant to instant, and counts for itself.
class SlowCount {
  public:
    void look(const model::World& world) {
        const Time now = world.kernel.now();
        for (std::uint32_t number = 1; number <= world.containers.size(); ++number) {
            const model::Container& c = world.container(model::ContainerId{number});
            Seen& seen = seen_[number];
            const bool up = c.ever_started && c.process_alive &&
                            (c.state == model::ContainerState::Running ||
                             c.state == model::ContainerState::Paused);
            if (up && !seen.up) seen.spans.emplace_back(now, now);
            if (seen.up) seen.spans.back().second = now;
            seen.up = up;
            if (c.state == model::ContainerState::Removed && !seen.removed) lost_ += seen.layer;
            seen.removed = c.state == model::ContainerState::Removed;
            seen.layer = c.detail ? c.detail->layer.size_bytes() : 0;
        }
        sizes_.resize(world.volumes.size());
        for (std::size_t i = 0; i < world.volumes.size(); ++i) {
            const model::Volume& volume = world.volumes[i];
            if (volume.removed) {
                lost_in_volumes_ += sizes_[i];
                sizes_[i] = 0;
                continue;
            }
            sizes_[i] = 0;
            for (const auto& [path, node] : volume.files.nodes()) {
                if (node.modified != Time{}) sizes_[i] += node.size_bytes();
            }
        }
    }

    [[nodiscard]] std::int64_t lost_in_layers() const { return lost_; }

    [[nodiscard]] std::int64_t lost_in_volumes() const { return lost_in_volumes_; }

    // How long each service was up, its containers' spans laid over one another.
    [[nodiscard]] std::map<model::ServiceIdentity, Duration> up(const model::World& world) const {
        std::map<model::ServiceIdentity, std::vector<std::pair<Time, Time>>> spans;
        for (const auto& [number, seen] : seen_) {
            const model::ContainerId id{number};
            if (model::is_of_build(world.container(id))) continue;
            model::ServiceIdentity service{model::service_of(world, id), model::project_of(world, id)};
            if (service.name.empty()) service = {std::string(world.name_of(id)), {}};
            auto& all = spans[service];
            all.insert(all.end(), seen.spans.begin(), seen.spans.end());
        }
        std::map<model::ServiceIdentity, Duration> out;
        for (auto& [service, all] : spans) {
            std::sort(all.begin(), all.end());
            Time until{};
            for (const auto& [begin, end] : all) {
                if (end <= until) continue;
                out[service] = out[service] + (end - std::max(begin, until));
                until = end;
            }
        }
        return out;
    }

  private:
    struct Seen {
        bool up = false;
        bool removed = false;
        std::int64_t layer = 0;
        std::vector<std::pair<Time, Time>> spans;
    };

    std::map<std::uint32_t, Seen> seen_;
    std::int64_t lost_ = 0;
    std::vector<std::int64_t> sizes_;  // of the volumes
    std::int64_t lost_in_volumes_ = 0;
};

}  // namespace

TEST_CASE("random runs: what one came to is the same twice, and its parts add up") {
    const std::string catalogue = bundled_catalogue();
    std::size_t outages = 0;
    for (std::uint64_t number = first_run(); number < first_run() + runs_here(); ++number) {
        INFO(replay(number));
        const RandomRun run = draw_run(number, catalogue);
        lab::Session first = begin(run);
        lab::Session second = begin(run);
        first.run_until(run.end);
        second.run_until(run.quiet_from);  // in two steps
        second.run_until(run.end);
        const lab::SweepRun one = lab::sweep_run_of(first);
        const lab::SweepRun other = lab::sweep_run_of(second);
        REQUIRE(numbers_of(one.outcome) == numbers_of(other.outcome));
        REQUIRE(one.faults == other.faults);
        for (const view::ServiceSummary& service : one.outcome.services) {
            INFO(service.called());
            Duration out{};
            Time end{};
            for (const view::Outage& outage : service.outages) {
                CHECK(outage.length > Duration{});
                CHECK(outage.begin >= end);
                end = outage.begin + outage.length;
                out = out + outage.length;
            }
            CHECK(out <= service.down);
            CHECK(end <= first.now());
            if (!service.outages.empty() && !service.outages.back().over) {
                CHECK(end == first.now());
                CHECK_FALSE(service.running_at_end);
            }
            outages += service.outages.size();
        }
    }
    // Enough of them to mean something, where the runs are.
    if (runs_here() >= kRuns) CHECK(outages > 100);
}

TEST_CASE("random runs: who follows what one comes to sees at each moment what reading all of it gives") {
    const std::string catalogue = bundled_catalogue();
    constexpr int kMoments = 7;
    for (std::uint64_t number = first_run(); number < first_run() + runs_here(); ++number) {
        INFO(replay(number));
        const RandomRun run = draw_run(number, catalogue);
        lab::Session session = begin(run);
        view::OutcomeFollower follower;
        const auto same = [&] {
            INFO("at " << format_time(session.now()));
            const view::RunOutcome followed = follower.look(session.world(), lab::fact_catalogue(), session.now());
            REQUIRE(numbers_of(followed) == numbers_of(lab::sweep_run_of(session).outcome));
        };
        for (int i = 1; i <= kMoments; ++i) {
            session.run_until(Time{run.end.nanoseconds / kMoments * i});
            same();
            if (i != kMoments - 2) continue;
            // Back, and there again.
            session.seek(Time{run.end.nanoseconds / 3});
            same();
        }
    }
}

TEST_CASE("random runs: time up and what was lost are those of a slow count") {
    const std::string catalogue = bundled_catalogue();
    std::int64_t layers = 0;
    std::int64_t volumes = 0;
    for (std::uint64_t number = first_run(); number < first_run() + runs_here(); ++number) {
        INFO(replay(number));
        const RandomRun run = draw_run(number, catalogue);
        lab::Session session = begin(run);
        // Somebody writes something into whatever runs.
        for (Time time = Time{} + seconds(7); time < run.end; time = time + seconds(13)) {
            const std::string written =
                number % 2 == 0
                    ? "/written"
                    : "$(docker inspect -f '{{range .Mounts}}{{.Destination}}{{end}}' $i)/w";
            session.post(
                {time,
                 lab::CommandKind::Line,
                 run.set_up.hosts.front().name + "/writer",
                 fmt::format(
                     "for i in $(docker ps -q); do docker exec $i sh -c \"echo hello >> {}\"; done",
                     written),
                 {}});
        }
        SlowCount slow;
        session.run_until(run.end, [&slow](const lab::Session& now) {
            slow.look(now.world());
            return false;
        });
        slow.look(session.world());
        const view::RunOutcome outcome = lab::sweep_run_of(session).outcome;
        CHECK(outcome.lost_in_layers_bytes == slow.lost_in_layers());
        CHECK(outcome.lost_in_volumes_bytes == slow.lost_in_volumes());
        layers += outcome.lost_in_layers_bytes;
        volumes += outcome.lost_in_volumes_bytes;
        const auto up = slow.up(session.world());
        for (const view::ServiceSummary& service : outcome.services) {
            INFO(service.called());
            const auto found = up.find(service.identity());
            const Duration counted = found == up.end() ? Duration{} : found->second;
            // A run lasts until its engine notices the end, which takes a moment each time.
            CHECK(service.up.nanoseconds >= counted.nanoseconds);
            CHECK(service.up.nanoseconds <= (counted + model::kExitNoticed * service.starts).nanoseconds);
        }
    }
    if (runs_here() < kRuns) return;
    CHECK(layers > 0);
    CHECK(volumes > 0);
}

}  // namespace podium::simulation
