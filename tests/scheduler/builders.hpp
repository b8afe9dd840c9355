#pragma once

// Nodes and shapes for the scheduler's tests.

#include <map>
#include <string>
#include <vector>

#include "sim/orch/scheduler/placer.hpp"

namespace podium::test {

inline constexpr std::int64_t kCpu = 1'000'000'000;
inline constexpr std::int64_t kGiB = std::int64_t{1} << 30;

/// A node of 2 CPUs and 8 GiB called "n1", "n2" …
inline scheduler::NodeDescription node(scheduler::NodeNumber number,
                                       scheduler::Labels labels = {}) {
    scheduler::NodeDescription made;
    made.number = number;
    made.id = "id" + std::to_string(number);
    made.name = made.hostname = "n" + std::to_string(number);
    made.address = "10.77.0." + std::to_string(10 + number);
    made.labels = std::move(labels);
    made.plugins = {{"Volume", "local"}, {"Network", "overlay"}, {"Log", "json-file"}};
    made.total = {2 * kCpu, 8 * kGiB, {}};
    return made;
}

inline scheduler::Placer nodes(scheduler::NodeNumber count) {
    scheduler::Placer placer;
    for (scheduler::NodeNumber i = 1; i <= count; ++i) {
        placer.set_node(node(i));
    }
    return placer;
}

inline scheduler::TaskShape shape(scheduler::ServiceNumber service = 1) {
    scheduler::TaskShape made;
    made.service = service;
    return made;
}

inline std::vector<scheduler::Constraint> constraints(const std::vector<std::string>& texts) {
    return scheduler::parse_constraints(texts).value();
}

/// How many tasks each node got, by its number.
using PerNode = std::map<scheduler::NodeNumber, int>;

inline PerNode per_node(const std::vector<scheduler::NodeNumber>& nodes) {
    PerNode counts;
    for (const auto number : nodes) {
        ++counts[number];
    }
    return counts;
}

/// The counts alone, smallest first, nodes without any left out.
inline std::vector<int> counts_of(const PerNode& per_node) {
    std::vector<int> counts;
    for (const auto& [node, count] : per_node) {
        counts.push_back(count);
    }
    std::sort(counts.begin(), counts.end());
    return counts;
}

}  // namespace podium::test
