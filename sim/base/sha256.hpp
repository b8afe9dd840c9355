#pragma once

// SHA-256 (FIPS 180-4), for names that real programs derive from it: the folder of a docker
// context. Not for secrets.

#include <string>
#include <string_view>

namespace podium {

/// The digest of `text`, as 64 hexadecimal digits.
std::string sha256_hex(std::string_view text);

}  // namespace podium
