#pragma once

// What a swarm is on its hosts, as rows: each host's membership with its agent, each swarm's Raft group
// and store, and for each manager that leads what it does as the leader. Plain data; the functions that
// write it are in the files of this folder, one for each part:
//
//   lives.cpp ........ hosts' engines that begin, end, stand still      agent_session.cpp ... agents and their managers
//   consensus.cpp .... proposals, what applies, who leads               agent_task.cpp ...... what agents do with tasks
//   dispatcher.cpp ... the leader's side of agents' sessions            task_container.cpp .. the containers of tasks
//   asking.cpp ....... requests of clients                              membership.cpp ...... init and join
//   info.cpp ......... GET /info                                        departure.cpp ....... leave, unlock, restarts
//   roles.cpp ........ managers and workers                      networks.cpp ........ overlays, and who hears of what serves
//   logs.cpp ......... the leader's log broker                   log_reading.cpp ..... what agents send it
//   events.cpp ....... GET /events
//   certificates.cpp . a new root of certificates
//   attachments.cpp .. plain containers on attachable networks   inspect_network.cpp . what an engine says of an overlay

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <boost/container/flat_map.hpp>

#include "sim/base/sorted_rows.hpp"
#include "sim/model/overlay.hpp"
#include "sim/model/world.hpp"
#include "sim/orch/raft/group.hpp"
#include "sim/orch/rooms.hpp"
#include "sim/orch/scheduler/policy.hpp"
#include "sim/orch/swarm/api_events.hpp"
#include "sim/orch/swarm/hosts/log_rows.hpp"
#include "sim/orch/swarm/hosts/task_owners.hpp"
#include "sim/orch/swarm/manager.hpp"
#include "sim/orch/swarm/store.hpp"

namespace podium::swarm {

/// Events of kRoomSwarm beside the manager's. `subject` is the host on which it happens.
enum HostEvent : EventKind {
    kEventMembership = kRoomSwarm | 0x40,  ///< word: 0; extra: the row's attempt
    kEventFlush,        ///< extra: the leadership's number
    kEventBatch,        ///< word: node; extra: its session
    kEventAssign,       ///< extra: the agent's session
    kEventReport,       ///< word: agent's host; extra: its session
    kEventReportAgain,  ///< extra: the agent's session
    kEventTask,         ///< word: task; extra: its serial
    kEventAsk,          ///< word: number of what is asked; extra: its serial
    kEventAnswer,       ///< word: the same; extra: its serial
    kEventRole,         ///< word: what has become of its role (roles.cpp); extra: 0
    kEventLogSubscribe,  ///< word: subscription; extra: the agent's session
    kEventLogPublish,    ///< word: subscription, the agent's session in the high half; extra: node
    kEventLogDeliver,    ///< word: subscription
    kEventAttach,         ///< word: number of the attachment; extra: its serial
    kEventAttachAsked,    ///< The same, at the leader.
    kEventAttachRefused,  ///< The same, back at the host.
    kEventCertificate,    ///< word: what about it; extra: the agent's session
    kEventDescribe,       ///< extra: the agent's session
    // These go on for ever, or come to nothing in a swarm at rest.
    kEventConnect = kRoomSwarm | 0xC0,  ///< extra: the agent's session
    kEventConnectTimeout,               ///< extra: the agent's session
    kEventRegister,     ///< word: agent's host, its session in the high half
    kEventRegistered,   ///< word: 1 or 0; extra: the agent's session
    kEventBeat,         ///< extra: the agent's session
    kEventBeatArrives,  ///< word: agent's host, its session in the high half
    kEventBeatAnswer,   ///< word: the period; extra: the agent's session
    kEventBeatTimeout,  ///< word: the beat; extra: the agent's session
    kEventExpire,       ///< word: node; extra: its session
    kEventSessionLost,  ///< extra: the agent's session
    kEventDeadline,     ///< word: number of what is asked
    kEventOrphan,       ///< word: node; extra: the leadership's number
    kEventRoleAgain,    ///< extra: the leadership's number
    kEventGossip,       ///< What it has announced reaches others.
    kEventSuspect,      ///< Others have not heard of it for so long.
    kEventLogDeliverAgain,  ///< word: subscription
    kEventAttachDeadline,  ///< word: number of the attachment
    kEventDetach,          ///< word: task
    kEventRotate,          ///< extra: the leadership's number
};

/// A status as an agent reports it.
struct Report {
    TaskStatus status;
    std::optional<RareVector<Port>> ports;  ///< Of host mode, as its container has bound them.
    FactId because;
};

/// What a task goes through on its host, one after the other. Managers may not hear of each: what comes
/// within one batch of reports is overwritten.
inline constexpr std::array<TaskState, 5> kPassedStates{TaskState::Accepted, TaskState::Preparing, TaskState::Ready, TaskState::Starting, TaskState::Running};

/// One task as its node's agent sees it: swarmkit's taskManager with its controller.
struct AgentTask {
    /// What is under way: one thing at a time.
    enum class Operation : std::uint8_t {
        None,
        Retry,   ///< Something was cancelled; another look comes in a second.
        Pull,
        Networks,  ///< Overlays that the host does not have yet.
        Create,
        Queue,   ///< About to start, with whatever else begins in this instant.
        Crowded,  ///< Started beside others, which takes longer.
        Start,
        Health,  ///< Started, until it is healthy.
        Wait,    ///< Running, until it ends.
        End,     ///< Its container has ended, which is noticed soon.
        Gossip,  ///< About to be stopped: others hear that it serves no more.
        Stop,
        Remove,
    };

