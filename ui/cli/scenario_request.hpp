#pragma once

// Scenarios as a person names them, and what of podium's options goes with one.

#include "scripting/scenario.hpp"
#include "ui/cli/app.hpp"

namespace podium::cli {

/// What the options ask for, but for the seed and the parameters: the first of the files is the
/// scenario. Errors: there is none, or an option does not go with one. The request keeps `files`.
Result<scripting::ScenarioRequest> scenario_request(const RunOptions& options,
                                                    const FileReader& files);

}  // namespace podium::cli
