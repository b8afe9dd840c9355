#pragma once

// A group in a rough world, drawn from a seed: messages are lost, doubled, delayed and overtake
// each other; members are cut off, one way or both; they crash in the middle of writing and start
// again from their disk; their clocks run at different rates; members come and go, snapshots are
// taken, leadership is handed over. Every step is checked. A value: a copy goes on as the original.

#include <optional>
#include <string>
#include <vector>

#include "sim/base/fingerprint.hpp"
#include "sim/orch/raft/node.hpp"
#include "sim/orch/raft/safety.hpp"

namespace podium::raft {

class Rough {
  public:
    explicit Rough(std::uint64_t seed);

    /// One round of the rough world. Empty, or what broke.
    std::string step();
    /// All faults end: everybody runs, hears everybody and nothing is lost. Empty when, within a
    /// limited number of rounds, one leader is followed by all its members, who take a proposal and
    /// apply it.
    std::string heal();

    [[nodiscard]] bool rounds_left() const { return now_ < rounds_; }

    [[nodiscard]] std::uint64_t fingerprint() const;
    [[nodiscard]] std::string description() const;

    struct Counts {
        std::uint64_t steps = 0;
        std::uint64_t crashes = 0;
        std::uint64_t lost_writes = 0;
        std::uint64_t snapshots_installed = 0;
        std::uint64_t changes = 0;
        std::uint64_t transfers = 0;
        std::uint64_t committed = 0;
        std::uint64_t leaders = 0;
        std::uint64_t rounds_to_heal = 0;
        std::uint64_t truncations = 0;
    };

    [[nodiscard]] const Counts& counts() const { return counts_; }

  private:
    struct Slot {
        std::optional<Node> node;  // none: crashed
        Image disk;
        Image being_written;
        Index being_written_commit = 0;
        std::uint64_t written_at = 0;  // when the write under way is done; 0: none is
        std::vector<Message> waiting;  // for that write
        std::uint64_t tick_every = 0;  // its clock
        std::uint64_t next_tick = 0;
        std::uint64_t up_at = 0;
        std::uint32_t lives = 0;
        bool unused = false;  // not a member yet
    };

    struct Flying {
        std::uint64_t due = 0;
        std::uint64_t order = 0;
        bool lost = false;  // a snapshot whose sender hears then that it did not arrive
        Message message;
    };

    RandomStream chance_of(std::uint32_t id) const;
    void run(Slot& slot);
    void settle(Slot& slot);
    void finish_write(Slot& slot);
    void observe(const Slot& slot);
    void say(const Message& m);
    void deliver(const Message& m);
    void fail(const Message& m);
    void fly(const Message& m, bool lost);
    void crash(Slot& slot);
    void restart(Slot& slot);
    void disturb();
    void use_leader();
    void change_members(Slot& slot);
    void deliver_due();
    Slot* any_leader();

    std::uint64_t seed_;
    RandomStream random_;
    Options options_;
    std::uint64_t now_ = 1;
    std::uint64_t rounds_ = 0;
    std::uint64_t sent_ = 0;
    // What the seed has drawn for this world.
    std::uint64_t tick_ = 0;
    std::uint64_t write_ = 0;
    std::uint64_t most_delay_ = 0;
    std::uint64_t lost_per_mille_ = 0;
    std::uint64_t doubled_per_mille_ = 0;
    std::uint64_t crash_per_ten_thousand_ = 0;
    std::uint64_t cut_per_mille_ = 0;
    Index snapshot_every_ = 0;
    Index snapshot_keeps_ = 0;
    bool rough_ = true;

    std::vector<Slot> slots_;
    std::vector<std::vector<char>> cut_;  // from, to
    std::vector<Flying> flying_;          // a heap, earliest first
    SafetyChecker checker_;
    Counts counts_;
    Fingerprint fingerprint_;
    std::uint64_t payload_ = 0;
    std::string broken_;
};

}  // namespace podium::raft
