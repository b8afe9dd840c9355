#include "sim/shell/expand.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "sim/base/text.hpp"
#include "sim/base/work.hpp"
#include "sim/shell/characters.hpp"
#include "sim/shell/pattern.hpp"
#include "sim/shell/quoting.hpp"

namespace podium::shell {
namespace {

constexpr std::size_t kMemoryCounts = std::size_t{1} << 16;  // of less, a shell's memory is not counted
constexpr int kStatusUnset = 127;  // bash's, for a parameter that must be set

/// What Debian 12's bash says of itself, and of the shell of root's account where nothing else is set.
constexpr std::pair<std::string_view, std::string_view> kBashParameters[] = {{"BASH", "/bin/bash"},
                                                                             {"BASH_VERSION", "5.2.15(1)-release"},
                                                                             {"BASH_VERSINFO", "5"},
                                                                             {"HOSTTYPE", "x86_64"},
                                                                             {"MACHTYPE", "x86_64-pc-linux-gnu"},
                                                                             {"OSTYPE", "linux-gnu"},
                                                                             {"SHELL", "/bin/bash"}};

}  // namespace

bool Expander::fail(std::string message) {
    failure_ = std::move(message);
    loss_ = Loss::Line;
    return false;
}

bool Expander::fail_for_good(std::string message, int status) {
    failure_ = std::move(message);
    failure_status_ = status;
    loss_ = Loss::Shell;
    return false;
}

bool Expander::say(std::string sentence) {
    if (state_.options.errexit) return fail_for_good(std::move(sentence));
    // With an output that is not used yet, this was reached before.
    if (next_output_ == outputs_.size()) state_.complain(system_, sentence);
    return true;
}

bool Expander::add(std::vector<Piece>& out, std::string_view text, char mark) {
    const std::size_t before = bytes_;
    bytes_ += text.size();
    if (bytes_ >= kMemoryCounts && bytes_ / kMemoryCounts > before / kMemoryCounts) {
        // In life the text stands in the shell's memory twice: as it grows, and where it is put.
        state_.counts_memory = true;
        system_.use_memory(state_.bytes_of_variables() + 2 * static_cast<std::int64_t>(bytes_));
    }
    if (bytes_ > kMaxTextBytes) return fail_for_good(std::string(kTooLong));
    if (out.empty()) out.emplace_back();
    out.back().text.append(text);
    out.back().marks.append(text.size(), mark);
    if (text.empty() && mark == kQuoted) {
        out.back().text.push_back('\0');
        out.back().marks.push_back(kNothing);
    }
    return true;
}

void Expander::rollback() {
    restore_variables(state_, undo_);
    undo_.clear();
    remembered_.clear();
    marked_ = 0;
}

void Expander::mark_changes() {
    marked_ = undo_.size();
    remembered_.clear();
}

SavedVariables Expander::take_changes() {
    const auto first = undo_.begin() + static_cast<std::ptrdiff_t>(marked_);
    SavedVariables out(first, undo_.end());
    undo_.erase(first, undo_.end());
    remembered_.clear();
    return out;
}

bool Expander::assign(const std::string& name, std::string value) {
    // What these are does not lie with who assigns to them: numbers come from the run's seed, seconds are counted on.
    if (name == "RANDOM") return true;
    if (name == "SECONDS" && state_.dialect == Dialect::Bash) {
        constexpr std::int64_t kMostSeconds = 1'000'000'000;
        std::int64_t from = 0;
        parse_integer(value, from);
        state_.started = system_.now() - seconds(std::clamp(from, -kMostSeconds, kMostSeconds));
        return true;
    }
    remember(name);
    if (state_.assign(name, std::move(value))) return true;
    const bool ash = state_.dialect == Dialect::Ash;
    return fail(fmt::format("{}: {}", name, ash ? "is read only" : "readonly variable"));
}

void Expander::remember(const std::string& name) {
    if (!remembered_.insert(name).second) return;
    const auto found = state_.variables.find(name);
    std::optional<Variable> before;
    if (found != state_.variables.end()) before = found->second;
    if (before && before->array) count_work(before->array->elements().size() + before->array->text_bytes() / kCharactersPerWorkUnit);
    undo_.emplace_back(name, std::move(before));
}

std::string Expander::get(std::string_view name) {
    return value_of(std::string(name)).value_or("");
}

bool Expander::set(std::string_view name, std::int64_t value) {
    return assign(std::string(name), fmt::format("{}", value));
}

std::optional<std::string> Expander::value_of(const std::string& name) {
    if (name == "?") return fmt::format("{}", state_.status);
    if (name == "$") return fmt::format("{}", state_.shell_pid);
    if (name == "#") return fmt::format("{}", state_.parameters.size());
    if (name == "-") return state_.option_letters();
    if (name == "0") return state_.name;
    if (name == "!") {
        if (state_.last_background == 0) return std::nullopt;
        return fmt::format("{}", state_.last_background);
    }
    if (is_digit(name.front())) {
        std::int64_t index = 0;
        if (!parse_integer(name, index) || index < 1 ||
            index > static_cast<std::int64_t>(state_.parameters.size())) {
            return std::nullopt;
        }
        return state_.parameters[static_cast<std::size_t>(index - 1)];
    }
    if (const std::string* value = state_.value_of(name)) {
        count_work(value->size() / kCharactersPerWorkUnit);
        return *value;
    }
    constexpr std::uint64_t kRandomRange = 32'768;
    if (name == "RANDOM") return fmt::format("{}", system_.random() % kRandomRange);
    if (name == "PPID") return fmt::format("{}", state_.parent_pid);
    if (name == "LINENO") return fmt::format("{}", state_.line);
    if (state_.dialect == Dialect::Bash) {
        if (name == "SECONDS") {
            return fmt::format(
                "{}", (system_.now() - state_.started).nanoseconds / seconds(1).nanoseconds);
        }
        if (name == "UID" || name == "EUID" || name == "GROUPS") return "0";
        if (name == "BASHPID") return fmt::format("{}", system_.pid());
        for (const auto& [own, value] : kBashParameters) {
            if (name == own) return std::string(value);
        }
        if (state_.owns(name) && state_.function_depth > 0) return state_.running.back();
        if (name == "PIPESTATUS") return fmt::format("{}", state_.statuses.empty() ? state_.status : state_.statuses.front());
    }
    return std::nullopt;
}

std::string Expander::home_of(const std::string& user) const {
    if (user.empty()) return state_.value_or("HOME", "~");
    if (user == "root") return "/root";
    if (user == "+") return state_.value_or("PWD", "~+");
    if (user == "-") return state_.value_or("OLDPWD", "~-");
    return "~" + user;
}

bool Expander::word(const Word& word, Context context, bool inner, std::vector<Piece>& out) {
    for (const WordPart& next : word.parts) {
        if (!part(next, context, inner, out)) return false;
    }
    return true;
}

bool Expander::part(const WordPart& part, Context context, bool inner, std::vector<Piece>& out) {
    const char mark = part.quoted ? kQuoted : kExpanded;
    switch (part.kind) {
        case WordPart::Kind::Text:
            return add(out, part.text, part.quoted ? kQuoted : inner ? kExpanded : kLiteral);
        case WordPart::Kind::Tilde:
            return add(out, home_of(part.text), kQuoted);
        case WordPart::Kind::Parameter:
            return parameter(part, context, out);
        case WordPart::Kind::Substitution:
            if (next_output_ >= outputs_.size()) {
                wanted_ = part.list.get();
                wanted_process_ = part.process;
                return false;
            }
            if (outputs_[next_output_].size() > kMaxExpansionBytes) return fail_for_good(std::string(kTooLong));
            return add(out, outputs_[next_output_++], mark);
        case WordPart::Kind::Arithmetic: {
            std::int64_t value = 0;
            return arithmetic(*part.argument, value) && add(out, fmt::format("{}", value), mark);
        }
    }
    return true;
}

bool Expander::arithmetic(const Word& word, std::int64_t& out) {
    std::string expression;
    return text(word, expression) && evaluate(expression, out);
}

bool Expander::evaluate(const std::string& expression, std::int64_t& out) {
    bool of_subscript = false;
    const Result<std::int64_t> value = evaluate_arithmetic(expression, *this, state_.dialect, &of_subscript);
    if (!value) {
        fail(value.error().message);
        if (of_subscript) loss_ = Loss::Top;
        return false;
    }
    out = *value;
    return true;
}

bool Expander::reckon_subscript(const std::string& expression, std::int64_t& out) {
    if (evaluate(expression, out)) return true;
    if (wanted_ == nullptr) loss_ = Loss::Top;
    return false;
}

bool Expander::spread(const std::vector<std::string>& values, char every, bool quoted, Context context, std::vector<Piece>& out) {
    const char mark = quoted ? kQuoted : kExpanded;
    const bool separate = context == Context::Fields && (every == '@' || !quoted);
    std::string separator = " ";
    if (every == '*') separator = state_.value_or("IFS", " ").substr(0, 1);
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (i > 0 && separate) {
            if (out.size() >= kMaxExpansionFields) return fail_for_good(std::string(kTooManyFields));
            out.emplace_back();
        } else if (i > 0 && !separator.empty() && !add(out, separator, mark)) {
            return false;
        }
        if (!add(out, values[i], mark)) return false;
    }
    if (values.empty() && quoted && every == '*') return add(out, {}, kQuoted);
    return true;
}

