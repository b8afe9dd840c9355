#pragma once

// A start that waited for a place on a swarm's network (attachment.hpp) goes on, or fails.

#include "sim/model/world.hpp"

namespace podium::model {

/// Requires that the start has begun and waits.
void continue_start(World& world, ContainerId container);
void place_refused(World& world, ContainerId container, const std::string& message);

}  // namespace podium::model
