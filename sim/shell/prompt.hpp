#pragma once

// What a shell at a terminal shows before it reads a line.

#include <string>

#include "sim/shell/state.hpp"

namespace podium::shell {

/// The prompt: PS1 with its escapes \u \h \w \W \$ \n \s if it is set, else the usual one:
/// busybox's
/// "/ # " for ash, Debian's "root@host:/# " for bash. `more`: in the middle of a command, "> ".
std::string prompt_text(const ShellState& state, bool more);

}  // namespace podium::shell
