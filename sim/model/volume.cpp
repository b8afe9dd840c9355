#include "sim/model/volume.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "sim/base/text.hpp"
#include "sim/model/engine.hpp"
#include "sim/model/process_table.hpp"
#include "sim/model/tmpfs.hpp"

namespace podium::model {
namespace {

constexpr std::size_t kMostVolumesPerHost = 1'000'000;

template <class... Fields>
void record_volume_fact(World& world, VolumeId id, FactKind kind, Fields... fields) {
    Kernel& k = world.kernel;
    const Volume& volume = world.volume(id);
    const FactId fact = k.record(kind,
                                 Subject(SubjectType::Volume, id.value),
                                 k.intern(volume.name),
                                 k.intern(volume.driver),
                                 fields...);
    publish_event(world, volume.host, fact);
}

std::string volume_option(const std::map<std::string, std::string>& options, const std::string& name) {
    const auto found = options.find(name);
    return found == options.end() ? "" : found->second;
}

bool asks_bind(const std::map<std::string, std::string>& options) {
    const std::vector<std::string> words = split(volume_option(options, "o"), ',');
    return std::any_of(words.begin(), words.end(), [](const std::string& word) { return word == "bind" || word == "rbind"; });
}

bool is_name_character(char c, bool first) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    return letter || (!first && (c == '_' || c == '.' || c == '-'));
}

}  // namespace

Refusal check_volume_name(const std::string& name) {
    if (name.size() == 1) {
        return {400,
                fmt::format("create {}: volume name is too short, names should be at least two "
                            "alphanumeric characters",
                            name)};
    }
    for (std::size_t i = 0; i < name.size(); ++i) {
        if (is_name_character(name[i], i == 0)) continue;
        return {400,
                fmt::format("create {}: \"{}\" includes invalid characters for a local volume "
                            "name, only \"[a-zA-Z0-9][a-zA-Z0-9_.-]\" are "
                            "allowed. If you intended to pass a host directory, use absolute path",
                            name,
                            name)};
    }
    return not_refused();
}

VolumeKind volume_kind(const Volume& volume) {
    if (volume.options.empty()) return VolumeKind::Folder;
    if (asks_bind(volume.options)) return VolumeKind::Bind;
    return volume_option(volume.options, "type") == "tmpfs" ? VolumeKind::Memory : VolumeKind::Folder;
}

bool is_mounted_read_only(const Volume& volume) {
    return volume_kind(volume) != VolumeKind::Folder && read_tmpfs_options(volume_option(volume.options, "o"), 0).read_only;
}

Refusal check_volume_options(const std::string& name, const std::map<std::string, std::string>& options) {
    for (const auto& [option, _] : options) {
        if (option != "type" && option != "o" && option != "device" && option != "size") return {400, fmt::format("create {}: invalid option: \"{}\"", name, option)};
    }
    const bool mounts = options.contains("type") || options.contains("device") || options.contains("o");
    for (const char* needed : {"device", "type"}) {
        if (mounts && !options.contains(needed)) return {400, fmt::format("create {}: missing required option: \"{}\"", name, needed)};
    }
    if (options.contains("size")) return {400, fmt::format("create {}: quota size requested but no quota support", name)};
    const std::string type = volume_option(options, "type");
    if (!mounts || type == "tmpfs" || asks_bind(options)) return not_refused();
    return {501, fmt::format("Podium does not simulate volumes of the type {}; use tmpfs, or none with o=bind", type)};
}

std::string volume_mount_failure(const World& world, VolumeId id) {
    const Volume& volume = world.volume(id);
    const VolumeKind kind = volume_kind(volume);
    if (kind == VolumeKind::Folder) return {};
    const std::string device = volume_option(volume.options, "device");
    const std::string wished = volume_option(volume.options, "o");
    const std::string what = fmt::format("failed to mount local volume: mount {}:{}", device, volume_path(world, id));
    if (kind == VolumeKind::Memory) {
        return read_tmpfs_options(wished, 0).wrong.empty() && tmpfs_mistake(wished).empty() ? "" : fmt::format("{}, data: {}: invalid argument", what, wished);
    }
    FileNode scratch;
    if (view_file(world, volume.host, {}, clean_path("/", device), scratch) != nullptr) return {};
    const bool deep = wished.find("rbind") != std::string::npos;
    return fmt::format("{}, flags: 0x{}00{}: no such file or directory", what, deep ? 5 : 1, is_mounted_read_only(volume) ? 1 : 0);
}

