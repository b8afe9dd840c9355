#include "sim/orch/swarm/leader/restarts.hpp"

#include <algorithm>

#include "sim/orch/swarm/defaults.hpp"

namespace podium::swarm {
namespace {

RestartReason reason_of(const Task& task, const Node* node) {
    // Its node was removed, or has been down for a day.
    if (task.status.state == TaskState::Orphaned)
        return node == nullptr ? RestartReason::NodeGone : RestartReason::NodeDown;
    if (task.status.state > TaskState::Running) return RestartReason::Ended;
    if (node == nullptr) return RestartReason::NodeGone;
    return node->state == NodeState::Down ? RestartReason::NodeDown : RestartReason::NodeDrained;
}

// Stopped, gone, or on a node that is not there to say so.
bool has_stopped(const Store& store, TaskId id) {
    const Task* task = store.tasks.find(id.value);
    if (task == nullptr || task->status.state > TaskState::Running) return true;
    const Node* node = store.nodes.find(task->node.value);
    return task->node && (node == nullptr || node->state == NodeState::Down);
}

TaskState started_state(const Task& task) {
    return task.job_iteration ? TaskState::Complete : TaskState::Running;
}

void give_up(Desk& desk, Proposal& proposal, TaskId id, const Task& task, GiveUpReason reason) {
    const StringId name = desk.kernel.intern(name_of(desk.store, task));
    const FactId fact =
        desk.kernel.record(kFactTaskGivenUp, {SubjectType::Task, id.value}, name, reason);
    proposal.add(want(id, TaskState::Shutdown, fact));
}

}  // namespace

bool Restarts::restart(Desk& desk, Proposal& proposal, TaskId id, FactId because) {
    // A task that fails while it waits for its start is replaced when the wait is over, so that one
    // whose image is missing isn't tried without end.
    if (const auto delay = delays_.find(id); delay != delays_.end()) {
        delay->second.waiter = true;
        return false;
    }
    const Task* task = desk.store.tasks.find(id.value);
    const Service* service =
        task == nullptr ? nullptr : desk.store.services.find(task->service.value);
    if (service == nullptr || task->desired > TaskState::Complete || restarting_.contains(id))
        return false;
    const CauseScope scope(desk.kernel, because);
    const ModeKind mode = service->spec.mode.kind;
    restarting_.insert(id);
    GiveUpReason why_not{};
    if (!should_restart(*task, mode, &why_not)) {
        give_up(desk, proposal, id, *task, why_not);
        return true;
    }

    const Node* node = desk.store.nodes.find(task->node.value);
    const bool drained = node != nullptr && node->spec.availability == Availability::Drain;
    const bool down = node != nullptr && node->state == NodeState::Down;
    Start start;
    start.old = id;
    start.restart = true;
    start.wait_stop = !down && task->status.state <= TaskState::Running;
    if (!drained)
        start.delay = task->spec->restart
                          ? task->spec->restart->delay.value_or(kDefaultRestartDelay)
                          : kDefaultRestartDelay;

    const bool global = is_global(mode);
    NewTask fresh = new_task(
        desk, task->service, *service, global ? 0 : task->slot, global ? task->node : NodeId{});
    fresh.row->desired = TaskState::Ready;
    if (is_job(mode)) fresh.row->job_iteration = service->job ? service->job->iteration : 0;
    const StringId name = desk.kernel.intern(name_of(desk.store, *task));
    const FactId fact = desk.kernel.record(kFactTaskRestart,
                                           {SubjectType::Task, id.value},
                                           name,
                                           start.delay,
                                           reason_of(*task, node),
                                           fresh.id.value);
    start.because = fact;
    const CauseScope of_restart(desk.kernel, fact);
    const FactId created = record_created(desk, fresh, CreateReason::Restart, id);
    start_when_created(fresh.id, start);
    proposal.add_together({want_if_live(id, TaskState::Shutdown, fact),
                           create(fresh.id.value, std::move(fresh.row), created)});
    return true;
}

bool Restarts::should_restart(const Task& task, ModeKind mode, GiveUpReason* why_not) const {
    GiveUpReason ignored{};
    GiveUpReason& reason = why_not == nullptr ? ignored : *why_not;
    reason = GiveUpReason::Condition;
    const TaskRestartPolicy policy = task.spec->restart.value_or(TaskRestartPolicy{});
    const bool complete = task.status.state == TaskState::Complete;
    switch (policy.condition) {
        case RestartCondition::Any:
            if (is_job(mode) && complete) return false;
            break;
        case RestartCondition::OnFailure:
            if (complete) return false;
            break;
        case RestartCondition::None:
            return false;
    }
    if (policy.max_attempts == 0) return true;
    reason = GiveUpReason::Attempts;
    // swarmkit asks for global jobs without the node that it noted them under, and finds nothing.
    if (mode == ModeKind::GlobalJob) return true;
    const auto found = history_.find(history_key(task, is_global(mode)));
    if (found == history_.end() || found->second.spec_version != task.spec_version) return true;
    const History& history = found->second;
    if (policy.window == Duration{}) return history.total < policy.max_attempts;
    // Those within the window before the task's end.
    const Time end = state_time(task);
    const auto counts = [&](Time at) { return at > end - policy.window && at < end; };
    const auto in_window =
        std::count_if(history.restarted.begin(), history.restarted.end(), counts);
    return static_cast<std::uint64_t>(in_window) < policy.max_attempts;
}

std::vector<TaskId> Restarts::updatable(const Store& store,
                                        const std::vector<TaskId>& slot,
                                        const Service& service) const {
    std::vector<TaskId> live;
    for (const TaskId id : slot) {
        const Task* task = store.tasks.find(id.value);
        if (task != nullptr && task->desired <= TaskState::Running) live.push_back(id);
    }
    // A rollback leads to a converged state; what stopped for good doesn't hold it up.
    if (!live.empty() || slot.empty() || service.update.state == UpdateState::RollbackStarted)
        return live;
    const TaskId newest = *std::max_element(
        slot.begin(), slot.end(), [&store](TaskId a, TaskId b) { return earlier(store, a, b); });
    const Task* task = store.tasks.find(newest.value);
    if (task != nullptr && !should_restart(*task, service.spec.mode.kind)) return {newest};
    return {};
}

void Restarts::record(const Task& replacement, Time created, bool global) {
    const TaskRestartPolicy policy = replacement.spec->restart.value_or(TaskRestartPolicy{});
    if (policy.max_attempts == 0) return;
    History& history = history_[history_key(replacement, global)];
    if (history.spec_version != replacement.spec_version)
        history = {replacement.spec_version, 0, {}};
    ++history.total;
    if (policy.window == Duration{}) return;
    // What is older than the window before now never counts again.
    std::erase_if(history.restarted,
                  [&](Time at) { return at <= created - policy.window - policy.window; });
    history.restarted.push_back(created);
}

void Restarts::clear_history(ServiceId service) {
    const auto first = history_.lower_bound({service, 0, {}});
    auto last = first;
    while (last != history_.end() && last->first.service == service) {
        ++last;
    }
    history_.erase(first, last);
}

void Restarts::delay_start(Desk& desk, TaskId fresh, const Start& start) {
    drop(fresh);
    Delay delay;
    if (start.wait_stop && start.old && !has_stopped(desk.store, start.old)) {
        delay.old = start.old;
        waiting_.insert({start.old, fresh});
    }
    delay.ready_at = desk.kernel.now() + start.delay;
    delay.give_up_at = desk.kernel.now() + kOldTaskTimeout;
    delay.because = start.because;
    const CauseScope scope(desk.kernel, start.because);
    if (start.delay > Duration{}) schedule(desk, start.delay, kManagerStart, fresh.value);
    if (delay.old) schedule(desk, kOldTaskTimeout, kManagerStartTimeout, fresh.value);
    delays_[fresh] = delay;
    look(desk, fresh, start.because);
}

void Restarts::look(Desk& desk, TaskId fresh, FactId because) {
    const auto found = delays_.find(fresh);
    if (found == delays_.end()) return;
    const Delay delay = found->second;
    const Time now = desk.kernel.now();
    if (now < delay.ready_at) return;
    if (delay.old && now < delay.give_up_at && !has_stopped(desk.store, delay.old)) return;
    drop(fresh);
    finish(desk, fresh, delay, because ? because : delay.because);
}

void Restarts::finish(Desk& desk, TaskId fresh, const Delay& delay, FactId because) {
    started_.push_back(fresh);
    const Task* task = desk.store.tasks.find(fresh.value);
    if (task == nullptr) return;
    const CauseScope scope(desk.kernel, because);
    Proposal proposal(desk, Loop::Restarts);
    if (task->desired < TaskState::Running) {
        const StringId name = desk.kernel.intern(name_of(desk.store, *task));
        const FactId fact =
            desk.kernel.record(kFactTaskReleased, {SubjectType::Task, fresh.value}, name);
        proposal.add(want(fresh, started_state(*task), fact));
    }
    if (delay.waiter) restart(desk, proposal, fresh, task->meta.because);
}

void Restarts::drop(TaskId fresh) {
    const auto found = delays_.find(fresh);
    if (found == delays_.end()) return;
    if (found->second.old) waiting_.erase({found->second.old, fresh});
    delays_.erase(found);
}

void Restarts::node_gone(Desk& desk, NodeId node, FactId because) {
    std::vector<TaskId> concerned;
    for (const auto& [old, fresh] : waiting_) {
        const Task* task = desk.store.tasks.find(old.value);
        if (task == nullptr || task->node == node) concerned.push_back(fresh);
    }
    for (const TaskId fresh : concerned) {
        look(desk, fresh, because);
    }
}

void Restarts::touched(Desk& desk, const Touched& touched) {
    if (touched.kind == Kind::Node) {
        const Node* node = desk.store.nodes.find(touched.number);
        if (node == nullptr || node->state == NodeState::Down)
            node_gone(desk, {touched.number}, touched.because);
        return;
    }
    if (touched.kind != Kind::Task) return;
    const TaskId id{touched.number};
    const Task* task = desk.store.tasks.find(touched.number);
    if (touched.how == Touched::How::Created) {
        const auto found = to_create_.find(id);
        if (found == to_create_.end() || task == nullptr) return;
        const Start start = found->second;
        to_create_.erase(found);
        if (start.restart)
            record(*task,
                   task->meta.created,
                   static_cast<bool>(task->node));  // others have no node yet
        return delay_start(desk, id, start);
    }
    if (task == nullptr || task->desired > TaskState::Complete) restarting_.erase(id);
    if (task == nullptr && delays_.contains(id)) {
        drop(id);
        started_.push_back(id);
    }
    if (task != nullptr && task->status.state <= TaskState::Running) return;
    std::vector<TaskId> concerned;
    for (auto at = waiting_.lower_bound({id, {}}); at != waiting_.end() && at->first == id; ++at) {
        concerned.push_back(at->second);
    }
    for (const TaskId fresh : concerned) {
        look(desk, fresh, touched.because);
    }
}

void Restarts::refused(const Change& change) {
    for (const Action& action : change.actions) {
        if (const auto* merge = std::get_if<TaskMerge>(&action)) restarting_.erase(merge->task);
        const auto* put = std::get_if<Put<Task>>(&action);
        if (put != nullptr && put->row) to_create_.erase({put->number});
    }
}

}  // namespace podium::swarm
