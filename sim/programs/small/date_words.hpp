#pragma once

// What GNU's date reads after -d: a date, a time and what is to be added to them, in any order (coreutils, lib/parse-datetime.y).

#include <cstdint>
#include <optional>
#include <string_view>

namespace podium::programs::small {

/// The moment in seconds since 1970 of a text like "2 hours ago", "next monday" or "2024-01-15 10:00 + 1 day"; all in UTC. `now`
/// is what is left out, also in seconds since 1970. Nothing when the text is no such thing, or lies outside of the years 1888 to 2216. Time zones
/// but UTC are not read.
std::optional<std::int64_t> read_date_words(std::string_view text, std::int64_t now);

}  // namespace podium::programs::small
