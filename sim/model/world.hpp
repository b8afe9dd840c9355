#pragma once

// The physical world: hosts with their container engines, containers, processes, networks, volumes
// and images. One copyable value. Rows name rows by id. Each column has one writer:
//
//   hosts, engine state ....... engine.cpp        containers ......... container.cpp
//   processes, streams ........ process.cpp       health ............. health.cpp
//   bridges, endpoints, ports . bridge.cpp        volumes ............ volume.cpp
//   requests .................. request.cpp and one file per family of operations
//   exchanges ................. exchange.cpp      traffic ............ traffic.cpp
//
// The world does not know that it is orchestrated.

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "sim/base/box.hpp"
#include "sim/core/kernel.hpp"
#include "sim/model/address.hpp"
#include "sim/model/agent_image.hpp"
#include "sim/model/behaviour.hpp"
#include "sim/model/build.hpp"
#include "sim/model/container_spec.hpp"
#include "sim/model/defaults.hpp"
#include "sim/model/exchange.hpp"
#include "sim/model/facts.hpp"
#include "sim/model/file_tree.hpp"
#include "sim/model/ids.hpp"
#include "sim/model/image.hpp"
#include "sim/model/log_lines.hpp"
#include "sim/model/network.hpp"
#include "sim/model/overlay.hpp"
#include "sim/model/process.hpp"
#include "sim/model/request.hpp"
#include "sim/model/slots.hpp"
#include "sim/model/traffic.hpp"
#include "sim/model/transfer.hpp"

