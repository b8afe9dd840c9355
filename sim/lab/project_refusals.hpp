#pragma once

// What of a Compose project the engine will refuse in any run, found before a run is begun: with the place in the person's
// file and how to mend it, which the engine's own sentence has not. The clients that are typed in a run know nothing of it.

#include <cstdint>
#include <vector>

#include "sim/base/files.hpp"
#include "sim/base/result.hpp"
#include "sim/programs/compose_file/project.hpp"

namespace podium::lab {

/// In the order of the services, networks and volumes; empty when nothing is. `cpus`: how many the project's host has.
std::vector<Error> engine_refusals(const compose::Project& project, const FileReader& files, std::int64_t cpus);

}  // namespace podium::lab
