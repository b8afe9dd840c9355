#pragma once

// JSON as Go's encoding/json writes it where a text is no UTF-8: each byte that fits nowhere is U+FFFD. The JSON library throws by itself, and
// what people type (a variable, a command, a label) may be any bytes. Works for any of the library's types, and so names none.

#include <string>

namespace podium {

template <class Json>
std::string json_bytes(const Json& value, int indent = -1, char fill = ' ') {
    return value.dump(indent, fill, false, Json::error_handler_t::replace);
}

}  // namespace podium
