#pragma once

// Classes of characters as the C locale has them. Private to this folder.

#include <cstddef>
#include <string_view>

namespace podium::shell {

constexpr bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

constexpr bool is_name_start(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

constexpr bool is_name_char(char c) {
    return is_name_start(c) || is_digit(c);
}

constexpr bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\n';
}

/// Ends a word where it is not quoted.
constexpr bool is_metacharacter(char c) {
    return is_blank(c) || c == ';' || c == '&' || c == '|' || c == '(' || c == ')' || c == '<' ||
           c == '>';
}

/// A special parameter's one letter.
constexpr bool is_special_parameter(char c) {
    return std::string_view("@*#?-$!").find(c) != std::string_view::npos;
}

constexpr bool is_name(std::string_view text) {
    if (text.empty() || !is_name_start(text.front())) return false;
    for (const char c : text) {
        if (!is_name_char(c)) return false;
    }
    return true;
}

}  // namespace podium::shell
