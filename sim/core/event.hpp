#pragma once

// An event: something that will happen at one instant of simulated time. Plain data, 40 bytes. The
// room that owns an event's kind handles it; what its words mean is said beside the kind.
//
// Order of events is total: (time, round, phase, sequence). Phases order what happens at one
// instant; an event scheduled into an earlier phase of the present instant goes to the next round.

#include <cstdint>

#include "sim/base/id.hpp"
#include "sim/base/time.hpp"

namespace podium {

enum class Phase : std::uint8_t { Fault, Physics, Runtime, Agent, Orchestrator, Observer };

/// The high byte names the room (kRoom…), the low byte the room's own kind.
using EventKind = std::uint16_t;

inline constexpr EventKind kRoomModel = 0x0100;
inline constexpr EventKind kRoomFaults = 0x0200;
inline constexpr EventKind kRoomPrograms = 0x0300;
inline constexpr EventKind kRoomLab = 0x0400;
/// Set in the low byte of kinds that go on for ever in a world where nothing else happens (the rounds
/// of a health check): a run with only such events ahead is quiet.
inline constexpr EventKind kBackgroundEvent = 0x0080;
inline constexpr EventKind kRoomTest = 0x7F00;

struct Event {
    Time time;
    /// round (12 bits), phase (4 bits), sequence (48 bits): the order within an instant.
    std::uint64_t order = 0;
    std::uint64_t word = 0;
    std::uint32_t subject = 0;
    FactId cause;
    std::uint32_t extra = 0;
    EventKind kind = 0;

    [[nodiscard]] std::uint32_t round() const { return static_cast<std::uint32_t>(order >> 52); }
    [[nodiscard]] Phase phase() const { return static_cast<Phase>(order >> 48 & 0xF); }
    [[nodiscard]] bool before(const Event& other) const {
        return time != other.time ? time < other.time : order < other.order;
    }
};

}  // namespace podium
