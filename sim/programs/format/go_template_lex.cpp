#include "sim/programs/format/go_template_lex.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <utility>

#include "sim/base/utf8.hpp"
#include "sim/programs/format/human.hpp"

namespace podium::format {
namespace {

constexpr std::string_view kLeft = "{{";
constexpr std::string_view kRight = "}}";
constexpr std::size_t kMarker = 2;  // "- " after the left delimiter, " -" before the right one

constexpr std::array kKeywords{
    std::pair{std::string_view("block"), TokenKind::Block},
    std::pair{std::string_view("break"), TokenKind::Break},
    std::pair{std::string_view("continue"), TokenKind::Continue},
    std::pair{std::string_view("define"), TokenKind::Define},
    std::pair{std::string_view("else"), TokenKind::Else},
    std::pair{std::string_view("end"), TokenKind::EndKeyword},
    std::pair{std::string_view("if"), TokenKind::If},
    std::pair{std::string_view("nil"), TokenKind::NilKeyword},
    std::pair{std::string_view("range"), TokenKind::Range},
    std::pair{std::string_view("template"), TokenKind::Template},
    std::pair{std::string_view("with"), TokenKind::With},
};

bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

// Letters beyond ASCII count as letters here.
bool is_name(char c) {
    return c == '_' || is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           static_cast<unsigned char>(c) >= 0x80;
}

class Lexer {
  public:
    explicit Lexer(std::string_view text) : text_(text) {}

    std::vector<Token> run() {
        while (!done_) {
            if (inside_) {
                lex_inside();
            } else {
                lex_text();
            }
        }
        if (tokens_.empty() || tokens_.back().kind != TokenKind::End)
            tokens_.push_back({TokenKind::End, at_, line_, {}});
        return std::move(tokens_);
    }

  private:
    [[nodiscard]] bool has(std::size_t at, std::string_view what) const {
        return at <= text_.size() && text_.substr(at).starts_with(what);
    }

    [[nodiscard]] char look(std::size_t at) const { return at < text_.size() ? text_[at] : '\0'; }

    [[nodiscard]] bool left_marker(std::size_t at) const {
        return look(at) == '-' && at + 1 < text_.size() && is_space(look(at + 1));
    }

    [[nodiscard]] bool right_marker(std::size_t at) const {
        return at + 1 < text_.size() && is_space(look(at)) && look(at + 1) == '-' &&
               has(at + kMarker, kRight);
    }

    void emit(TokenKind kind, std::size_t end) {
        const std::string_view token = text_.substr(start_, end - start_);
        tokens_.push_back({kind, start_, line_, std::string(token)});
        skip_to(end);
    }

    void skip_to(std::size_t end) {
        line_ += static_cast<int>(std::count(text_.begin() + static_cast<std::ptrdiff_t>(start_),
                                             text_.begin() + static_cast<std::ptrdiff_t>(end),
                                             '\n'));
        at_ = start_ = end;
    }

    void fail(std::string sentence) {
        // Go counts the lines up to where it stopped reading.
        const std::size_t read = std::min(std::max(at_, start_), text_.size());
        const auto lines = std::count(text_.begin() + static_cast<std::ptrdiff_t>(start_),
                                      text_.begin() + static_cast<std::ptrdiff_t>(read),
                                      '\n');
        tokens_.push_back(
            {TokenKind::Error, start_, line_ + static_cast<int>(lines), std::move(sentence)});
        done_ = true;
    }

    // "U+007D '}'", as Go's %#U has it.
    [[nodiscard]] std::string described(std::size_t at) const {
        if (at >= text_.size()) return "U+FFFFFFFFFFFFFFFF";
        const Rune rune = decode_rune(text_, at);
        std::string letter;
        append_rune(letter, rune.value);
        return fmt::format("U+{:04X} '{}'", static_cast<unsigned>(rune.value), letter);
    }

