#pragma once

// Faults: what breaks, on purpose. One begin/end pair each, and one table of them, from which come
// `--fault`, the terminal's `inject`, `podium faults`, Lua's functions, random testing and the docs.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/result.hpp"
#include "sim/model/targets.hpp"
#include "sim/model/world.hpp"

namespace podium::faults {

enum class TargetKind : std::uint8_t { Container, Host, Link, Registry, Image, Hosts };

/// A fault as asked for: "kill web.1 signal=KILL".
struct FaultRequest {
    std::string id;      ///< "kill".
    std::string target;  ///< "web", "web.1", a container, a host, "hostA-hostB", a registry, an image.
    std::map<std::string, std::string> arguments;

    /// As typed: id, target, arguments by name.
    [[nodiscard]] std::string text() const;
};

/// A fault that lasts and has begun.
struct ActiveFault {
    std::uint32_t number = 0;
    FaultRequest request;
    FactId began;
    std::vector<std::uint32_t>
        rows;  ///< What it took hold of: containers, hosts, overlays of links. Of a crash loop and a leak the first.
    std::map<std::string, std::int64_t> before;  ///< What it has to put back.
    /// By what its target means the containers it took hold of, and one of these.
    model::TargetMatch match = model::TargetMatch::None;
    model::ContainerId by;
};

/// Part of SimState.
struct FaultState {
    std::vector<ActiveFault> active;
    std::uint32_t count = 0;
    /// What follow_containers has seen: so many containers, and the facts up to this one.
    std::uint32_t seen_containers = 0;
    FactId seen_fact;
};

struct FaultArgument {
    std::string_view name;
    std::string_view meaning;  ///< With its default and unit.
    bool time = false;         ///< Its value is a duration.
};

struct FaultSpec {
    std::string_view id;
    TargetKind target;
    std::string_view summary;
    std::vector<FaultArgument> arguments;
    std::string_view ends;  ///< What ends it: "at once", "lift", "lift or a restart" ...
    bool lasts = false;     ///< It can be lifted.
};

const std::vector<FaultSpec>& fault_list();
const FactTable& fault_facts();

/// Reads "kill web.1 signal=KILL"; unknown ids and arguments name what is near.
Result<FaultRequest> parse_fault(std::string_view text);
/// Checks that the target exists now and the arguments make sense, without changing anything.
Result<void> check_fault(const model::World& world, const FaultRequest& request);
/// Whether a fault of this kind has an end at all.
Result<void> check_lift(const FaultRequest& request);
/// Begins it: records fault.begin and acts; a target that is not there (any more), nor awaited, is
/// recorded as a fault that found nothing.
void begin_fault(model::World& world, FaultState& state, const FaultRequest& request);
/// Whether it waits for containers of its target, and none has come so far that it could do something to.
bool found_nothing(const ActiveFault& fault);
/// Ends a lasting fault that was begun with this request, or, when it names no arguments, the newest of
/// that kind with that target; false when there is none. One that has waited for containers in vain is recorded
/// as missed, too.
bool end_fault(model::World& world, FaultState& state, const FaultRequest& request);
/// After each event: a fault of a service that lasts takes hold of the containers that have come since, and of
/// those that have got its target's name since: Compose makes a container anew under another name and renames it
/// (docker compose 2.40: pkg/compose/convergence.go, recreateContainer). Each is looked at once.
void follow_containers(model::World& world, FaultState& state);
/// Handles the events of this room (rounds of a crash loop, growth of a leak).
void handle_fault_event(model::World& world, FaultState& state, const Event& event);

enum FaultFact : FactKind { kFactFaultBegin = kRoomFaults, kFactFaultEnd, kFactFaultMissed };

}  // namespace podium::faults