namespace podium::model {

/// The kinds of events of this room; `subject`, `word` and `extra` as said.
enum ModelEvent : EventKind {
    kEventProcessStep = kRoomModel,  ///< subject: process slot, word: generation, extra: wake serial
    kEventRequest,                   ///< subject: request slot, word: generation, extra: serial
    kEventContainerBackoffOver,      ///< subject: container, extra: timer serial
    kEventContainerStartStage,       ///< subject: container, word: stage, extra: timer serial
    kEventContainerExitNoticed,      ///< subject: container, extra: run generation
    kEventContainerExitStage,        ///< subject: container, word: stage, extra: run generation
    kEventContainerBulkExit,         ///< subject: container, extra: run generation
    kEventHealthTimeout,             ///< subject: container, extra: monitor serial
    kEventEngineStage,               ///< subject: host, word: stage, extra: engine serial
    kEventTransfer,                  ///< subject: host, extra: serial of the transfers' last change
    kEventExchange,                  ///< subject: exchange slot, word: generation, extra: stage
    kEventTraffic,                   ///< subject: source, word and extra: see traffic.cpp
    /// subject: container, word: 0, or when the probe whose time is up began; extra: monitor serial. A
    /// round that may change the status comes as kEventHealthTimeout.
    kEventHealthDue = kRoomModel | kBackgroundEvent,
    kEventExchangeTimeout,           ///< As kEventExchange; most are of exchanges that have ended.
};

enum class ContainerState : std::uint8_t { Created, Running, Paused, Restarting, Exited, Removing, Removed };

/// "created", "running", "paused", "restarting", "exited", "removing", "dead".
std::string_view container_state_name(ContainerState state);

enum class HealthStatus : std::uint8_t { None, Starting, Healthy, Unhealthy };
std::string_view health_status_name(HealthStatus status);

struct HealthResult {
    Time start;
    Time end;
    int exit_code = 0;
    std::string output;
};

/// The health monitor of one container. `serial` counts its openings: timers of an older one are dead.
struct Health {
    HealthStatus status = HealthStatus::None;
    int failing_streak = 0;
    std::uint32_t serial = 0;
    bool open = false;        ///< The monitor runs: the container runs and is not paused.
    ProcessId probe;          ///< The probe now running, if any.
    bool timed_out = false;   ///< The running probe was over its timeout and has been counted.
    Time probe_started{};
    StreamId output;
    std::string not_modelled;  ///< What of its check Podium does not model, as it was told once for this start; else empty.
    FactId opened_by;  ///< The start or unpause that opened it: the cause of every probe.
    std::vector<HealthResult> log;  ///< The last five.
};

/// A mount as it is in a container: the spec's, with the anonymous volume's name filled in.
struct MountPoint {
    Mount mount;
    VolumeId volume;  ///< MountKind::Volume.
    FileTree tmpfs;   ///< MountKind::Tmpfs.
    bool anonymous = false;
    bool copied = false;   ///< From --volumes-from: never filled from the image.
    bool mounted = false;  ///< The container has it mounted: between mount and unmount.
};

/// A container's place on one network. Addresses are empty while it does not run.
struct Endpoint {
    BridgeId bridge;  ///< None while no network of this name is known.
    std::string network;  ///< The network's name, or what was asked for while there is none.
    std::vector<std::string> aliases;
    std::string wanted_ipv4;
    Ipv4 ipv4;
    bool connected = false;
    bool was_connected = false;  ///< Ever: inspect knows the network's id from then on.
    bool publishes = false;      ///< The container's ports are bound for this endpoint.
    std::uint32_t ordinal = 0;  ///< Of this endpoint, for its id.
};

struct ExecSession {
    std::string id;
    ContainerId container;
    std::vector<std::string> command;
    std::vector<std::string> environment;
    std::string working_directory;
    std::string user;
    bool tty = false;
    bool attach_stdin = false;
    std::string detach_keys;  ///< As they were given; empty: the usual ones.
    bool detached = false;
    bool running = false;
    int exit_code = 0;
    ProcessId process;
};

/// What has gone through a container's network interfaces since it was started.
struct NetworkUse {
    std::int64_t received_bytes = 0;
    std::int64_t received_packets = 0;
    std::int64_t sent_bytes = 0;
    std::int64_t sent_packets = 0;
};

/// What most columns of a container are not asked for in every event.
struct ContainerDetail {
    std::string id;  ///< 64 hex digits.
    ImagePointer image;
    std::string working_directory = "/";
    std::vector<std::string> argv;  ///< Entrypoint and command as run.
    std::vector<std::string> environment;
    std::vector<Ulimit> ulimits;  ///< Of its last start: its own, and the engine's of then.
    const BehaviourProfile* profile = nullptr;  ///< Of the world's catalogue, which all copies share.
    Time created{};
    FileTree layer;
    std::vector<MountPoint> mounts;
    std::vector<Endpoint> endpoints;
    std::vector<PortBinding> wanted_ports;  ///< The spec's, and with publish_all the exposed ones.
    std::vector<PublishedPort> ports;       ///< As bound; empty while it does not run.
    std::optional<HealthCheck> health_check;  ///< The spec's over the image's, with the engine's defaults.
    Health health;
    std::string error;           ///< State.Error
    bool oom_killed = false;     ///< State.OOMKilled: measured to stay set over automatic restarts.
    bool oom_pending = false;    ///< The OOM killer struck, and the engine has not noticed the end yet.
    ProcessId main;              ///< PID 1.
    std::vector<ProcessId> processes;  ///< All living ones and zombies, in order of their start.
    std::uint32_t host_pid = 0;  ///< State.Pid
    shell::Pid next_pid = 2;     ///< Next number in its PID namespace.
    std::int64_t memory_bytes = 0;  ///< In use by its processes.
    std::int64_t memory_peak_bytes = 0;
    // Counters of this run (docker stats):
    NetworkUse network;
    std::int64_t written_bytes = 0;  ///< To disks, by its processes.
    Duration cpu_of_ended{};         ///< Of its processes that have ended.
    Duration paused_for{};           ///< Up to its last unpause.
    Time paused_since{};             ///< While it is paused.
    std::string configured_stop_signal;  ///< The spec's, else the image's; empty: TERM.
    int pending_exit_code = 0;   ///< How PID 1 ended, until the engine notices.
    Time pending_end{};          ///< When it ended; 0 when that is not known, as after a power loss.
    int pending_signal = 0;
    FactId pending_cause;
    bool keep_after_exit = false;  ///< A restart request: --rm does not remove it now.
    LogLines log;
    std::size_t log_bytes = 0;
    std::int64_t log_bytes_on_disk = 0;
    std::uint64_t log_serial = 0;   ///< Counts writes.
    std::uint64_t log_dropped = 0;  ///< Lines no longer kept, from the front.
    std::vector<RequestId> log_followers;
    bool log_line_open = false;  ///< The last line has no newline yet.
    std::vector<StreamId> attached;       ///< Attached output streams of standard output.
    std::vector<StreamId> attached_error;
    StreamId standard_input;              ///< When open_stdin: a pipe the clients write to.
    std::vector<RequestId> waiters;       ///< Requests waiting for it to stop, exit or be removed.
    RequestId locked_by;                  ///< The request that holds its lock, or
    bool locked_by_engine = false;        ///< the engine's own start or cleanup does.
    RequestId removal;                    ///< The last request that set about removing it.
    std::deque<RequestId> lock_queue;
    std::uint32_t start_serial = 0;  ///< Timers of an older start are dead.
    std::uint8_t start_stage = 0;
    StartReason start_reason = StartReason::Request;
    RequestId start_request;
    std::map<std::string, char, std::less<>> state_changes;  ///< docker diff: path to A, C or D.
    Duration nominal_backoff{};  ///< The rule's delay before the present or last restart.
    std::string build_place;    ///< Of a build's intermediate container: "app/Dockerfile:3"; else empty.
    bool took_as_done = false;  ///< Something it was to do was taken as done.
    // Faults:
    Duration slow_start{};          ///< Each start's program begins so much later.
    std::uint32_t failing_health = 0;  ///< While not 0, every probe counts as failed.
};

/// What is kept of a container in outline (outline.hpp) besides the columns of Container.
struct ContainerOutline {
    ImagePointer image;
    Time created{};
    RequestId start_request;     ///< While it is being started.
    Ipv4 address;                ///< On the engine's own bridge, from its start on.
    std::uint32_t host_pid = 0;  ///< Of PID 1 on its host.
    std::uint8_t start_stage = 0;
    std::uint64_t id_key = 0;    ///< Of container_id_key(), once it was worked out.
};

/// A spec that many containers in outline share, with the image for which that was last found to be possible.
struct SharedOutline {
    SpecId spec;
    ImagePointer image;
};

/// The hot columns of a container, written on every start and exit. One of a bulk (whose image only lives for a
/// while and dies) has neither detail nor processes, and neither has one in outline; all others have a detail.
struct Container {
    StringId name;
    HostId host;
    SpecId spec;
    std::uint32_t ordinal = 0;  ///< Among the host's containers of this name; its id comes from it.
    ContainerState state = ContainerState::Created;
    RestartPolicyKind policy = RestartPolicyKind::No;
    bool manually_stopped = false;      ///< moby HasBeenManuallyStopped
    bool policy_cancelled = false;      ///< moby ExitOnNext: the present restart manager is cancelled.
    bool ever_started = false;          ///< moby HasBeenStartedBefore
    bool process_alive = false;         ///< PID 1 exists (also while the engine is down or not told yet).
    std::uint32_t maximum_retries = 0;
    std::int32_t exit_code = 0;
    std::uint32_t restart_count = 0;    ///< State: all automatic restarts since the last start by request.
    std::uint32_t policy_restarts = 0;  ///< The restart manager's own count, compared with maximum_retries.
    std::uint32_t run_generation = 0;   ///< Counts starts; timers of an older run are dead.
    std::uint32_t timer_serial = 0;     ///< Counts back-offs; timers of an older one are dead.
    Duration backoff{};                 ///< The last delay; 0 before the first.
    Time started{};
    Time finished{};
    FactId last_fact;                   ///< What last happened to it: where `why` begins.
    Box<ContainerDetail> detail;
    Box<ContainerOutline> outline;      ///< In the place of `detail`, as long as nothing more is to be known of it.

