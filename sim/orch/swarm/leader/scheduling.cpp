#include "sim/orch/swarm/leader/scheduling.hpp"

#include <algorithm>

#include "sim/orch/swarm/defaults.hpp"

namespace podium::swarm {
namespace {

bool waits(const Task& task) {
    return task.status.state == TaskState::Pending;
}

// Takes room on its node.
bool takes(const Task& task) {
    return task.status.state >= TaskState::Assigned && task.status.state <= TaskState::Running;
}

bool is_active(const Task& task) {
    return task.desired <= TaskState::Complete;
}

std::vector<scheduler::HostPort> host_ports_of(const std::vector<Port>& ports) {
    std::vector<scheduler::HostPort> out;
    for (const Port& port : ports) {
        if (port.mode == PublishMode::Host && port.published != 0)
            out.push_back({port.protocol, port.published});
    }
    return out;
}

scheduler::Resources resources_of(const Resources& from) {
    return {from.nano_cpus, from.memory_bytes, from.generic};
}

scheduler::TaskUse use_of_task(const Task& task) {
    return {task.service.value, resources_of(task.spec->reservations), host_ports_of(task.ports)};
}

std::uint32_t failures_on(const scheduler::NodeInfo& node, const Task& task) {
    for (const scheduler::Failures& failures : node.use.failures) {
        if (failures.service == task.service.value && failures.spec_version == task.spec_version)
            return static_cast<std::uint32_t>(failures.times.size());
    }
    return 0;
}

// swarmkit scheduler/filter.go, PluginFilter. Of networks there is nothing to ask: every node has their drivers.
std::vector<scheduler::Plugin> plugins_of(const TaskSpec& spec) {
    std::vector<scheduler::Plugin> out;
    for (const MountDetail& mount : spec.detail.mounts)
        if (!mount.volume_driver.empty()) out.push_back({"Volume", mount.volume_driver});
    if (!spec.log_driver.empty() && spec.log_driver != "none") out.push_back({"Log", spec.log_driver});
    return out;
}

// How many earlier tasks of each slot have failed, of those that the store still has.
std::map<std::uint64_t, std::uint32_t> failures_by_slot(const Store& store, ServiceId service) {
    std::map<std::uint64_t, std::uint32_t> out;
    for (const TaskId id : store.tasks_of(service)) {
        const Task& task = *store.tasks.find(id.value);
        if (task.status.state == TaskState::Failed || task.status.state == TaskState::Rejected)
            ++out[task.slot];
    }
    return out;
}

// A task that never had a node.
void end_unplaced(Desk& desk, Proposal& proposal, TaskId id, const Task& task) {
    TaskMerge merge;
    merge.task = id;
    merge.because = task.meta.because;
    merge.status = task.status;
    merge.status->state = TaskState::Shutdown;
    merge.status->since = desk.kernel.now();
    merge.status->error.clear();
    proposal.add(std::move(merge));
}

}  // namespace

scheduler::Group group_of(const Store& store, const std::vector<const Task*>& tasks) {
    const Task& first = *tasks.front();
    scheduler::Group out;
    out.shape = shape_of(first, nullptr);
    out.service = first.service_name;
    if (const Service* service = store.services.find(first.service.value))
        out.labels = service->spec.labels;
    const auto failures = failures_by_slot(store, first.service);
    for (const Task* task : tasks) {
        const auto failed = failures.find(task->slot);
        out.tasks.push_back({task->slot, failed == failures.end() ? 0 : failed->second});
    }
    return out;
}

scheduler::TaskShape shape_of(const Task& task, const Service* service) {
    scheduler::TaskShape shape;
    shape.service = task.service.value;
    shape.spec_version = task.spec_version;
    shape.reservations = resources_of(task.spec->reservations);
    shape.plugins = plugins_of(*task.spec);
    if (task.spec->placement) {
        const Placement& placement = *task.spec->placement;
        if (auto constraints = scheduler::parse_constraints(placement.constraints);
            constraints.ok())
            shape.constraints = std::move(constraints.value());
        shape.preferences = placement.preferences;
        shape.max_replicas = placement.max_replicas;
        for (const auto& [architecture, os] : placement.platforms) {
            shape.platforms.push_back({architecture, os});
        }
    }
    shape.host_ports = host_ports_of(
        service != nullptr && task.ports.empty() ? service->endpoint.ports : task.ports.vector());
    return shape;
}

void Scheduling::begin(Desk& desk) {
    *this = {};
    desk.store.nodes.for_each([this](std::uint32_t number, const Node& node) {
        placer_.set_node(describe({number}, node));
    });
    desk.store.tasks.for_each([&](std::uint32_t number, const Task& task) {
        if (waits(task)) {
            if (is_active(task)) enqueue(desk, {number}, task);
        } else if (takes(task) && task.node) {
            count({number}, task);
        }
    });
    run(desk);
}

Scheduling::Counted& Scheduling::counted(TaskId id) {
    if (id.value > counted_.size()) counted_.resize(id.value);
    return counted_[id.value - 1];
}

void Scheduling::count(TaskId id, const Task& task) {
    Counted& known = counted(id);
    if (known.node == task.node) {
        if (known.active != is_active(task))
            placer_.task_active(task.node.value, task.service.value, is_active(task));
        known.active = is_active(task);
        return;
    }
    uncount(id, task);
    known.node = task.node;
    known.active = is_active(task);
    placer_.task_added(task.node.value, use_of_task(task), known.active);
}

void Scheduling::uncount(TaskId id, const Task& task) {
    Counted& known = counted(id);
    if (!known.node) return;
    placer_.task_removed(known.node.value, use_of_task(task), known.active);
    known.node = {};
    known.active = false;
}

void Scheduling::enqueue(Desk& desk, TaskId id, const Task& task) {
    if (!task.node) {
        unassigned_.insert(unassigned_.end(), id);
        tick_required_ = true;
        tick_because_ = task.meta.because;
        return;
    }
    // The node may have been forgotten; then it is told of when the task is looked at.
    if (desk.store.nodes.find(task.node.value) == nullptr) return;
    counted(id).preassigned = true;
    preassigned_.insert(id);
}

void Scheduling::turn(Desk& desk, std::span<const Touched> touched) {
    check_decisions(desk);
    for (const Touched& one : touched) {
        if (one.kind == Kind::Task) task_touched(desk, one);
        if (one.kind == Kind::Node) node_touched(desk, one);
    }
    debounce(desk);
}

void Scheduling::task_touched(Desk& desk, const Touched& touched) {
    const TaskId id{touched.number};
    const Task* task = desk.store.tasks.find(touched.number);
    const bool gone = task == nullptr;
    if (gone) task = before<Task>(touched);
    if (task == nullptr) return;
    if (gone || task->status.state > TaskState::Running) {
        const bool known =
            counted(id).node || unassigned_.contains(id) || preassigned_.contains(id);
        if (counted(id).node && !gone) failed(desk, id, *task);
        uncount(id, *task);
        unassigned_.erase(id);
        preassigned_.erase(id);
        if (!known) return;
        tick_required_ = true;
        tick_because_ = touched.because;
        return;
    }
    if (waits(*task) && !counted(id).node) return enqueue(desk, id, *task);
    if (takes(*task) && task->node) count(id, *task);
}

void Scheduling::failed(Desk& desk, TaskId id, const Task& task) {
    const bool failure =
        task.status.state == TaskState::Failed || task.status.state == TaskState::Rejected;
    if (!failure || counted(id).preassigned) return;
    placer_.task_failed(task.node.value, task.service.value, task.spec_version, desk.kernel.now());
    const scheduler::NodeInfo* node = placer_.node(task.node.value);
    if (node == nullptr || failures_on(*node, task) != kMostFailures) return;
    const CauseScope scope(desk.kernel, task.meta.because);
    desk.kernel.record(kFactNodeShunned,
                       {SubjectType::Node, task.node.value},
                       desk.kernel.intern(node->hostname),
                       desk.kernel.intern(task.service_name),
                       kMostFailures);
}

void Scheduling::node_touched(Desk& desk, const Touched& touched) {
    const Node* node = desk.store.nodes.find(touched.number);
    if (node == nullptr) {
        placer_.remove_node(touched.number);
        return;
    }
    placer_.set_node(describe({touched.number}, *node));
    tick_required_ = true;
    tick_because_ = touched.because;
}

void Scheduling::debounce(Desk& desk) {
    const Time now = desk.kernel.now();
    if (!debouncing_since_) {
        debouncing_since_ = now;
    } else if (now - *debouncing_since_ > kMostSchedulingLatency) {
        debouncing_since_.reset();
        run(desk);
        return;
    }
    debounced_until_ = now + kCommitDebounceGap;
    if (timer_) return;
    timer_ = true;
    schedule(desk, kCommitDebounceGap, kManagerSchedule);
}

void Scheduling::due(Desk& desk) {
    timer_ = false;
    if (!debouncing_since_) return;
    // It was put off since.
    if (desk.kernel.now() < debounced_until_) {
        timer_ = true;
        schedule(desk, debounced_until_ - desk.kernel.now(), kManagerSchedule);
        return;
    }
    debouncing_since_.reset();
    run(desk);
}

void Scheduling::run(Desk& desk) {
    Proposal proposal(desk, Loop::Scheduler);
    // Tasks bound to a node go first, as they have no other.
    confirm(desk, proposal);
    if (!tick_required_) return;
    tick_required_ = false;
    place(desk, proposal);
}

// Decisions that did not apply are taken back; a task that still waits is placed again.
void Scheduling::check_decisions(Desk& desk) {
    for (const auto& [id, node] : std::exchange(decided_, {})) {
        const Task* task = desk.store.tasks.find(id.value);
        // One that is gone or has ended is taken back when that is told.
        if (task == nullptr || !waits(*task)) continue;
        uncount(id, *task);
        enqueue(desk, id, *task);
    }
}

void Scheduling::confirm(Desk& desk, Proposal& proposal) {
    std::vector<TaskId> confirmed;
    for (const TaskId id : preassigned_) {
        const Task* task = desk.store.tasks.find(id.value);
        if (task == nullptr || !waits(*task)) {
            confirmed.push_back(id);
            continue;
        }
        const scheduler::TaskShape shape = shape_of(*task, nullptr);
        if (placer_.node(task->node.value) == nullptr) continue;
        const CauseScope scope(desk.kernel, task->meta.because);
        if (!placer_.fits(shape, task->node.value)) {
            explain(desk, proposal, id, placer_.refusal(shape, task->node.value));
            continue;
        }
        placer_.task_added(task->node.value, use_of_task(*task), is_active(*task));
        counted(id).node = task->node;
        counted(id).active = is_active(*task);
        assign(
            desk, proposal, id, task->node, "scheduler confirmed task can run on preassigned node");
        confirmed.push_back(id);
    }
    for (const TaskId id : confirmed) {
        preassigned_.erase(id);
    }
}

void Scheduling::place(Desk& desk, Proposal& proposal) {
    // Tasks of one version of a service are placed as a group.
    std::map<std::pair<ServiceId, std::uint64_t>, std::vector<TaskId>> groups;
    for (const TaskId id : std::exchange(unassigned_, {})) {
        const Task* task = desk.store.tasks.find(id.value);
        if (task == nullptr || !waits(*task)) continue;
        groups[{task->service, task->spec_version}].push_back(id);
    }
    for (auto& [key, group] : groups) {
        place_group(desk, proposal, std::move(group));
    }
}

void Scheduling::policy_changed(Desk& desk) {
    tick_required_ = true;
    tick_because_ = desk.kernel.cause();
    debounce(desk);
}

// Where each of a group goes.
Result<std::vector<scheduler::Chosen>> Scheduling::choose(Desk& desk,
                                                          const std::vector<TaskId>& group,
                                                          RandomStream& random) {
    const Task& first = *desk.store.tasks.find(group.front().value);
    const Time now = desk.kernel.now();
    if (desk.policy == nullptr) {
        std::vector<scheduler::Chosen> out(group.size());
        scheduler::Placed placed = placer_.place(
            shape_of(first, nullptr), static_cast<std::uint32_t>(group.size()), now, random);
        for (std::size_t i = 0; i < group.size(); ++i) {
            if (i < placed.nodes.size()) {
                out[i].node = placed.nodes[i];
            } else {
                out[i].reason = placed.explanation;
            }
        }
        return out;
    }
    std::vector<const Task*> tasks;
    for (const TaskId id : group) {
        tasks.push_back(desk.store.tasks.find(id.value));
    }
    return placer_.place(group_of(desk.store, tasks), now, random, *desk.policy);
}

void Scheduling::place_group(Desk& desk, Proposal& proposal, std::vector<TaskId> group) {
    RandomStream random =
        desk.kernel.random("swarm scheduler", mix64(desk.swarm) + mix64(desk.term) + ++groups_);
    // Which task gets which of the nodes is chance: swarmkit walks a map.
    for (std::size_t i = group.size(); i > 1; --i) {
        std::swap(group[i - 1], group[random.below(i)]);
    }
    // After an error of the policy everything waits for another policy.
    if (desk.trouble != nullptr && *desk.trouble) {
        unassigned_.insert(group.begin(), group.end());
        tick_required_ = true;
        return;
    }
    const auto chosen = choose(desk, group, random);
    if (!chosen) {
        *desk.trouble = chosen.error();
        unassigned_.insert(group.begin(), group.end());
        tick_required_ = true;
        return;
    }
    for (std::size_t i = 0; i < group.size(); ++i) {
        const Task& task = *desk.store.tasks.find(group[i].value);
        // One that was looked at before waits for something else now than for its turn.
        const CauseScope scope(desk.kernel,
                               task.status.error.empty() ? task.meta.because : tick_because_);
        const scheduler::Chosen& choice = (*chosen)[i];
        if (choice.node != 0) {
            const NodeId node{choice.node};
            counted(group[i]).node = node;
            counted(group[i]).active = true;
            if (!is_active(task)) {
                placer_.task_active(node.value, task.service.value, false);
                counted(group[i]).active = false;
            }
            assign(
                desk, proposal, group[i], node, "scheduler assigned task to node", choice.reason);
            continue;
        }
        const Service* service = desk.store.services.find(task.service.value);
        if (service == nullptr) continue;
        // One of an earlier version isn't tried again, and has stopped where it is to
        // (scheduler.go, noSuitableNode).
        if (service->spec_version > task.spec_version) {
            if (task.desired >= TaskState::Shutdown) end_unplaced(desk, proposal, group[i], task);
            continue;
        }
        explain(desk,
                proposal,
                group[i],
                choice.reason.empty() ? "no suitable node"
                                      : "no suitable node (" + choice.reason + ")");
        unassigned_.insert(group[i]);
    }
}

void Scheduling::assign(Desk& desk,
                        Proposal& proposal,
                        TaskId id,
                        NodeId node,
                        Literal message,
                        std::string_view reason) {
    const Task& task = *desk.store.tasks.find(id.value);
    const scheduler::NodeInfo& info = *placer_.node(node.value);
    TaskMerge merge;
    merge.task = id;
    merge.node = node;
    merge.status = TaskStatus{};
    merge.status->state = TaskState::Assigned;
    merge.status->since = desk.kernel.now();
    merge.status->message = message;
    const StringId name = desk.kernel.intern(name_of(desk.store, task));
    merge.because = desk.kernel.record(kFactTaskAssigned,
                                       {SubjectType::Task, id.value},
                                       name,
                                       desk.kernel.intern(info.hostname),
                                       info.use.active,
                                       info.use.active_of(task.service.value),
                                       task.spec->reservations.nano_cpus,
                                       task.spec->reservations.memory_bytes,
                                       desk.kernel.intern(reason));
    proposal.add(std::move(merge));
    decided_.emplace_back(id, node);
}

void Scheduling::explain(Desk& desk, Proposal& proposal, TaskId id, std::string error) {
    const Task& task = *desk.store.tasks.find(id.value);
    if (task.status.error == error) return;
    TaskMerge merge;
    merge.task = id;
    merge.status = task.status;
    merge.status->since = desk.kernel.now();
    merge.status->error = std::move(error);
    const StringId name = desk.kernel.intern(name_of(desk.store, task));
    merge.because = desk.kernel.record(kFactTaskPending,
                                       {SubjectType::Task, id.value},
                                       name,
                                       desk.kernel.intern(merge.status->error));
    proposal.add(std::move(merge));
}

}  // namespace podium::swarm
