#pragma once

// What must hold in every world at every instant, whatever was typed and broken. Random testing checks
// it; a broken one is a fault of Podium's own.

#include <string>
#include <vector>

#include "sim/model/world.hpp"

namespace podium::lab {

/// The invariants that do not hold now, each a sentence; empty when all is well.
std::vector<std::string> broken_invariants(const model::World& world);
/// Reads the whole journal: containers change state only by legal transitions, a removed container
/// never speaks again, causes come before effects, time never goes back.
std::vector<std::string> broken_history(const model::World& world);

}  // namespace podium::lab
