#include "sim/shell/pattern.hpp"

#include <algorithm>
#include <cstdint>

#include "sim/base/text.hpp"
#include "sim/shell/characters.hpp"

namespace podium::shell {
namespace {

bool in_class(std::string_view name, char c) {
    const bool lower_case = c >= 'a' && c <= 'z';
    const bool upper_case = c >= 'A' && c <= 'Z';
    const bool printable = c > ' ' && c < 127;
    if (name == "alpha") return lower_case || upper_case;
    if (name == "digit") return is_digit(c);
    if (name == "alnum") return lower_case || upper_case || is_digit(c);
    if (name == "lower") return lower_case;
    if (name == "upper") return upper_case;
    if (name == "space") return c == ' ' || (c >= '\t' && c <= '\r');
    if (name == "blank") return c == ' ' || c == '\t';
    if (name == "punct") return printable && !lower_case && !upper_case && !is_digit(c);
    if (name == "graph") return printable;
    if (name == "print") return printable || c == ' ';
    if (name == "cntrl") return (c >= 0 && c < ' ') || c == 127;
    if (name == "xdigit") return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    return false;
}

struct Bracket {
    bool valid = false;
    bool matches = false;
    std::size_t length = 0;  // of the bracket expression in the pattern
};

Bracket match_bracket(std::string_view pattern, char c) {
    Bracket out;
    std::size_t i = 1;
    const bool negated = i < pattern.size() && (pattern[i] == '!' || pattern[i] == '^');
    if (negated) ++i;
    bool found = false;
    for (bool first = true; i < pattern.size(); first = false) {
        if (pattern[i] == ']' && !first) {
            out.valid = true;
            out.matches = found != negated;
            out.length = i + 1;
            return out;
        }
        if (pattern.substr(i).starts_with("[:")) {
            const std::size_t end = pattern.find(":]", i + 2);
            if (end != std::string_view::npos) {
                found = found || in_class(pattern.substr(i + 2, end - i - 2), c);
                i = end + 2;
                continue;
            }
        }
        if (pattern[i] == '\\' && i + 1 < pattern.size()) ++i;
        const auto low = static_cast<unsigned char>(pattern[i++]);
        auto high = low;
        if (i + 1 < pattern.size() && pattern[i] == '-' && pattern[i + 1] != ']') {
            ++i;
            if (pattern[i] == '\\' && i + 1 < pattern.size()) ++i;
            high = static_cast<unsigned char>(pattern[i++]);
        }
        const auto value = static_cast<unsigned char>(c);
        found = found || (value >= low && value <= high);
    }
    return out;
}

/// How many characters of the pattern match the one character, 0 when they do not. Not for '*'.
std::size_t match_one(std::string_view pattern, char c) {
    switch (pattern.front()) {
        case '?':
            return 1;
        case '[': {
            const Bracket bracket = match_bracket(pattern, c);
            if (bracket.valid) return bracket.matches ? bracket.length : 0;
            return c == '[' ? 1 : 0;
        }
        case '\\':
            if (pattern.size() > 1) return pattern[1] == c ? 2 : 0;
            return c == '\\' ? 1 : 0;
        default:
            return pattern.front() == c ? 1 : 0;
    }
}

/// A part of a pattern that matches one character, or any number of them.
struct Element {
    std::string_view text;  // what match_one() takes; empty for `*`
};

std::vector<Element> elements_of(std::string_view pattern) {
    std::vector<Element> out;
    std::size_t i = 0;
    while (i < pattern.size()) {
        std::size_t length = 1;
        if (pattern[i] == '[') {
            const Bracket bracket = match_bracket(pattern.substr(i), '\0');
            if (bracket.valid) length = bracket.length;
        } else if (pattern[i] == '\\' && i + 1 < pattern.size()) {
            length = 2;
        }
        if (pattern[i] == '*') {
            if (out.empty() || !out.back().text.empty()) out.push_back({});
        } else {
            out.push_back({pattern.substr(i, length)});
        }
        i += length;
    }
    return out;
}

bool fits(const Element& element, char c) {
    if (element.text == "[") return c == '[';
    return match_one(element.text, c) > 0;
}

std::string without_escapes(std::string_view pattern) {
    std::string out;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        if (pattern[i] == '\\' && i + 1 < pattern.size()) ++i;
        out.push_back(pattern[i]);
    }
    return out;
}

}  // namespace

