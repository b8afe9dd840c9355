#pragma once

// The part of Lua's standard library that a script has, each function counted. Those that could run
// long, see addresses or catch errors are our own; the others are Lua's, behind a counter.

struct lua_State;

namespace podium::scripting {

/// Sets the globals. Runs inside a protected call of a new state.
void open_library(lua_State* lua);

/// A function of Lua's own in the table on top of the stack, from then on counted: each call, and
/// the length of the texts it gets: `rate` steps for sixteen bytes.
void count_original(lua_State* lua, const char* name, int rate = 4);

// The parts, each filling in globals or the table on top of the stack.
void open_base(lua_State* lua);
void open_catchers(lua_State* lua);  ///< pcall, xpcall and the coroutine table
void open_string(lua_State* lua);
void open_table(lua_State* lua);
void open_math(lua_State* lua);

/// A value as text, without addresses: pushes it and returns it. Calls __tostring.
const char* text_of_value(lua_State* lua, int index, unsigned long* size);

}  // namespace podium::scripting
