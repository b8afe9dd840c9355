#pragma once

// Texts in quotes, as the shells show them. Private to this folder.

#include <string>
#include <string_view>

namespace podium::shell {

/// In single quotes, as bash shows values: 'it'\\''s'.
std::string single_quoted(std::string_view text);
/// The same, or $'..' where there are control characters.
std::string quoted_again(std::string_view text);
/// As $'..', in which control characters have names or numbers; so have bytes of which `utf8` says that they are no characters.
std::string dollar_quoted(std::string_view text, bool utf8);
/// Between double quotes, or $'' where it has control characters, that bash would read back.
std::string double_quoted(const std::string& text);
/// As it is where that needs no quotes, otherwise single_quoted().
std::string quote(std::string_view text);

/// A word as `set -x` shows it, in bash or in ash.
std::string quoted_for_trace(std::string_view word, bool bash);

}  // namespace podium::shell