    Row<Task> task;               ///< As it was assigned: see take().
    RareVector<Row<Datum>> data;  ///< Its secrets and configs.
    TaskStatus status;  ///< The agent's own, which it keeps on its disk.
    std::array<Time, kPassedStates.size()> passed{};  ///< When it came to each of those.
    StringId name;      ///< Of its container.
    FactId because;     ///< Why it does what it does now.
    FactId happened;    ///< What its status comes from.
    Operation operation = Operation::None;
    bool assigned = true;
    bool removing = false;   ///< No longer assigned: stopped, then removed.
    bool kept = false;       ///< Its container is removed, itself it stays (force-new-cluster).
    bool unhealthy = false;  ///< Being stopped for that.
    // Of `task`, which lies elsewhere and is looked at with every step:
    bool serves = false;      ///< It is on networks or has ports.
    bool attachment = false;  ///< Of a plain container, to a network.
    TaskState desired = TaskState::New;
    std::uint32_t serial = 0;
    model::RequestId request;
    model::ContainerId container;

    void take(Row<Task> row) {
        serves = !row->networks.empty() || !row->ports.empty();
        attachment = row->spec->runtime == "attachment";
        desired = row->desired;
        task = std::move(row);
    }
};

/// What an agent tells others of a task that serves.
struct Announced {
    struct Place {
        std::string network;  ///< Id.
        model::Ipv4 address;
        model::Ipv4 vip;  ///< Of the service there; none: it has none.
        std::vector<std::string> aliases;

        bool operator==(const Place&) const = default;
    };

    model::ContainerId container;
    std::string service;
    std::vector<Place> places;
    std::vector<Port> ports;  ///< Of the routing mesh.

    bool operator==(const Announced&) const = default;
};

/// A node's agent. Its tasks are on its host's disk.
struct Agent {
    enum class Stage : std::uint8_t { Off, Delayed, Connecting, Registered };

