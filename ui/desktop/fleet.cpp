#include "ui/desktop/fleet.hpp"

#include <array>

#include <fmt/format.h>

namespace podium::desktop {
namespace {

constexpr std::array<const char*, 5> kFleetNames = {"web", "api", "cache", "worker", "db"};

// A number that looks like chance, of two others.
std::uint32_t fleet_chance(std::uint32_t number, std::uint32_t salt) {
    std::uint32_t x = number * 2'654'435'761U + salt * 40'503U;
    x ^= x >> 15U;
    x *= 2'246'822'519U;
    return x ^ (x >> 13U);
}

view::Phase fleet_phase(std::uint32_t number) {
    static constexpr std::array<view::Phase, 12> kTroubles = {
        view::Phase::Starting, view::Phase::Pulling, view::Phase::BackOff, view::Phase::Unhealthy, view::Phase::OutOfMemory, view::Phase::Failed,
        view::Phase::Exited,   view::Phase::Starting, view::Phase::Stopping, view::Phase::Paused,   view::Phase::Created,     view::Phase::Starting};
    return fleet_chance(number, 3) % 8 == 0 ? kTroubles[fleet_chance(number, 5) % kTroubles.size()] : view::Phase::Running;
}

view::Tile fleet_tile(std::uint32_t number, std::uint32_t host, const FleetWish& wish) {
    view::Tile tile;
    tile.container = number + 1;
    tile.host = host;
    tile.service = number % wish.services;
    tile.phase = wish.troubles ? fleet_phase(number) : view::Phase::Running;
    tile.has_health = tile.healthy = tile.phase == view::Phase::Running;
    tile.ticks = tile.phase == view::Phase::BackOff ? static_cast<std::uint8_t>(2 + number % 6) : 0;
    tile.exit_code = tile.phase == view::Phase::OutOfMemory || tile.phase == view::Phase::BackOff ? 137 : tile.phase == view::Phase::Failed ? 1 : 0;
    const bool works = tile.phase == view::Phase::Running || tile.phase == view::Phase::Unhealthy;
    tile.use = works ? static_cast<std::uint16_t>(200 + fleet_chance(number, 7) % 700) : 0;
    tile.processor = works ? static_cast<std::uint16_t>(50 + fleet_chance(number, 9) % 600) : 0;
    tile.reserved = 60;
    tile.since = Time{} + seconds(38);
    if (tile.phase == view::Phase::BackOff || tile.phase == view::Phase::Stopping) tile.until = Time{} + milliseconds(42'500);
    tile.name = fmt::format("{}.{}", tile.service < kFleetNames.size() ? std::string(kFleetNames[tile.service]) : fmt::format("s{}", tile.service), number / wish.services + 1);
    return tile;
}

view::HostView fleet_host(std::uint32_t number, const FleetWish& wish) {
    view::HostView host;
    host.id = number + 1;
    host.name = fmt::format("host-{}", number + 1);
    if (wish.zones > 1) host.zone = std::string(1, static_cast<char>('a' + number % wish.zones));
    host.role = number == 0 ? "leader" : number < 3 ? "manager" : "worker";
    host.availability = "active";
    host.node_state = "ready";
    host.engine = "running";
    host.cpu_millicores = 4'000;
    host.cpu_used_millicores = 800 + fleet_chance(number, 11) % 2'700;
    host.cpu_reserved_millicores = 2'400;
    host.memory_bytes = 8'000'000'000;
    host.memory_used_bytes = 2'000'000'000 + static_cast<std::int64_t>(fleet_chance(number, 13) % 4'000) * 1'000'000;
    host.memory_reserved_bytes = 5'000'000'000;
    return host;
}

}  // namespace

view::ClusterView make_fleet(const FleetWish& wish) {
    view::ClusterView cluster;
    cluster.time = Time{} + milliseconds(41'200);
    for (std::uint32_t s = 0; s < wish.services; ++s) {
        view::ServiceView service;
        service.name = s < kFleetNames.size() ? std::string(kFleetNames[s]) : fmt::format("s{}", s);
        service.place = s;
        cluster.services.push_back(service);
    }
    std::uint32_t number = 0;
    for (std::uint32_t h = 0; h < wish.hosts; ++h) {
        view::HostView host = fleet_host(h, wish);
        host.first_tile = number;
        host.tiles = wish.containers / wish.hosts + (h < wish.containers % wish.hosts ? 1 : 0);
        for (std::uint32_t i = 0; i < host.tiles; ++i, ++number)
            cluster.tiles.push_back(fleet_tile(number, h, wish));
        if (h < 3) cluster.managers.push_back({h, 4, h == 0 ? "leader" : "follower", static_cast<std::int32_t>(3 + 4 * h), 14, 120, 120});
        cluster.hosts.push_back(std::move(host));
    }
    for (std::uint32_t i = 0; i < wish.pending; ++i, ++number) {
        view::Tile tile = fleet_tile(number, view::kNone, wish);
        tile.container = 0;
        tile.phase = view::Phase::Pending;
        tile.use = tile.processor = 0;
        cluster.tiles.push_back(tile);
    }
    for (const view::Tile& tile : cluster.tiles) {
        view::ServiceView& service = cluster.services[tile.service];
        const bool runs = tile.phase == view::Phase::Running || tile.phase == view::Phase::Unhealthy || tile.phase == view::Phase::Starting;
        ++service.wanted;
        ++cluster.wanted;
        if (runs) {
            ++service.running;
            ++cluster.running;
        }
        if (tile.phase == view::Phase::Running) ++service.ready;
    }
    return cluster;
}

}  // namespace podium::desktop
