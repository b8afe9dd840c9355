#pragma once

// Short forms to long ones, defaults, and paths made absolute: after this every attribute has one
// shape, whichever way it was written.

#include <string>
#include <vector>

#include "sim/base/result.hpp"
#include "sim/programs/compose_file/node.hpp"
#include "sim/programs/compose_file/project.hpp"

namespace podium::compose {

/// How many ports one entry may stand for.
inline constexpr int kMaximumPortRange = 65'536;
/// The last port there is, and the last that 1.29 is let read: to it any number is one.
inline constexpr int kMaximumPort = 65'535;
inline constexpr int kMaximumPythonPort = 99'999;

/// Turns short forms into long ones throughout the model. `raw`: variables stand in it as they are
/// written, and what can't be read stays.
Result<void> canonicalise(Node& model,
                          Dialect dialect,
                          std::vector<Warning>& warnings,
                          bool raw = false);

/// Fills in what compose-go fills in: build context, secrets' targets, protocol and mode of ports,
/// device counts.
void set_defaults(Node& model);

/// Makes relative paths absolute, in short and in long forms; `home` stands for "~".
void resolve_paths(Node& model, const std::string& directory, const std::string& home);

/// One entry of `ports` in the short form, expanded. The nodes are mappings with host_ip, target,
/// published, protocol and mode. A port is at most `maximum`.
Result<std::vector<Node>> parse_short_port(const std::string& text,
                                           const Place& place,
                                           int maximum = kMaximumPort);

/// Whether a text is an IPv4 or IPv6 address.
bool is_ip_address(std::string_view text);

}  // namespace podium::compose
