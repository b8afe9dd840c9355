#pragma once

// Names of images, as those who write files for the lab give them.

#include <string>

#include "sim/base/result.hpp"

namespace podium::lab {

/// The whole name of what a file calls an image: "redis" is "docker.io/library/redis:latest". Errors are docker's, without a
/// place.
Result<std::string> whole_image_name(const std::string& name);

/// Whether a catalogue (the text of scenarios/images.yaml) has the image. One that nobody has would be put on hosts as an image
/// of unknown programs. Errors have no place.
Result<void> check_image_known(const std::string& catalogue, const std::string& name);

}  // namespace podium::lab
