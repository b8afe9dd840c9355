#pragma once

// The rules a machine can hold about the text of the tree: who may include whom (the table of
// rooms), which library stays where, what would make a run differ from the next, and the form of
// files. Each rule looks at one file and is a pure function; tests/tidy/rules_test.cpp shows each
// of them fail.

#include <string>
#include <vector>

#include "tests/tidy/source.hpp"

namespace podium::tidy {

/// Something that breaks a rule.
struct Finding {
    std::string path;
    int line = 0;
    std::string message;  ///< What is wrong, and what to do about it.

    /// "path:line: message".
    [[nodiscard]] std::string text() const;
};

using Findings = std::vector<Finding>;

/// No source file may have more lines than this; about 500 is where to split.
inline constexpr int kMaxLines = 900;

/// A room includes only the rooms its row of the table names; every source file is in a room.
Findings rooms(const Source& source);

/// A library's headers are included only in the rooms that need it, heavy ones only in .cpp files.
Findings libraries(const Source& source);

/// Nothing under sim depends on addresses, clocks, the platform's random numbers, threads or files
/// of the machine.
Findings determinism(const Source& source);

/// Headers open with `#pragma once` and a paragraph; files are not too long; nothing is left for
/// later.
Findings form(const Source& source);

/// No file names a place that exists on one machine only.
Findings machine_paths(const Source& source);

/// Every "quoted" include names a file of the tree by its path from the root.
Findings quoted_includes(const Source& source, const std::vector<Source>& tree);

}  // namespace podium::tidy
