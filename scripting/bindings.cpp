// The table's edges: setting the globals, printing the reference, and what the functions share.

#include "scripting/bindings.hpp"

#include <algorithm>
#include <fmt/format.h>

#include <lua.hpp>

#include "scripting/fault_targets.hpp"
#include "scripting/lesson_words.hpp"
#include "scripting/library.hpp"
#include "scripting/policy_words.hpp"
#include "scripting/scenario.hpp"
#include "sim/base/text.hpp"

namespace podium::scripting {
namespace {

constexpr const char* kKinds[] = {"service", "container", "host", "volume", "fault", "traffic"};

// Looked up where a handle has no such method. Upvalue: its kind.
int no_method(lua_State* lua) {
    const std::string kind = lua_tostring(lua, lua_upvalueindex(1));
    const std::string name = lua_type(lua, 2) == LUA_TSTRING ? string_at(lua, 2) : type_words(lua, 2);
    std::vector<std::string> methods;
    for (const BindingGroup& group : binding_groups()) {
        for (const BindingRow& row : group.rows) {
            if (row.name.starts_with(kind + ":"))
                methods.emplace_back(row.name.substr(kind.size() + 1));
        }
    }
    if (kind == "fault") methods.emplace_back("lift");
    const std::string near = nearest(name, methods);
    raise_error(lua,
                Error{fmt::format("a {} has no '{}'", kind, name),
                      {},
                      near.empty() ? "it has " + join(methods, ", ")
                                   : fmt::format("did you mean '{}'?", near)});
}

std::string metatable_name(std::string_view kind) {
    return fmt::format("podium.{}", kind);
}

// --- faults: a function each, from the list of faults ---

std::string function_name(const faults::FaultSpec& fault) {
    std::string name(fault.id);
    std::replace(name.begin(), name.end(), '-', '_');
    return name;
}

const faults::FaultSpec& fault_of(lua_State* lua) {
    return faults::fault_list()[static_cast<std::size_t>(lua_tointeger(lua, lua_upvalueindex(1)))];
}

std::string_view target_word(faults::TargetKind kind) {
    switch (kind) {
        case faults::TargetKind::Container:
            return "service or container";
        case faults::TargetKind::Host:
            return "host";
        case faults::TargetKind::Link:
            return "hostA-hostB";
        case faults::TargetKind::Registry:
            return "registry";
        case faults::TargetKind::Image:
            return "image";
        case faults::TargetKind::Hosts:
            return "hostA,hostB|hostC";
    }
    return {};
}

// What a fault's target is asked about for; none of what is there from the beginning.
std::optional<AskedNames::Kind> kind_asked(faults::TargetKind kind) {
    switch (kind) {
        case faults::TargetKind::Container:
            return AskedNames::Kind::Machine;
        case faults::TargetKind::Registry:
            return AskedNames::Kind::Registry;
        case faults::TargetKind::Image:
            return AskedNames::Kind::Image;
        case faults::TargetKind::Host:
        case faults::TargetKind::Link:
        case faults::TargetKind::Hosts:
            break;
    }
    return {};
}

std::string fault_signature(const faults::FaultSpec& fault) {
    std::string options;
    for (const faults::FaultArgument& argument : fault.arguments)
        options += fmt::format("{}{} = …", options.empty() ? "" : ", ", argument.name);
    if (fault.lasts) options += fmt::format("{}lasts = …", options.empty() ? "" : ", ");
    return fmt::format("{}(\"{}\"{})",
                       function_name(fault),
                       target_word(fault.target),
                       options.empty() ? "" : fmt::format(", {{{}}}", options));
}

int inject(lua_State* lua) {
    const faults::FaultSpec& fault = fault_of(lua);
    const std::string word = function_name(fault);
    require_task(lua, word.c_str());
    refuse_more_arguments(lua, lua_gettop(lua), 2, word, fault_signature(fault));
    const std::string target = string_at(lua, 1);
    std::string text = fmt::format("{} {}", fault.id, target);
    Duration lasts{};
    bool ends = false;
    if (!lua_isnoneornil(lua, 2)) {
        require_table(lua, 2);
        std::vector<std::string> known;
        for (const faults::FaultArgument& argument : fault.arguments)
            known.emplace_back(argument.name);
        if (fault.lasts) known.emplace_back("lasts");
        check_fields(lua, 2, word.c_str(), known);
        for (const faults::FaultArgument& argument : fault.arguments) {
            const std::string name(argument.name);
            const bool given = lua_getfield(lua, 2, name.c_str()) != LUA_TNIL;
            lua_pop(lua, 1);
            if (!given) continue;
            const std::string value = argument.time ? time_field(lua, 2, name.c_str()) : text_field(lua, 2, name.c_str());
            if (value.empty() || value.find_first_of(" \t\n") != std::string::npos)
                luaL_error(lua, "%s: '%s' is no value for %s", word.c_str(), value.c_str(), name.c_str());
            text += fmt::format(" {}={}", name, value);
        }
        lua_getfield(lua, 2, "lasts");
        ends = !lua_isnil(lua, -1);
        if (ends) lasts = duration_at(lua, -1);
        lua_pop(lua, 1);
    }
    Scenario& scenario = scenario_of(lua);
    if (Result<void> begun = scenario.begin(); !begun) raise_error(lua, begun.error());
    if (Result<void> there = check_fault_target(scenario.run_so_far(), fault, text); !there)
        raise_error(lua, there.error());
    if (Result<void> posted = scenario.post(lab::CommandKind::Inject, scenario.now(), {}, text);
        !posted)
        raise_error(lua, posted.error());
    // These may come to be there later in the run.
    if (const auto kind = kind_asked(fault.target))
        scenario.asked().ask(*kind, target, Sandbox::of(lua).place(lua));
    if (ends) {
        if (Result<void> posted =
                scenario.post(lab::CommandKind::Lift, scenario.now() + lasts, {}, text);
            !posted)
            raise_error(lua, posted.error());
    }
    if (!fault.lasts) return give_nothing(lua);
    push_handle(lua, "fault", text);
    return 1;
}

int lift(lua_State* lua) {
    require_task(lua, "lift");
    Scenario& scenario = scenario_of(lua);
    if (Result<void> posted =
            scenario.post(lab::CommandKind::Lift, scenario.now(), {}, handle_at(lua, 1, "fault"));
        !posted)
        raise_error(lua, posted.error());
    return give_nothing(lua);
}

void open_faults(lua_State* lua) {
    const auto& list = faults::fault_list();
    for (std::size_t i = 0; i < list.size(); ++i) {
        lua_pushinteger(lua, static_cast<lua_Integer>(i));
        lua_pushcclosure(lua, guarded<inject>, 1);
        lua_setglobal(lua, function_name(list[i]).c_str());
    }
}

// Upvalues: the function, the most arguments, how many stand before the colon, the word, its signature.
int bounded_call(lua_State* lua) {
    const auto number = [lua](int upvalue) { return static_cast<int>(lua_tointeger(lua, lua_upvalueindex(upvalue))); };
    const auto text = [lua](int upvalue) { return std::string(lua_tostring(lua, lua_upvalueindex(upvalue))); };
    refuse_more_arguments(lua, lua_gettop(lua) - number(3), number(2), text(4), text(5));
    return lua_tocfunction(lua, lua_upvalueindex(1))(lua);
}

void push_bounded(lua_State* lua, const BindingRow& row) {
    const std::size_t colon = row.name.find(':');
    const bool method = colon != std::string_view::npos;
    const std::string_view word = method ? row.name.substr(colon + 1) : row.name;
    lua_pushcfunction(lua, row.function);
    lua_pushinteger(lua, most_arguments(row));
    lua_pushinteger(lua, method ? 1 : 0);
    lua_pushlstring(lua, word.data(), word.size());
    lua_pushlstring(lua, row.signature.data(), row.signature.size());
    lua_pushcclosure(lua, guarded<bounded_call>, 5);
}

// A method of a kind goes into its metatable's __index.
void set_binding(lua_State* lua, const BindingRow& row) {
    const std::size_t colon = row.name.find(':');
    if (colon == std::string_view::npos) {
        push_bounded(lua, row);
        lua_setglobal(lua, std::string(row.name).c_str());
        return;
    }
    luaL_getmetatable(lua, metatable_name(row.name.substr(0, colon)).c_str());
    lua_getfield(lua, -1, "__index");
    push_bounded(lua, row);
    lua_setfield(lua, -2, std::string(row.name.substr(colon + 1)).c_str());
    lua_pop(lua, 2);
}

int handle_text(lua_State* lua) {
    lua_getiuservalue(lua, 1, 1);
    return 1;
}

const BindingRow& lift_row() {
    static const BindingRow row{"fault:lift", "fault:lift()", "Ends it.", guarded<lift>};
    return row;
}

void print_row(std::string& out, std::string_view signature, std::string_view sentence) {
    out += fmt::format("  {}\n      {}\n", signature, sentence);
}

}  // namespace

const std::vector<BindingGroup>& binding_groups() {
    static const std::vector<BindingGroup> groups = [] {
        std::vector<BindingGroup> all{set_up_bindings(),
                                      time_bindings(),
                                      action_bindings(),
                                      traffic_bindings(),
                                      check_bindings(),
                                      event_bindings()};
        for (BindingGroup& group : query_bindings())
            all.push_back(std::move(group));
        return all;
    }();
    return groups;
}

int most_arguments(const BindingRow& row) {
    const std::string_view text = row.signature.substr(row.signature.find_first_of("({"));
    int depth = 0;
    int commas = 0;
    bool quoted = false;
    for (const char c : text) {
        if (c == '"') quoted = !quoted;
        if (quoted) continue;
        if (c == '(' || c == '{' || c == '[') ++depth;
        if (c == ')' || c == '}' || c == ']') --depth;
        if (c == ',' && depth == 1) ++commas;
    }
    const int written = text.front() == '{' ? 1 : text.starts_with("()") ? 0 : commas + 1;
    return written + row.more;
}

std::string signature_of(const std::string& word) {
    const auto is_it = [&word](const BindingRow& row) {
        return row.name.substr(row.name.rfind(':') + 1) == word;
    };
    std::vector<BindingGroup> groups = binding_groups();
    groups.push_back(lesson_bindings());
    for (const BindingGroup& group : groups) {
        const auto row = std::find_if(group.rows.begin(), group.rows.end(), is_it);
        if (row != group.rows.end()) return std::string(row->signature);
    }
    for (const faults::FaultSpec& fault : faults::fault_list()) {
        if (function_name(fault) == word) return fault_signature(fault);
    }
    return {};
}

std::vector<std::string> known_words() {
    std::vector<std::string> out;
    for (const BindingGroup& group : binding_groups()) {
        for (const BindingRow& row : group.rows) {
            if (row.name.find(':') == std::string_view::npos) out.emplace_back(row.name);
        }
    }
    for (const faults::FaultSpec& fault : faults::fault_list())
        out.push_back(function_name(fault));
    return out;
}

void open_bindings(lua_State* lua) {
    for (const char* kind : kKinds) {
        luaL_newmetatable(lua, metatable_name(kind).c_str());
        lua_newtable(lua);
        lua_newtable(lua);
        lua_pushstring(lua, kind);
        lua_pushcclosure(lua, guarded<no_method>, 1);
        lua_setfield(lua, -2, "__index");
        lua_setmetatable(lua, -2);
        lua_setfield(lua, -2, "__index");
        lua_pushcfunction(lua, guarded<handle_text>);
        lua_setfield(lua, -2, "__tostring");
        lua_pushstring(lua, kind);
        lua_setfield(lua, -2, "__name");
        lua_pushboolean(lua, 0);
        lua_setfield(lua, -2, "__metatable");
        lua_pop(lua, 1);
    }
    for (const BindingGroup& group : binding_groups()) {
        for (const BindingRow& row : group.rows)
            set_binding(lua, row);
    }
    set_binding(lua, lift_row());
    open_faults(lua);
}

std::string bindings_text() {
    std::string out =
        "A scenario is a Lua 5.4 script (podium run scenario.lua). Times are texts like \"1m30s\" "
        "or seconds as numbers.\n"
        "Events are texts like \"die web\" or \"health_status web status=unhealthy\", or tables "
        "{action = \"die\", service = \"web\", exit = 137};\n"
        "podium docs facts lists them with their fields. A signal has its name or number (signal=KILL), a code its word "
        "(how=signalled, state=down),\na span is a duration (backoff=100ms). Predicates are functions that look and "
        "give true or false; one that acts, waits or draws by the seed (choose, between, math.random) ends the script.\n";
    for (const BindingGroup& group : binding_groups()) {
        out += fmt::format("\n{}\n", group.title);
        for (const BindingRow& row : group.rows)
            print_row(out, row.signature, row.sentence);
    }
    const BindingGroup lesson = lesson_bindings();
    out += fmt::format("\n{}\n", lesson.title);
    for (const BindingRow& row : lesson.rows)
        print_row(out, row.signature, row.sentence);
    const BindingGroup policy = policy_bindings();
    out += fmt::format("\n{}\n", policy.title);
    for (const BindingRow& row : policy.rows)
        print_row(out, row.signature, row.sentence);
    out +=
        "\nFaults (each begins at once; one that lasts ends with lasts = \"30s\", or by its "
        "handle)\n";
    for (const faults::FaultSpec& fault : faults::fault_list()) {
        std::string sentence(fault.summary);
        sentence[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(sentence[0])));
        for (const faults::FaultArgument& argument : fault.arguments)
            sentence += fmt::format("; {}: {}", argument.name, argument.meaning);
        print_row(out,
                  fault_signature(fault),
                  fmt::format("{}. Ends: {}.", sentence, fault.ends));
    }
    print_row(out, lift_row().signature, lift_row().sentence);
    out +=
        "\nLua's own: coroutine, math (without sin, exp and the like), string, table, utf8, and "
        "the basic functions without load, next and collectgarbage.\n"
        "pairs is sorted, table.sort keeps equals in order, math.random comes from the seed, print "
        "narrates.\n";
    return out;
}

