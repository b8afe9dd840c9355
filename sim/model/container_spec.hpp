#pragma once

// What a container is made from: the body of "create container", typed. Immutable once a container
// uses it, and shared between containers and between copies of a run.

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/base/time.hpp"

namespace podium::model {

enum class RestartPolicyKind : std::uint8_t { No, Always, UnlessStopped, OnFailure };

struct RestartPolicy {
    RestartPolicyKind kind = RestartPolicyKind::No;
    std::uint32_t maximum_retries = 0;  ///< Only for OnFailure; 0 is without end.

    bool operator==(const RestartPolicy&) const = default;
};

/// "no", "always", "unless-stopped", "on-failure".
std::string_view restart_policy_name(RestartPolicyKind kind);

/// A health check; unset values are the engine's: interval 30 s, timeout 30 s, retries 3, start period 0.
struct HealthCheck {
    std::vector<std::string> test;  ///< {"CMD", ...}, {"CMD-SHELL", line}, {"NONE"} or empty (the image's).
    Duration interval{};            ///< 0 is unset, as for the others.
    Duration timeout{};
    Duration start_period{};
    int retries = 0;

    bool operator==(const HealthCheck&) const = default;
};

enum class MountKind : std::uint8_t { Bind, Volume, Tmpfs };

struct Mount {
    MountKind kind = MountKind::Volume;
    std::string source;  ///< A host path, a volume's name (empty: anonymous), or empty for tmpfs.
    std::string target;  ///< A path in the container.
    bool read_only = false;
    bool create_host_path = true;  ///< `-v` makes a missing host path, `--mount` refuses it.
    bool no_copy = false;
    std::string tmpfs_options{};  ///< Tmpfs: as mount(8) takes them, "noexec,size=64m" (see tmpfs.hpp).
    // Volume: what it is made with, should the mount make it.
    std::map<std::string, std::string> volume_labels{};
    std::map<std::string, std::string> volume_options{};  ///< Of its driver: "type", "o", "device" (see volume.hpp).
    bool volume_driver = false;                           ///< Its driver was named, too; there is only "local".

    bool operator==(const Mount&) const = default;
};

struct PortBinding {
    std::string host_ip;           ///< Empty: all addresses.
    std::uint16_t host_port = 0;   ///< 0: an ephemeral one. First of a range.
    std::uint16_t host_port_end = 0;  ///< Last of a range to pick from; 0 or equal to host_port: exactly that port.
    std::uint16_t container_port = 0;
    std::string protocol = "tcp";

    bool operator==(const PortBinding&) const = default;
};

/// A container's wishes for one network.
struct EndpointSpec {
    std::string network;  ///< Name or id.
    std::vector<std::string> aliases;
    std::string ipv4_address;  ///< Empty: any free one.

    bool operator==(const EndpointSpec&) const = default;
};

/// A limit of a container's processes (setrlimit): -1 is without end.
struct Ulimit {
    std::string name;  ///< "nofile".
    std::int64_t soft = 0;
    std::int64_t hard = 0;

    bool operator==(const Ulimit&) const = default;
};

/// The largest number of a processor in a set.
inline constexpr std::int64_t kMostProcessors = 8191;
/// "0-3,5" as numbers, ascending; nothing when it is no such set.
std::optional<std::vector<std::int64_t>> parse_cpu_set(std::string_view text);

/// Where a container's own value of a label comes from: its name, what follows the last dot of that, or what the
/// orchestrator calls its engine (Engine::node_id).
enum class OwnLabel : std::uint8_t { Name, AfterLastDot, Node };

/// A device of the host that a container asks for.
struct DeviceMapping {
    std::string on_host;
    std::string in_container;
    std::string permissions = "rwm";

    bool operator==(const DeviceMapping&) const = default;
};

struct ContainerSpec {
    std::string image;
    std::vector<std::string> entrypoint;
    bool entrypoint_set = false;  ///< Set, maybe to empty (which clears the image's entrypoint and command).
    std::vector<std::string> command;
    std::vector<std::string> environment;  ///< "NAME=value".
    std::map<std::string, std::string> labels;
    /// Labels of which each container has a value of its own, so that many can share this spec. One that is made whole
    /// (outline.hpp) has them among `labels`.
    std::vector<std::pair<std::string, OwnLabel>> own_labels;
    std::string hostname;  ///< Empty: the short id.
    std::string domainname;
    std::string user;
    std::string working_directory;
    bool tty = false;
    bool open_stdin = false;
    bool stdin_once = false;  ///< Standard input ends when the first client that is attached to it leaves.
    std::vector<std::string> exposed_ports;  ///< "80/tcp".
    std::vector<std::string> volumes;        ///< Targets of anonymous volumes asked for at create.
    std::optional<HealthCheck> health_check;
    std::string stop_signal;  ///< Empty: the image's, else TERM.
    std::optional<int> stop_timeout_seconds;

    RestartPolicy restart;
    bool auto_remove = false;
    bool of_agent = false;  ///< An orchestrator's agent runs it, and is told in the outbox what happens to it.
    bool init = false;
    bool no_init = false;  ///< Asks for none, whatever the engine's own setting is.
    bool privileged = false;
    bool read_only = false;
    std::int64_t memory_bytes = 0;       ///< Limit; 0 is none.
    std::int64_t memory_swap_bytes = 0;  ///< Memory and swap together; 0: twice the memory limit; -1: without end.
    std::int64_t memory_reservation_bytes = 0;
    std::int64_t nano_cpus = 0;
    std::int64_t cpu_shares = 0;
    std::int64_t cpu_period = 0;  ///< In microseconds; 0: the kernel's 100 ms.
    std::int64_t cpu_quota = 0;   ///< In microseconds of a period; 0 or less: no limit.
    std::string cpuset_cpus;      ///< "0-3,5"; empty: all.
    std::int64_t pids_limit = 0;
    std::int64_t shm_bytes = 0;  ///< Of /dev/shm; 0: the engine's 64 MiB.
    std::vector<Ulimit> ulimits;
    bool oom_kill_disable = false;
    std::vector<Mount> mounts;
    std::vector<PortBinding> ports;
    bool publish_all = false;
    std::string network_mode;  ///< "", "default", "bridge", "host", "none", "container:NAME" or a network's name.
    std::vector<EndpointSpec> endpoints;
    std::vector<std::string> extra_hosts;  ///< "name:ip" ("host-gateway" stands for the bridge's gateway).
    std::vector<std::string> links;  ///< "CONTAINER:ALIAS".
    std::vector<std::string> dns;
    std::vector<std::string> dns_search;
    std::vector<std::string> dns_options;
    std::vector<std::string> capabilities_added;
    std::vector<std::string> capabilities_dropped;
    std::map<std::string, std::string> sysctls;
    std::string log_driver;  ///< Empty: json-file.
    std::map<std::string, std::string> log_options;
    std::vector<std::string> volumes_from;  ///< "NAME[:ro|rw]".
    std::vector<std::string> group_add;
    std::vector<std::string> security_options;
    bool gpus = false;  ///< Asks for graphics processors, which no simulated host has.
    std::vector<DeviceMapping> devices;
    std::string runtime;  ///< Empty: runc, which is all there is.

    /// How many billionths of a processor it may use, by --cpus, its quota or its set; 0: no limit.
    [[nodiscard]] std::int64_t processor_limit_nano() const;

    // Bulk containers only (large runs): they live for an exponential time and exit.
    Duration bulk_lifetime{};  ///< The mean.
    int bulk_exit_code = 1;

    bool operator==(const ContainerSpec&) const = default;
};

}  // namespace podium::model
