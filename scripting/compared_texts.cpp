#include "scripting/compared_texts.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace podium::scripting {
namespace {

enum class TokenKind : std::uint8_t { Name, Text, Other, End };

struct Token {
    TokenKind kind = TokenKind::End;
    int line = 0;
    std::string_view text;  // of a text what is between its quotes
};

bool in_name(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

// What is no comment, one after the other. Of a script that does not compile anything may come.
class Tokens {
  public:
    explicit Tokens(std::string_view script) : rest_(script) {}

    Token next() {
        while (skip()) {
        }
        Token out{TokenKind::Other, line_, rest_.substr(0, 1)};
        if (rest_.empty()) {
            out.kind = TokenKind::End;
        } else if (in_name(rest_.front())) {
            out.kind = TokenKind::Name;
            out.text = take(static_cast<std::size_t>(
                std::find_if_not(rest_.begin(), rest_.end(), in_name) - rest_.begin()));
        } else if (rest_.front() == '"' || rest_.front() == '\'') {
            out.kind = TokenKind::Text;
            out.text = take_quoted();
        } else if (const std::size_t level = long_bracket(rest_); level != 0) {
            take_long(level);
        } else {
            const bool two = rest_.size() > 1 && rest_[1] == '=' &&
                             std::string_view("=~<>").find(rest_[0]) != std::string_view::npos;
            out.text = take(two ? 2 : 1);
        }
        return out;
    }

  private:
    // A blank or a comment.
    bool skip() {
        if (rest_.empty()) return false;
        if (std::isspace(static_cast<unsigned char>(rest_.front())) != 0) {
            take(1);
            return true;
        }
        if (!rest_.starts_with("--")) return false;
        take(2);
        if (const std::size_t level = long_bracket(rest_); level != 0) {
            take_long(level);
        } else {
            take(std::min(rest_.find('\n'), rest_.size()));
        }
        return true;
    }

    // The characters of a "[[" or "[==[" that `text` begins with; 0 when it does not.
    static std::size_t long_bracket(std::string_view text) {
        if (!text.starts_with('[')) return 0;
        const std::size_t end = text.find_first_not_of('=', 1);
        return end != std::string_view::npos && text[end] == '[' ? end + 1 : 0;
    }

    void take_long(std::size_t level) {
        std::string close(rest_.substr(0, level));
        std::replace(close.begin(), close.end(), '[', ']');
        const std::size_t end = rest_.find(close, level);
        take(end == std::string_view::npos ? rest_.size() : end + level);
    }

    std::string_view take_quoted() {
        const char quote = rest_.front();
        std::size_t end = 1;
        while (end < rest_.size() && rest_[end] != quote && rest_[end] != '\n')
            end += rest_[end] == '\\' ? 2U : 1U;
        const std::string_view whole = take(std::min(end + 1, rest_.size()));
        return whole.size() < 2 ? std::string_view() : whole.substr(1, whole.size() - 2);
    }

    std::string_view take(std::size_t count) {
        const std::string_view out = rest_.substr(0, count);
        rest_.remove_prefix(out.size());
        line_ += static_cast<int>(std::count(out.begin(), out.end(), '\n'));
        return out;
    }

    std::string_view rest_;
    int line_ = 1;
};

}  // namespace

std::vector<ComparedText> compared_texts(std::string_view script) {
    std::vector<ComparedText> out;
    std::array<Token, 6> last;  // `:`, the method, `(`, `)`, `==` and the text
    Tokens tokens(script);
    for (Token token = tokens.next(); token.kind != TokenKind::End; token = tokens.next()) {
        std::rotate(last.begin(), last.begin() + 1, last.end());
        last.back() = token;
        const bool compared = last[0].text == ":" && last[1].kind == TokenKind::Name &&
                              last[2].text == "(" && last[3].text == ")" &&
                              (last[4].text == "==" || last[4].text == "~=") &&
                              token.kind == TokenKind::Text;
        if (compared && token.text.find('\\') == std::string_view::npos)
            out.push_back({last[1].line, std::string(last[1].text), std::string(token.text)});
    }
    return out;
}

}  // namespace podium::scripting
