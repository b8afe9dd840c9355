#pragma once

// Whom a person means by a name in a swarm: a service (also by its short name in a stack's file),
// one of its slots, the task of a global service on one node, or one task by its own name or id.
// Reads what the managers of the swarms that are there agree on at this instant.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/base/result.hpp"
#include "sim/lab/session.hpp"

namespace podium::lab {

struct SwarmName {
    const swarm::SwarmRow* swarm = nullptr;
    swarm::ServiceId service;
    std::uint64_t slot = 0;  ///< 0: the whole service, or what `node` or `task` say.
    swarm::NodeId node;      ///< Of a global service: its task there.
    swarm::TaskId task;      ///< One of its tasks, present or past.
};

/// None when nothing of a swarm is called so; an error when several stacks have a service of that
/// short name.
Result<std::optional<SwarmName>> find_in_swarm(const SimState& state, const std::string& target);

/// What there is to ask about: services, their slots, and global services' tasks by their nodes.
std::vector<std::string> swarm_names(const SimState& state);

/// Who leads; of two that believe so, the later one. Null: nobody.
const swarm::Leadership* leadership_of(const swarm::SwarmRow& row);

/// Whether a host is part of a swarm now.
bool is_in_swarm(const SimState& state);

/// How people refer to a task: "web.2"; of a global service with its node, "agent.swarm-moe".
std::string task_label(const swarm::Store& store, const swarm::Task& task);
/// A node's host name, else its id; "no node" without one.
std::string node_label(const swarm::Store& store, swarm::NodeId node);

}  // namespace podium::lab
