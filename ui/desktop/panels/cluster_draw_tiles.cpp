// Tiles of the cluster's picture, from one that fills the view to a host's shares by state.

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "ui/desktop/draw/icons.hpp"
#include "ui/desktop/draw/widgets.hpp"
#include "ui/desktop/panels/cluster_scene.hpp"
#include "ui/desktop/panels/cluster_words.hpp"

namespace podium::desktop {
namespace {

constexpr float kDimmed = 0.22F;
constexpr float kWholeTurn = 6.2831853F;

// What a phase means for a small tile's shape, which is to be told without colours.
enum class TileShape : std::uint8_t { Whole, Half, Hollow, Holed, Line, Bars };

TileShape shape_of(view::Phase phase) {
    using view::Phase;
    switch (phase) {
        case Phase::Running: return TileShape::Whole;
        case Phase::Pending:
        case Phase::Pulling:
        case Phase::Created:
        case Phase::Starting:
        case Phase::BackOff:
        case Phase::Stopping: return TileShape::Half;
        case Phase::Unhealthy:
        case Phase::OutOfMemory:
        case Phase::Failed: return TileShape::Holed;
        case Phase::Paused: return TileShape::Bars;
        case Phase::Exited: return TileShape::Line;
        case Phase::Lost: return TileShape::Hollow;
    }
    return TileShape::Whole;
}

bool is_bad_phase(view::Phase phase) { return phase == view::Phase::Unhealthy || phase == view::Phase::OutOfMemory || phase == view::Phase::Failed; }
bool is_over_phase(view::Phase phase) { return phase == view::Phase::Exited || phase == view::Phase::Lost; }
bool tile_works(const view::Tile& tile) { return tile.use > 0 || tile.processor > 0; }

float tile_pulse(double clock) { return 0.5F + 0.5F * static_cast<float>(std::sin(clock * 5)); }

// The colours of a tile's parts.
struct TileInks {
    std::uint32_t body;
    std::uint32_t edge;
    std::uint32_t words;
    std::uint32_t quiet;
    std::uint32_t strip;
    bool outlined;
};

TileInks inks_of(const Theme& theme, const view::Tile& tile, const PhaseLook& look, std::uint32_t colour, bool hovered, double clock) {
    const std::uint32_t ground = theme.dark ? mixed(theme.panel, theme.raised, 0.5F) : theme.panel;
    const std::uint32_t bright = theme.dark ? 0xFFFFFF : theme.text;
    const float pulse = look.moves ? tile_pulse(clock) : 0.5F;
    if (is_over_phase(tile.phase)) return {mixed(theme.panel, theme.faint, hovered ? 0.2F : 0.1F), mixed(theme.line, theme.faint, 0.5F), theme.dim, theme.faint, mixed(theme.faint, colour, 0.35F), true};
    if (is_bad_phase(tile.phase)) return {mixed(ground, look.colour, (hovered ? 0.3F : 0.2F) + 0.1F * pulse), look.colour, mixed(look.colour, bright, 0.7F), mixed(look.colour, bright, 0.35F), colour, true};
    if (tile.phase == view::Phase::Running) return {mixed(ground, colour, hovered ? 0.4F : 0.28F), colour, mixed(colour, bright, 0.55F), mixed(colour, bright, 0.25F), colour, false};
    return {mixed(ground, colour, (hovered ? 0.14F : 0.05F) + 0.1F * pulse), colour, mixed(colour, bright, 0.55F), mixed(colour, bright, 0.25F), colour, true};
}

const char* icon_of(const view::Tile& tile, const PhaseLook& look) {
    // A heart only where a check says that it is well.
    return tile.phase == view::Phase::Running && !(tile.has_health && tile.healthy) ? icon::kPlay : look.icon;
}

// How far a wait has gone: to a restart, or to the kill of one that is stopping.
float wait_share(const view::ClusterView& cluster, const view::Tile& tile) {
    if (tile.until == kNever || tile.until <= tile.since || tile.since == Time{}) return -1;
    const double whole = (tile.until - tile.since).seconds();
    return static_cast<float>(std::clamp((cluster.time - tile.since).seconds() / whole, 0.0, 1.0));
}

// A few words for the tile's foot.
std::string foot_words(const view::ClusterView& cluster, const view::Tile& tile) {
    using view::Phase;
    switch (tile.phase) {
        case Phase::BackOff: return tile.until == kNever ? std::string("waits") : fmt::format("in {:.1f} s", std::max(0.0, (tile.until - cluster.time).seconds()));
        case Phase::OutOfMemory: return fmt::format("oom {}", tile.exit_code);
        case Phase::Failed:
        case Phase::Exited: return fmt::format("exit {}", tile.exit_code);
        case Phase::Unhealthy: return "unhealthy";
        case Phase::Starting: return "starting";
        case Phase::Pulling: return "preparing";
        case Phase::Created: return "created";
        case Phase::Pending: return "pending";
        case Phase::Paused: return "paused";
        case Phase::Stopping: return "stopping";
        case Phase::Lost: return "lost";
        case Phase::Running: return {};
    }
    return {};
}

// Restarts: up to four strokes on the upper edge, then a number.
void draw_ticks(const ClusterPainter& painter, const view::Tile& tile, const Area& area, float alpha) {
    if (tile.ticks == 0) return;
    const Theme& theme = painter.theme;
    const int strokes = std::min<int>(tile.ticks, 4);
    float x = area.right() - painter.px(7);
    for (int i = 0; i < strokes; ++i, x -= painter.px(5))
        painter.list->AddRectFilled({x, area.y - painter.px(2)}, {x + painter.px(2.5F), area.y + painter.px(4)}, packed(theme.warning, alpha), painter.px(1));
    if (tile.ticks <= 4) return;
    ImFont* font = painter.context.fonts->small;
    const std::string number = tile.ticks == 255 ? "255+" : std::to_string(tile.ticks);
    const float size = font->FontSize * 0.85F;
    const float width = words_size(font, number).x * 0.85F;
    painter.list->AddRectFilled({x - width - painter.px(2), area.y - size * 0.5F}, {x + painter.px(3), area.y + size * 0.5F}, packed(mixed(theme.panel, theme.warning, 0.4F), alpha), painter.px(3));
    painter.list->AddText(font, size, {std::floor(x - width), std::floor(area.y - size * 0.5F)}, packed(theme.dark ? mixed(theme.warning, 0xFFFFFF, 0.5F) : theme.text, alpha), number.c_str());
}

void draw_tile_icon(const ClusterPainter& painter, const view::Tile& tile, const PhaseLook& look, const Area& area, float alpha) {
    ImFont* font = painter.context.fonts->small;
    const char* shown = icon_of(tile, look);
    const ImVec2 size = words_size(font, shown);
    const ImVec2 at(area.right() - size.x - painter.px(6), area.bottom() - size.y - painter.px(4));
    const float share = tile.phase == view::Phase::BackOff || tile.phase == view::Phase::Stopping ? wait_share(*painter.scene.cluster, tile) : -1;
    const std::uint32_t colour = tile.phase == view::Phase::Running && shown == icon::kPlay ? mixed(look.colour, painter.theme.panel, 0.35F) : look.colour;
    if (share < 0) {
        // Something under way swings a little.
        const float sway = look.moves && !is_bad_phase(tile.phase) ? std::round(static_cast<float>(std::sin(painter.clock * 4)) * painter.px(1)) : 0;
        put_words(painter.list, font, {at.x, at.y + sway}, colour, shown, alpha);
        return;
    }
    const float radius = painter.px(6.5F);
    const ImVec2 centre(area.right() - painter.px(6) - radius, area.bottom() - painter.px(5) - radius);
    painter.list->AddCircle(centre, radius, packed(colour, alpha * 0.3F), 20, painter.px(2.5F));
    painter.list->PathArcTo(centre, radius, -kWholeTurn / 4, -kWholeTurn / 4 + kWholeTurn * share, 20);
    painter.list->PathStroke(packed(colour, alpha), 0, painter.px(2.5F));
}

void draw_use_bar(const ClusterPainter& painter, const Area& area, float share, std::uint32_t colour, float alpha) {
    const Theme& theme = painter.theme;
    const float round = area.height / 2;
    painter.list->AddRectFilled({area.x, area.y}, {area.right(), area.bottom()}, packed(theme.dark ? theme.background : theme.panel, alpha * (theme.dark ? 0.7F : 0.9F)), round);
    if (share > 0) painter.list->AddRectFilled({area.x, area.y}, {area.x + std::max(area.height, area.width * std::min(1.0F, share)), area.bottom()}, packed(colour, alpha), round);
}

// Processor and memory of what it may, and of large tiles what it reserves, with words.
void draw_use(const ClusterPainter& painter, const view::Tile& tile, const TileInks& inks, const Area& area, bool large, float alpha) {
    const Theme& theme = painter.theme;
    const auto share = [](std::uint16_t thousandths) { return static_cast<float>(thousandths) / 1000; };
    const auto ink = [&](std::uint16_t thousandths) { return thousandths >= 950 ? theme.bad : thousandths >= 850 ? theme.warning : inks.quiet; };
    struct Row {
        const char* title;
        std::uint16_t value;
        std::uint32_t colour;
    };
    const std::array<Row, 3> rows{Row{"cpu", tile.processor, ink(tile.processor)}, Row{"mem", tile.use, ink(tile.use)}, Row{"res", tile.reserved, theme.dim}};
    const float left = area.x + painter.px(9);
    if (!large) {
        const float width = area.width - painter.px(9 + 28);
        if (width < painter.px(8)) return;
        for (std::size_t i = 0; i < 2; ++i)
            draw_use_bar(painter, {left, area.bottom() - painter.px(13 - 5 * static_cast<float>(i)), width, painter.px(3)}, share(rows[i].value), rows[i].colour, alpha * 0.85F);
        return;
    }
    ImFont* font = painter.context.fonts->small;
    const float line = font->FontSize + painter.px(4);
    float y = area.bottom() - line * 3 - painter.px(8);
    const float words = words_size(font, "mem").x + painter.px(8);
    const float number = words_size(font, "100 %").x + painter.px(6);
    const float width = area.width - painter.px(9 + 28) - words - number;
    if (width < painter.px(16)) return;
    for (const Row& row : rows) {
        put_words(painter.list, font, {left, y}, theme.dim, row.title, alpha);
        draw_use_bar(painter, {left + words, y + font->FontSize / 2 - painter.px(1), width, painter.px(4)}, share(row.value), row.colour, alpha);
        put_words(painter.list, font, {left + words + width + painter.px(6), y}, theme.dim, fmt::format("{} %", (row.value + 5) / 10), alpha);
        y += line;
    }
}

// The whole name, or without its stack's.
std::string_view name_with_room(const ImFont* font, const view::ClusterView& cluster, const view::Tile& tile, float width) {
    return words_size(font, tile.name).x <= width ? std::string_view(tile.name) : name_in_stack(cluster, tile);
}

// A name shortened by its stack's, and then before its number, which is what tells it from its neighbours of the same colour.
std::string fitted_name(const ImFont* font, const view::ClusterView& cluster, const view::Tile& tile, float width) {
    const std::string_view name = name_with_room(font, cluster, tile, width);
    const std::size_t dot = name.rfind('.');
    if (dot == std::string_view::npos || words_size(font, name).x <= width) return fitted(font, name, width);
    const std::string_view number = name.substr(dot);
    const std::string front = fitted(font, name.substr(0, dot), width - words_size(font, number).x);
    // After an ellipsis a dot would look like one of its own.
    return front.empty() ? fitted(font, number.substr(1), width) : front + std::string(number.substr(1));
}

void draw_full_tile(const ClusterPainter& painter, const view::Tile& tile, const Area& area, std::uint32_t colour, float alpha, bool hovered) {
    const Theme& theme = painter.theme;
    const Fonts& fonts = *painter.context.fonts;
    const PhaseLook look = phase_look(theme, tile.phase);
    const TileInks inks = inks_of(theme, tile, look, colour, hovered, painter.clock);
    const ImVec2 from(area.x, area.y);
    const ImVec2 to(area.right(), area.bottom());
    const float round = painter.px(6);
    painter.list->AddRectFilled(from, to, packed(inks.body, alpha), round);
    if (look.hatch != Hatch::None && !is_bad_phase(tile.phase)) put_hatch(painter.list, area, look.hatch, is_over_phase(tile.phase) ? theme.faint : colour, alpha * 0.22F, look.moves ? painter.clock : 0);
    else if (look.hatch != Hatch::None) put_hatch(painter.list, area, look.hatch, look.colour, alpha * 0.16F, 0);
    if (inks.outlined) painter.list->AddRect(from, to, packed(inks.edge, alpha * (is_bad_phase(tile.phase) ? 1.0F : 0.67F)), round, 0, is_bad_phase(tile.phase) ? painter.px(1.5F) : 1.0F);
    if (!inks.outlined || is_bad_phase(tile.phase)) painter.list->AddRectFilled(from, {area.x + painter.px(3), area.bottom()}, packed(inks.strip, alpha), painter.px(2));
    const bool large = area.height >= painter.px(92) && area.width >= painter.px(120);
    ImFont* font = large ? fonts.bold : fonts.small;
    put_words(painter.list, font, {area.x + painter.px(9), area.y + painter.px(5)}, inks.words, fitted_name(font, *painter.scene.cluster, tile, area.width - painter.px(13)), alpha);
    if (large) put_words(painter.list, fonts.small, {area.x + painter.px(9), area.y + painter.px(24)}, theme.dim, fitted(fonts.small, view::phase_name(tile.phase), area.width - painter.px(18)), alpha);
    draw_tile_icon(painter, tile, look, area, alpha);
    const std::string foot = foot_words(*painter.scene.cluster, tile);
    const float room = area.width - painter.px(9 + 26);
    if ((foot.empty() || large) && tile_works(tile)) draw_use(painter, tile, inks, area, large, alpha);
    else if (!foot.empty() && words_size(fonts.small, foot).x <= room) put_words(painter.list, fonts.small, {area.x + painter.px(9), area.bottom() - fonts.small->FontSize - painter.px(5)}, is_bad_phase(tile.phase) ? inks.quiet : theme.dim, foot, alpha);
    else if (tile_works(tile)) draw_use(painter, tile, inks, area, false, alpha);
    draw_ticks(painter, tile, area, alpha);
}

void draw_name_tile(const ClusterPainter& painter, const view::Tile& tile, const Area& area, std::uint32_t colour, float alpha, bool hovered) {
    const Theme& theme = painter.theme;
    const PhaseLook look = phase_look(theme, tile.phase);
    const TileInks inks = inks_of(theme, tile, look, colour, hovered, painter.clock);
    const ImVec2 from(area.x, area.y);
    const ImVec2 to(area.right(), area.bottom());
    const float round = painter.px(3);
    painter.list->AddRectFilled(from, to, packed(inks.body, alpha), round);
    if (look.hatch != Hatch::None) put_hatch(painter.list, area, look.hatch, is_bad_phase(tile.phase) ? look.colour : colour, alpha * 0.18F, look.moves ? painter.clock : 0);
    if (inks.outlined) painter.list->AddRect(from, to, packed(inks.edge, alpha * 0.8F), round);
    else painter.list->AddRectFilled(from, {area.x + painter.px(2), area.bottom()}, packed(inks.strip, alpha), 1);
    ImFont* font = painter.context.fonts->small;
    const float size = std::min(font->FontSize, area.height - painter.px(1));
    const float room = area.width - painter.px(6);
    const std::string_view longest = name_with_room(font, *painter.scene.cluster, tile, room);
    const std::size_t dot = longest.rfind('.');
    const bool whole = words_size(font, longest).x <= room || dot == std::string_view::npos;
    const std::string name = fitted(font, whole ? longest : longest.substr(dot + 1), room);
    if (size < font->FontSize) painter.list->AddText(font, size, {std::floor(area.x + painter.px(4)), std::floor(area.y + (area.height - size) / 2)}, packed(inks.words, alpha), name.c_str());
    else put_words(painter.list, font, {area.x + painter.px(4), area.y + (area.height - size) / 2}, inks.words, name, alpha);
}

// --- small tiles, in the tile layer ---

// Where on whole pixels a tile stands, so that a grid of thousands looks even.
struct SnappedTile {
    float x, y, width, height;
};

// Between any two the same number of pixels is free, one at least as long as there is room; what doesn't come
// out even is in the tiles.
SnappedTile snapped_tile(const Area& area, float step_x, float step_y) {
    const auto gap = [](float step, float length) { return step < 3 ? 0.0F : std::max(1.0F, std::floor(step - length + 0.5F)); };
    const float x = std::floor(area.x + 0.5F);
    const float y = std::floor(area.y + 0.5F);
    return {x, y, std::max(1.0F, std::floor(area.x + step_x + 0.5F) - x - gap(step_x, area.width)), std::max(1.0F, std::floor(area.y + step_y + 0.5F) - y - gap(step_y, area.height))};
}

// Colours of small tiles by service and phase, mixed once a frame.
struct SmallInks {
    std::vector<std::uint32_t> fill;
    std::vector<std::uint32_t> dim;
    std::uint32_t hole = 0;

