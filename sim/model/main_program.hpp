#pragma once

// What a container's command line is run as.

#include <memory>
#include <string>
#include <vector>

#include "sim/model/world.hpp"

namespace podium::model {

/// The program of a container's command line: the image's own server, acted out from its profile, what its programs say
/// of themselves, or an ordinary command; null with the reason when there is none. A command of an unknown image that is
/// taken for its server, and a program of the image that Podium does not model, which ends with 127, are recorded as not
/// modelled; what a server does not do as it was told, it records itself.
std::unique_ptr<shell::Program> make_main_program(World& world, ContainerId container, shell::Errno& error);

/// The command line of the server itself, as its scripts run it: "docker-entrypoint.sh -c x" of postgres is
/// "postgres -c x". What is no server stays as it is.
std::vector<std::string> server_command(const BehaviourProfile& profile, const std::vector<std::string>& argv);

}  // namespace podium::model
