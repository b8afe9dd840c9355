#pragma once

// The objects of a swarm, as swarmkit's store keeps them (api/objects.proto, specs.proto, types.proto
// of swarmkit at the revision of Docker 20.10). Rows are immutable once stored: an update stores a new
// row. Their public ids, 25 characters, come from (kind, swarm, number), never from the seed.

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/id.hpp"
#include "sim/base/literal.hpp"
#include "sim/base/rare_text.hpp"
#include "sim/base/rare_vector.hpp"
#include "sim/base/time.hpp"
#include "sim/model/container_spec.hpp"
#include "sim/model/ids.hpp"
#include "sim/orch/raft/node.hpp"
#include "sim/orch/swarm/spec_detail.hpp"

namespace podium::swarm {

/// The kinds of objects.
enum class Kind : std::uint8_t { Node, Service, Task, Network, Secret, Config, Cluster };

/// An object's public id: 25 characters of [0-9a-z] from its kind, the swarm's number and its own.
std::string public_id(Kind kind, std::uint32_t swarm, std::uint32_t number);

/// A public id as rows have it, in their own room: there are very many rows, and one is copied with every change.
class PublicId {
  public:
    static constexpr std::size_t kMost = 25;  ///< Characters.

    PublicId() = default;
    /// Requires at most kMost characters; so for the assignment.
    explicit PublicId(std::string_view id) { *this = id; }
    PublicId& operator=(std::string_view id);

    [[nodiscard]] std::string_view view() const { return {text_.data(), size_}; }
    [[nodiscard]] std::string text() const { return std::string(view()); }
    [[nodiscard]] bool empty() const { return size_ == 0; }
    operator std::string_view() const { return view(); }  // NOLINT(google-explicit-constructor)
    operator std::string() const { return text(); }       // NOLINT(google-explicit-constructor)

    friend bool operator==(const PublicId& a, const PublicId& b) { return a.view() == b.view(); }
    friend bool operator==(const PublicId& a, std::string_view b) { return a.view() == b; }

  private:
    std::array<char, kMost> text_{};
    std::uint8_t size_ = 0;
};

struct NodeTag;
struct ServiceTag;
struct TaskTag;
struct NetworkTag;
struct SecretTag;
struct ConfigTag;
using NodeId = Id<NodeTag>;  ///< Not model::NodeId, which is a place in the physical network.
using ServiceId = Id<ServiceTag>;
using TaskId = Id<TaskTag>;
using NetworkId = Id<NetworkTag>;
using SecretId = Id<SecretTag>;
using ConfigId = Id<ConfigTag>;

/// What every object has. All but `id` is set by the store when a change applies; `version` is its
/// index then ("Version.Index").
struct Meta {
    PublicId id;     ///< See public_id().
    FactId because;  ///< What last changed it: the cause of what is decided from it.
    std::uint64_t version = 0;
    Time created{};
    Time updated{};
};

// --- nodes ---------------------------------------------------------------------------------------

enum class Role : std::uint8_t { Worker, Manager };
enum class Availability : std::uint8_t { Active, Pause, Drain };
enum class NodeState : std::uint8_t { Unknown, Down, Ready, Disconnected };

struct NodeSpec {
    std::string name;
    Labels labels;
    Role role = Role::Worker;
    Availability availability = Availability::Active;

    bool operator==(const NodeSpec&) const = default;
};

/// What a node's agent says of it.
struct NodeDescription {
    std::string hostname;
    std::string architecture = "x86_64";
    std::string os = "linux";
    std::int64_t nano_cpus = 0;
    std::int64_t memory_bytes = 0;
    std::string engine_version;
    Labels engine_labels;
    std::vector<std::pair<std::string, std::string>> plugins;  ///< Type and name.
    std::map<std::string, std::int64_t> generic;  ///< Resources of one's own: "gpu" → 2.

