// What `[[ ]]` comes to. Only bash has it as a part of its language. busybox's ash has a command of that name (BASH_TEST2 in
// shell/ash.c, coreutils/test.c): its words are split and made paths of, quotes protect no pattern, && and || are -a and -o. Where
// that comes out otherwise than here it is refused. dash has none.

#include <algorithm>

#include <fmt/format.h>

#include "sim/base/regex.hpp"
#include "sim/base/text.hpp"
#include "sim/base/work.hpp"
#include "sim/shell/builtins.hpp"
#include "sim/shell/expand.hpp"
#include "sim/shell/pattern.hpp"
#include "sim/shell/shell_program.hpp"

namespace podium::shell {
namespace {

/// Reckons a condition from the left, its right sides only where they count. It is begun again from the start when an
/// expansion had to wait for a command's output, as every expansion is.
class Reckoner {
  public:
    Reckoner(ShellState& state, System& system, Expander& expander) : state_(state), system_(system), expander_(expander) {}

    /// False when it could not be reckoned: stopped() or status() says why.
    bool reckon(const Condition& condition, bool& value) {
        switch (condition.kind) {
            case Condition::Kind::Word: return word(condition, value);
            case Condition::Kind::Unary: return unary(condition, value);
            case Condition::Kind::Binary: return binary(condition, value);
            case Condition::Kind::Not:
                negated_ = !negated_;
                if (!reckon(condition.parts[0], value)) return false;
                value = !value;
                return true;
            case Condition::Kind::And:
            case Condition::Kind::Or:
                for (const Condition& part : condition.parts) {
                    if (!reckon(part, value)) return false;
                    if (value != (condition.kind == Condition::Kind::And)) break;
                }
                return true;
        }
        return false;
    }

    /// An expansion stopped it; the expander knows why.
    [[nodiscard]] bool stopped() const { return stopped_; }
    /// With which status it is wrong.
    [[nodiscard]] int status() const { return status_; }
    /// The sentence that says what is wrong; empty when bash says nothing.
    [[nodiscard]] const std::string& sentence() const { return sentence_; }
    /// What `set -x` shows, a line for each comparison.
    [[nodiscard]] const std::vector<std::vector<std::string>>& traced() const { return traced_; }

  private:
    bool text(const Word& from, std::string& out) {
        stopped_ = !expander_.text(from, out);
        if (stopped_) return false;
        count_work(1 + out.size() / kCharactersPerWorkUnit);
        if (state_.dialect == Dialect::Bash) return true;
        // ash would make several words of it, none, or paths.
        const bool split = std::any_of(from.parts.begin(), from.parts.end(), [](const WordPart& part) { return !part.quoted && part.kind != WordPart::Kind::Text && part.kind != WordPart::Kind::Tilde; });
        if (split && (out.empty() || out.find_first_of(" \t\n*?[") != std::string::npos))
            return wrong(2, "Podium's ash does not model [[ ]] with a value outside of quotes that is empty or has blanks or patterns; write \"$name\"");
        return true;
    }

    bool wrong(int status, std::string sentence = {}) {
        status_ = status;
        sentence_ = std::move(sentence);
        return false;
    }

    void show(std::vector<std::string> words) {
        words.insert(words.begin(), "[[");
        if (negated_) words.insert(words.begin() + 1, "!");
        words.emplace_back("]]");
        traced_.push_back(std::move(words));
        negated_ = false;
    }

    static std::string shown(const std::string& text) { return text.empty() ? "''" : text; }

    bool word(const Condition& condition, bool& value) {
        std::string left;
        if (!text(condition.left, left)) return false;
        value = !left.empty();
        show({"-n", shown(left)});
        return true;
    }

    bool unary(const Condition& condition, bool& value) {
        std::string operand;
        if (!text(condition.left, operand)) return false;
        show({condition.operation, shown(operand)});
        const char letter = condition.operation[1];
        switch (letter) {
            case 'n': value = !operand.empty(); return true;
            case 'z': value = operand.empty(); return true;
            case 'v': stopped_ = !expander_.is_set(operand, value); return !stopped_;
            case 't': {
                std::int64_t number = 0;
                value = false;
                if (!parse_integer(operand, number)) return wrong(2, fmt::format("{}: integer expression expected", operand));
                const auto found = state_.descriptors.find(static_cast<int>(std::clamp<std::int64_t>(number, -1, 1000)));
                value = found != state_.descriptors.end() && system_.is_terminal(found->second);
                return true;
            }
            case 'o':
            case 'R':
            case 'N': return wrong(2, fmt::format("Podium's shell does not model {} in [[ ]]", condition.operation));
            default: value = file_is(system_, letter, operand); return true;
        }
    }

    bool number(const Word& from, std::int64_t& out) {
        if (state_.dialect == Dialect::Ash) {
            std::string digits;
            if (!text(from, digits)) return false;
            return parse_integer(trim(digits), out) || wrong(2, fmt::format("{}: bad number", digits));
        }
        if (expander_.arithmetic(from, out)) return true;
        // A variable that must be set ends the script, as anywhere, and a subscript the line.
        stopped_ = expander_.wanted() != nullptr || expander_.failure_status() != 1 || expander_.loss() == Loss::Top;
        return stopped_ ? false : wrong(1, expander_.failure());
    }

