#include "ui/desktop/panels/timeline_window.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace podium::desktop {
namespace {

// Lengths that a window which shows all grows through, so that its axis stands still most of the time.
double fitting_length(double horizon) {
    constexpr std::array<double, 9> kSteps = {60, 90, 120, 180, 300, 450, 600, 900, 1'200};
    for (const double step : kSteps) {
        if (horizon <= step * 1e9 * 0.97) return step * 1e9;
    }
    double length = 1'800e9;
    while (horizon > length * 0.97) length *= 1.5;
    return length;
}

}  // namespace

void TimelineWindow::settle(Time now, Time horizon) {
    const auto at = static_cast<double>(now.nanoseconds);
    if (mode_ == Mode::Fit) {
        begin_ = 0;
        length_ = fitting_length(static_cast<double>(std::max(now, horizon).nanoseconds));
    } else if (mode_ == Mode::Follow) {
        begin_ = std::max(begin_, at - length_ * kPresentAt);
        // After a seek back it moves no further than the present needs.
        if (at < begin_) begin_ = at - length_ * (1 - kPresentAt);
        begin_ = std::max(begin_, 0.0);
    }
}

void TimelineWindow::zoom(double factor, double around) {
    const double wanted = std::clamp(length_ * factor, kLeastLength, kMostLength);
    begin_ = around - (around - begin_) * (wanted / length_);
    length_ = wanted;
    // A little before the beginning may be seen, not more.
    begin_ = std::max(begin_, -length_ * 0.02);
    mode_ = Mode::Free;
}

void TimelineWindow::pan(double share) { shift(length_ * share); }

void TimelineWindow::shift(double nanoseconds) {
    begin_ = std::max(begin_ + nanoseconds, -length_ * 0.02);
    mode_ = Mode::Free;
}

void TimelineWindow::to_begin() {
    begin_ = 0;
    mode_ = Mode::Free;
}

void TimelineWindow::to_end(Time horizon) {
    begin_ = std::max(0.0, static_cast<double>(horizon.nanoseconds) - length_ * kPresentAt);
    mode_ = Mode::Free;
}

}  // namespace podium::desktop
