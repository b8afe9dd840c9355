// From the flags of `docker run` to a container's spec.

#include <algorithm>
#include <fmt/format.h>

#include "sim/base/text.hpp"
#include "sim/model/address.hpp"
#include "sim/model/container.hpp"
#include "sim/programs/docker/container_flags.hpp"

namespace podium::programs::docker {
namespace {

constexpr std::string_view kHostGateway = "host-gateway";

bool is_address(const std::string& text) {
    const bool six = text.find(':') != std::string::npos &&
                     text.find_first_not_of("0123456789abcdefABCDEF:.%") == std::string::npos;
    return six || model::parse_ipv4(text).ok();
}

bool is_predefined_network(const std::string& name) {
    return name == "default" || name == "bridge" || name == "host" || name == "none" ||
           name.starts_with("container:");
}

void add_once(std::vector<std::string>& list, const std::string& text) {
    if (std::find(list.begin(), list.end(), text) == list.end()) list.push_back(text);
}

Result<void> read_mounts(const ParsedFlags& flags,
                         const std::string& directory,
                         model::ContainerSpec& spec) {
    std::vector<std::string> seen;
    for (const std::string& text : flags.all("volume")) {
        if (std::find(seen.begin(), seen.end(), text) != seen.end()) continue;
        seen.push_back(text);
        auto mount = parse_volume(text, directory);
        if (!mount) return mount.error();
        if (mount->source.empty()) {
            spec.volumes.push_back(mount->target);
        } else {
            spec.mounts.push_back(std::move(*mount));
        }
    }
    for (const std::string& text : flags.all("mount")) {
        auto mount = parse_mount(text, directory);
        if (!mount) return mount.error();
        spec.mounts.push_back(std::move(*mount));
    }
    for (const std::string& text : flags.all("tmpfs")) {
        auto mount = parse_tmpfs(text);
        if (!mount) return mount.error();
        spec.mounts.push_back(std::move(*mount));
    }
    spec.volumes_from = flags.all("volumes-from");
    return {};
}

Result<void> read_ports(const ParsedFlags& flags, model::ContainerSpec& spec) {
    for (const std::string& text : flags.all("publish")) {
        auto bindings = parse_publish(text);
        if (!bindings) return bindings.error();
        for (model::PortBinding& binding : *bindings) {
            add_once(spec.exposed_ports,
                     fmt::format("{}/{}", binding.container_port, binding.protocol));
            spec.ports.push_back(std::move(binding));
        }
    }
    for (const std::string& text : flags.all("expose")) {
        auto ports = parse_expose(text);
        if (!ports) return ports.error();
        for (const std::string& port : *ports)
            add_once(spec.exposed_ports, port);
    }
    spec.publish_all = flags.on("publish-all");
    return {};
}

Result<void> read_environment(const Invocation& invocation,
                              shell::System& system,
                              model::ContainerSpec& spec) {
    for (const std::string& file : invocation.flags.all("env-file")) {
        auto pairs = read_pairs_file(system, file, &invocation);
        if (!pairs) return pairs.error();
        spec.environment.insert(spec.environment.end(), pairs->begin(), pairs->end());
    }
    for (const std::string& entry : invocation.flags.all("env"))
        spec.environment.push_back(resolved_variable(invocation, entry));
    std::vector<std::string> labels;
    for (const std::string& file : invocation.flags.all("label-file")) {
        auto pairs = read_pairs_file(system, file, nullptr);
        if (!pairs) return pairs.error();
        labels.insert(labels.end(), pairs->begin(), pairs->end());
    }
    for (const std::string& label : invocation.flags.all("label"))
        labels.push_back(label);
    for (const std::string& label : labels) {
        const auto equals = label.find('=');
        spec.labels[label.substr(0, equals)] =
            equals == std::string::npos ? "" : label.substr(equals + 1);
    }
    return {};
}

Result<void> read_restart(const std::string& text, model::ContainerSpec& spec) {
    if (text.empty()) return {};
    if (auto form = check_restart_form(text); !form) return form.error();
    const auto colon = text.find(':');
    const auto policy =
        model::parse_restart_policy(colon + 1 == text.size() ? text.substr(0, colon) : text);
    // What is wrong beyond its form the engine says, in life.
    if (!policy) return Error{"Error response from daemon: " + policy.error().message, {}, {}};
    spec.restart = *policy;
    return {};
}

Result<void> read_health(const ParsedFlags& flags, model::ContainerSpec& spec) {
    const auto time = [&flags](std::string_view name) {
        const auto parsed = parse_duration(flags.text(name, "0"));
        return parsed ? *parsed : Duration{};
    };
    model::HealthCheck check;
    const std::string command = flags.text("health-cmd");
    check.interval = time("health-interval");
    check.timeout = time("health-timeout");
    check.start_period = time("health-start-period");
    check.retries =
        static_cast<int>(std::clamp<std::int64_t>(flags.integer("health-retries"), -1, 1'000'000));
    if (!command.empty()) check.test = {"CMD-SHELL", command};
    const bool given = !(check == model::HealthCheck{});
    if (flags.on("no-healthcheck")) {
        if (given) return Error{"--no-healthcheck conflicts with --health-* options", {}, {}};
        check.test = {"NONE"};
    } else if (!given) {
        return {};
    }
    if (check.interval < Duration{}) return Error{"--health-interval cannot be negative", {}, {}};
    if (check.timeout < Duration{}) return Error{"--health-timeout cannot be negative", {}, {}};
    if (check.retries < 0) return Error{"--health-retries cannot be negative", {}, {}};
    if (check.start_period < Duration{})
        return Error{"--health-start-period cannot be negative", {}, {}};
    spec.health_check = std::move(check);
    return {};
}

void read_resources(const ParsedFlags& flags, model::ContainerSpec& spec) {
    const auto size = [&flags](std::string_view name) {
        std::int64_t bytes = 0;
        const std::string text = flags.text(name, "0");
        if (text == "-1") return std::int64_t{-1};
        parse_size(text, bytes);
        return bytes;
    };
    spec.memory_bytes = size("memory");
    spec.memory_swap_bytes = size("memory-swap");
    spec.memory_reservation_bytes = size("memory-reservation");
    if (flags.has("cpus")) parse_cpus(flags.text("cpus"), spec.nano_cpus);
    spec.cpu_shares = flags.integer("cpu-shares");
    spec.pids_limit = flags.integer("pids-limit");
    spec.oom_kill_disable = flags.on("oom-kill-disable");
}

Result<void> read_logging(const ParsedFlags& flags, model::ContainerSpec& spec) {
    spec.log_driver = flags.text("log-driver");
    const std::vector<std::string> options = flags.all("log-opt");
    if (spec.log_driver == "none" && !options.empty())
        return Error{"invalid logging opts for driver none", {}, {}};
    for (const std::string& option : options) {
        const auto equals = option.find('=');
        spec.log_options[option.substr(0, equals)] =
            equals == std::string::npos ? "" : option.substr(equals + 1);
    }
    return {};
}

void read_plain(const Invocation& invocation, model::ContainerSpec& spec) {
    const ParsedFlags& flags = invocation.flags;
    spec.image = flags.arguments.front();
    spec.command.assign(flags.arguments.begin() + 1, flags.arguments.end());
    if (flags.has("entrypoint")) {
        spec.entrypoint_set = true;
        if (const std::string entrypoint = flags.text("entrypoint"); !entrypoint.empty())
            spec.entrypoint = {entrypoint};
    }
    spec.hostname = flags.text("hostname");
    spec.domainname = flags.text("domainname");
    spec.user = flags.text("user");
    spec.working_directory = flags.text("workdir");
    spec.tty = flags.on("tty");
    spec.open_stdin = flags.on("interactive");
    spec.stop_signal = flags.text("stop-signal");
    if (flags.has("stop-timeout")) {
        spec.stop_timeout_seconds =
            static_cast<int>(std::clamp<std::int64_t>(flags.integer("stop-timeout"), -1, 1 << 30));
    }
    spec.auto_remove = flags.on("rm");
    spec.init = flags.on("init");
    spec.no_init = flags.has("init") && !spec.init;
    spec.privileged = flags.on("privileged");
    spec.read_only = flags.on("read-only");
    spec.extra_hosts.clear();
    for (const std::string& host : flags.all("add-host")) {
        const auto cut = host.find('=') != std::string::npos ? host.find('=') : host.find(':');
        std::string address = host.substr(cut + 1);
        if (address.size() > 2 && address.front() == '[' && address.back() == ']')
            address = address.substr(1, address.size() - 2);
        spec.extra_hosts.push_back(host.substr(0, cut) + ":" + address);
    }
    spec.dns = flags.all("dns");
    spec.capabilities_added = flags.all("cap-add");
    spec.capabilities_dropped = flags.all("cap-drop");
    for (const std::string& pair : flags.all("sysctl"))
        spec.sysctls[pair.substr(0, pair.find('='))] = pair.substr(pair.find('=') + 1);
}

}  // namespace

Result<void> check_restart_form(const std::string& text) {
    const auto colon = text.find(':');
    if (colon == 0)
        return Error{"invalid restart policy format: no policy provided before colon", {}, {}};
    if (colon != std::string::npos && colon + 1 < text.size()) {
        std::int64_t count = 0;
        if (!parse_integer(std::string_view(text).substr(colon + 1), count)) {
            return Error{
                "invalid restart policy format: maximum retry count must be an integer", {}, {}};
        }
    }
    return {};
}

Result<void> read_networks(const ParsedFlags& flags, model::ContainerSpec& spec) {
    const std::vector<std::string> given = flags.all("network");
    std::vector<model::EndpointSpec> wanted;
    for (const std::string& text : given) {
        model::EndpointSpec endpoint;
        if (text.find('=') == std::string::npos) {
            endpoint.network = text;
        } else {
            for (const std::string& field : comma_fields(lower(text))) {
                const auto equals = field.find('=');
                const std::string key(trim(std::string_view(field).substr(0, equals)));
                const std::string value(trim(std::string_view(field).substr(equals + 1)));
                if (key == "name") endpoint.network = value;
                if (key == "alias") endpoint.aliases.push_back(value);
                if (key == "ip") endpoint.ipv4_address = value;
            }
        }
        wanted.push_back(std::move(endpoint));
    }
    if (wanted.empty()) wanted.push_back({"default", {}, {}});
    model::EndpointSpec& first = wanted.front();
    const std::vector<std::string> aliases = flags.all("network-alias");
    const std::string address = flags.text("ip");
    if (!first.aliases.empty() && !aliases.empty()) {
        return Error{
            "conflicting options: cannot specify both --network-alias and per-network alias",
            {},
            {}};
    }
    if (!first.ipv4_address.empty() && !address.empty()) {
        return Error{
            "conflicting options: cannot specify both --ip and per-network IPv4 address", {}, {}};
    }
    if (!aliases.empty()) first.aliases = aliases;
    if (!address.empty()) first.ipv4_address = address;
    std::vector<std::string> names;
    bool own = false;
    bool predefined = false;
    for (const model::EndpointSpec& endpoint : wanted) {
        if (trim(endpoint.network).empty()) return Error{"no name set for network", {}, {}};
        const bool is_predefined = is_predefined_network(endpoint.network);
        (is_predefined ? predefined : own) = true;
        if (is_predefined && !endpoint.aliases.empty()) {
            return Error{
                "network-scoped aliases are only supported for user-defined networks", {}, {}};
        }
        if (std::find(names.begin(), names.end(), endpoint.network) != names.end()) {
            return Error{
                fmt::format("network {} is specified multiple times", in_quotes(endpoint.network)),
                {},
                {}};
        }
        names.push_back(endpoint.network);
    }
    if (own && predefined) {
        return Error{
            "conflicting options: cannot attach both user-defined and non-user-defined "
            "network-modes",
            {},
            {}};
    }
    // Engines before 25 take one network at creation.
    if (names.size() > 1)
        return Error{
            "Error response from daemon: Container cannot be connected to network endpoints: " +
                join(names, ", "),
            {},
            {}};
    spec.network_mode = names.front();
    if (!wanted.front().aliases.empty() || !wanted.front().ipv4_address.empty())
        spec.endpoints = std::move(wanted);
    return {};
}

Result<ContainerWish> container_wish(const Invocation& invocation, model::ProcessContext& context) {
    const ParsedFlags& flags = invocation.flags;
    ContainerWish wish;
    const std::vector<std::string> attach = flags.all("attach");
    const auto attached = [&attach](std::string_view stream) {
        return std::any_of(attach.begin(), attach.end(), [stream](const std::string& name) {
            return lower(name) == stream;
        });
    };
    wish.attach_input = attached("stdin") || flags.on("interactive");
    wish.attach_output = attach.empty() || attached("stdout");
    wish.attach_error = attach.empty() || attached("stderr");
    model::ContainerSpec& spec = wish.spec;
    read_plain(invocation, spec);
    read_resources(flags, spec);
    if (auto done = read_mounts(flags, context.working_directory(), spec); !done)
        return done.error();
    if (auto done = read_ports(flags, spec); !done) return done.error();
    if (auto done = read_environment(invocation, context, spec); !done) return done.error();
    if (auto done = read_restart(flags.text("restart", "no"), spec); !done) return done.error();
    if (auto done = read_logging(flags, spec); !done) return done.error();
    if (auto done = read_health(flags, spec); !done) return done.error();
    if (spec.auto_remove && spec.restart.kind != model::RestartPolicyKind::No) {
        return Error{"conflicting options: cannot specify both --restart and --rm", {}, {}};
    }
    if (auto done = read_networks(flags, spec); !done) return done.error();
    if (auto done = read_limits(flags, context, spec); !done) return done.error();
    return wish;
}

Result<std::vector<std::string>> read_pairs_file(shell::System& system,
                                                 const std::string& path,
                                                 const Invocation* environment) {
    std::string content;
    std::string why;
    if (!read_whole_file(system, path, content, why))
        return Error{fmt::format("open {}: {}", path, lower(why)), {}, {}};
    std::vector<std::string> out;
    for (std::string& line : split(content, '\n')) {
        if (!line.empty() && line.back() == '\r') line.pop_back();
        const auto begin = line.find_first_not_of(" \t\v\f\r");
        if (begin == std::string::npos || line[begin] == '#') continue;
        line.erase(0, begin);
        const std::string key = line.substr(0, line.find('='));
        if (key.empty())
            return Error{
                fmt::format("invalid env file ({}): no variable name on line '{}'", path, line),
                {},
                {}};
        if (key.find_first_of(" \t") != std::string::npos) {
            return Error{
                fmt::format("invalid env file ({}): variable '{}' contains whitespaces", path, key),
                {},
                {}};
        }
        std::string value;
        if (key.size() != line.size()) {
            out.push_back(line);
        } else if (environment != nullptr && environment->variable(key, value)) {
            out.push_back(key + "=" + value);
        }
    }
    return out;
}

std::string resolved_variable(const Invocation& invocation, const std::string& entry) {
    std::string value;
    if (entry.find('=') == std::string::npos && invocation.variable(entry, value))
        return entry + "=" + value;
    return entry;
}

std::string check_variable(const std::string& value) {
    return value.empty() || value.front() == '=' ? "invalid environment variable: " + value
                                                 : std::string();
}

std::string check_label(const std::string& value) {
    const std::string key(trim(std::string_view(value).substr(0, value.find('='))));
    if (key.empty()) return fmt::format("invalid label '{}': empty name", value);
    if (key.find_first_of(" \t") != std::string::npos)
        return fmt::format("label '{}' contains whitespaces", key);
    return {};
}

std::string check_address(const std::string& value) {
    return is_address(std::string(trim(value))) ? std::string()
                                                : "IP address is not correctly formatted: " + value;
}

std::string check_extra_host(const std::string& value) {
    const auto cut = value.find('=') != std::string::npos ? value.find('=') : value.find(':');
    const std::string name = value.substr(0, cut);
    if (cut == std::string::npos || name.empty() || name.find(':') != std::string::npos) {
        return "bad format for add-host: " + in_quotes(value);
    }
    std::string address = value.substr(cut + 1);
    if (address.size() > 2 && address.front() == '[' && address.back() == ']')
        address = address.substr(1, address.size() - 2);
    if (address == kHostGateway || is_address(address)) return {};
    return "invalid IP address in add-host: " + in_quotes(address);
}

std::string check_attach(const std::string& value) {
    const std::string name = lower(value);
    return name == "stdin" || name == "stdout" || name == "stderr"
               ? std::string()
               : "valid streams are STDIN, STDOUT and STDERR";
}

std::string check_pairs(const std::string& value) {
    for (const std::string& field : comma_fields(value)) {
        if (field.find('=') == std::string::npos) return field + " must be formatted as key=value";
    }
    return value.empty() ? " must be formatted as key=value" : std::string();
}

std::string check_network(const std::string& value) {
    if (value.find('=') == std::string::npos) return {};
    bool named = false;
    for (const std::string& field : comma_fields(value)) {
        const auto equals = field.find('=');
        const std::string key = lower(trim(std::string_view(field).substr(0, equals)));
        if (equals == std::string::npos || key.empty()) return "invalid field " + field;
        if (key == "name") named = equals + 1 < field.size();
        if (key == "ip6" || key == "mac-address" || key == "link-local-ip" || key == "driver-opt" ||
            key == "gw-priority") {
            return fmt::format("Podium does not simulate {} of --network yet", key);
        }
        if (key != "name" && key != "alias" && key != "ip") return "invalid field key " + key;
    }
    return named ? std::string() : "network name/id is not specified";
}

}  // namespace podium::programs::docker
