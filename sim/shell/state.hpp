#pragma once

// What a shell knows between two commands: variables, functions, options, traps, jobs, and which of
// the system's descriptors its own numbers stand for. Plain data, copied with the shell; a subshell
// starts with a copy. Written by the interpreter and its builtins only.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/shell/array.hpp"
#include "sim/shell/ast.hpp"
#include "sim/shell/system.hpp"

namespace podium::shell {

/// Whose sentences the shell speaks: busybox's ash (containers) or bash (terminals of hosts).
enum class Dialect : std::uint8_t { Ash, Bash };

struct Variable {
    std::string value;
    bool is_set = true;  ///< False for `export NAME` and `local NAME` without a value.
    bool exported = false;
    bool readonly = false;
    std::optional<IndexedArray> array;  ///< Set: it is bash's array, and `value` is not looked at.

    /// Its text, which for an array is that of index 0; null when there is none.
    [[nodiscard]] const std::string* text() const { return array ? array->find(0) : is_set ? &value : nullptr; }
    [[nodiscard]] std::size_t bytes() const { return array ? array->bytes() : value.size(); }
    /// Makes it an array, its text so far the one of index 0.
    IndexedArray& make_array();
};

struct ShellFunction {
    std::shared_ptr<const Script> script;  ///< Keeps `body` alive.
    const Command* body = nullptr;
    std::string source;  ///< The file it was defined in, as bash's messages name it.
};

/// Beyond all signals: what runs where a command fails that nothing looks at.
inline constexpr int kErrTrap = 1000;

struct ShellOptions {
    bool errexit = false;    ///< -e
    bool nounset = false;    ///< -u
    bool xtrace = false;     ///< -x
    bool noglob = false;     ///< -f
    bool allexport = false;  ///< -a
    bool noclobber = false;  ///< -C
    bool pipefail = false;   ///< -o pipefail
    bool errtrace = false;   ///< -E of bash
};

struct Job {
    int number = 0;
    std::vector<Pid> pids;
    std::vector<std::optional<int>> statuses;  ///< Beside `pids`; set when reaped.
    int signal = 0;                            ///< What ended the last process, where known.
    std::string text;

    [[nodiscard]] bool done() const;
    /// The last process's status. Requires done().
    [[nodiscard]] int status() const;
};

/// Variables as they were before a change, oldest first; nothing where there was none.
using SavedVariables = std::vector<std::pair<std::string, std::optional<Variable>>>;

/// The shell's descriptor number -> the system's.
using DescriptorMap = std::map<int, int>;

struct ShellState {
    Dialect dialect = Dialect::Ash;
    bool interactive = false;
    bool from_text = false;       ///< Runs the text of -c.
    std::string name = "sh";      ///< $0
    std::string message_name;     ///< What messages begin with, "sh".
    bool message_lines = false;   ///< Messages name the line: a script's do, a terminal's do not.
    int message_line_offset = 0;  ///< ash counts the lines of `-c` from 0.
    std::vector<std::string> parameters;
    std::map<std::string, Variable, std::less<>> variables;
    std::map<std::string, ShellFunction, std::less<>> functions;
    std::map<std::string, std::string, std::less<>> aliases;
    ShellOptions options;
    std::map<int, std::string> traps;  ///< 0 is EXIT, kErrTrap bash's ERR; an empty action ignores the signal.
    std::vector<Job> jobs;
    DescriptorMap descriptors{{0, 0}, {1, 1}, {2, 2}};
    int status = 0;           ///< $?
    int substitutions = 0;    ///< How many $( ), <( ) and >( ) this runs within.
    std::vector<int> statuses;  ///< $PIPESTATUS of bash, when the last command was a pipeline of several.
    Pid shell_pid = 0;        ///< $$: the same in subshells.
    Pid parent_pid = 0;       ///< $PPID
    Pid last_background = 0;  ///< $!
    Time started{};           ///< $SECONDS counts from here.
    int line = 0;             ///< $LINENO
    int function_depth = 0;   ///< Functions that run, those around a subshell included.
    std::vector<std::string> running;  ///< Their names, and "source" for each file that `.` runs, in order: $FUNCNAME backwards.
    std::vector<std::string> sources;  ///< Beside `running`: the files they stand in, $BASH_SOURCE backwards.
    bool owns_funcname = true;         ///< Until it is unset, $FUNCNAME is bash's own, to which assignments do nothing.
    bool from_file = false;            ///< Runs a script's file, $FUNCNAME's "main".
    bool subshell = false;
    std::int64_t saved_bytes = 0;  ///< Of what the locals of functions stand before.
    bool counts_memory = false;  ///< The system was told of more memory than every shell uses.
    bool broken_pipe = false;  ///< A write met a pipe that nobody reads.

