#pragma once

// The ids of containers, networks, volumes, images and layers, as Docker writes them: 64 lower-case
// hexadecimal digits. An id comes from (kind, name, ordinal) and from nothing else, least of all the
// seed, so that a line typed with an id means the same on every seed and in every replay.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "sim/base/random.hpp"

namespace podium::model {

inline constexpr std::size_t kShortIdLength = 12;

/// An id as numbers, the first digits in the first one's high bits.
using IdWords = std::array<std::uint64_t, 4>;

namespace detail {
constexpr std::array<char, 512> digits_of_bytes() {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::array<char, 512> out{};
    for (std::size_t byte = 0; byte < 256; ++byte) {
        out[2 * byte] = kDigits[byte >> 4];
        out[2 * byte + 1] = kDigits[byte & 0xF];
    }
    return out;
}
inline constexpr std::array<char, 512> kDigitsOfBytes = digits_of_bytes();
}  // namespace detail

/// A number's 16 hexadecimal digits.
inline void write_digits(std::uint64_t word, char* digits) {
    for (unsigned byte = 0; byte < 8; ++byte) {
        const std::size_t from = 2 * (word >> (56 - 8 * byte) & 0xFF);
        digits[2 * byte] = detail::kDigitsOfBytes[from];
        digits[2 * byte + 1] = detail::kDigitsOfBytes[from + 1];
    }
}

/// What the id of the `ordinal`-th object of `kind` that was called `name` is made of.
inline std::uint64_t make_id_key(std::string_view kind, std::string_view name, std::uint64_t ordinal) {
    return mix64(hash_text(kind)) ^ mix64(mix64(hash_text(name)) + mix64(ordinal));
}

/// The id of a key. As the engine's own ids, its short form is never all decimal digits (it serves as a host name).
inline IdWords id_words(std::uint64_t key) {
    const auto word = [key](std::uint64_t number) { return mix64(key + mix64(number)); };
    const auto is_decimal = [](std::uint64_t first) {
        for (std::size_t digit = 0; digit < kShortIdLength; ++digit) {
            if ((first >> (60 - 4 * digit) & 0xF) > 9) return false;
        }
        return true;
    };
    std::uint64_t attempt = 0;
    while (is_decimal(word(attempt * 4))) ++attempt;
    return {word(attempt * 4), word(attempt * 4 + 1), word(attempt * 4 + 2), word(attempt * 4 + 3)};
}

/// Written out: 64 hexadecimal digits.
inline std::string id_text(const IdWords& words) {
    std::string id(64, '0');
    char* digits = id.data();
    for (const std::uint64_t word : words) {
        write_digits(word, digits);
        digits += 16;
    }
    return id;
}

/// The id of the `ordinal`-th object of `kind` that was called `name`, written out.
inline std::string make_id(std::string_view kind, std::string_view name, std::uint64_t ordinal) { return id_text(id_words(make_id_key(kind, name, ordinal))); }

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
