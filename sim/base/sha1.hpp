#pragma once

// SHA-1 (FIPS 180-4), for what real programs still sum up with it: MySQL's native passwords.

#include <string>
#include <string_view>

namespace podium {

/// The 20 bytes of the digest.
std::string sha1(std::string_view text);

}  // namespace podium
