#pragma once

// The fields of facts that are codes: the words they have for those who read, and the numbers of
// these. Constants; any thread.

#include <span>
#include <string_view>
#include <vector>

#include "sim/core/fact.hpp"

namespace podium::view {

/// What fact_row() writes for the codes 0, 1, … of a field; empty where it writes the number.
std::span<const std::string_view> row_words(FactKind kind, std::string_view field);

struct FieldWord {
    std::string_view word;
    std::int64_t number = 0;
};

/// All words a field that is a code may be asked about by, of a swarm's states too; empty for every
/// other field.
std::vector<FieldWord> field_words(FactKind kind, std::string_view field);

}  // namespace podium::view
