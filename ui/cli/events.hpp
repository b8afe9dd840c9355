#pragma once

// What `podium run` does to a run besides bringing it up: --fault, --kill, --restart-engine,
// --remove and --do, as commands of the session.

#include <optional>
#include <string>

#include "sim/lab/session.hpp"
#include "ui/cli/app.hpp"

namespace podium::cli {

/// Whether the options change what a saved run does.
bool changes_run(const RunOptions& options);
/// The terminal that --remove types into, beside that of --do.
std::string removal_terminal(const lab::Session& session);
/// Posts the options' commands. Errors name the option, what is wrong with it and what is near. `project` is the one of
/// Compose that is brought up, empty for none (a stack); not known of a saved run.
Result<void> add_events(lab::Session& session, const RunOptions& options, const std::optional<std::string>& project = {});

}  // namespace podium::cli
