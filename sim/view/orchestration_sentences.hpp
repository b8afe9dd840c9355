#pragma once

// Facts of an orchestrator as whole sentences, for explanations: what its managers and agents did
// and heard, in the order in which one led to the other.

#include <string>

#include "sim/core/fact_catalogue.hpp"
#include "sim/view/sentences.hpp"

namespace podium::view {

/// A sentence for a fact that is_orchestration_fact() accepts.
std::string orchestration_sentence(const FactReader& facts, const Fact& fact);

}  // namespace podium::view
