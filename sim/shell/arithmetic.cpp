#include "sim/shell/arithmetic.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include <fmt/format.h>

#include "sim/base/text.hpp"
#include "sim/base/work.hpp"
#include "sim/shell/characters.hpp"

namespace podium::shell {
namespace {

constexpr std::size_t kCharactersPerWork = 2;  // of what is evaluated

using Number = std::int64_t;
using Unsigned = std::uint64_t;

Number wrap(Unsigned value) {
    return static_cast<Number>(value);
}

Unsigned bits(Number value) {
    return static_cast<Unsigned>(value);
}

enum class Operator : std::uint8_t {
    Or,
    And,
    BitOr,
    BitXor,
    BitAnd,
    Equal,
    NotEqual,
    LessEqual,
    GreaterEqual,
    Less,
    Greater,
    ShiftLeft,
    ShiftRight,
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    Power,
};

struct Binary {
    std::string_view text;
    Operator operation;
    int level;  // binds tighter the higher
};

// Longer texts before their beginnings.
constexpr std::array<Binary, 19> kBinary{{{"||", Operator::Or, 1},
                                          {"&&", Operator::And, 2},
                                          {"**", Operator::Power, 11},
                                          {"==", Operator::Equal, 6},
                                          {"!=", Operator::NotEqual, 6},
                                          {"<<", Operator::ShiftLeft, 8},
                                          {">>", Operator::ShiftRight, 8},
                                          {"<=", Operator::LessEqual, 7},
                                          {">=", Operator::GreaterEqual, 7},
                                          {"<", Operator::Less, 7},
                                          {">", Operator::Greater, 7},
                                          {"|", Operator::BitOr, 3},
                                          {"^", Operator::BitXor, 4},
                                          {"&", Operator::BitAnd, 5},
                                          {"+", Operator::Add, 9},
                                          {"-", Operator::Subtract, 9},
                                          {"*", Operator::Multiply, 10},
                                          {"/", Operator::Divide, 10},
                                          {"%", Operator::Remainder, 10}}};

/// What the evaluators of one expression share: of its subscripts, and of the names within names.
struct Whole {
    int reads = 0;
    bool subscript_failed = false;
};

class Evaluator {
  public:
    Evaluator(std::string_view text,
              ArithmeticVariables& variables,
              Dialect dialect,
              int depth,
              Whole& whole)
        : text_(text), variables_(variables), dialect_(dialect), depth_(depth), whole_(whole) {}

    Result<Number> run() {
        skip();
        if (at_end()) return Number{0};
        const Number value = comma();
        skip();
        if (!failed_ && !at_end()) left_over();
        if (failed_) return error_;
        return value;
    }

  private:
    /// A variable, or an element of one.
    struct Place {
        std::string_view name;
        std::optional<std::string_view> subscript;
    };

    struct Level {
        explicit Level(int& depth_in) : depth(depth_in) { ++depth; }

        ~Level() { --depth; }

        Level(const Level&) = delete;
        Level& operator=(const Level&) = delete;
        int& depth;
    };

    [[nodiscard]] bool at_end() const { return position_ >= text_.size(); }

    [[nodiscard]] char peek(std::size_t ahead = 0) const {
        return position_ + ahead < text_.size() ? text_[position_ + ahead] : '\0';
    }

    void skip() {
        while (!at_end() && is_blank(peek()))
            ++position_;
    }

    bool take(std::string_view what) {
        skip();
        if (!text_.substr(position_).starts_with(what)) return false;
        token_ = position_;
        position_ += what.size();
        return true;
    }

    Number fail(std::string message) {
        if (!failed_) error_.message = std::move(message);
        failed_ = true;
        position_ = text_.size();
        return 0;
    }

    /// bash's sentence, which begins with the expression and ends with the token it stopped at: the one that
    /// comes next, or at the end the last one there was.
    Number wrong(std::string_view sentence) {
        skip();
        return wrong_at(sentence, at_end() ? token_ : position_);
    }

    Number wrong_at(std::string_view sentence, std::size_t token) {
        if (dialect_ == Dialect::Ash) return fail("arithmetic syntax error");
        std::string_view shown = text_;
        while (!shown.empty() && is_blank(shown.front()))
            shown.remove_prefix(1);
        return fail(fmt::format("{}: {} (error token is \"{}\")", shown, sentence, text_.substr(token)));
    }

    Number operand_expected() { return wrong("syntax error: operand expected"); }

    /// What stands after a complete expression is wrong.
    Number left_over() {
        static constexpr std::string_view kOperators = "+-*/%&|^!~=<>()?:,";
        const bool known = is_name_char(peek()) || kOperators.find(peek()) != std::string_view::npos;
        if (known) return wrong("syntax error in expression");
        return text_[token_] == ')' ? operand_expected() : wrong("syntax error: invalid arithmetic operator");
    }

