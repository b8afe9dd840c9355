#pragma once

// How runs of containers ended, from the facts alone: the one reader for the summary, the lanes and what is exported, so
// that a stop is told as a stop by all of them. A decision of the engine doesn't say it: moby asks for a policy of `no`
// first and for a stop by hand after that (restart_policy.cpp), and an engine that finds a container dead decides nothing.
// Plain values, one for each container; a copy goes on by itself.

#include <cstdint>
#include <optional>

#include "sim/view/sentences.hpp"

namespace podium::view {

enum class RunEnd : std::uint8_t {
    Restarts,  ///< However it ended, its policy restarts it.
    Stopped,   ///< Somebody asked for it through docker, or its engine did on its own way down.
    Done,      ///< By itself, with status 0, and nothing restarts it for that.
    Failed,    ///< All else: a crash, a signal past its engine, the loss of its host, a restart that was lost with its engine.
};

class RunFollower {
  public:
    /// The kinds of a container's facts that follow() wants; of all others it takes nothing.
    [[nodiscard]] static bool wants(FactKind kind);
    /// Requires each of a container's facts once, in order. How its run ended; none: the fact tells of no end.
    std::optional<RunEnd> follow(const model::World& world, const FactReader& reader, const Fact& fact);
    /// How its present run ended, which no fact has told. Requires ended_unseen() of its container. What an engine
    /// that finds it dead says later comes to the same.
    [[nodiscard]] RunEnd unseen(const model::World& world, model::ContainerId container) const;

  private:
    [[nodiscard]] RunEnd found_late(const model::World& world, std::int64_t exit, std::int64_t signal) const;

    FactId signal_;      // the last of this run that was to end it
    bool runs_ = false;  // as its engine knows it
};

/// When the last run of a container ended; none: it runs, or was lost with its host. Of one whose end no fact has told yet
/// only the world knows it.
std::optional<Time> ended_unseen(const model::World& world, model::ContainerId container);
/// Whether a container runs only as its engine has it, which is away or stands still, or starts and has not looked yet.
bool gone_unseen(const model::World& world, model::ContainerId container);

}  // namespace podium::view
