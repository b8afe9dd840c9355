#pragma once

// All kinds of facts, joined from the rooms' tables, and facts decoded field by field. Immutable once
// made; any thread.

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "sim/base/interner.hpp"
#include "sim/core/fact.hpp"

namespace podium {

class Journal;

/// A decoded field. Long and Duration share the 64-bit alternative; the spec's type tells them apart.
struct FieldValue {
    std::string_view name;
    FieldType type = FieldType::Integer;
    std::int64_t number = 0;
    std::string_view text;  ///< FieldType::Text; lives as long as the interner is not added to.
};

class FactCatalogue {
  public:
    /// Joins tables. Requires that no kind and no name occurs twice.
    explicit FactCatalogue(const std::vector<const FactTable*>& tables);

    /// The spec of a kind; null when no room declares it.
    [[nodiscard]] const FactSpec* find(FactKind kind) const;
    [[nodiscard]] const FactSpec* find(std::string_view name) const;
    [[nodiscard]] const std::vector<const FactSpec*>& all() const { return specs_; }

    /// The fields of a fact in the table's order.
    [[nodiscard]] std::vector<FieldValue> fields(const Fact& fact, const Interner& strings) const;
    /// One field by name; type Integer and number 0 where there is none of that name.
    [[nodiscard]] FieldValue field(const Fact& fact, std::string_view name, const Interner& strings) const;

    /// Over all facts that a journal keeps, in order, with their texts as texts: the numbers of texts are in the
    /// order in which they were first used, and of a call's arguments each compiler may choose which comes first.
    /// Equal for equal runs in every build. Facts of a kind that is not declared here count by their words.
    [[nodiscard]] std::uint64_t fingerprint(const Journal& journal, const Interner& strings) const;

  private:
    std::vector<const FactSpec*> specs_;  // by kind
};

}  // namespace podium
