#pragma once

// Files that an orchestrator gives a container: Swarm's secrets and configs. The engine keeps them in memory below the
// container's own folder and binds each to its place, read-only (moby daemon/container_operations_unix.go, setupSecretDir;
// container/container_unix.go, SecretMounts and ConfigMounts). They are no part of what `docker inspect` calls mounts.

#include <string>
#include <vector>

#include "sim/model/world.hpp"

namespace podium::model {

struct GivenFile {
    std::string id;      ///< Of the secret or config.
    std::string target;  ///< An absolute path in the container.
    std::string content;
    int mode = 0444;
};

/// Requires a container that has not been started. What has a mount of its own at a target keeps it.
void give_files(World& world, ContainerId container, const std::vector<GivenFile>& files);
/// Whether a mount is such a file's.
bool is_given(const Mount& mount);
/// At the container's removal: they go with it.
void remove_given_files(World& world, HostId host, const std::vector<MountPoint>& mounts);

}  // namespace podium::model
