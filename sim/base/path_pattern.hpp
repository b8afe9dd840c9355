#pragma once

// Patterns for paths as Go's path.Match reads them: "*" and "?" stop at a slash, "[a-c]" and "[^a]"
// are classes, "\" takes the next character as it is. A pure function.

#include <string_view>

namespace podium {

/// Whether the whole text fits the pattern; one with an open class or escape fits nothing.
bool path_matches(std::string_view pattern, std::string_view text);

}  // namespace podium
