#pragma once

// What jq's operators and functions make of one value, or of two: plain functions, which know nothing of filters. Sources:
// jq 1.6, src/builtin.c, src/jv.c, src/jv_aux.c and src/builtin.jq; what they say was compared with the program.

#include <string>
#include <string_view>
#include <vector>

#include "sim/programs/small/jq.hpp"

namespace podium::programs::small::jq {

/// Said when a filter makes more of its input than kMaxJqWeight; `?` doesn't catch it.
inline constexpr std::string_view kTooMuch = "the filter makes too much of its input for Podium's jq";

/// What a filter has taken of what it may do with one value of the input, in the units of kMaxJqWeight.
class Budget {
  public:
    /// Takes units; false once there were too many.
    bool spend(std::size_t units);
    /// Takes steps, of which kStepsPerUnit are a unit: a look at a value, or at as many bytes of text as that takes.
    bool step(std::size_t steps);

    [[nodiscard]] bool good() const { return spent_ <= kMaxJqWeight; }

  private:
    std::size_t spent_ = 0;
    std::size_t steps_ = 0;
};

inline constexpr std::size_t kStepsPerUnit = 16;

std::string kind_of(const Json& value);
/// The place of its kind in jq's order: null, false, true, numbers, strings, arrays, objects.
int rank_of(const Json& value);
/// Neither null nor false.
bool is_true(const Json& value);
/// Below zero when the first comes first in jq's order (jv_cmp in src/jv_aux.c), in which NaN is less than any number, itself too. Once the
/// budget is spent everything is the same, so that whoever compares comes to an end.
int compare(const Json& a, const Json& b, Budget& budget);
bool less(const Json& a, const Json& b, Budget& budget);
bool equal(const Json& a, const Json& b, Budget& budget);
/// Whether a value has another in it (jv_contains in src/jv.c); both of one kind.
bool contains(const Json& value, const Json& wanted, Budget& budget);
/// Where a list begins in another (jv_array_indexes).
Json indexes(const Json& list, const Json& wanted, Budget& budget);
/// Sets the members of an object to those of another; `deep`: objects in objects are merged.
void merge(Json& into, const Json& from, bool deep, Budget& budget);
/// An object's names, sorted.
std::vector<std::string> sorted_names(const Json& object);

/// What a text is to C's functions, with which jq 1.6 looks for one in another and reads numbers.
std::string_view up_to_nul(std::string_view text);

/// Finds a text in others, in time proportional to both however they repeat themselves. What it looks for outlives it.
class TextSearch {
  public:
    explicit TextSearch(std::string_view wanted);
    /// Where it begins, at or after a place; npos.
    [[nodiscard]] std::size_t find(std::string_view text, std::size_t from) const;

  private:
    std::string_view wanted_;
    std::vector<std::size_t> back_;  // how much of it still matches where the character behind its first i + 1 doesn't
};

/// How much a value is: see kMaxJqWeight.
std::size_t weight_of(const Json& value);
/// A number, whole where it can be; not the zero below zero, which jq prints as -0.
Json number(double value);
/// "kind (value)", the value cut to 14 bytes as jq's errors have it.
std::string shown(const Json& value);

/// What `operation` ("+", "==", "%" …; not "//", "and", "or") makes of two values; else jq's sentence.
Result<Json> combine(std::string_view operation, const Json& a, const Json& b, Budget& budget);
/// value[at] (jv_get in src/jv_aux.c), null where there is nothing; else "Cannot index …".
Result<Json> index(const Json& value, const Json& at, Budget& budget);
/// value[from:to], of a text in code points; null is a bound that is left out. NaN is before all as an end; as a beginning, where jq 1.6 ends by
/// an assertion, it is refused.
Result<Json> slice(const Json& value, const Json& from, const Json& to);
/// Why there is no value[]; empty when there is.
std::string cannot_iterate(const Json& value);
/// A function without an argument that gives one value ("length", "add" …).
Result<Json> call(std::string_view name, const Json& input, Budget& budget);
/// A function of one argument that gives one value ("split", "has" …).
Result<Json> call(std::string_view name, const Json& input, const Json& argument, Budget& budget);

}  // namespace podium::programs::small::jq
