#pragma once

// The units docker.service and docker.socket of a simulated host, as systemd keeps them: what systemctl and service do to them.

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

/// The same of docker.socket: "active" while the engine serves or systemd listens in its place.
std::string_view socket_state(model::ProcessContext& context);
std::string socket_status(model::ProcessContext& context);

}  // namespace podium::programs::net
