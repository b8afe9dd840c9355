// The sandbox: what a script may do, and that it always ends.

#include "scripting/sandbox.hpp"

#include <cstdlib>
#include <ctime>
#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "tests/scripting/hostile.hpp"

namespace podium::scripting {
namespace {

struct Ran {
    std::vector<std::string> lines;
    std::string error;  // empty: it ended by itself
    Place place;
    std::uint64_t steps = 0;
    std::size_t most_memory = 0;
};

Ran run(const std::string& script, std::uint64_t seed = 1, const Limits& limits = {}) {
    Ran ran;
    Sandbox sandbox(limits, seed, [&ran](const std::string& line) { ran.lines.push_back(line); });
    const auto fail = [&ran](const Error& error) {
        ran.error = error.message;
        ran.place = error.place;
    };
    auto chunk = sandbox.load(script, "test.lua");
    if (!chunk) {
        fail(chunk.error());
    } else {
        const auto task = sandbox.make_task(*chunk);
        REQUIRE(task.ok());
        const auto done = sandbox.resume(*task);
        if (!done) fail(done.error());
    }
    ran.steps = sandbox.steps();
    ran.most_memory = sandbox.most_memory_bytes();
    return ran;
}

std::string printed(const std::string& script, std::uint64_t seed = 1) {
    const Ran ran = run(script, seed);
    INFO(script << "\n" << ran.place.text() << ": " << ran.error);
    CHECK(ran.error.empty());
    std::string out;
    for (const std::string& line : ran.lines)
        out += (out.empty() ? "" : "\n") + line;
    return out;
}

}  // namespace

TEST_CASE("sandbox: every hostile script ends, with its sentence, file and line") {
    for (const tests::Hostile& hostile : tests::hostile_scripts()) {
        DYNAMIC_SECTION(hostile.name) {
            const std::clock_t began = std::clock();
            const Ran ran = run(std::string(hostile.script));
            const double took = static_cast<double>(std::clock() - began) / CLOCKS_PER_SEC;
            if (std::getenv("PODIUM_TIMES") != nullptr)
                fmt::print("{:6.3f} s {:>9} steps {:>5} KiB  {}: {}: {}\n",
                           took,
                           ran.steps,
                           ran.most_memory >> 10,
                           hostile.name,
                           ran.place.text(),
                           ran.error);
            INFO(ran.place.text() << ": " << ran.error << " (" << ran.steps << " steps, "
                                  << ran.most_memory << " bytes)");
            if (!hostile.ends.empty()) {
                CHECK_THAT(ran.error, Catch::Contains(std::string(hostile.ends)));
                CHECK(ran.place.file == "test.lua");
                CHECK(ran.error.find('\n') == std::string::npos);
                CHECK((hostile.name == "bytecode" || ran.place.line > 0));
            } else {
                CHECK(ran.error == "");
            }
            if (hostile.line != 0) CHECK(ran.place.line == hostile.line);
            CHECK(ran.most_memory <= Limits().memory_bytes + (1U << 20));
        }
    }
}

TEST_CASE("sandbox: a hostile script ends at the same step each time") {
    const auto& scripts = tests::hostile_scripts();
    for (std::size_t i = 0; i < scripts.size(); i += 4) {  // every fourth, for time's sake
        const tests::Hostile& hostile = scripts[i];
        INFO(hostile.name);
        const Ran first = run(std::string(hostile.script));
        const Ran second = run(std::string(hostile.script));
        CHECK(first.steps == second.steps);
        CHECK(first.most_memory == second.most_memory);
        CHECK(first.error == second.error);
    }
}

TEST_CASE("sandbox: a script can't see when memory is collected, whatever it sets afterwards") {
    CHECK(printed("local mt = {} local t = setmetatable({}, mt) mt.__mode = 'kv' mt.__gc = "
                  "function() print 'gc' end "
                  "setmetatable(t, nil) local weak = setmetatable({}, {}) "
                  "getmetatable(weak).__mode = 'v' for i = 1, "
                  "10 do weak[i] = {} end for i = 1, 100000 do local x = {} end print(#weak)") ==
          "10");
}

TEST_CASE("sandbox: a script that is too long is not compiled") {
    // A chain of branches takes the compiler time with the square of its length.
    std::string script = "if x then ";
    for (int i = 0; i < 60'000; ++i)
        script += "\nelseif x then ";
    const Ran ran = run(script + "end");
    CHECK(ran.error == "the script is longer than 128 KiB");
    CHECK(ran.place.line == 8739);
    CHECK(run(script.substr(0, 100'000 / 15 * 15 + 10) + "end").error == "");
}

TEST_CASE("sandbox: what is no number is written alike on every machine") {
    CHECK(printed(
              "print(0/0, -(0/0), string.format('%f %g %5.1f', 0/0, -(0/0), 0/0), (0/0) .. '')") ==
          "nan\tnan\tnan nan   nan\tnan");
}

TEST_CASE("sandbox: an error that passed coroutines has the place where it came from") {
    const Ran ran = run("local f = coroutine.wrap(function()\nerror('boom') end)\nf()");
    CHECK(ran.error == "boom");
    CHECK(ran.place.line == 2);
}

// --- what is different from Lua's own library ---

TEST_CASE("sandbox: pairs gives numbers, then texts, each in order") {
    CHECK(printed("local t = {c = 1, a = 2, [10] = 3, [2.5] = 4, b = 5, [-1] = 6, 'x', 'y'} for k "
                  "in pairs(t) do print(k) end") == "-1\n1\n2\n2.5\n10\na\nb\nc");
    CHECK(printed("for k, v in pairs({}) do print(k) end") == "");
}

TEST_CASE("sandbox: pairs goes on over entries that are changed or taken out meanwhile") {
    CHECK(printed("local t = {a = 1, b = 2, c = 3} for k, v in pairs(t) do print(k, v) t.b = nil "
                  "t.c = 9 t.d = 1 end") == "a\t1\nc\t9");
}

TEST_CASE("sandbox: pairs honours __pairs, and refuses keys that have no order") {
    CHECK(printed("for k, v in pairs(setmetatable({}, {__pairs = function(t) return function(_, k) "
                  "if not k then return 1, 'one' end end, t, nil end})) do print(k, v) end") ==
          "1\tone");
    const Ran ran = run("local t = {[{}] = 1}\nfor k in pairs(t) do end");
    CHECK_THAT(ran.error,
               Catch::Contains("a table as a key has no order that is the same in every run"));
    CHECK(ran.place.line == 2);
    CHECK_THAT(run("pairs(nil)").error, Catch::Contains("table expected"));
}

TEST_CASE("sandbox: sort keeps equals in their order") {
    CHECK(printed("local t = {} for i = 1, 100 do t[i] = {key = i % 3, was = i} end\n"
                  "table.sort(t, function(a, b) return a.key < b.key end)\n"
                  "local last for _, x in ipairs(t) do if last and last.key == x.key then "
                  "assert(last.was < x.was) end last = x end print(t[1].was, t[100].was)") ==
          "3\t98");
    CHECK(printed("local t = {5, 3, 1, 4, 2} table.sort(t) print(table.concat(t, ' '))") ==
          "1 2 3 4 5");
    CHECK(printed("local t = {'b', 'B', 'a', ''} table.sort(t) print(table.concat(t, ','))") ==
          ",B,a,b");
}

TEST_CASE("sandbox: an error in a sort's order passes, and leaves the table as it was") {
    CHECK(printed("local t = {3, 2, 1} print(pcall(table.sort, t, function() error('no order', 0) "
                  "end)) print(table.concat(t, ' '))") == "false\tno order\n3 2 1");
    CHECK_THAT(run("table.sort({1, 'x'})").error, Catch::Contains("attempt to compare"));
}

TEST_CASE("sandbox: math.random comes from the seed") {
    const std::string script =
        "print(math.random(1000), math.random(5, 6), math.random() < 1, math.random(0) ~= "
        "math.random(0))";
    CHECK(printed(script, 1) == printed(script, 1));
    CHECK(printed(script, 1) != printed(script, 2));
    CHECK_THAT(run("math.random(2, 1)").error, Catch::Contains("interval is empty"));
    CHECK(printed(
              "local seen = {} for i = 1, 1000 do seen[math.random(3)] = true end print(#seen)") ==
          "3");
    CHECK(printed("print(math.random(math.mininteger, math.maxinteger) ~= nil)") == "true");
}

TEST_CASE("sandbox: a walk through a table counts the places that it has, the empty ones too") {
    const auto steps_of = [](const std::string& before, const std::string& script) {
        return run(before + " " + script).steps - run(before).steps;
    };
    const std::string list = "local t = {} for i = 1, 65536 do t[i] = true end for i = 1, 65536 do t[i] = nil end";
    const std::string names = "local t = {} for i = 1, 5000 do t['k' .. i] = true end for i = 1, 5000 do t['k' .. i] = nil end";
    // 65,536 places of 16 bytes; 8,192 of at least that many.
    CHECK(steps_of(list, "for i = 1, 100 do pairs(t) end") > 100 * 65'536 * 16 / kBytesPerStepOfWalk);
    CHECK(steps_of(names, "for i = 1, 100 do pairs(t) end") > 100 * 8'192 * 16 / kBytesPerStepOfWalk);
    // What else there is costs nothing.
    CHECK(steps_of(list, "for i = 1, 100 do pairs {} end") < 100 * 65'536 * 16 / kBytesPerStepOfWalk / 10);
}

TEST_CASE("sandbox: no address is ever shown") {
    CHECK(printed("print({}, print, coroutine.create(print)) print(('%s %s'):format({}, "
                  "setmetatable({}, {__tostring = function() return 'own' end})))") ==
          "table\tfunction\tthread\ntable own");
    CHECK(printed("print(tostring(setmetatable({}, {__name = 'Thing'})))") == "Thing");
}

TEST_CASE("sandbox: what prints in one process prints in the next") {
    // The same text in every process and build; Lua's own pairs, sort and random would differ each
    // time.
    CHECK(printed("local t = {} for _, k in ipairs{'web', 'api', 'db', 'cache', 'worker', 'lb', "
                  "'redis', 'queue'} do t[k] = #k end\n"
                  "local out = {} for k, v in pairs(t) do out[#out + 1] = k .. v end "
                  "print(table.concat(out, ' '))\n"
                  "local n = {} for i = 1, 200 do n[i] = {i % 7, i} end table.sort(n, function(a, "
                  "b) return a[1] < b[1] end)\n"
                  "local s = 0 for i, x in ipairs(n) do s = (s * 31 + x[2]) % 1000003 end print(s, "
                  "math.random(1000000))",
                  7) == "api3 cache5 db2 lb2 queue5 redis5 web3 worker6\n910443\t649562");
}

TEST_CASE("sandbox: the library is there, less what a script may not have") {
    CHECK(
        printed("local names = {} for k in pairs(_G) do names[#names + 1] = k end "
                "print(table.concat(names, ' '))") ==
        "_G _VERSION assert coroutine error getmetatable ipairs math pairs pcall print rawequal "
        "rawget rawlen rawset select setmetatable string table tonumber tostring type utf8 xpcall");
    CHECK(printed("for _, t in ipairs{math, string, table, coroutine, utf8} do local n = {} for k "
                  "in pairs(t) do n[#n + 1] = k end print(table.concat(n, ' ')) end") ==
          "abs ceil deg floor fmod huge max maxinteger min mininteger modf pi rad random sqrt "
          "tointeger type ult\n"
          "byte char find format gmatch gsub len lower match pack packsize rep reverse sub unpack "
          "upper\n"
          "concat insert move pack remove sort unpack\n"
          "close create isyieldable resume running status wrap yield\n"
          "char charpattern codepoint codes len offset");
}

TEST_CASE("sandbox: powers with a whole exponent are exact where doubles are") {
    CHECK(printed("print(2^10, 10^15 == 1000000000000000, 2^-1, 2^0.5 == math.sqrt(2), (-2)^3, "
                  "0^0, 2^1024)") == "1024.0\ttrue\t0.5\ttrue\t-8.0\t1.0\tinf");
}

// --- catchers ---

TEST_CASE("sandbox: pcall, xpcall and error work as ever") {
    CHECK(printed("print(pcall(error, 'a')) print(pcall(error, {1}) ) print(select('#', "
                  "pcall(function() return 1, nil, 3 end)))") == "false\ta\nfalse\ttable\n4");
    CHECK(printed("print(xpcall(function(a, b) return a + b end, print, 1, 2))") == "true\t3");
    CHECK(printed("print(xpcall(function() local x = nil; return x.y end, function(m) return "
                  "'caught ' .. m end))") ==
          "false\tcaught test.lua:1: attempt to index a nil value (local 'x')");
    CHECK(printed("print(pcall(pcall)) print(pcall(pcall, error, 1))") ==
          "false\tbad argument #1 to 'pcall' (value expected)\ntrue\tfalse\t1");
}

TEST_CASE("sandbox: coroutines work as ever, through pcall too") {
    CHECK(printed("local co = coroutine.wrap(function(a) local b = coroutine.yield(a + 1) "
                  "print(pcall(function() return coroutine.yield(b * 2) end)) return 'end' end)\n"
                  "print(co(1)) print(co(10)) print(co('back'))") == "2\n20\ntrue\tback\nend");
    CHECK(printed("local co = coroutine.create(function() error('broken', 0) end)\n"
                  "print(coroutine.status(co), coroutine.resume(co)) print(coroutine.status(co), "
                  "coroutine.resume(co)) print(coroutine.close(co))") ==
          "suspended\tfalse\tbroken\ndead\tfalse\tcannot resume dead coroutine\nfalse\tbroken");
    CHECK(printed("local co = coroutine.create(function() local x <close> = setmetatable({}, "
                  "{__close = function() print('closed') end}) coroutine.yield() end)\n"
                  "coroutine.resume(co) print(coroutine.close(co), coroutine.status(co))") ==
          "closed\ntrue\tdead");
    CHECK(printed("print(coroutine.isyieldable()) coroutine.wrap(function() "
                  "print(coroutine.isyieldable(), select(2, coroutine.running())) end)()") ==
          "false\ntrue\tfalse");
    CHECK_THAT(run("local co = coroutine.wrap(function() error('inside') end)\nco()").error,
               Catch::Contains("inside"));
}

TEST_CASE("sandbox: errors name their place and are one sentence") {
    const Ran runtime = run("local x = nil\nlocal function f()\n  return x.y\nend\nf()");
    CHECK(runtime.place == Place{"test.lua", 3, 0});
    CHECK(runtime.error == "attempt to index a nil value (upvalue 'x')");
    const Ran syntax = run("local x = 1\nif x then\nprint('a'");
    CHECK(syntax.place == Place{"test.lua", 3, 0});
    CHECK_THAT(syntax.error, Catch::Contains("')' expected"));
    CHECK(run("\n\nerror('plain', 0)").place.line == 3);
}

// --- patterns, against the manual ---

TEST_CASE("sandbox: patterns match as the manual says") {
    const std::vector<std::pair<std::string, std::string>> cases{
        {"('hello world'):find('wor')", "7\t9"},
        {"('hello'):find('l', 1, true)", "3\t3"},
        {"('a.b'):find('.', 2, true)", "2\t2"},
        {"('hello'):find('')", "1\t0"},
        {"('hello'):find('', 10)", "nil"},
        {"('hello'):find('l', -2)", "4\t4"},
        {"('key = value'):match('^(%w+)%s*=%s*(%w+)$')", "key\tvalue"},
        {"('2026-11-29'):match('(%d+)-(%d+)-(%d+)')", "2026\t11\t29"},
        {"('  x  '):match('^%s*(.-)%s*$')", "x"},
        {"('aaa'):match('a-')", ""},
        {"('aaab'):match('a-b')", "aaab"},
        {"('abc'):match('()b()')", "2\t3"},
        {"('f(a(b)c)d'):match('%b()')", "(a(b)c)"},
        {"('THE (quick) fox'):find('%((%a+)%)')", "5\t11\tquick"},
        {"('hello hello'):match('(%w+) %1')", "hello"},
        {"('THE (quick) fox'):gsub('%f[%a]%a+', 'X')", "X (X) X\t3"},
        {"('x^y'):match('[%^]')", "^"},
        {"('a]b'):match('[]]')", "]"},
        {"('a-b'):match('[a%-]+')", "a-"},
        {"('b-'):match('[a-]')", "-"},
        {"('az09_'):match('[a-z0-9]+')", "az09"},
        {"('az09_'):match('[^a-z]+')", "09_"},
        {"('abc'):gsub('', '-')", "-a-b-c-\t4"},
        {"('abc'):gsub('%w', '%0%0')", "aabbcc\t3"},
        {"('hello world'):gsub('o', '0', 1)", "hell0 world\t1"},
        {"('a b'):gsub('(%w) (%w)', '%2 %1')", "b a\t1"},
        {"('$name'):gsub('%$(%w+)', {name = 'x'})", "x\t1"},
        {"('$name'):gsub('%$(%w+)', {})", "$name\t1"},
        {"('abc'):gsub('%w', function(c) if c == 'b' then return 'B' end end)", "aBc\t3"},
        {"('abc'):gsub('^a', 'x')", "xbc\t1"},
        {"('100%'):gsub('%%', '%%%%')", "100%%\t1"},
        {"('a,b,,c'):gsub(',', ';')", "a;b;;c\t3"},
        {"('ab'):gsub('()', '%1')", "1a2b3\t3"},
        {"('abc'):match('.-$')", "abc"},
        {"('a$c'):match('a$c')", "a$c"},
        {"('\\0a'):match('%z')", "nil"},
        {"('x'):match('(x)(y?)')", "x\t"},
        {"('abcd'):match('((a)(b))')", "ab\ta\tb"},
        {"('ÄB'):len()", "3"},
        {"('aXb'):find('%u')", "2\t2"},
        {"('a\\tb'):match('%c') == '\\t'", "true"},
        {"('ff'):match('%x+')", "ff"},
        {"('a!b'):match('%p')", "!"},
        {"('A1 '):match('%W')", " "},
    };
    for (const auto& [call, expected] : cases) {
        INFO(call);
        CHECK(printed("print(" + call + ")") == expected);
    }
    CHECK(printed("for k, v in ('a=1, b=2'):gmatch('(%w+)=(%w+)') do print(k, v) end") ==
          "a\t1\nb\t2");
    CHECK(printed("for w in ('one two'):gmatch('%a+') do print(w) end for p in "
                  "('abc'):gmatch('()') do print(p) end") == "one\ntwo\n1\n2\n3\n4");
    CHECK(printed("for w in ('xaxbx'):gmatch('x', 2) do print(w) end") == "x\nx");
}

TEST_CASE("sandbox: patterns that aren't one are refused") {
    for (const auto& [call, sentence] : std::vector<std::pair<std::string, std::string>>{
             {"('a'):find('%')", "ends with '%'"},
             {"('a'):find('[a')", "missing ']'"},
             {"('a'):find('[]')", "missing ']'"},
             {"('a'):find('[%')", "missing ']'"},
             {"('a'):find('(a')", "unfinished capture"},
             {"('a'):match('a)')", "invalid pattern capture"},
             {"('a'):find('%1')", "invalid capture index"},
             {"('a'):find('%f')", "missing '[' after '%f'"},
             {"('a'):find('%b')", "missing arguments to '%b'"},
             {"('a'):gsub('a', '%2')", "invalid capture index"},
             {"('a'):gsub('a', '%x')", "invalid use of '%' in replacement"},
             {"('a'):gsub('a', function() return {} end)", "invalid replacement value (a table)"},
             {"('a'):gsub('a', true)", "string/function/table"},
             {"('a'):rep(40):find(('(a)'):rep(33))", "too many captures"},
         }) {
        INFO(call);
        const Ran ran = run("\nlocal x = " + call);
        CHECK_THAT(ran.error, Catch::Contains(sentence));
        CHECK(ran.place.line == 2);
    }
}

TEST_CASE("sandbox: table functions do as Lua's") {
    CHECK(printed("local t = {1, 2, 3} table.insert(t, 4) table.insert(t, 1, 0) "
                  "print(table.concat(t, ' ')) print(table.remove(t), table.remove(t, 1), #t) "
                  "print(table.remove({}), table.remove({}, 0))") ==
          "0 1 2 3 4\n4\t0\t3\nnil\tnil");
    CHECK(printed("print(table.unpack({1, 2, nil, 4}, 1, 4)) print(table.pack(1, nil).n) "
                  "print(select(-1, 1, 2, 3))") == "1\t2\tnil\t4\n2\n3");
    CHECK(printed("print(table.concat(table.move({1, 2, 3, 4}, 2, 4, 1), ' ')) "
                  "print(table.concat(table.move({1, 2, 3}, 1, 3, 2), ' ')) "
                  "print(table.concat(table.move({1, 2}, 1, 2, 2, {9}), ' '))") ==
          "2 3 4 4\n1 1 2 3\n9 1 2");
    CHECK(printed("print(table.concat({1, 2.5, 'x'}, ', ', 2, 3), table.concat({}, 'x'), "
                  "('ab'):rep(3, '-'))") == "2.5, x\t\tab-ab-ab");
    CHECK_THAT(run("table.insert({1}, 5, 1)").error, Catch::Contains("position out of bounds"));
    CHECK_THAT(run("table.concat({{}})").error, Catch::Contains("invalid value (at index 1)"));
}

TEST_CASE("sandbox: what Lua's own functions do is left") {
    CHECK(printed("print(('%5.2f|%-5s|%03d|%q|%x|%%'):format(3.14159, 'ab', 7, 'a\\n', 255))") ==
          " 3.14|ab   |007|\"a\\\n\"|ff|%");
    CHECK(printed("print(tonumber('0x10'), tonumber('z', 36), tonumber('x'), '10' + 5, "
                  "math.type(3), 7 // 2, 7 % -3, -7 % 3, 5.5 % 2)") ==
          "16\t35\tnil\t15\tinteger\t3\t-2\t2\t1.5");
    CHECK(printed("print(('abc'):upper(), ('abc'):byte(1, -1)) print(utf8.len('äöü'), "
                  "utf8.codepoint('ä'), #utf8.char(228))") == "ABC\t97\t98\t99\n3\t228\t2");
    CHECK(printed("print(string.unpack('<i4', string.pack('<i4', 258)))") == "258\t5");
}

TEST_CASE("sandbox: ten thousand turns of plain work are far below the limit") {
    const Ran ran = run("local s = 0\nfor i = 1, 1000000 do s = s + i % 7 end\nprint(s)");
    CHECK(ran.error.empty());
    CHECK(ran.steps < Limits().steps / 4);
}

TEST_CASE("sandbox: an honest script takes a long text apart by lines, words and characters") {
    // 60 KB: each way costs a few steps a character, however long the text is.
    const Ran ran = run(
        "local parts = {}\n"
        "for i = 1, 1200 do parts[i] = 'line ' .. i .. ' has some words and a number in its middle' end\n"
        "local text = table.concat(parts, '\\n')\n"
        "local lines, words, found, at, blanks = 0, 0, 0, 1, 0\n"
        "for line in text:gmatch('[^\\n]+') do\n"
        "  lines = lines + 1\n"
        "  for _ in line:gmatch('%S+') do words = words + 1 end\n"
        "end\n"
        "local _, replaced = text:gsub('\\n', '\\r\\n')\n"
        "while true do\n"
        "  local stop = text:find('\\n', at, true)\n"
        "  if not stop then break end\n"
        "  found, at = found + 1, stop + 1\n"
        "end\n"
        "for i = 1, #text do if text:sub(i, i) == ' ' then blanks = blanks + 1 end end\n"
        "print(#text, lines, words, replaced, found, blanks)");
    CHECK(ran.error.empty());
    REQUIRE(ran.lines.size() == 1);
    CHECK(ran.lines[0] == "61292\t1200\t13200\t1199\t1199\t12000");
    CHECK(ran.steps < Limits().steps / 4);
}

TEST_CASE("sandbox: plain find finds the same as without pieces, wherever it is") {
    CHECK(printed("local s = ('ab'):rep(500) .. 'needle' .. ('ab'):rep(500)\n"
                  "print(s:find('needle', 1, true)) print(s:find('needle', 1001, true)) print(s:find('needle', 1002, true))\n"
                  "print(s:find('b', 64, true)) print(s:find('ba', 64, true)) print(s:find('', 2007, true)) print(s:find('', 2008, true))\n"
                  "print(('ab'):find('abc', 1, true), (''):find('', 1, true))\n"
                  "for _, size in ipairs{62, 63, 64, 65, 191, 192, 193, 448} do\n"
                  "  local at = (('x'):rep(size) .. 'yz'):find('yz', 1, true)\n"
                  "  if at ~= size + 1 then print('wrong', size, at) end\nend") ==
          "1001\t1006\n1001\t1006\nnil\n64\t64\n64\t65\n2007\t2006\nnil\nnil\t1\t0");
}

TEST_CASE("sandbox: texts are compared by their bytes, zeros among them") {
    CHECK(printed("print('a' < 'b', 'b' < 'a', 'a' < 'a', '' < 'a', 'a' <= 'a', 'B' < 'a', 'a' < 'ä', '\\200' < '\\100')\n"
                  "print('a\\0b' < 'a\\0c', 'a\\0c' < 'a\\0b', 'a' < 'a\\0', 'a\\0' < 'a')\n"
                  "local long = ('x'):rep(200) print(long .. 'a' < long .. 'b', long .. 'b' < long .. 'a', long < long .. 'a', long .. 'a' < long)\n"
                  "local t = {[long .. 'a'] = 1} print(t[long .. 'a'], t[long .. 'b'], long .. 'a' == long .. 'a', long .. 'a' == long .. 'b')") ==
          "true\tfalse\tfalse\ttrue\ttrue\ttrue\ttrue\tfalse\ntrue\tfalse\ttrue\tfalse\ntrue\tfalse\ttrue\tfalse\n"
          "1\tnil\ttrue\tfalse");
    CHECK(printed("local out = '' for at, code in utf8.codes('aä€') do out = out .. at .. ':' .. code .. ' ' end print(out)") ==
          "1:97 2:228 4:8364 ");
    CHECK(printed("for i = 1, '3' do if i == 3 then print(i) end end") == "3");
}

TEST_CASE("sandbox: a limit that is reached names itself") {
    Limits limits;
    limits.steps = 2'000'000;
    limits.memory_bytes = 1U << 20;
    CHECK_THAT(run("while true do end", 1, limits).error,
               Catch::Contains("more than 2 million steps"));
    CHECK_THAT(run("local t = {} while true do t[#t + 1] = {} end", 1, limits).error,
               Catch::Contains("memory: more than 1 MiB"));
}

}  // namespace podium::scripting
