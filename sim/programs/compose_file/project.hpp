#pragma once

// A Compose project as the loader understood it: every service, network, volume, secret and config
// in canonical form, with defaults filled in, variables replaced, paths made absolute and files
// merged.
//
// Invariants: the consistency rules of the Compose specification hold (every reference resolves, no
// cycle of dependencies, names unique); `services`, `networks`, ... are sorted by name; everything
// carries the place where the user wrote it. Plain data: written once by load(), then only read.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/result.hpp"
#include "sim/base/time.hpp"
#include "sim/programs/compose_file/node.hpp"

namespace podium::compose {

/// Which program's reading of a file is followed.
enum class Dialect : std::uint8_t {
    V2,  ///< `docker compose` 2.x: the compose-go loader; YAML 1.2 scalars as Go reads them.
    V1,  ///< `docker-compose` 1.29: YAML 1.1 scalars, no include, one document, its own error
         ///< sentences.
};

struct Pair {
    std::string name;
    std::string value;
    Place place;
};

/// A variable of a container's environment. Without a value it was declared but set nowhere: it is
/// not given to the container, and takes the image's variable of that name away.
struct EnvironmentVariable {
    std::string name;
    std::optional<std::string> value;
    Place place;
};

enum class RestartCondition : std::uint8_t { No, Always, OnFailure, UnlessStopped };

struct RestartPolicy {
    RestartCondition condition = RestartCondition::No;
    std::int64_t maximum_retries = 0;  ///< Of on-failure; 0 is no limit.
    bool written = false;              ///< The file says `restart:` (or deploy.restart_policy).
    Place place;
};

enum class DependencyCondition : std::uint8_t { Started, Healthy, CompletedSuccessfully };

struct Dependency {
    std::string service;
    DependencyCondition condition = DependencyCondition::Started;
    bool restart = false;
    bool required = true;
    /// Not written as depends_on: implied by links, volumes_from or a namespace of another service.
    bool implied = false;
    Place place;
};

struct Port {
    std::string name;
    std::string host_ip;  ///< Empty: all addresses.
    int target = 0;
    int published = 0;           ///< First host port; 0 when the engine chooses one.
    int published_end = 0;       ///< Last host port of a range to choose from; else as `published`.
    std::string published_text;  ///< As Compose writes it: "8080", "8000-8010", "".
    std::string protocol = "tcp";
    std::string app_protocol;
    std::string mode = "ingress";
    Place place;
};

enum class MountType : std::uint8_t { Bind, Volume, Tmpfs, Image, NamedPipe, Cluster };

struct Mount {
    MountType type = MountType::Volume;
    std::string source;  ///< Host path, key of a volume, image, or empty (anonymous volume, tmpfs).
    std::string target;
    bool read_only = false;
    bool nocopy = false;
    bool create_host_path = false;
    std::string propagation;
    std::string selinux;
    std::string recursive;
    std::string subpath;
    std::string consistency;
    std::optional<std::int64_t> tmpfs_size_bytes;
    std::optional<std::int64_t> tmpfs_mode;
    std::vector<Pair> volume_labels;
    Place place;
};

/// How a service is attached to a network.
struct Attachment {
    std::string network;  ///< Key of the network in the project.
    std::vector<std::string> aliases;
    std::string ipv4_address;
    std::string ipv6_address;
    std::vector<std::string> link_local_ips;
    std::string mac_address;
    std::string interface_name;
    std::vector<Pair> driver_opts;
    std::int64_t priority = 0;
    std::int64_t gw_priority = 0;
    Place place;
};

struct HealthCheck {
    std::vector<std::string>
        test;  ///< First "CMD", "CMD-SHELL" or "NONE"; empty: the image's test.
    std::optional<Duration> interval;
    std::optional<Duration> timeout;
    std::optional<std::int64_t> retries;
    std::optional<Duration> start_period;
    std::optional<Duration> start_interval;
    bool disable = false;
    Place place;
};

struct DeviceRequest {
    std::vector<std::string> capabilities;
    std::string driver;
    std::optional<std::int64_t> count;  ///< -1 is all.
    std::vector<std::string> device_ids;
    std::vector<Pair> options;
    Place place;
};

struct GenericResource {
    std::string kind;
    std::int64_t value = 0;
};

struct Resources {
    std::optional<std::int64_t> limit_nano_cpus;
    std::optional<std::int64_t> limit_memory_bytes;
    std::optional<std::int64_t> limit_pids;
    std::optional<std::int64_t> reserved_nano_cpus;
    std::optional<std::int64_t> reserved_memory_bytes;
    std::vector<GenericResource> generic_resources;
    std::vector<DeviceRequest> devices;
};

enum class DeployMode : std::uint8_t { Replicated, Global, ReplicatedJob, GlobalJob };
enum class EndpointMode : std::uint8_t { VirtualIp, DnsRoundRobin };
enum class FailureAction : std::uint8_t { Pause, Continue, Rollback };
enum class UpdateOrder : std::uint8_t { StopFirst, StartFirst };
enum class TaskRestart : std::uint8_t { Any, OnFailure, None };

/// update_config or rollback_config, as a stack's services use it.
struct UpdateConfig {
    std::int64_t parallelism = 1;  ///< 0: all at once.
    Duration delay{};
    FailureAction failure_action = FailureAction::Pause;
    Duration monitor = seconds(5);
    double max_failure_ratio = 0;
    UpdateOrder order = UpdateOrder::StopFirst;
    bool monitor_written = false;
    Place place;
};

struct TaskRestartPolicy {
    TaskRestart condition = TaskRestart::Any;
    std::optional<Duration> delay;             ///< Unset: the engine's 5 s.
    std::optional<std::int64_t> max_attempts;  ///< Unset: no limit.
    std::optional<Duration> window;
    Place place;
};

struct Placement {
    std::vector<std::string> constraints;
    std::vector<std::string> spread;  ///< Descriptors of the preferences, in order.
    std::int64_t max_replicas_per_node = 0;
    Place place;
};

struct Deploy {
    DeployMode mode = DeployMode::Replicated;
    std::optional<std::int64_t> replicas;
    EndpointMode endpoint_mode = EndpointMode::VirtualIp;
    std::vector<Pair> labels;
    Resources resources;
    std::optional<TaskRestartPolicy> restart_policy;
    std::optional<UpdateConfig> update_config;
    std::optional<UpdateConfig> rollback_config;
    Placement placement;
    Place place;
};

struct Build {
    std::string context;
    std::string dockerfile;
    std::string dockerfile_inline;
    std::string target;
    std::vector<EnvironmentVariable> args;
    std::vector<Pair> labels;
    std::vector<Pair> additional_contexts;
    std::vector<std::string> tags;
    std::vector<std::string> platforms;
    std::string network;  ///< Of the containers that RUN needs.
    bool no_cache = false;
    bool pull = false;
    // What BuildKit alone has:
    bool privileged = false;
    bool secrets = false;
    bool ssh = false;
    Place place;
};

/// A secret or config as a service uses it.
struct FileReference {
    std::string source;  ///< Key in the project's secrets or configs.
    std::string target;  ///< Absolute path in the container: /run/secrets/NAME, /NAME.
    std::string user;
    std::string group;
    std::optional<std::int64_t> mode;
    Place place;
};

struct EnvironmentFile {
    std::string path;  ///< Absolute.
    bool required = true;
    std::string format;  ///< "" or "raw".
    Place place;
};

struct Ulimit {
    std::string name;
    std::int64_t soft = 0;
    std::int64_t hard = 0;
    Place place;
};

/// A command run in a container by Compose: pre_start, post_start, pre_stop.
struct Hook {
    std::vector<std::string> command;
    std::string user;
    std::string working_dir;
    std::string image;  ///< Of pre_start.
    bool privileged = false;
    bool per_replica = false;
    std::vector<EnvironmentVariable> environment;
    Place place;
};

struct Logging {
    std::string driver;
    std::vector<Pair> options;
    Place place;
};

enum class PullPolicy : std::uint8_t { Missing, Always, Never, Build, Refresh };

struct WatchRule {
    std::string path;
    std::string action;
    std::string target;
    std::vector<std::string> ignore;
    std::vector<std::string> include;
    Place place;
};

struct Service {
    std::string name;
    Place place;  ///< Of the service's key.

