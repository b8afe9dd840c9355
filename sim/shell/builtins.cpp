#include "sim/shell/builtins.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "sim/shell/characters.hpp"

namespace podium::shell {
namespace {

constexpr bool kSpecial = true;
constexpr bool kBashOnly = true;

// Sorted by name.
constexpr std::array<Builtin, 50> kBuiltins{{
    {".", builtin_dot, kSpecial},
    {":", builtin_colon, kSpecial},
    {"[", builtin_test},
    {"alias", builtin_alias},
    {"bg", builtin_not_modelled},
    {"break", builtin_break, kSpecial},
    {"cd", builtin_cd},
    {"command", builtin_command},
    {"continue", builtin_continue, kSpecial},
    {"declare", builtin_declare, false, kBashOnly},
    {"dirs", builtin_not_modelled, false, kBashOnly},
    {"disown", builtin_not_modelled, false, kBashOnly},
    {"echo", builtin_echo},
    {"eval", builtin_eval, kSpecial},
    {"exec", builtin_exec, kSpecial},
    {"exit", builtin_exit, kSpecial},
    {"export", builtin_export, kSpecial},
    {"false", builtin_false},
    {"fg", builtin_not_modelled},
    {"getopts", builtin_getopts},
    {"hash", builtin_not_modelled},
    {"jobs", builtin_jobs},
    {"kill", builtin_kill},
    {"let", builtin_let},
    {"local", builtin_local},
    {"logout", builtin_exit, false, kBashOnly},
    {"mapfile", builtin_mapfile, false, kBashOnly},
    {"popd", builtin_not_modelled, false, kBashOnly},
    {"printf", builtin_printf},
    {"pushd", builtin_not_modelled, false, kBashOnly},
    {"pwd", builtin_pwd},
    {"read", builtin_read},
    {"readarray", builtin_mapfile, false, kBashOnly},
    {"readonly", builtin_readonly, kSpecial},
    {"return", builtin_return, kSpecial},
    {"set", builtin_set, kSpecial},
    {"shift", builtin_shift, kSpecial},
    {"shopt", builtin_not_modelled, false, kBashOnly},
    {"source", builtin_dot},
    {"test", builtin_test},
    {"times", builtin_not_modelled, kSpecial},
    {"trap", builtin_trap, kSpecial},
    {"true", builtin_colon},
    {"type", builtin_type},
    {"typeset", builtin_declare, false, kBashOnly},
    {"ulimit", builtin_ulimit},
    {"umask", builtin_not_modelled},
    {"unalias", builtin_unalias},
    {"unset", builtin_unset, kSpecial},
    {"wait", builtin_wait},
}};

}  // namespace

const Builtin* find_builtin(std::string_view name, Dialect dialect) {
    const auto found = std::lower_bound(
        kBuiltins.begin(),
        kBuiltins.end(),
        name,
        [](const Builtin& builtin, std::string_view wanted) { return builtin.name < wanted; });
    if (found == kBuiltins.end() || found->name != name) return nullptr;
    return found->bash_only && dialect != Dialect::Bash ? nullptr : &*found;
}

std::vector<std::string> builtin_names(Dialect dialect) {
    std::vector<std::string> out;
    for (const Builtin& builtin : kBuiltins) {
        if (!builtin.bash_only || dialect == Dialect::Bash) out.emplace_back(builtin.name);
    }
    return out;
}

bool is_keyword(std::string_view word, Dialect dialect) {
    if (word == "time" && dialect == Dialect::Ash) return false;  // a program of busybox
    if (word == "[[" || word == "]]" || word == "function" || word == "select" || word == "coproc") return dialect == Dialect::Bash;
    static constexpr std::array<std::string_view, 17> kKeywords{"!",
                                                                "{",
                                                                "}",
                                                                "case",
                                                                "do",
                                                                "done",
                                                                "elif",
                                                                "else",
                                                                "esac",
                                                                "fi",
                                                                "for",
                                                                "if",
                                                                "in",
                                                                "then",
                                                                "time",
                                                                "until",
                                                                "while"};
    return std::find(kKeywords.begin(), kKeywords.end(), word) != kKeywords.end();
}

Outcome BuiltinCall::print(std::string_view text, int status) const {
    const bool well = state.write(system, 1, text, argv.front());
    return Outcome::done(well ? status : 1);
}

Outcome BuiltinCall::refuse(std::string_view sentence, int status) const {
    state.complain_for(system, argv.front(), sentence);
    return Outcome::failed(status);
}

Outcome builtin_not_modelled(const BuiltinCall& call) {
    call.state.complain(
        call.system,
        fmt::format("{}: Podium's shell does not model this builtin", call.argv.front()));
    return Outcome::failed(1);
}

}  // namespace podium::shell
