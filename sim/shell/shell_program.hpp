#pragma once

// ShellProgram: the shell as a program of a simulated process. It interprets a syntax tree with an
// explicit stack of frames, so that a copy of it made between any two steps goes on exactly as the
// original does. One thread; every change to it comes from step() and, for a terminal's shell,
// submit().

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/shell/ast.hpp"
#include "sim/shell/frames.hpp"
#include "sim/shell/parse.hpp"
#include "sim/shell/state.hpp"
#include "sim/shell/system.hpp"

namespace podium::shell {

/// Commands a shell runs at one instant before it uses processor time.
inline constexpr int kOperationsPerSlice = 200;
/// The processor time that many commands take.
inline constexpr Duration kSliceTime = milliseconds(1);
/// A shell that has worked for this many slices without a pause is taken to loop for ever: each
/// slice is then a longer time, so that simulating it costs less.
inline constexpr int kManySlices = 2'000;
inline constexpr Duration kLongSliceTime = milliseconds(10);
/// The time `kill` takes, within which its signal arrives.
inline constexpr Duration kKillTime = microseconds(20);
/// Frames of one shell: calls within calls, loops within loops.
inline constexpr std::size_t kMaxFrames = 2'000;
/// Bytes of one command typed or read from standard input, without its here-documents; with them kMaxScriptBytes.
inline constexpr std::size_t kMaxCommandBytes = 65'536;

/// How a shell is set up.
struct ShellSettings {
    Dialect dialect = Dialect::Ash;
    std::string name = "sh";               ///< $0, and what its messages begin with.
    std::vector<std::string> parameters;   ///< $1 and on.
    std::vector<std::string> environment;  ///< "NAME=value".
    ShellOptions options;
};

struct Outcome;
class Expander;
enum class Loss : std::uint8_t;

class ShellProgram final : public Program {
  public:
    /// Runs a text as `sh -c` does, then exits.
    static std::unique_ptr<ShellProgram> for_text(ShellSettings settings, std::string text);
    /// Runs a file, which is read at the first step, then exits. `$0` is the path.
    static std::unique_ptr<ShellProgram> for_file(ShellSettings settings, std::string path);
    /// Runs the commands that come on standard input, then exits.
    static std::unique_ptr<ShellProgram> for_input(ShellSettings settings);
    /// A terminal's shell: runs the lines it is given by submit().
    static std::unique_ptr<ShellProgram> for_terminal(ShellSettings settings);
    /// Says one sentence on its error stream and exits: a shell called wrongly.
    static std::unique_ptr<ShellProgram> for_refusal(ShellSettings settings,
                                                     std::string sentence,
                                                     int status);

    [[nodiscard]] std::unique_ptr<Program> clone() const override;
    Step step(System& system) override;

    /// Gives a terminal's shell a line (or several) to run; step it afterwards. Requires idle().
    void submit(std::string line);
    /// Gives up the line that runs, as an interrupt does when its program ends of that; here whatever the program ends of.
    /// The next step does so, or the end of the program.
    void drop_line() { dropped_ = interrupted_ = !frames_.empty(); }
    /// True when a terminal's shell waits for a line.
    [[nodiscard]] bool idle() const;

    /// True when the last line submitted lacks its end ("if true; then"): the next is added to it.
    [[nodiscard]] bool wants_more() const { return !partial_.empty(); }

    /// What it shows while it waits for a line; empty when it does not wait or shows none.
    [[nodiscard]] std::string shown_prompt() const;

    /// The status of the last command.
    [[nodiscard]] int last_status() const { return state_.status; }

    /// True once the shell has ended.
    [[nodiscard]] bool exited() const { return exited_; }

    /// The shell's variables, functions and so on, for a prompt or for completion.
    [[nodiscard]] const ShellState& state() const { return state_; }

    [[nodiscard]] ShellState& state() { return state_; }

