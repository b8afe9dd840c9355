#pragma once

// Health monitors (moby daemon/health.go): one per container with a health check. The first probe
// comes one interval after the start, each next one an interval after the end of the one before.
// While the monitor is closed (paused, in back-off, after an exit) the status reads unhealthy; a restart of
// the engine that left the container running (live-restore) opens none (moby v20.10.24 restore).

#include "sim/model/world.hpp"

namespace podium::model {

/// A fresh monitor at a container's start: status starting, streak 0 (moby initHealthMonitor).
void open_health_monitor(World& world, ContainerId container);
/// Opens or closes it as the container's state wants (moby updateHealthMonitor), for pause and unpause.
void update_health_monitor(World& world, ContainerId container);
/// Stops probing; the status reads unhealthy until it is opened again.
void close_health_monitor(World& world, ContainerId container);
/// Told by process.cpp when a probe's process has ended.
void probe_ended(World& world, ContainerId container, ProcessId process, int exit_status);
/// ... and when it ended with all of its container: that is no result.
void probe_lost(World& world, ContainerId container, ProcessId process, int exit_status);
/// Told when a process could not start a program that Podium does not model: if it belongs to a health check, that is
/// recorded, for the check's failure says nothing of the container.
void probe_not_modelled(World& world, ProcessId process, const std::string& program);
void handle_health_event(World& world, const Event& event);
/// The spec's check over the image's, with the engine's defaults filled in; nothing when there is none.
std::optional<HealthCheck> merged_health_check(const std::optional<HealthCheck>& wanted, const std::optional<HealthCheck>& of_image);

}  // namespace podium::model