    Number division() {
        if (dialect_ == Dialect::Ash) return fail("divide by zero");
        return wrong_at("division by 0", operand_);
    }

    Number too_deep() {
        if (!within_name_) return fail("the expression nests too deeply");
        return dialect_ == Dialect::Ash ? fail("expression recursion loop detected")
                                        : wrong("expression recursion level exceeded");
    }

    Number comma() {
        Number value = assignment();
        while (!failed_ && take(","))
            value = assignment();
        return value;
    }

    /// Takes "=", "+=" and the like after a name; `form` is the operator, or null for a plain "=".
    bool take_assignment(const Binary*& form) {
        skip();
        form = nullptr;
        if (peek() == '=' && peek(1) != '=') {
            token_ = position_++;
            return true;
        }
        for (const Binary& candidate : kBinary) {
            const bool assigns = candidate.level >= 3 && candidate.level != 6 &&
                                 candidate.level != 7 && candidate.operation != Operator::Power;
            const std::string_view rest = text_.substr(position_);
            if (!assigns || !rest.starts_with(candidate.text) ||
                rest.size() <= candidate.text.size() || rest[candidate.text.size()] != '=') {
                continue;
            }
            token_ = position_;
            position_ += candidate.text.size() + 1;
            form = &candidate;
            return true;
        }
        return false;
    }

    Number assignment() {
        const Level level(depth_);
        if (depth_ > kMaxArithmeticNesting) return too_deep();
        skip();
        const std::size_t start = position_;
        const std::size_t token = token_;
        const Place place = take_place();
        if (failed_) return 0;
        const Binary* form = nullptr;
        if (place.name.empty() || !take_assignment(form)) {
            position_ = start;
            token_ = token;
            const Number value = conditional();
            const std::size_t after = position_;
            if (!failed_ && take_assignment(form)) return wrong_at("attempted assignment to non-variable", token_);
            position_ = failed_ ? position_ : after;
            return value;
        }
        skip();
        const std::size_t operand = position_;
        const Number right = assignment();
        if (failed_ || skipping_ > 0) return right;
        std::int64_t index = 0;
        if (place.subscript && !index_of(place, index)) return 0;
        operand_ = operand;
        return store(place.name, place.subscript ? &index : nullptr, form == nullptr ? right : apply(form->operation, read(place.name, place.subscript ? &index : nullptr), right));
    }

    Number conditional() {
        const Number condition = binary(1);
        if (failed_ || !take("?")) return condition;
        skip();
        if (at_end() || peek() == ':') return wrong("expression expected");
        skipping_ += condition == 0 ? 1 : 0;
        const Number yes = comma();
        skipping_ -= condition == 0 ? 1 : 0;
        if (!failed_ && !take(":")) return wrong("`:' expected for conditional expression");
        skip();
        if (!failed_ && at_end()) return wrong("expression expected");
        const Level level(depth_);
        if (depth_ > kMaxArithmeticNesting) return too_deep();
        skipping_ += condition != 0 ? 1 : 0;
        const Number no = dialect_ == Dialect::Ash ? assignment() : conditional();
        skipping_ -= condition != 0 ? 1 : 0;
        return condition != 0 ? yes : no;
    }

    const Binary* next_binary(int lowest) {
        skip();
        const std::string_view rest = text_.substr(position_);
        for (const Binary& candidate : kBinary) {
            if (!rest.starts_with(candidate.text)) continue;
            const bool assigns = candidate.level >= 3 && candidate.level != 6 &&
                                 candidate.level != 7 &&
                                 rest.substr(candidate.text.size()).starts_with("=") &&
                                 !rest.substr(candidate.text.size()).starts_with("==");
            return candidate.level >= lowest && !assigns ? &candidate : nullptr;
        }
        return nullptr;
    }

    Number binary(int lowest) {
        const Level level(depth_);
        if (depth_ > kMaxArithmeticNesting) return too_deep();
        Number left = unary();
        while (!failed_) {
            const Binary* form = next_binary(lowest);
            if (form == nullptr) break;
            token_ = position_;
            position_ += form->text.size();
            const bool decided = (form->operation == Operator::And && left == 0) ||
                                 (form->operation == Operator::Or && left != 0);
            skipping_ += decided ? 1 : 0;
            skip();
            const std::size_t operand = position_;
            const Number right =
                binary(form->operation == Operator::Power ? form->level : form->level + 1);
            skipping_ -= decided ? 1 : 0;
            operand_ = operand;
            left = apply(form->operation, left, right);
        }
        return left;
    }

