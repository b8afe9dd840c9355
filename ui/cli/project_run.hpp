#pragma once

// A Compose project as podium run simulates it: brought up on one host, with what the options do to
// it, until its end.

#include <cstdint>

#include "sim/lab/session.hpp"
#include "ui/cli/app.hpp"
#include "ui/cli/prepare.hpp"

namespace podium::cli {

struct ProjectRun {
    lab::PreparedProject project;
    lab::SetUp set_up;
    std::string up_line;  ///< What is typed to bring it up,
    Time up{};            ///< and when: a swarm is formed before.
    Time end{};
    bool until_quiet = false;  ///< It ends before, when nothing more would happen.
};

/// What --scheduler says of a single run; empty: nothing. Several are an error.
Result<std::string> one_scheduler(const RunOptions& options);
/// Whether a row of podium check is about what docker compose refuses here, not about what has no effect.
bool is_refused(const lab::NotSimulated& row);
/// The keys of a Compose file that such rows are about, each once: "cpuset, sysctls".
std::string not_simulated_names(const std::vector<lab::NotSimulated>& rows);
/// Tells on standard error what of such rows is not simulated, what docker compose leaves alone and what it refuses; `where` ends
/// each of the lines.
void tell_not_simulated(const std::vector<lab::NotSimulated>& rows, const std::string& where);
/// What brings a project up: Either in a terminal on hosts that may form a swarm.
enum class Client : std::uint8_t { Compose, Stack, Either };
/// Tells on standard error what of a project of these files is not simulated, and which folders the engine will make for mounts:
/// what holds for its client.
void tell_left_out(const lab::PreparedProject& project,
                   const std::vector<std::string>& files,
                   Client client);
/// Reads the project and all that the options say of the run; tells what is not simulated.
Result<ProjectRun> prepare_project_run(const RunOptions& options);
/// The run on a seed, at its beginning. Only reads: any thread.
Result<lab::Session> begin_project_run(const ProjectRun& run,
                                       const RunOptions& options,
                                       std::uint64_t seed);

}  // namespace podium::cli
