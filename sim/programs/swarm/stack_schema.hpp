#pragma once

// What `docker stack` lets stand in a Compose file: the layouts 3.0 to 3.13 of docker/cli 28.2
// (cli/compose/schema), which know less than docker compose does, and the sentences of the first
// program. Pure functions of one file's tree.

#include <functional>
#include <optional>
#include <string>

#include "sim/base/result.hpp"
#include "sim/programs/compose_file/interpolate.hpp"
#include "sim/programs/compose_file/node.hpp"

namespace podium::programs::docker {

/// The version a file is read as: what it says, and docker's newest, 3.13, where it says nothing or "3".
std::string stack_file_version(const compose::Node& file);

/// Fills in variables (cli/compose/interpolation): a text that has changed by it, and stands where a
/// number or a truth is meant, becomes one; one that was written in quotes stays a text. The error is
/// docker's sentence.
Result<void> fill_in_stack_variables(compose::Node& file, const compose::Lookup& variables);

/// The most deeply lying mistake of a file of that version, in docker's words; of several as deep, the
/// first in the order of the file (docker's own choice is chance). Nothing when the file is well formed.
std::optional<std::string> stack_file_mistake(const compose::Node& file, const std::string& version);

}  // namespace podium::programs::docker
