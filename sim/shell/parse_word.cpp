// Words: quoting, parameters, substitutions, arithmetic.

#include <fmt/format.h>

#include "sim/shell/characters.hpp"
#include "sim/shell/escapes.hpp"
#include "sim/shell/parser.hpp"

namespace podium::shell {
namespace {

int digit_value(char c, int base) {
    int value = -1;
    if (is_digit(c)) value = c - '0';
    if (c >= 'a' && c <= 'f') value = c - 'a' + 10;
    if (c >= 'A' && c <= 'F') value = c - 'A' + 10;
    return value < base ? value : -1;
}

}  // namespace

void add_text(Word& word, std::string_view text, bool quoted) {
    if (word.parts.empty() || word.parts.back().kind != WordPart::Kind::Text ||
        word.parts.back().quoted != quoted) {
        word.parts.emplace_back();
        word.parts.back().quoted = quoted;
    }
    word.parts.back().text.append(text);
}

void Parser::document(Word& out) {
    if (!error_ && !too_deep()) parts(out, Mode::Document);
}

void Parser::whole_subscript(Word& out) {
    if (!error_ && !too_deep()) parts(out, Mode::Subscript);
    if (!error_ && position_ + 1 != text_.size()) fail_unexpected();
}

void Parser::word(Word& out) {
    if (peek() == '~') tilde(out);
    parts(out, Mode::Plain);
}

void Parser::tilde(Word& out) {
    std::size_t end = position_ + 1;
    while (end < text_.size() &&
           (is_name_char(text_[end]) || text_[end] == '-' || text_[end] == '+'))
        ++end;
    const bool stops = end >= text_.size() || text_[end] == '/' || text_[end] == ':' ||
                       is_metacharacter(text_[end]);
    if (!stops) return;
    WordPart part;
    part.kind = WordPart::Kind::Tilde;
    part.text = std::string(text_.substr(position_ + 1, end - position_ - 1));
    out.parts.push_back(std::move(part));
    position_ = end;
}

bool Parser::ends_word(Mode mode, int parentheses) const {
    const char c = peek();
    switch (mode) {
        case Mode::Plain:
            return is_metacharacter(c);
        case Mode::DoubleQuoted:
            return c == '"';
        case Mode::Document:
            return false;
        case Mode::Arithmetic:
            return parentheses == 0 && c == ')';
        case Mode::Braces:
        case Mode::BracesQuoted:
            return c == '}';
        case Mode::BracesSlash:
            return c == '/' || c == '}';
        case Mode::BracesColon:
            return parentheses == 0 && (c == ':' || c == '}');
        case Mode::Subscript:
            return parentheses == 0 && (c == ']' || c == '}');
        case Mode::Clause:
            return parentheses == 0 && (c == ';' || c == ')');
        case Mode::Expression:
            return parentheses == 0 && (is_blank(c) || c == ')');
    }
    return true;
}

void Parser::parts(Word& out, Mode mode) {
    const Level level(*this);
    if (too_deep()) return;
    const bool expression = mode == Mode::Arithmetic || mode == Mode::BracesColon || mode == Mode::Expression || mode == Mode::Clause;
    const bool subscript = mode == Mode::Subscript;
    const bool plain_quoted =
        mode == Mode::DoubleQuoted || mode == Mode::Document || mode == Mode::BracesQuoted;
    int parentheses = 0;
    const std::size_t start = position_;
    while (!error_) {
        if (at_end()) {
            if (mode == Mode::Plain || mode == Mode::Document || mode == Mode::Expression) return;
            if (mode == Mode::DoubleQuoted) return fail_quote('"', start);
            if (mode == Mode::Arithmetic || mode == Mode::Clause) {
                return fail_unclosed("syntax error: missing '))'", ')', start);
            }
            return fail_unclosed("syntax error: missing '}'", '}', start);
        }
        if (mode == Mode::Plain && at_process_substitution()) {
            process_substitution(out);
            if (error_) return;
            continue;
        }
        if (ends_word(mode, parentheses)) return;
        const char c = peek();
        const bool special = c == '\\' || c == '$' || c == '`' ||
                             (c == '"' && mode != Mode::Document) || (c == '\'' && !plain_quoted);
        if (special) {
            special_part(out, mode);
            continue;
        }
        if (expression && c == '(') ++parentheses;
        if (expression && c == ')') --parentheses;
        if (subscript && c == '[') ++parentheses;
        if (subscript && c == ']') --parentheses;
        add_text(out, text_.substr(position_, 1), plain_quoted);
        ++position_;
    }
}

void Parser::special_part(Word& out, Mode mode) {
    const bool quoted =
        mode == Mode::DoubleQuoted || mode == Mode::Document || mode == Mode::BracesQuoted;
    switch (peek()) {
        case '\\':
            return backslash(out, mode);
        case '\'':
            return single_quotes(out);
        case '"':
            return double_quotes(out);
        case '`':
            return backquotes(out, quoted);
        default:
            return dollar(out, mode);
    }
}

void Parser::backslash(Word& out, Mode mode) {
    ++position_;
    if (peek() == '\n') {
        ++position_;
        return;
    }
    const char next = peek();
    bool escapes = !at_end();
    if (mode == Mode::DoubleQuoted || mode == Mode::Document || mode == Mode::BracesQuoted ||
        mode == Mode::Arithmetic) {
        escapes = escapes && (next == '$' || next == '`' || next == '\\' ||
                              (next == '"' && mode != Mode::Document) ||
                              (next == '}' && mode == Mode::BracesQuoted));
    }
    if (!escapes) {
        add_text(out, "\\", true);
        return;
    }
    add_text(out, text_.substr(position_, 1), true);
    ++position_;
}

void Parser::single_quotes(Word& out) {
    const std::size_t end = text_.find('\'', position_ + 1);
    if (end == std::string_view::npos) return fail_quote('\'', position_);
    add_text(out, text_.substr(position_ + 1, end - position_ - 1), true);
    position_ = end + 1;
}

void Parser::dollar_quotes(Word& out) {
    const std::size_t start = position_;
    std::string text;
    position_ += 2;
    while (!at_end() && peek() != '\'') {
        char c = text_[position_++];
        if (c != '\\' || at_end()) {
            text.push_back(c);
            continue;
        }
        c = text_[position_++];
        static constexpr std::string_view kLetters = "abeEfnrtv\\'\"?";
        static constexpr std::string_view kMeanings = "\a\b\033\033\f\n\r\t\v\\'\"?";
        const std::size_t at = kLetters.find(c);
        if (at != std::string_view::npos) {
            text.push_back(kMeanings[at]);
        } else if (c == 'x' || c == 'u' || c == 'U' || digit_value(c, 8) >= 0) {
            const bool named = c == 'u' || c == 'U';
            const int base = c == 'x' || named ? 16 : 8;
            const int most = c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 3;
            if (base == 8) --position_;
            unsigned value = 0;
            for (int i = 0; i < most && digit_value(peek(), base) >= 0; ++i) {
                value = value * static_cast<unsigned>(base) +
                        static_cast<unsigned>(digit_value(peek(), base));
                ++position_;
            }
            if (named) {
                add_code_point(text, value);
            } else {
                text.push_back(static_cast<char>(static_cast<unsigned char>(value & 0xFFU)));
            }
        } else {
            text.push_back('\\');
            text.push_back(c);
        }
    }
    if (at_end()) return fail_quote('\'', start);
    ++position_;
    add_text(out, text, true);
}

void Parser::double_quotes(Word& out) {
    ++position_;
    const std::size_t before = out.parts.size();
    const std::size_t start = position_;
    parts(out, Mode::DoubleQuoted);
    if (error_) return;
    if (position_ == start && out.parts.size() == before) add_text(out, {}, true);
    ++position_;
}

void Parser::dollar(Word& out, Mode mode) {
    const bool quoted =
        mode == Mode::DoubleQuoted || mode == Mode::Document || mode == Mode::BracesQuoted;
    const char next = peek(1);
    if (next == '\'' && !quoted) return dollar_quotes(out);
    if (next == '(') {
        if (peek(2) == '(' && closes_as_arithmetic(position_ + 3)) return arithmetic(out, quoted);
        return substitution(out, quoted);
    }
    if (next == '{') return braces(out, quoted);
    std::size_t end = position_ + 1;
    if (is_special_parameter(next) || is_digit(next)) {
        ++end;
    } else if (is_name_start(next)) {
        while (end < text_.size() && is_name_char(text_[end]))
            ++end;
    } else {
        add_text(out, "$", mode != Mode::Expression);  // there it is the end of a line
        ++position_;
        return;
    }
    WordPart part;
    part.kind = WordPart::Kind::Parameter;
    part.quoted = quoted;
    part.text = std::string(text_.substr(position_ + 1, end - position_ - 1));
    out.parts.push_back(std::move(part));
    position_ = end;
}

std::size_t Parser::parameter_length() const {
    std::size_t end = 0;
    if (is_digit(peek())) {
        while (is_digit(peek(end)))
            ++end;
    } else if (is_name_start(peek())) {
        while (is_name_char(peek(end)))
            ++end;
    } else if (is_special_parameter(peek())) {
        end = 1;
    }
    return end;
}

// "#name" and "#name[subscript]", where that and nothing else stands between the braces.
bool Parser::braces_length(WordPart& part) {
    if (peek() != '#' || peek(1) == '}' || !(is_name_char(peek(1)) || is_special_parameter(peek(1)))) return false;
    std::size_t end = 1;
    while (is_name_char(peek(end)))
        ++end;
    if (end == 1) ++end;
    const bool element = peek(end) == '[' && is_name_start(peek(1));
    if (peek(end) != '}' && !element) return false;
    part.operation = ParameterOperator::Length;
    part.text = std::string(text_.substr(position_ + 1, end - 1));
    position_ += end;
    if (element) subscript(part);
    return true;
}

bool Parser::subscript(WordPart& part) {
    ++position_;
    if ((peek() == '@' || peek() == '*') && peek(1) == ']') {
        part.every = peek();
        position_ += 2;
        return true;
    }
    part.subscript = std::make_unique<Word>();
    parts(*part.subscript, Mode::Subscript);
    if (error_ || part.subscript->parts.empty() || peek() != ']') return false;
    ++position_;
    return true;
}

void Parser::braces(Word& out, bool quoted) {
    const auto bad = [this] { fail("syntax error: bad substitution", "bad substitution"); };
    const auto unclosed = [this, start = position_] {
        fail_unclosed("syntax error: missing '}'", '}', start);
    };
    position_ += 2;
    WordPart part;
    part.kind = WordPart::Kind::Parameter;
    part.quoted = quoted;
    if (!braces_length(part)) {
        // "${!#}" is the last parameter; other operators after "!" are those of "$!".
        part.indirect = peek() == '!' && (is_name_char(peek(1)) || (peek(1) == '#' && peek(2) == '}'));
        if (part.indirect) ++position_;
        const std::size_t end = parameter_length();
        if (end == 0) return at_end() ? unclosed() : bad();
        part.text = std::string(text_.substr(position_, end));
        position_ += end;
        if (peek() == '[' && is_name(part.text) && !subscript(part)) return bad();
        if (part.indirect && part.subscript) return bad();
        part.indices = part.indirect && part.every != '\0';
        if (peek() != '}' && !part.indices) braces_operator(part, quoted);
    }
    if (error_) return;
    if (peek() != '}') return at_end() ? unclosed() : bad();
    ++position_;
    out.parts.push_back(std::move(part));
}

// ${name@Q} and the like, of bash.
void Parser::transformation(WordPart& part) {
    const char letter = peek(1);
    if (letter == '\0' || peek(2) != '}' || std::string_view("QULuEPAKak").find(letter) == std::string_view::npos) return;
    if (std::string_view("QULu").find(letter) == std::string_view::npos) {
        const std::string sentence = fmt::format("Podium's shell does not model ${{{}@{}}}", part.text, letter);
        fail(sentence, sentence);
        return;
    }
    position_ += 2;
    part.operation = letter == 'Q' ? ParameterOperator::Quote : letter == 'L' ? ParameterOperator::LowerAll : ParameterOperator::UpperAll;
    part.first_only = letter == 'u';
}

void Parser::braces_operator(WordPart& part, bool quoted) {
    struct Form {
        std::string_view text;
        ParameterOperator operation;
        bool with_colon;
    };

    using Op = ParameterOperator;
    static constexpr Form kForms[] = {{":-", Op::Default, true},
                                      {":=", Op::Assign, true},
                                      {":?", Op::Error, true},
                                      {":+", Op::Alternative, true},
                                      {"-", Op::Default, false},
                                      {"=", Op::Assign, false},
                                      {"?", Op::Error, false},
                                      {"+", Op::Alternative, false},
                                      {"%%", Op::RemoveLargestSuffix, false},
                                      {"%", Op::RemoveSmallestSuffix, false},
                                      {"##", Op::RemoveLargestPrefix, false},
                                      {"#", Op::RemoveSmallestPrefix, false},
                                      {"//", Op::ReplaceAll, false},
                                      {"/", Op::ReplaceFirst, false},
                                      {":", Op::Substring, false},
                                      {"^^", Op::UpperAll, false},
                                      {"^", Op::UpperAll, false},
                                      {",,", Op::LowerAll, false},
                                      {",", Op::LowerAll, false}};
    if (peek() == '@') {
        transformation(part);
        return;
    }
    const Form* form = nullptr;
    for (const Form& candidate : kForms) {
        if (form == nullptr && looking_at(candidate.text)) form = &candidate;
    }
    if (form == nullptr) return;
    position_ += form->text.size();
    part.operation = form->operation;
    part.with_colon = form->with_colon;
    part.first_only = form->text == "^" || form->text == ",";
    if (part.operation == Op::UpperAll || part.operation == Op::LowerAll) return;
    part.argument = std::make_unique<Word>();
    if (part.operation == Op::Substring) {
        parts(*part.argument, Mode::BracesColon);
        if (error_ || peek() != ':') return;
        ++position_;
        part.second = std::make_unique<Word>();
        const std::size_t start = position_;
        parts(*part.second, Mode::BracesColon);
        part.written = std::string(text_.substr(start, position_ - start));
    } else if (part.operation == Op::ReplaceFirst || part.operation == Op::ReplaceAll) {
        parts(*part.argument, Mode::BracesSlash);
        if (error_ || peek() != '/') return;
        ++position_;
        part.second = std::make_unique<Word>();
        parts(*part.second, Mode::Braces);
    } else {
        const bool pattern = part.operation >= Op::RemoveSmallestSuffix;
        parts(*part.argument, quoted && !pattern ? Mode::BracesQuoted : Mode::Braces);
    }
}

void Parser::substitution(Word& out, bool quoted) {
    const Level level(*this);
    if (too_deep()) return;
    position_ += 2;
    WordPart part;
    part.kind = WordPart::Kind::Substitution;
    part.quoted = quoted;
    part.list = std::make_unique<List>();
    list(*part.list, false);
    if (error_) return;
    if (peek() != ')') {
        const bool unclosed = at_end();
        fail_unexpected(")");
        if (unclosed) error_->bash = "unexpected EOF while looking for matching `)'";
        return;
    }
    ++position_;
    out.parts.push_back(std::move(part));
}

void Parser::process_substitution(Word& out) {
    const char direction = peek();
    substitution(out, true);
    if (!error_) out.parts.back().process = direction;
}

bool Parser::closes_as_arithmetic(std::size_t position) const {
    int depth = 0;
    for (std::size_t i = position; i < text_.size(); ++i) {
        const char c = text_[i];
        if (c == '\\') {
            ++i;
        } else if (c == '\'') {
            i = text_.find('\'', i + 1);
            if (i == std::string_view::npos) return true;
        } else if (c == '(') {
            ++depth;
        } else if (c == ')' && depth > 0) {
            --depth;
        } else if (c == ')') {
            return i + 1 < text_.size() && text_[i + 1] == ')';
        }
    }
    return true;
}

void Parser::take_expression(Word& out) {
    parts(out, Mode::Arithmetic);
    if (error_) return;
    if (!looking_at("))")) {
        return fail("syntax error: missing '))'", "syntax error near unexpected token `)'");
    }
    position_ += 2;
}

void Parser::arithmetic(Word& out, bool quoted) {
    position_ += 3;
    WordPart part;
    part.kind = WordPart::Kind::Arithmetic;
    part.quoted = quoted;
    part.argument = std::make_unique<Word>();
    take_expression(*part.argument);
    if (!error_) out.parts.push_back(std::move(part));
}

void Parser::backquotes(Word& out, bool quoted) {
    const Level level(*this);
    if (too_deep()) return;
    const std::size_t start = position_;
    ++position_;
    std::string body;
    while (!at_end() && peek() != '`') {
        if (peek() == '\\' &&
            (peek(1) == '\\' || peek(1) == '`' || peek(1) == '$' || (quoted && peek(1) == '"'))) {
            ++position_;
        }
        body.push_back(text_[position_++]);
    }
    if (at_end()) return fail_quote('`', start);
    WordPart part;
    part.kind = WordPart::Kind::Substitution;
    part.quoted = quoted;
    part.list = std::make_unique<List>();
    Parser inner(body, name_, line_at(start), depth_);
    inner.script(*part.list);
    if (inner.error_) {
        SyntaxError error = *inner.error_;
        error.incomplete = false;
        error_ = std::move(error);
        position_ = text_.size();
        return;
    }
    ++position_;
    out.parts.push_back(std::move(part));
}

}  // namespace podium::shell
