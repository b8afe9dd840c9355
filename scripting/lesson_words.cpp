#include "scripting/lesson_words.hpp"

#include <cmath>
#include <fmt/format.h>

#include <lua.hpp>

#include "scripting/arguments.hpp"
#include "scripting/library.hpp"
#include "sim/base/text.hpp"

namespace podium::scripting {
namespace {

constexpr std::size_t kMostNames = 200;
constexpr std::size_t kMostTrials = 20;
constexpr lua_Integer kMostItems = 50;

LessonWords& words_of(lua_State* lua) {
    return *static_cast<LessonWords*>(lua_touserdata(lua, lua_upvalueindex(1)));
}

// Upvalues of each: the words, the most arguments, its name, how it is written.
void refuse_more(lua_State* lua) {
    const auto text = [lua](int upvalue) { return std::string(lua_tostring(lua, lua_upvalueindex(upvalue))); };
    refuse_more_arguments(lua, lua_gettop(lua), static_cast<int>(lua_tointeger(lua, lua_upvalueindex(2))), text(3), text(4));
}

// step, key and hint: a name and a function.
int keep_function(lua_State* lua, const char* word, std::map<std::string, FunctionRef>& names) {
    refuse_more(lua);
    if (words_of(lua).closed)
        return luaL_error(lua, "%s stands at the top of lab.lua, not inside a function", word);
    const std::string name = string_at(lua, 1);
    require_function(lua, 2);
    if (names.count(name) != 0)
        return luaL_error(lua, "there are two %s('%s')", word, name.c_str());
    if (names.size() >= kMostNames)
        return luaL_error(lua, "there are more than %d of %s", static_cast<int>(kMostNames), word);
    names[name] = Sandbox::of(lua).keep(lua, 2);
    return 0;
}

int step(lua_State* lua) {
    return keep_function(lua, "step", words_of(lua).steps);
}

int key(lua_State* lua) {
    return keep_function(lua, "key", words_of(lua).keys);
}

int hint(lua_State* lua) {
    return keep_function(lua, "hint", words_of(lua).hints);
}

int begin(lua_State* lua) {
    refuse_more(lua);
    LessonWords& words = words_of(lua);
    if (words.closed)
        return luaL_error(lua, "begin stands at the top of lab.lua, not inside a function");
    if (words.begin) return luaL_error(lua, "there are two calls of begin");
    require_function(lua, 1);
    words.begin = Sandbox::of(lua).keep(lua, 1);
    return 0;
}

int trial(lua_State* lua) {
    refuse_more(lua);
    LessonWords& words = words_of(lua);
    require_task(lua, "trial");
    if (!words.closed) return luaL_error(lua, "trial stands inside the function of a step");
    require_function(lua, 1);
    if (words.trials.size() >= kMostTrials)
        return luaL_error(lua, "a step has at most %d trials", static_cast<int>(kMostTrials));
    words.trials.push_back(Sandbox::of(lua).keep(lua, 1));
    return 0;
}

int typed(lua_State* lua) {
    refuse_more(lua);
    const std::string text = string_at(lua, 1);
    const LessonWords& words = words_of(lua);
    lua_pushinteger(lua, words.typed ? words.typed(text) : 0);
    return 1;
}

// A key's number without a unit's digits lost: whole, or to nine decimals without trailing zeros.
std::string number_text(double value) {
    std::string text = fmt::format("{:.9f}", value);
    while (text.ends_with('0'))
        text.pop_back();
    if (text.ends_with('.')) text.pop_back();
    return text == "-0" ? "0" : text;
}

std::string answer_text(lua_State* lua, int index) {
    switch (lua_type(lua, index)) {
        case LUA_TNIL:
            return {};
        case LUA_TBOOLEAN:
            return lua_toboolean(lua, index) != 0 ? "yes" : "no";
        case LUA_TNUMBER: {
            if (lua_isinteger(lua, index) != 0) return fmt::format("{}", lua_tointeger(lua, index));
            const double value = lua_tonumber(lua, index);
            if (!std::isfinite(value)) luaL_error(lua, "a key can't be %f", value);
            return number_text(value);
        }
        case LUA_TSTRING:
            return string_at(lua, index);
        case LUA_TTABLE: {
            if (static_cast<lua_Integer>(lua_rawlen(lua, index)) > kMostItems)
                luaL_error(lua, "a key has at most %d items", static_cast<int>(kMostItems));
            return join(texts_at(lua, index), ",");
        }
        default:
            luaL_error(lua,
                       "a key is a text, a number, true or false, or a list, not a %s",
                       luaL_typename(lua, index));
    }
    return {};
}

// Upvalues: the words, the function. What it gives may come after it has suspended itself.
int after_key(lua_State* lua, int /*status*/, lua_KContext /*context*/) {
    words_of(lua).answer = answer_text(lua, -1);
    return 0;
}

int run_key(lua_State* lua) {
    words_of(lua).answer.clear();
    lua_pushvalue(lua, lua_upvalueindex(2));
    lua_callk(lua, 0, 1, 0, after_key);
    return after_key(lua, LUA_OK, 0);
}

}  // namespace

BindingGroup lesson_bindings() {
    return {
        "A lesson's lab.lua, besides",
        {
            {"begin",
             "begin(function() … end)",
             "What happens before the first step, to its end.",
             guarded<begin>},
            {"step",
             "step(\"name\", function() … end)",
             "What happens as a Do or Check step begins, and its checks. A Check step's looks at "
             "the whole run, from its beginning.",
             guarded<step>},
            {"trial",
             "trial(function() … end)",
             "In a step: what is done to a copy of the run before the step's checks are decided.",
             guarded<trial>},
            {"key",
             "key(\"name\", function() … return … end)",
             "Computes a prediction's key, in a copy of the run: an answer's name, a number in the "
             "question's unit, true or false (\"yes\", \"no\"), or a list of names in their order.",
             guarded<key>},
            {"hint",
             "hint(\"name\", function() return … end)",
             "Says whether a hint fits; it only looks.",
             guarded<hint>},
            {"typed",
             "typed(\"docker run\")",
             "How many lines typed at this step contain the text.",
             guarded<typed>},
        }};
}

void open_lesson_words(lua_State* lua, LessonWords& words) {
    for (const BindingRow& row : lesson_bindings().rows) {
        lua_pushlightuserdata(lua, &words);
        lua_pushinteger(lua, most_arguments(row));
        lua_pushlstring(lua, row.name.data(), row.name.size());
        lua_pushlstring(lua, row.signature.data(), row.signature.size());
        lua_pushcclosure(lua, row.function, 4);
        lua_setglobal(lua, std::string(row.name).c_str());
    }
}

Result<FunctionRef> key_task(Sandbox& sandbox, LessonWords& words, FunctionRef key) {
    FunctionRef out;
    const Result<void> made = sandbox.protect([&](lua_State* lua) {
        lua_pushlightuserdata(lua, &words);
        lua_rawgeti(lua, LUA_REGISTRYINDEX, key.registry);
        lua_pushcclosure(lua, run_key, 2);
        out = sandbox.keep(lua, -1);
        lua_pop(lua, 1);
    });
    if (!made) return made.error();
    return out;
}

}  // namespace podium::scripting
