#pragma once

// What a server's start may be refused for before it has begun: by the image's script, over a
// variable that is to come from a file, and by the server, over its arguments. Pure functions of
// what they are given, but for the process's environment.

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/model/behaviour.hpp"
#include "sim/model/world.hpp"

namespace podium::programs {

/// Puts NAME into the process's environment for each NAME_FILE, with the file's content without its
/// last newlines, as docker-library's file_env does. The line with which the start is given up,
/// with {now …} still in it, or nothing.
std::optional<std::string> read_variable_files(model::ProcessContext& context,
                                               const model::VariableFiles& rules);

/// What redis-server says of a command line with an option that is none of its directives, one text
/// of several lines; nothing when there is none. `version`: of redis.
std::optional<std::string> redis_complaint(const std::vector<std::string>& argv,
                                           const std::string& version);

/// What of a server's command line is not simulated: all of it, where the server stands in for somebody's program, or
/// some of its arguments. A sentence, or nothing.
std::optional<std::string> not_simulated(model::ProcessContext& context, const model::BehaviourProfile& profile);

/// Where a server listens: its profile's ports, as its environment and arguments change them. Somebody's own program, for
/// which a web server stands in, listens where its image says (EXPOSE), else where it is published, unless it is told a
/// port itself.
std::vector<std::pair<std::uint16_t, std::string>> listen_ports(model::ProcessContext& context, const model::BehaviourProfile& profile);

/// The beginning of a file, as far as a server reads its configuration here; empty when it can't be read.
std::string file_content(model::ProcessContext& context, const std::string& path);

}  // namespace podium::programs
