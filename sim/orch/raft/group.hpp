#pragma once

// A Raft group on simulated hosts: members tick by their hosts' clocks, write to their disks, and
// talk over the simulated network. A value, part of a run's state; it is handed the kernel and the
// network with every call, and the events of its room. Its owner says when a member's process
// starts, stops, freezes and thaws, and when faults have changed the network; and after every call
// it takes the news.
//
// What a member sends goes through a lane for each other member, as through swarmkit's transport:
// calls in order, each at most send_timeout long, repeated by TCP while nothing passes, refused
// where nobody listens. A call that fails is lost, and its sender told.
//
// What survives a stop is the disk: term, vote, log and snapshot as last written. Clocks: what
// counts time in Go is the monotonic clock, so setting a host's clock changes nothing here; a clock
// that runs fast or slow does (drift_ppm), and one that stands still.

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "sim/base/box.hpp"
#include "sim/core/kernel.hpp"
#include "sim/model/ids.hpp"
#include "sim/model/network.hpp"
#include "sim/orch/raft/facts.hpp"
#include "sim/orch/raft/node.hpp"
#include "sim/orch/raft/safety.hpp"

namespace podium::model {
struct World;
}

namespace podium::raft {

/// The kinds of events of this room; `subject` is the group's number.
enum RaftEvent : EventKind {
    kEventWritten = kRoomRaft,  ///< word: member, extra: its life
    kEventLane,                 ///< word: from and to, extra: stage and serial
    kEventBusyTick,             ///< As kEventTick, while a leader is to be expected but not there.
    kEventTick = kRoomRaft | kBackgroundEvent,  ///< word: member, extra: its serial of ticks
    kEventQuietLane,  ///< As kEventLane, for heartbeats: they go on for ever.
};

/// Source of the figures: swarmkit, manager/state/raft/raft.go and transport/peer.go.
struct GroupOptions {
    Options raft;
    Duration tick = seconds(1);
    Duration write = milliseconds(2);  ///< Until what is written has reached the disk (our figure).
    Duration send_timeout = seconds(2);  ///< SendTimeout.
    std::uint32_t calls_at_once = 1;     ///< To one other member; etcd's streams: many.
    std::uint32_t calls_waiting = 4096;  ///< More are lost.
    /// gRPC after a refused connection: nothing is tried for so long, then 1.6 times as long, up to
    /// the longest (WithBackoffMaxDelay), each a fifth shorter or longer by chance. 0: tried at
    /// once.
    Duration reconnect = seconds(1);
    Duration reconnect_longest = seconds(8);
    bool one_way_is_enough = false;  ///< No connections: a message needs no answer to arrive.
    bool vote_health_check = true;   ///< Votes count only from members that can be called back.
    bool campaign_for_removed_leader = true;
    bool campaign_when_alone =
        true;  ///< The only member holds an election at its start (campaignWhenAble).
    Index snapshot_interval = 10'000;  ///< SnapshotInterval; 0: never.
    Index snapshot_keeps = 500;        ///< LogEntriesForSlowFollowers.
};

struct MemberSpec {
    std::string name;
    model::HostId host;          ///< For facts.
    model::NodeId place;         ///< In the network.
    std::int64_t drift_ppm = 0;  ///< How much faster its clock runs.
    std::uint16_t port = 0;  ///< On which it is called (tcp); 0: no firewall is asked.
};

enum class Presence : std::uint8_t { Stopped, Running, Frozen };

/// What the owner acts on.
struct News {
    enum class Kind : std::uint8_t {
        Applied,   ///< Entries `first` to `last` are committed: `member` applies them to its store.
        Restored,  ///< `member` starts from a snapshot (of index `last`; 0: from nothing).
        LeaderReady,  ///< It leads and has applied its whole log: it may decide (swarmkit:
                      ///< IsLeader).
        LeaderLost,   ///< It leads no more; what it proposed may still be committed.
        Removed,      ///< It knows that it is no member any more.
    };
    Kind kind = Kind::Applied;
    MemberId member;
    Index first = 0;
    Index last = 0;
};

struct Setting {
    Kernel& kernel;
    const model::Network& network;
    const model::World* firewalls = nullptr;  ///< Whose hosts close ports; null: nobody does.
};

class Group {
  public:
    static constexpr std::size_t kMostMembers = 200;
    /// News that nobody has taken.
    static constexpr std::size_t kMostNews = 1'000'000;

    /// `number` tells groups of one run apart: in events, and in chance.
    Group(std::uint32_t number, std::string name, GroupOptions options)
        : number_(number), name_(std::move(name)), options_(options) {}

