#pragma once

// The value of a fact's field as somebody writes it who asks for such facts: a number, a signal's name, a code's word, a
// duration, true or false, a text.

#include <optional>
#include <string>

#include "sim/base/result.hpp"
#include "sim/core/fact.hpp"

namespace podium::lab {

/// What the field has then.
struct AskedValue {
    bool is_text = false;
    std::string text;
    std::int64_t number = 0;  ///< Of a duration its nanoseconds, of a flag 0 or 1.
};

/// None when no fact of that kind can ever have it.
std::optional<AskedValue> read_field_value(const FactSpec& spec, const FieldSpec& field, const std::string& value);
/// `message`, what the field may have ("…: it is exited, signalled or out-of-memory"), and as the hint what is near.
Error not_a_value(const FactSpec& spec, const FieldSpec& field, const std::string& message, const std::string& value);

}  // namespace podium::lab
