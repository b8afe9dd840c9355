#pragma once

// What a Compose file may say and Podium reads, keeps and prints, but does not act on: one table of
// paths and sentences. `podium run` names these in one line, `podium check` lists them with places.

#include <string_view>
#include <vector>

#include "sim/programs/compose_file/project.hpp"

namespace podium::compose {

/// The entries of the project's model that do not act, in the order written.
std::vector<Unsimulated> find_unsimulated(const Project& project);
/// The keys that don't act whatever their value, '*' for a name or a place in a list: "services.*.cpuset".
std::vector<std::string_view> unsimulated_keys();
/// Whether a network's driver is one of the engine's that is not simulated, so that the network is a bridge instead.
bool acts_as_bridge(std::string_view driver);
/// Whether a log driver is one of the engine's that hands lines on, to a program on the host ("journald") or to a service somewhere
/// ("awslogs"). Nobody takes them here: the engine keeps them as with json-file.
bool hands_lines_on(std::string_view log_driver);
/// Whether a volume is the local driver's and its options (driver_opts) would mount what is not simulated (type: nfs, cifs, a
/// disk), so that it is a plain directory and they are left out.
bool is_plain_directory(const Volume& volume);
/// Why an option of a network's driver (driver_opts, docker's --opt) does not act, as "networks have IPv4 only"; empty when
/// it does.
std::string_view unsimulated_network_option(std::string_view name);

}  // namespace podium::compose
