#pragma once

// Reads Compose files into a Project: finds the files, parses YAML, replaces variables, merges
// files, includes and extends, checks the schema, fills in defaults, checks consistency and filters
// by profile, in the order the real loader has. A wrong file gives an Error with file, line and
// column.

#include <map>
#include <string>
#include <vector>

#include "sim/base/files.hpp"
#include "sim/base/result.hpp"
#include "sim/programs/compose_file/project.hpp"

namespace podium::compose {

struct LoadRequest {
    const FileReader* files = nullptr;
    /// -f options, relative to the working directory; empty: COMPOSE_FILE, else the default names,
    /// here and then upwards, with the override file beside the one found.
    std::vector<std::string> paths;
    std::string working_directory = "/";
    std::string project_name;       ///< -p; empty: COMPOSE_PROJECT_NAME, `name:`, directory.
    std::string project_directory;  ///< --project-directory.
    std::map<std::string, std::string> environment;  ///< The shell's variables.
    std::vector<std::string> env_files;  ///< --env-file; empty: .env in the project directory.
    std::vector<std::string> profiles;   ///< --profile; empty: COMPOSE_PROFILES.
    std::vector<std::string> services;   ///< Named on the command line: their profiles are active.
    bool interpolate = true;             ///< --no-interpolate clears it.
    bool all_resources = false;          ///< --all-resources: what no service uses is kept too.
    bool compatible = false;             ///< --compatibility of docker compose 2: '_' in names.
    Dialect dialect = Dialect::V2;
    /// As the clients themselves read it: what only an engine refuses (a restart policy) is left to it, and docker
    /// compose 2 without interpolation makes a model, no project, so that no value need be what its key wants.
    bool for_client = false;
    /// docker-compose 1.29's `config`, which makes no project: what that would refuse, networks and secrets that nobody
    /// declares, stays as it is, and so does what only an engine refuses: fractions where it wants whole numbers, sizes,
    /// ports out of their bounds, kinds of mounts.
    bool configuration_only = false;
    /// `docker stack`, whose own loader has checked the files: what docker compose's finds inconsistent (one
    /// container_name for several replicas, names that nobody declares, circles) is none of its business.
    bool for_swarm = false;
};

/// How many services a project may have.
inline constexpr std::size_t kMaximumServices = 2'000;

/// The project, or what is wrong with its files. The error's message is the sentence of the real
/// program of the request's dialect, so that its client can print it as it is.
Result<Project> load(const LoadRequest& request);

/// The same for a text that is no file, as if it were the file `path`.
Result<Project> load_text(const std::string& text,
                          const std::string& path,
                          const LoadRequest& request);

/// The same error for Podium's own messages: one line, without the file name and the phrases that
/// the real programs wrap around it, as the place says where.
Error plain_error(Error error);

}  // namespace podium::compose