    void lex_text() {
        const std::size_t left = text_.find(kLeft, start_);
        if (left == std::string_view::npos) {
            if (start_ < text_.size()) emit(TokenKind::Text, text_.size());
            emit(TokenKind::End, start_);
            done_ = true;
            return;
        }
        const bool trims = left_marker(left + kLeft.size());
        std::size_t end = left;
        while (trims && end > start_ && is_space(text_[end - 1]))
            --end;
        if (end > start_) emit(TokenKind::Text, end);
        skip_to(left);
        const std::size_t after = left + kLeft.size() + (trims ? kMarker : 0);
        if (has(after, "/*")) {
            lex_comment(after);
            return;
        }
        emit(TokenKind::LeftDelimiter, left + kLeft.size());
        skip_to(after);
        depth_ = 0;
        inside_ = true;
    }

    void lex_comment(std::size_t from) {
        skip_to(from);
        const std::size_t close = text_.find("*/", from + 2);
        if (close == std::string_view::npos) {
            fail("unclosed comment");
            return;
        }
        at_ = close + 2;
        if (!right_marker(at_) && !has(at_, kRight)) {
            fail("comment ends before closing delimiter");
            return;
        }
        leave(at_);
    }

    // Goes past the right delimiter at `at` and the blanks that its marker eats.
    void leave(std::size_t at) {
        const bool trims = right_marker(at);
        std::size_t end = at + (trims ? kMarker : 0) + kRight.size();
        while (trims && end < text_.size() && is_space(text_[end]))
            ++end;
        skip_to(end);
        inside_ = false;
    }

    void lex_right() {
        const bool trims = right_marker(start_);
        if (trims) skip_to(start_ + kMarker);
        emit(TokenKind::RightDelimiter, start_ + kRight.size());
        std::size_t end = start_;
        while (trims && end < text_.size() && is_space(text_[end]))
            ++end;
        skip_to(end);
        inside_ = false;
    }

    void lex_inside() {
        at_ = start_;
        if (has(start_, kRight) || right_marker(start_)) {
            if (depth_ > 0) {
                fail("unclosed left paren");
            } else {
                lex_right();
            }
            return;
        }
        if (start_ >= text_.size()) {
            fail("unclosed action");
            return;
        }
        const char c = text_[start_];
        if (is_space(c)) {
            lex_space();
        } else if (c == '=') {
            emit(TokenKind::Assign, start_ + 1);
        } else if (c == ':') {
            if (look(start_ + 1) == '=') {
                emit(TokenKind::Declare, start_ + 2);
            } else {
                fail("expected :=");
            }
        } else if (c == '|') {
            emit(TokenKind::Pipe, start_ + 1);
        } else if (c == '"') {
            lex_quoted('"', TokenKind::String, "unterminated quoted string");
        } else if (c == '`') {
            lex_raw();
        } else if (c == '\'') {
            lex_quoted('\'', TokenKind::CharacterConstant, "unterminated character constant");
        } else if (c == '$') {
            lex_name(TokenKind::Variable);
        } else if (c == '.' && start_ + 1 < text_.size() && !is_digit(look(start_ + 1))) {
            lex_name(TokenKind::Field);
        } else if (c == '.' || c == '+' || c == '-' || is_digit(c)) {
            lex_number();
        } else if (is_name(c)) {
            lex_identifier();
        } else {
            lex_sign(c);
        }
    }

    void lex_sign(char c) {
        if (c == '(') {
            emit(TokenKind::LeftParenthesis, start_ + 1);
            ++depth_;
        } else if (c == ')') {
            if (--depth_ < 0) {
                fail("unexpected right paren");
            } else {
                emit(TokenKind::RightParenthesis, start_ + 1);
            }
        } else if (c > ' ' && c < '\x7f') {
            emit(TokenKind::Character, start_ + 1);
        } else {
            fail("unrecognized character in action: " + described(start_));
        }
    }

