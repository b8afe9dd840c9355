#pragma once

// The slots of a swarm's services, followed through a run's facts: which start of a container takes
// the place of a task that was lost, and which one is on another node than the one before.
// Read-only; plain values.

#include <map>
#include <set>
#include <string>

#include "sim/core/fact_catalogue.hpp"
#include "sim/model/world.hpp"

namespace podium::view {

class Slots {
  public:
    struct Slot {
        std::string service_id;
        model::ContainerId newest;      ///< Of the task that was started last.
        std::set<model::HostId> hosts;  ///< Where its tasks were started.
        bool restarting =
            false;  ///< A task of it was lost, and the one in its place has not started yet.
    };

    /// What the start of a task's container was; nothing of all else.
    struct Start {
        bool restart = false;  ///< By the restart policy: its predecessor ended, or its node is
                               ///< down or gone (not: drained).
        bool move = false;     ///< Its slot's last task was started on another node.
    };

    /// Requires each fact of a run once, in order.
    Start follow(const model::World& world, const FactCatalogue& facts, const Fact& fact);

    /// "web.2", and "web.<id of a node>" of a global service, which never moves.
    [[nodiscard]] const std::map<std::string, Slot>& all() const { return slots_; }

  private:
    std::map<std::string, Slot> slots_;
};

/// Whether a container belongs to a task of a swarm. Such a one is never started a second time.
bool is_of_task(const model::World& world, model::ContainerId container);
/// The slot of a task's container, as Slots::all() names it; empty for one that is of no task.
std::string slot_of(const model::World& world, model::ContainerId container);

}  // namespace podium::view
