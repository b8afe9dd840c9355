// docker commit: an image from what a container changed (moby v20.10 daemon/commit.go).

#include <algorithm>
#include <array>
#include <memory>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/base/json_bytes.hpp"
#include "sim/base/text.hpp"
#include "sim/model/commit_changes.hpp"
#include "sim/model/container_facts.hpp"
#include "sim/model/container_image.hpp"
#include "sim/model/operations.hpp"

namespace podium::model {
namespace {

using Json = nlohmann::ordered_json;

constexpr Duration kCommit = milliseconds(60);               // of a layer with next to nothing in it
constexpr std::int64_t kArchivedBytesPerSecond = 200 << 20;  // the layer is read, hashed and written again

// What the container ran with: its own settings over its image's (moby container.Config).
ImageConfig config_of(const World& world, ContainerId id) {
    const ContainerDetail& d = world.detail(id);
    const ContainerSpec& spec = world.spec(world.container(id));
    ImageConfig out = d.image->config;
    if (spec.entrypoint_set) out.entrypoint = spec.entrypoint;
    if (spec.entrypoint_set || !spec.command.empty()) out.command = spec.command;
    out.environment = environment_of(world, id);
    out.exposed_ports = exposed_ports_of(world, id);
    for (const std::string& target : spec.volumes) {
        if (std::find(out.volumes.begin(), out.volumes.end(), target) == out.volumes.end()) out.volumes.push_back(target);
    }
    for (const auto& [name, value] : spec.labels) out.labels[name] = value;
    if (spec.health_check) out.health_check = spec.health_check;
    out.stop_signal = d.configured_stop_signal;
    if (!spec.working_directory.empty()) out.working_directory = spec.working_directory;
    if (!spec.user.empty()) out.user = spec.user;
    return out;
}

// The engine's own files, bound over what an image has there.
constexpr std::array kBound{"/etc/hostname", "/etc/hosts", "/etc/resolv.conf"};

std::shared_ptr<const ImageChanges> changed_files(const ContainerDetail& d) {
    ImageChanges out;
    if (d.image->changes) out = *d.image->changes;
    for (const auto& [path, change] : d.state_changes) {
        if (change != 'D') continue;
        out.files.remove(path);
        out.removed.insert(path);
    }
    out.files.copy_from(d.layer);
    for (const char* path : kBound) out.files.remove(path);
    return std::make_shared<const ImageChanges>(std::move(out));
}

ImagePointer committed_image(World& world, ContainerId id, const Request& request, ImageConfig config) {
    Host& host = world.host(request.spec.host);
    const ContainerDetail& d = world.detail(id);
    const std::uint32_t ordinal = ++host.engine.ordinals["commit/" + d.id];
    Image image = *d.image;
    image.parent = d.image->id;
    image.container = d.id;
    image.author = option_text(request, "author");
    image.comment = option_text(request, "comment");
    image.built = world.kernel.now() + host.clock_skew;
    image.build_key.clear();
    image.id = make_digest("image", "commit/" + d.id, ordinal);
    image.digest.clear();
    image.repository.clear();
    image.changes = changed_files(d);
    const std::int64_t bytes = d.layer.size_bytes();
    if (bytes > 0) {
        const std::string digest = make_digest("layer", "commit/" + d.id, ordinal);
        image.layers.push_back({digest, bytes, bytes, join(config_of(world, id).command, " ")});
    }
    image.steps.push_back({join(config_of(world, id).command, " "), image.comment, image.id, bytes, *image.built});
    image.config = std::move(config);
    return std::make_shared<const Image>(std::move(image));
}

// What it is to be called; status 0 also when it is to have no name.
Refusal name_of_image(const Request& request, std::optional<ImageReference>& out) {
    const std::string repository = option_text(request, "repo");
    if (repository.empty()) return not_refused();
    const std::string tag = option_text(request, "tag");
    const auto reference = parse_image_reference(tag.empty() ? repository : repository + ":" + tag);
    if (!reference) return {400, reference.error().message};
    out = reference->with_default_tag();
    return not_refused();
}

std::vector<std::string> changes_of(const Request& request) {
    const Json list = Json::parse(option_text(request, "changes"), nullptr, false);
    return list.is_array() ? list.get<std::vector<std::string>>() : std::vector<std::string>{};
}

void begin_commit(World& world, RequestId id, Request& request) {
    Refusal refusal = not_refused();
    request.container = find_container(world, request.spec.host, request.spec.target, refusal);
    if (!request.container) {
        refuse_request(world, id, refusal);
        return;
    }
    const Container& c = world.container(request.container);
    const std::string id_text = container_id_text(world, request.container);
    if (c.state == ContainerState::Removing) {
        refuse_request(world, id, {409, fmt::format("You cannot commit container {} which is being removed", id_text)});
        return;
    }
    if (!c.detail) {
        refuse_request(world, id, {501, "Podium keeps no files of containers made in bulk, so none can be committed"});
        return;
    }
    request.stage = 1;
    if (option_text(request, "pause") != "0" && c.state == ContainerState::Running) {
        pause_container(world, request.container);
        request.stage = 2;
    }
    const std::int64_t bytes = c.detail->layer.size_bytes();
    const Duration takes = kCommit + seconds(1) * (bytes / kArchivedBytesPerSecond) + nanoseconds(bytes % kArchivedBytesPerSecond * 1'000'000'000 / kArchivedBytesPerSecond);
    request_timer(world, id, takes * world.host(request.spec.host).disk_slowdown);
}

void end_commit(World& world, RequestId id, Request& request) {
    const ContainerId container = request.container;
    const bool pausing = request.stage == 2;
    const auto resume = [&world, container, pausing] {
        if (pausing && world.container(container).state == ContainerState::Paused) unpause_container(world, container);
    };
    Refusal refusal = not_refused();
    std::optional<ImageReference> name;
    ImageConfig config;
    Host& host = world.host(request.spec.host);
    if (world.container(container).state == ContainerState::Removed) {
        refusal = {404, fmt::format("No such container: {}", request.spec.target)};
    } else {
        config = config_of(world, container);
        refusal = apply_changes(changes_of(request), config);
        if (refusal.status == 0) refusal = name_of_image(request, name);
        if (refusal.status == 0 && host.disk_free_bytes() < world.detail(container).layer.size_bytes())
            refusal = {500, "Error processing tar file(exit status 1): write /layer.tar: no space left on device"};
    }
    if (refusal.status != 0) {
        resume();
        refuse_request(world, id, refusal);
        return;
    }
    const ImagePointer image = committed_image(world, container, request, std::move(config));
    host.images.keep(image, world.kernel.now());
    host.disk_used_bytes += image->steps.back().size_bytes;
    if (name) {
        host.images.tag(image->id, *name);
        const FactId fact = world.kernel.record(kFactImageTag, Subject(SubjectType::Host, request.spec.host.value), world.kernel.intern(name->familiar()), world.kernel.intern(image->id));
        publish_event(world, request.spec.host, fact);
    }
    record_container_event(world, container, kFactContainerCommit, world.kernel.intern(image->comment), world.kernel.intern(image->id),
                           world.kernel.intern(name ? name->familiar() : std::string()));
    resume();
    Json body;
    body["Id"] = image->id;
    answer_request(world, id, 201, json_bytes(body));
}

}  // namespace

void commit_container(World& world, RequestId id, Request& request) {
    if (request.stage == 0) {
        begin_commit(world, id, request);
    } else if (request.timer_due(world.kernel.now())) {
        end_commit(world, id, request);
    }
}

}  // namespace podium::model
