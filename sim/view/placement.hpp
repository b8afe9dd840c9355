#pragma once

// How the tasks of swarms were spread over hosts in a run, from the facts alone.

#include <cstdint>

#include "sim/core/fact_catalogue.hpp"
#include "sim/model/world.hpp"

namespace podium::view {

struct PlacementSummary {
    std::uint64_t tasks = 0;  ///< That asked for a node.
    Duration waited{};  ///< From a task's making until it had a node, all added up; one that has
                        ///< none at the end counts to there, one that is given up until then.
    Duration time{};  ///< Since the first task ran.
    Duration used{};  ///< Time in which a task ran on a host, added up over the hosts.
    /// Of that time the shares of a host's processors or memory, whichever is more, that the tasks
    /// running there had reserved: seconds of whole hosts.
    double reserved_seconds = 0;
};

/// `end` is the end of the run.
PlacementSummary summarise_placement(const model::World& world,
                                     const FactCatalogue& facts,
                                     Time end);

}  // namespace podium::view