    Number apply(Operator operation, Number left, Number right) {
        if (failed_) return 0;
        switch (operation) {
            case Operator::Or:
                return left != 0 || right != 0 ? 1 : 0;
            case Operator::And:
                return left != 0 && right != 0 ? 1 : 0;
            case Operator::BitOr:
                return left | right;
            case Operator::BitXor:
                return left ^ right;
            case Operator::BitAnd:
                return left & right;
            case Operator::Equal:
                return left == right ? 1 : 0;
            case Operator::NotEqual:
                return left != right ? 1 : 0;
            case Operator::LessEqual:
                return left <= right ? 1 : 0;
            case Operator::GreaterEqual:
                return left >= right ? 1 : 0;
            case Operator::Less:
                return left < right ? 1 : 0;
            case Operator::Greater:
                return left > right ? 1 : 0;
            case Operator::ShiftLeft:
                return wrap(bits(left) << (bits(right) & 63U));
            case Operator::ShiftRight:
                return left >> (bits(right) & 63U);
            case Operator::Add:
                return wrap(bits(left) + bits(right));
            case Operator::Subtract:
                return wrap(bits(left) - bits(right));
            case Operator::Multiply:
                return wrap(bits(left) * bits(right));
            case Operator::Divide:
            case Operator::Remainder:
                return divide(operation, left, right);
            case Operator::Power:
                return power(left, right);
        }
        return 0;
    }

    Number divide(Operator operation, Number left, Number right) {
        if (right == 0) return skipping_ > 0 ? 0 : division();
        if (right == -1) return operation == Operator::Divide ? wrap(0 - bits(left)) : 0;
        return operation == Operator::Divide ? left / right : left % right;
    }

    Number power(Number base, Number exponent) {
        if (exponent < 0) return skipping_ > 0 ? 0 : fail_exponent();
        Unsigned result = 1;
        Unsigned factor = bits(base);
        for (Unsigned left = bits(exponent); left > 0; left >>= 1U) {
            if ((left & 1U) != 0) result *= factor;
            factor *= factor;
        }
        return wrap(result);
    }

    Number fail_exponent() { return dialect_ == Dialect::Ash ? fail("exponent less than 0") : wrong("exponent less than 0"); }

    Number unary() {
        const Level level(depth_);
        if (depth_ > kMaxArithmeticNesting) return too_deep();
        skip();
        if (take("++")) return step_before(1);
        if (take("--")) return step_before(-1);
        if (take("!")) return unary() == 0 ? 1 : 0;
        if (take("~")) return ~unary();
        if (take("-")) return wrap(0 - bits(unary()));
        if (take("+")) return unary();
        if (take("(")) {
            const Number value = comma();
            if (!failed_ && !take(")")) return wrong("missing `)'");
            return value;
        }
        if (is_digit(peek())) return number();
        const Place place = take_place();
        if (failed_) return 0;
        if (place.name.empty()) return operand_expected();
        std::int64_t index = 0;
        if (place.subscript && skipping_ == 0 && !index_of(place, index)) return 0;
        const std::int64_t* const at = place.subscript ? &index : nullptr;
        const Number value = read(place.name, at);
        if (failed_) return 0;
        if (take("++")) {
            if (skipping_ == 0) store(place.name, at, wrap(bits(value) + 1));
        } else if (take("--")) {
            if (skipping_ == 0) store(place.name, at, wrap(bits(value) - 1));
        }
        return value;
    }

    /// "++name"; before anything but a name the two signs are signs.
    Number step_before(Number change) {
        skip();
        const Place place = take_place();
        if (failed_) return 0;
        if (place.name.empty()) {
            ++token_;
            return unary();
        }
        std::int64_t index = 0;
        if (place.subscript && skipping_ == 0 && !index_of(place, index)) return 0;
        const std::int64_t* const at = place.subscript ? &index : nullptr;
        const Number value = wrap(bits(read(place.name, at)) + bits(change));
        if (failed_ || skipping_ > 0) return value;
        return store(place.name, at, value);
    }

    /// A name, with its subscript if there is one, which is not looked at yet. No name where there is none.
    Place take_place() {
        const std::size_t start = position_;
        if (!is_name_start(peek())) return {};
        token_ = start;
        while (is_name_char(peek()))
            ++position_;
        Place place{text_.substr(start, position_ - start), std::nullopt};
        if (peek() != '[' || dialect_ == Dialect::Ash) return place;
        int brackets = 0;
        std::size_t end = position_;
        for (; end < text_.size(); ++end) {
            if (text_[end] == '[') ++brackets;
            if (text_[end] == ']' && --brackets == 0) break;
        }
        if (end == text_.size()) {
            wrong_at("bad array subscript", start);
            return {};
        }
        place.subscript = text_.substr(position_ + 1, end - position_ - 1);
        position_ = end + 1;
        return place;
    }

