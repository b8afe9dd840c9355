#pragma once

// What matters about a task to where it may run. Tasks of one shape are placed as a group.

#include <cstdint>
#include <string>
#include <vector>

#include "sim/orch/scheduler/constraint.hpp"
#include "sim/orch/scheduler/node_info.hpp"

namespace podium::scheduler {

struct TaskShape {
    ServiceNumber service = 0;
    std::uint64_t spec_version = 0;  ///< Failures of other versions of the service don't count.
    Resources reservations;
    std::vector<Constraint> constraints;
    std::vector<std::string>
        preferences;                   ///< Spread descriptors, outermost first: "node.labels.zone".
    std::uint64_t max_replicas = 0;    ///< Of the service on one node; 0: without end.
    std::vector<Platform> platforms;   ///< Any of these; none: all.
    std::vector<HostPort> host_ports;  ///< In host mode, with a number.
    std::vector<Plugin> plugins;       ///< Drivers of its volumes, networks and log.

    bool operator==(const TaskShape&) const = default;
};

}  // namespace podium::scheduler
