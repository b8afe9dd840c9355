#pragma once

// The leader's control loops: what swarmkit's manager runs while it leads (manager/manager.go,
// becomeLeader). A plain copyable value. The façade has it begin when a leader is ready and end when it
// leads no more, tells it of every change that applies, and proposes to Raft what it proposes.
//
// The loops are level-triggered: they look at the store, and what they remember (timers, updates under
// way, what is in use on nodes) begin() finds out again from the store. As swarmkit's, a loop that has
// proposed something waits until that has applied, or was refused, before it looks again.

#include <cstdint>
#include <vector>

#include "sim/core/kernel.hpp"
#include "sim/orch/rooms.hpp"
#include "sim/orch/swarm/store.hpp"

namespace podium::swarm {

/// What a manager works with, during a call.
struct Desk {
    Kernel& kernel;
    Store& store;                     ///< Read; numbers are taken from it.
    std::uint32_t swarm = 0;          ///< Its number: the subject of timers, and for chance.
    std::uint64_t term = 0;           ///< Of the leader, from 1: tells its timers and changes from those of others.
    std::vector<Change>& proposals;   ///< What is proposed now, in order.
};

/// The manager's own events of kRoomSwarm: subject the swarm, extra the low word of the term.
inline constexpr EventKind kManagerFirst = kRoomSwarm;
inline constexpr EventKind kManagerLast = kRoomSwarm + 0x0F;

class Manager {
  public:
    /// A leader is ready. Requires that it isn't leading already.
    void begin(Desk& desk);
    /// It leads no more. Timers still ahead have no effect.
    void end();
    [[nodiscard]] bool leading() const { return leading_; }

    /// A change has applied: anybody's. `touched` is what Store::apply() told.
    void applied(Desk& desk, const Change& change, const std::vector<Touched>& touched);
    /// A change of the manager's was out of sequence, or was not taken.
    void refused(Desk& desk, const Change& change);
    /// An event of kinds kManagerFirst to kManagerLast.
    void handle(Desk& desk, const Event& event);

  private:
    bool leading_ = false;
};

}  // namespace podium::swarm
