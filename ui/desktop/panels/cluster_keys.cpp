#include "ui/desktop/panels/cluster_keys.hpp"

#include <algorithm>
#include <cmath>

namespace podium::desktop {
namespace {

struct StepMiddle {
    float x;
    float y;
};

StepMiddle middle_of(const Area& area) { return {area.x + area.width / 2, area.y + area.height / 2}; }

// How far a host is in a direction; below 0: it isn't there. What is aside counts double.
float step_distance(const Area& from, const Area& to, Step step) {
    const StepMiddle one = middle_of(from);
    const StepMiddle other = middle_of(to);
    const float across = other.x - one.x;
    const float along = other.y - one.y;
    const bool sideways = step == Step::Left || step == Step::Right;
    const float ahead = sideways ? (step == Step::Right ? across : -across) : (step == Step::Down ? along : -along);
    const float aside = std::abs(sideways ? along : across);
    if (ahead <= 0.5F || (sideways && aside > from.height)) return -1;
    return ahead + 2 * aside;
}

ClusterThing next_host(const ClusterLayout& layout, const Area& from, Step step) {
    ClusterThing best;
    float least = 0;
    for (std::uint32_t i = 0; i < layout.hosts.size(); ++i) {
        const float distance = step_distance(from, layout.hosts[i].area, step);
        if (distance < 0 || (best.kind != ClusterThing::Kind::None && distance >= least)) continue;
        best = {ClusterThing::Kind::Host, i};
        least = distance;
    }
    return best;
}

// The tile of a grid that is nearest to a height, at its left or right edge.
ClusterThing edge_tile(const TileGrid& grid, float y, bool left) {
    ClusterThing best;
    float least = 0;
    const std::uint32_t rows = (grid.count + grid.columns - 1) / grid.columns;
    for (std::uint32_t row = 0; row < rows; ++row) {
        const std::uint32_t first = row * grid.columns;
        const std::uint32_t last = std::min(grid.count, first + grid.columns) - 1;
        const std::uint32_t place = left ? first : last;
        const float distance = std::abs(middle_of(grid.tile(place)).y - y);
        if (best.kind != ClusterThing::Kind::None && distance >= least) continue;
        best = {ClusterThing::Kind::Tile, grid.first + place};
        least = distance;
    }
    return best;
}

ClusterThing from_host(const view::ClusterView& cluster, const ClusterLayout& layout, std::uint32_t host, Step step, bool tiles_seen, std::uint32_t entries) {
    const ClusterThing here{ClusterThing::Kind::Host, host};
    if (step == Step::Down && tiles_seen && cluster.hosts[host].tiles > 0) return {ClusterThing::Kind::Tile, cluster.hosts[host].first_tile};
    const ClusterThing there = next_host(layout, layout.hosts[host].area, step);
    if (there.kind != ClusterThing::Kind::None) return there;
    if (step == Step::Up && entries > 0) return {ClusterThing::Kind::Traffic, 0};
    if (step == Step::Down && layout.pending && layout.pending->tiles.count > 0) return {ClusterThing::Kind::Tile, layout.pending->tiles.first};
    return here;
}

ClusterThing from_traffic(const ClusterLayout& layout, std::uint32_t entry, Step step, std::uint32_t entries) {
    if (step == Step::Left && entry > 0) return {ClusterThing::Kind::Traffic, entry - 1};
    if (step == Step::Right && entry + 1 < entries) return {ClusterThing::Kind::Traffic, entry + 1};
    if (step == Step::Down && !layout.hosts.empty()) return {ClusterThing::Kind::Host, 0};
    return {ClusterThing::Kind::Traffic, entry};
}

ClusterThing from_tile(const view::ClusterView& cluster, const ClusterLayout& layout, std::uint32_t tile, Step step) {
    const ClusterThing here{ClusterThing::Kind::Tile, tile};
    const std::uint32_t host = cluster.tiles[tile].host;
    if (host == view::kNone && !layout.pending) return here;
    const HostBox& box = host == view::kNone ? *layout.pending : layout.hosts[host];
    const TileGrid& grid = box.tiles;
    if (tile < grid.first || tile - grid.first >= grid.count) return here;
    const std::uint32_t place = tile - grid.first;
    const std::uint32_t column = place % grid.columns;
    switch (step) {
        case Step::Left:
            if (column > 0) return {ClusterThing::Kind::Tile, tile - 1};
            break;
        case Step::Right:
            if (column + 1 < grid.columns && place + 1 < grid.count) return {ClusterThing::Kind::Tile, tile + 1};
            break;
        case Step::Up:
            if (place >= grid.columns) return {ClusterThing::Kind::Tile, tile - grid.columns};
            if (host != view::kNone) return {ClusterThing::Kind::Host, host};
            break;
        case Step::Down:
            if (place + grid.columns < grid.count) return {ClusterThing::Kind::Tile, tile + grid.columns};
            // The last row may be shorter than the one above.
            if (place / grid.columns < (grid.count - 1) / grid.columns) return {ClusterThing::Kind::Tile, grid.first + grid.count - 1};
            break;
    }
    const ClusterThing there = next_host(layout, box.area, step);
    if (there.kind == ClusterThing::Kind::None) {
        if (step == Step::Down && layout.pending && host != view::kNone && layout.pending->tiles.count > 0) return {ClusterThing::Kind::Tile, layout.pending->tiles.first};
        return here;
    }
    if (step == Step::Up || step == Step::Down) return there;
    const ClusterThing beside = edge_tile(layout.hosts[there.index].tiles, middle_of(grid.tile(place)).y, step == Step::Right);
    return beside.kind == ClusterThing::Kind::None ? there : beside;
}

}  // namespace

ClusterThing next_thing(const view::ClusterView& cluster, const ClusterLayout& layout, const ClusterThing& from, Step step, bool tiles_seen, std::uint32_t entries) {
    switch (from.kind) {
        case ClusterThing::Kind::Host: return from_host(cluster, layout, from.index, step, tiles_seen, entries);
        case ClusterThing::Kind::Tile: return from_tile(cluster, layout, from.index, step);
        case ClusterThing::Kind::Traffic:
            // One for which there is no room is none of those to go along.
            if (from.index < entries) return from_traffic(layout, from.index, step, entries);
            break;
        case ClusterThing::Kind::None:
        case ClusterThing::Kind::Link: break;
    }
    return layout.hosts.empty() ? ClusterThing{} : ClusterThing{ClusterThing::Kind::Host, 0};
}

ClusterThing next_link(const std::vector<LinkMark>& drawn, const ClusterThing& from) {
    if (drawn.empty()) return {};
    const auto here = std::find_if(drawn.begin(), drawn.end(), [&](const LinkMark& mark) { return from == ClusterThing{ClusterThing::Kind::Link, mark.link}; });
    const bool last = here == drawn.end() || here + 1 == drawn.end();
    return {ClusterThing::Kind::Link, last ? drawn.front().link : (here + 1)->link};
}

}  // namespace podium::desktop
