// The words of a Dockerfile (buildkit's frontend/dockerfile/shell/lex.go, as moby v20.10.24 has
// it).

#include <fmt/format.h>

#include "sim/model/dockerfile.hpp"

namespace podium::model {
namespace {

constexpr int kMostNested = 64;

bool is_digit_letter(char c) {
    return c >= '0' && c <= '9';
}

bool is_name_letter(char c) {
    return c == '_' || is_digit_letter(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

class WordExpander {
  public:
    WordExpander(std::string_view word, const std::vector<std::string>& variables, char escape)
        : word_(word), variables_(variables), escape_(escape) {}

    Result<std::string> run() {
        std::string out;
        while (!at_end()) {
            if (auto wrong = part(out)) {
                wrong->message = fmt::format("failed to process \"{}\": {}", word_, wrong->message);
                return *wrong;
            }
        }
        return out;
    }

  private:
    using Trouble = std::optional<Error>;

    static Error error(std::string sentence) { return Error{std::move(sentence), {}, {}}; }

    static Error no_end(std::string_view of) {
        return error(fmt::format("unexpected end of statement while looking for matching {}", of));
    }

    [[nodiscard]] bool at_end() const { return at_ >= word_.size(); }

    [[nodiscard]] char peek() const { return word_[at_]; }

    // One character, quoted text or variable.
    Trouble part(std::string& out) {
        switch (peek()) {
            case '\'':
                return single_quoted(out);
            case '"':
                return double_quoted(out);
            case '$':
                return variable(out);
            default:
                break;
        }
        if (peek() == escape_ && ++at_ >= word_.size()) return std::nullopt;
        out += word_[at_++];
        return std::nullopt;
    }

    Trouble single_quoted(std::string& out) {
        const std::size_t end = word_.find('\'', at_ + 1);
        if (end == std::string_view::npos) return no_end("single-quote");
        out += word_.substr(at_ + 1, end - at_ - 1);
        at_ = end + 1;
        return std::nullopt;
    }

    Trouble double_quoted(std::string& out) {
        ++at_;
        while (!at_end() && peek() != '"') {
            if (peek() == '$') {
                if (auto wrong = variable(out)) return wrong;
                continue;
            }
            if (peek() == escape_) {
                if (at_ + 1 >= word_.size()) return no_end("double-quote");
                const char next = word_[at_ + 1];
                if (next == '"' || next == '$' || next == escape_) ++at_;
            }
            out += word_[at_++];
        }
        if (at_end()) return no_end("double-quote");
        ++at_;
        return std::nullopt;
    }

    // A name of letters; or a number; or one of the special parameters, which are never set.
    std::string name() {
        constexpr std::string_view kSpecial = "@*#?-$!";
        if (at_end()) return {};
        const std::size_t from = at_;
        if (is_digit_letter(peek())) {
            while (!at_end() && is_digit_letter(peek()))
                ++at_;
        } else if (kSpecial.find(peek()) != std::string_view::npos) {
            ++at_;
        } else {
            while (!at_end() && is_name_letter(peek()))
                ++at_;
        }
        return std::string(word_.substr(from, at_ - from));
    }

    [[nodiscard]] std::optional<std::string> value(const std::string& wanted) const {
        std::optional<std::string> out;  // the last of a name counts
        for (const std::string& variable : variables_) {
            const std::size_t equals = variable.find('=');
            if (variable.compare(0, equals, wanted) == 0)
                out = equals == std::string::npos ? std::string() : variable.substr(equals + 1);
        }
        return out;
    }

    Trouble variable(std::string& out) {
        if (depth_ >= kMostNested)
            return error(fmt::format("Podium fills in at most {} variables within one another",
                                     kMostNested));
        ++depth_;
        auto wrong = fill_in(out);
        --depth_;
        return wrong;
    }

    Trouble fill_in(std::string& out) {
        ++at_;
        if (at_end() || peek() != '{') {
            const std::string wanted = name();
            out += wanted.empty() ? "$" : value(wanted).value_or("");
            return std::nullopt;
        }
        ++at_;
        if (at_end()) return error("syntax error: missing '}'");
        if (peek() == '{' || peek() == '}' || peek() == ':')
            return error("syntax error: bad substitution");
        const std::string wanted = name();
        const std::optional<std::string> set = value(wanted);
        if (at_end() || (peek() != '}' && peek() != '?' && peek() != ':'))
            return error("missing ':' in substitution");
        const char kind = word_[at_++];
        if (kind == '}') {
            out += set.value_or("");
            return std::nullopt;
        }
        char modifier = kind;
        if (kind == ':') modifier = at_end() ? '}' : word_[at_++];
        std::string other;
        if (auto wrong = rest_of_braces(other)) return wrong;
        const bool empty = !set || (kind == ':' && set->empty());
        switch (modifier) {
            case '+':
                if (!empty) out += other;
                return std::nullopt;
            case '-':
                out += empty ? other : *set;
                return std::nullopt;
            case '?':
                if (empty)
                    return error(fmt::format(
                        "{}: {}",
                        wanted,
                        !other.empty()
                            ? other
                            : fmt::format("is not allowed to be {}", set ? "empty" : "unset")));
                out += *set;
                return std::nullopt;
            default:
                return error(fmt::format("unsupported modifier ({}) in substitution", modifier));
        }
    }

    Trouble rest_of_braces(std::string& out) {
        while (!at_end() && peek() != '}') {
            if (auto wrong = part(out)) return wrong;
        }
        if (at_end()) return error("syntax error: missing '}'");
        ++at_;
        return std::nullopt;
    }

    std::string_view word_;
    const std::vector<std::string>& variables_;
    char escape_;
    std::size_t at_ = 0;
    int depth_ = 0;
};

}  // namespace

Result<std::string> expand_docker_word(std::string_view word,
                                       const std::vector<std::string>& variables,
                                       char escape) {
    return WordExpander(word, variables, escape).run();
}

}  // namespace podium::model
