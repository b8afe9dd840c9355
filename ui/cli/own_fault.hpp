#pragma once

// The last line of defence: what a command throws is a fault of Podium's own, told in one sentence, never an abort.

#include <functional>

namespace podium::cli {

/// Runs a command: its status; kOwnFault when it throws. That nobody reads its output any more is no fault.
int status_of(const std::function<int()>& command);

}  // namespace podium::cli
