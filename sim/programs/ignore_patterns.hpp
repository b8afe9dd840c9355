#pragma once

// What a .dockerignore leaves out of a build's context (moby/patternmatcher v0.6: ignorefile.ReadAll, patternmatcher.go; the
// walk is moby's pkg/archive, TarWithOptions). Pure.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace podium::programs {

/// Patterns, the later of which overrule the earlier. "*" and "?" stop at a slash, "**" stands for any number of folders,
/// "[a-c]" and "[^a]" are classes, "\" takes the next character as it is; what begins with "!" comes along again.
class IgnorePatterns {
  public:
    IgnorePatterns() = default;
    /// Reads the file's text.
    explicit IgnorePatterns(std::string_view text);

    /// What is wrong with the first pattern that is none, as docker says it; empty when all are right.
    [[nodiscard]] const std::string& wrong() const { return wrong_; }
    /// Whether a file or folder is left out, by itself or with a folder above it. `path` is relative to the context: "a/b".
    [[nodiscard]] bool leave_out(std::string_view path) const;
    /// Whether something in a folder that is left out may come along again: docker looks into it only for a pattern that
    /// begins with its name ("!a/keep", not "!**/keep").
    [[nodiscard]] bool may_keep_below(std::string_view folder) const;

  private:
    struct Token {
        enum class Kind : std::uint8_t {
            Letter,
            Class,    ///< "[…]"
            One,      ///< "?"
            Some,     ///< "*"
            Folders,  ///< "**/": any number of them, none too.
            Rest,     ///< "**" at the end: all that follows.
        };
        Kind kind = Kind::Letter;
        char letter = 0;
        std::vector<std::pair<char32_t, char32_t>> ranges{};  ///< A class's, of code points.
        bool inverted = false;
    };

    struct Pattern {
        std::string text;  ///< Cleaned, without "!".
        bool except = false;
        std::vector<Token> tokens;
    };

    static bool read_class(std::string_view text, std::size_t& at, Token& token);
    static bool read_tokens(std::string_view text, std::vector<Token>& tokens);
    static bool fits(const std::vector<Token>& tokens, std::string_view path);

    std::vector<Pattern> patterns_;
    std::string wrong_;
};

}  // namespace podium::programs
