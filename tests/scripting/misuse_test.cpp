// The words of scenarios as an author might get them wrong: one sentence, with its file and line.

#include <algorithm>
#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "scripting/bindings.hpp"
#include "sim/faults/fault.hpp"
#include "tests/scripting/scenario_fixture.hpp"

namespace podium::scripting::tests {
namespace {

struct Misuse {
    const char* script;
    const char* says;
};

std::vector<Misuse> misuses() {
    return {
        // --- setting up ---
        {"scenario('x')", "scenario takes a table as argument 1, not a text (write it like scenario{"},
        {"scenario{title = {}}", "the option 'title' is a text, not a table"},
        {"scenario{duration = '-1m'}", "the duration '-1m' is negative"},
        {"scenario{duration = {}}", "it takes a duration"},
        {"scenario{title = 'a'} scenario{title = 'b'}", "scenario is called twice"},
        {"cluster('host')", "there is no cluster 'host'"},
        {"cluster{'host'}", "host 1 of the cluster is a table"},
        {"cluster{{name = 'a b'}}", "'a b' is no name for a host"},
        {"cluster{{name = 'a', cpus = 'many'}}", "a host's cpus are a number, not a text"},
        {"cluster{{name = 'a', cpus = -1}}", "0.1 to 1024 cpus"},
        {"cluster{{name = 'a', memory = -5}}", "'-5' is no size for memory"},
        {"cluster{{name = 'a'}} cluster{{name = 'b'}}", "cluster is called twice"},
        {"compose{}", "compose takes a text as argument 1, not a table"},
        {"compose('x.yaml', 1)", "compose takes a table as argument 2, not a number"},
        {"compose[[services:\n  web: {image: nginx}\n]]", "compose takes a file's name; a project's text goes to compose_text"},
        {"compose_text('services: {}', {profiles = 'debug'})",
         "compose_text: the option 'profiles' is a list like {\"debug\"}, not a text"},
        {"compose_text('services: {}', {environment = 'A=1'})",
         "compose_text: the option 'environment' is a table like {NAME = \"value\"}, not a text"},
        {"compose_text('services: {}', {environment = {A = {}}})",
         "compose_text: the value of A is a text, not a table"},
        {"compose_text('services: {}', {environment = {AB = 'a\\0b'}})",
         "compose_text: the environment variable AB has a NUL (\\0) in it, which none can have"},
        {"compose_text('services: {}', {environment = {['AB\\0C'] = 'a'}})",
         "compose_text: the environment variable AB has a NUL"},
        {"print(count{action = 'die\\0x'})", "there is no event 'die x' ("},
        {"print(count{action = 'die', exit = '137\\0'})", "the event 'die' never has exit=137 "},
        {"compose_text('services: {a: {image: nginx}}') compose_text('services: {a: {image: nginx}}')",
         "a scenario has one project"},
        {"images('nginx')", "images takes a list like {\"a\", \"b\"} as argument 1, not a text"},
        {"images{{}}", "item 1 of the list is a text, not a table"},
        {"images{'UPPER'}", "repository name must be lowercase"},
        {"images{''}", "invalid reference format"},
        {"param('a')", "the default of parameter 'a' is a text, a number or a boolean, not nothing"},
        {"param('a b', 1)", "'a b' is no name for a parameter"},
        {"param('', 1)", "'' is no name for a parameter"},
        {"param('a', 'x', 'x')", "param takes a list like {\"a\", \"b\"} as argument 3, not a text"},
        {"param('a', 'x', {'y'})", "the parameter 'a' can't be 'x'"},
        {"choose('web')", "choose takes a table as argument 1, not a text"},
        {"between('1s')", "between takes a duration"},
        {"between('10s', '-1s')", "negative"},
        // --- time ---
        {"at()", "at takes a duration"},
        {"at('-1s', print)", "negative"},
        {"at(print, '1s')", "as argument 1, not a function"},
        {"after('1s')", "after takes a function as argument 2, not nothing (write it like after(\"10s\", f), where f is function() … end)"},
        {"print(count('die', 'web'))", "count takes 1 argument, and gets 2 (write it like count(\"die web\"))"},
        {"narrate('aa', 'bb')", "narrate takes 1 argument, and gets 2"},
        {"now(1)", "now takes 0 arguments, and gets 1"},
        {"service('web'):running('web')", "running takes 0 arguments, and gets 1"},
        {"service('web'):count('die web')", "count takes 0 arguments, and gets 1 (write it like service:count())"},
        {"container('web.1'):running(1)", "running takes 0 arguments, and gets 1 (write it like container:running())"},
        {"local say = narrate say('aa', 'bb')", "narrate takes 1 argument, and gets 2 (write it like narrate("},
        {"pcall(function() end) kill('web', {}, '5s')", "kill takes 2 arguments, and gets 3"},
        {"stable(function() return true end, '5s', 'a name', 'another')", "stable takes 3 arguments, and gets 4"},
        {"always(function() service('web'):running() end) wait '1s'", "the function that is looked at gives nothing back"},
        {"wait_until(function() service('web'):running() end)", "the function that is looked at gives nothing back"},
        {"print(math.sin(1))", "math has none here"},
        {"sleep('5s')", "a script has no 'sleep' (wait(\"10s\") lets time pass)"},
        {"if now() != 1 then end", "in Lua 'not equal' is ~="},
        {"wait(5s)", "a time is a text, like \"30s\""},
        {"every('1s')", "every takes a function as argument 2, not nothing"},
        {"every('-1s', print)", "negative"},
        {"wait(nil)", "as argument 1, not nil"},
        {"wait '5'", "invalid duration \"5\""},
        {"wait(-1)", "-1.0 seconds is no duration"},
        {"wait_until('x')", "wait_until takes a function as argument 1, not a text"},
        {"wait_until(print, '1m')", "wait_until takes a table as argument 2, not a text"},
        {"wait_until(print, {within = -1})", "no duration"},
        // --- checks that could never fail ---
        {"always(function() return service('web').running end)", "gives back a function, which is never false (call what you ask, like service('web'):running())"},
        {"eventually(function() return service 'web' end, '1s')", "gives back a service, which is never false"},
        {"wait_until(function() return now end)", "gives back a function, which is never false"},
        {"always(function() return service('web'):restarts() end)",
         "gives back 0, and 0 counts as true in Lua (compare it, like service('web'):restarts() == 0)"},
        {"wait_until(function() return 0.0 end)", "gives back 0, and 0 counts as true in Lua"},
        {"at_most(0, 'die web', '5 parsecs')", "invalid duration"},
        // --- acting ---
        {"sh()", "sh takes a text as argument 1, not nothing"},
        {"sh('true', 'host')", "sh takes a table as argument 2, not a text"},
        {"sh('true', {hots = 'host'})", "sh has no option 'hots' (did you mean 'host'?)"},
        {"file('/a')", "file takes a text as argument 2, not nothing"},
        {"file('/root', 'x')", "'/root' is a directory"},
        {"file('/etc', 'x')", "'/etc' is a directory"},
        {"file('/var/lib/docker', 'x')", "'/var/lib/docker' is a directory"},
        {"file('/a/', 'x')", "'/a/' is a directory"},
        {"narrate({})", "narrate takes a text as argument 1, not a table"},
        {"traffic()", "traffic takes a text as argument 1, not nothing"},
        {"traffic('web:8080', 'rate')", "traffic takes a table as argument 2, not a text"},
        {"traffic('web:8080', {rate = '-1/s'})", "is no rate"},
        {"traffic('web:8080', {name = {}})", "the option 'name' is a text, not a table"},
        {"traffic('web:0')", "'0' is no port"},
        {"scenario{duration = '1s'} traffic('wbe:8080')",
         "there was no service, container or host 'wbe' at any time of the run"},
        {"scenario{duration = '1s'} kill 'wbe'", "there was no service, container or host 'wbe'"},
        {"kill('web', 'TERM')", "kill takes a table as argument 2, not a text (write it like kill("},
        {"kill('web', {signal = {}})", "the option 'signal' is a text, not a table"},
        {"disk_full('host', {lasts = -1})", "no duration"},
        // --- what is to break is not there ---
        {"disk_full 'hots'", "there is no host 'hots' to break (did you mean 'host'?)"},
        {"cluster{{name = 'one'}, {name = 'two'}} partition 'one|tow'",
         "there is no group of hosts 'one|tow' to break (did you mean 'two'?)"},
        {"cluster{{name = 'one'}, {name = 'two'}} partition 'one|x'", "(there are one, two)"},
        {"cluster{{name = 'one'}, {name = 'two'}} link_cut 'one-tow'",
         "there is no link 'one-tow' to break (did you mean 'one-two'?)"},
        {"cluster{{name = 'a-b'}, {name = 'c-d'}} delay('a_b-c-d', {by = '1s'})", "(did you mean 'a-b-c-d'?)"},
        {"registry_outage 'docker'", "there is no registry 'docker' to break (name it as in images' names"},
        {"corrupt_image 'UPPER'", "there is no image 'UPPER' to break (name it like nginx:latest)"},
        // --- arguments that can't be ---
        {"kill('host', {signal = 99})", "the fault kill can't take signal=99 (name a signal, like signal=TERM, or its number, at most 64)"},
        {"kill('host', {signal = 0})", "the fault kill can't take signal=0"},
        {"kill('host', {signal = ''})", "kill: '' is no value for signal"},
        {"kill{signal = 99}", "kill takes a text as argument 1, not a table (write it like kill(\"service or container\", {signal = …}))"},
        {"slow_disk('host', {factor = 1.5})", "the fault slow-disk can't take factor=1.5 (write a whole number from 1 to 1000)"},
        {"cluster{{name = 'a'}, {name = 'b'}} loss('a-b', {rate = '150%'})", "can't take rate=150% (write a share from 0% to 100%"},
        // --- checks ---
        {"always(print, {})", "always takes a text as argument 2, not a table"},
        {"eventually('30s', print)", "eventually takes a function as argument 1, not a text"},
        {"eventually(print, '-1s')", "negative"},
        {"stable(print, '-1s')", "negative"},
        {"at_most('a', 'die')", "at_most takes a whole number as argument 1, not a text"},
        {"at_most(1.5, 'die')", "at_most takes a whole number as argument 1, not 1.5"},
        {"at_most(1)", "at_most takes an event"},
        {"at_most(1, 'die', '-1m')", "negative"},
        {"within('5s', 'die')", "within takes an event"},
        {"within('-5s', 'die', 'start')", "negative"},
        {"availability({}, '>= 1%')", "a service's name or what traffic(…) gives as argument 1, not a table"},
        {"availability(service 'web', '>= 1%')", "what traffic(…) gives as argument 1, not a service"},
        {"availability('web')", "availability takes a text as argument 2, not nothing"},
        {"availability('web', '>= 101%')", "'>= 101%' is no bound: a share is at most 100 % (write it like"},
        {"availability('web', '>= 100.01%')", "a share is at most 100 %"},
        {"availability('web', '> 100%')", "no share is more than 100 %"},
        {"availability('web', '< 0%')", "no share is less than 0 %"},
        {"availability('web', '>= -1%')", "a share is at least 0 %"},
        {"availability('web', '>= 99.999%')", "it has at most two decimals"},
        {"availability('web', '99%')", "'99%' is no bound (write it like"},
        {"latency('web', 'p99 <= 1s')",
         "latency takes what traffic(…) gives as argument 1, not a text (write it like latency(t"},
        // --- values that an event never has ---
        {"at_most(1, 'die web exit=abc')", "the event 'die' never has exit=abc: it is a whole number from 0 to 255"},
        {"at_most(1, 'die web exit=256')", "never has exit=256"},
        {"at_most(1, 'die web exit=')", "never has exit=: it is a whole number"},
        {"at_most(1, {action = 'die', service = 'web', exit = 137.5})", "never has exit=137.5"},
        {"at_most(1, {action = 'die', exit = true})", "never has exit=true"},
        {"at_most(1, {action = 'die', exit = {137}})", "never has exit=table"},
        {"at_most(1, 'die web signal=KIL')",
         "the event 'die' never has signal=KIL: it is a signal's name, like TERM, or its number, from 0 to 64 (did you mean 'KILL'?)"},
        {"at_most(1, 'kill web signal=sigtrem')", "never has signal=sigtrem: it is a signal's name, like TERM, or its number, from 0 to 64 (did you mean 'TERM'?)"},
        {"at_most(1, 'kill web signal=65')", "never has signal=65"},
        {"within('5s', 'die how=nonsense', 'start')", "the event 'die' never has how=nonsense: it is exited, signalled or out-of-memory"},
        {"within('5s', 'die', 'start reason=restart_policy')",
         "the event 'start' never has reason=restart_policy: it is request, restart-policy, engine-start or restart-request (did you mean 'restart-policy'?)"},
        {"at_most(1, 'die decision=7')", "never has decision=7: it is stays-down, restart,"},
        {"always(function() return count 'die web how=signaled' == 0 end)", "(did you mean 'signalled'?)"},
        {"print(last 'die backoff=soon')", "never has backoff=soon: it is a duration, like 1m30s, or seconds as a number"},
        {"at_most(1, 'health_status web status=unhealty')", "it is healthy or unhealthy (did you mean 'unhealthy'?)"},
        {"at_most(1, 'health_status web status=starting')", "never has status=starting: it is healthy or unhealthy"},
        {"at_most(1, 'fault.begin id=kil')", "never has id=kil: it is one that podium faults lists (did you mean 'kill'?)"},
        {"at_most(1, 'node_state state=dwon')", "it is unknown, down, ready or disconnected (did you mean 'down'?)"},
        {"at_most(1, 'service_updated tasks_change=yes')", "never has tasks_change=yes: it is true or false"},
        {"at_most(1, 'die web exit=1 exit=2')", "the event 'die' has the field 'exit' twice (it has one value)"},
        {"at_most(1, 'die web exit=1 exitCode=1')", "the event 'die' has the field 'exitCode' twice (it has one value)"},
        {"at_most(1, 'die web exti=1')", "the event 'die web' has no field 'exti' (did you mean 'exit'?)"},
        {"at_most(1, {action = 'create', driver = 'local', image = 'nginx'})", "the event 'create driver=local' has no field 'image' (it has name, driver)"},
        // --- texts that a method never gives ---
        {"always(function() return container('web.1'):state() == 'runing' end)",
         "container:state() never gives 'runing': it is one of created, running, paused, restarting, exited, removing, removed (did you mean 'running'?)"},
        {"never(function() return container 'web.1':health() ~= 'Healthy' end)", "container:health() never gives 'Healthy'"},
        {"wait_until(function() return service('web'):health() == \"helthy\" end)", "service:health() never gives 'helthy'"},
        {"if host('host'):engine() == 'up' then end", "host:engine() never gives 'up': it is one of running,"},
        // --- looking ---
        {"service('web'):runing()", "a service has no 'runing' (did you mean 'running'?)"},
        {"service('web'):stop()", "a service has no 'stop' (it has running, count"},
        {"service('web').running()", "before its colon, not nothing (write it like service:running())"},
        {"volume('x'):read({})", "read takes a text as argument 1, not a table"},
        {"host('x'):up()", "there is no host 'x' (there is host)"},
        {"host('hots'):up()", "there is no host 'hots' (did you mean 'host'?)"},
        {"always(function() return host('hots'):up() end)", "there is no host 'hots' (did you mean 'host'?)"},
        {"count(1)", "count takes an event"},
        // --- words that are not there ---
        {"servce('web')", "(did you mean 'service'?)"},
        {"kil 'web'", "(did you mean 'kill'?)"},
        {"service = nil print(service('web'))", "(the script has set 'service' itself, so the word of that name is gone: call it otherwise there)"},
        {"wait('1d')", "invalid duration \"1d\" (its longest unit is the hour: write it like 24h0m0s)"},
        {"always(function() return servce('web') end)", "(did you mean 'service'?)"},
        {"step('x', print)", "it is a word of a lesson's lab.lua"},
        {"print(os.time())", "a script has no 'os': it sees nothing of the machine that it runs on (now() is the run's time"},
        {"io.open('/etc/passwd')", "a script has no 'io': it sees nothing of the machine that it runs on (file("},
        {"require 'socket'", "a script has no 'require' (a script is one file: write the functions into it)"},
        {"load('return 1')()", "a script has no 'load' (a script is one file"},
        {"if next({}) then end", "a script has no 'next' (pairs goes through a table"},
        {"collectgarbage()", "a script has no 'collectgarbage' (leave it out"},
        {"debug.traceback()", "a script has no 'debug' (print shows a value"},
        {"always(function() return os.time() > 0 end)", "a script has no 'os'"},
    };
}

}  // namespace

TEST_CASE("misuse: what an author gets wrong is one sentence with file and line") {
    for (const Misuse& misuse : misuses()) {
        INFO(misuse.script);
        const Played played = play(misuse.script);
        CHECK_THAT(played.error, Catch::StartsWith("test.lua:1: "));
        CHECK_THAT(played.error, Catch::Contains(misuse.says));
        CHECK(std::count(played.error.begin(), played.error.end(), '\n') == 0);
    }
}

TEST_CASE("misuse: what only looks like a text compared with a method's is none") {
    const std::string hosts = "local mine = {state = function() return 'open' end}\n";
    CHECK(play(hosts + "print(mine:state() == 'open')").joined() == "true");
    CHECK(play("-- container('web.1'):state() == 'runing'\nprint(container('web.1'):state() == nil)").joined() == "true");
    CHECK(play("print(container('web.1'):state(), \":state() == 'runing'\", [[:state() == 'x']])").joined() ==
          "nil\t:state() == 'runing'\t:state() == 'x'");
    CHECK(play("print(service('web'):health() == '')").joined() == "true");
}

TEST_CASE("misuse: every word refuses nothing and what it can't use, and says how it is written") {
    std::vector<std::string> words = known_words();
    for (const char* wrong : {"", "true", "{{}}"}) {
        for (const std::string& word : words) {
            if (word == "now" || (word == "scenario" && *wrong == '{')) continue;
            if (word == "choose" && *wrong == '{') continue;
            const std::string script = fmt::format("{}({})", word, wrong);
            INFO(script);
            const std::string error = play(script).error;
            CHECK_THAT(error, Catch::StartsWith("test.lua:1: "));
            CHECK_THAT(error, !Catch::Contains("bad argument"));
        }
    }
}

TEST_CASE("misuse: a pair of the same checks, parameters that are read and options that are left out are fine") {
    CHECK(play("always(function() return true end) always(function() return true end)").error == "");
    CHECK(play("local a = param('a', 1, {1, 2}) print(a + 1)").joined() == "2");
    CHECK(play("traffic('host:80', {rate = '1/s', lasts = '1s'}) wait '2s'").error == "");
    CHECK(play("file('/root/new/notes', 'x') print(select(2, sh 'cat /root/new/notes'))").joined() == "x");
}

TEST_CASE("scenario: control characters of a script are shown, not done") {
    const Played played = play("narrate('\\27[2J\\7') always(function() return false end, 'a\\27[31m')");
    CHECK(played.joined() == "\\x1b[2J\\x07");
    const std::string text = verdicts_text(played.session(), played.scenario->verdicts());
    CHECK_THAT(text, Catch::Contains("a\\x1b[31m"));
    CHECK(text.find('\x1b') == std::string::npos);
}

}  // namespace podium::scripting::tests
