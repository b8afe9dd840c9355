#pragma once

// A scheduling policy written in Lua: filter(task, host), score(task, host) and explain(task, host).
// `podium docs lua` lists what these see; README.md says how it stays without effect on anything
// else.
//
// The policy itself is its text, immutable. Each decision about a group of tasks runs the text in a
// sandbox of its own, and within it each host is looked at in a fresh environment: nothing that a
// policy sets outlives the look at one host. So its answers follow from the task, the host and the
// time alone.

#include "sim/base/result.hpp"
#include "sim/orch/scheduler/policy.hpp"

namespace podium::scripting {

/// What a policy may use, in steps (limits.hpp): for one look at a host, and for one decision about a
/// group of tasks, that is for its looks at all hosts.
inline constexpr std::uint64_t kPolicyLookSteps = 100'000;
inline constexpr std::uint64_t kPolicyDecisionSteps = 60'000'000;
/// The longest text of one.
inline constexpr std::size_t kPolicyBytes = 32U << 10;
/// Steps of Lua in a unit of work (sim/base/work.hpp).
inline constexpr std::uint64_t kStepsPerWork = 6;

/// Reads a policy and runs its text once, without a task or a host: a scheduler::PolicyReader. Errors
/// have its name and line.
Result<scheduler::PolicyPointer> read_policy(const scheduler::PolicyText& text);

}  // namespace podium::scripting
