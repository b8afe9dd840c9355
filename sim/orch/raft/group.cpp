#include "sim/orch/raft/group.hpp"

#include "sim/base/assert.hpp"

namespace podium::raft {
namespace {

constexpr std::int64_t kMillion = 1'000'000;

}  // namespace

MemberId Group::add_member(MemberSpec spec) {
    PODIUM_ASSERT(members_.size() < kMostMembers,
                  "a group has a limited number of members, gone ones included");
    PODIUM_ASSERT(spec.drift_ppm > -kMillion / 2 && spec.drift_ppm < kMillion,
                  "a clock runs at most twice as fast or as slow");
    Member member;
    member.id = MemberId{static_cast<std::uint32_t>(members_.size() + 1)};
    member.spec = std::move(spec);
    members_.push_back(std::move(member));
    for (auto& row : lanes_)
        row.resize(members_.size());
    lanes_.emplace_back(members_.size());
    return members_.back().id;
}

// A stream of its own for each life, so that a restart does not draw the same time-outs again.
RandomStream Group::chance_of(const Setting& at, const Member& member) const {
    return at.kernel.random("raft",
                            static_cast<std::uint64_t>(number_) << 44 |
                                static_cast<std::uint64_t>(member.id.value) << 32 | member.life);
}

void Group::found(Setting at, const std::vector<MemberId>& founders) {
    PODIUM_ASSERT(!founded_ && !founders.empty(), "a group is founded once, by somebody");
    const CauseScope scope(at.kernel, at.kernel.cause());
    founded_ = true;
    leaderless_since_ = at.kernel.now();
    for (const MemberId id : founders) {
        Member& member = row(id);
        ++member.life;
        RandomStream chance = chance_of(at, member);
        Node node = Node::founder(id, options_.raft, chance, founders);
        member.disk = node.image();
        begin_life(at, member, std::move(node));
        // They did not start at one instant: each has its own beat.
        schedule_tick(
            at,
            member,
            at.kernel.now() +
                nanoseconds(
                    1 + static_cast<std::int64_t>(
                            at.kernel
                                .random("raft beat",
                                        static_cast<std::uint64_t>(number_) << 32 | id.value)
                                .below(static_cast<std::uint64_t>(options_.tick.nanoseconds)))));
    }
    known_ = row(founders.front()).node->configuration();
    changes_told_ = row(founders.front()).node->applied();
    has_quorum_ = true;
    judge_quorum(at);
    for (const MemberId id : founders)
        settle(at, row(id));
}

void Group::start(Setting at, MemberId id) {
    Member& member = row(id);
    PODIUM_ASSERT(member.presence == Presence::Stopped, "only what does not run is started");
    const CauseScope scope(at.kernel, at.kernel.cause());
    ++member.life;
    const bool knows = member.disk.term > 0 || member.disk.snapshot;
    begin_life(at,
               member,
               knows ? Node::restarted(id, options_.raft, chance_of(at, member), member.disk)
                     : Node(id, options_.raft, chance_of(at, member)));
    schedule_tick(at, member, at.kernel.now() + options_.tick);
    settle(at, member);
    judge_quorum(at);
}

void Group::begin_life(Setting at, Member& member, Node node) {
    member.presence = Presence::Running;
    member.node = std::make_unique<Node>(std::move(node));
    member.started_because = member.role_because = at.kernel.cause();
    member.told_role = Role::Follower;
    member.told_term = member.node->term();
    member.told_removed = member.node->configuration().is_removed(member.id);
    member.followed = {};
    member.led_last = false;
    member.ticks_without_leader = 0;
    member.just_started = true;
    reset_lanes(member.id);
    if (watch_) watch_->checker.restarted(*member.node);
    const SnapshotPointer& snapshot = member.node->snapshot();
    news_.push_back({News::Kind::Restored, member.id, 0, snapshot ? snapshot->index : 0});
}

void Group::stop(Setting at, MemberId id) {
    Member& member = row(id);
    if (member.presence == Presence::Stopped) return;
    const CauseScope scope(at.kernel, at.kernel.cause());
    if (options_.write == Duration{}) member.disk = member.node->image();
    member.stopped_because = at.kernel.cause();
    member.presence = Presence::Stopped;
    if (member.told_role == Role::Leader) lose_leader(at, member, LeaderLoss::Stopped);
    member.node.reset();
    member.writing = member.written_while_frozen = false;
    member.waiting.clear();
    member.ready = false;
    ++member.tick_serial;
    drop_waiting(id);
    judge_quorum(at);
}

void Group::freeze(Setting at, MemberId id) {
    Member& member = row(id);
    if (member.presence != Presence::Running) return;
    member.presence = Presence::Frozen;
    member.stopped_because = at.kernel.cause();
    ++member.tick_serial;
    judge_quorum(at);
}

void Group::thaw(Setting at, MemberId id) {
    Member& member = row(id);
    if (member.presence != Presence::Frozen) return;
    const CauseScope scope(at.kernel, at.kernel.cause());
    member.presence = Presence::Running;
    // Go's ticker keeps one tick that nobody has taken.
    schedule_tick(at, member, std::max(at.kernel.now(), member.tick_due));
    if (std::exchange(member.written_while_frozen, false)) written(at, member);
    pump_all(at, id);
    judge_quorum(at);
}

void Group::wipe(MemberId id) {
    Member& member = row(id);
    PODIUM_ASSERT(member.presence == Presence::Stopped, "only what does not run loses its disk");
    member.disk = {};
}

void Group::network_changed(Setting at) {
    network_because_ = at.kernel.cause();
    judge_quorum(at);
}

Proposal Group::propose(Setting at, MemberId id, std::uint64_t payload, std::uint32_t bytes) {
    Member& member = row(id);
    if (member.presence != Presence::Running) return {};
    const CauseScope scope(at.kernel, at.kernel.cause());
    const Proposal proposal = member.node->propose(payload, bytes);
    settle(at, member);
    return proposal;
}

Proposal Group::propose_change(Setting at, MemberId id, EntryKind change, MemberId whom) {
    Member& member = row(id);
    if (member.presence != Presence::Running) return {};
    const CauseScope scope(at.kernel, at.kernel.cause());
    const Proposal proposal = member.node->propose_change(change, whom);
    settle(at, member);
    return proposal;
}

bool Group::transfer_leadership(Setting at, MemberId id, MemberId to) {
    Member& member = row(id);
    if (member.presence != Presence::Running || !member.node->transfer_leadership(to)) return false;
    const CauseScope scope(at.kernel, at.kernel.cause());
    at.kernel.set_cause(record(
        at, kFactTransfer, member, at.kernel.intern(row(to).spec.name), member.node->term()));
    settle(at, member);
    return true;
}

void Group::campaign(Setting at, MemberId id) {
    Member& member = row(id);
    if (member.presence != Presence::Running) return;
    const CauseScope scope(at.kernel, at.kernel.cause());
    member.next_election = ElectionReason::Asked;
    member.node->campaign();
    settle(at, member);
    member.next_election = ElectionReason::Silence;
}

void Group::force_alone(Setting at, MemberId id) {
    Member& member = row(id);
    PODIUM_ASSERT(member.presence == Presence::Running && member.node->can_lead(),
                  "only a running voter goes on alone");
    const CauseScope scope(at.kernel, at.kernel.cause());
    member.waiting.clear();
    member.writing = false;
    ++member.life;  // the write under way is part of this one
    apply(at, member, member.node->commit());
    member.node->outbox().clear();
    known_ = member.node->configuration();
    changes_told_ = member.node->applied();
    member.node->force_alone();
    if (watch_) watch_->checker.forced(*member.node);
    at.kernel.set_cause(record(at, kFactForced, member, member.node->commit()));
    member.just_started = true;
    settle(at, member);
}

MemberId Group::leader() const {
    MemberId best;
    Term term = 0;
    for (const Member& member : members_) {
        if (!member.node || member.presence != Presence::Running ||
            member.node->role() != Role::Leader || member.node->term() <= term)
            continue;
        term = member.node->term();
        best = member.id;
    }
    return best;
}

MemberId Group::longest_active(MemberId from) const {
    MemberId best;
    for (const Member& member : members_) {
        if (member.id == from || !row(from).node->configuration().is_voter(member.id) ||
            !lane(from, member.id).active)
            continue;
        if (!best || lane(from, member.id).active_since < lane(from, best).active_since)
            best = member.id;
    }
    return best;
}

bool Group::can_remove(MemberId id, MemberId whom) const {
    const auto& voters = row(id).node->configuration().voters;
    std::size_t reachable = 0;
    for (const MemberId voter : voters) {
        if (voter != whom && is_active(id, voter)) ++reachable;
    }
    return !voters.empty() && reachable >= (voters.size() - 1) / 2 + 1;
}

void Group::schedule_tick(Setting at, Member& member, Time due) {
    member.tick_due = due;
    const CauseScope scope(at.kernel, member.started_because);
    at.kernel.schedule_at(due,
                          Phase::Agent,
                          leader_expected_ ? kEventBusyTick : kEventTick,
                          number_,
                          member.id.value,
                          ++member.tick_serial);
}

void Group::tick(Setting at, Member& member) {
    const std::int64_t period =
        options_.tick.nanoseconds * kMillion / (kMillion + member.spec.drift_ppm);
    schedule_tick(at, member, at.kernel.now() + nanoseconds(period));
    if (judged_version_ != at.network.version()) {
        const CauseScope scope(at.kernel, network_because_);
        judge_quorum(at);
    }
    at.kernel.set_cause(member.role_because);
    member.node->tick();
    member.ticks_without_leader = member.node->leader() ? 0 : member.ticks_without_leader + 1;
    settle(at, member);
}

void Group::check(const Member& member) {
    if (watch_ && watch_->broken.empty()) watch_->broken = watch_->checker.check(*member.node);
}

const std::string& Group::broken() const {
    static const std::string kNothing;
    return watch_ ? watch_->broken : kNothing;
}

// Writes, then says, then applies (swarmkit: Node.Run). What happens during a write waits for the
// next.
void Group::settle(Setting at, Member& member) {
    check(member);
    notice(at, member);
    while (!member.writing) {
        Node& node = *member.node;
        if (node.must_write() && options_.write > Duration{}) {
            member.being_written = node.image();
            member.being_written_commit = node.commit();
            member.waiting.swap(node.outbox());
            member.writing = true;
            node.mark_written();
            at.kernel.schedule(options_.write,
                               Phase::Runtime,
                               kEventWritten,
                               number_,
                               member.id.value,
                               member.life);
            return;
        }
        node.mark_written();
        if (node.outbox().empty() && node.applied() == node.commit()) {
            if (!campaign_if_alone(at, member)) return;
            notice(at, member);
            continue;
        }
        say_and_apply(at, member, std::exchange(node.outbox(), {}), node.commit());
        notice(at, member);
    }
}

// swarmkit, Node.Run: "on the first startup, or if we are the only registered member after
// restoring".
bool Group::campaign_if_alone(Setting, Member& member) {
    const std::vector<MemberId>& voters = member.node->configuration().voters;
    if (!member.just_started || voters.empty()) return false;
    member.just_started = false;
    if (!options_.campaign_when_alone || voters.size() != 1 || voters.front() != member.id)
        return false;
    member.node->campaign();
    return member.node->role() != Role::Follower;
}

void Group::written(Setting at, Member& member) {
    member.writing = false;
    member.disk = std::move(member.being_written);
    say_and_apply(at, member, std::exchange(member.waiting, {}), member.being_written_commit);
    settle(at, member);
}

void Group::say_and_apply(Setting at, Member& member, std::vector<Message>&& said, Index until) {
    for (Message& message : said)
        send(at, std::move(message));
    apply(at, member, until);
    notice_ready(at, member);
}

void Group::apply(Setting at, Member& member, Index until) {
    Node& node = *member.node;
    const auto [first, last] = node.apply(until);
    if (first > last) return;
    check(member);
    news_.push_back({News::Kind::Applied, member.id, first, last});
    for (Index index = first; index <= last; ++index) {
        const Entry entry = node.log().at(index);
        if (!entry.is_change()) continue;
        notice_change(at, member, index);
        // swarmkit, applyRemoveNode: the followers of a removed leader do not wait.
        if (options_.campaign_for_removed_leader && entry.kind == EntryKind::Remove &&
            entry.member == node.leader() && entry.member != member.id) {
            member.next_election = ElectionReason::LeaderRemoved;
            node.campaign();
            notice(at, member);
            member.next_election = ElectionReason::Silence;
        }
    }
    snapshot_if_due(at, member);
}

void Group::snapshot_if_due(Setting at, Member& member) {
    Node& node = *member.node;
    const Index since = node.snapshot() ? node.snapshot()->index : 0;
    if (options_.snapshot_interval == 0 || node.applied() < since + options_.snapshot_interval)
        return;
    // What its owner has not been told of yet stays in the log, however much was applied at once.
    Index keeps = options_.snapshot_keeps;
    for (const News& news : news_) {
        if (news.kind == News::Kind::Applied && news.member == member.id && node.applied() >= news.first) keeps = std::max(keeps, node.applied() - news.first + 1);
    }
    node.take_snapshot(state_payload_, state_bytes_, keeps);
    record(at, kFactSnapshotTaken, member, node.applied(), state_bytes_);
}

void Group::handle(Setting at, const Event& event) {
    PODIUM_ASSERT(news_.size() < kMostNews, "a group's owner takes the news after every call");
    switch (static_cast<RaftEvent>(event.kind)) {
        case kEventTick:
        case kEventBusyTick: {
            Member& member = row(MemberId{static_cast<std::uint32_t>(event.word)});
            if (member.presence == Presence::Running && event.extra == member.tick_serial)
                tick(at, member);
            return;
        }
        case kEventWritten: {
            Member& member = row(MemberId{static_cast<std::uint32_t>(event.word)});
            if (!member.writing || event.extra != member.life) return;
            if (member.presence == Presence::Running) {
                written(at, member);
            } else {
                member.written_while_frozen = true;
            }
            return;
        }
        case kEventLane:
        case kEventQuietLane:
            handle_lane(at, event);
            return;
    }
}

}  // namespace podium::raft
