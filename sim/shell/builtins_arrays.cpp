// bash's declare, typeset, local and mapfile, as far as indexed arrays and plain variables go.

#include <fmt/format.h>

#include "sim/base/text.hpp"
#include "sim/shell/builtins.hpp"
#include "sim/shell/characters.hpp"
#include "sim/shell/quoting.hpp"

namespace podium::shell {
namespace {

struct Marks {
    bool array = false;     // -a
    bool exported = false;  // -x
    bool readonly = false;  // -r
    bool prints = false;    // -p
    bool global = false;    // -g
};

/// Reads the options up to `first`; false with the outcome of one that is refused.
bool read_marks(const BuiltinCall& call, std::size_t& first, Marks& marks, Outcome& refused) {
    for (; first < call.argv.size(); ++first) {
        const std::string& word = call.argv[first];
        if (word == "--") {
            ++first;
            break;
        }
        if (word.size() < 2 || (word.front() != '-' && word.front() != '+')) break;
        for (const char letter : word.substr(1)) {
            if (letter == 'A') {
                refused = call.refuse("Podium's shell has no associative arrays; use case, or two arrays with the same indices", 2);
                return false;
            }
            const bool known = word.front() == '-' && std::string_view("axrpg").find(letter) != std::string_view::npos;
            if (!known) {
                refused = call.refuse(fmt::format("Podium's shell does not model the option {}{}", word.front(), letter), 2);
                return false;
            }
            marks.array = marks.array || letter == 'a';
            marks.exported = marks.exported || letter == 'x';
            marks.readonly = marks.readonly || letter == 'r';
            marks.prints = marks.prints || letter == 'p';
            marks.global = marks.global || letter == 'g';
        }
    }
    return true;
}

std::string declaration(std::string_view name, const Variable& variable) {
    std::string letters = variable.array ? "a" : "";
    if (variable.readonly) letters += 'r';
    if (variable.exported) letters += 'x';
    std::string out = fmt::format("declare -{} {}", letters.empty() ? "-" : letters, name);
    if (variable.array) {
        out += "=" + variable.array->shown();
    } else if (variable.is_set) {
        out += "=" + double_quoted(variable.value);
    }
    return out + "\n";
}

/// Of the variables named from `first` on, or of all that have the marks; of `local`, of the function's own.
Outcome print_declarations(const BuiltinCall& call, std::size_t first, const Marks& marks) {
    std::string text;
    int status = 0;
    if (first == call.argv.size()) {
        const bool local = call.argv.front() == "local";
        for (const auto& [name, variable] : call.state.variables) {
            const bool marked = (!marks.array || variable.array) && (!marks.exported || variable.exported) && (!marks.readonly || variable.readonly);
            if (local ? call.shell.is_local(name) : marked) text += declaration(name, variable);
        }
    }
    for (; first < call.argv.size(); ++first) {
        const auto found = call.state.variables.find(call.argv[first]);
        if (call.state.owns(call.argv[first])) {
            const IndexedArray names = call.state.function_names();
            text += fmt::format("declare -a {}{}{}\n", call.argv[first], names.elements().empty() ? "" : "=", names.elements().empty() ? "" : names.shown());
            continue;
        }
        if (found != call.state.variables.end()) {
            text += declaration(found->first, found->second);
            continue;
        }
        call.state.complain_for(call.system, call.argv.front(), fmt::format("{}: not found", call.argv[first]));
        status = 1;
    }
    return call.print(text, status);
}

/// Reads the options of the word `i`, and moves on to the last word they take; false with the outcome of one that is refused.
bool mapfile_options(const BuiltinCall& call, std::size_t& i, ReadFrame& read, Outcome& refused) {
    const std::string& word = call.argv[i];
    for (std::size_t k = 1; k < word.size(); ++k) {
        const char letter = word[k];
        if (letter == 't') {
            read.strips = true;
            continue;
        }
        if (std::string_view("dnsu").find(letter) == std::string_view::npos) {
            refused = call.refuse(fmt::format("Podium's shell does not model the option -{}", letter), 2);
            return false;
        }
        std::string value = word.substr(k + 1);
        if (value.empty() && i + 1 < call.argv.size()) value = call.argv[++i];
        std::int64_t number = 0;
        if (letter == 'd') {
            read.delimiter = value.empty() ? '\0' : value.front();
        } else if (!parse_integer(value, number) || number < 0 || number > INT32_MAX) {
            refused = call.refuse(fmt::format("{}: invalid {}", value, letter == 'u' ? "file descriptor specification" : "line count"), 1);
            return false;
        } else if (letter == 'n') {
            read.most_lines = number;
        } else if (letter == 's') {
            read.skipped_lines = number;
        } else {
            read.descriptor = static_cast<int>(number);
        }
        return true;
    }
    return true;
}

}  // namespace

Outcome builtin_declare(const BuiltinCall& call) {
    if (call.argv.front() == "local" && !call.shell.in_function()) return call.refuse("can only be used in a function", 1);
    std::size_t first = 1;
    Marks marks;
    Outcome refused;
    if (!read_marks(call, first, marks, refused)) return refused;
    const bool bare = first == call.argv.size() && call.argv.front() != "local" && !marks.array && !marks.exported && !marks.readonly && !marks.prints;
    if (bare) return list_variables(call);
    if (marks.prints || first == call.argv.size()) return print_declarations(call, first, marks);
    int status = 0;
    for (; first < call.argv.size(); ++first) {
        const std::string& word = call.argv[first];
        const std::size_t equals = word.find('=');
        const bool append = equals != std::string::npos && equals > 0 && word[equals - 1] == '+';
        const std::string name = word.substr(0, append ? equals - 1 : equals);
        if (!is_name(name)) {
            call.state.complain_for(call.system, call.argv.front(), fmt::format("`{}': not a valid identifier", word));
            status = 1;
            continue;
        }
        const auto readonly = call.state.variables.find(name);
        if (equals != std::string::npos && readonly != call.state.variables.end() && readonly->second.readonly) {
            call.state.complain_for(call.system, call.argv.front(), fmt::format("{}: readonly variable", name));
            status = 1;
            continue;
        }
        if (call.state.owns(name)) {
            const bool would_be_local = !marks.global && call.shell.in_function();
            if (would_be_local) call.state.complain_for(call.system, call.argv.front(), fmt::format("{}: variable may not be assigned value", name));
            if (would_be_local || equals != std::string::npos) status = 1;
            continue;
        }
        const bool local = !marks.global && call.shell.in_function() && !call.shell.is_local(name);
        const bool fresh = local || !call.state.variables.contains(name);
        if (local) call.shell.make_local(name);
        Variable& variable = call.state.variables[name];
        if (fresh) {
            variable.value.clear();
            variable.array.reset();
            variable.is_set = false;
        }
        if (equals != std::string::npos) {
            std::string value = word.substr(equals + 1);
            if (append) value.insert(0, call.state.value_or(name, ""));
            static_cast<void>(call.state.assign(name, std::move(value)));
        }
        if (marks.array) variable.make_array();
        variable.exported = variable.exported || marks.exported;
        variable.readonly = variable.readonly || marks.readonly;
    }
    return Outcome::done(status);
}

Outcome builtin_mapfile(const BuiltinCall& call) {
    Outcome out;
    out.kind = Outcome::Kind::Read;
    ReadFrame& read = out.read;
    read.maps = true;
    read.raw = true;
    read.array = "MAPFILE";
    std::size_t i = 1;
    for (; i < call.argv.size() && call.argv[i].size() > 1 && call.argv[i].front() == '-'; ++i) {
        const std::string& word = call.argv[i];
        if (word == "--") {
            ++i;
            break;
        }
        Outcome refused;
        if (!mapfile_options(call, i, read, refused)) return refused;
    }
    if (i < call.argv.size()) read.array = call.argv[i];
    if (!is_name(read.array)) return call.refuse(fmt::format("`{}': not a valid identifier", read.array), 1);
    return out;
}

}  // namespace podium::shell
