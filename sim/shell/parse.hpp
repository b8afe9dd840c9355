#pragma once

// Text to syntax tree. The language is that of a POSIX shell with what busybox ash and bash add and
// people use; what is left out is refused by name (see README.md). Parsing has limits on the size
// and the nesting of a text, does no work but on the text, and accepts any bytes.

#include <cstddef>
#include <functional>
#include <map>
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
    Error error;         ///< As parse() gives it.
    std::string bash;    ///< bash's sentence, without "bash: ".
    int bash_line = 0;   ///< The line bash names: where a quote began, not where the text ended.
    std::string source;  ///< The line of the text that bash shows; empty where it shows none.
    std::string bash_second;  ///< A second sentence of bash's; empty where it says one.
    bool incomplete = false;  ///< More text could mend it.
};

/// A here-document that the text ended inside of.
struct OpenDocument {
    std::string end;           ///< The line that would end it,
    bool strips_tabs = false;  ///< with tabs before it (<<-).
};

/// A text as a shell takes it: line by line.
struct PartialScript {
    /// The complete commands before the line with the error: a shell has run them when it meets it.
    std::shared_ptr<const Script> script;
    std::optional<SyntaxError> error;
    /// The text ended inside this here-document, which is no error.
    std::optional<OpenDocument> open_document;
};

/// The text of a subscript as a word, for builtins that are given "name[subscript]"; nothing where it can't be one.
std::optional<Word> parse_subscript(std::string_view text);

/// What stands for a word where a command begins, by that word.
using Aliases = std::map<std::string, std::string, std::less<>>;

/// `first_line` is the number of the text's first line. With `aliases`, they are put in as bash does: not again in what they
/// stand for, and for the word after one that ends with a blank too.
PartialScript parse_until_error(std::string_view text, std::string name, int first_line = 1, const Aliases* aliases = nullptr);

}  // namespace podium::shell
