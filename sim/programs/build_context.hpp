#pragma once

// What a client sends to the engine to have an image built: the folder with its files, without those that .dockerignore
// names, and the Dockerfile. As docker/cli 28.2 (cli/command/image/build) prepares them.

#include <memory>
#include <string>

#include "sim/model/build.hpp"
#include "sim/model/process.hpp"

namespace podium::programs {

/// Files of a context beyond these are refused.
inline constexpr std::size_t kMostContextFiles = 20'000;

struct BuildContext {
    std::shared_ptr<model::BuildSpec> spec;  ///< With its Dockerfile, place and context.
    std::int64_t sent_bytes = 0;             ///< Of the archive the client sends.
    std::string wrong_pattern;               ///< What is wrong in .dockerignore, for which Go's clients send nothing; else empty.
};

/// Reads `directory` and the Dockerfile (`dockerfile`, relative to `base`; empty: Dockerfile in the directory; or the text
/// of one that is in no file). Errors begin with "unable to prepare context: ", as docker's do.
Result<BuildContext> read_build_context(model::ProcessContext& context,
                                        const std::string& directory,
                                        const std::string& dockerfile,
                                        const std::string& base,
                                        const std::string* text = nullptr);
/// The context of `docker build -`: a Dockerfile alone.
BuildContext context_of_text(const std::string& text, Time now);

}  // namespace podium::programs
