#pragma once

// What `docker version` prints.

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "sim/base/result.hpp"

namespace podium::format {

/// `info` is {"Client": {...}, "Server": {...}} with the members of the CLI's own `docker version
/// --format json`; Server is null when the engine does not answer. Build times are already in the
/// words to print. An empty format is docker's own text. The error is the line for standard error;
/// a template that does not parse ends the command with status 64.
Result<std::string> version_text(const nlohmann::ordered_json& info, std::string_view format = "");

}  // namespace podium::format