    // For builtins.
    /// Makes a variable local to the running function; false when none runs.
    bool make_local(const std::string& name);
    /// Whether it is local to the running function already.
    [[nodiscard]] bool is_local(const std::string& name) const;
    [[nodiscard]] bool in_function() const;
    [[nodiscard]] bool in_loop() const;
    /// Whether `return` has something to return from.
    [[nodiscard]] bool can_return() const;
    /// The status that `exit` and `return` without a number give.
    [[nodiscard]] int exit_status_now() const;
    /// Takes what has ended of the background jobs.
    void reap_jobs(System& system);

  private:
    enum class Source : std::uint8_t { Nothing, Text, File, Input, Terminal, Refusal };
    enum class Progress : std::uint8_t { Continue, Block, Exec, Yield };

    explicit ShellProgram(ShellSettings settings);

    // The step and its sources.
    void begin(System& system);
    bool refill(System& system);
    bool refill_from_file(System& system);
    bool refill_from_input(System& system);
    void show_prompt(System& system);
    bool run_commands(std::string_view text, bool whole, bool tail);
    bool take_line(std::string_view line);
    void forget_partial();
    /// `input` is what bash calls the text: "eval", a file's path; nothing for what the shell itself has read.
    void syntax_error(System& system, const SyntaxError& error, std::string_view input = {});
    void take_signals(System& system);
    [[nodiscard]] bool at_boundary() const;
    /// Whether a trap is run where it stands: in the middle of a `read`.
    [[nodiscard]] bool reads_through_traps() const;
    /// Whether a child's end by INT ends the line that was typed.
    [[nodiscard]] bool abandons_line(int status) const;
    [[nodiscard]] bool interruptible() const;
    void run_trap(System& system);
    /// `in_place`: bash's trap of EXIT runs within the function that exits.
    void begin_exit(System& system, int status, bool in_place = false);
    [[nodiscard]] std::size_t exiting_depth() const;
    void unwind(System& system);
    void abandon_line(System& system);
    void notify_jobs(System& system);
    Step ended(System& system);

    // Frames.
    Progress advance(System& system);
    void push(bool tested, bool tail, decltype(Frame::state) state);
    void pop(System& system);
    Progress finish(System& system, int status);
    Progress finish_checked(System& system, int status);
    [[nodiscard]] const std::shared_ptr<const Script>& current_script() const;
    void push_list(const List& list, bool tested, bool tail);
    void push_item(System& system, const ListItem& item, bool tested, bool tail);
    void push_pipeline(System& system, const Pipeline& pipeline, bool tested, bool tail);
    void push_command(const Command& command, bool tested, bool tail);
    void push_body(System& system, const Command& command, bool tested, bool tail);
    void start_background(System& system, const ListItem& item);
    bool start_stages(System& system,
                      const Pipeline& pipeline,
                      bool tested,
                      bool background,
                      std::vector<Pid>& pids);
    std::unique_ptr<ShellProgram> child_for();
    Progress fatal(System& system, std::string_view sentence, int bash_status = 1);
    Progress give_up_line(System& system, std::string_view sentence, Loss loss);

    Progress advance_sequence(System& system);
    Progress advance_and_or(System& system);
    Progress advance_pipeline(System& system);
    Progress advance_subshell(System& system);
    bool begin_time(System& system, const Pipeline& pipeline, bool tested);
    Progress advance_time(System& system);
    Progress advance_redirect(System& system);
    Progress advance_if(System& system);
    Progress advance_loop(System& system);
    Progress advance_for(System& system);
    Progress advance_case(System& system);
    bool begin_error_trap(System& system, int status);
    Progress run_branch(System& system, std::size_t index);
    Progress advance_arithmetic(System& system);
    Progress advance_condition(System& system);
    Progress advance_source(System& system);
    Progress advance_wait(System& system);
    Progress advance_read(System& system);
    Progress advance_simple(System& system);

