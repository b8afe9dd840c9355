#include <algorithm>

#include "sim/orch/swarm/defaults.hpp"
#include "sim/orch/swarm/leader/orchestrators.hpp"

namespace podium::swarm {

void remove_tasks_of(Desk& desk, Proposal& proposal, ServiceId service, FactId because) {
    const CauseScope scope(desk.kernel, because);
    for (const TaskId id : desk.store.tasks_of(service)) {
        const Task& task = *desk.store.tasks.find(id.value);
        if (task.desired >= TaskState::Remove) continue;
        proposal.add(
            want(id,
                 TaskState::Remove,
                 record_stopping(desk, id, task, TaskState::Remove, StopReason::ServiceRemoved)));
    }
}

namespace take_over {

void one(Desk& desk, Restarts& restarts, Proposal& proposal, TaskId id, const Task& task) {
    if (task.desired != TaskState::Ready || task.status.state > TaskState::Complete) return;
    const Duration delay = task.spec->restart
                               ? task.spec->restart->delay.value_or(kDefaultRestartDelay)
                               : kDefaultRestartDelay;
    // The rest of the delay, counted from when it came to its present state.
    const Duration left = std::min(delay, (state_time(task) + delay) - desk.kernel.now());
    if (delay > Duration{} && left > Duration{}) {
        restarts.delay_start(desk, id, {{}, left, true, false, task.meta.because});
        return;
    }
    proposal.add(
        want(id, task.job_iteration ? TaskState::Complete : TaskState::Running, task.meta.because));
}

void history(Restarts& restarts, const Store& store, std::vector<TaskId> tasks, bool global) {
    std::uint64_t latest = 0;
    for (const TaskId id : tasks) {
        latest = std::max(latest, store.tasks.find(id.value)->spec_version);
    }
    std::erase_if(tasks,
                  [&](TaskId id) { return store.tasks.find(id.value)->spec_version != latest; });
    std::sort(tasks.begin(), tasks.end(), [&store](TaskId a, TaskId b) {
        const Time first = store.tasks.find(a.value)->meta.created;
        const Time second = store.tasks.find(b.value)->meta.created;
        return first != second ? first < second : a < b;
    });
    for (std::size_t i = 1; i < tasks.size(); ++i) {
        const Task& task = *store.tasks.find(tasks[i].value);
        restarts.record(task, task.meta.created, global);
    }
}

}  // namespace take_over
}  // namespace podium::swarm
