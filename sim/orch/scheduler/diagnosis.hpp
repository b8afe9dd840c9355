#pragma once

// Why a task finds no node, in full: which filters refuse which node and by what figures, and what
// would have to change. Nothing here is guessed: every way out was decided upon again, on copies.

#include <cstddef>
#include <string>
#include <vector>

#include "sim/orch/scheduler/placer.hpp"
#include "sim/orch/scheduler/remedy.hpp"

namespace podium::scheduler {

struct Refusal {
    std::string_view filter;
    std::string figures;  ///< "reserves 1 CPU, of 2 CPUs 0.5 CPUs free".
};

/// A node, and all that refuse it; none when it would take the task.
struct NodeVerdict {
    NodeNumber node = 0;
    std::string name;
    std::vector<Refusal> refusals;
};

/// The table for a shape, by node number.
std::vector<NodeVerdict> diagnose(const Placer& placer, const TaskShape& shape);

/// Changes that together let one more task of the shape find a node.
struct WayOut {
    std::vector<Remedy> steps;
    std::string text;  ///< "free 0.5 CPUs on node curly"; steps are joined by " and ".
};

/// The nearest ways out, fewest steps first, then the easier kind, then the smaller amount. Empty
/// when the task has a node already, or nothing that is known would help.
std::vector<WayOut> nearest_changes(const Placer& placer,
                                    const TaskShape& shape,
                                    std::size_t at_most = 3);

}  // namespace podium::scheduler
