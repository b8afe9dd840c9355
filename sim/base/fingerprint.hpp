#pragma once

// A running 64-bit fingerprint of values in a fixed order. Two runs with the same fingerprint are
// taken to be the same; it is compared across compilers and build types.

#include <cstdint>
#include <string_view>

#include "sim/base/random.hpp"

namespace podium {

class Fingerprint {
  public:
    void add(std::uint64_t word) { state_ = mix64(state_ ^ word) + 0x9E3779B97F4A7C15ULL; }
    void add_text(std::string_view text) {
        add(text.size());
        add(hash_text(text));
    }
    [[nodiscard]] std::uint64_t value() const { return state_; }
    bool operator==(const Fingerprint&) const = default;

  private:
    std::uint64_t state_ = 0x706F6469756DULL;
};

}  // namespace podium
