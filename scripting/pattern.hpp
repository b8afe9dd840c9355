#pragma once

// Lua's string patterns (manual of Lua 5.4, section 6.4.1), matched in counted steps. A pattern
// that tries everything takes as many steps as it takes time, so that the caller can end it. No Lua
// here.

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace podium::scripting {

/// A pattern that isn't one, or is too complex.
class PatternError : public std::runtime_error {
  public:
    explicit PatternError(const std::string& sentence) : std::runtime_error(sentence) {}
};

class PatternMatcher {
  public:
    static constexpr int kMostCaptures = 32;
    static constexpr int kDeepest = 200;  ///< Matches inside each other; Lua's own limit.

    /// Is told of steps taken, in portions; may throw.
    class Steps {
      public:
        virtual ~Steps() = default;
        virtual void take(std::uint64_t steps) = 0;
    };

    struct Capture {
        std::size_t start = 0;
        std::ptrdiff_t size = 0;  ///< kPosition: a position; kOpen: not closed.
    };

    static constexpr std::ptrdiff_t kPosition = -2;
    static constexpr std::ptrdiff_t kOpen = -1;
    static constexpr std::size_t kNoMatch = SIZE_MAX;

    /// Both texts must outlive it. The pattern comes without its anchor '^'.
    PatternMatcher(std::string_view subject, std::string_view pattern, Steps& steps)
        : subject_(subject), pattern_(pattern), steps_(steps) {}

    /// Matches at exactly this place of the subject; the end of the match, or kNoMatch.
    std::size_t match_at(std::size_t start);

    /// Of the last match.
    [[nodiscard]] int captures() const { return level_; }

    /// Throws when it was not closed, or there is none of that number (from 0).
    [[nodiscard]] const Capture& capture(int number) const;

    [[nodiscard]] std::string_view subject() const { return subject_; }

  private:
    std::size_t match(std::size_t s, std::size_t p);
    std::size_t after_item(std::size_t p);
    [[nodiscard]] bool one_matches(std::size_t s, std::size_t p, std::size_t end) const;
    [[nodiscard]] bool in_set(char c, std::size_t p, std::size_t last) const;
    std::size_t most(std::size_t s, std::size_t p, std::size_t end);
    std::size_t fewest(std::size_t s, std::size_t p, std::size_t end);
    std::size_t open_capture(std::size_t s, std::size_t p, std::ptrdiff_t what);
    std::size_t close_capture(std::size_t s, std::size_t p);
    std::size_t balanced(std::size_t s, std::size_t p);
    std::size_t frontier(std::size_t s, std::size_t p, std::size_t& next);
    std::size_t same_again(std::size_t s, char digit);
    void step(std::uint64_t steps = 1);

    std::string_view subject_;
    std::string_view pattern_;
    Steps& steps_;
    std::uint64_t pending_ = 0;
    int level_ = 0;
    int depth_ = 0;
    Capture captures_[kMostCaptures];
};

}  // namespace podium::scripting