VolumeId ensure_volume(World& world,
                       HostId host,
                       const std::string& name,
                       const std::map<std::string, std::string>& labels,
                       bool anonymous,
                       const std::map<std::string, std::string>& options) {
    Engine& engine = world.host(host).engine;
    if (!name.empty()) {
        if (const auto found = engine.volumes.find(name); found != engine.volumes.end())
            return found->second;
    }
    PODIUM_ASSERT(engine.volumes.size() < kMostVolumesPerHost,
                  "a host has a limited number of volumes");
    Volume volume;
    volume.host = host;
    volume.name = name;
    if (name.empty())
        volume.name = make_id(
            "volume", world.host(host).spec.name + "/anonymous", ++engine.ordinals["volume"]);
    volume.anonymous = anonymous || name.empty();
    volume.labels = labels;
    volume.options = options;
    volume.created = world.kernel.now();
    const std::string key = volume.name;
    world.volumes.push_back(std::move(volume));
    const VolumeId id{static_cast<std::uint32_t>(world.volumes.size())};
    engine.volumes[key] = id;
    record_volume_fact(world, id, kFactVolumeCreate);
    return id;
}

VolumeId find_volume(const World& world, HostId host, const std::string& name, Refusal& refusal) {
    refusal = not_refused();
    const auto& volumes = world.host(host).engine.volumes;
    if (const auto found = volumes.find(name); found != volumes.end()) return found->second;
    refusal = {404, fmt::format("get {}: no such volume", name)};
    return {};
}

std::vector<ContainerId> users_of(const World& world, VolumeId volume) {
    std::vector<ContainerId> out;
    for (const auto& [name, id] : world.host(world.volume(volume).host).engine.by_name) {
        const Container& c = world.container(id);
        if (!c.detail) continue;
        const auto& mounts = c.detail->mounts;
        if (std::any_of(mounts.begin(), mounts.end(), [&](const MountPoint& mount) {
                return mount.volume == volume;
            }))
            out.push_back(id);
    }
    std::sort(out.begin(), out.end());
    return out;
}

Refusal remove_volume(World& world, HostId host, VolumeId id, bool force) {
    Volume& volume = world.volume(id);
    if (volume.removed)
        return force ? not_refused()
                     : Refusal{404, fmt::format("get {}: no such volume", volume.name)};
    std::string users;
    for (const ContainerId user : users_of(world, id))
        users += (users.empty() ? "" : ", ") + container_id_text(world, user);
    if (!users.empty())
        return {409, fmt::format("remove {}: volume is in use - [{}]", volume.name, users)};
    volume.removed = true;
    if (volume_kind(volume) == VolumeKind::Memory) volume.files = FileTree{};  // was never on the disk, nor was it to be kept
    world.host(host).disk_used_bytes -= volume.files.size_bytes();
    const std::int64_t bytes = bytes_written(volume);
    volume.files = FileTree{};
    world.host(host).engine.volumes.erase(volume.name);
    record_volume_fact(world, id, kFactVolumeDestroy, bytes);
    return not_refused();
}

std::int64_t bytes_written(const Volume& volume) {
    std::int64_t bytes = 0;
    for (const auto& [path, node] : volume.files.nodes()) {
        if (node.modified > Time{}) bytes += node.size_bytes();
    }
    return bytes;
}

std::vector<VolumeId> volumes_of(const World& world, HostId host) {
    std::vector<VolumeId> out;
    for (const auto& [name, id] : world.host(host).engine.volumes)
        out.push_back(id);
    std::sort(out.begin(), out.end());
    return out;
}

std::string volume_path(const World& world, VolumeId volume) {
    return fmt::format("/var/lib/docker/volumes/{}/_data", world.volume(volume).name);
}

}  // namespace podium::model
