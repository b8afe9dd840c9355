// What a leader does, and what changes a member besides messages: membership, snapshots.

#include <boost/container/small_vector.hpp>

#include "sim/base/assert.hpp"
#include "sim/orch/raft/node.hpp"

namespace podium::raft {

void Node::become_leader() {
    reset(term_);
    role_ = Role::Leader;
    leader_ = id_;
    set_members();
    for (Progress& row : progress_)
        row.recently_active = false;
    // There may be a change of membership among what is not applied yet.
    pending_change_ = log_.last();
    append({});
    broadcast_append();
}

// Progress rows for the present configuration: new members are probed from the end of the log.
void Node::set_members() {
    std::vector<Progress> rows;
    const auto add = [this, &rows](MemberId member) {
        if (Progress* known = progress_of(member)) {
            rows.push_back(std::move(*known));
            return;
        }
        Progress row;
        row.member = member;
        row.next = log_.last() + 1;
        // A member just added counts as heard of, so that it does not cost the leader its quorum.
        row.recently_active = true;
        if (member == id_) {
            row.match = log_.last();
            row.kind = ProgressKind::Replicate;
        }
        rows.push_back(std::move(row));
    };
    for (const MemberId voter : configuration_.voters)
        add(voter);
    for (const MemberId learner : configuration_.learners)
        add(learner);
    progress_ = std::move(rows);
}

Progress* Node::progress_of(MemberId member) {
    const auto found = std::find_if(progress_.begin(),
                                    progress_.end(),
                                    [member](const Progress& row) { return row.member == member; });
    return found == progress_.end() ? nullptr : &*found;
}

void Node::tick_leader() {
    ++heartbeat_elapsed_;
    if (++election_elapsed_ >= options_.election_ticks) {
        election_elapsed_ = 0;
        if (options_.check_quorum) check_quorum();
        if (role_ != Role::Leader) return;
        transferee_ = {};  // it had its time
    }
    if (heartbeat_elapsed_ < options_.heartbeat_ticks) return;
    heartbeat_elapsed_ = 0;
    broadcast_heartbeat();
}

void Node::check_quorum() {
    std::size_t active = 0;
    for (Progress& row : progress_) {
        if ((row.member == id_ || row.recently_active) && configuration_.is_voter(row.member))
            ++active;
        row.recently_active = false;
    }
    if (active < configuration_.quorum()) become_follower(term_, {});
}

Index Node::append(Entry entry) {
    entry.term = term_;
    log_.append(entry);
    must_write_ = true;
    if (Progress* own = progress_of(id_)) {
        own->match = log_.last();
        own->next = log_.last() + 1;
    }
    advance_commit();
    return log_.last();
}

// What a quorum has is committed, if it is of this term (Raft, section 5.4.2).
bool Node::advance_commit() {
    boost::container::small_vector<Index, 16> matches;
    for (const Progress& row : progress_) {
        if (configuration_.is_voter(row.member)) matches.push_back(row.match);
    }
    if (matches.empty()) return false;
    const auto place =
        matches.begin() + static_cast<std::ptrdiff_t>(matches.size() - configuration_.quorum());
    std::nth_element(matches.begin(), place, matches.end());
    if (*place <= commit_ || !log_.matches(*place, term_)) return false;
    commit_ = *place;
    return true;
}

bool Node::send_append(Progress& to, bool even_empty) {
    if (to.is_paused()) return false;
    const auto previous = log_.term(to.next - 1);
    if (!previous) {
        send_snapshot(to);
        return to.kind == ProgressKind::Snapshot;
    }
    if (to.next > log_.last() && !even_empty) return false;
    Message m = message(MessageKind::Append, to.member);
    m.index = to.next - 1;
    m.log_term = *previous;
    m.commit = commit_;
    // With a full window an empty message still finds out what has arrived.
    const bool full =
        to.kind == ProgressKind::Replicate && to.inflight.size() >= options_.message_window;
    if (full && !even_empty) return false;
    if (!full) log_.copy(to.next, options_.message_bytes, m.entries);
    to.sent(m.entries.size(), options_.message_window);
    to.sent_commit = commit_;
    send(std::move(m));
    return true;
}

void Node::send_snapshot(Progress& to) {
    if (!to.recently_active) return;  // nobody there to take it
    PODIUM_ASSERT(snapshot_ && snapshot_->index >= log_.base(),
                  "a snapshot stands for what the log has dropped");
    Message m = message(MessageKind::Snapshot, to.member);
    m.snapshot = snapshot_;
    to.become_snapshot(snapshot_->index);
    send(std::move(m));
}

void Node::broadcast_append() {
    for (Progress& row : progress_) {
        if (row.member != id_) send_append(row, true);
    }
}

void Node::broadcast_heartbeat() {
    for (Progress& row : progress_) {
        if (row.member == id_) continue;
        Message m = message(MessageKind::Heartbeat, row.member);
        m.commit = std::min(row.match, commit_);  // never beyond what is known to match
        row.sent_commit = std::max(row.sent_commit, m.commit);
        send(std::move(m));
    }
}

void Node::handle_append_reply(const Message& m) {
    Progress* row = progress_of(m.from);
    if (row == nullptr) return;
    row->recently_active = true;
    if (m.refused) {
        const Index hint = m.log_term > 0 ? log_.last_not_after(m.hint, m.log_term) : m.hint;
        if (!row->refused(m.index, hint)) return;
        if (row->kind == ProgressKind::Replicate) row->become(ProgressKind::Probe);
        send_append(*row, true);
        return;
    }
    const bool news = row->confirmed(m.index);
    if (!news && !(row->match == m.index && row->kind == ProgressKind::Probe)) return;
    switch (row->kind) {
        case ProgressKind::Probe:
            row->become(ProgressKind::Replicate);
            break;
        case ProgressKind::Snapshot:
            if (row->match + 1 >= log_.first()) {
                row->become(ProgressKind::Probe);
                row->become(ProgressKind::Replicate);
            }
            break;
        case ProgressKind::Replicate:
            row->free_inflight(m.index);
            break;
    }
    if (advance_commit()) {
        broadcast_append();
    } else if (row->lacks_commit(commit_)) {
        send_append(*row, true);
    }
    while (send_append(*row, false)) {
    }
    if (m.from == transferee_ && row->match == log_.last())
        send(message(MessageKind::TimeoutNow, m.from));
}

void Node::handle_heartbeat_reply(const Message& m) {
    Progress* row = progress_of(m.from);
    if (row == nullptr) return;
    row->recently_active = true;
    row->paused = false;
    if (row->match < log_.last() || row->kind == ProgressKind::Probe) send_append(*row, true);
}

Proposal Node::propose(std::uint64_t payload, std::uint32_t bytes) {
    if (role_ != Role::Leader) return refuse(ProposalStatus::NotLeader);
    if (transferee_) return refuse(ProposalStatus::Transferring);
    Entry entry;
    entry.kind = EntryKind::Payload;
    entry.payload = payload;
    entry.bytes = bytes;
    const Index index = append(entry);
    broadcast_append();
    return {ProposalStatus::Accepted, index, term_};
}

Proposal Node::propose_change(EntryKind change, MemberId member) {
    Entry entry;
    entry.kind = change;
    entry.member = member;
    PODIUM_ASSERT(entry.is_change() && member, "a change of membership names a member");
    if (role_ != Role::Leader) return refuse(ProposalStatus::NotLeader);
    if (transferee_) return refuse(ProposalStatus::Transferring);
    if (pending_change_ > applied_) return refuse(ProposalStatus::ChangePending);
    Configuration after = configuration_;
    after.apply(entry);
    if (after.voters == configuration_.voters && after.learners == configuration_.learners)
        return refuse(ProposalStatus::NoChange);
    if (after.voters.empty()) return refuse(ProposalStatus::LastVoter);
    const Index index = append(entry);
    pending_change_ = index;
    broadcast_append();
    return {ProposalStatus::Accepted, index, term_};
}

bool Node::transfer_leadership(MemberId to) {
    Progress* row = progress_of(to);
    if (role_ != Role::Leader || to == id_ || row == nullptr || !configuration_.is_voter(to))
        return false;
    if (transferee_ == to) return true;
    election_elapsed_ = 0;  // it has one election time-out
    transferee_ = to;
    if (row->match == log_.last()) {
        send(message(MessageKind::TimeoutNow, to));
    } else {
        send_append(*row, true);
    }
    return true;
}

void Node::report_unreachable(MemberId member) {
    Progress* row = role_ == Role::Leader ? progress_of(member) : nullptr;
    // What was sent ahead is probably lost.
    if (row != nullptr && row->kind == ProgressKind::Replicate && member != id_)
        row->become(ProgressKind::Probe);
}

void Node::report_snapshot(MemberId member, bool arrived) {
    Progress* row = role_ == Role::Leader ? progress_of(member) : nullptr;
    if (row == nullptr || row->kind != ProgressKind::Snapshot) return;
    if (!arrived) row->pending_snapshot = 0;
    row->become(ProgressKind::Probe);
    // Arrived: its answer comes. Failed: not again before the next heartbeat's answer.
    row->paused = true;
}

std::pair<Index, Index> Node::apply(Index until) {
    const Index first = applied_ + 1;
    const Index last = std::min(until, commit_);
    while (applied_ < last) {
        ++applied_;
        const Entry& entry = log_.at(applied_);
        if (entry.is_change()) apply_change(Entry{entry});
    }
    return {first, last};
}

void Node::apply_change(const Entry& change) {
    configuration_.apply(change);
    if (role_ != Role::Leader) return;
    if (!configuration_.is_voter(id_)) {
        // Nobody has counted its own copies of what is not committed. Were it to keep them, it
        // could refuse its vote to the last of two members, who does not yet know that it is alone.
        if (log_.last() > commit_) log_.truncate(commit_ + 1);
        must_write_ = true;
        become_follower(term_, {});
        return;
    }
    set_members();
    if (advance_commit()) {
        broadcast_append();
    } else {
        for (Progress& row : progress_) {
            if (row.member != id_) send_append(row, false);
        }
    }
    if (transferee_ && !configuration_.is_voter(transferee_)) transferee_ = {};
}

void Node::take_snapshot(std::uint64_t payload, std::uint64_t bytes, Index kept) {
    Snapshot taken;
    taken.index = applied_;
    taken.term = log_.term(applied_).value_or(0);
    taken.configuration = configuration_;
    taken.payload = payload;
    taken.bytes = bytes;
    snapshot_ = std::make_shared<const Snapshot>(std::move(taken));
    if (applied_ > kept && applied_ - kept > log_.base()) log_.drop_until(applied_ - kept);
    must_write_ = true;
}

void Node::force_alone() {
    PODIUM_ASSERT(configuration_.is_voter(id_) && applied_ == commit_,
                  "only a voter that has applied what is committed can become the only one");
    if (log_.last() > commit_) log_.truncate(commit_ + 1);
    become_follower(std::max<Term>(term_, 1), {});
    const std::vector<MemberId> voters = configuration_.voters;
    const std::vector<MemberId> learners = configuration_.learners;
    for (const auto* list : {&voters, &learners}) {
        for (const MemberId member : *list) {
            if (member == id_) continue;
            Entry gone;
            gone.kind = EntryKind::Remove;
            gone.member = member;
            gone.term = term_;
            log_.append(gone);
        }
    }
    commit_ = log_.last();
    must_write_ = true;
}

}  // namespace podium::raft
