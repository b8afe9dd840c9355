#pragma once

// The inspect verbs of nodes, services, secrets and configs: each argument is asked for, and what was
// found is printed as JSON, by a template, or for people.

#include <string>

#include "sim/programs/format/inspect.hpp"
#include "sim/programs/swarm/talk.hpp"

namespace podium::programs::docker {

/// Asks for one thing; null while the answer isn't there yet. An error other than the engine's own sentence goes into `error`.
using AskFor = const Reply* (*)(Talk& talk, const std::string& name, std::string& error);
/// One thing for people; nothing while an answer is missing.
using Pretty = std::optional<std::string> (*)(Talk& talk, const Json& described);

Outcome inspect_each(const Invocation& invocation, Talk& talk, format::Inspected what, AskFor ask, Pretty pretty);

}  // namespace podium::programs::docker
