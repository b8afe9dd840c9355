#pragma once

// `docker top`: the engine runs procps' ps (4.0, Debian 12's) on its host with the options it is given, and keeps the
// lines of the container's processes (moby v20.10.24 daemon/top_unix.go). The usual options and columns are simulated.

#include <string>
#include <string_view>
#include <vector>

#include "sim/base/result.hpp"
#include "sim/model/world.hpp"

namespace podium::model {

/// A column of ps: what it is asked for with, and its title.
struct PsColumn {
    std::string_view name;
    std::string_view title;
};

/// The columns that options of ps ask for ("-o pid,comm", "aux"); none stands for -ef. An error names what Podium does
/// not simulate, or is ps' own, with "error: " before it.
Result<std::vector<PsColumn>> read_ps_options(const std::string& options);

/// The body of GET top; on failure the engine's sentence in `wrong`.
std::string container_top_json(const World& world,
                               ContainerId container,
                               const std::string& options,
                               std::string& wrong);

}  // namespace podium::model
