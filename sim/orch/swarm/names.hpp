#pragma once

// What the states of a swarm's objects are called: in the API's JSON, in events and by all who show them (api/types/swarm of
// dockerd 20.10). Of tasks: task_state_name in objects.hpp.

#include <string_view>

#include "sim/orch/swarm/objects.hpp"

namespace podium::swarm {

/// "unknown", "down", "ready" or "disconnected".
std::string_view node_state_name(NodeState state);
/// "active", "pause" or "drain".
std::string_view availability_name(Availability availability);
/// "worker" or "manager".
std::string_view role_name(Role role);
/// "updating", "rollback_started", ...; empty: there was no update.
std::string_view update_state_name(UpdateState state);
/// "replicated", "global", "replicated-job" or "global-job".
std::string_view mode_name(ModeKind mode);

}  // namespace podium::swarm
