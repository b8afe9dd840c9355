#pragma once

// The fields of facts that are codes: the words they have for those who read and those who ask, and
// the numbers of these. Constants; any thread.

#include <cstdint>
#include <span>
#include <string_view>

#include "sim/core/fact.hpp"

namespace podium::view {

struct FieldWord {
    std::string_view word;
    std::int64_t number = 0;
};

/// All words of a field that is a code, in the order of their numbers; empty for every other field.
std::span<const FieldWord> field_words(FactKind kind, std::string_view field);
/// The word of one code; empty for every other field, and for a number that has none.
std::string_view field_word(FactKind kind, std::string_view field, std::int64_t number);

}  // namespace podium::view