    // --- what its owner does ---
    /// A row for a member that does not run yet. Members are numbered from 1 and never forgotten.
    MemberId add_member(MemberSpec spec);
    /// Makes these the founders and starts them. Requires that none has run before.
    void found(Setting at, const std::vector<MemberId>& founders);
    /// Its process starts, with what is on its disk; with nothing there it waits to be added.
    void start(Setting at, MemberId member);
    /// Its process ends, its host goes down: what was not written is lost.
    void stop(Setting at, MemberId member);
    void freeze(Setting at, MemberId member);
    void thaw(Setting at, MemberId member);
    /// Forgets what is on the disk (docker swarm leave). Requires a member that does not run.
    void wipe(MemberId member);
    /// A fault began or ended; the present cause is to blame for what follows.
    void network_changed(Setting at);
    Proposal propose(Setting at, MemberId member, std::uint64_t payload, std::uint32_t bytes);
    Proposal propose_change(Setting at, MemberId member, EntryKind change, MemberId whom);
    bool transfer_leadership(Setting at, MemberId member, MemberId to);
    /// An election now.
    void campaign(Setting at, MemberId member);
    /// docker swarm init --force-new-cluster: `member` goes on alone and holds an election.
    /// Requires that it runs and is a voter.
    void force_alone(Setting at, MemberId member);

    /// How large a snapshot of the store would be now, and what its owner knows it by.
    void set_state(std::uint64_t bytes, std::uint64_t payload) {
        state_bytes_ = bytes, state_payload_ = payload;
    }

    /// Has every step checked from now on, for random testing. Requires that it was not founded
    /// yet.
    void watch() { watch_.ensure(); }

    /// What broke first, if it is watched; empty: nothing did.
    [[nodiscard]] const std::string& broken() const;

    [[nodiscard]] const SafetyChecker* checker() const {
        return watch_ ? &watch_->checker : nullptr;
    }

    void handle(Setting at, const Event& event);

    /// What has happened since it was last asked.
    std::vector<News> take_news() { return std::exchange(news_, {}); }

    // --- what it is ---
    [[nodiscard]] std::uint32_t number() const { return number_; }

    [[nodiscard]] const std::string& name() const { return name_; }

    [[nodiscard]] const GroupOptions& options() const { return options_; }

    [[nodiscard]] std::size_t member_count() const { return members_.size(); }

    [[nodiscard]] const MemberSpec& spec(MemberId member) const { return row(member).spec; }

    [[nodiscard]] Presence presence(MemberId member) const { return row(member).presence; }

    /// Requires a member that does not stand still.
    [[nodiscard]] const Node& node(MemberId member) const { return *row(member).node; }

    /// The running leader of the highest term; none.
    [[nodiscard]] MemberId leader() const;

    /// It leads and its store is up to date.
    [[nodiscard]] bool is_ready(MemberId member) const { return row(member).ready; }

    /// Ticks in a row at which it knew no leader (swarmkit: lostQuorumTimeout is 10).
    [[nodiscard]] std::uint32_t ticks_without_leader(MemberId member) const {
        return row(member).ticks_without_leader;
    }

    /// The last call from one to the other went through (docker node ls: Reachable).
    [[nodiscard]] bool is_active(MemberId from, MemberId to) const {
        return from == to || lane(from, to).active;
    }

    /// To whom it has been active longest: swarmkit hands leadership to that one. None: to nobody.
    [[nodiscard]] MemberId longest_active(MemberId from) const;
    /// Removing `whom` would leave `member` a quorum that it reaches (swarmkit: CanRemoveMember).
    [[nodiscard]] bool can_remove(MemberId member, MemberId whom) const;

    [[nodiscard]] bool has_quorum() const { return has_quorum_; }

    [[nodiscard]] std::uint64_t messages_sent() const { return messages_sent_; }

    [[nodiscard]] std::uint64_t bytes_sent() const { return bytes_sent_; }

  private:
    struct Watch {
        SafetyChecker checker;
        std::string broken;
    };

    struct Member {
        MemberId id;
        MemberSpec spec;
        Presence presence = Presence::Stopped;
        bool ready = false;
        bool writing = false;
        bool written_while_frozen = false;
        bool told_removed = false;
        bool just_started = false;  ///< Has not yet looked whether it is the only member.
        Role told_role = Role::Follower;
        Term told_term = 0;
        MemberId followed;  ///< The last leader it knew.
        std::uint32_t life = 0;
        std::uint32_t tick_serial = 0;
        std::uint32_t ticks_without_leader = 0;
        Time tick_due{};
        FactId started_because;
        FactId stopped_because;
        FactId role_because;  ///< Of what it does by itself now.
        Box<Node> node;       ///< None: stopped.
        Image disk;
        Image being_written;
        Index being_written_commit = 0;
        std::vector<Message> waiting;  ///< For that write.
        ElectionReason next_election = ElectionReason::Silence;
    };

