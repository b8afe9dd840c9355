#pragma once

// The shell's builtins. A builtin does what it can at once and returns an Outcome; what takes
// simulated time, or changes what the interpreter is in the middle of, the interpreter does when it
// reads the outcome. Private to this folder.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/shell/frames.hpp"
#include "sim/shell/shell_program.hpp"
#include "sim/shell/state.hpp"
#include "sim/shell/system.hpp"

namespace podium::shell {

struct Outcome {
    enum class Kind : std::uint8_t {
        Done,      ///< With `status`.
        Failed,    ///< An error; in a special builtin it ends a script's shell.
        Exit,      ///< With `status`.
        Return,    ///< From a function or a script, with `status`.
        Break,     ///< Leave `count` loops.
        Continue,  ///< Leave `count - 1` loops and go on with the next.
        Evaluate,  ///< Run `text` here.
        Source,    ///< Run the file arguments[0] here.
        Command,   ///< Run `arguments`, functions apart.
        Program,   ///< Run `arguments`, builtins and functions apart.
        Abandon,   ///< End the script, or a terminal's line.
        GiveUp,    ///< The line that the shell has read, for the reason `text`; see Loss::Top.
        Replace,   ///< Become the program `arguments`; with none, keep the redirections.
        Wait,      ///< For `wait`.
        Read,      ///< As `read` says.
        Yield,     ///< Done, after a little processor time.
    };
    Kind kind = Kind::Done;
    int status = 0;
    int count = 0;
    std::string text;
    std::vector<std::string> arguments;
    WaitFrame wait;
    ReadFrame read;

    static Outcome done(int status = 0) { return {Kind::Done, status, 0, {}, {}, {}, {}}; }

    static Outcome failed(int status) { return {Kind::Failed, status, 0, {}, {}, {}, {}}; }
};

struct BuiltinCall {
    ShellProgram& shell;
    ShellState& state;
    System& system;
    const std::vector<std::string>& argv;

    /// Writes to the builtin's standard output; the outcome for a builtin that has nothing else to
    /// say.
    [[nodiscard]] Outcome print(std::string_view text, int status = 0) const;
    /// Says the sentence with the builtin's name, and fails with the status.
    [[nodiscard]] Outcome refuse(std::string_view sentence, int status) const;
};

using BuiltinFunction = Outcome (*)(const BuiltinCall&);

struct Builtin {
    std::string_view name;
    BuiltinFunction function;
    bool special =
        false;  ///< POSIX's special ones: found before functions; their errors end a script.
    bool bash_only = false;
};

/// The builtin of that name, or null.
const Builtin* find_builtin(std::string_view name, Dialect dialect);
/// Their names, sorted.
std::vector<std::string> builtin_names(Dialect dialect);
/// Sets an option by its letter or its long name; false when there is none such.
bool set_shell_option(ShellOptions& options, std::string_view name_or_letter, bool on);
/// Whether a word is "name" or, in bash, "name[subscript]".
bool is_place(const ShellState& state, const std::string& word);
/// Assigns to such a word; where that can't be done the outcome, what is wrong being said.
std::optional<Outcome> assign_place(ShellState& state, System& system, const std::string& place, std::string value);

/// What `test -LETTER path` asks of a file: a, e, f, d, s, r, w, x, O, G; false for any other letter.
bool file_is(System& system, char letter, const std::string& path);
/// `left OPERATION right` for -nt, -ot and -ef.
bool files_are(System& system, std::string_view operation, const std::string& left, const std::string& right);
/// Whether the words are the shell's grammar ("if", "done").
bool is_keyword(std::string_view word, Dialect dialect);

// builtins_alias.cpp
Outcome builtin_alias(const BuiltinCall& call);
Outcome builtin_unalias(const BuiltinCall& call);
/// An alias as `alias` shows it, a line.
std::string alias_line(std::string_view name, std::string_view value);

// builtins_arrays.cpp
Outcome builtin_declare(const BuiltinCall& call);
Outcome builtin_mapfile(const BuiltinCall& call);

// builtins_flow.cpp
Outcome builtin_colon(const BuiltinCall& call);
Outcome builtin_false(const BuiltinCall& call);
Outcome builtin_break(const BuiltinCall& call);
Outcome builtin_continue(const BuiltinCall& call);
Outcome builtin_exit(const BuiltinCall& call);
Outcome builtin_return(const BuiltinCall& call);
Outcome builtin_eval(const BuiltinCall& call);
Outcome builtin_dot(const BuiltinCall& call);
Outcome builtin_exec(const BuiltinCall& call);
Outcome builtin_command(const BuiltinCall& call);
Outcome builtin_type(const BuiltinCall& call);
Outcome builtin_not_modelled(const BuiltinCall& call);

// builtins_variables.cpp
Outcome builtin_export(const BuiltinCall& call);
Outcome builtin_readonly(const BuiltinCall& call);
Outcome builtin_unset(const BuiltinCall& call);
Outcome builtin_local(const BuiltinCall& call);
Outcome builtin_set(const BuiltinCall& call);
/// All variables as `set` lists them.
Outcome list_variables(const BuiltinCall& call);
Outcome builtin_shift(const BuiltinCall& call);
Outcome builtin_getopts(const BuiltinCall& call);
Outcome builtin_let(const BuiltinCall& call);
Outcome builtin_read(const BuiltinCall& call);

// builtins_output.cpp
Outcome builtin_echo(const BuiltinCall& call);
Outcome builtin_cd(const BuiltinCall& call);
Outcome builtin_pwd(const BuiltinCall& call);

// builtins_process.cpp
Outcome builtin_kill(const BuiltinCall& call);
Outcome builtin_trap(const BuiltinCall& call);
Outcome builtin_wait(const BuiltinCall& call);
Outcome builtin_jobs(const BuiltinCall& call);

// ulimit.cpp
Outcome builtin_ulimit(const BuiltinCall& call);

// printf.cpp
Outcome builtin_printf(const BuiltinCall& call);

// test.cpp
Outcome builtin_test(const BuiltinCall& call);

}  // namespace podium::shell
