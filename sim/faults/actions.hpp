#pragma once

// What each fault does to the world when it begins, while it lasts and when it ends; one pair a fault,
// in actions.cpp. Internal to sim/faults.

#include <string>

#include "sim/faults/fault.hpp"

namespace podium::faults {

enum FaultEvent : EventKind { kEventFaultRound = kRoomFaults };  ///< subject: the fault's number

/// Arguments that can be judged without a world: signals, durations, sizes.
Result<void> check_arguments(const FaultRequest& request);
bool target_exists(const model::World& world, const FaultSpec& spec, const std::string& target);
/// Whether a target that exists can be acted on now: a kill and a hang need a process that lives, a health check that
/// fails has to be there, and an engine or a host that is to stop has to have power.
struct Grip {
    bool holds = true;
    std::string reason;  ///< Why not, where there is more to say than that nothing runs.
};
Grip grip_on(const model::World& world, const FaultRequest& request);
std::string target_word(TargetKind kind);
/// What there is to break, for an error's hint.
std::string target_hint(const model::World& world, const FaultSpec& spec);
std::string example_of(const FaultSpec& spec);

void begin_action(model::World& world, ActiveFault& fault);
/// `state` no longer holds the fault; what others that go on want stays as it is.
void end_action(model::World& world, const FaultState& state, const ActiveFault& fault);
bool needs_rounds(const std::string& id);
/// A fault that does something to a container itself, from the first moment it is there.
bool holds_containers(const std::string& id);
/// A fault of a service that takes hold of its containers as they come.
bool waits_for_containers(const std::string& id);
/// What slow-start and failing-health do to a container that has come, or got its name, while they last, if it is
/// meant; `renamed` is one that may be held already. Costs no look at others, but where what the target meant is gone.
void take_hold_of_new(model::World& world, ActiveFault& fault, model::ContainerId container, bool renamed);
Duration round_time();
void round_action(model::World& world, ActiveFault& fault);

}  // namespace podium::faults
