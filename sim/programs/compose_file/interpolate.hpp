#pragma once

// Variables in a Compose file's values: $V, ${V}, ${V:-d}, ${V-d}, ${V:?m}, ${V?m}, ${V:+r},
// ${V+r}, $$. A pure function of the text and a lookup. Only the branch taken is expanded, so a
// required variable in an unused default does no harm.

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/programs/compose_file/project.hpp"

namespace podium::compose {

/// How deep defaults may hold variables with defaults.
inline constexpr int kMaximumInterpolationDepth = 100;
/// How long a value may become.
inline constexpr std::size_t kMaximumInterpolatedBytes = 1U << 20U;

using Lookup = std::function<std::optional<std::string>(std::string_view)>;

struct Interpolation {
    enum class Outcome : std::uint8_t {
        Done,
        InvalidTemplate,  ///< `template_text` is what could not be read.
        RequiredMissing,  ///< `variable` has no value; `reason` is the text behind the '?'.
        TooLong,          ///< One of the limits above.
    };
    Outcome outcome = Outcome::Done;
    std::string text;
    std::string template_text;
    std::string variable;
    std::string reason;
    /// Variables that were used without a default and are not set, each once, in order.
    std::vector<std::string> unset;
};

/// V2 follows compose-go. V1 follows docker-compose 1.29: no '+' operators, no nesting, and a '$'
/// that begins no variable is an invalid template.
Interpolation interpolate(std::string_view text,
                          const Lookup& lookup,
                          Dialect dialect = Dialect::V2);

}  // namespace podium::compose
