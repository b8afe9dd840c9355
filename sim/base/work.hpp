#pragma once

// A meter of what simulating takes, by which a run is ended that would take too much. What is counted
// follows from the run alone, never from a clock, so a limit on it ends a run at the same place on
// every machine. Each thread has its own meter, which only goes up: whoever limits something looks
// at it before and after. It is no part of any run.

#include <cstddef>
#include <cstdint>

namespace podium {

/// Counts units of work, each about a fifth of a microsecond in a release build.
void count_work(std::uint64_t units);
/// What this thread has counted.
std::uint64_t work_done();

inline constexpr std::uint64_t kEventWork = 1;     ///< Any event.
inline constexpr std::uint64_t kRequestWork = 20;  ///< One of a request on its way, or of traffic.
inline constexpr std::uint64_t kStepWork = 30;     ///< A step of a process, besides what it does.
inline constexpr std::uint64_t kCommandWork = 1;   ///< What a shell does between two looks at its signals.
inline constexpr std::uint64_t kStartWork = 150;   ///< A process started.
inline constexpr std::size_t kSharesPerWork = 1;   ///< Processes among whom processors are shared out.
inline constexpr std::size_t kRowsPerWork = 16;    ///< Rows gone through.
inline constexpr std::size_t kBytesPerWork = 128;  ///< Bytes read or written by processes.

}  // namespace podium
