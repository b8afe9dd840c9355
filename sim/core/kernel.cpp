#include "sim/core/kernel.hpp"

namespace podium {
namespace {

constexpr int kPhaseShift = 48;
constexpr int kRoundShift = 52;
constexpr std::uint64_t kSequenceMask = (1ULL << kPhaseShift) - 1;

}  // namespace

void Kernel::schedule_at(Time time, Phase phase, EventKind kind, std::uint32_t subject, std::uint64_t word, std::uint32_t extra) {
    PODIUM_ASSERT(time >= now_, "an event is scheduled for now or later");
    std::uint64_t round = 0;
    const auto phase_bits = static_cast<std::uint64_t>(phase);
    if (time == now_) {
        round = present_order_ >> kRoundShift;
        if (phase_bits < (present_order_ >> kPhaseShift & 0xF)) ++round;
        PODIUM_ASSERT(round < kMostRounds, "one instant ends after a limited number of rounds");
    }
    Event event;
    event.time = time;
    event.order = round << kRoundShift | phase_bits << kPhaseShift | (++sequence_ & kSequenceMask);
    event.word = word;
    event.subject = subject;
    event.cause = cause_;
    event.extra = extra;
    event.kind = kind;
    if ((kind & kBackgroundEvent) != 0) ++background_ahead_;
    events_.push(event);
}

Event Kernel::take_next() {
    const Event event = events_.pop();
    PODIUM_ASSERT(event.time >= now_, "time never goes back");
    now_ = event.time;
    present_order_ = event.order & ~kSequenceMask;
    cause_ = event.cause;
    if ((event.kind & kBackgroundEvent) != 0) --background_ahead_;
    ++handled_;
    return event;
}

void Kernel::advance_to(Time time) {
    PODIUM_ASSERT(time >= now_ && events_.next_time() >= time, "time passes no event by");
    if (time > now_) present_order_ = 0;
    now_ = time;
    cause_ = {};
}

}  // namespace podium