    Stage stage = Stage::Off;
    std::uint32_t session = 0;  ///< Counts sessions: what is of an older one is dead.
    Time begun{};
    Duration backoff{};
    model::HostId via;      ///< The manager it talks to.
    model::HostId leader;   ///< Where its session is.
    model::HostId avoided;  ///< The manager with whom it failed last.
    std::vector<model::HostId> managers;  ///< It has been told of.
    std::uint64_t beat = 0;
    bool beat_answered = true;
    SortedRows<TaskId, AgentTask> tasks;
    boost::container::flat_map<TaskId, Report> unreported;
    bool reporting = false;
    Duration resend{};
    FactId because;  ///< What its present session or the lack of one comes from.
};

/// node-generic-resources of a host's /etc/docker/daemon.json.
struct ConfiguredResources {
    std::map<std::string, std::int64_t> pieces;  ///< "gpu" → 2.
    std::vector<std::string> left_out;           ///< Entries that are no such thing: "gpu=GPU-1".
};

/// What a host is to a swarm.
struct HostRow {
    enum class State : std::uint8_t {
        Out,
        Initialising,
        Joining,
        Active,
        Locked,
        Leaving,
        Failed,  ///< Its node has ended with an error: what began in the background, or a manager that can't take part.
    };
    /// Of Initialising, Joining and Leaving.
    enum class Step : std::uint8_t { Keys, Certificate, Agent, Raft, Containers, Done };

    State state = State::Out;
    Step step = Step::Keys;
    std::uint32_t swarm = 0;
    NodeId node;
    raft::MemberId member;  ///< Its place in the group; none while it has none.
    bool manager = false;   ///< By its certificate.
    Time manager_stops{};   ///< Until then the manager that it was stops.
    Time manager_again{};   ///< Before then no manager begins: the others have removed it, and it waits to hear that it is a worker.
    bool alive = false;     ///< Its engine runs, standing still or not.
    bool frozen = false;
    std::uint32_t attempt = 0;  ///< Counts what is under way: timers of older things are dead.
    std::uint32_t wish = 0;     ///< What is asked that its membership answers.
    bool told = false;          ///< It has been answered.
    std::string address;
    std::uint16_t port = 2377;
    // Joining and initialising.
    std::vector<std::string> remotes;
    std::string token;
    Availability availability = Availability::Active;
    std::string init_body;
    Time begun{};
    // The attempts of what it does to become a part (ca/config.go, raft.go).
    std::uint32_t tries = 0;     ///< That have failed.
    bool trying = false;         ///< One is under way, since `try_begun`.
    bool knows_root = false;     ///< It has the certificate of the root.
    bool calling_back = false;   ///< The leader calls it on its own address, since `try_begun`.
    Time try_begun{};
    Time due{};                  ///< Nothing is tried before.
    std::string error;           ///< Of Failed, and of the last attempt.
    Duration reconnect{};        ///< Of Failed: until its node starts again; 0: never.
    FactId changed_because;  ///< Of its engine's last end, freeze or start.
    TaskId forced;           ///< Leaving: whose container is removed by force.
    ConfiguredResources configured;  ///< What its engine was told of resources of one's own when it started.
    Agent agent;
    std::vector<Event> held;  ///< What has become due while it stood still.
    // Its networks.
    std::shared_ptr<const std::vector<Announced>> announced;
    std::map<model::HostId, std::shared_ptr<const std::vector<Announced>>> heard;  ///< By whose it is; its own too.
    bool gossip_ahead = false;
    // What its manager has told of its store's changes, and after which entry it began to.
    std::deque<std::shared_ptr<const StoreEvent>> events;
    raft::Index events_after = 0;
};

/// A message of a dispatcher to an agent.
struct Assignments {
    bool complete = false;
    std::vector<std::pair<TaskId, Row<Task>>> updated;
    std::vector<TaskId> removed;
};

/// An agent's session as the dispatcher sees it, or a node of which it only knows that it was there.
struct NodeSession {
    model::HostId host;
    model::HostId via;
    std::uint32_t session = 0;  ///< The agent's number for it; 0: none.
    bool registering = false;   ///< Until its node is ready in the store.
    Time expires{};
    bool expiry_ahead = false;
    Time registered{};
    std::uint32_t attempts = 0;
    boost::container::flat_map<TaskId, Row<Task>> known;  ///< What it has been told of.
    std::set<TaskId> updated;
    std::vector<TaskId> removed;
    std::uint32_t modifications = 0;
    Time batch_due{};
    bool batch_ahead = false;
    bool complete = false;  ///< It has been sent all once.
    Duration resend{};
    std::deque<Assignments> stream;  ///< On its way.
};

/// What is to change about nodes, applied to the rows as they are then.
struct NodeEdit {
    std::optional<NodeState> state;
    std::string message;
    std::string address;
    std::optional<NodeDescription> description;
    std::optional<Role> role;
    std::optional<Role> wanted_role;
    std::optional<raft::MemberId> member;
    bool no_member = false;
    std::optional<std::uint32_t> issuer;
    std::optional<std::uint32_t> trusts;
    std::optional<bool> renewing;
    FactId because;
};

/// A proposal that may still apply. Its actions come first, then its edits.
struct Proposed {
    Change change;
    std::vector<std::pair<TaskId, Report>> reports;  ///< By task.
    std::map<NodeId, NodeEdit> nodes;
    std::vector<NodeId> registering;
    raft::MemberId by;
    bool by_loops = false;  ///< The manager's.
    std::uint32_t wish = 0;  ///< The request that waits for it; 0: none.
    std::uint32_t attachment = 0;  ///< The attachment that waits for it.
};

/// What a manager does while it leads. A leader that was cut off may be one beside its successor.
struct Leadership {
    std::uint32_t number = 0;
    model::HostId host;
    std::uint64_t term = 0;
    Manager manager;
    Time since{};
    bool flush_ahead = false;
    bool rotation_ahead = false;
    SortedRows<NodeId, NodeSession> sessions;
    std::deque<std::pair<TaskId, Report>> reports;  ///< As they came: of two about one task the later one counts.
    std::map<NodeId, NodeEdit> nodes;
    std::vector<NodeId> registering;
    std::uint64_t draws = 0;
    std::optional<Store> own_store;  ///< Of one that was cut off, since another's first change.
};

/// An answer to a look (GET), with all that it was made of: who looks again before anything has changed, as a client that waits
/// for a service does five times a second, gets it again without its being made again.
struct GivenAnswer {
    std::string target;
    std::uint64_t index = 0;  ///< The store's.
    bool own_store = false;   ///< The leader's own, which is behind.
    NodeId asked;
    NodeId leader;
    std::map<NodeId, bool> managers;  ///< As ApiContext has them.
    int status = 200;
    std::string body;

