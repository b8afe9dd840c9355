#include "sim/orch/swarm/swarm.hpp"

#include <utility>

#include "sim/base/assert.hpp"

namespace podium::swarm {
namespace {

// Rows for all hosts; their engines run from the beginning.
void grow(Scene& scene) {
    for (std::size_t i = scene.state.hosts.size(); i < scene.world.hosts.size(); ++i) {
        scene.state.hosts.emplace_back();
        scene.state.hosts.back().configured = configured_resources(scene.world, model::HostId{static_cast<std::uint32_t>(i + 1)});
        scene.state.hosts.back().alive = scene.world.hosts[i].up && scene.world.hosts[i].engine.state == model::EngineState::Running;
    }
}

// What is due on a host that stands still waits; what is due in a process that is gone is lost.
bool keep_back(Scene& scene, const Event& event) {
    HostRow& row = scene.host(model::HostId{event.subject});
    if (event.kind == kEventSuspect) return false;  // it is others who suspect
    if (!row.alive) return true;
    if (!row.frozen) return false;
    row.held.push_back(event);
    return true;
}

void handle_host_event(Scene& scene, const Event& event) {
    switch (static_cast<HostEvent>(event.kind)) {
        case kEventMembership: handle_membership_event(scene, event); return;
        case kEventRole:
        case kEventRoleAgain: handle_role_event(scene, event); return;
        case kEventFlush:
        case kEventBatch:
        case kEventReport:
        case kEventRegister:
        case kEventBeatArrives:
        case kEventExpire:
        case kEventOrphan: handle_dispatcher_event(scene, event); return;
        case kEventAssign:
        case kEventReportAgain:
        case kEventConnect:
        case kEventConnectTimeout:
        case kEventRegistered:
        case kEventBeat:
        case kEventDescribe:
        case kEventBeatAnswer:
        case kEventBeatTimeout:
        case kEventSessionLost: handle_agent_event(scene, event); return;
        case kEventTask: handle_task_event(scene, event); return;
        case kEventAttach:
        case kEventAttachAsked:
        case kEventAttachRefused:
        case kEventAttachDeadline:
        case kEventDetach: handle_attachment_event(scene, event); return;
        case kEventCertificate:
        case kEventRotate: handle_certificate_event(scene, event); return;
        case kEventGossip: gossip(scene, model::HostId{event.subject}); return;
        case kEventSuspect: suspect(scene, model::HostId{event.subject}); return;
        case kEventAsk:
        case kEventAnswer:
        case kEventDeadline: handle_ask_event(scene, event); return;
        case kEventLogSubscribe:
        case kEventLogPublish:
        case kEventLogDeliver:
        case kEventLogDeliverAgain: handle_log_event(scene, event); return;
    }
    PODIUM_ASSERT(false, "an event of a swarm has a known kind");
}

// Scene::session_passes, of a world that is only looked at.
bool session_passes(const model::World& world, const State& state, model::HostId host) {
    const Agent& agent = state.hosts[host.value - 1].agent;
    const auto calls = [&](model::HostId from, model::HostId to) {
        return from == to || (world.network.connected(world.host(from).node, world.host(to).node) && !model::is_closed(world, to, state.hosts[to.value - 1].port, "tcp"));
    };
    return calls(host, agent.via) && calls(agent.via, agent.leader);
}

bool is_of_manager(EventKind kind) { return (kind & ~kBackgroundEvent) <= kManagerLast; }

}  // namespace

SwarmRow::SwarmRow(std::uint32_t number_, raft::Group group_) : number(number_), group(std::move(group_)) {}
SwarmRow::SwarmRow(const SwarmRow&) = default;
SwarmRow::SwarmRow(SwarmRow&&) noexcept = default;
SwarmRow& SwarmRow::operator=(const SwarmRow&) = default;
SwarmRow& SwarmRow::operator=(SwarmRow&&) noexcept = default;
SwarmRow::~SwarmRow() = default;

Swarm::Swarm() = default;
Swarm::Swarm(const Swarm&) = default;
Swarm::Swarm(Swarm&&) noexcept = default;
Swarm& Swarm::operator=(const Swarm&) = default;
Swarm& Swarm::operator=(Swarm&&) noexcept = default;
Swarm::~Swarm() = default;

void Swarm::drain(model::World& world) {
    Scene scene{world, state_};
    grow(scene);
    notice_network(scene);
    model::Outbox& box = world.outbox;
    // What is done here may put more into the outbox.
    for (bool more = true; more;) {
        more = false;
        const FactId cause = world.kernel.cause();
        for (const model::HostId host : std::exchange(box.engines, {})) {
            notice_engine(scene, host);
            more = true;
        }
        for (const model::RequestId request : std::exchange(box.answered, {})) {
            world.kernel.set_cause(cause);
            if (!log_request_answered(scene, request)) task_request_answered(scene, request);
            more = true;
        }
        for (const model::ContainerId container : std::exchange(box.containers, {})) {
            world.kernel.set_cause(cause);
            task_container_changed(scene, container);
            attachments_changed(scene, container);
            more = true;
        }
        for (const model::RequestId request : std::exchange(box.asked, {})) {
            world.kernel.set_cause(cause);
            ask(scene, request);
            more = true;
        }
        world.kernel.set_cause(cause);
    }
    take_news(scene);
}

void Swarm::handle(model::World& world, const Event& event) {
    Scene scene{world, state_};
    if ((event.kind & 0xFF00) == kRoomRaft) {
        SwarmRow& swarm = scene.swarm(event.subject);
        swarm.group.handle(scene.setting(), event);
    } else if (is_of_manager(event.kind)) {
        handle_manager_event(scene, event);
    } else if (!keep_back(scene, event)) {
        handle_host_event(scene, event);
    }
    take_news(scene);
}

void Swarm::set_policy(model::World& world, scheduler::PolicyPointer policy) {
    Scene scene{world, state_};
    state_.seat = {std::move(policy), {}};
    policy_changed(scene);
    take_news(scene);
}

bool Swarm::settled(const model::World& world) const {
    for (std::size_t i = 0; i < state_.hosts.size(); ++i) {
        const HostRow& row = state_.hosts[i];
        if (row.state == HostRow::State::Out || row.state == HostRow::State::Locked) continue;
        if (row.state == HostRow::State::Failed && row.reconnect == Duration{}) continue;
        if (row.state != HostRow::State::Active) return false;
        const SwarmRow& swarm = state_.swarms[row.swarm - 1];
        if (!swarm.group.has_quorum()) continue;
        const Node* node = swarm.store.nodes.find(row.node.value);
        if (node == nullptr) continue;
        const bool here = row.alive && !row.frozen && row.agent.stage == Agent::Stage::Registered && session_passes(world, state_, model::HostId{static_cast<std::uint32_t>(i + 1)});
        const bool seen = node->state == NodeState::Ready;
        if (here != seen) return false;
        if (row.alive && !row.frozen && row.agent.stage != Agent::Stage::Registered && node->state != NodeState::Down) return false;
    }
    return true;
}

}  // namespace podium::swarm