    /// moby State.Running: true also while restarting and paused.
    [[nodiscard]] bool counts_as_running() const {
        return state == ContainerState::Running || state == ContainerState::Paused || state == ContainerState::Restarting;
    }
};

/// A Docker network of one host (driver bridge, host or null), or a swarm's as this host knows it (overlay).
struct Bridge {
    HostId host;
    std::string name;
    std::string id;
    std::string driver = "bridge";
    Subnet subnet{};
    Ipv4 gateway;
    AddressPool addresses;
    bool internal = false;
    bool attachable = false;
    bool ingress = false;  ///< Of the routing mesh.
    bool predefined = false;
    bool removed = false;
    bool check_duplicate = true;
    bool subnet_given = false;   ///< By the user: inspect shows what was given, and --ip is allowed.
    bool gateway_given = false;
    std::map<std::string, std::string> labels;
    std::map<std::string, std::string> options;
    Time created{};
};

struct Volume {
    HostId host;
    std::string name;
    std::string driver = "local";
    std::map<std::string, std::string> labels;
    std::map<std::string, std::string> options;
    FileTree files;
    std::uint32_t mounted = 0;  ///< Running containers that have it mounted.
    bool anonymous = false;
    bool removed = false;
    bool populated = false;     ///< Got the image's files at its first mount.
    Time created{};
};

enum class EngineState : std::uint8_t { Running, Stopping, Stopped, Starting, Frozen };

struct DaemonConfig;

/// An order of texts' numbers to find them by. It is nothing to show: who goes through such a table sorts what comes of it, or does
/// not care.
struct OnlyToFind {
    bool operator()(StringId a, StringId b) const { return a.value < b.value; }
};

/// A host's container engine (dockerd).
struct Engine {
    EngineState state = EngineState::Running;
    std::uint32_t serial = 0;  ///< Timers of an older life are dead.
    bool live_restore = false;
    bool crashed = false;       ///< The last end was a kill: containers' processes may have outlived it.
    bool restart_after_stop = false;  ///< `systemctl restart`: start again when stopped.
    bool power_off_after = false;     ///< A reboot: the host goes down when the engine has stopped.
    bool restored = false;            ///< Starting: what had to go down first is down.
    bool startup_done = false;        ///< Starting: all starts by policy are made; restarts may go on.
    std::set<ContainerId> going_down;  ///< Still to go down before it ends, or before it restores.
    std::set<ContainerId> starting;    ///< Starts by policy that have not ended yet.
    std::map<StringId, ContainerId, OnlyToFind> by_name;
    std::map<std::string, BridgeId> networks;
    std::map<std::string, VolumeId> volumes;
    std::map<std::string, std::uint32_t> ordinals;  ///< How many objects of a kind and name there have been.
    std::vector<RequestId> queued;      ///< Requests that wait for the API to answer.
    std::vector<StreamId> event_streams;
    std::uint64_t next_anonymous = 1;
    std::vector<RequestId> event_requests;
    std::vector<FactId> events;         ///< Docker events in order, for `docker events --since`.
    std::map<std::string, ExecSession> execs;
    SubnetPools pools;
    PortTable port_table;
    bool orchestrated = false;  ///< It is part of a swarm: GET /info is asked of the orchestrator first.
    std::string node_id;        ///< What the swarm calls it.
    bool socket_listens = false;  ///< While it is down systemd listens in its place (docker.socket): who asks it waits, and starts it.
    int pending_signal = 0;       ///< Sent while SIGSTOP held it.
    bool unit_restarts = false;   ///< It has ended, or is about to, by something else than a job: systemd starts it again.
    std::uint32_t pid = 742;    ///< Of dockerd on its host, while there is one.
    Time started{};             ///< When that dockerd began.
    std::shared_ptr<const DaemonConfig> config;  ///< What it has taken over of its daemon.json; null: nothing (daemon_config.hpp).
    std::string refused;        ///< Why the last dockerd ended at its start, in its own words; empty: it did not.
};

struct HostSpec {
    std::string name = "host";
    std::int64_t cpu_millicores = 4000;
    std::int64_t memory_bytes = 8LL << 30;
    std::int64_t disk_bytes = 64LL << 30;
    std::string address = "192.168.65.3";
    std::vector<std::string> closed_ports;  ///< "2377/tcp": its firewall drops what comes to them from other hosts.
};

/// From `since` on a host's clock was so far ahead of simulated time (negative: behind).
struct ClockStep {
    Time since;
    Duration skew;
};

/// A layer of a pull under way.
struct PullLayer {
    ImageLayer layer;
    TransferId transfer;
    bool done = false;
};

/// An image on its way to a host.
struct Pull {
    RequestId request;
    HostId host;
    ImageReference reference;
    int status = 200;  ///< What the registry answered.
    std::string message;
    ImagePointer image;
    bool corrupt = false;
    std::string failure;  ///< Why it fails once its present step is over; empty while it may succeed.
    std::vector<PullLayer> layers;
    std::vector<std::string> held;  ///< Digests of its image's layers that are here.
};

struct Host {
    HostSpec spec;
    NodeId node{};              ///< In the physical network.
    bool up = true;
    std::uint32_t boots = 0;
    std::uint32_t next_pid = 1200;
    Engine engine;
    Directory directory;  ///< What its engine knows of a swarm's services.
    ImageStore images;
    std::vector<Pull> pulls;  ///< Under way, in the order they came.
    std::vector<Listener> listeners;  ///< Its own processes' and its containers'.
    FileTree files;
    std::int64_t disk_used_bytes = 0;    ///< Images, layers, volumes, logs and the host's own files.
    std::int64_t memory_used_bytes = 0;  ///< By all processes.
    std::int64_t disk_filled_bytes = 0;  ///< By a fault.
    std::set<ContainerId> disk_full_told;  ///< Who met a full disk since it last had room (0: the host itself).
    std::vector<ProcessId> processes;    ///< The host's own, in order of their start; containers have theirs.
    std::uint32_t process_count = 0;     ///< All of them, containers' included.
    std::uint32_t outlines = 0;          ///< Containers in outline, whose processes have no rows.
    Duration clock_skew{};  ///< Now; set_clock_skew() changes it.
    std::vector<ClockStep> clock_steps;  ///< All changes of it, oldest first.
    std::int64_t disk_slowdown = 1;  ///< What the engine writes takes so many times as long.
    Time next_restore_start{};
    bool frozen = false;        ///< A paused virtual machine: nothing runs, no timer goes on.
    Time frozen_since{};
    std::vector<Event> held;    ///< What would have happened since, or later, had it not been frozen.
    std::size_t held_ahead = 0;  ///< So many of these, the first, were ahead when it froze.
    std::vector<ProcessId> on_processor;   ///< Those that want processor time, in the order they came.
    std::int64_t processor_demand = 0;     ///< Of all these, in millicores.
    bool processor_short = false;          ///< Not everyone got what it wants at the last sharing-out.

