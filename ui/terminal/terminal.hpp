#pragma once

// A terminal session of a run as a front end drives it: a line goes in, what it shows comes out, time
// passes. Pacing to the real clock, interruption and printing belong to the caller, through a small
// interface, so that a script, a person at a prompt and a test use the same code.

#include <string>
#include <vector>

#include "sim/lab/session.hpp"

namespace podium::terminal {

class Screen {
  public:
    virtual ~Screen() = default;
    virtual void show(std::string_view text) = 0;
    virtual void show_error(std::string_view text) = 0;
    /// Called before simulated time moves from `from` to `to`: a paced screen waits.
    virtual void pass(Time from, Time to) = 0;
    /// Ctrl-C was pressed since the last call.
    virtual bool interrupted() = 0;
};

/// How one line ended.
struct LineEnd {
    int status = 0;
    bool gave_up = false;  ///< It was still running after the longest time a line may take.
};

/// A line may take at most this much simulated time when nobody can interrupt it.
inline constexpr Duration kLongestLine = hours(24);

/// Runs a line in a terminal of the session until it has ended, showing its output as it comes.
LineEnd run_line(lab::Session& session, const std::string& terminal, const std::string& line, Screen& screen, bool interruptible);
/// "rewind 30s": moves the session back; understood here because it moves the run itself. True when the
/// line was that.
bool run_rewind(lab::Session& session, const std::string& line, Screen& screen, LineEnd& end);
/// Words that may follow what was typed, for completion: verbs, containers, services, files' own words.
std::vector<std::string> completions(const lab::Session& session, const std::string& typed);

}  // namespace podium::terminal
