#pragma once

// What must hold in every world at every instant, whatever was typed and broken. Random testing checks
// it; a broken one is a fault of Podium's own. Each is shown to fail on a world broken on purpose.

#include <string>
#include <vector>

#include "sim/model/world.hpp"

namespace podium::lab {

/// The invariants that do not hold now, each a sentence; empty when all is well.
std::vector<std::string> broken_invariants(const model::World& world);
/// What is kept as a sum, added up again: memory, processor time, disks, mounts. Slower than the above.
std::vector<std::string> broken_sums(const model::World& world);
/// Reads the whole journal: containers change state only by legal transitions, a removed container
/// never speaks again, nothing happens on a host that is down, causes come before effects, time never
/// goes back.
std::vector<std::string> broken_history(const model::World& world);
/// After a time in which nothing was asked for and nothing was broken: what is declared runs. An engine
/// that is up has kept every restart it promised, what its policies want at its start was started, and
/// what does not run holds no process, address, port or mount.
std::vector<std::string> broken_promises(const model::World& world);

}  // namespace podium::lab
