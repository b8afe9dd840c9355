#include "sim/model/daemon_settings.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <map>
#include <nlohmann/json.hpp>
#include <vector>

#include "sim/base/go_quote.hpp"
#include "sim/base/json_bytes.hpp"
#include "sim/base/text.hpp"
#include "sim/model/address.hpp"
#include "sim/model/container_settings.hpp"

namespace podium::model {
namespace {

template <class List>
bool is_word_of(const List& list, std::string_view word) {
    return std::find(list.begin(), list.end(), word) != list.end();
}

constexpr auto kUsuallyOn =
    std::to_array<std::string_view>({"icc", "ip-forward", "ip-masq", "iptables", "userland-proxy"});
constexpr auto kUsuallyOff = std::to_array<std::string_view>({"debug",
                                                              "experimental",
                                                              "init",
                                                              "ip6tables",
                                                              "ipv6",
                                                              "live-restore",
                                                              "no-new-privileges",
                                                              "raw-logs",
                                                              "rootless",
                                                              "selinux-enabled",
                                                              "tls",
                                                              "tlsverify"});
constexpr auto kNumbers = std::to_array<std::string_view>({"max-concurrent-downloads",
                                                           "max-concurrent-uploads",
                                                           "max-download-attempts",
                                                           "mtu",
                                                           "network-control-plane-mtu",
                                                           "network-diagnostic-port",
                                                           "oom-score-adjust",
                                                           "shutdown-timeout"});
constexpr auto kTexts = std::to_array<std::string_view>({"api-cors-header",
                                                         "bip",
                                                         "bridge",
                                                         "cgroup-parent",
                                                         "cluster-advertise",
                                                         "cluster-store",
                                                         "containerd-namespace",
                                                         "containerd-plugin-namespace",
                                                         "data-root",
                                                         "default-cgroupns-mode",
                                                         "default-ipc-mode",
                                                         "default-runtime",
                                                         "exec-root",
                                                         "fixed-cidr",
                                                         "fixed-cidr-v6",
                                                         "graph",
                                                         "group",
                                                         "init-path",
                                                         "log-driver",
                                                         "log-level",
                                                         "metrics-addr",
                                                         "pidfile",
                                                         "seccomp-profile",
                                                         "storage-driver",
                                                         "swarm-default-advertise-addr",
                                                         "tlscacert",
                                                         "tlscert",
                                                         "tlskey",
                                                         "userland-proxy-path",
                                                         "userns-remap"});
constexpr auto kLists = std::to_array<std::string_view>({"allow-nondistributable-artifacts",
                                                         "authorization-plugins",
                                                         "default-address-pools",
                                                         "dns",
                                                         "dns-opts",
                                                         "dns-search",
                                                         "exec-opts",
                                                         "insecure-registries",
                                                         "labels",
                                                         "node-generic-resources",
                                                         "registry-mirrors",
                                                         "storage-opts"});

struct ObjectKey {
    std::string_view key;
    std::string_view type;
    std::string_view value_kind;  ///< Of what is in it; empty: it isn't looked at.
    std::string_view value_type;
};

constexpr auto kObjects = std::to_array<ObjectKey>({
    {"builder", "config.BuilderConfig", {}, {}},
    {"cluster-store-opts", "map[string]string", "string", "string"},
    {"default-ulimits", "map[string]*units.Ulimit", "object", "units.Ulimit"},
    {"features", "map[string]bool", "bool", "bool"},
    {"log-opts", "map[string]string", "string", "string"},
    {"runtimes", "map[string]types.Runtime", "object", "types.Runtime"},
});

std::string unlike(const nlohmann::json& value,
                   std::string_view field,
                   std::string_view type,
                   std::string_view structure = "Config") {
    const std::string number = value.is_number() && type == "int" ? " " + json_bytes(value) : "";
    return fmt::format("json: cannot unmarshal {}{} into Go struct field {}.{} of type {}",
                       go_kind(value),
                       number,
                       structure,
                       field,
                       type);
}

// A value under a key must be of a kind; null is none given.
std::string kind_mistake_of(const std::string& key, const nlohmann::json& value) {
    const std::string kind = go_kind(value);
    if (value.is_null()) return {};
    if (is_word_of(kUsuallyOn, key) || is_word_of(kUsuallyOff, key))
        return kind == "bool" ? "" : unlike(value, key, "bool");
    if (key == "default-shm-size") {
        // docker/cli opts.MemBytes: a text, of which the JSON is shown where it is none.
        std::int64_t bytes = 0;
        if (kind != "string") return fmt::format("invalid size: {}", go_quote(json_bytes(value)));
        return parse_bytes(value.get<std::string>(), bytes) ? std::string() : fmt::format("invalid size: '{}'", value.get<std::string>());
    }
    if (is_word_of(kTexts, key)) return kind == "string" ? "" : unlike(value, key, "string");
    if (is_word_of(kNumbers, key)) {
        if (kind != "number") return unlike(value, key, "int");
        return value.is_number_integer() ? "" : unlike(value, key, "int");
    }
    if (is_word_of(kLists, key)) {
        if (kind != "array") return unlike(value, key, "[]string");
        if (key == "default-address-pools") return {};
        for (const nlohmann::json& part : value) {
            if (!part.is_string() && !part.is_null()) return unlike(part, key, "string");
        }
        return {};
    }
    const auto object = std::find_if(
        kObjects.begin(), kObjects.end(), [&key](const ObjectKey& row) { return row.key == key; });
    if (object == kObjects.end()) return {};
    if (kind != "object") return unlike(value, key, object->type);
    for (const nlohmann::json& part : value) {
        if (!object->value_kind.empty() && !part.is_null() && go_kind(part) != object->value_kind)
            return unlike(part, key, object->value_type);
        if (key != "default-ulimits" || part.is_null()) continue;
        for (const auto& [name, number] : part.items()) {
            if ((lower(name) == "hard" || lower(name) == "soft") && !number.is_number_integer())
                return unlike(number, fmt::format("{}.{}", key, name), "int64", "Ulimit");
        }
    }
    return {};
}

std::string setting_text(const nlohmann::json& file, const char* key) {
    return file.contains(key) && file[key].is_string() ? file[key].get<std::string>()
                                                       : std::string();
}

std::vector<std::string> setting_texts(const nlohmann::json& file, const char* key) {
    std::vector<std::string> out;
    if (!file.contains(key) || !file[key].is_array()) return out;
    for (const nlohmann::json& part : file[key]) {
        if (part.is_string()) out.push_back(part.get<std::string>());
    }
    return out;
}

bool setting_on(const nlohmann::json& file, const char* key, bool usual) {
    return file.contains(key) && file[key].is_boolean() ? file[key].get<bool>() : usual;
}

bool is_address(const std::string& text) {
    const bool six = text.find(':') != std::string::npos &&
                     text.find_first_not_of("0123456789abcdefABCDEF:.") == std::string::npos;
    return six || parse_ipv4(text).ok();
}

bool is_latin_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_search_domain(const std::string& text) {
    const bool letters = std::any_of(text.begin(), text.end(), is_latin_letter);
    return text == "." || (letters && std::all_of(text.begin(), text.end(), [](char c) {
                               return is_latin_letter(c) || (c >= '0' && c <= '9') || c == '.' ||
                                      c == '-';
                           }));
}

std::string label_mistake(const std::vector<std::string>& labels) {
    static constexpr auto kReserved =
        std::to_array<std::string_view>({"com.docker.", "io.docker.", "org.dockerproject."});
    for (const std::string& label : labels) {
        if (label.find('=') == std::string::npos) return "bad attribute format: " + label;
        for (const std::string_view reserved : kReserved) {
            if (lower(label).starts_with(reserved))
                return fmt::format(
                    "label {} is not allowed: the namespaces com.docker.*, io.docker.*, and "
                    "org.dockerproject.* are reserved for internal use",
                    label);
        }
    }
    return {};
}

std::string count_mistake(const nlohmann::json& file) {
    struct Row {
        const char* key;
        std::int64_t least;
        std::string_view called;
    };

    static constexpr auto kRows =
        std::to_array<Row>({{"max-concurrent-downloads", 0, "concurrent downloads"},
                            {"max-concurrent-uploads", 0, "concurrent uploads"},
                            {"max-download-attempts", 1, "download attempts"}});
    for (const Row& row : kRows) {
        if (!file.contains(row.key) || !file[row.key].is_number_integer()) continue;
        const auto given = file[row.key].get<std::int64_t>();
        if (given < row.least) return fmt::format("invalid max {}: {}", row.called, given);
    }
    return {};
}

std::string runtime_mistake(const nlohmann::json& file) {
    static constexpr auto kBuiltIn = std::to_array<std::string_view>(
        {"", "io.containerd.runc.v2", "io.containerd.runtime.v1.linux", "runc"});
    const bool own = file.contains("runtimes") && file["runtimes"].is_object();
    if (own && file["runtimes"].contains("runc")) return "runtime name 'runc' is reserved";
    const std::string usual = setting_text(file, "default-runtime");
    if (is_word_of(kBuiltIn, usual) || (own && file["runtimes"].contains(usual))) return {};
    return fmt::format("specified default runtime '{}' does not exist", usual);
}

std::string mode_mistake(const nlohmann::json& file) {
    constexpr std::string_view kHint = "use \"shareable\" or \"private\"";
    const std::string ipc = setting_text(file, "default-ipc-mode");
    if (ipc == "host" || ipc == "none" || ipc.starts_with("container:"))
        return fmt::format("IPC mode \"{}\" is not supported as default value; {}", ipc, kHint);
    if (!ipc.empty() && ipc != "shareable" && ipc != "private")
        return fmt::format("default IPC mode setting ({}) is invalid; {}", ipc, kHint);
    const std::string groups = setting_text(file, "default-cgroupns-mode");
    if (!groups.empty() && groups != "host" && groups != "private")
        return fmt::format(
            "default cgroup namespace mode ({}) is invalid; use \"host\" or \"private\"", groups);
    return {};
}

// registry/config.go, ValidateMirror, with what Go's url.Parse makes of the text.
std::string mirror_mistake(const std::string& text) {
    const auto invalid = [&text] {
        return fmt::format("invalid mirror: {} is not a valid URI", go_quote(text));
    };
    if (text.find_first_of(" \t\r\n") != std::string::npos || text.starts_with(':'))
        return invalid();
    const auto colon = text.find(':');
    const auto slash = text.find('/');
    const bool named = colon != std::string::npos && colon < slash;
    if (named && !is_latin_letter(text.front())) return invalid();
    const std::string scheme = named ? lower(text.substr(0, colon)) : std::string();
    if (scheme != "http" && scheme != "https")
        return fmt::format(
            "invalid mirror: unsupported scheme {} in {}", go_quote(scheme), go_quote(text));
    std::string rest = text.substr(colon + 1);
    if (!rest.starts_with("//"))
        return rest.empty()
                   ? std::string()
                   : fmt::format("invalid mirror: path, query, or fragment at end of the URI {}",
                                 go_quote(text));
    rest.erase(0, 2);
    const auto end = rest.find_first_of("/?#");
    if (end != std::string::npos && rest.substr(end) != "/")
        return fmt::format("invalid mirror: path, query, or fragment at end of the URI {}",
                           go_quote(text));
    const std::string authority = rest.substr(0, end);
    if (const auto user = authority.find('@'); user != std::string::npos) {
        const std::string hidden =
            fmt::format("{}://{}:xxxxx@{}",
                        scheme,
                        authority.substr(0, std::min(user, authority.find(':'))),
                        rest.substr(user + 1));
        return fmt::format("invalid mirror: username/password not allowed in URI {}",
                           go_quote(hidden));
    }
    return {};
}

// daemon/daemon_unix.go, verifyDaemonSettings.
std::string conflict_in(const nlohmann::json& file) {
    if (!setting_text(file, "bridge").empty() && !setting_text(file, "bip").empty())
        return "You specified -b & --bip, mutually exclusive options. Please specify only one";
    if (!setting_on(file, "iptables", true) && !setting_on(file, "icc", true))
        return "You specified --iptables=false with --icc=false. ICC=false uses iptables to "
               "function. Please set --icc or --iptables to true";
    if (setting_on(file, "ip6tables", false) && !setting_on(file, "experimental", false))
        return "ip6tables rules are only available if experimental features are enabled";
    for (const std::string& option : setting_texts(file, "exec-opts")) {
        const auto equals = option.find('=');
        if (equals == std::string::npos ||
            lower(trim(std::string_view(option).substr(0, equals))) != "native.cgroupdriver")
            continue;
        const std::string driver(trim(std::string_view(option).substr(equals + 1)));
        if (driver == "none")
            return "native.cgroupdriver option none is internally used and cannot be specified "
                   "manually";
        return driver.empty() || driver == "cgroupfs" || driver == "systemd"
                   ? std::string()
                   : fmt::format("native.cgroupdriver option {} not supported", driver);
    }
    return {};
}

// daemon/logs.go, setupDefaultLogConfig: a driver without options is only looked for when a
// container is made.
std::string default_log_mistake(const nlohmann::json& file) {
    std::map<std::string, std::string> options;
    if (file.contains("log-opts") && file["log-opts"].is_object()) {
        for (const auto& [key, value] : file["log-opts"].items())
            options[key] = value.is_string() ? value.get<std::string>() : std::string();
    }
    if (options.empty()) return {};
    const std::string wrong = log_mistake(setting_text(file, "log-driver"), options);
    return wrong.empty() ? wrong : "failed to set log opts: " + wrong;
}

}  // namespace

std::string go_kind(const nlohmann::json& value) {
    if (value.is_boolean()) return "bool";
    if (value.is_number()) return "number";
    if (value.is_array()) return "array";
    if (value.is_object()) return "object";
    return value.is_null() ? "null" : "string";
}

std::string kind_mistake(const nlohmann::json& file) {
    for (const auto& [key, value] : file.items()) {
        if (std::string wrong = kind_mistake_of(key, value); !wrong.empty()) return wrong;
    }
    return {};
}

std::string validation_mistake(const nlohmann::json& file) {
    for (const std::string& server : setting_texts(file, "dns")) {
        if (!is_address(std::string(trim(server)))) return server + " is not an ip address";
    }
    for (const std::string& domain : setting_texts(file, "dns-search")) {
        if (!is_search_domain(std::string(trim(domain)))) return domain + " is not a valid domain";
    }
    std::string wrong = label_mistake(setting_texts(file, "labels"));
    if (wrong.empty()) wrong = count_mistake(file);
    if (wrong.empty()) wrong = runtime_mistake(file);
    return wrong.empty() ? mode_mistake(file) : wrong;
}

std::string registry_mistake(const nlohmann::json& file) {
    for (const std::string& mirror : setting_texts(file, "registry-mirrors")) {
        if (std::string wrong = mirror_mistake(mirror); !wrong.empty()) return wrong;
    }
    for (const std::string& registry : setting_texts(file, "insecure-registries")) {
        if (registry.starts_with('-') || registry.ends_with('-'))
            return fmt::format("invalid index name ({}). Cannot begin or end with a hyphen",
                               registry);
        const bool web =
            lower(registry).starts_with("http://") || lower(registry).starts_with("https://");
        if (!web && registry.find("://") != std::string::npos)
            return fmt::format("insecure registry {} should not contain '://'", registry);
    }
    return {};
}

std::string start_mistake(const nlohmann::json& file) {
    // logrus, ParseLevel.
    static constexpr auto kLevels = std::to_array<std::string_view>(
        {"", "debug", "error", "fatal", "info", "panic", "trace", "warn", "warning"});
    if (const std::string level = setting_text(file, "log-level");
        !is_word_of(kLevels, lower(level)))
        return "unable to parse logging level: " + level;
    std::string wrong = registry_mistake(file);
    if (wrong.empty()) wrong = conflict_in(file);
    if (wrong.empty()) wrong = default_log_mistake(file);
    // daemon/graphdriver/driver.go, GetDriver: those that are built in, but for aufs, which kernels
    // have no more.
    static constexpr auto kStorage = std::to_array<std::string_view>(
        {"", "btrfs", "devicemapper", "fuse-overlayfs", "overlay", "overlay2", "vfs", "zfs"});
    if (wrong.empty() && !is_word_of(kStorage, setting_text(file, "storage-driver")))
        wrong = "error initializing graphdriver: driver not supported";
    return wrong.empty() ? wrong : "failed to start daemon: " + wrong;
}

bool is_as_simulated(std::string_view key, const nlohmann::json& value) {
    struct Row {
        std::string_view key;
        std::string_view value;
    };

    static constexpr auto kRows = std::to_array<Row>({{"data-root", "/var/lib/docker"},
                                                      {"default-ipc-mode", "private"},
                                                      {"default-runtime", "runc"},
                                                      {"exec-root", "/var/run/docker"},
                                                      {"log-driver", "json-file"},
                                                      {"log-level", "info"},
                                                      {"storage-driver", "overlay2"}});
    // What a DaemonConfig makes real. A shutdown-timeout is longer than any container is given in life too (moby daemon/daemon.go,
    // ShutdownTimeout), and all are down by then.
    static constexpr auto kTakenOver = std::to_array<std::string_view>({"bip", "debug", "default-address-pools", "init", "labels", "max-concurrent-downloads", "shutdown-timeout"});
    if (is_word_of(kTakenOver, key)) return true;
    // As for docker run's flags: the logs of these are kept, or not, as theirs are.
    if (key == "log-driver" && (value == "local" || value == "none")) return true;
    if (value.is_null() || ((value.is_array() || value.is_object()) && value.empty())) return true;
    if (value.is_boolean())
        return is_word_of(kUsuallyOn, key) ? value.get<bool>()
                                           : is_word_of(kUsuallyOff, key) && !value.get<bool>();
    if (!value.is_string()) return false;
    const auto& text = value.get_ref<const std::string&>();
    return text.empty() || std::any_of(kRows.begin(), kRows.end(), [&](const Row& row) {
               return row.key == key && row.value == text;
           });
}

}  // namespace podium::model