    [[nodiscard]] std::int64_t disk_free_bytes() const {
        const std::int64_t left = spec.disk_bytes - disk_filled_bytes - disk_used_bytes;
        return left > 0 ? left : 0;
    }
    /// How far ahead the clock was at a moment: what was stamped then keeps that stamp.
    [[nodiscard]] Duration skew_at(Time time) const {
        Duration skew{};
        for (const ClockStep& step : clock_steps) {
            if (step.since > time) break;
            skew = step.skew;
        }
        return skew;
    }
    /// The simulated time at which the present clock would have shown what it showed at `time`: with
    /// `clock_skew` it gives the stamp made then.
    [[nodiscard]] Time stamped(Time time) const { return time + (skew_at(time) - clock_skew); }
};

/// How programs are found by name and made; given by the lab, shared and immutable.
class ProgramTable {
  public:
    virtual ~ProgramTable() = default;
    /// A program for argv, or null with the reason: NoEntry, or NotModelled for what exists in life.
    /// `in_container` is false on a host.
    [[nodiscard]] virtual std::unique_ptr<shell::Program> make(const std::vector<std::string>& argv,
                                                               const std::vector<std::string>& environment,
                                                               bool in_container,
                                                               shell::Errno& error) const = 0;
    /// Whether a program of this name could be made.
    [[nodiscard]] virtual shell::Errno find(const std::string& name, bool in_container) const = 0;
    /// tini: starts `argv` as its child, forwards signals, exits as the child did.
    [[nodiscard]] virtual std::unique_ptr<shell::Program> make_init(const std::vector<std::string>& argv) const = 0;
    /// The program that acts out an image's behaviour profile when no command was given.
    [[nodiscard]] virtual std::unique_ptr<shell::Program> make_service(const BehaviourProfile& profile) const = 0;
};

/// What the world has to say to whoever orchestrates it, in order, until it is taken.
struct Outbox {
    std::vector<RequestId> asked;     ///< Requests of Operation::Orchestration, and Info of engines in a swarm, to be answered.
    std::vector<RequestId> answered;  ///< Requests of agents that have been answered.
    std::vector<HostId> engines;      ///< Hosts whose engine began, ended, froze or went on.
    std::vector<ContainerId> containers;  ///< Containers of agents to which something has happened.
};

struct World {
    explicit World(std::uint64_t seed);
    // In host.cpp, so that not everybody who includes this compiles them.
    World(const World&);
    World(World&&) noexcept;
    World& operator=(const World&);
    World& operator=(World&&) noexcept;
    ~World();

