#pragma once

// The syntax of .env and env_file: KEY=VALUE lines with `export`, comments, quotes over several
// lines, escapes, and variables that see the lines above and the shell's environment.

#include <string>
#include <utility>
#include <vector>

#include "sim/base/result.hpp"
#include "sim/programs/compose_file/interpolate.hpp"

namespace podium::compose {

struct EnvironmentLine {
    std::string name;
    std::string value;
    Place place;
};

/// The variables of a file, each once, in the order of first mention. A name alone takes its value
/// from `lookup` and is left out if that has none. `raw` (env_file's format) takes lines as they
/// are: no quotes, escapes or variables. Unset variables are added to `unset`.
Result<std::vector<EnvironmentLine>> parse_dotenv(const std::string& text,
                                                  const std::string& file,
                                                  const Lookup& lookup,
                                                  bool raw,
                                                  std::vector<std::string>& unset);

}  // namespace podium::compose
