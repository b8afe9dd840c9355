#pragma once

// What the words that look have in common: the run they look at, whom they ask about, and how an event is read. In
// bindings_look.cpp and bindings_events.cpp.

#include <cstdint>
#include <string>

#include "scripting/bindings.hpp"
#include "scripting/event_pattern.hpp"
#include "scripting/scenario.hpp"

namespace podium::scripting {

/// Steps that a query of the run takes.
inline constexpr std::uint64_t kQuerySteps = 50;
/// And each fact that it goes through.
inline constexpr std::uint64_t kFactSteps = 4;
/// Each container that it goes through for those of a name; measured, 66 ns.
inline constexpr std::uint64_t kContainerSteps = 2;
/// Volumes that it goes through for the one of a name.
inline constexpr std::size_t kVolumesPerStep = 3;

/// The run, which a look begins too.
const model::World& world_of(lua_State* lua);
/// Notes that the script speaks of somebody, at its present place.
void ask(lua_State* lua, AskedNames::Kind kind, const std::string& name);
int push_number(lua_State* lua, std::int64_t value);
/// A text, or a table: action, one of service, container, host and name, and fields.
EventPattern event_at(lua_State* lua, int index);
/// Asks for an event's target, and for the fields that are names of what has to be there.
void ask_target(lua_State* lua, const EventPattern& event);

}  // namespace podium::scripting
