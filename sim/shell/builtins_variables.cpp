// Builtins on variables, options and positional parameters.

#include <algorithm>
#include <fmt/format.h>

#include "sim/base/text.hpp"
#include "sim/shell/builtins.hpp"
#include "sim/shell/characters.hpp"
#include "sim/shell/expand.hpp"
#include "sim/shell/quoting.hpp"

namespace podium::shell {
namespace {

bool is_ash(const BuiltinCall& call) {
    return call.state.dialect == Dialect::Ash;
}

Outcome bad_name(const BuiltinCall& call, std::string_view text) {
    if (is_ash(call)) return call.refuse(fmt::format("{}: bad variable name", text), 2);
    return call.refuse(fmt::format("`{}': not a valid identifier", text), 1);
}

Outcome read_only(const BuiltinCall& call, std::string_view name, bool unset = false) {
    if (is_ash(call)) return call.refuse(fmt::format("{}: is read only", name), 2);
    if (unset) return call.refuse(fmt::format("{}: cannot unset: readonly variable", name), 1);
    call.state.complain(call.system, fmt::format("{}: readonly variable", name));
    return Outcome::failed(1);
}

/// "NAME" or "NAME=value" of export and readonly.
struct Named {
    std::string name;
    std::optional<std::string> value;
};

Named parse_named(std::string_view argument) {
    const std::size_t equals = argument.find('=');
    if (equals == std::string_view::npos) return {std::string(argument), std::nullopt};
    return {std::string(argument.substr(0, equals)), std::string(argument.substr(equals + 1))};
}

Outcome list_marked(const BuiltinCall& call, bool Variable::*mark, std::string_view letter) {
    std::string out;
    for (const auto& [name, variable] : call.state.variables) {
        if (!(variable.*mark)) continue;
        out += is_ash(call) ? fmt::format("{} {}", call.argv.front(), name)
                            : fmt::format("declare -{}{} {}", variable.array ? "a" : "", letter, name);
        if (variable.array) {
            out += "=" + variable.array->shown();
        } else if (variable.is_set) {
            const bool ash = is_ash(call);
            const std::string shown = ash ? quote(variable.value) : double_quoted(variable.value);
            out += "=" + (ash && shown.front() != '\'' ? "'" + shown + "'" : shown);
        }
        out.push_back('\n');
    }
    return call.print(out);
}

Outcome mark_variables(const BuiltinCall& call, bool Variable::*mark, std::string_view letter) {
    std::size_t first = 1;
    bool unmark = false;
    for (; first < call.argv.size() && call.argv[first].starts_with("-"); ++first) {
        const std::string& option = call.argv[first];
        if (option == "-p" || (option == "-a" && call.argv.front() == "readonly" && !is_ash(call))) continue;
        if (option == "--") {
            ++first;
            break;
        }
        if (option == "-n" && call.argv.front() == "export") {
            unmark = true;
            continue;
        }
        if (is_ash(call)) return call.refuse(fmt::format("illegal option {}", option), 2);
        return call.refuse(fmt::format("{}: invalid option", option), 2);
    }
    if (first >= call.argv.size()) return list_marked(call, mark, letter);
    for (; first < call.argv.size(); ++first) {
        Named named = parse_named(call.argv[first]);
        if (!is_name(named.name))
            return bad_name(call, is_ash(call) ? named.name : call.argv[first]);
        // bash tells of the assignment as of one of its own.
        if (named.value && call.state.options.xtrace && !is_ash(call)) call.state.trace(call.system, fmt::format("{}={}", named.name, quote(*named.value)));
        if (named.value && !call.state.assign(named.name, std::move(*named.value)))
            return read_only(call, named.name);
        if (call.state.owns(named.name)) continue;
        const bool fresh = !call.state.variables.contains(named.name);
        Variable& variable = call.state.variables[named.name];
        if (fresh) variable.is_set = false;
        variable.*mark = !unmark;
    }
    return Outcome::done(0);
}

/// Sets one option letter; false when there is none such.
bool set_letter(ShellOptions& options, char letter, bool on) {
    switch (letter) {
        case 'a':
            options.allexport = on;
            return true;
        case 'e':
            options.errexit = on;
            return true;
        case 'f':
            options.noglob = on;
            return true;
        case 'u':
            options.nounset = on;
            return true;
        case 'x':
            options.xtrace = on;
            return true;
        case 'C':
            options.noclobber = on;
            return true;
        case 'E':
            options.errtrace = on;
            return true;
        default:
            return false;
    }
}

struct NamedOption {
    std::string_view name;
    bool ShellOptions::*flag;
};

constexpr std::string_view kErrtrace = "errtrace";  // bash alone has it.

constexpr NamedOption kNamedOptions[] = {
    {"allexport", &ShellOptions::allexport},
    {"errexit", &ShellOptions::errexit},
    {"errtrace", &ShellOptions::errtrace},
    {"noclobber", &ShellOptions::noclobber},
    {"noglob", &ShellOptions::noglob},
    {"nounset", &ShellOptions::nounset},
    {"pipefail", &ShellOptions::pipefail},
    {"xtrace", &ShellOptions::xtrace},
};

}  // namespace

Outcome list_variables(const BuiltinCall& call) {
    std::string out;
    for (const auto& [name, variable] : call.state.variables) {
        if (!variable.is_set) continue;
        if (variable.array) {
            out += fmt::format("{}={}\n", name, variable.array->shown());
            continue;
        }
        std::string shown = quote(variable.value);
        if (is_ash(call) && shown.front() != '\'') shown = "'" + shown + "'";
        if (!is_ash(call) && variable.value.empty()) shown.clear();
        out += fmt::format("{}={}\n", name, shown);
    }
    return call.print(out);
}

namespace {

Outcome list_options(const BuiltinCall& call) {
    std::string out;
    for (const NamedOption& option : kNamedOptions) {
        if (is_ash(call) && option.name == kErrtrace) continue;
        out += fmt::format(
            "{:<15}\t{}\n", option.name, call.state.options.*option.flag ? "on" : "off");
    }
    return call.print(out);
}

Outcome illegal_option(const BuiltinCall& call, std::string_view option) {
    static constexpr std::string_view kKnownLetters = "bhkmnpstvBHPT";
    if (option.size() == 2 && kKnownLetters.find(option[1]) != std::string_view::npos) {
        return call.refuse(fmt::format("Podium's shell does not model the option {}", option), 2);
    }
    if (is_ash(call)) return call.refuse(fmt::format("illegal option {}", option), 2);
    return call.refuse(fmt::format("{}: invalid option", option), 2);
}

}  // namespace

bool set_shell_option(ShellOptions& options, std::string_view name_or_letter, bool on) {
    if (name_or_letter.size() == 1) return set_letter(options, name_or_letter.front(), on);
    for (const NamedOption& option : kNamedOptions) {
        if (option.name != name_or_letter) continue;
        options.*option.flag = on;
        return true;
    }
    return false;
}

Outcome builtin_export(const BuiltinCall& call) {
    return mark_variables(call, &Variable::exported, "x");
}

Outcome builtin_readonly(const BuiltinCall& call) {
    return mark_variables(call, &Variable::readonly, "r");
}

namespace {

/// What comes of an expansion that failed.
Outcome failed_expansion(const Expander& expander) {
    Outcome out;
    out.kind = Outcome::Kind::GiveUp;
    out.text = expander.failure();
    return out;
}

/// `unset 'name[subscript]'`; false with the outcome of an error.
bool unset_element(const BuiltinCall& call, const ElementName& element, Outcome& failed) {
    const auto found = call.state.variables.find(element.name);
    if (found == call.state.variables.end()) return true;
    Variable& variable = found->second;
    const bool all = element.subscript == "@" || element.subscript == "*";
    const std::vector<std::string> none;
    Expander expander(call.state, call.system, none);
    std::int64_t index = 0;
    if (variable.readonly) {
        failed = read_only(call, element.name, true);
    } else if (all && variable.array) {
        variable.array->clear();
        return true;
    } else if (!all && !expander.subscript(element.subscript, index)) {
        failed = failed_expansion(expander);
    } else if (!variable.array && (all || index != 0)) {
        failed = call.refuse(fmt::format("{}: not an array variable", element.name), 1);
    } else if (!variable.array) {
        call.state.variables.erase(found);
        return true;
    } else if (const std::int64_t at = call.state.index_in(element.name, index); at < 0) {
        failed = call.refuse(fmt::format("[{}]: bad array subscript", index), 1);
    } else {
        variable.array->erase(at);
        return true;
    }
    return false;
}

}  // namespace

bool is_place(const ShellState& state, const std::string& word) { return is_name(word) || (state.dialect == Dialect::Bash && split_element(word)); }

std::optional<Outcome> assign_place(ShellState& state, System& system, const std::string& place, std::string value) {
    const auto complain = [&](const std::string& sentence) {
        state.complain(system, sentence);
        return Outcome::failed(1);
    };
    if (state.owns(place.substr(0, place.find('[')))) return Outcome::failed(1);
    if (is_name(place)) {
        if (state.assign(place, std::move(value))) return std::nullopt;
        return complain(fmt::format("{}: {}", place, state.dialect == Dialect::Ash ? "is read only" : "readonly variable"));
    }
    const ElementName element = split_element(place).value_or(ElementName{});
    if (element.subscript == "@" || element.subscript == "*") return complain(fmt::format("{}: bad array subscript", place));
    const std::vector<std::string> none;
    Expander expander(state, system, none);
    std::int64_t index = 0;
    if (!expander.subscript(element.subscript, index)) return failed_expansion(expander);
    const auto bytes = [&] {
        const auto found = state.variables.find(element.name);
        return found == state.variables.end() ? 0 : found->second.bytes();
    };
    const std::size_t before = bytes();
    const std::string problem = state.assign_element(element.name, index, std::move(value));
    if (!problem.empty()) return complain(problem);
    state.count_array(system, before, bytes());
    return std::nullopt;
}

Outcome builtin_unset(const BuiltinCall& call) {
    bool functions = false;
    bool variables = false;
    std::size_t first = 1;
    for (; first < call.argv.size() && call.argv[first].starts_with("-"); ++first) {
        if (call.argv[first] == "-f") {
            functions = true;
        } else if (call.argv[first] == "-v") {
            variables = true;
        } else {
            return illegal_option(call, call.argv[first]);
        }
    }
    for (; first < call.argv.size(); ++first) {
        const std::string& name = call.argv[first];
        if (const auto element = split_element(name); element && !functions && !is_ash(call)) {
            Outcome failed = Outcome::done();
            if (!unset_element(call, *element, failed)) return failed;
            continue;
        }
        const auto found = call.state.variables.find(name);
        if (!functions && call.state.owns(name)) {
            call.state.owns_funcname = false;
        } else if (!functions && found != call.state.variables.end()) {
            if (found->second.readonly) return read_only(call, name, true);
            call.state.variables.erase(found);
        } else if (!variables) {
            const auto function = call.state.functions.find(name);
            if (function != call.state.functions.end() && (functions || !is_ash(call))) {
                call.state.functions.erase(function);
            }
        }
    }
    return Outcome::done(0);
}

Outcome builtin_local(const BuiltinCall& call) {
    if (!is_ash(call)) return builtin_declare(call);
    if (!call.shell.in_function()) {
        Outcome out = call.refuse("not in a function", 2);
        if (!call.state.interactive) out.kind = Outcome::Kind::Exit;
        return out;
    }
    for (std::size_t i = 1; i < call.argv.size(); ++i) {
        if (call.argv[i].starts_with("-")) {
            return call.refuse(
                fmt::format("Podium's shell does not model the option {}", call.argv[i]), 2);
        }
        Named named = parse_named(call.argv[i]);
        if (!is_name(named.name)) return bad_name(call, named.name);
        call.shell.make_local(named.name);
        Variable& variable = call.state.variables[named.name];
        if (named.value) {
            if (!call.state.assign(named.name, std::move(*named.value)))
                return read_only(call, named.name);
        } else {
            variable.value.clear();
            variable.is_set = false;
        }
    }
    return Outcome::done(0);
}

Outcome builtin_set(const BuiltinCall& call) {
    if (call.argv.size() == 1) return list_variables(call);
    std::size_t i = 1;
    bool parameters = false;
    for (; i < call.argv.size(); ++i) {
        const std::string& word = call.argv[i];
        if (word == "--") {
            parameters = true;
            ++i;
            break;
        }
        if (word == "-") {
            call.state.options.xtrace = false;
            ++i;
            break;
        }
        if (word.size() < 2 || (word.front() != '-' && word.front() != '+')) break;
        const bool on = word.front() == '-';
        for (const char letter : word.substr(1)) {
            if (letter == 'o') {
                if (i + 1 >= call.argv.size()) return list_options(call);
                const std::string& name = call.argv[++i];
                if (name.size() > 1 && !(is_ash(call) && name == kErrtrace) && set_shell_option(call.state.options, name, on)) continue;
                if (is_ash(call))
                    return call.refuse(fmt::format("illegal option {}o {}", word.front(), name), 1);
                return call.refuse(fmt::format("{}: invalid option name", name), 2);
            }
            if ((letter == 'E' && is_ash(call)) || !set_letter(call.state.options, letter, on)) {
                return illegal_option(call, fmt::format("{}{}", word.front(), letter));
            }
        }
    }
    if (parameters || i < call.argv.size()) {
        call.state.parameters.assign(
            call.argv.begin() + static_cast<std::ptrdiff_t>(std::min(i, call.argv.size())),
            call.argv.end());
    }
    return Outcome::done(0);
}

Outcome builtin_shift(const BuiltinCall& call) {
    std::int64_t count = 1;
    if (call.argv.size() > 1 && (!parse_integer(call.argv[1], count) || count < 0)) {
        if (is_ash(call)) return call.refuse(fmt::format("Illegal number: {}", call.argv[1]), 2);
        return call.refuse(fmt::format("{}: numeric argument required", call.argv[1]), 1);
    }
    auto& parameters = call.state.parameters;
    if (count > static_cast<std::int64_t>(parameters.size())) {
        // busybox shifts nothing and says nothing; so does bash, with another status.
        return Outcome::done(1);
    }
    parameters.erase(parameters.begin(), parameters.begin() + count);
    return Outcome::done(0);
}

Outcome builtin_let(const BuiltinCall& call) {
    if (call.argv.size() < 2) return call.refuse("expression expected", 1);
    const std::vector<std::string> none;
    Expander expander(call.state, call.system, none);
    std::int64_t last = 0;
    for (std::size_t i = 1; i < call.argv.size(); ++i) {
        if (expander.evaluate(call.argv[i], last)) continue;
        return expander.loss() == Loss::Line ? call.refuse(expander.failure(), 1) : failed_expansion(expander);
    }
    return Outcome::done(last != 0 ? 0 : 1);
}

namespace {

/// What getopts says of a wrong option, or of one without its argument.
void complain_option(const BuiltinCall& call, char letter, bool known) {
    if (is_ash(call)) {
        call.state.write(call.system,
                         2,
                         known ? fmt::format("No arg for -{} option\n", letter)
                               : fmt::format("Illegal option -{}\n", letter),
                         "getopts");
    } else {
        call.state.write(call.system,
                         2,
                         fmt::format("{}: {} -- {}\n",
                                     call.state.name,
                                     known ? "option requires an argument" : "illegal option",
                                     letter),
                         "getopts");
    }
}

}  // namespace

Outcome builtin_getopts(const BuiltinCall& call) {
    if (call.argv.size() < 3) return call.refuse("usage: getopts optstring var [arg]", 2);
    const std::string& letters = call.argv[1];
    const std::string& name = call.argv[2];
    const std::vector<std::string> given(call.argv.begin() + 3, call.argv.end());
    const std::vector<std::string>& words = call.argv.size() > 3 ? given : call.state.parameters;
    std::int64_t index = 1;
    parse_integer(call.state.value_or("OPTIND", "1"), index);
    if (index < 1) index = 1;
    // Where in a word of several letters it stands is kept beside OPTIND, which is all a script
    // sees.
    std::int64_t within = 1;
    parse_integer(call.state.value_or("_OPTPOSITION", "1"), within);
    const auto word_at = [&](std::int64_t i) -> const std::string* {
        return i >= 1 && i <= static_cast<std::int64_t>(words.size())
                   ? &words[static_cast<std::size_t>(i - 1)]
                   : nullptr;
    };
    const std::string* word = word_at(index);
    if (word == nullptr || word->size() < 2 || word->front() != '-' || *word == "--") {
        if (word != nullptr && *word == "--") ++index;
        call.state.assign("OPTIND", fmt::format("{}", index));
        call.state.assign(name, "?");
        call.state.variables.erase("_OPTPOSITION");
        return Outcome::done(1);
    }
    if (within >= static_cast<std::int64_t>(word->size())) within = 1;
    const char letter = (*word)[static_cast<std::size_t>(within++)];
    const std::size_t at = letter == ':' ? std::string::npos : letters.find(letter);
    std::string result(1, letter);
    const bool silent = letters.starts_with(":");
    call.state.variables.erase("OPTARG");
    const bool word_done = within >= static_cast<std::int64_t>(word->size());
    if (at == std::string::npos) {
        result = "?";
        if (silent) {
            call.state.assign("OPTARG", std::string(1, letter));
        } else {
            complain_option(call, letter, false);
        }
    } else if (at + 1 < letters.size() && letters[at + 1] == ':') {
        if (!word_done) {
            call.state.assign("OPTARG", word->substr(static_cast<std::size_t>(within)));
        } else if (const std::string* value = word_at(++index)) {
            call.state.assign("OPTARG", *value);
        } else {
            --index;
            result = silent ? ":" : "?";
            if (silent) {
                call.state.assign("OPTARG", std::string(1, letter));
            } else {
                complain_option(call, letter, true);
            }
        }
        within = static_cast<std::int64_t>(word->size());
    }
    if (within >= static_cast<std::int64_t>(word->size())) {
        ++index;
        call.state.variables.erase("_OPTPOSITION");
    } else {
        call.state.assign("_OPTPOSITION", fmt::format("{}", within));
    }
    call.state.assign("OPTIND", fmt::format("{}", index));
    call.state.assign(name, result);
    return Outcome::done(0);
}

Outcome builtin_read(const BuiltinCall& call) {
    Outcome out;
    out.kind = Outcome::Kind::Read;
    ReadFrame& read = out.read;
    std::string prompt;
    std::size_t i = 1;
    for (; i < call.argv.size() && call.argv[i].size() > 1 && call.argv[i].front() == '-'; ++i) {
        const std::string& word = call.argv[i];
        if (word == "--") {
            ++i;
            break;
        }
        for (std::size_t k = 1; k < word.size(); ++k) {
            const char letter = word[k];
            if (letter == 'r') {
                read.raw = true;
                continue;
            }
            if (letter == 'a' && is_ash(call)) return call.refuse("Podium's shell has arrays in bash only, as sh has none", 2);
            if (std::string_view("pntdua").find(letter) == std::string_view::npos) {
                return call.refuse(
                    fmt::format("Podium's shell does not model the option -{}", letter), 2);
            }
            std::string value = word.substr(k + 1);
            if (value.empty() && i + 1 < call.argv.size()) value = call.argv[++i];
            std::int64_t number = 0;
            const bool is_number = parse_integer(value, number) && number >= 0;
            if (letter == 'p') {
                prompt = value;
            } else if (letter == 'a') {
                if (!is_name(value)) return bad_name(call, value);
                read.array = value;
            } else if (letter == 'd') {
                read.delimiter = value.empty() ? '\0' : value.front();
            } else if (letter == 't') {
                const auto time = parse_duration(value + "s");
                if (!time)
                    return call.refuse(fmt::format("{}: invalid timeout specification", value), 1);
                read.deadline = call.system.now() + *time;
            } else if (!is_number) {
                return call.refuse(fmt::format("{}: invalid number", value), 2);
            } else if (letter == 'n') {
                read.most = number;
            } else {
                read.descriptor = static_cast<int>(std::min<std::int64_t>(number, 1000));
            }
            break;
        }
    }
    for (; i < call.argv.size(); ++i) {
        if (!is_place(call.state, call.argv[i])) return bad_name(call, call.argv[i]);
        read.names.push_back(call.argv[i]);
    }
    const auto input = call.state.descriptors.find(read.descriptor);
    if (!prompt.empty() && input != call.state.descriptors.end() &&
        call.system.is_terminal(input->second)) {
        call.state.write(call.system, 2, prompt, "read");
    }
    return out;
}

}  // namespace podium::shell
