#pragma once

// One run of a sweep that is a scenario. Each call has everything of its own but the files and
// texts of its request, which it only reads: any number of threads.

#include "scripting/scenario.hpp"
#include "sim/lab/sweep.hpp"

namespace podium::scripting {

/// Runs a scenario to its end. Errors are the script's.
Result<lab::SweepRun> sweep_run(ScenarioRequest request);

}  // namespace podium::scripting
