#pragma once

// Sessions made from what a person names: a Compose project of theirs, a saved run, or nothing; and
// where a run is kept.

#include <cstdint>
#include <string>
#include <vector>

#include "sim/lab/cluster_file.hpp"
#include "sim/lab/project.hpp"
#include "sim/lab/session.hpp"

namespace podium::cli {

/// The host a project is brought up on, and the terminal that lines are typed into: the first.
const std::string& first_host(const lab::Session& session);

/// Whether a path names a saved run.
bool is_saved_run(const std::string& path);
/// Reads the Compose files a person names (none: compose.yaml where they are; -: standard input) and what they need, for a
/// host of so many processors; `for_stack`: what docker compose alone would refuse is none of its business.
Result<lab::PreparedProject> read_project(const std::vector<std::string>& paths,
                                          const std::vector<std::string>& profiles,
                                          std::int64_t cpus = 4,
                                          bool for_stack = false);
/// A set-up of one host, on which the project (none: null) lies ready.
Result<lab::SetUp> set_up_for(const lab::PreparedProject* project,
                              std::uint64_t seed,
                              std::string program);
/// The cluster files that come with Podium: "three-host" and others.
std::vector<std::string> cluster_names();
/// The scheduling policies that come with Podium, but for "spread", which is Swarm's own.
std::vector<std::string> scheduler_policy_names();
/// Reads a cluster file: a path, or the name of one that comes with Podium.
Result<lab::ClusterFile> read_cluster(const std::string& name);
/// Reads a scheduling policy: a file, the name of one that comes with Podium, or "spread".
Result<scheduler::PolicyText> read_scheduler(const std::string& name);
/// The policy that --scheduler names in a run of its own, into a set-up; the empty name is none.
Result<void> use_scheduler(lab::SetUp& set_up, const std::string& name);
/// Reads a saved run and stands at its beginning.
Result<lab::Session> load_run(const std::string& path);
/// What `podium shell` begins with: an empty host or those of a cluster file (empty: none), a
/// project's, of which it tells on standard error what is left out, or a saved run at its end. Requires at least that the paths are
/// not mixed; says so otherwise. `scheduler` as read_scheduler takes it, or empty; a saved run goes on with it. `terminal` is the
/// TERM of its terminals: kDrawingTerminal where what programs draw is shown as it is drawn, else empty. An input of the run, so
/// whoever calls says it, and it is not found out here.
Result<lab::Session> prepare_session(const std::vector<std::string>& paths,
                                     const std::string& cluster,
                                     const std::string& scheduler,
                                     std::uint64_t seed,
                                     const std::string& terminal);
inline constexpr const char* kDrawingTerminal = "xterm-256color";
/// Where the last run is kept for `podium why`.
std::string last_run_path();
/// The saved run to be read: the one that is named, or the last one. An error when there is no last one, or it is not this
/// user's alone.
Result<std::string> run_to_read(const std::string& named);
/// Keeps a run for `podium why`; says so when that is not possible.
void remember_run(const lab::Session& session);
/// Services, containers and hosts a timeline of this run will be about.
std::vector<std::string> timeline_names(const lab::SetUp& set_up);

}  // namespace podium::cli
