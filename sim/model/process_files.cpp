#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "sim/base/text.hpp"
#include "sim/model/bridge.hpp"
#include "sim/model/process_table.hpp"
#include "sim/model/tmpfs.hpp"
#include "sim/model/volume.hpp"
#include "sim/model/world.hpp"

// Where paths lead, and what is written there. A container sees its own layer over its image's
// files, with its mounts on top; a host sees its own tree, and its volumes' under
// /var/lib/docker/volumes.

namespace podium::model {

using shell::Errno;

namespace {

constexpr std::string_view kVolumesDirectory = "/var/lib/docker/volumes/";
constexpr std::string_view kVolumeData = "/_data";

std::string parent_of(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    return slash == 0 || slash == std::string::npos ? "/" : path.substr(0, slash);
}

/// Whether `path` is `directory` or below it.
bool is_within(const std::string& path, std::string_view directory) {
    return path == directory || is_path_below(path, directory);
}

/// The path below a directory it is within, from that directory's root: "/data/f" in "/data" is
/// "/f".
std::string below(const std::string& path, std::string_view directory) {
    if (directory == "/") return path;
    return path.size() == directory.size() ? "/" : path.substr(directory.size());
}

FileLocation locate_on_host(const World& world, HostId host, const std::string& path) {
    FileLocation location;
    location.tree = FileLocation::Tree::Host;
    location.id = host.value;
    location.path = path;
    if (!path.starts_with(kVolumesDirectory)) return location;
    const std::size_t end = path.find('/', kVolumesDirectory.size());
    if (end == std::string::npos || !is_within(path.substr(end), kVolumeData)) return location;
    const auto& volumes = world.host(host).engine.volumes;
    const auto found =
        volumes.find(path.substr(kVolumesDirectory.size(), end - kVolumesDirectory.size()));
    if (found == volumes.end()) return location;
    const std::string rest = below(path.substr(end), kVolumeData);
    const Volume& volume = world.volume(found->second);
    if (volume.mounted > 0 && volume_kind(volume) == VolumeKind::Bind) {
        location.path = clean_path(volume.options.at("device"), "." + rest);
        return location;
    }
    location.tree = FileLocation::Tree::Volume;
    location.id = found->second.value;
    location.path = rest;
    return location;
}

FileTree& tree_of(World& world, const FileLocation& location) {
    switch (location.tree) {
        case FileLocation::Tree::Host:
            return world.hosts[location.id - 1].files;
        case FileLocation::Tree::Layer:
            return world.containers[location.id - 1].detail->layer;
        case FileLocation::Tree::Volume:
            return world.volumes[location.id - 1].files;
        case FileLocation::Tree::Tmpfs:
            return world.containers[location.id - 1].detail->mounts[location.mount].tmpfs;
    }
    PODIUM_ASSERT(false, "a file is in one of the kinds of trees");
}

/// "/etc/hosts" on a host, "web-1:/tmp/x" and "data:/dump.rdb" in a container's layer and in a volume.
std::string told_path(const World& world, const FileLocation& location) {
    switch (location.tree) {
        case FileLocation::Tree::Layer:
            return fmt::format("{}:{}", world.kernel.text(world.container(ContainerId{location.id}).name), location.path);
        case FileLocation::Tree::Volume:
            return fmt::format("{}:{}", world.volume(VolumeId{location.id}).name, location.path);
        case FileLocation::Tree::Host:
        case FileLocation::Tree::Tmpfs:
            break;
    }
    return location.path;
}

/// Tells once that a disk is full, until it has had room again.
void tell_disk_full(World& world, HostId host_id, const FileLocation& location) {
    const ContainerId container{location.tree == FileLocation::Tree::Layer ? location.id : 0};
    Host& host = world.host(host_id);
    if (!host.disk_full_told.insert(container).second) return;
    const StringId name = world.kernel.intern(host.spec.name);
    const StringId path = world.kernel.intern(told_path(world, location));
    world.kernel.record(kFactDiskFull, Subject(SubjectType::Host, host_id.value), name, path);
}

/// Books a growth (or a shrinking) of a tree on its host's disk.
void book(World& world, HostId host_id, const FileLocation& location, std::int64_t growth) {
    if (is_in_memory(world, location)) return;
    Host& host = world.host(host_id);
    host.disk_used_bytes += growth;
    constexpr std::int64_t kHasRoomAgain = 64;  // parts of the disk, one of which is free
    if (!host.disk_full_told.empty() && host.disk_free_bytes() > host.spec.disk_bytes / kHasRoomAgain) {
        host.disk_full_told.clear();
    }
}

/// Wakes those who wait for a change of this file.
void tell_followers(World& world, HostId host, const FileLocation& location) {
    if (world.followed.empty()) return;
    std::erase_if(world.followed, [&](StreamId id) { return world.streams.find(id) == nullptr; });
    for (const StreamId id : std::vector<StreamId>(world.followed)) {
        Stream& stream = world.streams.at(id);
        if (stream.host != host) continue;
        const FileLocation its = locate_file(world, host, stream.container, stream.path);
        const bool same = its.tree == location.tree && its.id == location.id &&
                          its.mount == location.mount && its.path == location.path;
        if (!same) continue;
        for (const ProcessId process : std::exchange(stream.waiting, {}))
            wake_process(world, process);
    }
}

// --- docker diff: what a layer changed of the image ---

void mark_directories(const World& world,
                      ContainerDetail& detail,
                      HostId host,
                      ContainerId container,
                      const std::string& path) {
    for (std::string above = parent_of(path); above != "/"; above = parent_of(above)) {
        if (detail.state_changes.contains(above)) return;
        FileNode scratch;
        const bool in_image = image_file(world, host, container, above, scratch) != nullptr;
        detail.state_changes.emplace(above, in_image ? 'C' : 'A');
    }
}

/// Notes that a layer's file was written or made.
void mark_written(World& world, HostId host, const FileLocation& location) {
    if (location.tree != FileLocation::Tree::Layer || location.path == "/") return;
    const ContainerId container{location.id};
    ContainerDetail& detail = world.detail(container);
    const auto found = detail.state_changes.find(location.path);
    if (found != detail.state_changes.end() && found->second != 'D') return;
    FileNode scratch;
    const bool replaced = found != detail.state_changes.end();
    const bool in_image =
        replaced || image_file(world, host, container, location.path, scratch) != nullptr;
    detail.state_changes[location.path] = in_image ? 'C' : 'A';
    mark_directories(world, detail, host, container, location.path);
}

/// Notes that a layer's file, or a directory with what is in it, was removed.
void mark_removed(World& world, HostId host, const FileLocation& location) {
    if (location.tree != FileLocation::Tree::Layer) return;
    const ContainerId container{location.id};
    ContainerDetail& detail = world.detail(container);
    auto& changes = detail.state_changes;
    const auto own = changes.find(location.path);
    const bool added = own != changes.end() && own->second == 'A';
    for (auto change = changes.lower_bound(location.path + "/");
         change != changes.end() && is_within(change->first, location.path);) {
        change = changes.erase(change);
    }
    if (added) {
        changes.erase(location.path);
    } else {
        changes[location.path] = 'D';
    }
    mark_directories(world, detail, host, container, location.path);
}

/// A layer's first change of a file of the image begins with a copy of it, as a host's does of a file it has of its own
/// (/etc/hosts).
void copy_up(World& world, HostId host, const FileLocation& location) {
    const bool layer = location.tree == FileLocation::Tree::Layer;
    if (!layer && location.tree != FileLocation::Tree::Host) return;
    FileTree& tree = tree_of(world, location);
    if (tree.find(location.path) != nullptr) return;
    FileNode scratch;
    const FileNode* node =
        image_file(world, host, layer ? ContainerId{location.id} : ContainerId{}, location.path, scratch);
    if (node == nullptr || node->directory) return;
    std::int64_t growth = tree.write(location.path, node->content, world.kernel.now());
    growth += tree.append(location.path, {}, world.kernel.now(), node->extra_bytes);
    tree.set_mode(location.path, node->mode);
    book(world, host, location, growth);
}

/// What fits of a growth; NoSpace goes with what does not.
struct Fit {
    std::string_view content;
    std::int64_t zeros = 0;
    Errno error = Errno::None;
};

Fit fit_on_disk(World& world,
                HostId host,
                const FileLocation& location,
                std::string_view content,
                std::int64_t zeros,
                std::int64_t reused) {
    const bool on_disk = !is_in_memory(world, location);
    const std::int64_t room = (on_disk ? world.host(host).disk_free_bytes() : room_in_memory(world, host, location)) + reused;
    const auto size = static_cast<std::int64_t>(content.size());
    if (size + zeros <= room) return {content, zeros, Errno::None};
    if (on_disk) tell_disk_full(world, host, location);
    const std::int64_t kept = std::min(size, room);
    return {content.substr(0, static_cast<std::size_t>(kept)),
            std::min(zeros, room - kept),
            Errno::NoSpace};
}

}  // namespace

std::string clean_path(const std::string& base, const std::string& path) {
    std::string clean;
    clean.reserve(base.size() + path.size() + 2);
    const auto follow = [&clean](std::string_view rest) {
        while (!rest.empty()) {
            const std::string_view part = rest.substr(0, rest.find('/'));
            rest.remove_prefix(std::min(part.size() + 1, rest.size()));
            if (part.empty() || part == ".") continue;
            if (part == "..") {
                if (!clean.empty()) clean.resize(clean.rfind('/'));
            } else {
                clean += '/';
                clean += part;
            }
        }
    };
    if (!path.starts_with('/')) follow(base);
    follow(path);
    if (clean.empty()) clean = "/";
    return clean;
}

std::string hostname_of(const World& world, HostId host, ContainerId container) {
    return container ? hostname_of(world, container) : world.host(host).spec.name;
}

FileLocation locate_file(const World& world,
                         HostId host,
                         ContainerId container,
                         const std::string& path) {
    if (!container) return locate_on_host(world, host, path);
    const ContainerDetail& detail = world.detail(container);
    const MountPoint* nearest_mount = nullptr;
    for (const MountPoint& point : detail.mounts) {
        if (!is_within(path, point.mount.target)) continue;
        if (nearest_mount == nullptr ||
            point.mount.target.size() >= nearest_mount->mount.target.size())
            nearest_mount = &point;
    }
    FileLocation location;
    if (nearest_mount == nullptr) {
        location.tree = FileLocation::Tree::Layer;
        location.id = container.value;
        location.path = path;
        location.read_only = world.spec(world.container(container)).read_only;
        return location;
    }
    const std::string rest = below(path, nearest_mount->mount.target);
    bool read_only = nearest_mount->mount.read_only;
    switch (nearest_mount->mount.kind) {
        case MountKind::Bind:
            location =
                locate_on_host(world, host, clean_path(nearest_mount->mount.source, "." + rest));
            break;
        case MountKind::Volume: {
            const Volume& volume = world.volume(nearest_mount->volume);
            read_only = read_only || is_mounted_read_only(volume);
            if (volume_kind(volume) == VolumeKind::Bind) {
                location = locate_on_host(world, host, clean_path(volume.options.at("device"), "." + rest));
                break;
            }
            location.tree = FileLocation::Tree::Volume;
            location.id = nearest_mount->volume.value;
            location.path = rest;
            break;
        }
        case MountKind::Tmpfs:
            location.tree = FileLocation::Tree::Tmpfs;
            location.id = container.value;
            location.mount = static_cast<std::uint32_t>(nearest_mount - detail.mounts.data());
            location.path = rest;
            break;
    }
    location.read_only = read_only;
    return location;
}

const FileTree& file_tree(const World& world, const FileLocation& location) {
    return tree_of(const_cast<World&>(world), location);
}

bool is_mount_point(const World& world, HostId, ContainerId container, const std::string& path) {
    if (path == "/") return true;
    if (!container) return false;
    // The engine binds its own files over these.
    if (path == "/etc/hostname" || path == "/etc/hosts" || path == "/etc/resolv.conf") return true;
    const auto& mounts = world.detail(container).mounts;
    return std::any_of(mounts.begin(), mounts.end(), [&](const MountPoint& point) {
        return point.mount.target == path;
    });
}

Errno write_file(World& world,
                 HostId host,
                 const FileLocation& location,
                 std::string_view content,
                 bool append,
                 std::int64_t zero_bytes) {
    if (location.read_only) return Errno::ReadOnly;
    if (append) {
        copy_up(world, host, location);
        const FileNode* node = tree_of(world, location).find(location.path);
        return write_file_at(
            world, host, location, node == nullptr ? 0 : node->size_bytes(), content, zero_bytes);
    }
    FileTree& tree = tree_of(world, location);
    const FileNode* node = tree.find(location.path);
    const Fit fit = fit_on_disk(
        world, host, location, content, zero_bytes, node == nullptr ? 0 : node->size_bytes());
    mark_written(world, host, location);
    std::int64_t growth = tree.write(location.path, fit.content, world.kernel.now());
    growth += tree.append(location.path, {}, world.kernel.now(), fit.zeros);
    book(world, host, location, growth);
    tell_followers(world, host, location);
    return fit.error;
}

Errno write_file_at(World& world,
                    HostId host,
                    const FileLocation& location,
                    std::int64_t offset,
                    std::string_view content,
                    std::int64_t zero_bytes) {
    if (location.read_only) return Errno::ReadOnly;
    copy_up(world, host, location);
    FileTree& tree = tree_of(world, location);
    const FileNode* node = tree.find(location.path);
    const std::int64_t reused =
        node == nullptr ? 0 : std::max<std::int64_t>(0, node->size_bytes() - offset);
    const Fit fit = fit_on_disk(world, host, location, content, zero_bytes, reused);
    mark_written(world, host, location);
    const std::int64_t growth =
        tree.write_at(location.path, offset, fit.content, world.kernel.now(), fit.zeros);
    book(world, host, location, growth);
    tell_followers(world, host, location);
    return fit.error;
}

Errno remove_file(World& world, HostId host, const FileLocation& location) {
    if (location.read_only) return Errno::ReadOnly;
    mark_removed(world, host, location);
    book(world, host, location, -tree_of(world, location).remove(location.path));
    return Errno::None;
}

Errno make_file_directory(World& world, HostId host, const FileLocation& location) {
    if (location.read_only) return Errno::ReadOnly;
    mark_written(world, host, location);
    tree_of(world, location).make_directory(location.path, world.kernel.now());
    return Errno::None;
}

Errno rename_file(World& world,
                  HostId host,
                  ContainerId container,
                  const std::string& from,
                  const std::string& to) {
    FileNode scratch;
    const FileNode* node = view_file(world, host, container, from, scratch);
    if (node == nullptr) return Errno::NoEntry;
    if (is_mount_point(world, host, container, from)) return Errno::ResourceBusy;
    if (is_within(to, from)) return to == from ? Errno::None : Errno::Invalid;
    FileNode target_scratch;
    const FileNode* parent = view_file(world, host, container, parent_of(to), target_scratch);
    if (parent == nullptr) return Errno::NoEntry;
    if (!parent->directory) return Errno::NotDirectory;
    const FileNode* target = view_file(world, host, container, to, target_scratch);
    if (target != nullptr && target->directory != node->directory) {
        return target->directory ? Errno::IsDirectory : Errno::NotDirectory;
    }
    if (target != nullptr && target->directory &&
        !view_directory(world, host, container, to).empty())
        return Errno::NotEmpty;
    const FileLocation source = locate_file(world, host, container, from);
    const FileLocation destination = locate_file(world, host, container, to);
    if (source.read_only || destination.read_only) return Errno::ReadOnly;
    const FileNode moved = *node;
    if (moved.directory) {
        Errno error = make_file_directory(world, host, destination);
        for (const std::string& name : view_directory(world, host, container, from)) {
            if (error == Errno::None)
                error = rename_file(world, host, container, from + "/" + name, to + "/" + name);
        }
        return error == Errno::None ? remove_file(world, host, source) : error;
    }
    // First away with the old name: within one tree a move needs no room.
    if (const Errno error = remove_file(world, host, source); error != Errno::None) return error;
    const Errno error =
        write_file(world, host, destination, moved.content, false, moved.extra_bytes);
    FileTree& tree = tree_of(world, destination);
    tree.set_mode(destination.path, moved.mode);
    tree.set_modified(destination.path, moved.modified);
    return error;
}

Errno change_file_mode(
    World& world, HostId host, ContainerId container, const std::string& path, int mode) {
    FileNode scratch;
    const FileNode* node = view_file(world, host, container, path, scratch);
    if (node == nullptr) return Errno::NoEntry;
    const FileLocation location = locate_file(world, host, container, path);
    if (location.read_only) return Errno::ReadOnly;
    if (node->directory) {
        tree_of(world, location).make_directory(location.path, world.kernel.now());
    } else {
        copy_up(world, host, location);
    }
    mark_written(world, host, location);
    FileTree& tree = tree_of(world, location);
    constexpr int kRights = 07777;  // what kind of file it is stays
    if (tree.find(location.path) != nullptr) tree.set_mode(location.path, (tree.find(location.path)->mode & ~kRights) | (mode & kRights));
    return Errno::None;
}

const FileNode* view_file(const World& world,
                          HostId host,
                          ContainerId container,
                          const std::string& path,
                          FileNode& scratch) {
    const FileLocation location = locate_file(world, host, container, path);
    const FileTree& tree = file_tree(world, location);
    if (const FileNode* node = tree.find(location.path)) return node;
    if (tree.is_directory(location.path)) {
        // A bind of a file, or of what is not there, has no directory at its root by itself.
        scratch = {};
        scratch.directory = true;
        scratch.mode = 0755;
        return &scratch;
    }
    const bool image_shows =
        location.tree == FileLocation::Tree::Layer || location.tree == FileLocation::Tree::Host;
    if (!image_shows) return nullptr;
    const ContainerId seen_by =
        location.tree == FileLocation::Tree::Layer ? container : ContainerId{};
    if (const FileNode* node = image_file(world, host, seen_by, location.path, scratch))
        return node;
    if (!container) return nullptr;
    // The directories a mount stands in exist.
    for (const MountPoint& point : world.detail(container).mounts) {
        if (!is_path_below(point.mount.target, path)) continue;
        scratch = {};
        scratch.directory = true;
        scratch.mode = 0755;
        return &scratch;
    }
    return nullptr;
}

std::vector<std::string> view_directory(const World& world,
                                        HostId host,
                                        ContainerId container,
                                        const std::string& path) {
    const FileLocation location = locate_file(world, host, container, path);
    std::vector<std::string> names = file_tree(world, location).list(location.path);
    const bool image_shows =
        location.tree == FileLocation::Tree::Layer || location.tree == FileLocation::Tree::Host;
    if (image_shows) {
        const ContainerId seen_by =
            location.tree == FileLocation::Tree::Layer ? container : ContainerId{};
        const std::vector<std::string> more = image_directory(world, host, seen_by, location.path);
        names.insert(names.end(), more.begin(), more.end());
    }
    if (container) {
        for (const MountPoint& point : world.detail(container).mounts) {
            if (!is_path_below(point.mount.target, path)) continue;
            const std::string rest = below(point.mount.target, path).substr(1);
            names.push_back(rest.substr(0, rest.find('/')));
        }
    }
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    return names;
}

}  // namespace podium::model
