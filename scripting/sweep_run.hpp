#pragma once

// One run of a sweep that is a scenario. Each call has everything of its own but the files and
// texts of its request, which it only reads: any number of threads.

#include <functional>

#include "scripting/scenario.hpp"
#include "sim/lab/sweep.hpp"

namespace podium::scripting {

/// Runs a scenario to its end. Errors are the script's. `given_up` is asked before each instant; once it says so the run is left
/// where it stands, with an error that says that.
Result<lab::SweepRun> sweep_run(ScenarioRequest request, const std::function<bool()>& given_up = {});

}  // namespace podium::scripting
