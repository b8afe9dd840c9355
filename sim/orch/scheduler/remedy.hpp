#pragma once

// One change that may let a task find a node: of the node, or of what the task asks for. Filters
// propose them, the diagnosis applies them to copies and decides again.

#include <cstdint>
#include <string>

#include "sim/orch/scheduler/node_info.hpp"
#include "sim/orch/scheduler/task_shape.hpp"

namespace podium::scheduler {

struct Remedy {
    /// In the order in which equally short ways are told: what is easily done first.
    enum class Kind : std::uint8_t {
        Activate,       ///< The node's availability.
        SetLabel,       ///< `name`=`value` on the node.
        RemoveLabel,    ///< `name` from the node.
        RaiseReplicas,  ///< The task's maximum on a node, to `amount`.
        Promote,        ///< To a manager.
        Demote,
        FreeCpus,     ///< `amount` billionths of a CPU more.
        FreeMemory,   ///< `amount` bytes more.
        FreeGeneric,  ///< `amount` pieces of `name` more.
        FreePort,     ///< Port `amount` of protocol `name`.
        AddPlugin,    ///< `name` of type `value`.
        SetEngineLabel,
        RemoveEngineLabel,
        ReserveLessCpus,    ///< The task, by `amount` billionths of a CPU.
        ReserveLessMemory,  ///< The task, by `amount` bytes.
        BringBack,       ///< A node that doesn't answer.
        DropConstraint,  ///< `name` from the task.
    };
    Kind kind = Kind::Activate;
    NodeNumber node = 0;  ///< 0: of the task.
    std::string name;
    std::string value;
    std::int64_t amount = 0;

    auto operator<=>(const Remedy&) const = default;
};

/// Makes the change.
void apply(const Remedy& remedy, TaskShape& shape, NodeInfo& node);

/// "add the label zone=a to node curly", "free 0.5 CPUs on node curly", "allow 3 replicas a node".
std::string describe(const Remedy& remedy, const std::string& node_name);

/// Amounts for people: "0.5 CPUs", "1 CPU"; "512 MiB", "1.5 GiB".
std::string format_cpus(std::int64_t nano_cpus);
std::string format_memory(std::int64_t bytes);

}  // namespace podium::scheduler
