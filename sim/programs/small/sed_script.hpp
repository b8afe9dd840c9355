#pragma once

// A sed script as it was written, read once; sed.cpp runs it. As GNU sed 4.9 on hosts and in images built on Debian, as busybox 1.35 elsewhere.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/base/regex.hpp"
#include "sim/base/result.hpp"

namespace podium::programs::small::sed {

/// Nothing: the pattern that was used last.
using SharedRegex = std::shared_ptr<const Regex>;

/// Where a command applies.
struct Address {
    enum class Kind : std::uint8_t {
        None,
        Number,
        Last,
        Pattern,
        Step,      ///< FIRST~STEP
        Zero,      ///< 0, before a pattern that the first line can end the range by
        More,      ///< +N lines
        Multiple,  ///< ~N: to a line whose number N divides
    };
    Kind kind = Kind::None;
    std::int64_t number = 0;
    std::int64_t step = 0;
    SharedRegex pattern;
};

struct Command {
    Address first;
    Address second;
    bool negated = false;
    char name = 'p';
    std::string text;      ///< Of a, i and c; a label; a file's name; y's letters.
    std::string to;        ///< What y makes of them.
    std::size_t target = 0;  ///< Where `{` (not applying), b, t and T go to.
    int status = 0;        ///< Of q and Q.
    // s alone.
    SharedRegex pattern;
    std::string replacement;
    bool everywhere = false;
    bool prints = false;
    std::string file;
    std::int64_t occurrence = 1;
};

inline constexpr std::size_t kMostCommands = 1000;

/// The error's message is a whole sentence but for "sed: ". `status` is what sed ends with then. `quiet` becomes true where the script
/// says with #n what -n says.
Result<std::vector<Command>> read_script(const std::string& text, bool extended, bool gnu, int& status, bool& quiet);

}  // namespace podium::programs::small::sed
