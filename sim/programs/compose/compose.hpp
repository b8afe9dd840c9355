#pragma once

// The two Compose clients of a simulated host, as programs that read the host's files and call its
// engine: `docker compose` (v2, prints as 2.40 does) and `docker-compose` 1.29.2. Both print what the
// real ones print where they have no terminal. What exists in life and isn't simulated is refused by name;
// unknown commands and flags are refused as the real ones do it, with what is near.

#include <memory>
#include <string>
#include <vector>

#include "sim/shell/system.hpp"

namespace podium::programs {

/// The program for argv = {"docker", "compose", ...}; also takes {"compose", ...}, as the docker CLI hands
/// the words on. Always one: a wrong command line is a program that says so.
std::unique_ptr<shell::Program> make_compose_v2(const std::vector<std::string>& argv, const std::vector<std::string>& environment);

/// The program for argv = {"docker-compose", ...}.
std::unique_ptr<shell::Program> make_compose_v1(const std::vector<std::string>& argv, const std::vector<std::string>& environment);

/// What may follow the words typed so far ("docker", "compose", "u" or "docker-compose", "u"): commands
/// and flags that begin with the last word, sorted. The last word may be empty.
std::vector<std::string> compose_completions(const std::vector<std::string>& words);

}  // namespace podium::programs
