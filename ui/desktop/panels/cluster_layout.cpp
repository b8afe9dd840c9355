#include "ui/desktop/panels/cluster_layout.hpp"

#include <algorithm>
#include <cmath>
#include <map>

namespace podium::desktop {
namespace {

constexpr float kLeastBox = 168;  // A host's header needs so much.
constexpr float kMostBox = 520;
constexpr float kLeastStrip = 58;

std::uint32_t rows_for(std::uint32_t count, std::uint32_t columns) { return (count + columns - 1) / columns; }
float count_float(std::uint32_t number) { return static_cast<float>(number); }

// So many things of a size, with gaps between them.
float row_length(std::uint32_t count, float size, float gap) { return count == 0 ? 0 : count_float(count) * size + count_float(count - 1) * gap; }

// The zones, by name, each with its hosts in the view's order.
struct LayoutZones {
    std::vector<std::string> names;
    std::vector<std::vector<std::uint32_t>> hosts;
    std::uint32_t largest = 0;
};

LayoutZones layout_zones(const view::ClusterView& cluster) {
    std::map<std::string, std::vector<std::uint32_t>> by_name;
    for (std::uint32_t i = 0; i < cluster.hosts.size(); ++i)
        by_name[cluster.hosts[i].zone].push_back(i);
    LayoutZones zones;
    for (auto& [name, hosts] : by_name) {
        zones.largest = std::max(zones.largest, static_cast<std::uint32_t>(hosts.size()));
        zones.names.push_back(name);
        zones.hosts.push_back(std::move(hosts));
    }
    return zones;
}

// How many tiles a box is made for: all of the fullest host's, unless most have far fewer.
std::uint32_t box_capacity(const view::ClusterView& cluster) {
    std::vector<std::uint32_t> counts;
    counts.reserve(cluster.hosts.size());
    for (const view::HostView& host : cluster.hosts)
        counts.push_back(host.tiles);
    if (counts.empty()) return 1;
    const auto middle = counts.begin() + static_cast<std::ptrdiff_t>(counts.size() / 2);
    std::nth_element(counts.begin(), middle, counts.end());
    const std::uint32_t usual = *middle * 2 + 6;
    return std::max(1U, std::min(*std::max_element(counts.begin(), counts.end()), usual));
}

// A way to arrange everything: zones side by side, hosts within a zone.
struct LayoutPlan {
    bool fits = false;
    bool stacked = false;  // One zone a row, each as high as it must be; else all zones are of one size.
    std::uint32_t zone_columns = 1;
    std::uint32_t host_columns = 1;
    std::uint32_t host_rows = 1;  // Of all zones on top of each other.
};

struct LayoutMeasure {
    const LayoutZones* zones;
    float width;
    float height;
    std::uint32_t capacity;
    bool framed;

