#pragma once

// Compares a simulated run with a recording, as the reference's COMPARING.md says: order and facts of
// each container's events exactly; delays between consecutive events of a container within the bounds of
// the recording's directory; order of dependency levels; commands by status and masked text; volumes and
// networks; last states exactly, sampled states where the simulated one does not change nearby.

#include <map>
#include <string>
#include <vector>

#include "sim/conform/recording.hpp"

namespace podium::conform {

/// What the simulation did when driven by the recording's input.
struct Simulated {
    std::vector<EventRow> events;
    std::vector<CommandRow> commands;  ///< In the order of the recording's; those that ended.
    /// What inspect says of a container from `t` on, until the next row of the same id.
    struct State {
        double t = 0;
        std::string id;
        std::string name;
        std::string status;  ///< "missing": removed.
        int exit_code = 0;
        int restart_count = 0;
        bool oom_killed = false;
        std::string health;
        int failing_streak = 0;
    };
    std::vector<State> states;
    // Of a swarm, whenever something has changed:
    std::vector<TaskRow> tasks;
    std::map<std::string, double> removed;  ///< When a task was deleted, by its id.
    std::vector<NodeRow> node_rows;
    std::vector<UpdateRow> updates;
    std::vector<double> operations;  ///< When each of the recording's operations was done.
};

/// The services each service depends on, from a moment of the recording on: a Compose file, read.
struct Dependencies {
    double since = 0;
    std::map<std::string, std::vector<std::string>> needed;
};

/// The differences, the first one first; empty: reproduced. `dependencies` in order of time.
std::vector<std::string> compare(const Recording& recorded, const Simulated& simulated, const std::vector<Dependencies>& dependencies = {});

/// Ids, times and sizes replaced, blanks and dashes folded; for comparing what commands printed.
std::string masked(const std::string& text);

}  // namespace podium::conform
