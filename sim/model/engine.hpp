#pragma once

// The life of a host and of its container engine (dockerd): stop, kill, start, restore by policy,
// live-restore, power loss and reboot. Written by engine.cpp alone.

#include "sim/model/world.hpp"

namespace podium::model {

/// SIGTERM to dockerd (`systemctl stop docker`): all containers get their stop signal at once and
/// KILL after the grace; the engine is gone when all are down. With live-restore they go on. Nobody listens at its socket then,
/// unless systemd goes on with that.
void stop_engine(World& world, HostId host, bool restart_after, bool socket_stays = false);
/// SIGKILL to dockerd: containers go on under their shims, nobody notices what they do.
void kill_engine(World& world, HostId host, bool socket_stays = false);
/// Starts dockerd: first it ends the orphans of a crash (TERM, 10 s, KILL), then it starts what the
/// restart policies want, then the API answers. It ends at once, with its words in Engine::refused, where its daemon.json
/// is wrong.
void start_engine(World& world, HostId host);
/// SIGSTOP and SIGCONT of dockerd.
void freeze_engine(World& world, HostId host);
void thaw_engine(World& world, HostId host);
/// The whole host stands still, as a paused virtual machine: nothing runs, nothing answers, its timers
/// and its clock stop. After it they go on where they were, so the clock is behind by that time.
void freeze_host(World& world, HostId host);
void thaw_host(World& world, HostId host);
/// Keeps back an event of a host that stands still; true when it did.
bool hold_event(World& world, const Event& event);
/// All processes and the engine are gone at once; disks keep what was written.
void power_off(World& world, HostId host);
/// An orderly shutdown: the engine is stopped first; then the host is down and boots again.
void reboot_host(World& world, HostId host);
void power_on(World& world, HostId host);
/// The API answers requests, and restart timers of the engine run.
bool engine_answers(const World& world, HostId host);
/// The engine runs, and its API answers nobody yet but its agent: its part of a swarm is not ready. dockerd waits up to 20 s for
/// that before it serves (daemon/cluster/cluster.go, Start); what is asked meanwhile waits with it.
bool api_waits(const World& world, HostId host);
/// The engine is down or on its way, and systemd holds its socket: what is asked meanwhile waits for it.
bool socket_holds(const World& world, HostId host);
/// systemd listens for an engine that is down or on its way there (docker.socket), until a stop or a kill without systemd.
void hold_socket(World& world, HostId host);
/// Somebody has asked while systemd held the socket: a unit that is dead is started (systemd.socket).
void activate_by_socket(World& world, HostId host);
/// An engine that was stopped by a signal is started again when it is down and RestartSec is over.
void restart_unit_after_end(World& world, HostId host);
/// Told by the orchestrator: its part is ready, or there is none to wait for.
void open_api(World& world, HostId host);
/// The engine hears of processes that end (also while it shuts down or restores).
bool engine_notices(const World& world, HostId host);

/// Told by container.cpp when a container has come to rest, or when a start that the engine made for
/// its policy has ended: the engine's own stop or restore goes on.
void engine_progress(World& world, HostId host, ContainerId container);
void handle_engine_event(World& world, const Event& event);
/// Appends a Docker event to the engine's event streams and history.
void publish_event(World& world, HostId host, FactId fact);

}  // namespace podium::model
