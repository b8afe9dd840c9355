// `[[ ]]`, as bash 5.2 reads it: its words are neither split nor made paths of, `&&`, `||`, `!` and parentheses join them.

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "sim/shell/characters.hpp"
#include "sim/shell/parser.hpp"

namespace podium::shell {
namespace {

bool is_condition_unary(std::string_view word) {
    static constexpr std::string_view kLetters = "abcdefghknoprstuvwxzGLNORS";
    return word.size() == 2 && word[0] == '-' && kLetters.find(word[1]) != std::string_view::npos;
}

bool is_condition_binary(std::string_view word) {
    static constexpr std::array<std::string_view, 13> kWords{"=",   "==",  "!=",  "=~",  "-eq", "-ne", "-lt",
                                                             "-le", "-gt", "-ge", "-nt", "-ot", "-ef"};
    return std::find(kWords.begin(), kWords.end(), word) != kWords.end();
}

}  // namespace

void Parser::condition_clause(Command& out) {
    ConditionCommand command;
    command.line = out.line;
    skip_newlines();
    condition(command.condition);
    if (error_) return;
    skip_newlines();
    if (plain_word() != "]]") {
        const bool open = at_end();
        const std::string token = is_metacharacter(peek()) ? fmt::format(": unexpected token `{}'", condition_token()) : std::string();
        fail("syntax error: missing ]]", open ? "unexpected EOF while looking for `]]'" : "syntax error in conditional expression" + token);
        error_->incomplete = open;
        return;
    }
    position_ += 2;
    out.body = std::move(command);
}

// What stands here, for a sentence; empty at the end of the text.
std::string Parser::condition_token() const {
    if (at_end()) return {};
    if (peek() == '\n') return "newline";
    if (looking_at("&&") || looking_at("||")) return std::string(text_.substr(position_, 2));
    if (is_metacharacter(peek())) return std::string(1, peek());
    std::size_t end = position_;
    while (end < text_.size() && !is_metacharacter(text_[end])) ++end;
    return std::string(text_.substr(position_, end - position_));
}

void Parser::condition(Condition& out) {
    const Level level(*this);
    if (!too_deep()) condition_chain(out, "||", Condition::Kind::Or, &Parser::condition_and);
}

void Parser::condition_and(Condition& out) { condition_chain(out, "&&", Condition::Kind::And, &Parser::condition_not); }

void Parser::condition_chain(Condition& out, std::string_view joint, Condition::Kind kind, void (Parser::*part)(Condition&)) {
    (this->*part)(out);
    std::vector<Condition> more;
    while (!error_) {
        skip_newlines();
        if (!looking_at(joint)) break;
        position_ += joint.size();
        skip_newlines();
        more.emplace_back();
        (this->*part)(more.back());
    }
    if (more.empty()) return;
    more.insert(more.begin(), std::move(out));
    out = Condition{};
    out.kind = kind;
    out.parts = std::move(more);
}

void Parser::condition_not(Condition& out) {
    const Level level(*this);
    if (too_deep()) return;
    skip_blanks();
    if (plain_word() == "!") {
        ++position_;
        skip_newlines();
        out.kind = Condition::Kind::Not;
        out.parts.resize(1);
        condition_not(out.parts[0]);
    } else if (peek() == '(') {
        ++position_;
        skip_newlines();
        condition(out);
        if (error_) return;
        skip_newlines();
        if (peek() != ')') {
            const bool open = at_end();
            const std::string token = condition_token();
            fail("syntax error: missing )", open ? "unexpected EOF while looking for `)'" : fmt::format("unexpected token `{}', expected `)'", token));
            error_->incomplete = open;
            return;
        }
        ++position_;
    } else {
        condition_primary(out);
    }
}

// An operand: not an operator, not the end.
void Parser::condition_operand(Condition& out) {
    const bool unary = out.kind == Condition::Kind::Unary;
    skip_blanks();
    const bool group = peek() == '(' && out.operation == "=~";
    if (at_end() || (is_metacharacter(peek()) && !group) || plain_word() == "]]") {
        const std::string token = condition_token();
        fail("syntax error: argument expected", fmt::format("unexpected argument `{}' to conditional {} operator", token.empty() ? "newline" : token, unary ? "unary" : "binary"));
        return;
    }
    Word& to = unary ? out.left : out.right;
    if (out.operation == "=~")
        parts(to, Mode::Expression);
    else
        word(to);
    if (!error_ && peek() == '(') {
        const std::string message = "Podium's shell does not model patterns like @(a|b) in [[ ]]; use =~ (a|b)";
        fail(message, message);
    }
}

void Parser::condition_primary(Condition& out) {
    const std::string first(plain_word());
    if (at_end() || is_metacharacter(peek()) || first == "]]") {
        const bool open = at_end();
        const std::string token = open ? "EOF" : condition_token();
        // bash fails without a word where only the end of the condition stands.
        fail("syntax error: argument expected", first == "]]" ? "syntax error in conditional expression" : fmt::format("unexpected token `{}' in conditional command", token));
        error_->incomplete = open;
        return;
    }
    if (is_condition_unary(first)) {
        position_ += first.size();
        out.kind = Condition::Kind::Unary;
        out.operation = first;
        condition_operand(out);
        return;
    }
    word(out.left);
    if (error_) return;
    skip_blanks();
    std::string operation(plain_word());
    if ((peek() == '<' || peek() == '>') && peek(1) != '(') operation = std::string(1, peek());
    if (operation == "<" || operation == ">" || is_condition_binary(operation)) {
        position_ += operation.size();
        out.kind = Condition::Kind::Binary;
        out.operation = std::move(operation);
        condition_operand(out);
        return;
    }
    // A word alone, which must be followed by what ends it.
    if (operation == "]]" || peek() == ')' || looking_at("&&") || looking_at("||")) return;
    const bool word_follows = !at_end() && !is_metacharacter(peek());
    const std::string token = at_end() ? "newline" : condition_token();
    fail("syntax error: missing ]]", word_follows ? "conditional binary operator expected" : fmt::format("unexpected token `{}', conditional binary operator expected", token));
}

}  // namespace podium::shell