    // Simple commands.
    Progress expand_simple(System& system);
    Progress dispatch(System& system, const std::vector<std::string>& argv);
    Progress call_function(System& system,
                           const ShellFunction& function,
                           const std::vector<std::string>& argv);
    Progress run_program(System& system, const std::vector<std::string>& argv);
    Progress apply(System& system,
                   Outcome outcome,
                   const std::vector<std::string>& argv,
                   bool special);
    Progress replace_by(System& system, const std::vector<std::string>& argv);
    Progress program_failed(System& system, const std::string& name, Errno error);
    Progress leave_loops(System& system, int count, bool next_round);
    Progress leave_function(System& system, int status);
    /// Runs a text that bash calls `input` in its messages.
    Progress evaluate(System& system, const std::string& text, std::string_view input, int first_line = 1);
    Progress open_source(System& system, const std::vector<std::string>& argv);
    void trace(System& system, const std::vector<std::string>& words);
    void restore_simple(System& system);

    // Expansion and redirection.
    bool settle(System& system, Expansion& expansion);
    bool start_substitution(System& system, Expansion& expansion, const List& list);
    Progress start_process(System& system, Expansion& expansion, const List& list, char direction);
    void close_processes(System& system, const Expansion& expansion);
    /// Says how a signal ended a child, as shells do but for INT and PIPE.
    void tell_signal(System& system, Pid child, int signal, const std::string& text);
    Progress expansion_stopped(System& system, Expansion& expansion, Expander& expander);
    [[nodiscard]] int own_descriptor(std::string_view path) const;
    bool redirect(System& system, const Command& command, const std::vector<std::string>& targets);
    bool redirect_one(System& system, const Redirection& redirection, const std::string& target);
    bool open_target(System& system,
                     const std::string& target,
                     Redirection::Kind kind,
                     int& descriptor);
    bool duplicate_target(System& system,
                          const Redirection& redirection,
                          const std::string& target);
    bool set_descriptor(System& system, int ours, int systems);
    void close_unused(System& system, int systems);
    void put_back(System& system, const DescriptorMap& before);
    std::optional<Outcome> read_done(System& system);
    bool keep_line(System& system);
    bool fill_array(System& system, const std::string& name, IndexedArray values);

    ShellState state_;
    std::vector<Frame> frames_;
    std::shared_ptr<const Script> script_;  // of frames that hold none below them
    std::optional<SyntaxError> later_error_;
    Source source_ = Source::Nothing;
    std::string text_;           // -c text, path, or what was read and not yet run
    std::string partial_;        // lines that are not yet a command
    std::optional<OpenDocument> document_;  // which partial_ ends inside of
    std::size_t document_bytes_ = 0;        // of partial_, in here-documents
    int descriptor_ = -1;        // of the script file
    std::uint64_t pending_ = 0;  // caught signals, bit n - 1 for signal n
    int operations_ = 0;
    int busy_slices_ = 0;  // since the shell last waited
    Time slice_{-1};
    Time deadline_ = kNever;  // of a waiting builtin
    bool begun_ = false;
    bool input_ended_ = false;
    bool prompts_ = false;   // commands come from a terminal, which sees a prompt before each line
    bool prompted_ = false;  // and has seen it for the line to come
    bool line_running_ = false;
    bool interrupted_ = false;
    bool dropped_ = false;  ///< The line is given up with the program that runs, however that ends.
    bool exiting_ = false;
    bool exited_ = false;
    int exit_status_ = 0;
    int first_line_ = 1;       // number of the next line of the script, for messages
    std::vector<Pid> substitutes_;  ///< What runs in <( ) and >( ), and has not been reaped.
    std::string reset_traps_;  // signals (as bytes) to set back to their default at the first step
};

/// The shell for a command line: `sh -c SCRIPT [NAME ARGUMENT...]`, `sh [-eux] FILE [ARGUMENT...]`,
/// `sh -l`, or plain `sh`, which reads commands from standard input. A wrong option gives a program
/// that says so and exits with 2. argv[0] is the name in messages.
std::unique_ptr<Program> make_shell(const std::vector<std::string>& argv,
                                    const std::vector<std::string>& environment,
                                    Dialect dialect);

}  // namespace podium::shell
