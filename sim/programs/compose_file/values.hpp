#pragma once

// Variables replaced throughout a file, then strings cast to what their attribute is: a number of
// replicas, a boolean.

#include <string>
#include <vector>

#include "sim/base/result.hpp"
#include "sim/programs/compose_file/interpolate.hpp"
#include "sim/programs/compose_file/node.hpp"
#include "sim/programs/compose_file/project.hpp"

namespace podium::compose {

/// Replaces variables in every value (never in keys) and casts. Unset variables become warnings.
Result<void> interpolate_model(Node& model,
                               const Lookup& lookup,
                               Dialect dialect,
                               std::vector<Warning>& warnings);

}  // namespace podium::compose
