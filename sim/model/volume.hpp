#pragma once

// Volumes and mounts of one host. volume.cpp writes volumes, volume_mounts.cpp a container's
// mounts.
//
// Docker engine 20.10: a container's volumes are made when it is created, and an empty volume gets
// what the image has at its target then. A volume is in use from a container's creation until its
// removal.

#include "sim/model/container.hpp"
#include "sim/model/world.hpp"

namespace podium::model {

/// What the field `access` of a volume.mount says.
inline constexpr std::string_view kReadOnlyAccess = "ro";
inline constexpr std::string_view kReadWriteAccess = "rw";

/// What is behind a volume: a folder of the engine's, or what its options have mounted over that while a container has it mounted:
/// memory (type=tmpfs), or a folder of the host (o=bind). Source: moby v20.10.24 volume/local/local_unix.go, mount.
enum class VolumeKind { Folder, Memory, Bind };
VolumeKind volume_kind(const Volume& volume);
/// Whether its options mount that for reading only (o=ro), however a container mounts the volume. Source: moby/sys
/// mount/flags_unix.go, parseOptions, and mounter_linux.go, mount: of ro and rw the last one counts, for bind mounts, too.
bool is_mounted_read_only(const Volume& volume);
/// Refusal 400 for options that no local volume has, in moby's words (validateOpts), and 501 for those that are not simulated.
Refusal check_volume_options(const std::string& name, const std::map<std::string, std::string>& options);
/// What mounting a volume fails with, "failed to mount local volume: …"; empty when it can be mounted.
std::string volume_mount_failure(const World& world, VolumeId volume);

/// The volume of this name, made (with its `create` fact) when there is none. An empty name makes
/// an anonymous one with a 64-digit name.
VolumeId ensure_volume(World& world,
                       HostId host,
                       const std::string& name,
                       const std::map<std::string, std::string>& labels,
                       bool anonymous,
                       const std::map<std::string, std::string>& options = {});
/// Refusal 400 for a name the engine does not take for a local volume.
Refusal check_volume_name(const std::string& name);
/// By name; refusal 404 "get X: no such volume".
VolumeId find_volume(const World& world, HostId host, const std::string& name, Refusal& refusal);
/// Refusal 409 "remove X: volume is in use - [ids]".
Refusal remove_volume(World& world, HostId host, VolumeId volume, bool force);
/// Fills a new container's mounts from its spec, its image's volumes and volumes_from; makes the
/// volumes. Refusals for missing bind sources asked for with --mount, duplicate targets, and the
/// like.
Refusal plan_mounts(World& world, ContainerId container);
/// At start: records mount for each volume, makes bind sources. Requires that they are not mounted.
Refusal mount_volumes(World& world, ContainerId container);
/// What runc says when a bind mount's source is a folder and its target a file, or the other way round, in moby's
/// words (daemon/errors.go, translateContainerdStartErr); empty when all fit. Requires that they are mounted.
std::string mount_failure(const World& world, ContainerId container);
/// After a run, or a start that failed: records unmount.
void unmount_volumes(World& world, ContainerId container);
/// The containers that use a volume, running or not, in order of their making.
std::vector<ContainerId> users_of(const World& world, VolumeId volume);
/// The bytes of those of a volume's files that containers have written to: what the image had there,
/// and nobody has touched, is older than the run.
std::int64_t bytes_written(const Volume& volume);
/// The volumes of a host that exist, in order of their making.
std::vector<VolumeId> volumes_of(const World& world, HostId host);
/// Where a volume's files are on its host: "/var/lib/docker/volumes/NAME/_data".
std::string volume_path(const World& world, VolumeId volume);
/// At removal: with `remove_anonymous`, removes the anonymous volumes that no other container uses.
void forget_mounts(World& world, ContainerId container, bool remove_anonymous);

}  // namespace podium::model
