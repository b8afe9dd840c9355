#pragma once

// Shell patterns: `*`, `?`, `[...]`, `\c`. In a pattern a backslash makes the next character plain.

#include <string>
#include <string_view>
#include <vector>

#include "sim/shell/system.hpp"

namespace podium::shell {

inline constexpr std::size_t kMaxGlobMatches = 10'000;  ///< Paths one pattern may expand to.

/// Whether the whole text matches. Takes time proportional to both lengths multiplied.
bool matches_pattern(std::string_view pattern, std::string_view text);
/// Whether the pattern has `*`, `?` or `[` that is not escaped.
bool has_wildcards(std::string_view pattern);
/// The paths that match, sorted; empty when none does. Names beginning with '.' match only where
/// the pattern has the dot.
std::vector<std::string> glob(System& system, std::string_view pattern);

}  // namespace podium::shell
