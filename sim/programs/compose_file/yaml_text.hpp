#pragma once

// Trees written as YAML, letter for letter as the two libraries do that docker-compose (PyYAML) and
// docker compose (go-yaml) print with: quoting, line folding, indentation.

#include <string>
#include <string_view>

#include "sim/programs/compose_file/node.hpp"

namespace podium::compose {

/// PyYAML's safe_dump(default_flow_style=False, indent=2, width=80, allow_unicode=True), keys
/// sorted; strings that 1.1 readers take for booleans in double quotes, as docker-compose has them.
std::string python_yaml(const Node& node);

/// go-yaml with an indent of 2 and lines of any length; mappings in the order they have.
std::string go_yaml(const Node& node);

/// encoding/json's MarshalIndent with two blanks; mappings in the order they have; no line end.
std::string go_json(const Node& node);

/// Sorts a mapping's keys as go-yaml does: letters as letters, digits by their value.
void sort_go_keys(Node& mapping);

}  // namespace podium::compose
