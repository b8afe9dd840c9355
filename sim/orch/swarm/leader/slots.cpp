#include "sim/orch/swarm/leader/slots.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace podium::swarm {
namespace {

// A job's slot 0 is none while its task has no node.
bool has_slot(const Task& task) { return task.service && (task.slot != 0 || task.node); }

}  // namespace

SlotKey slot_of(const Task& task) {
    return {task.service, task.slot, task.slot == 0 ? task.node : NodeId{}};
}

void SlotIndex::begin(const Store& store) {
    services_.clear();
    next_.clear();
    store.tasks.for_each([&](std::uint32_t number, const Task&) { add(store, {number}); });
}

void SlotIndex::touched(const Store& store, const Touched& touched) {
    if (touched.kind != Kind::Task || touched.how == Touched::How::Updated) return;
    const TaskId id{touched.number};
    if (touched.how == Touched::How::Created) return add(store, id);
    const Task* task = before<Task>(touched);
    if (task == nullptr || !has_slot(*task)) return;
    TaskId* link = &first(slot_of(*task));
    while (*link && *link != id) {
        link = &next_[link->value - 1];
    }
    if (*link) *link = std::exchange(next_[id.value - 1], {});
}

void SlotIndex::add(const Store& store, TaskId id) {
    const Task* task = store.tasks.find(id.value);
    if (task == nullptr || !has_slot(*task)) return;
    if (next_.size() < id.value) next_.resize(id.value);
    TaskId* link = &first(slot_of(*task));
    while (*link && *link < id) {
        link = &next_[link->value - 1];
    }
    next_[id.value - 1] = std::exchange(*link, id);
}

TaskId& SlotIndex::first(const SlotKey& slot) {
    if (services_.size() < slot.service.value) services_.resize(slot.service.value);
    Firsts& of = services_[slot.service.value - 1];
    std::vector<TaskId>& firsts = slot.slot != 0 ? of.of_slots : of.of_nodes;
    const std::size_t place = slot.slot != 0 ? slot.slot : slot.node.value;
    if (firsts.size() < place) firsts.resize(place);
    return firsts[place - 1];
}

std::vector<TaskId> SlotIndex::tasks(const SlotKey& slot) const {
    std::vector<TaskId> out;
    if (!slot.service || slot.service.value > services_.size()) return out;
    const Firsts& of = services_[slot.service.value - 1];
    const std::vector<TaskId>& firsts = slot.slot != 0 ? of.of_slots : of.of_nodes;
    const std::size_t place = slot.slot != 0 ? slot.slot : slot.node.value;
    if (place == 0 || place > firsts.size()) return out;
    for (TaskId id = firsts[place - 1]; id; id = next_[id.value - 1]) {
        out.push_back(id);
    }
    return out;
}

std::string name_of(const Store& store, const Task& task) {
    const Node* node = store.nodes.find(task.node.value);
    return task_name(task, node == nullptr ? std::string_view{} : node->meta.id);
}

NewTask new_task(
    Desk& desk, ServiceId id, const Service& service, std::uint64_t slot, NodeId node) {
    const std::uint32_t number = desk.store.next_number(Kind::Task);
    auto row = std::make_shared<Task>();
    row->meta.id = public_id(Kind::Task, desk.swarm, number);
    row->service = id;
    row->service_name = service.spec.name;
    row->slot = slot;
    row->node = node;
    row->spec = service.spec.task;
    row->spec_version = service.spec_version;
    if (service.spec.endpoint) row->endpoint = std::make_shared<const EndpointSpec>(*service.spec.endpoint);
    row->desired = TaskState::Running;
    row->status.state = TaskState::New;
    row->status.since = desk.kernel.now();
    row->status.message = "created";
    return {{number}, std::move(row)};
}

FactId record_created(Desk& desk, const NewTask& task, CreateReason reason, TaskId replaces) {
    const StringId name = desk.kernel.intern(name_of(desk.store, *task.row));
    return desk.kernel.record(
        kFactTaskCreated, {SubjectType::Task, task.id.value}, name, reason, replaces.value);
}

FactId record_stopping(
    Desk& desk, TaskId id, const Task& task, TaskState desired, StopReason reason) {
    const StringId name = desk.kernel.intern(name_of(desk.store, task));
    return desk.kernel.record(
        kFactTaskStopping, {SubjectType::Task, id.value}, name, desired, reason);
}

bool invalid_node(const Node* node) {
    return node == nullptr || node->state == NodeState::Down ||
           node->spec.availability == Availability::Drain;
}

scheduler::NodeDescription describe(NodeId id, const Node& node) {
    scheduler::NodeDescription out;
    out.number = id.value;
    out.id = node.meta.id;
    out.name = node.spec.name;
    out.hostname = node.description.hostname;
    out.address = node.address;
    out.labels = node.spec.labels;
    out.engine_labels = node.description.engine_labels;
    out.role = node.role == Role::Manager ? scheduler::Role::Manager : scheduler::Role::Worker;
    switch (node.spec.availability) {
        case Availability::Active:
            out.availability = scheduler::Availability::Active;
            break;
        case Availability::Pause:
            out.availability = scheduler::Availability::Pause;
            break;
        case Availability::Drain:
            out.availability = scheduler::Availability::Drain;
            break;
    }
    out.ready = node.state == NodeState::Ready;
    out.platform = {node.description.architecture, node.description.os};
    for (const auto& [type, name] : node.description.plugins) {
        out.plugins.push_back({type, name});
    }
    out.total.nano_cpus = node.description.nano_cpus;
    out.total.memory_bytes = node.description.memory_bytes;
    out.total.generic = node.description.generic;
    return out;
}

bool meets_constraints(const Placement* placement, NodeId id, const Node& node) {
    if (placement == nullptr || placement->constraints.empty()) return true;
    const auto constraints = scheduler::parse_constraints(placement->constraints);
    return constraints.ok() && scheduler::matches(constraints.value(), describe(id, node));
}

bool is_dirty(const Store& store, const Service& service, const Task& task) {
    if (service.spec_version == task.spec_version) return false;
    const TaskSpec& wanted = *service.spec.task;
    const TaskSpec& present = *task.spec;
    const bool same_endpoint = task.endpoint != nullptr ? service.spec.endpoint == *task.endpoint : !service.spec.endpoint.has_value();
    if (service.spec.task == task.spec || wanted == present) return !same_endpoint;
    if (wanted.placement == present.placement) return true;
    TaskSpec other_placement = wanted;
    other_placement.placement = present.placement;
    const Node* node = store.nodes.find(task.node.value);
    return !(other_placement == present && node != nullptr &&
             meets_constraints(placement_of(wanted), task.node, *node));
}

// swarmkit manager/orchestrator/task.go, taskTimestamp: when the dispatcher has written a status,
// which it does again when an agent tells the same once more; else the state's own time.
Time state_time(const Task& task) {
    return std::max(task.reported, task.status.since);
}

bool earlier(const Store& store, TaskId a, TaskId b) {
    const Task* left = store.tasks.find(a.value);
    const Task* right = store.tasks.find(b.value);
    const Time left_since = left == nullptr ? Time{} : state_time(*left);
    const Time right_since = right == nullptr ? Time{} : state_time(*right);
    return std::tuple(left_since, a) < std::tuple(right_since, b);
}

}  // namespace podium::swarm
