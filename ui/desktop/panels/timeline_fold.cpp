#include "ui/desktop/panels/timeline_fold.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>
#include <iterator>

namespace podium::desktop {
namespace {

constexpr std::int64_t kFoldSecond = 1'000'000'000;
constexpr std::int64_t kFoldMinute = 60 * kFoldSecond;
constexpr std::int64_t kFoldHour = 60 * kFoldMinute;
constexpr double kFoldFarPixels = 100'000;

constexpr std::array<std::int64_t, 15> kFoldLongSteps = {kFoldSecond,      2 * kFoldSecond,  5 * kFoldSecond,  10 * kFoldSecond, 20 * kFoldSecond, 30 * kFoldSecond, kFoldMinute,   2 * kFoldMinute,
                                                     5 * kFoldMinute,  10 * kFoldMinute, 20 * kFoldMinute, 30 * kFoldMinute, kFoldHour,        2 * kFoldHour,    6 * kFoldHour};

Time fold_end_of(const view::LaneSpan& span, Time end) { return span.end == kNever ? std::max(end, span.begin) : span.end; }

// Which group of `width` nanoseconds a moment falls into, counted from the beginning of the run.
std::int64_t fold_group_of(Time time, double width) { return static_cast<std::int64_t>(std::floor(static_cast<double>(time.nanoseconds) / width)); }

std::string fold_decimals(std::int64_t nanoseconds, int decimals) {
    const std::int64_t whole = nanoseconds / kFoldMinute;
    const bool minutes = whole > 0;
    const std::string seconds = format_seconds(nanoseconds - whole * kFoldMinute, decimals);
    if (!minutes) return seconds + "s";
    const std::string padded = seconds.size() == 1 || seconds[1] == '.' ? "0" + seconds : seconds;
    if (whole < 60) return fmt::format("{}m{}s", whole, padded);
    return fmt::format("{}h{:02}m{}s", whole / 60, whole % 60, padded);
}

}  // namespace

float TimeScale::x_of(Time time) const {
    const double pixels = (static_cast<double>(time.nanoseconds) - begin) * pixels_per_nanosecond();
    return x + static_cast<float>(std::clamp(pixels, -kFoldFarPixels, kFoldFarPixels));
}

Time TimeScale::time_at(float px) const { return {static_cast<std::int64_t>(std::llround(begin + static_cast<double>(px - x) / pixels_per_nanosecond()))}; }

int badness(view::Tone tone) {
    switch (tone) {
        case view::Tone::Quiet: return 0;
        case view::Tone::Plain: return 1;
        case view::Tone::Good: return 2;
        case view::Tone::Warning: return 3;
        case view::Tone::Bad: return 4;
    }
    return 0;
}

std::vector<SpanPiece> fold_spans(const SharedRows<view::LaneSpan>& spans, const TimeScale& scale, Time end) {
    std::vector<SpanPiece> out;
    // They don't overlap, so they end in the order in which they begin.
    auto span = std::partition_point(spans.begin(), spans.end(), [&](const view::LaneSpan& one) { return static_cast<double>(fold_end_of(one, end).nanoseconds) <= scale.begin; });
    const double pixel = scale.length / static_cast<double>(scale.width);
    const double least = pixel * static_cast<double>(kLeastSpan);
    while (span != spans.end() && static_cast<double>(span->begin.nanoseconds) < scale.end()) {
        const auto index = static_cast<std::uint32_t>(span - spans.begin());
        const Time until = fold_end_of(*span, end);
        if (static_cast<double>((until - span->begin).nanoseconds) >= least) {
            out.push_back({std::max(scale.x, scale.x_of(span->begin)), std::min(scale.x + scale.width, scale.x_of(until)), span->tone, index, false});
            ++span;
            continue;
        }
        // All narrow ones that begin in this pixel are one, with the worst tone. A wide one can only be the last.
        const std::int64_t group = fold_group_of(span->begin, pixel);
        auto after = std::partition_point(span, spans.end(), [&](const view::LaneSpan& one) {
            return fold_group_of(one.begin, pixel) <= group && static_cast<double>(one.begin.nanoseconds) < scale.end();
        });
        if (const auto last = std::prev(after); last != span && static_cast<double>((fold_end_of(*last, end) - last->begin).nanoseconds) >= least) after = last;
        auto worst = span;
        for (auto one = span; one != after && worst->tone != view::Tone::Bad; ++one) {
            if (badness(one->tone) > badness(worst->tone)) worst = one;
        }
        SpanPiece piece{scale.x_of(span->begin), 0, worst->tone, static_cast<std::uint32_t>(worst - spans.begin()), after - span > 1};
        piece.x1 = piece.x0 + kLeastSpan;
        span = after;
        out.push_back(piece);
    }
    return out;
}

std::vector<MarkPiece> fold_marks(const SharedRows<view::LaneMark>& marks, const TimeScale& scale, float spacing, float margin) {
    std::vector<MarkPiece> out;
    const double pixel = scale.length / static_cast<double>(scale.width);
    const double width = pixel * static_cast<double>(spacing);
    // Whole groups, so that one at the border does not change while it leaves the picture.
    const auto first_group = static_cast<std::int64_t>(std::floor((scale.begin - pixel * static_cast<double>(margin)) / width));
    const auto last_group = static_cast<std::int64_t>(std::floor((scale.end() + pixel * static_cast<double>(margin)) / width));
    auto mark = std::partition_point(marks.begin(), marks.end(), [&](const view::LaneMark& one) { return fold_group_of(one.time, width) < first_group; });
    while (mark != marks.end()) {
        const std::int64_t group = fold_group_of(mark->time, width);
        if (group > last_group) break;
        const auto after = std::partition_point(mark, marks.end(), [&](const view::LaneMark& one) { return fold_group_of(one.time, width) <= group; });
        auto worst = mark;
        for (auto one = mark; one != after && badness(worst->tone) < badness(view::Tone::Bad); ++one) {
            if (badness(one->tone) > badness(worst->tone)) worst = one;
        }
        out.push_back({scale.x_of(worst->time), worst->tone, static_cast<std::uint32_t>(worst - marks.begin()), static_cast<std::uint32_t>(after - mark)});
        mark = after;
    }
    return out;
}

LabelRoom label_room(const std::vector<MarkPiece>& marks, float from, float to, float width, float before, float after, float number) {
    LabelRoom widest{from, 0};
    float begin = from;
    const auto gap_until = [&](float end) {
        if (end - begin > widest.room) widest = {begin, end - begin};
    };
    for (const MarkPiece& mark : marks) {
        const float digits = mark.count > 999 ? 4 : mark.count > 99 ? 3 : mark.count > 9 ? 2 : 1;  // "999+" is the most that is told
        const float right = mark.x + after + (mark.count > 1 ? number * (1 + (digits - 1) * 0.6F) : 0.0F);
        if (right <= begin) continue;
        if (mark.x - before >= to) break;
        gap_until(mark.x - before);
        if (widest.room >= width) return widest;
        begin = right;
    }
    gap_until(to);
    return widest;
}

std::int64_t tick_step(const TimeScale& scale, float apart) {
    const double wanted = scale.length / static_cast<double>(scale.width) * static_cast<double>(apart);
    std::int64_t step = 1;
    // Below a second 1, 2, 5, 10 ...; above it what clocks show.
    for (int place = 0; step < kFoldSecond; ++place) {
        if (static_cast<double>(step) >= wanted) return step;
        step = place % 3 == 1 ? step / 2 * 5 : step * 2;
    }
    for (const std::int64_t candidate : kFoldLongSteps) {
        if (static_cast<double>(candidate) >= wanted) return candidate;
    }
    step = 12 * kFoldHour;
    while (static_cast<double>(step) < wanted) step *= 2;
    return step;
}

int small_ticks(std::int64_t step) {
    std::int64_t digits = step;
    while (digits % 10 == 0) digits /= 10;
    if (step >= kFoldMinute) return step % (5 * kFoldMinute) == 0 ? 5 : 2;
    return digits == 5 ? 5 : 2;
}

std::string tick_label(std::int64_t nanoseconds, std::int64_t step) {
    if (nanoseconds == 0) return "0s";
    if (step < kFoldSecond) {
        int decimals = 9;
        for (std::int64_t unit = step; unit % 10 == 0 && decimals > 0; unit /= 10) --decimals;
        return fold_decimals(nanoseconds, decimals);
    }
    const std::int64_t whole = nanoseconds / kFoldSecond;
    const std::int64_t hours = whole / 3600;
    const std::int64_t minutes = whole / 60 % 60;
    const std::int64_t rest = whole % 60;
    if (whole <= 60 && step < kFoldMinute) return fmt::format("{}s", whole);
    std::string out;
    if (hours > 0) out += fmt::format("{}h", hours);
    if (minutes > 0 || (hours > 0 && rest > 0)) out += fmt::format("{}m", minutes);
    if (rest > 0) out += fmt::format("{}s", rest);
    return out;
}

std::string moment_label(Time time, const TimeScale& scale) {
    const double pixel = scale.length / static_cast<double>(scale.width);
    int decimals = 1;
    for (double unit = 1e8; decimals < 6 && unit > pixel; unit /= 10) ++decimals;
    return fold_decimals(time.nanoseconds, decimals - (decimals > 1 ? 1 : 0));
}

std::string length_label(Duration length) {
    const std::int64_t nanoseconds = length.nanoseconds < 0 ? -length.nanoseconds : length.nanoseconds;
    if (nanoseconds >= 100 * kFoldSecond) return fold_decimals(nanoseconds, 1);
    if (nanoseconds >= 10'000'000) return format_seconds(nanoseconds, 3) + " s";
    if (nanoseconds >= 10'000) return format_seconds(nanoseconds * 1000, 3) + " ms";
    return format_seconds(nanoseconds * 1'000'000, 3) + " µs";
}

}  // namespace podium::desktop
