// How a cluster looks at any moment of any run: what its picture says is so.

#include <algorithm>
#include <map>

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "sim/lab/cluster_look.hpp"
#include "sim/lab/detail_look.hpp"
#include "sim/lab/looks.hpp"
#include "tests/simulation/random_run.hpp"

namespace podium::simulation {
namespace {

constexpr std::uint64_t kRuns = 24;
constexpr int kLooks = 12;  // of each run

using view::kNone;

// What is wrong with a picture by itself; empty: nothing.
std::string fault_of_tiles(const view::ClusterView& view) {
    std::uint32_t next = 0;
    for (std::size_t i = 0; i < view.hosts.size(); ++i) {
        const view::HostView& host = view.hosts[i];
        if (host.first_tile != next) return "a host's tiles begin where those before end";
        next += host.tiles;
        if (next > view.tiles.size()) return "hosts have no more tiles than there are";
        for (std::uint32_t at = host.first_tile; at < next; ++at)
            if (view.tiles[at].host != i) return "a tile stands with its host";
        if (host.cpu_used_millicores > host.cpu_millicores) return "a host gives no more processor time than it has";
        if (host.disk_used_bytes > host.disk_bytes) return "a disk holds no more than it can";
        if (host.memory_used_bytes < 0 || host.cpu_used_millicores < 0) return "nothing is used below zero";
    }
    for (std::size_t at = next; at < view.tiles.size(); ++at)
        if (view.tiles[at].host != kNone) return "what has no host stands last";
    for (const view::Tile& tile : view.tiles) {
        if (tile.use > 1000 || tile.processor > 1000 || tile.reserved > 1000) return fmt::format("{}'s shares are within bounds", tile.name);
        if (tile.name.empty()) return "a tile has a name";
        if (tile.service != kNone && tile.service >= view.services.size()) return "a tile's service is there";
        if (tile.since > view.time) return fmt::format("{} stands so since a moment that was", tile.name);
        if (tile.phase == view::Phase::BackOff && tile.until < view.time) return fmt::format("{}'s restart is ahead", tile.name);
        if (tile.phase == view::Phase::Stopping && tile.until < view.time) return fmt::format("{}'s kill is ahead", tile.name);
        if (tile.healthy && !tile.has_health) return "what is healthy has a check";
        const bool gone = tile.host != kNone && (!view.hosts[tile.host].up || view.hosts[tile.host].frozen);
        if (gone && (tile.phase == view::Phase::Running || tile.phase == view::Phase::Unhealthy)) return "nothing runs on a host that is down";
    }
    return {};
}

std::string fault_of_rest(const view::ClusterView& view) {
    std::uint32_t wanted = 0;
    for (const view::ServiceView& service : view.services) {
        if (service.ready > service.running) return fmt::format("{} is not readier than it runs", service.name);
        wanted += service.wanted;
    }
    if (!std::is_sorted(view.services.begin(), view.services.end(), [](const view::ServiceView& a, const view::ServiceView& b) { return a.name < b.name; })) return "services come by name";
    if (view.running > view.wanted + view.tiles.size()) return "no more run than there are";
    if (wanted > view.wanted) return "what services want is wanted";
    for (const view::FlightView& flight : view.flights) {
        if (flight.from_host != kNone && flight.from_host >= view.hosts.size()) return "a request comes from a host";
        if (flight.to_host != kNone && flight.to_host >= view.hosts.size()) return "a request goes to a host";
        if (flight.tile != kNone && flight.tile >= view.tiles.size()) return "a request goes to a tile";
        if (flight.sent > view.time) return "a request was sent";
    }
    for (const view::LinkView& link : view.links)
        if (link.loss_ppm < 0 || link.loss_ppm > 1'000'000 || link.delay < Duration{}) return "a link's losses are a share";
    for (const view::TaskView& task : view.tasks)
        if (task.tile != kNone && task.tile >= view.tiles.size()) return "a task's tile is there";
    for (const view::PullView& pull : view.pulls)
        if (pull.done > 1000) return "a pull is at most done";
    return {};
}

// The containers of the picture are those that inspecting finds, in the states that fit.
std::string fault_against_looks(const lab::Session& session, const view::ClusterView& view) {
    const std::vector<lab::ContainerLook> looks = lab::look_at_containers(session);
    std::multimap<std::string, const lab::ContainerLook*> by_name;
    for (const lab::ContainerLook& look : looks) by_name.emplace(look.name, &look);
    std::size_t containers = 0;
    for (const view::Tile& tile : view.tiles) {
        if (tile.container == 0) continue;
        ++containers;
        const auto found = by_name.equal_range(tile.own_name.empty() ? tile.name : tile.own_name);
        if (found.first == found.second) return fmt::format("{} can be inspected", tile.name);
        const auto any = [&](auto holds) { return std::any_of(found.first, found.second, [&](const auto& entry) { return holds(*entry.second); }); };
        const bool runs = tile.phase == view::Phase::Running || tile.phase == view::Phase::Unhealthy;
        if (runs && !any([](const lab::ContainerLook& look) { return look.status == "running"; })) return fmt::format("{} runs, says docker inspect", tile.name);
        if (tile.phase == view::Phase::Paused && !any([](const lab::ContainerLook& look) { return look.status == "paused"; })) return fmt::format("{} is paused, says docker inspect", tile.name);
        if (tile.phase == view::Phase::Unhealthy && !any([](const lab::ContainerLook& look) { return look.health == "unhealthy"; })) return fmt::format("{} is unhealthy, says docker inspect", tile.name);
        if (tile.phase == view::Phase::OutOfMemory && !any([](const lab::ContainerLook& look) { return look.oom_killed; })) return fmt::format("{} was out of memory, says docker inspect", tile.name);
    }
    return containers == looks.size() ? std::string() : fmt::format("{} containers are {} tiles", looks.size(), containers);
}

bool same_picture(const view::ClusterView& a, const view::ClusterView& b) {
    const auto same_tile = [](const view::Tile& x, const view::Tile& y) {
        return x.container == y.container && x.phase == y.phase && x.since == y.since && x.until == y.until && x.use == y.use && x.name == y.name && x.service == y.service;
    };
    return a.running == b.running && a.wanted == b.wanted && a.flights.size() == b.flights.size() && a.tasks.size() == b.tasks.size() &&
           std::equal(a.tiles.begin(), a.tiles.end(), b.tiles.begin(), b.tiles.end(), same_tile);
}

// Everything in it can be looked at closely.
void look_closely(const lab::Session& session, const view::ClusterView& view, lab::DetailFollower& follower) {
    lab::DetailWish wish;
    wish.why = false;
    wish.placement = false;  // goes through the past again, as why does
    wish.view = &view;
    const auto look = [&](lab::DetailKind kind, const std::string& name) {
        const lab::DetailLook found = lab::look_at_detail(session, kind, name, wish);
        INFO(name);
        CHECK(found.state != "gone");
        CHECK_FALSE(found.state.empty());
        CHECK(found.rows.size() < 600);
    };
    for (const view::HostView& host : view.hosts) look(lab::DetailKind::Host, host.name);
    for (std::size_t i = 0; i < view.tiles.size(); i += 3) {
        if (view.tiles[i].container != 0) look(lab::DetailKind::Container, view.tiles[i].own_name.empty() ? view.tiles[i].name : view.tiles[i].own_name);
    }
    // Of one task the decision that placed it is made again, or said to be kept no more.
    for (const view::TaskView& task : view.tasks) {
        if (task.host == view::kNone || task.tile == view::kNone || view.tiles[task.tile].container == 0) continue;
        const view::Tile& tile = view.tiles[task.tile];
        lab::DetailWish placed = wish;
        placed.placement = true;
        const lab::DetailLook found = lab::look_at_detail(session, lab::DetailKind::Container, tile.own_name.empty() ? tile.name : tile.own_name, placed);
        INFO(tile.name);
        CHECK_FALSE(found.task.empty());
        CHECK(found.placement.empty() == (found.decided == kNever));
        CHECK((found.decided != kNever || found.placement_remarks.size() == 1));
        CHECK(std::count_if(found.placement.begin(), found.placement.end(), [](const lab::NodeAnswer& answer) { return answer.chosen; }) <= 1);
        break;
    }
    for (const view::ServiceView& service : view.services) look(lab::DetailKind::Service, service.name);
    for (const view::LinkView& link : view.links) look(lab::DetailKind::Link, link.name);
    for (const view::TrafficView& source : view.traffic) look(lab::DetailKind::Traffic, source.name);
    for (const view::VolumeView& volume : view.volumes) look(lab::DetailKind::Volume, volume.name);
    if (view.hosts.empty()) return;
    const std::string& host = view.hosts.front().name;
    CHECK(follower.look(session, lab::DetailKind::Host, host, wish).history.size() == lab::look_at_detail(session, lab::DetailKind::Host, host, wish).history.size());
}

}  // namespace

TEST_CASE("random runs: a cluster's picture holds together and says what docker inspect says") {
    const std::string catalogue = bundled_catalogue();
    std::map<view::Phase, std::size_t> seen;
    std::size_t flights = 0;
    for (std::uint64_t number = first_run(); number < first_run() + wanted_runs(kRuns); ++number) {
        INFO(replay(number));
        const RandomRun run = draw_run(number, catalogue);
        auto session = lab::Session::create(run.set_up);
        REQUIRE(session.ok());
        for (const lab::Command& command : run.commands) session->post(command);
        lab::DetailFollower follower;
        for (int i = 1; i <= kLooks; ++i) {
            // Moments that fall on no round second.
            session->run_until(Time{run.end.nanoseconds / kLooks * i - 123'456'789 * (i % 3)});
            const view::ClusterView view = lab::look_at_cluster(*session);
            INFO("at " << format_time(view.time));
            REQUIRE(fault_of_tiles(view) == "");
            REQUIRE(fault_of_rest(view) == "");
            REQUIRE(fault_against_looks(*session, view) == "");
            REQUIRE(same_picture(view, lab::look_at_cluster(*session)));
            for (const view::Tile& tile : view.tiles) ++seen[tile.phase];
            flights += view.flights.size();
            if (i % 4 == 0) look_closely(*session, view, follower);
            if (view.time < run.quiet_from) continue;
            for (const view::ServiceView& service : view.services) {
                INFO(service.name);
                CHECK(service.running <= service.wanted);
            }
        }
    }
    // The runs are worth something, where there are as many as usual.
    if (wanted_runs(kRuns) < kRuns) return;
    CHECK(seen[view::Phase::Running] > 0);
    CHECK(seen[view::Phase::Exited] > 0);
    CHECK(seen[view::Phase::Lost] > 0);
    CHECK(seen.size() >= 7);
    CHECK(flights > 0);
}

}  // namespace podium::simulation
