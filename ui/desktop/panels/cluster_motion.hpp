#pragma once

// What moves in the picture of a cluster: tiles on their way from where they were to where they are,
// new ones that appear, ended ones that fade, and dots for requests and heartbeats. Takes two views and
// real time; changes nothing of the run. The window's thread.

#include <cstdint>
#include <optional>
#include <vector>

#include "ui/desktop/panels/cluster_layout.hpp"

namespace podium::desktop {

/// A tile of the present view that is not yet where it belongs.
struct MovingTile {
    std::uint32_t tile = 0;
    Area from;         ///< In units. An appearing one's is its own place.
    double begun = 0;  ///< Real time.
    bool appears = false;
};

/// A tile of a view before, which this one has no longer.
struct LeavingTile {
    view::Tile tile;  ///< Its service and host are places in the view before.
    Area area;
    std::uint32_t colour_place = view::kNone;  ///< Of its service's colour; none: it was no service's.
    double begun = 0;
};

class ClusterMotion {
  public:
    static constexpr double kSeconds = 0.6;
    /// When more than this many tiles change at once (a seek, another run), nothing is animated.
    static constexpr std::size_t kMostMoves = 1'500;

    /// `now` follows `before`; the layouts are those of the views. Tiles are the same when their container
    /// is, and tasks without one when their name is. A new one of a known name comes from where that one is.
    void follow(const view::ClusterView& before, const ClusterLayout& layout_before, const view::ClusterView& now, const ClusterLayout& layout, double clock);
    /// Forgets what is over.
    void tidy(double clock);
    void clear();

    [[nodiscard]] const std::vector<MovingTile>& moving() const { return moving_; }
    [[nodiscard]] const std::vector<LeavingTile>& leaving() const { return leaving_; }
    /// The motion of a tile of the present view, if it has one.
    [[nodiscard]] const MovingTile* motion_of(std::uint32_t tile) const;
    /// Where it is at a moment, between its old place and `to`.
    [[nodiscard]] static Area place(const MovingTile& moving, const Area& to, double clock);
    /// 0 at the beginning of a motion, 1 at its end; slow at both.
    [[nodiscard]] static float progress(double begun, double clock);

  private:
    std::vector<MovingTile> moving_;  ///< By tile.
    std::vector<LeavingTile> leaving_;
};

/// A dot on its way along a link or between the entry and a host.
struct FlightDot {
    view::FlightView::Kind kind = view::FlightView::Kind::Request;
    std::uint32_t from_host = view::kNone;
    std::uint32_t to_host = view::kNone;
    std::uint32_t tile = view::kNone;
    std::uint32_t source = view::kNone;
    float way = 0;  ///< Of its way, 0 to 1.
    bool back = false;  ///< From a host to where the request came from.
};

/// What is under way takes milliseconds in the run and would never be seen: each is shown as a dot that
/// takes most of a second of real time, requests followed by their answers. Of many on one way so many are
/// shown as can be told apart. While the run stands still, so do the dots.
class ClusterFlights {
  public:
    static constexpr float kSeconds = 0.9F;
    static constexpr std::size_t kMostDots = 240;
    /// Dots of one way follow each other at this distance or a larger one.
    static constexpr float kApart = 0.16F;

    void follow(const view::ClusterView& cluster, bool playing, double clock);
    [[nodiscard]] const std::vector<FlightDot>& dots() const { return dots_; }

  private:
    void add(const view::FlightView& flight, float way);

    std::vector<FlightDot> dots_;
    Time seen_{};  ///< Of the view that was followed last,
    Time newest_{};  ///< and the latest sending in it.
    double clock_ = 0;
    bool begun_ = false;
};

}  // namespace podium::desktop
