#pragma once

// Podium's own words in a terminal: whole lines that are understood before the shell sees them, so that
// terminals, lessons, Lua and the desktop all have them: wait, at, why, inject, lift, traffic, hosts,
// faults.
// (rewind moves the session itself and is understood by the front end.)

#include <string>
#include <vector>

#include "sim/core/fact_catalogue.hpp"
#include "sim/model/world.hpp"

namespace podium::lab {

struct SimState;

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

WordResult run_own_word(SimState& state, const FactCatalogue& facts, model::HostId host, const std::string& line);

struct OwnWord {
    std::string_view usage;
    std::string_view meaning;
};
/// For help and completion.
const std::vector<OwnWord>& own_words();

class Session;
/// The programs on a host's path.
std::vector<std::string> program_names();
/// What may stand where the last of the words typed stands (a new one when `new_word`).
std::vector<std::string> word_completions(const Session& session, const std::vector<std::string>& words, bool new_word);

/// Ctrl-C: INT to what runs in the foreground of a terminal's shell.
void interrupt_terminal(model::World& world, model::ProcessId shell);

}  // namespace podium::lab
