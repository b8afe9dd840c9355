#pragma once

// How tasks and services of a swarm stand, in a sentence each: as their managers know it, and where
// that is not so (any more), what is. Reads a store and the hosts.

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
/// It runs as far as the managers know, on a node that the leader hears of.
bool runs_now(const swarm::Store& store, const swarm::Task& task);

/// What is so of a task's container, whatever the managers have heard of it. One that is cut off runs.
enum class Reality : std::uint8_t {
    Runs,
    Ended,        ///< Also: it was made and not started.
    Gone,         ///< There is none on that host.
    HostOff,
    HostStands,   ///< It is a paused virtual machine, in which nothing goes on.
};
Reality reality_of(const model::World& world, const swarm::Store& store, const swarm::Task& task);

/// The managers count it as running, and it does not.
bool runs_only_for_managers(const model::World& world, const swarm::Store& store, const swarm::Task& task);

/// "web.2 runs on swarm-curly, since 31.200s."; where something keeps it from that, in Swarm's own
/// words.
std::string how_it_stands(const model::World& world, const swarm::Store& store, swarm::TaskId id);
/// "web has 2 of 3 tasks running."; where the managers are wrong, what they count and how many do.
std::string service_line(const model::World& world,
                         const swarm::Store& store,
                         const swarm::Service& service,
                         const TaskSlots& slots);

/// How a host stands as a node: "In the swarm it is a worker, ready and active, with 2 tasks
/// running." Empty: it is in none.
std::string node_line(const SimState& state, const std::string& host);

}  // namespace podium::lab
