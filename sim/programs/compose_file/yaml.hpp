#pragma once

// YAML text to Node trees: anchors and aliases, merge keys, the tags !reset and !override,
// duplicate keys, several documents and the limits are handled here, from yaml-cpp's events.
// Nothing throws out of it; a wrong text is an Error with line and column.

#include <cstddef>
#include <string>
#include <vector>

#include "sim/base/result.hpp"
#include "sim/programs/compose_file/node.hpp"
#include "sim/programs/compose_file/project.hpp"

namespace podium::compose {

inline constexpr std::size_t kMaximumFileBytes = 4U << 20U;
inline constexpr std::size_t kMaximumDepth = 200;
inline constexpr std::size_t kMaximumDocuments = 1'000;
inline constexpr std::size_t kMaximumKeys = 10'000;
/// compose-go: at most 100,000 nodes of a document are visited, aliases expanded.
inline constexpr std::size_t kMaximumNodes = 100'000;
/// go-yaml: beyond 1,000 nodes at most 99 in 100 of those there are so far may come from aliases.
inline constexpr std::size_t kAliasedFreely = 1'000;
inline constexpr std::size_t kMaximumAliasing = 99;

/// The documents of a YAML text in order. `file` goes into the places.
Result<std::vector<Node>> parse_yaml(const std::string& text,
                                     const std::string& file,
                                     Dialect dialect);

/// What a plain scalar is: 8080 an integer, 1.10 the float "1.1", `yes` a string in V2 and true in
/// V1.
Node resolve_plain_scalar(const std::string& text, Dialect dialect, Place place);

/// A float as Go prints it: "1.5", "1e+06"; as Python prints it for V1: "1000000.0".
std::string float_text(double value, Dialect dialect);

}  // namespace podium::compose
