#pragma once

// The command lines of docker-compose 1.29.2 as docopt 0.6 reads them, brought to the form that
// parse_flags() takes.

#include <span>
#include <string>
#include <vector>

#include "sim/base/result.hpp"
#include "sim/programs/docker/flags.hpp"

namespace podium::programs::composing {

/// The words with each long option written out: docopt takes any beginning that only one option
/// has. What follows the first argument, or "--", is left as it is. A flag that is `hidden` has a
/// letter alone. Errors: an unknown or ambiguous option, one without its value or with one too
/// many, one given twice that may be given once; the hint names an option that is near.
Result<std::vector<std::string>> docopt_words(std::span<const docker::Flag> flags,
                                              std::span<const std::string> words);

}  // namespace podium::programs::composing
