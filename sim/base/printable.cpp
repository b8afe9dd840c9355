#include "sim/base/printable.hpp"

#include <fmt/format.h>

namespace podium {
namespace {

// The bytes of the control character at `at`, and its number; 0 when there is none.
std::size_t control_at(std::string_view text, std::size_t at, unsigned& number) {
    const auto byte = [text](std::size_t i) { return i < text.size() ? static_cast<unsigned>(static_cast<unsigned char>(text[i])) : 0U; };
    number = byte(at);
    if (number < 0x20) return number == '\n' || number == '\t' ? 0 : 1;
    if (number == 0x7F) return 1;
    if (number == 0xC2 && byte(at + 1) >= 0x80 && byte(at + 1) < 0xA0) {
        number = byte(at + 1);
        return 2;
    }
    // U+200E, U+200F, U+202A to U+202E and U+2066 to U+2069.
    if (number != 0xE2 || (byte(at + 1) != 0x80 && byte(at + 1) != 0x81)) return 0;
    number = 0x2000U + (byte(at + 1) - 0x80U) * 0x40U + (byte(at + 2) & 0x3FU);
    const bool turns = number == 0x200E || number == 0x200F || (number >= 0x202A && number <= 0x202E) || (number >= 0x2066 && number <= 0x2069);
    return turns ? 3 : 0;
}

}  // namespace

std::size_t first_control(std::string_view text) {
    unsigned number = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (control_at(text, at, number) != 0) return at;
    }
    return std::string_view::npos;
}

std::string printable(std::string_view text) {
    std::size_t at = first_control(text);
    if (at == std::string_view::npos) return std::string(text);
    std::string out(text.substr(0, at));
    while (at < text.size()) {
        unsigned number = 0;
        const std::size_t bytes = control_at(text, at, number);
        if (bytes == 0) {
            out += text[at++];
        } else {
            out += bytes == 1 ? fmt::format("\\x{:02x}", number) : fmt::format("\\u{:04x}", number);
            at += bytes;
        }
    }
    return out;
}

}  // namespace podium
