#pragma once

// What a run came to, as a few numbers by which runs can be compared. From the facts, and from what
// is still there at its end. Plain values.

#include <cstdint>
#include <memory>
#include <vector>

#include "sim/view/placement.hpp"
#include "sim/view/summary.hpp"

namespace podium::view {

struct RunOutcome {
    std::vector<ServiceSummary> services;  ///< By name.
    /// Written by containers into their own layers, and gone with them when they were removed.
    std::int64_t lost_in_layers_bytes = 0;
    /// Written by containers into volumes that were removed.
    std::int64_t lost_in_volumes_bytes = 0;
    /// Written by containers into volumes without a name that no container has any more: still on
    /// the disk, but nothing leads there.
    std::int64_t orphaned_bytes = 0;
    /// Written by tasks of a swarm where none of their successors looks: into volumes on a node that the slot's
    /// task has left, into layers and volumes without a name of tasks that are over.
    std::int64_t left_behind_bytes = 0;
    bool traffic = false;             ///< Some was sent.
    std::uint64_t requests_sent = 0;  ///< Of all sources.
    std::uint64_t requests_lost = 0;  ///< Those that failed, after all their retries.
    PlacementSummary placement;       ///< Of swarms' tasks.

    [[nodiscard]] std::int64_t lost_bytes() const {
        return lost_in_layers_bytes + lost_in_volumes_bytes + orphaned_bytes + left_behind_bytes;
    }
};

/// The outcome of a run that ends at `end`, where the world stands.
RunOutcome outcome_of(const model::World& world, const FactCatalogue& facts, Time end);

/// The same again and again while a run goes on, so that each fact is read once. Follows one run, also when it is sought back or
/// goes on otherwise: then all of it is read anew.
class OutcomeFollower {
  public:
    OutcomeFollower();
    ~OutcomeFollower();
    OutcomeFollower(OutcomeFollower&&) noexcept;
    OutcomeFollower& operator=(OutcomeFollower&&) noexcept;

    [[nodiscard]] RunOutcome look(const model::World& world, const FactCatalogue& facts, Time end);

  private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace podium::view
