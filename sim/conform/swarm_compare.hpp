#pragma once

// Compares a simulated swarm with a recorded one. Which node gets a slot, which slot an update takes next
// and which manager is elected are chance: slots of a service are compared as a set, each up to its last
// recorded event. Delays are measured as the README says.

#include <map>
#include <set>
#include <string>
#include <vector>

#include "sim/conform/compare.hpp"

namespace podium::conform {

/// A moment of the recording and the same one in the simulation.
struct Pair {
    double recorded = 0;
    double simulated = 0;
    double late = 0;  ///< The recorded one was seen by a poll, at most so long after it.
};
/// The recorder asked every 0.15 to 0.3 s.
inline constexpr double kPolled = 0.3;

/// What may have caused what follows: commands that change something, operations, changes of nodes and of
/// the leader. In order of the recording.
std::vector<Pair> causes_of(const Recording& recorded, const Simulated& simulated);

/// Whether the delays since any of these moments are alike: within 0.65 s or 3 %, and `more`.
bool alike(double recorded, double simulated, const std::vector<Pair>& since, double more = 0);

/// The services the recording's own commands have made; of stacks "app_" and what follows.
bool is_own_service(const Recording& recorded, const std::string& service);

/// Ids of swarms, join tokens and sockets replaced as well as what masked() replaces.
std::string masked_swarm(const std::string& text);

/// A node's states one after the other, without those of which nothing is known ("unknown").
struct Turn {
    double t = 0;
    std::string state;
};
std::map<std::string, std::vector<Turn>> turns_of(const std::vector<NodeRow>& rows);
/// The turn of the other side that is to the same state, and as many such before it; null: there is none.
const Turn* same_turn(const std::vector<Turn>& of, std::size_t which, const std::vector<Turn>& in);
/// The leaders, one after the other, by name.
std::vector<Turn> leaders_of(const std::vector<NodeRow>& rows);

/// Exit status and error sentence of each command, and the header of tables.
void compare_swarm_commands(const Recording& recorded, const Simulated& simulated, std::vector<std::string>& differences);
/// The slots of services: their tasks' states and containers.
void compare_slots(const Recording& recorded, const Simulated& simulated, const std::vector<Pair>& causes, std::vector<std::string>& differences);
/// What became of updates.
void compare_updates(const Recording& recorded, const Simulated& simulated, const std::vector<Pair>& causes, std::vector<std::string>& differences);
/// How tasks were spread over nodes, what waited and why.
void compare_spreads(const Recording& recorded, const Simulated& simulated, std::vector<std::string>& differences);
/// When nodes were seen down and ready, and who led.
void compare_nodes(const Recording& recorded, const Simulated& simulated, const std::vector<Pair>& causes, std::vector<std::string>& differences);

/// Whether what is drawn by chance (who leads, when a node is down) comes between the same inputs as recorded.
bool drawn_alike(const Recording& recorded, const Simulated& simulated);

/// All of it; the differences, empty: reproduced.
std::vector<std::string> compare_swarm(const Recording& recorded, const Simulated& simulated);

}  // namespace podium::conform
