#pragma once

// Commands of an image that end at once with a sentence: what its programs say of themselves
// ("redis-server
// --version"), and what its entrypoint script says of a command that it can't find.

#include <memory>
#include <string>
#include <vector>

#include "sim/model/world.hpp"

namespace podium::model {

/// A program that prints one text and ends. A pure function of its arguments.
std::unique_ptr<shell::Program> make_saying(std::string text, bool standard_error, int exit_status);

/// The program of a command line to which the container's image has an answer (CommandAnswer); null
/// when it has none.
std::unique_ptr<shell::Program> make_answer(const World& world,
                                            ContainerId container,
                                            const std::vector<std::string>& argv);

/// What a container's entrypoint script says when the command it was given is no program, and its
/// end with 127: dash, BusyBox's ash and bash have sentences of their own. A command that begins with
/// a hyphen is for the last two an option of exec that they don't have, and the end is 2. Null when no
/// script that is known passes the command on.
std::unique_ptr<shell::Program> make_script_failure(const World& world,
                                                    ContainerId container,
                                                    const std::string& command);

}  // namespace podium::model
