#pragma once

// Whether a text is of characters that YAML has: UTF-8, and no control characters. Refused in the
// words of go-yaml 3.0.1 (readerc.go) and of docker-compose 1.29.2 (PyYAML's reader.py, and
// Python's own decoder).

#include <optional>
#include <string>

#include "sim/base/result.hpp"
#include "sim/programs/compose_file/project.hpp"

namespace podium::compose {

std::optional<Error> yaml_character_error(const std::string& text,
                                          const std::string& file,
                                          Dialect dialect);

}  // namespace podium::compose
