#pragma once

// What a script's faults strike. No Lua here.

#include <string>

#include "sim/base/result.hpp"
#include "sim/lab/session.hpp"

namespace podium::scripting {

/// Whether what a fault is to strike is there, as far as that is known from the beginning: a run's hosts are all there
/// then, and how registries and images are written is known; services and containers may come later. Names the host that
/// is near. `text` is the whole fault, as posted.
Result<void> check_fault_target(const lab::Session& session, const faults::FaultSpec& fault, const std::string& text);

}  // namespace podium::scripting
