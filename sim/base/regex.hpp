#pragma once

// POSIX regular expressions, basic and extended, with the extensions people use (\+, \|, \w, \b,
// \<, \>). A match is the leftmost, and of these the longest. Searching takes time proportional to
// the text times the pattern: all ways are followed at once, so no pattern can make it explode.
// Back-references are refused by name. Plain data.

#include <bitset>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/base/result.hpp"

namespace podium {

class Regex {
  public:
    static constexpr std::size_t kMostInstructions = 4000;
    static constexpr std::size_t kMostRepeats = 255;
    static constexpr int kMostNesting = 100;

    struct Syntax {
        bool extended = false;
        bool ignore_case = false;
    };

    struct Match {
        std::size_t begin = 0;
        std::size_t end = 0;
        std::vector<std::pair<std::size_t, std::size_t>>
            groups;  ///< [1] is the first group; npos when unused.
    };

    Regex() = default;
    /// The error's message is the C library's sentence.
    static Result<Regex> compile(std::string_view pattern, Syntax syntax);
    /// A pattern that means itself.
    static Regex literal(std::string_view text, bool ignore_case);
    /// The first match at or after `from`.
    [[nodiscard]] std::optional<Match> search(std::string_view text, std::size_t from = 0) const;

    /// In instructions: searching takes at most this for each character.
    [[nodiscard]] std::size_t size() const { return program_.size(); }

  private:
    friend class RegexParser;
    enum class Code : std::uint8_t {
        Set,
        Split,
        Jump,
        Save,
        LineStart,
        LineEnd,
        WordEdge,
        NotWordEdge,
        WordStart,
        WordEnd,
        Match
    };

    struct Instruction {
        Code code = Code::Match;
        std::uint32_t x = 0;  ///< Set: the set's index. Split, Jump: where to. Save: the slot.
        std::uint32_t y = 0;  ///< Split: the second way.
    };

    struct Thread {
        std::uint32_t at = 0;
        std::vector<std::size_t> saved;
    };
    class Run;

    std::vector<Instruction> program_;
    std::vector<std::bitset<256>> sets_;
    /// Finds what a match can begin with, so that most places of a text need no look.
    void find_beginnings();

    std::size_t groups_ = 0;
    std::bitset<256> beginnings_;
    bool may_be_empty_ = false;
};

}  // namespace podium
