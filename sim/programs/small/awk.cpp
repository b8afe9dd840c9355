#include <algorithm>
#include <fmt/format.h>

#include "sim/base/text.hpp"
#include "sim/programs/small/input.hpp"
#include "sim/programs/small/programs.hpp"
#include "sim/base/regex.hpp"

namespace podium::programs::small {
namespace {

constexpr std::size_t kMostRules = 100;

/// $N, $NF, NR, NF, a number or a text.
struct Term {
    enum class Kind : std::uint8_t {
        Field,
        LastField,
        BeforeLast,
        RecordNumber,
        FieldCount,
        Number,
        Text
    };
    Kind kind = Kind::Text;
    std::int64_t number = 0;
    std::string text;
};

/// Terms written after one another: one text.
using Expression = std::vector<Term>;

struct Condition {
    enum class Kind : std::uint8_t { Always, Pattern, Compare, Match };
    Kind kind = Kind::Always;
    bool negated = false;
    Regex pattern;
    Expression left;
    std::string operation;
    Expression right;
};

struct Rule {
    enum class When : std::uint8_t { Begin, Line, End };
    When when = When::Line;
    std::vector<std::vector<Condition>> any_of;   ///< Alternatives of conditions that all hold.
    std::vector<std::vector<Expression>> prints;  ///< An empty one prints the whole line.
};

/// Reads "BEGIN {print "x"} /re/ && NR > 1 {print $1, $NF}".
class AwkReader {
  public:
    explicit AwkReader(std::string text) : text_(std::move(text)) {}

    Result<std::vector<Rule>> read() {
        while (true) {
            space(true);
            if (at_ >= text_.size() || !error_.empty()) break;
            Rule rule;
            condition(rule);
            space(false);
            if (error_.empty() && peek() == '{')
                action(rule);
            else if (error_.empty() && rule.when != Rule::When::Line)
                refuse("BEGIN or END without an action");
            else
                rule.prints.emplace_back();
            rules_.push_back(std::move(rule));
            if (rules_.size() > kMostRules) refuse("so many rules");
        }
        if (!error_.empty()) return Error{error_, {}, {}};
        return rules_;
    }

  private:
    [[nodiscard]] char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

    [[nodiscard]] bool looking_at(std::string_view what) const {
        return std::string_view(text_).substr(at_).starts_with(what);
    }

    void space(bool lines) {
        while (at_ < text_.size() &&
               (peek() == ' ' || peek() == '\t' || (lines && (peek() == '\n' || peek() == ';'))))
            ++at_;
    }

    void refuse(std::string_view what) {
        if (error_.empty())
            error_ = fmt::format("Podium models only patterns and print in awk, not {}", what);
    }

    void refuse_here() { refuse(fmt::format("'{}'", text_.substr(at_, 20))); }

    bool word(std::string_view name) {
        if (!looking_at(name)) return false;
        const std::size_t end = at_ + name.size();
        const char next = end < text_.size() ? text_[end] : '\0';
        if ((next >= 'a' && next <= 'z') || (next >= 'A' && next <= 'Z') || next == '_' ||
            next == '(')
            return false;
        at_ = end;
        return true;
    }

    void condition(Rule& rule) {
        if (peek() == '{') return;
        if (word("BEGIN")) {
            rule.when = Rule::When::Begin;
            return;
        }
        if (word("END")) {
            rule.when = Rule::When::End;
            return;
        }
        rule.any_of.emplace_back();
        while (error_.empty()) {
            rule.any_of.back().push_back(single());
            space(false);
            if (looking_at("&&")) {
                at_ += 2;
            } else if (looking_at("||")) {
                at_ += 2;
                rule.any_of.emplace_back();
            } else {
                return;
            }
            space(true);
        }
    }

    Condition single() {
        Condition out;
        if (peek() == '!') {
            out.negated = true;
            ++at_;
            space(false);
        }
        if (peek() == '/') {
            out.kind = Condition::Kind::Pattern;
            pattern(out.pattern);
            return out;
        }
        out.left = expression();
        space(false);
        for (const std::string_view operation : {"==", "!=", "<=", ">=", "!~", "<", ">", "~"}) {
            if (!looking_at(operation)) continue;
            at_ += operation.size();
            space(false);
            out.operation = operation;
            if (operation.ends_with('~')) {
                out.kind = Condition::Kind::Match;
                if (peek() == '/')
                    pattern(out.pattern);
                else
                    refuse_here();
                if (operation == "!~") out.negated = !out.negated;
            } else {
                out.kind = Condition::Kind::Compare;
                out.right = expression();
            }
            return out;
        }
        // A value alone: true when it is neither empty nor 0.
        out.kind = Condition::Kind::Compare;
        out.operation = "true";
        return out;
    }

