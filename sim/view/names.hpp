#pragma once

// What things of a run are and were called. Read-only; sorted, each name once.

#include <set>
#include <string>

#include "sim/model/world.hpp"

namespace podium::view {

/// Containers, removed ones too: their names, "web.1", and their services ("web" too of a stack's shop_web).
std::set<std::string> container_names(const model::World& world);
/// The images they were made from, as named then.
std::set<std::string> container_images(const model::World& world);
/// Volumes, removed ones too: their names, and as Compose calls them, without the project's.
std::set<std::string> volume_names(const model::World& world);
/// Hosts.
std::set<std::string> host_names(const model::World& world);
/// Hosts and networks.
std::set<std::string> place_names(const model::World& world);

}  // namespace podium::view
