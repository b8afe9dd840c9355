#include "sim/orch/swarm/leader/updates.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "sim/orch/swarm/defaults.hpp"

namespace podium::swarm {
namespace {

UpdateConfig config_of(const Service& service, bool rollback) {
    UpdateConfig defaults;
    defaults.parallelism = kDefaultParallelism;
    return (rollback ? service.spec.rollback : service.spec.update).value_or(defaults);
}

// The tasks of a slot that are to run.
std::vector<TaskId> live(const Store& store, const std::vector<TaskId>& slot) {
    std::vector<TaskId> out;
    for (const TaskId id : slot) {
        const Task* task = store.tasks.find(id.value);
        if (task != nullptr && task->desired <= TaskState::Running) out.push_back(id);
    }
    return out;
}

TaskId stop_others(Desk& desk,
                   Proposal& proposal,
                   const std::vector<TaskId>& slot,
                   TaskId kept,
                   StopReason reason) {
    TaskId stopped;
    for (const TaskId id : live(desk.store, slot)) {
        if (id == kept) continue;
        proposal.add(
            want(id,
                 TaskState::Shutdown,
                 record_stopping(
                     desk, id, *desk.store.tasks.find(id.value), TaskState::Shutdown, reason)));
        stopped = id;
    }
    return stopped;
}

bool paused(UpdateState state) {
    return state == UpdateState::Paused || state == UpdateState::RollbackPaused;
}

bool under_way(UpdateState state) {
    return state == UpdateState::Updating || state == UpdateState::RollbackStarted;
}

}  // namespace

void Updates::update(
    Desk& desk, Others others, ServiceId id, std::vector<SlotKey> slots, FactId because) {
    const Row<Service> service = desk.store.services.row(id.value);
    if (!service) return;
    if (const auto found = updates_.find(id); found != updates_.end()) {
        if (found->second.service->spec == service->spec) return;
        std::erase_if(waited_for_, [id](const auto& entry) { return entry.second == id; });
        updates_.erase(found);
    }
    if (paused(service->update.state)) return;
    std::erase_if(slots, [&](const SlotKey& slot) {
        const std::vector<TaskId> tasks =
            others.restarts.updatable(desk.store, others.slots.tasks(slot), *service);
        const bool dirty = tasks.size() > 1 ||
                           (tasks.size() == 1 &&
                            is_dirty(desk.store, *service, *desk.store.tasks.find(tasks[0].value)));
        return !dirty;
    });
    if (slots.empty()) {
        if (under_way(service->update.state))
            set_status(desk, id, {UpdateState::Completed, {}, because});
        return;
    }
    Update update;
    update.rollback = service->update.state == UpdateState::RollbackStarted;
    update.service = service;
    update.config = config_of(*service, update.rollback);
    update.monitor = update.config.monitor.value_or(kDefaultMonitor);
    update.dirty = std::move(slots);
    update.because = because;
    const std::uint64_t parallelism =
        update.config.parallelism == 0 ? update.dirty.size() : update.config.parallelism;
    update.workers.resize(std::min<std::uint64_t>(parallelism, update.dirty.size()));
    if (service->update.state == UpdateState::None) {
        const CauseScope scope(desk.kernel, because);
        update.because = desk.kernel.record(kFactUpdateStarted,
                                            {SubjectType::Service, id.value},
                                            desk.kernel.intern(service->spec.name),
                                            static_cast<std::uint32_t>(update.dirty.size()),
                                            static_cast<std::uint32_t>(update.workers.size()));
        set_status(desk, id, {UpdateState::Updating, "update in progress", update.because});
    }
    updates_.emplace(id, std::move(update));
    pump(desk, others, id);
}

// Hands slots to idle workers, and goes on to the next stage when there are none.
void Updates::pump(Desk& desk, Others others, ServiceId id) {
    const auto found = updates_.find(id);
    if (found == updates_.end()) return;
    Update& update = found->second;
    for (bool again = true; again;) {
        again = false;
        for (Worker& worker : update.workers) {
            if (worker.phase == Phase::Sleeps && worker.until <= desk.kernel.now())
                worker.phase = Phase::Idle;
            if (worker.phase != Phase::Idle || update.stage != Stage::Slots ||
                update.next == update.dirty.size())
                continue;
            take_slot(desk, others, id, update, worker, update.dirty[update.next++]);
            again = true;
        }
    }
    if (update.stage == Stage::Slots && update.next == update.dirty.size())
        update.stage = Stage::Finishing;
    if (update.stage == Stage::Finishing) {
        const bool idle =
            std::all_of(update.workers.begin(), update.workers.end(), [](const Worker& worker) {
                return worker.phase == Phase::Idle;
            });
        if (!idle) return;
        if (update.stopped) {
            updates_.erase(found);
            return;
        }
        monitor(desk, id, update);
    }
    if (update.stage != Stage::Monitoring || desk.kernel.now() < update.monitored_until) return;
    const FactId because = update.because;
    const bool stopped = update.stopped;
    updates_.erase(found);
    if (!stopped) set_status(desk, id, {UpdateState::Completed, {}, because});
}

// The last stage. Failures that waited are handled now; one that triggers the failure action ends
// it.
void Updates::monitor(Desk& desk, ServiceId id, Update& update) {
    update.stage = Stage::Monitoring;
    if (update.config.delay >= update.monitor)
        update.monitor = update.config.delay + kMonitorBeyondDelay;
    update.monitored_until = desk.kernel.now() + update.monitor;
    const CauseScope scope(desk.kernel, update.because);
    schedule(desk, update.monitor, kManagerUpdate, id.value);
    while (!update.queue.empty() && update.monitored_until > desk.kernel.now()) {
        const auto [task, because] = update.queue.front();
        update.queue.pop_front();
        failure(desk, id, update, task, because);
    }
}

void Updates::take_slot(
    Desk& desk, Others others, ServiceId id, Update& update, Worker& worker, SlotKey key) {
    worker = {};
    worker.slot = key;
    const std::vector<TaskId> all = others.slots.tasks(key);
    const std::vector<TaskId> slot = live(desk.store, all);
    // A task of the new version that runs, else one that would: the others go.
    TaskId existing;
    for (const TaskId task_id : slot) {
        const Task& task = *desk.store.tasks.find(task_id.value);
        if (is_dirty(desk.store, *update.service, task)) continue;
        existing = task_id;
        if (task.desired == TaskState::Running) break;
    }
    const CauseScope scope(desk.kernel, update.because);
    if (existing) {
        use_existing(desk, others, worker, slot, existing);
    } else if (!others.restarts.updatable(desk.store, all, *update.service).empty()) {
        replace(desk, others, id, update, worker, slot);
    }
    if (worker.phase == Phase::Idle) slot_done(desk, id, update, worker);
    if (worker.task) waited_for_[worker.task] = id;
}

void Updates::use_existing(
    Desk& desk, Others others, Worker& worker, const std::vector<TaskId>& slot, TaskId existing) {
    const Task& task = *desk.store.tasks.find(existing.value);
    TaskId old;
    {
        Proposal proposal(desk, Loop::Updates);
        old = stop_others(desk, proposal, slot, existing, StopReason::Superfluous);
    }
    if (task.desired == TaskState::Running) return;
    worker.phase = Phase::WaitsForStart;
    worker.task = existing;
    worker.start_only = true;
    others.restarts.delay_start(desk, existing, {old, {}, true, false, desk.kernel.cause()});
}

void Updates::replace(Desk& desk,
                      Others others,
                      ServiceId id,
                      Update& update,
                      Worker& worker,
                      const std::vector<TaskId>& slot) {
    if (desk.store.services.find(id.value) == nullptr) return;
    NewTask fresh = new_task(desk, id, *update.service, worker.slot.slot, worker.slot.node);
    fresh.row->desired = TaskState::Ready;
    const TaskId fresh_id = fresh.id;
    const FactId created =
        record_created(desk, fresh, CreateReason::Update, slot.empty() ? TaskId{} : slot.back());
    update.updated[fresh_id] = std::nullopt;
    worker.phase = Phase::WaitsForStart;
    worker.task = fresh_id;
    std::vector<Action> actions{create(fresh_id.value, std::move(fresh.row), created)};
    Restarts::Start start;
    start.because = created;
    if (update.config.order == UpdateOrder::StopFirst) {
        const CauseScope scope(desk.kernel, created);
        for (const TaskId old : slot) {
            const FactId fact = record_stopping(desk,
                                                old,
                                                *desk.store.tasks.find(old.value),
                                                TaskState::Shutdown,
                                                StopReason::Update);
            actions.push_back(want_if_live(old, TaskState::Shutdown, fact));
            start.old = old;
        }
        start.wait_stop = true;
    }
    others.restarts.start_when_created(fresh_id, start);
    Proposal(desk, Loop::Updates).add_together(std::move(actions));
}

void Updates::slot_done(Desk& desk, ServiceId id, const Update& update, Worker& worker) {
    waited_for_.erase(worker.task);
    worker.task = {};
    worker.phase = Phase::Idle;
    if (update.config.delay <= Duration{}) return;
    worker.phase = Phase::Sleeps;
    worker.until = desk.kernel.now() + update.config.delay;
    schedule(desk, update.config.delay, kManagerUpdate, id.value);
}

// A worker looks whether what it waits for has come.
void Updates::worker_looks(
    Desk& desk, ServiceId id, Update& update, Worker& worker, FactId because) {
    if (worker.phase != Phase::WaitsForRun) return;
    const Task* task = desk.store.tasks.find(worker.task.value);
    if (task != nullptr && task->status.state < TaskState::Running) return;
    const CauseScope scope(desk.kernel, because);
    if (task != nullptr) {
        update.updated[worker.task] = desk.kernel.now();
        update.because = because;
    }
    slot_done(desk, id, update, worker);
}

void Updates::started(Desk& desk, Others others, TaskId id) {
    const auto found = waited_for_.find(id);
    if (found == waited_for_.end()) return;
    const ServiceId service = found->second;
    const auto update = updates_.find(service);
    if (update == updates_.end()) return;
    for (Worker& worker : update->second.workers) {
        if (worker.task != id || worker.phase != Phase::WaitsForStart) continue;
        if (worker.start_only) {
            slot_done(desk, service, update->second, worker);
        } else {
            worker.phase = Phase::WaitsForRun;
            const Task* task = desk.store.tasks.find(id.value);
            worker_looks(desk,
                         service,
                         update->second,
                         worker,
                         task == nullptr ? update->second.because : task->meta.because);
        }
        break;
    }
    pump(desk, others, service);
}

void Updates::touched(Desk& desk, Others others, const Touched& touched) {
    if (touched.kind == Kind::Service && touched.how == Touched::How::Deleted) {
        const ServiceId id{touched.number};
        updates_.erase(id);
        status_changes_.erase(id);
        std::erase_if(waited_for_, [id](const auto& entry) { return entry.second == id; });
        return;
    }
    if (touched.kind != Kind::Task || touched.how == Touched::How::Created || updates_.empty())
        return;
    const TaskId id{touched.number};
    const Task* task = desk.store.tasks.find(touched.number);
    const ServiceId service = task != nullptr ? task->service : before<Task>(touched)->service;
    const auto found = updates_.find(service);
    if (found == updates_.end()) return;
    Update& update = found->second;
    // With start-first the old task goes as soon as the new one runs.
    if (const auto waited = waited_for_.find(id); waited != waited_for_.end()) {
        for (Worker& worker : update.workers) {
            if (worker.task != id || worker.phase != Phase::WaitsForRun) continue;
            const SlotKey slot = worker.slot;
            worker_looks(desk, service, update, worker, touched.because);
            const bool runs = task != nullptr && task->status.state == TaskState::Running;
            if (!runs || update.config.order != UpdateOrder::StartFirst) break;
            const CauseScope scope(desk.kernel, touched.because);
            Proposal proposal(desk, Loop::Updates);
            stop_others(desk, proposal, others.slots.tasks(slot), id, StopReason::Update);
            break;
        }
    }
    if (task != nullptr && task->status.state > TaskState::Running &&
        update.config.failure_action != FailureAction::Continue) {
        if (update.stage == Stage::Finishing) {
            update.queue.emplace_back(id, touched.because);
        } else {
            failure(desk, service, update, id, touched.because);
        }
    }
    pump(desk, others, service);
}

void Updates::failure(Desk& desk, ServiceId id, Update& update, TaskId task, FactId because) {
    if (!failure_triggers(desk, id, update, task, because)) return;
    if (update.stage == Stage::Slots) {
        update.next = update.dirty.size();  // no more slots
        update.stage = Stage::Finishing;
    } else {
        update.monitored_until = desk.kernel.now();
    }
}

bool Updates::failure_triggers(
    Desk& desk, ServiceId id, Update& update, TaskId task, FactId because) {
    if (update.failed.contains(task)) return false;
    const auto found = update.updated.find(task);
    if (found == update.updated.end()) return false;
    if (found->second && desk.kernel.now() - *found->second > update.monitor) return false;
    update.failed.insert(task);
    const auto failures = static_cast<std::int64_t>(update.failed.size());
    if (failures * 1'000'000 <=
        update.config.max_failure_ppm * static_cast<std::int64_t>(update.dirty.size()))
        return false;
    const std::string due_to = fmt::format("due to failure or early termination of task {}",
                                           public_id(Kind::Task, desk.swarm, task.value));
    const bool rolls_back =
        update.config.failure_action == FailureAction::Rollback && !update.rollback;
    // Of a rollback that was to be rolled back swarmkit goes on watching, and calls it complete in
    // the end.
    update.stopped = rolls_back || update.config.failure_action == FailureAction::Pause;
    const CauseScope scope(desk.kernel, because);
    StatusChange change;
    FactKind kind{};
    if (rolls_back) {
        change = {UpdateState::RollbackStarted, "update rolled back " + due_to, {}};
        kind = kFactRollbackStarted;
    } else if (update.rollback && update.config.failure_action == FailureAction::Rollback) {
        change = {UpdateState::RollbackPaused, "rollback paused " + due_to, {}};
        kind = kFactRollbackPaused;
    } else {
        change = {update.rollback ? UpdateState::RollbackPaused : UpdateState::Paused,
                  "update paused " + due_to,
                  {}};
        kind = update.rollback ? kFactRollbackPaused : kFactUpdatePaused;
    }
    change.because = desk.kernel.record(kind,
                                        {SubjectType::Service, id.value},
                                        desk.kernel.intern(update.service->spec.name),
                                        desk.kernel.intern(change.message),
                                        static_cast<std::uint32_t>(failures));
    set_status(desk, id, change);
    return true;
}

void Updates::set_status(Desk& desk, ServiceId id, StatusChange change) {
    std::deque<StatusChange>& changes = status_changes_[id];
    changes.push_back(std::move(change));
    if (changes.size() == 1) propose_status(desk, id);
}

// Proposes the first change of the service's status that still has a sense.
void Updates::propose_status(Desk& desk, ServiceId id) {
    std::deque<StatusChange>& changes = status_changes_[id];
    const Row<Service> present = desk.store.services.row(id.value);
    while (present && !changes.empty()) {
        StatusChange& change = changes.front();
        const UpdateState now = present->update.state;
        // The service was updated since, where it has no status (or, to start with, has one).
        if ((change.state == UpdateState::Updating) != (now == UpdateState::None)) {
            changes.pop_front();
            continue;
        }
        auto row = std::make_shared<Service>(*present);
        row->update.state = change.state;
        row->update.message = change.message;
        switch (change.state) {
            case UpdateState::Updating:
                row->update.started = desk.kernel.now();
                break;
            case UpdateState::Completed: {
                const bool rollback = now == UpdateState::RollbackStarted;
                row->update.state =
                    rollback ? UpdateState::RollbackCompleted : UpdateState::Completed;
                row->update.message = rollback ? "rollback completed" : "update completed";
                row->update.completed = desk.kernel.now();
                const CauseScope scope(desk.kernel, change.because);
                change.because =
                    desk.kernel.record(rollback ? kFactRollbackCompleted : kFactUpdateCompleted,
                                       {SubjectType::Service, id.value},
                                       desk.kernel.intern(present->spec.name));
                break;
            }
            case UpdateState::RollbackStarted:
                if (!present->previous_spec) {
                    changes.pop_front();
                    continue;
                }
                row->spec = *present->previous_spec;
                row->spec_version = present->previous_spec_version;
                row->previous_spec.reset();
                row->previous_spec_version = 0;
                break;
            case UpdateState::None:
            case UpdateState::Paused:
            case UpdateState::RollbackPaused:
            case UpdateState::RollbackCompleted:
                break;
        }
        Proposal(desk, Loop::Updates)
            .add_together(
                {Put<Service>{id.value, std::move(row), present->meta.version, change.because}});
        return;
    }
    status_changes_.erase(id);
}

void Updates::applied(Desk& desk, const Change& change) {
    for (const Action& action : change.actions) {
        const auto* put = std::get_if<Put<Service>>(&action);
        if (put == nullptr) continue;
        const auto found = status_changes_.find({put->number});
        if (found == status_changes_.end()) continue;
        found->second.pop_front();
        propose_status(desk, {put->number});
    }
}

void Updates::refused(Desk& desk, Others others, const Change& change) {
    for (const Action& action : change.actions) {
        if (const auto* service = std::get_if<Put<Service>>(&action)) {
            if (status_changes_.contains({service->number}))
                propose_status(desk, {service->number});
            continue;
        }
        const auto* put = std::get_if<Put<Task>>(&action);
        const auto waited = put == nullptr ? waited_for_.end() : waited_for_.find({put->number});
        if (waited == waited_for_.end()) continue;
        // What was in the slot has changed meanwhile: look at it again.
        const ServiceId id = waited->second;
        const auto found = updates_.find(id);
        waited_for_.erase(waited);
        if (found == updates_.end()) continue;
        found->second.updated.erase({put->number});
        for (Worker& worker : found->second.workers) {
            if (worker.task.value == put->number)
                take_slot(desk, others, id, found->second, worker, worker.slot);
        }
        pump(desk, others, id);
    }
}

void Updates::due(Desk& desk, Others others, ServiceId id) {
    pump(desk, others, id);
}

}  // namespace podium::swarm
