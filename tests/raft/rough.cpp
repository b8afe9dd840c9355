#include "tests/raft/rough.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace podium::raft {
namespace {

constexpr std::uint32_t kMostMembers = 12;

bool later(const auto& a, const auto& b) {
    return a.due != b.due ? a.due > b.due : a.order > b.order;
}

}  // namespace

Rough::Rough(std::uint64_t seed) : seed_(seed), random_(seed, "rough", 0) {
    const auto members = static_cast<std::uint32_t>(1 + random_.below(9));
    options_.election_ticks = static_cast<std::uint32_t>(random_.between(5, 10));
    options_.check_quorum = random_.chance(2, 3);
    options_.pre_vote = random_.chance(1, 3);
    options_.message_bytes = random_.chance(1, 2) ? 200 : 65'535;
    options_.message_window = random_.chance(1, 2) ? 3 : 256;
    tick_ = static_cast<std::uint64_t>(random_.between(4, 12));
    write_ = random_.chance(1, 3) ? 0 : 1 + random_.below(tick_ / 2);
    most_delay_ = random_.chance(1, 4) ? 1 : 1 + random_.below(2 * tick_);
    lost_per_mille_ = random_.chance(1, 4) ? 0 : random_.below(200);
    doubled_per_mille_ = random_.below(60);
    crash_per_ten_thousand_ = random_.chance(1, 4) ? 0 : random_.below(50);
    cut_per_mille_ = random_.chance(1, 4) ? 0 : random_.below(40);
    snapshot_every_ = random_.chance(1, 4) ? 1000 : 3 + random_.below(30);
    snapshot_keeps_ = random_.below(10);
    rounds_ = 1000;
    std::vector<MemberId> voters;
    for (std::uint32_t i = 1; i <= members; ++i)
        voters.push_back(MemberId{i});
    slots_.resize(kMostMembers);
    cut_.assign(kMostMembers + 1, std::vector<char>(kMostMembers + 1, 0));
    for (std::uint32_t i = 0; i < kMostMembers; ++i) {
        Slot& slot = slots_[i];
        // Up to a fifth faster or slower than the others.
        slot.tick_every = tick_ + random_.below(tick_ / 4 + 1);
        slot.next_tick = now_ + 1 + random_.below(slot.tick_every);
        slot.unused = i >= members;
        if (slot.unused) continue;
        slot.node = Node::founder(MemberId{i + 1}, options_, chance_of(i + 1), voters);
        slot.disk = slot.node->image();
    }
}

std::string Rough::description() const {
    const auto running =
        std::count_if(slots_.begin(), slots_.end(), [](const Slot& slot) { return !slot.unused; });
    std::string members;
    for (const Slot& slot : slots_) {
        if (!slot.node || slot.unused) continue;
        const Node& node = *slot.node;
        members +=
            fmt::format("\n  {}: {} of {} in term {}, log {}-{}, committed {}, applied {}, voters",
                        node.id().value,
                        role_name(node.role()),
                        node.leader().value,
                        node.term(),
                        node.log().base(),
                        node.log().last(),
                        node.commit(),
                        node.applied());
        for (const MemberId id : node.configuration().voters)
            members += fmt::format(" {}", id.value);
        for (const Progress& row : node.progress())
            members += fmt::format("; {} {} match {} next {}{}",
                                   row.member.value,
                                   static_cast<int>(row.kind),
                                   row.match,
                                   row.next,
                                   row.paused ? " paused" : "");
    }
    return fmt::format(
               "seed {}, round {}: {} members, election {} ticks of {} rounds, check_quorum {}, "
               "pre_vote {}, write {}, delay up to {}",
               seed_,
               now_,
               running,
               options_.election_ticks,
               tick_,
               options_.check_quorum,
               options_.pre_vote,
               write_,
               most_delay_) +
           members;
}

RandomStream Rough::chance_of(std::uint32_t id) const {
    return {seed_, "rough member", static_cast<std::uint64_t>(id) << 32 | slots_[id - 1].lives};
}

void Rough::observe(const Slot& slot) {
    ++counts_.steps;
    if (!broken_.empty() || !slot.node) return;
    broken_ = checker_.check(*slot.node);
    const Node& node = *slot.node;
    fingerprint_.add(static_cast<std::uint64_t>(node.id().value) << 56 |
                     static_cast<std::uint64_t>(node.role()) << 48 | node.term());
    fingerprint_.add(node.commit() << 32 | node.log().last());
}

void Rough::say(const Message& m) {
    if (broken_.empty()) broken_ = checker_.check_sent(m);
    if (cut_[m.from.value][m.to.value] != 0 || (rough_ && random_.below(1000) < lost_per_mille_)) {
        if (m.kind == MessageKind::Snapshot) fly(m, true);
        return;
    }
    fly(m, false);
    if (rough_ && random_.below(1000) < doubled_per_mille_) fly(m, false);
}

