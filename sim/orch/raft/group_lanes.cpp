// How messages get from one member to another: calls over the network, in order.
//
// Source: swarmkit, manager/state/raft/transport/peer.go: one goroutine a peer makes one call after
// the other, each cancelled after SendTimeout without progress; a call that fails is dropped and
// reported (ReportUnreachable, and ReportSnapshot for a snapshot). TCP below it repeats what got no
// answer after 200 ms, doubling (Linux's least RTO), as model/exchange does.

#include "sim/base/assert.hpp"
#include "sim/model/overlay.hpp"
#include "sim/orch/raft/group.hpp"

namespace podium::raft {
namespace {

constexpr Duration kFirstRepeat = milliseconds(200);
constexpr std::uint32_t kMostRepeats = 15;
constexpr std::uint32_t kMostRefusalsCounted = 10;
constexpr std::uint32_t kStageShift = 28;
constexpr std::uint32_t kSerialMask = (1U << kStageShift) - 1;
constexpr std::uint32_t kStageArrive = 1;  // the first call under way is there
constexpr std::uint32_t kStageAgain = 2;   // what waits may be tried
constexpr std::uint32_t kStageFail = 3;    // the first call, or all under way, has failed
constexpr std::size_t kTidyAt = 64;

bool is_quiet(const Message& message) {
    return message.kind == MessageKind::Heartbeat || message.kind == MessageKind::HeartbeatReply;
}

}  // namespace

void Group::handle_lane(Setting at, const Event& event) {
    const MemberId from{static_cast<std::uint32_t>(event.word >> 32)};
    const MemberId to{static_cast<std::uint32_t>(event.word)};
    Lane& way = lane(from, to);
    if ((way.serial & kSerialMask) != (event.extra & kSerialMask)) return;
    switch (event.extra >> kStageShift) {
        case kStageArrive:
            arrive(at, from, to);
            return;
        case kStageAgain:
            way.waits = false;
            pump(at, from, to);
            return;
        default:
            fail(at, from, to);
            return;
    }
}

void Group::schedule_lane(Setting at, MemberId from, MemberId to, std::uint32_t stage, Time due) {
    const Lane& way = lane(from, to);
    const EventKind kind = way.begin < way.calls.size() && is_quiet(way.calls[way.begin])
                               ? kEventQuietLane
                               : kEventLane;
    at.kernel.schedule_at(std::max(due, at.kernel.now()),
                          Phase::Physics,
                          kind,
                          number_,
                          static_cast<std::uint64_t>(from.value) << 32 | to.value,
                          stage << kStageShift | (way.serial & kSerialMask));
}

void Group::send(Setting at, Message message) {
    const MemberId from = message.from;
    const MemberId to = message.to;
    // "refusing to send message to removed member"
    if (row(from).node->configuration().is_removed(to)) return;
    Lane& way = lane(from, to);
    if (way.calls.size() - way.begin >= options_.calls_waiting) {
        row(from).node->report_unreachable(to);
        if (message.kind == MessageKind::Snapshot) row(from).node->report_snapshot(to, false);
        way.active = false;
        return;
    }
    if (watch_ && watch_->broken.empty()) watch_->broken = watch_->checker.check_sent(message);
    ++messages_sent_;
    bytes_sent_ += message_bytes(message);
    way.calls.push_back(std::move(message));
    pump(at, from, to);
}

// Begins as many calls as may be under way at once.
void Group::pump(Setting at, MemberId from, MemberId to) {
    Lane& way = lane(from, to);
    if (row(from).presence != Presence::Running) return;
    while (!way.waits && way.under_way < options_.calls_at_once &&
           way.begin + way.under_way < way.calls.size()) {
        if (at.kernel.now() < way.free_at) {
            way.waits = true;
            schedule_lane(at, from, to, kStageAgain, way.free_at);
            return;
        }
        if (!begin_call(at, from, to)) return;
    }
}

// Sends the next call; false: it waits for something, or has failed.
bool Group::begin_call(Setting at, MemberId from, MemberId to) {
    Lane& way = lane(from, to);
    const Time now = at.kernel.now();
    const Message& message = way.calls[way.begin + way.under_way];
    if (way.repeats == 0) way.begun = now;
    look_at_way(at, from, to);
    const auto fails = [&](Time due) {
        way.waits = true;
        schedule_lane(at, from, to, kStageFail, due);
        return false;
    };
    if (now < way.try_at) return fails(now);
    if (!way.open) return try_again(at, from, to);
    if (row(to).presence == Presence::Stopped) {
        // Its host is there and says that nobody listens.
        way.try_at = now + way.latency * 2 + reconnect_delay(at, from, to);
        return fails(now + way.latency * 2);
    }
    const Duration lost = loss_delay(at, from, to);
    if (lost >= options_.send_timeout) return fails(now + options_.send_timeout);
    model::Path path;
    path.latency = way.latency;
    path.bits_per_second = way.bits_per_second;
    Duration takes =
        model::transit_time(path, static_cast<std::int64_t>(message_bytes(message))) + lost;
    // "Reject vote requests from unreachable peers": the voter calls back first.
    if (options_.vote_health_check && message.kind == MessageKind::Vote)
        takes = takes + way.latency * 2;
    way.last_arrival = std::max(way.last_arrival, now + takes);
    way.repeats = 0;
    ++way.under_way;
    schedule_lane(at, from, to, kStageArrive, way.last_arrival);
    return true;
}

// The way is cut: TCP repeats until the call has had its time. Always false.
bool Group::try_again(Setting at, MemberId from, MemberId to) {
    Lane& way = lane(from, to);
    const Time end = way.begun + options_.send_timeout;
    const Time next =
        at.kernel.now() + kFirstRepeat * (std::int64_t{1} << std::min(way.repeats, kMostRepeats));
    ++way.repeats;
    way.waits = true;
    schedule_lane(at, from, to, next < end ? kStageAgain : kStageFail, std::min(next, end));
    return false;
}

void Group::arrive(Setting at, MemberId from, MemberId to) {
    Lane& way = lane(from, to);
    look_at_way(at, from, to);
    if (!way.open || row(to).presence != Presence::Running) {
        ++way.serial;  // of all that is under way
        if (row(from).presence == Presence::Stopped) {
            way.begin += way.under_way;
            way.under_way = 0;
            way.waits = false;
            return;
        }
        const Time end = way.begun + options_.send_timeout;
        if (!way.open) {
            way.under_way = 0;
            try_again(at, from, to);
        } else if (row(to).presence == Presence::Stopped) {
            way.waits = true;
            way.try_at = at.kernel.now() + way.latency + reconnect_delay(at, from, to);
            schedule_lane(at, from, to, kStageFail, at.kernel.now() + way.latency);
        } else {
            way.waits = true;  // frozen: its kernel takes the bytes, nobody answers
            schedule_lane(at, from, to, kStageFail, end);
        }
        return;
    }
    const Message message = std::move(way.calls[way.begin]);
    ++way.begin;
    --way.under_way;
    if (way.begin == way.calls.size()) {
        way.calls.clear();
        way.begin = 0;
    } else if (way.begin >= kTidyAt && way.begin * 2 > way.calls.size()) {
        way.calls.erase(way.calls.begin(),
                        way.calls.begin() + static_cast<std::ptrdiff_t>(way.begin));
        way.begin = 0;
    }
    if (options_.calls_at_once == 1) way.free_at = at.kernel.now() + way.latency;
    way.refusals = 0;
    way.try_at = {};
    if (!std::exchange(way.active, true)) way.active_since = at.kernel.now();
    deliver(at, from, to, message);
    pump(at, from, to);
}

void Group::deliver(Setting at, MemberId from, MemberId to, const Message& message) {
    Member& receiver = row(to);
    Node& node = *receiver.node;
    Member& sender = row(from);
    if (node.configuration().is_removed(from)) {
        if (message.kind == MessageKind::Snapshot && sender.presence != Presence::Stopped)
            sender.node->report_snapshot(to, false);
        // The call is answered with ErrMemberRemoved: the sender learns what it is (swarmkit:
        // NodeRemoved).
        if (sender.presence == Presence::Running && !std::exchange(sender.told_removed, true))
            news_.push_back({News::Kind::Removed, from, 0, 0});
        return;
    }
    if (options_.vote_health_check && message.kind == MessageKind::Vote) {
        look_at_way(at, to, from);
        if (!lane(to, from).open || sender.presence != Presence::Running) return;
    }
    const SnapshotPointer before = node.snapshot();
    if (message.kind == MessageKind::TimeoutNow) receiver.next_election = ElectionReason::Transfer;
    node.step(message);
    if (node.snapshot() != before) {
        const Snapshot& installed = *node.snapshot();
        news_.push_back({News::Kind::Restored, to, 0, installed.index});
        record(at, kFactSnapshotInstalled, receiver, installed.index, installed.bytes);
        if (installed.index > changes_told_) known_ = installed.configuration;
    }
    settle(at, receiver);
    receiver.next_election = ElectionReason::Silence;
    if (message.kind == MessageKind::Snapshot && sender.presence != Presence::Stopped) {
        sender.node->report_snapshot(to, true);
        if (sender.presence == Presence::Running) settle(at, sender);
    }
}

// The first call has failed; of several under way, all have: their connection broke.
void Group::fail(Setting at, MemberId from, MemberId to) {
    Lane& way = lane(from, to);
    const std::size_t end = way.begin + std::max<std::uint32_t>(way.under_way, 1);
    PODIUM_ASSERT(end <= way.calls.size(), "a call that fails is there");
    bool snapshot = false;
    for (std::size_t i = way.begin; i < end; ++i)
        snapshot = snapshot || way.calls[i].kind == MessageKind::Snapshot;
    way.calls.erase(way.calls.begin(), way.calls.begin() + static_cast<std::ptrdiff_t>(end));
    way.begin = 0;
    way.under_way = 0;
    way.repeats = 0;
    way.waits = false;
    way.active = false;
    ++way.serial;
    Member& sender = row(from);
    if (sender.presence != Presence::Stopped) {
        if (snapshot) sender.node->report_snapshot(to, false);
        sender.node->report_unreachable(to);
        if (sender.presence == Presence::Running) settle(at, sender);
    }
    pump(at, from, to);
}

// Its process is gone: what it had not sent is lost, what is under way may still arrive.
void Group::drop_waiting(MemberId from) {
    for (Lane& way : lanes_[from.value - 1]) {
        way.calls.resize(std::min(way.calls.size(), way.begin + way.under_way));
        way.active = false;
        if (!way.waits) continue;
        way.waits = false;
        way.calls.clear();
        way.begin = 0;
        way.under_way = 0;
        ++way.serial;
    }
}

void Group::reset_lanes(MemberId from) {
    for (Lane& way : lanes_[from.value - 1]) {
        Lane fresh;
        fresh.serial = way.serial + 1;
        fresh.draws = way.draws;
        way = std::move(fresh);
    }
}

void Group::pump_all(Setting at, MemberId from) {
    for (const Member& member : members_) {
        if (member.id != from) pump(at, from, member.id);
    }
}

// A member is called on its port, which its host's firewall may drop; it calls others all the same.
bool Group::is_shut(const Setting& at, MemberId from, MemberId to) const {
    const MemberSpec& called = row(to).spec;
    if (at.firewalls == nullptr || called.port == 0 || called.host == row(from).spec.host)
        return false;
    return model::is_closed(*at.firewalls, called.host, called.port, "tcp");
}

void Group::look_at_way(const Setting& at, MemberId from, MemberId to) {
    Lane& way = lane(from, to);
    if (way.version == at.network.version()) return;
    way.version = at.network.version();
    const model::NodeId here = row(from).spec.place;
    const model::NodeId there = row(to).spec.place;
    const model::Path path = at.network.path(here, there);
    way.open = path.reachable &&
               (options_.one_way_is_enough || at.network.connected(here, there)) &&
               !is_shut(at, from, to);
    way.latency = path.latency;
    way.bits_per_second = path.bits_per_second;
    way.loss_ppm = path.loss_ppm;
}

RandomStream Group::lane_chance(const Setting& at, MemberId from, MemberId to) {
    const std::uint64_t key = static_cast<std::uint64_t>(from.value) << 32 | to.value;
    return {at.kernel.seed(),
            hash_text("raft lane") ^ mix64(number_ + key * 0x9E3779B97F4A7C15ULL),
            ++lane(from, to).draws};
}

// What lost packets cost: each is sent again after a while that doubles.
Duration Group::loss_delay(const Setting& at, MemberId from, MemberId to) {
    const std::int64_t loss_ppm = lane(from, to).loss_ppm;
    if (loss_ppm <= 0) return {};
    RandomStream chance = lane_chance(at, from, to);
    Duration delay{};
    Duration wait = kFirstRepeat;
    for (std::uint32_t i = 0;
         i < kMostRepeats &&
         chance.chance(static_cast<std::uint64_t>(loss_ppm), model::kPartsPerMillion);
         ++i) {
        delay = delay + wait;
        wait = wait * 2;
    }
    return delay;
}

Duration Group::reconnect_delay(const Setting& at, MemberId from, MemberId to) {
    if (options_.reconnect == Duration{}) return {};
    Lane& way = lane(from, to);
    Duration delay = options_.reconnect;
    for (std::uint32_t i = 0; i < way.refusals && delay < options_.reconnect_longest; ++i)
        delay = delay * 8 / 5;
    way.refusals = std::min(way.refusals + 1, kMostRefusalsCounted);
    delay = std::min(delay, options_.reconnect_longest);
    return delay * lane_chance(at, from, to).between(800, 1200) / 1000;
}

}  // namespace podium::raft
