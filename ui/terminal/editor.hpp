#pragma once

// The line a person types at a prompt: edited with a shell's keys (libedit), completed with Tab,
// kept in a history that outlives the program. While it waits for a key the caller's `idle` is
// called, so that simulated time passes meanwhile and what appears is shown above the line. One at
// a time, from the thread that made it; it owns the terminal's modes while read() runs and gives
// them back after.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace podium::terminal {

/// What may stand where the cursor is.
struct Completion {
    std::size_t typed = 0;  ///< Bytes before the cursor that all candidates begin with.
    std::vector<std::string> candidates;  ///< Sorted.
};

struct EditorHooks {
    /// The prompt as it is now; asked for again at every redraw, so it may change while one types.
    std::function<std::string()> prompt;
    /// Called about 20 times a second while no key comes; what it returns is shown above the line.
    std::function<std::string()> idle;
    /// What may stand at the end of the text before the cursor.
    std::function<Completion(const std::string&)> complete;
    /// Ctrl-C was pressed since the last call: what is typed is given up.
    std::function<bool()> interrupted;
    /// The program is to end (its terminal went away): read() then returns at once.
    std::function<bool()> leave;
};

/// What became of a line.
struct TypedLine {
    enum class Kind {
        Line,         ///< A line, without its newline.
        Interrupted,  ///< Ctrl-C: what was typed is given up.
        End,          ///< Ctrl-D on an empty line, or the terminal went away.
    };
    Kind kind = Kind::End;
    std::string text;
};

class Editor {
  public:
    /// Reads the history from a file (a missing one is an empty history) and writes it back after
    /// every line; an empty path keeps it in memory.
    Editor(std::string history_path, EditorHooks hooks);
    ~Editor();
    Editor(const Editor&) = delete;
    Editor& operator=(const Editor&) = delete;

    TypedLine read();
    /// What was typed ahead while a program ran: the next read() finds it.
    void type_ahead(const std::string& text);
    /// The lines so far, oldest first.
    [[nodiscard]] std::vector<std::string> history() const;

  private:
    struct Machine;  // libedit's, and what its callbacks need
    std::unique_ptr<Machine> machine_;
};

/// The letters all candidates begin with.
std::string common_beginning(const std::vector<std::string>& candidates);
/// Names in columns, as ls lists them, for a terminal of so many columns.
std::string in_columns(const std::vector<std::string>& names, std::size_t width);

}  // namespace podium::terminal