    /// Whether it is the answer to that request as well.
    [[nodiscard]] bool serves(const GivenAnswer& other) const {
        return index == other.index && own_store == other.own_store && asked == other.asked && leader == other.leader && target == other.target && managers == other.managers;
    }
};

struct SwarmRow {
    SwarmRow(std::uint32_t number_, raft::Group group_);
    // In swarm.cpp, so that not everybody who includes this compiles them.
    SwarmRow(const SwarmRow&);
    SwarmRow(SwarmRow&&) noexcept;
    SwarmRow& operator=(const SwarmRow&);
    SwarmRow& operator=(SwarmRow&&) noexcept;
    ~SwarmRow();

    std::uint32_t number;
    raft::Group group;
    Store store;
    raft::Index applied = 0;
    std::map<std::uint64_t, Proposed> proposed;  ///< By payload.
    std::map<raft::Index, std::vector<std::uint64_t>> by_index;
    std::uint64_t next_payload = 1;
    std::map<raft::MemberId, Leadership> leaders;
    std::uint32_t leaderships = 0;
    std::map<raft::MemberId, model::HostId> host_of;
    std::map<raft::Index, std::vector<std::shared_ptr<const StoreEvent>>> events;  ///< Of the last entries.
    FactId network_because;  ///< The last change of the network.
    std::vector<GivenAnswer> given;  ///< The last few, oldest first; no part of the simulated state.
};

/// A request that somebody waits for.
struct Wish {
    model::RequestId request;
    model::HostId host;
    bool info = false;
    bool prunes = false;  ///< Of Operation::NetworkPrune: the engine goes on with what its host has, whatever comes of it.
    bool has_deadline = false;
    bool waits_for_change = false;
    Time begun{};
    std::uint32_t serial = 0;
    model::HostId leader;  ///< To whom it went.
    int status = 0;        ///< The answer on its way.
    std::string body;
    FactId cause;
};

/// By what tasks are placed.
struct PolicySeat {
    scheduler::PolicyPointer policy;  ///< None: the spread strategy.
    std::optional<Error> trouble;     ///< The policy's; nothing is placed any more.
};

/// A plain container's place on a network, from when it is asked for until it is given back. In the engine's
/// memory only.
struct Attachment {
    model::RequestId request;
    model::HostId host;
    model::ContainerId container;
    std::string target;   ///< The network's name or id, as it was asked for.
    std::string address;  ///< Asked for; empty: any.
    FactId cause;
    std::uint32_t serial = 0;
    std::string error;    ///< The leader's, on its way.
    TaskId task;          ///< None: the leader has not made it yet.
    bool attached = false;  ///< Its task has started: the container has the place.
    std::string network;  ///< Id.
    model::Ipv4 ipv4;
};

/// What the containers of one spec's tasks share (task_container.hpp). It keeps that spec, whose address is its key.
struct SharedSpec {
    std::shared_ptr<const TaskSpec> task;
    std::shared_ptr<const model::ContainerSpec> container;
};

struct State {
    PolicySeat seat;
    std::vector<HostRow> hosts;     ///< By host.
    std::vector<SwarmRow> swarms;   ///< By number; never forgotten.
    std::map<std::uint32_t, Wish> wishes;
    std::uint32_t last_wish = 0;
    std::map<std::uint32_t, Attachment> attachments;
    std::uint32_t last_attachment = 0;
    TaskRequests requests;      ///< Agents', under way.
    TaskContainers containers;  ///< Agents'.
    std::map<std::pair<const TaskSpec*, ServiceId>, SharedSpec> shared_specs;  ///< Only looked up, never gone through.
    std::map<std::uint32_t, LogSubscription> logs;
    std::uint32_t last_log = 0;
    std::map<model::RequestId, LogReader> log_readers;
    std::uint64_t network_version = 0;
    std::uint64_t statuses = 0;  ///< Counts what became of tasks on their hosts.
    bool watched = false;        ///< Every step of consensus is checked (random testing).
};

/// What every function here works on.
struct Scene {
    model::World& world;
    State& state;

