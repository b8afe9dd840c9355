#pragma once

// What of a project a run of it tells as not simulated, and its files alone don't show: a program that nobody here can know,
// in whose place a server acts, arguments a server runs without, health checks, steps of builds. Found by such a run.

#include <vector>

#include "sim/base/result.hpp"
#include "sim/lab/project.hpp"

namespace podium::lab {

/// Brings the project up in a session of the set-up, which it lies ready in, until nothing more would happen (ten minutes at
/// most), and gives what is told then and stands neither in `not_simulated` nor in `unknown_images`: each sentence once a
/// service, at what the file says of its program. What a build tells has its place in the sentence, and no path.
Result<std::vector<NotSimulated>> foresee(const PreparedProject& project, SetUp set_up);

}  // namespace podium::lab
