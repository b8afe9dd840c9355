#pragma once

// `why` for a swarm: how a task stands and what led there, in Swarm's own sentences; for one that
// waits the nodes that refuse it and the nearest way out; for one that has a node, why it is that
// one.

#include <string>

#include "sim/lab/swarm_names.hpp"

namespace podium::lab {

/// Explains what a name means, by the moment at which `state` stands, in lines of at most `width`
/// columns (0: no limit). `past`: to make the scheduler's decision again (null: it is left out).
std::string why_in_swarm(const SimState& state,
                         const SwarmName& name,
                         std::size_t width,
                         const Past& past);

/// Of a service that was in a swarm and is not any more; empty when there was none by then. A
/// stack's is called `stack_name` by its short name.
std::string why_gone(const SimState& state, const std::string& name, Time until, std::size_t width);

}  // namespace podium::lab
