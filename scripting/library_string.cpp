// string and utf8. What matches patterns or repeats is our own; the rest is Lua's, counted.

#include <algorithm>
#include <cmath>
#include <cstring>
#include <fmt/format.h>
#include <string>

#include <lua.hpp>

#include "scripting/library.hpp"
#include "scripting/pattern.hpp"
#include "scripting/sandbox.hpp"

namespace podium::scripting {
namespace {

std::string_view text_at(lua_State* lua, int index) {
    std::size_t size = 0;
    const char* text = luaL_checklstring(lua, index, &size);
    return {text, size};
}

class LuaSteps final : public PatternMatcher::Steps {
  public:
    explicit LuaSteps(lua_State* lua) : lua_(lua) {}

    void take(std::uint64_t steps) override { Sandbox::of(lua_).charge(lua_, steps); }

  private:
    lua_State* lua_;
};

// A text that grows within the limit of one text.
class Growing {
  public:
    Growing(lua_State* lua, const char* who) : lua_(lua), who_(who) {}

    void add(std::string_view part) {
        Sandbox& sandbox = Sandbox::of(lua_);
        sandbox.charge(lua_, 1 + part.size() / kBytesPerStep);
        if (text_.size() + part.size() > sandbox.limits().text_bytes)
            luaL_error(lua_,
                       "%s: the text is longer than %d KiB",
                       who_,
                       static_cast<int>(sandbox.limits().text_bytes >> 10));
        text_ += part;
    }

    int push() {
        lua_pushlstring(lua_, text_.data(), text_.size());
        return 1;
    }

