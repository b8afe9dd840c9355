#include <algorithm>
#include <fmt/format.h>
#include <utility>

#include "sim/base/text.hpp"
#include "sim/model/container_image.hpp"
#include "sim/model/engine.hpp"
#include "sim/model/given_files.hpp"
#include "sim/model/process_table.hpp"
#include "sim/model/restore.hpp"
#include "sim/model/tmpfs.hpp"
#include "sim/model/volume.hpp"

namespace podium::model {
namespace {

constexpr std::size_t kMostMounts = 1000;

std::string_view kind_name(MountKind kind) {
    switch (kind) {
        case MountKind::Bind:
            return "bind";
        case MountKind::Volume:
            return "volume";
        case MountKind::Tmpfs:
            return "tmpfs";
    }
    return "";
}

// The engine names the whole `-v` argument before what is wrong with it; `--mount` has none.
Refusal bad_mount(const Mount& mount, const std::string& what) {
    const std::string prefix = mount.create_host_path && !mount.source.empty()
                                   ? fmt::format("invalid volume specification: '{}:{}{}': ",
                                                 mount.source,
                                                 mount.target,
                                                 mount.read_only ? ":ro" : "")
                                   : "";
    return {400,
            fmt::format(
                "{}invalid mount config for type \"{}\": {}", prefix, kind_name(mount.kind), what)};
}

// Whether something stands there on the host: on its disk, or of its own like /etc/hosts and the engine's socket, which
// no tree has.
bool on_host(const World& world, HostId host, const std::string& path) {
    FileNode scratch;
    return view_file(world, host, {}, path, scratch) != nullptr;
}

Refusal check_mount(const World& world, HostId host, const Mount& mount) {
    if (mount.target.empty()) return bad_mount(mount, "field Target must not be empty");
    if (mount.target.front() != '/')
        return bad_mount(
            mount,
            fmt::format("invalid mount path: '{}' mount path must be absolute", mount.target));
    if (clean_path("/", mount.target) == "/")
        return bad_mount(mount, "invalid specification: destination can't be '/'");
    if (mount.kind == MountKind::Volume && !mount.source.empty())
        return check_volume_name(mount.source);
    if (mount.kind == MountKind::Volume && mount.read_only) return bad_mount(mount, "must not set ReadOnly mode when using anonymous volumes");
    if (mount.kind == MountKind::Tmpfs && !mount.source.empty()) return bad_mount(mount, "field Source must not be specified");
    if (mount.kind != MountKind::Bind) return not_refused();
    if (mount.source.empty()) return bad_mount(mount, "field Source must not be empty");
    if (mount.source.front() != '/')
        return bad_mount(
            mount,
            fmt::format("invalid mount path: '{}' mount path must be absolute", mount.source));
    if (!mount.create_host_path && !on_host(world, host, clean_path("/", mount.source))) {
        return bad_mount(mount, fmt::format("bind source path does not exist: {}", mount.source));
    }
    return not_refused();
}

bool has_target(const ContainerDetail& d, const std::string& target) {
    return std::any_of(d.mounts.begin(), d.mounts.end(), [&](const MountPoint& mount) {
        return mount.mount.target == target;
    });
}

// Nothing has a volume mounted any more: what was in memory is gone (moby v20.10.24 volume/local, Unmount).
void let_go(Volume& volume) {
    if (--volume.mounted == 0 && volume_kind(volume) == VolumeKind::Memory) volume.files = FileTree{};
}

// moby populateVolumes: an empty volume gets what the image has at its target. It is mounted for that, so that what goes into
// memory is gone when a container starts.
Refusal fill_volume(World& world, ContainerId container, MountPoint& point) {
    Volume& volume = world.volume(point.volume);
    const BehaviourProfile* profile = world.detail(container).profile;
    if (profile == nullptr || point.copied || point.mount.no_copy || !volume.files.nodes().empty())
        return not_refused();
    if (volume_kind(volume) != VolumeKind::Folder) {
        FileNode scratch;
        if (image_file(world, volume.host, container, point.mount.target, scratch) == nullptr) return not_refused();
        const std::string failure = volume_mount_failure(world, point.volume);
        return failure.empty() ? not_refused() : Refusal{500, failure};
    }
    const std::string prefix = point.mount.target + "/";
    const ImagePointer& image = world.detail(container).image;
    const ImageChanges* changes = image == nullptr ? nullptr : image->changes.get();
    const auto of_image = [&](const ImageFile& file) {
        return file.path.starts_with(prefix) && !is_left_out(changes, file.path);
    };
    std::int64_t bytes = 0;
    for (const ImageFile& file : profile->files) {
        if (of_image(file)) bytes += file.bytes + static_cast<std::int64_t>(file.content.size());
    }
    FileTree above;
    if (changes != nullptr) {
        for (const auto& [path, node] : changes->files.nodes()) {
            if (path.starts_with(prefix)) above.put(path.substr(prefix.size() - 1), node);
        }
    }
    bytes += above.size_bytes();
    if (bytes > world.host(volume.host).disk_free_bytes())
        return {500, "failed to copy files: copy file range failed: no space left on device"};
    // A copied file keeps the image's time, which is before the run.
    const Time made{};
    for (const ImageFile& file : profile->files) {
        if (!of_image(file)) continue;
        const std::string path = file.path.substr(prefix.size() - 1);
        if (file.directory) {
            volume.files.make_directory(path, made);
        } else {
            volume.files.append(path, file_content(file, image == nullptr ? std::string() : image->version), made, file.bytes);
        }
        volume.populated = true;
    }
    volume.populated = volume.populated || !above.nodes().empty();
    volume.files.copy_from(above);
    world.host(volume.host).disk_used_bytes += volume.files.size_bytes();
    return not_refused();
}

Refusal add_volume_mount(World& world, ContainerId id, Mount mount, bool anonymous) {
    const HostId host = world.container(id).host;
    MountPoint point;
    point.anonymous = anonymous;
    const bool known = !mount.source.empty() && world.host(host).engine.volumes.contains(mount.source);
    if (const Refusal refusal = known ? not_refused() : check_volume_options(mount.source, mount.volume_options); refusal.status != 0) return refusal;
    point.volume = ensure_volume(world, host, mount.source, mount.volume_labels, anonymous, mount.volume_options);
    mount.source = world.volume(point.volume).name;
    point.mount = std::move(mount);
    Refusal refusal = fill_volume(world, id, point);
    world.detail(id).mounts.push_back(std::move(point));
    return refusal;
}

// --volumes-from NAME[:ro|rw]: all of another container's mounts; own mounts take precedence.
Refusal plan_volumes_from(World& world, ContainerId id, const std::string& text) {
    const std::size_t colon = text.rfind(':');
    const std::string mode = colon == std::string::npos ? "rw" : text.substr(colon + 1);
    if (mode != "ro" && mode != "rw" && mode != "z" && mode != "Z")
        return {400, fmt::format("invalid mode for volumes-from: {}", mode)};
    Refusal refusal = not_refused();
    const ContainerId source =
        find_container(world, world.container(id).host, text.substr(0, colon), refusal);
    if (refusal.status != 0) return refusal;
    if (!world.container(source).detail) return not_refused();
    const std::vector<MountPoint> mounts = world.detail(source).mounts;
    for (MountPoint point : mounts) {
        ContainerDetail& d = world.detail(id);
        if (point.mount.kind == MountKind::Tmpfs || is_given(point.mount)) continue;
        std::erase_if(d.mounts, [&](const MountPoint& own) {
            return own.mount.target == point.mount.target;
        });
        point.mount.read_only = point.mount.read_only || mode == "ro";
        point.copied = true;
        point.mounted = false;
        d.mounts.push_back(std::move(point));
    }
    return not_refused();
}

Refusal plan_own_mounts(World& world, ContainerId id) {
    const Container& c = world.container(id);
    const std::vector<Mount> mounts = world.spec(c).mounts;
    if (mounts.size() > kMostMounts)
        return {400, fmt::format("a container has {} mounts at most", kMostMounts)};
    std::set<std::string> targets;
    for (Mount mount : mounts) {
        if (Refusal refusal = check_mount(world, c.host, mount); refusal.status != 0)
            return refusal;
        mount.target = clean_path("/", mount.target);
        if (!targets.insert(mount.target).second)
            return {400, fmt::format("Duplicate mount point: {}", mount.target)};
        std::erase_if(world.detail(id).mounts,
                      [&](const MountPoint& other) { return other.mount.target == mount.target; });
        if (mount.kind == MountKind::Volume) {
            const bool anonymous = mount.source.empty();
            if (Refusal refusal = add_volume_mount(world, id, std::move(mount), anonymous);
                refusal.status != 0)
                return refusal;
            continue;
        }
        MountPoint point;
        if (mount.kind == MountKind::Bind) mount.source = clean_path("/", mount.source);
        point.mount = std::move(mount);
        world.detail(id).mounts.push_back(std::move(point));
    }
    return not_refused();
}

Refusal plan_anonymous(World& world, ContainerId id) {
    ImagePointer keep;
    std::vector<std::string> targets = world.spec(world.container(id)).volumes;
    const std::vector<std::string>& of_image = image_config_of(world, id, keep).volumes;
    targets.insert(targets.end(), of_image.begin(), of_image.end());
    for (const std::string& target : targets) {
        Mount mount;
        mount.target = clean_path("/", target);
        if (mount.target == "/" || has_target(world.detail(id), mount.target)) continue;
        if (Refusal refusal = add_volume_mount(world, id, std::move(mount), true);
            refusal.status != 0)
            return refusal;
    }
    return not_refused();
}

Refusal mount_bind(World& world, HostId host_id, const Mount& mount) {
    if (on_host(world, host_id, mount.source)) return not_refused();
    if (!mount.create_host_path) {
        return {400,
                fmt::format(
                    "invalid mount config for type \"bind\": bind source path does not exist: {}",
                    mount.source)};
    }
    // moby, volume/mounts (MountPoint.Setup): a directory is made for what is not there.
    world.host(host_id).files.make_directory(mount.source, world.kernel.now());
    return not_refused();
}

// runc 1.1 libcontainer/rootfs_linux.go: the kernel's refusal of a tmpfs with a size or another number that is none. Moby mounts it
// with nosuid, noexec and nodev unless it is asked otherwise (v20.10.24 daemon/oci_linux.go).
std::string tmpfs_failure(const Mount& mount) {
    if (read_tmpfs_options(mount.tmpfs_options, 0).wrong.empty()) return {};
    std::uint32_t flags = 0xe;
    std::vector<std::string> data;
    for (const std::string& option : split(mount.tmpfs_options, ',')) {
        if (option == "suid") flags &= ~0x2U;
        if (option == "dev") flags &= ~0x4U;
        if (option == "exec") flags &= ~0x8U;
        if (option.find('=') != std::string::npos) data.push_back(option);
    }
    return fmt::format("error mounting \"tmpfs\" to rootfs at \"{0}\": mount tmpfs:{0} (via /proc/self/fd/6), flags: 0x{1:x}, data: {2}: invalid argument: unknown",
                       mount.target, flags, join(data, ","));
}

}  // namespace

Refusal plan_mounts(World& world, ContainerId id) {
    world.detail(id).mounts.clear();
    const std::vector<std::string> sources = world.spec(world.container(id)).volumes_from;
    for (const std::string& source : sources) {
        if (Refusal refusal = plan_volumes_from(world, id, source); refusal.status != 0)
            return refusal;
    }
    if (Refusal refusal = plan_own_mounts(world, id); refusal.status != 0) return refusal;
    return plan_anonymous(world, id);
}

std::string mount_failure(const World& world, ContainerId id) {
    constexpr std::string_view kOfRuntime =
        "failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: ";
    const Container& c = world.container(id);
    const ContainerDetail& d = *c.detail;
    for (const MountPoint& point : d.mounts) {
        if (point.mount.kind == MountKind::Tmpfs) {
            if (const std::string wrong = tmpfs_failure(point.mount); !wrong.empty()) return std::string(kOfRuntime) + wrong;
        }
        if (point.mount.kind != MountKind::Bind) continue;
        FileNode scratch;
        const FileNode* source = view_file(world, c.host, {}, point.mount.source, scratch);
        const bool file = source != nullptr && !source->directory;
        const FileNode* target = d.layer.find(point.mount.target);
        const bool folder = d.layer.is_directory(point.mount.target);
        if (target == nullptr && !folder) target = image_file(world, c.host, id, point.mount.target, scratch);
        if (target == nullptr && !folder) continue;
        if (file != (folder || target->directory)) continue;
        return std::string(kOfRuntime) + fmt::format(
            "error mounting \"{0}\" to rootfs at \"{1}\": mount {0}:{1} (via /proc/self/fd/6), flags: 0x5000: not a directory: unknown: "
            "Are you trying to mount a directory onto a file (or vice-versa)? Check if the specified host path exists and is the expected type",
            point.mount.source, point.mount.target);
    }
    return {};
}

Refusal mount_volumes(World& world, ContainerId id) {
    Kernel& k = world.kernel;
    ContainerDetail& d = world.detail(id);
    Container& c = world.container(id);
    for (const MountPoint& point : d.mounts) {
        if (point.mount.kind != MountKind::Tmpfs) continue;
        if (const std::string wrong = tmpfs_mistake(point.mount.tmpfs_options); !wrong.empty()) return {500, wrong};
    }
    for (const MountPoint& point : d.mounts) {
        if (point.mount.kind != MountKind::Bind) continue;
        if (Refusal refusal = mount_bind(world, c.host, point.mount); refusal.status != 0)
            return refusal;
    }
    for (const MountPoint& point : d.mounts) {
        if (point.mount.kind != MountKind::Volume) continue;
        if (const std::string wrong = volume_mount_failure(world, point.volume); !wrong.empty())
            return {500, fmt::format("error while mounting volume '{}': {}", volume_path(world, point.volume), wrong)};
    }
    const StringId container = k.intern(short_id(container_id_text(world, id)));
    for (MountPoint& point : d.mounts) {
        point.tmpfs = FileTree{};
        if (point.mount.kind != MountKind::Volume || point.mounted) continue;
        point.mounted = true;
        Volume& volume = world.volume(point.volume);
        ++volume.mounted;
        c.last_fact = k.record(kFactVolumeMount,
                               Subject(SubjectType::Volume, point.volume.value),
                               k.intern(volume.name),
                               container,
                               k.intern(point.mount.target),
                               k.intern(volume.driver),
                               k.intern(point.mount.read_only ? kReadOnlyAccess : kReadWriteAccess));
        publish_event(world, c.host, c.last_fact);
    }
    return not_refused();
}

void release_volumes(World& world, ContainerId id) {
    for (MountPoint& point : world.detail(id).mounts) {
        point.tmpfs = FileTree{};
        if (std::exchange(point.mounted, false)) let_go(world.volume(point.volume));
    }
}

// moby v20.10.24 container/container.go, UnmountVolumes: of a start that failed before it came to the mounts it is told, too.
void unmount_volumes(World& world, ContainerId id) {
    Kernel& k = world.kernel;
    Container& c = world.container(id);
    const StringId container = k.intern(short_id(container_id_text(world, id)));
    for (MountPoint& point : world.detail(id).mounts) {
        point.tmpfs = FileTree{};
        if (point.mount.kind != MountKind::Volume) continue;
        Volume& volume = world.volume(point.volume);
        if (std::exchange(point.mounted, false)) let_go(volume);
        c.last_fact = k.record(kFactVolumeUnmount,
                               Subject(SubjectType::Volume, point.volume.value),
                               k.intern(volume.name),
                               container,
                               k.intern(volume.driver));
        publish_event(world, c.host, c.last_fact);
    }
}

void forget_mounts(World& world, ContainerId id, bool remove_anonymous) {
    const HostId host = world.container(id).host;
    std::vector<MountPoint> mounts;
    mounts.swap(world.detail(id).mounts);
    remove_given_files(world, host, mounts);
    for (const MountPoint& point : mounts) {
        if (point.mounted) let_go(world.volume(point.volume));
        // A refusal says that another container still uses it, which is no error here.
        if (remove_anonymous && point.anonymous)
            static_cast<void>(remove_volume(world, host, point.volume, false));
    }
}

}  // namespace podium::model
