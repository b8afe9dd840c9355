#pragma once

// The server of an image, acted out from its behaviour profile: it starts, needs others, listens,
// answers, writes, uses memory, handles signals and ends as the profile says.

#include <memory>

#include "sim/model/behaviour.hpp"
#include "sim/shell/system.hpp"

namespace podium::programs {

/// The profile must outlive the run (it is the catalogue's).
std::unique_ptr<shell::Program> make_service_program(const model::BehaviourProfile& profile);

}  // namespace podium::programs
