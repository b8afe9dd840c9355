#include "tests/scripting/hostile.hpp"

namespace podium::scripting::tests {
namespace {

constexpr std::string_view kSteps = "million steps";
constexpr std::string_view kMemory = "memory";
constexpr std::string_view kStopped = "the script was stopped";

}  // namespace

const std::vector<Hostile>& hostile_scripts() {
    static const std::vector<Hostile> scripts{
        // --- loops ---
        {"endless loop", "local x = 1\nwhile true do end", kSteps, 2},
        {"endless repeat", "repeat local x = 1 until false", kSteps, 1},
        {"endless goto", "::top::\ngoto top", kSteps},
        {"loop over a range without end", "for i = 1, math.huge do end", kSteps, 1},
        {"endless tail call", "local function f() return f() end\nf()", kSteps, 1},
        {"endless iterator", "for _ in function() return 1 end do end", kSteps},
        {"endless call of a library function", "while true do type(1) end", kSteps, 1},
        // --- catching the end ---
        {"pcall around a loop, again and again",
         "while true do\n pcall(function() while true do end end)\nend",
         kSteps,
         2},
        {"pcall of pcall",
         "local f = function() while true do end end\nfor i = 1, 150 do local g = f; f = "
         "function() return pcall(g) end end\nwhile true do f() end",
         kSteps},
        {"xpcall whose handler loops",
         "xpcall(function() while true do end end, function() while true do end end)\nwhile true "
         "do end",
         kSteps},
        {"xpcall whose handler errs",
         "while true do xpcall(error, function() error('x') end) end",
         kSteps},
        {"xpcall whose handler is itself xpcall",
         "local function f() return xpcall(error, f) end\nwhile true do f() end",
         kSteps},
        {"coroutine around a loop",
         "while true do\n coroutine.resume(coroutine.create(function() while true do end "
         "end))\nend",
         kSteps,
         2},
        {"wrap around a loop",
         "while true do pcall(coroutine.wrap(function() while true do end end)) end",
         kSteps,
         1},
        {"many short coroutines",
         "while true do coroutine.wrap(function() for i = 1, 90 do end end)() end",
         kSteps},
        {"coroutines inside coroutines",
         "local function f() return coroutine.wrap(f)() end\nwhile true do pcall(f) end",
         kSteps},
        {"a coroutine that wraps itself",
         "local co\nco = coroutine.wrap(function() return co() end)\nwhile true do pcall(co) end",
         kSteps},
        {"closing a loop",
         "local co = coroutine.create(function() local x <close> = setmetatable({}, {__close = "
         "function() while true do end end}) coroutine.yield() end)\ncoroutine.resume(co)\nwhile "
         "true do coroutine.close(co) end",
         kSteps,
         1},
        {"closing coroutines that close coroutines",
         R"(
local function nest(n)
  local co = coroutine.create(function()
    local x <close> = setmetatable({}, {__close = function() if n > 0 then coroutine.close(nest(n - 1)) end end})
    coroutine.yield()
  end)
  coroutine.resume(co)
  return co
end
coroutine.close(nest(5000))
)",
         ""},
        {"to-be-closed variables that loop",
         "while true do\n local a <close> = setmetatable({}, {__close = function() while true do "
         "end end})\nend",
         kSteps,
         2},
        {"a tower of to-be-closed variables",
         R"(
local mt = {__close = function() while true do end end}
local function f(n) local x <close> = setmetatable({}, mt); if n > 0 then f(n - 1) end; while true do end end
while true do pcall(f, 150) end
)",
         kSteps},
        {"errors without end", "while true do pcall(error, {}) end", kSteps},
        {"error objects with __tostring that loop",
         "error(setmetatable({}, {__tostring = function() while true do end end}))",
         "raised a table as its error",
         1},
        {"yields without end",
         "local f = coroutine.wrap(function() while true do coroutine.yield() end end)\nwhile true "
         "do f() end",
         kSteps},
        {"yields from a close",
         "local f = coroutine.wrap(function() local x <close> = setmetatable({}, {__close = "
         "function() while true do "
         "coroutine.yield() end end}) end)\nwhile true do f() end",
         kSteps,
         1},
        {"yields from deep inside",
         "local function deep(n) if n == 0 then while true do coroutine.yield() end end return 1 + "
         "deep(n - 1) "
         "end\nlocal f = coroutine.wrap(deep)\nf(180)\nwhile true do f() end",
         kSteps},
        {"yield from the script", "coroutine.yield(1)", "outside a coroutine", 1},
        // --- memory ---
        {"memory in a table", "local t = {}\nfor i = 1, 1e9 do t[i] = i .. 'x' end", kStopped, 2},
        {"memory in a table, caught",
         "while true do pcall(function() local t = {} for i = 1, 1e9 do t[i] = {i} end end) end",
         kMemory,
         1},
        {"memory in a coroutine",
         "local c = coroutine.wrap(function() local t = {} while true do t[#t + 1] = {} end "
         "end)\nc()",
         kMemory,
         1},
        {"memory in closures",
         "local f = function() end\nwhile true do local g = f; f = function() return g end end",
         kMemory},
        {"memory in coroutines",
         "local t = {}\nwhile true do t[#t + 1] = coroutine.create(print) end",
         kStopped,
         2},
        {"a text that doubles",
         "local s = 'x'\nwhile true do s = s .. s end",
         "a text of more than",
         2},
        {"a text that doubles, caught",
         "while true do pcall(function() local s = 'x' while true do s = s .. s end end) end",
         "a text of more than",
         1},
        {"a text that grows slowly", "local s = ''\nwhile true do s = s .. 'x' end", kSteps, 2},
        {"garbage without end", "while true do local t = {{}, {}, {}} end", kSteps},
        {"a table of numbers as large as can be",
         "local t = {}\nfor i = 1, 2^40 do t[i] = 1 end",
         kMemory,
         2},
        {"a table constructor, again and again",
         "local t = {}\nwhile true do t = {t, t, t, t} end",
         kMemory,
         2},
        {"nearly all memory, then many small things",
         R"(
local keep = {}
for i = 1, 300000 do keep[i] = {i} end
while true do local s = {} end
)",
         kSteps},
        // --- texts ---
        {"rep of a text", "local s = ('x'):rep(1 << 40)", "longer than", 1},
        {"rep of nothing", "while true do local s = (''):rep(1 << 62) end", kSteps, 1},
        {"rep of a separator", "('').rep('', 1 << 40, 'x')", "longer than", 1},
        {"rep, caught", "while true do pcall(string.rep, 'x', 1 << 62) end", kSteps},
        {"format with much width", "while true do local s = ('%99.99f'):format(1e308) end", kSteps},
        {"format with a wide number", "string.format('%999999d', 1)", "invalid conversion", 1},
        {"concat of a range without end",
         "table.concat(setmetatable({}, {__index = function() return '' end}), '', 1, 1 << 62)",
         kSteps},
        {"concat of one long text",
         "local s = ('x'):rep(1 << 19)\nlocal t = {s, s, s, s}\ntable.concat(t)",
         "longer than",
         3},
        {"upper of a long text",
         "local s = ('x'):rep(1 << 20)\nwhile true do local t = s:upper() end",
         kSteps,
         2},
        {"reverse, byte and sub of a long text",
         "local s = ('x'):rep(1 << 20)\nwhile true do local a, b, c = s:reverse(), s:byte(-1), "
         "s:sub(2) end",
         kSteps,
         2},
        {"byte of a long range", "('x'):rep(1 << 20):byte(1, -1)", "range is too long", 1},
        {"unpack of a long range", "table.unpack({}, 1, 1e7)", "too many results", 1},
        {"unpack of all integers",
         "table.unpack({}, math.mininteger, math.maxinteger)",
         "too many results",
         1},
        {"pack of padding", "while true do string.pack('c1000000', 'x') end", kSteps},
        {"pack of more padding", "string.pack('c1000000000', 'x')", kMemory},
        {"unpack of a long format",
         "local f = ('b'):rep(1 << 20)\nwhile true do pcall(string.unpack, f, f) end",
         kStopped,
         2},
        {"utf8.len of a long text",
         "local s = ('x'):rep(1 << 20)\nwhile true do utf8.len(s) end",
         kSteps},
        {"utf8.codepoint of a long text",
         "utf8.codepoint(('x'):rep(1 << 20), 1, -1)",
         "range is too long",
         1},
        {"utf8.codes over continuation bytes",
         "local s = ('\\x80'):rep(1 << 19)\nwhile true do pcall(utf8.codes('x'), s, 1) end",
         kSteps},
        {"utf8.char of many", "while true do utf8.char(table.unpack({}, 1, 0)) end", kSteps},
        {"comparing texts of zeros",
         "local a, b = ('\\0'):rep(1 << 20), ('\\0'):rep(1 << 19):rep(2)\nwhile true do local c = a < b end",
         kSteps},
        {"comparing a long text with itself", "local s = ('a'):rep(1 << 20)\nwhile true do local c = s < s end", kSteps},
        {"parts of a long text", "local s = ('a'):rep(1 << 20)\nwhile true do local t = s:sub(2) end", kSteps},
        {"the type of a long text", "local s = ('a'):rep(1 << 20)\nwhile true do type(s) end", kSteps},
        {"comparing long texts",
         "local a = ('x'):rep(1 << 20) .. ''\nlocal b = ('x'):rep(1 << 19):rep(2)\nwhile true do "
         "local c = a < b; c = a == b; c = a <= b end",
         kSteps},
        {"looking up long texts",
         "local a = ('x'):rep(1 << 20)\nlocal t = {[a] = 1}\nwhile true do local k = ('x'):rep(1 "
         "<< 19):rep(2); local v = t[k] end",
         kSteps},
        {"adding long numbers",
         "local a = ('0'):rep((1 << 20) - 8) .. '1'\nwhile true do local b = a + 1 end",
         kSteps},
        {"bits of long numbers",
         "local a = ('0'):rep((1 << 20) - 8) .. '1'\nwhile true do local b = a | 1 end",
         "bitwise operation on a string",
         2},
        {"looping to long numbers",
         "local a = ('0'):rep((1 << 20) - 8) .. '1'\nwhile true do pcall(function() for i = 1, a "
         "do end end) end",
         kSteps},
        {"an argument that is a long number",
         "local a = ('0'):rep((1 << 20) - 8) .. '1'\nwhile true do math.random(a) end",
         kSteps},
        {"tonumber of long texts",
         "local a = ('1'):rep(1 << 20)\nwhile true do tonumber(a); tonumber(a, 10) end",
         kSteps},
        {"numbers to text and back",
         "local x = 1e308 / 3\nwhile true do local s = x .. x .. x .. x .. x .. x end",
         kSteps},
        {"remainders of floats",
         "local x, y = 1.7e308, 2.3e-308\nwhile true do local z = x % y end",
         kSteps},
        {"powers of floats",
         "local x, y = 1.0000001, 1.5e9 + 0.5\nwhile true do local z = x ^ y end",
         kSteps},
        // --- patterns ---
        {"pattern with many fewest",
         "local s = ('a'):rep(40)\nreturn s:find(('a-'):rep(12) .. 'b')",
         kSteps,
         2},
        {"pattern with many most",
         "local s = ('a'):rep(60)\nreturn s:match(('a*'):rep(30) .. 'b')",
         kSteps,
         2},
        {"pattern with many optional",
         "local s = ('a'):rep(30)\nreturn s:match(('a?'):rep(100) .. ('a'):rep(31))",
         kSteps,
         2},
        {"pattern in gsub",
         "local s = ('a'):rep(40)\nreturn s:gsub(('.-'):rep(12) .. 'b', '')",
         kSteps,
         2},
        {"pattern in gmatch",
         "local s = ('a'):rep(40)\nfor w in s:gmatch(('.-'):rep(12) .. 'b') do end",
         kSteps,
         2},
        {"pattern, caught",
         "local s = ('a'):rep(40)\nwhile true do pcall(string.find, s, ('a-'):rep(12) .. 'b') end",
         kSteps},
        {"pattern in a sort",
         "table.sort({3, 2, 1}, function(a, b) return (('a'):rep(40)):find(('a-'):rep(12) .. 'b') "
         "end)",
         kSteps},
        {"quadratic pattern", "local s = ('('):rep(1 << 19)\nreturn s:find('%b()')", kSteps, 2},
        {"pattern of balanced, again and again",
         "local s = ('(('):rep(1 << 10)\nwhile true do s:find('%b()') end",
         kSteps},
        {"a pattern with a long set",
         "local s = ('a'):rep(1 << 16)\nlocal p = '[' .. ('b'):rep(1 << 16) .. ']'\nreturn "
         "s:find(p)",
         kSteps,
         3},
        {"a long set without an end, caught",
         "local p = '[' .. ('a'):rep((1 << 20) - 2)\nwhile true do pcall(string.find, 'x', p) end",
         kSteps},
        {"plain find of what is not there", "local s = ('a'):rep(1 << 20)\nwhile true do s:find('b', 1, true) end", kSteps},
        {"a pattern that is too deep",
         "return (('a'):rep(300)):match(('(a'):rep(31) .. (')'):rep(31) .. ('a?'):rep(300))",
         "too complex",
         1},
        {"plain find of a long text in a long text",
         "local s = ('a'):rep(1 << 19)\nlocal p = ('a'):rep(1 << 18) .. 'b'\nwhile true do "
         "s:find(p, 1, true) end",
         kSteps},
        {"gsub that grows",
         "local s = ('x'):rep(1 << 12)\nreturn s:gsub('x', s)",
         "longer than",
         2},
        {"gsub with a function that loops",
         "(('x'):rep(10)):gsub('x', function() while true do end end)",
         kSteps,
         1},
        {"gsub with a table without end",
         "(('x'):rep(10)):gsub('x', setmetatable({}, {__index = function() while true do end "
         "end}))",
         kSteps,
         1},
        // --- tables ---
        {"sort with an order that says yes",
         "local t = {}\nfor i = 1, 1000 do t[i] = i end\nfor i = 1, 10 do table.sort(t, function() "
         "return true end) end",
         ""},
        {"sort with an order that loops",
         "table.sort({1, 2, 3}, function() while true do end end)",
         kSteps,
         1},
        {"sort with an order that yields", "table.sort({1, 2, 3}, coroutine.yield)", "yield", 1},
        {"sort of a false length",
         "table.sort(setmetatable({}, {__len = function() return 9999999 end}), function(a, b) "
         "return false end)",
         kSteps,
         1},
        {"sort of too long a length",
         "table.sort(setmetatable({}, {__len = function() return 1 << 60 end}))",
         "too big",
         1},
        {"insert into a false length",
         "table.insert(setmetatable({}, {__len = function() return 1 << 60 end}), 1, 'x')",
         kSteps,
         1},
        {"remove from a false length",
         "table.remove(setmetatable({}, {__len = function() return 1 << 60 end}), 1)",
         kSteps,
         1},
        {"move without end", "table.move({}, 1, 1 << 60, 2)", kSteps, 1},
        {"move without end, elsewhere", "table.move({}, 1, 1 << 60, 1, {})", kSteps, 1},
        {"pairs of a large table",
         "local t = {}\nfor i = 1, 100000 do t[i] = i end\nwhile true do for _ in pairs(t) do "
         "break end end",
         kSteps},
        {"pairs of an emptied list",
         "local t = {} for i = 1, 1048576 do t[i] = true end for i = 1, 1048576 do t[i] = nil end\n"
         "while true do pairs(t) end",
         kSteps,
         2},
        {"pairs of an emptied table of names",
         "local t = {} for i = 1, 50000 do t['k' .. i] = true end for i = 1, 50000 do t['k' .. i] = nil end\n"
         "while true do pairs(t) end",
         kSteps,
         2},
        {"ipairs without end",
         "for _ in ipairs(setmetatable({}, {__index = function() return 1 end})) do end",
         kSteps},
        {"select of many",
         "local function f(...) while true do local n = select('#', ...) end "
         "end\nf(table.unpack({}, 1, 1000))",
         kSteps},
        // --- calls ---
        {"recursion without end",
         "local function f() return 1 + f() end\nf()",
         "calls inside calls",
         1},
        {"recursion without end, caught",
         "local function f() pcall(f) end\nwhile true do f() end",
         kSteps},
        {"recursion in a metamethod",
         "local t = setmetatable({}, {})\ngetmetatable(t).__index = function(t, k) return t[k] "
         "end\nreturn t.x",
         "stack overflow"},
        {"recursion in __concat",
         "local t = setmetatable({}, {})\ngetmetatable(t).__concat = function(a, b) return a .. b "
         "end\nwhile true do pcall(function() return t .. 'x' end) end",
         kSteps},
        {"recursion in __eq",
         "local mt = {} mt.__eq = function(a, b) return a == b end\nlocal a, b = setmetatable({}, "
         "mt), setmetatable({}, mt)\nwhile true do pcall(function() return a == b end) end",
         kSteps},
        {"recursion in __lt",
         "local mt = {} mt.__lt = function(a, b) while true do end end\nlocal a, b = "
         "setmetatable({}, mt), setmetatable({}, mt)\nreturn a < b",
         kSteps,
         1},
        {"recursion in __len",
         "local t = setmetatable({}, {__len = function(t) return #t end})\nwhile true do "
         "pcall(function() return #t end) end",
         kSteps},
        {"recursion in __tostring",
         "local t = setmetatable({}, {__tostring = function(t) return tostring(t) end})\nwhile "
         "true do pcall(tostring, t) end",
         kSteps},
        {"__index that goes round",
         "local t = {}\nsetmetatable(t, {__index = t})\nwhile true do pcall(function() return t.x "
         "end) end",
         kSteps},
        {"a long chain of __index",
         R"(
local t = {}
for i = 1, 99 do t = setmetatable({}, {__index = t}) end
while true do local a, b, c, d = t.a, t.b, t.c, t.d end
)",
         kSteps},
        {"an error through many coroutines",
         "local function f() return coroutine.wrap(function()\nf() end)() end\nf()",
         "too many coroutines",
         1},
        {"a longer chain of __index",
         "local t = {}\nfor i = 1, 1999 do t = setmetatable({}, {__index = t}) end",
         "metatables",
         2},
        {"a chain of __index made afterwards",
         R"(
local tables, metas = {}, {}
for i = 1, 1999 do tables[i] = {}; metas[i] = {}; setmetatable(tables[i], metas[i]) end
)",
         "metatables",
         3},
        {"__call that goes round",
         "local t = setmetatable({}, {})\ngetmetatable(t).__call = t\nt()",
         "calls inside calls",
         3},
        {"arguments that grow", "local function g(...) return g(1, ...) end\ng()", kStopped, 1},
        {"arguments that grow fast",
         "local function g(...) return g(nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, "
         "nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, ...) end\ng()",
         "stack",
         1},
        {"large stacks copied again and again",
         R"(
local function hold(n, ...) if n == 0 then while true do local t = select('#', ...) end end return hold(n - 1, 1, 2, 3, 4, 5, 6, 7, 8, ...) end
hold(1000)
)",
         kSteps},
        // --- tables ---
        {"keys that fall to one place, more and more of them",
         "local t, stride = {}, 8191 * 16383 * 32767\nlocal n = 0\nwhile true do n = n + 1 t[n * stride] = true end",
         kSteps,
         3},
        {"keys that fall to one place, put in by rawset",
         "local t, stride = {}, 8191 * 16383 * 32767\nlocal n = 0\nwhile true do n = n + 1 rawset(t, n * stride, true) end",
         kSteps,
         3},
        {"keys that fall to one place, looked up",
         R"(
local t = {}
for i = 1, 32768 do t[i + 0.5] = true end
for i = 1, 32768 do t[i + 0.5] = nil end
for i = 1, 10000 do t[i * 32767] = true end
while true do local x = t[32767] end
)",
         kSteps,
         6},
        {"floats that fall to one place",
         "local t, n = {}, 0\nwhile true do n = n + 1 t[1.5 + n * 2^-40] = n end",
         kSteps,
         2},
        {"keys that fall to one place once the table is larger",
         "local t = {}\nfor i = 1, 40000 do t[i * 65535] = true end",
         kSteps,
         2},
        {"a length that is looked for along chains",
         R"(
local t = {}
for i = 1, 32768 do t[i + 0.5] = true end
for i = 1, 32768 do t[i + 0.5] = nil end
for k = 0, 14 do
  for i = 1, 1500 do t[(1 << k) + i * 32767] = true end
end
for k = 14, 0, -1 do t[1 << k] = true end
while true do local n = #t end
)",
         kSteps,
         9},
        {"a walk along chains",
         "local t = {}\nfor i = 1, 12000 do t[i * 16383 * 32767] = true end\nwhile true do for _ in pairs(t) do end end",
         kSteps,
         3},
        {"names that come and go beside a long list",
         R"(
local t = {}
for i = 1, 500000 do t[i] = true end
while true do
  for i = 1, 5 do t['x' .. i] = true end
  for i = 1, 5 do t['x' .. i] = nil end
end
)",
         kSteps},
        {"numbers that come and go beside a long list",
         "local t = {}\nfor i = 1, 900000 do t[i] = true end\nlocal i = 0\nwhile true do i = i + 1 t[-i] = 1 t[-i] = nil end",
         kSteps,
         4},
        {"deep nesting of the text",
         "return "
         "((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((("
         "((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((("
         "((((((((((((((((((((((((((((((((((((((((((((1",
         "C stack overflow",
         1},
        // --- getting out ---
        {"load", "load('return 1')()", "nil value (global 'load')", 1},
        {"dofile", "dofile('/etc/passwd')", "nil value (global 'dofile')", 1},
        {"require", "require('os')", "nil value (global 'require')", 1},
        {"os", "os.execute('true')", "global 'os'", 1},
        {"io", "io.open('/etc/passwd')", "global 'io'", 1},
        {"debug", "debug.sethook()", "global 'debug'", 1},
        {"string.dump", "string.dump(print)", "field 'dump'", 1},
        {"next", "next({})", "global 'next'", 1},
        {"collectgarbage", "collectgarbage('stop')", "global 'collectgarbage'", 1},
        {"randomseed", "math.randomseed(1)", "field 'randomseed'", 1},
        {"a finalizer",
         "setmetatable({}, {__gc = function() while true do end end})",
         "no __gc",
         1},
        {"weak tables, afterwards, in a chain",
         R"(
local mt, tables, keys, order, n = {}, {}, {}, {}, 20000
for i = 1, n do keys[i] = {}; order[i] = i; tables[i] = setmetatable({}, mt) end
for i = n, 2, -1 do local j = math.random(i); order[i], order[j] = order[j], order[i] end
mt.__mode = 'k'
for i = 1, n - 1 do tables[order[i]][keys[i]] = keys[i + 1] end
keys = keys[1]
while true do local x = {} end
)",
         kSteps},
        {"weak tables", "setmetatable({}, {__mode = 'k'})", "no __mode", 1},
        {"the metatable of texts", "getmetatable('').__index = nil", "boolean", 1},
        {"an address by format", "string.format('%p', {})", "addresses", 1},
        {"bytecode", "\x1bLua", "attempt to load a binary chunk"},
        {"printing without end", "while true do print('x') end", "prints more than", 1},
        {"printing long lines", "print(('x'):rep(1 << 20), 'x')", "too long", 1},
        {"an error that is a table", "error({})", "raised a table", 1},
        {"an error that is nothing", "error()", "raised a nil", 1},
        {"an error of many lines", "error('a\\nb\\n' .. ('x'):rep(10000))", "a b xxx", 1},
    };
    return scripts;
}

}  // namespace podium::scripting::tests