    void pattern(Regex& regex) {
        ++at_;
        std::string text;
        while (at_ < text_.size() && peek() != '/') {
            if (peek() == '\\' && at_ + 1 < text_.size()) {
                if (text_[at_ + 1] != '/') text += '\\';
                ++at_;
            }
            text += text_[at_++];
        }
        if (at_ >= text_.size()) {
            error_ = "unterminated regexp";
            return;
        }
        ++at_;
        auto compiled = Regex::compile(text, {true, false});
        if (compiled) {
            regex = std::move(*compiled);
        } else if (error_.empty()) {
            error_ = compiled.error().message;
        }
    }

    Expression expression() {
        Expression out;
        while (error_.empty()) {
            space(false);
            Term term;
            if (!read_term(term)) break;
            out.push_back(std::move(term));
        }
        if (out.empty() && error_.empty()) refuse_here();
        return out;
    }

    std::int64_t number() {
        std::int64_t value = 0;
        while (peek() >= '0' && peek() <= '9' && value < INT32_MAX)
            value = value * 10 + (text_[at_++] - '0');
        return value;
    }

    bool read_term(Term& term) {
        const char c = peek();
        if (c == '"') {
            quoted(term.text);
            return true;
        }
        if (c == '$') {
            field(term);
            return true;
        }
        if (c >= '0' && c <= '9') {
            term.kind = Term::Kind::Number;
            term.number = number();
            if (peek() == '.') refuse("numbers with decimals");
            return true;
        }
        if (word("NR") || word("FNR")) {
            term.kind = Term::Kind::RecordNumber;
            return true;
        }
        if (word("NF")) {
            term.kind = Term::Kind::FieldCount;
            return true;
        }
        const bool ends =
            c == '\0' || std::string_view(",;}\n{=!<>~&|").find(c) != std::string_view::npos;
        if (!ends) refuse_here();
        return false;
    }

    void field(Term& term) {
        ++at_;
        term.kind = Term::Kind::Field;
        if (peek() >= '0' && peek() <= '9') {
            term.number = number();
        } else if (looking_at("(NF-1)")) {
            term.kind = Term::Kind::BeforeLast;
            at_ += std::string_view("(NF-1)").size();
        } else if (word("NF")) {
            term.kind = Term::Kind::LastField;
        } else {
            --at_;
            refuse_here();
        }
    }

    void quoted(std::string& out) {
        for (++at_; at_ < text_.size() && peek() != '"'; ++at_) {
            if (peek() == '\\' && at_ + 1 < text_.size()) {
                const char c = text_[++at_];
                out += c == 'n' ? '\n' : c == 't' ? '\t' : c;
            } else {
                out += peek();
            }
        }
        if (at_ >= text_.size()) error_ = "unterminated string";
        ++at_;
    }

    void action(Rule& rule) {
        ++at_;
        while (error_.empty()) {
            space(true);
            if (peek() == '}') {
                ++at_;
                return;
            }
            if (at_ >= text_.size()) {
                error_ = "unexpected end of the program";
                return;
            }
            if (!word("print")) {
                refuse_here();
                return;
            }
            std::vector<Expression> list;
            space(false);
            while (error_.empty() && peek() != '}' && peek() != ';' && peek() != '\n' &&
                   at_ < text_.size()) {
                list.push_back(expression());
                space(false);
                if (peek() == ',') {
                    ++at_;
                } else if (std::string_view("};\n").find(peek()) == std::string_view::npos) {
                    refuse_here();
                }
            }
            rule.prints.push_back(std::move(list));
        }
    }

    std::string text_;
    std::size_t at_ = 0;
    std::string error_;
    std::vector<Rule> rules_;
};

/// awk, as far as print and conditions go.
class Awk final : public Cloned<Awk, LineFilter> {
  public:
    using Cloned::Cloned;

  protected:
    std::optional<int> begin(System& system) override {
        failed_status_ = 2;
        const Options options =
            read_options(argv(), {"F:", {{"field-separator", 'F'}}, "vfW", true}, is_gnu(system));
        if (!options.problem.empty()) {
            complain_of_options(system, name(), options);
            return 1;
        }
        if (options.operands.empty()) {
            system.write(2, "usage: awk [-F fs][-v var=value][prog | -f progfile][file ...]\n");
            return 1;
        }
        separator_ = options.has('F') ? options.value('F') : " ";
        if (separator_ == "\\t" || separator_ == "t") separator_ = "\t";
        if (separator_.size() > 1) {
            auto regex = Regex::compile(separator_, {true, false});
            if (!regex) {
                complain(system, regex.error().message);
                return 2;
            }
            separator_pattern_ = std::move(*regex);
        }
        auto rules = AwkReader(options.operands.front()).read();
        if (!rules) {
            complain(system, rules.error().message);
            return 2;
        }
        rules_ = std::move(*rules);
        run(Rule::When::Begin);
        const bool only_begin = std::all_of(rules_.begin(), rules_.end(), [](const Rule& rule) {
            return rule.when == Rule::When::Begin;
        });
        if (only_begin) return 0;
        input().set_files({options.operands.begin() + 1, options.operands.end()});
        return std::nullopt;
    }

