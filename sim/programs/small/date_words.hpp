#pragma once

// What GNU's date reads after -d: a date, a time and what is to be added to them, in any order (coreutils, lib/parse-datetime.y).

#include <cstdint>
#include <optional>
#include <string_view>

namespace podium::programs::small {

// What a Time holds, roughly: the years 1887 to 2216.
inline constexpr std::int64_t kFirstDateSecond = -30'000 * std::int64_t{86'400};
inline constexpr std::int64_t kLastDateSecond = 90'000 * std::int64_t{86'400};

struct DateRead {
    std::int64_t seconds = 0;      ///< Since 1970.
    std::int64_t nanoseconds = 0;  ///< Of that second; less than 0: as many as it is now.
};

/// The moment of a text like "2 hours ago", "next monday", "Mar 10 2024 5pm" or "2024-01-15 10:00 +0200"; a time without a zone is in UTC, and
/// other zones have numbers. `now` is what is left out, in seconds since 1970. Nothing when the text is no such thing, or lies outside of the
/// years 1887 to 2216.
std::optional<DateRead> read_date_words(std::string_view text, std::int64_t now);

}  // namespace podium::programs::small