    Kernel kernel;
    std::shared_ptr<const ProgramTable> programs;
    std::shared_ptr<const Catalogue> catalogue;
    /// Every image name resolves to this repository's profile when set (recordings made with one image).
    std::string only_image;
    bool keeps_outlines = true;  ///< Containers that may be kept in outline are; off to compare.

    std::vector<Host> hosts;            // HostId 1 is hosts[0], and so on for all columns
    std::vector<Container> containers;
    std::vector<std::shared_ptr<const ContainerSpec>> specs;
    std::vector<StringId> spec_images;  ///< The image of each spec, for facts.
    std::map<const ContainerSpec*, SharedOutline> shared_specs;  ///< Those that many containers in outline share; only looked up, never gone through.
    std::vector<Bridge> bridges;
    std::vector<Volume> volumes;
    Slots<Process, ProcessTag> processes;
    Slots<Stream, StreamTag> streams;
    std::vector<StreamId> followed;  ///< Open files whose growth somebody waits for (tail -f).
    Slots<Request, RequestTag> requests;
    Network network;
    Registries registries;
    std::map<std::string, AgentImage, std::less<>> agent_images;  ///< By what agents pull, and other texts for it; only checks go through it.
    Transfers transfers;
    std::vector<Build> builds;
    Slots<Exchange, ExchangeTag> exchanges;
    std::uint32_t frozen_hosts = 0;
    std::size_t dead_steps = 0;  ///< Timers ahead that nobody waits for any more (a killed sleep's): no reason for a run to go on.
    std::uint64_t exchange_count = 0;  ///< Turns of names that mean several containers.
    std::map<ProcessId, std::deque<ExchangeId>> arrived;  ///< Not yet taken by the server, first come first.
    std::vector<Traffic> traffic;
    bool orchestrated = false;  ///< Somebody takes what is in the outbox.
    Outbox outbox;
    NodeId outside{};  ///< Where clients outside the hosts stand; none before the first.

