#include "sim/model/latency.hpp"

#include <algorithm>
#include <bit>

#include "sim/base/assert.hpp"

namespace podium::model {
namespace {

constexpr int kStepBits = 5;  // 32 buckets for each doubling
constexpr std::uint64_t kSteps = std::uint64_t{1} << kStepBits;
constexpr std::uint64_t kMostMicroseconds = (std::uint64_t{1} << 40) - 1;  // twelve days

std::size_t bucket_of(std::uint64_t microseconds) {
    if (microseconds < kSteps) return microseconds;
    const int shift = static_cast<int>(std::bit_width(microseconds)) - 1 - kStepBits;
    return static_cast<std::size_t>(shift) * kSteps + (microseconds >> shift);
}

/// The largest value that falls into a bucket.
std::uint64_t upper_end(std::size_t bucket) {
    if (bucket < 2 * kSteps) return bucket;
    const std::size_t shift = bucket / kSteps - 1;
    return (((bucket - shift * kSteps) + 1) << shift) - 1;
}

}  // namespace

void LatencyHistogram::add(Duration duration) {
    PODIUM_ASSERT(duration.nanoseconds >= 0, "nothing takes less than no time");
    const auto whole = static_cast<std::uint64_t>((duration.nanoseconds + 999) / 1000);
    const std::size_t bucket = bucket_of(std::min(whole, kMostMicroseconds));
    if (bucket >= buckets_.size()) buckets_.resize(bucket + 1);
    ++buckets_[bucket];
    ++count_;
    longest_ = std::max(longest_, duration);
}

Duration LatencyHistogram::quantile(std::uint32_t per_mille) const {
    PODIUM_ASSERT(per_mille > 0 && per_mille <= 1000, "a quantile is a share of the whole");
    const std::uint64_t wanted = (count_ * per_mille + 999) / 1000;
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < buckets_.size(); ++i) {
        seen += buckets_[i];
        if (seen >= wanted && seen > 0 && i + 1 < buckets_.size())
            return std::min(longest_, microseconds(static_cast<std::int64_t>(upper_end(i))));
    }
    return longest_;
}

}  // namespace podium::model
