#include "sim/base/path_pattern.hpp"

#include <cstddef>

namespace podium {
namespace {

// The character of a class at pattern[at], escaped or not; sets `at` behind it.
bool take_letter(std::string_view pattern, std::size_t& at, char& letter) {
    if (at < pattern.size() && pattern[at] == '\\') ++at;
    if (at >= pattern.size()) return false;
    letter = pattern[at++];
    return true;
}

// One class "[a-c]" at pattern[at]; sets `at` behind it.
bool class_matches(std::string_view pattern, std::size_t& at, char c) {
    bool found = false;
    ++at;
    const bool negated = at < pattern.size() && pattern[at] == '^';
    if (negated) ++at;
    while (at < pattern.size() && pattern[at] != ']') {
        char low = 0;
        if (!take_letter(pattern, at, low)) return false;
        char high = low;
        if (at + 1 < pattern.size() && pattern[at] == '-' && pattern[at + 1] != ']') {
            ++at;
            if (!take_letter(pattern, at, high)) return false;
        }
        found = found || (low <= c && c <= high);
    }
    if (at >= pattern.size()) return false;
    ++at;
    return found != negated && c != '/';
}

// What stands at pattern[at], if it is no star, against one character; sets `at` behind it.
bool letter_matches(std::string_view pattern, std::size_t& at, char c) {
    if (pattern[at] == '[') return class_matches(pattern, at, c);
    if (pattern[at] == '?') {
        ++at;
        return c != '/';
    }
    char letter = 0;
    return take_letter(pattern, at, letter) && letter == c;
}

}  // namespace

// A star is tried from where it last stood, which is enough: a later one can only take over from an
// earlier one.
bool path_matches(std::string_view pattern, std::string_view text) {
    std::size_t p = 0;
    std::size_t t = 0;
    std::size_t star = std::string_view::npos;
    std::size_t star_text = 0;
    while (t < text.size() || p < pattern.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            star_text = t;
            continue;
        }
        std::size_t behind = p;
        if (t < text.size() && p < pattern.size() && letter_matches(pattern, behind, text[t])) {
            p = behind;
            ++t;
            continue;
        }
        if (star == std::string_view::npos || star_text >= text.size() || text[star_text] == '/')
            return false;
        t = ++star_text;
        p = star + 1;
    }
    return true;
}

}  // namespace podium
