#pragma once

// What the two clients say of a project's files that are missing, too many or wrong, word for word
// (docker compose 2.40 with compose-go 2.9, docker-compose 1.29.2), and Podium's own form of it.

#include <string>
#include <string_view>
#include <vector>

#include "sim/base/files.hpp"
#include "sim/base/result.hpp"
#include "sim/programs/compose_file/project.hpp"

namespace podium::compose {

/// No file of a default name, here or above.
Error no_file_found(Dialect dialect);
/// Several files may be the override, which only 1.29 minds (config/errors.py,
/// DuplicateOverrideFileFound).
Error several_overrides(const std::vector<std::string>& paths, const Place& place);
/// The two lines about several files of default names, of which the first is taken; `kind` is
/// "config" or "override".
std::vector<std::string> sentences_of_several(Dialect dialect,
                                              std::vector<std::string> paths,
                                              std::string_view kind);

/// A name given with -p or COMPOSE_PROJECT_NAME that docker compose 2 does not take.
Error wrong_project_name(const std::string& name);

/// A file of --env-file, of a service's env_file, of its label_file, that is not there.
std::string missing_env_file(Dialect dialect, const std::string& path);
std::string missing_service_env_file(Dialect dialect, const std::string& path);
std::string missing_label_file(const std::string& path);

/// A variable that has no value.
std::string sentence_of_unset(Dialect dialect, const std::string& name);

/// docker-compose 1.29.2, config.py, check_swarm_only_config.
void warn_of_configs(const Project& project, std::vector<Warning>& warnings);
/// docker-compose 1.29.2, config.py, validate_paths: what is no address must be there, whatever is
/// asked for.
Result<void> check_build_paths(const Project& project, const FileReader& files);
/// docker-compose 1.29 complains of a variable once.
void drop_repeated(std::vector<Warning>& warnings);

}  // namespace podium::compose