    bool line(System& /*system*/, const std::string& text) override {
        ++record_;
        line_ = text;
        split_fields();
        run(Rule::When::Line);
        return true;
    }

    int end(System& /*system*/) override {
        run(Rule::When::End);
        return status_;
    }

  private:
    void split_fields() {
        if (separator_ == " ") {
            fields_ = split_words(line_);
        } else if (line_.empty()) {
            fields_.clear();
        } else if (separator_.size() == 1) {
            fields_ = split(line_, separator_.front());
        } else {
            fields_.clear();
            std::size_t from = 0;
            while (const auto match = separator_pattern_.search(line_, from)) {
                if (match->end == match->begin) break;
                fields_.push_back(line_.substr(from, match->begin - from));
                from = match->end;
            }
            fields_.push_back(line_.substr(from));
        }
    }

    [[nodiscard]] std::string field(std::size_t number) const {
        if (number == 0) return line_;
        return number <= fields_.size() ? fields_[number - 1] : std::string();
    }

    [[nodiscard]] std::string value(const Term& term) const {
        switch (term.kind) {
            case Term::Kind::Field:
                return field(static_cast<std::size_t>(term.number));
            case Term::Kind::LastField:
                return field(fields_.size());
            case Term::Kind::BeforeLast:
                return fields_.empty() ? std::string() : field(fields_.size() - 1);
            case Term::Kind::RecordNumber:
                return fmt::format("{}", record_);
            case Term::Kind::FieldCount:
                return fmt::format("{}", fields_.size());
            case Term::Kind::Number:
                return fmt::format("{}", term.number);
            case Term::Kind::Text:
                return term.text;
        }
        return {};
    }

    [[nodiscard]] std::string value(const Expression& expression) const {
        std::string out;
        for (const Term& term : expression)
            out += value(term);
        return out;
    }

    [[nodiscard]] bool compares(const Condition& condition) const {
        const std::string left = value(condition.left);
        if (condition.operation == "true") return !left.empty() && left != "0";
        const std::string right = value(condition.right);
        std::int64_t x = 0;
        std::int64_t y = 0;
        const bool text =
            condition.right.size() == 1 && condition.right.front().kind == Term::Kind::Text;
        int order = 0;
        if (!text && parse_integer(trim(left), x) && parse_integer(trim(right), y)) {
            order = x < y ? -1 : x > y ? 1 : 0;
        } else {
            order = left.compare(right);
        }
        if (condition.operation == "==") return order == 0;
        if (condition.operation == "!=") return order != 0;
        if (condition.operation == "<") return order < 0;
        if (condition.operation == "<=") return order <= 0;
        if (condition.operation == ">") return order > 0;
        return order >= 0;
    }

    [[nodiscard]] bool holds(const Condition& condition) const {
        bool result = true;
        switch (condition.kind) {
            case Condition::Kind::Always:
                break;
            case Condition::Kind::Pattern:
                result = condition.pattern.search(line_).has_value();
                break;
            case Condition::Kind::Match:
                result = condition.pattern.search(value(condition.left)).has_value();
                break;
            case Condition::Kind::Compare:
                result = compares(condition);
                break;
        }
        return result != condition.negated;
    }

    void run(Rule::When when) {
        for (const Rule& rule : rules_) {
            if (rule.when != when) continue;
            const bool applies =
                rule.any_of.empty() ||
                std::any_of(
                    rule.any_of.begin(), rule.any_of.end(), [&](const std::vector<Condition>& all) {
                        return std::all_of(all.begin(), all.end(), [&](const Condition& condition) {
                            return holds(condition);
                        });
                    });
            if (!applies) continue;
            for (const std::vector<Expression>& list : rule.prints) {
                std::string text = list.empty() ? line_ : std::string();
                for (std::size_t i = 0; i < list.size(); ++i)
                    text += (i == 0 ? "" : " ") + value(list[i]);
                out().add(text + "\n");
            }
        }
    }

    std::vector<Rule> rules_;
    std::string separator_;
    Regex separator_pattern_;
    std::string line_;
    std::vector<std::string> fields_;
    std::int64_t record_ = 0;
};

}  // namespace

std::unique_ptr<shell::Program> make_awk(Start start) {
    return std::make_unique<Awk>(std::move(start));
}

}  // namespace podium::programs::small
