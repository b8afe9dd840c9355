// echo, cd, pwd.

#include <fmt/format.h>

#include "sim/shell/builtins.hpp"
#include "sim/shell/escapes.hpp"

namespace podium::shell {

Outcome builtin_echo(const BuiltinCall& call) {
    bool newline = true;
    bool escapes = false;
    std::size_t first = 1;
    for (; first < call.argv.size(); ++first) {
        const std::string& option = call.argv[first];
        if (option.size() < 2 || option.front() != '-' ||
            option.find_first_not_of("neE", 1) != std::string::npos)
            break;
        for (const char letter : option.substr(1)) {
            if (letter == 'n') newline = false;
            if (letter == 'e') escapes = true;
            if (letter == 'E') escapes = false;
        }
    }
    std::string text;
    for (std::size_t i = first; i < call.argv.size(); ++i) {
        if (i > first) text.push_back(' ');
        if (!escapes) {
            text += call.argv[i];
        } else if (!add_unescaped(call.argv[i], EscapeStyle::Echo, call.state, text)) {
            newline = false;  // \c ends all output
            break;
        }
    }
    if (newline) text.push_back('\n');
    return call.print(text);
}

Outcome builtin_pwd(const BuiltinCall& call) {
    return call.print(call.system.working_directory() + "\n");
}

Outcome builtin_cd(const BuiltinCall& call) {
    std::size_t first = 1;
    while (first < call.argv.size() &&
           (call.argv[first] == "-P" || call.argv[first] == "-L" || call.argv[first] == "--")) {
        ++first;
    }
    if (call.state.dialect == Dialect::Bash && call.argv.size() > first + 1)
        return call.refuse("too many arguments", 1);
    std::string target = first < call.argv.size() ? call.argv[first] : std::string();
    bool show = false;
    if (first >= call.argv.size()) {
        const std::string* home = call.state.value_of("HOME");
        if (home == nullptr) {
            if (call.state.dialect == Dialect::Bash) return call.refuse("HOME not set", 1);
            return Outcome::done(0);
        }
        target = *home;
    } else if (target == "-") {
        const std::string* old = call.state.value_of("OLDPWD");
        if (old == nullptr && call.state.dialect == Dialect::Bash)
            return call.refuse("OLDPWD not set", 1);
        target = old != nullptr ? *old : call.system.working_directory();
        show = true;
    }
    if (target.empty()) return Outcome::done(0);
    const std::string before = call.system.working_directory();
    const Errno error = call.system.change_directory(target);
    if (error != Errno::None) {
        if (call.state.dialect == Dialect::Bash)
            return call.refuse(fmt::format("{}: {}", target, errno_text(error)), 1);
        return call.refuse(fmt::format("can't cd to {}: {}", target, errno_text(error)), 2);
    }
    const std::string now = call.system.working_directory();
    call.state.assign("OLDPWD", before);
    call.state.assign("PWD", now);
    return show ? call.print(now + "\n") : Outcome::done(0);
}

}  // namespace podium::shell
