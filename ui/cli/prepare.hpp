#pragma once

// Sessions made from what a person names: a Compose project of theirs, a saved run, or nothing.

#include <cstdint>
#include <string>
#include <vector>

#include "sim/lab/session.hpp"

namespace podium::cli {

/// A session that stands at the beginning, with the project's files on its host (or, for a saved run, at
/// that run's end). With no files: an empty host.
Result<lab::Session> prepare_session(const std::vector<std::string>& files, std::uint64_t seed);
/// Keeps a run for `podium why`; says so when that is not possible.
void remember_run(const lab::Session& session);

}  // namespace podium::cli
