#pragma once

// Random runs: containers, commands and faults drawn from one number. Everything that happens in such a
// run comes from that number, so a failure is replayed by it alone.

#include <string>
#include <vector>

#include "sim/lab/session.hpp"

namespace podium::simulation {

struct RandomRun {
    lab::SetUp set_up;
    std::vector<lab::Command> commands;
    Time end{};
};

/// The run of a number. `hosts` are drawn too.
RandomRun draw_run(std::uint64_t number, const std::string& catalogue);
/// Reads scenarios/images.yaml.
std::string bundled_catalogue();

}  // namespace podium::simulation
