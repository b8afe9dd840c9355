#include "scripting/pattern.hpp"

#include <cctype>
#include <fmt/format.h>

namespace podium::scripting {
namespace {

constexpr std::uint64_t kPortion = 64;
constexpr char kEscape = '%';

// Classes by their letter, in the C locale's ASCII; a capital letter is the opposite.
bool in_class(unsigned char c, char letter) {
    const bool ascii = c < 128;
    bool is = false;
    switch (std::tolower(static_cast<unsigned char>(letter))) {
        case 'a':
            is = ascii && std::isalpha(c) != 0;
            break;
        case 'c':
            is = ascii && std::iscntrl(c) != 0;
            break;
        case 'd':
            is = c >= '0' && c <= '9';
            break;
        case 'g':
            is = c > ' ' && c < 127;
            break;
        case 'l':
            is = c >= 'a' && c <= 'z';
            break;
        case 'p':
            is = ascii && std::ispunct(c) != 0;
            break;
        case 's':
            is = c == ' ' || (c >= '\t' && c <= '\r');
            break;
        case 'u':
            is = c >= 'A' && c <= 'Z';
            break;
        case 'w':
            is = ascii && std::isalnum(c) != 0;
            break;
        case 'x':
            is = ascii && std::isxdigit(c) != 0;
            break;
        default:
            return static_cast<unsigned char>(letter) == c;
    }
    return (letter >= 'A' && letter <= 'Z') ? !is : is;
}

}  // namespace

void PatternMatcher::step(std::uint64_t steps) {
    pending_ += steps;
    if (pending_ < kPortion) return;
    const std::uint64_t portion = pending_;
    pending_ = 0;
    steps_.take(portion);
}

std::size_t PatternMatcher::match_at(std::size_t start) {
    level_ = 0;
    depth_ = 0;
    step(4);
    return match(start, 0);
}

const PatternMatcher::Capture& PatternMatcher::capture(int number) const {
    if (number >= level_) throw PatternError(fmt::format("invalid capture index %{}", number + 1));
    if (captures_[number].size == kOpen) throw PatternError("unfinished capture");
    return captures_[number];
}

// The place behind a single item: a character, a class, a set.
std::size_t PatternMatcher::after_item(std::size_t p) {
    const char first = pattern_[p++];
    if (first == kEscape) {
        if (p >= pattern_.size()) throw PatternError("malformed pattern (ends with '%')");
        return p + 1;
    }
    if (first != '[') return p;
    if (p < pattern_.size() && pattern_[p] == '^') ++p;
    std::uint64_t members = 0;
    do {  // a ']' right at the beginning is a member
        // A long set counts before its end is found, which may be missing.
        if (++members % kPortion == 0) step(kPortion / 4);
        if (p >= pattern_.size()) throw PatternError("malformed pattern (missing ']')");
        if (pattern_[p++] == kEscape) {
            if (p >= pattern_.size()) throw PatternError("malformed pattern (missing ']')");
            ++p;
        }
    } while (p >= pattern_.size() || pattern_[p] != ']');
    return p + 1;
}

// `p` is the place of '[', `last` that of its ']'.
bool PatternMatcher::in_set(char c, std::size_t p, std::size_t last) const {
    bool member = true;
    if (pattern_[++p] == '^') {
        member = false;
        ++p;
    }
    const auto code = static_cast<unsigned char>(c);
    for (; p < last; ++p) {
        if (pattern_[p] == kEscape) {
            ++p;
            if (in_class(code, pattern_[p])) return member;
        } else if (p + 2 < last && pattern_[p + 1] == '-') {
            if (static_cast<unsigned char>(pattern_[p]) <= code &&
                code <= static_cast<unsigned char>(pattern_[p + 2]))
                return member;
            p += 2;
        } else if (pattern_[p] == c) {
            return member;
        }
    }
    return !member;
}

bool PatternMatcher::one_matches(std::size_t s, std::size_t p, std::size_t end) const {
    if (s >= subject_.size()) return false;
    const char c = subject_[s];
    switch (pattern_[p]) {
        case '.':
            return true;
        case kEscape:
            return in_class(static_cast<unsigned char>(c), pattern_[p + 1]);
        case '[':
            return in_set(c, p, end - 1);
        default:
            return pattern_[p] == c;
    }
}

std::size_t PatternMatcher::most(std::size_t s, std::size_t p, std::size_t end) {
    std::size_t count = 0;
    while (one_matches(s + count, p, end)) {
        ++count;
        step(1 + (end - p) / 4);
    }
    while (true) {
        const std::size_t found = match(s + count, end + 1);
        if (found != kNoMatch || count == 0) return found;
        --count;
        step();
    }
}

std::size_t PatternMatcher::fewest(std::size_t s, std::size_t p, std::size_t end) {
    while (true) {
        const std::size_t found = match(s, end + 1);
        if (found != kNoMatch) return found;
        step(1 + (end - p) / 4);
        if (!one_matches(s, p, end)) return kNoMatch;
        ++s;
    }
}

std::size_t PatternMatcher::open_capture(std::size_t s, std::size_t p, std::ptrdiff_t what) {
    if (level_ >= kMostCaptures) throw PatternError("too many captures");
    captures_[level_] = Capture{s, what};
    ++level_;
    const std::size_t found = match(s, p);
    if (found == kNoMatch) --level_;
    return found;
}

std::size_t PatternMatcher::close_capture(std::size_t s, std::size_t p) {
    int open = level_ - 1;
    while (open >= 0 && captures_[open].size != kOpen)
        --open;
    if (open < 0) throw PatternError("invalid pattern capture");
    captures_[open].size = static_cast<std::ptrdiff_t>(s - captures_[open].start);
    const std::size_t found = match(s, p);
    if (found == kNoMatch) captures_[open].size = kOpen;
    return found;
}

// %bxy
std::size_t PatternMatcher::balanced(std::size_t s, std::size_t p) {
    if (p + 1 >= pattern_.size())
        throw PatternError("malformed pattern (missing arguments to '%b')");
    if (s >= subject_.size() || subject_[s] != pattern_[p]) return kNoMatch;
    int open = 1;
    for (std::size_t i = s + 1; i < subject_.size(); ++i) {
        step();
        if (subject_[i] == pattern_[p + 1]) {
            if (--open == 0) return i + 1;
        } else if (subject_[i] == pattern_[p]) {
            ++open;
        }
    }
    return kNoMatch;
}

// %f[set]: `next` becomes the place behind the set.
std::size_t PatternMatcher::frontier(std::size_t s, std::size_t p, std::size_t& next) {
    if (p >= pattern_.size() || pattern_[p] != '[')
        throw PatternError("missing '[' after '%f' in pattern");
    next = after_item(p);
    step(1 + (next - p) / 4);
    const char before = s == 0 ? '\0' : subject_[s - 1];
    const char here = s < subject_.size() ? subject_[s] : '\0';
    return !in_set(before, p, next - 1) && in_set(here, p, next - 1) ? s : kNoMatch;
}

// %1 to %9: what that capture caught, once more.
std::size_t PatternMatcher::same_again(std::size_t s, char digit) {
    const int number = digit - '1';
    if (number < 0 || number >= level_ || captures_[number].size == kOpen)
        throw PatternError(fmt::format("invalid capture index %{}", number + 1));
    const Capture& caught = captures_[number];
    const std::size_t size = caught.size == kPosition ? 0 : static_cast<std::size_t>(caught.size);
    step(1 + size / 16);
    return subject_.size() - s >= size &&
                   subject_.compare(s, size, subject_, caught.start, size) == 0
               ? s + size
               : kNoMatch;
}

std::size_t PatternMatcher::match(std::size_t s, std::size_t p) {
    struct Depth {
        int& depth;

        explicit Depth(int& d) : depth(d) { ++depth; }

        ~Depth() { --depth; }
    } const inside(depth_);

    if (depth_ > kDeepest) throw PatternError("pattern too complex");
    while (p < pattern_.size()) {
        step();
        const char c = pattern_[p];
        const char following = p + 1 < pattern_.size() ? pattern_[p + 1] : '\0';
        if (c == '(')
            return following == ')' ? open_capture(s, p + 2, kPosition)
                                    : open_capture(s, p + 1, kOpen);
        if (c == ')') return close_capture(s, p + 1);
        if (c == '$' && p + 1 == pattern_.size()) return s == subject_.size() ? s : kNoMatch;
        if (c == kEscape && following == 'b') {
            s = balanced(s, p + 2);
            if (s == kNoMatch) return kNoMatch;
            p += 4;
            continue;
        }
        if (c == kEscape && following == 'f') {
            std::size_t next = 0;
            if (frontier(s, p + 2, next) == kNoMatch) return kNoMatch;
            p = next;
            continue;
        }
        if (c == kEscape && following >= '0' && following <= '9') {
            s = same_again(s, following);
            if (s == kNoMatch) return kNoMatch;
            p += 2;
            continue;
        }
        const std::size_t end = after_item(p);
        step((end - p) / 4);
        const char repeat = end < pattern_.size() ? pattern_[end] : '\0';
        if (repeat == '*') return most(s, p, end);
        if (repeat == '-') return fewest(s, p, end);
        const bool matches = one_matches(s, p, end);
        if (repeat == '+') return matches ? most(s + 1, p, end) : kNoMatch;
        if (repeat == '?') {
            if (matches) {
                const std::size_t found = match(s + 1, end + 1);
                if (found != kNoMatch) return found;
            }
            p = end + 1;
            continue;
        }
        if (!matches) return kNoMatch;
        ++s;
        p = end;
    }
    return s;
}

}  // namespace podium::scripting
