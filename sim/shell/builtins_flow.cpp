// Builtins that steer: exit, return, loops, eval, exec, command.

#include <algorithm>
#include <fmt/format.h>
#include <utility>

#include "sim/base/text.hpp"
#include "sim/shell/builtins.hpp"

namespace podium::shell {
namespace {

constexpr int kDeepest = 1'000'000;

/// The status a builtin was given as its argument; false when it is no number.
bool status_argument(const BuiltinCall& call, int otherwise, int& status) {
    status = otherwise;
    if (call.argv.size() < 2) return true;
    std::int64_t number = 0;
    const bool negative = call.argv[1].starts_with("-");
    if (!parse_integer(call.argv[1], number) || (negative && call.state.dialect == Dialect::Ash))
        return false;
    status = static_cast<int>(static_cast<std::uint64_t>(number) & 0xFFU);
    return true;
}

Outcome bad_number(const BuiltinCall& call) {
    const std::string& text = call.argv[1];
    return call.refuse(call.state.dialect == Dialect::Ash
                           ? fmt::format("Illegal number: {}", text)
                           : fmt::format("{}: numeric argument required", text),
                       2);
}

Outcome loop_control(const BuiltinCall& call, Outcome::Kind kind) {
    const bool bash = call.state.dialect == Dialect::Bash;
    std::int64_t count = 1;
    const bool number = call.argv.size() < 2 || parse_integer(call.argv[1], count);
    if (!bash && (!number || count < 1)) return bad_number(call);
    if (bash && call.shell.in_loop() && (!number || call.argv.size() > 2)) {
        // break_builtin() of bash 5.2: no number, or too many words, ends the line or the script.
        Outcome wrong = number ? call.refuse("too many arguments", 1) : bad_number(call);
        wrong.kind = Outcome::Kind::Abandon;
        if (!number) wrong.status = 128;
        return wrong;
    }
    if (bash && call.shell.in_loop() && count < 1) {
        Outcome all = call.refuse(fmt::format("{}: loop count out of range", call.argv[1]), 1);
        all.kind = Outcome::Kind::Break;
        all.count = kDeepest;
        return all;
    }
    if (!call.shell.in_loop()) {
        if (bash) {
            call.state.complain_for(
                call.system, call.argv[0], "only meaningful in a `for', `while', or `until' loop");
        }
        return Outcome::done(0);
    }
    Outcome out;
    out.kind = kind;
    out.count = static_cast<int>(std::min<std::int64_t>(count, kDeepest));
    return out;
}

}  // namespace

Outcome builtin_colon(const BuiltinCall&) {
    return Outcome::done(0);
}

Outcome builtin_false(const BuiltinCall&) {
    return Outcome::done(1);
}

Outcome builtin_break(const BuiltinCall& call) {
    return loop_control(call, Outcome::Kind::Break);
}

Outcome builtin_continue(const BuiltinCall& call) {
    return loop_control(call, Outcome::Kind::Continue);
}

Outcome builtin_exit(const BuiltinCall& call) {
    Outcome out;
    out.kind = Outcome::Kind::Exit;
    if (!status_argument(call, call.shell.exit_status_now(), out.status)) {
        Outcome wrong = bad_number(call);
        if (call.state.dialect == Dialect::Ash) return wrong;
        out.status = 2;
    }
    return out;
}

Outcome builtin_return(const BuiltinCall& call) {
    Outcome out;
    out.kind = Outcome::Kind::Return;
    if (!status_argument(call, call.shell.exit_status_now(), out.status)) return bad_number(call);
    if (call.state.dialect == Dialect::Bash && !call.shell.can_return()) {
        return call.refuse("can only `return' from a function or sourced script", 2);
    }
    return out;
}

Outcome builtin_eval(const BuiltinCall& call) {
    Outcome out;
    out.kind = Outcome::Kind::Evaluate;
    for (std::size_t i = 1; i < call.argv.size(); ++i)
        out.text += (i > 1 ? " " : "") + call.argv[i];
    return out;
}

Outcome builtin_dot(const BuiltinCall& call) {
    if (call.argv.size() < 2) return call.refuse("filename argument required", 2);
    Outcome out;
    out.kind = Outcome::Kind::Source;
    out.arguments.assign(call.argv.begin() + 1, call.argv.end());
    return out;
}

Outcome builtin_exec(const BuiltinCall& call) {
    Outcome out;
    out.kind = Outcome::Kind::Replace;
    auto first = call.argv.begin() + 1;
    if (first != call.argv.end() && *first == "--") ++first;
    if (first != call.argv.end() && first->size() > 1 && first->front() == '-') {
        return call.refuse(fmt::format("Podium's shell does not model the option {}", *first), 2);
    }
    out.arguments.assign(first, call.argv.end());
    return out;
}

namespace {

/// What a name stands for where a command begins.
struct Meaning {
    enum class Kind : std::uint8_t { Alias, Keyword, Function, Builtin, File };
    Kind kind;
    std::string shown;     ///< As `command -v` shows it, without a newline.
    std::string sentence;  ///< As `type` says it.
};

/// All it stands for, in the order in which a shell looks.
std::vector<Meaning> meanings(const BuiltinCall& call, const std::string& name) {
    using Kind = Meaning::Kind;
    const bool ash = call.state.dialect == Dialect::Ash;
    std::vector<Meaning> out;
    // An alias that nothing is put in for is none.
    const auto alias = call.state.aliases.find(name);
    if (alias != call.state.aliases.end() && call.state.interactive) {
        std::string shown = alias_line(name, alias->second);
        shown.pop_back();
        out.push_back({Kind::Alias, std::move(shown), fmt::format("{} is aliased to `{}'", name, alias->second)});
    }
    if (is_keyword(name, call.state.dialect)) out.push_back({Kind::Keyword, name, fmt::format("{} is a shell keyword", name)});
    if (call.state.functions.contains(name)) out.push_back({Kind::Function, name, fmt::format("{} is a function", name)});
    if (const Builtin* builtin = find_builtin(name, call.state.dialect)) {
        out.push_back({Kind::Builtin, name, fmt::format("{} is a {}shell builtin", name, ash && builtin->special ? "special " : "")});
    }
    // The system does not say where a program lies, so its name stands for its path.
    const Errno found = call.system.find_program(name);
    if (found == Errno::None || found == Errno::NotModelled) {
        const std::string where = name.find('/') != std::string::npos ? name : "/usr/bin/" + name;
        out.push_back({Kind::File, where, fmt::format("{} is {}", name, where)});
    }
    return out;
}

std::string_view kind_word(Meaning::Kind kind) {
    switch (kind) {
        case Meaning::Kind::Alias: return "alias";
        case Meaning::Kind::Keyword: return "keyword";
        case Meaning::Kind::Function: return "function";
        case Meaning::Kind::Builtin: return "builtin";
        case Meaning::Kind::File: return "file";
    }
    return {};
}

Outcome wrong_option(const BuiltinCall& call, std::string_view option, std::string_view usage) {
    if (call.state.dialect == Dialect::Ash) return call.refuse(fmt::format("illegal option {}", option), 2);
    Outcome out = call.refuse(fmt::format("{}: invalid option", option), 2);
    call.state.complain_of_usage(call.system, call.argv.front(), fmt::format("usage: {}", usage));
    return out;
}

}  // namespace

Outcome builtin_command(const BuiltinCall& call) {
    const bool ash = call.state.dialect == Dialect::Ash;
    std::size_t first = 1;
    char mode = '\0';
    for (; first < call.argv.size() && call.argv[first].size() > 1 && call.argv[first].front() == '-'; ++first) {
        const std::string& option = call.argv[first];
        if (option == "--") {
            ++first;
            break;
        }
        for (const char letter : option.substr(1)) {
            if (letter != 'p' && letter != 'v' && letter != 'V') return wrong_option(call, fmt::format("-{}", letter), "command [-pVv] command [arg ...]");
            if (letter != 'p') mode = letter;
        }
    }
    if (first >= call.argv.size()) return Outcome::done(0);
    if (mode == '\0') {
        Outcome out;
        out.kind = Outcome::Kind::Command;
        out.arguments.assign(call.argv.begin() + static_cast<std::ptrdiff_t>(first), call.argv.end());
        return out;
    }
    bool any = false;
    std::string text;
    for (; first < call.argv.size(); ++first) {
        const std::string& name = call.argv[first];
        const std::vector<Meaning> found = meanings(call, name);
        any = any || !found.empty();
        if (!found.empty()) {
            text += (mode == 'V' ? found.front().sentence : found.front().shown) + "\n";
        } else if (mode == 'V' && ash) {
            text += fmt::format("{}: not found\n", name);
        } else if (mode == 'V') {
            static_cast<void>(call.print(std::exchange(text, {})));
            call.state.complain_for(call.system, "command", fmt::format("{}: not found", name));
        }
        if (ash) break;  // which looks at one name only
    }
    return call.print(text, any ? 0 : ash ? 127 : 1);
}

// bash: its options; ash says of any option what `command -v` says.
Outcome builtin_type(const BuiltinCall& call) {
    const bool ash = call.state.dialect == Dialect::Ash;
    std::size_t first = 1;
    std::string letters;
    for (; first < call.argv.size() && call.argv[first].size() > 1 && call.argv[first].front() == '-'; ++first) {
        if (ash && !letters.empty()) break;
        if (!ash && call.argv[first] == "--") {
            ++first;
            break;
        }
        const std::string given = call.argv[first].substr(1);
        const std::size_t wrong = given.find_first_not_of("afptP");
        if (!ash && wrong != std::string::npos) return wrong_option(call, fmt::format("-{}", given[wrong]), "type [-afptP] name [name ...]");
        letters += given;
    }
    const auto has = [&](char letter) { return letters.find(letter) != std::string::npos; };
    int status = 0;
    std::string text;
    for (; first < call.argv.size(); ++first) {
        const std::string& name = call.argv[first];
        std::vector<Meaning> found = meanings(call, name);
        if (!ash && (has('P') || has('f'))) {
            std::erase_if(found, [&](const Meaning& each) { return has('P') ? each.kind != Meaning::Kind::File : each.kind == Meaning::Kind::Function; });
        }
        for (const Meaning& each : found) {
            const bool file = each.kind == Meaning::Kind::File;
            if (ash && !letters.empty()) {
                text += each.shown + "\n";
            } else if (!ash && has('t')) {
                text += fmt::format("{}\n", kind_word(each.kind));
            } else if (ash || (!has('p') && !has('P'))) {
                text += each.sentence + "\n";
            } else if (file) {
                text += each.shown + "\n";
            }
            if (ash || !has('a')) break;
        }
        if (!found.empty()) continue;
        status = ash ? 127 : 1;
        if (ash && letters.empty()) {
            text += fmt::format("{}: not found\n", name);
        } else if (!ash && !has('t') && !has('p') && !has('P')) {
            static_cast<void>(call.print(std::exchange(text, {})));
            call.state.complain_for(call.system, "type", fmt::format("{}: not found", name));
        }
    }
    return call.print(text, status);
}

}  // namespace podium::shell
