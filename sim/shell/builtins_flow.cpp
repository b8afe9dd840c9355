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

/// What `command -v`, `command -V` and `type` say of a name; false when there is no such command.
bool describe(const BuiltinCall& call, const std::string& name, bool verbose, std::string& out) {
    const bool ash = call.state.dialect == Dialect::Ash;
    std::string kind;
    if (is_keyword(name, call.state.dialect)) {
        kind = "a shell keyword";
    } else if (const auto alias = call.state.aliases.find(name); alias != call.state.aliases.end()) {
        out += verbose ? fmt::format("{} is aliased to `{}'\n", name, alias->second) : alias_line(name, alias->second);
        return true;
    } else if (call.state.functions.contains(name)) {
        kind = "a function";
    } else if (const Builtin* builtin = find_builtin(name, call.state.dialect)) {
        kind = ash && builtin->special ? "a special shell builtin" : "a shell builtin";
    }
    if (!kind.empty()) {
        out += verbose ? fmt::format("{} is {}\n", name, kind) : name + "\n";
        return true;
    }
    // The system does not say where a program lies, so its name stands for its path.
    const Errno found = call.system.find_program(name);
    if (found == Errno::None || found == Errno::NotModelled) {
        const bool path = name.find('/') != std::string::npos;
        const std::string where = path ? name : "/usr/bin/" + name;
        out += verbose ? fmt::format("{} is {}\n", name, where) : where + "\n";
        return true;
    }
    return false;
}

}  // namespace

Outcome builtin_command(const BuiltinCall& call) {
    std::size_t first = 1;
    char mode = '\0';
    while (first < call.argv.size() && call.argv[first].size() > 1 &&
           call.argv[first].front() == '-') {
        const std::string& option = call.argv[first++];
        if (option == "--") break;
        if (option == "-p") continue;
        if (option != "-v" && option != "-V")
            return call.refuse(fmt::format("illegal option {}", option), 2);
        mode = option[1];
    }
    if (first >= call.argv.size()) return Outcome::done(0);
    if (mode == '\0') {
        Outcome out;
        out.kind = Outcome::Kind::Command;
        out.arguments.assign(call.argv.begin() + static_cast<std::ptrdiff_t>(first),
                             call.argv.end());
        return out;
    }
    int status = 0;
    std::string text;
    for (; first < call.argv.size(); ++first) {
        if (describe(call, call.argv[first], mode == 'V', text)) continue;
        status = call.state.dialect == Dialect::Ash ? 127 : 1;
        if (mode != 'V') continue;
        static_cast<void>(call.print(std::exchange(text, {})));
        call.state.complain_for(
            call.system, "command", fmt::format("{}: not found", call.argv[first]));
    }
    return call.print(text, status);
}

Outcome builtin_type(const BuiltinCall& call) {
    int status = 0;
    std::string text;
    for (std::size_t i = 1; i < call.argv.size(); ++i) {
        if (describe(call, call.argv[i], true, text)) continue;
        if (call.state.dialect == Dialect::Ash) {
            text += fmt::format("{}: not found\n", call.argv[i]);
            status = 127;
        } else {
            static_cast<void>(call.print(std::exchange(text, {})));
            call.state.complain_for(
                call.system, "type", fmt::format("{}: not found", call.argv[i]));
            status = 1;
        }
    }
    return call.print(text, status);
}

}  // namespace podium::shell
