#pragma once

// The unit docker.service of a simulated host, as systemd keeps it: what systemctl and service do to it.

#include <string>
#include <vector>

#include "sim/model/process.hpp"
#include "sim/programs/net/programs.hpp"

namespace podium::programs::net {

/// docker.service: Restart=always, RestartSec=2.
inline constexpr Duration kUnitRestart = seconds(2);
/// How often systemctl looks whether its job is done.
inline constexpr Duration kUnitLook = milliseconds(20);

/// Starts the engine again when it has ended and RestartSec is over, as systemd does for a unit whose
/// process was killed.
void restart_unit_after_end(model::ProcessContext& context);

/// "active", "inactive", "activating", "deactivating", "failed".
std::string_view unit_state(model::ProcessContext& context);

/// What `systemctl status docker` shows.
std::string unit_status(model::ProcessContext& context);

}  // namespace podium::programs::net
