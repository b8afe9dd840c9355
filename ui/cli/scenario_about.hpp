#pragma once

// What a scenario says of itself before its run begins. Only reads: any thread.

#include <string>
#include <vector>

#include "scripting/scenario.hpp"

namespace podium::cli {

struct ScenarioAbout {
    std::string name;  ///< topic/name
    std::string title;
    std::string goal;
    std::vector<scripting::ScenarioParameter> parameters;
};

/// Of one that comes with Podium. Errors are the script's.
Result<ScenarioAbout> about_scenario(const std::string& name);

}  // namespace podium::cli
