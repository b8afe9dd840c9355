#pragma once

// awk's text, cut into words. Whether a slash divides or begins a pattern is told by the word before it.

#include <cstdint>
#include <string>
#include <vector>

#include "sim/base/result.hpp"

namespace podium::programs::small::awk {

struct Token {
    enum class Kind : std::uint8_t { End, Newline, Number, Text, Regex, Name, Called, Builtin, Keyword, Sign };
    Kind kind = Kind::End;
    std::string text;  ///< A text's own value; a sign, keyword or name as written.
    double number = 0;
    int line = 1;
};

inline constexpr std::size_t kMostTokens = 20'000;

/// Ends with a token of kind End. The error's message lacks the awk's own beginning.
Result<std::vector<Token>> tokens_of(const std::string& text, bool mawk);
/// "awk: line 3: SENTENCE" without "awk: ", as mawk says it; busybox says its own sentence for all syntax.
Error sentence_at(int line, const std::string& mawks, const std::string& busyboxs, bool mawk);

}  // namespace podium::programs::small::awk
