#pragma once

// What a sweep came to, as text to be read, as CSV and as JSON.

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sim/lab/sweep.hpp"

namespace podium::cli {

/// A sweep that is done.
struct SweepReport {
    std::string title;  ///< What was run.
    std::string key;    ///< Of `title` in JSON: "scenario" or "files".
    lab::Sweep sweep;
    std::vector<lab::SweepRun> runs;
    bool services = false;  ///< A row of each service besides.
    std::vector<std::string>
        commands;  ///< Of each variant: what runs one seed of it, but for --seed N.
};

/// The tables, what must be known to read them, and the checks that failed.
std::string sweep_text(const SweepReport& report);
/// One measure of all variants, in the words of sweep_text.
struct SweepRow {
    std::string measure;                   ///< "recovery time, s"
    std::vector<std::string> means;        ///< Of each variant; "-": no run has any.
    std::vector<std::string> spreads;      ///< "12.000 to 31.500": the least and the most of its runs.
    std::vector<std::string> differences;  ///< To the first variant, with its interval; the first's is empty.
    /// Of each variant the seeds of its least and its greatest value; none where no run has any.
    struct Ends {
        std::uint64_t least_seed = 0;
        std::uint64_t most_seed = 0;
        bool apart = false;  ///< They differ.
    };
    std::vector<std::optional<Ends>> ends;
};
/// The tables as sweep_text has them, those that say something; without those of single services.
std::vector<SweepRow> sweep_rows(const SweepReport& report);
/// The tables, a line for each measure and variant.
std::string sweep_csv(const SweepReport& report);
/// A line for each run.
std::string sweep_runs_csv(const SweepReport& report);
/// All of it, the single runs included; ends with a newline.
std::string sweep_json(const SweepReport& report);

}  // namespace podium::cli