    std::string image;  ///< Empty with a build: project-service is built.
    std::optional<Build> build;
    std::optional<std::vector<std::string>> command;     ///< Set and empty: clears the image's.
    std::optional<std::vector<std::string>> entrypoint;  ///< Set and empty: clears the image's.
    /// What containers get: env_file first, `environment` over it, in the order written.
    std::vector<EnvironmentVariable> environment;
    std::vector<EnvironmentFile> env_file;
    std::string container_name;
    RestartPolicy restart;
    std::vector<Dependency> depends_on;  ///< Sorted by name; implied ones included.
    std::vector<Port> ports;             ///< Ranges expanded, in the order written.
    std::vector<std::string> expose;     ///< "3000", "8000/udp", ranges expanded.
    std::vector<Mount> volumes;
    std::vector<std::string> volumes_from;
    std::vector<Attachment> networks;  ///< By priority (highest first), then by name.
    std::string network_mode;  ///< "", "bridge", "host", "none", "service:x", "container:x".
    std::optional<HealthCheck> healthcheck;
    std::optional<Deploy> deploy;
    std::optional<std::int64_t> scale;
    std::vector<Pair> labels;  ///< label_file first, `labels` over it.
    std::vector<Pair> annotations;
    std::optional<bool> init;
    bool tty = false;
    bool stdin_open = false;
    bool attach = true;
    std::string stop_signal;
    std::optional<Duration> stop_grace_period;
    std::optional<std::int64_t> mem_limit;
    std::optional<std::int64_t> memswap_limit;
    std::optional<std::int64_t> mem_reservation;
    std::optional<std::int64_t> mem_swappiness;
    std::optional<std::int64_t> nano_cpus;  ///< From `cpus`.
    std::optional<std::int64_t> cpu_shares;
    std::optional<std::int64_t> cpu_quota;
    std::optional<std::int64_t> cpu_period;
    std::string cpuset;
    std::optional<std::int64_t> pids_limit;
    std::optional<std::int64_t> shm_size;
    std::string user;
    std::vector<std::string> group_add;
    std::string working_dir;
    std::string hostname;
    std::string domainname;
    std::string mac_address;
    std::vector<Pair> extra_hosts;  ///< Name and address; a name may come more than once.
    std::vector<std::string> dns;
    std::vector<std::string> dns_search;
    std::vector<std::string> dns_opt;
    std::vector<std::string> links;  ///< "service" or "service:alias".
    std::vector<std::string> external_links;
    std::vector<std::string> profiles;
    PullPolicy pull_policy = PullPolicy::Missing;
    std::string pull_policy_text;
    std::vector<FileReference> secrets;
    std::vector<FileReference> configs;
    std::vector<std::string> tmpfs;
    bool read_only = false;
    bool privileged = false;
    std::vector<std::string> cap_add;
    std::vector<std::string> cap_drop;
    std::vector<std::string> security_opt;
    std::vector<std::string> devices;  ///< "source:target:permissions".
    std::vector<DeviceRequest> gpus;
    std::optional<Logging> logging;
    std::vector<Ulimit> ulimits;
    std::vector<Pair> sysctls;
    bool oom_kill_disable = false;
    std::optional<std::int64_t> oom_score_adj;
    std::string platform;
    std::string runtime;
    std::string ipc;
    std::string pid;
    std::string uts;
    std::string userns_mode;
    std::string cgroup;
    std::string cgroup_parent;
    std::string isolation;
    std::vector<Hook> pre_start;
    std::vector<Hook> post_start;
    std::vector<Hook> pre_stop;
    std::vector<WatchRule> watch;

