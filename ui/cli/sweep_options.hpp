#pragma once

// The options of podium compare, and those it has in common with podium run --seeds.

#include <string>

#include "ui/cli/app.hpp"

namespace CLI {
class App;
}

namespace podium::cli {

/// A check of an option that takes a whole number of 64 bits: what it would wrap around is refused.
std::string refuse_no_number(const std::string& text);

/// Adds the common ones; `when` stands before what each is for.
/// --scheduler, once or (podium compare) several times.
void add_scheduler_option(CLI::App& app, std::vector<std::string>& schedulers, const std::string& what);
void add_sweep_options(CLI::App& app, RunOptions& o, const std::string& when);
/// Adds the subcommand.
void add_compare(CLI::App& app, RunOptions& o);

}  // namespace podium::cli
