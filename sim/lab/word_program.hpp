#pragma once

// Podium's own words as programs on a simulated host's path, so that they stand anywhere in a line
// or a script: `docker compose up -d; wait 5s`, `inject kill web && docker ps`. What a word needs
// lies beyond one process's view of its system, so its program asks and the session answers after
// that step.

#include <memory>

#include "sim/core/event.hpp"
#include "sim/model/world.hpp"

namespace podium::lab {

struct SetUp;
struct SimState;

/// The programs of the simulation with Podium's own words on hosts.
std::shared_ptr<const model::ProgramTable> make_lab_programs();

/// After an event: when it stepped a word that asks, answers it.
void answer_word(const SetUp& set_up, SimState& state, const Event& event);

}  // namespace podium::lab
