// What can catch an error: pcall, xpcall and coroutines. Each of them throws on what killed the
// script.

#include <lua.hpp>

#include "scripting/library.hpp"
#include "scripting/sandbox.hpp"

namespace podium::scripting {
namespace {

// --- pcall and xpcall ---

int finish_protected(lua_State* lua, int status, lua_KContext extra) {
    Sandbox::of(lua).pass_on(lua, status);
    if (status != LUA_OK && status != LUA_YIELD) {
        lua_pushboolean(lua, 0);
        lua_pushvalue(lua, -2);
        return 2;
    }
    return lua_gettop(lua) - static_cast<int>(extra);
}

// Runs where an error happens, before it flies.
int count_error(lua_State* lua) {
    if (!Sandbox::of(lua).killed()) Sandbox::of(lua).count_error(lua, lua);
    return 1;
}

int protected_call(lua_State* lua) {
    luaL_checkany(lua, 1);
    lua_pushcfunction(lua, count_error);
    lua_pushboolean(lua, 1);  // the first result if there is no error
    lua_rotate(lua, 1, 2);
    const int status = lua_pcallk(lua, lua_gettop(lua) - 3, LUA_MULTRET, 1, 1, finish_protected);
    return finish_protected(lua, status, 1);
}

// The script's own handler, unless the script has been killed. Upvalue 1: the handler.
int handle_message(lua_State* lua) {
    Sandbox& sandbox = Sandbox::of(lua);
    if (sandbox.killed()) return 1;
    sandbox.count_error(lua, lua);
    lua_pushvalue(lua, lua_upvalueindex(1));
    lua_insert(lua, 1);
    lua_call(lua, 1, 1);
    return 1;
}

int protected_call_with_handler(lua_State* lua) {
    const int count = lua_gettop(lua);
    luaL_checktype(lua, 2, LUA_TFUNCTION);
    lua_pushvalue(lua, 2);
    lua_pushcclosure(lua, handle_message, 1);
    lua_replace(lua, 2);
    lua_pushboolean(lua, 1);
    lua_pushvalue(lua, 1);
    lua_rotate(lua, 3, 2);
    const int status = lua_pcallk(lua, count - 2, LUA_MULTRET, 2, 2, finish_protected);
    return finish_protected(lua, status, 2);
}

// --- coroutines ---

lua_State* coroutine_at(lua_State* lua, int index) {
    lua_State* coroutine = lua_tothread(lua, index);
    luaL_argexpected(lua, coroutine != nullptr, index, "coroutine");
    return coroutine;
}

const char* status_of(lua_State* lua, lua_State* coroutine) {
    if (lua == coroutine) return "running";
    switch (lua_status(coroutine)) {
        case LUA_YIELD:
            return "suspended";
        case LUA_OK: {
            lua_Debug record;
            if (lua_getstack(coroutine, 0, &record) != 0) return "normal";
            return lua_gettop(coroutine) == 0 ? "dead" : "suspended";
        }
        default:
            return "dead";
    }
}

bool is_suspended(lua_State* lua, lua_State* coroutine) {
    return *status_of(lua, coroutine) == 's';
}

// The results (or, negative, one error) are moved to `lua`.
int resume(lua_State* lua, lua_State* coroutine, int arguments) {
    Sandbox& sandbox = Sandbox::of(lua);
    if (!is_suspended(lua, coroutine)) {
        lua_pushfstring(lua,
                        "cannot resume %s coroutine",
                        *status_of(lua, coroutine) == 'd' ? "dead" : "non-suspended");
        return -1;
    }
    if (lua_checkstack(coroutine, arguments + 1) == 0) {
        lua_pushliteral(lua, "too many arguments to resume");
        return -1;
    }
    lua_xmove(lua, coroutine, arguments);
    int results = 0;
    const int status = sandbox.resume_inside(lua, coroutine, arguments, &results);
    sandbox.pass_on(lua, status);
    if (status != LUA_OK && status != LUA_YIELD) {
        sandbox.count_error(lua, coroutine);
        lua_pushvalue(coroutine, -1);  // the error stays there too, for a close
        lua_xmove(coroutine, lua, 1);
        return -1;
    }
    if (lua_checkstack(lua, results + 1) == 0) {
        lua_pop(coroutine, results);
        lua_pushliteral(lua, "too many results to resume");
        return -1;
    }
    lua_xmove(coroutine, lua, results);
    return results;
}

int coroutine_create(lua_State* lua) {
    luaL_checktype(lua, 1, LUA_TFUNCTION);
    Sandbox::of(lua).charge(lua, kCoroutineSteps);
    lua_State* coroutine = lua_newthread(lua);
    lua_pushvalue(lua, 1);
    lua_xmove(lua, coroutine, 1);
    return 1;
}

int coroutine_resume(lua_State* lua) {
    lua_State* coroutine = coroutine_at(lua, 1);
    const int results = resume(lua, coroutine, lua_gettop(lua) - 1);
    lua_pushboolean(lua, results >= 0 ? 1 : 0);
    lua_insert(lua, results >= 0 ? -(results + 1) : -2);
    return results >= 0 ? results + 1 : 2;
}

// Closes a coroutine that failed or is to end; its error, if any, is moved to `lua`.
int close(lua_State* lua, lua_State* coroutine) {
    Sandbox& sandbox = Sandbox::of(lua);
    const int status = sandbox.resume_inside(lua, coroutine, -1, nullptr);
    if (status == LUA_ERRMEM || sandbox.killed()) sandbox.pass_on(lua, status);
    if (status != LUA_OK) lua_xmove(coroutine, lua, 1);
    return status;
}

int wrapped(lua_State* lua) {
    lua_State* coroutine = lua_tothread(lua, lua_upvalueindex(1));
    const int results = resume(lua, coroutine, lua_gettop(lua));
    if (results >= 0) return results;
    const int status = lua_status(coroutine);
    if (status != LUA_OK && status != LUA_YIELD)
        close(lua, coroutine);  // pushes the error once more
    if (lua_type(lua, -1) == LUA_TSTRING) {
        luaL_where(lua, 1);
        lua_insert(lua, -2);
        lua_concat(lua, 2);
    }
    return lua_error(lua);
}

int coroutine_wrap(lua_State* lua) {
    coroutine_create(lua);
    lua_pushcclosure(lua, guarded<wrapped>, 1);
    return 1;
}

int coroutine_yield(lua_State* lua) {
    if (Sandbox::of(lua).is_outermost(lua))
        return luaL_error(lua, "attempt to yield from outside a coroutine");
    Sandbox::of(lua).count_yield(lua);
    return lua_yield(lua, lua_gettop(lua));
}

int coroutine_status(lua_State* lua) {
    lua_pushstring(lua, status_of(lua, coroutine_at(lua, 1)));
    return 1;
}

int coroutine_is_yieldable(lua_State* lua) {
    lua_State* coroutine = lua_isnone(lua, 1) ? lua : coroutine_at(lua, 1);
    lua_pushboolean(
        lua, lua_isyieldable(coroutine) != 0 && !Sandbox::of(lua).is_outermost(coroutine) ? 1 : 0);
    return 1;
}

int coroutine_running(lua_State* lua) {
    lua_pushthread(lua);
    lua_pushboolean(lua, Sandbox::of(lua).is_outermost(lua) ? 1 : 0);
    return 2;
}

int coroutine_close(lua_State* lua) {
    lua_State* coroutine = coroutine_at(lua, 1);
    const char* status = status_of(lua, coroutine);
    if (*status != 's' && *status != 'd')
        return luaL_error(lua, "cannot close a %s coroutine", status);
    if (close(lua, coroutine) == LUA_OK) {
        lua_pushboolean(lua, 1);
        return 1;
    }
    lua_pushboolean(lua, 0);
    lua_insert(lua, -2);
    return 2;
}

}  // namespace

void open_catchers(lua_State* lua) {
    lua_register(lua, "pcall", guarded<protected_call>);
    lua_register(lua, "xpcall", guarded<protected_call_with_handler>);
    const luaL_Reg functions[] = {{"create", guarded<coroutine_create>},
                                  {"resume", guarded<coroutine_resume>},
                                  {"wrap", guarded<coroutine_wrap>},
                                  {"yield", guarded<coroutine_yield>},
                                  {"status", guarded<coroutine_status>},
                                  {"isyieldable", guarded<coroutine_is_yieldable>},
                                  {"close", guarded<coroutine_close>},
                                  {"running", guarded<coroutine_running>},
                                  {nullptr, nullptr}};
    luaL_newlib(lua, functions);
    lua_setglobal(lua, "coroutine");
}

}  // namespace podium::scripting