    [[nodiscard]] float pad() const { return framed ? kZonePad : 0; }
    [[nodiscard]] float frame() const { return framed ? kZonePad * 2 + kZoneLabel : 0; }
    [[nodiscard]] std::uint32_t count() const { return static_cast<std::uint32_t>(zones->names.size()); }
};

bool better_plan(const LayoutPlan& one, const LayoutPlan& other) {
    if (!other.fits) return one.fits;
    if (!one.fits) return false;
    if (one.host_rows != other.host_rows) return one.host_rows < other.host_rows;
    return one.host_columns * one.zone_columns < other.host_columns * other.zone_columns;
}

// One zone a row.
LayoutPlan stacked_plan(const LayoutMeasure& measure, float box, float box_height) {
    const float inner = measure.width - measure.pad() * 2;
    LayoutPlan plan{.stacked = true};
    if (box > inner) return plan;
    const auto most = static_cast<std::uint32_t>((inner + kHostGap) / (box + kHostGap));
    const std::uint32_t least_rows = rows_for(measure.zones->largest, std::max(1U, std::min(most, measure.zones->largest)));
    plan.host_columns = rows_for(measure.zones->largest, least_rows);
    plan.host_rows = 0;
    float need = count_float(measure.count() - 1) * kHostGap;
    for (const auto& hosts : measure.zones->hosts) {
        const std::uint32_t rows = rows_for(static_cast<std::uint32_t>(hosts.size()), plan.host_columns);
        plan.host_rows += rows;
        need += row_length(rows, box_height, kHostGap) + measure.frame();
    }
    plan.fits = need <= measure.height;
    return plan;
}

// LayoutZones of one size, in rows and columns.
LayoutPlan even_plan(const LayoutMeasure& measure, float box, float box_height, std::uint32_t columns) {
    LayoutPlan plan{.host_columns = columns};
    const float zone = row_length(columns, box, kHostGap) + measure.pad() * 2;
    if (zone > measure.width) return plan;
    const auto most = static_cast<std::uint32_t>((measure.width + kHostGap) / (zone + kHostGap));
    const std::uint32_t zone_rows = rows_for(measure.count(), std::min(most, measure.count()));
    plan.zone_columns = rows_for(measure.count(), zone_rows);
    const std::uint32_t rows = rows_for(measure.zones->largest, columns);
    plan.host_rows = zone_rows * rows;
    const float zone_height = row_length(rows, box_height, kHostGap) + measure.frame();
    plan.fits = row_length(zone_rows, zone_height, kHostGap) <= measure.height;
    return plan;
}

LayoutPlan best_plan(const LayoutMeasure& measure) {
    LayoutPlan best;
    const std::uint32_t most = std::min(measure.capacity, 24U);
    for (std::uint32_t columns = 1; columns <= most; ++columns) {
        const float box = std::max(kLeastBox, row_length(columns, kTileLeastWidth, kTileGap) + kHostPad * 2);
        const std::uint32_t rows = rows_for(measure.capacity, columns);
        const float box_height = kHostHeader + row_length(rows, kTileHeight, kTileGap) + kHostPad;
        const LayoutPlan stacked = stacked_plan(measure, box, box_height);
        if (better_plan(stacked, best)) best = stacked;
        const std::uint32_t widest = std::min(measure.zones->largest, 64U);
        for (std::uint32_t hosts = 1; measure.count() > 1 && hosts <= widest; ++hosts) {
            const LayoutPlan even = even_plan(measure, box, box_height, hosts);
            if (better_plan(even, best)) best = even;
        }
    }
    return best;
}

// The largest size (at most 1) at which everything fits, by halving.
float size_that_fits(const LayoutZones& zones, const LayoutWish& wish, std::uint32_t capacity, bool framed, bool pending, LayoutPlan& plan) {
    const auto plan_at = [&](float size) {
        const float unit = wish.scale * size;
        const float strip = pending ? std::max(kLeastStrip, 44 / size) + kHostGap : 0;
        return best_plan({&zones, wish.width / unit, wish.height / unit - strip, capacity, framed});
    };
    plan = plan_at(1);
    if (plan.fits) return 1;
    float low = 0.0005F;
    float high = 1;
    for (int i = 0; i < 22; ++i) {
        const float middle = std::sqrt(low * high);
        const LayoutPlan tried = plan_at(middle);
        (tried.fits ? low : high) = middle;
        if (tried.fits) plan = tried;
    }
    // An area too small for anything still gets boxes in a row.
    if (!plan.fits) plan = {.zone_columns = static_cast<std::uint32_t>(zones.names.size()), .host_columns = zones.largest};
    return low;
}

void put_hosts(ClusterLayout& layout, const view::ClusterView& cluster, const std::vector<std::uint32_t>& hosts, const Area& inner, std::uint32_t columns, std::uint32_t rows, bool fill) {
    const float room = (inner.width - count_float(columns - 1) * kHostGap) / count_float(columns);
    const float box = std::min(room, kMostBox);
    const float height = (inner.height - count_float(rows - 1) * kHostGap) / count_float(rows);
    const float used = row_length(columns, box, kHostGap);
    const float left = inner.x + std::max(0.0F, (inner.width - used) / 2);
    for (std::uint32_t i = 0; i < hosts.size(); ++i) {
        const view::HostView& host = cluster.hosts[hosts[i]];
        HostBox& out = layout.hosts[hosts[i]];
        out.area = {left + count_float(i % columns) * (box + kHostGap), inner.y + count_float(i / columns) * (height + kHostGap), box, height};
        out.tiles = grid_within({out.area.x + kHostPad, out.area.y + kHostHeader, box - kHostPad * 2, height - kHostHeader - kHostPad}, host.tiles, fill, layout.capacity);
        out.tiles.first = host.first_tile;
    }
}

void put_zones(ClusterLayout& layout, const view::ClusterView& cluster, const LayoutZones& zones, const LayoutPlan& plan, bool framed, float height, bool fill) {
    const auto count = static_cast<std::uint32_t>(zones.names.size());
    const float pad = framed ? kZonePad : 0;
    const float label = framed ? kZoneLabel : 0;
    const std::uint32_t zone_rows = rows_for(count, plan.zone_columns);
    const float zone_width = (layout.width - count_float(plan.zone_columns - 1) * kHostGap) / count_float(plan.zone_columns);
    const float even_height = (height - count_float(zone_rows - 1) * kHostGap) / count_float(zone_rows);
    // Stacked: what frames and gaps leave is shared by all rows of hosts.
    const float fixed = count_float(count) * (pad * 2 + label) + count_float(count - 1) * kHostGap + count_float(plan.host_rows - count) * kHostGap;
    const float row_height = (height - fixed) / count_float(plan.host_rows);
    float top = 0;
    for (std::uint32_t z = 0; z < count; ++z) {
        const auto hosts = static_cast<std::uint32_t>(zones.hosts[z].size());
        const std::uint32_t rows = rows_for(plan.stacked ? hosts : zones.largest, plan.host_columns);
        Area area;
        if (plan.stacked) {
            area = {0, top, layout.width, row_length(rows, row_height, kHostGap) + pad * 2 + label};
            top += area.height + kHostGap;
        } else {
            area = {count_float(z % plan.zone_columns) * (zone_width + kHostGap), count_float(z / plan.zone_columns) * (even_height + kHostGap), zone_width, even_height};
        }
        if (framed) layout.zones.push_back({area, zones.names[z]});
        put_hosts(layout, cluster, zones.hosts[z], {area.x + pad, area.y + pad + label, area.width - pad * 2, area.height - pad * 2 - label}, plan.host_columns, rows, fill);
    }
}

}  // namespace

Area TileGrid::tile(std::uint32_t place) const {
    return {area.x + count_float(place % columns) * step_x, area.y + count_float(place / columns) * step_y, width, height};
}

std::optional<std::uint32_t> TileGrid::place_at(float x, float y) const {
    if (count == 0 || !area.holds(x, y)) return std::nullopt;
    const auto column = static_cast<std::uint32_t>((x - area.x) / step_x);
    const auto row = static_cast<std::uint32_t>((y - area.y) / step_y);
    const std::uint32_t place = row * columns + column;
    if (column >= columns || place >= count || !tile(place).holds(x, y)) return std::nullopt;
    return place;
}

TileGrid grid_within(const Area& area, std::uint32_t count, bool fill, std::uint32_t made_for) {
    TileGrid grid{.area = {area.x, area.y, std::max(1.0F, area.width), std::max(0.1F, area.height)}, .count = count};
    float size = 1;
    for (int i = 0; i < 400; ++i, size *= 0.97F) {
        const float least = (kTileLeastWidth + kTileGap) * size;
        grid.columns = std::max(1U, static_cast<std::uint32_t>((grid.area.width + kTileGap * size) / least));
        grid.step_y = (kTileHeight + kTileGap) * size;
        if (count_float(rows_for(count, grid.columns)) * grid.step_y - kTileGap * size <= grid.area.height) break;
    }
    grid.height = kTileHeight * size;
    // No tile needs to be wider than is good to look at; but in a box that stays half empty a name has the room that it needs.
    const float widest = kTileHeight * 2.4F * size;
    const auto width_in = [&](std::uint32_t columns) { return (grid.area.width - count_float(columns - 1) * kTileGap * size) / count_float(columns); };
    const auto leaves_half = [&](std::uint32_t columns) {
        return row_length(rows_for(std::max(count, made_for), columns), grid.height, kTileGap * size) <= grid.area.height / 2;
    };
    while (made_for > 0 && grid.columns > 1 && width_in(grid.columns - 1) <= widest && leaves_half(grid.columns - 1))
        --grid.columns;
    grid.width = std::max(1e-4F, std::min(width_in(grid.columns), widest));
    grid.step_x = grid.width + kTileGap * size;
    if (!fill || count == 0) return grid;
    constexpr float kMostStretch = 1.5F;
    const float rows = count_float(rows_for(count, grid.columns));
    const float room = (grid.area.height - (rows - 1) * kTileGap * size) / rows;
    grid.height = std::max(grid.height, std::min(room, grid.height * kMostStretch));
    grid.step_y = grid.height + kTileGap * size;
    return grid;
}

std::optional<Area> ClusterLayout::tile_area(const view::ClusterView& cluster, std::uint32_t tile) const {
    if (tile >= cluster.tiles.size()) return std::nullopt;
    const std::uint32_t host = cluster.tiles[tile].host;
    if (host != view::kNone && host >= hosts.size()) return std::nullopt;
    if (host == view::kNone && !pending) return std::nullopt;
    const TileGrid& grid = host == view::kNone ? pending->tiles : hosts[host].tiles;
    if (tile < grid.first || tile - grid.first >= grid.count) return std::nullopt;
    return grid.tile(tile - grid.first);
}

ClusterLayout lay_out(const view::ClusterView& cluster, const LayoutWish& asked) {
    LayoutWish wish = asked;
    wish.width = std::max(8.0F, wish.width);
    wish.height = std::max(8.0F, wish.height);
    ClusterLayout layout;
    layout.hosts.resize(cluster.hosts.size());
    layout.capacity = std::max(box_capacity(cluster), wish.capacity);
    std::uint32_t placed = 0;
    for (const view::HostView& host : cluster.hosts)
        placed += host.tiles;
    const std::uint32_t homeless = static_cast<std::uint32_t>(cluster.tiles.size()) - std::min(placed, static_cast<std::uint32_t>(cluster.tiles.size()));
    const bool strip = homeless > 0 || wish.pending;
    const LayoutZones zones = layout_zones(cluster);
    const bool framed = zones.names.size() > 1;
    LayoutPlan plan;
    float size = 1;
    if (!cluster.hosts.empty()) size = size_that_fits(zones, wish, layout.capacity, framed, strip, plan);
    layout.fit = wish.scale * size;
    layout.width = std::max(1.0F, wish.width / layout.fit);
    layout.height = std::max(1.0F, wish.height / layout.fit);
    float height = layout.height;
    if (strip) {
        const float strip_height = std::min(std::max(kLeastStrip, 44 / size), layout.height / 3);
        height = std::max(1.0F, height - strip_height - kHostGap);
        HostBox box;
        box.area = {0, layout.height - strip_height, layout.width, strip_height};
        const float label = std::min(110 / size, layout.width / 4);
        const float pad = strip_height * 0.15F;
        box.tiles = grid_within({label, box.area.y + pad, layout.width - label - kHostPad, strip_height - pad * 2}, homeless);
        box.tiles.first = placed;
        layout.pending = box;
    }
    if (!cluster.hosts.empty()) put_zones(layout, cluster, zones, plan, framed, height, size < 1);
    return layout;
}

TileDetail detail_at(float width, float height, float scale) {
    if (width >= 46 * scale && height >= 29 * scale) return TileDetail::Full;
    if (width >= 26 * scale && height >= 13 * scale) return TileDetail::Name;
    if (width >= 3 && height >= 2) return TileDetail::Square;
    return TileDetail::Merged;
}

float Camera::most(const ClusterLayout& layout, float scale) { return std::max(1.0F, 8 * scale / layout.fit); }

void Camera::settle(const ClusterLayout& layout, const Area& view, float scale) {
    zoom = std::clamp(zoom, kLeast, most(layout, scale));
    const float across = view.width / ratio(layout);
    const float along = view.height / ratio(layout);
    x = across >= layout.width ? (layout.width - across) / 2 : std::clamp(x, 0.0F, layout.width - across);
    y = along >= layout.height ? 0 : std::clamp(y, 0.0F, layout.height - along);
}

void Camera::zoom_at(const ClusterLayout& layout, const Area& view, float scale, float factor, float px, float py) {
    const float unit_x = x + (px - view.x) / ratio(layout);
    const float unit_y = y + (py - view.y) / ratio(layout);
    zoom = std::clamp(zoom * factor, kLeast, most(layout, scale));
    x = unit_x - (px - view.x) / ratio(layout);
    y = unit_y - (py - view.y) / ratio(layout);
    settle(layout, view, scale);
}

void Camera::drag(const ClusterLayout& layout, const Area& view, float scale, float dx, float dy) {
    x -= dx / ratio(layout);
    y -= dy / ratio(layout);
    settle(layout, view, scale);
}

void Camera::reveal(const ClusterLayout& layout, const Area& view, float scale, const Area& wanted) {
    const float across = view.width / ratio(layout);
    const float along = view.height / ratio(layout);
    if (wanted.x < x) x = wanted.x - kHostPad;
    if (wanted.right() > x + across) x = wanted.right() - across + kHostPad;
    if (wanted.y < y) y = wanted.y - kHostPad;
    if (wanted.bottom() > y + along) y = wanted.bottom() - along + kHostPad;
    settle(layout, view, scale);
}

Area Camera::on_screen(const ClusterLayout& layout, const Area& view, const Area& units) const {
    const float r = ratio(layout);
    return {view.x + (units.x - x) * r, view.y + (units.y - y) * r, units.width * r, units.height * r};
}

}  // namespace podium::desktop
