#include "scripting/arguments.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

#include <lua.hpp>

#include "scripting/bindings.hpp"
#include "scripting/library.hpp"
#include "scripting/scenario.hpp"
#include "sim/base/text.hpp"

namespace podium::scripting {
namespace {

constexpr std::string_view kFunction = "a function";

}  // namespace

std::string type_words(lua_State* lua, int index) {
    switch (lua_type(lua, index)) {
        case LUA_TNONE:
            return "nothing";
        case LUA_TNIL:
            return "nil";
        case LUA_TSTRING:
            return "a text";
        default:
            break;
    }
    if (luaL_getmetafield(lua, index, "__name") == LUA_TSTRING) {
        std::string name = lua_tostring(lua, -1);
        lua_pop(lua, 1);
        return "a " + name;
    }
    return fmt::format("a {}", luaL_typename(lua, index));
}

void wrong_argument(lua_State* lua, int index, const std::string& wants) {
    lua_Debug call{};
    const bool known = index > 0 && lua_getstack(lua, 0, &call) != 0 &&
                       lua_getinfo(lua, "n", &call) != 0 && call.name != nullptr;
    // A number where another one is wanted is told from it by its value.
    const bool is_number = lua_type(lua, index) == LUA_TNUMBER && wants.find("number") != std::string::npos;
    const std::string got = is_number ? text_of_value(lua, index, nullptr) : type_words(lua, index);
    if (!known) raise_error(lua, Error{fmt::format("it takes {}, not {}", wants, got), {}, {}});
    const std::string word = call.name;
    const std::string signature = signature_of(word);
    // What stands before a method's colon is no argument as one counts them.
    const bool method = signature.find(':') < signature.find_first_of("({");
    const std::string which =
        method && index == 1 ? "before its colon" : fmt::format("as argument {}", method ? index - 1 : index);
    raise_error(lua,
                Error{fmt::format("{} takes {} {}, not {}", word, wants, which, got),
                      {},
                      signature.empty() ? std::string() : "write it like " + signature + (wants == kFunction ? ", where f is function() … end" : "")});
}

void refuse_more_arguments(lua_State* lua, int given, int most, const std::string& word, const std::string& signature) {
    if (given <= most) return;
    raise_error(lua, Error{fmt::format("{} takes {} argument{}, and gets {}", word, most, most == 1 ? "" : "s", given), {}, "write it like " + signature});
}

void require_table(lua_State* lua, int index) {
    if (!lua_istable(lua, index)) wrong_argument(lua, index, "a table");
}

void require_function(lua_State* lua, int index) {
    if (!lua_isfunction(lua, index)) wrong_argument(lua, index, std::string(kFunction));
}

Duration duration_at(lua_State* lua, int index) {
    Duration out;
    if (lua_type(lua, index) == LUA_TNUMBER) {
        const double seconds = lua_tonumber(lua, index);
        constexpr double kMostSeconds = 1e9;
        if (!(seconds >= 0 && seconds < kMostSeconds))
            luaL_error(lua, "%f seconds is no duration", seconds);
        out.nanoseconds = static_cast<std::int64_t>(std::floor(seconds * 1e9 + 0.5));
        return out;
    }
    if (lua_type(lua, index) != LUA_TSTRING)
        wrong_argument(lua, index, "a duration (a text like \"1m30s\", or seconds as a number)");
    const std::string text = string_at(lua, index);
    const auto read = parse_duration(text);
    if (!read) raise_error(lua, read.error());
    if (read->nanoseconds < 0) luaL_error(lua, "the duration '%s' is negative", text.c_str());
    return *read;
}

void charge_reading(lua_State* lua, std::size_t size) {
    constexpr std::size_t kLongName = 256;
    Sandbox::of(lua).charge(lua, size > kLongName ? size : size / kBytesPerStep);
}

std::string string_at(lua_State* lua, int index) {
    std::size_t size = 0;
    if (lua_isstring(lua, index) == 0) wrong_argument(lua, index, "a text");
    const char* text = lua_tolstring(lua, index, &size);
    charge_reading(lua, size);
    return {text, size};
}

std::string text_field(lua_State* lua, int index, const char* name) {
    lua_getfield(lua, index, name);
    std::string out;
    if (lua_type(lua, -1) == LUA_TBOOLEAN) {
        out = lua_toboolean(lua, -1) != 0 ? "true" : "false";
    } else if (lua_isstring(lua, -1) != 0) {
        lua_pushvalue(lua, -1);
        out = string_at(lua, -1);
        lua_pop(lua, 1);
    } else if (!lua_isnil(lua, -1)) {
        luaL_error(lua, "the option '%s' is a text, not %s", name, type_words(lua, -1).c_str());
    }
    lua_pop(lua, 1);
    return out;
}

std::string time_field(lua_State* lua, int index, const char* name) {
    const bool seconds = lua_getfield(lua, index, name) == LUA_TNUMBER;
    lua_pop(lua, 1);
    std::string out = text_field(lua, index, name);
    if (seconds) out += 's';
    return out;
}

std::vector<std::string> texts_at(lua_State* lua, int index) {
    if (!lua_istable(lua, index)) wrong_argument(lua, index, "a list like {\"a\", \"b\"}");
    std::vector<std::string> out;
    const auto count = static_cast<lua_Integer>(lua_rawlen(lua, index));
    for (lua_Integer i = 1; i <= count; ++i) {
        Sandbox::of(lua).charge(lua, kCallSteps);
        lua_rawgeti(lua, index, i);
        if (lua_isstring(lua, -1) == 0 && !lua_isboolean(lua, -1))
            luaL_error(lua,
                       "item %d of the list is a text, not %s",
                       static_cast<int>(i),
                       type_words(lua, -1).c_str());
        std::size_t size = 0;
        out.emplace_back(text_of_value(lua, -1, &size));
        charge_reading(lua, size);
        lua_pop(lua, 2);
    }
    return out;
}

void check_fields(lua_State* lua,
                  int index,
                  const char* word,
                  const std::vector<std::string>& known) {
    index = lua_absindex(lua, index);
    std::vector<std::string> wrong;
    Sandbox::of(lua).charge_walk(lua, index);
    lua_pushnil(lua);
    while (lua_next(lua, index) != 0) {
        lua_pop(lua, 1);
        Sandbox::of(lua).charge(lua, kCallSteps);
        std::string name = lua_type(lua, -1) == LUA_TSTRING
                               ? string_at(lua, -1)
                               : fmt::format("[{}]", type_words(lua, -1));
        if (std::find(known.begin(), known.end(), name) == known.end())
            wrong.push_back(std::move(name));
    }
    if (wrong.empty()) return;
    std::sort(wrong.begin(), wrong.end());
    const std::string near = nearest(wrong.front(), known);
    raise_error(lua,
                Error{fmt::format("{} has no option '{}'", word, wrong.front()),
                      {},
                      !near.empty()   ? fmt::format("did you mean '{}'?", near)
                      : known.empty() ? "it has none"
                                      : fmt::format("it has {}", join(known, ", "))});
}

void refuse_other_texts(lua_State* lua, const char* kind, const char* method, std::span<const std::string_view> given) {
    const std::vector<ComparedText>& compared = scenario_of(lua).compared();
    lua_Debug call{};
    if (compared.empty() || lua_getstack(lua, 1, &call) == 0 || lua_getinfo(lua, "l", &call) == 0) return;
    for (const ComparedText& one : compared) {
        if (one.line != call.currentline || one.method != method || one.text.empty()) continue;
        if (std::find(given.begin(), given.end(), one.text) != given.end()) continue;
        const std::vector<std::string> all(given.begin(), given.end());
        const std::string near = nearest(one.text, all);
        raise_error(lua,
                    Error{fmt::format("{}:{}() never gives '{}': it is one of {}", kind, method, one.text, join(all, ", ")),
                          {},
                          near.empty() ? std::string() : fmt::format("did you mean '{}'?", near)});
    }
}

}  // namespace podium::scripting