    bool operator==(const NodeDescription&) const = default;
};

/// A task's or a node's place on one network.
struct NetworkAttachment {
    NetworkId network;
    std::string address;  ///< With its prefix: "10.0.1.5/24".
    std::vector<std::string> aliases;

    bool operator==(const NetworkAttachment&) const = default;
};

struct Node {
    Meta meta;
    NodeSpec spec;
    NodeDescription description;
    bool described = false;     ///< Its agent has registered once.
    Role role = Role::Worker;   ///< Observed: what its certificate says.
    NodeState state = NodeState::Unknown;
    std::string message;        ///< Of the state: "heartbeat failure".
    std::string address;        ///< Its IP address.
    raft::MemberId member;      ///< While it is a manager.
    model::HostId host;
    std::uint32_t issuer = 0;  ///< Which of the swarm's roots has signed its certificate (Cluster::roots).
    std::uint32_t trusts = 0;  ///< Which root it trusts.
    bool renewing = false;     ///< It is to ask for a new certificate (IssuanceStateRotate).
    std::vector<NetworkAttachment> attachments;  ///< Of its load balancers: the ingress network, and those its tasks are on.
};

// --- tasks ---------------------------------------------------------------------------------------

/// Forward only, in this order (swarmkit api/types.proto, whose numbers these are).
enum class TaskState : std::uint16_t {
    New = 0,
    Pending = 64,
    Assigned = 192,
    Accepted = 256,
    Preparing = 320,
    Ready = 384,
    Starting = 448,
    Running = 512,
    Complete = 576,
    Shutdown = 640,
    Failed = 704,
    Rejected = 768,
    Remove = 800,
    Orphaned = 832,
};

/// "new", "pending", "assigned" …, as the API writes them.
std::string_view task_state_name(TaskState state);

enum class RestartCondition : std::uint8_t { Any, None, OnFailure };

struct TaskRestartPolicy {
    RestartCondition condition = RestartCondition::Any;
    std::optional<Duration> delay;  ///< None: 5 s.
    std::uint64_t max_attempts = 0;  ///< 0: without end.
    Duration window{};               ///< 0: since the spec's version was set.

    bool operator==(const TaskRestartPolicy&) const = default;
};

struct Resources {
    std::int64_t nano_cpus = 0;
    std::int64_t memory_bytes = 0;
    std::map<std::string, std::int64_t> generic;  ///< Only in reservations.

    bool operator==(const Resources&) const = default;
};

struct Placement {
    std::vector<std::string> constraints;
    std::vector<std::string> preferences;  ///< Spread descriptors: "node.labels.zone".
    std::uint64_t max_replicas = 0;        ///< Per node; 0: without end.
    std::vector<std::pair<std::string, std::string>> platforms;  ///< Architecture and OS.

    bool operator==(const Placement&) const = default;
};

/// A secret or config as a service mounts it.
struct FileReference {
    std::string id;
    std::string name;
    std::string target;  ///< Path, or a file name below /run/secrets.
    std::string uid = "0";
    std::string gid = "0";
    std::uint32_t mode = 0444;

    bool operator==(const FileReference&) const = default;
};

struct NetworkAttachmentConfig {
    std::string target;  ///< Network id.
    std::vector<std::string> aliases;
    Labels driver_options;
    std::string address;  ///< That a plain container asks for; empty: any.

    bool operator==(const NetworkAttachmentConfig&) const = default;
};

/// What a task is to run. Immutable and shared by all tasks of one version of a service.
struct TaskSpec {
    model::ContainerSpec container;  ///< Its restart policy, ports and endpoints are not used.
    Labels container_labels;         ///< ContainerSpec.Labels of the service (container.labels has those of swarm too once it runs).
    std::string isolation;
    std::vector<FileReference> secrets;
    std::vector<FileReference> configs;
    Resources limits;
    Resources reservations;
    std::int64_t pids_limit = 0;
    std::optional<TaskRestartPolicy> restart;
    std::optional<Placement> placement;
    std::vector<NetworkAttachmentConfig> networks;
    std::string log_driver;
    std::map<std::string, std::string> log_options;
    std::uint64_t force_update = 0;
    std::string runtime = "container";
    std::string attached_container;  ///< Of runtime "attachment": the id of the plain container.
    SpecDetail detail;
};

bool operator==(const TaskSpec& a, const TaskSpec& b);

/// A container's id, which many rows of a task have: its 64 hexadecimal digits as 32 bytes, or none.
class ContainerKey {
  public:
    ContainerKey() = default;
    /// Requires 64 hexadecimal digits, or none.
    explicit ContainerKey(std::string_view digits);
    explicit ContainerKey(const std::array<std::uint64_t, 4>& words);

