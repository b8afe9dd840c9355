#pragma once

// The programs of this folder by name. Which image has which of them is decided by its profile.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sim/shell/system.hpp"

namespace podium::programs {

/// A program for argv; null with NoEntry in `error` when there is none of that name here.
std::unique_ptr<shell::Program> make_net_program(const std::vector<std::string>& argv,
                                                 const std::vector<std::string>& environment,
                                                 bool in_container,
                                                 shell::Errno& error);

/// The names of all of them, sorted.
std::vector<std::string> net_program_names(bool in_container);
bool is_net_program(std::string_view name, bool in_container);

}  // namespace podium::programs