// --- what the functions share ---

Scenario& scenario_of(lua_State* lua) {
    return *static_cast<Scenario*>(Sandbox::of(lua).host());
}

void raise_error(lua_State* lua, const Error& error) {
    // As luaL_error, but whole where the script's own texts in it have a NUL.
    const std::string text = error.text();
    luaL_where(lua, 1);
    lua_pushlstring(lua, text.data(), text.size());
    lua_concat(lua, 2);
    lua_error(lua);
    std::abort();  // lua_error does not return
}

void require_task(lua_State* lua, const char* word) {
    const Sandbox& sandbox = Sandbox::of(lua);
    if (sandbox.in_task(lua)) return;
    // An error that pcall catches would leave a check that says something else than it seems to.
    if (sandbox.calling())
        Sandbox::of(lua).forbid(lua, fmt::format("{} can't be called in a predicate: a predicate only looks", word));
    luaL_error(
        lua, "%s can't be called in a coroutine of the script's own; use after or every", word);
}

int give_nothing(lua_State* lua) {
    lua_pushnil(lua);
    return 1;
}

void push_text(lua_State* lua, const std::string& text) {
    lua_pushlstring(lua, text.data(), text.size());
}

void push_handle(lua_State* lua, const char* kind, const std::string& name) {
    lua_newuserdatauv(lua, 0, 1);
    push_text(lua, name);
    lua_setiuservalue(lua, -2, 1);
    luaL_setmetatable(lua, metatable_name(kind).c_str());
}

std::string handle_at(lua_State* lua, int index, const char* kind) {
    if (luaL_testudata(lua, index, metatable_name(kind).c_str()) == nullptr)
        wrong_argument(lua,
                       index,
                       kind == std::string_view("fault")
                           ? "what a fault's function gives"
                           : fmt::format("what {}(…) gives", kind));
    lua_getiuservalue(lua, index, 1);
    std::string name = string_at(lua, -1);
    lua_pop(lua, 1);
    return name;
}

}  // namespace podium::scripting
