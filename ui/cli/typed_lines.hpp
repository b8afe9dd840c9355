#pragma once

// What became of the lines that podium run types and of the faults it injects: told on standard
// error at the end of a run, whether or not its timeline is printed.

#include <string>
#include <vector>

#include "sim/lab/session.hpp"

namespace podium::cli {

/// How the first line of a run ended, the one that brings the project up.
struct EndedLine {
    int status = 0;     ///< 0 also while it runs.
    std::string error;  ///< Its last lines on standard error, at most three.
    bool ended = false;
};

EndedLine first_line(const lab::Session& session);

/// Tells of each line of --do that failed, ran late or not at all. True when none failed.
bool tell_typed_lines(const lab::Session& session, const std::vector<std::string>& texts);
/// Tells of each fault that found nothing to break, also of one that still waits for it.
void tell_missed_faults(const lab::Session& session);
/// Tells of each --remove that removed nothing.
void tell_missed_removals(const lab::Session& session, const std::vector<std::string>& texts);

}  // namespace podium::cli
