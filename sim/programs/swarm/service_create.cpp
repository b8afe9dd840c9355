// `docker service create`: its flags as the spec of a service (cli/command/service/opts.go and create.go of
// docker/cli 28.2).

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/base/text.hpp"
#include "sim/programs/docker/container_flags.hpp"
#include "sim/programs/docker/unsimulated_flags.hpp"
#include "sim/programs/format/json_text.hpp"
#include "sim/programs/swarm/query.hpp"
#include "sim/programs/swarm/service_parts.hpp"
#include "sim/programs/swarm/spec_parts.hpp"
#include "sim/programs/swarm/verbs.hpp"

namespace podium::programs::docker {
namespace {

Result<std::vector<std::string>> environment(const Invocation& invocation, Talk& talk) {
    std::vector<std::string> given;
    for (const std::string& path : invocation.flags.all("env-file")) {
        const auto lines = read_pairs_file(talk.context(), path, &invocation);
        if (!lines) return lines.error();
        given.insert(given.end(), lines->begin(), lines->end());
    }
    for (const std::string& entry : invocation.flags.all("env")) given.push_back(resolved_variable(invocation, entry));
    // The last of a name counts.
    std::vector<std::string> out;
    for (const std::string& entry : given) {
        const std::string prefix = entry.substr(0, entry.find('=')) + "=";
        std::erase_if(out, [&](const std::string& known) { return known != entry && known.starts_with(prefix); });
        out.push_back(entry);
    }
    return out;
}

Result<Json> mode_part(const ParsedFlags& flags) {
    const std::string mode = flags.text("mode", "replicated");
    const bool replicas = flags.has("replicas");
    const bool concurrent = flags.has("max-concurrent");
    const auto number = [&flags](const char* name) { return Json(flags.integer(name)); };
    if (mode == "global" || mode == "global-job") {
        const bool per_node = flags.integer("replicas-max-per-node") > 0;
        if (mode == "global" && replicas) return wrong("replicas can only be used with replicated or replicated-job mode");
        if (per_node) return wrong("replicas-max-per-node can only be used with replicated or replicated-job mode");
        if (concurrent) return wrong("max-concurrent can only be used with replicated-job mode");
        if (replicas) return wrong("replicas can only be used with replicated or replicated-job mode");
        return Json{{mode == "global" ? "Global" : "GlobalJob", Json::object()}};
    }
    Json part = Json::object();
    if (mode == "replicated") {
        if (concurrent) return wrong("max-concurrent can only be used with replicated-job mode");
        if (replicas) part["Replicas"] = number("replicas");
        return Json{{"Replicated", std::move(part)}};
    }
    if (mode != "replicated-job") return wrong(fmt::format("Unknown mode: {}, only replicated and global supported", mode));
    if (concurrent || replicas) part["MaxConcurrent"] = number(concurrent ? "max-concurrent" : "replicas");
    if (replicas) part["TotalCompletions"] = number("replicas");
    return Json{{"ReplicatedJob", std::move(part)}};
}

Result<Json> health_part(const ParsedFlags& flags) {
    const bool any = !flags.text("health-cmd").empty() || flags.has("health-interval") || flags.has("health-timeout") || flags.has("health-start-period") || flags.integer("health-retries") != 0;
    if (flags.on("no-healthcheck")) {
        if (any) return wrong("--no-healthcheck conflicts with --health-* options");
        return Json{{"Test", {"NONE"}}};
    }
    Json health = Json();
    if (!any) return health;
    health = Json::object();
    if (const std::string command = flags.text("health-cmd"); !command.empty()) health["Test"] = {"CMD-SHELL", command};
    set_health_times(flags, health);
    return health;
}

Result<Json> resources_part(const ParsedFlags& flags) {
    Json limits = Json::object();
    Json reservations = Json::object();
    set_limits(flags, limits);
    set_reservations(flags, reservations);
    for (const std::string& text : flags.all("generic-resource")) {
        auto resource = generic_resource(text);
        if (!resource) return resource.error();
        reservations["GenericResources"].push_back(std::move(*resource));
    }
    return Json{{"Limits", std::move(limits)}, {"Reservations", std::move(reservations)}};
}

// All of the container's spec that needs no answer.
Result<Json> container_part(const Invocation& invocation, Talk& talk) {
    const ParsedFlags& flags = invocation.flags;
    Json out{{"Image", tagged_image(invocation.arguments().front())}};
    put(out, "Labels", pairs_object(flags.all("container-label")));
    const auto entrypoint = shell_words(flags.text("entrypoint"));
    if (!entrypoint) return wrong(fmt::format("invalid argument {} for \"--entrypoint\" flag: {}", in_quotes(flags.text("entrypoint")), entrypoint.error().message));
    put(out, "Command", *entrypoint);
    put(out, "Args", std::vector<std::string>(invocation.arguments().begin() + 1, invocation.arguments().end()));
    put(out, "Hostname", flags.text("hostname"));
    const auto variables = environment(invocation, talk);
    if (!variables) return variables.error();
    put(out, "Env", *variables);
    put(out, "Dir", flags.text("workdir"));
    put(out, "User", flags.text("user"));
    put(out, "Groups", flags.all("group"));
    out["Init"] = flags.on("init");
    put(out, "StopSignal", flags.text("stop-signal"));
    put(out, "TTY", flags.on("tty"));
    put(out, "ReadOnly", flags.on("read-only"));
    for (const std::string& text : flags.all("mount")) {
        auto mount = mount_part(text, talk.context().working_directory());
        if (!mount) return mount.error();
        out["Mounts"].push_back(std::move(*mount));
    }
    if (flags.has("stop-grace-period")) out["StopGracePeriod"] = duration_of(flags, "stop-grace-period");
    auto health = health_part(flags);
    if (!health) return health.error();
    if (!health->is_null()) out["Healthcheck"] = std::move(*health);
    put(out, "Hosts", swarm_hosts(flags.all("host")));
    out["DNSConfig"] = Json::object();
    put(out["DNSConfig"], "Nameservers", flags.all("dns"));
    put(out["DNSConfig"], "Search", flags.all("dns-search"));
    put(out["DNSConfig"], "Options", flags.all("dns-option"));
    put(out, "Isolation", flags.text("isolation"));
    put(out, "Sysctls", pairs_object(flags.all("sysctl")));
    const auto [add, drop] = effective_capabilities(flags.all("cap-add"), flags.all("cap-drop"));
    put(out, "CapabilityAdd", add);
    put(out, "CapabilityDrop", drop);
    for (const std::string& text : flags.all("ulimit")) {
        auto limit = ulimit_part(text);
        if (!limit) return limit.error();
        out["Ulimits"].push_back(std::move(*limit));
    }
    return out;
}

Json task_part(const ParsedFlags& flags, Json container, Json resources) {
    Json task{{"ContainerSpec", std::move(container)}, {"Resources", std::move(resources)}};
    if (any_given(flags, {"restart-delay", "restart-max-attempts", "restart-window", "restart-condition"})) {
        task["RestartPolicy"] = default_restart_policy();
        set_restart_policy(flags, task["RestartPolicy"]);
    }
    Json placement = Json::object();
    put(placement, "Constraints", flags.all("constraint"));
    put(placement, "Preferences", preferences(flags.all("placement-pref")));
    put(placement, "MaxReplicas", flags.integer("replicas-max-per-node"));
    task["Placement"] = std::move(placement);
    if (const std::string driver = flags.text("log-driver"); !driver.empty()) {
        task["LogDriver"] = Json{{"Name", driver}};
        put(task["LogDriver"], "Options", pairs_object(flags.all("log-opt")));
    }
    task["ForceUpdate"] = 0;
    return task;
}

Outcome create_service(const Invocation& invocation, Talk& talk) {
    const ParsedFlags& flags = invocation.flags;
    auto mode = mode_part(flags);
    auto container = container_part(invocation, talk);
    auto resources = resources_part(flags);
    for (const auto* part : {&container, &mode}) {
        if (!*part) return ends_badly(part->error().message);
    }
    const bool updates = any_given(flags, {"update-parallelism", "update-delay", "update-monitor", "update-failure-action", "update-max-failure-ratio", "update-order"});
    const bool rollbacks = any_given(flags, {"rollback-parallelism", "rollback-delay", "rollback-monitor", "rollback-failure-action", "rollback-max-failure-ratio", "rollback-order"});
    if ((mode->contains("ReplicatedJob") || mode->contains("GlobalJob")) && (updates || rollbacks)) return ends_badly("update and rollback configuration is not supported for jobs");
    auto networks = resolved_networks(talk, flags.all("network"));
    if (!networks) return std::nullopt;
    if (!*networks) return ends_badly(networks->error().message);
    if (!resources) return ends_badly(resources.error().message);

    Json spec;
    put(spec, "Name", flags.text("name"));
    spec["Labels"] = pairs_object(flags.all("label"));
    spec["TaskTemplate"] = task_part(flags, std::move(*container), std::move(*resources));
    put(spec["TaskTemplate"], "Networks", **networks);
    spec["Mode"] = std::move(*mode);
    if (updates) set_update_config(flags, "update", spec["UpdateConfig"] = default_update_config());
    if (rollbacks) set_update_config(flags, "rollback", spec["RollbackConfig"] = default_update_config());
    spec["EndpointSpec"] = Json{{"Mode", lower(flags.text("endpoint-mode", "vip"))}};
    for (const std::string& text : flags.all("publish")) {
        const auto ports = port_parts(text);
        if (!ports) return ends_badly(ports.error().message);
        for (const Json& port : *ports) spec["EndpointSpec"]["Ports"].push_back(port);
    }
    for (const char* what : {"secret", "config"}) {
        const bool secret = std::string_view(what) == "secret";
        Json wanted = Json::array();
        for (const std::string& text : flags.all(what)) wanted.push_back(*file_reference(text, secret ? "SecretName" : "ConfigName"));
        auto resolved = resolve_files(talk, wanted, what);
        if (!resolved) return std::nullopt;
        if (!*resolved) return ends_badly(resolved->error().message);
        put(spec["TaskTemplate"]["ContainerSpec"], secret ? "Secrets" : "Configs", **resolved);
    }
    std::string warning;
    if (!flags.on("no-resolve-image")) {
        auto resolved = resolve_image(talk, spec["TaskTemplate"]);
        if (!resolved) return std::nullopt;
        warning = *resolved;
    }
    const Reply* made = talk.ask("POST /services/create", format::compact_json(in_order(spec), format::HtmlEscape::Yes));
    if (made == nullptr) return std::nullopt;
    if (!made->ok()) return ends_badly(made->error());
    print_warnings(talk, made->value(), warning);
    tell_unsimulated(talk.context(), "service create", flags);
    const std::string id = text_at(made->value(), "ID");
    talk.print(id + "\n");
    Ending ending = ends();
    if (!flags.on("detach")) ending.services = {id};
    ending.quiet = flags.on("quiet");
    return ending;
}

}  // namespace

std::unique_ptr<shell::Program> start_service_create(Invocation invocation) { return start_procedure(std::move(invocation), create_service); }

}  // namespace podium::programs::docker
