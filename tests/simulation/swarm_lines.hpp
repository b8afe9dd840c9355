#pragma once

// What is typed in random runs with a swarm: {s} is a service's name, {h} a host's.

#include <cstdint>
#include <string>
#include <vector>

namespace podium::simulation {

const std::vector<std::string>& drawn_swarm_lines();
/// A stack file, with everything that `docker stack deploy` has to do with. One of a few, by number.
std::string drawn_stack(std::uint64_t number);

}  // namespace podium::simulation
