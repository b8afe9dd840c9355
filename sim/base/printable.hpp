#pragma once

// Texts of others on a terminal: what would steer it is shown instead of done.

#include <string>
#include <string_view>

namespace podium {

/// Control characters as they are written in a string ("\x1b"), but for line breaks and tabs; so are those of
/// Unicode (U+0080 to U+009F, as "\u009b") and the marks that turn the direction of writing.
std::string printable(std::string_view text);
/// Where the first such character stands; npos when there is none.
std::size_t first_control(std::string_view text);

}  // namespace podium