bool Expander::parameter(const WordPart& part, Context context, std::vector<Piece>& out) {
    const bool ash = state_.dialect == Dialect::Ash;
    const bool all = part.text == "@" || part.text == "*";
    const char mark = part.quoted ? kQuoted : kExpanded;
    const bool is_bashs = part.subscript || part.every != '\0' || part.indirect || part.operation == ParameterOperator::Quote || part.operation == ParameterOperator::UpperAll ||
                          part.operation == ParameterOperator::LowerAll;
    if (ash && is_bashs) return fail("syntax error: bad substitution");
    if (!ash && (all || part.every != '\0')) return several(part, all ? part.text.front() : part.every, context, out);
    // Of ash's "$@" with an operator, all is one text.
    if (all && part.operation == ParameterOperator::None) return spread(state_.parameters, part.text.front(), part.quoted, context, out);
    std::optional<std::string> value;
    Place place;
    if (part.subscript) {
        if (!element(part, place, value)) return false;
    } else if (part.indirect) {
        if (!indirect(part, value)) return false;
    } else if (!all) {
        value = value_of(part.text);
    } else if (!state_.parameters.empty()) {
        value = join(state_.parameters, " ");
    }
    bool done = false;
    if (!conditional(part, place, value, context, out, done)) return false;
    if (done) return true;
    if (!value && state_.options.nounset && !all && part.operation != ParameterOperator::Default &&
        part.operation != ParameterOperator::Alternative) {
        return fail_for_good(fmt::format("{}: {}", name_of(part, place), ash ? "parameter not set" : "unbound variable"), kStatusUnset);
    }
    if (all && (part.operation == ParameterOperator::Default ||
                part.operation == ParameterOperator::Assign ||
                part.operation == ParameterOperator::Error)) {
        return spread(state_.parameters, part.text.front(), part.quoted, context, out);
    }
    const bool is_of_none = (part.operation == ParameterOperator::Substring && !ash) || part.operation == ParameterOperator::ReplaceFirst || part.operation == ParameterOperator::ReplaceAll || part.operation == ParameterOperator::Quote;
    if (!value && is_of_none) return add(out, {}, mark);
    std::string text = value.value_or("");
    return modified(part, place, text) && add(out, text, mark);
}

