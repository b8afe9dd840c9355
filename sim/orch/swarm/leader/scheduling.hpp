#pragma once

// The scheduler's queue (swarmkit manager/scheduler/scheduler.go): tasks that wait for a node, and
// those of global services, whose node is given, that wait for a confirmation. It decides 50 ms
// after the last change of the store, a second after the first at the latest. Which node is best is
// the placer's affair.

#include <map>
#include <optional>
#include <set>
#include <span>
#include <vector>

#include "sim/orch/scheduler/placer.hpp"
#include "sim/orch/swarm/leader/slots.hpp"

namespace podium::swarm {

/// What matters about a task to where it may run.
scheduler::TaskShape shape_of(const Task& task, const Service* service);
/// Tasks of one version of a service, as a policy is asked about them. Requires one at least.
scheduler::Group group_of(const Store& store, const std::vector<const Task*>& tasks);

class Scheduling {
  public:
    void begin(Desk& desk);
    void turn(Desk& desk, std::span<const Touched> touched);
    void due(Desk& desk);
    /// Another policy places from now on: what waits is looked at again.
    void policy_changed(Desk& desk);

    /// Nodes and what is in use there, as the scheduler knows them.
    [[nodiscard]] const scheduler::Placer& placer() const { return placer_; }

  private:
    /// What the placer counts of a task, by the task's number.
    struct Counted {
        NodeId node;
        bool active = false;
        bool preassigned = false;  ///< Bound to its node before it was scheduled: its failures
                                   ///< aren't the scheduler's.
    };

    void task_touched(Desk& desk, const Touched& touched);
    void node_touched(Desk& desk, const Touched& touched);
    void enqueue(Desk& desk, TaskId id, const Task& task);
    void count(TaskId id, const Task& task);
    void uncount(TaskId id, const Task& task);
    void failed(Desk& desk, TaskId id, const Task& task);
    void debounce(Desk& desk);
    void run(Desk& desk);
    void check_decisions(Desk& desk);
    void confirm(Desk& desk, Proposal& proposal);
    void place(Desk& desk, Proposal& proposal);
    void place_group(Desk& desk, Proposal& proposal, std::vector<TaskId> group);
    Result<std::vector<scheduler::Chosen>> choose(Desk& desk,
                                                  const std::vector<TaskId>& group,
                                                  RandomStream& random);
    void assign(Desk& desk,
                Proposal& proposal,
                TaskId id,
                NodeId node,
                Literal message,
                std::string_view reason = {});
    void explain(Desk& desk, Proposal& proposal, TaskId id, std::string error);
    Counted& counted(TaskId id);

    scheduler::Placer placer_;
    std::vector<Counted> counted_;
    std::set<TaskId> unassigned_;
    std::set<TaskId> preassigned_;
    std::vector<std::pair<TaskId, NodeId>> decided_;  // proposed, not known to have applied
    bool tick_required_ = false;
    FactId tick_because_;  // what made another look worthwhile
    std::optional<Time> debouncing_since_;
    Time debounced_until_;
    bool timer_ = false;        // one is ahead
    std::uint64_t groups_ = 0;  // placed so far: for chance
};

}  // namespace podium::swarm
