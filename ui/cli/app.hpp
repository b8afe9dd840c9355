#pragma once

// The subcommands of `podium`, each a function from its parsed arguments to an exit status:
// 0 all well, 1 a check, verdict or recording failed, 2 bad input or usage, 3 a fault of Podium's own.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ui/cli/output.hpp"

namespace podium::cli {

inline constexpr int kAllWell = 0;
inline constexpr int kFailed = 1;
inline constexpr int kBadInput = 2;
inline constexpr int kOwnFault = 3;

struct RunOptions {
    std::vector<std::string> files;  ///< Compose files, or one saved run.
    std::string cluster;             ///< --cluster: a cluster file or its name; empty: one host.
    std::string with;                ///< --with: compose or stack; empty: stack on a formed swarm, else compose.
    std::vector<std::string> schedulers;  ///< --scheduler; several only of podium compare.
    std::string duration;            ///< --for; empty: until quiet, at most 10 minutes.
    std::uint64_t seed = 1;
    bool seed_given = false;
    std::string json;
    std::string save;
    bool quiet = false;
    bool detail = false;
    std::string speed;
    std::vector<std::string> faults;
    std::vector<std::string> kills;
    std::vector<std::string> engine_restarts;
    std::vector<std::string> removals;
    std::vector<std::string> lines;  ///< --do
    std::vector<std::string> traffic;
    std::vector<std::string> profiles;
    std::vector<std::string> parameters;  ///< --set, of a scenario
    // Of many seeds: --seeds, and podium compare.
    std::optional<std::uint64_t> seeds;  ///< How many, from `seed` on.
    std::optional<std::uint64_t> jobs;   ///< Threads; none: as many as the machine runs at once.
    std::optional<std::uint64_t> effort;  ///< A scenario may take so many times the usual.
    std::string csv;
    std::string runs_csv;
    bool services = false;  ///< A row of each service besides.
};

struct WhyOptions {
    std::string target;
    std::string at;
    std::string run;
};

/// What to write of a run, and where; what isn't wanted is empty.
struct ExportOptions {
    std::string run;    ///< A saved run; empty: the last one.
    std::string html;   ///< --html: a file, or '-'.
    std::string trace;  ///< --trace: a file, or '-'.
    std::string csv;    ///< --csv: a folder.
    std::string png;    ///< --png: a file.
    std::string at;     ///< --at: the moment of the picture.
};

struct ReplayOptions {
    std::string file;
    std::string json;
    std::string save;
    std::string speed;
    bool quiet = false;
    bool detail = false;
    bool summary = false;  ///< Print the table of services too, as podium run does.
};

int run_command(const RunOptions& options);
/// podium run --seeds. Requires options.seeds.
int seeds_command(const RunOptions& options);
/// What only goes with --seeds is not there without it.
Result<void> check_without_seeds(const RunOptions& options);
/// podium compare. Requires options.seeds and one file.
int compare_command(const RunOptions& options);
/// A script (.lua) or the topic/name of a scenario that is here.
bool is_scenario(const std::string& name);
int scenario_command(const RunOptions& options);
/// Lists the scenarios; with a text only those with that in their names.
int scenarios_command(const std::string& wanted);
int lua_docs_command();
/// What bare podium shows: the bundled workshop project, and what happens to it. Errors: no installation.
Result<RunOptions> demo_options();
int demo_command();
int why_command(const WhyOptions& options);
int export_command(const ExportOptions& options);
int replay_command(const ReplayOptions& options);
int check_command(const std::vector<std::string>& files, const std::vector<std::string>& profiles);
int faults_command();
int docs_command(const std::string& topic);
int conform_command(const std::vector<std::string>& directories, bool verbose);

struct BenchOptions {
    std::string name;
    std::string containers;  ///< A number; of ui several, with commas. Empty: not given.
    std::optional<std::uint64_t> events;
    std::optional<std::uint64_t> nodes;
    std::optional<std::uint64_t> services;
    std::optional<std::uint64_t> tasks;
    std::string image;  ///< Empty: not given.
    std::uint64_t seed = 1;
};

int bench_command(const BenchOptions& options);
int shell_command(const std::vector<std::string>& files, const std::string& cluster, const std::string& scheduler, const std::string& speed, std::uint64_t seed);

/// The whole program.
int main_command(int argument_count, char** arguments);

}  // namespace podium::cli
