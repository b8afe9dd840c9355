#pragma once

// Where tasks go: swarmkit's scheduler without its queue (manager/scheduler/scheduler.go at the
// revision of Docker 20.10). A copyable value that is told what changes and keeps what it needs to
// answer, so that a decision costs about what it changes: a group of tasks is placed in one go, and
// a task of a service that most nodes have none of doesn't look at all nodes.
//
// It counts what place() places, as swarmkit's does. Whoever can't carry a decision out takes it
// back with task_removed().

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "sim/base/random.hpp"
#include "sim/base/time.hpp"
#include "sim/orch/scheduler/node_info.hpp"
#include "sim/orch/scheduler/policy.hpp"
#include "sim/orch/scheduler/pool.hpp"
#include "sim/orch/scheduler/task_shape.hpp"

namespace podium::scheduler {

namespace placing {
struct Rank;
}

/// What a task takes on its node.
struct TaskUse {
    ServiceNumber service = 0;
    Resources reservations;
    std::vector<HostPort> host_ports;
};

inline TaskUse use_of(const TaskShape& shape) {
    return {shape.service, shape.reservations, shape.host_ports};
}

/// Where a group of tasks goes.
struct Placed {
    std::vector<NodeNumber> nodes;  ///< One for each task that found room, in the order decided.
    std::string explanation;  ///< With fewer than asked for: "insufficient resources on 3 nodes".
                              ///< Can be empty.
};

class Placer {
  public:
    /// Adds a node, or replaces what is said of it; what is in use there stays.
    void set_node(const NodeDescription& node);
    /// Forgets the node and all that is in use there.
    void remove_node(NodeNumber node);
    /// None when there is no such node.
    [[nodiscard]] const NodeInfo* node(NodeNumber number) const;

    [[nodiscard]] std::size_t node_count() const { return present_.size(); }

    template <class Visit>  // Visit(const NodeInfo&), by number
    void for_each_node(Visit visit) const {
        for (const NodeNumber number : present_) {
            visit(nodes_[number - 1]);
        }
    }

    /// A task has come to the node. One that is no longer to run (its desired state is past
    /// "complete") keeps its resources and ports but isn't counted among the service's tasks. Nodes
    /// that aren't there are passed over, here and below, as in swarmkit.
    void task_added(NodeNumber node, const TaskUse& task, bool active = true);
    /// It has ended or is gone. `active` as it was last said.
    void task_removed(NodeNumber node, const TaskUse& task, bool active = true);
    /// It is no longer to run, or again.
    void task_active(NodeNumber node, ServiceNumber service, bool active);
    /// A task of this version of the service failed or was rejected there. Not for tasks that were
    /// bound to their node before they were scheduled (swarmkit's preassigned ones).
    void task_failed(NodeNumber node, ServiceNumber service, std::uint64_t spec_version, Time now);

    /// Places up to `count` tasks of one shape and counts them. Which of equal nodes are taken is
    /// chance. Which of a group's tasks goes where is chance, too (swarmkit walks a map): the
    /// caller hands the nodes out in an order of its own.
    Placed place(const TaskShape& shape, std::uint32_t count, Time now, RandomStream& random);
    /// The same by a policy: what becomes of each task, in the group's order. Equal nodes are taken
    /// as the spread strategy does. An error is the policy's, and then nothing is placed.
    Result<std::vector<Chosen>> place(const Group& group,
                                      Time now,
                                      RandomStream& random,
                                      const Policy& policy);

    /// Why one more task of the shape finds no node: "insufficient resources on 2 nodes; 1 node not
    /// available for new tasks". Empty when it finds one, or there are no nodes.
    [[nodiscard]] std::string explain(const TaskShape& shape) const;
    /// Whether a task bound to the node fits there.
    [[nodiscard]] bool fits(const TaskShape& shape, NodeNumber node) const;
    /// Why not: "missing plugin on 1 node". Empty when it fits or there is no such node.
    [[nodiscard]] std::string refusal(const TaskShape& shape, NodeNumber node) const;

  private:
    struct Spreading;  // One call of place() by the spread strategy.
    struct Choosing;   // One by a policy.

    NodeInfo* find(NodeNumber number);
    void count_active(NodeInfo& node, ServiceNumber service, bool more);
    void add(NodeInfo& node,
             ServiceNumber service,
             const Resources& reservations,
             const std::vector<HostPort>& ports,
             bool active);
    void place_on_empty_nodes(Spreading& group);
    void place_on_best_node(Spreading& group);
    void place_by_preferences(Spreading& group);
    std::size_t refusal_of(const Spreading& group, const NodeInfo& node) const;
    Result<void> ask(Choosing& choosing,
                     const GroupTask& task,
                     NodeNumber number,
                     std::size_t sequence);
    Result<std::string> why_nowhere(Choosing& choosing, const GroupTask& task);
    Result<void> choose(Choosing& choosing, std::vector<Chosen>& out);

    // What place_by_preferences() is made of: decision_tree.go and scheduleNTasksOnSubtree.
    struct Branch;
    [[nodiscard]] std::vector<placing::Rank> ranks(const Spreading& group) const;
    void offer(Spreading& group, Branch& leaf, NodeNumber number, const placing::Rank& rank) const;
    void grow(Spreading& group, std::vector<Branch>& tree, NodeNumber number, const placing::Rank& rank) const;
    std::uint32_t place_on_branch(Spreading& group,
                                  std::vector<Branch>& tree,
                                  std::size_t at,
                                  std::uint32_t count);
    std::uint32_t place_on_nodes(Spreading& group,
                                 std::vector<NodeNumber>& nodes,
                                 std::uint32_t count);
    void assign(Spreading& group, NodeNumber number);

    std::vector<NodeInfo> nodes_;      ///< By number - 1; those not there have number 0.
    std::vector<NodeNumber> present_;  ///< In order.
    /// Where a service has active tasks, and how many: NodeUse::services the other way round, by
    /// node.
    std::map<ServiceNumber, std::vector<std::pair<NodeNumber, std::uint32_t>>> spread_;
    std::vector<NodeNumber> failing_;  ///< Nodes that remember failures, in order.
    Pools pools_;
};

/// How often the service's version failed there in the last five minutes (nodeinfo.go).
std::uint32_t recent_failures(const NodeInfo& node, const TaskShape& shape, Time now);

/// With so many of them a node is taken last (scheduler.go, maxFailures).
inline constexpr std::uint32_t kFailuresTooMany = 5;

}  // namespace podium::scheduler
