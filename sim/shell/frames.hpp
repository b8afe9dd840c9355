#pragma once

// The interpreter's frames: what a shell is in the middle of, as plain data. The stack of frames is
// the shell's whole control state; a frame points into a Script that a frame below it (or the
// shell) holds. Private to this folder.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "sim/shell/ast.hpp"
#include "sim/shell/state.hpp"

namespace podium::shell {

/// The command substitutions of one expansion: the outputs so far, and the one that runs.
struct Expansion {
    std::vector<std::string> outputs;
    int status = 0;  ///< Of the last one.
    Pid child = 0;   ///< Not 0 while one runs.
    int pipe = -1;
    std::vector<int> processes;  ///< The shell's own numbers of what <( ) and >( ) have opened; closed with the frame.
    std::string text;
    std::int64_t text_bytes = 0;  ///< What it has written, kept or not.
};

/// Runs a list's items in turn.
struct SequenceFrame {
    std::shared_ptr<const Script> script;  ///< Set on the first frame of a script.
    const List* list = nullptr;
    std::size_t next = 0;
};

/// Runs the parts of `a && b || c`.
struct AndOrFrame {
    const ListItem* item = nullptr;
    std::size_t next = 0;
};

/// Turns the status round when the command above has ended.
struct NegateFrame {};

/// Waits for the processes of a pipeline.
struct PipelineFrame {
    bool negated = false;
    std::vector<Pid> pids;
    std::vector<std::optional<int>> statuses;
    int signal = 0;  ///< What ended the last process, where known.
};

/// Waits for a subshell.
struct SubshellFrame {
    Pid child = 0;
};

struct SimpleFrame {
    enum class Stage : std::uint8_t {
        Expand,  // words and redirections are being expanded
        Child,   // a program runs
        Above,   // a function, a script or a waiting builtin runs in the frames above
    };
    const Command* command = nullptr;
    Stage stage = Stage::Expand;
    Expansion expansion;
    std::vector<std::string> argv;
    Pid child = 0;
    std::optional<DescriptorMap> descriptors;  ///< To be put back.
    SavedVariables variables;                  ///< To be put back.
};

/// Redirections of a compound command.
struct RedirectFrame {
    const Command* command = nullptr;
    Expansion expansion;
    std::optional<DescriptorMap> descriptors;  ///< To be put back; set once the command runs.
};

struct IfFrame {
    const IfCommand* command = nullptr;
    std::size_t branch = 0;  ///< Whose condition runs.
};

struct LoopFrame {
    const LoopCommand* command = nullptr;
    bool in_body = false;
    bool in_step = false;  ///< What stands between two rounds runs, or what stands before the first.
    int status = 0;
};

struct ForFrame {
    const ForCommand* command = nullptr;
    Expansion expansion;
    bool ready = false;
    std::vector<std::string> values;
    std::size_t next = 0;
};

struct CaseFrame {
    const CaseCommand* command = nullptr;
    Expansion expansion;
    std::string subject;         ///< Once `ran`.
    std::size_t next = 0;        ///< The branch to look at first.
    bool ran = false;            ///< Commands of a branch that ends in ;& or ;;& have run.
    bool last_empty = false;     ///< These were none, whose status is 0.
    bool falls_through = false;  ///< The next branch's commands run, whatever its patterns.
};

struct ArithmeticFrame {
    const ArithmeticCommand* command = nullptr;
    Expansion expansion;
};

struct ConditionFrame {
    const ConditionCommand* command = nullptr;
    Expansion expansion;
};

struct FunctionFrame {
    std::shared_ptr<const Script> script;
    std::vector<std::string> parameters;  ///< The caller's.
    SavedVariables locals;
};

/// `.` of a file: first reads it, then is the place where `return` ends.
struct SourceFrame {
    int descriptor = -1;  ///< -1 once it is read.
    std::string path;
    std::string text;
    std::optional<std::vector<std::string>>
        parameters;  ///< The caller's, when arguments were given.
};

/// A trap's action; `$?` is afterwards what it was.
struct TrapFrame {
    int status = 0;
    bool of_error = false;  ///< Of ERR: it runs in the middle of things.
    bool exits = false;     ///< After it `set -e` ends the shell.
};

/// Below a pipeline after `time`: says what it took when it has ended.
struct TimeFrame {
    Time started{};
    Duration processor{};
    bool posix = false;
};

struct WaitFrame {
    std::vector<Pid> pids;  ///< The status is the last one's.
    bool all = false;       ///< `wait` alone: every job, status 0.
    bool any = false;       ///< `wait -n`
};

struct ReadFrame {
    std::vector<std::string> names;
    std::string array;                ///< -a, or what mapfile fills.
    bool maps = false;                ///< It is mapfile: takes all lines, each of them an element.
    bool strips = false;              ///< mapfile -t
    std::int64_t most_lines = 0;      ///< mapfile -n; 0: all
    std::int64_t skipped_lines = 0;   ///< mapfile -s
    IndexedArray lines;               ///< mapfile's so far
    bool raw = false;  ///< -r
    bool started = false;
    std::int64_t most = -1;  ///< -n
    char delimiter = '\n';   ///< -d
    Time deadline = kNever;  ///< -t
    int descriptor = 0;      ///< -u
    bool escaped = false;    ///< The last character was a backslash.
    std::string text;
    std::string marks;  ///< Beside `text`: 'q' where a backslash stood before.
};

struct Frame {
    bool tested = false;  ///< The status is looked at, so `set -e` does not end the shell.
    bool tail =
        false;  ///< Nothing remains to be done after it: a program may take the shell's place.
    std::variant<SequenceFrame,
                 AndOrFrame,
                 NegateFrame,
                 PipelineFrame,
                 SubshellFrame,
                 SimpleFrame,
                 RedirectFrame,
                 IfFrame,
                 LoopFrame,
                 ForFrame,
                 CaseFrame,
                 ArithmeticFrame,
                 ConditionFrame,
                 FunctionFrame,
                 SourceFrame,
                 TrapFrame,
                 TimeFrame,
                 WaitFrame,
                 ReadFrame>
        state;
};

/// The expansion that a frame is in the middle of, or null when its kind has none.
const Expansion* expansion_of(const Frame& frame);

}  // namespace podium::shell
