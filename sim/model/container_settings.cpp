#include "sim/model/container_settings.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <optional>
#include <string_view>

#include "sim/base/go_numbers.hpp"
#include "sim/base/go_quote.hpp"
#include "sim/base/text.hpp"

namespace podium::model {
namespace {

using LogOptions = std::map<std::string, std::string>;

constexpr std::string_view kJsonFile = "json-file";

// Up to CAP_AUDIT_READ, as the engine does not hand on later ones.
constexpr auto kCapabilities = std::to_array<std::string_view>(
    {"CAP_AUDIT_CONTROL",  "CAP_AUDIT_READ",      "CAP_AUDIT_WRITE",      "CAP_BLOCK_SUSPEND",
     "CAP_CHOWN",          "CAP_DAC_OVERRIDE",    "CAP_DAC_READ_SEARCH",  "CAP_FOWNER",
     "CAP_FSETID",         "CAP_IPC_LOCK",        "CAP_IPC_OWNER",        "CAP_KILL",
     "CAP_LEASE",          "CAP_LINUX_IMMUTABLE", "CAP_MAC_ADMIN",        "CAP_MAC_OVERRIDE",
     "CAP_MKNOD",          "CAP_NET_ADMIN",       "CAP_NET_BIND_SERVICE", "CAP_NET_BROADCAST",
     "CAP_NET_RAW",        "CAP_SETFCAP",         "CAP_SETGID",           "CAP_SETPCAP",
     "CAP_SETUID",         "CAP_SYSLOG",          "CAP_SYS_ADMIN",        "CAP_SYS_BOOT",
     "CAP_SYS_CHROOT",     "CAP_SYS_MODULE",      "CAP_SYS_NICE",         "CAP_SYS_PACCT",
     "CAP_SYS_PTRACE",     "CAP_SYS_RAWIO",       "CAP_SYS_RESOURCE",     "CAP_SYS_TIME",
     "CAP_SYS_TTY_CONFIG", "CAP_WAKE_ALARM"});

/// A log driver that is built in, the options it knows besides those of all, and how it calls
/// others.
struct LogDriver {
    std::string_view name;
    std::string_view options;  ///< With blanks between.
    std::string_view unknown = "unknown log opt '{}' for {} log driver";
};

constexpr auto kLogDrivers = std::to_array<LogDriver>({
    {"awslogs",
     "awslogs-create-group awslogs-credentials-endpoint awslogs-datetime-format awslogs-endpoint "
     "awslogs-force-flush-interval-seconds awslogs-group awslogs-max-buffered-events "
     "awslogs-multiline-pattern awslogs-region awslogs-stream tag"},
    {"fluentd",
     "env env-regex fluentd-address fluentd-async fluentd-async-connect fluentd-buffer-limit "
     "fluentd-max-retries fluentd-request-ack fluentd-retry-wait fluentd-sub-second-precision "
     "labels labels-regex tag"},
    {"gcplogs",
     "env env-regex gcp-log-cmd gcp-meta-id gcp-meta-name gcp-meta-zone gcp-project labels "
     "labels-regex",
     "\"{}\" is not a valid option for the gcplogs driver"},
    {"gelf",
     "env env-regex gelf-address gelf-compression-level gelf-compression-type "
     "gelf-tcp-max-reconnect gelf-tcp-reconnect-delay labels labels-regex tag",
     "unknown log opt \"{}\" for gelf log driver"},
    {"journald", "env env-regex labels labels-regex tag"},
    {kJsonFile, "compress env env-regex labels labels-regex max-file max-size tag"},
    {"local", "compress max-file max-size", "unknown log opt '{}' for log driver local"},
    {"splunk",
     "env env-regex labels labels-regex splunk-caname splunk-capath splunk-format splunk-gzip "
     "splunk-gzip-level splunk-index splunk-index-acknowledgment splunk-insecureskipverify "
     "splunk-source splunk-sourcetype splunk-token splunk-url splunk-verify-connection tag"},
    {"syslog",
     "env env-regex labels labels-regex syslog-address syslog-facility syslog-format "
     "syslog-tls-ca-cert syslog-tls-cert syslog-tls-key syslog-tls-skip-verify tag"},
});

constexpr std::string_view kLogentries = "logentries";  // its validator lets every option in

// Those of all drivers (factory.go, builtInLogOpts; loggerutils/cache/validate.go).
constexpr auto kCommonLogOptions = std::to_array<std::string_view>({"cache-compress",
                                                                    "cache-disabled",
                                                                    "cache-max-file",
                                                                    "cache-max-size",
                                                                    "max-buffer-size",
                                                                    "mode"});

template <class List>
bool is_name_of(const List& list, std::string_view word) {
    return std::find(list.begin(), list.end(), word) != list.end();
}

std::string unknown_capability(const std::vector<std::string>& names) {
    for (const std::string& given : names) {
        std::string name = upper(given);
        if (name == "ALL") continue;
        if (!name.starts_with("CAP_")) name = "CAP_" + name;
        if (!is_name_of(kCapabilities, name))
            return fmt::format("unknown capability: {}", go_quote(name));
    }
    return {};
}

std::optional<bool> go_truth(std::string_view text) {
    if (is_name_of(std::to_array<std::string_view>({"1", "t", "T", "TRUE", "true", "True"}), text))
        return true;
    if (is_name_of(std::to_array<std::string_view>({"0", "f", "F", "FALSE", "false", "False"}),
                   text))
        return false;
    return std::nullopt;
}

// go-units: a number, a blank perhaps, a unit perhaps.
bool go_size(const std::string& text, std::int64_t& bytes) {
    std::string compact = text;
    if (const auto blank = compact.find(' '); blank != std::string::npos && blank > 0)
        compact.erase(blank, 1);
    return !compact.empty() && compact.front() >= '0' && compact.front() <= '9' &&
           parse_bytes(compact, bytes);
}

std::string log_option(const LogOptions& options, const std::string& key) {
    const auto found = options.find(key);
    return found == options.end() ? std::string() : found->second;
}

// What each driver asks of its options' values before there is a container, in so far as it needs
// nothing outside.
std::string wrong_log_value(std::string_view driver, const LogOptions& options) {
    if (driver == "awslogs" && log_option(options, "awslogs-group").empty())
        return "must specify a value for log opt 'awslogs-group'";
    if (driver == kLogentries && log_option(options, "logentries-token").empty())
        return "Missing logentries token";
    if (driver == "gelf") {
        const std::string address = log_option(options, "gelf-address");
        if (address.empty()) return "gelf-address is a required parameter";
        if (!address.starts_with("udp://") && !address.starts_with("tcp://")) {
            return address.starts_with("unix://") || address.starts_with("unixgram://")
                       ? "gelf: endpoint needs to be TCP or UDP"
                       : fmt::format("gelf-address should be in form proto://address, got {}",
                                     address);
        }
    }
    if (driver == "syslog") {
        const std::string address = log_option(options, "syslog-address");
        static constexpr auto kTransports = std::to_array<std::string_view>(
            {"tcp://", "tcp+tls://", "udp://", "unix://", "unixgram://"});
        if (!address.empty() &&
            std::none_of(
                kTransports.begin(), kTransports.end(), [&address](std::string_view transport) {
                    return address.starts_with(transport);
                }))
            return fmt::format("syslog-address should be in form proto://address, got {}", address);
    }
    return {};
}

// daemon/logger/jsonfilelog and local, New: what only a start finds wrong.
std::string logger_failure(const ContainerSpec& spec) {
    const std::string_view driver =
        spec.log_driver.empty() ? kJsonFile : std::string_view(spec.log_driver);
    const bool local = driver == "local";
    if (!local && driver != kJsonFile) return {};
    const LogOptions& options = spec.log_options;
    // json-file tells the reason alone, local what it is the reason of.
    const auto because = [local](const std::string& what, const std::string& why) {
        return local ? fmt::format("{}: {}", what, why) : why;
    };
    std::int64_t size = -1;
    if (options.contains("max-size")) {
        const std::string text = log_option(options, "max-size");
        if (!go_size(text, size))
            return because("invalid value for max-size: " + text,
                           fmt::format("invalid size: '{}'", text));
        if (!local && size <= 0) return "max-size must be a positive number";
    }
    std::int64_t files = local ? 5 : 1;
    if (options.contains("max-file")) {
        const std::string text = log_option(options, "max-file");
        const auto number = parse_go_integer(text);
        if (!number)
            return because(
                "invalid value for max-file: " + text,
                "strconv.Atoi" + number.error().message.substr(number.error().message.find(':')));
        files = *number;
        if (!local && files < 1) return "max-file cannot be less than 1";
        if (local && files < 0) return "max file count cannot be less than 0";
    }
    bool compress = local;
    if (options.contains("compress")) {
        const std::string text = log_option(options, "compress");
        const auto truth = go_truth(text);
        if (!truth)
            return because(
                "error reading compress log option",
                fmt::format("strconv.ParseBool: parsing {}: invalid syntax", go_quote(text)));
        compress = *truth;
    }
    if (!compress) return {};
    if (local) return files <= 1 ? "compression cannot be enabled when max file count is 1" : "";
    return files == 1 || size == -1
               ? "compress cannot be true when max-file is less than 2 or max-size is not set"
               : "";
}

// libcontainer/configs/validate/validator.go, sysctl.
std::string sysctl_failure(const ContainerSpec& spec) {
    static constexpr auto kOfIpc = std::to_array<std::string_view>({"kernel.msgmax",
                                                                    "kernel.msgmnb",
                                                                    "kernel.msgmni",
                                                                    "kernel.sem",
                                                                    "kernel.shmall",
                                                                    "kernel.shm_rmid_forced",
                                                                    "kernel.shmmax",
                                                                    "kernel.shmmni"});
    for (const auto& [name, value] : spec.sysctls) {
        if (is_name_of(kOfIpc, name) || name.starts_with("fs.mqueue.") ||
            name == "kernel.domainname")
            continue;
        if (name.starts_with("net.")) {
            if (spec.network_mode == "host")
                return fmt::format("sysctl {} not allowed in host network namespace",
                                   go_quote(name));
            continue;
        }
        if (name == "kernel.hostname")
            return fmt::format(
                "sysctl {} is not allowed as it conflicts with the OCI \"hostname\" field",
                go_quote(name));
        return fmt::format("sysctl {} is not in a separate kernel namespace", go_quote(name));
    }
    return {};
}

// rlimit_linux.go; the kernel refuses a soft limit above the hard one (do_prlimit). The numbers are
// Linux's.
std::string rlimit_failure(const std::vector<Ulimit>& ulimits) {
    static constexpr auto kNames = std::to_array<std::string_view>({"cpu",
                                                                    "fsize",
                                                                    "data",
                                                                    "stack",
                                                                    "core",
                                                                    "rss",
                                                                    "nproc",
                                                                    "nofile",
                                                                    "memlock",
                                                                    "as",
                                                                    "locks",
                                                                    "sigpending",
                                                                    "msgqueue",
                                                                    "nice",
                                                                    "rtprio",
                                                                    "rttime"});
    for (const Ulimit& limit : ulimits) {
        if (!is_name_of(kNames, lower(limit.name)))
            return fmt::format("wrong rlimit value: RLIMIT_{}", upper(limit.name));
    }
    for (const Ulimit& limit : ulimits) {
        if (static_cast<std::uint64_t>(limit.soft) <= static_cast<std::uint64_t>(limit.hard))
            continue;
        const auto number =
            std::find(kNames.begin(), kNames.end(), lower(limit.name)) - kNames.begin();
        return fmt::format(
            "unable to start container process: error during container init: error setting rlimits "
            "for ready process: error setting rlimit type {}: invalid argument",
            number);
    }
    return {};
}

}  // namespace

std::string capability_mistake(const ContainerSpec& spec) {
    if (const std::string wrong = unknown_capability(spec.capabilities_added); !wrong.empty())
        return "invalid CapAdd: " + wrong;
    if (const std::string wrong = unknown_capability(spec.capabilities_dropped); !wrong.empty())
        return "invalid CapDrop: " + wrong;
    return {};
}

std::string log_mistake(const std::string& driver, const LogOptions& options) {
    const std::string_view name = driver.empty() ? kJsonFile : std::string_view(driver);
    if (name == "none") return {};
    const std::string mode = log_option(options, "mode");
    if (!mode.empty() && mode != "blocking" && mode != "non-blocking")
        return "logger: logging mode not supported: " + mode;
    if (const auto buffer = options.find("max-buffer-size"); buffer != options.end()) {
        std::int64_t bytes = 0;
        if (mode != "non-blocking")
            return "logger: max-buffer-size option is only supported with 'mode=non-blocking'";
        if (!go_size(buffer->second, bytes))
            return fmt::format("error parsing option max-buffer-size: invalid size: '{}'",
                               buffer->second);
    }
    if (const std::string disabled = log_option(options, "cache-disabled");
        !disabled.empty() && !go_truth(disabled))
        return "invalid value for option cache-disabled: " + disabled;
    if (name == kLogentries) return wrong_log_value(name, options);
    const auto known = std::find_if(kLogDrivers.begin(),
                                    kLogDrivers.end(),
                                    [name](const LogDriver& row) { return row.name == name; });
    // A name that isn't built in is looked for among the plugins (daemon/logger/plugin.go,
    // getPlugin; plugin/errors.go).
    if (known == kLogDrivers.end())
        return fmt::format(
            "error looking up logging plugin {}: plugin {} not found", name, go_quote(name));
    const std::vector<std::string> words = split(known->options, ' ');
    // gelf reads its address before the options' names.
    const bool value_first = name == "gelf";
    if (const std::string wrong = wrong_log_value(name, options); value_first && !wrong.empty())
        return wrong;
    for (const auto& [key, value] : options) {
        if (!is_name_of(kCommonLogOptions, key) && !is_name_of(words, key))
            return fmt::format(fmt::runtime(known->unknown), key, name);
    }
    return wrong_log_value(name, options);
}

std::string security_option_mistake(const std::vector<std::string>& options) {
    for (const std::string& option : options) {
        if (option == "no-new-privileges" || option == "disable") continue;
        const auto cut =
            option.find('=') != std::string::npos ? option.find('=') : option.find(':');
        if (cut == std::string::npos)
            return fmt::format("invalid --security-opt 1: {}", go_quote(option));
        const std::string key = option.substr(0, cut);
        if (key == "label" || key == "apparmor" || key == "seccomp") continue;
        if (key == "no-new-privileges" && go_truth(std::string_view(option).substr(cut + 1)))
            continue;
        return fmt::format("invalid --security-opt 2: {}", go_quote(option));
    }
    return {};
}

std::string settings_failure(const ContainerSpec& spec, const std::vector<Ulimit>& ulimits) {
    for (const std::string& option :
         spec.security_options) {  // daemon/seccomp_linux.go: 20.10 takes the word for a profile's
                                   // text
        if (option == "seccomp=builtin" || option == "seccomp:builtin")
            return "Decoding seccomp profile failed: invalid character 'b' looking for beginning "
                   "of value";
    }
    // The log is opened before the shim makes the task.
    if (const std::string wrong = logger_failure(spec); !wrong.empty())
        return "failed to initialize logging driver: " + wrong;
    std::string wrong = sysctl_failure(spec);
    if (wrong.empty()) wrong = rlimit_failure(ulimits);
    return wrong.empty() ? wrong
                         : fmt::format(
                               "failed to create shim task: OCI runtime create failed: runc create "
                               "failed: {}: unknown",
                               wrong);
}

}  // namespace podium::model
