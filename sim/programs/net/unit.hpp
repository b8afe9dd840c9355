#pragma once

// The unit docker.service of a simulated host, as systemd keeps it: what systemctl and service do to it.

#include <string>
#include <vector>

#include "sim/model/engine_process.hpp"
#include "sim/model/process.hpp"
#include "sim/programs/net/programs.hpp"

namespace podium::programs::net {

/// "active", "inactive", "activating", "deactivating", "failed".
std::string_view unit_state(model::ProcessContext& context);

/// What `systemctl status docker` shows.
std::string unit_status(model::ProcessContext& context);

}  // namespace podium::programs::net
