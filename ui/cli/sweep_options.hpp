#pragma once

// The options of podium compare, and those it has in common with podium run --seeds.

#include <string>

#include "ui/cli/app.hpp"

namespace CLI {
class App;
}

namespace podium::cli {

/// Adds the common ones; `when` stands before what each is for.
void add_sweep_options(CLI::App& app, RunOptions& o, const std::string& when);
/// Adds the subcommand.
void add_compare(CLI::App& app, RunOptions& o);

}  // namespace podium::cli