bool Expander::argument(const WordPart& part, Context context, std::vector<Piece>& out) {
    if (part.quoted && part.argument->parts.empty()) return add(out, {}, kQuoted);
    return word(*part.argument, context, !part.quoted, out);
}

bool Expander::conditional(const WordPart& part,
                           const Place& place,
                           const std::optional<std::string>& value,
                           Context context,
                           std::vector<Piece>& out,
                           bool& done) {
    const bool present = value && !(part.with_colon && value->empty());
    switch (part.operation) {
        case ParameterOperator::Default:
            done = !present;
            return present || argument(part, context, out);
        case ParameterOperator::Alternative:
            done = true;
            if (present) return argument(part, context, out);
            // Of no values at all nothing is left, not even an empty field.
            return !part.quoted || part.every == '@' || (part.text == "@" && state_.dialect == Dialect::Bash) || add(out, {}, kQuoted);
        case ParameterOperator::Assign: {
            done = !present;
            if (present) return true;
            std::string assigned;
            if (!text(*part.argument, assigned)) return false;
            if (part.every != '\0' || part.indirect) return fail(fmt::format("{}: cannot assign in this way", name_of(part, place)));
            if (!is_name(part.text)) return fail(fmt::format("{}: bad variable name", part.text));
            if (part.subscript ? !assign_element(part.text, place.index, assigned, false) : !assign(part.text, assigned)) return false;
            return add(out, assigned, part.quoted ? kQuoted : kExpanded);
        }
        case ParameterOperator::Error: {
            done = false;
            if (present) return true;
            std::string message;
            if (!text(*part.argument, message)) return false;
            if (message.empty() && state_.dialect == Dialect::Ash) {
                message = part.with_colon ? "parameter not set or null" : "parameter not set";
            } else if (message.empty()) {
                message = part.with_colon ? "parameter null or not set" : "parameter not set";
            }
            return fail_for_good(fmt::format("{}: {}", name_of(part, place), message), kStatusUnset);
        }
        case ParameterOperator::None:
        case ParameterOperator::Length:
        case ParameterOperator::RemoveSmallestSuffix:
        case ParameterOperator::RemoveLargestSuffix:
        case ParameterOperator::RemoveSmallestPrefix:
        case ParameterOperator::RemoveLargestPrefix:
        case ParameterOperator::Substring:
        case ParameterOperator::ReplaceFirst:
        case ParameterOperator::ReplaceAll:
        case ParameterOperator::UpperAll:
        case ParameterOperator::LowerAll:
        case ParameterOperator::Quote:
            break;
    }
    return true;
}

