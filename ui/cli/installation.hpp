#pragma once

// Where this program is installed: its version and its data (scenarios, images, lessons). An
// installed podium finds its data relative to itself, so that an unpacked or moved package works;
// one that was only built uses the tree it was built from. Read at start, by one thread, from the
// real file system.

#include <string>

#include "sim/base/result.hpp"

namespace podium::cli {

/// "0.1.0".
[[nodiscard]] std::string version();

/// The folder that holds `scenarios` (and `lessons/content`): ../share/podium from the program's
/// own folder if it is there, else the source tree. An error names both places.
[[nodiscard]] Result<std::string> data_directory();

/// The same for a program in `program_folder` that was built from `source_tree`.
[[nodiscard]] Result<std::string> data_directory(const std::string& program_folder,
                                                 const std::string& source_tree);

}  // namespace podium::cli
