#pragma once

// Which files a project is made of: those named, those of COMPOSE_FILE, or the ones of default
// names in the working directory and above it, with the override beside them.

#include <map>
#include <string>
#include <vector>

#include "sim/base/result.hpp"
#include "sim/programs/compose_file/load.hpp"
#include "sim/programs/compose_file/project.hpp"

namespace podium::compose {

struct ChosenFiles {
    std::vector<std::string> paths;  ///< Absolute, or "-".
    /// How docker-compose 1.29 names them in its sentences: "./docker-compose.yml",
    /// "./../docker-compose.yml" (config.py, find).
    std::map<std::string, std::string> names;
    std::vector<Warning> warnings;
};

/// `working_directory` is absolute and clean; `variables` are those of the shell and of .env. The
/// error is that of the request's client: no file, or several overrides.
Result<ChosenFiles> choose_files(const LoadRequest& request,
                                 const std::string& working_directory,
                                 const std::map<std::string, std::string>& variables);

}  // namespace podium::compose
