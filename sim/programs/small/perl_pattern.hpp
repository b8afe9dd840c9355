#pragma once

// The part of Perl's patterns that says what POSIX's extended ones say, in other words: \d, \s, \t, \K, (?:...) and (?i). All else is
// refused, as are alternatives where the text that matched is wanted: Perl takes the first that fits, POSIX the longest.

#include <string>
#include <string_view>

#include "sim/base/result.hpp"

namespace podium::programs::small {

struct PerlPattern {
    std::string extended;  ///< With \K: what stands before it is the first group.
    bool ignore_case = false;
    bool keeps_end = false;  ///< It has \K: only what follows the first group is the match.
};

/// The error's message is a whole sentence. `shows`: the text that matches is shown.
Result<PerlPattern> read_perl_pattern(std::string_view pattern, bool shows);

}  // namespace podium::programs::small
