#pragma once

// How `jobs` and a terminal's shell speak of background jobs. Private to this folder.

#include <string>
#include <string_view>

#include "sim/shell/state.hpp"

namespace podium::shell {

/// "[1]+  Running                 sleep 60 &" and a newline.
std::string describe_job(const Job& job, bool current, bool previous);

/// How a shell names what a signal does: "Terminated".
std::string_view signal_sentence(int signal);

}  // namespace podium::shell
