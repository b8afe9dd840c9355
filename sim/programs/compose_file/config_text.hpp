#pragma once

// The resolved project as text: what `docker-compose config` and `docker compose config` print, and
// the text of one service that its config hash is made of.

#include <string>
#include <string_view>

#include "sim/programs/compose_file/project.hpp"

namespace podium::compose {

/// `docker-compose config` of 1.29, for a project loaded with Dialect::V1. Ends with a newline; the
/// program prints one more.
std::string config_yaml_v1(const Project& project);

/// `docker compose config` of 2.40, for a project loaded with Dialect::V2; "$" is printed as "$$"
/// unless the project was loaded without interpolation. Unused networks and volumes are left out.
std::string config_yaml_v2(const Project& project);

/// `docker compose config --format json`: the same as encoding/json writes it, indented by two.
std::string config_json_v2(const Project& project);

/// A service as one deterministic line: equal texts of one dialect mean that a container need not be
/// recreated. V2: without build, pull_policy, scale, deploy.replicas, depends_on and profiles
/// (pkg/compose/hash.go). V1: without scale, pid, platform, configs and what of deploy is not taken
/// over, and with the real names of networks and volumes (Service.config_dict). Empty for an unknown
/// service.
std::string canonical_service(const Project& project, std::string_view service);

/// A network or a volume of a V2 project as one line, with the name that the engine knows it by: equal
/// texts mean that what is there need not be made anew (NetworkHash, VolumeHash).
std::string canonical_network(const Project& project, const Network& network);
std::string canonical_volume(const Project& project, const Volume& volume);

/// Whether an active service uses it: docker compose 2 neither makes nor asks for what none does, external or not, and doesn't
/// print it (compose-go types/project.go, WithoutUnnecessaryResources). 1.29 takes the networks of those with an inactive profile
/// as well (network.py, ProjectNetworks.from_services), and all volumes.
bool is_used(const Project& project, const Network& network);
bool is_used(const Project& project, const Volume& volume);

}  // namespace podium::compose