void Rough::fly(const Message& m, bool lost) {
    flying_.push_back({now_ + 1 + (rough_ ? random_.below(most_delay_) : 0), ++sent_, lost, m});
    std::push_heap(flying_.begin(), flying_.end(), [](const Flying& a, const Flying& b) {
        return later(a, b);
    });
}

// Whoever sends a snapshot always hears what became of it.
void Rough::fail(const Message& m) {
    Slot& from = slots_[m.from.value - 1];
    if (!from.node || from.unused) return;
    from.node->report_snapshot(m.to, false);
    settle(from);
}

// Writes, then says, then applies; a write takes a while, and what happens meanwhile waits for the
// next.
void Rough::settle(Slot& slot) {
    observe(slot);
    while (slot.node && slot.written_at == 0 && broken_.empty()) {
        Node& node = *slot.node;
        if (node.must_write() && write_ > 0) {
            slot.being_written = node.image();
            slot.being_written_commit = node.commit();
            slot.written_at = now_ + write_;
            slot.waiting.swap(node.outbox());
            node.mark_written();
            return;
        }
        node.mark_written();
        std::vector<Message> said;
        said.swap(node.outbox());
        for (const Message& m : said)
            say(m);
        const auto [first, last] = node.apply(node.commit());
        if (said.empty() && first > last) return;
        observe(slot);
        if (node.applied() >= snapshot_every_ + (node.snapshot() ? node.snapshot()->index : 0))
            node.take_snapshot(node.applied(), 100, snapshot_keeps_);
    }
}

void Rough::finish_write(Slot& slot) {
    slot.written_at = 0;
    slot.disk = std::move(slot.being_written);
    std::vector<Message> said;
    said.swap(slot.waiting);
    for (const Message& m : said)
        say(m);
    slot.node->apply(slot.being_written_commit);
    settle(slot);
}

void Rough::crash(Slot& slot) {
    if (!slot.node) return;
    ++counts_.crashes;
    if (write_ == 0) slot.disk = slot.node->image();
    if (slot.written_at != 0) ++counts_.lost_writes;
    slot.node.reset();
    slot.written_at = 0;
    slot.waiting.clear();
    slot.up_at = now_ + 1 + random_.below(15 * tick_);
}

void Rough::restart(Slot& slot) {
    const auto id = static_cast<std::uint32_t>(&slot - slots_.data() + 1);
    ++slot.lives;
    slot.node = Node::restarted(MemberId{id}, options_, chance_of(id), slot.disk);
    slot.next_tick = now_ + 1 + random_.below(slot.tick_every);
    checker_.restarted(*slot.node);
    settle(slot);
}

void Rough::deliver(const Message& m) {
    Slot& slot = slots_[m.to.value - 1];
    if (!slot.node || slot.unused) {
        if (m.kind == MessageKind::Snapshot) fail(m);
        return;
    }
    Slot& from = slots_[m.from.value - 1];
    // As swarmkit's transport: nobody who knows of it listens to a removed member. That one stays:
    // the last of two may still need its vote to learn that it is alone.
    if (slot.node->configuration().is_removed(m.from)) return;
    const bool snapshot = m.kind == MessageKind::Snapshot;
    const Index last = slot.node->log().last();
    const bool installs = snapshot && m.snapshot->index > slot.node->commit() &&
                          !slot.node->log().matches(m.snapshot->index, m.snapshot->term);
    slot.node->step(m);
    if (slot.node->log().last() < last) ++counts_.truncations;
    if (installs && slot.node->snapshot() == m.snapshot) ++counts_.snapshots_installed;
    settle(slot);
    if (snapshot && from.node) {
        from.node->report_snapshot(m.to, !rough_ || random_.chance(9, 10));
        settle(from);
    }
}

void Rough::deliver_due() {
    const auto order = [](const Flying& a, const Flying& b) { return later(a, b); };
    while (!flying_.empty() && flying_.front().due <= now_ && broken_.empty()) {
        std::pop_heap(flying_.begin(), flying_.end(), order);
        const Flying next = std::move(flying_.back());
        flying_.pop_back();
        if (next.lost) {
            fail(next.message);
        } else {
            deliver(next.message);
        }
    }
}

Rough::Slot* Rough::any_leader() {
    Slot* best = nullptr;
    for (Slot& slot : slots_) {
        if (!slot.node || slot.node->role() != Role::Leader) continue;
        if (best == nullptr || slot.node->term() > best->node->term()) best = &slot;
    }
    return best;
}

void Rough::change_members(Slot& slot) {
    const Configuration& now = slot.node->configuration();
    const std::uint64_t what = random_.below(4);
    if (what == 0 && now.voters.size() > 1) {
        if (slot.node
                ->propose_change(EntryKind::Remove, now.voters[random_.below(now.voters.size())])
                .accepted())
            ++counts_.changes;
    } else if (what == 1 && !now.learners.empty()) {
        if (slot.node->propose_change(EntryKind::AddVoter, now.learners.front()).accepted())
            ++counts_.changes;
    } else {
        for (std::uint32_t id = 1; id <= kMostMembers; ++id) {
            Slot& fresh = slots_[id - 1];
            if (!fresh.unused) continue;  // never used again
            const EntryKind kind =
                random_.chance(1, 3) ? EntryKind::AddLearner : EntryKind::AddVoter;
            if (!slot.node->propose_change(kind, MemberId{id}).accepted()) return;
            ++counts_.changes;
            fresh.unused = false;
            fresh.node = Node(MemberId{id}, options_, chance_of(id));
            fresh.next_tick = now_ + 1 + random_.below(fresh.tick_every);
            return;
        }
    }
}

