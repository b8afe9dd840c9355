#include "sim/orch/swarm/leader/enforcer.hpp"

#include <set>

namespace podium::swarm {
namespace {

void reject(
    Desk& desk, Proposal& proposal, TaskId id, const Task& task, const Node& node, FactId because) {
    const CauseScope scope(desk.kernel, because);
    const StringId name = desk.kernel.intern(name_of(desk.store, task));
    TaskMerge merge;
    merge.task = id;
    merge.because = desk.kernel.record(kFactTaskRejected,
                                       {SubjectType::Task, id.value},
                                       name,
                                       desk.kernel.intern(node.description.hostname));
    // The state, not the desired one, so that the orchestrator replaces the task.
    merge.status = task.status;
    merge.status->state = TaskState::Rejected;
    merge.status->since = desk.kernel.now();
    merge.status->message = "task rejected by constraint enforcer";
    merge.status->error = "assigned node no longer meets constraints";
    proposal.add(merge);
}

void enforce(Desk& desk, Proposal& proposal, NodeId node_id, FactId because) {
    const Node* node = desk.store.nodes.find(node_id.value);
    if (node == nullptr || node->spec.availability != Availability::Active) return;
    std::int64_t nano_cpus = node->description.nano_cpus;
    std::int64_t memory_bytes = node->description.memory_bytes;
    for (const TaskId id : desk.store.tasks_on(node_id)) {
        const Task& task = *desk.store.tasks.find(id.value);
        if (task.desired < TaskState::Assigned || task.desired > TaskState::Complete ||
            task.status.state > TaskState::Running)
            continue;
        // The service's constraints: those of the task may be older ones, which it was not replaced
        // for.
        const Service* service = desk.store.services.find(task.service.value);
        const TaskSpec& spec = service != nullptr ? *service->spec.task : *task.spec;
        const Resources& reserved = task.spec->reservations;
        const bool fits = reserved.memory_bytes <= memory_bytes && reserved.nano_cpus <= nano_cpus;
        if (!fits || !meets_constraints(placement_of(spec), node_id, *node)) {
            reject(desk, proposal, id, task, *node, because);
            continue;
        }
        nano_cpus -= reserved.nano_cpus;
        memory_bytes -= reserved.memory_bytes;
    }
}

}  // namespace

void Enforcer::begin(Desk& desk) {
    Proposal proposal(desk, Loop::Enforcer);
    desk.store.nodes.for_each([&](std::uint32_t number, const Node& node) {
        enforce(desk, proposal, {number}, node.meta.because);
    });
}

void Enforcer::turn(Desk& desk, std::span<const Touched> touched) {
    Proposal proposal(desk, Loop::Enforcer);
    std::set<std::uint32_t> seen;
    for (const Touched& one : touched) {
        if (one.kind != Kind::Node || one.how != Touched::How::Updated) continue;
        // Attachments and states change nothing here.
        const Node* node = desk.store.nodes.find(one.number);
        const Node* old = before<Node>(one);
        const bool same = node != nullptr && old != nullptr && node->spec == old->spec &&
                          node->description == old->description && node->role == old->role;
        if (!same && seen.insert(one.number).second)
            enforce(desk, proposal, {one.number}, one.because);
    }
}

}  // namespace podium::swarm
