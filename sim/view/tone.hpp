#pragma once

// How something is meant: for colours, and for those who don't see them in words.

#include <cstdint>

namespace podium::view {

enum class Tone : std::uint8_t { Plain, Good, Bad, Warning, Quiet };

}  // namespace podium::view
