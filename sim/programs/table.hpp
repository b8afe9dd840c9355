#pragma once

// All programs that simulated hosts and containers have, by name.

#include <memory>

#include "sim/model/world.hpp"

namespace podium::programs {

/// The table the lab hands to the model. Immutable; shared by all copies of a run.
std::shared_ptr<const model::ProgramTable> make_program_table();

/// The names of all programs on a host's path, for completion and `podium docs`.
std::vector<std::string> program_names(bool in_container);

}  // namespace podium::programs
