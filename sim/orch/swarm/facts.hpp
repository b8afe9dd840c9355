#pragma once

// The kinds of facts of a swarm. Those of the leader's control loops come first: what they decided, when
// they decided it. The subject is the task, service or node concerned (by its number in the store), the
// first field its name. Those of nodes, agents and membership start at kFactHosts.

#include "sim/core/fact.hpp"
#include "sim/orch/rooms.hpp"

namespace podium::swarm {

enum SwarmFact : FactKind {
    // --- the leader ---
    kFactLoopsBegin = kRoomSwarm,  ///< A leader takes up the swarm's tasks. Subject: none.
    kFactServiceCreated,
    kFactServiceUpdated,      ///< Its spec, or how many it is to run.
    kFactServiceRemoved,
    kFactServiceWaits,        ///< It can't be given its ports or addresses.
    kFactUpdateStarted,
    kFactUpdatePaused,
    kFactUpdateCompleted,
    kFactRollbackStarted,
    kFactRollbackPaused,
    kFactRollbackCompleted,
    kFactTaskCreated,
    kFactTaskAssigned,
    kFactTaskPending,         ///< No node suits it.
    kFactTaskEnded,           ///< The leader hears that it is past running.
    kFactTaskStopping,        ///< The leader wants it stopped or removed.
    kFactTaskRestart,         ///< It is replaced by another, which may start after a delay.
    kFactTaskGivenUp,         ///< It ended and isn't replaced.
    kFactTaskReleased,        ///< A replacement may start now.
    kFactTaskRejected,        ///< Its node no longer meets its constraints.
    kFactTaskDeleted,         ///< From the store.
    kFactNodeShunned,         ///< A service has failed there too often of late.
    kFactHosts = kRoomSwarm + 0x40,
};

/// Field `reason` of swarm.task_created.
enum class CreateReason : std::uint32_t {
    Replicas,  ///< Fewer slots than replicas.
    Node,      ///< A global service, a node without one.
    Update,    ///< In place of one of an older version.
    Restart,   ///< In place of one that ended, or whose node is gone.
    Job,
};

/// Field `reason` of swarm.task_stopping.
enum class StopReason : std::uint32_t {
    Scale,           ///< More slots than replicas.
    Update,          ///< A newer version takes its place.
    ServiceRemoved,
    Node,            ///< Its node is drained, down, gone, paused or no longer meets the constraints (global services).
    Iteration,       ///< Of an earlier run of a job.
    Superfluous,     ///< Another task of its slot stays.
};

/// Field `reason` of swarm.task_restart.
enum class RestartReason : std::uint32_t {
    Ended,
    NodeDown,
    NodeDrained,
    NodeGone,
};

/// Field `reason` of swarm.task_given_up.
enum class GiveUpReason : std::uint32_t {
    Condition,  ///< The restart condition says so.
    Attempts,   ///< max-attempts are used up.
};

/// Field `reason` of swarm.task_deleted.
enum class DeleteReason : std::uint32_t {
    History,  ///< Older than the history kept of its slot.
    Removed,  ///< It has stopped and was to be removed.
    Slot,     ///< Its slot is dead.
    Node,     ///< Its node was removed (global services).
};

const FactTable& swarm_facts();

}  // namespace podium::swarm
