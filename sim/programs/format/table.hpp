#pragma once

// Columns as Go's text/tabwriter lines them up, which is how the docker CLI prints every table.
// Cells end with a tab; the text after the last tab of a line belongs to no column and is never
// padded. Cells of neighbouring lines form a column, so a line with fewer tabs ends the columns.

#include <string>
#include <string_view>

namespace podium::format {

/// How wide columns are: the widest cell and `padding`, at least `minimum`.
struct TabStops {
    int minimum = 10;
    int padding = 3;
};

/// What docker's formatted tables use (`docker ps`, `docker images`, ...).
inline constexpr TabStops kTableStops{10, 3};
/// What its older, hand-made tables use (`docker top`, `docker search`, ...).
inline constexpr TabStops kWideStops{20, 3};

/// Lines of tab-separated cells as lined-up columns, with blanks. Widths are in terminal columns.
std::string align_columns(std::string_view text, TabStops stops = kTableStops);

}  // namespace podium::format
