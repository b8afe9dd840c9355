#pragma once

// What a leader's control loops work with, and how they propose changes.

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "sim/core/kernel.hpp"
#include "sim/orch/rooms.hpp"
#include "sim/orch/scheduler/policy.hpp"
#include "sim/orch/swarm/store.hpp"

namespace podium::swarm {

/// What a manager works with, during a call.
struct Desk {
    Kernel& kernel;
    Store& store;             ///< Read; numbers are taken from it.
    std::uint32_t swarm = 0;  ///< Its number: the subject of timers, and for chance.
    std::uint64_t term =
        0;  ///< Of the leader, from 1: tells its timers and changes from those of others.
    std::vector<Change>& proposals;  ///< What is proposed now, in order.
    const scheduler::Policy* policy = nullptr;  ///< By which tasks are placed; null: spread.
    /// Where an error of the policy goes; nothing is placed while there is one. Null with no policy.
    std::optional<Error>* trouble = nullptr;
};

/// The manager's own events of kRoomSwarm: subject the swarm, extra the low word of the term. Those
/// of the background have kBackgroundEvent set besides.
inline constexpr EventKind kManagerFirst = kRoomSwarm;
inline constexpr EventKind kManagerLast = kRoomSwarm + 0x0F;

constexpr bool of_manager(EventKind kind) {
    const EventKind foreground = static_cast<EventKind>(kind & ~kBackgroundEvent);
    return foreground >= kManagerFirst && foreground <= kManagerLast;
}

enum ManagerEvent : EventKind {
    kManagerStart = kManagerFirst,  ///< A delayed start may be due. word: the task.
    kManagerUpdate,                 ///< Something of an update is due. word: the service.
    kManagerSchedule,               ///< The scheduler's turn.
    kManagerReap,                   ///< The reaper's.
    kManagerStartTimeout =
        (kManagerFirst + 4) |
        kBackgroundEvent,  ///< The old task has had its time to stop. word: the new one.
};

/// Schedules an event of the manager.
inline void schedule(Desk& desk, Duration delay, ManagerEvent kind, std::uint64_t word = 0) {
    desk.kernel.schedule(
        delay, Phase::Orchestrator, kind, desk.swarm, word, static_cast<std::uint32_t>(desk.term));
}

/// Who proposes. Those up to kWaitingLoops wait until what they proposed has applied.
enum class Loop : std::uint32_t {
    Allocator,
    Scheduler,
    Replicated,
    Global,
    Jobs,
    Reaper,
    Enforcer,
    Restarts,
    Updates
};
inline constexpr std::uint32_t kWaitingLoops = 7;
inline constexpr std::uint32_t kLoops = 9;

/// Most actions in one change that needs no more (swarmkit manager/state/store/memory.go,
/// MaxChangesPerTransaction).
inline constexpr std::size_t kMostActions = 200;

/// Gathers what a loop proposes in one turn.
class Proposal {
  public:
    Proposal(Desk& desk, Loop loop) : desk_(desk), loop_(loop) {}

    Proposal(const Proposal&) = delete;
    Proposal& operator=(const Proposal&) = delete;

    ~Proposal() { send(); }

    /// An action that stands alone. Its own `because` counts.
    void add(Action action) {
        actions_.push_back(std::move(action));
        if (actions_.size() == kMostActions) send();
    }

    /// Actions that apply together or not at all, and with no others.
    void add_together(std::vector<Action> actions) {
        send();
        actions_ = std::move(actions);
        send();
    }

  private:
    void send() {
        if (actions_.empty()) return;
        desk_.proposals.push_back({std::exchange(actions_, {}),
                                   desk_.kernel.cause(),
                                   {desk_.term, static_cast<std::uint32_t>(loop_)}});
    }

    Desk& desk_;
    Loop loop_;
    std::vector<Action> actions_;
};

/// Raises a task's desired state.
inline Action want(TaskId task, TaskState desired, FactId because) {
    TaskMerge merge;
    merge.task = task;
    merge.desired = desired;
    merge.because = because;
    return merge;
}

/// The same, in a change that applies only while the task is to run.
inline Action want_if_live(TaskId task, TaskState desired, FactId because) {
    TaskMerge merge;
    merge.task = task;
    merge.desired = desired;
    merge.only_up_to = TaskState::Complete;
    merge.because = because;
    return merge;
}

/// A new row.
template <class T>
Action create(std::uint32_t number, std::shared_ptr<T> row, FactId because) {
    return Put<T>{number, std::move(row), 0, because};
}

inline Action delete_task(TaskId task, FactId because) {
    return Put<Task>{task.value, nullptr, kAnyVersion, because};
}

}  // namespace podium::swarm
