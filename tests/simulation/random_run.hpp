#pragma once

// Random runs: hosts, links, containers, Compose projects, commands and faults drawn from one number.
// Everything that happens in such a run comes from that number, so a failure is replayed by it alone.

#include <cstdint>
#include <string>
#include <vector>

#include "sim/lab/session.hpp"

namespace podium::simulation {

struct RandomRun {
    lab::SetUp set_up;
    std::vector<lab::Command> commands;
    Time end{};
    /// From here on nothing is asked for and nothing is broken: time in which everything comes to rest.
    Time quiet_from{};
};

/// The run of a number.
RandomRun draw_run(std::uint64_t number, const std::string& catalogue);
/// How many runs a test makes: PODIUM_SIMULATION_RUNS, else `otherwise`.
std::uint64_t wanted_runs(std::uint64_t otherwise);
/// The number of the first: PODIUM_SIMULATION_FIRST, else 1.
std::uint64_t first_run();
/// How to make one of them again: `runs` of that number alone.
std::string replay(std::uint64_t number);
/// Reads scenarios/images.yaml.
std::string bundled_catalogue();

/// The patterns lines are drawn from: "docker stop {c}", "docker compose up -d" and so on; for the test
/// that says nothing is left out.
const std::vector<std::string>& drawn_docker_lines();
const std::vector<std::string>& drawn_compose_lines();
const std::vector<std::string>& drawn_host_lines();
const std::vector<std::string>& drawn_database_lines();
const std::vector<std::string>& drawn_faults();

}  // namespace podium::simulation
