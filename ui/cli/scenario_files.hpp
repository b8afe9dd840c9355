#pragma once

// The scenarios of the installation: folders topic/name below its scenarios, each with a
// scenario.lua.

#include <string>
#include <vector>

#include "sim/base/result.hpp"

namespace podium::cli {

/// All names, topic/name, in order. Errors: no installation is found.
Result<std::vector<std::string>> scenario_names();
/// What to say to somebody who named one that isn't there: those of that topic or with that in
/// their name, or the nearest; empty when nothing is like it.
std::string scenario_hint(const std::string& wanted);

}  // namespace podium::cli
