#include "sim/programs/swarm/service_flags.hpp"

#include <array>
#include <vector>

#include "sim/programs/docker/container_flags.hpp"
#include "sim/programs/docker/flag_rows.hpp"
#include "sim/programs/swarm/spec_parts.hpp"

namespace podium::programs::docker {
namespace {

using enum FlagKind;
using Check = std::string (*)(const std::string&);

// A flag of a kind of its own, as pflag has them: help calls it by that word.
constexpr Flag of_kind(std::string_view name, std::string_view word, std::string_view help, Check check = nullptr, char letter = 0, std::string_view fallback = {}) {
    return Flag{name, letter, Other, help, fallback, true, false, {}, check, {}, word};
}

constexpr Flag list(std::string_view name, std::string_view help, Check check = nullptr, char letter = 0) {
    return Flag{name, letter, List, help, {}, true, false, {}, check};
}

constexpr Flag number(std::string_view name, std::string_view help, std::string_view fallback = {}) { return of_kind(name, "uint", help, check_unsigned, 0, fallback); }

constexpr Flag time(std::string_view name, std::string_view help) { return Flag{name, 0, FlagKind::Duration, help}; }

constexpr Flag health_time(std::string_view name, std::string_view help) { return Flag{name, 0, FlagKind::Duration, help, {}, true, false, {}, check_positive_duration}; }

// Common to both, but for the values that go without saying, which only `create` tells.
constexpr std::array kCommon{
    list("cap-add", "Give the containers Linux capabilities"),
    list("cap-drop", "Take Linux capabilities from the containers"),
    Flag{"credential-spec", 0, Other, "Credentials of a managed account (Windows)", {}, false, false, {}, nullptr, {}, "credential-spec"},
    Flag{"detach", 'd', Switch, "Don't wait until the service has converged"},
    of_kind("entrypoint", "command", "Replace the image's entrypoint"),
    Flag{"health-cmd", 0, Text, "Command that checks a container's health"},
    health_time("health-interval", "Time between two health checks (ms|s|m|h)"),
    Flag{"health-retries", 0, Integer, "Failures in a row until a container is unhealthy"},
    newer("1.44", "health-start-interval", FlagKind::Duration, "Time between checks while a container starts (ms|s|m|h)"),
    health_time("health-start-period", "Time to start in which failures don't count (ms|s|m|h)"),
    health_time("health-timeout", "Longest time one check may take (ms|s|m|h)"),
    Flag{"hostname", 0, Text, "Host name of the containers"},
    Flag{"init", 0, Switch, "Run an init process that forwards signals and reaps processes"},
    Flag{"isolation", 0, Text, "Isolation technology of the containers"},
    Flag{"limit-cpu", 0, Decimal, "Most processors a task may use"},
    Flag{"limit-memory", 0, Size, "Most memory a task may use"},
    of_kind("limit-pids", "int", "Most processes of a task (default 0 = without limit)", check_unsigned),
    Flag{"log-driver", 0, Text, "Driver for the containers' logs"},
    list("log-opt", "Options of the log driver"),
    number("max-concurrent", "Tasks of a job at the same time (default equal to --replicas)"),
    Flag{"no-healthcheck", 0, Switch, "Do without the image's health check"},
    Flag{"no-resolve-image", 0, Switch, "Don't ask the registry for the image's digest and platforms"},
    newer("1.46", "oom-score-adj", Integer, "Preference of the kernel when memory runs out (-1000 to 1000)"),
    Flag{"quiet", 'q', Switch, "Don't print progress"},
    Flag{"read-only", 0, Switch, "Mount the containers' root file system read-only"},
    number("replicas", "Number of tasks"),
    number("replicas-max-per-node", "Most tasks on one node (default 0 = without limit)"),
    Flag{"reserve-cpu", 0, Decimal, "Processors set aside for a task"},
    Flag{"reserve-memory", 0, Size, "Memory set aside for a task"},
    number("restart-max-attempts", "Most restarts before giving up"),
    time("restart-window", "Time in which restarts are counted (ns|us|ms|s|m|h)"),
    Flag{"stop-signal", 0, Text, "Signal that stops a container"},
    Flag{"tty", 't', Switch, "Give the containers a terminal"},
    Flag{"user", 'u', Text, "User of the containers (name|uid[:group|gid])"},
    Flag{"with-registry-auth", 0, Switch, "Hand the registry's credentials to the nodes"},
    Flag{"workdir", 'w', Text, "Working directory in the containers"},
};

constexpr std::array kWithDefaults{
    Flag{"endpoint-mode", 0, Text, "How the service's name is resolved (vip or dnsrr)", "vip"},
    Flag{"restart-condition", 0, Text, "When to restart (\"none\", \"on-failure\", \"any\") (default \"any\")"},
    time("restart-delay", "Time before a restart (ns|us|ms|s|m|h) (default 5s)"),
    time("rollback-delay", "Time between tasks rolled back (ns|us|ms|s|m|h) (default 0s)"),
    Flag{"rollback-failure-action", 0, Text, "What to do when the rollback fails (\"pause\", \"continue\") (default \"pause\")"},
    of_kind("rollback-max-failure-ratio", "float", "Share of failures a rollback bears (default 0)", check_ratio),
    time("rollback-monitor", "How long to watch each task after its rollback (ns|us|ms|s|m|h) (default 5s)"),
    Flag{"rollback-order", 0, Text, "Order of a rollback (\"start-first\", \"stop-first\") (default \"stop-first\")"},
    number("rollback-parallelism", "Most tasks rolled back at the same time (0: all)", "1"),
    time("stop-grace-period", "Time before a container is killed (ns|us|ms|s|m|h) (default 10s)"),
    time("update-delay", "Time between tasks updated (ns|us|ms|s|m|h) (default 0s)"),
    Flag{"update-failure-action", 0, Text, "What to do when the update fails (\"pause\", \"continue\", \"rollback\") (default \"pause\")"},
    of_kind("update-max-failure-ratio", "float", "Share of failures an update bears (default 0)", check_ratio),
    time("update-monitor", "How long to watch each task after its update (ns|us|ms|s|m|h) (default 5s)"),
    Flag{"update-order", 0, Text, "Order of an update (\"start-first\", \"stop-first\") (default \"stop-first\")"},
    number("update-parallelism", "Most tasks updated at the same time (0: all)", "1"),
};

constexpr std::array kWithoutDefaults{
    Flag{"endpoint-mode", 0, Text, "How the service's name is resolved (vip or dnsrr)"},
    Flag{"restart-condition", 0, Text, "When to restart (\"none\", \"on-failure\", \"any\")"},
    time("restart-delay", "Time before a restart (ns|us|ms|s|m|h)"),
    time("rollback-delay", "Time between tasks rolled back (ns|us|ms|s|m|h)"),
    Flag{"rollback-failure-action", 0, Text, "What to do when the rollback fails (\"pause\", \"continue\")"},
    of_kind("rollback-max-failure-ratio", "float", "Share of failures a rollback bears", check_ratio),
    time("rollback-monitor", "How long to watch each task after its rollback (ns|us|ms|s|m|h)"),
    Flag{"rollback-order", 0, Text, "Order of a rollback (\"start-first\", \"stop-first\")"},
    number("rollback-parallelism", "Most tasks rolled back at the same time (0: all)"),
    time("stop-grace-period", "Time before a container is killed (ns|us|ms|s|m|h)"),
    time("update-delay", "Time between tasks updated (ns|us|ms|s|m|h)"),
    Flag{"update-failure-action", 0, Text, "What to do when the update fails (\"pause\", \"continue\", \"rollback\")"},
    of_kind("update-max-failure-ratio", "float", "Share of failures an update bears", check_ratio),
    time("update-monitor", "How long to watch each task after its update (ns|us|ms|s|m|h)"),
    Flag{"update-order", 0, Text, "Order of an update (\"start-first\", \"stop-first\")"},
    number("update-parallelism", "Most tasks updated at the same time (0: all)"),
};

constexpr std::array kOnlyCreate{
    of_kind("config", "config", "Give the containers a config", check_secret),
    list("constraint", "Place tasks only where this holds"),
    list("container-label", "Put labels on the containers", check_label),
    list("dns", "DNS servers of the containers", check_address),
    list("dns-option", "DNS options"),
    list("dns-search", "DNS search domains"),
    list("env", "Set environment variables", check_variable, 'e'),
    list("env-file", "Read environment variables from a file"),
    list("generic-resource", "Set aside resources of one's own", check_generic),
    list("group", "Further groups of the containers' user"),
    list("host", "Add lines to the containers' hosts files (host:ip)", check_extra_host),
    list("label", "Put labels on the service", check_label, 'l'),
    Flag{"mode", 0, Text, "Kind of service (\"replicated\", \"global\", \"replicated-job\", \"global-job\")", "replicated"},
    of_kind("mount", "mount", "Mount a volume, a host directory or a tmpfs", check_mount_part),
    Flag{"name", 0, Text, "Name of the service"},
    of_kind("network", "network", "Attach the service to a network", check_service_network),
    of_kind("placement-pref", "pref", "Spread the tasks over the values of a label", check_preference),
    of_kind("publish", "port", "Publish a port on the nodes", check_port, 'p'),
    of_kind("secret", "secret", "Give the containers a secret", check_secret),
    list("sysctl", "Kernel parameters of the containers"),
    of_kind("ulimit", "ulimit", "Limits of the containers' processes", check_ulimit, 0, "[]"),
};

constexpr std::array kOnlyUpdate{
    of_kind("args", "command", "Arguments of the command"),
    of_kind("config-add", "config", "Give the containers one more config", check_secret),
    list("config-rm", "Take a config away"),
    list("constraint-add", "Place tasks only where this holds, too"),
    list("constraint-rm", "Drop a constraint"),
    list("container-label-add", "Put labels on the containers", check_label),
    list("container-label-rm", "Take labels off the containers"),
    list("dns-add", "Add DNS servers", check_address),
    list("dns-option-add", "Add DNS options"),
    list("dns-option-rm", "Take DNS options away"),
    list("dns-rm", "Take DNS servers away"),
    list("dns-search-add", "Add DNS search domains"),
    list("dns-search-rm", "Take DNS search domains away"),
    list("env-add", "Set environment variables", check_variable),
    list("env-rm", "Take environment variables away"),
    Flag{"force", 0, Switch, "Update the tasks even if nothing has changed"},
    list("generic-resource-add", "Set aside resources of one's own", check_generic),
    list("generic-resource-rm", "Set resources of one's own free"),
    list("group-add", "Add groups of the containers' user"),
    list("group-rm", "Take groups away"),
    list("host-add", "Add lines to the containers' hosts files (host:ip)", check_extra_host),
    list("host-rm", "Take lines out of the containers' hosts files (host:ip)"),
    Flag{"image", 0, Text, "The image"},
    list("label-add", "Put labels on the service", check_label),
    list("label-rm", "Take labels off the service"),
    of_kind("mount-add", "mount", "Add or change a mount", check_mount_part),
    list("mount-rm", "Take the mount at this path away"),
    of_kind("network-add", "network", "Attach the service to one more network", check_service_network),
    list("network-rm", "Detach the service from a network"),
    of_kind("placement-pref-add", "pref", "Spread the tasks over the values of one more label", check_preference),
    of_kind("placement-pref-rm", "pref", "Spread no more over the values of a label", check_preference),
    of_kind("publish-add", "port", "Publish one more port", check_port),
    of_kind("publish-rm", "port", "Publish this port of the containers no more", check_port),
    Flag{"rollback", 0, Switch, "Go back to the spec before"},
    of_kind("secret-add", "secret", "Give the containers one more secret", check_secret),
    list("secret-rm", "Take a secret away"),
    list("sysctl-add", "Add or change kernel parameters"),
    list("sysctl-rm", "Take kernel parameters away"),
    of_kind("ulimit-add", "ulimit", "Add or change limits of processes", check_ulimit, 0, "[]"),
    list("ulimit-rm", "Take limits of processes away"),
};

template <class... Tables>
std::vector<Flag> joined(const Tables&... tables) {
    std::vector<Flag> out;
    (out.insert(out.end(), tables.begin(), tables.end()), ...);
    return out;
}

}  // namespace

std::span<const Flag> service_create_flags() {
    static const std::vector<Flag> kFlags = joined(kCommon, kWithDefaults, kOnlyCreate);
    return kFlags;
}

std::span<const Flag> service_update_flags() {
    static const std::vector<Flag> kFlags = joined(kCommon, kWithoutDefaults, kOnlyUpdate);
    return kFlags;
}

}  // namespace podium::programs::docker
