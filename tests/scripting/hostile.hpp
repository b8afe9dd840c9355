#pragma once

// Scripts that mean harm, and how each must end: with this in its one sentence, at this line; or,
// where the harm is only tried, by itself.

#include <string_view>
#include <vector>

namespace podium::scripting::tests {

struct Hostile {
    std::string_view name;
    std::string_view script;
    std::string_view ends;  ///< Part of the sentence; empty: it ends by itself.
    int line = 0;           ///< Of the place; 0: any line.
};

const std::vector<Hostile>& hostile_scripts();

}  // namespace podium::scripting::tests
