#pragma once

// Runs independent jobs on several threads. The only place where the program has more than one:
// what a job reads others only read, and what it writes is its own.

#include <cstddef>
#include <functional>

namespace podium::cli {

/// The most threads that may be asked for.
inline constexpr std::size_t kMostThreads = 1024;

/// How many this machine runs at once; 1 at least.
std::size_t machine_threads();

/// Calls job(0) … job(count - 1), begun in this order, on up to `threads` threads. A job that
/// returns false ends it: none is begun after that, and those begun are waited for, so that of
/// several that would fail the first always has. `progress` is called on the calling thread with
/// the number of jobs done, a few times a second. What a job throws is thrown here, when all have
/// ended.
void run_jobs(std::size_t count,
              std::size_t threads,
              const std::function<bool(std::size_t)>& job,
              const std::function<void(std::size_t)>& progress);

}  // namespace podium::cli
