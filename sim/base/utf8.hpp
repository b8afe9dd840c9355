#pragma once

// Reading UTF-8 one code point at a time, the way Go and Python count letters. A byte that is no
// part of valid UTF-8 counts as one (invalid) code point of its own.

#include <cstddef>
#include <string>
#include <string_view>

namespace podium {

struct Rune {
    char32_t value = 0xFFFD;  ///< The replacement character when invalid.
    std::size_t size = 1;     ///< Bytes taken, at least 1.
    bool valid = false;
};

/// Whether a byte goes on with a character that began before it (10xxxxxx), as all but the first of each do.
constexpr bool is_continuation_byte(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U; }

/// The code point at `at`, which must be inside the text.
Rune decode_rune(std::string_view text, std::size_t at);
std::size_t rune_count(std::string_view text);
/// The first `count` code points.
std::string_view rune_prefix(std::string_view text, std::size_t count);
void append_rune(std::string& text, char32_t rune);

}  // namespace podium
