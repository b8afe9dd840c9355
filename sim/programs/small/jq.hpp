#pragma once

// A part of jq 1.6's language: what people type behind docker inspect. A filter is read once, then run on each value of
// the input. What is left out is refused by name. Plain data; both have limits.

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "sim/base/result.hpp"

namespace podium::programs::small {

using Json = nlohmann::ordered_json;

inline constexpr int kMaxJqNesting = 100;
inline constexpr int kMaxJqOperators = 200;
/// Of the parts of a filter that wait for one another while it runs.
inline constexpr int kMaxJqDepth = 1000;
/// Of all values that a filter makes of one of the input, its parts' included: a unit for each and for 16 bytes of text; and for 16 steps of
/// comparing and looking for them.
inline constexpr std::size_t kMaxJqWeight = 2'000'000;
inline constexpr std::size_t kMaxJqInputBytes = std::size_t{4} << 20;

struct JqFilter {
    enum class Kind : std::uint8_t {
        Identity,
        Literal,
        Variable,  ///< name
        Format,    ///< A string with filters in it: its parts.
        Field,     ///< parts[0] is what has it, parts[1] its name or index.
        Slice,     ///< parts[0] from parts[1] to parts[2], either Identity with `optional` where it is left out.
        Iterate,   ///< parts[0]
        Recurse,   ///< ..
        Try,       ///< parts[0] with its errors being nothing.
        Pipe,
        Comma,
        Array,     ///< parts[0], none when empty
        Object,    ///< parts: a name and a value in turn
        Negate,
        Binary,    ///< name is the operator
        Call,      ///< name, of parts
        If,        ///< condition, then, else
    };
    Kind kind = Kind::Identity;
    bool optional = false;  ///< A Field, Slice or Iterate followed by "?": gives nothing of a value that has no such thing.
    std::string name;
    std::shared_ptr<const Json> literal;
    std::vector<JqFilter> parts;
};

/// The error is a sentence of Podium's or jq's, without "jq: error: ".
Result<JqFilter> parse_jq(std::string_view text);

using JqVariables = std::map<std::string, Json, std::less<>>;

/// What came out of a filter, in order, up to the error that ended it. That is jq's sentence ("Cannot iterate over null (null)"); none: empty.
struct JqOutputs {
    std::vector<Json> values;
    std::string error;
};

JqOutputs run_jq(const JqFilter& filter, const Json& input, const JqVariables& variables);

/// A value as jq prints it on one line, or indented by two. All numbers are doubles to jq; there is no infinity, nor what isn't a number.
std::string jq_text(const Json& value, bool indented);

}  // namespace podium::programs::small
