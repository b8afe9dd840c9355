// Global services: one task on each node that is active, answers and meets the constraints
// (swarmkit manager/orchestrator/global). Tasks of a node that is lost are not replaced elsewhere.

#include <algorithm>

#include "sim/orch/swarm/leader/orchestrators.hpp"

namespace podium::swarm {
namespace {

bool is_global_service(const Service* service) {
    return service != nullptr && service->spec.mode.kind == ModeKind::Global;
}

// The tasks of the service on each node.
std::map<NodeId, std::vector<TaskId>> by_node(const Store& store, ServiceId id) {
    std::map<NodeId, std::vector<TaskId>> out;
    for (const TaskId task : store.tasks_of(id)) {
        out[store.tasks.find(task.value)->node].push_back(task);
    }
    return out;
}

}  // namespace

void Global::begin(Desk& desk, Crew crew) {
    desk.store.services.for_each([&](std::uint32_t number, const Service& service) {
        if (is_global_service(&service)) services_.insert({number});
    });
    take_over_tasks(
        desk, crew.restarts, Loop::Global, [](ModeKind mode) { return mode == ModeKind::Global; });
    Proposal proposal(desk, Loop::Global);
    desk.store.tasks.for_each([&](std::uint32_t number, const Task& task) {
        task_touched(
            desk, proposal, {Kind::Task, Touched::How::Created, number, {}, task.meta.because});
    });
    tick(desk, crew, proposal);
    for (const ServiceId id : services_) {
        reconcile(desk, crew, proposal, id, desk.store.services.find(id.value)->meta.because);
    }
}

// Every event is followed by tickTasks there, so when a service is looked at, the restarts of tasks
// that failed before have applied.
void Global::turn(Desk& desk, Crew crew, std::span<const Touched> touched) {
    Proposal proposal(desk, Loop::Global);
    added_.clear();
    std::map<ServiceId, FactId> services = std::exchange(waiting_, {});
    // A node or a service that was touched more than once is looked at once.
    std::set<std::pair<Kind, std::uint32_t>> seen;
    for (const Touched& one : touched) {
        if (one.kind == Kind::Task) {
            task_touched(desk, proposal, one);
        } else if (one.kind == Kind::Service && (one.how == Touched::How::Deleted ||
                                                 seen.insert({one.kind, one.number}).second)) {
            service_touched(desk, crew, proposal, one);
        } else if (one.kind == Kind::Node && seen.insert({one.kind, one.number}).second) {
            node_touched(desk, crew, proposal, one);
        }
    }
    tick(desk, crew, proposal);
    services.merge(std::exchange(to_reconcile_, {}));
    for (const auto& [id, because] : services) {
        reconcile(desk, crew, proposal, id, because);
    }
}

void Global::task_touched(Desk& desk, Proposal& proposal, const Touched& touched) {
    const Task* task = desk.store.tasks.find(touched.number);
    if (task == nullptr || !services_.contains(task->service) || task->desired > TaskState::Running)
        return;
    const TaskId id{touched.number};
    // Made while its node was lost.
    if (touched.how == Touched::How::Created &&
        invalid_node(desk.store.nodes.find(task->node.value)))
        return stop(desk, proposal, {id}, touched.because);
    if (task->status.state > TaskState::Running) to_restart_[id] = touched.because;
}

void Global::service_touched(Desk& desk, Crew crew, Proposal& proposal, const Touched& touched) {
    const ServiceId id{touched.number};
    if (touched.how == Touched::How::Deleted) {
        if (services_.erase(id) == 0) return;
        remove_tasks_of(desk, proposal, id, touched.because);
        crew.restarts.clear_history(id);
        return;
    }
    if (!is_global_service(desk.store.services.find(id.value))) return;
    services_.insert(id);
    to_reconcile_[id] = touched.because;
}

void Global::node_touched(Desk& desk, Crew crew, Proposal& proposal, const Touched& touched) {
    const NodeId id{touched.number};
    const Node* node = desk.store.nodes.find(id.value);
    if (node != nullptr && !invalid_node(node)) {
        // A paused node gets no tasks, nor newer ones.
        if (node->spec.availability == Availability::Pause) return;
        for (const ServiceId service : services_) {
            reconcile_on(desk, crew, proposal, service, id, touched.because);
        }
        return;
    }
    std::vector<TaskId> mine;
    for (const TaskId task : desk.store.tasks_on(id)) {
        if (services_.contains(desk.store.tasks.find(task.value)->service)) mine.push_back(task);
    }
    if (node != nullptr) return stop(desk, proposal, mine, touched.because);
    const CauseScope scope(desk.kernel, touched.because);
    for (const TaskId task : mine) {
        const StringId name =
            desk.kernel.intern(name_of(desk.store, *desk.store.tasks.find(task.value)));
        proposal.add(delete_task(
            task,
            desk.kernel.record(
                kFactTaskDeleted, {SubjectType::Task, task.value}, name, DeleteReason::Node)));
    }
}

void Global::tick(Desk& desk, Crew crew, Proposal& proposal) {
    for (const auto& [id, because] : std::exchange(to_restart_, {})) {
        const Task* task = desk.store.tasks.find(id.value);
        if (task == nullptr || task->desired > TaskState::Running) continue;
        const Service* service = desk.store.services.find(task->service.value);
        const Node* node = desk.store.nodes.find(task->node.value);
        if (service == nullptr || invalid_node(node)) continue;
        const bool fits = node->spec.availability != Availability::Pause &&
                          meets_constraints(placement_of(*service->spec.task), task->node, *node);
        if (fits) {
            if (!crew.restarts.restart(desk, proposal, id, because)) continue;
            if (auto found = to_reconcile_.extract(task->service))
                waiting_.insert(std::move(found));
        } else {
            stop(desk, proposal, {id}, because);
        }
    }
}

void Global::reconcile(Desk& desk, Crew crew, Proposal& proposal, ServiceId id, FactId because) {
    const Row<Service> service = desk.store.services.row(id.value);
    if (!service) return;
    std::map<NodeId, std::vector<TaskId>> tasks = by_node(desk.store, id);
    for (auto& [node, slot] : tasks) {
        slot = crew.restarts.updatable(desk.store, slot, *service);
    }
    std::vector<SlotKey> slots;
    desk.store.nodes.for_each([&](std::uint32_t number, const Node& node) {
        const NodeId node_id{number};
        if (invalid_node(&node)) return;
        std::vector<TaskId> mine;
        if (const auto found = tasks.find(node_id); found != tasks.end()) {
            mine = std::move(found->second);
            tasks.erase(found);
        }
        if (!meets_constraints(placement_of(*service->spec.task), node_id, node))
            return stop(desk, proposal, mine, because);
        if (node.spec.availability == Availability::Pause) return;
        if (mine.empty()) return add_task(desk, proposal, id, node_id, because);
        slots.push_back({id, 0, node_id});
    });
    for (const auto& [node, left] : tasks) {
        stop(desk, proposal, left, because);
    }
    if (!slots.empty()) crew.updates.update(desk, crew.others(), id, std::move(slots), because);
}

// Not by a rolling update: the service wasn't touched, the node was. It may have been paused while
// the service was updated.
void Global::reconcile_on(
    Desk& desk, Crew crew, Proposal& proposal, ServiceId id, NodeId node_id, FactId because) {
    const Row<Service> service = desk.store.services.row(id.value);
    const Node* node = desk.store.nodes.find(node_id.value);
    if (!service || !meets_constraints(placement_of(*service->spec.task), node_id, *node)) return;
    std::vector<TaskId> dirty;
    std::vector<TaskId> clean;
    for (const TaskId task :
         crew.restarts.updatable(desk.store, crew.slots.tasks({id, 0, node_id}), *service)) {
        (is_dirty(desk.store, *service, *desk.store.tasks.find(task.value)) ? dirty : clean)
            .push_back(task);
    }
    if (clean.empty()) return add_task(desk, proposal, id, node_id, because, std::move(dirty));
    dirty.insert(dirty.end(), clean.begin() + 1, clean.end());
    stop(desk, proposal, dirty, because);
}

// `replaced`: tasks to shut down in the same change.
void Global::add_task(Desk& desk,
                      Proposal& proposal,
                      ServiceId id,
                      NodeId node,
                      FactId because,
                      std::vector<TaskId> replaced) {
    if (!added_.insert({id, node}).second) return;
    const CauseScope scope(desk.kernel, because);
    NewTask task = new_task(desk, id, *desk.store.services.find(id.value), 0, node);
    const FactId created =
        record_created(desk,
                       task,
                       replaced.empty() ? CreateReason::Node : CreateReason::Update,
                       replaced.empty() ? TaskId{} : replaced.back());
    std::vector<Action> actions{create(task.id.value, std::move(task.row), created)};
    for (const TaskId old : replaced) {
        const Task& row = *desk.store.tasks.find(old.value);
        const FactId stopping =
            record_stopping(desk, old, row, TaskState::Shutdown, StopReason::Update);
        actions.push_back(row.desired <= TaskState::Running
                              ? want_if_live(old, TaskState::Shutdown, stopping)
                              : want(old, TaskState::Shutdown, stopping));
    }
    if (replaced.empty()) {
        proposal.add(std::move(actions.front()));
    } else {
        proposal.add_together(std::move(actions));
    }
}

void Global::stop(Desk& desk,
                  Proposal& proposal,
                  const std::vector<TaskId>& tasks,
                  FactId because) {
    const CauseScope scope(desk.kernel, because);
    for (const TaskId id : tasks) {
        const Task& task = *desk.store.tasks.find(id.value);
        if (task.desired >= TaskState::Shutdown) continue;
        proposal.add(want(id,
                          TaskState::Shutdown,
                          record_stopping(desk, id, task, TaskState::Shutdown, StopReason::Node)));
    }
}

}  // namespace podium::swarm
