#pragma once

// What simulating things costs besides their events, in units of Kernel::work, each about half a
// microsecond in a release build. Numbers of a limit on scripts, without effect on what happens.

#include <cstddef>
#include <cstdint>

namespace podium::model {

inline constexpr std::uint64_t kStepWork = 2;      ///< A step of a process, besides what it does.
inline constexpr std::uint64_t kStartWork = 10;    ///< Its start.
inline constexpr std::uint64_t kShareWork = 1;     ///< Each process among whom the processors are shared out.
inline constexpr std::size_t kRowsPerWork = 16;    ///< Rows gone through.
inline constexpr std::size_t kBytesPerWork = 128;  ///< Bytes read or written by processes.

}  // namespace podium::model