    [[nodiscard]] std::size_t index(std::size_t service, view::Phase phase) const { return service * view::kPhases + static_cast<std::size_t>(phase); }
};

SmallInks small_inks(const ClusterPainter& painter) {
    const Theme& theme = painter.theme;
    SmallInks inks;
    const float pulse = tile_pulse(painter.clock);
    for (const std::uint32_t colour : painter.scene.colours) {
        for (std::size_t phase = 0; phase < view::kPhases; ++phase) {
            const auto which = static_cast<view::Phase>(phase);
            const PhaseLook look = phase_look(theme, which);
            std::uint32_t mix = mixed(theme.panel, colour, theme.dark ? 0.62F : 0.72F);
            if (is_bad_phase(which)) mix = mixed(look.colour, theme.panel, look.moves ? 0.25F * pulse : 0.0F);
            else if (is_over_phase(which)) mix = mixed(theme.panel, theme.faint, 0.55F);
            else if (which != view::Phase::Running) mix = mixed(theme.panel, colour, look.moves ? 0.55F + 0.4F * pulse : 0.7F);
            inks.fill.push_back(packed(mix));
            inks.dim.push_back(packed(mixed(theme.panel, mix, kDimmed)));
        }
    }
    inks.hole = packed(theme.panel);
    return inks;
}

void add_small_tile(TileLayer& layer, const SnappedTile& at, TileShape shape, std::uint32_t fill, std::uint32_t hole) {
    const bool shaped = at.width >= 5 && at.height >= 4;
    if (!shaped || shape == TileShape::Whole) return layer.add(at.x, at.y, at.width, at.height, fill);
    const float half = std::floor(at.height / 2);
    switch (shape) {
        case TileShape::Whole: break;
        case TileShape::Half: layer.add(at.x, at.y + at.height - half, at.width, half, fill); break;
        case TileShape::Line: layer.add(at.x, at.y + at.height - 2, at.width, 2, fill); break;
        case TileShape::Hollow:
            layer.add(at.x, at.y, at.width, at.height, fill);
            layer.add(at.x + 1, at.y + 1, at.width - 2, at.height - 2, hole);
            break;
        case TileShape::Holed:
            layer.add(at.x, at.y, at.width, at.height, fill);
            layer.add(at.x + std::floor(at.width / 3), at.y + std::floor(at.height / 3), std::max(1.0F, std::floor(at.width / 3)), std::max(1.0F, std::floor(at.height / 3)), hole);
            break;
        case TileShape::Bars:
            layer.add(at.x, at.y, std::floor(at.width / 3), at.height, fill);
            layer.add(at.x + at.width - std::floor(at.width / 3), at.y, std::floor(at.width / 3), at.height, fill);
            break;
    }
}

// The rows of a grid that are in sight.
struct GridRows {
    std::uint32_t first = 0;
    std::uint32_t last = 0;  ///< Not in it.
};

GridRows rows_in_sight(const ClusterScene& scene, const TileGrid& grid) {
    const float ratio = scene.ratio();
    const float step = grid.step_y * ratio;
    const float top = scene.view.y + (grid.area.y - scene.camera.y) * ratio;
    const std::uint32_t all = (grid.count + grid.columns - 1) / grid.columns;
    const auto row = [&](float y) { return static_cast<std::uint32_t>(std::clamp((y - top) / step, 0.0F, static_cast<float>(all))); };
    return {row(scene.view.y), std::min(all, row(scene.view.bottom()) + 1)};
}

void add_grid(const ClusterPainter& painter, const SmallInks& inks, const TileGrid& grid) {
    const ClusterScene& scene = painter.scene;
    const view::ClusterView& cluster = *scene.cluster;
    const std::size_t last_service = scene.colours.size() - 1;
    const GridRows rows = rows_in_sight(scene, grid);
    const std::uint32_t end = std::min(grid.count, rows.last * grid.columns);
    const bool any_moves = !scene.motion.moving().empty();
    const float step_x = grid.step_x * scene.ratio();
    const float step_y = grid.step_y * scene.ratio();
    for (std::uint32_t place = rows.first * grid.columns; place < end; ++place) {
        const std::uint32_t number = grid.first + place;
        if (any_moves && scene.motion.motion_of(number) != nullptr) continue;
        const view::Tile& tile = cluster.tiles[number];
        const std::size_t ink = inks.index(std::min<std::size_t>(tile.service, last_service), tile.phase);
        add_small_tile(*painter.context.tiles, snapped_tile(scene.on_screen(grid.tile(place)), step_x, step_y), shape_of(tile.phase), scene.is_dimmed(number) ? inks.dim[ink] : inks.fill[ink], inks.hole);
    }
}

// A host's shares by state, as stripes: what is well first, what is bad last.
void add_heat(const ClusterPainter& painter, const HostHeat& heat, const Area& area) {
    const Theme& theme = painter.theme;
    if (heat.all == 0) return;
    float x = area.x;
    const float unit = area.width / static_cast<float>(heat.all);
    static constexpr std::array<view::Phase, view::kPhases> kOrder = {view::Phase::Running, view::Phase::Starting, view::Phase::Created, view::Phase::Pulling, view::Phase::Pending,
                                                                      view::Phase::Stopping, view::Phase::Paused, view::Phase::BackOff, view::Phase::Exited, view::Phase::Lost,
                                                                      view::Phase::Unhealthy, view::Phase::Failed, view::Phase::OutOfMemory};
    for (const view::Phase phase : kOrder) {
        const std::uint32_t count = heat.phases[static_cast<std::size_t>(phase)];
        if (count == 0) continue;
        const float width = unit * static_cast<float>(count);
        const std::uint32_t colour = phase == view::Phase::Running ? mixed(theme.panel, theme.good, 0.6F) : is_over_phase(phase) ? mixed(theme.panel, theme.faint, 0.4F) : phase_look(theme, phase).colour;
        // A lost share is thin, a bad one whole: it is told by shape as well.
        const float inset = is_over_phase(phase) && area.height >= 6 ? std::floor(area.height / 3) : 0;
        painter.context.tiles->add(x, area.y + inset, width, area.height - inset * 2, packed(colour));
        x += width;
    }
    if (heat.dimmed > 0) painter.context.tiles->add(x, area.y, unit * static_cast<float>(heat.dimmed), area.height, packed(mixed(theme.panel, theme.raised, 0.8F)));
}

// Hosts of a few pixels: neighbours in a row are put together until they can be seen.
void add_rows_of_hosts(const ClusterPainter& painter) {
    const ClusterScene& scene = painter.scene;
    HostHeat together;
    Area area;
    const auto put = [&] {
        if (together.all > 0) add_heat(painter, together, area);
        together = {};
    };
    for (std::uint32_t i = 0; i < scene.layout.hosts.size() && i < scene.heat.size(); ++i) {
        const Area one = scene.on_screen(scene.layout.hosts[i].area);
        if (!scene.in_sight(one)) continue;
        const bool goes_on = together.all > 0 && std::abs(one.y - area.y) < 0.5F && one.x > area.x && one.right() - area.x < painter.px(14);
        if (!goes_on) {
            put();
            area = one;
        }
        area.width = one.right() - area.x;
        for (std::size_t phase = 0; phase < view::kPhases; ++phase)
            together.phases[phase] += scene.heat[i].phases[phase];
        together.dimmed += scene.heat[i].dimmed;
        together.all += scene.heat[i].all;
    }
    put();
}

// The tiles of usual size of one grid.
void draw_grid(const ClusterPainter& painter, const TileGrid& grid, TileDetail detail) {
    ClusterScene& scene = painter.scene;
    const view::ClusterView& cluster = *scene.cluster;
    const GridRows rows = rows_in_sight(scene, grid);
    const std::uint32_t end = std::min(grid.count, rows.last * grid.columns);
    for (std::uint32_t place = rows.first * grid.columns; place < end; ++place) {
        const std::uint32_t number = grid.first + place;
        const Area area = scene.on_screen(grid.tile(place));
        if (!scene.in_sight(area)) continue;
        const view::Tile& tile = cluster.tiles[number];
        painter.context.mark(scene.id + ".tile." + scene.name_of(number), area);
        if (scene.motion.motion_of(number) != nullptr) continue;
        const bool hovered = scene.hovered == ClusterThing{ClusterThing::Kind::Tile, number};
        const float alpha = scene.is_dimmed(number) ? kDimmed : 1.0F;
        if (detail == TileDetail::Full) draw_full_tile(painter, tile, area, scene.colour_of(tile), alpha, hovered);
        else draw_name_tile(painter, tile, area, scene.colour_of(tile), alpha, hovered);
    }
}

}  // namespace

void draw_tile(const ClusterPainter& painter, const view::Tile& tile, const Area& area, std::uint32_t colour, float alpha, bool hovered) {
    const TileDetail detail = detail_at(area.width, area.height, painter.context.scale);
    if (detail == TileDetail::Full) draw_full_tile(painter, tile, area, colour, alpha, hovered);
    else if (detail == TileDetail::Name) draw_name_tile(painter, tile, area, colour, alpha, hovered);
    else painter.list->AddRectFilled({area.x, area.y}, {area.right(), area.bottom()}, packed(colour, alpha));
}

void add_small_tiles(const ClusterPainter& painter) {
    const ClusterScene& scene = painter.scene;
    const SmallInks inks = small_inks(painter);
    bool rows_of_hosts = false;
    for (std::uint32_t i = 0; i < scene.layout.hosts.size(); ++i) {
        const HostBox& box = scene.layout.hosts[i];
        const Area area = scene.on_screen(box.area);
        if (!scene.in_sight(area)) continue;
        if (std::min(area.width, area.height) < kLeastHost) {
            rows_of_hosts = true;
            break;
        }
        const TileDetail detail = scene.detail_of(box, painter.context.scale);
        if (detail == TileDetail::Square) add_grid(painter, inks, box.tiles);
        if (detail != TileDetail::Merged || i >= scene.heat.size()) continue;
        // With a head that can't be read the whole box tells the state.
        const bool headless = kHostHeader * scene.ratio() < 13 * painter.context.scale;
        const float edge = area.width >= 12 ? 1.0F : 0.0F;
        const Area part = headless ? Area{area.x + edge, area.y + edge, area.width - edge * 2, area.height - edge * 2} : scene.on_screen(box.tiles.area);
        add_heat(painter, scene.heat[i], part);
    }
    if (rows_of_hosts) add_rows_of_hosts(painter);
    if (!scene.layout.pending) return;
    const TileDetail detail = scene.detail_of(*scene.layout.pending, painter.context.scale);
    if (is_bulk(detail)) add_grid(painter, inks, scene.layout.pending->tiles);
}

void draw_bulk(const ClusterPainter& painter) {
    TileLayer& layer = *painter.context.tiles;
    layer.begin(painter.scene.view, painter.list);
    add_small_boxes(painter);
    add_small_tiles(painter);
    layer.end();
}

void draw_tiles(const ClusterPainter& painter) {
    const ClusterScene& scene = painter.scene;
    for (const HostBox& box : scene.layout.hosts) {
        const TileDetail detail = scene.detail_of(box, painter.context.scale);
        if (is_bulk(detail) || !scene.in_sight(scene.on_screen(box.area))) continue;
        draw_grid(painter, box.tiles, detail);
    }
    if (!scene.layout.pending) return;
    const TileDetail detail = scene.detail_of(*scene.layout.pending, painter.context.scale);
    if (detail == TileDetail::Full || detail == TileDetail::Name) draw_grid(painter, scene.layout.pending->tiles, detail);
}

void draw_moving_tiles(const ClusterPainter& painter) {
    const ClusterScene& scene = painter.scene;
    const Theme& theme = painter.theme;
    for (const LeavingTile& one : scene.motion.leaving()) {
        const std::uint32_t colour = one.colour_place == view::kNone ? theme.dim : service_colour(theme, one.colour_place);
        const Area area = scene.on_screen(one.area);
        if (scene.in_sight(area)) draw_tile(painter, one.tile, area, colour, (1 - ClusterMotion::progress(one.begun, painter.clock)) * 0.8F, false);
    }
    for (const MovingTile& one : scene.motion.moving()) {
        const auto to = scene.layout.tile_area(*scene.cluster, one.tile);
        if (!to) continue;
        const view::Tile& tile = scene.cluster->tiles[one.tile];
        const float share = ClusterMotion::progress(one.begun, painter.clock);
        const Area area = scene.on_screen(ClusterMotion::place(one, *to, painter.clock));
        if (!scene.in_sight(area)) continue;
        const float alpha = (one.appears ? share : 1.0F) * (scene.is_dimmed(one.tile) ? kDimmed : 1.0F);
        if (!one.appears) painter.list->AddRectFilled({area.x + painter.px(2), area.y + painter.px(5)}, {area.right() + painter.px(2), area.bottom() + painter.px(6)}, packed(theme.shadow, 0.3F), painter.px(6));
        draw_tile(painter, tile, area, scene.colour_of(tile), alpha, false);
    }
}

void draw_selection(const ClusterPainter& painter) {
    const ClusterScene& scene = painter.scene;
    if (scene.selected.kind != ClusterThing::Kind::Tile) return;
    auto place = scene.layout.tile_area(*scene.cluster, scene.selected.index);
    if (!place) return;
    if (const MovingTile* moving = scene.motion.motion_of(scene.selected.index)) place = ClusterMotion::place(*moving, *place, painter.clock);
    Area area = scene.on_screen(*place);
    if (!scene.in_sight(area)) return;
    // However small the tile, the mark around it is seen.
    const float least = painter.px(7);
    if (area.width < least) area = {area.x - (least - area.width) / 2, area.y, least, area.height};
    if (area.height < least) area = {area.x, area.y - (least - area.height) / 2, area.width, least};
    const float out = painter.px(2);
    const bool small = area.width < painter.px(24);
    painter.list->AddRect({area.x - out, area.y - out}, {area.right() + out, area.bottom() + out}, packed(painter.theme.dark ? 0xFFFFFF : painter.theme.text, 0.9F), painter.px(small ? 2 : 8), 0, painter.px(2));
    painter.context.mark(painter.scene.id + ".selected", area);
}

}  // namespace podium::desktop
