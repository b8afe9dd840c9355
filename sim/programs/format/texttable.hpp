#pragma once

// The tables of docker-compose 1.29 (`ps`, `images`, `top`): python-texttable with a header line
// and no borders. Columns are as wide as their widest cell with three blanks between them; the
// header is centred over a line of dashes; every line is padded to the full width, so lines end in
// blanks. On a terminal the table is squeezed into its width and cells are wrapped.

#include <string>
#include <vector>

#include "sim/base/result.hpp"

namespace podium::format {

/// docker-compose takes this width where its output is no terminal: wide enough never to wrap.
inline constexpr int kNoTerminalWidth = 999;

/// The table with a line end after each line. `max_width` is the terminal's width; 0 is without
/// limit. Every row must have as many cells as the header. The one error is a terminal too narrow
/// for a letter of each column, with texttable's own words.
Result<std::string> text_table(const std::vector<std::string>& header,
                               const std::vector<std::vector<std::string>>& rows,
                               int max_width = kNoTerminalWidth);

/// Python's textwrap.wrap(): lines of at most `width` letters, broken at blanks and hyphens, and
/// inside words only where a word is longer than a line. Requires width > 0.
std::vector<std::string> wrap_text(std::string_view text, int width);

}  // namespace podium::format