    bool binary(const Condition& condition, bool& value) {
        const std::string& operation = condition.operation;
        if (operation == "=~") return expression(condition, value);
        if (operation == "=" || operation == "==" || operation == "!=") return pattern(condition, value);
        if (operation.size() == 3 && operation != "-nt" && operation != "-ot" && operation != "-ef") return numbers(condition, value);
        if (state_.dialect == Dialect::Ash && (operation == "<" || operation == ">"))
            return wrong(2, fmt::format("Podium's ash does not model {0} in [[ ]], where it is a redirection; write [ a \\{0} b ]", operation));
        std::string left;
        std::string right;
        if (!text(condition.left, left) || !text(condition.right, right)) return false;
        show({shown(left), operation, shown(right)});
        if (operation == "<" || operation == ">")
            value = operation == "<" ? left < right : left > right;
        else
            value = files_are(system_, operation, left, right);
        return true;
    }

    bool numbers(const Condition& condition, bool& value) {
        std::int64_t left = 0;
        std::int64_t right = 0;
        if (!number(condition.left, left) || !number(condition.right, right)) return false;
        const std::string& operation = condition.operation;
        show({fmt::format("{}", left), operation, fmt::format("{}", right)});
        if (operation == "-eq") value = left == right;
        if (operation == "-ne") value = left != right;
        if (operation == "-lt") value = left < right;
        if (operation == "-le") value = left <= right;
        if (operation == "-gt") value = left > right;
        if (operation == "-ge") value = left >= right;
        return true;
    }

    bool pattern(const Condition& condition, bool& value) {
        std::string left;
        std::string right;
        if (!text(condition.left, left)) return false;
        if (state_.dialect == Dialect::Ash) {
            if (!text(condition.right, right)) return false;
        } else if (stopped_ = !expander_.pattern(condition.right, right); stopped_) {
            return false;
        }
        show({shown(left), condition.operation, right.empty() ? "''" : right});
        const std::int64_t before = work_;
        value = matches_pattern(right, left, work_) == (condition.operation != "!=");
        count_work(1 + static_cast<std::uint64_t>((before - work_) / kMatchStepsPerWorkUnit));
        return work_ > 0 || wrong(2, std::string(kTooMuchMatching));
    }

    bool expression(const Condition& condition, bool& value) {
        std::string left;
        std::string right;
        if (!text(condition.left, left)) return false;
        if (state_.dialect == Dialect::Ash) {
            if (!text(condition.right, right)) return false;
        } else if (stopped_ = !expander_.regular_expression(condition.right, right); stopped_) {
            return false;
        }
        show({shown(left), "=~", right});
        const auto regex = Regex::compile(right, {true, false});
        // bash says nothing of an expression that is none.
        if (!regex) return wrong(2);
        const auto match = regex->search(left);
        value = match.has_value();
        if (state_.dialect == Dialect::Ash) return true;  // It keeps no groups.
        // The whole match, then the groups; none where there is no match.
        IndexedArray matches;
        if (match) matches.set(0, left.substr(match->begin, match->end - match->begin));
        for (std::size_t i = 1; match && i < match->groups.size(); ++i) {
            const auto& [begin, end] = match->groups[i];
            matches.set(static_cast<std::int64_t>(i), begin == std::string::npos ? std::string() : left.substr(begin, end - begin));
        }
        stopped_ = !expander_.assign_array("BASH_REMATCH", std::move(matches));
        return !stopped_;
    }

    ShellState& state_;
    System& system_;
    Expander& expander_;
    bool stopped_ = false;
    bool negated_ = false;
    std::int64_t work_ = kMaxMatchWork;
    int status_ = 0;
    std::string sentence_;
    std::vector<std::vector<std::string>> traced_;
};

}  // namespace

ShellProgram::Progress ShellProgram::advance_condition(System& system) {
    auto& frame = std::get<ConditionFrame>(frames_.back().state);
    if (!settle(system, frame.expansion)) return Progress::Block;
    ++operations_;
    state_.line = frame.command->line;
    const bool ash = state_.dialect == Dialect::Ash;
    if (ash && system.find_program("busybox") == Errno::NoEntry) {  // The sh of such an image is dash.
        state_.complain(system, "[[: not found");
        return finish_checked(system, 127);
    }
    Expander expander(state_, system, frame.expansion.outputs);
    Reckoner reckoner(state_, system, expander);
    bool value = false;
    const bool reckoned = reckoner.reckon(frame.command->condition, value);
    if (reckoner.stopped()) return expansion_stopped(system, frame.expansion, expander);
    if (state_.options.xtrace) {
        for (const std::vector<std::string>& words : reckoner.traced()) trace(system, words);
    }
    if (reckoned) return finish_checked(system, value ? 0 : 1);
    if (!reckoner.sentence().empty()) state_.complain(system, ash ? reckoner.sentence() : fmt::format("[[: {}", reckoner.sentence()));
    return finish_checked(system, reckoner.status());
}

}  // namespace podium::shell
