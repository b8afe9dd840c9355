#include "sim/shell/quoting.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "sim/shell/characters.hpp"

namespace podium::shell {

std::string single_quoted(std::string_view text) {
    std::string out = "'";
    for (const char c : text) {
        if (c == '\'')
            out += "'\\''";
        else
            out.push_back(c);
    }
    return out + "'";
}

// strtrans.c, ansic_quote.
std::string dollar_quoted(std::string_view text, bool utf8) {
    constexpr char kDelete = 0x7F;
    constexpr std::string_view kNamed = "\a\b\t\n\v\f\r\x1B\\'";
    constexpr std::string_view kLetters = "abtnvfrE\\'";
    std::string out = "$'";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        const std::size_t named = kNamed.find(c);
        if (named != std::string_view::npos)
            out += {'\\', kLetters[named]};
        else if (byte < ' ' || c == kDelete || (byte >= 0x80 && !utf8))
            out += fmt::format("\\{:03o}", byte);
        else
            out.push_back(c);
    }
    return out + "'";
}

// Words that read again give the value (bash lib/sh/shquote.c, sh_quote_reusable).
std::string quoted_again(std::string_view text) {
    constexpr char kDelete = 0x7F;
    const auto is_control = [](char c) { return static_cast<unsigned char>(c) < ' ' || c == kDelete; };
    if (text == "'") return "\\'";
    return std::none_of(text.begin(), text.end(), is_control) ? single_quoted(text) : dollar_quoted(text, true);
}

std::string double_quoted(const std::string& text) {
    const auto is_control = [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 0x7F; };
    std::string out = "\"";
    if (std::any_of(text.begin(), text.end(), is_control)) {
        static constexpr std::string_view kLetters = "abtnvfr";
        out = "$'";
        for (const char c : text) {
            if (c == '\'' || c == '\\') out.push_back('\\');
            if (!is_control(c)) {
                out.push_back(c);
            } else if (c >= '\a' && c <= '\r') {
                out += {'\\', kLetters[static_cast<std::size_t>(c - '\a')]};
            } else {
                out += c == 0x1B ? std::string("\\E") : fmt::format("\\{:03o}", static_cast<unsigned>(c));
            }
        }
        return out + "'";
    }
    for (const char c : text) {
        if (c == '"' || c == '\\' || c == '$' || c == '`') out.push_back('\\');
        out.push_back(c);
    }
    return out + "\"";
}

std::string quote(std::string_view text) {
    bool plain = !text.empty();
    for (const char c : text) {
        plain = plain && (is_name_char(c) ||
                          std::string_view("%+,-./:=@^[]").find(c) != std::string_view::npos);
    }
    if (plain) return std::string(text);
    return single_quoted(text);
}

std::string quoted_for_trace(std::string_view word, bool bash) {
    // bash: sh_contains_shell_metas() of lib/sh/shquote.c; ash: maybe_single_quote() of shell/ash.c.
    const auto is_meta = [](char c) { return c == '\n' || c == '\t' || std::string_view(" '\"\\|&;()<>!{}*[?]^$`").find(c) != std::string_view::npos; };
    const auto is_plain = [](char c) { return is_name_char(c) || std::string_view(",:@+-/.]^").find(c) != std::string_view::npos; };
    bool safe = false;
    if (bash)
        safe = !word.empty() && std::none_of(word.begin(), word.end(), is_meta) && word.front() != '~' && word.front() != '#';
    else
        safe = std::all_of(word.begin(), word.end(), is_plain);
    return safe ? std::string(word) : single_quoted(word);
}

}  // namespace podium::shell
