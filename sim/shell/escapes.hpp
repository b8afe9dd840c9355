#pragma once

// Backslash escapes of echo -e and printf. Private to this folder.

#include <cstdint>
#include <string>
#include <string_view>

namespace podium::shell {

enum class EscapeStyle : std::uint8_t {
    Echo,    ///< Octal numbers begin with \0; also printf's %b.
    Format,  ///< Octal numbers have up to three digits: printf's format.
};

/// Adds the text with its escapes replaced; false when it met \c, which ends all output.
bool add_unescaped(std::string_view text, EscapeStyle style, std::string& out);
/// Replaces one escape at `position` (which is at the backslash) and moves past it; false for \c.
bool take_escape(std::string_view text, EscapeStyle style, std::size_t& position, std::string& out);

}  // namespace podium::shell
