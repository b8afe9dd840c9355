#pragma once

// All that the drawing of the cluster needs, worked out once for each view by ClusterPanel::prepare() and
// read by the files that draw: hosts, tiles, links. The window's thread.

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <imgui.h>

#include "ui/desktop/panels/cluster_layout.hpp"
#include "ui/desktop/panels/cluster_motion.hpp"
#include "ui/desktop/panels/panel.hpp"

namespace podium::desktop {

/// What the mouse or the selection is on.
struct ClusterThing {
    enum class Kind : std::uint8_t { None, Host, Tile, Link, Traffic };
    Kind kind = Kind::None;
    std::uint32_t index = view::kNone;  ///< In the view's list of its kind.

    bool operator==(const ClusterThing&) const = default;
};

/// How many tiles of a host are in each phase; of those that are lit where some are.
struct HostHeat {
    std::array<std::uint32_t, view::kPhases> phases{};
    std::uint32_t dimmed = 0;
    std::uint32_t all = 0;
};

/// A link that is drawn: its ends on the screen may be a host or the network's switches.
struct LinkMark {
    std::uint32_t link = view::kNone;
    Area area;  ///< Where it is clicked.
};

struct ClusterScene {
    std::string id = "cluster";  ///< The beginning of its widgets' ids: "without" for the other side of a fork.
    std::shared_ptr<const view::ClusterView> cluster;
    ClusterLayout layout;
    Camera camera;
    Area whole;  ///< The panel, on the screen;
    Area view;   ///< of it, where hosts are;
    std::vector<Area> entries;  ///< and the boxes of sources of traffic, as far as there is room.
    std::vector<bool> dimmed;   ///< By tile; empty: none is.
    std::vector<HostHeat> heat;  ///< By host; empty unless some are drawn so.
    std::vector<std::uint32_t> colours;  ///< By service, and one more for tiles without.
    std::vector<std::vector<std::uint32_t>> served;  ///< By source: the hosts it reaches.
    ClusterMotion motion;
    ClusterFlights flights;
    ClusterThing hovered;
    ClusterThing selected;
    std::vector<LinkMark> links;  ///< Put in while links are drawn.
    std::vector<std::uint32_t> shadowed;  ///< Tiles whose name means another, in order: they go by their containers' own names, or ids.

    /// The thing of a selection in the present view, if it is there.
    [[nodiscard]] ClusterThing find(const Selection& selection) const;
    [[nodiscard]] Selection selection_of(const ClusterThing& thing) const;
    /// By which a tile is selected and no other is.
    [[nodiscard]] const std::string& name_of(std::uint32_t tile) const;
    /// Works out which tiles are shadowed, after another view has come.
    void find_shadowed();

    [[nodiscard]] Area on_screen(const Area& units) const { return camera.on_screen(layout, view, units); }
    [[nodiscard]] float ratio() const { return camera.ratio(layout); }
    [[nodiscard]] std::uint32_t colour_of(const view::Tile& tile) const { return colours[tile.service < colours.size() - 1 ? tile.service : colours.size() - 1]; }
    [[nodiscard]] bool is_dimmed(std::uint32_t tile) const { return tile < dimmed.size() && dimmed[tile]; }
    /// How this host's tiles are drawn at present.
    [[nodiscard]] TileDetail detail_of(const HostBox& box, float scale) const {
        return detail_at(box.tiles.width * ratio(), box.tiles.height * ratio(), scale);
    }
    /// Some hosts' tiles go into the tile layer.
    [[nodiscard]] bool has_bulk(float scale) const {
        return std::any_of(layout.hosts.begin(), layout.hosts.end(), [&](const HostBox& box) { return is_bulk(detail_of(box, scale)); });
    }
    /// A host's box covers a point of the screen, be it not that of host `but`.
    [[nodiscard]] bool is_covered(float x, float y, std::uint32_t but = view::kNone) const;
    /// What stands at a point of the screen.
    [[nodiscard]] ClusterThing at(float x, float y) const;
    [[nodiscard]] bool in_sight(const Area& area) const {
        return area.right() >= view.x && area.x <= view.right() && area.bottom() >= view.y && area.y <= view.bottom();
    }
};

/// What is needed while drawing.
struct ClusterPainter {
    Context& context;
    const Theme& theme;
    ImDrawList* list;
    ClusterScene& scene;
    double clock;

    [[nodiscard]] float px(float length) const { return context.px(length); }
};

/// The panel's ground, with faint dots.
void draw_ground(const ClusterPainter& painter);
void draw_zones(const ClusterPainter& painter);
/// The boxes of hosts with tiles of usual size.
void draw_host_boxes(const ClusterPainter& painter);
/// All that is small, into the tile layer: boxes, tiles, shares by state.
void draw_bulk(const ClusterPainter& painter);
/// In words and bars, above the boxes.
void draw_host_heads(const ClusterPainter& painter);
/// Into the tile layer, which has begun.
void add_small_boxes(const ClusterPainter& painter);
void add_small_tiles(const ClusterPainter& painter);
/// Tiles of usual size.
void draw_tiles(const ClusterPainter& painter);
/// One tile, as large as `area` allows.
void draw_tile(const ClusterPainter& painter, const view::Tile& tile, const Area& area, std::uint32_t colour, float alpha, bool hovered);
void draw_moving_tiles(const ClusterPainter& painter);
void draw_entry_ways(const ClusterPainter& painter);
void draw_entries(const ClusterPainter& painter);
void draw_links(const ClusterPainter& painter);
void draw_flights(const ClusterPainter& painter);
void draw_selection(const ClusterPainter& painter);
/// The states, with what stands for each.
void draw_legend(const ClusterPainter& painter, const Area& within);

}  // namespace podium::desktop
