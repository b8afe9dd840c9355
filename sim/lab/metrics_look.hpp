#pragma once

// How a run went over time, as a few rows of numbers: sampled from the session each simulated second, less
// often once there are many. Bounded in memory. Not part of a run. One thread.
//
// It samples what it is shown: whoever drives the run stops at next(). Where it was driven further at once,
// what lies between is filled in (counters rise evenly, the rest stands as it is found).

#include <cstdint>
#include <vector>

#include "sim/lab/session.hpp"
#include "sim/view/lanes.hpp"
#include "sim/view/query.hpp"

namespace podium::lab {

struct MetricsSample {
    float available = -1;   ///< Share of the wanted containers that run, 0 to 1; -1: none is wanted.
    float answered = 0;     ///< Requests a second that were answered,
    float failed = 0;       ///< and that failed.
    float latency = -1;     ///< Median of all answers so far, in milliseconds, of the slowest source; -1: there was none.
    // Of the fullest of the hosts that are up, each apart, at that moment; 0 to 1, and -1 while none is up.
    float memory = -1;
    float processor = -1;
    float disk = -1;
    // Which hosts these are, by number, of equals the first; 0: none is up.
    std::uint32_t memory_host = 0;
    std::uint32_t processor_host = 0;
    std::uint32_t disk_host = 0;
    std::uint32_t restarts = 0;  ///< So far.

    bool operator==(const MetricsSample&) const = default;
};

class MetricsFollower {
  public:
    /// At so many, two become one each, and the step is doubled.
    static constexpr std::size_t kMostSamples = 4'000;

    /// `lanes` has followed this session up to its present. A session that stands before the last sample
    /// adds nothing.
    void follow(const Session& session, const view::LaneFollower& lanes);
    /// The run goes on otherwise from a moment: what was sampled later is given up.
    void forget_after(Time time);

    /// When it wants to be shown the run next.
    [[nodiscard]] Time next() const { return Time{} + step_ * static_cast<std::int64_t>(samples_.size() + 1); }
    [[nodiscard]] Duration step() const { return step_; }
    /// The first is of one step after the beginning.
    [[nodiscard]] const std::vector<MetricsSample>& samples() const { return samples_; }
    /// When the last was taken; the beginning when there is none.
    [[nodiscard]] Time last() const { return next() - step_; }

  private:
    void thin();

    Duration step_ = seconds(1);
    std::vector<MetricsSample> samples_;
    view::Histories histories_;
    // As last shown, which is not before the last sample.
    Time shown_{};
    std::uint64_t answered_ = 0;
    std::uint64_t failed_ = 0;
};

}  // namespace podium::lab
