#pragma once

// What may be typed next in a terminal, for a front end's completion: verbs, flags, and the names
// that make sense there, from the same tables and rows the commands themselves use.

#include <string>
#include <vector>

#include "sim/lab/session.hpp"

namespace podium::lab {

/// The programs on a host's path.
std::vector<std::string> program_names();
/// What may stand where the last of `words` stands (it may be empty): whole words that begin with
/// it, sorted. The first word is a command's name. A candidate that ends in '/' or '=' is not
/// finished.
std::vector<std::string> word_completions(const Session& session,
                                          const std::string& terminal,
                                          const std::vector<std::string>& words);

}  // namespace podium::lab
