#pragma once

// The leader's control loops: what swarmkit's manager runs while it leads (manager/manager.go,
// becomeLeader). A plain copyable value. The façade has it begin when a leader is ready and end
// when it leads no more, tells it of every change that applies, and proposes to Raft what it
// proposes.
//
// The loops are level-triggered: they look at the store, and what they remember (timers, updates
// under way, what is in use on nodes) begin() finds out again from the store. As swarmkit's, a loop
// that has proposed something waits until that has applied, or was refused, before it looks again.

#include <array>
#include <cstdint>
#include <vector>

#include "sim/orch/swarm/leader/allocator.hpp"
#include "sim/orch/swarm/leader/desk.hpp"
#include "sim/orch/swarm/leader/enforcer.hpp"
#include "sim/orch/swarm/leader/orchestrators.hpp"
#include "sim/orch/swarm/leader/reaper.hpp"
#include "sim/orch/swarm/leader/scheduling.hpp"

namespace podium::swarm {

class Manager {
  public:
    /// A leader is ready. Requires that it isn't leading already.
    void begin(Desk& desk);

    /// It leads no more. Timers still ahead have no effect.
    void end() { *this = {}; }

    [[nodiscard]] bool leading() const { return leading_; }

    /// A change has applied: anybody's. `touched` is what Store::apply() told.
    void applied(Desk& desk, const Change& change, const std::vector<Touched>& touched);
    /// A change of the manager's was out of sequence, or was not taken.
    void refused(Desk& desk, const Change& change);
    /// An event of_manager().
    void handle(Desk& desk, const Event& event);
    /// Another policy places tasks from now on.
    void policy_changed(Desk& desk);

    /// Nodes and what is in use there, as the scheduler knows them: to explain its decisions.
    [[nodiscard]] const scheduler::Placer& placer() const { return scheduling_.placer(); }

    /// Whether a rolling update of the service is under way.
    [[nodiscard]] bool updating(ServiceId service) const { return updates_.updating(service); }

  private:
    [[nodiscard]] Crew crew() { return {restarts_, updates_, slots_}; }

    void note(Desk& desk, Touched& touched);
    void note_service(Desk& desk, Touched& touched);
    void take_turns(Desk& desk);
    void turn(Desk& desk, Loop loop, std::span<const Touched> touched);
    [[nodiscard]] bool may_take_turn(Loop loop) const;
    [[nodiscard]] bool wants_turn(Loop loop) const;
    void settle(Desk& desk, std::size_t from);
    void free(Desk& desk, const Change& change);

    bool leading_ = false;
    Allocator allocator_;
    Scheduling scheduling_;
    Restarts restarts_;
    Updates updates_;
    SlotIndex slots_;
    Replicated replicated_;
    Global global_;
    Jobs jobs_;
    Reaper reaper_;
    Enforcer enforcer_;

    std::vector<Touched> log_;  // what not all loops have seen
    std::array<std::size_t, kWaitingLoops> seen_{};
    std::array<std::uint32_t, kLoops> in_flight_{};  // changes proposed and not applied
};

}  // namespace podium::swarm
