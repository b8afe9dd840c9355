#pragma once

// Every number that tunes how a host, its container engine and its clients behave, with its source.
// "measured" means the recordings of dockerd 20.10.24 named in the reference; where a figure there
// was taken on a loaded machine, the quiet one is used (policy timers are exact, overheads are upper
// bounds there).

#include "sim/base/time.hpp"

namespace podium::model {

// --- restart policy (moby restartmanager: defaultTimeout, backoffMultiplier, maxRestartTimeout) ---
inline constexpr Duration kBackoffFirst = milliseconds(100);
inline constexpr int kBackoffFactor = 2;
inline constexpr Duration kBackoffCap = minutes(1);
/// A run at least this long puts the back-off (not the count) back to the first.
inline constexpr Duration kBackoffResetRun = seconds(10);

// --- overheads of the engine (measured, restart/quiet-overheads and compose traces) ---
inline constexpr Duration kEngineAnswer = milliseconds(3);      ///< Any request, until its first effect.
inline constexpr Duration kContainerCreate = milliseconds(25);  ///< Layer and metadata, until `create`.
inline constexpr Duration kContainerStart = milliseconds(170);  ///< Namespaces, mounts, runc, until `start`.
inline constexpr Duration kStartNetwork = milliseconds(20);     ///< Into a start: the endpoint is connected.
inline constexpr Duration kStartMounts = milliseconds(25);      ///< Into a start: volumes are mounted.
inline constexpr Duration kFirstProcess = milliseconds(8);      ///< `start` until the program's first step.
inline constexpr Duration kExitNoticed = milliseconds(12);      ///< Process gone until `die`.
inline constexpr Duration kExecStart = milliseconds(30);        ///< exec_start until the program's first step.
inline constexpr Duration kPause = milliseconds(15);
inline constexpr Duration kRemove = milliseconds(20);
inline constexpr Duration kUpdate = milliseconds(25);
inline constexpr Duration kNetworkCreate = milliseconds(25);
inline constexpr Duration kNetworkRemove = milliseconds(60);
inline constexpr Duration kVolumeCreate = milliseconds(3);
/// A start's share of processor time while an engine restores many containers at once: with two
/// cores, 25 containers took 2.1 s (measured, daemon-restart/term).
inline constexpr Duration kRestoreShare = milliseconds(85);

// --- the engine itself (measured, daemon-restart) ---
inline constexpr Duration kEngineStopTail = milliseconds(600);  ///< Last container down until the process is gone.
inline constexpr Duration kEngineReady = milliseconds(300);    ///< Last restored start until the API answers.

// --- stopping containers (moby: defaultStopTimeout) ---
inline constexpr Duration kStopGrace = seconds(10);

// --- health checks (moby daemon/health.go) ---
inline constexpr Duration kHealthInterval = seconds(30);
inline constexpr Duration kHealthTimeout = seconds(30);
inline constexpr int kHealthRetries = 3;
inline constexpr std::size_t kHealthLogEntries = 5;
/// Start of a probe until its program runs, beside kExecStart.
inline constexpr Duration kProbeExec = milliseconds(40);

// --- processes ---
inline constexpr Duration kSpawn = microseconds(600);  ///< fork and exec of a small program.
inline constexpr Duration kFork = microseconds(200);   ///< fork alone: a subshell.
inline constexpr std::int64_t kProcessMemory = 512LL << 10;  ///< Of a small program, until it says otherwise.
inline constexpr std::size_t kPipeCapacity = 64U << 10;      ///< A writer that has filled it waits (pipe(7)).
inline constexpr int kMostStepsAtOnce = 10'000;        ///< Steps of one process within one instant.

// --- hosts ---
inline constexpr Duration kHostBoot = seconds(25);  ///< Power on until services start.

// --- limits ---
inline constexpr std::size_t kMostProcessesPerHost = 30'000;
inline constexpr std::size_t kMostLogBytes = 16U << 20;  ///< Kept of one container's log.
inline constexpr std::size_t kMostPipeBytes = 1U << 22;
inline constexpr std::size_t kMostKeptEvents = 4096;  ///< An engine's event history.
inline constexpr std::size_t kMostRequests = 100'000;

}  // namespace podium::model
