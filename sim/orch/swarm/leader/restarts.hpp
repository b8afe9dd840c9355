#pragma once

// The restart supervisor (swarmkit manager/orchestrator/restart/restart.go): replaces tasks as the
// service's restart policy says, and lets replacements start when their delay is over and the task
// before them has stopped. There is no back-off: the delay is constant.
//
// A replacement is made at once, with desired state ready, so that its image is there when the
// delay is over. What has been proposed but not applied is remembered, so that nothing is replaced
// twice.

#include <map>
#include <set>
#include <vector>

#include "sim/orch/swarm/leader/slots.hpp"

namespace podium::swarm {

class Restarts {
  public:
    /// How a task that will be created is to start.
    struct Start {
        TaskId old;  ///< The task it replaces; none.
        Duration delay{};
        bool wait_stop = false;  ///< Also wait for the old one to stop.
        bool restart = false;    ///< Counts as a restart of its slot.
        FactId because;
    };

    void begin() { *this = {}; }

    /// Replaces a task that has ended or lost its node, if its policy says so; in any case it is to
    /// be shut down. Does nothing when that is under way. Whether it has proposed something.
    bool restart(Desk& desk, Proposal& proposal, TaskId id, FactId because);
    /// Whether the policy lets the task be replaced. `why_not` says why not.
    [[nodiscard]] bool should_restart(const Task& task,
                                      ModeKind mode,
                                      GiveUpReason* why_not = nullptr) const;
    /// The tasks of a slot that an update has to do with: those to run; else the newest, where it
    /// isn't to be restarted. See UpdatableTasksInSlot.
    [[nodiscard]] std::vector<TaskId> updatable(const Store& store,
                                                const std::vector<TaskId>& slot,
                                                const Service& service) const;

    /// The task that the change creates is to start so once the change has applied.
    void start_when_created(TaskId fresh, const Start& start) { to_create_[fresh] = start; }

    /// The task, which is ready, is to start so; whatever was said before is dropped.
    void delay_start(Desk& desk, TaskId fresh, const Start& start);

    /// Whether the task's start is still ahead.
    [[nodiscard]] bool waits(TaskId fresh) const {
        return delays_.contains(fresh) || to_create_.contains(fresh);
    }

    /// Counts a task as a restart of its slot: of its node, where the service is global.
    void record(const Task& replacement, Time created, bool global);
    void clear_history(ServiceId service);

    void touched(Desk& desk, const Touched& touched);
    void refused(const Change& change);

    void due(Desk& desk, TaskId fresh) { look(desk, fresh, {}); }

    /// Tasks whose wait has ended since this was last asked.
    std::vector<TaskId> take_started() { return std::exchange(started_, {}); }

  private:
    static SlotKey history_key(const Task& task, bool global) {
        return {task.service, task.slot, global ? task.node : NodeId{}};
    }

    struct Delay {
        TaskId old;  // none: no longer waited for
        Time ready_at;
        Time give_up_at;
        bool waiter = false;  // to be restarted when the delay is over
        FactId because;
    };

    struct History {
        std::uint64_t spec_version = 0;
        std::uint64_t total = 0;
        std::vector<Time> restarted;  // only with a window
    };

    void look(Desk& desk, TaskId fresh, FactId because);
    void finish(Desk& desk, TaskId fresh, const Delay& delay, FactId because);
    void drop(TaskId fresh);
    void node_gone(Desk& desk, NodeId node, FactId because);

    std::map<TaskId, Delay> delays_;               // by the new task
    std::set<std::pair<TaskId, TaskId>> waiting_;  // old and new
    std::map<TaskId, Start> to_create_;
    std::set<TaskId> restarting_;  // old tasks whose replacement is proposed
    std::map<SlotKey, History> history_;
    std::vector<TaskId> started_;
};

}  // namespace podium::swarm
