// Specs of tasks and services from their JSON: moby 20.10, daemon/cluster/convert/service.go.

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/base/text.hpp"
#include "sim/orch/swarm/api_read.hpp"

namespace podium::swarm {
namespace {

void read_resources(const Fields& fields, TaskSpec& task, Reading& reading) {
    task.detail.resources = fields.given();
    const Fields limits = fields.object("Limits", "swarm.Limit");
    task.detail.limits = limits.given();
    task.limits.nano_cpus = limits.integer("NanoCPUs");
    task.limits.memory_bytes = limits.integer("MemoryBytes");
    task.pids_limit = limits.integer("Pids");
    const Fields reservations = fields.object("Reservations", "swarm.Resources");
    task.detail.reservations = reservations.given();
    task.reservations.nano_cpus = reservations.integer("NanoCPUs");
    task.reservations.memory_bytes = reservations.integer("MemoryBytes");
    for (const Fields& one : reservations.objects("GenericResources", "swarm.GenericResource")) {
        const Fields discrete = one.object("DiscreteResourceSpec", "swarm.DiscreteGenericResource");
        if (discrete.given()) {
            task.reservations.generic[discrete.text("Kind")] = discrete.integer("Value");
        } else if (one.object("NamedResourceSpec", "swarm.NamedGenericResource").given()) {
            reading.not_simulated("named generic resources");
        }
    }
}

std::optional<TaskRestartPolicy> read_restart_policy(const Fields& fields, Reading& reading) {
    if (!fields.given()) return std::nullopt;
    TaskRestartPolicy policy;
    const std::string condition = fields.text("Condition", "swarm.RestartPolicyCondition");
    if (condition == "none") {
        policy.condition = RestartCondition::None;
    } else if (condition == "on-failure") {
        policy.condition = RestartCondition::OnFailure;
    } else if (!condition.empty() && condition != "any") {
        reading.refuse(400, fmt::format("invalid RestartCondition: \"{}\"", condition));
    }
    policy.delay = fields.maybe_duration("Delay");
    policy.max_attempts = fields.natural("MaxAttempts");
    policy.window = fields.duration("Window");
    return policy;
}

std::optional<Placement> read_placement(const Fields& fields) {
    if (!fields.given()) return std::nullopt;
    Placement placement;
    placement.constraints = fields.texts("Constraints");
    for (const Fields& one : fields.objects("Preferences", "swarm.PlacementPreference")) {
        const Fields spread = one.object("Spread", "swarm.SpreadOver");
        if (spread.given()) placement.preferences.push_back(spread.text("SpreadDescriptor"));
    }
    placement.max_replicas = fields.natural("MaxReplicas");
    for (const Fields& one : fields.objects("Platforms", "swarm.Platform"))
        placement.platforms.emplace_back(one.text("Architecture"), one.text("OS"));
    return placement;
}

std::vector<NetworkAttachmentConfig> read_networks(const Fields& fields) {
    std::vector<NetworkAttachmentConfig> out;
    for (const Fields& one : fields.objects("Networks", "swarm.NetworkAttachmentConfig")) {
        NetworkAttachmentConfig config;
        config.target = one.text("Target");
        config.aliases = one.texts("Aliases");
        config.driver_options = one.text_map("DriverOpts");
        out.push_back(std::move(config));
    }
    return out;
}

void check_runtime(const Fields& fields, bool has_container, Reading& reading) {
    const std::string runtime = fields.text("Runtime", "swarm.RuntimeType");
    if (runtime == "plugin") {
        reading.not_simulated("the runtime 'plugin'");
    } else if (!runtime.empty() && runtime != "container") {
        reading.refuse(400, "unsupported runtime");
    } else if (!has_container) {
        reading.refuse(400, "mismatched Runtime and *Spec fields");
    }
}

std::optional<UpdateConfig> read_update_config(const Fields& fields, Reading& reading) {
    if (!fields.given()) return std::nullopt;
    UpdateConfig config;
    config.parallelism = fields.natural("Parallelism");
    config.delay = fields.duration("Delay");
    const std::string action = fields.text("FailureAction");
    if (action == "continue") {
        config.failure_action = FailureAction::Continue;
    } else if (action == "rollback") {
        config.failure_action = FailureAction::Rollback;
    } else if (!action.empty() && action != "pause") {
        reading.refuse(400, fmt::format("unrecognized update failure action {}", action));
    }
    const Duration monitor = fields.duration("Monitor");
    if (monitor.nanoseconds != 0) config.monitor = monitor;
    config.max_failure_ppm = fields.millionths("MaxFailureRatio");
    const std::string order = fields.text("Order");
    if (order == "start-first") {
        config.order = UpdateOrder::StartFirst;
    } else if (!order.empty() && order != "stop-first") {
        reading.refuse(400, fmt::format("unrecognized update order {}", order));
    }
    return config;
}

std::uint16_t read_port_number(const Fields& fields, std::string_view name, Reading& reading) {
    constexpr std::uint32_t kLast = 65'535;
    const std::uint32_t number = fields.natural_32(name);
    if (number > kLast)
        reading.refuse(400, fmt::format("invalid {}: {}: ports end at {}", name, number, kLast));
    return static_cast<std::uint16_t>(number & kLast);
}

std::optional<EndpointSpec> read_endpoint(const Fields& fields, Reading& reading) {
    if (!fields.given()) return std::nullopt;
    EndpointSpec endpoint;
    const std::string mode = fields.text("Mode", "swarm.ResolutionMode");
    if (mode == "dnsrr") {
        endpoint.mode = EndpointMode::Dnsrr;
    } else if (!mode.empty() && mode != "vip") {
        reading.refuse(400, fmt::format("invalid resolution mode: \"{}\"", mode));
    }
    for (const Fields& one : fields.objects("Ports", "swarm.PortConfig")) {
        Port port;
        port.name = one.text("Name");
        // dockerd looks both up in a table whose missing entries are tcp and ingress.
        const std::string protocol = lower(one.text("Protocol", "swarm.PortConfigProtocol"));
        port.protocol = protocol == "udp" || protocol == "sctp" ? protocol : "tcp";
        port.target = read_port_number(one, "TargetPort", reading);
        port.published = read_port_number(one, "PublishedPort", reading);
        const std::string published = lower(one.text("PublishMode", "swarm.PortConfigPublishMode"));
        port.mode = published == "host" ? PublishMode::Host : PublishMode::Ingress;
        endpoint.ports.push_back(std::move(port));
    }
    return endpoint;
}

ServiceMode read_mode(const Fields& fields, Reading& reading) {
    const Fields replicated = fields.object("Replicated", "swarm.ReplicatedService");
    const Fields global = fields.object("Global", "swarm.GlobalService");
    const Fields job = fields.object("ReplicatedJob", "swarm.ReplicatedJob");
    const Fields global_job = fields.object("GlobalJob", "swarm.GlobalJob");
    const int given =
        int{replicated.given()} + int{global.given()} + int{job.given()} + int{global_job.given()};
    if (given > 1) reading.refuse(400, "must specify only one service mode");
    ServiceMode mode;
    if (global.given()) {
        mode.kind = ModeKind::Global;
    } else if (global_job.given()) {
        mode.kind = ModeKind::GlobalJob;
    } else if (job.given()) {
        mode.kind = ModeKind::ReplicatedJob;
        mode.max_concurrent = job.maybe_natural("MaxConcurrent").value_or(1);
        mode.total = job.maybe_natural("TotalCompletions").value_or(mode.max_concurrent);
    } else {
        mode.replicas = replicated.maybe_natural("Replicas").value_or(1);
    }
    return mode;
}

}  // namespace

TaskSpec read_task_spec(const Fields& fields, Reading& reading) {
    TaskSpec task;
    const Fields container = fields.object("ContainerSpec", "swarm.ContainerSpec");
    read_container_spec(container, task, reading);
    read_resources(fields.object("Resources", "swarm.ResourceRequirements"), task, reading);
    task.restart =
        read_restart_policy(fields.object("RestartPolicy", "swarm.RestartPolicy"), reading);
    task.placement = read_placement(fields.object("Placement", "swarm.Placement"));
    task.networks = read_networks(fields);
    const Fields log = fields.object("LogDriver", "swarm.Driver");
    task.log_driver = log.text("Name");
    task.log_options = log.text_map("Options");
    task.force_update = fields.natural("ForceUpdate");
    check_runtime(fields, container.given(), reading);
    return task;
}

ServiceSpec read_service_spec(const Fields& fields, Reading& reading) {
    ServiceSpec spec;
    spec.name = fields.text("Name");
    spec.labels = fields.text_map("Labels");
    spec.task = std::make_shared<const TaskSpec>(
        read_task_spec(fields.object("TaskTemplate", "swarm.TaskSpec"), reading));
    spec.update = read_update_config(fields.object("UpdateConfig", "swarm.UpdateConfig"), reading);
    spec.rollback =
        read_update_config(fields.object("RollbackConfig", "swarm.UpdateConfig"), reading);
    if (spec.task->networks.empty() && !read_networks(fields).empty())
        reading.not_simulated("networks outside of the TaskTemplate");
    spec.endpoint = read_endpoint(fields.object("EndpointSpec", "swarm.EndpointSpec"), reading);
    spec.mode = read_mode(fields.object("Mode", "swarm.ServiceMode"), reading);
    return spec;
}

}  // namespace podium::swarm
