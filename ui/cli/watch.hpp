#pragma once

// Watching a run go by: its facts printed as a timeline and written as JSON, at the speed wanted,
// with a line of progress while a long one computes, until its end or Ctrl-C.

#include <chrono>
#include <fstream>
#include <set>
#include <string>

#include "sim/lab/session.hpp"
#include "ui/cli/timeline.hpp"

namespace podium::cli {

/// The facts of a run as JSON, a line each, written as they come.
class JsonOut {
  public:
    /// `path` "-" is standard output, empty is none.
    Result<void> open(const std::string& path);
    void write(const lab::Session& session);
    /// What became of the traffic, when the run has ended.
    void write_summary(const lab::Session& session);
    /// A row that is no fact: a verdict.
    void write_line(const std::string& row);
    /// An error when not all could be written.
    Result<void> finish();

  private:
    void put_lines(const std::string& lines);

    bool on_ = false;
    bool to_stdout_ = false;
    std::string path_;
    std::ofstream out_;
    FactId next_{1};
};

/// A line on standard error that a person watches while a long run computes: nothing in a pipe, and
/// nothing within the first second.
class Progress {
  public:
    explicit Progress(bool on);
    ~Progress();
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    /// `end` kNever: it is not known how long the run lasts.
    void show(const lab::Session& session, Time end);
    /// Takes the line off, before something else is printed.
    void clear();

  private:
    bool on_;
    bool shown_ = false;
    std::chrono::steady_clock::time_point begun_;
    std::chrono::steady_clock::time_point last_;
};

struct Watch {
    bool quiet = false;  ///< Print no timeline.
    bool detail = false;
    bool until_quiet = false;        ///< End when nothing more would happen.
    double speed = 0;                ///< Simulated seconds a real one; 0: as fast as it computes.
    std::vector<std::string> names;  ///< Whom the timeline will be about.
    std::set<std::string> lines;     ///< Commands below which it shows what they print.
};

/// Waits until `due`; less when interrupted, or when nobody reads any more.
void sleep_until(std::chrono::steady_clock::time_point due);
/// Runs a session to `end`. Interrupted by Ctrl-C it stops where it is; interrupted() says so then. It ends
/// where its scheduling policy fails, too.
Result<void> watch_run(lab::Session& session, Time end, const Watch& watch, JsonOut& json);
/// Says that the scheduling policy has stopped a run, and how to go on. Requires its trouble.
void tell_stopped(const lab::Session& session);
/// The last watch_run() was ended by Ctrl-C or by a signal to end.
bool interrupted();

}  // namespace podium::cli