bool Expander::modified(const WordPart& part, const Place& place, std::string& value) {
    using Op = ParameterOperator;
    std::string match;
    switch (part.operation) {
        case Op::None:
        case Op::Default:
        case Op::Assign:
        case Op::Error:
        case Op::Alternative:
            return true;
        case Op::Length:
            value = fmt::format("{}", display_width(value));
            return true;
        case Op::Quote:
            value = quoted_again(value);
            return true;
        case Op::UpperAll:
        case Op::LowerAll:
            for (char& c : value) {
                if (part.operation == Op::UpperAll && c >= 'a' && c <= 'z')
                    c = static_cast<char>(c - 'a' + 'A');
                if (part.operation == Op::LowerAll && c >= 'A' && c <= 'Z')
                    c = static_cast<char>(c - 'A' + 'a');
                if (part.first_only) break;
            }
            return true;
        case Op::Substring:
            return substring(part, place, value);
        case Op::ReplaceFirst:
        case Op::ReplaceAll:
            return replaced(part, value);
        case Op::RemoveSmallestSuffix:
        case Op::RemoveLargestSuffix:
        case Op::RemoveSmallestPrefix:
        case Op::RemoveLargestPrefix:
            return without_end(part, value);
    }
    return true;
}

bool Expander::too_much_matching() {
    return fail_for_good(std::string(kTooMuchMatching));
}

bool Expander::without_end(const WordPart& part, std::string& value) {
    using Op = ParameterOperator;
    std::string match;
    if (!pattern(*part.argument, match)) return false;
    const bool suffix = part.operation == Op::RemoveSmallestSuffix || part.operation == Op::RemoveLargestSuffix;
    const bool smallest = part.operation == Op::RemoveSmallestSuffix || part.operation == Op::RemoveSmallestPrefix;
    const std::int64_t left = match_work_;
    const MatchLengths found = match_lengths(match, value, suffix, match_work_);
    count_work(static_cast<std::uint64_t>((left - match_work_) / kMatchStepsPerWorkUnit) + value.size() / kCharactersPerWorkUnit);
    if (match_work_ <= 0) return too_much_matching();
    const std::optional<std::size_t> length = smallest ? found.shortest : found.longest;
    if (length) value.erase(suffix ? value.size() - *length : 0, *length);
    return true;
}

// What is wrong with a substring's bound bash tells of the parameter, but for what is wrong in a subscript.
bool Expander::bound(const WordPart& part, const Place& place, const Word& word, std::int64_t& out) {
    std::string expression;
    if (!text(word, expression)) return false;
    if (evaluate(expression, out)) return true;
    if (loss_ == Loss::Line && state_.dialect == Dialect::Bash) failure_.insert(0, fmt::format("{}{}: ", part.indirect ? "!" : "", name_of(part, place)));
    return false;
}

