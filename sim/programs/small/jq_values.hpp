#pragma once

// What jq's operators and functions make of one value, or of two: plain functions, which know nothing of filters. Sources:
// jq 1.6, src/builtin.c, src/jv.c, src/jv_aux.c and src/builtin.jq; what they say was compared with the program.

#include <string>
#include <string_view>

#include "sim/programs/small/jq.hpp"

namespace podium::programs::small::jq {

/// Said when a filter makes more of its input than kMaxJqWeight; `?` doesn't catch it.
inline constexpr std::string_view kTooMuch = "the filter makes too much of its input for Podium's jq";

std::string kind_of(const Json& value);
/// Neither null nor false.
bool is_true(const Json& value);
/// jq's order: null, false, true, numbers, strings, arrays, objects.
bool less(const Json& a, const Json& b);
bool equal(const Json& a, const Json& b);
/// How much a value is: see kMaxJqWeight.
std::size_t weight_of(const Json& value);
/// A number, whole where it can be.
Json number(double value);
/// "kind (value)", the value cut to 14 bytes as jq's errors have it.
std::string shown(const Json& value);

/// What `operation` ("+", "==", "%" …; not "//", "and", "or") makes of two values; else jq's sentence.
Result<Json> combine(std::string_view operation, const Json& a, const Json& b);
/// value[at], null where there is nothing; else "Cannot index …".
Result<Json> index(const Json& value, const Json& at);
/// value[from:to], of a text in code points; null is a bound that is left out.
Result<Json> slice(const Json& value, const Json& from, const Json& to);
/// Why there is no value[]; empty when there is.
std::string cannot_iterate(const Json& value);
/// A function without an argument that gives one value ("length", "add" …).
Result<Json> call(std::string_view name, const Json& input);
/// A function of one argument that gives one value ("split", "has" …).
Result<Json> call(std::string_view name, const Json& input, const Json& argument);

}  // namespace podium::programs::small::jq
