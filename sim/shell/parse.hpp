#pragma once

// Text to syntax tree. The language is that of a POSIX shell with what busybox ash and bash add and
// people use; what is left out is refused by name (see README.md). Parsing has limits on the size
// and the nesting of a text, does no work but on the text, and accepts any bytes.

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "sim/base/result.hpp"
#include "sim/shell/ast.hpp"

namespace podium::shell {

inline constexpr std::size_t kMaxScriptBytes = std::size_t{1} << 20;
inline constexpr int kMaxNesting = 100;  ///< Constructs within constructs.

/// The whole text as a script; the error's message is busybox's sentence ("syntax error: unexpected
/// \"done\""), with line and column. `name` becomes the place's file.
Result<std::shared_ptr<const Script>> parse(std::string_view text, std::string name);

/// A parse error in the words of both dialects.
struct SyntaxError {
    Error error;              ///< As parse() gives it.
    std::string bash;         ///< bash's sentence, without "bash: ".
    bool incomplete = false;  ///< More text could mend it.
};

/// What a shell does with a text: the complete commands before the line with the error are kept (a
/// shell has run them when it meets the error), and the error comes beside them. `open_document`
/// tells that the text ended inside a here-document, which is no error.
std::shared_ptr<const Script> parse_until_error(std::string_view text,
                                                std::string name,
                                                std::optional<SyntaxError>& error,
                                                bool* open_document = nullptr);

}  // namespace podium::shell
