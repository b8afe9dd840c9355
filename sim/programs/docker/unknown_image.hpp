#pragma once

// An image that is pulled and that the catalogue does not know. Reads the world; any client may ask.

#include <string>

#include "sim/model/process.hpp"

namespace podium::programs::docker {

/// What the terminal is told when an image is pulled that Podium does not know: a line, or empty. It is no line of
/// docker's: without it a mistyped name would run as a server of Podium's making.
std::string unknown_image_note(model::ProcessContext& context, const std::string& image);

}  // namespace podium::programs::docker
