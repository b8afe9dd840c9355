#pragma once

// Tables as comma-separated values, as RFC 4180 has them but with plain newlines: what is exported and
// what sweeps write. Pure functions.

#include <span>
#include <string>
#include <string_view>

namespace podium {

/// A cell as it stands in a line: in quotes, quotes in it doubled, where it holds a comma, a quote or the end of a line.
std::string csv_cell(std::string_view text);
/// The cells of a row with commas between them and a newline behind.
std::string csv_line(std::span<const std::string> cells);

}  // namespace podium
