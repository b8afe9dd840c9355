#pragma once

// A run as a trace for Perfetto (ui.perfetto.dev) and Chrome (chrome://tracing), in the JSON of Google's "Trace Event
// Format": hosts as processes, containers as threads, states as complete events (X), facts as instants (i) with all their
// fields, causes as flows (s, f) whose id is the effect's number, names as metadata (M). Faults, traffic and services are
// processes of their own. Times are whole microseconds of simulated time, rounded down, so that what touches in the run
// touches in the trace. A pure function.

#include "sim/lab/export.hpp"

namespace podium::lab {

/// The most facts in a trace; of a run that has more, choose_facts says which.
inline constexpr std::uint64_t kMostTraceFacts = 400'000;

/// Requires a session that stands at the run's end. `most_facts` is for tests.
Exported export_trace(const Session& session, std::uint64_t most_facts = kMostTraceFacts);

}  // namespace podium::lab
