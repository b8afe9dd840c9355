#pragma once

// The figures that a swarm's leader goes by, with where they come from: files of swarmkit at the
// revision of Docker 20.10.

#include <cstdint>

#include "sim/base/time.hpp"

namespace podium::swarm {

// --- services (api/defaults/service.go) ---
inline constexpr Duration kDefaultRestartDelay = seconds(5);
inline constexpr Duration kDefaultMonitor = seconds(5);
inline constexpr std::uint64_t kDefaultParallelism = 1;
/// A monitor no longer than the delay is the delay and this
/// (manager/orchestrator/update/updater.go).
inline constexpr Duration kMonitorBeyondDelay = seconds(1);

// --- restarts (manager/orchestrator/restart/restart.go) ---
/// How long a replacement waits at most for the task before it to stop (defaultOldTaskTimeout).
inline constexpr Duration kOldTaskTimeout = minutes(1);

// --- the scheduler (manager/scheduler/scheduler.go) ---
inline constexpr Duration kCommitDebounceGap = milliseconds(50);
inline constexpr Duration kMostSchedulingLatency = seconds(1);
/// So many failures of a service on a node within 5 minutes, and other nodes are preferred.
inline constexpr std::uint32_t kMostFailures = 5;

// --- the reaper (manager/orchestrator/taskreaper/task_reaper.go) ---
inline constexpr Duration kReaperBatch = milliseconds(250);
inline constexpr std::size_t kReaperMostDirty = 1000;

// --- the allocator ---
inline constexpr std::uint16_t kFirstDynamicPort =
    30000;  // manager/allocator/cnmallocator/portallocator.go
inline constexpr std::uint16_t kLastDynamicPort = 32767;
inline constexpr std::uint32_t kFirstVxlan =
    4096;  // libnetwork drivers/overlay/ovmanager/ovmanager.go
inline constexpr std::uint32_t kLastVxlan = (1U << 24) - 1;

}  // namespace podium::swarm
