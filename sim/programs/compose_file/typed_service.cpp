#include <algorithm>
#include <fmt/format.h>
#include <optional>

#include "sim/base/text.hpp"
#include "sim/programs/compose_file/canonical.hpp"
#include "sim/programs/compose_file/typed.hpp"

namespace podium::compose {
namespace {

// The place of a key's value: the value's own when it is a scalar, else the key's.
Place place_of(const Node& mapping, std::string_view key) {
    const Entry* entry = mapping.find_entry(key);
    if (entry == nullptr) return mapping.place;
    return entry->value.is_scalar() ? entry->value.place : entry->place;
}

// docker compose 2.40.3 has a stack's words for both (create.go, mapRestartPolicyCondition).
std::optional<RestartCondition> restart_condition(std::string_view name, Dialect dialect) {
    const bool v2 = dialect == Dialect::V2;
    if (name == "no" || name.empty() || (v2 && name == "none")) return RestartCondition::No;
    if (name == "always" || (v2 && name == "any")) return RestartCondition::Always;
    if (name == "on-failure") return RestartCondition::OnFailure;
    if (name == "unless-stopped") return RestartCondition::UnlessStopped;
    return std::nullopt;
}

// docker-compose 1.29.2, types.py, parse_restart_spec: all that it refuses by itself.
void check_python_restart(const std::string& text, const Place& place, Reader& reader) {
    const std::vector<std::string> parts = split(text, ':');
    std::int64_t count = 0;
    if (parts.size() > 2) {
        reader.fail(
            fmt::format("Restart {} has incorrect format, should be mode[:max_retry]", text),
            place,
            "write it like on-failure:3");
    } else if (parts.size() == 2 && !parse_integer(parts[1], count)) {
        reader.fail(
            fmt::format("ValueError: invalid literal for int() with base 10: '{}'", parts[1]),
            place,
            "write it like on-failure:3");
    }
}

void check_restart(const std::string& text, const Place& place, Reader& reader) {
    const std::size_t colon = text.find(':');
    const std::string name = text.substr(0, colon);
    std::int64_t count = 0;
    if (colon != std::string::npos) {
        if (!parse_integer(text.substr(colon + 1), count) || count < 0) {
            reader.fail(
                fmt::format("invalid restart policy '{}': the maximum retry count must be a number",
                            text),
                place,
                "write it like on-failure:3");
        } else if (name != "on-failure") {
            reader.fail(fmt::format("invalid restart policy: maximum retry count cannot be used "
                                    "with restart policy '{}'",
                                    name),
                        place,
                        "a count goes with on-failure only");
        }
    }
    if (restart_condition(name, reader.dialect())) return;
    const std::vector<std::string> names{"no", "always", "on-failure", "unless-stopped"};
    const std::string meant = nearest(name, names);
    reader.fail(fmt::format("invalid restart policy '{}'", name),
                place,
                meant.empty() ? "write \"no\", always, on-failure[:N] or unless-stopped"
                              : fmt::format("did you mean '{}'?", meant));
}

RestartPolicy restart_policy(const std::string& text, const Place& place, Reader& reader) {
    if (!reader.for_client()) {
        check_restart(text, place, reader);
    } else if (reader.dialect() == Dialect::V1) {
        check_python_restart(text, place, reader);
    }
    RestartPolicy policy;
    policy.written = true;
    policy.place = place;
    const std::vector<std::string> parts = split(text, ':');
    policy.condition = restart_condition(parts[0], reader.dialect()).value_or(RestartCondition::No);
    if (parts.size() > 1 && !parse_integer(parts[1], policy.maximum_retries))
        policy.maximum_retries = 0;
    return policy;
}

// Compose maps a stack's policy to the engine's; it wins over `restart`.
RestartPolicy restart_from_deploy(const TaskRestartPolicy& task) {
    RestartPolicy policy;
    policy.written = true;
    policy.place = task.place;
    switch (task.condition) {
        case TaskRestart::Any:
            policy.condition = RestartCondition::Always;
            break;
        case TaskRestart::OnFailure:
            policy.condition = RestartCondition::OnFailure;
            break;
        case TaskRestart::None:
            policy.condition = RestartCondition::No;
            break;
    }
    if (policy.condition == RestartCondition::OnFailure)
        policy.maximum_retries = task.max_attempts.value_or(0);
    return policy;
}

// docker-compose 1.29.2, project.py, translate_deploy_keys_to_container_config: what it does not
// take over.
void warn_of_ignored(const Node& deploy, Reader& reader) {
    std::vector<std::string> ignored;
    for (const char* key : {"endpoint_mode", "labels", "update_config", "rollback_config"}) {
        if (deploy.find(key) != nullptr) ignored.emplace_back(key);
    }
    if (const Node* policy = deploy.find("restart_policy"); policy != nullptr) {
        for (const Entry& entry : policy->entries) {
            if (entry.key != "condition" && entry.key != "max_attempts")
                ignored.push_back("restart_policy." + entry.key);
        }
    }
    const Node* resources = deploy.find("resources");
    const Node* reserved = resources == nullptr ? nullptr : resources->find("reservations");
    if (reserved != nullptr && reserved->find("cpus") != nullptr)
        ignored.emplace_back("resources.reservations.cpus");
    if (ignored.empty()) return;
    reader.warn(
        fmt::format("The following deploy sub-keys are not supported and have been ignored: {}",
                    join(ignored, ", ")),
        deploy.place,
        false);
}

std::vector<Dependency> dependencies(const Node& service, const Path& path, Reader& reader) {
    std::vector<Dependency> out;
    const Node* node = service.find("depends_on");
    if (node == nullptr) return out;
    for (const Entry& entry : node->entries) {
        Dependency dependency;
        dependency.service = entry.key;
        dependency.place = entry.place;
        const std::string condition = Reader::text(entry.value, "condition");
        if (condition == "service_healthy") dependency.condition = DependencyCondition::Healthy;
        if (condition == "service_completed_successfully") {
            dependency.condition = DependencyCondition::CompletedSuccessfully;
        }
        const Path inner = path_of(path_of(path, "depends_on"), entry.key);
        dependency.restart = reader.boolean(entry.value, "restart", inner);
        dependency.required = reader.boolean(entry.value, "required", inner, true);
        out.push_back(std::move(dependency));
    }
    return out;
}

// links, volumes_from and namespaces of other services say what must be there first.
void add_implied_dependencies(Service& service, const Node& node) {
    const auto add = [&](const std::string& name, bool restart, const Place& place) {
        for (const Dependency& there : service.depends_on) {
            if (there.service == name) return;
        }
        Dependency dependency;
        dependency.service = name;
        dependency.restart = restart;
        dependency.implied = true;
        dependency.place = place;
        service.depends_on.push_back(std::move(dependency));
    };
    for (const std::string& link : service.links)
        add(link.substr(0, link.find(':')), true, place_of(node, "links"));
    constexpr std::string_view kService = "service:";
    for (const std::string_view key : {"network_mode", "ipc", "pid", "uts", "cgroup"}) {
        const std::string mode = Reader::text(node, key);
        if (mode.starts_with(kService))
            add(mode.substr(kService.size()), true, place_of(node, key));
    }
    for (const std::string& from : service.volumes_from) {
        if (from.starts_with("container:")) continue;
        add(from.substr(0, from.find(':')), false, place_of(node, "volumes_from"));
    }
    std::sort(service.depends_on.begin(),
              service.depends_on.end(),
              [](const Dependency& a, const Dependency& b) { return a.service < b.service; });
}

std::vector<FileReference> file_references(const Node& service,
                                           std::string_view key,
                                           const Path& path,
                                           Reader& reader) {
    std::vector<FileReference> out;
    const Node* node = service.find(key);
    if (node == nullptr) return out;
    const std::string directory = key == "secrets" ? "/run/secrets/" : "/";
    for (std::size_t i = 0; i < node->items.size(); ++i) {
        const Node& item = node->items[i];
        const Path inner = path_of(path_of(path, key), index_step(i));
        FileReference reference;
        reference.source = Reader::text(item, "source");
        reference.target = Reader::text(item, "target");
        if (reference.target.empty()) reference.target = directory + reference.source;
        if (reference.target[0] != '/') reference.target = directory + reference.target;
        reference.user = Reader::text(item, "uid");
        reference.group = Reader::text(item, "gid");
        const Node* mode = item.find("mode");
        if (mode != nullptr && mode->is_string()) {
            // A mode in quotes is octal as it stands.
            std::int64_t value = 0;
            for (const char c : mode->text) {
                if (c < '0' || c > '7') {
                    reader.fail(
                        fmt::format("{}.mode: '{}' is no octal mode", path_text(inner), mode->text),
                        mode->place,
                        "write it like \"0440\"");
                    break;
                }
                value = (value * 8 + (c - '0')) & 0xFFFF;
            }
            reference.mode = value;
        } else {
            reference.mode = reader.integer(item, "mode", inner);
        }
        reference.place = item.place;
        out.push_back(std::move(reference));
    }
    return out;
}

std::vector<EnvironmentFile> environment_files(const Node& service,
                                               const Path& path,
                                               Reader& reader) {
    std::vector<EnvironmentFile> out;
    const Node* node = service.find("env_file");
    if (node == nullptr) return out;
    for (std::size_t i = 0; i < node->items.size(); ++i) {
        const Node& item = node->items[i];
        EnvironmentFile file;
        const Path inner = path_of(path_of(path, "env_file"), index_step(i));
        file.path = Reader::text(item, "path");
        file.required = reader.boolean(item, "required", inner, true);
        file.format = Reader::text(item, "format");
        file.place = place_of(item, "path");
        if (!file.format.empty() && file.format != "raw") {
            reader.fail(fmt::format("unsupported env_file format \"{}\"", file.format),
                        place_of(item, "format"),
                        "write raw, or leave it out");
        }
        out.push_back(std::move(file));
    }
    return out;
}

std::vector<Ulimit> ulimits(const Node& service, const Path& path, Reader& reader) {
    std::vector<Ulimit> out;
    const Node* node = service.find("ulimits");
    if (node == nullptr) return out;
    for (const Entry& entry : node->entries) {
        Ulimit limit;
        limit.name = entry.key;
        limit.place = entry.place;
        const Path inner = path_of(path, "ulimits");
        if (entry.value.is_mapping()) {
            limit.soft = reader.integer(entry.value, "soft", path_of(inner, entry.key)).value_or(0);
            limit.hard = reader.integer(entry.value, "hard", path_of(inner, entry.key)).value_or(0);
        } else {
            limit.soft = limit.hard = reader.integer(*node, entry.key, inner).value_or(0);
        }
        // docker-compose has its own check and sentence (python_consistency.cpp).
        if (reader.dialect() == Dialect::V2 && limit.hard >= 0 && limit.soft > limit.hard) {
            reader.fail(
                fmt::format("ulimit soft limit must be less than or equal to hard limit: {} > {}",
                            limit.soft,
                            limit.hard),
                entry.place,
                "raise hard or lower soft");
        }
        out.push_back(std::move(limit));
    }
    return out;
}

std::vector<Hook> hooks(const Node& service,
                        std::string_view key,
                        const Path& path,
                        Reader& reader) {
    std::vector<Hook> out;
    const Node* node = service.find(key);
    if (node == nullptr) return out;
    for (std::size_t i = 0; i < node->items.size(); ++i) {
        const Node& item = node->items[i];
        const Path inner = path_of(path_of(path, key), index_step(i));
        Hook hook;
        hook.command = reader.command(item, "command", inner).value_or(std::vector<std::string>{});
        hook.user = Reader::text(item, "user");
        hook.working_dir = Reader::text(item, "working_dir");
        hook.image = Reader::text(item, "image");
        if (key == "pre_start" && hook.image.empty()) hook.image = Reader::text(service, "image");
        hook.privileged = reader.boolean(item, "privileged", inner);
        hook.per_replica = reader.boolean(item, "per_replica", inner);
        hook.environment = Reader::variables(item, "environment");
        hook.place = item.place;
        out.push_back(std::move(hook));
    }
    return out;
}

PullPolicy pull_policy(const std::string& text) {
    if (text == "always") return PullPolicy::Always;
    if (text == "never") return PullPolicy::Never;
    if (text == "build") return PullPolicy::Build;
    if (text.empty() || text == "missing" || text == "if_not_present") return PullPolicy::Missing;
    return PullPolicy::Refresh;
}

std::vector<Pair> extra_hosts(const Node& service, Reader& reader) {
    std::vector<Pair> out;
    const Node* node = service.find("extra_hosts");
    if (node == nullptr) return out;
    for (const Entry& entry : node->entries) {
        if (entry.value.is_sequence()) {
            for (const Node& address : entry.value.items)
                out.push_back({entry.key, address.text, address.place});
        } else {
            out.push_back({entry.key, entry.value.text, entry.value.place});
        }
    }
    for (const Node& item : node->items) {
        // "name=address" or "name:address"; an IPv6 address has colons of its own.
        std::size_t at = item.text.find('=');
        if (at == std::string::npos) at = item.text.find(':');
        if (at == std::string::npos) {
            reader.fail_for_engine(
                fmt::format("bad host name '{}'", item.text), item.place, "write NAME=ADDRESS");
            continue;
        }
        out.push_back({item.text.substr(0, at), item.text.substr(at + 1), item.place});
    }
    for (Pair& host : out) {
        // [::1] is the same as ::1.
        if (host.value.size() > 1 && host.value.front() == '[' && host.value.back() == ']') {
            host.value = host.value.substr(1, host.value.size() - 2);
        }
    }
    return out;
}

std::vector<std::string> exposed_ports(const Node& service, Reader& reader) {
    std::vector<std::string> out;
    const Node* node = service.find("expose");
    if (node == nullptr) return out;
    for (const Node& item : node->items) {
        const std::size_t slash = item.text.find('/');
        const std::string range = item.text.substr(0, slash);
        const std::string protocol = slash == std::string::npos ? "" : item.text.substr(slash);
        const std::size_t dash = range.find('-');
        std::int64_t first = 0;
        std::int64_t last = 0;
        const bool good =
            parse_integer(range.substr(0, dash), first) &&
            parse_integer(dash == std::string::npos ? range : range.substr(dash + 1), last) &&
            first >= 0 && last <= 65'535 && first <= last;
        if (!good) {
            reader.fail(fmt::format("invalid exposed port '{}'", item.text),
                        item.place,
                        "write PORT[-PORT][/PROTOCOL]");
            continue;
        }
        for (std::int64_t port = first; port <= last; ++port)
            out.push_back(fmt::format("{}{}", port, protocol));
        if (out.size() > static_cast<std::size_t>(kMaximumPortRange)) {
            reader.fail(fmt::format("more than {} ports are exposed", kMaximumPortRange),
                        item.place,
                        "write a smaller range");
            break;
        }
    }
    return out;
}

std::vector<std::string> devices(const Node& service) {
    std::vector<std::string> out;
    const Node* node = service.find("devices");
    if (node == nullptr) return out;
    for (const Node& item : node->items) {
        const std::string source = Reader::text(item, "source");
        const std::string target = Reader::text(item, "target");
        const std::string permissions = Reader::text(item, "permissions");
        out.push_back(fmt::format("{}:{}:{}",
                                  source,
                                  target.empty() ? source : target,
                                  permissions.empty() ? "rwm" : permissions));
    }
    return out;
}

std::vector<WatchRule> watch_rules(const Node& service) {
    std::vector<WatchRule> out;
    const Node* develop = service.find("develop");
    const Node* node = develop == nullptr ? nullptr : develop->find("watch");
    if (node == nullptr) return out;
    for (const Node& item : node->items) {
        WatchRule rule;
        rule.path = Reader::text(item, "path");
        rule.action = Reader::text(item, "action");
        rule.target = Reader::text(item, "target");
        rule.ignore = Reader::list(item, "ignore");
        rule.include = Reader::list(item, "include");
        rule.place = item.place;
        out.push_back(std::move(rule));
    }
    return out;
}

Build typed_build(const Node& node, const Path& path, Reader& reader) {
    Build build;
    build.context = Reader::text(node, "context");
    build.dockerfile = Reader::text(node, "dockerfile");
    build.dockerfile_inline = Reader::text(node, "dockerfile_inline");
    build.target = Reader::text(node, "target");
    build.args = Reader::variables(node, "args");
    build.labels = Reader::pairs(node, "labels");
    build.additional_contexts = Reader::pairs(node, "additional_contexts");
    build.tags = Reader::list(node, "tags");
    build.platforms = Reader::list(node, "platforms");
    build.network = Reader::text(node, "network");
    build.privileged = reader.boolean(node, "privileged", path);
    build.secrets = node.find("secrets") != nullptr;
    build.ssh = node.find("ssh") != nullptr;
    build.no_cache = reader.boolean(node, "no_cache", path);
    build.pull = reader.boolean(node, "pull", path);
    build.place = node.place;
    return build;
}

void read_identity(Service& service, const Node& node, const Path& path, Reader& reader) {
    service.image = Reader::text(node, "image");
    service.container_name = Reader::text(node, "container_name");
    service.hostname = Reader::text(node, "hostname");
    service.domainname = Reader::text(node, "domainname");
    service.mac_address = Reader::text(node, "mac_address");
    service.labels = Reader::pairs(node, "labels");
    service.annotations = Reader::pairs(node, "annotations");
    service.profiles = Reader::list(node, "profiles");
    service.platform = Reader::text(node, "platform");
    service.pull_policy_text = Reader::text(node, "pull_policy");
    service.pull_policy = pull_policy(service.pull_policy_text);
    service.scale = reader.integer(node, "scale", path);
    if (const Node* build = node.find("build"); build != nullptr && build->is_mapping()) {
        service.build = typed_build(*build, path_of(path, "build"), reader);
    }
}

void read_process(Service& service, const Node& node, const Path& path, Reader& reader) {
    service.command = reader.command(node, "command", path);
    service.entrypoint = reader.command(node, "entrypoint", path);
    service.environment = Reader::variables(node, "environment");
    service.env_file = environment_files(node, path, reader);
    service.user = Reader::text(node, "user");
    service.group_add = Reader::list(node, "group_add");
    service.working_dir = Reader::text(node, "working_dir");
    service.init = reader.optional_boolean(node, "init", path);
    service.tty = reader.boolean(node, "tty", path);
    service.stdin_open = reader.boolean(node, "stdin_open", path);
    service.attach = reader.boolean(node, "attach", path, true);
    service.stop_signal = Reader::text(node, "stop_signal");
    service.stop_grace_period = reader.duration(node, "stop_grace_period", path);
    service.pre_start = hooks(node, "pre_start", path, reader);
    service.post_start = hooks(node, "post_start", path, reader);
    service.pre_stop = hooks(node, "pre_stop", path, reader);
    service.watch = watch_rules(node);
    if (const Node* restart = node.find("restart"); restart != nullptr && restart->is_scalar()) {
        service.restart = restart_policy(restart->text, restart->place, reader);
    }
    if (const Node* health = node.find("healthcheck"); health != nullptr && health->is_mapping()) {
        service.healthcheck = typed_health_check(*health, path_of(path, "healthcheck"), reader);
        service.healthcheck->place = node.find_entry("healthcheck")->place;
    }
}

void read_resources(Service& service, const Node& node, const Path& path, Reader& reader) {
    service.mem_limit = reader.bytes(node, "mem_limit", path);
    service.memswap_limit = reader.bytes(node, "memswap_limit", path);
    service.mem_reservation = reader.bytes(node, "mem_reservation", path);
    service.mem_swappiness = reader.integer(node, "mem_swappiness", path);
    service.nano_cpus = reader.nano(node, "cpus", path);
    service.cpu_shares = reader.integer(node, "cpu_shares", path);
    service.cpu_quota = reader.integer(node, "cpu_quota", path);
    service.cpu_period = reader.integer(node, "cpu_period", path);
    service.cpuset = Reader::text(node, "cpuset");
    service.pids_limit = reader.integer(node, "pids_limit", path);
    service.shm_size = reader.bytes(node, "shm_size", path);
    service.ulimits = ulimits(node, path, reader);
    service.sysctls = Reader::pairs(node, "sysctls");
    service.oom_kill_disable = reader.boolean(node, "oom_kill_disable", path);
    service.oom_score_adj = reader.integer(node, "oom_score_adj", path);
}

void read_network(Service& service, const Node& node, const Path& path, Reader& reader) {
    service.ports = typed_ports(node, path, reader);
    service.expose = exposed_ports(node, reader);
    service.networks = typed_attachments(node, path, reader);
    service.network_mode = Reader::text(node, "network_mode");
    service.extra_hosts = extra_hosts(node, reader);
    service.dns = Reader::list(node, "dns");
    service.dns_search = Reader::list(node, "dns_search");
    service.dns_opt = Reader::list(node, "dns_opt");
    service.links = Reader::list(node, "links");
    service.external_links = Reader::list(node, "external_links");
}

void read_storage(Service& service, const Node& node, const Path& path, Reader& reader) {
    service.volumes = typed_mounts(node, path, reader);
    service.volumes_from = Reader::list(node, "volumes_from");
    service.secrets = file_references(node, "secrets", path, reader);
    service.configs = file_references(node, "configs", path, reader);
    service.tmpfs = Reader::list(node, "tmpfs");
    service.read_only = reader.boolean(node, "read_only", path);
    if (const Node* logging = node.find("logging"); logging != nullptr && logging->is_mapping()) {
        service.logging = Logging{Reader::text(*logging, "driver"),
                                  Reader::pairs(*logging, "options"),
                                  node.find_entry("logging")->place};
    }
}

void read_security(Service& service, const Node& node, const Path& path, Reader& reader) {
    service.privileged = reader.boolean(node, "privileged", path);
    service.cap_add = Reader::list(node, "cap_add");
    service.cap_drop = Reader::list(node, "cap_drop");
    service.security_opt = Reader::list(node, "security_opt");
    service.devices = devices(node);
    service.gpus = typed_devices(node, "gpus", path, reader);
    service.runtime = Reader::text(node, "runtime");
    service.ipc = Reader::text(node, "ipc");
    service.pid = Reader::text(node, "pid");
    service.uts = Reader::text(node, "uts");
    service.userns_mode = Reader::text(node, "userns_mode");
    service.cgroup = Reader::text(node, "cgroup");
    service.cgroup_parent = Reader::text(node, "cgroup_parent");
    service.isolation = Reader::text(node, "isolation");
}

}  // namespace

Service typed_service(const Node& node,
                      const std::string& name,
                      const Place& place,
                      Reader& reader) {
    const Path path{"services", name};
    Service service;
    service.name = name;
    service.place = place;
    read_identity(service, node, path, reader);
    read_process(service, node, path, reader);
    read_resources(service, node, path, reader);
    read_network(service, node, path, reader);
    read_storage(service, node, path, reader);
    read_security(service, node, path, reader);
    if (const Node* deploy = node.find("deploy"); deploy != nullptr && deploy->is_mapping()) {
        service.deploy = typed_deploy(*deploy, path_of(path, "deploy"), reader);
        service.deploy->place = node.find_entry("deploy")->place;
        if (service.deploy->restart_policy) {
            service.restart = restart_from_deploy(*service.deploy->restart_policy);
        }
        if (reader.dialect() == Dialect::V1) warn_of_ignored(*deploy, reader);
    }
    service.depends_on = dependencies(node, path, reader);
    add_implied_dependencies(service, node);
    return service;
}

}  // namespace podium::compose
