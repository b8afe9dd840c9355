#pragma once

// The head of a server's HTTP answers, from the lines of its profile.

#include <functional>
#include <map>
#include <string>

#include "sim/programs/service/answers.hpp"

namespace podium::programs {

/// The lines below the first one, each ended by "\r\n", without the empty line at the end; nothing when the
/// profile says nothing of them. A line with a name that means nothing here (the time of what is no file)
/// is left out.
std::string answer_headers(model::ProcessContext& context,
                           const model::BehaviourProfile& profile,
                           const Work& work);

/// What {version}, {series} and {major} mean in a container: its image's release; nothing without an image.
std::map<std::string, std::string, std::less<>> release_here(model::ProcessContext& context);

}  // namespace podium::programs
