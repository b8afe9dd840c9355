#pragma once

// Chance, as streams keyed by (seed, purpose, entity): a new consumer never shifts an old one.
// Integer arithmetic only, so that every compiler draws the same numbers.

#include <array>
#include <cstdint>
#include <string_view>

#include "sim/base/int128.hpp"
#include "sim/base/time.hpp"

namespace podium {

/// A well-mixed 64-bit value from a counter (the finaliser of splitmix64).
constexpr std::uint64_t mix64(std::uint64_t x) {
    x += 0x9E3779B97F4A7C15ULL;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ULL;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBULL;
    return x ^ (x >> 31);
}

/// FNV-1a over the bytes of a text; for keys that must not depend on the library's std::hash.
constexpr std::uint64_t hash_text(std::string_view text) {
    std::uint64_t hash = 0xCBF29CE484222325ULL;
    for (const char c : text) {
        hash ^= static_cast<unsigned char>(c);
        hash *= 0x100000001B3ULL;
    }
    return hash;
}

class RandomStream {
  public:
    RandomStream(std::uint64_t seed, std::uint64_t purpose, std::uint64_t entity)
        : state_(mix64(seed ^ mix64(purpose ^ mix64(entity)))) {}
    RandomStream(std::uint64_t seed, std::string_view purpose, std::uint64_t entity)
        : RandomStream(seed, hash_text(purpose), entity) {}

    std::uint64_t next() { return mix64(state_++); }

    /// Uniform in [0, bound). Requires bound > 0. Multiplies instead of dividing; the bias is below
    /// bound / 2^64.
    std::uint64_t below(std::uint64_t bound) {
        return static_cast<std::uint64_t>((static_cast<UInt128>(next()) * bound) >> 64);
    }

    /// Uniform in [low, high]. Requires low <= high.
    std::int64_t between(std::int64_t low, std::int64_t high) {
        return low + static_cast<std::int64_t>(below(static_cast<std::uint64_t>(high - low) + 1));
    }

    /// True with probability numerator / denominator.
    bool chance(std::uint64_t numerator, std::uint64_t denominator) { return below(denominator) < numerator; }

    /// Exponentially distributed with the given mean, from an integer table (quantised to 1/4096 of
    /// probability and interpolated; the tail is drawn by renewal, so it has no end).
    Duration exponential(Duration mean);

  private:
    std::uint64_t state_;
};

}  // namespace podium
