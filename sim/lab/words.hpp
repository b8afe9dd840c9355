#pragma once

// Podium's own words in a terminal: whole lines that are understood before the shell sees them, so that
// terminals, lessons, Lua and the desktop all have them: wait, at, why, inject, lift, traffic, hosts,
// faults, history.
// (rewind moves the session itself and is understood by the front end.)

#include <string>
#include <vector>

#include "sim/core/fact_catalogue.hpp"
#include "sim/model/world.hpp"

namespace podium::lab {

struct SetUp;
struct SimState;
struct Terminal;

struct WordResult {
    enum class Kind : std::uint8_t {
        None,      ///< Not one of the words: the shell runs the line.
        Shell,     ///< The shell runs `output` instead.
        Answered,  ///< Done at once: `output` is shown, `status` is the line's.
    };
    Kind kind = Kind::None;
    std::string output;
    int status = 0;
};

WordResult run_own_word(const SetUp& set_up, SimState& state, const Terminal& terminal, const std::string& line);

struct OwnWord {
    std::string_view usage;
    std::string_view meaning;
};
/// For help and completion.
const std::vector<OwnWord>& own_words();

}  // namespace podium::lab
