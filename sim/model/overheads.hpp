#pragma once

// What starting and ending a container costs, and an engine's start, as measured on the recordings'
// machine. Policy timers are exact there; overheads differ with the load of its two cores from run to
// run and are upper bounds, so those of a quiet machine are used. In brackets: the least and the most.

#include "sim/base/time.hpp"

namespace podium::model::overhead {

inline constexpr Duration kStart = milliseconds(210);        ///< Namespaces, mounts, runc, until `start` (0.14 to 0.9 s; 0.18 to 0.2 when quiet).
inline constexpr Duration kExitNetwork = milliseconds(35);   ///< `die` until the endpoint is disconnected.
inline constexpr Duration kExitCleanup = milliseconds(45);   ///< `die` until waiters are told it stopped (0.04 to 0.4 s).
/// Start of dockerd until it restores containers, and what each container on its disk adds: with two or three of them the
/// first was stopped after 0.10, 0.10, 0.11 and 0.29 s (swarm-failure/03, 20, 30), with 45 the first was started after 1.37 s,
/// 0.2 to 0.4 s of which its own start took (daemon-restart/term).
inline constexpr Duration kEngineBoot = milliseconds(100);
inline constexpr Duration kLoadContainer = milliseconds(20);
/// After a kill of the engine its API came up 12.3 s later than after a graceful stop, 10 s of which a
/// container's grace took; 17 containers had lived on. How the rest divides is not known: half is given
/// to containerd, which finds each container's shim again, half to the networks left behind.
inline constexpr Duration kShimReconnect = milliseconds(70);
inline constexpr Duration kStaleSandbox = milliseconds(65);

}  // namespace podium::model::overhead
