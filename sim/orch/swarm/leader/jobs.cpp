// Jobs: tasks that are to complete (swarmkit manager/orchestrator/jobs). A job runs again when its
// spec changes: tasks belong to an iteration, and those of former ones are removed. Nodes that come
// or go later are not looked at, nor are the tasks of a job that is removed, as in swarmkit at this
// revision (orchestrator.go, handleEvent).

#include <algorithm>

#include "sim/orch/swarm/leader/orchestrators.hpp"

namespace podium::swarm {
namespace {

bool is_job_service(const Service* service) {
    return service != nullptr && is_job(service->spec.mode.kind);
}

std::uint64_t iteration_of(const Service& service) {
    return service.job ? service.job->iteration : 0;
}

void add_task(Desk& desk,
              Proposal& proposal,
              ServiceId id,
              const Service& service,
              std::uint64_t slot,
              NodeId node) {
    NewTask task = new_task(desk, id, service, slot, node);
    task.row->job_iteration = iteration_of(service);
    task.row->desired = TaskState::Complete;
    const FactId created = record_created(desk, task, CreateReason::Job);
    proposal.add(create(task.id.value, std::move(task.row), created));
}

void stop(Desk& desk, Proposal& proposal, TaskId id, TaskState desired, StopReason reason) {
    const Task& task = *desk.store.tasks.find(id.value);
    proposal.add(want(id, desired, record_stopping(desk, id, task, desired, reason)));
}

}  // namespace

void Jobs::begin(Desk& desk, Crew crew) {
    take_over_tasks(desk, crew.restarts, Loop::Jobs, [](ModeKind mode) { return is_job(mode); });
    Proposal proposal(desk, Loop::Jobs);
    desk.store.tasks.for_each([&](std::uint32_t number, const Task& task) {
        const Service* service = desk.store.services.find(task.service.value);
        if (service == nullptr || service->spec.mode.kind != ModeKind::GlobalJob ||
            task.desired > TaskState::Complete)
            return;
        if (invalid_node(desk.store.nodes.find(task.node.value)))
            stop(desk, proposal, {number}, TaskState::Shutdown, StopReason::Node);
    });
    desk.store.services.for_each([&](std::uint32_t number, const Service& service) {
        reconcile(desk, crew, proposal, {number}, service.meta.because);
    });
}

void Jobs::turn(Desk& desk, Crew crew, std::span<const Touched> touched) {
    Proposal proposal(desk, Loop::Jobs);
    std::map<ServiceId, FactId> services;
    for (const Touched& one : touched) {
        if (one.kind == Kind::Service) {
            services[{one.number}] = one.because;
        } else if (one.kind == Kind::Task && one.how == Touched::How::Updated) {
            const Task* task = desk.store.tasks.find(one.number);
            if (task == nullptr || !task->job_iteration) continue;
            if (task->status.state > TaskState::Running && task->desired <= TaskState::Complete)
                services[task->service] = one.because;
        }
    }
    for (const auto& [id, because] : services) {
        reconcile(desk, crew, proposal, id, because);
    }
}

void Jobs::reconcile(Desk& desk, Crew crew, Proposal& proposal, ServiceId id, FactId because) {
    const Row<Service> service = desk.store.services.row(id.value);
    if (!is_job_service(service.get())) return;
    const CauseScope scope(desk.kernel, because);
    if (service->spec.mode.kind == ModeKind::ReplicatedJob) {
        reconcile_replicated(desk, crew, proposal, id, *service);
    } else {
        reconcile_global(desk, crew, proposal, id, *service);
    }
}

void Jobs::reconcile_replicated(
    Desk& desk, Crew crew, Proposal& proposal, ServiceId id, const Service& service) {
    std::uint64_t running = 0;
    std::uint64_t complete = 0;
    std::set<std::uint64_t> slots;
    std::vector<TaskId> to_restart;
    std::vector<TaskId> to_remove;
    for (const TaskId task_id : desk.store.tasks_of(id)) {
        const Task& task = *desk.store.tasks.find(task_id.value);
        if (!task.job_iteration) continue;
        if (*task.job_iteration != iteration_of(service)) {
            if (task.status.state <= TaskState::Running && task.desired != TaskState::Remove)
                to_remove.push_back(task_id);
        } else if (task.status.state == TaskState::Complete) {
            ++complete;
            slots.insert(task.slot);
        } else if (task.desired <= TaskState::Complete) {
            ++running;
            slots.insert(task.slot);
            if (task.status.state > TaskState::Complete) to_restart.push_back(task_id);
        }
    }
    const std::uint64_t concurrent = service.spec.mode.max_concurrent;
    const std::uint64_t total = service.spec.mode.total;
    const std::uint64_t room = concurrent > running ? concurrent - running : 0;
    const std::uint64_t left = total > complete + running ? total - complete - running : 0;
    std::uint64_t slot = 0;
    for (std::uint64_t i = 0; i < std::min(room, left); ++i) {
        while (slots.contains(slot)) {
            ++slot;
        }
        slots.insert(slot);
        add_task(desk, proposal, id, service, slot, {});
    }
    for (const TaskId task : to_restart) {
        crew.restarts.restart(
            desk, proposal, task, desk.store.tasks.find(task.value)->meta.because);
    }
    for (const TaskId task : to_remove) {
        stop(desk, proposal, task, TaskState::Remove, StopReason::Iteration);
    }
}

void Jobs::reconcile_global(
    Desk& desk, Crew crew, Proposal& proposal, ServiceId id, const Service& service) {
    std::vector<NodeId> candidates;
    std::vector<NodeId> invalid;
    desk.store.nodes.for_each([&](std::uint32_t number, const Node& node) {
        if (!meets_constraints(placement_of(*service.spec.task), {number}, node)) return;
        if (invalid_node(&node)) {
            invalid.push_back({number});
        } else if (node.spec.availability == Availability::Active &&
                   node.state == NodeState::Ready) {
            candidates.push_back({number});
        }
    });
    std::map<NodeId, TaskId> tasks;
    std::vector<TaskId> to_restart;
    std::vector<TaskId> to_remove;
    for (const TaskId task_id : desk.store.tasks_of(id)) {
        const Task& task = *desk.store.tasks.find(task_id.value);
        if (!task.job_iteration) continue;
        if (*task.job_iteration != iteration_of(service)) {
            if (task.desired != TaskState::Remove) to_remove.push_back(task_id);
        } else if (task.desired <= TaskState::Complete) {
            if (task.status.state > TaskState::Complete) to_restart.push_back(task_id);
            tasks[task.node] = task_id;
        }
    }
    for (const NodeId node : candidates) {
        if (!tasks.contains(node)) add_task(desk, proposal, id, service, 0, node);
    }
    for (const TaskId task : to_restart) {
        crew.restarts.restart(
            desk, proposal, task, desk.store.tasks.find(task.value)->meta.because);
    }
    for (const TaskId task : to_remove) {
        stop(desk, proposal, task, TaskState::Remove, StopReason::Iteration);
    }
    for (const NodeId node : invalid) {
        const auto found = tasks.find(node);
        if (found == tasks.end() ||
            desk.store.tasks.find(found->second.value)->status.state > TaskState::Running)
            continue;
        stop(desk, proposal, found->second, TaskState::Shutdown, StopReason::Node);
    }
}

}  // namespace podium::swarm
