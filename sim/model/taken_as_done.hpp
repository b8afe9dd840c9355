#pragma once

// Programs that prepare what nobody can know here: they fetch packages, build somebody's application, make accounts. They
// are not simulated; a container's own script and a Dockerfile's RUN go on as if they had worked, which is told.

#include <memory>
#include <string>
#include <vector>

#include "sim/model/world.hpp"

namespace podium::model {

/// What stands for such a command line in a container: a program that ends with 0 at once, with the little of its work that
/// others can see (an account, a program Podium knows). Null when it has to be refused: outside of builds all but
/// package managers and build tools are, and whatever an unknown image (unknown_image.hpp) may have. `directory` is where it runs.
std::unique_ptr<shell::Program> take_as_done(World& world, ContainerId container, const std::vector<std::string>& argv, const std::string& directory);

/// What stands for a cp or mv in a build whose source is not there because a step before it was only taken as done: the
/// destination is there afterwards, as a program of which nothing is known. Null when it is to be run as it is.
/// `directory` is where it runs.
std::unique_ptr<shell::Program> take_copy_as_done(World& world, ContainerId container, const std::vector<std::string>& argv, const std::string& directory);

/// Whether a program prepares and ends, whatever it is given.
bool only_prepares(const std::string& name);

/// Whether a command of a build asks what lies outside of the simulation (`curl https://…`): nobody else is there to be
/// asked while an image is built.
bool reaches_outside(const World& world, ContainerId container, const std::vector<std::string>& argv);

/// Whether a file is a program that such a command brought along, or would have made: nothing of it but its size is known.
bool is_opaque_program(const FileNode& node);

}  // namespace podium::model
