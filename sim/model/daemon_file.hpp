#pragma once

// A host's /etc/docker/daemon.json.

#include <string>

#include "sim/model/world.hpp"

namespace podium::model {

/// Why dockerd would not start with the file as it is: no JSON, a key it does not know or has as a flag already, a value of the
/// wrong kind or that it refuses (daemon_settings.hpp), live-restore on a node of a swarm. Empty where it would, also without a file.
std::string daemon_file_mistake(World& world, HostId host);

/// Takes over what the file says of live-restore and what a DaemonConfig holds, as dockerd does when it starts and, of less, at
/// SIGHUP (moby daemon/reload.go); what has no effect here, or not all of it, is told as not simulated, but for what a swarm's agent
/// reads of it. Where the file says nothing of live-restore, or is not there, a start takes what the host was set up with and a
/// reload keeps what there is (reload.go, reloadLiveRestore). A wrong file changes nothing, which is told.
void read_daemon_file(World& world, HostId host);

/// "log-driver, mtu of /etc/docker/daemon.json are not simulated", for whoever has just had it read; empty when all it says is.
std::string unsimulated_daemon_keys(World& world, HostId host);

}  // namespace podium::model
