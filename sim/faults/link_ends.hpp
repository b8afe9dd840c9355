#pragma once

// Whom the target of a link fault means.

#include <string>
#include <vector>

#include "sim/model/world.hpp"

namespace podium::faults {

/// "a-b": the hosts a and b, split at the first dash that has a host on both sides (names may have dashes
/// themselves); "a": that host. Empty when it is neither.
std::vector<model::HostId> hosts_of_link(const model::World& world, const std::string& target);

}  // namespace podium::faults
