// The basic functions: types, metatables, sorted pairs, text of values, print.

#include "scripting/library.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <string>
#include <vector>

#include <lua.hpp>

#include "scripting/sandbox.hpp"

namespace podium::scripting {
namespace {

constexpr int kMostArguments = 200;  // of those a call has, so many are looked at for their length

// The bytes of the texts among a call's arguments.
std::size_t text_bytes(lua_State* lua) {
    std::size_t bytes = 0;
    const int count = std::min(lua_gettop(lua), kMostArguments);
    for (int i = 1; i <= count; ++i) {
        if (lua_type(lua, i) == LUA_TSTRING) bytes += lua_rawlen(lua, i);
    }
    return bytes;
}

// Upvalue 1: the function of Lua's own. Upvalue 2: what sixteen bytes of its texts cost.
int counted_original(lua_State* lua) {
    const auto rate = static_cast<std::uint64_t>(lua_tointeger(lua, lua_upvalueindex(2)));
    Sandbox::of(lua).charge(
        lua,
        kCallSteps + static_cast<std::uint64_t>(lua_gettop(lua)) + text_bytes(lua) * rate / 16);
    return lua_tocfunction(lua, lua_upvalueindex(1))(lua);
}

// --- pairs ---

// Numbers before texts, each in their order. Both are keys, so no two are equal.
bool key_before(lua_State* lua, int a, int b) {
    const bool number_a = lua_type(lua, a) == LUA_TNUMBER;
    const bool number_b = lua_type(lua, b) == LUA_TNUMBER;
    if (number_a != number_b) return number_a;
    return lua_compare(lua, a, b, LUA_OPLT) != 0;
}

// Sorts the texts and numbers in a list (a table at `list`, from 1 to n) by key_before: a merge
// sort over places, so that Lua's values stay where they are.
std::vector<int> sorted_places(lua_State* lua, int list, int n) {
    std::vector<int> places(static_cast<std::size_t>(n));
    for (int i = 0; i < n; ++i)
        places[static_cast<std::size_t>(i)] = i + 1;
    Sandbox& sandbox = Sandbox::of(lua);
    std::stable_sort(places.begin(), places.end(), [&](int a, int b) {
        lua_rawgeti(lua, list, a);
        lua_rawgeti(lua, list, b);
        sandbox.charge(lua, kCallSteps);
        const bool before = key_before(lua, -2, -1);
        lua_pop(lua, 2);
        return before;
    });
    return places;
}

// The iterator: upvalues are the table, its keys in order, and how many have been visited. A key
// that has been taken out meanwhile is passed over.
int next_pair(lua_State* lua) {
    Sandbox& sandbox = Sandbox::of(lua);
    lua_Integer at = lua_tointeger(lua, lua_upvalueindex(3));
    while (true) {
        sandbox.charge(lua, kCallSteps);
        ++at;
        lua_pushinteger(lua, at);
        lua_replace(lua, lua_upvalueindex(3));
        if (lua_rawgeti(lua, lua_upvalueindex(2), at) == LUA_TNIL) return 1;
        lua_pushvalue(lua, -1);
        if (lua_rawget(lua, lua_upvalueindex(1)) != LUA_TNIL) return 2;
        lua_pop(lua, 2);
    }
}

int sorted_pairs(lua_State* lua) {
    luaL_checkany(lua, 1);
    if (luaL_getmetafield(lua, 1, "__pairs") != LUA_TNIL) {
        lua_pushvalue(lua, 1);
        lua_call(lua, 1, 3);
        return 3;
    }
    luaL_checktype(lua, 1, LUA_TTABLE);
    lua_settop(lua, 1);
    Sandbox& sandbox = Sandbox::of(lua);
    lua_newtable(lua);  // 2: the keys as they come
    int n = 0;
    sandbox.charge_walk(lua, 1);
    lua_pushnil(lua);
    while (lua_next(lua, 1) != 0) {
        lua_pop(lua, 1);
        const int type = lua_type(lua, -1);
        if (type != LUA_TSTRING && type != LUA_TNUMBER) {
            return luaL_error(lua,
                              "pairs: a %s as a key has no order that is the same in every run; "
                              "use texts or numbers as keys",
                              lua_typename(lua, type));
        }
        sandbox.charge(
            lua, kCallSteps + (type == LUA_TSTRING ? lua_rawlen(lua, -1) / kBytesPerStep : 0));
        lua_pushvalue(lua, -1);
        lua_rawseti(lua, 2, ++n);
    }
    const std::vector<int> places = sorted_places(lua, 2, n);
    lua_createtable(lua, n, 0);  // 3: the keys in order
    for (int i = 0; i < n; ++i) {
        lua_rawgeti(lua, 2, places[static_cast<std::size_t>(i)]);
        lua_rawseti(lua, 3, i + 1);
    }
    lua_pushvalue(lua, 1);
    lua_pushvalue(lua, 3);
    lua_pushinteger(lua, 0);
    lua_pushcclosure(lua, guarded<next_pair>, 3);
    return 1;
}

// --- texts of values ---

int tostring(lua_State* lua) {
    luaL_checkany(lua, 1);
    text_of_value(lua, 1, nullptr);
    return 1;
}

int print(lua_State* lua) {
    const int count = lua_gettop(lua);
    std::string line;
    for (int i = 1; i <= count; ++i) {
        unsigned long size = 0;
        const char* text = text_of_value(lua, i, &size);
        if (i > 1) line += '\t';
        line.append(text, size);
        lua_pop(lua, 1);
        Sandbox::of(lua).charge(lua, size / kBytesPerStep + 1);
        if (line.size() > Sandbox::of(lua).limits().text_bytes)
            return luaL_error(lua, "print: the line is too long");
    }
    Sandbox::of(lua).print(lua, line);
    return 0;
}

// --- metatables ---

int set_metatable(lua_State* lua) {
    const int type = lua_type(lua, 2);
    luaL_checktype(lua, 1, LUA_TTABLE);
    luaL_argexpected(lua, type == LUA_TNIL || type == LUA_TTABLE, 2, "nil or table");
    if (luaL_getmetafield(lua, 1, "__metatable") != LUA_TNIL)
        return luaL_error(lua, "cannot change a protected metatable");
    lua_settop(lua, 2);
    if (type == LUA_TTABLE) {
        for (const char* refused : {"__gc", "__mode"}) {
            lua_pushstring(lua, refused);
            if (lua_rawget(lua, 2) != LUA_TNIL) {
                return luaL_error(lua,
                                  "setmetatable: there is no %s in a script, for when memory is "
                                  "collected is not part of a run",
                                  refused);
            }
            lua_pop(lua, 1);
        }
        Sandbox::of(lua).count_metatable(lua, 2);
    }
    lua_setmetatable(lua, 1);
    return 1;
}

}  // namespace

void count_original(lua_State* lua, const char* name, int rate) {
    lua_getfield(lua, -1, name);
    lua_pushinteger(lua, rate);
    lua_pushcclosure(lua, counted_original, 2);
    lua_setfield(lua, -2, name);
}

const char* text_of_value(lua_State* lua, int index, unsigned long* size) {
    index = lua_absindex(lua, index);
    luaL_checkstack(lua, 4, "too many values");
    if (luaL_callmeta(lua, index, "__tostring") != 0) {
        if (lua_type(lua, -1) != LUA_TSTRING) luaL_error(lua, "'__tostring' must return a string");
        return lua_tolstring(lua, -1, size);
    }
    switch (lua_type(lua, index)) {
        case LUA_TNUMBER:
            lua_pushvalue(lua, index);
            lua_tolstring(lua, -1, nullptr);
            break;
        case LUA_TSTRING:
            lua_pushvalue(lua, index);
            break;
        case LUA_TBOOLEAN:
            lua_pushstring(lua, lua_toboolean(lua, index) != 0 ? "true" : "false");
            break;
        case LUA_TNIL:
            lua_pushliteral(lua, "nil");
            break;
        default: {
            // Lua would print an address here.
            const bool named = luaL_getmetafield(lua, index, "__name") == LUA_TSTRING;
            if (!named) lua_pushstring(lua, luaL_typename(lua, index));
        }
    }
    return lua_tolstring(lua, -1, size);
}

void open_base(lua_State* lua) {
    luaL_requiref(lua, "_G", luaopen_base, 1);
    for (const char* name : {"collectgarbage",
                             "dofile",
                             "loadfile",
                             "load",
                             "next",
                             "warn",
                             "pairs",
                             "pcall",
                             "xpcall",
                             "print",
                             "setmetatable",
                             "tostring"}) {
        lua_pushnil(lua);
        lua_setfield(lua, -2, name);
    }
    for (const char* name : {"assert",
                             "error",
                             "getmetatable",
                             "ipairs",
                             "rawequal",
                             "rawget",
                             "rawlen",
                             "rawset",
                             "select",
                             "tonumber"})
        count_original(lua, name);
    count_original(lua, "type", 0);  // the text is not looked at
    const luaL_Reg own[] = {{"pairs", guarded<sorted_pairs>},
                            {"print", guarded<print>},
                            {"setmetatable", guarded<set_metatable>},
                            {"tostring", guarded<tostring>},
                            {nullptr, nullptr}};
    luaL_setfuncs(lua, own, 0);
    lua_pop(lua, 1);
}

void open_library(lua_State* lua) {
    open_base(lua);
    open_catchers(lua);
    open_string(lua);
    open_table(lua);
    open_math(lua);
}

}  // namespace podium::scripting
