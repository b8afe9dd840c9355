#pragma once

// `why` for a swarm: how a task stands and what led there, in Swarm's own sentences; for one that
// waits the nodes that refuse it and the nearest way out; for one that has a node, why it is that
// one.

#include <optional>
#include <string>
#include <vector>

#include "sim/lab/swarm_names.hpp"
#include "sim/lab/swarm_story.hpp"
#include "sim/lab/why_placement.hpp"

namespace podium::lab {

/// Explains what a name means, by the moment at which `state` stands, in lines of at most `width`
/// columns (0: no limit). `past`: to make the scheduler's decision again (null: it is left out).
std::string why_in_swarm(const SimState& state,
                         const SwarmName& name,
                         std::size_t width,
                         const Past& past);

/// A decision of the scheduler, made again.
struct DecisionAgain {
    std::vector<NodeAnswer> nodes;     ///< As they were an instant before it.
    std::vector<std::string> remarks;  ///< What else led to it: a sentence each.
};

/// The decision that gave a task of a swarm (by its number) its node. Of a global service's task that node alone was asked. None:
/// the past can't be gone to, or has no such task waiting then.
std::optional<DecisionAgain> decide_again(const Past& past,
                                          std::uint32_t swarm,
                                          swarm::TaskId task,
                                          swarm::NodeId taken,
                                          const Assignment& assigned);

/// Of a service that was in a swarm and is not any more; empty when there was none by then. A
/// stack's is called `stack_name` by its short name.
std::string why_gone(const SimState& state, const std::string& name, Time until, std::size_t width);

}  // namespace podium::lab
