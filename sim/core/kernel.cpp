#include "sim/core/kernel.hpp"

namespace podium {

/// The round of an event scheduled at the present instant.
std::uint64_t Kernel::round_of_present(Phase phase) const {
    std::uint64_t round = present_order_ >> kRoundShift;
    if (static_cast<std::uint64_t>(phase) < (present_order_ >> kPhaseShift & 0xF)) ++round;
    PODIUM_ASSERT(round < kMostRounds, "one instant ends after a limited number of rounds");
    return round;
}

void Kernel::advance_to(Time time) {
    PODIUM_ASSERT(time >= now_ && events_.next_time() >= time, "time passes no event by");
    if (time > now_) present_order_ = 0;
    now_ = time;
    cause_ = {};
}

}  // namespace podium
