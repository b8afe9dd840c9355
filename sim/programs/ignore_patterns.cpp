#include "sim/programs/ignore_patterns.hpp"

#include <algorithm>

#include "sim/base/text.hpp"
#include "sim/base/utf8.hpp"

namespace podium::programs {
namespace {

constexpr std::string_view kIgnoreFileMark = "\xEF\xBB\xBF";

// As Go's filepath.Clean, which keeps the ".." that lead out; such a pattern fits nothing.
std::string cleaned_pattern(std::string_view pattern) {
    std::vector<std::string> parts;
    for (const std::string& part : split(std::string(pattern), '/')) {
        if (part.empty() || part == ".") continue;
        if (part == ".." && !parts.empty() && parts.back() != "..") parts.pop_back();
        else if (part != ".." || !pattern.starts_with('/')) parts.push_back(part);
    }
    return join(parts, "/");
}

// Behind the letter of UTF-8 that begins there.
std::size_t end_of_letter(std::string_view text, std::size_t at) { return at + decode_rune(text, at).size; }

bool has_wildcards(std::string_view text) { return text.find_first_of("*?[]\\") != std::string_view::npos; }

}  // namespace

IgnorePatterns::IgnorePatterns(std::string_view text) {
    if (text.starts_with(kIgnoreFileMark)) text.remove_prefix(kIgnoreFileMark.size());
    for (const std::string& line : split(std::string(text), '\n')) {
        if (line.starts_with('#')) continue;  // only there: " #a" is a file's name
        std::string_view pattern = trim(line);
        Pattern row;
        row.except = pattern.starts_with('!');
        if (row.except) pattern = trim(pattern.substr(1));
        row.text = cleaned_pattern(pattern);
        if (row.except && pattern.empty() && wrong_.empty()) wrong_ = "illegal exclusion pattern: \"!\"";
        if (row.text.empty()) continue;
        if (read_tokens(row.text, row.tokens)) patterns_.push_back(std::move(row));
        else if (wrong_.empty()) wrong_ = "syntax error in pattern";
    }
}

// Go's filepath.Match: a class has something in it, and a hyphen or bracket of its own stands behind "\".
bool IgnorePatterns::read_class(std::string_view text, std::size_t& at, Token& token) {
    token.kind = Token::Kind::Class;
    if (at < text.size() && text[at] == '^') {
        token.inverted = true;
        ++at;
    }
    const auto letter = [&](char32_t& out) {
        if (at >= text.size() || text[at] == '-' || text[at] == ']') return false;
        if (text[at] == '\\' && ++at >= text.size()) return false;
        const Rune rune = decode_rune(text, at);
        out = rune.value;
        at += rune.size;
        return true;
    };
    while (token.ranges.empty() || at >= text.size() || text[at] != ']') {
        char32_t first = 0;
        if (!letter(first)) return false;
        char32_t last = first;
        if (at < text.size() && text[at] == '-') {
            ++at;
            if (!letter(last)) return false;
        }
        if (last < first) return false;  // to Go's regexp
        token.ranges.emplace_back(first, last);
    }
    ++at;
    return true;
}

bool IgnorePatterns::read_tokens(std::string_view text, std::vector<Token>& tokens) {
    for (std::size_t at = 0; at < text.size();) {
        const char c = text[at++];
        Token token;
        if (c == '*' && at < text.size() && text[at] == '*') {
            const bool first = at == 1;
            ++at;
            const bool slash = at < text.size() && text[at] == '/';
            // "**.log", with nothing else in it that is not a letter, is how a path ends, in any folder.
            token.kind = at == text.size() || (first && !slash && !has_wildcards(text.substr(at))) ? Token::Kind::Rest
                                                                                                   : Token::Kind::Folders;
            if (slash) ++at;
            if (at == text.size()) token.kind = Token::Kind::Rest;
        } else if (c == '*') {
            token.kind = Token::Kind::Some;
        } else if (c == '?') {
            token.kind = Token::Kind::One;
        } else if (c == '[') {
            if (!read_class(text, at, token)) return false;
        } else {
            token.letter = c;
            if (c == '\\') {
                if (at == text.size()) return false;
                token.letter = text[at++];
            }
        }
        tokens.push_back(std::move(token));
    }
    return true;
}

// Which lengths of the path's beginning the tokens so far may have taken is followed, so that no pattern takes long.
bool IgnorePatterns::fits(const std::vector<Token>& tokens, std::string_view path) {
    std::vector<bool> taken(path.size() + 1, false);
    taken[0] = true;
    for (const Token& token : tokens) {
        std::vector<bool> next(path.size() + 1, false);
        bool going = false;  // a token of any length began here or before
        for (std::size_t i = 0; i <= path.size(); ++i) {
            switch (token.kind) {
                case Token::Kind::Letter:
                    if (taken[i] && i < path.size() && path[i] == token.letter) next[i + 1] = true;
                    break;
                case Token::Kind::Class:
                    if (taken[i] && i < path.size()) {
                        const Rune rune = decode_rune(path, i);
                        const bool within = std::any_of(token.ranges.begin(), token.ranges.end(), [&rune](const auto& range) {
                            return range.first <= rune.value && rune.value <= range.second;
                        });
                        if (within != token.inverted) next[i + rune.size] = true;
                    }
                    break;
                case Token::Kind::One:
                    if (taken[i] && i < path.size() && path[i] != '/') next[end_of_letter(path, i)] = true;
                    break;
                case Token::Kind::Some:
                    going = taken[i] || (going && path[i - 1] != '/');
                    next[i] = going;
                    break;
                case Token::Kind::Folders:
                    next[i] = taken[i] || (going && path[i - 1] == '/');
                    going = going || taken[i];
                    break;
                case Token::Kind::Rest:
                    going = going || taken[i];
                    next[i] = going;
                    break;
            }
        }
        if (std::find(next.begin(), next.end(), true) == next.end()) return false;
        taken = std::move(next);
    }
    return taken[path.size()];
}

bool IgnorePatterns::leave_out(std::string_view path) const {
    bool out = false;
    for (const Pattern& pattern : patterns_) {
        if (pattern.except != out) continue;
        for (std::size_t end = path.find('/');; end = path.find('/', end + 1)) {
            if (fits(pattern.tokens, path.substr(0, end))) {
                out = !pattern.except;
                break;
            }
            if (end == std::string_view::npos) break;
        }
    }
    return out;
}

bool IgnorePatterns::may_keep_below(std::string_view folder) const {
    const std::string begin = std::string(folder) + "/";
    return std::any_of(patterns_.begin(), patterns_.end(), [&begin](const Pattern& pattern) {
        return pattern.except && (pattern.text + "/").starts_with(begin);
    });
}

}  // namespace podium::programs
