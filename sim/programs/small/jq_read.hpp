#pragma once

// Reads JSON as jq 1.6 does (src/jv_parse.c), whose parser takes more than JSON (01, +5, .5, NaN) and complains in words of its
// own. Text comes in pieces, cut wherever one likes. Plain data.

#include <string>
#include <string_view>

#include "sim/base/box.hpp"
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

    JqReader();
    JqReader(const JqReader& other);
    JqReader(JqReader&& other) noexcept;
    JqReader& operator=(const JqReader& other);
    JqReader& operator=(JqReader&& other) noexcept;
    ~JqReader();

    /// Reads from text[at] on; `at` ends behind the character that ended the value, or that was wrong.
    Found next(std::string_view text, std::size_t& at, Json& value);
    /// The input ended, which ends a number or a word.
    Found end(Json& value);

    /// "Invalid literal at line 1, column 4".
    [[nodiscard]] const std::string& error() const;

    /// It stands between two values.
    [[nodiscard]] bool idle() const;

  private:
    class Parser;
    Box<Parser> parser_;
};

/// The one value of a text; else jq's sentence: "Expected JSON value (while parsing '')".
Result<Json> read_jq(std::string_view text);

}  // namespace podium::programs::small