void Rough::use_leader() {
    Slot* slot = any_leader();
    if (slot == nullptr) return;
    const std::uint64_t what = random_.below(100);
    if (what < 40) {
        for (std::uint64_t n = 1 + random_.below(3); n > 0; --n)
            slot->node->propose(++payload_, static_cast<std::uint32_t>(random_.below(120)));
    } else if (what < 44) {
        change_members(*slot);
    } else if (what < 46) {
        const auto& voters = slot->node->configuration().voters;
        if (!voters.empty() &&
            slot->node->transfer_leadership(voters[random_.below(voters.size())]))
            ++counts_.transfers;
    } else if (what < 50) {
        slot->node->report_unreachable(
            MemberId{static_cast<std::uint32_t>(1 + random_.below(kMostMembers))});
    }
    settle(*slot);
}

void Rough::disturb() {
    if (random_.below(1000) < cut_per_mille_) {
        for (auto& row : cut_)
            std::fill(row.begin(), row.end(), 0);
        const std::uint64_t kind = random_.below(4);
        std::vector<std::uint64_t> side(kMostMembers + 1);
        for (auto& s : side)
            s = random_.below(2);
        for (std::size_t a = 1; a <= kMostMembers; ++a) {
            for (std::size_t b = 1; b <= kMostMembers; ++b) {
                if (kind == 1) cut_[a][b] = side[a] != side[b] ? 1 : 0;    // two halves
                if (kind == 2) cut_[a][b] = side[a] < side[b] ? 1 : 0;     // one half is not heard
                if (kind == 3) cut_[a][b] = random_.chance(1, 4) ? 1 : 0;  // here and there
            }
        }
    }
    for (Slot& slot : slots_) {
        if (slot.unused) continue;
        // A leader is the one to lose.
        const std::uint64_t weight = slot.node && slot.node->role() == Role::Leader ? 4 : 1;
        if (slot.node && random_.below(10'000) < weight * crash_per_ten_thousand_) crash(slot);
        if (!slot.node && now_ >= slot.up_at) restart(slot);
    }
}

void Rough::run(Slot& slot) {
    if (slot.unused || !slot.node) return;
    if (slot.written_at != 0 && slot.written_at <= now_) finish_write(slot);
    if (slot.unused || !slot.node || slot.next_tick > now_) return;
    slot.next_tick = now_ + slot.tick_every;
    slot.node->tick();
    settle(slot);
}

std::string Rough::step() {
    ++now_;
    if (rough_) disturb();
    for (Slot& slot : slots_)
        run(slot);
    deliver_due();
    if (random_.chance(1, 3)) use_leader();
    counts_.committed = checker_.committed();
    counts_.leaders = checker_.leaders_seen();
    return broken_;
}

std::string Rough::heal() {
    rough_ = false;
    for (auto& row : cut_)
        std::fill(row.begin(), row.end(), 0);
    for (Slot& slot : slots_) {
        if (!slot.unused && !slot.node) restart(slot);
    }
    const std::uint64_t begun = now_;
    // Split votes repeat: each round of them takes at most two time-outs of the slowest clock.
    const std::uint64_t limit = 60ULL * options_.election_ticks * tick_;
    Proposal wanted;
    while (now_ < begun + limit && broken_.empty()) {
        ++now_;
        for (Slot& slot : slots_)
            run(slot);
        deliver_due();
        Slot* leader = any_leader();
        if (leader == nullptr) continue;
        std::vector<const Node*> members;
        bool all = true;
        for (const auto* list :
             {&leader->node->configuration().voters, &leader->node->configuration().learners}) {
            for (const MemberId id : *list) {
                const Slot& slot = slots_[id.value - 1];
                if (slot.node && !slot.unused) {
                    members.push_back(&*slot.node);
                } else {
                    all = false;
                }
            }
        }
        if (!all || settled_leader(members) != &*leader->node) continue;
        if (wanted.accepted() && leader->node->applied() >= wanted.index &&
            leader->node->log().matches(wanted.index, wanted.term)) {
            counts_.rounds_to_heal = now_ - begun;
            return {};
        }
        wanted = leader->node->propose(++payload_, 1);
        settle(*leader);
    }
    return broken_.empty()
               ? fmt::format("{} rounds after all faults ended there is no leader whom all follow",
                             limit)
               : broken_;
}

std::uint64_t Rough::fingerprint() const {
    Fingerprint sum = fingerprint_;
    sum.add(now_);
    sum.add(sent_);
    sum.add(checker_.committed());
    return sum.value();
}

}  // namespace podium::raft
