// Managers and workers: what is wanted of a node (its spec) becomes what it is (swarmkit
// manager/role_manager.go, node/node.go).

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "sim/orch/swarm/hosts/facts.hpp"
#include "sim/orch/swarm/hosts/rows.hpp"
#include "sim/orch/swarm/hosts/timing.hpp"

namespace podium::swarm {
namespace {

// Of kEventRole: it has a certificate of its new role; a manager starts.
constexpr std::uint64_t kRenewed = 1;
// Of kEventRole: it has heard that the others have removed it.
constexpr std::uint64_t kOutOfGroup = 2;

void set_role(Scene& scene, Leadership& leadership, NodeId id, const Node& node, Role role) {
    const auto ahead = leadership.nodes.find(id);
    if (ahead != leadership.nodes.end() && ahead->second.role) return;
    Kernel& kernel = scene.kernel();
    const CauseScope scope(kernel, node.meta.because);
    NodeEdit& edit = leadership.nodes[id];
    edit.role = role;
    edit.no_member = role == Role::Worker;
    edit.because = kernel.record(kFactNodeRole, Subject(SubjectType::Node, id.value), kernel.intern(scene.world.host(node.host).spec.name), role);
    flush_soon(scene, leadership);
}

void again(Scene& scene, Leadership& leadership, Duration delay) {
    const CauseScope scope(scene.kernel(), {});
    scene.schedule(delay, kEventRoleAgain, leadership.host, 0, leadership.number);
}

// A manager that is to be a worker leaves the group first; a leader hands over before.
void demote(Scene& scene, SwarmRow& swarm, Leadership& leadership, NodeId id, const Node& node) {
    const raft::MemberId self = scene.host(leadership.host).member;
    const bool member = node.member && swarm.group.node(self).configuration().contains(node.member);
    if (!member) return set_role(scene, leadership, id, node, Role::Worker);
    const CauseScope scope(scene.kernel(), node.meta.because);
    if (node.member == self) {
        const raft::MemberId heir = swarm.group.longest_active(self);
        if (!heir || !swarm.group.transfer_leadership(scene.setting(), self, heir)) again(scene, leadership, kRoleReconcile);
    } else if (swarm.group.can_remove(self, node.member)) {
        const raft::Proposal proposal = swarm.group.propose_change(scene.setting(), self, raft::EntryKind::Remove, node.member);
        again(scene, leadership, proposal.accepted() ? kMembershipPoll : kLeaderPoll);
    } else {
        again(scene, leadership, kRoleReconcile);
    }
}

}  // namespace

void reconcile_roles(Scene& scene, SwarmRow& swarm, Leadership& leadership) {
    std::vector<NodeId> wrong;
    swarm.store.nodes.for_each([&wrong](std::uint32_t id, const Node& node) {
        if (node.spec.role != node.role) wrong.push_back(NodeId{id});
    });
    for (const NodeId id : wrong) {
        const Node& node = *swarm.store.nodes.find(id.value);
        if (node.spec.role == Role::Manager) {
            set_role(scene, leadership, id, node, Role::Manager);
        } else {
            demote(scene, swarm, leadership, id, node);
        }
    }
}

namespace {

// How long it has been so, and whether that was long enough.
bool lasts(Scene& scene, HostRow& row, bool& so, Duration longest) {
    if (!std::exchange(so, true)) row.try_begun = scene.now();
    return scene.now() - row.try_begun >= longest;
}

// manager/state/raft/raft.go, joinCluster and Join: it asks the leader, over the managers it knows, and that one calls it
// back on its own address first, so that both hosts have to let the other in. Later: nothing has answered yet.
GroupJoin ask_to_join(Scene& scene, model::HostId host, model::HostId leader) {
    HostRow& row = scene.host(host);
    constexpr std::string_view kFailed = "manager stopped: can't initialize raft node: rpc error: code = ";
    constexpr std::string_view kDeadline = "DeadlineExceeded desc = context deadline exceeded";
    const bool heard = leader && scene.calls(host, leader);
    const bool called_back = heard && scene.calls(leader, host);
    if (called_back) {
        row.trying = row.calling_back = false;
        return GroupJoin::Done;
    }
    if (heard) {
        row.trying = false;
        if (!lasts(scene, row, row.calling_back, kHealthTimeout)) return GroupJoin::Later;
        row.error = fmt::format("{}Unknown desc = could not connect to prospective new cluster member using its advertised address: rpc error: code = {}", kFailed, kDeadline);
    } else {
        row.calling_back = false;
        if (!lasts(scene, row, row.trying, kJoinGroupTimeout)) return GroupJoin::Later;
        row.error = fmt::format("{}{}", kFailed, kDeadline);
    }
    row.trying = row.calling_back = false;
    return GroupJoin::Failed;
}

}  // namespace

GroupJoin join_group(Scene& scene, model::HostId host) {
    HostRow& row = scene.host(host);
    SwarmRow& swarm = scene.swarm(row.swarm);
    const raft::MemberId leader = swarm.group.leader();
    const auto leadership = leader ? swarm.leaders.find(leader) : swarm.leaders.end();
    const bool led = leadership != swarm.leaders.end();
    if (led && row.member && swarm.group.node(leader).configuration().is_voter(row.member)) {
        const Node* node = swarm.store.nodes.find(row.node.value);
        if (node != nullptr && node->member == row.member) return GroupJoin::Done;
        NodeEdit& edit = leadership->second.nodes[row.node];
        edit.member = row.member;
        edit.role = Role::Manager;
        edit.because = scene.kernel().cause();
        flush_soon(scene, leadership->second);
        return GroupJoin::Later;
    }
    const GroupJoin asked = ask_to_join(scene, host, led ? swarm.host_of.at(leader) : model::HostId{});
    if (asked != GroupJoin::Done) return asked;
    if (!row.member) {
        if (swarm.group.member_count() >= raft::Group::kMostMembers) return GroupJoin::Later;
        const model::Host& machine = scene.world.host(host);
        row.member = swarm.group.add_member({machine.spec.name, host, machine.node, 0, row.port});
        swarm.host_of[row.member] = host;
        row.events_after = swarm.applied;
        swarm.group.start(scene.setting(), row.member);
    }
    if (!swarm.group.node(leader).configuration().contains(row.member)) {
        swarm.group.propose_change(scene.setting(), leader, raft::EntryKind::AddVoter, row.member);
    }
    return GroupJoin::Later;
}

void leave_group(Scene& scene, model::HostId host) {
    HostRow& row = scene.host(host);
    SwarmRow& swarm = scene.swarm(row.swarm);
    if (row.member) {  // one that is demoted on its way into the group has no place in it yet
        swarm.group.stop(scene.setting(), row.member);
        end_leadership(scene, swarm, row.member);
        swarm.group.wipe(row.member);
    }
    cancel_logs_of(scene, host);
    break_connections(scene, host);
    row.member = {};
    row.manager = false;
}

// swarmkit manager/manager.go, Stop: its sockets are gone at once, but it waits for the calls under way, up to kStopManager.
// Until it has ended, its engine and its agent still turn to it (node/node.go, runManager; connectionbroker.go, Select): a
// session over it to the leader goes on so long, and a new one can't be made (recorded: a leader that handed over and was
// demoted is unknown 9 s later, swarm-failure/20-quorum3-leader-kill and 23-two-managers-leader-kill).
void become_worker(Scene& scene, model::HostId host) {
    HostRow& row = scene.host(host);
    const Agent& agent = row.agent;
    const bool through_itself = agent.via == host;
    const bool lasts_on = agent.stage == Agent::Stage::Registered && agent.leader != host;
    leave_group(scene, host);
    if (!row.alive) return;
    row.manager_stops = scene.now() + kStopManager;
    if (through_itself) scene.schedule(lasts_on ? kStopManager : Duration{}, kEventSessionLost, host, 0, agent.session);
}

void member_removed(Scene& scene, model::HostId host) {
    const HostRow& row = scene.host(host);
    if (row.state != HostRow::State::Active || !row.manager) return;
    const Node* node = scene.swarm(row.swarm).store.nodes.find(row.node.value);
    if (node != nullptr && node->role == Role::Worker) return become_worker(scene, host);
    // Its new role is on its way, or it was made a manager again before.
    scene.schedule(kNoticeRemoval, kEventRole, host, kOutOfGroup, 0);
}

namespace {

// swarmkit node/node.go, superviseManager: a manager that the others have removed (raft.ErrMemberRemoved) ends, and its node waits
// to become a worker; one that stays a manager, as it was promoted again meanwhile, joins them anew.
void end_removed_manager(Scene& scene, model::HostId host) {
    HostRow& row = scene.host(host);
    const SwarmRow& swarm = scene.swarm(row.swarm);
    const raft::MemberId leader = swarm.group.leader();
    if (!row.alive || !row.manager || !row.member) return;
    if (!leader) return scene.schedule(kLeaderPoll, kEventRole, host, kOutOfGroup, 0);
    if (swarm.group.node(leader).configuration().contains(row.member)) return;
    become_worker(scene, host);
    row.manager_again = scene.now() + kRoleChangeTimeout * 2;
    scene.schedule(kRoleChangeTimeout * 2, kEventRole, host, 0, 0);
}

}  // namespace

void handle_role_event(Scene& scene, const Event& event) {
    const model::HostId host{event.subject};
    HostRow& row = scene.host(host);
    if (event.kind == kEventRoleAgain) {
        Leadership* leadership = scene.leadership(host);
        if (leadership != nullptr && leadership->number == event.extra) reconcile_roles(scene, scene.swarm_of(host), *leadership);
        return;
    }
    if (row.state != HostRow::State::Active) return;
    const Node* node = scene.swarm(row.swarm).store.nodes.find(row.node.value);
    if (node == nullptr) return;
    if (node->role == Role::Worker) {
        row.manager_again = {};
        if (row.manager && event.word != kOutOfGroup) become_worker(scene, host);
        return;
    }
    if (event.word == kOutOfGroup) return end_removed_manager(scene, host);
    if (event.word != kRenewed) {
        if (row.manager || scene.now() < row.manager_again) return;
        row.manager = true;
        const Duration stopping = scene.manager_stops(host) ? row.manager_stops - scene.now() : Duration{};
        scene.schedule(std::max(kMakeCertificate, stopping) + kStartManager, kEventRole, host, kRenewed, 0);
    } else {
        const GroupJoin joined = join_group(scene, host);
        if (joined == GroupJoin::Later) scene.schedule(kMembershipPoll, kEventRole, host, kRenewed, 0);
        if (joined == GroupJoin::Failed) node_failed(scene, host, row.error);
    }
}

}  // namespace podium::swarm
