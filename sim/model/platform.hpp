#pragma once

// Platforms of images as containerd reads them ("linux/amd64"). All that Podium's registries have is of
// linux/amd64. Pure functions.

#include <string>

namespace podium::model {

/// Why there is no image for a platform; empty when it is linux/amd64. `named` says whether the platform is
/// one, so that a registry would be asked for it.
std::string refused_platform(const std::string& platform, bool& named);

}  // namespace podium::model
