#pragma once

// The numbers that tune the Compose clients, each with where it comes from.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "sim/base/time.hpp"

namespace podium::programs::composing {

/// docker-compose 1.29: Python's start until its first request. In the recordings 0.28 (on a quiet machine)
/// to 1.04 s pass from the start of a command to its first event.
inline constexpr Duration kStartV1 = milliseconds(300);
/// ... and its end: 0.06 to 0.15 s from the last event of `up` to the end of the command.
inline constexpr Duration kExitV1 = milliseconds(70);
/// docker compose 2: a Go binary started by the docker CLI as its plugin, about 60 ms.
inline constexpr Duration kStartV2 = milliseconds(60);
/// docker-compose 1.29 looks at its queue every 100 ms (compose/parallel.py: results.get(timeout=0.1)).
inline constexpr Duration kPollV1 = milliseconds(100);
/// docker compose 2 looks at a dependency every 500 ms (convergence.go: waitDependencies).
inline constexpr Duration kPollV2 = milliseconds(500);
/// How long a client that follows logs waits before it looks again at a container that has ended.
inline constexpr Duration kLookAgain = milliseconds(250);
/// The engine's and both clients' default grace.
inline constexpr int kStopSeconds = 10;
/// How much of one log is shown before it is another's turn: the buffer of docker's stdcopy (32 KiB).
inline constexpr std::size_t kLogPiece = 32 * 1024;
inline constexpr std::size_t kReadBytes = 64 * 1024;
/// How many containers one service may have.
inline constexpr std::int64_t kMostReplicas = 1000;

/// COLUMNS and LINES beyond this are not believed.
inline constexpr std::int64_t kWidestTerminal = 10'000;

inline constexpr std::string_view kVersionV1 = "1.29.2";
inline constexpr std::string_view kVersionV2 = "2.40.3";
/// What `docker-compose --version` says, and the first line of `docker-compose version` (recorded).
inline constexpr std::string_view kVersionLineV1 = "docker-compose version 1.29.2, build unknown";

inline constexpr std::string_view kNoEngineV1 =
    "Couldn't connect to Docker daemon at http+docker://localhost - is it running?\n\n"
    "If it's at a non-standard location, specify the URL with the DOCKER_HOST environment variable.";

}  // namespace podium::programs::composing
