#pragma once

// One member of a Raft group, as a plain value: it keeps no time, sends nothing and writes nothing,
// but is told of ticks and messages and leaves messages to send and entries to apply. Everything it
// does follows from what it is told and from its stream of chance. Copy it anywhere; the copy goes
// on alike.
//
// The algorithm is that of etcd's raft package as swarmkit vendors it (Docker 20.10: etcd 3.3.12),
// with these parts taken from its later versions because they are plainly better and look the same
// from outside: a refused append is answered with a hint by term (3.5), a commit index is sent on
// only to whom it tells something (raft 3.6), a removed leader steps down (StepDownOnRemoval). What
// is left out: joint consensus (swarmkit and Consul change one member at a time), ReadIndex,
// forwarding of proposals (swarmkit drops forwarded ones), a limit on uncommitted bytes.
//
// Its owner must: write image() before it sends what is in outbox(); then apply() what is
// committed. Invariants: base <= snapshot <= applied <= commit <= last of the log (the log may
// reach back behind its snapshot, for slow followers); term, vote and what is committed never go
// back.

#include <cstdint>
#include <utility>
#include <vector>

#include "sim/base/random.hpp"
#include "sim/orch/raft/log.hpp"
#include "sim/orch/raft/message.hpp"
#include "sim/orch/raft/progress.hpp"

namespace podium::raft {

/// swarmkit's figures (manager/state/raft/raft.go, NewNode and DefaultRaftConfig). etcd: the same
/// with a tick of 100 ms, MaxSizePerMsg of 1 MiB and PreVote on since 3.4. hashicorp/raft (Consul,
/// Nomad) keeps time-outs in wall time, not in ticks, and applies a change of membership when it is
/// appended.
struct Options {
    std::uint32_t election_ticks = 10;  ///< Time-outs are drawn from [election, 2 · election).
    std::uint32_t heartbeat_ticks = 1;
    /// The leader steps down when no quorum was heard of for election_ticks, and whoever has heard
    /// of a leader within them votes for nobody else.
    bool check_quorum = true;
    bool pre_vote = false;
    std::uint64_t message_bytes =
        65'535;                          ///< Payload of one append at most, if more than one entry.
    std::uint32_t message_window = 256;  ///< Appends under way to one follower.
};

enum class Role : std::uint8_t { Follower, PreCandidate, Candidate, Leader };
std::string_view role_name(Role role);

enum class ProposalStatus : std::uint8_t {
    Accepted,  ///< Appended; it may still be lost.
    NotLeader,
    Transferring,   ///< Leadership is being handed over.
    ChangePending,  ///< A change of membership before this one has not been applied.
    NoChange,       ///< Already a member, not a member, or removed before.
    LastVoter,      ///< Somebody has to stay.
};

struct Proposal {
    ProposalStatus status = ProposalStatus::NotLeader;
    Index index = 0;
    Term term = 0;

    [[nodiscard]] bool accepted() const { return status == ProposalStatus::Accepted; }
};

/// What is on a member's disk: it survives a crash.
struct Image {
    Term term = 0;
    MemberId vote;
    Index commit = 0;  ///< As far as it was known; may be old.
    SnapshotPointer snapshot;
    Log log;
};

class Node {
  public:
    /// A member that knows nobody yet: it waits for a leader that has added it. `chance` gives its
    /// election time-outs.
    Node(MemberId id, const Options& options, RandomStream chance);
    /// A founder of a group of these voters, who stand at the beginning of its log, applied.
    /// Requires the same list of all founders.
    static Node founder(MemberId id,
                        const Options& options,
                        RandomStream chance,
                        const std::vector<MemberId>& voters);
    /// A member that starts again with what is on its disk. What was committed has yet to be
    /// applied.
    static Node restarted(MemberId id,
                          const Options& options,
                          RandomStream chance,
                          const Image& image);

    // --- what it is told ---
    void tick();
    void step(const Message& message);
    /// Holds an election now (etcd: MsgHup).
    void campaign();
    Proposal propose(std::uint64_t payload, std::uint32_t bytes);
    Proposal propose_change(EntryKind change, MemberId member);
    /// Hands leadership to a voter; what is proposed meanwhile is refused. Given up after
    /// election_ticks. False: not the leader, or `to` is no other voter.
    bool transfer_leadership(MemberId to);
    /// A message to a member could not be delivered.
    void report_unreachable(MemberId member);
    /// A snapshot sent to a member has arrived, or not. Its owner must say one or the other of
    /// each: until then nothing more is sent to that member.
    void report_snapshot(MemberId member, bool arrived);
    /// Applies what is committed up to `until` (its owner has written it): changes of membership
    /// take effect. Returns the first and the last index applied; first > last: none.
    std::pair<Index, Index> apply(Index until);
    /// A snapshot of the store as it is at applied(); the log keeps the `kept` entries before it.
    void take_snapshot(std::uint64_t payload, std::uint64_t bytes, Index kept);
    /// Makes this member the only one, with what it has committed; what was not is dropped.
    /// Requires that it is a voter and has applied what it knows to be committed. Source: swarmkit,
    /// storage.go and createConfigChangeEnts (force-new-cluster).
    void force_alone();

