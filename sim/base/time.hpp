#pragma once

// Simulated time: whole nanoseconds in 64 bits. A Time counts from the start of the run; a
// Duration is a difference of two. There is no wall clock anywhere under sim.

#include <cstdint>
#include <string>
#include <string_view>

#include "sim/base/result.hpp"

namespace podium {

struct Duration {
    std::int64_t nanoseconds = 0;

    constexpr auto operator<=>(const Duration&) const = default;
    [[nodiscard]] constexpr double seconds() const { return static_cast<double>(nanoseconds) / 1e9; }
};

struct Time {
    std::int64_t nanoseconds = 0;

    constexpr auto operator<=>(const Time&) const = default;
    [[nodiscard]] constexpr double seconds() const { return static_cast<double>(nanoseconds) / 1e9; }
};

constexpr Duration nanoseconds(std::int64_t n) { return {n}; }
constexpr Duration microseconds(std::int64_t n) { return {n * 1'000}; }
constexpr Duration milliseconds(std::int64_t n) { return {n * 1'000'000}; }
constexpr Duration seconds(std::int64_t n) { return {n * 1'000'000'000}; }
constexpr Duration minutes(std::int64_t n) { return {n * 60'000'000'000}; }
constexpr Duration hours(std::int64_t n) { return {n * 3'600'000'000'000}; }

constexpr Duration operator+(Duration a, Duration b) { return {a.nanoseconds + b.nanoseconds}; }
constexpr Duration operator-(Duration a, Duration b) { return {a.nanoseconds - b.nanoseconds}; }
constexpr Duration operator*(Duration a, std::int64_t n) { return {a.nanoseconds * n}; }
constexpr Duration operator/(Duration a, std::int64_t n) { return {a.nanoseconds / n}; }
constexpr Time operator+(Time t, Duration d) { return {t.nanoseconds + d.nanoseconds}; }
constexpr Time operator-(Time t, Duration d) { return {t.nanoseconds - d.nanoseconds}; }
constexpr Duration operator-(Time a, Time b) { return {a.nanoseconds - b.nanoseconds}; }

/// A moment that never comes: later than every event.
inline constexpr Time kNever{INT64_MAX};

/// Reads a duration as Go writes them: "1m30s", "250ms", "1.5h", "-2s", "0"; also the units d and w
/// when `days` is set (Compose outside its schema-checked fields). A number without a unit is an
/// error unless it is 0.
Result<Duration> parse_duration(std::string_view text, bool days = false);

/// Writes a duration as Go does: "1m30s", "250ms", "1.5s", "0s".
std::string format_duration(Duration duration);

/// Writes a moment for people, to the millisecond: "0.180s", "1m30.000s", "1h02m03.000s".
std::string format_time(Time time);

/// Writes seconds with exactly `digits` decimals (at most 9), rounding half away from 0, in integer
/// arithmetic.
std::string format_seconds(std::int64_t nanoseconds, int digits);

}  // namespace podium