    /// Whether a variable is the shell's own, to which nothing can be assigned (bash, variables.c: init_funcname_var, att_noassign).
    [[nodiscard]] bool owns(std::string_view variable) const { return owns_funcname && dialect == Dialect::Bash && variable == "FUNCNAME"; }
    /// $FUNCNAME: the functions that run, the innermost first.
    [[nodiscard]] IndexedArray function_names() const;
    [[nodiscard]] const std::string* value_of(std::string_view variable) const;
    [[nodiscard]] std::string value_or(std::string_view variable, std::string_view otherwise) const;
    /// False when the variable is read-only. One that the shell owns stays as it is.
    bool assign(std::string_view variable, std::string value);
    /// A variable's value of an index, where one that is no array has its text at 0 and a negative index counts from the
    /// end; null when there is none.
    [[nodiscard]] const std::string* element_of(std::string_view variable, std::int64_t index) const;
    /// Sets an element, which makes the variable an array. What is wrong in bash's words, or nothing.
    std::string assign_element(std::string_view variable, std::int64_t index, std::string value);
    /// Why an array can't be that large; nothing when it can.
    [[nodiscard]] static std::string too_large(std::string_view variable, std::size_t elements, std::size_t bytes);
    /// What an index means for a variable, that is what a negative one counts to; less than 0 or more than
    /// kHighestArrayIndex when it means nothing.
    [[nodiscard]] std::int64_t index_in(std::string_view variable, std::int64_t index) const;
    /// The exported variables as "NAME=value", by name.
    [[nodiscard]] std::vector<std::string> environment() const;
    /// How much memory the variables take, those that locals stand before included.
    [[nodiscard]] std::int64_t bytes_of_variables() const;
    /// Tells the system of an array that was of `before` bytes and is of `after`, when that is a good deal more.
    void count_array(System& system, std::size_t before, std::size_t after);
    /// All descriptors, for a child.
    [[nodiscard]] std::vector<Inherit> inherited() const;
    /// Writes a line of its own on descriptor 2.
    void tell(System& system, const std::string& line_text);
    /// A usage line as `builtin` prints it: bash's with nothing before it.
    void complain_of_usage(System& system, std::string_view builtin, std::string_view usage);
    [[nodiscard]] Job* find_job(Pid pid);
    /// The letters of $-.
    [[nodiscard]] std::string option_letters() const;
    /// What `set -x` writes of a command.
    void trace(System& system, std::string_view command);

    /// Writes to one of the shell's descriptors for the builtin `who`; says on its own error stream
    /// what went wrong (but for a broken pipe, which only sets the flag).
    bool write(System& system, int descriptor, std::string_view text, std::string_view who);
    /// What bash keeps as the file of a function that is defined now (execute_cmd.c, execute_intern_function; variables.c).
    [[nodiscard]] std::string current_source() const;
    /// What messages begin with: in bash the file that the command stands in (error.c, get_name_for_error).
    [[nodiscard]] const std::string& message_source() const;
    /// "sh: text" or "bash: text" and a newline, on descriptor 2.
    void complain(System& system, std::string_view text);
    /// The same, naming the builtin: "sh: cd: line 0: text", "bash: cd: text".
    void complain_for(System& system, std::string_view builtin, std::string_view text);
    /// The same for what busybox's shell shares with its programs (test, kill, printf): "sh: text".
    void complain_as_program(System& system, std::string_view builtin, std::string_view text);
};

/// How much memory saved variables take.
std::int64_t bytes_of(const SavedVariables& saved);
/// Puts back what was saved, the latest change first.
void restore_variables(ShellState& state, const SavedVariables& saved);

}  // namespace podium::shell
