#pragma once

// Shell patterns: `*`, `?`, `[...]`, `\c`. In a pattern a backslash makes the next character plain.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/shell/system.hpp"

namespace podium::shell {

inline constexpr std::size_t kMaxGlobMatches = 10'000;  ///< Paths one pattern may expand to.

/// Whether the whole text matches. Takes time proportional to both lengths multiplied.
bool matches_pattern(std::string_view pattern, std::string_view text);
/// The same; `work` goes down by the steps that took, and when nothing is left of it the search ends with false.
bool matches_pattern(std::string_view pattern, std::string_view text, std::int64_t& work);
/// Which beginnings (or ends) of a text match, by their lengths.
struct MatchLengths {
    std::optional<std::size_t> shortest;
    std::optional<std::size_t> longest;
};

/// The beginnings of the text that match, or its ends when `from_end`, found in one pass over it. `work` goes down by the
/// steps that took; the search ends without a result when nothing is left of it.
MatchLengths match_lengths(std::string_view pattern,
                           std::string_view text,
                           bool from_end,
                           std::int64_t& work);
inline constexpr std::int64_t kMaxMatchWork = 20'000'000;  ///< Of one expansion's operators.

/// Whether the pattern has `*`, `?` or `[` that is not escaped.
bool has_wildcards(std::string_view pattern);
/// The paths that match, sorted; empty when none does. Names beginning with '.' match only where
/// the pattern has the dot.
std::vector<std::string> glob(System& system, std::string_view pattern);

}  // namespace podium::shell
