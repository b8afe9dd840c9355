#include "sim/shell/prompt.hpp"

#include <string_view>

namespace podium::shell {
namespace {

// Where the shell is, its home as "~".
std::string place_of(const ShellState& state) {
    std::string place = state.value_or("PWD", "/");
    const std::string home = state.value_or("HOME", "");
    if (home.size() < 2 || !place.starts_with(home)) return place;
    if (place.size() == home.size()) return "~";
    return place[home.size()] == '/' ? "~" + place.substr(home.size()) : place;
}

std::string escape(const ShellState& state, char letter) {
    const std::string place = place_of(state);
    switch (letter) {
        case 'u':
            return "root";
        case 'h':
            return state.value_or("HOSTNAME", "");
        case 'w':
            return place;
        case 'W':
            return place.size() > 1 && place != "~" ? place.substr(place.rfind('/') + 1) : place;
        case '$':
            return "#";
        case 'n':
            return "\n";
        case 's':
            return state.dialect == Dialect::Bash ? "bash" : "sh";
        case '[':
        case ']':
            return {};  // around what takes no room
        default:
            return {'\\', letter};
    }
}

}  // namespace

std::string prompt_text(const ShellState& state, bool more) {
    if (more) return std::string(state.value_or("PS2", "> "));
    const std::string pattern(
        state.value_or("PS1", state.dialect == Dialect::Bash ? "\\u@\\h:\\w\\$ " : "\\w \\$ "));
    std::string out;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        if (pattern[i] != '\\' || i + 1 == pattern.size()) {
            out += pattern[i];
        } else {
            out += escape(state, pattern[++i]);
        }
    }
    return out;
}

}  // namespace podium::shell
