// Replicated services (swarmkit manager/orchestrator/replicated).

#include <algorithm>
#include <optional>
#include <tuple>

#include "sim/orch/swarm/leader/orchestrators.hpp"

namespace podium::swarm {
namespace {

bool is_replicated(const Service* service) {
    return service != nullptr && service->spec.mode.kind == ModeKind::Replicated;
}

struct Slot {
    std::uint64_t number = 0;
    std::vector<TaskId> tasks;  ///< Those an update has to do with.
};

struct Slots {
    std::vector<Slot> live;
    std::vector<Slot> dead;  ///< All their tasks are to stop, and the slot isn't to run.
};

Slots slots_of(Desk& desk, Crew crew, ServiceId id, const Service& service) {
    std::map<std::uint64_t, std::vector<TaskId>> all;
    for (const TaskId task : desk.store.tasks_of(id)) {
        all[desk.store.tasks.find(task.value)->slot].push_back(task);
    }
    Slots out;
    for (auto& [number, tasks] : all) {
        std::vector<TaskId> updatable = crew.restarts.updatable(desk.store, tasks, service);
        if (updatable.empty()) {
            out.dead.push_back({number, std::move(tasks)});
        } else {
            out.live.push_back({number, std::move(updatable)});
        }
    }
    return out;
}

// In the order in which slots are kept when the service is scaled down: an even number on each
// node, then those that run, then low numbers (services.go, slot.go).
void order_to_keep(const Store& store, std::vector<Slot>& slots) {
    const auto runs = [&store](const Slot& slot) {
        return std::any_of(slot.tasks.begin(), slot.tasks.end(), [&](TaskId id) {
            return store.tasks.find(id.value)->status.state == TaskState::Running;
        });
    };
    std::sort(slots.begin(), slots.end(), [&](const Slot& a, const Slot& b) {
        const bool a_runs = runs(a);
        const bool b_runs = runs(b);
        return a_runs != b_runs ? a_runs : a.number < b.number;
    });
    std::map<NodeId, std::size_t> copies;
    std::vector<std::pair<std::size_t, Slot>> indexed;
    for (Slot& slot : slots) {
        const NodeId node =
            slot.tasks.size() == 1 ? store.tasks.find(slot.tasks[0].value)->node : NodeId{};
        // Without a node, or in the middle of an update: last.
        const std::size_t index = node ? ++copies[node] : SIZE_MAX;
        indexed.emplace_back(index, std::move(slot));
    }
    std::stable_sort(indexed.begin(), indexed.end(), [](const auto& a, const auto& b) {
        return a.first < b.first;
    });
    for (std::size_t i = 0; i < slots.size(); ++i) {
        slots[i] = std::move(indexed[i].second);
    }
}

std::vector<SlotKey> keys_of(ServiceId id, const std::vector<Slot>& slots, std::size_t count) {
    std::vector<SlotKey> keys;
    for (std::size_t i = 0; i < count; ++i) {
        keys.push_back({id, slots[i].number, {}});
    }
    return keys;
}

void delete_slots(Desk& desk,
                  Proposal& proposal,
                  const std::vector<Slot>& slots,
                  const std::set<std::uint64_t>& kept) {
    for (const Slot& slot : slots) {
        if (kept.contains(slot.number)) continue;
        for (const TaskId id : slot.tasks) {
            const StringId name =
                desk.kernel.intern(name_of(desk.store, *desk.store.tasks.find(id.value)));
            const FactId fact = desk.kernel.record(
                kFactTaskDeleted, {SubjectType::Task, id.value}, name, DeleteReason::Slot);
            proposal.add(delete_task(id, fact));
        }
    }
}

}  // namespace

void Replicated::begin(Desk& desk, Crew crew) {
    take_over_tasks(desk, crew.restarts, Loop::Replicated, [](ModeKind mode) {
        return mode == ModeKind::Replicated;
    });
    {
        Proposal proposal(desk, Loop::Replicated);
        desk.store.tasks.for_each([&](std::uint32_t number, const Task& task) {
            if (!task.service || desk.store.services.find(task.service.value) != nullptr) return;
            const StringId name = desk.kernel.intern(name_of(desk.store, task));
            proposal.add(delete_task(
                {number},
                desk.kernel.record(
                    kFactTaskDeleted, {SubjectType::Task, number}, name, DeleteReason::Removed)));
        });
    }
    desk.store.tasks.for_each([&](std::uint32_t number, const Task& task) {
        if (desk.store.services.find(task.service.value) == nullptr) return;
        task_touched(desk, {Kind::Task, Touched::How::Updated, number, {}, task.meta.because});
    });
    desk.store.services.for_each([&](std::uint32_t number, const Service& service) {
        if (is_replicated(&service)) to_reconcile_[{number}] = service.meta.because;
    });
    tick(desk, crew);
}

void Replicated::turn(Desk& desk, Crew crew, std::span<const Touched> touched) {
    for (const Touched& one : touched) {
        const bool deleted = one.how == Touched::How::Deleted;
        if (one.kind == Kind::Task) {
            task_touched(desk, one);
        } else if (one.kind == Kind::Node) {
            if (invalid_node(desk.store.nodes.find(one.number)))
                tasks_on(desk, {one.number}, one.because);
        } else if (one.kind == Kind::Service && deleted && is_replicated(before<Service>(one))) {
            Proposal proposal(desk, Loop::Replicated);
            remove_tasks_of(desk, proposal, {one.number}, one.because);
            crew.restarts.clear_history({one.number});
            to_reconcile_.erase({one.number});
            waiting_.erase({one.number});
        } else if (one.kind == Kind::Service &&
                   is_replicated(desk.store.services.find(one.number))) {
            to_reconcile_[{one.number}] = one.because;
        }
    }
    tick(desk, crew);
}

void Replicated::task_touched(Desk& desk, const Touched& touched) {
    const Task* task = desk.store.tasks.find(touched.number);
    if (task == nullptr) {
        const Task* gone = touched.how == Touched::How::Deleted ? before<Task>(touched) : nullptr;
        if (gone != nullptr && gone->desired <= TaskState::Running &&
            is_replicated(desk.store.services.find(gone->service.value))) {
            to_reconcile_[gone->service] = touched.because;
        }
        return;
    }
    if (!task->service || task->desired >= TaskState::Remove) return;
    const Service* service = desk.store.services.find(task->service.value);
    if (service == nullptr) {
        if (task->job_iteration) return;
        // It came while its service went.
        Proposal proposal(desk, Loop::Replicated);
        const CauseScope scope(desk.kernel, touched.because);
        const TaskId id{touched.number};
        proposal.add(
            want(id,
                 TaskState::Remove,
                 record_stopping(desk, id, *task, TaskState::Remove, StopReason::ServiceRemoved)));
        return;
    }
    if (task->desired > TaskState::Running || !is_replicated(service)) return;
    const bool lost = task->node && invalid_node(desk.store.nodes.find(task->node.value));
    if (task->status.state > TaskState::Running || lost)
        to_restart_[{touched.number}] = touched.because;
}

void Replicated::tasks_on(Desk& desk, NodeId node, FactId because) {
    for (const TaskId id : desk.store.tasks_on(node)) {
        const Task& task = *desk.store.tasks.find(id.value);
        if (task.desired > TaskState::Running ||
            !is_replicated(desk.store.services.find(task.service.value)))
            continue;
        to_restart_[id] = because;
    }
}

// tickTasks, then tickServices, which sees what the first has written. So a service with a task
// that restarts is looked at when that has applied, and at once where nothing was proposed that
// could apply: a task that fails, and whose service is rolled
// back for it, is replaced by one of the former version, which the rollback leaves to its restart
// delay.
void Replicated::tick(Desk& desk, Crew crew) {
    Proposal proposal(desk, Loop::Replicated);
    std::map<ServiceId, FactId> services = std::exchange(waiting_, {});
    for (const auto& [id, because] : std::exchange(to_restart_, {})) {
        const Task* task = desk.store.tasks.find(id.value);
        if (task == nullptr || task->desired > TaskState::Running) continue;
        if (!crew.restarts.restart(desk, proposal, id, because)) continue;
        if (auto found = to_reconcile_.extract(task->service)) waiting_.insert(std::move(found));
    }
    services.merge(std::exchange(to_reconcile_, {}));
    for (const auto& [id, because] : std::exchange(shrunk_, {})) {
        if (!services.contains(id) && !waiting_.contains(id))
            shrink(desk, crew, proposal, id, because);
    }
    for (const auto& [id, because] : services) {
        reconcile(desk, crew, proposal, id, because);
    }
}

// Removes the slots beyond those kept. Once more when that has applied: a restart that was proposed
// before may have brought one of them back.
void Replicated::remove_slots(Desk& desk,
                              Proposal& proposal,
                              ServiceId id,
                              const std::vector<TaskId>& tasks,
                              FactId because) {
    for (const TaskId task_id : tasks) {
        const Task& task = *desk.store.tasks.find(task_id.value);
        if (task.desired >= TaskState::Remove) continue;
        proposal.add(
            want(task_id,
                 TaskState::Remove,
                 record_stopping(desk, task_id, task, TaskState::Remove, StopReason::Scale)));
        shrunk_[id] = because;
    }
}

void Replicated::shrink(Desk& desk, Crew crew, Proposal& proposal, ServiceId id, FactId because) {
    const Row<Service> service = desk.store.services.row(id.value);
    if (!is_replicated(service.get())) return;
    Slots slots = slots_of(desk, crew, id, *service);
    if (slots.live.size() <= service->spec.mode.replicas) return;
    const CauseScope scope(desk.kernel, because);
    order_to_keep(desk.store, slots.live);
    for (std::size_t i = service->spec.mode.replicas; i < slots.live.size(); ++i) {
        remove_slots(desk, proposal, id, slots.live[i].tasks, because);
    }
}

void Replicated::reconcile(
    Desk& desk, Crew crew, Proposal& proposal, ServiceId id, FactId because) {
    const Row<Service> service = desk.store.services.row(id.value);
    if (!is_replicated(service.get())) return;
    Slots slots = slots_of(desk, crew, id, *service);
    const std::uint64_t wanted = service->spec.mode.replicas;
    const CauseScope scope(desk.kernel, because);
    std::set<std::uint64_t> kept;
    if (wanted > slots.live.size()) {
        crew.updates.update(
            desk, crew.others(), id, keys_of(id, slots.live, slots.live.size()), because);
        std::uint64_t number = 0;
        std::size_t next_live = 0;
        for (std::uint64_t left = wanted - slots.live.size(); left > 0; --left) {
            // The lowest number of no live slot.
            ++number;
            while (next_live < slots.live.size() && slots.live[next_live].number <= number) {
                if (slots.live[next_live].number == number) ++number;
                ++next_live;
            }
            kept.insert(number);
            NewTask task = new_task(desk, id, *service, number, {});
            const FactId created = record_created(desk, task, CreateReason::Replicas);
            proposal.add(create(task.id.value, std::move(task.row), created));
        }
    } else if (wanted < slots.live.size()) {
        order_to_keep(desk.store, slots.live);
        crew.updates.update(desk, crew.others(), id, keys_of(id, slots.live, wanted), because);
        for (std::size_t i = wanted; i < slots.live.size(); ++i) {
            remove_slots(desk, proposal, id, slots.live[i].tasks, because);
        }
    } else {
        crew.updates.update(
            desk, crew.others(), id, keys_of(id, slots.live, slots.live.size()), because);
    }
    delete_slots(desk, proposal, slots.dead, kept);
}

}  // namespace podium::swarm
