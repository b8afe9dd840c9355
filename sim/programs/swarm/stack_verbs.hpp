#pragma once

// What the verbs about stacks have in common.

#include <string>

#include "sim/programs/swarm/talk.hpp"

namespace podium::programs::docker {

/// docker's sentence about a stack's name that is none; empty when it is one.
std::string bad_stack_name(const std::string& name);

enum class Removal : std::uint8_t { Done, Failed, Waits };

/// Removes a part of a stack and says so; `what` is "service", "secret", "config" or "network".
Removal remove_part(Talk& talk, std::string_view what, const std::string& name, const std::string& id);

}  // namespace podium::programs::docker