// subst.c, verify_substring_values: the length is not looked at where nothing begins.
bool Expander::substring(const WordPart& part, const Place& place, std::string& value) {
    const auto size = static_cast<std::int64_t>(value.size());
    const bool bash = state_.dialect == Dialect::Bash;
    std::int64_t from = 0;
    if (!bound(part, place, *part.argument, from)) return false;
    if (from < 0) from += size;
    if (bash && (from < 0 || from > size)) {
        value.clear();
        return true;
    }
    std::int64_t length = size;
    if (part.second) {
        if (!bound(part, place, *part.second, length)) return false;
        if (bash && length < 0 && size + length < from) return fail(fmt::format("{}: substring expression < 0", part.written));
        // Both lie within the text or before it here.
        if (length < 0 && from >= 0) length = std::max<std::int64_t>(size + length - std::min(from, size), 0);
    }
    if (from < 0 || from >= size) {
        value.clear();
    } else {
        value = value.substr(static_cast<std::size_t>(from),
                             static_cast<std::size_t>(std::min(length, size)));
    }
    return true;
}

bool Expander::replaced(const WordPart& part, std::string& value) {
    std::string match;
    std::string with;
    std::vector<Piece> pieces;
    if (!word(*part.argument, Context::Pattern, false, pieces) || (part.second && !text(*part.second, with))) return false;
    for (const Piece& piece : pieces) match += as_pattern(piece);
    const bool quoted = !pieces.empty() && pieces.front().marks.starts_with(kQuoted);
    // busybox's ash has replacements of bash's, but not these two places.
    const bool anchored = part.operation == ParameterOperator::ReplaceFirst && !quoted && state_.dialect == Dialect::Bash;
    const bool at_start = anchored && match.starts_with('#');
    const bool at_finish = anchored && match.starts_with('%');
    if (at_start || at_finish) match.erase(0, 1);
    if (match.empty()) {
        // In bash nothing is found at the start or the end, that is, the text put there.
        if (state_.dialect == Dialect::Bash && (at_start || at_finish)) value.insert(at_start ? 0 : value.size(), with);
        return value.size() <= kMaxExpansionBytes || fail_for_good(std::string(kTooLong));
    }
    std::string out;
    const std::string_view all(value);
    std::size_t i = 0;
    while (i < all.size()) {
        const std::int64_t left = match_work_;
        std::size_t longest = match_lengths(match, all.substr(i), false, match_work_).longest.value_or(0);
        count_work(1 + static_cast<std::uint64_t>((left - match_work_) / kMatchStepsPerWorkUnit));
        if (match_work_ <= 0) return too_much_matching();
        if (at_finish && i + longest != all.size()) longest = 0;
        if (longest == 0) {
            // A star that finds nothing from here finds nothing further on.
            if (at_start || (match.starts_with('*') && !at_finish)) break;
            out.push_back(all[i++]);
            continue;
        }
        out += with;
        i += longest;
        if (out.size() > kMaxExpansionBytes) return fail_for_good(std::string(kTooLong));
        if (part.operation == ParameterOperator::ReplaceFirst) break;
    }
    out.append(all.substr(i));
    value = std::move(out);
    return true;
}

bool Expander::text(const Word& word_in, std::string& out) {
    std::vector<Piece> pieces;
    if (!word(word_in, Context::Text, false, pieces)) return false;
    out.clear();
    for (std::size_t i = 0; i < pieces.size(); ++i) {
        if (i > 0) out.push_back(' ');
        out += plain_text(pieces[i]);
    }
    return true;
}

bool Expander::regular_expression(const Word& word_in, std::string& out) {
    std::vector<Piece> pieces;
    if (!word(word_in, Context::Pattern, false, pieces)) return false;
    out.clear();
    for (const Piece& piece : pieces) out += as_regular_expression(piece);
    return true;
}

bool Expander::pattern(const Word& word_in, std::string& out) {
    std::vector<Piece> pieces;
    if (!word(word_in, Context::Pattern, false, pieces)) return false;
    out.clear();
    for (const Piece& piece : pieces)
        out += as_pattern(piece);
    return true;
}

}  // namespace podium::shell
