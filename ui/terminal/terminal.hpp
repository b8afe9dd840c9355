#pragma once

// A terminal session of a run as a front end drives it: a line goes in, what it shows comes out,
// time passes. Pacing to the real clock, interruption, typing and printing belong to the caller,
// through a small interface, so that a script, a person at a prompt and a test use the same code.

#include <string>
#include <string_view>
#include <vector>

#include "sim/lab/session.hpp"

namespace podium::terminal {

/// What was typed while a line runs.
struct Typing {
    std::vector<std::string> lines;  ///< Whole lines, without their newlines.
    bool end = false;                ///< Then Ctrl-D.
};

class Screen {
  public:
    virtual ~Screen() = default;
    virtual void show(std::string_view text) = 0;
    virtual void show_error(std::string_view text) = 0;
    /// Called before simulated time moves from `from` to `to`: a paced screen waits. `typing` says
    /// that what runs waits for a line to be typed. Gives the moment to go to, at most `to`: less
    /// when something was typed or Ctrl-C was pressed meanwhile.
    virtual Time pass(Time from, Time to, bool typing) = 0;
    /// Of what runs: the keys that detach it from a container; empty when there are none.
    virtual void watch_keys(const std::string& keys) { (void)keys; }
    /// Ctrl-C was pressed since the last call.
    virtual bool interrupted() = 0;

    /// Ctrl-\ was pressed since the last call.
    virtual bool quit() { return false; }

    /// What was typed since the last call; asked for only while what runs waits for it.
    virtual Typing typed() = 0;

    /// What is typed next are keys that detach from a container; asked for only while what runs hears
    /// these keys and nothing else.
    virtual bool detaches(const std::string& keys) {
        (void)keys;
        return false;
    }

    /// Reads a scheduling policy that was named: a file, one that comes with Podium, or "spread".
    virtual Result<scheduler::PolicyText> read_scheduler(const std::string& name) {
        return Error{"no scheduling policy can be read here", Place{name, 0, 0}, "use podium shell"};
    }

    /// The person is gone: the line is interrupted and no more is run.
    virtual bool left() { return false; }
};

/// Why a line was interrupted for which nobody could press Ctrl-C.
enum class GaveUp : std::uint8_t {
    No,
    Left,     ///< Its person is gone.
    Longest,  ///< It was still running after kLongestLine.
    Endless,  ///< After kLongestEndless nothing it waited for had an end.
    Flood,    ///< It had printed more than kMostLines.
    Frozen,   ///< Its host stands still, and nothing is to come that would let it go on.
    Trouble,  ///< The run stands still: its scheduling policy failed (lab::Session::trouble).
};

/// How one line ended.
struct LineEnd {
    int status = 0;
    GaveUp gave_up = GaveUp::No;
    bool killed = false;     ///< It was given up and did not end on an interrupt.
    std::int64_t lines = 0;  ///< What it has printed.
};

/// When nobody can interrupt it, a line may take this much simulated time, this much of it
/// following what never ends, and may print so many lines. (wait and at take what they were told
/// to.)
inline constexpr Duration kLongestLine = hours(25);
inline constexpr Duration kLongestEndless = minutes(10);
inline constexpr std::int64_t kMostLines = 10'000;

/// What to tell of a line that was given up: the reason, and how to limit it.
std::string give_up_sentence(const std::string& line, const LineEnd& end);

/// Runs a line in a terminal of the session until it has ended, showing its output as it comes.
LineEnd run_line(lab::Session& session,
                 const std::string& terminal,
                 const std::string& line,
                 Screen& screen,
                 bool interruptible);
/// "rewind 30s": moves the session back; understood here because it moves the run itself. True when
/// the line was that.
bool run_rewind(lab::Session& session,
                const std::string& terminal,
                const std::string& line,
                Screen& screen,
                LineEnd& end);
/// "scheduler mine.lua": places tasks of swarms by another policy from now on, and lets a run go on
/// that one has stopped; understood here because it reads a file of the person's. True when the line
/// was that.
bool run_scheduler(lab::Session& session, const std::string& line, Screen& screen, LineEnd& end);
/// Takes what a terminal's background has written since the last look.
std::string background_output(lab::Session& session, const std::string& terminal);

/// What a terminal's prompt says: "[1m30s] root@host:~# ", or "> " in the middle of a command.
std::string prompt_of(const lab::Session& session, const std::string& terminal);

}  // namespace podium::terminal
