#pragma once

// Lanes folded to pixels: of however many stretches and moments only what can be told apart on the
// screen is drawn. Pure functions over plain values; tests hold them against slow obvious ones.

#include <cstdint>
#include <string>
#include <vector>

#include "sim/view/lane_set.hpp"

namespace podium::desktop {

/// Time laid along a line of pixels.
struct TimeScale {
    double begin = 0;    ///< Nanoseconds, at `x`.
    double length = 1;   ///< Nanoseconds, over `width`. Above 0.
    float x = 0;
    float width = 1;

    [[nodiscard]] double pixels_per_nanosecond() const { return static_cast<double>(width) / length; }
    /// Far outside, it stays within what can be drawn.
    [[nodiscard]] float x_of(Time time) const;
    [[nodiscard]] Time time_at(float px) const;
    [[nodiscard]] double end() const { return begin + length; }
    bool operator==(const TimeScale&) const = default;
};

/// A stretch as it is drawn: one span, or several that share a pixel.
struct SpanPiece {
    float x0 = 0;
    float x1 = 0;
    view::Tone tone = view::Tone::Plain;  ///< The worst.
    std::uint32_t span = 0;               ///< In the lane: of those merged the first with that tone.
    bool merged = false;
    bool operator==(const SpanPiece&) const = default;
};

/// Moments as they are drawn: one mark, or several that stand too close.
struct MarkPiece {
    float x = 0;
    view::Tone tone = view::Tone::Plain;  ///< The worst.
    std::uint32_t mark = 0;               ///< In the lane: the first with that tone.
    std::uint32_t count = 1;
    bool operator==(const MarkPiece&) const = default;
};

/// Marks closer than this are drawn as one, in pixels at scale 1.
inline constexpr float kMarkSpacing = 9;
/// Narrower spans share pixels.
inline constexpr float kLeastSpan = 1.5F;

/// The greater, the worse.
int badness(view::Tone tone);

/// The spans of a lane within a scale; one that goes on ends at `end`. At most three pieces for each pixel.
std::vector<SpanPiece> fold_spans(const SharedRows<view::LaneSpan>& spans, const TimeScale& scale, Time end);
/// The marks of a lane within a scale and `margin` pixels around; those that share `spacing` pixels together. The
/// same ones stand together wherever the scale begins.
std::vector<MarkPiece> fold_marks(const SharedRows<view::LaneMark>& marks, const TimeScale& scale, float spacing, float margin);

/// Where words stand in a stretch of a line.
struct LabelRoom {
    float from = 0;
    float room = 0;
    bool operator==(const LabelRoom&) const = default;
};
/// The first gap between marks within [from, to] that has room for `width`, else the widest. A mark takes `before` pixels on its left and
/// `after` on its right, and where it tells a number so much more for one of one digit, and half as much again for each further.
LabelRoom label_room(const std::vector<MarkPiece>& marks, float from, float to, float width, float before, float after, float number);

/// The round step of an axis whose labels stand at least `apart` pixels from each other, in nanoseconds.
std::int64_t tick_step(const TimeScale& scale, float apart);
/// So many small ticks stand in one step.
int small_ticks(std::int64_t step);
/// A moment on an axis of that step: "40s", "1m30s", "41.25s", "250ms".
std::string tick_label(std::int64_t nanoseconds, std::int64_t step);
/// A moment as it is read off a scale: with as many decimals as a pixel is worth, one at least: "41.2s", "1m02.5s".
std::string moment_label(Time time, const TimeScale& scale);
/// A measured length: "12.340 s", "350 µs".
std::string length_label(Duration length);

}  // namespace podium::desktop