    [[nodiscard]] Host& host(HostId id) { return hosts[id.value - 1]; }
    [[nodiscard]] const Host& host(HostId id) const { return hosts[id.value - 1]; }
    [[nodiscard]] Container& container(ContainerId id) { return containers[id.value - 1]; }
    [[nodiscard]] const Container& container(ContainerId id) const { return containers[id.value - 1]; }
    /// Who changes something of a container in outline makes it whole thereby; who looks at it sees an empty detail.
    [[nodiscard]] ContainerDetail& detail(ContainerId id) { return container(id).detail ? *container(id).detail : whole_detail(id); }
    [[nodiscard]] const ContainerDetail& detail(ContainerId id) const { return container(id).detail ? *container(id).detail : empty_detail(); }
    [[nodiscard]] const ContainerSpec& spec(const Container& c) const { return *specs[c.spec.value - 1]; }
    [[nodiscard]] StringId image_of(const Container& c) const { return spec_images[c.spec.value - 1]; }
    SpecId add_spec(std::shared_ptr<const ContainerSpec> spec_row) {
        spec_images.push_back(kernel.intern(spec_row->image));
        specs.push_back(std::move(spec_row));
        return SpecId{static_cast<std::uint32_t>(specs.size())};
    }
    [[nodiscard]] Bridge& bridge(BridgeId id) { return bridges[id.value - 1]; }
    [[nodiscard]] const Bridge& bridge(BridgeId id) const { return bridges[id.value - 1]; }
    [[nodiscard]] Volume& volume(VolumeId id) { return volumes[id.value - 1]; }
    [[nodiscard]] const Volume& volume(VolumeId id) const { return volumes[id.value - 1]; }
    [[nodiscard]] Traffic& source(TrafficId id) { return traffic[id.value - 1]; }
    [[nodiscard]] const Traffic& source(TrafficId id) const { return traffic[id.value - 1]; }
    [[nodiscard]] std::string_view name_of(ContainerId id) const { return kernel.text(container(id).name); }
    /// The container of that name on a host; none: there is none.
    [[nodiscard]] ContainerId container_called(HostId id, std::string_view name) const {
        const auto& named = host(id).engine.by_name;
        const auto found = named.find(kernel.find_text(name));
        return found == named.end() ? ContainerId{} : found->second;
    }

  private:
    ContainerDetail& whole_detail(ContainerId id);  // in outline.cpp
    static const ContainerDetail& empty_detail();
};

/// Sets a host's clock, from now on.
void set_clock_skew(World& world, HostId host, Duration skew);
/// Adds a host with a running engine and its predefined networks (bridge, host, none).
HostId add_host(World& world, HostSpec spec);
/// Hands an event of this room to its handler. Requires an event with kRoomModel in its kind.
void handle_model_event(World& world, const Event& event);

}  // namespace podium::model
