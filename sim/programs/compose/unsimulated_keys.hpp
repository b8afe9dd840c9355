#pragma once

// What a project asks for that changes nothing here, said where its containers are made.

#include <string>
#include <string_view>
#include <vector>

#include "sim/programs/compose_file/project.hpp"

namespace podium::programs::composing {

/// "cap_add, privileged are not simulated: simulated processes may …", a sentence for each reason,
/// in the order of the project, for these services and what else is in it. What the real client
/// leaves alone or refuses itself is not among them. Of `build` only what is asked of images is.
std::vector<std::string> unsimulated_sentences(const compose::Project& project,
                                               const std::vector<std::string>& services,
                                               std::string_view verb);

}  // namespace podium::programs::composing
