#include "sim/model/given_files.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace podium::model {
namespace {

constexpr std::string_view kContainersFolder = "/var/lib/docker/containers/";
constexpr std::string_view kSecretsFolder = "/mounts/secrets/";

}  // namespace

void give_files(World& world, ContainerId id, const std::vector<GivenFile>& files) {
    if (files.empty()) return;
    ContainerDetail& d = world.detail(id);
    FileTree& disk = world.host(world.container(id).host).files;
    for (const GivenFile& file : files) {
        const auto same = std::find_if(d.mounts.begin(), d.mounts.end(), [&file](const MountPoint& point) { return point.mount.target == file.target; });
        if (same != d.mounts.end()) continue;
        MountPoint point;
        point.mount.kind = MountKind::Bind;
        point.mount.source = fmt::format("{}{}{}{}", kContainersFolder, d.id, kSecretsFolder, file.id);
        point.mount.target = file.target;
        point.mount.read_only = true;
        point.mount.create_host_path = false;
        // It is a file system in memory: nothing of the disk is used.
        disk.write(point.mount.source, file.content, world.kernel.now());
        disk.set_mode(point.mount.source, file.mode);
        d.mounts.push_back(std::move(point));
    }
}

bool is_given(const Mount& mount) {
    return mount.kind == MountKind::Bind && mount.source.starts_with(kContainersFolder) && mount.source.find(kSecretsFolder) != std::string::npos;
}

void remove_given_files(World& world, HostId host, const std::vector<MountPoint>& mounts) {
    for (const MountPoint& point : mounts) {
        if (!is_given(point.mount)) continue;
        world.host(host).files.remove(point.mount.source.substr(0, point.mount.source.find(kSecretsFolder)));
    }
}

}  // namespace podium::model
