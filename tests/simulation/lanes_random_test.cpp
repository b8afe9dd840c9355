// The lanes of random runs: the same in pieces as at once, in order, and where a run ends what the world says.

#include <algorithm>

#include <catch2/catch.hpp>

#include "sim/lab/lanes_look.hpp"
#include "sim/view/query.hpp"
#include "tests/simulation/random_run.hpp"

namespace podium::simulation {
namespace {

constexpr std::uint64_t kRuns = 40;

std::uint64_t runs_here() { return std::max<std::uint64_t>(1, wanted_runs(2 * kRuns) / 2); }

// Since its host was lost no engine has looked at what the container came to.
bool is_in_doubt(const model::World& world, const model::Container& container) {
    const model::Host& host = world.host(container.host);
    return !container.process_alive || host.engine.state != model::EngineState::Running;
}

const view::Lane* lane_named(const view::LaneSet& lanes, view::LaneKind kind, const std::string& name) {
    for (const auto& lane : lanes.lanes) {
        if (lane->kind == kind && lane->name == name) return lane.get();
    }
    return nullptr;
}

void check_order(const view::LaneSet& lanes, const model::World& world) {
    const Journal& journal = world.kernel.journal();
    for (std::size_t i = 0; i < lanes.lanes.size(); ++i) {
        const view::Lane& lane = *lanes.lanes[i];
        INFO("lane " << lane.name);
        if (i > 0) REQUIRE(lanes.lanes[i - 1]->kind <= lane.kind);
        for (std::size_t s = 0; s < lane.spans.size(); ++s) {
            const view::LaneSpan& span = lane.spans[s];
            REQUIRE(span.begin < span.end);
            REQUIRE((span.end != kNever || s + 1 == lane.spans.size()));
            if (s > 0) REQUIRE(lane.spans[s - 1].end <= span.begin);
            if (span.fact) REQUIRE(journal.at(span.fact).time == span.begin);
        }
        for (std::size_t m = 0; m < lane.marks.size(); ++m) {
            if (m > 0) REQUIRE(lane.marks[m - 1].time <= lane.marks[m].time);
            REQUIRE(journal.at(lane.marks[m].fact).time == lane.marks[m].time);
            REQUIRE_FALSE(lane.marks[m].what.empty());
        }
    }
}

// The level of each service, and how each host stands, against the world. Gives how many were compared.
std::size_t check_end(const view::LaneSet& lanes, const model::World& world) {
    std::size_t compared = 0;
    for (const auto& lane : lanes.lanes) {
        if (lane->kind != view::LaneKind::Service) continue;
        INFO("service " << lane->name);
        bool in_doubt = false;
        bool mixed = false;  // a container and a service of the same name
        std::size_t of_name = 0;
        for (const model::Container& container : world.containers) {
            if (container.state != model::ContainerState::Running && container.state != model::ContainerState::Paused) continue;
            if (is_in_doubt(world, container)) in_doubt = true;
        }
        for (std::uint32_t id = 1; id <= world.containers.size(); ++id) {
            if (world.containers[id - 1].state != model::ContainerState::Removed && world.name_of(model::ContainerId{id}) == lane->name) ++of_name;
        }
        mixed = of_name > 1;
        if (in_doubt || mixed) continue;
        const std::uint32_t level = lane->spans.empty() || lane->spans.back().end != kNever ? 0 : lane->spans.back().level;
        CHECK(level == view::service_state(world, lane->name).running);
        ++compared;
    }
    for (const model::Host& host : world.hosts) {
        INFO("host " << host.spec.name);
        const view::Lane* lane = lane_named(lanes, view::LaneKind::Host, host.spec.name);
        REQUIRE(lane != nullptr);
        REQUIRE_FALSE(lane->spans.empty());
        CHECK((lane->spans.back().label == "down") == !host.up);
        if (host.up) CHECK((lane->spans.back().label == "frozen") == host.frozen);
    }
    return compared;
}

}  // namespace

TEST_CASE("random runs: lanes made in pieces are those made at once, in order, and end as the world stands") {
    const std::string catalogue = bundled_catalogue();
    std::size_t compared = 0;
    std::size_t spans = 0;
    for (std::uint64_t number = first_run(); number < first_run() + runs_here(); ++number) {
        INFO(replay(number));
        const RandomRun run = draw_run(number, catalogue);
        auto session = lab::Session::create(run.set_up);
        REQUIRE(session.ok());
        for (const lab::Command& command : run.commands) session->post(command);
        view::LaneFollower pieces = lab::lane_follower();
        RandomStream random(number, "pieces", 0);
        for (Time time{}; time < run.end; time = time + milliseconds(static_cast<std::int64_t>(random.below(4'000)))) {
            session->run_until(time);
            pieces.follow(session->world(), lab::fact_catalogue());
            // One of the copies goes on in its stead.
            if (random.below(4) == 0) {
                view::LaneFollower copy = pieces;
                pieces = std::move(copy);
            }
            if (random.below(4) == 0) check_end(pieces.lanes(time), session->world());
        }
        session->run_until(run.end);
        pieces.follow(session->world(), lab::fact_catalogue());
        view::LaneFollower whole = lab::lane_follower();
        whole.follow(session->world(), lab::fact_catalogue());
        const view::LaneSet first = pieces.lanes(session->now());
        const view::LaneSet second = whole.lanes(session->now());
        REQUIRE(first.lanes.size() == second.lanes.size());
        for (std::size_t i = 0; i < first.lanes.size(); ++i) {
            INFO("lane " << first.lanes[i]->name);
            REQUIRE(*first.lanes[i] == *second.lanes[i]);
            spans += first.lanes[i]->spans.size();
        }
        check_order(first, session->world());
        compared += check_end(first, session->world());
    }
    if (runs_here() < kRuns) return;
    CHECK(compared > 50);
    CHECK(spans > 1'000);
}

}  // namespace podium::simulation
