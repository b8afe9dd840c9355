#pragma once

// A command written as one string, split into words as Compose does it: quotes and backslashes, no
// variables. Docker Compose 2 stops at an operator such as && without a word; 1.29 keeps it as
// text.

#include <string>
#include <string_view>
#include <vector>

#include "sim/programs/compose_file/project.hpp"

namespace podium::compose {

struct SplitCommand {
    std::vector<std::string> words;
    std::string problem;   ///< Not empty: the real loader's error.
    std::string cut_text;  ///< What V2 drops: the first operator and all behind it.
};

SplitCommand split_command(std::string_view text, Dialect dialect);

}  // namespace podium::compose
