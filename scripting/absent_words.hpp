#pragma once

// Words of Lua's own that a scenario does not have, and what does instead. No Lua here.

#include <string>
#include <string_view>

namespace podium::scripting {

struct AbsentWord {
    std::string_view name;
    std::string_view why;      ///< What follows "a script has no 'os'"; empty: nothing.
    std::string_view instead;  ///< A hint.
};

/// Null for any other word.
const AbsentWord* find_absent_word(std::string_view name);
/// Why math does not have what it has elsewhere ("sin"), as a hint; empty for any other name.
std::string_view hint_for_math(std::string_view name);

}  // namespace podium::scripting
