#pragma once

// The docker CLI of a simulated host: version 28.2.2, talking API 1.41 to an engine 20.10.24. It
// reads its command line as the real one does, and its verbs are programs that call the engine's
// operations. What exists in life and isn't simulated is refused by name, an unknown verb or flag
// as the real CLI does it, with what is near.

#include <memory>
#include <string>
#include <vector>

#include "sim/shell/system.hpp"

namespace podium::programs::docker {

/// What `docker compose` runs, given the words from "compose" on.
using ComposePlugin = std::unique_ptr<shell::Program> (*)(
    const std::vector<std::string>& argv, const std::vector<std::string>& environment);

/// The program for argv ("docker", "ps", "-a"); always one, as a wrong command line is a program too
/// that says so. Without a plugin there is no `docker compose`. `filters` ("label=name=value") are
/// what `docker compose stats` asks `docker stats` to show; the CLI has no flag for them.
std::unique_ptr<shell::Program> make_docker(const std::vector<std::string>& argv,
                                            const std::vector<std::string>& environment,
                                            ComposePlugin compose = nullptr,
                                            std::vector<std::string> filters = {});

/// What may follow the words typed so far ("docker", "container", "l"): verbs and flags that begin
/// with the last word, sorted. The last word may be empty.
std::vector<std::string> docker_completions(const std::vector<std::string>& words);

}  // namespace podium::programs::docker
