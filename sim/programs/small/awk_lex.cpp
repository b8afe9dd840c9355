#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "sim/programs/small/awk_code.hpp"
#include "sim/programs/small/awk_lex.hpp"

namespace podium::programs::small::awk {
namespace {

constexpr std::array<std::string_view, 19> kAwkKeywords = {"BEGIN", "END", "break", "continue", "delete", "do", "else", "exit", "for", "func",
                                                           "function", "getline", "if", "in", "next", "nextfile", "print", "printf", "return"};
constexpr std::array<std::string_view, 25> kAwkBuiltins = {"length", "substr", "index", "sprintf", "toupper", "tolower", "int", "sqrt", "rand", "srand", "systime", "system",
                                                           "close", "fflush", "match", "split", "sub", "gsub", "sin", "cos", "atan2", "exp", "log", "strftime", "mktime"};
// The longest first.
constexpr std::array<std::string_view, 43> kAwkSigns = {"**=", "&&", "||", "++", "--", "+=", "-=", "*=", "/=", "%=", "^=", "**", "==", "<=", ">=",
                                                        "!=", "!~", ">>", "{", "}", "(", ")", "[", "]", ";", ",", "+", "-", "*", "/",
                                                        "%", "^", "!", ">", "<", "|", "?", ":", "~", "$", "=", "|&", "&"};

bool awk_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

bool awk_digit(char c) { return c >= '0' && c <= '9'; }

class AwkLexer {
  public:
    AwkLexer(const std::string& text, bool mawk) : text_(text), mawk_(mawk) {}

    Result<std::vector<Token>> run() {
        while (error_.message.empty() && at_ < text_.size()) {
            if (tokens_.size() > kMostTokens) return Error{fmt::format("Podium's awk reads programs of up to {} words", kMostTokens), {}, {}};
            one();
        }
        if (!error_.message.empty()) return error_;
        add(Token::Kind::End, "");
        return tokens_;
    }

  private:
    [[nodiscard]] char peek(std::size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }

    void add(Token::Kind kind, std::string text, double number = 0) { tokens_.push_back({kind, std::move(text), number, line_}); }

    void one() {
        const char c = peek();
        if (c == ' ' || c == '\t' || c == '\r') {
            ++at_;
        } else if (c == '#') {
            while (at_ < text_.size() && peek() != '\n') ++at_;
        } else if (c == '\n') {
            add(Token::Kind::Newline, "\n");
            ++line_;
            ++at_;
        } else if (c == '\\' && peek(1) == '\n') {
            ++line_;
            at_ += 2;
        } else if (c == '"') {
            quoted('"');
        } else if (awk_digit(c) || (c == '.' && awk_digit(peek(1)))) {
            number();
        } else if (awk_letter(c)) {
            word();
        } else if (c == '/' && !after_operand()) {
            quoted('/');
        } else {
            sign();
        }
    }

    [[nodiscard]] bool after_operand() const {
        if (tokens_.empty()) return false;
        const Token& last = tokens_.back();
        switch (last.kind) {
            case Token::Kind::Number:
            case Token::Kind::Text:
            case Token::Kind::Regex:
            case Token::Kind::Name:
                return true;
            case Token::Kind::Builtin:
                return last.text == "length";
            case Token::Kind::Sign:
                return last.text == ")" || last.text == "]" || last.text == "++" || last.text == "--" || last.text == "$";
            case Token::Kind::End:
            case Token::Kind::Newline:
            case Token::Kind::Called:
            case Token::Kind::Keyword:
                return false;
        }
        return false;
    }

    /// A text or a pattern, to the same sign again.
    void quoted(char end) {
        const std::size_t begin = at_++;
        bool in_set = false;
        while (at_ < text_.size() && peek() != '\n' && (peek() != end || (end == '/' && in_set))) {
            if (end == '/' && peek() == '[') in_set = true;
            if (end == '/' && peek() == ']') in_set = false;
            if (peek() == '\\' && at_ + 1 < text_.size()) ++at_;
            ++at_;
        }
        if (peek() != end || at_ >= text_.size()) {
            constexpr std::size_t kShown = 11;
            std::string shown = text_.substr(begin, kShown);
            shown = shown.substr(0, shown.find('\n'));
            error_ = sentence_at(line_, fmt::format("runaway {} {} ...", end == '"' ? "string constant" : "regular expression", shown), "Unexpected end of string", mawk_);
            return;
        }
        const std::string inside = text_.substr(begin + 1, at_ - begin - 1);
        line_ += static_cast<int>(std::count(inside.begin(), inside.end(), '\n'));
        add(end == '"' ? Token::Kind::Text : Token::Kind::Regex, end == '"' ? unescaped(inside, mawk_) : inside);
        ++at_;
    }

    void number() {
        std::size_t length = 0;
        const std::string_view rest = std::string_view(text_).substr(at_);
        const double value = leading_number(rest, !mawk_, !mawk_, length);
        add(Token::Kind::Number, std::string(rest.substr(0, length)), value);
        at_ += std::max<std::size_t>(length, 1);
    }

    void word() {
        const std::size_t begin = at_;
        while (awk_letter(peek()) || awk_digit(peek())) ++at_;
        std::string name = text_.substr(begin, at_ - begin);
        if (name == "while" || std::find(kAwkKeywords.begin(), kAwkKeywords.end(), name) != kAwkKeywords.end()) {
            if (name == "func") name = "function";
            add(Token::Kind::Keyword, std::move(name));
        } else if (std::find(kAwkBuiltins.begin(), kAwkBuiltins.end(), name) != kAwkBuiltins.end()) {
            add(Token::Kind::Builtin, std::move(name));
        } else {
            add(peek() == '(' ? Token::Kind::Called : Token::Kind::Name, std::move(name));
        }
    }

    void sign() {
        for (const std::string_view sign : kAwkSigns) {
            if (!std::string_view(text_).substr(at_).starts_with(sign) || (mawk_ && sign.starts_with("**"))) continue;
            at_ += sign.size();
            add(Token::Kind::Sign, std::string(sign == "**" ? "^" : sign == "**=" ? "^=" : sign));
            return;
        }
        error_ = mawk_ ? Error{fmt::format("{}: unexpected character '{}'", line_, peek()), {}, {}} : sentence_at(line_, "", "Unexpected token", mawk_);
    }

    const std::string& text_;
    bool mawk_;
    std::size_t at_ = 0;
    int line_ = 1;
    std::vector<Token> tokens_;
    Error error_;
};

}  // namespace

Error sentence_at(int line, const std::string& mawks, const std::string& busyboxs, bool mawk) {
    return Error{mawk ? fmt::format("line {}: {}", line, mawks) : fmt::format("cmd. line:{}: {}", line, busyboxs), {}, {}};
}

Result<std::vector<Token>> tokens_of(const std::string& text, bool mawk) { return AwkLexer(text, mawk).run(); }

}  // namespace podium::programs::small::awk
