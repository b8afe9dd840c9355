#pragma once

// Text in columns and lines of limited width, for what is read on a terminal. UTF-8 in, UTF-8 out;
// every code point counts as one column.

#include <string>
#include <string_view>
#include <vector>

namespace podium::view {

/// The lines a text takes at `width` columns: its own, broken at blanks, a longer word where it must be.
/// Width 0 is no limit. Always at least one line.
std::vector<std::string> wrapped(std::string_view text, std::size_t width);
/// `text` with blanks to `width` columns; unchanged when it is longer.
std::string padded(std::string_view text, std::size_t width);
/// `text` in at most `width` columns, its middle left out ("ghcr.io/…-webui:main"). Requires width
/// > 0.
std::string shortened(std::string_view text, std::size_t width);

}  // namespace podium::view
