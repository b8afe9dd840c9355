#pragma once

// What members say to each other, and what a snapshot is. Plain data.

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "sim/orch/raft/log.hpp"

namespace podium::raft {

/// Who belongs to the group. All lists are sorted.
struct Configuration {
    std::vector<MemberId> voters;
    std::vector<MemberId> learners;
    std::vector<MemberId>
        removed;  ///< Never spoken to again (swarmkit: membership.Cluster.removed).

    bool operator==(const Configuration&) const = default;

    [[nodiscard]] bool is_voter(MemberId id) const { return has(voters, id); }

    [[nodiscard]] bool is_learner(MemberId id) const { return has(learners, id); }

    [[nodiscard]] bool is_removed(MemberId id) const { return has(removed, id); }

    [[nodiscard]] bool contains(MemberId id) const { return is_voter(id) || is_learner(id); }

    /// Voters needed for a decision: more than half.
    [[nodiscard]] std::size_t quorum() const { return voters.size() / 2 + 1; }

    /// Requires a change of membership. One that changes nothing is none.
    void apply(const Entry& change);

  private:
    static bool has(const std::vector<MemberId>& list, MemberId id) {
        return std::binary_search(list.begin(), list.end(), id);
    }
};

/// The state of the store after the entry `index`, which stands for all entries up to it.
/// Immutable.
struct Snapshot {
    Index index = 0;
    Term term = 0;
    Configuration configuration;
    std::uint64_t payload = 0;  ///< What the store knows it by.
    std::uint64_t bytes = 0;
};

using SnapshotPointer = std::shared_ptr<const Snapshot>;

enum class MessageKind : std::uint8_t {
    Append,       ///< Entries after (index, log_term), and how far is committed.
    AppendReply,  ///< The log matches up to `index`; refused: it does not at `index`, try `hint`.
    Heartbeat,
    HeartbeatReply,
    Vote,  ///< The candidate's last entry is (index, log_term).
    VoteReply,
    PreVote,  ///< Would you vote for me? No term changes by it.
    PreVoteReply,
    Snapshot,
    TimeoutNow,  ///< From the leader: hold an election at once, you are to lead.
};

std::string_view message_kind_name(MessageKind kind);

struct Message {
    MessageKind kind = MessageKind::Heartbeat;
    bool refused = false;
    bool transfer =
        false;  ///< A vote asked for on the leader's own wish: a lease does not forbid it.
    MemberId from;
    MemberId to;
    Term term = 0;
    Term log_term = 0;
    Index index = 0;
    Index commit = 0;
    Index hint = 0;
    std::vector<Entry> entries;
    SnapshotPointer snapshot;
};

/// What a message takes on the wire: about what etcd's raftpb and gRPC's framing add, and its
/// payload.
std::uint64_t message_bytes(const Message& message);

}  // namespace podium::raft