    /// How many containers Compose keeps: scale, else deploy.replicas, else 1.
    [[nodiscard]] std::int64_t replicas() const;
};

struct Network {
    std::string key;
    std::string name;  ///< "project_key" unless the file names it.
    std::string driver;
    bool external = false;
    bool internal = false;
    bool attachable = false;
    std::optional<bool> enable_ipv4;
    std::optional<bool> enable_ipv6;
    bool implicit = false;  ///< The default network nobody wrote down.
    bool custom_name = false;
    std::vector<Pair> driver_opts;
    std::vector<Pair> labels;
    std::string ipam_driver;

    struct Pool {
        std::string subnet;
        std::string ip_range;
        std::string gateway;
        std::vector<Pair> aux_addresses;
    };

    std::vector<Pool> ipam;
    Place place;
};

struct Volume {
    std::string key;
    std::string name;
    std::string driver;
    bool external = false;
    bool custom_name = false;
    std::vector<Pair> driver_opts;
    std::vector<Pair> labels;
    Place place;
};

/// A top-level secret or config: exactly one source.
struct FileObject {
    std::string key;
    std::string name;
    std::string file;                    ///< Absolute path on the host.
    std::string environment;             ///< Name of a variable.
    std::optional<std::string> content;  ///< Inline, or the variable's value.
    bool external = false;
    std::string driver;
    std::string template_driver;
    std::vector<Pair> labels;
    Place place;
};

struct Model {
    std::string key;
    std::string model;
    Place place;
};

/// What the real program would print before going on. `sentence` has no prefix and no newline.
struct Warning {
    std::string sentence;
    Place place;
    bool own = false;  ///< Podium's remark: the real program is silent about it.
};

/// Something that is read and kept but does not act in the simulation.
struct Unsimulated {
    std::string path;  ///< "services.web.cpuset"
    Place place;
    std::string sentence;  ///< "CPU pinning is not simulated: every processor of a host is alike."
    bool stack_acts = false;  ///< Under docker compose only: docker stack deploy acts on it.
};

struct Project {
    std::string name;
    std::string directory;  ///< The project directory, absolute.
    std::vector<std::string>
        files;  ///< The Compose files read with -f or found, absolute, in order.
    std::vector<std::string> included_files;  ///< Read through include and extends.
    std::vector<Service> services;            ///< Active ones, sorted by name.
    std::vector<Service> disabled_services;   ///< Those whose profiles are not active.
    std::vector<Network> networks;
    std::vector<Volume> volumes;
    std::vector<FileObject> secrets;
    std::vector<FileObject> configs;
    std::vector<Model> models;
    std::vector<std::string> profiles;  ///< The active ones.
    std::map<std::string, std::string>
        environment;  ///< What interpolation saw: .env and the shell's.
    std::vector<Warning> warnings;
    std::vector<Unsimulated> unsimulated;
    Dialect dialect = Dialect::V2;
    bool interpolated = true;    ///< Variables were replaced.
    bool all_resources = false;  ///< What no service uses counts as used.
    bool compatible = false;     ///< Docker Compose 2 puts '_' between the parts of names.
    /// The merged model in canonical form, every value with its place. Its `services` holds the
    /// disabled ones too.
    Node model;
    /// The same before it was brought to the long form; what docker-compose 1.29 prints it from.
    Node merged;

    /// nullptr when there is no such active service.
    [[nodiscard]] const Service* find_service(std::string_view name) const;
    [[nodiscard]] const Network* find_network(std::string_view key) const;
    [[nodiscard]] const Volume* find_volume(std::string_view key) const;
    [[nodiscard]] const FileObject* find_secret(std::string_view key) const;
    [[nodiscard]] const FileObject* find_config(std::string_view key) const;
    /// Where the value at a path such as "services.web.ports[0]" was written, or the nearest above
    /// it.
    [[nodiscard]] Place place_of(std::string_view path) const;
};

/// The services in the order they are started: dependencies first, then by name.
std::vector<std::string> start_order(const Project& project);

/// "proj" from "My Proj!": lower case, only a-z 0-9 _ -, no leading _ or -.
std::string normal_project_name(std::string_view name);

}  // namespace podium::compose
