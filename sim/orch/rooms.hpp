#pragma once

// The numbers of the rooms under sim/orch, which go on from those of sim/core/event.hpp: the high
// byte of their kinds of events and facts.

#include "sim/core/event.hpp"

namespace podium {

inline constexpr EventKind kRoomRaft = 0x0500;
inline constexpr EventKind kRoomSwarm = 0x0600;

}  // namespace podium
