#pragma once

// What the two Compose programs say of a text that is no YAML: go-yaml 3.0.1 for docker compose 2,
// PyYAML for docker-compose 1.29. Their grammar is walked (parserc.go, parser.py) without building
// anything, so that problem, line and context are theirs. yaml.cpp asks it about every text; what
// yaml-cpp refuses besides keeps yaml-cpp's mark.

#include <optional>
#include <string>
#include <string_view>

#include "sim/base/result.hpp"
#include "sim/programs/compose_file/project.hpp"

namespace podium::compose {

/// What is wrong with the text, in the program's own words and at its place; nothing when it is
/// well formed, or has what is not followed here.
std::optional<Error> yaml_syntax_error(std::string_view text,
                                       const std::string& file,
                                       Dialect dialect);

/// A sentence of PyYAML's constructor: "yaml.constructor.ConstructorError: ...", with where.
std::string python_constructor_error(std::string_view problem, const Place& place);
/// The same of a key that is a list or a mapping; a mapping that begins with it is not placed.
std::string python_unhashable(const Place& mapping, const Place& key);

}  // namespace podium::compose
