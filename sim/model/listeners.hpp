#pragma once

// Who listens in a host's own network namespace.

#include "sim/model/world.hpp"

namespace podium::model {

/// Whether a process of the host itself, or of a container in network mode host, listens on a port: it
/// can't be published then.
bool host_listens_on(const World& world, HostId host, std::uint16_t port, const std::string& protocol);

}  // namespace podium::model