    // --- what it leaves ---
    /// Messages to send, once image() is written.
    std::vector<Message>& outbox() { return outbox_; }

    /// What has to be on the disk has changed since mark_written().
    [[nodiscard]] bool must_write() const { return must_write_; }

    void mark_written() { must_write_ = false; }

    [[nodiscard]] Image image() const { return {term_, vote_, commit_, snapshot_, log_}; }

    // --- what it is ---
    [[nodiscard]] MemberId id() const { return id_; }

    [[nodiscard]] Role role() const { return role_; }

    [[nodiscard]] Term term() const { return term_; }

    [[nodiscard]] MemberId vote() const { return vote_; }

    /// Whom it follows; itself when it leads; none.
    [[nodiscard]] MemberId leader() const { return leader_; }

    [[nodiscard]] Index commit() const { return commit_; }

    [[nodiscard]] Index applied() const { return applied_; }

    [[nodiscard]] const Log& log() const { return log_; }

    /// Null: none yet.
    [[nodiscard]] const SnapshotPointer& snapshot() const { return snapshot_; }

    /// As of applied().
    [[nodiscard]] const Configuration& configuration() const { return configuration_; }

    [[nodiscard]] MemberId transferee() const { return transferee_; }

    /// Of a leader: what it knows of each member.
    [[nodiscard]] const std::vector<Progress>& progress() const { return progress_; }

    [[nodiscard]] const Options& options() const { return options_; }

    /// Ticks until it holds an election if it hears of no leader.
    [[nodiscard]] std::uint32_t election_timeout() const { return election_timeout_; }

    /// It is a voter, so that it can lead.
    [[nodiscard]] bool can_lead() const { return configuration_.is_voter(id_); }

  private:
    struct Ballot {
        MemberId member;
        bool granted = false;
    };
    enum class Poll : std::uint8_t { Open, Won, Lost };

    // node.cpp
    Message message(MessageKind kind, MemberId to) const;

    void send(Message sent) { outbox_.push_back(std::move(sent)); }

    void reset(Term term);
    void become_follower(Term term, MemberId leader);
    void become_pre_candidate();
    void become_candidate();
    void hold_election(Role as, bool transfer);
    void start_election(bool transfer);
    Poll count(MemberId from, bool granted);
    /// False: the message is of another term and dealt with.
    bool check_term(const Message& m);
    bool in_lease() const;
    void handle_vote(const Message& m);
    void handle_vote_reply(const Message& m);
    void hear_leader(const Message& m);
    void handle_append(const Message& m);
    void handle_heartbeat(const Message& m);
    void handle_snapshot(const Message& m);
    void commit_to(Index index);

    // node_leader.cpp
    void become_leader();
    void tick_leader();
    void check_quorum();
    Progress* progress_of(MemberId member);
    void set_members();
    Index append(Entry entry);
    bool advance_commit();
    bool send_append(Progress& to, bool even_empty);
    void send_snapshot(Progress& to);
    void broadcast_append();
    void broadcast_heartbeat();
    void handle_append_reply(const Message& m);
    void handle_heartbeat_reply(const Message& m);

    Proposal refuse(ProposalStatus status) const { return {status, 0, term_}; }

    void apply_change(const Entry& change);

    MemberId id_;
    Options options_;
    RandomStream chance_;

    // On the disk.
    Term term_ = 0;
    MemberId vote_;
    Index commit_ = 0;
    SnapshotPointer snapshot_;
    Log log_;

    // In memory.
    Role role_ = Role::Follower;
    bool must_write_ = false;
    MemberId leader_;
    MemberId transferee_;
    Index applied_ = 0;
    Index pending_change_ = 0;  ///< No change is proposed before this one is applied.
    std::uint32_t election_elapsed_ = 0;
    std::uint32_t heartbeat_elapsed_ = 0;
    std::uint32_t election_timeout_ = 0;
    Configuration configuration_;
    std::vector<Progress> progress_;  ///< By member; kept up to date by a leader only.
    std::vector<Ballot> ballots_;
    std::vector<Message> outbox_;
};

}  // namespace podium::raft
