#pragma once

// The moments that --since and --until name: "42m" ago, a date with or without time and zone, or
// seconds since 1970. Zones are UTC, as the simulated hosts have no other.

#include <string>

#include "sim/base/result.hpp"
#include "sim/base/time.hpp"

namespace podium::programs::docker {

/// The moment a text names, on a clock that shows `now`. The error is docker's sentence.
Result<Time> parse_moment(const std::string& text, Time now);
/// As the engine API takes it: "1767603600.250000000".
std::string unix_text(Time time);

}  // namespace podium::programs::docker
