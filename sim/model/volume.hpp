#pragma once

// Volumes and mounts of one host. Written by volume.cpp alone.

#include "sim/model/container.hpp"
#include "sim/model/world.hpp"

namespace podium::model {

/// The volume of this name, made (with its `create` fact) when there is none. An empty name makes an
/// anonymous one with a 64-digit name.
VolumeId ensure_volume(World& world, HostId host, const std::string& name, const std::map<std::string, std::string>& labels, bool anonymous);
/// By name; refusal 404 "get X: no such volume".
VolumeId find_volume(const World& world, HostId host, const std::string& name, Refusal& refusal);
/// Refusal 409 "remove X: volume is in use - [ids]".
Refusal remove_volume(World& world, HostId host, VolumeId volume, bool force);
/// Fills a new container's mounts from its spec, its image's volumes and volumes_from; makes the
/// volumes. Refusals for missing bind sources asked for with --mount, duplicate targets, and the like.
Refusal plan_mounts(World& world, ContainerId container);
/// At start: records mount for each volume, makes bind sources, fills an empty volume from the image.
Refusal mount_volumes(World& world, ContainerId container);
/// At exit: records unmount.
void unmount_volumes(World& world, ContainerId container);
/// At removal: with `remove_anonymous`, removes the anonymous volumes that no other container uses.
void forget_mounts(World& world, ContainerId container, bool remove_anonymous);

}  // namespace podium::model
