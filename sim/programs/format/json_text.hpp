#pragma once

// JSON as Go writes it. Go escapes less than other writers (and differently), docker's inspect
// keeps the engine's order of members, and `docker ps --format json` sorts them; each has its
// function.

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace podium::format {

/// Whether <, > and & become \u003c, \u003e and \u0026: encoding/json does that unless told not to.
enum class HtmlEscape : bool { No, Yes };

/// A JSON string with its quotes.
std::string json_string(std::string_view text, HtmlEscape escape = HtmlEscape::No);

/// What `docker inspect` prints for the list of what it found: four blanks a level, members in the
/// given order, "[]" and "{}" for what is empty. Without a line end.
std::string pretty_json(const nlohmann::ordered_json& value, int indent = 4);

/// Without blanks, members in the given order.
std::string compact_json(const nlohmann::ordered_json& value, HtmlEscape escape = HtmlEscape::No);

/// Without blanks, members sorted, as Go writes a map.
std::string sorted_json(const nlohmann::ordered_json& value, HtmlEscape escape = HtmlEscape::No);

/// A number as encoding/json writes it: whole numbers in full, others as short as they can be.
std::string json_number(const nlohmann::ordered_json& value);

}  // namespace podium::format
