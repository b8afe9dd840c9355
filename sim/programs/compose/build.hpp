#pragma once

// How the Compose clients have a service's image built: docker-compose 1.29 runs `docker build` for it (compose/service.py
// _CLIBuilder), docker compose 2 sends the context itself (pkg/compose/build_classic.go).

#include <map>
#include <string>

#include "sim/programs/client.hpp"
#include "sim/programs/compose/board.hpp"

namespace podium::programs::composing {

struct BuildWish {
    std::map<std::string, std::string> arguments;  ///< Of --build-arg; they come before those of the file.
    std::int64_t memory_bytes = 0;
    bool no_cache = false;
    bool pull = false;
    bool quiet = false;
    bool remove = true;
    bool force_remove = false;
};

/// The act that builds a service's image. Requires that the service has `build`. An error is what keeps the build from being
/// begun, as the client says it.
Result<Act> build_act(model::ProcessContext& context, const compose::Project& project, const compose::Service& service, const BuildWish& wish);

/// 1.29 when a build has gone wrong: "Service 'web' failed to build : Build failed".
std::string build_failure_v1(const std::string& service);

/// docker compose 2.40 with DOCKER_BUILDKIT=0 (build_bake.go: buildWithBake).
inline constexpr std::string_view kNoBake = "Docker Compose is configured to build using Bake, but buildkit isn't enabled";

}  // namespace podium::programs::composing