    [[nodiscard]] bool empty() const { return *this == ContainerKey(); }
    [[nodiscard]] std::string text() const;

    bool operator==(const ContainerKey&) const = default;

  private:
    std::array<std::uint8_t, 32> bytes_{};
};

struct TaskStatus {
    Time since{};
    Literal message;  ///< "started".
    RareText error;   ///< "no suitable node (…)".
    ContainerKey container_id;
    std::optional<int> exit_code;
    int pid = 0;
    TaskState state = TaskState::New;

    bool operator==(const TaskStatus&) const = default;
};

/// A port of a service as the swarm has given it out.
enum class PublishMode : std::uint8_t { Ingress, Host };

struct Port {
    std::string name;
    std::string protocol = "tcp";
    std::uint16_t target = 0;
    std::uint16_t published = 0;  ///< 0 in a spec: from 30000 on (ingress), or any free one (host).
    PublishMode mode = PublishMode::Ingress;

    bool operator==(const Port&) const = default;
};

enum class EndpointMode : std::uint8_t { Vip, Dnsrr };

struct EndpointSpec {
    EndpointMode mode = EndpointMode::Vip;
    std::vector<Port> ports;

    bool operator==(const EndpointSpec&) const = default;
};

struct Task {
    Meta meta;
    ServiceId service;  ///< None: an attachment of a plain container to a network.
    NodeId node;
    std::string service_name;  ///< Also when the service is gone.
    std::uint64_t slot = 0;    ///< From 1; 0 for global services, whose tasks are named by their node.
    std::shared_ptr<const TaskSpec> spec;
    std::uint64_t spec_version = 0;  ///< Of the service when it was made (Service::spec_version).
    TaskState desired = TaskState::Running;
    TaskStatus status;
    Time reported{};  ///< When its status was written last, also if it was the same once more (swarmkit: AppliedAt).
    RareVector<NetworkAttachment> networks;
    std::shared_ptr<const EndpointSpec> endpoint;  ///< The service's spec of it, when the task was made; null: none.
    RareVector<Port> ports;           ///< Of the service's endpoint as allocated.
    RareVector<Port> status_ports;    ///< Host mode, as bound.
    std::optional<std::uint64_t> job_iteration;
};

/// "web.1", or "agent.<node's id>" of a global service.
std::string task_name(const Task& task, std::string_view node_id);

// --- services ------------------------------------------------------------------------------------

enum class ModeKind : std::uint8_t { Replicated, Global, ReplicatedJob, GlobalJob };

struct ServiceMode {
    ModeKind kind = ModeKind::Replicated;
    std::uint64_t replicas = 1;        ///< Replicated.
    std::uint64_t max_concurrent = 1;  ///< ReplicatedJob.
    std::uint64_t total = 1;           ///< ReplicatedJob: completions.

    bool operator==(const ServiceMode&) const = default;
};

enum class FailureAction : std::uint8_t { Pause, Continue, Rollback };
enum class UpdateOrder : std::uint8_t { StopFirst, StartFirst };

struct UpdateConfig {
    std::uint64_t parallelism = 1;  ///< 0: all at once.
    Duration delay{};
    FailureAction failure_action = FailureAction::Pause;
    std::optional<Duration> monitor;      ///< None: 5 s.
    std::int64_t max_failure_ppm = 0;     ///< The ratio, in millionths.
    UpdateOrder order = UpdateOrder::StopFirst;

