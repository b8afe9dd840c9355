#pragma once

// What containers begin with, for those who make them: container_create.cpp, and outline.cpp.

#include <cstdint>
#include <string>
#include <vector>

#include "sim/model/world.hpp"

namespace podium::model {

inline constexpr std::size_t kMostContainers = std::size_t{1} << 24;
/// A new container's layer takes so much of the disk at least: a directory's first block.
inline constexpr std::int64_t kLeastLayerBytes = 4096;

/// Entrypoint and command as run.
std::vector<std::string> command_of(const ContainerSpec& spec, const ImageConfig& image);
/// Fills the detail of a new container, its networks and mounts apart. Requires that it has one, that is empty.
void fill_detail(World& world, ContainerId container, const ImagePointer& image);

}  // namespace podium::model
