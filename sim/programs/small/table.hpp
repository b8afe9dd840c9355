#pragma once

// The table of the small programs. Names that a real system has and Podium does not model are in it
// too, so that they are refused as what they are; a name that is in none is unknown.

#include <memory>
#include <string>
#include <vector>

#include "sim/shell/system.hpp"

namespace podium::programs {

/// The program argv[0] names (its last part), or null with the reason: NoEntry, or NotModelled.
std::unique_ptr<shell::Program> make_small_program(const std::vector<std::string>& argv,
                                                   const std::vector<std::string>& environment,
                                                   bool in_container,
                                                   shell::Errno& error);
/// Whether a program of this name could be made: None, NoEntry or NotModelled.
shell::Errno find_small_program(const std::string& name, bool in_container);
/// The names that can be run, sorted.
std::vector<std::string> small_program_names(bool in_container);
/// tini: starts `argv` as its child, passes signals on, exits as the child did.
std::unique_ptr<shell::Program> make_init(const std::vector<std::string>& argv);

}  // namespace podium::programs
