#include <algorithm>
#include <fmt/format.h>

#include "sim/base/text.hpp"
#include "sim/programs/small/programs.hpp"
#include "sim/base/regex.hpp"

namespace podium::programs::small {
namespace {

constexpr int kMostNesting = 100;

/// expr's grammar, weakest first: | ; & ; comparisons ; + - ; * / % ; : ; words and parentheses.
class Evaluator {
  public:
    explicit Evaluator(std::vector<std::string> words) : words_(std::move(words)) {}

    std::string evaluate() {
        std::string value = either();
        if (error_.empty() && at_ < words_.size())
            fail(fmt::format("syntax error: unexpected argument '{}'", words_[at_]));
        return value;
    }

    [[nodiscard]] const std::string& error() const { return error_; }

    static bool is_null(const std::string& value) {
        std::int64_t number = 0;
        return value.empty() || (parse_integer(value, number) && number == 0);
    }

  private:
    [[nodiscard]] bool next_is(std::string_view word) const {
        return at_ < words_.size() && words_[at_] == word;
    }

    bool take(std::string_view word) {
        if (!next_is(word)) return false;
        ++at_;
        return true;
    }

    void fail(std::string sentence) {
        if (error_.empty()) error_ = std::move(sentence);
    }

    std::string either() {
        std::string value = both();
        while (error_.empty() && take("|")) {
            const std::string other = both();
            if (is_null(value)) value = is_null(other) ? "0" : other;
        }
        return value;
    }

    std::string both() {
        std::string value = comparison();
        while (error_.empty() && take("&")) {
            const std::string other = comparison();
            if (is_null(value) || is_null(other)) value = "0";
        }
        return value;
    }

    std::string comparison() {
        std::string value = sum();
        while (error_.empty()) {
            const std::string operation = at_ < words_.size() ? words_[at_] : std::string();
            const bool known = operation == "=" || operation == "==" || operation == "!=" ||
                               operation == "<" || operation == "<=" || operation == ">" ||
                               operation == ">=";
            if (!known) break;
            ++at_;
            const std::string other = sum();
            std::int64_t x = 0;
            std::int64_t y = 0;
            int order = value.compare(other);
            if (parse_integer(value, x) && parse_integer(other, y))
                order = x < y ? -1 : x > y ? 1 : 0;
            const bool equal = operation == "=" || operation == "==";
            const bool holds = equal               ? order == 0
                               : operation == "!=" ? order != 0
                               : operation == "<"  ? order < 0
                               : operation == "<=" ? order <= 0
                               : operation == ">"  ? order > 0
                                                   : order >= 0;
            value = holds ? "1" : "0";
        }
        return value;
    }

    std::string calculate(const std::string& left, char operation, const std::string& right) {
        std::int64_t x = 0;
        std::int64_t y = 0;
        if (!parse_integer(left, x) || !parse_integer(right, y)) {
            fail("non-integer argument");
            return {};
        }
        std::int64_t result = 0;
        bool overflow = false;
        switch (operation) {
            case '+':
                overflow = __builtin_add_overflow(x, y, &result);
                break;
            case '-':
                overflow = __builtin_sub_overflow(x, y, &result);
                break;
            case '*':
                overflow = __builtin_mul_overflow(x, y, &result);
                break;
            default:
                if (y == 0) {
                    fail("division by zero");
                    return {};
                }
                overflow = x == INT64_MIN && y == -1;
                if (!overflow) result = operation == '/' ? x / y : x % y;
                break;
        }
        if (overflow) fail(fmt::format("'{}': result too large", left));
        return fmt::format("{}", result);
    }

    std::string sum() {
        std::string value = product();
        while (error_.empty() && (next_is("+") || next_is("-"))) {
            const char operation = words_[at_++].front();
            value = calculate(value, operation, product());
        }
        return value;
    }

    std::string product() {
        std::string value = match();
        while (error_.empty() && (next_is("*") || next_is("/") || next_is("%"))) {
            const char operation = words_[at_++].front();
            value = calculate(value, operation, match());
        }
        return value;
    }

    std::string match() {
        std::string value = primary();
        while (error_.empty() && take(":"))
            value = matched(value, primary());
        return value;
    }

    /// The pattern is anchored; its first group is the value, else the length of the match.
    std::string matched(const std::string& text, const std::string& pattern) {
        auto regex = Regex::compile(pattern, {false, false});
        if (!regex) {
            fail(regex.error().message);
            return {};
        }
        const auto found = regex->search(text);
        const bool at_start = found && found->begin == 0;
        const bool grouped = pattern.find("\\(") != std::string::npos;
        if (!grouped) return fmt::format("{}", at_start ? found->end : 0);
        if (!at_start || found->groups.size() < 2 || found->groups[1].first == std::string::npos)
            return {};
        return text.substr(found->groups[1].first,
                           found->groups[1].second - found->groups[1].first);
    }

    std::string primary() {
        if (at_ >= words_.size()) {
            fail("syntax error: missing argument after '" +
                 (words_.empty() ? std::string() : words_.back()) + "'");
            return {};
        }
        if (take("(")) {
            if (++depth_ > kMostNesting) fail("expression too deep");
            std::string value = either();
            --depth_;
            if (error_.empty() && !take(")")) fail("syntax error: expecting ')'");
            return value;
        }
        const bool more = at_ + 1 < words_.size();
        if (more && take("length")) return fmt::format("{}", primary().size());
        if (more && take("substr")) {
            const std::string text = primary();
            std::int64_t from = 0;
            std::int64_t count = 0;
            const bool numbers = parse_integer(primary(), from) && parse_integer(primary(), count);
            if (!numbers || from < 1 || count < 1 || from > static_cast<std::int64_t>(text.size()))
                return {};
            return text.substr(static_cast<std::size_t>(from - 1), static_cast<std::size_t>(count));
        }
        if (more && take("index")) {
            const std::string text = primary();
            const std::size_t found = text.find_first_of(primary());
            return fmt::format("{}", found == std::string::npos ? 0 : found + 1);
        }
        if (more && take("match")) {
            const std::string text = primary();
            return matched(text, primary());
        }
        return words_[at_++];
    }

    std::vector<std::string> words_;
    std::size_t at_ = 0;
    int depth_ = 0;
    std::string error_;
};

}  // namespace

int run_expr(Tool& tool) {
    std::vector<std::string> words(tool.argv().begin() + 1, tool.argv().end());
    if (words.empty()) {
        tool.complain("missing operand");
        return 2;
    }
    Evaluator evaluator(std::move(words));
    const std::string value = evaluator.evaluate();
    if (!evaluator.error().empty()) {
        tool.complain(evaluator.error());
        return 2;
    }
    tool.print(value + "\n");
    return Evaluator::is_null(value) ? 1 : 0;
}

}  // namespace podium::programs::small
