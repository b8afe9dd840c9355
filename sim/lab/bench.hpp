#pragma once

// Benchmarks of the engine itself, with what they are compared with in the same run. The clock and the
// memory gauge come from the front end: nothing under sim reads the machine.

#include <cstdint>
#include <functional>
#include <string>

namespace podium::lab {

struct BenchGauges {
    std::function<double()> seconds;             ///< A monotonic clock.
    std::function<std::int64_t()> resident_bytes;  ///< Of this process now.
    std::function<std::int64_t()> peak_bytes;      ///< Its highest so far.
};

struct ChurnWish {
    std::uint32_t containers = 1'000'000;
    std::uint64_t events = 5'000'000;
    std::uint64_t seed = 1;
    int rounds = 5;  ///< Both programs take turns; medians are printed.
};

/// Containers under the real restart policy run for an exponential time of mean 100 s, crash, and restart
/// with Docker's back-off; a start or a crash is one event, and facts are recorded. The baseline is the
/// plainest program for the same workload: a std::priority_queue of (time, index), nothing recorded, the
/// same generator of times. One line of JSON.
std::string run_churn(const ChurnWish& wish, const BenchGauges& gauges);

}  // namespace podium::lab