bool matches_pattern(std::string_view pattern, std::string_view text) {
    std::int64_t work = INT64_MAX;
    return matches_pattern(pattern, text, work);
}

bool matches_pattern(std::string_view pattern, std::string_view text, std::int64_t& work) {
    std::size_t p = 0;
    std::size_t t = 0;
    std::size_t star = std::string_view::npos;  // where to go back to: after the last '*'
    std::size_t star_text = 0;
    while (t < text.size()) {
        if (--work <= 0) return false;
        if (p < pattern.size() && pattern[p] == '*') {
            star = ++p;
            star_text = t;
            continue;
        }
        const std::size_t used = p < pattern.size() ? match_one(pattern.substr(p), text[t]) : 0;
        if (used > 0) {
            p += used;
            ++t;
        } else if (star != std::string_view::npos) {
            p = star;
            t = ++star_text;
        } else {
            return false;
        }
    }
    while (p < pattern.size() && pattern[p] == '*')
        ++p;
    return p == pattern.size();
}

MatchLengths match_lengths(std::string_view pattern,
                           std::string_view text,
                           bool from_end,
                           std::int64_t& work) {
    std::vector<Element> elements = elements_of(pattern);
    if (from_end) std::reverse(elements.begin(), elements.end());
    const std::size_t size = elements.size();
    // The places in the pattern where a match may stand, each once, after so many characters.
    std::vector<std::size_t> places;
    std::vector<std::size_t> next;
    std::vector<std::size_t> seen(size + 1, text.size() + 1);
    const auto add = [&](std::vector<std::size_t>& set, std::size_t place, std::size_t length) {
        for (; seen[place] != length; ++place) {
            seen[place] = length;
            set.push_back(place);
            if (place == size || !elements[place].text.empty()) return;
        }
    };
    MatchLengths out;
    add(places, 0, 0);
    for (std::size_t length = 0; !places.empty(); ++length) {
        if (seen[size] == length) {
            if (!out.shortest) out.shortest = length;
            out.longest = length;
        }
        if (length == text.size()) break;
        work -= static_cast<std::int64_t>(places.size()) + 1;
        if (work <= 0) return {};
        const char c = text[from_end ? text.size() - 1 - length : length];
        next.clear();
        for (const std::size_t place : places) {
            if (place == size) continue;
            if (elements[place].text.empty()) {
                add(next, place, length + 1);
            } else if (fits(elements[place], c)) {
                add(next, place + 1, length + 1);
            }
        }
        places.swap(next);
    }
    return out;
}

bool has_wildcards(std::string_view pattern) {
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        if (pattern[i] == '\\') {
            ++i;
        } else if (pattern[i] == '*' || pattern[i] == '?' || pattern[i] == '[') {
            return true;
        }
    }
    return false;
}

std::vector<std::string> glob(System& system, std::string_view pattern) {
    std::vector<std::string> paths{""};
    std::size_t start = 0;
    while (start < pattern.size() && !paths.empty()) {
        if (pattern[start] == '/') {
            for (std::string& path : paths)
                path.push_back('/');
            ++start;
            continue;
        }
        const std::size_t end = std::min(pattern.find('/', start), pattern.size());
        const std::string_view component = pattern.substr(start, end - start);
        start = end;
        std::vector<std::string> next;
        for (const std::string& path : paths) {
            if (!has_wildcards(component)) {
                std::string candidate = path + without_escapes(component);
                if (system.stat(candidate).exists) next.push_back(std::move(candidate));
                continue;
            }
            std::vector<std::string> names;
            if (system.list(path.empty() ? "." : path, names) != Errno::None) continue;
            for (const std::string& name : names) {
                if (next.size() >= kMaxGlobMatches) break;
                if (name.starts_with('.') && component.front() != '.') continue;
                if (!matches_pattern(component, name)) continue;
                const bool inner = end < pattern.size();
                if (!inner || system.stat(path + name).is_directory) next.push_back(path + name);
            }
        }
        paths = std::move(next);
    }
    std::sort(paths.begin(), paths.end());
    return paths;
}

}  // namespace podium::shell
