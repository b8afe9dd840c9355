#include "sim/orch/swarm/hosts/task_container.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "sim/base/text.hpp"
#include "sim/model/image.hpp"

namespace podium::swarm {
namespace {

constexpr std::string_view kSecretsFolderInside = "/run/secrets/";
constexpr std::string_view kConfigsFolderInside = "/";

using Values = std::map<std::string, std::string>;

// swarmkit template/context.go.
Values values_of(const Scene& scene, model::HostId host, const Task& task, std::string_view name) {
    const Store& store = scene.swarm_of(host).store;
    Values values{{".Task.ID", task.meta.id}, {".Task.Name", std::string(name)}, {".Service.Name", task.service_name}};
    if (const Node* node = store.nodes.find(task.node.value)) {
        values[".Node.ID"] = node->meta.id;
        values[".Node.Hostname"] = node->description.hostname;
        values[".Node.Platform.Architecture"] = node->description.architecture;
        values[".Node.Platform.OS"] = node->description.os;
        values[".Task.Slot"] = task.slot != 0 ? std::to_string(task.slot) : node->meta.id.text();
    }
    if (const Service* service = store.services.find(task.service.value)) {
        values[".Service.ID"] = service->meta.id;
        for (const auto& [label, value] : service->spec.labels) values[".Service.Labels." + label] = value;
    }
    return values;
}

std::string trimmed(const std::string& text) {
    const auto first = text.find_first_not_of(' ');
    return first == std::string::npos ? std::string() : text.substr(first, text.find_last_not_of(' ') - first + 1);
}

std::string place_of(const FileReference& reference, std::string_view folder) {
    return reference.target.starts_with('/') ? reference.target : fmt::format("{}{}", folder, reference.target);
}

// As Go's strconv.Atoi.
bool is_number(std::string_view text) {
    if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
    return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

}  // namespace

std::string expand_template(const std::string& text, const Values& values) {
    std::string out;
    std::size_t from = 0;
    while (true) {
        const std::size_t open = text.find("{{", from);
        const std::size_t close = open == std::string::npos ? open : text.find("}}", open);
        if (close == std::string::npos) return out + text.substr(from);
        const auto found = values.find(trimmed(text.substr(open + 2, close - open - 2)));
        out += text.substr(from, open - from);
        out += found == values.end() ? text.substr(open, close + 2 - open) : found->second;
        from = close + 2;
    }
}

namespace {

bool has_templates(const model::ContainerSpec& spec) {
    const auto is_template = [](const std::string& text) { return text.find("{{") != std::string::npos; };
    return is_template(spec.hostname) || std::any_of(spec.environment.begin(), spec.environment.end(), is_template) ||
           std::any_of(spec.mounts.begin(), spec.mounts.end(), [&](const model::Mount& mount) {
               return is_template(mount.source) || is_template(mount.target) ||
                      std::any_of(mount.volume_labels.begin(), mount.volume_labels.end(), [&](const auto& label) { return is_template(label.second); });
           });
}

void expand_templates(model::ContainerSpec& spec, const Values& values) {
    for (std::string& entry : spec.environment) entry = expand_template(entry, values);
    spec.hostname = expand_template(spec.hostname, values);
    for (model::Mount& mount : spec.mounts) {
        mount.source = expand_template(mount.source, values);
        mount.target = expand_template(mount.target, values);
        for (auto& [_, label] : mount.volume_labels) label = expand_template(label, values);
    }
}

}  // namespace

std::string container_name(const Task& task, std::string_view node_id) {
    std::string name = task_name(task, node_id);
    name += '.';
    name += task.meta.id.view();
    return name;
}

std::vector<model::GivenFile> files_of(const TaskSpec& spec, const std::vector<Row<Datum>>& data) {
    std::vector<model::GivenFile> out;
    const auto add = [&](const std::vector<FileReference>& references, std::string_view folder) {
        for (const FileReference& reference : references) {
            const auto datum = std::find_if(data.begin(), data.end(), [&reference](const Row<Datum>& row) { return row->meta.id == reference.id; });
            if (datum == data.end()) continue;
            out.push_back({reference.id, place_of(reference, folder), (*datum)->data, static_cast<int>(reference.mode)});
        }
    };
    add(spec.secrets, kSecretsFolderInside);
    add(spec.configs, kConfigsFolderInside);
    return out;
}

std::string trouble_with_mounts(const TaskSpec& spec) {
    for (const model::Mount& mount : spec.container.mounts) {
        if (!mount.target.starts_with('/')) return fmt::format("invalid mount target, must be an absolute path: {}", mount.target);
        switch (mount.kind) {
            case model::MountKind::Bind:
                if (!mount.source.starts_with('/'))
                    return fmt::format("invalid bind mount source, must be an absolute path: {}", mount.source);
                break;
            case model::MountKind::Volume:
                if (mount.source.starts_with('/'))
                    return fmt::format("invalid volume mount source, must not be an absolute path: {}", mount.source);
                break;
            case model::MountKind::Tmpfs:
                if (!mount.source.empty()) return "invalid tmpfs source, source must be empty";
                break;
        }
    }
    return {};
}

std::string trouble_with_owners(const TaskSpec& spec) {
    for (const auto* references : {&spec.secrets, &spec.configs}) {
        for (const FileReference& reference : *references) {
            for (const std::string* id : {&reference.uid, &reference.gid}) {
                if (!is_number(*id)) return fmt::format("strconv.Atoi: parsing \"{}\": invalid syntax", *id);
            }
        }
    }
    return {};
}

std::string owners_not_kept(const TaskSpec& spec) {
    std::vector<std::string> files;
    const auto add = [&files](const std::vector<FileReference>& references, std::string_view folder) {
        for (const FileReference& reference : references) {
            if (reference.uid != "0" || reference.gid != "0") files.push_back(fmt::format("{} ({}:{})", place_of(reference, folder), reference.uid, reference.gid));
        }
    };
    add(spec.secrets, kSecretsFolderInside);
    add(spec.configs, kConfigsFolderInside);
    if (files.empty()) return {};
    return fmt::format("the owner of {} is not simulated: files have none, so ls -l shows root, and every user may read them", join(files, ", "));
}

std::string image_to_pull(const std::string& image) {
    auto reference = model::parse_image_reference(image);
    return reference ? std::move(*reference).with_default_tag().full() : image;
}

namespace {

// Whether its container differs from those of its spec's other tasks in no more than its name and node.
bool is_like_others(const Task& task) {
    return task.networks.empty() && task.ports.empty() && task.spec->reservations.generic.empty() && !has_templates(task.spec->container);
}

const Service* service_of(const Scene& scene, model::HostId host, const Task& task) { return scene.swarm_of(host).store.services.find(task.service.value); }

std::shared_ptr<model::ContainerSpec> spec_of_service(Scene& scene, model::HostId host, const Task& task) {
    auto spec = std::make_shared<model::ContainerSpec>(task.spec->container);
    for (const auto& [label, value] : task.spec->container_labels) spec->labels[label] = value;
    const Service* service = service_of(scene, host, task);
    spec->labels["com.docker.swarm.service.id"] = service == nullptr ? std::string() : service->meta.id;
    spec->labels["com.docker.swarm.service.name"] = task.service_name;
    spec->labels["com.docker.swarm.task"] = "";
    spec->own_labels = {{"com.docker.swarm.node.id", model::OwnLabel::Node},
                        {"com.docker.swarm.task.id", model::OwnLabel::AfterLastDot},
                        {"com.docker.swarm.task.name", model::OwnLabel::Name}};
    spec->of_agent = true;
    spec->restart = {};
    spec->auto_remove = false;
    spec->ports.clear();
    spec->endpoints.clear();
    spec->network_mode.clear();
    if (task.spec->limits.memory_bytes > 0) spec->memory_bytes = task.spec->limits.memory_bytes;
    if (task.spec->limits.nano_cpus > 0) spec->nano_cpus = task.spec->limits.nano_cpus;
    if (task.spec->reservations.memory_bytes > 0) spec->memory_reservation_bytes = task.spec->reservations.memory_bytes;
    if (task.spec->pids_limit > 0) spec->pids_limit = task.spec->pids_limit;
    if (!task.spec->log_driver.empty()) {
        spec->log_driver = task.spec->log_driver;
        spec->log_options = task.spec->log_options;
    }
    return spec;
}

}  // namespace

std::shared_ptr<const model::ContainerSpec> container_spec_of(Scene& scene, model::HostId host, const Task& task, std::string_view name) {
    // One that the swarm has removed is still called so, also by the containers it has.
    const Node* node = scene.swarm_of(host).store.nodes.find(task.node.value);
    if (node != nullptr) scene.world.host(host).engine.node_id = node->meta.id;
    if (is_like_others(task) && service_of(scene, host, task) != nullptr) {
        SharedSpec& shared = scene.state.shared_specs[{task.spec.get(), task.service}];
        if (shared.container == nullptr) shared = {task.spec, spec_of_service(scene, host, task)};
        return shared.container;
    }
    const std::shared_ptr<model::ContainerSpec> spec = spec_of_service(scene, host, task);
    if (has_templates(*spec)) expand_templates(*spec, values_of(scene, host, task, name));
    // swarmkit api/genericresource/helpers.go, EnvFormat.
    for (const auto& [kind, pieces] : task.spec->reservations.generic) spec->environment.push_back(fmt::format("DOCKER_RESOURCE_{}={}", upper(kind), pieces));
    attach(scene, host, task, *spec);
    return spec;
}

}  // namespace podium::swarm
