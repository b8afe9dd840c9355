#pragma once

// What the spread strategy compares nodes by; and policies, where they are indifferent.

#include <compare>
#include <cstdint>
#include <utility>
#include <vector>

#include "sim/base/random.hpp"
#include "sim/orch/scheduler/placer.hpp"

namespace podium::scheduler::placing {

/// What nodes are compared by, best first (nodeLess in scheduler.go): many failures of the service
/// of late, its active tasks there, all active tasks there; then chance, as the place in a shuffled
/// list.
struct Rank {
    std::uint32_t failures = 0;  ///< 0 below kFailuresTooMany.
    std::uint32_t of_service = 0;
    std::uint32_t active = 0;

    auto operator<=>(const Rank&) const = default;
};

inline Rank rank_of(const NodeInfo& node, const TaskShape& shape, Time now) {
    const std::uint32_t failures = recent_failures(node, shape, now);
    return {failures >= kFailuresTooMany ? failures : 0,
            node.use.active_of(shape.service),
            node.use.active};
}

template <class Number>
void shuffle(std::vector<Number>& numbers, RandomStream& random) {
    for (std::size_t i = numbers.size(); i > 1; --i) {
        std::swap(numbers[i - 1], numbers[random.below(i)]);
    }
}

}  // namespace podium::scheduler::placing
