#pragma once

// Podium's own words as programs on a simulated host's path, so that they stand anywhere in a line
// or a script: `docker compose up -d; wait 5s`, `inject kill web && docker ps`. What a word needs
// lies beyond one process's view of its system, so its program asks and the session answers after
// that step.

#include <functional>
#include <memory>
#include <string>

#include "sim/core/event.hpp"
#include "sim/lab/words.hpp"
#include "sim/model/world.hpp"

namespace podium::lab {

/// The programs of the simulation with Podium's own words on hosts.
std::shared_ptr<const model::ProgramTable> make_lab_programs();

/// Answers a line of one of the words, typed in a terminal.
using RunWord = std::function<WordResult(const Terminal&, const std::string& line)>;

/// After a step of a process (kEventProcessStep): when that was of a word that asks, answers it.
void answer_word(SimState& state, const Event& event, const RunWord& run);

}  // namespace podium::lab
