#pragma once

// What docker-compose 1.29 says of a network or a volume that is there already and that its file
// describes otherwise: it makes none anew. Source: docker/compose 1.29.2 compose/network.py,
// check_remote_network_config, and compose/volume.py, check_remote_volume_config. Pools of
// addresses are not among what it compares there: the comparison is made with a form of the file's
// `ipam` that has lost them (Network.__init__ has turned it into an IPAMConfig before).

#include <string>
#include <vector>

#include "sim/programs/client.hpp"
#include "sim/programs/compose_file/project.hpp"

namespace podium::programs::composing {

/// The sentence of what keeps it from going on, empty when nothing does; changed labels are only
/// put into `warnings`. `present` is the engine's answer to an inspect that found it.
std::string changed_network(const compose::Project& project,
                            const compose::Network& network,
                            const Answer& present,
                            std::vector<std::string>& warnings);
std::string changed_volume(const compose::Volume& volume,
                           const Answer& present,
                           std::vector<std::string>& warnings);

}  // namespace podium::programs::composing
