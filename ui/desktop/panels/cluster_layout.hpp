#pragma once

// Where hosts and tiles of a cluster stand: a pure function of the view and of the area there is.
// Lengths are in units of which `fit` pixels make one, so that all proportions hold at every zoom; a
// tile is 40 units high unless its host has too many for its box. Hosts of one zone stand together,
// all boxes are of one size, and their order is that of the view. The window's thread.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/view/cluster_view.hpp"
#include "ui/desktop/draw/context.hpp"

namespace podium::desktop {

/// The tiles of one host, in rows.
struct TileGrid {
    Area area;
    std::uint32_t first = 0;  ///< In the view's `tiles`.
    std::uint32_t count = 0;
    std::uint32_t columns = 1;
    float width = 0;  ///< Of one tile.
    float height = 0;
    float step_x = 1;
    float step_y = 1;

    /// Where the tile of this place (from 0) stands.
    [[nodiscard]] Area tile(std::uint32_t place) const;
    /// Which tile's place holds a point; between tiles none does.
    [[nodiscard]] std::optional<std::uint32_t> place_at(float x, float y) const;
};

/// As many columns as leave room for a row's tiles of usual size; with more tiles than fit they get smaller.
/// `fill`: rows may be somewhat higher than usual where there is room. `made_for`: with so many tiles, where half of the area
/// stays empty, they are wider (0: they are not).
TileGrid grid_within(const Area& area, std::uint32_t count, bool fill = false, std::uint32_t made_for = 0);

struct HostBox {
    Area area;
    TileGrid tiles;
};

struct ZoneFrame {
    Area area;
    std::string name;
};

struct ClusterLayout {
    float width = 1;
    float height = 1;
    float fit = 1;  ///< Pixels of a unit when the whole is to be seen.
    std::uint32_t capacity = 0;  ///< Tiles of usual size that a box holds.
    std::vector<HostBox> hosts;  ///< As in the view.
    std::vector<ZoneFrame> zones;  ///< Empty unless there are two.
    std::optional<HostBox> pending;  ///< The strip of tasks without a node.

    /// Where a tile of this view stands; nothing when it has no place.
    [[nodiscard]] std::optional<Area> tile_area(const view::ClusterView& cluster, std::uint32_t tile) const;
};

struct LayoutWish {
    float width = 100;  ///< Pixels.
    float height = 100;
    float scale = 1;  ///< Of the whole window.
    std::uint32_t capacity = 0;  ///< At least so many tiles a box, so that boxes don't shrink while a run goes on.
    bool pending = false;  ///< Room for the strip even when nothing is in it.
};

/// Sizes in units.
inline constexpr float kTileHeight = 40;
inline constexpr float kTileLeastWidth = 56;
inline constexpr float kTileGap = 6;
inline constexpr float kHostHeader = 68;
inline constexpr float kHostPad = 14;
inline constexpr float kHostGap = 16;
inline constexpr float kZonePad = 12;
inline constexpr float kZoneLabel = 22;

ClusterLayout lay_out(const view::ClusterView& cluster, const LayoutWish& wish);

/// What a tile is drawn as at a size in pixels.
enum class TileDetail : std::uint8_t { Full, Name, Square, Merged };
TileDetail detail_at(float width, float height, float scale);
/// Drawn as plain rectangles, many at once.
inline bool is_bulk(TileDetail detail) { return detail == TileDetail::Square || detail == TileDetail::Merged; }
/// Below this many pixels hosts are put together in rows.
inline constexpr float kLeastHost = 4;

/// What part of the whole is seen.
struct Camera {
    float zoom = 1;  ///< 1: the whole.
    float x = 0;     ///< The unit at the area's left
    float y = 0;     ///< and upper edge.

    static constexpr float kLeast = 1;
    /// A tile fills a good part of the view.
    [[nodiscard]] static float most(const ClusterLayout& layout, float scale);
    /// Keeps the whole within sight. `view` is in pixels.
    void settle(const ClusterLayout& layout, const Area& view, float scale);
    /// Zooms so that what is under a point stays there.
    void zoom_at(const ClusterLayout& layout, const Area& view, float scale, float factor, float px, float py);
    void drag(const ClusterLayout& layout, const Area& view, float scale, float dx, float dy);
    /// Moves as little as brings an area (in units) into sight.
    void reveal(const ClusterLayout& layout, const Area& view, float scale, const Area& wanted);

    [[nodiscard]] float ratio(const ClusterLayout& layout) const { return layout.fit * zoom; }
    [[nodiscard]] Area on_screen(const ClusterLayout& layout, const Area& view, const Area& units) const;
};

}  // namespace podium::desktop
