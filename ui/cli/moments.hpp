#pragma once

// Times in options: "kill web.1 signal=KILL @30s", "disk-full host @30s..45s", "web@30s".

#include <optional>
#include <string>

#include "sim/base/result.hpp"
#include "sim/base/time.hpp"

namespace podium::cli {

struct Timed {
    std::string what;         ///< What stood before the '@', trimmed.
    Time begin{};
    std::optional<Time> end;  ///< After "..".
};

/// Splits off the moment behind the last '@'. Errors say what is missing.
Result<Timed> parse_timed(const std::string& text);
/// The value of --for, greater than 0; none for an empty text.
Result<std::optional<Duration>> parse_for(const std::string& text);
/// "1x", "0.5x", "10": simulated seconds a real one; 0 is as fast as it computes.
Result<double> parse_speed(const std::string& text);

}  // namespace podium::cli
