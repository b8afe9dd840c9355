#pragma once

// What a container's command line is run as.

#include <memory>
#include <string>
#include <vector>

#include "sim/model/world.hpp"

namespace podium::model {

/// The program of a container's command line: the image's own server, acted out from its profile, or an ordinary
/// command; null with the reason when there is none. A command Podium does not model, in an image that is no mere
/// shell, is taken for the image's server, and that is recorded.
std::unique_ptr<shell::Program> make_main_program(World& world, ContainerId container, shell::Errno& error);

/// The command line of the server itself, as its scripts run it: "docker-entrypoint.sh -c x" of postgres is
/// "postgres -c x". What is no server stays as it is.
std::vector<std::string> server_command(const BehaviourProfile& profile, const std::vector<std::string>& argv);

}  // namespace podium::model