    /// Reckons a subscript; false when it is wrong, which is then said.
    bool index_of(const Place& place, std::int64_t& index) {
        const auto all_blank = [](std::string_view text) { return std::all_of(text.begin(), text.end(), is_blank); };
        if (all_blank(*place.subscript)) {
            fail(fmt::format("{}[{}]: bad array subscript", place.name, *place.subscript));
            return false;
        }
        Evaluator inner(*place.subscript, variables_, dialect_, depth_ + 1, whole_);
        inner.within_name_ = within_name_;
        const Result<Number> result = inner.run();
        if (!result) {
            whole_.subscript_failed = true;
            fail(result.error().message);
            return false;
        }
        index = *result;
        return true;
    }

    /// Of a base up to 36 both cases mean the same; above they do not, and "@" and "_" are digits too.
    static int digit(char c, Unsigned base) {
        constexpr Unsigned kMostLetters = 36;
        if (is_digit(c)) return c - '0';
        if (c >= 'a' && c <= 'z') return c - 'a' + 10;
        if (c >= 'A' && c <= 'Z') return c - 'A' + (base <= kMostLetters ? 10 : 36);
        return c == '@' ? 62 : c == '_' ? 63 : 99;
    }

    Number number() {
        token_ = position_;
        std::size_t end = position_;
        while (end < text_.size() && (is_name_char(text_[end]) || text_[end] == '#' || text_[end] == '@'))
            ++end;
        const std::string_view all = text_.substr(position_, end - position_);
        std::string_view digits = all;
        position_ = end;
        // In bash the expression ends with the number that is wrong.
        const auto wrong_number = [&](std::string_view sentence) {
            text_ = text_.substr(0, end);
            return wrong_at(sentence, token_);
        };
        Unsigned base = 10;
        const std::size_t sign = all.find('#');
        if (sign != std::string_view::npos) {
            std::int64_t given = 0;
            if (!parse_integer(all.substr(0, sign), given) || given < 2 || given > 64) return wrong_number("invalid arithmetic base");
            base = static_cast<Unsigned>(given);
            digits = all.substr(sign + 1);
            if (digits.empty()) return wrong_number("invalid integer constant");
        } else if (digits.starts_with("0x") || digits.starts_with("0X")) {
            base = 16;
            digits.remove_prefix(2);
        } else if (digits.size() > 1 && digits.front() == '0') {
            base = 8;
            digits.remove_prefix(1);
        }
        Unsigned value = 0;
        for (const char c : digits) {
            const auto worth = static_cast<Unsigned>(digit(c, base));
            if (worth >= base) return wrong_number("value too great for base");
            value = value * base + worth;
        }
        return wrap(value);
    }

    /// A variable's value; of an element's with an index.
    Number read(std::string_view name, const std::int64_t* index) {
        if (skipping_ > 0) return 0;
        const std::string value = index != nullptr ? variables_.get_element(name, *index) : variables_.get(name);
        if (value.empty()) return 0;
        if (++whole_.reads > kMaxArithmeticReads) return fail("the expression reads too many variables");
        Evaluator inner(value, variables_, dialect_, depth_ + 1, whole_);
        inner.within_name_ = true;
        const Result<Number> result = inner.run();
        if (!result) return fail(result.error().message);
        return *result;
    }

    Number store(std::string_view name, const std::int64_t* index, Number value) {
        if (failed_) return 0;
        if (index != nullptr) {
            std::string problem = variables_.set_element(name, *index, value);
            return problem.empty() ? value : fail(std::move(problem));
        }
        if (variables_.set(name, value)) return value;
        return fail(fmt::format("{}: {}", name, dialect_ == Dialect::Ash ? "is read only" : "readonly variable"));
    }

    std::string_view text_;
    ArithmeticVariables& variables_;
    Dialect dialect_;
    int depth_;
    Whole& whole_;
    std::size_t position_ = 0;
    std::size_t token_ = 0;     // where the last token that was taken begins
    std::size_t operand_ = 0;   // where the last operator's right operand begins
    bool within_name_ = false;  // evaluates a variable's text
    int skipping_ = 0;          // inside a branch that is not taken
    bool failed_ = false;
    Error error_;
};

}  // namespace

Result<std::int64_t> evaluate_arithmetic(std::string_view text,
                                         ArithmeticVariables& variables,
                                         Dialect dialect,
                                         bool* of_subscript) {
    Whole whole;
    count_work(1 + text.size() / kCharactersPerWork);
    Result<std::int64_t> value = Evaluator(text, variables, dialect, 0, whole).run();
    if (of_subscript != nullptr) *of_subscript = !value && whole.subscript_failed;
    return value;
}

}  // namespace podium::shell
