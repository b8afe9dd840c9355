#pragma once

// dockerd as a process of its host: its number, what signals do to it, and that systemd starts it again.

#include "sim/model/world.hpp"

namespace podium::model {

/// docker.service as Debian has it: Restart=always, RestartSec=2.
inline constexpr Duration kUnitRestart = seconds(2);
/// How often a job of systemd looks whether the unit has come where it should.
inline constexpr Duration kUnitLook = milliseconds(20);

/// dockerd's command line, as docker.service has it.
inline constexpr std::string_view kEngineCommand = "/usr/bin/dockerd -H fd:// --containerd=/run/containerd/containerd.sock";

/// Whether a host has a dockerd: up, starting, stopping, or stopped by a signal (SIGSTOP).
bool has_engine_process(const World& world, HostId host);

/// A signal to dockerd's process: KILL ends it at once, TERM and INT in good order, and systemd starts it again; STOP and
/// CONT freeze and thaw it; HUP makes it read daemon.json; 0 asks whether it is there. NoProcess where there is none,
/// NotModelled for any other signal. (moby cmd/dockerd, trap.go and daemon_unix.go.)
shell::Errno signal_engine(World& world, HostId host, int signal);

}  // namespace podium::model
