#pragma once

// The kinds of facts of the physical world and of the container engine. The table in facts.cpp names
// each kind and its fields; the first field of a container's fact is its name at that time.

#include "sim/core/event.hpp"
#include "sim/core/fact.hpp"

namespace podium::model {

enum ModelFact : FactKind {
    kFactContainerCreate = kRoomModel,
    kFactContainerStart,
    kFactContainerDie,
    kFactContainerKill,
    kFactContainerStop,
    kFactContainerRestart,
    kFactContainerOom,
    kFactContainerPause,
    kFactContainerUnpause,
    kFactContainerDestroy,
    kFactContainerRename,
    kFactContainerUpdate,
    kFactContainerExecCreate,
    kFactContainerExecStart,
    kFactContainerExecDie,
    kFactContainerHealthStatus,
    kFactContainerHealthProbe,
    kFactContainerStartFailed,
    kFactContainerRestartCancelled,
    kFactContainerAttach,
    kFactContainerTop,
    kFactNetworkCreate,
    kFactNetworkConnect,
    kFactNetworkDisconnect,
    kFactNetworkDestroy,
    kFactVolumeCreate,
    kFactVolumeMount,
    kFactVolumeUnmount,
    kFactVolumeDestroy,
    kFactImagePull,
    kFactImageTag,
    kFactImageUntag,
    kFactImageDelete,
    kFactPullBegin,
    kFactPullFailed,
    kFactEngineUp,
    kFactEngineStopping,
    kFactEngineStopped,
    kFactEngineCrashed,
    kFactEngineStarting,
    kFactHostDown,
    kFactHostUp,
    kFactProcessKilled,
    kFactNotModelled,
    kFactService,
    kFactDiskFull,
    kFactContainerCommit,
    kFactEngineRefused,
    kFactContainerArchivePath,
    kFactContainerExtractToDir,
    kFactContainerDetach,
    kFactContainerExecDetach,
};

/// What was asked of a container on the side, which changes nothing of its life: an attach, a top, a copy and the like.
inline bool is_aside(FactKind kind) {
    return kind == kFactContainerAttach || kind == kFactContainerTop || kind == kFactContainerCommit ||
           (kind >= kFactContainerArchivePath && kind <= kFactContainerExecDetach);
}

/// Why a container was started (field `reason` of container.start).
enum class StartReason : std::uint32_t { Request, RestartPolicy, EngineStart, RestartRequest };

/// What the engine decided when a container died (field `decision` of container.die).
enum class ExitDecision : std::uint32_t {
    StaysDown,         ///< The policy is `no`.
    Restart,           ///< The policy restarts it after `backoff`.
    Succeeded,         ///< on-failure, and the exit status was 0.
    OutOfAttempts,     ///< on-failure:n, and n restarts were made.
    ManuallyStopped,   ///< A stop or kill request (any signal) cancelled the policy.
    EngineStopping,    ///< unless-stopped or on-failure while the engine shuts down.
    RestartRequested,  ///< A restart request stopped it, and starts it next.
};

/// What ended a container's main process (field `how` of container.die).
enum class ExitHow : std::uint32_t { Exited, Signalled, OutOfMemory };

/// What killed a process past its container's engine (field `how` of process.killed).
enum class KillSource : std::uint32_t {
    Host,             ///< A shell of the host, or a fault, by the process's number there.
    HostOutOfMemory,  ///< The kernel: the host's memory was used up.
};

const FactTable& model_facts();

}  // namespace podium::model
