// The leader's side of agents' sessions (swarmkit manager/dispatcher): who is there, what nodes are told,
// and what they report.

#include <algorithm>
#include <utility>

#include "sim/orch/swarm/hosts/facts.hpp"
#include "sim/orch/swarm/hosts/rows.hpp"
#include "sim/orch/swarm/hosts/timing.hpp"

namespace podium::swarm {
namespace {

constexpr std::string_view kLeadershipChange = "Node moved to \"unknown\" state due to leadership change in cluster";

SwarmRow& swarm_of(Scene& scene, const Leadership& leadership) { return scene.swarm_of(leadership.host); }

const Store& seen_by(Scene& scene, const Leadership& leadership) {
    return leadership.own_store ? *leadership.own_store : swarm_of(scene, leadership).store;
}

// periodChooser.Choose: the period, half a second shorter or longer.
Duration choose_period(Scene& scene, Leadership& leadership) {
    const Store& store = seen_by(scene, leadership);
    const Duration period = store.cluster ? store.cluster->spec.heartbeat_period : seconds(5);
    RandomStream chance = scene.kernel().random("swarm heartbeat", static_cast<std::uint64_t>(swarm_of(scene, leadership).number) << 48 |
                                                                       static_cast<std::uint64_t>(leadership.number) << 32 | ++leadership.draws);
    const auto spread = static_cast<std::uint64_t>(2 * kHeartbeatEpsilon.nanoseconds);
    return period + nanoseconds(static_cast<std::int64_t>(chance.below(spread))) - kHeartbeatEpsilon;
}

void expect_until(Scene& scene, Leadership& leadership, NodeId node, Duration grace) {
    NodeSession& session = leadership.sessions.at(node);
    session.expires = scene.now() + grace;
    if (session.expiry_ahead) return;
    session.expiry_ahead = true;
    const CauseScope scope(scene.kernel(), {});
    scene.schedule(grace, kEventExpire, leadership.host, node.value, leadership.number);
}

// What a node's silence comes from, as far as the simulation knows.
FactId why_silent(Scene& scene, const SwarmRow& swarm, const Leadership& leadership, const Node& node) {
    const HostRow& row = scene.host(node.host);
    if (!row.alive || row.frozen || row.swarm != swarm.number) return row.changed_because;
    const bool passes = row.agent.via ? scene.session_passes(node.host, row.agent.via, leadership.host) : scene.calls(node.host, leadership.host);
    return passes ? row.agent.because : swarm.network_because;
}

void set_node_state(Scene& scene, Leadership& leadership, NodeId id, NodeState state, std::string_view message, FactId because) {
    Kernel& kernel = scene.kernel();
    const Node* node = seen_by(scene, leadership).nodes.find(id.value);
    if (node == nullptr) return;
    const CauseScope scope(kernel, because);
    NodeEdit& edit = leadership.nodes[id];
    edit.state = state;
    edit.message = message;
    edit.because = kernel.record(kFactNodeState, Subject(SubjectType::Node, id.value), kernel.intern(scene.world.host(node->host).spec.name), state, kernel.intern(message));
}

// Down nodes' tasks are given up after a day.
void orphan_later(Scene& scene, Leadership& leadership, NodeId node) {
    const CauseScope scope(scene.kernel(), {});
    scene.schedule(kNodeDownPeriod, kEventOrphan, leadership.host, node.value, leadership.number);
}

void close_session(Scene& scene, Leadership& leadership, NodeId node) {
    const auto found = leadership.sessions.find(node);
    if (found == leadership.sessions.end()) return;
    const NodeSession session = std::move(found->second);
    leadership.sessions.erase(node);
    node_listens_no_more(scene, leadership.host, node);
    if (session.session == 0 || !scene.session_passes(session.host, session.via, leadership.host)) return;
    scene.schedule(scene.latency(leadership.host, session.host), kEventSessionLost, session.host, 0, session.session);
}

void expire(Scene& scene, Leadership& leadership, NodeId id) {
    const auto found = leadership.sessions.find(id);
    if (found == leadership.sessions.end()) return;
    NodeSession& session = found->second;
    session.expiry_ahead = false;
    if (scene.now() < session.expires) {
        session.expiry_ahead = true;
        scene.schedule(session.expires - scene.now(), kEventExpire, leadership.host, id.value, leadership.number);
        return;
    }
    const SwarmRow& swarm = swarm_of(scene, leadership);
    const Node* node = seen_by(scene, leadership).nodes.find(id.value);
    const bool unknown = session.session == 0;
    if (node != nullptr) {
        set_node_state(scene, leadership, id, NodeState::Down, unknown ? "heartbeat failure for node in \"unknown\" state" : "heartbeat failure", why_silent(scene, swarm, leadership, *node));
        orphan_later(scene, leadership, id);
    }
    close_session(scene, leadership, id);
    flush_soon(scene, leadership);
}

// moveTasksToOrphaned: what was assigned and has not ended.
void orphan(Scene& scene, Leadership& leadership, NodeId id) {
    const Store& store = seen_by(scene, leadership);
    const Node* node = store.nodes.find(id.value);
    if (node == nullptr || node->state != NodeState::Down || scene.now() - node->meta.updated < kNodeDownPeriod - seconds(1)) return;
    for (const TaskId task : store.tasks_on(id)) {
        const Task* row = store.tasks.find(task.value);
        if (row->status.state < TaskState::Assigned || row->status.state > TaskState::Running) continue;
        Report report{row->status, std::nullopt, node->meta.because};
        report.status.state = TaskState::Orphaned;
        report.status.since = scene.now();
        leadership.reports.emplace_back(task, std::move(report));
    }
    flush_soon(scene, leadership);
}

// --- what nodes are told ---

// swarmkit TasksEqualStable: what an agent does not write itself.
bool same_to_agent(const Task& a, const Task& b) {
    return a.desired == b.desired && a.spec == b.spec && a.node == b.node && a.networks == b.networks && a.ports == b.ports;
}

void batch_soon(Scene& scene, Leadership& leadership, NodeId node, NodeSession& session) {
    ++session.modifications;
    const bool full = session.modifications >= kAssignmentBatchLimit;
    session.batch_due = scene.now() + (full ? Duration{} : kAssignmentBatch);
    if (session.batch_ahead && !full) return;
    session.batch_ahead = true;
    scene.schedule(full ? Duration{} : kAssignmentBatch, kEventBatch, leadership.host, node.value, session.session);
}

// An agent that knows a task as the store has it now shares that row: what it was told otherwise is kept for nobody else.
// `same` is a row that is known to say the same.
void share_row(Scene& scene, model::HostId host, TaskId id, const Row<Task>& row, const Row<Task>& same) {
    auto& tasks = scene.host(host).agent.tasks;
    const auto found = tasks.find(id);
    if (found == tasks.end()) return;
    AgentTask& task = found->second;
    if (task.task == same || same_to_agent(*task.task, *row)) task.task = row;
}

void task_touched(Scene& scene, Leadership& leadership, const Store& store, const Touched& touched) {
    const TaskId id{touched.number};
    const Task* task = store.tasks.find(touched.number);
    const Task* former = before<Task>(touched);
    if (task == nullptr) {
        if (former == nullptr) return;
        const auto found = leadership.sessions.find(former->node);
        if (found == leadership.sessions.end() || !found->second.complete || found->second.known.erase(id) == 0) return;
        found->second.updated.erase(id);
        found->second.removed.push_back(id);
        batch_soon(scene, leadership, former->node, found->second);
        return;
    }
    if (task->status.state < TaskState::Assigned) return;
    const auto found = leadership.sessions.find(task->node, task->node.value - 1);  // most nodes are there, in order
    if (found == leadership.sessions.end() || !found->second.complete) return;
    NodeSession& session = found->second;
    Row<Task>& known = session.known[id];
    const bool news = !known || !same_to_agent(*known, *task) || task->status.state <= TaskState::Assigned;
    const Row<Task> former_row = std::exchange(known, store.tasks.row(touched.number));
    if (!news) return share_row(scene, session.host, id, known, former_row);
    session.updated.insert(session.updated.end(), id);
    batch_soon(scene, leadership, task->node, session);
}

void node_touched(Scene& scene, Leadership& leadership, const Store& store, const Touched& touched) {
    const NodeId id{touched.number};
    const Node* node = store.nodes.find(touched.number);
    const Node* former = before<Node>(touched);
    // The session of a node that is removed goes on: its agent still hears that its tasks are to stop.
    if (node == nullptr) return;
    if (former != nullptr && former->role != node->role) {
        const HostRow& row = scene.host(node->host);
        if (row.alive && row.node == id && row.agent.via && scene.session_passes(node->host, row.agent.via, leadership.host)) {
            scene.schedule(scene.latency(leadership.host, node->host), kEventRole, node->host, 0, 0);
        }
    }
}

// Sends what has gathered; while nothing passes, TCP tries again.
void send_batch(Scene& scene, Leadership& leadership, NodeId node, NodeSession& session) {
    const bool open = scene.session_passes(session.host, session.via, leadership.host);
    if (!open) {
        session.resend = std::min(session.resend == Duration{} ? kResendFirst : session.resend * 2, kResendLongest);
        session.batch_ahead = true;
        session.batch_due = scene.now() + session.resend;
        scene.schedule(session.resend, kEventBatch, leadership.host, node.value, session.session);
        return;
    }
    session.resend = {};
    session.modifications = 0;
    Assignments message;
    message.complete = !std::exchange(session.complete, true);
    if (message.complete) {
        node_listens(scene, leadership, node);  // it asks for both at once
        const Store& store = seen_by(scene, leadership);
        session.known.clear();
        for (const TaskId task : store.tasks_on(node)) {
            const Row<Task> row = store.tasks.row(task.value);
            if (row->status.state < TaskState::Assigned) continue;
            session.known[task] = row;
            message.updated.emplace_back(task, row);
        }
        session.updated.clear();
        session.removed.clear();
    } else {
        for (const TaskId task : std::exchange(session.updated, {})) message.updated.emplace_back(task, session.known.at(task));
        message.removed = std::exchange(session.removed, {});
        if (message.updated.empty() && message.removed.empty()) return;
    }
    session.stream.push_back(std::move(message));
    scene.schedule(scene.latency(leadership.host, session.host), kEventAssign, session.host, 0, session.session);
}

// --- what nodes say ---

void refuse_registration(Scene& scene, model::HostId manager, model::HostId agent, std::uint32_t session) {
    const model::HostId via = scene.host(agent).agent.via;
    if (!scene.session_passes(agent, via ? via : manager, manager)) return;
    const CauseScope scope(scene.kernel(), {});
    scene.schedule(scene.latency(manager, agent), kEventRegistered, agent, 0, session);
}

void enrol(Scene& scene, Leadership& leadership, model::HostId agent, std::uint32_t number) {
    const HostRow& row = scene.host(agent);
    const Node* node = seen_by(scene, leadership).nodes.find(row.node.value);
    if (node == nullptr || leadership.since > scene.now()) return refuse_registration(scene, leadership.host, agent, number);
    NodeSession& session = leadership.sessions[row.node];
    if (session.attempts > 0 && scene.now() - session.registered > kRateLimitPeriod) session.attempts = 0;
    if (++session.attempts > kRateLimitCount) return refuse_registration(scene, leadership.host, agent, number);
    node_listens_no_more(scene, leadership.host, row.node);
    session.registered = scene.now();
    session.host = agent;
    session.via = row.agent.via;
    session.session = number;
    session.registering = true;
    session.complete = false;
    session.modifications = 0;
    session.stream.clear();
    session.updated.clear();
    session.removed.clear();
    expect_until(scene, leadership, row.node, choose_period(scene, leadership) * kGraceMultiplier);
    NodeDescription description = describe_host(scene.world, agent);
    description.generic = row.configured.pieces;
    if (node->state != NodeState::Ready) {
        set_node_state(scene, leadership, row.node, NodeState::Ready, {}, row.agent.because ? row.agent.because : row.changed_because);
    } else {
        leadership.nodes[row.node].because = node->meta.because;
    }
    NodeEdit& edit = leadership.nodes[row.node];
    edit.state = NodeState::Ready;
    edit.message.clear();
    edit.address = row.address;
    edit.description = description;
    leadership.registering.push_back(row.node);
    flush_soon(scene, leadership);
}

// An agent's first call, at the manager it has chosen or at the leader to whom that one passed it on.
void handle_register(Scene& scene, const Event& event) {
    const model::HostId here{event.subject};
    const model::HostId agent{static_cast<std::uint32_t>(event.word)};
    const auto session = static_cast<std::uint32_t>(event.word >> 32);
    const HostRow& row = scene.host(agent);
    if (row.agent.session != session || row.agent.stage != Agent::Stage::Connecting) return;
    const bool known = scene.manager_runs(here) && scene.host(here).swarm == row.swarm;
    if (!known) return refuse_registration(scene, here, agent, session);
    if (Leadership* leadership = scene.leadership(here)) return enrol(scene, *leadership, agent, session);
    if (here != row.agent.via) return refuse_registration(scene, here, agent, session);
    const SwarmRow& swarm = scene.swarm_of(here);
    const raft::MemberId leader = swarm.group.node(scene.host(here).member).leader();
    const CauseScope scope(scene.kernel(), {});
    const bool passes_on = leader && leader != scene.host(here).member && scene.calls(here, swarm.host_of.at(leader));
    if (passes_on && scene.leadership(swarm.host_of.at(leader)) != nullptr) {
        const model::HostId there = swarm.host_of.at(leader);
        scene.schedule(scene.latency(here, there), kEventRegister, there, event.word, 0);
    } else {
        scene.schedule(kLeaderPoll, kEventRegister, here, event.word, 0);
    }
}

void handle_beat(Scene& scene, const Event& event) {
    const model::HostId here{event.subject};
    const model::HostId agent{static_cast<std::uint32_t>(event.word)};
    const auto number = static_cast<std::uint32_t>(event.word >> 32);
    const HostRow& row = scene.host(agent);
    if (row.agent.session != number || !scene.session_passes(agent, row.agent.via, here)) return;
    Duration period{};
    Leadership* leadership = scene.leadership(here);
    if (leadership != nullptr) {
        const auto found = leadership->sessions.find(row.node);
        if (found != leadership->sessions.end() && found->second.session == number) {
            period = choose_period(scene, *leadership);
            expect_until(scene, *leadership, row.node, period * kGraceMultiplier);
        }
    }
    const CauseScope scope(scene.kernel(), {});
    scene.schedule(scene.latency(here, agent), kEventBeatAnswer, agent, static_cast<std::uint64_t>(period.nanoseconds), number);
}

void handle_report(Scene& scene, const Event& event) {
    const model::HostId agent{static_cast<std::uint32_t>(event.word)};
    HostRow& row = scene.host(agent);
    if (row.agent.session != event.extra || !row.alive) return;
    Leadership* leadership = scene.leadership(model::HostId{event.subject});
    row.agent.reporting = false;
    if (leadership == nullptr) return;
    const auto session = leadership->sessions.find(row.node);
    if (session == leadership->sessions.end() || session->second.session != event.extra) return;
    const Store& store = seen_by(scene, *leadership);
    boost::container::flat_map<TaskId, Report> told = std::exchange(row.agent.unreported, {});
    for (auto& [task, report] : told) {
        const Task* known = store.tasks.find(task.value);
        if (known != nullptr && known->node == row.node) leadership->reports.emplace_back(task, std::move(report));
    }
    flush_soon(scene, *leadership);
}

void propose_batch(Scene& scene, Leadership& leadership, Proposed batch) {
    FactId because;
    for (const auto& [task, report] : batch.reports) because = std::max(because, report.because);
    for (const auto& [node, edit] : batch.nodes) because = std::max(because, edit.because);
    batch.change.because = because;
    const CauseScope scope(scene.kernel(), because);
    propose(scene, swarm_of(scene, leadership), scene.host(leadership.host).member, std::move(batch));
}

// Everything that has gathered, in transactions of so many changes (swarmkit manager/state/store/memory.go, Batch). Who registers
// hears of it after the last.
void flush(Scene& scene, Leadership& leadership) {
    leadership.flush_ahead = false;
    auto reports = std::exchange(leadership.reports, {});
    std::vector<std::uint64_t> order;  // by task, of one task the last report at the end: its number, then the report's
    order.reserve(reports.size());
    for (std::size_t i = 0; i < reports.size(); ++i) order.push_back(static_cast<std::uint64_t>(reports[i].first.value) << 32 | i);
    std::sort(order.begin(), order.end());
    std::map<NodeId, NodeEdit> nodes = std::exchange(leadership.nodes, {});
    std::size_t next = 0;
    while (next < order.size() || !nodes.empty()) {
        Proposed batch;
        for (; next < order.size() && batch.reports.size() < kMostActions; ++next) {
            const bool last = next + 1 == order.size() || order[next + 1] >> 32 != order[next] >> 32;
            if (last) batch.reports.push_back(std::move(reports[order[next] & UINT32_MAX]));
        }
        while (!nodes.empty() && batch.reports.size() + batch.nodes.size() < kMostActions) batch.nodes.insert(nodes.extract(nodes.begin()));
        if (next == order.size() && nodes.empty()) batch.registering = std::exchange(leadership.registering, {});
        propose_batch(scene, leadership, std::move(batch));
    }
}

}  // namespace

void flush_soon(Scene& scene, Leadership& leadership) {
    if (leadership.flush_ahead) return;
    leadership.flush_ahead = true;
    const std::int64_t since = (scene.now() - leadership.since).nanoseconds % kUpdateBatch.nanoseconds;
    scene.schedule(kUpdateBatch - nanoseconds(since), kEventFlush, leadership.host, 0, leadership.number);
}

// markNodesUnknown: who is there has to show himself to the new leader.
void begin_dispatching(Scene& scene, SwarmRow& swarm, Leadership& leadership) {
    const FactId because = scene.kernel().cause();
    swarm.store.nodes.for_each([&](std::uint32_t number, const Node& node) {
        const NodeId id{number};
        if (node.state == NodeState::Down) return orphan_later(scene, leadership, id);
        if (node.described) set_node_state(scene, leadership, id, NodeState::Unknown, kLeadershipChange, because);
        NodeSession& session = leadership.sessions[id];
        session.host = node.host;
        expect_until(scene, leadership, id, choose_period(scene, leadership) * kGraceMultiplierUnknown);
    });
    if (!leadership.nodes.empty()) flush(scene, leadership);
}

void end_dispatching(Scene& scene, Leadership& leadership) {
    if (!scene.host(leadership.host).alive && !scene.world.host(leadership.host).up) return;  // nobody hears of it
    std::vector<NodeId> nodes;
    for (const auto& [node, session] : leadership.sessions) nodes.push_back(node);
    for (const NodeId node : nodes) close_session(scene, leadership, node);
}

void break_connections(Scene& scene, model::HostId manager) {
    if (!scene.world.host(manager).up) return;
    for (std::size_t i = 0; i < scene.state.hosts.size(); ++i) {
        const HostRow& row = scene.state.hosts[i];
        const model::HostId id{static_cast<std::uint32_t>(i + 1)};
        if (!row.alive || row.agent.stage == Agent::Stage::Off || row.agent.via != manager || row.agent.leader == manager || id == manager) continue;
        if (scene.calls(id, manager)) scene.schedule(scene.latency(manager, id), kEventSessionLost, id, 0, row.agent.session);
    }
}

void dispatch_touched(Scene& scene, SwarmRow& swarm, Leadership& leadership, const std::vector<Touched>& touched) {
    bool roles = false;
    for (const Touched& one : touched) {
        const CauseScope scope(scene.kernel(), one.because);
        if (one.kind == Kind::Task) {
            task_touched(scene, leadership, swarm.store, one);
            follow_task(scene, leadership, swarm.store, TaskId{one.number});
        }
        if (one.kind == Kind::Node || one.kind == Kind::Cluster) certificates_touched(scene, leadership, one);
        if (one.kind != Kind::Node) continue;
        roles = true;
        node_touched(scene, leadership, swarm.store, one);
    }
    if (roles) reconcile_roles(scene, swarm, leadership);
}

// The rest of a registration: its node is ready in the store (markNodeReady).
void registrations_applied(Scene& scene, Leadership& leadership, const std::vector<NodeId>& nodes) {
    for (const NodeId node : nodes) {
        const auto found = leadership.sessions.find(node);
        if (found == leadership.sessions.end() || !found->second.registering) continue;
        NodeSession& session = found->second;
        session.registering = false;
        if (!scene.session_passes(session.host, session.via, leadership.host)) continue;
        const CauseScope scope(scene.kernel(), {});
        const Duration way = scene.latency(leadership.host, session.host);
        scene.schedule(way, kEventRegistered, session.host, leadership.host.value, session.session);
        // Once it has the session, it asks for its assignments.
        session.batch_ahead = true;
        session.batch_due = scene.now() + way * 2;
        scene.schedule(way * 2, kEventBatch, leadership.host, node.value, session.session);
    }
}

void handle_dispatcher_event(Scene& scene, const Event& event) {
    const model::HostId here{event.subject};
    if (event.kind == kEventRegister) return handle_register(scene, event);
    if (event.kind == kEventBeatArrives) return handle_beat(scene, event);
    if (event.kind == kEventReport) return handle_report(scene, event);
    Leadership* leadership = scene.leadership(here);
    if (leadership == nullptr) return;
    const NodeId node{static_cast<std::uint32_t>(event.word)};
    if (event.kind == kEventBatch) {
        const auto found = leadership->sessions.find(node);
        if (found == leadership->sessions.end() || found->second.session != event.extra) return;
        NodeSession& session = found->second;
        if (!session.batch_ahead) return;
        if (scene.now() < session.batch_due) {
            scene.schedule(session.batch_due - scene.now(), kEventBatch, here, node.value, session.session);
            return;
        }
        session.batch_ahead = false;
        send_batch(scene, *leadership, node, session);
        return;
    }
    if (event.extra != leadership->number) return;
    if (event.kind == kEventFlush) flush(scene, *leadership);
    if (event.kind == kEventExpire) expire(scene, *leadership, node);
    if (event.kind == kEventOrphan) orphan(scene, *leadership, node);
}

}  // namespace podium::swarm
