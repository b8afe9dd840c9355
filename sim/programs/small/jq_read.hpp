#pragma once

// Reads JSON as jq 1.6 does (src/jv_parse.c), whose parser takes more than JSON (01, +5, .5, NaN) and complains in words of its
// own. Text comes in pieces, cut wherever one likes. Plain data.

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <nlohmann/json.hpp>

#include "sim/base/result.hpp"
#include "sim/programs/small/jq.hpp"

namespace podium::programs::small {

/// Of arrays, objects and the names in them that stand open around one another.
inline constexpr std::size_t kMaxJqReadDepth = 256;

class JqReader {
  public:
    enum class Found {
        Nothing,  ///< The text ended before a value did.
        Value,
        Wrong,  ///< error() says why; nothing can be read any more.
    };

    /// Reads from text[at] on; `at` ends behind the character that ended the value, or that was wrong.
    Found next(std::string_view text, std::size_t& at, Json& value);
    /// The input ended, which ends a number or a word.
    Found end(Json& value);

    /// "Invalid literal at line 1, column 4".
    [[nodiscard]] const std::string& error() const { return error_; }

    /// It stands between two values.
    [[nodiscard]] bool idle() const { return open_.empty() && !value_ && token_.empty() && !quoted_; }

  private:
    /// An array or object whose end was not seen yet.
    struct Open {
        Json value;
        std::optional<std::string> name;                       // of the member whose value comes next
        std::unordered_map<std::string, std::size_t> places{};  // of members, which an object finds by going through all
    };

    // Each gives why its character is wrong; empty when it isn't.
    std::string_view scan(char c, std::optional<Json>& done);
    std::string_view structure(char c);
    std::string_view begin(Json empty);
    std::string_view colon();
    std::string_view comma();
    std::string_view end_array();
    std::string_view end_object();
    std::string_view literal();
    std::string_view string();
    std::string_view found(Json value);

    void set_member(Open& object);
    void close();
    void take_done(std::optional<Json>& done);
    Found wrong(std::string_view why, bool at_end);

    std::vector<Open> open_;
    std::size_t depth_ = 0;  // open_, and the names in it
    std::optional<Json> value_;
    std::string token_;  // a number, a word, or a string without its quotes
    bool begun_ = false;
    bool quoted_ = false;
    bool escaped_ = false;
    std::size_t line_ = 1;
    std::size_t column_ = 0;
    std::string error_;
};

/// The one value of a text; else jq's sentence: "Expected JSON value (while parsing '')".
Result<Json> read_jq(std::string_view text);

}  // namespace podium::programs::small
