#pragma once

// The orchestrators: as many tasks as services ask for. swarmkit has three loops
// (manager/orchestrator/ replicated, global and jobs), which share the restart supervisor and
// updates here, because each service belongs to one of them.
//
// A turn takes what was touched since the last; what was proposed before has applied by then. What
// others proposed meanwhile may not have, so tasks that turn up where none should be are taken
// back.

#include <set>
#include <span>
#include <vector>

#include "sim/orch/swarm/leader/updates.hpp"

namespace podium::swarm {

/// What an orchestrator works with besides the desk.
struct Crew {
    Restarts& restarts;
    Updates& updates;
    const SlotIndex& slots;

    [[nodiscard]] Updates::Others others() const { return {restarts, slots}; }
};

/// Sets the tasks of a removed service to be removed.
void remove_tasks_of(Desk& desk, Proposal& proposal, ServiceId service, FactId because);

class Replicated {
  public:
    /// Looks at all services and tasks of its own.
    void begin(Desk& desk, Crew crew);
    void turn(Desk& desk, Crew crew, std::span<const Touched> touched);

    /// Something is left for its next turn, even if nothing is touched until then.
    [[nodiscard]] bool wants_turn() const { return !waiting_.empty(); }

  private:
    void task_touched(Desk& desk, const Touched& touched);
    void tasks_on(Desk& desk, NodeId node, FactId because);
    void tick(Desk& desk, Crew crew);
    void reconcile(Desk& desk, Crew crew, Proposal& proposal, ServiceId id, FactId because);
    void remove_slots(Desk& desk,
                      Proposal& proposal,
                      ServiceId id,
                      const std::vector<TaskId>& tasks,
                      FactId because);
    void shrink(Desk& desk, Crew crew, Proposal& proposal, ServiceId id, FactId because);

    std::map<TaskId, FactId> to_restart_;
    std::map<ServiceId, FactId> to_reconcile_;
    std::map<ServiceId, FactId> waiting_;  // to reconcile when a restart of theirs has applied
    std::map<ServiceId, FactId> shrunk_;   // looked at once more when what was proposed has applied
};

class Global {
  public:
    void begin(Desk& desk, Crew crew);
    void turn(Desk& desk, Crew crew, std::span<const Touched> touched);

    /// As Replicated's.
    [[nodiscard]] bool wants_turn() const { return !waiting_.empty(); }

  private:
    void task_touched(Desk& desk, Proposal& proposal, const Touched& touched);
    void service_touched(Desk& desk, Crew crew, Proposal& proposal, const Touched& touched);
    void node_touched(Desk& desk, Crew crew, Proposal& proposal, const Touched& touched);
    void tick(Desk& desk, Crew crew, Proposal& proposal);
    void reconcile(Desk& desk, Crew crew, Proposal& proposal, ServiceId id, FactId because);
    void reconcile_on(
        Desk& desk, Crew crew, Proposal& proposal, ServiceId id, NodeId node, FactId because);
    void add_task(Desk& desk,
                  Proposal& proposal,
                  ServiceId id,
                  NodeId node,
                  FactId because,
                  std::vector<TaskId> replaced = {});
    void stop(Desk& desk, Proposal& proposal, const std::vector<TaskId>& tasks, FactId because);

    std::set<ServiceId> services_;
    std::set<std::pair<ServiceId, NodeId>> added_;  // in this turn: not in the store yet
    std::map<TaskId, FactId> to_restart_;
    std::map<ServiceId, FactId> to_reconcile_;
    std::map<ServiceId, FactId> waiting_;  // to reconcile when a restart of theirs has applied
};

class Jobs {
  public:
    void begin(Desk& desk, Crew crew);
    void turn(Desk& desk, Crew crew, std::span<const Touched> touched);

  private:
    void reconcile(Desk& desk, Crew crew, Proposal& proposal, ServiceId id, FactId because);
    void reconcile_replicated(
        Desk& desk, Crew crew, Proposal& proposal, ServiceId id, const Service& service);
    void reconcile_global(
        Desk& desk, Crew crew, Proposal& proposal, ServiceId id, const Service& service);
};

/// What a new leader finds and the last one may have left unfinished, for the services of one
/// orchestrator: tasks that wait in ready start or wait for the rest of their delay, and the
/// history of restarts is gathered from the tasks (manager/orchestrator/taskinit/init.go).
template <class Mine>  // Mine(ModeKind)
void take_over_tasks(Desk& desk, Restarts& restarts, Loop loop, Mine mine);

namespace take_over {
void one(Desk& desk, Restarts& restarts, Proposal& proposal, TaskId id, const Task& task);
void history(Restarts& restarts, const Store& store, std::vector<TaskId> tasks, bool global);
}  // namespace take_over

template <class Mine>
void take_over_tasks(Desk& desk, Restarts& restarts, Loop loop, Mine mine) {
    std::map<SlotKey, std::vector<TaskId>> slots;
    {
        Proposal proposal(desk, loop);
        desk.store.tasks.for_each([&](std::uint32_t number, const Task& task) {
            if (!task.service) return;
            const Service* service = desk.store.services.find(task.service.value);
            if (service == nullptr || !mine(service->spec.mode.kind)) return;
            const bool global = is_global(service->spec.mode.kind);
            slots[{task.service, task.slot, global ? task.node : NodeId{}}].push_back({number});
            take_over::one(desk, restarts, proposal, {number}, task);
        });
    }
    for (auto& [slot, tasks] : slots) {
        take_over::history(restarts, desk.store, std::move(tasks), static_cast<bool>(slot.node));
    }
}

}  // namespace podium::swarm
