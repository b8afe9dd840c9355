// table and math. Everything that walks over a range counts each step of it, for a range can be as
// long as a number is large.

#include <algorithm>
#include <fmt/format.h>
#include <string>
#include <vector>

#include <lua.hpp>

#include "scripting/library.hpp"
#include "scripting/sandbox.hpp"

namespace podium::scripting {
namespace {

constexpr std::uint64_t kElementSteps = 4;

lua_Integer length_of(lua_State* lua, int index) {
    luaL_checktype(lua, index, LUA_TTABLE);
    return luaL_len(lua, index);
}

int table_concat(lua_State* lua) {
    Sandbox& sandbox = Sandbox::of(lua);
    const lua_Integer last_default = length_of(lua, 1);
    std::size_t separator_size = 0;
    const char* separator = luaL_optlstring(lua, 2, "", &separator_size);
    const lua_Integer first = luaL_optinteger(lua, 3, 1);
    const lua_Integer last = luaL_optinteger(lua, 4, last_default);
    std::string out;
    for (lua_Integer i = first; i <= last; ++i) {
        lua_geti(lua, 1, i);
        if (lua_isstring(lua, -1) == 0)
            return luaL_error(lua, "invalid value (at index %I) in table for 'concat'", i);
        std::size_t size = 0;
        const char* text = lua_tolstring(lua, -1, &size);
        sandbox.charge(lua, kElementSteps + (size + separator_size) / kBytesPerStep);
        out.append(text, size);
        if (i != last) out.append(separator, separator_size);
        if (out.size() > sandbox.limits().text_bytes)
            return luaL_error(lua,
                              "table.concat: the text is longer than %d KiB",
                              static_cast<int>(sandbox.limits().text_bytes >> 10));
        lua_pop(lua, 1);
        if (i == LUA_MAXINTEGER) break;
    }
    lua_pushlstring(lua, out.data(), out.size());
    return 1;
}

int table_insert(lua_State* lua) {
    const lua_Integer end =
        static_cast<lua_Integer>(static_cast<lua_Unsigned>(length_of(lua, 1)) + 1);
    switch (lua_gettop(lua)) {
        case 2:
            lua_seti(lua, 1, end);
            return 0;
        case 3: {
            const lua_Integer at = luaL_checkinteger(lua, 2);
            luaL_argcheck(lua,
                          static_cast<lua_Unsigned>(at) - 1U < static_cast<lua_Unsigned>(end),
                          2,
                          "position out of bounds");
            for (lua_Integer i = end; i > at; --i) {
                Sandbox::of(lua).charge(lua, kElementSteps);
                lua_geti(lua, 1, i - 1);
                lua_seti(lua, 1, i);
            }
            lua_seti(lua, 1, at);
            return 0;
        }
        default:
            return luaL_error(lua, "wrong number of arguments to 'insert'");
    }
}

int table_remove(lua_State* lua) {
    const lua_Integer size = length_of(lua, 1);
    lua_Integer at = luaL_optinteger(lua, 2, size);
    if (at != size)
        luaL_argcheck(lua,
                      static_cast<lua_Unsigned>(at) - 1U <= static_cast<lua_Unsigned>(size),
                      2,
                      "position out of bounds");
    lua_geti(lua, 1, at);
    for (; at < size; ++at) {
        Sandbox::of(lua).charge(lua, kElementSteps);
        lua_geti(lua, 1, at + 1);
        lua_seti(lua, 1, at);
    }
    lua_pushnil(lua);
    lua_seti(lua, 1, at);
    return 1;
}

int table_move(lua_State* lua) {
    const lua_Integer from = luaL_checkinteger(lua, 2);
    const lua_Integer last = luaL_checkinteger(lua, 3);
    const lua_Integer to = luaL_checkinteger(lua, 4);
    const int target = lua_isnoneornil(lua, 5) ? 1 : 5;
    luaL_checktype(lua, 1, LUA_TTABLE);
    luaL_checktype(lua, target, LUA_TTABLE);
    if (last >= from) {
        luaL_argcheck(
            lua, from > 0 || last < LUA_MAXINTEGER + from, 3, "too many elements to move");
        const lua_Integer count = last - from + 1;
        luaL_argcheck(lua, to <= LUA_MAXINTEGER - count + 1, 4, "destination wrap around");
        const bool forwards =
            to > last || to <= from || (target != 1 && lua_compare(lua, 1, target, LUA_OPEQ) == 0);
        for (lua_Integer i = 0; i < count; ++i) {
            const lua_Integer step = forwards ? i : count - 1 - i;
            Sandbox::of(lua).charge(lua, kElementSteps);
            lua_geti(lua, 1, from + step);
            lua_seti(lua, target, to + step);
        }
    }
    lua_pushvalue(lua, target);
    return 1;
}

int table_pack(lua_State* lua) {
    const int count = lua_gettop(lua);
    Sandbox::of(lua).charge(lua, static_cast<std::uint64_t>(count) * kElementSteps);
    lua_createtable(lua, count, 1);
    lua_insert(lua, 1);
    for (int i = count; i >= 1; --i)
        lua_seti(lua, 1, i);
    lua_pushinteger(lua, count);
    lua_setfield(lua, 1, "n");
    return 1;
}

int table_unpack(lua_State* lua) {
    const lua_Integer first = luaL_optinteger(lua, 2, 1);
    const lua_Integer last = lua_isnoneornil(lua, 3) ? luaL_len(lua, 1) : luaL_checkinteger(lua, 3);
    if (first > last) return 0;
    const lua_Unsigned count = static_cast<lua_Unsigned>(last) - static_cast<lua_Unsigned>(first);
    if (count >= static_cast<lua_Unsigned>(kMostValues) ||
        lua_checkstack(lua, static_cast<int>(count) + 1) == 0) {
        return luaL_error(
            lua, "too many results to unpack (at most %d)", static_cast<int>(kMostValues));
    }
    Sandbox::of(lua).charge(lua, (count + 1) * kElementSteps);
    for (lua_Integer i = first; i < last; ++i)
        lua_geti(lua, 1, i);
    lua_geti(lua, 1, last);
    return static_cast<int>(count) + 1;
}

// --- sort ---

// Is the value at a before the one at b (both above the stack's arguments)?
bool comes_before(lua_State* lua, bool has_order) {
    if (!has_order) {
        const bool before = lua_compare(lua, -2, -1, LUA_OPLT) != 0;
        lua_pop(lua, 2);
        return before;
    }
    lua_pushvalue(lua, 2);
    lua_insert(lua, -3);
    lua_call(lua, 2, 1);
    const bool before = lua_toboolean(lua, -1) != 0;
    lua_pop(lua, 1);
    return before;
}

// Merges [low, middle) and [middle, high) of `from` into `to`. An element of the second half goes
// first only if it is before the other, so that equals stay in their order; an order that
// contradicts itself gives some permutation, and ends all the same.
void merge(lua_State* lua,
           bool has_order,
           const std::vector<int>& from,
           std::vector<int>& to,
           std::size_t low,
           std::size_t middle,
           std::size_t high) {
    std::size_t a = low;
    std::size_t b = middle;
    for (std::size_t out = low; out < high; ++out) {
        bool second = a >= middle;
        if (a < middle && b < high) {
            Sandbox::of(lua).charge(lua, kCallSteps);
            lua_rawgeti(lua, 3, from[b]);
            lua_rawgeti(lua, 3, from[a]);
            second = comes_before(lua, has_order);
        }
        to[out] = second ? from[b++] : from[a++];
    }
}

int table_sort(lua_State* lua) {
    const lua_Integer n = length_of(lua, 1);
    if (n < 2) return 0;
    luaL_argcheck(lua, n < 10'000'000, 1, "array too big");
    const bool has_order = !lua_isnoneornil(lua, 2);
    if (has_order) luaL_checktype(lua, 2, LUA_TFUNCTION);
    lua_settop(lua, 2);
    Sandbox::of(lua).charge(lua, static_cast<std::uint64_t>(n) * kElementSteps);
    lua_newtable(lua);  // 3: the values as they were
    for (lua_Integer i = 1; i <= n; ++i) {
        Sandbox::of(lua).charge(lua, kElementSteps);
        lua_geti(lua, 1, i);
        lua_rawseti(lua, 3, i);
    }
    const auto count = static_cast<std::size_t>(n);
    std::vector<int> order(count);
    std::vector<int> next(count);
    for (std::size_t i = 0; i < count; ++i)
        order[i] = static_cast<int>(i) + 1;
    for (std::size_t width = 1; width < count; width *= 2) {
        for (std::size_t low = 0; low < count; low += 2 * width)
            merge(lua,
                  has_order,
                  order,
                  next,
                  low,
                  std::min(low + width, count),
                  std::min(low + 2 * width, count));
        order.swap(next);
    }
    for (std::size_t i = 0; i < count; ++i) {
        Sandbox::of(lua).charge(lua, kElementSteps);
        lua_rawgeti(lua, 3, order[i]);
        lua_seti(lua, 1, static_cast<lua_Integer>(i) + 1);
    }
    return 0;
}

// --- math ---

// 53 bits: every double in [0, 1) that has that many.
double unit_number(RandomStream& random) {
    return static_cast<double>(random.next() >> 11U) * 0x1p-53;
}

int math_random(lua_State* lua) {
    RandomStream& random = Sandbox::of(lua).random(lua, "math.random");
    lua_Integer low = 1;
    lua_Integer high = 0;
    switch (lua_gettop(lua)) {
        case 0:
            lua_pushnumber(lua, unit_number(random));
            return 1;
        case 1:
            high = luaL_checkinteger(lua, 1);
            if (high == 0) {  // all bits
                lua_pushinteger(lua, static_cast<lua_Integer>(random.next()));
                return 1;
            }
            break;
        case 2:
            low = luaL_checkinteger(lua, 1);
            high = luaL_checkinteger(lua, 2);
            break;
        default:
            return luaL_error(lua, "wrong number of arguments");
    }
    luaL_argcheck(lua, low <= high, lua_gettop(lua), "interval is empty");
    const lua_Unsigned span = static_cast<lua_Unsigned>(high) - static_cast<lua_Unsigned>(low);
    const lua_Unsigned drawn = span == UINT64_MAX ? random.next() : random.below(span + 1);
    lua_pushinteger(lua, static_cast<lua_Integer>(static_cast<lua_Unsigned>(low) + drawn));
    return 1;
}

}  // namespace

void open_table(lua_State* lua) {
    const luaL_Reg functions[] = {{"concat", guarded<table_concat>},
                                  {"insert", guarded<table_insert>},
                                  {"remove", guarded<table_remove>},
                                  {"move", guarded<table_move>},
                                  {"pack", guarded<table_pack>},
                                  {"unpack", guarded<table_unpack>},
                                  {"sort", guarded<table_sort>},
                                  {nullptr, nullptr}};
    luaL_newlib(lua, functions);
    lua_setglobal(lua, "table");
}

void open_math(lua_State* lua) {
    luaL_requiref(lua, "math", luaopen_math, 1);
    // The others (sin, log, …) come out differently from one C library to the next; a run may not
    // depend on that.
    constexpr const char* kKept[] = {"abs",
                                     "ceil",
                                     "deg",
                                     "floor",
                                     "fmod",
                                     "max",
                                     "min",
                                     "modf",
                                     "rad",
                                     "sqrt",
                                     "tointeger",
                                     "type",
                                     "ult"};
    lua_createtable(lua, 0, 20);
    for (const char* name : kKept) {
        lua_getfield(lua, -2, name);
        lua_setfield(lua, -2, name);
        count_original(lua, name);
    }
    for (const char* name : {"huge", "maxinteger", "mininteger", "pi"}) {
        lua_getfield(lua, -2, name);
        lua_setfield(lua, -2, name);
    }
    lua_pushcfunction(lua, guarded<math_random>);
    lua_setfield(lua, -2, "random");
    lua_setglobal(lua, "math");
    lua_pop(lua, 1);
}

}  // namespace podium::scripting
