#pragma once

// Replays recordings of the real programs in the simulation and compares. Commands are issued as the
// reference's COMPARING.md says: when the same preceding event of their container has happened, or
// after the previous command's end where there is none, plus the recorded gap.

#include <string>
#include <vector>

#include "sim/base/result.hpp"
#include "sim/conform/compare.hpp"

namespace podium::conform {

struct CaseResult {
    std::string name;
    std::string artefact;      ///< Not empty: reported apart.
    std::string not_replayed;  ///< Not empty: it was not run, and why; there are no differences then.
    std::vector<std::string> differences;

    [[nodiscard]] bool reproduced() const { return not_replayed.empty() && differences.empty(); }
};

/// Runs one recording (its file's text). `catalogue` is the text of scenarios/images.yaml.
Result<CaseResult> replay_recording(const std::string& text, const std::string& filename, const std::string& catalogue);

/// Drives a run by a recording's input.
Result<Simulated> simulate(const Recording& recorded, const std::string& catalogue);
/// The same for a recording of a swarm. Who is elected is chance, as is when a node without a sign of life is
/// taken for down: the first seed is taken with which that comes between the same inputs as recorded, else the
/// first that comes nearest to it.
Result<Simulated> simulate_swarm(const Recording& recorded, const std::string& catalogue);

}  // namespace podium::conform