    // A trim marker may follow: its blank belongs to it.
    void lex_space() {
        std::size_t end = start_;
        while (end < text_.size() && is_space(text_[end]))
            ++end;
        if (right_marker(end - 1)) --end;
        if (end > start_) emit(TokenKind::Space, end);
    }

    [[nodiscard]] bool at_terminator(std::size_t at) const {
        if (at >= text_.size() || is_space(text_[at])) return true;
        return std::string_view(".,|:)(}").find(text_[at]) != std::string_view::npos;
    }

    // A field or variable: its first sign, then letters.
    void lex_name(TokenKind kind) {
        std::size_t end = start_ + 1;
        if (at_terminator(end)) {
            emit(kind == TokenKind::Field ? TokenKind::Dot : kind, end);
            return;
        }
        while (end < text_.size() && is_name(text_[end]))
            ++end;
        if (!at_terminator(end)) {
            fail("bad character " + described(end));
            return;
        }
        emit(kind, end);
    }

    void lex_identifier() {
        std::size_t end = start_;
        while (end < text_.size() && is_name(text_[end]))
            ++end;
        if (!at_terminator(end)) {
            fail("bad character " + described(end));
            return;
        }
        const std::string_view word = text_.substr(start_, end - start_);
        for (const auto& [name, kind] : kKeywords) {
            if (name == word) {
                emit(kind, end);
                return;
            }
        }
        emit(word == "true" || word == "false" ? TokenKind::Bool : TokenKind::Identifier, end);
    }

    void lex_number() {
        std::size_t end = start_;
        const auto accept = [this, &end](std::string_view set) {
            const bool there = end < text_.size() && set.find(text_[end]) != std::string_view::npos;
            if (there) ++end;
            return there;
        };
        accept("+-");
        std::string_view digits = "0123456789_";
        if (accept("0")) {
            if (accept("xX")) {
                digits = "0123456789abcdefABCDEF_";
            } else if (accept("oO")) {
                digits = "01234567_";
            } else if (accept("bB")) {
                digits = "01_";
            }
        }
        while (accept(digits)) {
        }
        if (accept(".")) {
            while (accept(digits)) {
            }
        }
        if (digits.size() == 11 && accept("eE")) {
            accept("+-");
            while (accept(digits)) {
            }
        }
        if (end < text_.size() && is_name(text_[end])) {
            end += decode_rune(text_, end).size;
            fail("bad number syntax: " + go_quote(text_.substr(start_, end - start_)));
            return;
        }
        emit(TokenKind::Number, end);
    }

    void lex_quoted(char quote, TokenKind kind, std::string_view complaint) {
        std::size_t end = start_ + 1;
        while (end < text_.size() && text_[end] != quote && text_[end] != '\n') {
            end += text_[end] == '\\' && look(end + 1) != '\n' ? 2U : 1U;
        }
        if (end >= text_.size() || text_[end] == '\n') {
            at_ = std::min(end + 1, text_.size());
            fail(std::string(complaint));
            return;
        }
        emit(kind, end + 1);
    }

    void lex_raw() {
        const std::size_t close = text_.find('`', start_ + 1);
        if (close == std::string_view::npos) {
            at_ = text_.size();
            fail("unterminated raw quoted string");
            return;
        }
        emit(TokenKind::RawString, close + 1);
    }

    std::string_view text_;
    std::vector<Token> tokens_;
    std::size_t start_ = 0;  // where the token begins
    std::size_t at_ = 0;     // how far it has been read
    int line_ = 1;
    int depth_ = 0;
    bool inside_ = false;
    bool done_ = false;
};

}  // namespace

std::vector<Token> lex_template(std::string_view text) {
    return Lexer(text).run();
}

std::string token_text(const Token& token) {
    if (token.kind == TokenKind::End) return "EOF";
    if (token.kind == TokenKind::Error) return token.text;
    if (token.kind >= TokenKind::Dot) return "<" + token.text + ">";
    if (token.text.size() > 10) return go_quote(rune_prefix(token.text, 10)) + "...";
    return go_quote(token.text);
}

}  // namespace podium::format
