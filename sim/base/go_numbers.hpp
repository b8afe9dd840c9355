#pragma once

// Durations and whole numbers as Go reads them, with its sentences for what is none. Pure
// functions.

#include <cstdint>
#include <string_view>

#include "sim/base/result.hpp"
#include "sim/base/time.hpp"

namespace podium {

/// As parse_duration(); an error is Go's: `time: missing unit in duration "30"`, `time: unknown
/// unit "x" in duration "30x"` or `time: invalid duration "often"`.
Result<Duration> parse_go_duration(std::string_view text);
/// strconv.ParseInt in base 10 with so many bits; an error is Go's: `strconv.ParseInt: parsing "x":
/// invalid syntax` or `…: value out of range`.
Result<std::int64_t> parse_go_integer(std::string_view text, int bits = 64);

}  // namespace podium
