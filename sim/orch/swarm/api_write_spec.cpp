// Specs as JSON: moby 20.10, api/types/swarm/{task,container,service}.go.

#include <nlohmann/json.hpp>

#include "sim/model/tmpfs.hpp"
#include "sim/orch/swarm/api_write.hpp"

namespace podium::swarm {

void put(Json& out, const char* name, const std::string& text) {
    if (!text.empty()) out[name] = text;
}

void put(Json& out, const char* name, const std::vector<std::string>& texts) {
    if (!texts.empty()) out[name] = texts;
}

void put(Json& out, const char* name, const std::map<std::string, std::string>& texts) {
    if (!texts.empty()) out[name] = texts;
}

void put(Json& out, const char* name, std::int64_t number) {
    if (number != 0) out[name] = number;
}

void put(Json& out, const char* name, Duration duration) {
    put(out, name, duration.nanoseconds);
}

void put_flag(Json& out, const char* name, bool flag) {
    if (flag) out[name] = true;
}

void put_object(Json& out, const char* name, bool given, Json value) {
    if (given) out[name] = value.is_null() ? Json::object() : std::move(value);
}

namespace {

Json mount_json(const model::Mount& mount, const MountDetail& detail) {
    Json out = Json::object();
    switch (mount.kind) {
        case model::MountKind::Bind:
            out["Type"] = "bind";
            break;
        case model::MountKind::Volume:
            out["Type"] = "volume";
            break;
        case model::MountKind::Tmpfs:
            out["Type"] = "tmpfs";
            break;
    }
    put(out, "Source", mount.source);
    put(out, "Target", mount.target);
    put_flag(out, "ReadOnly", mount.read_only);
    if (!detail.propagation.empty()) out["BindOptions"] = Json{{"Propagation", detail.propagation}};
    Json volume = Json::object();
    put_flag(volume, "NoCopy", mount.no_copy);
    put(volume, "Labels", mount.volume_labels);
    const std::string name = mount.volume_driver ? "local" : detail.volume_driver;
    if (!name.empty() || !mount.volume_options.empty()) {
        Json& driver = volume["DriverConfig"] = Json::object();
        put(driver, "Name", name);
        put(driver, "Options", mount.volume_options);
    }
    put_object(out, "VolumeOptions", detail.volume_options || !volume.empty(), std::move(volume));
    Json tmpfs = Json::object();
    const model::TmpfsOptions wished = model::read_tmpfs_options(mount.tmpfs_options, 0);
    put(tmpfs, "SizeBytes", wished.size_bytes.value_or(0));
    put(tmpfs, "Mode", std::int64_t{wished.mode});
    put_object(out, "TmpfsOptions", detail.tmpfs_options || !tmpfs.empty(), std::move(tmpfs));
    return out;
}

Json mounts_json(const TaskSpec& spec) {
    static const MountDetail kNone;
    Json out = Json::array();
    for (std::size_t i = 0; i < spec.container.mounts.size(); ++i) {
        const MountDetail& detail = i < spec.detail.mounts.size() ? spec.detail.mounts[i] : kNone;
        out.push_back(mount_json(spec.container.mounts[i], detail));
    }
    return out;
}

Json health_json(const model::HealthCheck& check) {
    Json out = Json::object();
    put(out, "Test", check.test);
    put(out, "Interval", check.interval);
    put(out, "Timeout", check.timeout);
    put(out, "StartPeriod", check.start_period);
    put(out, "Retries", std::int64_t{check.retries});
    return out;
}

Json references_json(const std::vector<FileReference>& references,
                     const char* id,
                     const char* name) {
    Json out = Json::array();
    for (const FileReference& reference : references) {
        Json file;
        file["Name"] = reference.target;
        file["UID"] = reference.uid;
        file["GID"] = reference.gid;
        file["Mode"] = reference.mode;
        Json one;
        one["File"] = std::move(file);
        one[id] = reference.id;
        one[name] = reference.name;
        out.push_back(std::move(one));
    }
    return out;
}

// A spec that was made without details, from inside, shows its hosts all the same.
std::vector<std::string> hosts_of(const TaskSpec& spec) {
    if (!spec.detail.hosts.empty()) return spec.detail.hosts;
    std::vector<std::string> out;
    for (const std::string& host : spec.container.extra_hosts) {
        const auto colon = host.find(':');
        if (colon != std::string::npos)
            out.push_back(host.substr(colon + 1) + " " + host.substr(0, colon));
    }
    return out;
}

Json container_spec_json(const TaskSpec& spec) {
    const model::ContainerSpec& container = spec.container;
    const SpecDetail& detail = spec.detail;
    Json out = Json::object();
    put(out, "Image", container.image);
    put(out, "Labels", spec.container_labels);
    put(out, "Command", container.entrypoint);
    put(out, "Args", container.command);
    put(out, "Hostname", container.hostname);
    put(out, "Env", container.environment);
    put(out, "Dir", container.working_directory);
    put(out, "User", container.user);
    put(out, "Groups", container.group_add);
    if (detail.privileges)
        out["Privileges"] = Json{{"CredentialSpec", nullptr}, {"SELinuxContext", nullptr}};
    if (detail.init || container.init) out["Init"] = detail.init.value_or(container.init);
    put(out, "StopSignal", container.stop_signal);
    put_flag(out, "TTY", container.tty);
    put_flag(out, "OpenStdin", container.open_stdin);
    put_flag(out, "ReadOnly", container.read_only);
    if (!container.mounts.empty()) out["Mounts"] = mounts_json(spec);
    if (detail.stop_grace_period) {
        out["StopGracePeriod"] = detail.stop_grace_period->nanoseconds;
    } else if (container.stop_timeout_seconds) {
        out["StopGracePeriod"] = seconds(*container.stop_timeout_seconds).nanoseconds;
    }
    if (container.health_check) out["Healthcheck"] = health_json(*container.health_check);
    put(out, "Hosts", hosts_of(spec));
    Json dns = Json::object();
    put(dns, "Nameservers", container.dns);
    put(dns, "Search", container.dns_search);
    put(dns, "Options", container.dns_options);
    put_object(out, "DNSConfig", detail.dns || !dns.empty(), std::move(dns));
    if (!spec.secrets.empty())
        out["Secrets"] = references_json(spec.secrets, "SecretID", "SecretName");
    if (!spec.configs.empty())
        out["Configs"] = references_json(spec.configs, "ConfigID", "ConfigName");
    out["Isolation"] = "default";
    put(out, "Sysctls", container.sysctls);
    put(out, "CapabilityAdd", container.capabilities_added);
    put(out, "CapabilityDrop", container.capabilities_dropped);
    for (const model::Ulimit& limit : container.ulimits)
        out["Ulimits"].push_back(
            Json{{"Name", limit.name}, {"Hard", limit.hard}, {"Soft", limit.soft}});
    return out;
}

Json resources_json(const TaskSpec& spec) {
    Json limits = Json::object();
    put(limits, "NanoCPUs", spec.limits.nano_cpus);
    put(limits, "MemoryBytes", spec.limits.memory_bytes);
    put(limits, "Pids", spec.pids_limit);
    Json reservations = Json::object();
    put(reservations, "NanoCPUs", spec.reservations.nano_cpus);
    put(reservations, "MemoryBytes", spec.reservations.memory_bytes);
    if (!spec.reservations.generic.empty())
        reservations["GenericResources"] = generic_json(spec.reservations.generic);
    Json out = Json::object();
    put_object(out, "Limits", spec.detail.limits || !limits.empty(), std::move(limits));
    put_object(out,
               "Reservations",
               spec.detail.reservations || !reservations.empty(),
               std::move(reservations));
    return out;
}

Json restart_json(const TaskRestartPolicy& policy) {
    Json out;
    switch (policy.condition) {
        case RestartCondition::Any:
            out["Condition"] = "any";
            break;
        case RestartCondition::None:
            out["Condition"] = "none";
            break;
        case RestartCondition::OnFailure:
            out["Condition"] = "on-failure";
            break;
    }
    if (policy.delay) out["Delay"] = policy.delay->nanoseconds;
    out["MaxAttempts"] = policy.max_attempts;
    put(out, "Window", policy.window);
    return out;
}

Json placement_json(const Placement& placement) {
    Json out = Json::object();
    put(out, "Constraints", placement.constraints);
    for (const std::string& spread : placement.preferences)
        out["Preferences"].push_back(Json{{"Spread", Json{{"SpreadDescriptor", spread}}}});
    if (placement.max_replicas != 0) out["MaxReplicas"] = placement.max_replicas;
    for (const auto& [architecture, os] : placement.platforms) {
        Json platform = Json::object();
        put(platform, "Architecture", architecture);
        put(platform, "OS", os);
        out["Platforms"].push_back(std::move(platform));
    }
    return out;
}

Json networks_json(const std::vector<NetworkAttachmentConfig>& networks) {
    Json out = Json::array();
    for (const NetworkAttachmentConfig& network : networks) {
        Json one = Json::object();
        put(one, "Target", network.target);
        put(one, "Aliases", network.aliases);
        put(one, "DriverOpts", network.driver_options);
        out.push_back(std::move(one));
    }
    return out;
}

// As Go writes a float32: whole numbers without a point.
Json ratio_json(std::int64_t millionths) {
    constexpr std::int64_t kWhole = 1'000'000;
    if (millionths % kWhole == 0) return millionths / kWhole;
    return static_cast<double>(millionths) / kWhole;
}

Json update_config_json(const UpdateConfig& config) {
    Json out;
    out["Parallelism"] = config.parallelism;
    put(out, "Delay", config.delay);
    switch (config.failure_action) {
        case FailureAction::Pause:
            out["FailureAction"] = "pause";
            break;
        case FailureAction::Continue:
            out["FailureAction"] = "continue";
            break;
        case FailureAction::Rollback:
            out["FailureAction"] = "rollback";
            break;
    }
    put(out, "Monitor", config.monitor.value_or(Duration{}));
    out["MaxFailureRatio"] = ratio_json(config.max_failure_ppm);
    out["Order"] = config.order == UpdateOrder::StartFirst ? "start-first" : "stop-first";
    return out;
}

Json mode_json(const ServiceMode& mode) {
    Json out;
    switch (mode.kind) {
        case ModeKind::Replicated:
            out["Replicated"]["Replicas"] = mode.replicas;
            break;
        case ModeKind::Global:
            out["Global"] = Json::object();
            break;
        case ModeKind::ReplicatedJob:
            out["ReplicatedJob"]["MaxConcurrent"] = mode.max_concurrent;
            out["ReplicatedJob"]["TotalCompletions"] = mode.total;
            break;
        case ModeKind::GlobalJob:
            out["GlobalJob"] = Json::object();
            break;
    }
    return out;
}

Json endpoint_spec_json(const EndpointSpec& endpoint) {
    Json out;
    out["Mode"] = endpoint.mode == EndpointMode::Dnsrr ? "dnsrr" : "vip";
    if (!endpoint.ports.empty()) out["Ports"] = ports_json(endpoint.ports);
    return out;
}

}  // namespace

Json ports_json(const std::vector<Port>& ports) {
    Json out = Json::array();
    for (const Port& port : ports) {
        Json one = Json::object();
        put(one, "Name", port.name);
        one["Protocol"] = port.protocol;
        put(one, "TargetPort", std::int64_t{port.target});
        put(one, "PublishedPort", std::int64_t{port.published});
        one["PublishMode"] = port.mode == PublishMode::Host ? "host" : "ingress";
        out.push_back(std::move(one));
    }
    return out;
}

Json generic_json(const std::map<std::string, std::int64_t>& resources) {
    Json out = Json::array();
    for (const auto& [kind, value] : resources) {
        Json discrete = Json::object();
        put(discrete, "Kind", kind);
        put(discrete, "Value", value);
        out.push_back(Json{{"DiscreteResourceSpec", std::move(discrete)}});
    }
    return out;
}

Json task_spec_json(const TaskSpec& spec, bool with_runtime) {
    Json out;
    if (spec.runtime == "attachment") {  // of a plain container
        out["NetworkAttachmentSpec"] = Json{{"ContainerID", spec.attached_container}};
        out["Networks"] = networks_json(spec.networks);
        out["ForceUpdate"] = spec.force_update;
        return out;
    }
    out["ContainerSpec"] = container_spec_json(spec);
    Json resources = resources_json(spec);
    put_object(out, "Resources", spec.detail.resources || !resources.empty(), std::move(resources));
    if (spec.restart) out["RestartPolicy"] = restart_json(*spec.restart);
    if (spec.placement) out["Placement"] = placement_json(*spec.placement);
    if (!spec.networks.empty()) out["Networks"] = networks_json(spec.networks);
    if (!spec.log_driver.empty() || !spec.log_options.empty()) {
        Json log = Json::object();
        put(log, "Name", spec.log_driver);
        put(log, "Options", spec.log_options);
        out["LogDriver"] = std::move(log);
    }
    out["ForceUpdate"] = spec.force_update;
    if (with_runtime) out["Runtime"] = spec.runtime;
    return out;
}

Json service_spec_json(const ServiceSpec& spec) {
    static const TaskSpec kNothing;
    Json out;
    put(out, "Name", spec.name);
    out["Labels"] = Json(spec.labels);
    out["TaskTemplate"] = task_spec_json(spec.task ? *spec.task : kNothing, true);
    out["Mode"] = mode_json(spec.mode);
    if (spec.update) out["UpdateConfig"] = update_config_json(*spec.update);
    if (spec.rollback) out["RollbackConfig"] = update_config_json(*spec.rollback);
    if (spec.endpoint) out["EndpointSpec"] = endpoint_spec_json(*spec.endpoint);
    return out;
}

ServiceSpec with_defaults(const ServiceSpec& spec) {
    constexpr Duration kRestartDelay = seconds(5);
    constexpr Duration kMonitor = seconds(5);
    constexpr Duration kStopGracePeriod = seconds(10);
    ServiceSpec out = spec;
    TaskSpec task = spec.task ? *spec.task : TaskSpec{};
    if (!task.detail.stop_grace_period && !task.container.stop_timeout_seconds)
        task.detail.stop_grace_period = kStopGracePeriod;
    task.detail.dns = true;
    task.detail.resources = true;
    if (!task.restart) task.restart = TaskRestartPolicy{};
    if (!task.restart->delay) task.restart->delay = kRestartDelay;
    if (!task.placement) task.placement = Placement{};
    out.task = std::make_shared<const TaskSpec>(std::move(task));
    for (std::optional<UpdateConfig>* config : {&out.update, &out.rollback}) {
        if (!*config) *config = UpdateConfig{};
        if (!(*config)->monitor) (*config)->monitor = kMonitor;
    }
    return out;
}

}  // namespace podium::swarm
