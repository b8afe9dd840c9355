#pragma once

// Values and kinds of values in the words of Python and of docker-compose 1.29.2, for its
// sentences.

#include <string>
#include <string_view>
#include <vector>

#include "sim/programs/compose_file/node.hpp"

namespace podium::compose {

/// A string as Python's repr() has it: in single quotes, or in double ones if it holds only such.
std::string python_string(std::string_view text);
/// A float as repr() has it: 2.0, 1e+20, nan.
std::string python_float(const Node& node);
/// A value as repr() has it: {'a': [1, None, True]}.
std::string python_repr(const Node& node);
/// A value as json.dumps() has it: {"a": [1, null, true]}, what is not ASCII escaped.
std::string python_json(const Node& node);
/// Whether Python takes a value for false: nothing, zero, an empty text, list or mapping.
bool is_python_false(const Node& node);
/// validation.py, python_type_to_yaml_type: "mapping", "array", "number" ... and "NoneType".
std::string_view python_type(const Node& node);
/// validation.py, anglicize_json_type: "an array", "a string".
std::string with_article(std::string_view name);
/// validation.py, _parse_valid_types_from_validator: "a string, number, or a null".
std::string any_of(const std::vector<std::string>& names);

}  // namespace podium::compose
