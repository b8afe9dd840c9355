#pragma once

// The ways of writing a moment that only the docker programs use; what the engine itself writes is
// in sim/base/calendar.hpp. All are UTC. The moment is what the program's own clock shows: a caller
// whose host's clock is off adds the skew.

#include <string>

#include "sim/base/calendar.hpp"
#include "sim/base/time.hpp"

namespace podium::format {

/// Go's Time.String(): "2026-01-05 09:00:00.5 +0000 UTC" (CreatedAt in `docker ps --format`).
std::string go_time_text(Time time);
/// C's ctime without line end: "Mon Jan  5 09:00:00 2026" (`docker version`'s Built lines).
std::string ctime_text(Time time);
/// Python's datetime: "2026-01-05 09:00:00.500000" (`docker-compose events`).
std::string python_time_text(Time time);

/// Go's zero time as Time.String() writes it.
inline constexpr std::string_view kZeroTimeText = "0001-01-01 00:00:00 +0000 UTC";

}  // namespace podium::format
