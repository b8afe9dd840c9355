#pragma once

// A start that has begun goes on, or ends without the container: one that waited for a place on a swarm's network (attachment.hpp),
// or whose build was abandoned.

#include "sim/model/world.hpp"

namespace podium::model {

/// Requires that the start has begun and waits.
void continue_start(World& world, ContainerId container);
/// Requires that the start has begun. What was set up is taken back, and the message is why.
void give_up_start(World& world, ContainerId container, const std::string& message);

}  // namespace podium::model
