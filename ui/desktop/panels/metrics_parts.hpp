#pragma once

// What the metrics panel works out before it draws: series folded to pixels, round ends of scales, values
// in words. Pure functions.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/time.hpp"
#include "ui/desktop/draw/context.hpp"

namespace podium::desktop {

/// What falls into one column of pixels.
struct SeriesColumn {
    float low = 0;
    float high = 0;
    float last = 0;
    bool known = false;  ///< Some value of 0 or more falls into it.
    bool operator==(const SeriesColumn&) const = default;
};

/// So many columns of equal widths for all values, the first on the left; where there are fewer values than columns each stands in
/// the columns up to the next. Values below 0 are none.
std::vector<SeriesColumn> fold_series(const std::vector<float>& values, std::size_t columns);

/// The end of a scale for values up to `most`: 1, 2 or 5 times a power of ten, at least `least`.
float scale_end(float most, float least);

/// When a value was taken.
Time sample_time(std::size_t place, Time last, Duration every, std::size_t count);

/// How a series' values are written.
enum class SeriesUnit : std::uint8_t { Share, Milliseconds, PerSecond, Count };
/// "99.5 %", "12 ms", "40/s", "3"; "–" for none.
std::string series_words(float value, SeriesUnit unit);
/// A series' newest value and its name.
struct SeriesNewest {
    float value = -1;  ///< Below 0: there is none.
    std::string_view name;
    std::string_view host = {};  ///< Whose it is; empty: nobody's, or that needs no saying.
};
/// What a chart's head says of them: "40/s · 2/s", "– · –".
std::string newest_words(const std::vector<SeriesNewest>& newest, SeriesUnit unit);
/// The highest with its name, "memory 62 %"; "–" where none has a value.
std::string highest_words(const std::vector<SeriesNewest>& newest, SeriesUnit unit);
/// The same with its host, "memory 62 % on moe"; empty where it has none.
std::string highest_with_host(const std::vector<SeriesNewest>& newest, SeriesUnit unit);
/// The host of one of a series' values: `numbers` has each value's, from 1 in `hosts`. Empty of the only host, and where nothing is
/// in use.
std::string_view host_of_value(const std::vector<std::string>& hosts, const std::vector<std::uint32_t>& numbers, std::size_t place,
                               float value);
/// Where words of these sizes stand within an area: below one another, and beside those where there is no room below.
std::vector<Area> names_below(const std::vector<Area>& sizes, const Area& within, float gap, float column_gap);
/// "1.2 MB".
std::string bytes_words(std::int64_t bytes);
/// How long something was down: "0.8 s", "1m02s".
std::string down_words(Duration down);

}  // namespace podium::desktop
