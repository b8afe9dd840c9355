#pragma once

// Links between containers (docker run --link). On the default network they are lines of the container's
// hosts file; on one of the user's own the name server knows the alias, for this container alone (moby
// daemon/links.go, container_operations.go buildSandboxOptions). Not modelled: the variables of links.
// Pure functions of the world.

#include <string>
#include <vector>

#include "sim/model/refusal.hpp"
#include "sim/model/world.hpp"

namespace podium::model {

struct Link {
    ContainerId container;
    std::string alias;
};

/// The containers a container is linked to, as far as they are there.
std::vector<Link> links_of(const World& world, ContainerId container);
/// Whether its links are lines of its hosts file.
bool links_by_hosts_file(const World& world, ContainerId container);
/// Why a container can't be created with its links; status 0 when it can.
Refusal check_links(const World& world, HostId host, const ContainerSpec& spec);
/// Why a container with links can't be started now; empty when it can.
std::string link_failure(const World& world, ContainerId container);
/// The lines of the hosts file for them.
std::string link_lines(const World& world, ContainerId container);
/// The container that a name means by a link of `from`; none when it means none.
ContainerId linked_as(const World& world, ContainerId from, const std::string& name);

}  // namespace podium::model
