#pragma once

// The public ids of a swarm's objects, as swarmkit writes them (identity/randomid.go): 25 digits of
// base 36. An id comes from (kind, swarm, number) and from nothing else, least of all the seed.

#include <cstdint>
#include <string>
#include <string_view>

#include "sim/base/random.hpp"

namespace podium::swarm {

inline constexpr std::size_t kObjectIdLength = 25;

/// The id of the object `number` of a kind ("node", "service", "task", "network", "secret",
/// "config", "cluster") in the swarm of that number.
inline std::string make_object_id(std::string_view kind,
                                  std::uint32_t swarm,
                                  std::uint32_t number) {
    constexpr std::string_view kDigits = "0123456789abcdefghijklmnopqrstuvwxyz";
    const std::uint64_t key =
        mix64(hash_text(kind)) ^ mix64(mix64(std::uint64_t{swarm} << 32 | number));
    std::string id;
    id.reserve(kObjectIdLength);
    std::uint64_t bits = 0;
    for (std::size_t digit = 0; digit < kObjectIdLength; ++digit) {
        if (digit % 10 == 0) bits = mix64(key + mix64(digit));
        id.push_back(kDigits[bits % kDigits.size()]);
        bits /= kDigits.size();
    }
    return id;
}

}  // namespace podium::swarm
