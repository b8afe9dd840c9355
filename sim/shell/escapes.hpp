#pragma once

// Backslash escapes of echo -e and printf. Private to this folder.

#include <cstdint>
#include <string>
#include <string_view>

namespace podium::shell {

struct ShellState;

enum class EscapeStyle : std::uint8_t {
    Echo,      ///< Octal numbers begin with \0.
    Format,    ///< Octal numbers have up to three digits: printf's format.
    Argument,  ///< printf's %b: as Echo; bash also has those of a format.
};

/// Adds the text with its escapes replaced; false when it met what ends all output, \c.
bool add_unescaped(std::string_view text, EscapeStyle style, const ShellState& state, std::string& out);
/// Replaces one escape at `position` (which is at the backslash) and moves past it; false for \c, which bash's format leaves.
bool take_escape(std::string_view text, EscapeStyle style, const ShellState& state, std::size_t& position, std::string& out);

/// Adds a code point as UTF-8.
void add_code_point(std::string& out, unsigned code);
/// Whether characters are in UTF-8, as the locale says that a shell's variables name.
bool has_utf8(const ShellState& state);

}  // namespace podium::shell
