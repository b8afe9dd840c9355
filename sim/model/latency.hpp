#pragma once

// A histogram of durations in whole microseconds, for quantiles without keeping each value: exact
// below 32 µs, then 32 buckets for each doubling, so a quantile is at most 3.2 % too large. Counts
// only, integers only. A value.

#include <cstdint>
#include <vector>

#include "sim/base/time.hpp"

namespace podium::model {

class LatencyHistogram {
  public:
    /// Requires a duration of 0 or more.
    void add(Duration duration);

    [[nodiscard]] std::uint64_t count() const { return count_; }

    /// 0 while it is empty.
    [[nodiscard]] Duration longest() const { return longest_; }

    /// The least duration, by buckets, that `per_mille` thousandths of all do not exceed; never
    /// more than longest(). 0 while it is empty. Requires 0 < per_mille <= 1000.
    [[nodiscard]] Duration quantile(std::uint32_t per_mille) const;

  private:
    std::vector<std::uint64_t> buckets_;  // up to the highest in use
    std::uint64_t count_ = 0;
    Duration longest_{};
};

}  // namespace podium::model
