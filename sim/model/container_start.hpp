#pragma once

// The stages of a container's start, which begin_start() of container.hpp begins. One that has begun goes on, or ends without the
// container: one that waited for a place on a swarm's network (attachment.hpp), or whose build was abandoned.

#include <memory>

#include "sim/model/world.hpp"

namespace podium::model {

// Stages of a start, by their distance from its beginning.
inline constexpr std::uint8_t kStageNetwork = 1;
inline constexpr std::uint8_t kStageMounts = 2;
inline constexpr std::uint8_t kStageRun = 3;

/// What containerd says of a task it has lost with its host (moby process.Delete).
inline constexpr int kLostWithHost = 255;

/// Requires that the start has begun and this stage is due.
void start_stage(World& world, ContainerId container, std::uint8_t stage);
/// Requires that the start has begun and waits.
void continue_start(World& world, ContainerId container);
/// Requires that the start has begun. What was set up is taken back, and the message is why.
void give_up_start(World& world, ContainerId container, const std::string& message);
/// Gives a container that runs its main process, with this number on its host, and as far as it would be by now. Requires that it
/// has been in outline.
void take_up_main(World& world, ContainerId container, std::uint32_t host_pid);

}  // namespace podium::model
