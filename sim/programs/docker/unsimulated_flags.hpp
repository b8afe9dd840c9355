#pragma once

// What `docker run`, `create`, `exec`, `service create` and `service update` are asked for that changes nothing here but what
// inspect shows.

#include <string>
#include <string_view>
#include <vector>

#include "sim/model/process.hpp"
#include "sim/programs/docker/flags.hpp"

namespace podium::programs::docker {

/// A sentence for each reason why flags given are taken and not acted on ("--cap-add is not simulated: …"), in the
/// table's order. Flags that are refused are not among them.
std::vector<std::string> unsimulated_sentences(const ParsedFlags& flags);

/// Says them on standard error, a line each, and records each as a fact of the host. They are no lines of docker's: who
/// asks for a right or a limit that isn't simulated must not take it for kept.
void tell_unsimulated(model::ProcessContext& context, std::string_view verb, const ParsedFlags& flags);

}  // namespace podium::programs::docker
