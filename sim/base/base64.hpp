#pragma once

// Base 64 with padding (RFC 4648), as programs write bytes into JSON.

#include <string>
#include <string_view>

namespace podium {

std::string base64(std::string_view bytes);
/// The bytes up to the first character that is none of the letters.
std::string from_base64(std::string_view text);

}  // namespace podium
