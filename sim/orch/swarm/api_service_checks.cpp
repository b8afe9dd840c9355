// What swarmkit's control API refuses of a service: manager/controlapi/service.go, common.go, with
// its sentences.

#include <nlohmann/json.hpp>

#include "sim/base/text.hpp"
#include "sim/model/image.hpp"
#include "sim/orch/scheduler/constraint.hpp"
#include "sim/orch/swarm/api_parts.hpp"

namespace podium::swarm {
namespace {

using Problem = std::optional<model::Refusal>;

Problem invalid(std::string_view text) {
    return rpc_error("InvalidArgument", text);
}

// --- the task's spec
// ------------------------------------------------------------------------------

Problem check_resources(const Resources& resources) {
    constexpr std::int64_t kLeastCpus = 1'000'000;
    constexpr std::int64_t kLeastMemory = 4 * 1024 * 1024;
    if (resources.nano_cpus != 0 && resources.nano_cpus < kLeastCpus) {
        return invalid(fmt::format("invalid cpu value {}: Must be at least 0.001",
                                   static_cast<double>(resources.nano_cpus) / 1e9));
    }
    if (resources.memory_bytes != 0 && resources.memory_bytes < kLeastMemory) {
        return invalid(
            fmt::format("invalid memory value {}: Must be at least 4MiB", resources.memory_bytes));
    }
    return std::nullopt;
}

Problem check_restart(const std::optional<TaskRestartPolicy>& policy) {
    if (!policy) return std::nullopt;
    if (policy->delay && policy->delay->nanoseconds < 0)
        return invalid("TaskSpec: restart-delay cannot be negative");
    if (policy->window.nanoseconds < 0)
        return invalid("TaskSpec: restart-window cannot be negative");
    return std::nullopt;
}

// A plain error of the parser, so no InvalidArgument.
Problem check_placement(const std::optional<Placement>& placement) {
    if (!placement) return std::nullopt;
    const auto parsed = scheduler::parse_constraints(placement->constraints);
    if (parsed) return std::nullopt;
    return rpc_error("Unknown", parsed.error().message);
}

Problem check_references(const std::vector<FileReference>& references,
                         std::string_view kind,
                         const std::set<std::size_t>& without_file) {
    std::map<std::string, std::string> taken;
    for (std::size_t i = 0; i < references.size(); ++i) {
        const FileReference& reference = references[i];
        if (reference.id.empty() || reference.name.empty())
            return invalid(fmt::format("malformed {} reference", kind));
        if (without_file.contains(i))
            return invalid(fmt::format("malformed {} reference, no target provided", kind));
        if (reference.target.empty()) {
            return invalid(fmt::format(
                "malformed file {} reference, invalid target file name provided", kind));
        }
        const auto [former, fresh] = taken.try_emplace(reference.target, reference.name);
        if (!fresh) {
            return invalid(
                fmt::format("{} references '{}' and '{}' have a conflicting target: '{}'",
                            kind,
                            former->second,
                            reference.name,
                            reference.target));
        }
    }
    return std::nullopt;
}

/// Templates are Go's in life; those with one of these names are simulated (swarmkit
/// template/context.go).
Problem check_template(std::string_view text) {
    static const std::set<std::string, std::less<>> kNames{".Service.ID",
                                                           ".Service.Name",
                                                           ".Node.ID",
                                                           ".Node.Hostname",
                                                           ".Node.Platform.OS",
                                                           ".Node.Platform.Architecture",
                                                           ".Task.ID",
                                                           ".Task.Name",
                                                           ".Task.Slot"};
    for (auto open = text.find("{{"); open != std::string_view::npos;
         open = text.find("{{", open)) {
        const auto close = text.find("}}", open);
        const std::string_view whole =
            text.substr(open, close == std::string_view::npos ? close : close + 2 - open);
        if (close == std::string_view::npos ||
            !kNames.contains(trim(whole.substr(2, whole.size() - 4)))) {
            return model::Refusal{
                501,
                fmt::format("Podium does not simulate the template '{}' of services yet", whole)};
        }
        open = close;
    }
    return std::nullopt;
}

Problem check_templates(const TaskSpec& task) {
    for (const std::string& variable : task.container.environment) {
        const auto equals = variable.find('=');
        if (equals == std::string::npos) continue;
        if (Problem bad = check_template(std::string_view(variable).substr(equals + 1))) return bad;
    }
    for (const model::Mount& mount : task.container.mounts) {
        if (Problem bad = check_template(mount.source)) return bad;
        if (Problem bad = check_template(mount.target)) return bad;
        for (const auto& [name, value] : mount.volume_labels) {
            if (Problem bad = check_template(value)) return bad;
        }
    }
    return check_template(task.container.hostname);
}

Problem check_health(const std::optional<model::HealthCheck>& check) {
    if (!check) return std::nullopt;
    constexpr Duration kLeast = milliseconds(1);
    const std::pair<Duration, const char*> durations[] = {{check->interval, "Interval"},
                                                          {check->timeout, "Timeout"},
                                                          {check->start_period, "StartPeriod"}};
    for (const auto& [duration, name] : durations) {
        if (duration.nanoseconds != 0 && duration < kLeast)
            return invalid(
                fmt::format("ContainerSpec: {} in HealthConfig cannot be less than 1ms", name));
    }
    if (check->retries < 0)
        return invalid("ContainerSpec: Retries in HealthConfig cannot be negative");
    return std::nullopt;
}

Problem check_container(const TaskSpec& task) {
    if (Problem bad = check_templates(task)) return bad;
    const std::string& image = task.container.image;
    if (image.empty()) return invalid("ContainerSpec: image reference must be provided");
    if (!model::parse_image_reference(image).ok())
        return invalid(fmt::format("ContainerSpec: \"{}\" is not a valid repository/tag", image));
    std::set<std::string> targets;
    for (const model::Mount& mount : task.container.mounts) {
        if (!targets.insert(mount.target).second)
            return invalid(fmt::format("ContainerSpec: duplicate mount point: {}", mount.target));
    }
    return check_health(task.container.health_check);
}

Problem check_task_spec(const TaskSpec& task, const std::set<std::size_t>& secrets_without_file) {
    if (Problem bad = check_resources(task.limits)) return bad;
    if (Problem bad = check_resources(task.reservations)) return bad;
    if (Problem bad = check_restart(task.restart)) return bad;
    if (Problem bad = check_placement(task.placement)) return bad;
    if (Problem bad = check_references(task.secrets, "secret", secrets_without_file)) return bad;
    if (Problem bad = check_references(task.configs, "config", {})) return bad;
    return check_container(task);
}

// --- the rest of a service's spec
// -----------------------------------------------------------------

bool too_many(std::uint64_t number) {
    return number > static_cast<std::uint64_t>(INT64_MAX);
}

Problem check_mode(const ServiceMode& mode) {
    switch (mode.kind) {
        case ModeKind::Replicated:
            if (too_many(mode.replicas)) return invalid("Number of replicas must be non-negative");
            return std::nullopt;
        case ModeKind::ReplicatedJob:
            if (too_many(mode.max_concurrent))
                return invalid("Maximum concurrent jobs must not be negative");
            if (too_many(mode.total)) return invalid("Total completed jobs must not be negative");
            return std::nullopt;
        case ModeKind::Global:
        case ModeKind::GlobalJob:
            return std::nullopt;
    }
    return std::nullopt;
}

Problem check_update(const std::optional<UpdateConfig>& update) {
    constexpr std::int64_t kWhole = 1'000'000;
    if (!update) return std::nullopt;
    if (update->delay.nanoseconds < 0) return invalid("TaskSpec: update-delay cannot be negative");
    if (update->monitor && update->monitor->nanoseconds < 0)
        return invalid("TaskSpec: update-monitor cannot be negative");
    if (update->max_failure_ppm < 0 || update->max_failure_ppm > kWhole)
        return invalid("TaskSpec: update-maxfailureratio cannot be less than 0 or bigger than 1");
    return std::nullopt;
}

Problem check_endpoint(const std::optional<EndpointSpec>& endpoint) {
    if (!endpoint) return std::nullopt;
    std::set<std::pair<std::uint16_t, std::string>> published;
    for (const Port& port : endpoint->ports) {
        if (endpoint->mode == EndpointMode::Dnsrr && port.mode == PublishMode::Ingress) {
            return invalid(
                "EndpointSpec: port published with ingress mode can't be used with dnsrr mode");
        }
        if (port.published != 0 && !published.emplace(port.published, port.protocol).second)
            return invalid("EndpointSpec: duplicate published ports provided");
    }
    return std::nullopt;
}

using PortKey = std::pair<std::uint16_t, std::string>;

Problem port_in_use(const Port& port,
                    const Service& service,
                    const std::set<PortKey>& ingress,
                    const std::set<PortKey>& host) {
    if (port.published == 0) return std::nullopt;
    const PortKey key{port.published, port.protocol};
    const bool theirs_host = port.mode == PublishMode::Host;
    // Several services may publish one port in host mode: the scheduler keeps them apart.
    if (!ingress.contains(key) && (theirs_host || !host.contains(key))) return std::nullopt;
    return invalid(fmt::format("port '{}' is already in use by service '{}' ({}) as {} port",
                               port.published,
                               service.spec.name,
                               service.meta.id.view(),
                               theirs_host ? "a host-published" : "an ingress"));
}

}  // namespace

Problem check_name(std::string_view name) {
    constexpr std::size_t kLongest = 63;
    if (name.empty()) return invalid("meta: name must be provided");
    // ^[a-zA-Z0-9](?:[-_]*[A-Za-z0-9]+)*$
    const bool fits = std::all_of(name.begin(), name.end(), [](char c) {
        return letter_or_digit(c) || c == '-' || c == '_';
    });
    if (!fits || !letter_or_digit(name.front()) || !letter_or_digit(name.back()))
        return invalid("name must be valid as a DNS name component");
    if (name.size() > kLongest) return invalid("name must be 63 characters or fewer");
    return std::nullopt;
}

Problem check_service_spec(const ServiceSpec& spec,
                           const std::set<std::size_t>& secrets_without_file) {
    if (Problem bad = check_name(spec.name)) return bad;
    if (Problem bad = check_task_spec(*spec.task, secrets_without_file)) return bad;
    if (Problem bad = check_mode(spec.mode)) return bad;
    const bool job =
        spec.mode.kind == ModeKind::ReplicatedJob || spec.mode.kind == ModeKind::GlobalJob;
    if (job && spec.update) return invalid("Jobs may not have an update config");
    if (Problem bad = check_update(spec.update)) return bad;
    return check_endpoint(spec.endpoint);
}

Problem check_service_networks(const Store& store, const TaskSpec& task) {
    for (const NetworkAttachmentConfig& config : task.networks) {
        Problem bad;
        count_rows(store.networks.last_number());
        store.networks.for_each([&](std::uint32_t, const Network& network) {
            if (network.meta.id != config.target || !network.ingress || bad) return;
            bad = invalid(
                fmt::format("Service cannot be explicitly attached to the ingress network \"{}\"",
                            network.name));
        });
        if (bad) return bad;
    }
    return std::nullopt;
}

Problem check_port_conflicts(const Store& store, const ServiceSpec& spec, ServiceId self) {
    std::set<PortKey> ingress;
    std::set<PortKey> host;
    if (!spec.endpoint) return std::nullopt;
    for (const Port& port : spec.endpoint->ports) {
        if (port.published != 0)
            (port.mode == PublishMode::Host ? host : ingress)
                .emplace(port.published, port.protocol);
    }
    if (ingress.empty() && host.empty()) return std::nullopt;
    for (const std::uint32_t number :
         listed(store.services,
                [&](std::uint32_t one, const Service&) { return one != self.value; })) {
        const Service& service = *store.services.find(number);
        static const std::vector<Port> kNone;
        const std::vector<Port>& wished =
            service.spec.endpoint ? service.spec.endpoint->ports : kNone;
        for (const std::vector<Port>* ports : {&wished, &service.endpoint.ports}) {
            for (const Port& port : *ports) {
                if (Problem bad = port_in_use(port, service, ingress, host)) return bad;
            }
        }
    }
    return std::nullopt;
}

namespace {

Problem check_exist(const Table<Datum>& table,
                    const std::vector<FileReference>& references,
                    std::string_view kind) {
    std::vector<std::string> missing;
    for (const FileReference& reference : references) {
        bool there = false;
        count_rows(table.last_number());
        table.for_each([&](std::uint32_t, const Datum& datum) {
            there = there || (datum.meta.id == reference.id && datum.name == reference.name);
        });
        if (!there) missing.push_back(reference.name);
    }
    if (missing.empty()) return std::nullopt;
    return invalid(fmt::format(
        "{}{} not found: {}", kind, missing.size() == 1 ? "" : "s", join(missing, ", ")));
}

}  // namespace

Problem check_data_exist(const Store& store, const TaskSpec& task) {
    if (Problem bad = check_exist(store.secrets, task.secrets, "secret")) return bad;
    return check_exist(store.configs, task.configs, "config");
}

Problem check_ingress(const Store& store, const ServiceSpec& spec) {
    const bool needed =
        spec.endpoint &&
        std::any_of(spec.endpoint->ports.begin(), spec.endpoint->ports.end(), [](const Port& port) {
            return port.mode == PublishMode::Ingress;
        });
    bool there = false;
    store.networks.for_each(
        [&](std::uint32_t, const Network& network) { there = there || network.ingress; });
    if (!needed || there) return std::nullopt;
    return rpc_error("FailedPrecondition",
                     "service needs ingress network, but no ingress network is present");
}

}  // namespace podium::swarm
