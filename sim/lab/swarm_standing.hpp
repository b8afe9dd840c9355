#pragma once

// How tasks and services of a swarm stand, in a sentence each, as their managers know it. Reads a
// store.

#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "sim/lab/session.hpp"

namespace podium::lab {

/// The newest task of each slot (its number, or its node of a global service): the one that counts,
/// for those before it have ended or are to stop.
using TaskSlots = std::map<std::pair<std::uint64_t, swarm::NodeId>, swarm::TaskId>;
TaskSlots task_slots(const swarm::Store& store, swarm::ServiceId service);

/// Nobody wants it stopped.
bool is_to_run(const swarm::Task& task);
/// It runs, on a node that the leader hears of.
bool runs_now(const swarm::Store& store, const swarm::Task& task);

/// "web.2 runs on swarm-curly, since 31.200s."; where something keeps it from that, in Swarm's own
/// words.
std::string how_it_stands(const model::World& world, const swarm::Store& store, swarm::TaskId id);
/// "web has 2 of 3 tasks running."
std::string service_line(const swarm::Store& store,
                         const swarm::Service& service,
                         const TaskSlots& slots);

/// How a host stands as a node: "In the swarm it is a worker, ready and active, with 2 tasks
/// running." Empty: it is in none.
std::string node_line(const SimState& state, const std::string& host);

}  // namespace podium::lab
