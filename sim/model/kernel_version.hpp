#pragma once

// The one kernel of all simulated hosts, as uname, docker info and /proc/version tell it: that of
// the recordings, Debian 12's.

#include <string_view>

namespace podium::model {

inline constexpr std::string_view kKernelRelease = "6.1.0-13-amd64";
inline constexpr std::string_view kKernelVersion =
    "#1 SMP PREEMPT_DYNAMIC Debian 6.1.55-1 (2023-09-29)";

}  // namespace podium::model
