#pragma once

// What docker-compose 1.29.2 says of services that do not fit each other or the rest of their
// project, in its order: while a configuration is made of the files (config.py), and while a
// project is made of the configuration (project.py), which its `config` does not do.

#include "sim/base/result.hpp"
#include "sim/programs/compose_file/project.hpp"

namespace podium::compose {

/// config.py, validate_service and finalize_service: each service by itself, in the order of the
/// file and whatever its profiles.
Result<void> check_python_services(const Project& project);

/// sort_services.py: services that need each other, whatever their profiles.
Result<void> check_python_cycles(const Project& project);

/// config.py, match_named_volumes.
Result<void> check_python_volumes(const Project& project);

/// project.py, from_config: networks, secrets and scale. Configs are not looked for.
Result<void> check_python_project(const Project& project);

}  // namespace podium::compose
