#include "sim/base/go_quote.hpp"

#include <fmt/format.h>

#include "sim/base/utf8.hpp"

namespace podium {

std::string go_quote(std::string_view text) {
    std::string quoted = "\"";
    for (std::size_t at = 0; at < text.size();) {
        const Rune rune = decode_rune(text, at);
        const std::string_view bytes = text.substr(at, rune.size);
        at += rune.size;
        if (!rune.valid) {
            quoted += fmt::format("\\x{:02x}", static_cast<unsigned char>(bytes.front()));
            continue;
        }
        switch (rune.value) {
            case '"':
                quoted += "\\\"";
                continue;
            case '\\':
                quoted += "\\\\";
                continue;
            case '\a':
                quoted += "\\a";
                continue;
            case '\b':
                quoted += "\\b";
                continue;
            case '\f':
                quoted += "\\f";
                continue;
            case '\n':
                quoted += "\\n";
                continue;
            case '\r':
                quoted += "\\r";
                continue;
            case '\t':
                quoted += "\\t";
                continue;
            case '\v':
                quoted += "\\v";
                continue;
            default:
                break;
        }
        if (rune.value < 0x20 || rune.value == 0x7F) {
            quoted += fmt::format("\\x{:02x}", static_cast<unsigned>(rune.value));
        } else if ((rune.value >= 0x80 && rune.value < 0xA0) || rune.value == 0xA0 ||
                   rune.value == 0xAD || (rune.value >= 0x2028 && rune.value <= 0x2029) ||
                   rune.value == 0xFEFF) {
            quoted += fmt::format("\\u{:04x}", static_cast<unsigned>(rune.value));
        } else {
            quoted += bytes;
        }
    }
    return quoted + '"';
}

std::string go_quote(std::span<const std::string> words) {
    std::string out = "[";
    for (const std::string& word : words)
        out += (out.size() > 1 ? " " : "") + go_quote(word);
    return out + "]";
}

}  // namespace podium
