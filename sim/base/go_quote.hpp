#pragma once

// Text in quotes as Go writes it with %q.

#include <span>
#include <string>
#include <string_view>

namespace podium {

/// Go's strconv.Quote: double quotes around, control characters and quotes escaped.
std::string go_quote(std::string_view text);
/// A list of texts: ["nginx" "-g"].
std::string go_quote(std::span<const std::string> words);

}  // namespace podium
