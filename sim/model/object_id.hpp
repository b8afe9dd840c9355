#pragma once

// The ids of containers, networks, volumes, images and layers, as Docker writes them: 64 lower-case
// hexadecimal digits. An id comes from (kind, name, ordinal) and from nothing else, least of all the
// seed, so that a line typed with an id means the same on every seed and in every replay.

#include <cstdint>
#include <string>
#include <string_view>

#include "sim/base/random.hpp"

namespace podium::model {

inline constexpr std::size_t kShortIdLength = 12;

/// The id of the `ordinal`-th object of `kind` that was called `name`: 64 hexadecimal digits. As the
/// engine's own ids, its short form is never all decimal digits (it serves as a host name).
inline std::string make_id(std::string_view kind, std::string_view name, std::uint64_t ordinal) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    const std::uint64_t key = mix64(hash_text(kind)) ^ mix64(mix64(hash_text(name)) + mix64(ordinal));
    std::string id(64, '0');
    for (std::uint64_t attempt = 0;; ++attempt) {
        bool decimal = true;
        for (std::uint64_t word = 0; word < 4; ++word) {
            std::uint64_t bits = mix64(key + mix64(attempt * 4 + word));
            char* const digits = id.data() + word * 16;
            for (std::size_t digit = 0; digit < 16; ++digit) {
                digits[digit] = kDigits[bits >> 60];
                if (word == 0 && digit < kShortIdLength && digits[digit] > '9') decimal = false;
                bits <<= 4;
            }
        }
        if (!decimal) return id;
    }
}

/// "sha256:" and an id: the digest of an image, a layer or a manifest.
inline std::string make_digest(std::string_view kind, std::string_view name, std::uint64_t ordinal) {
    return "sha256:" + make_id(kind, name, ordinal);
}

/// The first twelve digits of an id, without a leading "sha256:".
inline std::string short_id(std::string_view id) {
    const auto colon = id.find(':');
    if (colon != std::string_view::npos) id.remove_prefix(colon + 1);
    return std::string(id.substr(0, kShortIdLength));
}

}  // namespace podium::model
