#pragma once

// What stands still: an engine that SIGSTOP has stopped, and processes frozen with their container.

#include "sim/model/world.hpp"

namespace podium::model {

/// Keeps back an event of an engine that SIGSTOP has stopped until it is let go: its timers run on
/// meanwhile, so what has become due then happens at once. True when it did. Kept among the events
/// that a host holds while it stands still itself.
bool hold_while_frozen(World& world, HostId host, const Event& event);
/// KILL to a process frozen with its container from whoever thaws it for that: the engine's runtime
/// (runc 1.1 signalInit), the host's OOM killer.
void kill_frozen(World& world, ProcessId target);

}  // namespace podium::model