  private:
    lua_State* lua_;
    const char* who_;
    std::string text_;
};

// Where a search begins (from 0), by Lua's rule for negative places.
std::size_t begin_of(lua_Integer at, std::size_t size) {
    if (at > 0) return static_cast<std::size_t>(at) - 1;
    if (at == 0 || at < -static_cast<lua_Integer>(size)) return 0;
    return size - static_cast<std::size_t>(-at);
}

// Pushes a capture, or the whole match where the pattern has none.
void push_capture(
    lua_State* lua, const PatternMatcher& matcher, int number, std::size_t start, std::size_t end) {
    if (number == 0 && matcher.captures() == 0) {
        lua_pushlstring(lua, matcher.subject().data() + start, end - start);
        return;
    }
    const PatternMatcher::Capture& capture = matcher.capture(number);
    if (capture.size == PatternMatcher::kPosition) {
        lua_pushinteger(lua, static_cast<lua_Integer>(capture.start) + 1);
    } else {
        lua_pushlstring(
            lua, matcher.subject().data() + capture.start, static_cast<std::size_t>(capture.size));
    }
}

int push_captures(lua_State* lua,
                  const PatternMatcher& matcher,
                  bool whole_too,
                  std::size_t start,
                  std::size_t end) {
    const int count = matcher.captures() == 0 && whole_too ? 1 : matcher.captures();
    luaL_checkstack(lua, count + 2, "too many captures");
    for (int i = 0; i < count; ++i)
        push_capture(lua, matcher, i, start, end);
    return count;
}

// Where `pattern` stands as it is, from `begin` on, or npos: in pieces, each counted before it is searched, so that who
// finds it near pays for what is near. A search takes at most the product of both lengths.
std::size_t find_plain(lua_State* lua, std::string_view subject, std::string_view pattern, std::size_t begin) {
    std::size_t piece = 64;
    for (std::size_t from = begin; from + pattern.size() <= subject.size(); from += piece, piece *= 2) {
        const std::size_t places = std::min(piece, subject.size() - pattern.size() - from + 1);
        Sandbox::of(lua).charge(lua, places / 4 + places / kBytesPerStep * (pattern.size() / kBytesPerStep));
        const std::size_t at = subject.substr(from, places + pattern.size() - 1).find(pattern);
        if (at != std::string_view::npos) return from + at;
    }
    return std::string_view::npos;
}

bool has_specials(std::string_view pattern) {
    return pattern.find_first_of("^$*+?.([%-") != std::string_view::npos;
}

int find_or_match(lua_State* lua, bool find) {
    const std::string_view subject = text_at(lua, 1);
    std::string_view pattern = text_at(lua, 2);
    const std::size_t begin = begin_of(luaL_optinteger(lua, 3, 1), subject.size());
    if (begin > subject.size()) {
        lua_pushnil(lua);
        return 1;
    }
    Sandbox::of(lua).charge(lua, pattern.size() / 4);
    if (find && (lua_toboolean(lua, 4) != 0 || !has_specials(pattern))) {
        const std::size_t at = find_plain(lua, subject, pattern, begin);
        if (at == std::string_view::npos) {
            lua_pushnil(lua);
            return 1;
        }
        lua_pushinteger(lua, static_cast<lua_Integer>(at) + 1);
        lua_pushinteger(lua, static_cast<lua_Integer>(at + pattern.size()));
        return 2;
    }
    const bool anchored = !pattern.empty() && pattern[0] == '^';
    if (anchored) pattern.remove_prefix(1);
    LuaSteps steps(lua);
    PatternMatcher matcher(subject, pattern, steps);
    for (std::size_t start = begin; start <= subject.size(); ++start) {
        const std::size_t end = matcher.match_at(start);
        if (end != PatternMatcher::kNoMatch) {
            if (!find) return push_captures(lua, matcher, true, start, end);
            lua_pushinteger(lua, static_cast<lua_Integer>(start) + 1);
            lua_pushinteger(lua, static_cast<lua_Integer>(end));
            return push_captures(lua, matcher, false, start, end) + 2;
        }
        if (anchored) break;
    }
    lua_pushnil(lua);
    return 1;
}

int string_find(lua_State* lua) {
    return find_or_match(lua, true);
}

int string_match(lua_State* lua) {
    return find_or_match(lua, false);
}

// Upvalues: the text, the pattern, where to go on (from 0), where the last match ended (-1: none
// yet).
int next_match(lua_State* lua) {
    const std::string_view subject = text_at(lua, lua_upvalueindex(1));
    const std::string_view pattern = text_at(lua, lua_upvalueindex(2));
    const lua_Integer last = lua_tointeger(lua, lua_upvalueindex(4));
    LuaSteps steps(lua);
    PatternMatcher matcher(subject, pattern, steps);
    for (auto start = static_cast<std::size_t>(lua_tointeger(lua, lua_upvalueindex(3)));
         start <= subject.size();
         ++start) {
        const std::size_t end = matcher.match_at(start);
        if (end == PatternMatcher::kNoMatch || static_cast<lua_Integer>(end) == last) continue;
        lua_pushinteger(lua, static_cast<lua_Integer>(end));
        lua_copy(lua, -1, lua_upvalueindex(3));
        lua_replace(lua, lua_upvalueindex(4));
        return push_captures(lua, matcher, true, start, end);
    }
    lua_pushinteger(lua, static_cast<lua_Integer>(subject.size()) + 1);
    lua_replace(lua, lua_upvalueindex(3));
    return 0;
}

int string_gmatch(lua_State* lua) {
    const std::string_view subject = text_at(lua, 1);
    text_at(lua, 2);
    const std::size_t begin =
        std::min(begin_of(luaL_optinteger(lua, 3, 1), subject.size()), subject.size() + 1);
    lua_settop(lua, 2);
    lua_pushinteger(lua, static_cast<lua_Integer>(begin));
    lua_pushinteger(lua, -1);
    lua_pushcclosure(lua, guarded<next_match>, 4);
    return 1;
}

// The replacement text with its %0 to %9 and %% filled in.
void add_template(lua_State* lua,
                  Growing& out,
                  const PatternMatcher& matcher,
                  std::string_view text,
                  std::size_t start,
                  std::size_t end) {
    while (true) {
        const std::size_t mark = text.find('%');
        out.add(text.substr(0, mark));
        if (mark == std::string_view::npos) return;
        const char c = mark + 1 < text.size() ? text[mark + 1] : '\0';
        if (c == '%') {
            out.add("%");
        } else if (c == '0') {
            out.add(matcher.subject().substr(start, end - start));
        } else if (c >= '1' && c <= '9') {
            push_capture(lua, matcher, c - '1', start, end);
            std::size_t size = 0;
            const char* caught = lua_tolstring(lua, -1, &size);  // a position becomes text too
            out.add({caught, size});
            lua_pop(lua, 1);
        } else {
            luaL_error(lua, "invalid use of '%%' in replacement string");
        }
        text.remove_prefix(mark + 2);
    }
}

// What replaces one match, by the third argument's type. Whether it was replaced.
bool add_replacement(lua_State* lua,
                     Growing& out,
                     const PatternMatcher& matcher,
                     std::size_t start,
                     std::size_t end) {
    const int type = lua_type(lua, 3);
    if (type == LUA_TFUNCTION) {
        lua_pushvalue(lua, 3);
        const int count = push_captures(lua, matcher, true, start, end);
        lua_call(lua, count, 1);
    } else if (type == LUA_TTABLE) {
        push_capture(lua, matcher, 0, start, end);
        lua_gettable(lua, 3);
    } else {
        add_template(lua, out, matcher, text_at(lua, 3), start, end);
        return true;
    }
    const bool keeps = lua_toboolean(lua, -1) == 0;
    if (keeps) {
        out.add(matcher.subject().substr(start, end - start));
    } else if (lua_isstring(lua, -1) == 0) {
        luaL_error(lua, "invalid replacement value (a %s)", luaL_typename(lua, -1));
    } else {
        out.add(text_at(lua, -1));
    }
    lua_pop(lua, 1);
    return !keeps;
}

int string_gsub(lua_State* lua) {
    const std::string_view subject = text_at(lua, 1);
    std::string_view pattern = text_at(lua, 2);
    const int type = lua_type(lua, 3);
    luaL_argexpected(
        lua,
        type == LUA_TNUMBER || type == LUA_TSTRING || type == LUA_TFUNCTION || type == LUA_TTABLE,
        3,
        "string/function/table");
    const lua_Integer most = luaL_optinteger(lua, 4, static_cast<lua_Integer>(subject.size()) + 1);
    lua_settop(lua, 3);
    const bool anchored = !pattern.empty() && pattern[0] == '^';
    if (anchored) pattern.remove_prefix(1);
    LuaSteps steps(lua);
    PatternMatcher matcher(subject, pattern, steps);
    Growing out(lua, "string.gsub");
    std::size_t start = 0;
    std::size_t last = PatternMatcher::kNoMatch;
    lua_Integer count = 0;
    while (count < most) {
        const std::size_t end = matcher.match_at(start);
        if (end != PatternMatcher::kNoMatch && end != last) {
            ++count;
            add_replacement(lua, out, matcher, start, end);
            start = last = end;
        } else if (start < subject.size()) {
            out.add(subject.substr(start++, 1));
        } else {
            break;
        }
        if (anchored) break;
    }
    if (start < subject.size()) out.add(subject.substr(start));
    out.push();
    lua_pushinteger(lua, count);
    return 2;
}

int string_rep(lua_State* lua) {
    const std::string_view text = text_at(lua, 1);
    const lua_Integer count = luaL_checkinteger(lua, 2);
    const std::string_view separator =
        lua_isnoneornil(lua, 3) ? std::string_view() : text_at(lua, 3);
    if (count <= 0 || text.size() + separator.size() == 0) {
        lua_pushliteral(lua, "");
        return 1;
    }
    Growing out(lua, "string.rep");
    for (lua_Integer i = 0; i < count; ++i) {
        if (i != 0) out.add(separator);
        out.add(text);
    }
    return out.push();
}

// Lua's own format, after what it would print addresses for has become text.
int string_format(lua_State* lua) {
    const std::string_view format = text_at(lua, 1);
    const int top = lua_gettop(lua);
    int argument = 1;
    std::uint64_t steps = format.size();
    for (std::size_t i = 0; i < format.size(); ++i) {
        if (format[i] != '%') continue;
        if (++i < format.size() && format[i] == '%') continue;
        while (i < format.size() && std::strchr("-+ #0123456789.", format[i]) != nullptr)
            ++i;
        if (++argument > top) break;  // Lua says so
        const char kind = i < format.size() ? format[i] : '\0';
        if (kind == 'p')
            return luaL_error(lua,
                              "string.format: there is no '%%p' in a script, for addresses differ "
                              "from run to run");
        if (kind == 's') {
            std::size_t size = 0;
            text_of_value(lua, argument, &size);
            lua_replace(lua, argument);
            steps += size / 4;
        } else if (kind == 'q') {
            steps += lua_type(lua, argument) == LUA_TSTRING ? lua_rawlen(lua, argument) : 20;
        } else if (lua_type(lua, argument) == LUA_TNUMBER &&
                   std::isnan(lua_tonumber(lua, argument))) {
            // The sign of what is no number differs between machines.
            lua_pushnumber(lua, std::copysign(std::nan(""), 1.0));
            lua_replace(lua, argument);
        }
        Sandbox::of(lua).charge(lua, kCallSteps);
    }
    Sandbox::of(lua).charge(lua, steps);
    return lua_tocfunction(lua, lua_upvalueindex(1))(lua);
}

int guarded_format(lua_State* lua) {
    return guarded_call(lua, string_format);
}

// byte and codepoint: as many results as the range is long.
int limited_range(lua_State* lua) {
    Sandbox::of(lua).charge(lua, kCallSteps);
    const auto size = static_cast<lua_Integer>(text_at(lua, 1).size());
    const lua_Integer first = luaL_optinteger(lua, 2, 1);
    const lua_Integer last = std::min(luaL_optinteger(lua, 3, first), size);
    const lua_Integer from = first < 0 ? std::max<lua_Integer>(size + 1 + first, 1) : first;
    const lua_Integer to = last < 0 ? size + 1 + last : last;
    if (to - from >= kMostValues)
        return luaL_error(
            lua, "the range is too long (at most %d results)", static_cast<int>(kMostValues));
    Sandbox::of(lua).charge(lua,
                            static_cast<std::uint64_t>(std::max<lua_Integer>(to - from, 0)) * 4);
    return lua_tocfunction(lua, lua_upvalueindex(1))(lua);
}

// The iterator of utf8.codes: it passes over the bytes that go on with a character, of which there can be many.
int next_code(lua_State* lua) {
    const std::string_view text = text_at(lua, 1);
    const auto first = static_cast<std::size_t>(std::max<lua_Integer>(lua_tointeger(lua, 2), 1)) - 1;
    std::size_t end = first;
    while (end < text.size() && (end == first || (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80))
        ++end;
    Sandbox::of(lua).charge(lua, kCallSteps + (end - first) / 4);
    return lua_tocfunction(lua, lua_upvalueindex(1))(lua);
}

int counted_codes(lua_State* lua) {
    Sandbox::of(lua).charge(lua, kCallSteps);
    const int count = lua_tocfunction(lua, lua_upvalueindex(1))(lua);  // its iterator, the text, where to begin
    lua_pushvalue(lua, -count);
    lua_pushcclosure(lua, next_code, 1);
    lua_replace(lua, -count - 1);
    return count;
}

void wrap_with(lua_State* lua, const char* name, lua_CFunction wrapper) {
    lua_getfield(lua, -1, name);
    lua_pushcclosure(lua, wrapper, 1);
    lua_setfield(lua, -2, name);
}

}  // namespace

void open_string(lua_State* lua) {
    luaL_requiref(lua, "string", luaopen_string, 1);
    lua_pushnil(lua);
    lua_setfield(lua, -2, "dump");
    for (const char* name : {"char", "lower", "reverse", "upper"})
        count_original(lua, name);
    // A part is a new text, which counts as such; neither looks at the whole.
    for (const char* name : {"len", "sub"})
        count_original(lua, name, 0);
    for (const char* name : {"pack", "packsize", "unpack"})
        count_original(lua, name, 40);
    wrap_with(lua, "byte", limited_range);
    wrap_with(lua, "format", guarded_format);
    const luaL_Reg own[] = {{"find", guarded<string_find>},
                            {"match", guarded<string_match>},
                            {"gmatch", guarded<string_gmatch>},
                            {"gsub", guarded<string_gsub>},
                            {"rep", guarded<string_rep>},
                            {nullptr, nullptr}};
    luaL_setfuncs(lua, own, 0);
    // Texts as numbers ("10" + 1) go through functions of the metatable that all texts share.
    lua_pushliteral(lua, "");
    lua_getmetatable(lua, -1);
    for (const char* name :
         {"__add", "__sub", "__mul", "__mod", "__pow", "__div", "__idiv", "__unm"})
        count_original(lua, name);
    lua_pushboolean(lua, 0);
    lua_setfield(lua, -2, "__metatable");
    lua_pop(lua, 3);

    luaL_requiref(lua, "utf8", luaopen_utf8, 1);
    for (const char* name : {"char", "len", "offset"})
        count_original(lua, name);
    wrap_with(lua, "codes", counted_codes);
    wrap_with(lua, "codepoint", limited_range);
    lua_pop(lua, 1);
}

}  // namespace podium::scripting
