// What a group tells: facts with their causes, and news for its owner.

#include "sim/orch/raft/group.hpp"

namespace podium::raft {

// What changed in its role since this was last looked at. The fact becomes the cause of what
// follows.
void Group::notice(Setting at, Member& member) {
    const Node& node = *member.node;
    const Role role = node.role();
    const Term term = node.term();
    if (node.leader() && node.leader() != member.id) member.followed = node.leader();
    if (member.told_role == role && member.told_term == term) return;
    if (member.told_role == Role::Leader) {
        lose_leader(at,
                    member,
                    term > member.told_term ? LeaderLoss::LaterTerm
                    : node.can_lead()       ? LeaderLoss::NoQuorum
                                            : LeaderLoss::Removed);
    }
    const bool stood = member.told_role == Role::PreCandidate ||
                       (member.told_role == Role::Candidate && member.told_term == term);
    if (role != Role::Follower && !stood) {
        const bool alone = node.configuration().voters.size() == 1;
        const ElectionReason reason = alone ? ElectionReason::Alone : member.next_election;
        if (reason == ElectionReason::Silence || alone)
            at.kernel.set_cause(why_election(at, member));
        member.role_because = record(at, kFactElection, member, term, reason);
        at.kernel.set_cause(member.role_because);
    }
    if (role == Role::Leader) {
        const Duration without = leaderless_ ? at.kernel.now() - leaderless_since_ : Duration{};
        leaderless_ = false;
        judge_quorum(at);
        member.role_because = record(at, kFactLeader, member, term, without);
        at.kernel.set_cause(member.role_because);
    }
    member.told_role = role;
    member.told_term = term;
}

void Group::lose_leader(Setting at, Member& member, LeaderLoss reason) {
    const bool was_ready = std::exchange(member.ready, false);
    member.role_because = record(at, kFactLeaderLost, member, member.told_term, reason);
    member.told_role = Role::Follower;
    if (reason == LeaderLoss::Stopped) member.stopped_because = member.role_because;
    at.kernel.set_cause(member.role_because);
    if (was_ready && reason != LeaderLoss::Stopped)
        news_.push_back({News::Kind::LeaderLost, member.id, 0, 0});
    if (!leader()) {
        leaderless_ = true;
        leaderless_since_ = at.kernel.now();
    }
    judge_quorum(at);
}

// A leader decides only when its store holds all of its log (swarmkit: caughtUp).
void Group::notice_ready(Setting, Member& member) {
    const Node& node = *member.node;
    if (!member.ready && node.role() == Role::Leader && node.applied() == node.log().last()) {
        member.ready = true;
        news_.push_back({News::Kind::LeaderReady, member.id, 0, node.applied()});
    }
    if (!member.told_removed && node.configuration().is_removed(member.id)) {
        member.told_removed = true;
        news_.push_back({News::Kind::Removed, member.id, 0, 0});
    }
}

void Group::notice_change(Setting at, Member& member, Index index) {
    if (index <= changes_told_) return;
    changes_told_ = index;
    const Entry entry = member.node->log().at(index);
    known_.apply(entry);
    const MemberChange change = entry.kind == EntryKind::AddVoter     ? MemberChange::Voter
                                : entry.kind == EntryKind::AddLearner ? MemberChange::Learner
                                                                      : MemberChange::Removed;
    record(at,
           kFactMember,
           row(entry.member),
           change,
           static_cast<std::uint32_t>(known_.voters.size()),
           index);
    judge_quorum(at);
}

// Why a member that follows nobody stands for election: what became of the leader it knew.
FactId Group::why_election(const Setting& at, const Member& member) {
    if (!member.followed) return member.started_because;
    const Member& leader = row(member.followed);
    if (leader.presence != Presence::Running) return leader.stopped_because;
    look_at_way(at, member.followed, member.id);
    if (!lane(member.followed, member.id).open && network_because_) return network_because_;
    return leader.role_because;
}

// How many voters, itself included, a voter reaches and is reached by.
std::size_t Group::reached_from(const Setting& at, MemberId one) const {
    if (row(one).presence != Presence::Running) return 0;
    std::size_t reached = 0;
    for (const MemberId other : known_.voters) {
        if (row(other).presence != Presence::Running) continue;
        if (one == other || (at.network.connected(row(one).spec.place, row(other).spec.place) &&
                             !is_shut(at, one, other) && !is_shut(at, other, one)))
            ++reached;
    }
    return reached;
}

// Whether enough voters run that reach each other, and whether the leader is among them.
void Group::judge_quorum(Setting at) {
    judged_version_ = at.network.version();
    if (!founded_) return;
    std::size_t most = 0;
    MemberId about = known_.voters.front();
    for (const MemberId one : known_.voters) {
        const std::size_t reached = reached_from(at, one);
        if (reached <= most) continue;
        most = reached;
        about = one;
    }
    const bool quorum = most >= known_.quorum();
    const MemberId leads = leader();
    leader_expected_ = quorum && (!leads || reached_from(at, leads) < known_.quorum());
    if (quorum == has_quorum_) return;
    has_quorum_ = quorum;
    record(at,
           quorum ? kFactQuorumRegained : kFactQuorumLost,
           row(about),
           static_cast<std::uint32_t>(most),
           static_cast<std::uint32_t>(known_.quorum()),
           static_cast<std::uint32_t>(known_.voters.size()));
}

}  // namespace podium::raft
