#include "sim/programs/compose/container_spec_of.hpp"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "sim/base/files.hpp"
#include "sim/base/text.hpp"
#include "sim/model/object_id.hpp"
#include "sim/model/tmpfs.hpp"
#include "sim/programs/compose/defaults.hpp"
#include "sim/programs/compose_file/config_text.hpp"

namespace podium::programs::composing {
namespace {

constexpr std::int64_t kCpuPeriod = 100'000;           // microseconds: the kernel's cpu.cfs_period_us where none is given,
constexpr std::int64_t kLongestCpuPeriod = 1'000'000;  // and its longest
constexpr std::int64_t kMostCpus = 1'000'000;          // more than any host has
constexpr std::int64_t kNano = 1'000'000'000;

using compose::Dialect;
using compose::Project;
using compose::Service;

std::string condition_text(compose::DependencyCondition condition) {
    switch (condition) {
        case compose::DependencyCondition::Started: return "service_started";
        case compose::DependencyCondition::Healthy: return "service_healthy";
        case compose::DependencyCondition::CompletedSuccessfully: return "service_completed_successfully";
    }
    return {};
}

void add_labels(const ContainerWish& wish, model::ContainerSpec& spec) {
    const Project& project = *wish.project;
    const bool v1 = project.dialect == Dialect::V1;
    for (const compose::Pair& label : wish.service->labels) spec.labels[label.name] = label.value;
    spec.labels[kProjectLabel] = project.name;
    spec.labels[kServiceLabel] = wish.service->name;
    spec.labels[kOneOffLabel] = wish.oneoff ? "True" : "False";
    std::vector<std::string> files;
    for (const std::string& file : project.files) files.push_back(v1 ? base_name(file) : file);
    spec.labels["com.docker.compose.project.working_dir"] = project.directory;
    spec.labels["com.docker.compose.project.config_files"] = join(files, ",");
    spec.labels[kHashLabel] = config_hash_of(project, *wish.service);
    spec.labels["com.docker.compose.version"] = std::string(v1 ? kVersionV1 : kVersionV2);
    if (!(v1 && wish.oneoff)) spec.labels[kNumberLabel] = fmt::format("{}", wish.number);
    if (v1) {
        if (wish.oneoff) spec.labels["com.docker.compose.slug"] = wish.slug;
        return;
    }
    std::vector<std::string> dependencies;
    for (const compose::Dependency& dependency : wish.service->depends_on) {
        dependencies.push_back(fmt::format("{}:{}:{}", dependency.service, condition_text(dependency.condition), dependency.restart));
    }
    spec.labels["com.docker.compose.depends_on"] = join(dependencies, ",");
    spec.labels["com.docker.compose.image"] = wish.image_id;
    if (wish.replaces) {
        const std::string& own = wish.service->container_name;
        spec.labels["com.docker.compose.replace"] = own.empty() ? fmt::format("{}{}{}", wish.service->name, separator_of(project), wish.number) : own;
    }
    if (wish.oneoff) spec.labels["com.docker.compose.slug"] = wish.slug;
}

std::string referred_container(const ContainerWish& wish, const std::string& service) {
    if (wish.container_names != nullptr) {
        const auto found = wish.container_names->find(service);
        if (found != wish.container_names->end()) return found->second;
    }
    return fmt::format("{}{}{}{}1", wish.project->name, separator_of(*wish.project), service, separator_of(*wish.project));
}

// Links "service:alias" of other services: the alias is given to this one's containers.
void add_link_aliases(const ContainerWish& wish, std::vector<std::string>& aliases) {
    for (const Service& other : wish.project->services) {
        for (const std::string& link : other.links) {
            const std::size_t colon = link.find(':');
            if (colon != std::string::npos && link.substr(0, colon) == wish.service->name) aliases.push_back(link.substr(colon + 1));
        }
    }
}

void add_networks(const ContainerWish& wish, ContainerPlan& plan) {
    const Service& service = *wish.service;
    const bool v1 = wish.project->dialect == Dialect::V1;
    if (!service.network_mode.empty()) {
        const std::string& mode = service.network_mode;
        plan.spec.network_mode = mode.starts_with("service:") ? "container:" + referred_container(wish, mode.substr(8)) : mode;
        return;
    }
    for (const compose::Attachment& attachment : service.networks) {
        const compose::Network* network = wish.project->find_network(attachment.network);
        if (network == nullptr) continue;
        model::EndpointSpec endpoint;
        endpoint.network = network->name;
        if (!v1) endpoint.aliases.push_back(wish.name);
        if (!wish.oneoff || wish.aliases) {
            endpoint.aliases.push_back(service.name);
            endpoint.aliases.insert(endpoint.aliases.end(), attachment.aliases.begin(), attachment.aliases.end());
            add_link_aliases(wish, endpoint.aliases);
        }
        endpoint.ipv4_address = attachment.ipv4_address;
        plan.networks.push_back(std::move(endpoint));
    }
    if (plan.networks.empty()) {
        plan.spec.network_mode = "none";
        return;
    }
    plan.spec.network_mode = plan.networks.front().network;
    plan.spec.endpoints.push_back(plan.networks.front());
}

// "/run:size=64m,ro", of which the engine looks at the options when the container starts.
model::Mount tmpfs_mount(const std::string& text) {
    const std::size_t colon = text.find(':');
    model::Mount mount;
    mount.kind = model::MountKind::Tmpfs;
    mount.target = text.substr(0, colon);
    if (colon == std::string::npos) return mount;
    mount.tmpfs_options = text.substr(colon + 1);
    mount.read_only = model::read_tmpfs_options(mount.tmpfs_options, 0).read_only;
    return mount;
}

void add_file(const Project& project, const compose::FileReference& reference, const compose::FileObject* object, const std::string& section,
              model::ContainerSpec& spec) {
    if (object == nullptr || object->external) return;  // 1.29 warns of it; docker compose 2 makes no container
    model::Mount mount;
    mount.kind = model::MountKind::Bind;
    mount.source = object->file.empty() ? inline_file_path(project, section, object->key) : object->file;
    mount.target = reference.target;
    mount.read_only = true;
    mount.create_host_path = project.dialect == Dialect::V1;
    spec.mounts.push_back(std::move(mount));
}

// buildContainerSecretMounts and buildContainerConfigMounts: what only a swarm gives to a container.
std::string unsupported(const compose::FileObject* object, std::string_view what) {
    if (object == nullptr) return {};
    if (object->external) return fmt::format("unsupported external {} {}", what, object->name);
    if (!object->driver.empty()) return fmt::format("Docker Compose does not support {}s.*.driver", what);
    if (!object->template_driver.empty()) return fmt::format("Docker Compose does not support {}s.*.template_driver", what);
    return {};
}

void add_mounts(const ContainerWish& wish, model::ContainerSpec& spec) {
    const Project& project = *wish.project;
    for (const compose::Mount& written : wish.service->volumes) {
        model::Mount mount;
        mount.target = written.target;
        mount.read_only = written.read_only;
        mount.no_copy = written.nocopy;
        mount.create_host_path = true;
        if (written.type == compose::MountType::Bind) {
            mount.kind = model::MountKind::Bind;
            mount.source = written.source;
            mount.create_host_path = written.create_host_path || project.dialect == Dialect::V1;
        } else if (written.type == compose::MountType::Tmpfs) {
            mount.kind = model::MountKind::Tmpfs;
            mount.create_host_path = false;  // a mount point, as --mount makes one
            mount.tmpfs_options = model::tmpfs_options_text(mount.read_only, written.tmpfs_mode.value_or(0), written.tmpfs_size_bytes.value_or(0));
        } else if (written.type == compose::MountType::Volume) {
            const compose::Volume* volume = project.find_volume(written.source);
            mount.source = volume != nullptr ? volume->name : written.source;
            for (const compose::Pair& label : written.volume_labels) mount.volume_labels[label.name] = label.value;
        } else {
            continue;  // named pipes and cluster volumes are told as not simulated, images keep docker compose from going on
        }
        spec.mounts.push_back(std::move(mount));
    }
    for (const std::string& entry : wish.service->tmpfs) spec.mounts.push_back(tmpfs_mount(entry));
    for (const compose::FileReference& reference : wish.service->secrets) add_file(project, reference, project.find_secret(reference.source), "secrets", spec);
    // 1.29 knows nothing of configs (config.py, check_swarm_only_config).
    for (const compose::FileReference& reference : wish.service->configs) {
        if (project.dialect == Dialect::V2) add_file(project, reference, project.find_config(reference.source), "configs", spec);
    }
    if (wish.previous == nullptr) return;
    // What the old container kept in volumes without a name goes on in the new one: where the service has such a volume, or
    // the image has one and the service says nothing (1.29.2 service.py, get_container_data_volumes, which asks the old
    // container's image; 2.40.3 pkg/compose/create.go, buildContainerMountOptions).
    for (const FoundMount& old : wish.previous->mounts) {
        if (old.type != "volume" || old.name.empty()) continue;
        const auto same = std::find_if(spec.mounts.begin(), spec.mounts.end(), [&old](const model::Mount& mount) { return mount.target == old.destination; });
        if (same == spec.mounts.end()) {
            if (wish.image_volumes == nullptr || !wish.image_volumes->contains(old.destination)) continue;
            model::Mount mount;
            mount.source = old.name;
            mount.target = old.destination;
            spec.mounts.push_back(std::move(mount));
        } else if (same->kind == model::MountKind::Volume && same->source.empty()) {
            same->source = old.name;
        }
    }
}

void add_ports(const Service& service, model::ContainerSpec& spec) {
    for (const std::string& port : service.expose) spec.exposed_ports.push_back(port.find('/') == std::string::npos ? port + "/tcp" : port);
    for (const compose::Port& port : service.ports) {
        model::PortBinding binding;
        binding.host_ip = port.host_ip;
        binding.host_port = static_cast<std::uint16_t>(port.published);
        if (port.published_end > port.published) binding.host_port_end = static_cast<std::uint16_t>(port.published_end);
        binding.container_port = static_cast<std::uint16_t>(port.target);
        binding.protocol = port.protocol;
        spec.ports.push_back(std::move(binding));
    }
}

model::RestartPolicy policy_of(const Service& service) {
    model::RestartPolicy policy;
    switch (service.restart.condition) {
        case compose::RestartCondition::No: policy.kind = model::RestartPolicyKind::No; break;
        case compose::RestartCondition::Always: policy.kind = model::RestartPolicyKind::Always; break;
        case compose::RestartCondition::OnFailure: policy.kind = model::RestartPolicyKind::OnFailure; break;
        case compose::RestartCondition::UnlessStopped: policy.kind = model::RestartPolicyKind::UnlessStopped; break;
    }
    if (service.restart.maximum_retries > 0) policy.maximum_retries = static_cast<std::uint32_t>(service.restart.maximum_retries);
    return policy;
}

void add_resources(const Project& project, const Service& service, model::ContainerSpec& spec) {
    spec.memory_bytes = service.mem_limit.value_or(0);
    spec.memory_swap_bytes = service.memswap_limit.value_or(0);
    spec.memory_reservation_bytes = service.mem_reservation.value_or(0);
    spec.nano_cpus = service.nano_cpus.value_or(0);
    spec.cpu_shares = service.cpu_shares.value_or(0);
    spec.pids_limit = service.pids_limit.value_or(0);
    spec.oom_kill_disable = service.oom_kill_disable;
    spec.cpuset_cpus = service.cpuset;
    spec.shm_bytes = service.shm_size.value_or(0);
    for (const compose::Ulimit& limit : service.ulimits) spec.ulimits.push_back({limit.name, limit.soft, limit.hard});
    // As docker shows them.
    std::sort(spec.ulimits.begin(), spec.ulimits.end(), [](const model::Ulimit& a, const model::Ulimit& b) { return a.name < b.name; });
    if (!service.nano_cpus && service.cpu_quota && *service.cpu_quota > 0) {
        // A quota may be any number: beyond what any host has the engine refuses it anyhow.
        const std::int64_t given = service.cpu_period.value_or(0);
        const std::int64_t period = given > 0 ? std::min(given, kLongestCpuPeriod) : kCpuPeriod;
        const std::int64_t quota = std::min(*service.cpu_quota, kMostCpus * period);
        spec.nano_cpus = quota / period * kNano + quota % period * kNano / period;
    }
    // pkg/compose/create.go of 2.40.3 (getDeployResources, setReservations), 1.29.2 only the reservations: they ask the
    // engine for devices, and any driver is one that no simulated host has.
    spec.gpus = !service.gpus.empty() || (service.deploy && !service.deploy->resources.devices.empty());
    if (!service.deploy) return;
    // docker-compose 1.29.2 takes them over too (project.py, translate_resource_keys_to_container_config), but not pids.
    const compose::Resources& resources = service.deploy->resources;
    if (resources.limit_memory_bytes) spec.memory_bytes = *resources.limit_memory_bytes;
    if (resources.limit_nano_cpus) spec.nano_cpus = *resources.limit_nano_cpus;
    if (resources.limit_pids && project.dialect == Dialect::V2) spec.pids_limit = *resources.limit_pids;
    if (resources.reserved_memory_bytes) spec.memory_reservation_bytes = *resources.reserved_memory_bytes;
}

void add_health_check(const Service& service, model::ContainerSpec& spec) {
    if (!service.healthcheck) return;
    const compose::HealthCheck& written = *service.healthcheck;
    model::HealthCheck check;
    check.test = written.disable ? std::vector<std::string>{"NONE"} : written.test;
    check.interval = written.interval.value_or(Duration{});
    check.timeout = written.timeout.value_or(Duration{});
    check.start_period = written.start_period.value_or(Duration{});
    check.retries = static_cast<int>(written.retries.value_or(0));
    spec.health_check = std::move(check);
}

void add_volumes_from(const ContainerWish& wish, model::ContainerSpec& spec) {
    for (const std::string& entry : wish.service->volumes_from) {
        if (entry.starts_with("container:")) {
            spec.volumes_from.push_back(entry.substr(10));
            continue;
        }
        const std::size_t colon = entry.find(':');
        spec.volumes_from.push_back(referred_container(wish, entry.substr(0, colon)) + (colon == std::string::npos ? ":rw" : entry.substr(colon)));
    }
}

}  // namespace

char separator_of(const Project& project) { return project.dialect == Dialect::V1 || project.compatible ? '_' : '-'; }

std::string image_of(const Project& project, const Service& service) {
    if (!service.image.empty()) return service.image;
    return fmt::format("{}{}{}", project.name, separator_of(project), service.name);
}

std::string container_name_of(const Project& project, const Service& service, std::int64_t number) {
    if (!service.container_name.empty()) return service.container_name;
    const char separator = separator_of(project);
    return fmt::format("{}{}{}{}{}", project.name, separator, service.name, separator, number);
}

std::string config_hash_of(const Project& project, const Service& service) {
    // The two clients hash different texts, so that neither takes the other's containers for up to date.
    const std::string_view kind = project.dialect == Dialect::V1 ? "config of 1.29" : "config";
    return model::make_id(kind, compose::canonical_service(project, service.name), 0);
}

std::string injection_error(const Project& project, const Service& service) {
    const auto error_of = [&](const compose::FileObject* object, std::string_view what) -> std::string {
        if (object == nullptr || object->external || !object->file.empty()) return {};
        if (!object->content && !object->environment.empty()) return fmt::format("environment variable \"{}\" required by {} \"{}\" is not set", object->environment, what, object->name);
        const bool something = object->content && !object->content->empty();
        if (something && service.read_only) return fmt::format("cannot create {} \"{}\" in read-only service {}: `file` is the sole supported option", what, object->name, service.name);
        return {};
    };
    for (const compose::FileReference& reference : service.secrets) {
        if (std::string wrong = error_of(project.find_secret(reference.source), "secret"); !wrong.empty()) return wrong;
    }
    for (const compose::FileReference& reference : service.configs) {
        if (std::string wrong = error_of(project.find_config(reference.source), "config"); !wrong.empty()) return wrong;
    }
    return {};
}

// pkg/compose/create.go of 2.40.3: getCreateConfigs, and what it calls, in its order.
std::string creation_error(const Project& project, const Service& service) {
    if (service.healthcheck && service.healthcheck->start_interval) return "can't set healthcheck.start_interval as feature require Docker Engine v25 or later";
    for (const compose::FileReference& reference : service.secrets) {
        if (std::string wrong = unsupported(project.find_secret(reference.source), "secret"); !wrong.empty()) return wrong;
    }
    for (const compose::FileReference& reference : service.configs) {
        if (std::string wrong = unsupported(project.find_config(reference.source), "config"); !wrong.empty()) return wrong;
    }
    const auto is_image = [](const compose::Mount& mount) { return mount.type == compose::MountType::Image; };
    if (std::any_of(service.volumes.begin(), service.volumes.end(), is_image)) return "volume with type=image require Docker Engine v28 or later";
    const auto named = [](const compose::Attachment& attachment) { return !attachment.interface_name.empty(); };
    if (std::any_of(service.networks.begin(), service.networks.end(), named)) return "interface_name requires Docker Engine v28.1 or later";
    return {};
}

// Docker engine of API 1.41: runconfig's and the daemon's check of RestartPolicy, before anything else of the request.
std::string refused_restart(const Project& project, const Service& service) {
    const bool v1 = project.dialect == compose::Dialect::V1;
    const compose::Node* services = project.model.find("services");
    const compose::Node* model = services == nullptr ? nullptr : services->find(service.name);
    const compose::Node* restart = model == nullptr ? nullptr : model->find("restart");
    const bool from_deploy = !v1 && service.deploy && service.deploy->restart_policy;
    if (from_deploy || restart == nullptr || !restart->is_scalar() || restart->text.empty()) return {};
    const std::string name = restart->text.substr(0, restart->text.find(':'));
    const bool known = name == "no" || name == "always" || name == "on-failure" || name == "unless-stopped";
    const bool mapped = !v1 && (name == "none" || name == "any");
    // An empty name with a count is refused too: of the four, it is none.
    if (!known && !mapped) return fmt::format("invalid restart policy '{}'", name);
    const std::int64_t retries = service.restart.maximum_retries;
    if (retries < 0) return "maximum retry count cannot be negative";
    if (retries == 0 || name == "on-failure") return {};
    const std::string asked = name == "none" ? "no" : name == "any" ? "always" : name;
    return fmt::format("maximum retry count cannot be used with restart policy '{}'", asked);
}

std::string inline_file_path(const Project& project, const std::string& section, const std::string& key) {
    return fmt::format("/run/compose/{}/{}/{}", project.name, section, key);
}

ContainerPlan container_spec_of(const ContainerWish& wish) {
    const Service& service = *wish.service;
    ContainerPlan plan;
    model::ContainerSpec& spec = plan.spec;
    spec.image = image_of(*wish.project, service);
    spec.entrypoint_set = service.entrypoint.has_value();
    if (service.entrypoint) spec.entrypoint = *service.entrypoint;
    if (service.command) spec.command = *service.command;
    for (const compose::EnvironmentVariable& variable : service.environment) {
        spec.environment.push_back(variable.value ? fmt::format("{}={}", variable.name, *variable.value) : variable.name);
    }
    add_labels(wish, spec);
    spec.hostname = service.hostname;
    spec.domainname = service.domainname;
    spec.user = service.user;
    spec.working_directory = service.working_dir;
    spec.tty = service.tty;
    spec.open_stdin = service.stdin_open;
    add_ports(service, spec);
    add_health_check(service, spec);
    spec.stop_signal = service.stop_signal;
    if (service.stop_grace_period) spec.stop_timeout_seconds = static_cast<int>(std::min<std::int64_t>(service.stop_grace_period->nanoseconds / 1'000'000'000, std::numeric_limits<int>::max()));
    spec.restart = wish.oneoff ? model::RestartPolicy{} : policy_of(service);
    spec.init = service.init.value_or(false);
    spec.no_init = !service.init.value_or(true);
    spec.privileged = service.privileged;
    spec.read_only = service.read_only;
    add_resources(*wish.project, service, spec);
    add_mounts(wish, spec);
    add_volumes_from(wish, spec);
    add_networks(wish, plan);
    for (const compose::Pair& host : service.extra_hosts) spec.extra_hosts.push_back(fmt::format("{}:{}", host.name, host.value));
    spec.dns = service.dns;
    spec.dns_search = service.dns_search;
    spec.dns_options = service.dns_opt;
    spec.group_add = service.group_add;
    spec.security_options = service.security_opt;
    spec.capabilities_added = service.cap_add;
    spec.capabilities_dropped = service.cap_drop;
    for (const compose::Pair& sysctl : service.sysctls) spec.sysctls[sysctl.name] = sysctl.value;
    if (service.logging) {
        spec.log_driver = service.logging->driver;
        for (const compose::Pair& option : service.logging->options) spec.log_options[option.name] = option.value;
    }
    return plan;
}

}  // namespace podium::programs::composing
