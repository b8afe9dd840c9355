#pragma once

// What the schema cannot say: values that exclude each other, references that lead nowhere,
// circles.

#include <string>
#include <vector>

#include "sim/base/result.hpp"
#include "sim/programs/compose_file/node.hpp"
#include "sim/programs/compose_file/project.hpp"

namespace podium::compose {

/// Rules of single values in a canonical model: secrets and configs with one source, addresses,
/// external resources without further settings.
Result<void> check_values(const Node& model, Dialect dialect);

/// The consistency of the active services with each other and with the rest of the project. Of what
/// docker-compose 1.29 finds wrong only when it makes a project of its configuration, nothing is
/// told without `makes_project`.
Result<void> check_consistency(const Project& project, bool makes_project);

}  // namespace podium::compose
