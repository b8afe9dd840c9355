#pragma once

// The simulated calendar: where simulated time lies in the years people use. Every run begins at
// the same moment, kEpochSeconds, so that a typed line prints the same on every seed. All simulated
// clocks are UTC; arithmetic is in integers.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sim/base/time.hpp"

namespace podium {

/// 2026-01-05T09:00:00Z, a Monday, in seconds since 1970.
inline constexpr std::int64_t kEpochSeconds = 1'767'603'600;

/// How Go writes a moment that never was (a container that never started).
inline constexpr std::string_view kNeverText = "0001-01-01T00:00:00Z";

/// A moment of the UTC calendar.
struct CivilTime {
    std::int64_t year = 1970;
    int month = 1;  ///< 1..12
    int day = 1;    ///< 1..31
    int hour = 0;
    int minute = 0;
    int second = 0;
    int nanosecond = 0;
};

/// Seconds since 1970 of a clock that is `skew` ahead, rounded down.
std::int64_t unix_seconds(Time time, Duration skew = {});
/// Nanoseconds since 1970 of a clock that is `skew` ahead.
std::int64_t unix_nanoseconds(Time time, Duration skew = {});
/// The simulated moment at which a clock that is `skew` ahead shows this many seconds since 1970.
Time from_unix(std::int64_t seconds, std::int64_t nanoseconds = 0, Duration skew = {});
CivilTime civil_time(Time time, Duration skew = {});

/// Go's RFC3339Nano, without trailing zeros: "2026-01-05T09:00:00.5Z" (inspect's StartedAt).
std::string rfc3339_nano(Time time, Duration skew = {});
/// With nine digits always: "2026-01-05T09:00:00.500000000Z" (log lines).
std::string rfc3339_nano_fixed(Time time, Duration skew = {});
/// Whole seconds: "2026-01-05T09:00:00Z" (a volume's CreatedAt).
std::string rfc3339(Time time, Duration skew = {});

/// Reads "2026-01-05T09:00:00.5Z" or one with an offset ("+02:00"), with or without decimals;
/// nothing when it is none or lies outside what a Time can hold.
std::optional<Time> parse_rfc3339(std::string_view text, Duration skew = {});

}  // namespace podium
