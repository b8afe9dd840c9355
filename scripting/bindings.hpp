#pragma once

// The words a scenario has, in one table: what each is called, how, what it does, and its function.
// From it come the script's globals and `podium docs lua`. The functions are in bindings*.cpp; each
// works on the Scenario that is its sandbox's host.

#include <string>
#include <string_view>
#include <vector>

#include "scripting/arguments.hpp"
#include "scripting/sandbox.hpp"

struct lua_State;

namespace podium::scripting {

class Scenario;

struct BindingRow {
    std::string_view name;       ///< "wait", or a method: "service:running".
    std::string_view signature;  ///< As one writes it.
    std::string_view sentence;
    Binding function;
    int more = 0;  ///< Arguments that it takes besides those of the signature.
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
BindingGroup event_bindings();
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
/// How a word is written, by its name (of a method, what follows the colon); empty when there is none.
std::string signature_of(const std::string& word);
/// How many arguments a word takes as it is written: what stands between its commas. One in braces is a table.
int most_arguments(const BindingRow& row);
/// What may be called: words, faults and Lua's own, of lessons too.
std::vector<std::string> known_words();
/// Pushes a handle of a kind ("service") that names something; its methods are those of the table.
void push_handle(lua_State* lua, const char* kind, const std::string& name);
/// What the handle at `index` names.
std::string handle_at(lua_State* lua, int index, const char* kind);
/// What a word gives that does something and has nothing to give: a nil, which what wants a function can tell from no argument.
int give_nothing(lua_State* lua);
void push_text(lua_State* lua, const std::string& text);

}  // namespace podium::scripting
