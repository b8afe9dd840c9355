// Agents and their managers (swarmkit agent/session.go, agent.go): sessions, heartbeats, reports.

#include <algorithm>
#include <utility>

#include "sim/model/engine.hpp"
#include "sim/orch/swarm/hosts/facts.hpp"
#include "sim/orch/swarm/hosts/rows.hpp"
#include "sim/orch/swarm/hosts/timing.hpp"

namespace podium::swarm {
namespace {

RandomStream chance_of_session(Scene& scene, model::HostId host, const Agent& agent) {
    return scene.kernel().random("swarm session", static_cast<std::uint64_t>(host.value) << 32 | agent.session);
}

std::uint64_t packed(model::HostId host, std::uint32_t session) {
    return static_cast<std::uint64_t>(session) << 32 | host.value;
}

// Whether an agent's call reaches the leader of its session, and how long it takes.
struct Way {
    bool open = false;     ///< All links are there.
    bool refused = false;  ///< Somebody on the way has no process that would listen.
    Duration latency{};
};

Way way_to_leader(Scene& scene, model::HostId host) {
    const Agent& agent = scene.host(host).agent;
    Way way;
    if (!agent.via || !agent.leader || !scene.calls(host, agent.via)) return way;
    const bool through_stopping = agent.via == host && scene.manager_stops(host);
    if (!scene.manager_runs(agent.via) && !through_stopping) return {false, true, {}};
    if (!scene.calls(agent.via, agent.leader)) return way;
    if (!scene.manager_runs(agent.leader)) return {false, true, {}};
    if (agent.via != agent.leader && scene.host(agent.via).member) {  // a manager that knows of no leader passes nothing on
        const raft::Group& group = scene.swarm_of(agent.via).group;
        const raft::MemberId passes_on = scene.host(agent.via).member;
        if (!group.node(passes_on).leader()) return {false, group.ticks_without_leader(passes_on) > kLostQuorumTicks, {}};
    }
    way.open = true;
    way.latency = scene.latency(host, agent.via) + (agent.via == agent.leader ? Duration{} : scene.latency(agent.via, agent.leader));
    return way;
}

void wait_for_session(Scene& scene, model::HostId host, Duration delay) {
    Agent& agent = scene.host(host).agent;
    agent.stage = Agent::Stage::Delayed;
    ++agent.session;
    agent.leader = {};
    agent.reporting = false;
    const CauseScope scope(scene.kernel(), {});
    scene.schedule(delay, kEventConnect, host, 0, agent.session);
}

void session_failed(Scene& scene, model::HostId host, SessionLoss reason) {
    HostRow& row = scene.host(host);
    Agent& agent = row.agent;
    if (agent.stage == Agent::Stage::Registered) {
        Kernel& kernel = scene.kernel();
        FactId because = agent.leader && !scene.session_passes(host, agent.via, agent.leader) ? scene.swarm(row.swarm).network_because : FactId{};
        if (agent.leader && (!scene.host(agent.leader).alive || scene.host(agent.leader).frozen)) because = scene.host(agent.leader).changed_because;
        const CauseScope scope(kernel, because);
        agent.because = kernel.record(kFactSessionLost, Subject(SubjectType::Node, row.node.value), kernel.intern(scene.world.host(host).spec.name), reason);
    }
    agent_publishes_no_more(scene, host);
    agent.backoff = std::min(kBackoffInitial + agent.backoff * 2, kBackoffLongest);
    agent.avoided = agent.via;
    Duration delay{};
    delay.nanoseconds = static_cast<std::int64_t>(chance_of_session(scene, host, agent).below(static_cast<std::uint64_t>(agent.backoff.nanoseconds)));
    wait_for_session(scene, host, delay);
}

// A manager's agent talks to its own manager, also while that one stops; others to any they know, but not again to the one with
// whom they failed if there are more (remotes.Select, whose weights sink with failures).
model::HostId choose_manager(Scene& scene, model::HostId host) {
    HostRow& row = scene.host(host);
    if ((row.manager && scene.manager_runs(host)) || scene.manager_stops(host)) return host;
    std::vector<model::HostId> known = row.agent.managers;
    if (known.size() > 1) std::erase(known, row.agent.avoided);
    if (known.empty()) return {};
    return known[chance_of_session(scene, host, row.agent).below(known.size())];
}

void learn_managers(Scene& scene, model::HostId host) {
    HostRow& row = scene.host(host);
    std::vector<model::HostId> managers;
    scene.swarm(row.swarm).store.nodes.for_each([&managers](std::uint32_t, const Node& node) {
        if (node.member) managers.push_back(node.host);
    });
    if (!managers.empty()) row.agent.managers = std::move(managers);
}

void connect(Scene& scene, model::HostId host) {
    HostRow& row = scene.host(host);
    Agent& agent = row.agent;
    const CauseScope scope(scene.kernel(), {});
    if (agent.stage == Agent::Stage::Delayed) {
        agent.via = choose_manager(scene, host);
        if (!agent.via) return wait_for_session(scene, host, kLeaderPoll);
        agent.stage = Agent::Stage::Connecting;
        scene.schedule(kAgentCallTimeout, kEventConnectTimeout, host, 0, agent.session);
    }
    if (!scene.calls(host, agent.via)) {
        scene.schedule(kSynRetry, kEventConnect, host, 0, agent.session);
        return;
    }
    const Duration way = scene.latency(host, agent.via);
    if (!scene.manager_runs(agent.via)) {
        scene.schedule(way * 2, kEventRegistered, host, 0, agent.session);
    } else {
        scene.schedule(way, kEventRegister, agent.via, packed(host, agent.session), 0);
    }
}

void send_reports(Scene& scene, model::HostId host) {
    Agent& agent = scene.host(host).agent;
    if (agent.stage != Agent::Stage::Registered || agent.reporting || agent.unreported.empty()) return;
    agent.reporting = true;
    const Way way = way_to_leader(scene, host);
    if (way.open) {
        agent.resend = {};
        scene.schedule(way.latency, kEventReport, agent.leader, host.value, agent.session);
    } else {
        agent.resend = std::min(agent.resend == Duration{} ? kResendFirst : agent.resend * 2, kResendLongest);
        scene.schedule(agent.resend, kEventReportAgain, host, 0, agent.session);
    }
}

void beat(Scene& scene, model::HostId host) {
    Agent& agent = scene.host(host).agent;
    ++agent.beat;
    agent.beat_answered = false;
    const CauseScope scope(scene.kernel(), {});
    const Way way = way_to_leader(scene, host);
    if (way.refused) return session_failed(scene, host, SessionLoss::Refused);
    if (way.open) scene.schedule(way.latency, kEventBeatArrives, agent.leader, packed(host, agent.session), 0);
    scene.schedule(kAgentCallTimeout, kEventBeatTimeout, host, agent.beat, agent.session);
}

// Whether the swarm knows other labels of a node's engine than it has: no more of a host's description changes in one life of it.
bool is_described_otherwise(const Scene& scene, model::HostId host) {
    const HostRow& row = scene.host(host);
    const Node* node = row.swarm != 0 ? scene.swarm(row.swarm).store.nodes.find(row.node.value) : nullptr;
    return node != nullptr && node->described && node->description.engine_labels != describe_host(scene.world, host).engine_labels;
}

// The session is closed for another one, which begins with a new description.
void describe_anew(Scene& scene, model::HostId host) {
    if (scene.host(host).agent.stage != Agent::Stage::Registered || !is_described_otherwise(scene, host)) return;
    agent_publishes_no_more(scene, host);
    wait_for_session(scene, host, {});
}

void registered(Scene& scene, model::HostId host, model::HostId leader) {
    HostRow& row = scene.host(host);
    Agent& agent = row.agent;
    if (agent.stage != Agent::Stage::Connecting) return;
    if (!leader) return session_failed(scene, host, SessionLoss::Refused);
    agent.stage = Agent::Stage::Registered;
    agent.leader = leader;
    agent.backoff = agent.resend = {};
    agent.avoided = {};
    agent.because = {};
    learn_managers(scene, host);
    const Node* node = scene.swarm(row.swarm).store.nodes.find(row.node.value);
    if (node != nullptr && (node->role == Role::Manager) != row.manager) scene.schedule({}, kEventRole, host, 0, 0);
    look_at_certificate(scene, host);
    look_at_description(scene, host);
    beat(scene, host);
    // All statuses on its disk are told again, also of what it is not assigned now (worker.Report).
    for (const auto& [task, entry] : agent.tasks) report_status(scene, host, task);
    node_is_ready(scene, host);
    model::open_api(scene.world, host);
}

// executor/container/controller.go, parsePortStatus: what its container has bound, which is both for IPv4 and for
// IPv6; by the ports' names, where Go's order is chance. None before there is a container.
std::optional<RareVector<Port>> bound_ports(const Scene& scene, const AgentTask& task) {
    if (task.status.state < TaskState::Starting || !task.container || !scene.world.container(task.container).detail) return std::nullopt;
    std::vector<Port> out;
    for (const model::PublishedPort& bound : scene.world.detail(task.container).ports) {
        Port port;
        port.protocol = bound.protocol;
        port.target = bound.container_port;
        port.published = bound.host_port;
        port.mode = PublishMode::Host;
        out.push_back(std::move(port));
    }
    std::stable_sort(out.begin(), out.end(), [](const Port& a, const Port& b) { return std::pair(a.target, a.protocol) < std::pair(b.target, b.protocol); });
    return out;
}

}  // namespace

void begin_agent(Scene& scene, model::HostId host) {
    Agent& agent = scene.host(host).agent;
    agent.begun = scene.now();
    agent.backoff = {};
    agent.avoided = {};
    wait_for_session(scene, host, {});
}

void look_at_description(Scene& scene, model::HostId host) {
    const Agent& agent = scene.host(host).agent;
    if (agent.stage != Agent::Stage::Registered || !is_described_otherwise(scene, host)) return;
    const std::int64_t gone = (scene.now() - agent.begun).nanoseconds % kNodeUpdatePeriod.nanoseconds;
    scene.schedule(kNodeUpdatePeriod - nanoseconds(gone), kEventDescribe, host, 0, agent.session);
}

void end_agent(Scene& scene, model::HostId host) {
    agent_publishes_no_more(scene, host);
    Agent& agent = scene.host(host).agent;
    agent.stage = Agent::Stage::Off;
    ++agent.session;
    agent.leader = {};
    agent.unreported.clear();
    agent.reporting = false;
}

void report_status(Scene& scene, model::HostId host, TaskId task) {
    Agent& agent = scene.host(host).agent;
    const AgentTask& entry = agent.tasks.at(task);
    Report& report = agent.unreported[task];
    report.status = entry.status;
    report.ports = bound_ports(scene, entry);
    report.because = entry.happened;
    send_reports(scene, host);
}

void handle_agent_event(Scene& scene, const Event& event) {
    const model::HostId host{event.subject};
    HostRow& row = scene.host(host);
    Agent& agent = row.agent;
    if (agent.session != event.extra || agent.stage == Agent::Stage::Off) return;
    switch (event.kind) {
        case kEventConnect: connect(scene, host); return;
        case kEventConnectTimeout:
            if (agent.stage == Agent::Stage::Connecting) session_failed(scene, host, SessionLoss::Silence);
            return;
        case kEventRegistered: registered(scene, host, model::HostId{static_cast<std::uint32_t>(event.word)}); return;
        case kEventBeat: beat(scene, host); return;
        case kEventDescribe: describe_anew(scene, host); return;
        case kEventBeatAnswer: {
            agent.beat_answered = true;
            if (event.word == 0) return session_failed(scene, host, SessionLoss::Unknown);
            learn_managers(scene, host);
            const CauseScope scope(scene.kernel(), {});
            scene.schedule(nanoseconds(static_cast<std::int64_t>(event.word)), kEventBeat, host, 0, agent.session);
            return;
        }
        case kEventBeatTimeout:
            if (event.word == agent.beat && !agent.beat_answered) session_failed(scene, host, SessionLoss::Silence);
            return;
        case kEventSessionLost: session_failed(scene, host, SessionLoss::Refused); return;
        case kEventReportAgain:
            agent.reporting = false;
            send_reports(scene, host);
            return;
        case kEventAssign: {
            Leadership* leadership = agent.leader ? scene.leadership(agent.leader) : nullptr;
            if (leadership == nullptr) return;
            const auto session = leadership->sessions.find(row.node);
            if (session == leadership->sessions.end() || session->second.session != agent.session || session->second.stream.empty()) return;
            const Assignments message = std::move(session->second.stream.front());
            session->second.stream.pop_front();
            assign(scene, host, message);
            return;
        }
        default: return;
    }
}

}  // namespace podium::swarm
