#pragma once

// What `docker commit --change` says: one instruction of a Dockerfile each, of those that
// moby 20.10 takes there (builder/dockerfile BuildFromConfig). A pure function.

#include <string>
#include <vector>

#include "sim/model/image.hpp"

namespace podium::model {

/// Applies the instructions to a configuration, as a build would; status 0, or the refusal.
Refusal apply_changes(const std::vector<std::string>& changes, ImageConfig& config);

}  // namespace podium::model
