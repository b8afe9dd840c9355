// alias and unalias, as bash has them. Only a terminal's shell puts aliases in (bash without `shopt -s expand_aliases`).

#include <string>

#include <fmt/format.h>

#include "sim/shell/builtins.hpp"
#include "sim/shell/quoting.hpp"

namespace podium::shell {
namespace {

// bash, general.c: legal_alias_name.
bool is_alias_name(std::string_view name) { return !name.empty() && name.find_first_of(" \t\n;&|()<>/$`\"'\\") == std::string_view::npos; }

}  // namespace

std::string alias_line(std::string_view name, std::string_view value) {
    return fmt::format("alias {}={}\n", name, single_quoted(value));
}

Outcome builtin_alias(const BuiltinCall& call) {
    if (call.state.dialect == Dialect::Ash) return builtin_not_modelled(call);
    std::size_t first = 1;
    while (first < call.argv.size() && (call.argv[first] == "-p" || call.argv[first] == "--")) ++first;
    if (first < call.argv.size() && call.argv[first].size() > 1 && call.argv[first].front() == '-') return call.refuse(fmt::format("{}: invalid option\nalias: usage: alias [-p] [name[=value] ... ]", call.argv[first].substr(0, 2)), 2);
    std::string text;
    if (first == call.argv.size() || (first > 1 && call.argv[first - 1] == "-p")) {
        for (const auto& [name, value] : call.state.aliases) text += alias_line(name, value);
    }
    int status = 0;
    for (; first < call.argv.size(); ++first) {
        const std::string& word = call.argv[first];
        const auto equals = word.find('=', 1);
        const std::string name = word.substr(0, equals);
        if (equals != std::string::npos) {
            if (is_alias_name(name)) {
                call.state.aliases[name] = word.substr(equals + 1);
                continue;
            }
            call.state.complain_for(call.system, "alias", fmt::format("`{}': invalid alias name", name));
            status = 1;
            continue;
        }
        const auto found = call.state.aliases.find(name);
        if (found != call.state.aliases.end()) {
            text += alias_line(name, found->second);
            continue;
        }
        call.state.complain_for(call.system, "alias", fmt::format("{}: not found", name));
        status = 1;
    }
    return call.print(text, status);
}

Outcome builtin_unalias(const BuiltinCall& call) {
    if (call.state.dialect == Dialect::Ash) return builtin_not_modelled(call);
    if (call.argv.size() > 1 && call.argv[1] == "-a") {
        call.state.aliases.clear();
        return Outcome::done(0);
    }
    if (call.argv.size() < 2) {
        call.state.write(call.system, 2, "unalias: usage: unalias [-a] name [name ...]\n", "");
        return Outcome::done(2);
    }
    if (call.argv[1].size() > 1 && call.argv[1].front() == '-') return call.refuse(fmt::format("{}: invalid option\nunalias: usage: unalias [-a] name [name ...]", call.argv[1].substr(0, 2)), 2);
    int status = 0;
    for (std::size_t i = 1; i < call.argv.size(); ++i) {
        if (call.state.aliases.erase(call.argv[i]) > 0) continue;
        call.state.complain_for(call.system, "unalias", fmt::format("{}: not found", call.argv[i]));
        status = 1;
    }
    return Outcome::done(status);
}

}  // namespace podium::shell
