#pragma once

// `podium why` and the word `why`: an explanation from the facts (sim/view/explain.hpp), and what
// only the lab knows: the project's services that are not there yet, faults that go on, names that
// are near.

#include <string>

#include "sim/base/result.hpp"
#include "sim/lab/session.hpp"
#include "sim/lab/words.hpp"

namespace podium::lab {

/// Explains what last happened to a service, container, host, network, volume or image by `until`,
/// in lines of at most `width` columns (0: no limit). An error when no such thing is known: what is
/// near. A swarm's managers are asked as they stood then, and when they last decided: `past` says how
/// (none: only `state` is known, which then stands at `until`, and no decision is looked at again).
Result<std::string> why(const SetUp& set_up,
                        const SimState& state,
                        const std::string& target,
                        Time until,
                        std::size_t width,
                        const Past& past = {});
/// The same of a session, by a moment up to now.
Result<std::string> why(const Session& session,
                        const std::string& target,
                        Time until,
                        std::size_t width);

/// Services, their slots and tasks, and containers: what a fault of containers may name.
std::vector<std::string> container_names(const SetUp& set_up, const SimState& state);
/// What a person may mean by a name in this run: services and their containers, hosts, networks,
/// volumes.
std::vector<std::string> known_names(const SetUp& set_up, const SimState& state);

}  // namespace podium::lab
