#include "sim/orch/raft/node.hpp"

#include "sim/base/assert.hpp"

namespace podium::raft {

std::string_view role_name(Role role) {
    switch (role) {
        case Role::Follower:
            return "follower";
        case Role::PreCandidate:
            return "pre-candidate";
        case Role::Candidate:
            return "candidate";
        case Role::Leader:
            return "leader";
    }
    return {};
}

Node::Node(MemberId id, const Options& options, RandomStream chance)
    : id_(id), options_(options), chance_(chance) {
    PODIUM_ASSERT(
        id && options.election_ticks > options.heartbeat_ticks && options.heartbeat_ticks > 0,
        "a member has a number, and heartbeats come oftener than elections");
    reset(0);
    must_write_ = false;
}

Node Node::founder(MemberId id,
                   const Options& options,
                   RandomStream chance,
                   const std::vector<MemberId>& voters) {
    // As raft.StartNode does: the founders are the first entries of the log, known to be committed.
    Image image;
    image.term = 1;
    std::vector<MemberId> sorted = voters;
    std::sort(sorted.begin(), sorted.end());
    for (const MemberId voter : sorted) {
        Entry entry;
        entry.term = 1;
        entry.kind = EntryKind::AddVoter;
        entry.member = voter;
        image.log.append(entry);
    }
    image.commit = image.log.last();
    Node node = restarted(id, options, chance, image);
    node.apply(node.commit_);
    PODIUM_ASSERT(node.can_lead(), "a founder is a voter of its group");
    return node;
}

Node Node::restarted(MemberId id, const Options& options, RandomStream chance, const Image& image) {
    Node node(id, options, chance);
    node.term_ = image.term;
    node.vote_ = image.vote;
    node.log_ = image.log;
    node.snapshot_ = image.snapshot;
    if (node.snapshot_) {
        node.configuration_ = node.snapshot_->configuration;
        node.applied_ = node.snapshot_->index;
    }
    node.commit_ = std::max(image.commit, node.applied_);
    PODIUM_ASSERT(node.commit_ <= node.log_.last(), "what is committed is in the log");
    return node;
}

Message Node::message(MessageKind kind, MemberId to) const {
    Message m;
    m.kind = kind;
    m.from = id_;
    m.to = to;
    m.term = term_;
    return m;
}

void Node::reset(Term term) {
    if (term != term_) {
        term_ = term;
        vote_ = {};
        must_write_ = true;
    }
    leader_ = {};
    transferee_ = {};
    election_elapsed_ = 0;
    heartbeat_elapsed_ = 0;
    // etcd: resetRandomizedElectionTimeout, at each change of role or term.
    election_timeout_ = options_.election_ticks +
                        static_cast<std::uint32_t>(chance_.below(options_.election_ticks));
    ballots_.clear();
    progress_.clear();
    pending_change_ = 0;
}

void Node::become_follower(Term term, MemberId leader) {
    reset(term);
    leader_ = leader;
    role_ = Role::Follower;
}

void Node::become_pre_candidate() {
    // Neither term nor vote nor time-out change: nothing has happened yet.
    ballots_.clear();
    leader_ = {};
    role_ = Role::PreCandidate;
}

void Node::become_candidate() {
    reset(term_ + 1);
    vote_ = id_;
    must_write_ = true;
    role_ = Role::Candidate;
}

void Node::tick() {
    if (role_ == Role::Leader) {
        tick_leader();
        return;
    }
    if (++election_elapsed_ >= election_timeout_ && can_lead()) {
        election_elapsed_ = 0;
        campaign();
    }
}

void Node::campaign() {
    start_election(false);
}

void Node::start_election(bool transfer) {
    if (role_ == Role::Leader || !can_lead()) return;
    // Whoever has committed a change of membership without applying it would count the wrong
    // quorum.
    for (Index index = applied_ + 1; index <= commit_; ++index) {
        if (log_.at(index).is_change()) return;
    }
    hold_election(options_.pre_vote && !transfer ? Role::PreCandidate : Role::Candidate, transfer);
}

void Node::hold_election(Role as, bool transfer) {
    const bool pre = as == Role::PreCandidate;
    if (pre) {
        become_pre_candidate();
    } else {
        become_candidate();
    }
    if (count(id_, true) == Poll::Won) {
        // Alone: no need to ask.
        if (pre) {
            hold_election(Role::Candidate, transfer);
        } else {
            become_leader();
        }
        return;
    }
    for (const MemberId voter : configuration_.voters) {
        if (voter == id_) continue;
        Message m = message(pre ? MessageKind::PreVote : MessageKind::Vote, voter);
        m.term = pre ? term_ + 1 : term_;
        m.index = log_.last();
        m.log_term = log_.last_term();
        m.transfer = transfer;
        send(std::move(m));
    }
}

Node::Poll Node::count(MemberId from, bool granted) {
    const auto known = std::find_if(
        ballots_.begin(), ballots_.end(), [from](const Ballot& b) { return b.member == from; });
    if (known == ballots_.end()) ballots_.push_back({from, granted});
    std::size_t won = 0;
    std::size_t lost = 0;
    for (const Ballot& ballot : ballots_) {
        if (configuration_.is_voter(ballot.member)) ++(ballot.granted ? won : lost);
    }
    if (won >= configuration_.quorum()) return Poll::Won;
    return configuration_.voters.size() - lost < configuration_.quorum() ? Poll::Lost : Poll::Open;
}

bool Node::in_lease() const {
    return options_.check_quorum && leader_ && election_elapsed_ < options_.election_ticks;
}

bool Node::check_term(const Message& m) {
    if (m.term > term_) {
        const bool asks = m.kind == MessageKind::Vote || m.kind == MessageKind::PreVote;
        // Whoever has heard of a leader lately neither votes nor changes its term: a member that
        // was cut off, or removed, does not disturb the others.
        if (asks && !m.transfer && in_lease()) return false;
        if (m.kind == MessageKind::PreVote || (m.kind == MessageKind::PreVoteReply && !m.refused))
            return true;
        const bool leads = m.kind == MessageKind::Append || m.kind == MessageKind::Heartbeat ||
                           m.kind == MessageKind::Snapshot;
        become_follower(m.term, leads ? m.from : MemberId{});
        return true;
    }
    if (m.term == term_) return true;
    if ((options_.check_quorum || options_.pre_vote) &&
        (m.kind == MessageKind::Heartbeat || m.kind == MessageKind::Append)) {
        // A leader of an earlier term. Votes of this member's are not heard because of the lease,
        // so it makes itself known by an answer of its own term; the leader then steps down.
        send(message(MessageKind::AppendReply, m.from));
    } else if (m.kind == MessageKind::PreVote) {
        Message no = message(MessageKind::PreVoteReply, m.from);
        no.refused = true;
        send(std::move(no));
    }
    return false;
}

void Node::step(const Message& m) {
    PODIUM_ASSERT(m.to == id_, "a message is for this member");
    if (!check_term(m)) return;
    switch (m.kind) {
        case MessageKind::Vote:
        case MessageKind::PreVote:
            handle_vote(m);
            return;
        case MessageKind::VoteReply:
        case MessageKind::PreVoteReply:
            handle_vote_reply(m);
            return;
        case MessageKind::Append:
        case MessageKind::Heartbeat:
        case MessageKind::Snapshot:
            hear_leader(m);
            return;
        case MessageKind::AppendReply:
            if (role_ == Role::Leader) handle_append_reply(m);
            return;
        case MessageKind::HeartbeatReply:
            if (role_ == Role::Leader) handle_heartbeat_reply(m);
            return;
        case MessageKind::TimeoutNow:
            // Never with a pre-vote: the leader itself wants it.
            if (role_ == Role::Follower) start_election(true);
            return;
    }
}

void Node::handle_vote(const Message& m) {
    const bool pre = m.kind == MessageKind::PreVote;
    const bool free = vote_ == m.from || (!vote_ && !leader_) || (pre && m.term > term_);
    const bool up_to_date =
        m.log_term > log_.last_term() || (m.log_term == log_.last_term() && m.index >= log_.last());
    Message reply = message(pre ? MessageKind::PreVoteReply : MessageKind::VoteReply, m.from);
    if (free && up_to_date) {
        // The candidate's term, which is ahead of this member's for a pre-vote.
        reply.term = m.term;
        if (!pre) {
            election_elapsed_ = 0;
            if (vote_ != m.from) must_write_ = true;
            vote_ = m.from;
        }
    } else {
        reply.refused = true;
    }
    send(std::move(reply));
}

void Node::handle_vote_reply(const Message& m) {
    const bool pre = m.kind == MessageKind::PreVoteReply;
    if (role_ != (pre ? Role::PreCandidate : Role::Candidate)) return;
    // Granted for a term this member has since left behind.
    if (pre && !m.refused && m.term != term_ + 1) return;
    switch (count(m.from, !m.refused)) {
        case Poll::Open:
            return;
        case Poll::Won:
            if (pre) {
                hold_election(Role::Candidate, false);
            } else {
                become_leader();
            }
            return;
        case Poll::Lost:
            become_follower(term_, {});
            return;
    }
}

// From the leader of this member's term.
void Node::hear_leader(const Message& m) {
    PODIUM_ASSERT(role_ != Role::Leader, "a term has one leader");
    if (role_ != Role::Follower) become_follower(term_, m.from);
    election_elapsed_ = 0;
    leader_ = m.from;
    switch (m.kind) {
        case MessageKind::Append:
            handle_append(m);
            return;
        case MessageKind::Heartbeat:
            handle_heartbeat(m);
            return;
        default:
            handle_snapshot(m);
            return;
    }
}

void Node::handle_append(const Message& m) {
    Message reply = message(MessageKind::AppendReply, m.from);
    if (m.index < commit_) {
        reply.index = commit_;
        send(std::move(reply));
        return;
    }
    if (!log_.matches(m.index, m.log_term)) {
        // Where the logs may match at the latest: nothing of a later term than the leader has
        // there.
        reply.refused = true;
        reply.index = m.index;
        reply.hint = log_.last_not_after(m.index, m.log_term);
        reply.log_term = log_.term(reply.hint).value_or(0);
        send(std::move(reply));
        return;
    }
    Index index = m.index;
    for (const Entry& entry : m.entries) {
        ++index;
        if (log_.matches(index, entry.term)) continue;
        if (index <= log_.last()) {
            PODIUM_ASSERT(index > commit_, "a committed entry is never taken back");
            log_.truncate(index);
        }
        log_.append(entry);
        must_write_ = true;
    }
    commit_to(std::min(m.commit, index));
    reply.index = index;
    send(std::move(reply));
}

void Node::handle_heartbeat(const Message& m) {
    commit_to(m.commit);
    send(message(MessageKind::HeartbeatReply, m.from));
}

void Node::handle_snapshot(const Message& m) {
    const Snapshot& snapshot = *m.snapshot;
    Message reply = message(MessageKind::AppendReply, m.from);
    if (snapshot.index <= commit_) {
        reply.index = commit_;
    } else if (log_.matches(snapshot.index, snapshot.term)) {
        // The entries are here already; only that they are committed was not known.
        commit_to(snapshot.index);
        reply.index = commit_;
    } else {
        log_.reset(snapshot.index, snapshot.term);
        snapshot_ = m.snapshot;
        configuration_ = snapshot.configuration;
        commit_ = applied_ = snapshot.index;
        must_write_ = true;
        reply.index = log_.last();
    }
    send(std::move(reply));
}

void Node::commit_to(Index index) {
    if (index <= commit_) return;
    PODIUM_ASSERT(index <= log_.last(), "only what is in the log is committed");
    commit_ = index;
}

}  // namespace podium::raft
