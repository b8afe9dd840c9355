#pragma once

// Which nodes the descriptions let a task have, kept for the sets of demands seen last:
// constraints, platforms and plug-ins, which tasks of many services share. A pool is brought up to
// date when it is asked for, by looking at the nodes that have changed since; its nodes lie in
// buckets by their number of active tasks, so that the emptiest are found without looking at all.

#include <cstdint>
#include <vector>

#include "sim/orch/scheduler/filter.hpp"
#include "sim/orch/scheduler/node_info.hpp"
#include "sim/orch/scheduler/task_shape.hpp"

namespace podium::scheduler {

struct Pool {
    // What its nodes have to offer.
    std::vector<Constraint> constraints;
    std::vector<Platform> platforms;
    std::vector<Plugin> plugins;

    /// A node's place: which filter refuses it by its description (kFilters: none does; kAbsent: it
    /// isn't there), and where it lies when none does.
    struct Member {
        std::uint8_t refused_by = kAbsent;
        std::uint32_t bucket = 0;
        std::uint32_t index = 0;
    };

    static constexpr std::uint8_t kAbsent = 255;

    std::vector<Member> members;  ///< By number - 1.
    std::vector<std::vector<NodeNumber>>
        buckets;               ///< By number of active tasks. Their order has no meaning.
    std::uint32_t size = 0;    ///< Nodes in the buckets.
    std::uint32_t lowest = 0;  ///< Buckets before this one are empty.

    bool built = false;
    std::uint64_t seen = 0;  ///< How far it has followed the changes.
    std::uint64_t used = 0;  ///< When it was last asked for.
};

class Pools {
  public:
    /// A node's use has changed, or its description (which includes that it came or went).
    void changed(NodeNumber node, bool description);
    /// The pool of the shape, up to date. Valid until the next call.
    Pool& of(const TaskShape& shape, const std::vector<NodeInfo>& nodes);

  private:
    void follow(Pool& pool, const std::vector<NodeInfo>& nodes) const;

    struct Changed {
        NodeNumber node = 0;
        bool description = false;
    };

    std::vector<Changed> changes_;
    std::uint64_t dropped_ = 0;  ///< How many changes came before those kept.
    NodeNumber highest_ = 0;
    std::vector<Pool> pools_;
    std::uint64_t uses_ = 0;
};

inline constexpr std::size_t kPoolsKept = 32;

}  // namespace podium::scheduler
