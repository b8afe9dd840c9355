#pragma once

// What orchestrators do, in words: the facts of a swarm and of its managers' consensus.

#include "sim/view/describe.hpp"
#include "sim/view/sentences.hpp"

namespace podium::view {

bool is_orchestration_fact(FactKind kind);
/// Requires such a fact.
Telling tell_orchestration(const FactReader& reader, const Fact& fact);

}  // namespace podium::view
