// The images that the steps of a build make, the cache that finds those made before, and the
// intermediate containers (moby v20.10.24 builder/dockerfile/internals.go, imageprobe.go,
// containerbackend.go).

#include <fmt/format.h>

#include "sim/base/work.hpp"
#include "sim/model/build_parts.hpp"
#include "sim/model/container.hpp"
#include "sim/model/object_id.hpp"
#include "sim/model/world.hpp"

namespace podium::model {
namespace {

// Each image of a build has the history and the layers of those before it: what it takes to copy one row of them. More
// than its time, as the copies stay.
constexpr std::uint64_t kHistoryWork = 8;

// The image that the next one is made of; scratch is none.
std::string parent_of(const Build& build) {
    return build.image->id == scratch_id() ? std::string() : build.image->id;
}

}  // namespace

std::string scratch_id() {
    return make_digest("image", "scratch", 0);
}

void show_image(World& world, Build& build) {
    const bool scratch = build.image->id == scratch_id();
    say(world, build, fmt::format(" ---> {}\n", scratch ? "" : short_id(build.image->id)));
}

bool take_from_cache(World& world, Build& build, const std::string& key) {
    if (build.cache_missed || build.spec->no_cache || build.image == nullptr) return false;
    const ImagePointer made = world.host(build.host).images.child_of(parent_of(build), key);
    if (made == nullptr) {
        build.cache_missed = true;
        return false;
    }
    build.image = made;
    build.config = made->config;
    say(world, build, " ---> Using cache\n");
    return true;
}

std::string make_image(World& world,
                       Build& build,
                       const FileTree& files,
                       const std::set<std::string>& removed) {
    Host& host = world.host(build.host);
    const std::int64_t bytes = files.size_bytes();
    if (host.disk_free_bytes() < bytes) return "failed to register layer: no space left on device";
    count_work(kHistoryWork * (build.image->steps.size() + build.image->layers.size()));
    Image image = *build.image;
    image.parent = parent_of(build);
    image.container.clear();
    image.author = build.maintainer;
    image.comment.clear();
    image.digest.clear();
    image.build_key = build.commit.key;
    image.config = build.config;
    image.built = world.kernel.now();
    image.unsimulated = image.unsimulated || build.commit.unsimulated;
    image.id = make_digest("image",
                           fmt::format("{}/{}/{}", host.spec.name, image.parent, image.build_key),
                           ++host.engine.ordinals["image"]);
    if (!files.nodes().empty() || !removed.empty()) {
        ImageChanges changes = image.changes == nullptr ? ImageChanges{} : *image.changes;
        for (const std::string& path : removed) {
            changes.files.remove(path);
            changes.removed.insert(path);
        }
        changes.files.copy_from(files);
        image.changes = std::make_shared<const ImageChanges>(std::move(changes));
    }
    if (bytes > 0) {
        image.layers.push_back(
            {make_digest("layer", image.id, 0), bytes, bytes / 2, build.commit.created_by});
        host.disk_used_bytes += bytes;
    }
    image.steps.push_back({build.commit.created_by, {}, image.id, bytes, world.kernel.now()});
    build.image = std::make_shared<const Image>(std::move(image));
    host.images.keep(build.image, world.kernel.now());
    return {};
}

bool create_step_container(World& world,
                           RequestId id,
                           Request& request,
                           Build& build,
                           const DockerStep& step,
                           std::vector<std::string> command) {
    ContainerSpec spec;
    spec.image = build.image->id;
    spec.entrypoint_set = true;
    spec.command = std::move(command);
    spec.environment = build_arguments(build);
    spec.health_check = HealthCheck{{"NONE"}, {}, {}, {}, 0};
    spec.log_driver = "none";
    spec.network_mode = build.spec->network;
    spec.memory_bytes = build.spec->memory_bytes;
    const Creation creation = create_container_of(world, build.host, build.image, std::make_shared<const ContainerSpec>(std::move(spec)), {});
    if (!creation.container) {
        fail_build(world, id, request, creation.refusal.message);
        return false;
    }
    build.container = creation.container;
    build.left_behind.insert(creation.container);
    world.detail(creation.container).build_place =
        fmt::format("{}:{}", build.spec->place, step.line);
    say(world,
        build,
        fmt::format(" ---> Running in {}\n",
                    short_id(container_id_text(world, creation.container))));
    return true;
}

void remove_containers(World& world, Build& build, bool told) {
    for (const ContainerId container : std::set<ContainerId>(build.left_behind)) {
        const Container& c = world.container(container);
        if (c.state == ContainerState::Running || c.state == ContainerState::Paused) continue;
        const std::string id = short_id(container_id_text(world, container));
        if (c.state != ContainerState::Removed && c.state != ContainerState::Removing)
            destroy_container(world, container, true);
        build.left_behind.erase(container);
        if (told) say(world, build, fmt::format("Removing intermediate container {}\n", id));
    }
}

}  // namespace podium::model
