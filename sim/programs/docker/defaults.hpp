#pragma once

// The numbers that tune the docker CLI, each with where it comes from. "measured": the durations of
// whole commands in the recordings of docker 28.2.2 against dockerd 20.10.24 on a quiet machine.

#include <cstdint>
#include <string_view>

#include "sim/base/time.hpp"

namespace podium::programs::docker {

/// From the start of the process to its first request: `docker version` and `docker ps` take 10 to
/// 17 ms in all, of which the engine's answers are about 3 each (measured, api and
/// restart/quiet-overheads).
inline constexpr Duration kClientStart = milliseconds(11);
/// How long after its first figures `docker stats` draws (docker: every half second; measured: 1.5 s for
/// --no-stream, one of which the engine takes for two samples).
inline constexpr Duration kStatsRedraw = milliseconds(500);
/// Requests a verb sends at once when it was given many containers (docker: parallelOperation).
inline constexpr std::size_t kMostAtOnce = 50;
/// Bytes a client reads from a stream at once (Go: io.Copy).
inline constexpr std::size_t kReadSize = 32U << 10;
/// The largest file that --env-file and the like take.
inline constexpr std::size_t kMostFileBytes = 1U << 20;

// Exit statuses of `docker run` (docker documentation, "exit status").
inline constexpr int kExitEngine = 125;         ///< The engine, or docker itself, refused.
inline constexpr int kExitNotExecutable = 126;  ///< The command can't be invoked.
inline constexpr int kExitNotFound = 127;       ///< The command isn't there.
inline constexpr int kExitTemplate = 64;        ///< A wrong --format of inspect.

inline constexpr std::string_view kClientVersion = "28.2.2";
inline constexpr std::string_view kClientBuild = "e6534b4";
inline constexpr std::string_view kClientApiVersion = "1.50";
inline constexpr std::string_view kEngineApiVersion = "1.41";  ///< Of engine 20.10.
inline constexpr std::string_view kClientGoVersion = "go1.24.3";
inline constexpr std::string_view kClientBuilt = "Fri May 30 12:07:14 2025";
inline constexpr std::string_view kSocket = "unix:///var/run/docker.sock";
inline constexpr std::string_view kDefaultContext = "default";
inline constexpr std::string_view kDefaultRegistry = "https://index.docker.io/v1/";

}  // namespace podium::programs::docker
