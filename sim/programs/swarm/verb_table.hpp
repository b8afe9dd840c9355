#pragma once

// The verbs of `docker swarm`, `node`, `service`, `stack`, `secret` and `config`, for docker's table of commands.

#include <span>

#include "sim/programs/docker/verb.hpp"

namespace podium::programs::docker {

std::span<const Verb> swarm_verbs();

}  // namespace podium::programs::docker
