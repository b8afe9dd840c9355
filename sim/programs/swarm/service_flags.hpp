#pragma once

// The tables of flags of `docker service create` and `docker service update`: all of docker 28.2.2's.

#include <span>

#include "sim/programs/docker/flags.hpp"

namespace podium::programs::docker {

std::span<const Flag> service_create_flags();
std::span<const Flag> service_update_flags();

/// What all verbs about swarms have, for sources that hold a table.
inline constexpr std::string_view kTasksFormatHelp = "Print tasks by a Go template";

}  // namespace podium::programs::docker
