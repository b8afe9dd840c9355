#pragma once

// Podium's own words in a terminal: wait, at, why, inject, lift, traffic, hosts, faults, help, history. A line
// of one word alone is understood before the shell sees it, so that terminals, lessons, Lua and the
// desktop all have them; anywhere else in a line they are programs (word_program.hpp).
// (rewind moves the session itself and is understood by the front end.)

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "sim/base/result.hpp"
#include "sim/core/fact_catalogue.hpp"
#include "sim/model/world.hpp"

namespace podium::lab {

struct SetUp;
struct SimState;
struct Terminal;

struct WordResult {
    enum class Kind : std::uint8_t {
        None,      ///< Not one of the words: the shell runs the line.
        Answered,  ///< `output` is shown, `status` is the word's; at once, or after `pause`.
    };
    Kind kind = Kind::None;
    std::string output;
    int status = 0;
    Duration pause{};  ///< wait, at.
};

/// Whether a line is one simple command without anything that the shell would have to read.
bool stands_alone(std::string_view line);

/// Reads a time as parse_duration() does, and says so when one is longer than 292 years, which is all a run can last.
Result<Duration> read_duration(const std::string& text);

/// Whether run_own_word() answers a line, rather than leaving it to the shell.
bool is_own_line(const std::string& line);

/// How the run stood at an earlier moment (Session::state_at); null where that can't be known.
using Past = std::function<std::unique_ptr<const SimState>(Time)>;

/// `past`: for `why`, which asks managers of the past what they decided upon.
WordResult run_own_word(const SetUp& set_up, SimState& state, const Terminal& terminal, const std::string& line, const Past& past);

struct OwnWord {
    std::string_view usage;
    std::string_view meaning;
};
/// For help and completion.
const std::vector<OwnWord>& own_words();

}  // namespace podium::lab
