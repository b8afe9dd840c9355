#include "sim/shell/escapes.hpp"

namespace podium::shell {
namespace {

int digit_of(char c, int base) {
    int value = 99;
    if (c >= '0' && c <= '9') value = c - '0';
    if (c >= 'a' && c <= 'f') value = c - 'a' + 10;
    if (c >= 'A' && c <= 'F') value = c - 'A' + 10;
    return value < base ? value : -1;
}

}  // namespace

bool take_escape(std::string_view text,
                 EscapeStyle style,
                 std::size_t& position,
                 std::string& out) {
    ++position;
    if (position >= text.size()) {
        out.push_back('\\');
        return true;
    }
    const char c = text[position++];
    static constexpr std::string_view kLetters = "abefnrtv\\";
    static constexpr std::string_view kMeanings = "\a\b\033\f\n\r\t\v\\";
    if (const std::size_t at = kLetters.find(c); at != std::string_view::npos) {
        out.push_back(kMeanings[at]);
        return true;
    }
    if (c == 'c') return false;
    if (style == EscapeStyle::Format && (c == '"' || c == '\'')) {
        out.push_back(c);
        return true;
    }
    const bool hex = c == 'x' && position < text.size() && digit_of(text[position], 16) >= 0;
    const bool octal = style == EscapeStyle::Format ? digit_of(c, 8) >= 0 : c == '0';
    if (!hex && !octal) {
        out.push_back('\\');
        out.push_back(c);
        return true;
    }
    const int base = hex ? 16 : 8;
    const int most = hex ? 2 : 3;
    if (octal && style == EscapeStyle::Format) --position;
    int value = 0;
    for (int i = 0; i < most && position < text.size() && digit_of(text[position], base) >= 0;
         ++i) {
        value = value * base + digit_of(text[position++], base);
    }
    out.push_back(static_cast<char>(static_cast<unsigned char>(value & 0xFF)));
    return true;
}

bool add_unescaped(std::string_view text, EscapeStyle style, std::string& out) {
    std::size_t position = 0;
    while (position < text.size()) {
        if (text[position] != '\\') {
            out.push_back(text[position++]);
        } else if (!take_escape(text, style, position, out)) {
            return false;
        }
    }
    return true;
}

}  // namespace podium::shell
