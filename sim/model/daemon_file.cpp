#include "sim/model/daemon_file.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/base/json_bytes.hpp"
#include "sim/base/printable.hpp"
#include "sim/base/text.hpp"
#include "sim/base/utf8.hpp"
#include "sim/model/daemon_config.hpp"
#include "sim/model/daemon_settings.hpp"
#include "sim/model/process_table.hpp"

namespace podium::model {
namespace {

constexpr std::string_view kDaemonFile = "/etc/docker/daemon.json";

// What dockerd 20.10 knows: its flags, and the names that some of them have here (moby v20.10.24 cmd/dockerd/config.go,
// config_unix.go, config_common_unix.go, options.go; daemon/config, skipValidateOptions). Later engines know more.
constexpr auto kDaemonKeys = std::to_array<std::string_view>(
    {"add-runtime", "allow-nondistributable-artifacts", "api-cors-header", "authorization-plugin", "authorization-plugins", "bip", "bridge", "builder", "cgroup-parent", "cluster-advertise",
     "cluster-store", "cluster-store-opt", "cluster-store-opts", "config-file", "containerd", "containerd-namespace", "containerd-plugins-namespace", "cpu-rt-period", "cpu-rt-runtime",
     "cri-containerd", "data-root", "debug", "default-address-pool", "default-address-pools", "default-cgroupns-mode", "default-gateway", "default-gateway-v6", "default-ipc-mode", "default-runtime",
     "default-shm-size", "default-ulimit", "default-ulimits", "deprecated-key-path", "dns", "dns-opt", "dns-opts", "dns-search", "exec-opt", "exec-opts", "exec-root", "experimental", "features",
     "fixed-cidr", "fixed-cidr-v6", "graph", "group", "host", "host-gateway-ip", "hosts", "icc", "init", "init-path", "insecure-registries", "insecure-registry", "ip", "ip-forward", "ip-masq",
     "ip6tables", "iptables", "ipv6", "label", "labels", "live-restore", "log-driver", "log-level", "log-opt", "log-opts", "max-concurrent-downloads", "max-concurrent-uploads",
     "max-download-attempts", "metrics-addr", "mtu", "network-control-plane-mtu", "network-diagnostic-port", "no-new-privileges", "node-generic-resource", "node-generic-resources",
     "oom-score-adjust", "pidfile", "raw-logs", "registry-mirror", "registry-mirrors", "restart", "rootless", "runtimes", "seccomp-profile", "selinux-enabled", "shutdown-timeout",
     "storage-driver", "storage-opt", "storage-opts", "swarm-default-advertise-addr", "tls", "tlscacert", "tlscert", "tlskey", "tlsverify", "userland-proxy", "userland-proxy-path", "userns-remap"});

// daemon/config/config_unix.go, IsSwarmCompatible.
constexpr std::string_view kLiveRestoreInSwarm = "--live-restore daemon configuration is incompatible with swarm mode";

// The file's text; nothing without a file, or where it is empty, which dockerd takes for none.
std::optional<std::string> daemon_file(World& world, HostId id) {
    FileNode scratch;
    const FileNode* node = view_file(world, id, {}, std::string(kDaemonFile), scratch);
    if (node == nullptr || node->directory || node->content.find_first_not_of(" \t\r\n") == std::string::npos) return std::nullopt;
    return node->content;
}

// As Go's %v shows it.
std::string go_value(const nlohmann::json& value) {
    if (value.is_string()) return value.get<std::string>();
    if (!value.is_array()) return json_bytes(value);
    std::vector<std::string> parts;
    for (const nlohmann::json& part : value) parts.push_back(part.is_string() ? part.get<std::string>() : json_bytes(part));
    return fmt::format("[{}]", join(parts, " "));
}

// What keeps dockerd from reading the file (moby cmd/dockerd, loadDaemonCliConfig: "unable to configure the Docker daemon with
// file …"; daemon/config, findConfigurationConflicts); empty: nothing. Where the JSON breaks is told in our words.
std::string reading_mistake(const std::string& text) {
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
        if (const std::string wrong = kind_mistake(file); !wrong.empty()) return unable(wrong);
        return {};
    } catch (const nlohmann::json::parse_error& error) {
        const std::size_t at = error.byte > 0 ? std::min<std::size_t>(error.byte - 1, text.size()) : 0;
        const auto line = 1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n');
        // A whole character, of as many bytes as it has.
        std::size_t first = std::min(at, text.size());
        while (first > 0 && first < text.size() && is_continuation_byte(text[first])) --first;
        std::size_t last = first + 1;
        while (last < text.size() && is_continuation_byte(text[last])) ++last;
        broken = at < text.size() ? fmt::format("invalid character '{}' in line {}", printable(text.substr(first, last - first)), line) : fmt::format("unexpected end of JSON input in line {}", line);
    } catch (const nlohmann::json::exception&) {
        broken = "a number in it is too large";
    }
    return unable(broken);
}

// What a dockerd that starts without a word of it in its file has.
bool live_restore_set_up(const Engine& engine) { return config_of(engine).live_restore_flag.value_or(engine.live_restore); }

std::optional<bool> says_live_restore(const nlohmann::json& file) {
    if (!file.contains("live-restore") || !file["live-restore"].is_boolean()) return std::nullopt;
    return file["live-restore"].get<bool>();
}

bool wants_live_restore(const nlohmann::json& file) { return says_live_restore(file).value_or(false); }

// Why a dockerd that runs does not take the file over (daemon/config, Reload; daemon/reload.go, Reload).
std::string reload_mistake(const std::string& text, bool in_swarm) {
    if (std::string mistake = reading_mistake(text); !mistake.empty()) return mistake;
    const nlohmann::json file = nlohmann::json::parse(text, nullptr, false);
    if (const std::string wrong = validation_mistake(file); !wrong.empty()) return "file configuration validation failed: " + wrong;
    if (in_swarm && wants_live_restore(file)) return fmt::format("Error reconfiguring the daemon: {}", kLiveRestoreInSwarm);
    const std::string wrong = registry_mistake(file);
    return wrong.empty() ? wrong : "Error reconfiguring the daemon: " + wrong;
}

// The keys whose values would change something in life; what a swarm's agent reads is not among them.
std::vector<std::string> unsimulated_in(const nlohmann::json& file) {
    std::vector<std::string> out;
    for (const auto& [key, value] : file.items()) {
        if (key != "live-restore" && key != "node-generic-resources" && !is_as_simulated(key, value)) out.push_back(key);
    }
    return out;
}

}  // namespace

