#pragma once

// Deletes tasks: those that were to be removed and have stopped, and of each slot those beyond the
// history kept (swarmkit manager/orchestrator/taskreaper/task_reaper.go). The history counts the
// running task. It works in batches; a slot is looked at when a task was created in it.

#include <set>
#include <span>

#include "sim/orch/swarm/leader/slots.hpp"

namespace podium::swarm {

class Reaper {
  public:
    void begin(Desk& desk);
    void turn(Desk& desk, const SlotIndex& slots, std::span<const Touched> touched);
    void due(Desk& desk, const SlotIndex& slots);

  private:
    void note(const Store& store, const Touched& touched);
    void tick(Desk& desk, const SlotIndex& slots);
    /// Whether the slot is to be looked at again.
    bool look(const Store& store,
              const SlotIndex& slots,
              const SlotKey& slot,
              std::set<TaskId>& old) const;

    std::set<SlotKey> dirty_;
    std::set<TaskId> cleanup_;
    bool timer_ = false;  // one is ahead
};

}  // namespace podium::swarm
