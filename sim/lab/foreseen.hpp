#pragma once

// What of a project a run of it tells as not simulated, and its files alone don't show: a program that nobody here can know,
// in whose place a server acts, arguments a server runs without, health checks, steps of builds. Found by such a run.

#include <string>
#include <vector>

#include "sim/base/result.hpp"
#include "sim/lab/project.hpp"

namespace podium::lab {

struct Foreseen {
    std::vector<NotSimulated> rows;
    /// Services none of whose containers has started by the end: what they run is not known to be simulated.
    std::vector<std::string> never_started;
    /// How the line that brings the project up failed: "'docker compose up -d' ended with status 1: …"; empty when it did not.
    std::string failure;
};

/// Brings the project up in a session of the set-up, which it lies ready in, until nothing more would happen (ten minutes at
/// most). Its rows are what is told then and stands neither in `not_simulated` nor in `unknown_images`: each sentence once a
/// service, at what the file says of its program. What a build tells has its place in the sentence, and no path.
Result<Foreseen> foresee(const PreparedProject& project, SetUp set_up);

}  // namespace podium::lab
