#pragma once

// What a sweep came to, as text to be read, as CSV and as JSON.

#include <cstddef>
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
/// The tables, a line for each measure and variant.
std::string sweep_csv(const SweepReport& report);
/// A line for each run.
std::string sweep_runs_csv(const SweepReport& report);
/// All of it, the single runs included; ends with a newline.
std::string sweep_json(const SweepReport& report);

}  // namespace podium::cli
