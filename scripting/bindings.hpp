#pragma once

// The words a scenario has, in one table: what each is called, how, what it does, and its function.
// From it come the script's globals and `podium docs lua`. The functions are in bindings*.cpp; each
// works on the Scenario that is its sandbox's host.

#include <string>
#include <string_view>
#include <vector>

#include "scripting/sandbox.hpp"

struct lua_State;

namespace podium::scripting {

class Scenario;

struct BindingRow {
    std::string_view name;       ///< "wait", or a method: "service:running".
    std::string_view signature;  ///< As one writes it.
    std::string_view sentence;
    Binding function;
};

struct BindingGroup {
    std::string_view title;
    std::vector<BindingRow> rows;
};

/// All but the faults, which come from the list of faults.
const std::vector<BindingGroup>& binding_groups();
// Its parts, one a file.
BindingGroup set_up_bindings();
BindingGroup time_bindings();
BindingGroup action_bindings();
BindingGroup traffic_bindings();
BindingGroup check_bindings();
std::vector<BindingGroup> query_bindings();

/// Sets the globals. Runs where Lua's errors are caught.
void open_bindings(lua_State* lua);
/// The reference, as `podium docs lua` prints it.
std::string bindings_text();

// --- what the functions share ---
Scenario& scenario_of(lua_State* lua);
/// Raises an error as one of the script's. Does not return.
[[noreturn]] void raise_error(lua_State* lua, const Error& error);
/// Refuses where the script may only look (a predicate), or stands in a coroutine of its own.
void require_task(lua_State* lua, const char* word);
/// A duration: a text like "1m30s", or seconds as a number. Not negative.
Duration duration_at(lua_State* lua, int index);
std::string string_at(lua_State* lua, int index);
/// A field of the table at `index` as text; empty when it is not there. Numbers become text.
std::string text_field(lua_State* lua, int index, const char* name);
/// The texts of a list.
std::vector<std::string> texts_at(lua_State* lua, int index);
/// Refuses fields of an options table that are not among the known.
void check_fields(lua_State* lua,
                  int index,
                  const char* word,
                  const std::vector<std::string>& known);
/// Pushes a handle of a kind ("service") that names something; its methods are those of the table.
void push_handle(lua_State* lua, const char* kind, const std::string& name);
/// What the handle at `index` names.
std::string handle_at(lua_State* lua, int index, const char* kind);
void push_text(lua_State* lua, const std::string& text);

}  // namespace podium::scripting
