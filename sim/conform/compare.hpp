#pragma once

// Compares a simulated run with a recording, as the reference's COMPARING.md says: order and facts of
// each container's events exactly, delays within one-sided bounds, commands by status and masked text,
// last states exactly, sampled states where they do not change nearby.

#include <string>
#include <vector>

#include "sim/conform/recording.hpp"

namespace podium::conform {

/// What the simulation did when driven by the recording's input.
struct Simulated {
    std::vector<EventRow> events;
    std::vector<CommandRow> commands;  ///< In the order of the recording's; those that ended.
    struct Probe {
        double t = 0;
        std::string name;
        std::string health;
        int failing_streak = 0;
    };
    std::vector<Probe> probes;  ///< Changes of health, in order.
    /// When each of the recording's inputs (commands and operations, in order) was issued.
    std::vector<double> issued;
    /// Restarts that a stop or kill cancelled: no event tells of them.
    struct Cancelled {
        double t = 0;
        std::string name;
    };
    std::vector<Cancelled> cancelled;
};

/// The moments of a recording's inputs, in the order in which Simulated::issued has them.
std::vector<double> input_times(const Recording& recorded);

/// The differences, the first one first; empty: reproduced.
std::vector<std::string> compare(const Recording& recorded, const Simulated& simulated);

/// Ids, times and sizes replaced, blanks and dashes folded; for comparing what commands printed.
std::string masked(const std::string& text);

}  // namespace podium::conform
