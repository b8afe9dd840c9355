// The table of `docker run`'s flags: all of docker 28.2.2's, those that Podium doesn't simulate
// too.

#include "sim/programs/docker/container_flags.hpp"

#include <array>
#include <vector>

#include "sim/programs/docker/flag_rows.hpp"

namespace podium::programs::docker {
namespace {

using enum FlagKind;

constexpr std::string (*kNoCheck)(const std::string&) = nullptr;

constexpr Flag other_spelling(std::string_view name,
                              FlagKind kind,
                              std::string_view of,
                              std::string (*check)(const std::string&)) {
    return Flag{name, 0, kind, {}, {}, true, true, of, check};
}

constexpr std::array kContainerFlags{
    Flag{"add-host",
         0,
         List,
         "Add a line to the container's hosts file (name:address)",
         {},
         true,
         false,
         {},
         check_extra_host},
    newer("1.43", "annotation", Map, "Hand an annotation to the runtime"),
    Flag{"attach",
         'a',
         List,
         "Attach only these of STDIN, STDOUT and STDERR",
         {},
         true,
         false,
         {},
         check_attach},
    Flag{"blkio-weight",
         0,
         Other,
         "Relative weight of block input and output, 10 to 1000",
         {},
         false,
         false,
         {},
         check_blkio_weight,
         {},
         "uint16"},
    later("blkio-weight-device", List, "Relative weight of one block device"),
    Flag{"cap-add", 0, List, "Give the container Linux capabilities"},
    Flag{"cap-drop", 0, List, "Take Linux capabilities from the container"},
    later("cgroup-parent", Text, "Parent control group of the container"),
    later("cgroupns", Text, "Control group namespace (host or private)"),
    Flag{"cidfile", 0, Text, "Write the container's id to this file"},
    later("cpu-count", Integer, "Number of processors (Windows)", 0, true),
    later("cpu-percent", Integer, "Share of the processors (Windows)", 0, true),
    Flag{"cpu-period", 0, Integer, "Period of the processor's fair scheduler"},
    Flag{"cpu-quota", 0, Integer, "Quota of the processor's fair scheduler"},
    later("cpu-rt-period", Integer, "Period of real-time processor use, in microseconds"),
    later("cpu-rt-runtime", Integer, "Real-time processor use in a period, in microseconds"),
    Flag{"cpu-shares", 'c', Integer, "Relative weight of processor use"},
    Flag{"cpus", 0, Decimal, "How many processors the container may use"},
    Flag{"cpuset-cpus", 0, Text, "Processors to run on (0-3, 0,1)"},
    later("cpuset-mems", Text, "Memory nodes to use (0-3, 0,1)"),
    Flag{"device", 0, List, "Give the container a device of the host"},
    later("device-cgroup-rule", List, "Allow devices by a rule"),
    later("device-read-bps", List, "Limit bytes read per second from a device"),
    later("device-read-iops", List, "Limit reads per second from a device"),
    later("device-write-bps", List, "Limit bytes written per second to a device"),
    later("device-write-iops", List, "Limit writes per second to a device"),
    Flag{"dns", 0, List, "DNS servers of the container", {}, true, false, {}, check_address},
    other_spelling("dns-opt", List, "dns-option", kNoCheck),
    Flag{"dns-option", 0, List, "DNS options"},
    Flag{"dns-search", 0, List, "DNS search domains"},
    Flag{"domainname", 0, Text, "Domain name of the container"},
    Flag{"entrypoint", 0, Text, "Replace the image's entrypoint"},
    Flag{"env", 'e', List, "Set environment variables", {}, true, false, {}, check_variable},
    Flag{"env-file", 0, List, "Read environment variables from a file"},
    Flag{"expose", 0, List, "Expose a port or a range of ports"},
    Flag{"gpus",
         0,
         Other,
         "Graphics processors for the container ('all' for all)",
         {},
         true,
         false,
         {},
         check_gpus,
         {},
         "gpu-request"},
    Flag{"group-add", 0, List, "Further groups of the container's user"},
    Flag{"health-cmd", 0, Text, "Command that checks the container's health"},
    Flag{"health-interval", 0, Duration, "Time between two health checks (default 0s)"},
    Flag{"health-retries", 0, Integer, "Failures in a row until the container is unhealthy"},
    newer("1.44",
          "health-start-interval",
          Duration,
          "Time between checks while the container starts (default 0s)"),
    Flag{"health-start-period",
         0,
         Duration,
         "Time to start in which failures don't count (default 0s)"},
    Flag{"health-timeout", 0, Duration, "Longest time one check may take (default 0s)"},
    Flag{"help", 0, Switch, "Print usage"},
    Flag{"hostname", 'h', Text, "Host name of the container"},
    Flag{"init", 0, Switch, "Run an init process that forwards signals and reaps processes"},
    Flag{"interactive", 'i', Switch, "Keep standard input open even if it isn't attached"},
    later("io-maxbandwidth", Size, "Highest bandwidth of the system drive (Windows)", 0, true),
    later(
        "io-maxiops", Integer, "Most operations per second of the system drive (Windows)", 0, true),
    Flag{"ip", 0, Text, "IPv4 address (172.30.100.104)"},
    later("ip6", Text, "IPv6 address (2001:db8::33)"),
    later("ipc", Text, "IPC namespace to use"),
    later("isolation", Text, "Isolation technology"),
    later("kernel-memory", Size, "Limit of kernel memory"),
    Flag{"label", 'l', List, "Put labels on the container", {}, true, false, {}, check_label},
    Flag{"label-file", 0, List, "Read labels from a file"},
    Flag{"link", 0, List, "Link to another container", {}, true, false, {}, check_link},
    later("link-local-ip", List, "Link-local addresses of the container"),
    Flag{"log-driver", 0, Text, "Driver for the container's log"},
    Flag{"log-opt", 0, List, "Options of the log driver"},
    later("mac-address", Text, "MAC address of the container (92:d0:c6:0a:29:33)"),
    Flag{"memory", 'm', Size, "Limit of memory"},
    Flag{"memory-reservation", 0, Size, "Memory below which the container is left alone"},
    Flag{"memory-swap", 0, SwapSize, "Limit of memory and swap together, -1 for none"},
    Flag{"memory-swappiness", 0, Integer, "How readily memory is swapped (0 to 100)", "-1", false},
    Flag{"mount",
         0,
         Mount,
         "Mount a volume, a host directory or a tmpfs",
         {},
         true,
         false,
         {},
         check_mount},
    other_spelling("net", Network, "network", check_network),
    other_spelling("net-alias", List, "network-alias", kNoCheck),
    Flag{"network",
         0,
         Network,
         "Connect the container to a network",
         {},
         true,
         false,
         {},
         check_network},
    Flag{"network-alias", 0, List, "A further name of the container in its network"},
    Flag{"no-healthcheck", 0, Switch, "Do without the image's health check"},
    Flag{"oom-kill-disable", 0, Switch, "Don't let the OOM killer act on the container"},
    later("oom-score-adj", Integer, "The host's preference for the OOM killer (-1000 to 1000)"),
    later("pid", Text, "PID namespace to use"),
    Flag{"pids-limit", 0, Integer, "Most processes in the container, -1 for no limit"},
    Flag{"privileged", 0, Switch, "Give the container extended privileges"},
    Flag{"publish", 'p', List, "Publish ports of the container on the host"},
    Flag{"publish-all", 'P', Switch, "Publish all exposed ports on free ports of the host"},
    Flag{"read-only", 0, Switch, "Mount the container's own file system read-only"},
    Flag{"restart", 0, Text, "What happens when the container exits", "no"},
    Flag{"rm", 0, Switch, "Remove the container and its anonymous volumes when it exits"},
    Flag{"runtime", 0, Text, "Runtime of the container"},
    Flag{"security-opt", 0, List, "Security options"},
    Flag{"shm-size", 0, Size, "Size of /dev/shm"},
    Flag{"stop-signal", 0, Text, "Signal that stops the container"},
    Flag{"stop-timeout", 0, Integer, "Seconds to wait for the container to stop"},
    later("storage-opt", List, "Options of the storage driver"),
    Flag{"sysctl", 0, Map, "Kernel parameters of the container", {}, true, false, {}, check_sysctl},
    Flag{"tmpfs", 0, List, "Mount a tmpfs directory"},
    Flag{"tty", 't', Switch, "Give the container a terminal"},
    Flag{"ulimit",
         0,
         Other,
         "Limits of the container's processes",
         "[]",
         true,
         false,
         {},
         check_ulimit,
         {},
         "ulimit"},
    later("use-api-socket", Switch, "Mount the engine's socket and its credentials"),
    Flag{"user", 'u', Text, "User the command runs as (<name|uid>[:<group|gid>])"},
    later("userns", Text, "User namespace to use"),
    later("uts", Text, "UTS namespace to use"),
    Flag{"volume", 'v', List, "Mount a volume or a host directory"},
    later("volume-driver", Text, "Driver of the container's volumes"),
    Flag{"volumes-from", 0, List, "Mount the volumes of other containers"},
    Flag{"workdir", 'w', Text, "Working directory in the container"},
    // Of the image.
    Flag{"disable-content-trust", 0, Switch, "Pull without checking signatures", "true", false},
    Flag{"name", 0, Text, "Name of the container"},
    Flag{"platform", 0, Text, "Platform of the image, if there are several"},
    Flag{"pull", 0, Text, "When to pull the image (\"always\", \"missing\", \"never\")", "missing"},
    Flag{"quiet", 'q', Switch, "Don't print the progress of a pull"},
};

constexpr std::array kRunOnlyFlags{
    Flag{"detach", 'd', Switch, "Run in the background and print the container's id"},
    Flag{"detach-keys", 0, Text, "Keys that detach from the container"},
    Flag{"sig-proxy", 0, Switch, "Hand signals on to the container's process", "true"},
};

constexpr auto joined() {
    std::array<Flag, kContainerFlags.size() + kRunOnlyFlags.size()> all{};
    std::size_t at = 0;
    for (const Flag& flag : kContainerFlags)
        all[at++] = flag;
    for (const Flag& flag : kRunOnlyFlags)
        all[at++] = flag;
    return all;
}

constexpr auto kRunFlags = joined();

}  // namespace

std::span<const Flag> run_flags() {
    return kRunFlags;
}

std::span<const Flag> create_flags() {
    return kContainerFlags;
}

}  // namespace podium::programs::docker
