#include <fmt/format.h>

#include "sim/orch/scheduler/filter.hpp"

// The node has fewer active tasks of the service than the service allows on one.

namespace podium::scheduler {
namespace max_replicas_filter {
namespace {

bool applies(const TaskShape& shape) {
    return shape.max_replicas > 0;
}

bool passes(const TaskShape& shape, const NodeInfo& node) {
    return node.use.active_of(shape.service) < shape.max_replicas;
}

// Without the number of nodes, and with its slip, as swarmkit says it (filter.go).
std::string sentence(std::uint32_t /*nodes*/) {
    return "max replicas per node limit exceed";
}

std::string figures(const TaskShape& shape, const NodeInfo& node) {
    return fmt::format("has {} of at most {} tasks of the service",
                       node.use.active_of(shape.service),
                       shape.max_replicas);
}

std::vector<Remedy> remedies(const TaskShape& shape, const NodeInfo& node) {
    return {{Remedy::Kind::RaiseReplicas,
             0,
             {},
             {},
             static_cast<std::int64_t>(node.use.active_of(shape.service)) + 1}};
}

}  // namespace
}  // namespace max_replicas_filter

const Filter kMaxReplicasFilter{"max-replicas",
                                true,
                                max_replicas_filter::applies,
                                max_replicas_filter::passes,
                                max_replicas_filter::sentence,
                                max_replicas_filter::figures,
                                max_replicas_filter::remedies};

}  // namespace podium::scheduler
