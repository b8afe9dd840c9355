#pragma once

// What yaml-cpp says of a text that is no YAML, for those who wrote it. No YAML here; any thread.

#include <string_view>

namespace podium {

struct YamlMistake {
    std::string_view sentence;  ///< "a '[' is not closed"; what yaml-cpp says where it is not known.
    std::string_view hint;
};

/// Requires that `message` outlives it.
YamlMistake yaml_mistake(std::string_view message);

}  // namespace podium
