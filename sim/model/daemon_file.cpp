#include "sim/model/daemon_file.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/base/printable.hpp"
#include "sim/base/text.hpp"
#include "sim/model/process_table.hpp"

namespace podium::model {
namespace {

constexpr std::string_view kDaemonFile = "/etc/docker/daemon.json";

// What dockerd 20.10 to 28 reads there (docs.docker.com/reference/cli/dockerd, "Daemon configuration file").
constexpr auto kDaemonKeys = std::to_array<std::string_view>({
    "allow-direct-routing", "allow-nondistributable-artifacts", "api-cors-header", "authorization-plugins", "bip", "bip6", "bridge", "builder", "cgroup-parent",
    "cluster-advertise", "cluster-store", "cluster-store-opts", "containerd", "containerd-namespace", "containerd-plugin-namespace", "cpu-rt-period",
    "cpu-rt-runtime", "data-root", "debug", "default-address-pools", "default-cgroupns-mode", "default-gateway", "default-gateway-v6", "default-ipc-mode",
    "default-network-opts", "default-runtime", "default-shm-size", "default-ulimits", "dns", "dns-opts", "dns-search", "exec-opts", "exec-root", "experimental",
    "features", "firewall-backend", "fixed-cidr", "fixed-cidr-v6", "group", "host-gateway-ip", "host-gateway-ips", "hosts", "http-proxy", "https-proxy", "icc", "init", "init-path",
    "insecure-registries", "ip", "ip-forward", "ip-forward-no-drop", "ip-masq", "ip6tables", "iptables", "ipv6", "labels", "live-restore", "log-driver", "log-format", "log-level", "log-opts",
    "max-concurrent-downloads", "max-concurrent-uploads", "max-download-attempts", "metrics-addr", "mtu", "network-control-plane-mtu",
    "network-diagnostic-port", "no-new-privileges", "no-proxy", "node-generic-resources", "oom-score-adjust", "pidfile", "proxies", "raw-logs", "registry-mirrors",
    "rootless", "runtimes", "seccomp-profile", "selinux-enabled", "shutdown-timeout", "storage-driver", "storage-opt", "storage-opts",
    "swarm-default-advertise-addr", "tls", "tlscacert", "tlscert", "tlskey", "tlsverify", "userland-proxy", "userland-proxy-path", "userns-remap",
    "validate"});

// The file's text; nothing without a file, or where it is empty, which dockerd takes for none.
std::optional<std::string> daemon_file(World& world, HostId id) {
    FileNode scratch;
    const FileNode* node = view_file(world, id, {}, std::string(kDaemonFile), scratch);
    if (node == nullptr || node->directory || node->content.find_first_not_of(" \t\r\n") == std::string::npos) return std::nullopt;
    return node->content;
}

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

// A value's kind as Go's JSON package calls it.
std::string go_kind(const nlohmann::json& value) {
    if (value.is_boolean()) return "bool";
    if (value.is_number()) return "number";
    if (value.is_array()) return "array";
    if (value.is_object()) return "object";
    return value.is_null() ? "null" : "string";
}

// As Go's %v shows it.
std::string go_value(const nlohmann::json& value) {
    if (value.is_string()) return value.get<std::string>();
    if (!value.is_array()) return value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    std::vector<std::string> parts;
    for (const nlohmann::json& part : value) parts.push_back(part.is_string() ? part.get<std::string>() : part.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
    return fmt::format("[{}]", join(parts, " "));
}

// The kind a key's value must have; empty where it isn't looked at.
std::string wanted_kind(std::string_view key) {
    static constexpr auto kSwitches = std::to_array<std::string_view>({"debug", "experimental", "icc", "init", "ip-forward", "ip-masq", "ip6tables", "iptables", "ipv6", "live-restore",
                                                                       "no-new-privileges", "raw-logs", "rootless", "selinux-enabled", "tls", "tlsverify", "userland-proxy"});
    static constexpr auto kLists = std::to_array<std::string_view>({"authorization-plugins", "default-address-pools", "dns", "dns-opts", "dns-search", "exec-opts", "insecure-registries", "labels",
                                                                    "node-generic-resources", "registry-mirrors", "storage-opts"});
    static constexpr auto kObjects = std::to_array<std::string_view>({"builder", "default-ulimits", "features", "log-opts", "proxies", "runtimes"});
    const auto in = [key](const auto& keys) { return std::find(keys.begin(), keys.end(), key) != keys.end(); };
    return in(kSwitches) ? "bool" : in(kLists) ? "array" : in(kObjects) ? "object" : "";
}

// What keeps dockerd from starting (moby cmd/dockerd, loadDaemonCliConfig: "unable to configure the Docker daemon with
// file …"; daemon/config, findConfigurationConflicts); empty: nothing. Where the JSON breaks is told in our words.
std::string mistake_in(const std::string& text) {
    const auto unable = [](const std::string& why) { return fmt::format("unable to configure the Docker daemon with file {}: {}", kDaemonFile, why); };
    std::string broken;
    try {
        const nlohmann::json file = nlohmann::json::parse(text);
        if (!file.is_object()) return unable(fmt::format("json: cannot unmarshal {} into Go value of type map[string]interface {{}}", go_kind(file)));
        std::vector<std::string> unknown;
        for (const auto& [key, value] : file.items()) {
            if (std::find(kDaemonKeys.begin(), kDaemonKeys.end(), key) == kDaemonKeys.end()) unknown.push_back(key);
        }
        if (!unknown.empty()) return unable(fmt::format("the following directives don't match any configuration option: {}", join(unknown, ", ")));
        std::vector<std::string> twice;
        if (file.contains("containerd")) twice.push_back(fmt::format("containerd: (from flag: /run/containerd/containerd.sock, from file: {})", go_value(file["containerd"])));
        if (file.contains("hosts")) twice.push_back(fmt::format("hosts: (from flag: [fd://], from file: {})", go_value(file["hosts"])));
        if (!twice.empty()) return unable(fmt::format("the following directives are specified both as a flag and in the configuration file: {}", join(twice, ", ")));
        for (const auto& [key, value] : file.items()) {
            const std::string wanted = wanted_kind(key);
            const std::string given = go_kind(value);
            if (!wanted.empty() && given != wanted && !value.is_null())
                return unable(fmt::format("json: cannot unmarshal {} into Go struct field Config.{} of type {}", given, key, wanted == "array" ? "[]string" : wanted == "object" ? "map[string]string" : wanted));
        }
        return {};
    } catch (const nlohmann::json::parse_error& error) {
        const std::size_t at = error.byte > 0 ? std::min<std::size_t>(error.byte - 1, text.size()) : 0;
        const auto line = 1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n');
        // A whole character, of as many bytes as it has.
        std::size_t first = std::min(at, text.size());
        while (first > 0 && first < text.size() && is_continuation(text[first])) --first;
        std::size_t last = first + 1;
        while (last < text.size() && is_continuation(text[last])) ++last;
        broken = at < text.size() ? fmt::format("invalid character '{}' in line {}", printable(text.substr(first, last - first)), line) : fmt::format("unexpected end of JSON input in line {}", line);
    } catch (const nlohmann::json::exception&) {
        broken = "a number in it is too large";
    }
    return unable(broken);
}

}  // namespace

std::string daemon_file_mistake(World& world, HostId id) {
    const std::optional<std::string> text = daemon_file(world, id);
    return text ? mistake_in(*text) : std::string();
}

void read_daemon_file(World& world, HostId id) {
    const std::optional<std::string> text = daemon_file(world, id);
    if (!text) return;
    const auto tell = [&](const std::string& what) { world.kernel.record(kFactNotModelled, Subject(SubjectType::Host, id.value), world.kernel.intern(what)); };
    // An engine that runs goes on with what it had (moby, reloadConfig logs the error).
    if (const std::string mistake = mistake_in(*text); !mistake.empty()) {
        tell(fmt::format("the engine goes on as it was: {}", mistake));
        return;
    }
    const nlohmann::json file = nlohmann::json::parse(*text, nullptr, false);
    for (const auto& [key, value] : file.items()) {
        if (key == "live-restore" && value.is_boolean())
            world.host(id).engine.live_restore = value.get<bool>();
        else if (key != "node-generic-resources" && !value.is_null())  // read by the swarm's agent
            tell(fmt::format("Podium does not simulate '{}' of {}", key, kDaemonFile));
    }
}

}  // namespace podium::model
