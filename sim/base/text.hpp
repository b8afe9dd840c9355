#pragma once

// Small text tools shared by every room.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace podium {

/// The parts between separators; an empty text gives one empty part.
std::vector<std::string> split(std::string_view text, char separator);
/// The parts between runs of blanks, tabs and newlines; no empty parts.
std::vector<std::string> split_words(std::string_view text);
std::string join(std::span<const std::string> parts, std::string_view separator);
std::string_view trim(std::string_view text);
/// In small letters, or in capitals: of ASCII's only, as a program does in the C locale.
std::string lower(std::string_view text);
std::string upper(std::string_view text);
/// A part of a URL with what stands in it as %XX; a % without two hexadecimal digits behind it stays.
std::string percent_decoded(std::string_view text);
/// Number of Unicode code points of a UTF-8 text.
std::size_t display_width(std::string_view text);
/// The candidate nearest to `word` by edit distance if it is near enough to be a slip (at most a
/// third of its letters, at least one), else empty. Ties go to the first.
std::string nearest(std::string_view word, std::span<const std::string> candidates);
/// The whole text as a signed number; false when it is anything else or does not fit.
bool parse_integer(std::string_view text, std::int64_t& value);
/// Bytes as Docker and Compose read them: "16m", "1.5g", "512", "64MB", "1KiB"; units are 1024-based.
/// False when the text is no such thing or does not fit.
bool parse_bytes(std::string_view text, std::int64_t& bytes);

}  // namespace podium
