#pragma once

// What a container has from its image and its spec together, merged as the engine merges them at
// create.

#include "sim/model/world.hpp"

namespace podium::model {

/// The image a container was made from; null for a bulk container whose image is gone.
ImagePointer image_of(const World& world, ContainerId container);
/// The image's configuration, an empty one when there is no image.
const ImageConfig& image_config_of(const World& world, ContainerId container, ImagePointer& keep);
/// "80/tcp" for each port the spec or the image exposes or the spec publishes, by number.
std::vector<std::string> exposed_ports_of(const World& world, ContainerId container);
/// The spec's environment, then what only the image sets, as the engine merges them (moby v20.10.24 daemon/commit.go, merge).
std::vector<std::string> merged_environment(const ContainerSpec& spec, const ImageConfig& image);
/// The same of a container that is there.
std::vector<std::string> environment_of(const World& world, ContainerId container);

/// HostConfig.MemorySwap: a limit of memory alone allows as much swap again (moby adaptContainerSettings).
inline std::int64_t memory_and_swap(const ContainerSpec& spec) {
    return spec.memory_swap_bytes == 0 ? spec.memory_bytes * 2 : spec.memory_swap_bytes;
}

}  // namespace podium::model
