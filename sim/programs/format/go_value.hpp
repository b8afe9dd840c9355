#pragma once

// A value as a Go template sees it: a Go type and the JSON behind it. Used inside this folder only.
//
// `data` points into JSON that the caller keeps, or into `owned` for what a template has made
// itself. No data is the zero value of the type; no type is Go's invalid value (what a missing map
// key gives). A value of type "interface {}" is a box: unboxed() looks at its JSON for the type
// inside.

#include <cstdint>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "sim/programs/format/go_types.hpp"

namespace podium::format {

struct Value {
    std::string_view type;
    const nlohmann::ordered_json* data = nullptr;
    std::shared_ptr<const nlohmann::ordered_json> owned;

    [[nodiscard]] bool valid() const { return !type.empty(); }

    [[nodiscard]] Kind kind() const { return kind_of(type); }
};

/// The type of rows of a list starts with '*' and is in no table; see lists.hpp.
bool is_row(const Value& value);
/// The labels of a row, for its method Label; null for a row without.
const nlohmann::ordered_json* row_labels(const Value& value);

Value text_value(std::string text);
Value bool_value(bool truth);
Value int_value(std::int64_t number);
Value float_value(double number);
Value texts_value(const std::vector<std::string>& texts);  ///< []string

// Reading. Each gives the zero value where the JSON is something else than the type says.
std::string text_of(const Value& value);
bool bool_of(const Value& value);
std::int64_t int_of(const Value& value);
std::uint64_t uint_of(const Value& value);
double float_of(const Value& value);
std::string bytes_of(const Value& value);  ///< Of a []uint8.

/// Whether it is a pointer, slice, map or box that holds nothing.
bool is_nil(const Value& value);
/// What is inside a box; the invalid value for an empty box; the value itself when it is no box.
Value unboxed(const Value& value);
/// Follows pointers and boxes to what they hold; stops at one that is nil.
Value indirect(const Value& value);
/// Elements of a slice or map, letters (bytes) of a string.
std::size_t length_of(const Value& value);
Value element_at(const Value& list, std::size_t index);
/// A list's elements from `from` up to, not including, `end`.
Value slice_of(const Value& list, std::size_t from, std::size_t end);
/// A map's keys, sorted.
std::vector<std::string> sorted_keys(const Value& map);
/// What a map holds under a key; the invalid value when it has no such key.
Value map_entry(const Value& map, std::string_view key);
/// A struct's field by its Go name, embedded ones included; the invalid value when it has none.
Value struct_field(const Value& structure, std::string_view name);
/// Go's truth: not the zero value; structs are always true.
bool truth_of(const Value& value);

/// fmt's %v: "map[a:b]", "[a b]", "{a b}", "<nil>", a pointer inside another value as kPointerText.
std::string print_value(const Value& value);
/// encoding/json with escaping of <, > and & off, as docker's function json has it.
std::string json_of(const Value& value);

/// Go prints the address of what a pointer inside another value points to. Addresses mean nothing
/// here, and would differ from run to run; this one stands for all.
inline constexpr std::string_view kPointerText = "0xc000012345";

}  // namespace podium::format
