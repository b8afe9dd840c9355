#pragma once

// The words of a Go template. Used inside this folder only.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace podium::format {

enum class TokenKind : std::uint8_t {
    Error,  ///< text: the sentence. The last token but the end.
    End,
    Text,
    LeftDelimiter,
    RightDelimiter,
    Space,
    Bool,
    Character,  ///< A sign with no meaning of its own, such as ','.
    CharacterConstant,
    Assign,   ///< =
    Declare,  ///< :=
    Field,
    Identifier,
    LeftParenthesis,
    RightParenthesis,
    Number,
    Pipe,
    RawString,
    String,
    Variable,
    // Keywords.
    Dot,
    Block,
    Break,
    Continue,
    Define,
    Else,
    EndKeyword,
    If,
    NilKeyword,
    Range,
    Template,
    With,
};

struct Token {
    TokenKind kind = TokenKind::End;
    std::size_t position = 0;
    int line = 1;
    std::string text;
};

/// All tokens; an error ends them. There is always an End at last.
std::vector<Token> lex_template(std::string_view text);
/// A token as Go writes it in "unexpected ... in operand".
std::string token_text(const Token& token);

}  // namespace podium::format
