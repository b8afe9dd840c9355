#include "sim/shell/arithmetic.hpp"

#include <array>
#include <fmt/format.h>

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

class Evaluator {
  public:
    Evaluator(std::string_view text,
              ArithmeticVariables& variables,
              Dialect dialect,
              int depth,
              int& reads)
        : text_(text), variables_(variables), dialect_(dialect), depth_(depth), reads_(reads) {}

    Result<Number> run() {
        skip();
        if (at_end()) return Number{0};
        const Number value = comma();
        skip();
        if (!failed_ && !at_end()) syntax();
        if (failed_) return error_;
        return value;
    }

  private:
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
        position_ += what.size();
        return true;
    }

    Number fail(std::string message) {
        if (!failed_) error_.message = std::move(message);
        failed_ = true;
        position_ = text_.size();
        return 0;
    }

    Number syntax() {
        if (dialect_ == Dialect::Ash) return fail("arithmetic syntax error");
        return fail(fmt::format("{}: syntax error: operand expected (error token is \"{}\")",
                                text_,
                                text_.substr(position_)));
    }

    Number division() {
        if (dialect_ == Dialect::Ash) return fail("divide by zero");
        return fail(fmt::format(
            "{}: division by 0 (error token is \"{}\")", text_, text_.substr(operand_)));
    }

    Number too_deep() {
        return fail(within_name_ ? "expression recursion loop detected"
                                 : "the expression nests too deeply");
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
            ++position_;
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
        const std::string_view name = take_name();
        const Binary* form = nullptr;
        if (name.empty() || !take_assignment(form)) {
            position_ = start;
            return conditional();
        }
        const Number right = assignment();
        if (failed_ || skipping_ > 0) return right;
        return store(name, form == nullptr ? right : apply(form->operation, read(name), right));
    }

    Number conditional() {
        const Number condition = binary(1);
        if (failed_ || !take("?")) return condition;
        skipping_ += condition == 0 ? 1 : 0;
        const Number yes = comma();
        skipping_ -= condition == 0 ? 1 : 0;
        if (!failed_ && !take(":")) return syntax();
        skipping_ += condition != 0 ? 1 : 0;
        const Number no = assignment();
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
        if (exponent < 0) return skipping_ > 0 ? 0 : fail("exponent less than 0");
        Unsigned result = 1;
        Unsigned factor = bits(base);
        for (Unsigned left = bits(exponent); left > 0; left >>= 1U) {
            if ((left & 1U) != 0) result *= factor;
            factor *= factor;
        }
        return wrap(result);
    }

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
            if (!failed_ && !take(")")) return syntax();
            return value;
        }
        if (is_digit(peek())) return number();
        const std::string_view name = take_name();
        if (name.empty()) return syntax();
        const Number value = read(name);
        if (failed_) return 0;
        if (take("++")) {
            if (skipping_ == 0) store(name, wrap(bits(value) + 1));
        } else if (take("--")) {
            if (skipping_ == 0) store(name, wrap(bits(value) - 1));
        }
        return value;
    }

    /// "++name"; before anything but a name the two signs are signs.
    Number step_before(Number change) {
        skip();
        const std::string_view name = take_name();
        if (name.empty()) return unary();
        const Number value = wrap(bits(read(name)) + bits(change));
        if (failed_ || skipping_ > 0) return value;
        return store(name, value);
    }

    std::string_view take_name() {
        const std::size_t start = position_;
        if (!is_name_start(peek())) return {};
        while (is_name_char(peek()))
            ++position_;
        return text_.substr(start, position_ - start);
    }

    static int digit(char c) {
        if (is_digit(c)) return c - '0';
        if (c >= 'a' && c <= 'z') return c - 'a' + 10;
        if (c >= 'A' && c <= 'Z') return c - 'A' + 10;
        return 99;
    }

    Number number() {
        Unsigned base = 10;
        if (peek() == '0' && (peek(1) == 'x' || peek(1) == 'X')) {
            base = 16;
            position_ += 2;
        } else if (peek() == '0' && is_digit(peek(1))) {
            base = 8;
            ++position_;
        }
        const auto take_digits = [this](Unsigned in_base) {
            Unsigned value = 0;
            while (is_name_char(peek()) && static_cast<Unsigned>(digit(peek())) < in_base) {
                value = value * in_base + static_cast<Unsigned>(digit(peek()));
                ++position_;
            }
            return value;
        };
        Unsigned value = take_digits(base);
        if (peek() == '#' && base == 10) {
            if (value < 2 || value > 36) return fail("invalid arithmetic base");
            ++position_;
            value = take_digits(value);
        }
        if (is_name_char(peek())) {
            if (dialect_ == Dialect::Ash) return fail("arithmetic syntax error");
            return fail(
                fmt::format("{}: value too great for base (error token is \"{}\")", text_, text_));
        }
        return wrap(value);
    }

    Number read(std::string_view name) {
        if (skipping_ > 0) return 0;
        const std::string value = variables_.get(name);
        if (value.empty()) return 0;
        if (++reads_ > kMaxArithmeticReads) return fail("the expression reads too many variables");
        Evaluator inner(value, variables_, dialect_, depth_ + 1, reads_);
        inner.within_name_ = true;
        const Result<Number> result = inner.run();
        if (!result) return fail(result.error().message);
        return *result;
    }

    Number store(std::string_view name, Number value) {
        if (failed_) return 0;
        if (variables_.set(name, value)) return value;
        return fail(fmt::format(
            "{}: {}", name, dialect_ == Dialect::Ash ? "is read only" : "readonly variable"));
    }

    std::string_view text_;
    ArithmeticVariables& variables_;
    Dialect dialect_;
    int depth_;
    int& reads_;
    std::size_t position_ = 0;
    std::size_t operand_ = 0;   // where the last operator's right operand begins
    bool within_name_ = false;  // evaluates a variable's text
    int skipping_ = 0;          // inside a branch that is not taken
    bool failed_ = false;
    Error error_;
};

}  // namespace

Result<std::int64_t> evaluate_arithmetic(std::string_view text,
                                         ArithmeticVariables& variables,
                                         Dialect dialect) {
    int reads = 0;
    count_work(1 + text.size() / kCharactersPerWork);
    return Evaluator(text, variables, dialect, 0, reads).run();
}

}  // namespace podium::shell
