#pragma once

// A policy of another kind than the spread strategy: it may refuse nodes, and the node with the
// highest score gets the next task. A task changes only the node it goes to, so a group of tasks
// asks a policy about every node once, and then about the chosen one again.

#include <cstdint>
#include <string>
#include <string_view>

#include "sim/orch/scheduler/node_info.hpp"
#include "sim/orch/scheduler/task_shape.hpp"

namespace podium::scheduler {

class Policy {
  public:
    virtual ~Policy() = default;
    [[nodiscard]] virtual std::string_view name() const = 0;
    /// Why the node can't have the task, as a part of a sentence; empty when it can. Asked of nodes
    /// that all filters let pass.
    [[nodiscard]] virtual std::string refusal(const TaskShape& shape,
                                              const NodeInfo& node) const = 0;
    /// The higher, the better. Equal ones are decided as the spread strategy does.
    [[nodiscard]] virtual std::int64_t score(const TaskShape& shape,
                                             const NodeInfo& node) const = 0;
};

}  // namespace podium::scheduler
