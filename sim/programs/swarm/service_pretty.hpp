#pragma once

// A service for people, as `docker service inspect --pretty` writes it.

#include <map>
#include <string>

#include "sim/programs/swarm/talk.hpp"

namespace podium::programs::docker {

/// `networks` are names by ids.
std::string service_pretty(const Json& service, const std::map<std::string, std::string>& networks, Time now);

}  // namespace podium::programs::docker