    /// Calls from one member to another, in order: first those under way, then those that wait.
    struct Lane {
        std::vector<Message> calls;
        std::size_t begin = 0;
        std::uint32_t under_way = 0;
        std::uint32_t serial = 0;   ///< Timers of an older one are dead.
        std::uint32_t repeats = 0;  ///< How often the first packet was sent again.
        std::uint32_t refusals = 0;
        std::uint32_t draws = 0;
        bool waits = false;  ///< For a timer, before anything more is sent.
        bool active = false;
        Time active_since{};
        Time begun{};    ///< The first call.
        Time free_at{};  ///< The answer to the last call is back.
        Time last_arrival{};
        Time try_at{};  ///< Nothing is tried before: it was refused.
        // The way, as it is at this version of the network.
        std::uint64_t version = 0;
        bool open = false;
        Duration latency{};
        std::int64_t bits_per_second = 0;
        std::int64_t loss_ppm = 0;
    };

    [[nodiscard]] Member& row(MemberId id) { return members_[id.value - 1]; }

    [[nodiscard]] const Member& row(MemberId id) const { return members_[id.value - 1]; }

    [[nodiscard]] Lane& lane(MemberId from, MemberId to) {
        return lanes_[from.value - 1][to.value - 1];
    }

    [[nodiscard]] const Lane& lane(MemberId from, MemberId to) const {
        return lanes_[from.value - 1][to.value - 1];
    }

    // group.cpp
    RandomStream chance_of(const Setting& at, const Member& member) const;
    void begin_life(Setting at, Member& member, Node node);
    void schedule_tick(Setting at, Member& member, Time due);
    void tick(Setting at, Member& member);
    void written(Setting at, Member& member);
    void settle(Setting at, Member& member);
    void say_and_apply(Setting at, Member& member, std::vector<Message>&& said, Index until);
    void apply(Setting at, Member& member, Index until);
    void snapshot_if_due(Setting at, Member& member);
    bool campaign_if_alone(Setting at, Member& member);
    void check(const Member& member);

    // group_news.cpp
    void notice(Setting at, Member& member);
    void notice_ready(Setting at, Member& member);
    void notice_change(Setting at, Member& member, Index index);
    void lose_leader(Setting at, Member& member, LeaderLoss reason);
    [[nodiscard]] FactId why_election(const Setting& at, const Member& member);
    void judge_quorum(Setting at);
    [[nodiscard]] std::size_t reached_from(const Setting& at, MemberId one) const;
    template <class... Fields>
    FactId record(Setting at, FactKind kind, const Member& member, Fields... fields);

    // group_lanes.cpp
    void handle_lane(Setting at, const Event& event);
    void send(Setting at, Message message);
    void pump(Setting at, MemberId from, MemberId to);
    bool begin_call(Setting at, MemberId from, MemberId to);
    bool try_again(Setting at, MemberId from, MemberId to);
    void arrive(Setting at, MemberId from, MemberId to);
    void deliver(Setting at, MemberId from, MemberId to, const Message& message);
    void fail(Setting at, MemberId from, MemberId to);
    void drop_waiting(MemberId from);
    void look_at_way(const Setting& at, MemberId from, MemberId to);
    [[nodiscard]] bool is_shut(const Setting& at, MemberId from, MemberId to) const;
    Duration loss_delay(const Setting& at, MemberId from, MemberId to);
    Duration reconnect_delay(const Setting& at, MemberId from, MemberId to);
    RandomStream lane_chance(const Setting& at, MemberId from, MemberId to);
    void reset_lanes(MemberId from);
    void pump_all(Setting at, MemberId from);
    void schedule_lane(Setting at, MemberId from, MemberId to, std::uint32_t stage, Time due);

    std::uint32_t number_;
    std::string name_;
    GroupOptions options_;
    std::vector<Member> members_;
    std::vector<std::vector<Lane>> lanes_;
    std::vector<News> news_;
    std::uint64_t state_bytes_ = 0;
    std::uint64_t state_payload_ = 0;
    std::uint64_t messages_sent_ = 0;
    std::uint64_t bytes_sent_ = 0;
    std::uint64_t judged_version_ = 0;
    Index changes_told_ = 0;
    Configuration known_;  ///< As of changes_told_.
    bool has_quorum_ = false;
    bool founded_ = false;
    Box<Watch> watch_;
    FactId network_because_;
    Time leaderless_since_{};
    bool leaderless_ = true;
    bool leader_expected_ = true;  ///< A quorum is there that no leader reaches.
};

template <class... Fields>
FactId Group::record(Setting at, FactKind kind, const Member& member, Fields... fields) {
    return at.kernel.record(kind,
                            Subject(SubjectType::Host, member.spec.host.value),
                            at.kernel.intern(name_),
                            at.kernel.intern(member.spec.name),
                            fields...);
}

}  // namespace podium::raft
