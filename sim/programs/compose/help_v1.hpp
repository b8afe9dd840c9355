#pragma once

// What docker-compose 1.29.2 says of itself and its commands: docopt reads the same text to know
// what a command takes. Without a newline at the end.

#include <string_view>

namespace podium::programs::composing {

/// The help of a command, or of the whole program for an empty name; empty for an unknown command.
std::string_view help_v1(std::string_view command);
/// The list of commands, from "Commands:" on.
std::string_view commands_v1();

}  // namespace podium::programs::composing
