#pragma once

// The parts of a comparison, each of which adds the differences it finds, first one first.

#include <string>
#include <vector>

#include "sim/conform/compare.hpp"
#include "sim/conform/lives.hpp"

namespace podium::conform {

/// Networks and volumes: which were made and removed, and which exist in the end. That one is made again
/// where it exists does not count.
void compare_objects(const Recording& recorded, const Simulated& simulated, std::vector<std::string>& differences);
/// Services that depend on one another: what `up`, `start`, `stop`, `down` and `rm` did to one before the
/// other. `restart` and `kill` act on all at once, and containers of one level come in any order.
void compare_levels(const Recording& recorded, const Simulated& simulated, const std::vector<Dependencies>& dependencies, std::vector<std::string>& differences);
/// Exit status, standard output and standard error of each command.
void compare_commands(const Recording& recorded, const Simulated& simulated, std::vector<std::string>& differences);
/// Each container's last inspection exactly, those before it where the simulated state is steady.
void compare_inspections(const Recording& recorded, const Simulated& simulated, const std::vector<Life>& real, const std::vector<Life>& made, std::vector<std::string>& differences);
/// Looks at the state of health, where the simulated one is steady.
void compare_polls(const Recording& recorded, const Simulated& simulated, const std::vector<Life>& real, const std::vector<Life>& made, std::vector<std::string>& differences);
/// What came back after a restart of the engine.
void compare_summary(const Recording& recorded, const Simulated& simulated, const std::vector<Life>& real, const std::vector<Life>& made, std::vector<std::string>& differences);

}  // namespace podium::conform
