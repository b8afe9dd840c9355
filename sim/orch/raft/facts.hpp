#pragma once

// The kinds of facts of consensus. The subject is the host of the member that a fact is about; the
// first field is always the group's name, the second the member's.

#include "sim/core/fact.hpp"
#include "sim/orch/rooms.hpp"

namespace podium::raft {

enum RaftFact : FactKind {
    kFactElection = kRoomRaft,  ///< A member stands for election.
    kFactLeader,                ///< It leads.
    kFactLeaderLost,            ///< It leads no more.
    kFactQuorumLost,            ///< Too few voters run and reach each other.
    kFactQuorumRegained,
    kFactMember,    ///< A change of membership is committed.
    kFactTransfer,  ///< A leader hands over.
    kFactSnapshotTaken,
    kFactSnapshotInstalled,  ///< A member that lagged behind the log got the leader's.
    kFactForced,             ///< A member goes on alone, by force.
};

/// Field `reason` of raft.election.
enum class ElectionReason : std::uint32_t {
    Silence,   ///< No leader was heard of for an election time-out.
    Transfer,  ///< The leader wants it.
    Alone,     ///< The only voter.
    LeaderRemoved,
    Asked,  ///< By its owner.
};

/// Field `reason` of raft.leader_lost.
enum class LeaderLoss : std::uint32_t {
    NoQuorum,   ///< It heard of no quorum for an election time-out (CheckQuorum).
    LaterTerm,  ///< Another was or may be elected.
    Removed,    ///< From the group.
    Stopped,    ///< Its process ended.
};

/// Field `change` of raft.member.
enum class MemberChange : std::uint32_t { Voter, Learner, Removed };

const FactTable& raft_facts();

}  // namespace podium::raft