std::string daemon_file_mistake(World& world, HostId id) {
    const std::optional<std::string> text = daemon_file(world, id);
    if (!text) return {};
    if (std::string mistake = reading_mistake(*text); !mistake.empty()) return mistake;
    const nlohmann::json file = nlohmann::json::parse(*text, nullptr, false);
    if (const std::string wrong = validation_mistake(file); !wrong.empty())
        return fmt::format("unable to configure the Docker daemon with file {}: configuration validation from file failed: {}", kDaemonFile, wrong);
    if (std::string wrong = start_mistake(file); !wrong.empty()) return wrong;
    const bool live_restore = says_live_restore(file).value_or(live_restore_set_up(world.host(id).engine));
    if (std::string wrong = network_mistake(world, id, daemon_config(file, nullptr), live_restore); !wrong.empty()) return wrong;
    // daemon/cluster/cluster.go, Start: the node of a swarm's member is made last, and without it dockerd ends.
    const bool in_swarm = world.host(id).engine.orchestrated;
    return in_swarm && wants_live_restore(file) ? fmt::format("Error starting cluster component: {}", kLiveRestoreInSwarm) : std::string();
}

void read_daemon_file(World& world, HostId id) {
    const std::optional<std::string> text = daemon_file(world, id);
    Engine& engine = world.host(id).engine;
    const bool starts = engine.state == EngineState::Starting;
    if (starts) {
        engine.live_restore = live_restore_set_up(engine);
        engine.config = nullptr;
        if (!text) return;
    }
    const auto tell = [&](const std::string& what) { world.kernel.record(kFactNotModelled, Subject(SubjectType::Host, id.value), world.kernel.intern(what)); };
    // An engine that runs goes on with what it had (moby, reloadConfig logs the error).
    if (const std::string mistake = text ? reload_mistake(*text, engine.orchestrated) : std::string(); !mistake.empty()) {
        tell(fmt::format("the engine goes on as it was: {}", mistake));
        return;
    }
    // A file that is gone is reloaded as an empty one is.
    const nlohmann::json file = text ? nlohmann::json::parse(*text, nullptr, false) : nlohmann::json::object();
    DaemonConfig config = daemon_config(file, starts ? nullptr : &config_of(engine));
    if (const std::optional<bool> said = says_live_restore(file)) {
        config.live_restore_flag = live_restore_set_up(engine);
        engine.live_restore = *said;
    }
    engine.config = std::make_shared<const DaemonConfig>(std::move(config));
    // A swarm's agent says of its node what labels the engine has.
    if (!starts && world.orchestrated) world.outbox.engines.push_back(id);
    for (const std::string& key : unsimulated_in(file)) tell(fmt::format("Podium does not simulate '{}' of {}", key, kDaemonFile));
}

std::string unsimulated_daemon_keys(World& world, HostId id) {
    const std::optional<std::string> text = daemon_file(world, id);
    if (!text || !reading_mistake(*text).empty()) return {};
    const std::vector<std::string> keys = unsimulated_in(nlohmann::json::parse(*text, nullptr, false));
    return keys.empty() ? std::string() : fmt::format("{} of {} {} not simulated", join(keys, ", "), kDaemonFile, keys.size() == 1 ? "is" : "are");
}

}  // namespace podium::model
