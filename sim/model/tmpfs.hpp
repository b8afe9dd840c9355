#pragma once

// What a container's tmpfs is asked for besides its place: the options of --tmpfs, and those that the engine makes of --mount's
// tmpfs-size and tmpfs-mode. Its size is held to; `noexec`, `mode`, `uid` and `gid` change nothing here.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/model/world.hpp"

namespace podium::model {

/// What options as mount(8) takes them ask for; of each kind the last one counts.
struct TmpfsOptions {
    bool read_only = false;
    std::optional<std::int64_t> size_bytes;  ///< Not yet in whole pages; 0: without limit.
    std::uint32_t mode = 0;
    std::string wrong;  ///< The first that the kernel would refuse the mount for: a size, mode, uid or gid that is none.
    std::vector<std::string> unheeded;  ///< The names of those without effect here, each once: noexec, mode, uid, gid.
};
TmpfsOptions read_tmpfs_options(std::string_view options, std::int64_t memory_bytes);

/// What the engine says at a container's start of an option that no tmpfs has; empty when all are right.
/// Source: moby/sys mount/flags_unix.go, MergeTmpfsOptions, which looks at the last option first.
std::string tmpfs_mistake(std::string_view options);

/// The size of a "size=" as the kernel reads it (mm/shmem.c): bytes, with k, m, g or t, or per cent of the memory; 0 is without
/// limit. -1: it is none.
std::int64_t tmpfs_size(std::string_view text, std::int64_t memory_bytes);

/// How much a mount of MountKind::Tmpfs holds, in whole pages of 4096 bytes: half of its host's memory unless its options say
/// otherwise; -1: without limit.
std::int64_t tmpfs_limit(const World& world, HostId host, const Mount& mount);
/// The same of a volume's options (`o`). Requires that it is one in memory.
std::int64_t tmpfs_limit(const World& world, const Volume& volume);

/// Whether a file is in memory: in a tmpfs of its container's, or in a volume that is one.
bool is_in_memory(const World& world, const FileLocation& location);
/// How much more fits there. Requires is_in_memory.
std::int64_t room_in_memory(const World& world, HostId host, const FileLocation& location);

/// The options that the engine makes of a --mount's. Source: moby v20.10.24 volume/mounts/linux_parser.go, ConvertTmpfsOptions.
std::string tmpfs_options_text(bool read_only, std::int64_t mode, std::int64_t size_bytes);

}  // namespace podium::model
