#pragma once

// What the state of a host's container engine is called wherever it is shown or asked for.

#include <string_view>

#include "sim/model/world.hpp"

namespace podium::model {

/// "running", "stopping", "stopped", "starting", "frozen": of the engine's process.
std::string_view engine_state_name(EngineState state);
/// The same as it looks from outside: an engine whose whole host stands still is "frozen", whatever it was
/// in the middle of, for it answers as little as a stopped process.
std::string_view engine_standing(const Host& host);

}  // namespace podium::model
