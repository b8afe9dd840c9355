#include "sim/shell/escapes.hpp"

#include <fmt/format.h>

#include "sim/base/text.hpp"
#include "sim/shell/state.hpp"

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

void add_code_point(std::string& out, unsigned code) {
    const auto byte = [&out](unsigned value) { out.push_back(static_cast<char>(static_cast<unsigned char>(value))); };
    const auto rest = [&](unsigned shift) { byte(0x80U | ((code >> shift) & 0x3FU)); };
    if (code < 0x80) {
        byte(code);
    } else if (code < 0x800) {
        byte(0xC0U | (code >> 6U));
        rest(0);
    } else if (code < 0x10000) {
        byte(0xE0U | (code >> 12U));
        rest(6);
        rest(0);
    } else {
        byte(0xF0U | ((code >> 18U) & 0x7U));
        rest(12);
        rest(6);
        rest(0);
    }
}

bool has_utf8(const ShellState& state) {
    for (const std::string_view variable : {"LC_ALL", "LC_CTYPE", "LANG"}) {
        const std::string locale = lower(state.value_or(variable, ""));
        if (!locale.empty()) return locale.ends_with("utf-8") || locale.ends_with("utf8");
    }
    return false;
}

bool take_escape(std::string_view text, EscapeStyle style, const ShellState& state, std::size_t& position, std::string& out) {
    const bool bash = state.dialect == Dialect::Bash;
    const bool format = style == EscapeStyle::Format;
    ++position;
    if (position >= text.size()) {
        out.push_back('\\');
        return true;
    }
    const char c = text[position++];
    static constexpr std::string_view kLetters = "abefnrtv\\";
    static constexpr std::string_view kMeanings = "\a\b\033\f\n\r\t\v\\";
    if (const std::size_t at = kLetters.find(c == 'E' && bash ? 'e' : c); at != std::string_view::npos) {
        out.push_back(kMeanings[at]);
        return true;
    }
    // bash's printf leaves \c in its format (builtins/printf.def, tescape()).
    if (c == 'c' && !(bash && format)) return false;
    if (format && (c == '"' || c == '\'' || (c == '?' && bash))) {
        out.push_back(c);
        return true;
    }
    const auto digits = [&](int base, int most) {
        unsigned value = 0;
        for (int i = 0; i < most && position < text.size() && digit_of(text[position], base) >= 0; ++i)
            value = value * static_cast<unsigned>(base) + static_cast<unsigned>(digit_of(text[position++], base));
        return value;
    };
    const bool named = bash && (c == 'u' || c == 'U');
    const bool hex = (c == 'x' || named) && position < text.size() && digit_of(text[position], 16) >= 0;
    const bool octal = c == '0' || (digit_of(c, 8) >= 0 && (format || (bash && style == EscapeStyle::Argument)));
    if (!hex && !octal) {
        out.push_back('\\');
        out.push_back(c);
        return true;
    }
    if (named) {
        const unsigned code = digits(16, c == 'u' ? 4 : 8);
        // What a locale has no character for is shown as it may be written (lib/sh/unicode.c, u32cconv()).
        if (code < 0x80 || has_utf8(state))
            add_code_point(out, code);
        else
            out += code < 0x10000 ? fmt::format("\\u{:04X}", code) : fmt::format("\\U{:08X}", code);
        return true;
    }
    if (octal && (format || c != '0')) --position;
    out.push_back(static_cast<char>(static_cast<unsigned char>((hex ? digits(16, 2) : digits(8, 3)) & 0xFFU)));
    return true;
}

bool add_unescaped(std::string_view text, EscapeStyle style, const ShellState& state, std::string& out) {
    std::size_t position = 0;
    while (position < text.size()) {
        if (text[position] != '\\') {
            out.push_back(text[position++]);
        } else if (!take_escape(text, style, state, position, out)) {
            return false;
        }
    }
    return true;
}

}  // namespace podium::shell
