#pragma once

// What a source of traffic has to say: its facts, and the states between which it says them.
// Internal to traffic.cpp.

#include "sim/model/traffic.hpp"

namespace podium::model {

/// Records traffic.begin, which becomes the cause of all the source does.
void record_begin(World& world, TrafficId id);
/// A request that was sent at `sent` has failed; `status` is its HTTP status, if there was one.
void note_failure(World& world, TrafficId id, Time sent, TrafficOutcome outcome, int status);
/// A request that was sent at `sent` has been answered.
void note_answer(World& world, TrafficId id, Time sent);
void record_summary(World& world, TrafficId id);

}  // namespace podium::model
