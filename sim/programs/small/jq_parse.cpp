// A jq filter's text to its tree.

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/programs/small/jq.hpp"
#include "sim/programs/small/jq_read.hpp"

namespace podium::programs::small {
namespace {

using Kind = JqFilter::Kind;

struct Function {
    std::string_view name;
    std::size_t arguments;
};

constexpr Function kFunctions[] = {
    {"add", 0},        {"all", 0},       {"any", 0},       {"ascii_downcase", 0}, {"ascii_upcase", 0}, {"contains", 1},   {"empty", 0},
    {"endswith", 1},   {"explode", 0},   {"first", 0},     {"flatten", 0},        {"group_by", 1},     {"has", 1},        {"implode", 0},
    {"join", 1},       {"keys", 0},      {"utf8bytelength", 0},
    {"last", 0},       {"length", 0},    {"ltrimstr", 1},  {"map", 1},            {"max", 0},          {"min", 0},        {"not", 0},
    {"reverse", 0},    {"rtrimstr", 1},  {"select", 1},    {"sort", 0},           {"sort_by", 1},      {"split", 1},      {"startswith", 1},
    {"test", 1},       {"to_entries", 0}, {"tonumber", 0}, {"tostring", 0},       {"type", 0},         {"unique", 0},     {"values", 0},
};

bool is_name_start(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

JqFilter node(Kind kind, std::vector<JqFilter> parts = {}, std::string name = {}) {
    JqFilter out;
    out.kind = kind;
    out.parts = std::move(parts);
    out.name = std::move(name);
    return out;
}

JqFilter literal(Json value) {
    JqFilter out = node(Kind::Literal);
    out.literal = std::make_shared<const Json>(std::move(value));
    return out;
}

/// Recursive descent over the characters. After an error the position is at the end, so that every loop ends.
class JqParser {
  public:
    explicit JqParser(std::string_view text) : text_(text) {}

    Result<JqFilter> run() {
        skip();
        JqFilter out = at_end() ? node(Kind::Identity) : pipe();
        skip();
        if (!failed_ && !at_end()) unexpected();
        if (failed_) return Error{error_, {}, {}};
        return out;
    }

  private:
    [[nodiscard]] bool at_end() const { return position_ >= text_.size(); }
    [[nodiscard]] char peek(std::size_t ahead = 0) const { return position_ + ahead < text_.size() ? text_[position_ + ahead] : '\0'; }

    void skip() {
        while (peek() == ' ' || peek() == '\t' || peek() == '\n') ++position_;
    }

    bool take(std::string_view what) {
        skip();
        if (!text_.substr(position_).starts_with(what)) return false;
        position_ += what.size();
        return true;
    }

    /// A word of the language, not the beginning of a longer one.
    bool take_word(std::string_view what) {
        skip();
        const std::size_t end = position_ + what.size();
        if (!text_.substr(position_).starts_with(what) || (end < text_.size() && (is_name_start(text_[end]) || is_digit(text_[end])))) return false;
        position_ = end;
        return true;
    }

    JqFilter fail(std::string message) {
        if (!failed_) error_ = std::move(message);
        failed_ = true;
        position_ = text_.size();
        return {};
    }

    JqFilter unexpected() {
        skip();
        const std::string what = at_end() ? "$end" : fmt::format("'{}'", peek());
        return fail(fmt::format("syntax error, unexpected {} (Unix shell quoting issues?) at <top-level>, line 1:\n{}", what, text_));
    }

    // What is joined by operators becomes a tree as deep as there are operators.
    bool too_long() {
        if (++operators_ > kMaxJqOperators) fail("the filter is too long (Podium's jq takes 200 operators)");
        return failed_;
    }

    JqFilter refuse(std::string_view what) { return fail(fmt::format("Podium's jq does not model {}", what)); }

    void expect(std::string_view what) {
        if (!take(what)) unexpected();
    }

    struct Level {
        explicit Level(int& depth_in) : depth(depth_in) { ++depth; }
        ~Level() { --depth; }
        Level(const Level&) = delete;
        Level& operator=(const Level&) = delete;
        int& depth;
    };

    JqFilter pipe() {
        const Level level(depth_);
        if (depth_ > kMaxJqNesting) return fail("the filter nests too deeply");
        JqFilter left = comma();
        if (failed_) return left;
        if (take_word("as")) return refuse("'as'; write the filter out twice");
        if (!take("|")) return left;
        JqFilter right = pipe();
        return node(Kind::Pipe, {std::move(left), std::move(right)});
    }

    JqFilter comma() {
        JqFilter left = binary(0);
        while (!failed_ && take(",") && !too_long()) left = node(Kind::Comma, {std::move(left), binary(0)});
        return left;
    }

    /// The operator that stands here, of one level; longer ones before their beginnings.
    std::string_view take_operator(int level) {
        static constexpr std::array<std::array<std::string_view, 6>, 6> kLevels{{{"//"}, {"or"}, {"and"}, {"==", "!=", "<=", ">=", "<", ">"}, {"+", "-"}, {"*", "/", "%"}}};
        skip();
        for (const std::string_view candidate : kLevels[static_cast<std::size_t>(level)]) {
            if (candidate.empty()) continue;
            const std::string_view rest = text_.substr(position_);
            if (candidate == "/" && rest.starts_with("//")) continue;
            if (is_name_start(candidate.front()) ? take_word(candidate) : take(candidate)) return candidate;
        }
        return {};
    }

    JqFilter binary(int level) {
        constexpr int kLevels = 6;
        if (level == kLevels) return postfix();
        JqFilter left = binary(level + 1);
        while (!failed_) {
            const std::string_view name = take_operator(level);
            if (name.empty()) break;
            if (peek() == '=') return refuse("assignments");
            if (too_long()) break;
            left = node(Kind::Binary, {std::move(left), binary(level == 0 ? 0 : level + 1)}, std::string(name));
        }
        skip();
        if (level == 0 && peek() == '=' && peek(1) != '=') return refuse("assignments");
        if (level == 0 && peek() == '|' && peek(1) == '=') return refuse("assignments");
        return left;
    }

    JqFilter postfix() {
        const Level level(depth_);
        if (depth_ > kMaxJqNesting) return fail("the filter nests too deeply");
        if (take("-")) return node(Kind::Negate, {postfix()});
        skip();
        // "(.a)?" catches what goes wrong in the brackets, ".a?" what has no a.
        bool is_access = peek() == '.' && peek(1) != '.';
        JqFilter out = term();
        is_access = is_access && out.kind == Kind::Field;
        int steps = 0;
        while (!failed_) {
            // The tree goes one level deeper with each.
            if (++steps > kMaxJqNesting) return fail("the filter nests too deeply");
            skip();
            if (peek() == '.' && (is_name_start(peek(1)) || peek(1) == '"')) {
                ++position_;
                out = field(std::move(out));
                is_access = true;
            } else if (peek() == '.' && peek(1) == '[') {
                ++position_;
            } else if (peek() == '[') {
                out = bracket(std::move(out));
                is_access = true;
            } else if (peek() == '?') {
                ++position_;
                if (is_access)
                    out.optional = true;
                else
                    out = node(Kind::Try, {std::move(out)});
                is_access = false;
            } else {
                break;
            }
        }
        return out;
    }

    std::string name() {
        const std::size_t start = position_;
        while (is_name_start(peek()) || is_digit(peek())) ++position_;
        return std::string(text_.substr(start, position_ - start));
    }

    /// What follows a dot.
    JqFilter field(JqFilter of) {
        JqFilter what = peek() == '"' ? string() : literal(name());
        return node(Kind::Field, {std::move(of), std::move(what)});
    }

    JqFilter bracket(JqFilter of) {
        ++position_;
        if (take("]")) return node(Kind::Iterate, {std::move(of)});
        JqFilter from = node(Kind::Identity);
        JqFilter to = node(Kind::Identity);
        from.optional = to.optional = true;
        const bool open = take(":");
        if (!open) from = pipe();
        const bool slice = open || take(":");
        skip();
        if (slice && peek() != ']') to = pipe();
        expect("]");
        if (!slice) return node(Kind::Field, {std::move(of), std::move(from)});
        return node(Kind::Slice, {std::move(of), std::move(from), std::move(to)});
    }

    JqFilter term() {
        skip();
        if (at_number()) return number();
        if (take("..")) return node(Kind::Recurse);
        if (peek() == '.' && (is_name_start(peek(1)) || peek(1) == '"')) {
            ++position_;
            return field(node(Kind::Identity));
        }
        if (take(".")) return node(Kind::Identity);
        if (peek() == '"') return string();
        if (take("(")) {
            JqFilter out = pipe();
            expect(")");
            return out;
        }
        if (take("[")) {
            if (take("]")) return node(Kind::Array);
            JqFilter out = node(Kind::Array, {pipe()});
            expect("]");
            return out;
        }
        if (take("{")) return object();
        if (peek() == '@') return refuse("formats like @csv; use join(\",\")");
        if (take("$")) return node(Kind::Variable, {}, name());
        if (is_name_start(peek())) return call();
        return unexpected();
    }

    /// Behind the digits and points that stand here.
    [[nodiscard]] std::size_t digits_end() const {
        std::size_t end = position_;
        while (end < text_.size() && (is_digit(text_[end]) || text_[end] == '.')) ++end;
        return end;
    }

    // "." and ".." are words of their own; what is longer, or has a digit, is meant to be a number.
    [[nodiscard]] bool at_number() const {
        constexpr std::size_t kLongestWord = 2;
        const std::string_view word = text_.substr(position_, digits_end() - position_);
        return word.size() > kLongestWord || std::any_of(word.begin(), word.end(), is_digit);
    }

    // [0-9.]+([eE][+-]?[0-9]+)? in src/lexer.l, read as a value of the input is.
    JqFilter number() {
        const std::size_t start = position_;
        position_ = digits_end();
        if (peek() == 'e' || peek() == 'E') {
            std::size_t ahead = peek(1) == '+' || peek(1) == '-' ? 2 : 1;
            if (is_digit(peek(ahead))) {
                while (is_digit(peek(ahead))) ++ahead;
                position_ += ahead;
            }
        }
        Result<Json> value = read_jq(text_.substr(start, position_ - start));
        if (value) return literal(std::move(*value));
        return fail(fmt::format("{} at <top-level>, line 1:\n{}", value.error().message, text_));
    }

    JqFilter object() {
        JqFilter out = node(Kind::Object);
        while (!failed_ && !take("}")) {
            if (!out.parts.empty()) expect(",");
            skip();
            JqFilter key;
            JqFilter value;
            if (take("$")) {
                key = literal(name());
                value = node(Kind::Variable, {}, key.literal->get<std::string>());
            } else if (is_name_start(peek())) {
                key = literal(name());
                value = node(Kind::Field, {node(Kind::Identity), key});
            } else if (peek() == '"') {
                key = string();
                value = node(Kind::Field, {node(Kind::Identity), key});
            } else {
                expect("(");
                key = pipe();
                expect(")");
            }
            if (take(":")) {
                value = binary(0);
                while (!failed_ && take("|") && !too_long()) value = node(Kind::Pipe, {std::move(value), binary(0)});
            }
            out.parts.push_back(std::move(key));
            out.parts.push_back(std::move(value));
        }
        return out;
    }

    JqFilter condition() {
        const Level level(depth_);
        if (depth_ > kMaxJqNesting) return fail("the filter nests too deeply");
        JqFilter out = node(Kind::If, {pipe()});
        if (!take_word("then")) return unexpected();
        out.parts.push_back(pipe());
        if (take_word("elif")) {
            out.parts.push_back(condition());
            return out;
        }
        if (!take_word("else")) return unexpected();
        out.parts.push_back(pipe());
        if (!take_word("end")) return unexpected();
        return out;
    }

    JqFilter call() {
        const std::string word = name();
        if (word == "true") return literal(true);
        if (word == "false") return literal(false);
        if (word == "null") return literal(nullptr);
        if (word == "if") return condition();
        if (word == "def" || word == "reduce" || word == "foreach" || word == "try" || word == "import" || word == "label") return refuse(fmt::format("'{}'", word));
        JqFilter out = node(Kind::Call, {}, word);
        if (take("(")) {
            do {
                out.parts.push_back(pipe());
            } while (!failed_ && take(";"));
            expect(")");
        }
        const auto known = [&](const Function& function) { return function.name == word && function.arguments == out.parts.size(); };
        if (failed_ || std::any_of(std::begin(kFunctions), std::end(kFunctions), known)) return out;
        return refuse(fmt::format("the function {}/{}, or there is none", word, out.parts.size()));
    }

    /// A string; with \( ) in it a Format.
    JqFilter string() {
        ++position_;
        std::vector<JqFilter> parts;
        std::string raw = "\"";
        const auto close = [&] {
            const Json value = Json::parse(raw + "\"", nullptr, false);
            if (value.is_discarded()) return false;
            parts.push_back(literal(value));
            raw = "\"";
            return true;
        };
        while (!at_end() && peek() != '"') {
            if (peek() != '\\') {
                raw.push_back(text_[position_++]);
                continue;
            }
            if (peek(1) != '(') {
                raw.append(text_.substr(position_, 2));
                position_ = std::min(position_ + 2, text_.size());
                continue;
            }
            position_ += 2;
            if (!close()) return unexpected();
            parts.push_back(pipe());
            expect(")");
            if (failed_) return {};
        }
        if (at_end()) return unexpected();
        ++position_;
        if (!close()) return fail("syntax error: a string with an escape that is none");
        if (parts.size() == 1) return std::move(parts.front());
        return node(Kind::Format, std::move(parts));
    }

    std::string_view text_;
    std::size_t position_ = 0;
    int depth_ = 0;
    int operators_ = 0;
    bool failed_ = false;
    std::string error_;
};

}  // namespace

Result<JqFilter> parse_jq(std::string_view text) { return JqParser(text).run(); }

}  // namespace podium::programs::small
