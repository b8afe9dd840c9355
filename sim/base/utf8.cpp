#include "sim/base/utf8.hpp"

#include "sim/base/assert.hpp"

namespace podium {

Rune decode_rune(std::string_view text, std::size_t at) {
    PODIUM_ASSERT(at < text.size(), "a code point is read inside its text");
    const auto lead = static_cast<unsigned char>(text[at]);
    if (lead < 0x80) return {lead, 1, true};
    const std::size_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4 || text.size() - at < size) return {};
    char32_t value = lead & (0x7FU >> size);
    for (std::size_t i = 1; i < size; ++i) {
        if (!is_continuation_byte(text[at + i])) return {};
        value = (value << 6U) | (static_cast<unsigned char>(text[at + i]) & 0x3FU);
    }
    const bool too_long = (size == 3 && value < 0x800) || (size == 4 && value < 0x10000);
    const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
    if (too_long || surrogate || value > 0x10FFFF) return {};
    return {value, size, true};
}

std::size_t rune_count(std::string_view text) {
    std::size_t count = 0;
    for (std::size_t at = 0; at < text.size(); at += decode_rune(text, at).size)
        ++count;
    return count;
}

std::string_view rune_prefix(std::string_view text, std::size_t count) {
    std::size_t at = 0;
    while (at < text.size() && count > 0) {
        at += decode_rune(text, at).size;
        --count;
    }
    return text.substr(0, at);
}

void append_rune(std::string& text, char32_t rune) {
    const auto byte = [&text](char32_t value) {
        text += static_cast<char>(static_cast<unsigned char>(value));
    };
    if (rune < 0x80) {
        byte(rune);
    } else if (rune < 0x800) {
        byte(0xC0U | (rune >> 6U));
        byte(0x80U | (rune & 0x3FU));
    } else if (rune < 0x10000) {
        byte(0xE0U | (rune >> 12U));
        byte(0x80U | ((rune >> 6U) & 0x3FU));
        byte(0x80U | (rune & 0x3FU));
    } else {
        byte(0xF0U | (rune >> 18U));
        byte(0x80U | ((rune >> 12U) & 0x3FU));
        byte(0x80U | ((rune >> 6U) & 0x3FU));
        byte(0x80U | (rune & 0x3FU));
    }
}

}  // namespace podium