    bool operator==(const UpdateConfig&) const = default;
};

struct ServiceSpec {
    std::string name;
    Labels labels;
    std::shared_ptr<const TaskSpec> task;
    ServiceMode mode;
    std::optional<UpdateConfig> update;
    std::optional<UpdateConfig> rollback;
    std::optional<EndpointSpec> endpoint;
};

bool operator==(const ServiceSpec& a, const ServiceSpec& b);

enum class UpdateState : std::uint8_t { None, Updating, Paused, Completed, RollbackStarted, RollbackPaused, RollbackCompleted };

struct UpdateStatus {
    UpdateState state = UpdateState::None;
    Time started{};
    std::optional<Time> completed;
    std::string message;

    bool operator==(const UpdateStatus&) const = default;
};

struct VirtualIp {
    NetworkId network;
    std::string address;  ///< With its prefix.

    bool operator==(const VirtualIp&) const = default;
};

struct JobStatus {
    std::uint64_t iteration = 0;
    Time last_execution{};

    bool operator==(const JobStatus&) const = default;
};

struct Service {
    Meta meta;
    ServiceSpec spec;
    std::uint64_t spec_version = 0;           ///< The store's index when the spec was last set.
    std::optional<ServiceSpec> previous_spec;
    std::uint64_t previous_spec_version = 0;
    UpdateStatus update;
    EndpointSpec endpoint;                    ///< As allocated: published ports filled in.
    std::vector<VirtualIp> vips;
    bool allocated = false;
    std::optional<JobStatus> job;
};

// --- the rest ------------------------------------------------------------------------------------

struct Network {
    Meta meta;
    std::string name;
    Labels labels;
    std::string driver = "overlay";
    std::map<std::string, std::string> driver_options;  ///< As given; the VXLAN id is added when it is allocated.
    std::uint32_t vxlan = 0;
    std::string subnet;   ///< "10.0.1.0/24"; empty before it is allocated.
    std::string gateway;
    std::string ip_range;  ///< The part of the subnet, as it was given, that addresses are picked from; empty: all of it.
    bool subnet_given = false;
    bool gateway_given = false;
    bool ipam_given = true;  ///< Its spec has IPAM options; a stack's default network has none.
    bool attachable = false;
    bool internal = false;
    bool ingress = false;
    bool encrypted = false;
};

/// A secret or a config.
struct Datum {
    Meta meta;
    std::string name;
    Labels labels;
    std::string data;  ///< Secrets never show it again.
};

struct ClusterSpec {
    std::int64_t task_history_limit = 5;
    Duration heartbeat_period = seconds(5);
    std::uint64_t snapshot_interval = 10'000;
    std::uint64_t keep_old_snapshots = 0;
    std::uint32_t heartbeat_tick = 1;
    std::uint32_t election_tick = 10;
    Duration certificate_expiry = hours(24 * 90);
    std::uint64_t force_rotate = 0;  ///< A root of its own for each value.
    bool autolock = false;

    bool operator==(const ClusterSpec&) const = default;
};

/// The swarm itself.
struct Cluster {
    Meta meta;
    ClusterSpec spec;
    std::string worker_token;
    std::string manager_token;
    std::vector<Time> roots;  ///< When its further roots of certificates were made; root 0 came with the swarm.
    std::uint32_t root = 0;   ///< The one that nodes trust.
    bool rotating = false;    ///< Nodes get certificates of the last of `roots`, which takes its place then.
    std::string unlock_key;  ///< Empty while it is not locked.
    std::string address_pool = "10.0.0.0/8";
    std::uint32_t subnet_size = 24;
    std::uint16_t data_path_port = 4789;
};

/// The root that signs certificates now.
inline std::uint32_t issuing_root(const Cluster& cluster) { return cluster.rotating ? static_cast<std::uint32_t>(cluster.roots.size()) : cluster.root; }

}  // namespace podium::swarm
