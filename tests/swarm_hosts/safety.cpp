#include "tests/swarm_hosts/safety.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "sim/orch/swarm/leader/slots.hpp"

namespace podium::swarm {
namespace {

// Between two looks of the reaper, and until a new leader's first, a slot may have so many more.
constexpr std::int64_t kHistorySlack = 4;

bool is_replicated_job(const Service& service) { return service.spec.mode.kind == ModeKind::ReplicatedJob; }

std::string described(const Task& task, TaskId id) {
    return fmt::format("task {} of {} (slot {}, node {}: {}, wanted {})", id.value, task.service_name, task.slot, task.node.value, task_state_name(task.status.state), task_state_name(task.desired));
}

// What the tasks of a node reserve that it has taken, or is to take.
struct Reserved {
    std::int64_t nano_cpus = 0;
    std::int64_t memory_bytes = 0;

    void add(const TaskSpec& spec) {
        nano_cpus += spec.reservations.nano_cpus;
        memory_bytes += spec.reservations.memory_bytes;
    }
    [[nodiscard]] bool exceeds(const Node& node) const { return nano_cpus > node.description.nano_cpus || memory_bytes > node.description.memory_bytes; }
};

Reserved reserved_on(const Store& store, NodeId node) {
    Reserved out;
    for (const TaskId id : store.tasks_on(node)) {
        const Task& task = *store.tasks.find(id.value);
        if (task.status.state >= TaskState::Assigned && task.status.state <= TaskState::Running) out.add(*task.spec);
    }
    return out;
}

// The tasks of a service that count for its limit on a node.
std::uint64_t active_on(const Store& store, NodeId node, ServiceId service) {
    std::uint64_t count = 0;
    for (const TaskId id : store.tasks_on(node)) {
        const Task& task = *store.tasks.find(id.value);
        count += task.service == service && task.status.state >= TaskState::Assigned && task.status.state <= TaskState::Running && task.desired <= TaskState::Complete ? 1U : 0U;
    }
    return count;
}

// The same, for messages.
std::string tasks_on(const Store& store, NodeId node, ServiceId service) {
    std::string out;
    for (const TaskId id : store.tasks_on(node)) {
        const Task& task = *store.tasks.find(id.value);
        if (task.service == service) out += fmt::format(" {} ({}, wanted {})", id.value, task_state_name(task.status.state), task_state_name(task.desired));
    }
    return out;
}

}  // namespace

void SwarmSafety::fail(const SwarmHosts& hosts, const std::string& what) {
    if (wrong_.empty()) wrong_ = fmt::format("at {:.3f} s: {}", hosts.now(), what);
}

void SwarmSafety::look(const SwarmHosts& hosts) {
    if (!wrong_.empty() || hosts.swarm().state().swarms.empty()) return;
    if (const std::string& broken = hosts.row().group.broken(); !broken.empty()) fail(hosts, broken);
    if (hosts.row().next_payload != payload_) look_at_proposals(hosts);
    if (hosts.store().index() != index_) look_at_tasks(hosts);
}

void SwarmSafety::look_at_proposals(const SwarmHosts& hosts) {
    const auto& proposed = hosts.row().proposed;
    for (auto one = proposed.lower_bound(payload_); one != proposed.end(); ++one) {
        if (one->second.by_loops) look_at_placement(hosts, one->second);
    }
    payload_ = hosts.row().next_payload;
}

void SwarmSafety::look_at_placement(const SwarmHosts& hosts, const Proposed& proposal) {
    const auto leader = hosts.row().leaders.find(proposal.by);
    if (leader == hosts.row().leaders.end()) return;
    const Store& store = leader->second.own_store ? *leader->second.own_store : hosts.store();
    std::map<NodeId, Reserved> more;
    std::map<std::pair<NodeId, ServiceId>, std::uint64_t> more_of;
    for (const Action& action : proposal.change.actions) {
        const auto* merge = std::get_if<TaskMerge>(&action);
        if (merge == nullptr || !merge->node || !merge->status || merge->status->state != TaskState::Assigned) continue;
        const Task* task = store.tasks.find(merge->task.value);
        const Node* node = store.nodes.find(merge->node.value);
        if (task == nullptr) continue;
        ++placements_;
        const std::string what = described(*task, merge->task) + fmt::format(" is placed on node {}, ", merge->node.value);
        if (node == nullptr) return fail(hosts, what + "which is not there");
        if (node->state != NodeState::Ready || node->spec.availability != Availability::Active) fail(hosts, what + "which is not available");
        if (!meets_constraints(placement_of(*task->spec), merge->node, *node)) fail(hosts, what + "against its constraints");
        Reserved reserved = reserved_on(store, merge->node);
        Reserved& beside = more[merge->node];
        beside.add(*task->spec);
        reserved.nano_cpus += beside.nano_cpus;
        reserved.memory_bytes += beside.memory_bytes;
        if ((task->spec->reservations.nano_cpus > 0 || task->spec->reservations.memory_bytes > 0) && reserved.exceeds(*node)) fail(hosts, what + "which has not so much left");
        const std::uint64_t most = task->spec->placement ? task->spec->placement->max_replicas : 0;
        if (most > 0 && task->desired <= TaskState::Complete && active_on(store, merge->node, task->service) + ++more_of[{merge->node, task->service}] > most) fail(hosts, what + "where there are as many as may be:" + tasks_on(store, merge->node, task->service));
    }
}

void SwarmSafety::note_start_first(const Store& store) {
    const auto starts_first = [](const std::optional<ServiceSpec>& spec) {
        return spec && ((spec->update && spec->update->order == UpdateOrder::StartFirst) || (spec->rollback && spec->rollback->order == UpdateOrder::StartFirst));
    };
    store.services.for_each([&](std::uint32_t number, const Service& service) {
        const ServiceId id{number};
        Row<Service>& known = services_[id];
        if (known.get() == &service) return;
        known = store.services.row(number);
        if (starts_first(service.spec) || starts_first(service.previous_spec)) starts_first_.insert(id);
        const auto attempts = static_cast<std::int64_t>(service.spec.task->restart.value_or(TaskRestartPolicy{}).max_attempts);
        most_attempts_[id] = std::max(most_attempts_[id], attempts);
    });
}

void SwarmSafety::look_at_tasks(const SwarmHosts& hosts) {
    const Store& store = hosts.store();
    index_ = store.index();
    note_start_first(store);
    tasks_.resize(store.tasks.last_number());
    for (std::uint32_t number = 1; number <= store.tasks.last_number(); ++number) {
        const Task* task = store.tasks.find(number);
        Row<Task>& known = tasks_[number - 1];
        if (task == known.get()) continue;
        ++changes_;
        const Row<Task> before = std::exchange(known, store.tasks.row(number));
        if (task != nullptr) look_at_task(hosts, {number}, *task, before.get());
    }
}

void SwarmSafety::look_at_task(const SwarmHosts& hosts, TaskId id, const Task& task, const Task* before) {
    if (before != nullptr && (task.status.state < before->status.state || task.desired < before->desired)) fail(hosts, described(task, id) + " has gone back from " + std::string(task_state_name(before->status.state)));
    if (before != nullptr && before->node && before->node != task.node) fail(hosts, described(task, id) + " has moved");
    const bool is_there = task.status.state >= TaskState::Assigned && task.status.state <= TaskState::Running;
    if (is_there && !task.node) fail(hosts, described(task, id) + " has no node");
    if (is_there && (before == nullptr || before->status.state < TaskState::Assigned)) {
        const Node* node = hosts.store().nodes.find(task.node.value);
        if (node != nullptr && (task.spec->reservations.nano_cpus > 0 || task.spec->reservations.memory_bytes > 0) && reserved_on(hosts.store(), task.node).exceeds(*node)) fail(hosts, described(task, id) + " reserves what its node does not have");
    }
    if (hosts.store().services.find(task.service.value) != nullptr) look_at_slot(hosts, id, task);
}

void SwarmSafety::look_at_slot(const SwarmHosts& hosts, TaskId id, const Task& task) {
    const Store& store = hosts.store();
    const Service& service = *store.services.find(task.service.value);
    std::int64_t to_run = 0;
    std::int64_t ended = 0;
    for (const TaskId other_id : store.tasks_of(task.service)) {
        const Task& other = *store.tasks.find(other_id.value);
        if (slot_of(other) != slot_of(task) || other.job_iteration != task.job_iteration) continue;
        ended += other.status.state > TaskState::Running ? 1 : 0;
        to_run += other.desired <= TaskState::Complete ? 1 : 0;
    }
    if (to_run > 1 && !starts_first_.contains(task.service)) fail(hosts, fmt::format("the slot of {} has {} tasks that are to run", described(task, id), to_run));
    // Of jobs all tasks are kept.
    if (is_replicated_job(service) || service.spec.mode.kind == ModeKind::GlobalJob) return;
    const std::int64_t kept = std::max(store.cluster->spec.task_history_limit, most_attempts_[task.service] + 1);
    if (ended > kept + kHistorySlack) fail(hosts, fmt::format("the slot of {} has {} tasks that have ended", described(task, id), ended));
}

}  // namespace podium::swarm
