#pragma once

// What an engine that starts does without a word: it finds containers dead, and takes back what they
// held, while nothing tells of it (moby restore: SetStopped and Cleanup, before there is a network
// controller). The fact is Podium's own, no event of Docker's.

#include "sim/model/world.hpp"

namespace podium::model {

/// A container's run ended while no engine looked; fields as of container.die.
inline constexpr FactKind kFactContainerFoundDead = kRoomModel + 200;

/// Takes a container's addresses back; no network disconnect is told.
void release_endpoints(World& world, ContainerId container);
/// Unmounts a container's volumes; no unmount is told.
void release_volumes(World& world, ContainerId container);

}  // namespace podium::model
