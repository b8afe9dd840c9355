#pragma once

// What `docker build` says, for those who say the same: docker-compose 1.29 runs it, docker compose 2 has the builder of its
// own library say it.

#include <string>
#include <string_view>

#include "sim/programs/client.hpp"

namespace podium::programs::docker {

/// docker/cli v28 cmd/docker/builder.go, where buildx is not installed.
inline constexpr std::string_view kNoBuildx =
    "DEPRECATED: The legacy builder is deprecated and will be removed in a future release.\n"
    "            Install the buildx component to build images with BuildKit:\n"
    "            https://docs.docker.com/go/buildx/";

/// The same where DOCKER_BUILDKIT is off, and what ends it where that asks for a builder that there isn't.
inline constexpr std::string_view kBuildKitDisabled =
    "DEPRECATED: The legacy builder is deprecated and will be removed in a future release.\n"
    "            BuildKit is currently disabled; enable it by removing the DOCKER_BUILDKIT=0\n"
    "            environment-variable.";
inline constexpr std::string_view kBuildKitMissing =
    "ERROR: BuildKit is enabled but the buildx component is missing or broken.\n"
    "       Install the buildx component to build images with BuildKit:\n"
    "       https://docs.docker.com/go/buildx/";

struct Invocation;

/// What docker says of its builder before it looks at a build's flags (processBuilder in the same file).
struct BuilderNotice {
    std::string text;     ///< For standard error, with the empty line after it.
    std::string failure;  ///< Not empty: it goes no further.
};
BuilderNotice builder_notice(const Invocation& invocation);

/// What is wrong with a --tag; empty when nothing is (cli/command/image/build.go, validateTag).
std::string check_build_tag(const std::string& value);

/// The line about the context, after it has been sent.
std::string sending_context(std::int64_t bytes);

/// How a build ended, from the answer to ImageBuild that is no refusal.
struct BuildEnd {
    std::string image;    ///< "sha256:…".
    std::string failure;  ///< Empty when it went well.
    int status = 0;       ///< What docker then exits with.
};
BuildEnd build_end(const Answer& answer);

}  // namespace podium::programs::docker
