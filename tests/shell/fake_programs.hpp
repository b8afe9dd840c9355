#pragma once

// The programs of the fake world: sleep, true, false, cat, touch, rm, wc, head, seq, env, tee, yes,
// fail (exits with its argument), args (prints its arguments in brackets), die (ends itself by a
// signal).

#include <memory>
#include <string>
#include <vector>

#include "sim/shell/system.hpp"

namespace podium::shell::testing {

/// Null when there is no such program.
std::unique_ptr<Program> make_fake_program(const std::string& name,
                                           const std::vector<std::string>& argv,
                                           const std::vector<std::string>& environment);

}  // namespace podium::shell::testing