    [[nodiscard]] Kernel& kernel() const { return world.kernel; }
    [[nodiscard]] Time now() const { return world.kernel.now(); }
    [[nodiscard]] raft::Setting setting() const { return {world.kernel, world.network, &world}; }
    [[nodiscard]] HostRow& host(model::HostId id) const { return state.hosts[id.value - 1]; }
    [[nodiscard]] SwarmRow& swarm(std::uint32_t number) const { return state.swarms[number - 1]; }
    [[nodiscard]] SwarmRow& swarm_of(model::HostId id) const { return swarm(host(id).swarm); }
    /// What the manager on a host does as the leader; null: it does not lead.
    [[nodiscard]] Leadership* leadership(model::HostId id) const {
        const HostRow& row = host(id);
        if (row.swarm == 0 || !row.member) return nullptr;
        const auto found = swarm(row.swarm).leaders.find(row.member);
        return found == swarm(row.swarm).leaders.end() ? nullptr : &found->second;
    }
    /// The store as the manager on a host sees it.
    [[nodiscard]] Store& store_of(model::HostId id) const {
        Leadership* own = leadership(id);
        return own != nullptr && own->own_store ? *own->own_store : swarm_of(id).store;
    }
    /// Its manager takes part: Raft runs, and it answers others.
    [[nodiscard]] bool manager_runs(model::HostId id) const {
        const HostRow& row = host(id);
        return row.alive && row.swarm != 0 && row.member && swarm(row.swarm).group.presence(row.member) != raft::Presence::Stopped;
    }
    /// It is a manager no more, and what was one has not ended yet.
    [[nodiscard]] bool manager_stops(model::HostId id) const { return host(id).alive && now() < host(id).manager_stops; }
    [[nodiscard]] bool connected(model::HostId a, model::HostId b) const {
        return a == b || world.network.connected(world.host(a).node, world.host(b).node);
    }
    /// A connection from one host to the manager on another is made, or goes on: its host's firewall lets it in.
    [[nodiscard]] bool calls(model::HostId from, model::HostId manager) const {
        return from == manager || (connected(from, manager) && !model::is_closed(world, manager, host(manager).port, "tcp"));
    }
    /// The way of an agent's session, over the manager it talks to.
    [[nodiscard]] bool session_passes(model::HostId agent, model::HostId via, model::HostId leader) const {
        return calls(agent, via) && calls(via, leader);
    }
    [[nodiscard]] Duration latency(model::HostId a, model::HostId b) const;
    void schedule(Duration delay, EventKind kind, model::HostId at, std::uint64_t word, std::uint32_t extra) const {
        world.kernel.schedule(delay, Phase::Agent, kind, at.value, word, extra);
    }
};

/// A task's container, by its name; none: there is none.
inline model::ContainerId container_of(const Scene& scene, model::HostId host, const AgentTask& task) {
    const auto& names = scene.world.host(host).engine.by_name;
    const auto found = names.find(task.name);
    return found == names.end() ? model::ContainerId{} : found->second;
}

// --- lives.cpp ---
void notice_engine(Scene& scene, model::HostId host);
void notice_network(Scene& scene);

// --- consensus.cpp ---
/// Proposes it as that manager. False: it is no leader, and nothing happens.
bool propose(Scene& scene, SwarmRow& swarm, raft::MemberId member, Proposed proposal);
/// Takes the news of all groups until there are none.
void take_news(Scene& scene);
void handle_manager_event(Scene& scene, const Event& event);
/// Tells all leaders that another policy places tasks.
void policy_changed(Scene& scene);
/// Ends what a manager does as the leader, for it has stopped or lost its leadership.
void end_leadership(Scene& scene, SwarmRow& swarm, raft::MemberId member);

// --- dispatcher.cpp ---
void begin_dispatching(Scene& scene, SwarmRow& swarm, Leadership& leadership);
void end_dispatching(Scene& scene, Leadership& leadership);
void dispatch_touched(Scene& scene, SwarmRow& swarm, Leadership& leadership, const std::vector<Touched>& touched);
void registrations_applied(Scene& scene, Leadership& leadership, const std::vector<NodeId>& nodes);
/// Agents that talked to this host's manager hear that it is gone.
void break_connections(Scene& scene, model::HostId manager);
void handle_dispatcher_event(Scene& scene, const Event& event);
/// Soon, what is to be written about nodes and tasks.
void flush_soon(Scene& scene, Leadership& leadership);

// --- agent_session.cpp ---
void begin_agent(Scene& scene, model::HostId host);
void end_agent(Scene& scene, model::HostId host);
/// Of a registered agent: at its next look (every 20 s since it began) it begins another session if what the swarm knows of its engine's
/// labels is no longer so (swarmkit agent/agent.go, updateNode). It looks only where this was called.
void look_at_description(Scene& scene, model::HostId host);
void report_status(Scene& scene, model::HostId host, TaskId task);
void handle_agent_event(Scene& scene, const Event& event);

// --- agent_task.cpp ---
void assign(Scene& scene, model::HostId host, const Assignments& message);
/// After a start of its engine: goes on with what it was assigned.
void resume_tasks(Scene& scene, model::HostId host);
/// Its engine is gone, and with it what was under way. `orderly`: it took its containers with it.
void suspend_tasks(Scene& scene, model::HostId host, bool orderly);
/// Stops and removes all containers, and forgets the tasks unless `keep`; kEventMembership tells when it is done.
void clear_tasks(Scene& scene, model::HostId host, bool keep);
bool tasks_cleared(const Scene& scene, model::HostId host);
void task_request_answered(Scene& scene, model::RequestId request);
void task_container_changed(Scene& scene, model::ContainerId container);
void handle_task_event(Scene& scene, const Event& event);

// --- networks.cpp ---
/// A new node's docker_gwbridge and ingress network.
void join_gateway(Scene& scene, model::HostId host);
[[nodiscard]] std::int64_t networks_to_join(const Scene& scene, model::HostId host, const Task& task);
void join_networks(Scene& scene, model::HostId host, const Task& task);
/// Those that nothing on the host uses any more.
void leave_networks(Scene& scene, model::HostId host, const Task& task);
/// Puts a task's networks and ports of host mode into its container's spec.
void attach(const Scene& scene, model::HostId host, const Task& task, model::ContainerSpec& spec);
/// Gossip passes from one engine to another.
[[nodiscard]] bool gossip_passes(const Scene& scene, model::HostId from, model::HostId to);
/// Looks at what serves on a host, and has others hear of what has changed.
void announce(Scene& scene, model::HostId host);
void gossip(Scene& scene, model::HostId host);
void suspect(Scene& scene, model::HostId host);
/// The network has changed, or an engine has ended: who hears whom.
void reachability_changed(Scene& scene);
/// It is part of no swarm from now on.
void forget_networks(Scene& scene, model::HostId host);

// --- events.cpp ---
void keep_events(Scene& scene, SwarmRow& swarm, raft::Index index, const std::vector<Touched>& touched);
/// A manager has applied entries.
void tell_events(Scene& scene, SwarmRow& swarm, const raft::News& news);
void answer_events(Scene& scene, model::RequestId request);

// --- logs.cpp ---
/// Who asks with this wish reads logs from now on. Requires that the host's manager leads.
void subscribe_logs(Scene& scene, std::uint32_t wish, model::HostId leader, LogsWanted wanted);
/// Its client has hung up.
void forget_logs(Scene& scene, model::RequestId request);
/// The engine that was asked is gone.
void forget_logs_of(Scene& scene, model::HostId host);
void cancel_logs_of(Scene& scene, model::HostId host);
void node_listens(Scene& scene, const Leadership& leadership, NodeId node);
void node_listens_no_more(Scene& scene, model::HostId leader, NodeId node);
/// An agent has ended, or has given up its session.
void agent_publishes_no_more(Scene& scene, model::HostId host);
void logs_lost_leader(Scene& scene, const Leadership& leadership);
/// The engine of a host that was gone without a word is back.
void logs_found_leader(Scene& scene, model::HostId host);
/// Of a leader: there may be more to follow.
void follow_task(Scene& scene, const Leadership& leadership, const Store& store, TaskId task);
/// From an agent.
void publish_logs(Scene& scene, std::uint32_t subscription, NodeId node, PublishedLines lines);
void handle_log_event(Scene& scene, const Event& event);

// --- log_reading.cpp ---
/// The subscription has reached a node's agent.
void begin_reading(Scene& scene, std::uint32_t subscription, NodeId node);
/// Ends what is read for a subscription, of one node or (none) of all.
void end_reading(Scene& scene, std::uint32_t subscription, NodeId node);
void log_container_changed(Scene& scene, model::HostId host, TaskId task);
/// An engine has answered, or has sent more. False: it is no request for a log.
bool log_request_answered(Scene& scene, model::RequestId request);

// --- membership.cpp ---
void ask_init(Scene& scene, std::uint32_t wish);
void ask_join(Scene& scene, std::uint32_t wish);
void handle_membership_event(Scene& scene, const Event& event);
/// The agent has registered.
void node_is_ready(Scene& scene, model::HostId host);
/// Answers whoever asked for what a host's membership does now.
void answer_member(Scene& scene, model::HostId host, int status, std::string body);
void answer_member_error(Scene& scene, model::HostId host, int status, std::string_view text);
/// Looks at a host's membership again later.
void look_again(Scene& scene, model::HostId host, Duration delay);

// --- departure.cpp ---
void ask_leave(Scene& scene, std::uint32_t wish, bool force);
void ask_unlock(Scene& scene, std::uint32_t wish);
void go_on_leaving(Scene& scene, model::HostId host);
/// The engine of a host that is part of a swarm starts: so does its node.
void start_node(Scene& scene, model::HostId host);
void stop_node(Scene& scene, model::HostId host, bool orderly);
/// It is part of no swarm from now on.
void forget_membership(Scene& scene, model::HostId host);

/// Its node ends with an error and starts again after a while that grows (noderunner.go, enableReconnectWatcher).
void node_failed(Scene& scene, model::HostId host, std::string error);

// --- roles.cpp ---
enum class GroupJoin : std::uint8_t { Later, Done, Failed };
/// A step of a host's way into its swarm's Raft group. Failed: `error` of its row says why.
GroupJoin join_group(Scene& scene, model::HostId host);
/// Its manager ends, and with it its place in the group.
void leave_group(Scene& scene, model::HostId host);
/// The same of a node that goes on: its agent turns to another manager.
void become_worker(Scene& scene, model::HostId host);
/// Others have told its manager that it is no member any more: one that was demoted while it was away ends (node.go,
/// superviseManager). Those that are there hear it by their new certificate.
void member_removed(Scene& scene, model::HostId host);
void handle_role_event(Scene& scene, const Event& event);
/// Of a leader: brings roles in line with what is wanted of nodes.
void reconcile_roles(Scene& scene, SwarmRow& swarm, Leadership& leadership);
/// A node's certificate is to be renewed for another role.
void role_changed(Scene& scene, model::HostId host);

// --- asking.cpp ---
void ask(Scene& scene, model::RequestId request);
void answer_wish(Scene& scene, std::uint32_t wish, int status, std::string body);
/// The change that a request waited for has applied, or not.
void change_decided(Scene& scene, std::uint32_t wish, bool applied);
/// The leader that it waits for leads no more.
void wish_lost_leader(Scene& scene, std::uint32_t wish);
void forget_wishes_of(Scene& scene, model::HostId host);
void handle_ask_event(Scene& scene, const Event& event);

// --- attachments.cpp ---
/// An engine asks for a place of one of its containers.
void ask_attachment(Scene& scene, model::RequestId request);
/// The task that the leader made of it has been agreed upon, or not.
void attachment_decided(Scene& scene, std::uint32_t attachment, bool applied);
/// Its task starts: the container goes on. False: nobody waits for it.
bool attachment_starts(Scene& scene, model::HostId host, TaskId task);
/// The container still has the place.
[[nodiscard]] bool attachment_lasts(Scene& scene, model::HostId host, TaskId task);
/// Has the leader delete the task.
void give_attachment_back(Scene& scene, model::HostId host, TaskId task);
/// A plain container was connected, disconnected or renamed.
void attachments_changed(Scene& scene, model::ContainerId container);
/// The host's engine is gone, or it is part of no swarm from now on.
void forget_attachments(Scene& scene, model::HostId host);
void announce_attachments(const Scene& scene, model::HostId host, std::vector<Announced>& out);
void handle_attachment_event(Scene& scene, const Event& event);

// --- certificates.cpp ---
/// Of a leader: has nodes get certificates of a new root, if one is to take the old one's place.
void rotate_root(Scene& scene, Leadership& leadership);
void certificates_touched(Scene& scene, Leadership& leadership, const Touched& touched);
/// An agent has registered: what its session tells it of its certificate.
void look_at_certificate(Scene& scene, model::HostId host);
void handle_certificate_event(Scene& scene, const Event& event);

// --- inspect_network.cpp ---
/// Answers a request of Operation::NetworkInspect for an overlay network that is on its host.
void answer_network_inspect(Scene& scene, model::RequestId request);

// --- info.cpp ---
/// The parts of GET /info that the swarm's side of an engine knows; `leader`: of a manager that has one.
std::string info_parts_json(Scene& scene, model::HostId host, model::HostId leader, const std::string& error);
NodeDescription describe_host(const model::World& world, model::HostId host);
/// As its file says now.
ConfiguredResources configured_resources(const model::World& world, model::HostId host);
std::string container_name(const Task& task, std::string_view node_id);

}  // namespace podium::swarm
