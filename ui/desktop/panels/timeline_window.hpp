#pragma once

// Which stretch of time the timeline shows, and how it moves: it follows the present until the person
// moves it. Plain values; nothing here draws.

#include <cstdint>

#include "sim/base/time.hpp"
#include "ui/desktop/panels/timeline_fold.hpp"

namespace podium::desktop {

class TimelineWindow {
  public:
    /// What it shows at first: a minute, as much as most experiments take.
    static constexpr double kFirstLength = 60e9;
    /// A microsecond over the whole width, and some years.
    static constexpr double kLeastLength = 1e3;
    static constexpr double kMostLength = 1e17;
    /// The present stands at most so far along the window while that follows it.
    static constexpr double kPresentAt = 0.88;

    /// Free: the person moved it. Follow: it moves with the present. Fit: it shows all there is.
    enum class Mode : std::uint8_t { Follow, Fit, Free };

    /// Moves along with the run; called once a frame.
    void settle(Time now, Time horizon);
    /// Makes it `factor` times as long, the moment `around` staying where it is.
    void zoom(double factor, double around);
    /// Moves it by a share of its length.
    void pan(double share);
    /// As pan, by nanoseconds.
    void shift(double nanoseconds);
    void follow() { mode_ = Mode::Follow; }
    void fit() { mode_ = Mode::Fit; }
    /// To where it begins at 0, or where it ends with the horizon.
    void to_begin();
    void to_end(Time horizon);

    [[nodiscard]] Mode mode() const { return mode_; }
    [[nodiscard]] double begin() const { return begin_; }
    [[nodiscard]] double length() const { return length_; }
    [[nodiscard]] TimeScale scale(float x, float width) const { return {begin_, length_, x, width}; }

  private:
    Mode mode_ = Mode::Follow;
    double begin_ = 0;
    double length_ = kFirstLength;
};

}  // namespace podium::desktop
