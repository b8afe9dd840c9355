#include "sim/programs/swarm/stack_spec.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <set>

#include "sim/base/base64.hpp"
#include "sim/programs/format/json_text.hpp"
#include "sim/programs/swarm/query.hpp"
#include "sim/programs/swarm/service_parts.hpp"
#include "sim/programs/swarm/spec_parts.hpp"
#include "sim/programs/swarm/stack_file.hpp"

namespace podium::programs::docker {
namespace {

std::string scoped(const std::string& stack, const std::string& key) { return stack + "_" + key; }

Json object_of(const std::vector<compose::Pair>& pairs) {
    std::vector<std::string> texts;
    for (const compose::Pair& pair : pairs) texts.push_back(fmt::format("{}={}", pair.name, pair.value));
    return pairs_object(texts);
}

Json with_stack_label(const std::vector<compose::Pair>& labels, const std::string& stack) {
    Json out = object_of(labels);
    out[std::string(kStackLabel)] = stack;
    return in_order(out, "Labels");
}

template <class Item>
std::string name_of(const Item& item, const std::string& stack) {
    return item.custom_name || item.external ? item.name : scoped(stack, item.key);
}

// The loader makes "stack_KEY" of what has no name of its own.
std::string name_of_file(const compose::FileObject& file, const std::string& stack) { return file.external || file.name != "stack_" + file.key ? file.name : scoped(stack, file.key); }

// Networks that every node has for itself.
bool is_user_defined(const std::string& name) { return name != "default" && name != "bridge" && name != "host" && name != "none" && !name.starts_with("container:"); }

std::vector<std::string> network_keys(const compose::Service& service) {
    std::vector<std::string> out;
    for (const compose::Attachment& attachment : service.networks) out.push_back(attachment.network);
    if (out.empty()) out.emplace_back("default");
    return out;
}

// --- parts of a service --------------------------------------------------------------------------

Result<Json> networks_part(const compose::Project& project, const compose::Service& service, const std::string& stack) {
    std::vector<Json> out;
    for (const std::string& key : network_keys(service)) {
        const compose::Network* network = project.find_network(key);
        if (network == nullptr && key != "default") return Error{fmt::format("undefined network {}", in_quotes(key)), {}, {}};
        const std::string target = network == nullptr ? scoped(stack, key) : name_of(*network, stack);
        std::vector<std::string> aliases;
        Json options = Json::object();
        for (const compose::Attachment& attachment : service.networks) {
            if (attachment.network != key) continue;
            aliases = attachment.aliases;
            options = object_of(attachment.driver_opts);
        }
        if (is_user_defined(target)) aliases.push_back(service.name);
        Json part{{"Target", target}};
        put(part, "Aliases", aliases);
        put(part, "DriverOpts", std::move(options));
        out.push_back(std::move(part));
    }
    std::stable_sort(out.begin(), out.end(), [](const Json& a, const Json& b) { return text_at(a, "Target") < text_at(b, "Target"); });
    return Json(std::move(out));
}

Result<Json> mount_of(const compose::Project& project, const compose::Mount& mount, const std::string& stack) {
    Json out = Json::object();
    put(out, "Source", mount.source);
    out["Target"] = mount.target;
    put(out, "ReadOnly", mount.read_only);
    put(out, "Consistency", mount.consistency);
    switch (mount.type) {
        case compose::MountType::Bind:
            out["Type"] = "bind";
            if (!mount.propagation.empty()) out["BindOptions"] = Json{{"Propagation", mount.propagation}};
            return out;
        case compose::MountType::Tmpfs:
            out["Type"] = "tmpfs";
            if (mount.tmpfs_size_bytes) {
                out["TmpfsOptions"] = Json::object();
                put(out["TmpfsOptions"], "SizeBytes", *mount.tmpfs_size_bytes);
            }
            return out;
        case compose::MountType::Volume: break;
        case compose::MountType::Image:
        case compose::MountType::NamedPipe:
        case compose::MountType::Cluster: return Error{"docker stack: Podium does not simulate mounts of this type yet", {}, {}};
    }
    out["Type"] = "volume";
    if (mount.source.empty()) return out;
    const compose::Volume* volume = project.find_volume(mount.source);
    if (volume == nullptr) return Error{fmt::format("undefined volume {}", in_quotes(mount.source)), {}, {}};
    out["Source"] = name_of(*volume, stack);
    Json options = Json::object();
    put(options, "NoCopy", mount.nocopy);
    put(options, "Subpath", mount.subpath);
    if (!volume->external) {
        options["Labels"] = with_stack_label(volume->labels, stack);
        if (!volume->driver.empty() || !volume->driver_opts.empty()) {
            options["DriverConfig"] = Json::object();
            put(options["DriverConfig"], "Name", volume->driver);
            put(options["DriverConfig"], "Options", object_of(volume->driver_opts));
        }
    }
    out["VolumeOptions"] = std::move(options);
    return out;
}

Json health_of(const compose::HealthCheck& check) {
    if (check.disable) return Json{{"Test", {"NONE"}}};
    const auto time = [](const std::optional<Duration>& duration) { return duration ? Json(duration->nanoseconds) : Json(); };
    Json out = Json::object();
    put(out, "Test", check.test);
    put(out, "Interval", time(check.interval));
    put(out, "Timeout", time(check.timeout));
    put(out, "StartPeriod", time(check.start_period));
    put(out, "StartInterval", time(check.start_interval));
    put(out, "Retries", check.retries ? Json(*check.retries) : Json());
    return out;
}

Json environment_of(const compose::Service& service) {
    std::vector<std::string> out;
    for (const compose::EnvironmentVariable& variable : service.environment) out.push_back(variable.value ? fmt::format("{}={}", variable.name, *variable.value) : variable.name);
    std::sort(out.begin(), out.end());
    return out;
}

Result<Json> container_of(const compose::Project& project, const compose::Service& service, const std::string& stack) {
    Json out{{"Image", service.image}};
    out["Labels"] = with_stack_label(service.labels, stack);
    put(out, "Command", service.entrypoint ? Json(*service.entrypoint) : Json());
    put(out, "Args", service.command ? Json(*service.command) : Json());
    put(out, "Hostname", service.hostname);
    put(out, "Env", environment_of(service));
    put(out, "Dir", service.working_dir);
    put(out, "User", service.user);
    out["Privileges"] = Json{{"CredentialSpec", nullptr}, {"SELinuxContext", nullptr}, {"NoNewPrivileges", false}};
    if (service.init) out["Init"] = *service.init;
    put(out, "StopSignal", service.stop_signal);
    put(out, "TTY", service.tty);
    put(out, "OpenStdin", service.stdin_open);
    put(out, "ReadOnly", service.read_only);
    for (const compose::Mount& mount : service.volumes) {
        auto part = mount_of(project, mount, stack);
        if (!part) return part.error();
        out["Mounts"].push_back(std::move(*part));
    }
    if (service.stop_grace_period) out["StopGracePeriod"] = service.stop_grace_period->nanoseconds;
    if (service.healthcheck) out["Healthcheck"] = health_of(*service.healthcheck);
    for (const std::string& line : host_lines(project, service)) {
        const std::size_t colon = line.find(':');
        out["Hosts"].push_back(fmt::format("{} {}", line.substr(colon + 1), line.substr(0, colon)));
    }
    if (!service.dns.empty() || !service.dns_search.empty()) {
        out["DNSConfig"] = Json::object();
        put(out["DNSConfig"], "Nameservers", service.dns);
        put(out["DNSConfig"], "Search", service.dns_search);
    }
    put(out, "Isolation", service.isolation);
    put(out, "Sysctls", object_of(service.sysctls));
    const auto [add, drop] = effective_capabilities(service.cap_add, service.cap_drop);
    put(out, "CapabilityAdd", add);
    put(out, "CapabilityDrop", drop);
    std::map<std::string, Json> limits;
    for (const compose::Ulimit& limit : service.ulimits) limits[limit.name] = Json{{"Name", limit.name}, {"Hard", limit.hard}, {"Soft", limit.soft}};
    for (auto& [name, limit] : limits) out["Ulimits"].push_back(std::move(limit));
    put(out, "OomScoreAdj", service.oom_score_adj ? Json(*service.oom_score_adj) : Json());
    return out;
}

Json resources_of(const compose::Project& project, const compose::Service& service) {
    Json out = Json::object();
    if (!service.deploy) return out;
    const compose::Resources& resources = service.deploy->resources;
    const auto amount = [](Json& object, const char* name, const std::optional<std::int64_t>& value) { put(object, name, value ? Json(*value) : Json()); };
    if (written(project, service, "deploy.resources.limits") != nullptr) {
        Json& limits = out["Limits"] = Json::object();
        amount(limits, "NanoCPUs", resources.limit_nano_cpus);
        amount(limits, "MemoryBytes", resources.limit_memory_bytes);
        amount(limits, "Pids", resources.limit_pids);
    }
    if (written(project, service, "deploy.resources.reservations") != nullptr) {
        Json& reserved = out["Reservations"] = Json::object();
        amount(reserved, "NanoCPUs", resources.reserved_nano_cpus);
        amount(reserved, "MemoryBytes", resources.reserved_memory_bytes);
        for (const compose::GenericResource& resource : resources.generic_resources)
            reserved["GenericResources"].push_back(Json{{"DiscreteResourceSpec", {{"Kind", resource.kind}, {"Value", resource.value}}}});
    }
    return out;
}

// A policy of `deploy`, else what `restart` stands for.
Json restart_of(const compose::Project& project, const compose::Service& service) {
    Json out = Json::object();
    if (service.deploy && service.deploy->restart_policy) {
        const compose::TaskRestartPolicy& policy = *service.deploy->restart_policy;
        constexpr const char* kConditions[] = {"any", "on-failure", "none"};
        if (written(project, service, "deploy.restart_policy.condition") != nullptr) out["Condition"] = kConditions[static_cast<std::size_t>(policy.condition)];
        if (policy.delay) out["Delay"] = policy.delay->nanoseconds;
        if (policy.max_attempts) out["MaxAttempts"] = *policy.max_attempts;
        if (policy.window) out["Window"] = policy.window->nanoseconds;
        return out;
    }
    switch (service.restart.condition) {
        case compose::RestartCondition::No: return Json();
        case compose::RestartCondition::Always:
        case compose::RestartCondition::UnlessStopped: return Json{{"Condition", "any"}};
        case compose::RestartCondition::OnFailure: return Json{{"Condition", "on-failure"}, {"MaxAttempts", service.restart.maximum_retries}};
    }
    return Json();
}

Json update_of(const compose::Project& project, const compose::Service& service, const std::optional<compose::UpdateConfig>& config, const std::string& path) {
    if (!config) return Json();
    const auto is_written = [&](const char* name) { return written(project, service, fmt::format("deploy.{}.{}", path, name)) != nullptr; };
    constexpr const char* kActions[] = {"pause", "continue", "rollback"};
    Json out{{"Parallelism", config->parallelism}};
    put(out, "Delay", config->delay.nanoseconds);
    if (is_written("failure_action")) out["FailureAction"] = kActions[static_cast<std::size_t>(config->failure_action)];
    if (is_written("monitor")) put(out, "Monitor", config->monitor.nanoseconds);
    const compose::Node* ratio = written(project, service, fmt::format("deploy.{}.max_failure_ratio", path));
    const Json number = ratio == nullptr ? Json(0) : Json::parse(ratio->text, nullptr, false);
    out["MaxFailureRatio"] = number.is_number() && number != 0 ? number : Json(0);
    if (is_written("order")) out["Order"] = config->order == compose::UpdateOrder::StartFirst ? "start-first" : "stop-first";
    return out;
}

Json placement_of(const compose::Service& service) {
    Json out = Json::object();
    if (!service.deploy) return out;
    const compose::Placement& placement = service.deploy->placement;
    put(out, "Constraints", placement.constraints);
    for (const std::string& spread : placement.spread) out["Preferences"].push_back(Json{{"Spread", {{"SpreadDescriptor", spread}}}});
    put(out, "MaxReplicas", placement.max_replicas_per_node);
    return out;
}

Result<Json> mode_of(const compose::Service& service) {
    std::optional<std::int64_t> replicas;
    compose::DeployMode mode = compose::DeployMode::Replicated;
    if (service.deploy) {
        replicas = service.deploy->replicas;
        mode = service.deploy->mode;
    }
    Json part = Json::object();
    switch (mode) {
        case compose::DeployMode::Replicated:
            if (replicas) part["Replicas"] = *replicas;
            return Json{{"Replicated", std::move(part)}};
        case compose::DeployMode::ReplicatedJob:
            if (replicas) part = Json{{"MaxConcurrent", *replicas}, {"TotalCompletions", *replicas}};
            return Json{{"ReplicatedJob", std::move(part)}};
        case compose::DeployMode::Global:
        case compose::DeployMode::GlobalJob: break;
    }
    if (replicas) return Error{"replicas can only be used with replicated or replicated-job mode", {}, {}};
    return Json{{mode == compose::DeployMode::Global ? "Global" : "GlobalJob", std::move(part)}};
}

Json endpoint_of(const compose::Project& project, const compose::Service& service) {
    Json out = Json::object();
    if (service.deploy && written(project, service, "deploy.endpoint_mode") != nullptr) out["Mode"] = service.deploy->endpoint_mode == compose::EndpointMode::VirtualIp ? "vip" : "dnsrr";
    std::vector<compose::Port> ports = service.ports;
    std::stable_sort(ports.begin(), ports.end(), [](const compose::Port& a, const compose::Port& b) { return a.published < b.published; });
    for (const compose::Port& port : ports) {
        Json part = Json::object();
        put(part, "Protocol", port.protocol);
        put(part, "TargetPort", port.target);
        put(part, "PublishedPort", port.published);
        put(part, "PublishMode", port.mode);
        out["Ports"].push_back(std::move(part));
    }
    return out;
}

}  // namespace

std::string stack_filter(const std::string& stack) { return fmt::format("label={}={}", kStackLabel, stack); }

std::vector<StackNetwork> stack_networks(const compose::Project& project, const std::string& stack) {
    std::set<std::string> keys;
    for (const compose::Service& service : project.services)
        for (const std::string& key : network_keys(service)) keys.insert(key);
    std::vector<StackNetwork> out;
    for (const std::string& key : keys) {
        const compose::Network* found = project.find_network(key);
        compose::Network network;
        if (found != nullptr) network = *found;
        network.key = key;
        StackNetwork row{name_of(network, stack), network.external, {}};
        Json ipam;
        if (!network.ipam_driver.empty() || !network.ipam.empty()) {
            ipam = Json{{"Driver", network.ipam_driver}, {"Options", nullptr}, {"Config", nullptr}};
            for (const compose::Network::Pool& pool : network.ipam) {
                if (ipam["Config"].is_null()) ipam["Config"] = Json::array();
                Json config = Json::object();
                put(config, "Subnet", pool.subnet);
                ipam["Config"].push_back(std::move(config));
            }
        }
        const Json body{{"Driver", network.driver.empty() ? "overlay" : network.driver}, {"Scope", ""}, {"IPAM", std::move(ipam)}, {"Internal", network.internal}, {"Attachable", network.attachable},
                        {"Ingress", false}, {"ConfigOnly", false}, {"ConfigFrom", nullptr}, {"Options", network.driver_opts.empty() ? Json() : object_of(network.driver_opts)},
                        {"Labels", with_stack_label(network.labels, stack)}, {"Name", row.name}, {"CheckDuplicate", true}};
        row.body = format::compact_json(body, format::HtmlEscape::Yes);
        out.push_back(std::move(row));
    }
    return out;
}

Result<std::vector<Json>> stack_files(Talk& talk, const std::vector<compose::FileObject>& files, const std::string& stack) {
    std::vector<Json> out;
    for (const compose::FileObject& file : files) {
        if (file.external) continue;
        std::string data;
        std::string why;
        if (file.driver.empty() && file.file.empty()) {
            return Error{fmt::format("{} Additional property {} is not allowed", file.key, file.environment.empty() ? "content" : "environment"), {}, {}};
        }
        if (file.driver.empty() && !read_whole_file(talk.context(), file.file, data, why)) {
            why.front() = static_cast<char>(why.front() - 'A' + 'a');
            return Error{fmt::format("open {}: {}", file.file, why), {}, {}};
        }
        Json spec{{"Name", name_of_file(file, stack)}, {"Labels", with_stack_label(file.labels, stack)}};
        put(spec, "Data", base64(data));
        if (!file.driver.empty()) spec["Driver"] = Json{{"Name", file.driver}};
        if (!file.template_driver.empty()) spec["Templating"] = Json{{"Name", file.template_driver}};
        out.push_back(std::move(spec));
    }
    return out;
}

Result<Json> service_files(const std::vector<compose::FileReference>& references, const std::vector<compose::FileObject>& files, const std::string& stack, bool secrets) {
    Json out = Json::array();
    for (const compose::FileReference& reference : references) {
        const auto file = std::find_if(files.begin(), files.end(), [&](const compose::FileObject& one) { return one.key == reference.source; });
        if (file == files.end()) return Error{fmt::format("undefined {} {}", secrets ? "secret" : "config", in_quotes(reference.source)), {}, {}};
        // What the file doesn't say, docker leaves to the swarm: a name below /run/secrets, or at the root.
        const std::string standard = (secrets ? "/run/secrets/" : "/") + reference.source;
        const std::string target = reference.target.empty() || reference.target == standard ? reference.source : reference.target;
        out.push_back(Json{{"File", {{"Name", target}, {"UID", reference.user.empty() ? "0" : reference.user}, {"GID", reference.group.empty() ? "0" : reference.group}, {"Mode", reference.mode.value_or(0444)}}},
                           {secrets ? "SecretName" : "ConfigName", name_of_file(*file, stack)}});
    }
    return out;
}

Result<Json> stack_service(const compose::Project& project, const compose::Service& service, const std::string& stack, const Json& secrets, const Json& configs) {
    auto mode = mode_of(service);
    if (!mode) return mode.error();
    auto container = container_of(project, service, stack);
    if (!container) return container.error();
    const auto by_name = [](const Json& files, std::string_view name) {
        std::vector<Json> sorted(files.begin(), files.end());
        std::stable_sort(sorted.begin(), sorted.end(), [name](const Json& a, const Json& b) { return text_at(a, name) < text_at(b, name); });
        return Json(sorted);
    };
    auto networks = networks_part(project, service, stack);
    if (!networks) return networks.error();
    put(*container, "Secrets", by_name(secrets, "SecretName"));
    put(*container, "Configs", by_name(configs, "ConfigName"));
    Json labels = with_stack_label(service.deploy ? service.deploy->labels : std::vector<compose::Pair>(), stack);
    labels[std::string(kStackImageLabel)] = service.image;
    Json spec{{"Name", scoped(stack, service.name)}, {"Labels", in_order(labels, "Labels")}};
    Json& task = spec["TaskTemplate"];
    task["ContainerSpec"] = std::move(*container);
    task["Resources"] = resources_of(project, service);
    if (Json restart = restart_of(project, service); !restart.is_null()) task["RestartPolicy"] = std::move(restart);
    task["Placement"] = placement_of(service);
    task["Networks"] = std::move(*networks);
    if (service.logging) {
        task["LogDriver"] = Json::object();
        put(task["LogDriver"], "Name", service.logging->driver);
        put(task["LogDriver"], "Options", object_of(service.logging->options));
    }
    task["ForceUpdate"] = 0;
    spec["Mode"] = std::move(*mode);
    if (service.deploy) {
        if (Json update = update_of(project, service, service.deploy->update_config, "update_config"); !update.is_null()) spec["UpdateConfig"] = std::move(update);
        if (Json rollback = update_of(project, service, service.deploy->rollback_config, "rollback_config"); !rollback.is_null()) spec["RollbackConfig"] = std::move(rollback);
    }
    spec["EndpointSpec"] = endpoint_of(project, service);
    return spec;
}

}  // namespace podium::programs::docker
