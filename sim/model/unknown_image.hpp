#pragma once

// What is said of an image that Podium's catalogue doesn't have.

#include <string>

#include "sim/model/image.hpp"

namespace podium::model {

/// "foo/bar is not in Podium's catalogue of images (did you mean …?); it is taken for …".
std::string unknown_image_sentence(const ImageReference& reference, const PullAnswer& answer);

}  // namespace podium::model
