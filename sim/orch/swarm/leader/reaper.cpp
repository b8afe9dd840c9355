#include "sim/orch/swarm/leader/reaper.hpp"

#include <algorithm>

#include "sim/orch/swarm/defaults.hpp"

namespace podium::swarm {
namespace {

bool can_go(const Task& task) {
    return task.desired == TaskState::Remove &&
           (task.status.state < TaskState::Assigned || task.status.state >= TaskState::Complete);
}

bool is_history(const Task& task) {
    const bool will_never_run =
        task.status.state < TaskState::Assigned && task.desired > TaskState::Running;
    return task.status.state > TaskState::Running || will_never_run;
}

}  // namespace

void Reaper::begin(Desk& desk) {
    *this = {};
    desk.store.tasks.for_each([this](std::uint32_t number, const Task& task) {
        const bool orphan = !task.service && task.status.state == TaskState::Orphaned;
        if (orphan || can_go(task)) cleanup_.insert({number});
    });
    if (!cleanup_.empty()) tick(desk, {});
}

void Reaper::note(const Store& store, const Touched& touched) {
    if (touched.kind != Kind::Task) return;
    const Task* task = store.tasks.find(touched.number);
    if (task == nullptr) return;
    if (touched.how == Touched::How::Created) {
        dirty_.insert(dirty_.end(), slot_of(*task));
        return;
    }
    const bool orphan = !task->service && task->status.state >= TaskState::Orphaned;
    if (orphan || can_go(*task)) cleanup_.insert({touched.number});
}

void Reaper::turn(Desk& desk, const SlotIndex& slots, std::span<const Touched> touched) {
    bool watched = false;
    for (const Touched& one : touched) {
        watched |= one.kind == Kind::Cluster ||
                   (one.kind == Kind::Task && one.how != Touched::How::Deleted);
        note(desk.store, one);
    }
    if (dirty_.size() + cleanup_.size() > kReaperMostDirty) {
        tick(desk, slots);
    } else if (watched && !timer_) {
        timer_ = true;
        schedule(desk, kReaperBatch, kManagerReap);
    }
}

void Reaper::due(Desk& desk, const SlotIndex& slots) {
    timer_ = false;
    tick(desk, slots);
}

void Reaper::tick(Desk& desk, const SlotIndex& slots) {
    std::set<TaskId> old;
    std::erase_if(dirty_, [&](const SlotKey& slot) { return !look(desk.store, slots, slot, old); });
    Proposal proposal(desk, Loop::Reaper);
    const auto remove = [&](TaskId id, DeleteReason reason) {
        const Task* task = desk.store.tasks.find(id.value);
        if (task == nullptr) return;
        const CauseScope scope(desk.kernel, task->meta.because);
        const StringId name = desk.kernel.intern(name_of(desk.store, *task));
        proposal.add(delete_task(
            id, desk.kernel.record(kFactTaskDeleted, {SubjectType::Task, id.value}, name, reason)));
    };
    for (const TaskId id : cleanup_) {
        remove(id, DeleteReason::Removed);
        old.erase(id);
    }
    for (const TaskId id : old) {
        remove(id, DeleteReason::History);
    }
    cleanup_.clear();
}

bool Reaper::look(const Store& store,
                  const SlotIndex& slots,
                  const SlotKey& slot,
                  std::set<TaskId>& old) const {
    const Service* service = store.services.find(slot.service.value);
    // The tasks of jobs are kept.
    if (service == nullptr || service->spec.mode.kind == ModeKind::ReplicatedJob ||
        service->spec.mode.kind == ModeKind::GlobalJob)
        return false;
    // A restart policy that counts needs what it counts when a new leader takes over.
    const std::uint64_t attempts =
        service->spec.task->restart.value_or(TaskRestartPolicy{}).max_attempts;
    std::int64_t kept =
        store.cluster ? store.cluster->spec.task_history_limit : ClusterSpec{}.task_history_limit;
    if (attempts > 0) kept = static_cast<std::int64_t>(attempts) + 1;
    std::vector<TaskId> tasks = slots.tasks(slot);
    const auto count = static_cast<std::int64_t>(tasks.size());
    if (kept < 0 || count <= kept) return false;
    std::sort(
        tasks.begin(), tasks.end(), [&store](TaskId a, TaskId b) { return earlier(store, a, b); });
    std::size_t running = 0;
    for (const TaskId id : tasks) {
        const Task& task = *store.tasks.find(id.value);
        if (!is_history(task)) {
            ++running;
            continue;
        }
        old.insert(id);
        if (count <= ++kept) break;
    }
    return running > 1;
}

}  // namespace podium::swarm
