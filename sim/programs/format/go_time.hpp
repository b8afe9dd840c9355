#pragma once

// Moments as the simulated host's calendar shows them. Simulated time counts from the start of the
// run; the run starts at kEpochSeconds, which is the same for every run so that a typed line prints
// the same on every seed. All calendars are UTC (the simulated hosts have no other zone), and all
// arithmetic is in integers.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sim/base/time.hpp"

namespace podium::format {

/// 2026-01-05T09:00:00Z, a Monday, in seconds since 1970.
inline constexpr std::int64_t kEpochSeconds = 1'767'603'600;

/// What Go prints for a moment that was never set (a container that has not started).
inline constexpr std::string_view kZeroTimeText = "0001-01-01T00:00:00Z";

/// A moment of the UTC calendar.
struct CalendarTime {
    std::int64_t year = 1;
    int month = 1;        ///< 1..12
    int day = 1;          ///< 1..31
    int hour = 0;
    int minute = 0;
    int second = 0;
    int nanosecond = 0;
    int weekday = 0;      ///< 0 is Sunday.
};

/// Seconds since 1970, rounded down.
std::int64_t unix_seconds(Time time);
/// The simulated moment of a time given in seconds since 1970.
Time from_unix(std::int64_t seconds, std::int64_t nanoseconds = 0);
CalendarTime calendar_time(Time time);

/// Go's RFC3339Nano: "2026-01-05T09:00:00.5Z", no trailing zeros (inspect's StartedAt, Created ...).
std::string rfc3339_nano(Time time);
/// With nine digits always: "2026-01-05T09:00:00.500000000Z" (`docker logs -t`, `docker events`).
std::string rfc3339_nano_fixed(Time time);
/// Whole seconds: "2026-01-05T09:00:00Z" (a volume's CreatedAt, `docker image history --human=false`).
std::string rfc3339(Time time);
/// Go's Time.String(): "2026-01-05 09:00:00.5 +0000 UTC" (CreatedAt in `docker ps --format`).
std::string go_time_text(Time time);
/// C's ctime without newline: "Mon Jan  5 09:00:00 2026" (`docker version`'s Built lines).
std::string ctime_text(Time time);
/// Python's datetime: "2026-01-05 09:00:00.500000" (`docker-compose events`).
std::string python_time_text(Time time);

/// Reads an RFC 3339 text with any number of decimals and Z or a numeric offset; nothing when it is
/// none, or when it lies outside what a Time can hold (Go's zero time does).
std::optional<Time> parse_rfc3339(std::string_view text);

}  // namespace podium::format
