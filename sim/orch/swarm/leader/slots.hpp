#pragma once

// Tasks and the slots they take: what swarmkit's orchestrators share (manager/orchestrator/task.go,
// slot.go, service.go).

#include <string>
#include <vector>

#include "sim/orch/scheduler/constraint.hpp"
#include "sim/orch/swarm/facts.hpp"
#include "sim/orch/swarm/leader/desk.hpp"

namespace podium::swarm {

/// One place of a service: a slot's number (replicated), or a node (global).
struct SlotKey {
    ServiceId service;
    std::uint64_t slot = 0;
    NodeId node;

    auto operator<=>(const SlotKey&) const = default;
};

SlotKey slot_of(const Task& task);

constexpr bool is_global(ModeKind mode) {
    return mode == ModeKind::Global || mode == ModeKind::GlobalJob;
}

constexpr bool is_job(ModeKind mode) {
    return mode == ModeKind::ReplicatedJob || mode == ModeKind::GlobalJob;
}

/// Which tasks there are of each slot, by number. Of jobs, not slot 0. Services, slots, nodes and tasks have dense numbers, so
/// a slot is a first task in a list of its service's, and each task names the next.
class SlotIndex {
  public:
    void begin(const Store& store);
    void touched(const Store& store, const Touched& touched);
    [[nodiscard]] std::vector<TaskId> tasks(const SlotKey& slot) const;

  private:
    struct Firsts {
        std::vector<TaskId> of_slots;  ///< By slot - 1.
        std::vector<TaskId> of_nodes;  ///< By node - 1: of global services.
    };

    void add(const Store& store, TaskId id);
    TaskId& first(const SlotKey& slot);

    std::vector<Firsts> services_;  ///< By service - 1.
    std::vector<TaskId> next_;      ///< By task - 1: of the same slot.
};

/// "web.1", "agent.<node's id>".
std::string name_of(const Store& store, const Task& task);

struct NewTask {
    TaskId id;
    std::shared_ptr<Task> row;
};

/// A task of the service as it is now; desired state running. It is to be created by a change.
NewTask new_task(Desk& desk, ServiceId id, const Service& service, std::uint64_t slot, NodeId node);

/// Records that a task is created, because of the kernel's cause.
FactId record_created(Desk& desk, const NewTask& task, CreateReason reason, TaskId replaces = {});
/// Records that a task is to stop; `desired` is Shutdown or Remove.
FactId record_stopping(
    Desk& desk, TaskId id, const Task& task, TaskState desired, StopReason reason);

/// Null, down or drained.
bool invalid_node(const Node* node);

/// The node as constraints see it.
scheduler::NodeDescription describe(NodeId id, const Node& node);
/// Whether the node satisfies the placement's constraints. Those that can't be read are never
/// satisfied; the API refuses them.
bool meets_constraints(const Placement* placement, NodeId id, const Node& node);

inline const Placement* placement_of(const TaskSpec& spec) {
    return spec.placement ? &*spec.placement : nullptr;
}

/// Whether the task must be replaced for the service's present spec: another version, and not only
/// other constraints that its node satisfies.
bool is_dirty(const Store& store, const Service& service, const Task& task);

/// When the task came to its state as far as managers know: when it was last told.
Time state_time(const Task& task);
/// The earlier of two tasks by that; then by number.
bool earlier(const Store& store, TaskId a, TaskId b);

}  // namespace podium::swarm
