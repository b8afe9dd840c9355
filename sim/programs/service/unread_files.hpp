#pragma once

// What servers of the catalogue read when they start, and Podium does not: their configuration,
// scripts for an empty database. What a person has put there is told, as arguments that are not
// simulated are. The table is of paths that the real images have (docker-library and the projects'
// own).

#include <string>
#include <string_view>
#include <vector>

#include "sim/model/behaviour.hpp"
#include "sim/model/world.hpp"

namespace podium::programs {

/// What comes of something mounted at a path of a container of this image (a profile's name) that
/// its server would read there; empty when it reads nothing there, or Podium does. A mount of a
/// folder above counts as well.
std::string unread_mount(std::string_view image, std::string_view target);

/// What lies in the container where its server reads it, and is neither the image's own nor read by
/// Podium: sentences. `initialises`: it begins with empty data, which is when databases run
/// scripts.
std::vector<std::string> unread_files(model::ProcessContext& context,
                                      const model::BehaviourProfile& profile,
                                      bool initialises);

}  // namespace podium::programs
