#pragma once

// The lives of containers: each container's events in order, the same container found again in the
// simulation by its name and by how many of that name there had been.

#include <string>
#include <vector>

#include "sim/conform/compare.hpp"

namespace podium::conform {

struct Life {
    std::string label;    ///< "web_1", "web_1 (number 2)".
    std::string id;
    std::string service;  ///< Of Compose; empty: none.
    std::vector<EventRow> events;

    /// The name it had at a moment, renames counted.
    [[nodiscard]] std::string name_at(double t) const;
};

/// Recorded minus simulated may lie in these bounds.
struct Bounds {
    double low;
    double high;
};
/// COMPARING.md's table. `delay` is the recorded one; `after_engine_start` the seconds since dockerd was
/// started again, negative when it was not.
Bounds bounds_of(const std::string& directory, double delay, double after_engine_start);
/// When dockerd was started again; -1: never.
double engine_start_of(const Recording& recorded);

/// How long commands took that began and ended within a stretch of time, by the rows of one side.
double commands_within(const std::vector<CommandRow>& side, const std::vector<CommandRow>& recorded, double from, double to);

/// The events of each container that the recorder kept, networks' and volumes' among them.
std::vector<Life> lives_of(const Recording& recorded, const std::vector<EventRow>& events);
/// Whether the recorder dropped such events.
bool is_dropped(const Recording& recorded, const EventRow& event);
/// Whether the engine made the name up: no command and no Compose file gave it.
bool is_random_name(const Recording& recorded, const EventRow& event);
const Life* find_life(const std::vector<Life>& lives, const std::string& label);

/// Events, delays, and which containers there are.
void compare_lives(const Recording& recorded, const Simulated& simulated, const std::vector<Life>& real, const std::vector<Life>& made, std::vector<std::string>& differences);

}  // namespace podium::conform
