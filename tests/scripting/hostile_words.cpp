// Scripts that mean harm through the words of scenarios: how each ends, with its file and line, and
// that a run of harmless ones is not ended by the same limits.

#include <cstdlib>
#include <ctime>
#include <fmt/format.h>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "tests/scripting/scenario_fixture.hpp"

namespace podium::scripting::tests {
namespace {

struct HostileWords {
    const char* name;
    std::string script;
    const char* ends;  ///< Part of the sentence behind "test.lua:".
};

// A project whose container dies again and again.
const std::string kRestless =
    "scenario{duration = '168h'} images{'nginx:latest'} compose_text([[services: {web: {image: "
    "nginx, restart: "
    "always, command: 'false'}}]]) ";
// A run as long as one may be, and how it ends before.
const std::string kLong = "scenario{duration = '168h'} ";
const char* const kTooMuch = "it takes more work than a scenario may";
const std::string kProject =
    kLong + "images{'nginx:latest', 'busybox:latest'} compose_text([[services: {web: {image: nginx, ports: ['8080:80']}, "
            "db: {image: busybox, command: sleep 100000}}]]) wait '10s' ";
const std::string kSwarm =
    kLong + "images{'nginx:latest'} sh 'docker swarm init' sh 'docker service create -d --name web nginx' ";
// Three hosts in one swarm.
const std::string kThree = kLong + "cluster({{name = 'a'}, {name = 'b'}, {name = 'c'}}, {formed = true}) images{'nginx:latest'} wait '5s' ";
// A project of 300 services, each of which depends on all before it.
const std::string kTangle =
    kLong + "images{'busybox:latest'} local all, names = {'services:'}, {} for i = 1, 300 do local s = ('s%03d'):format(i) "
            "all[#all + 1] = '  ' .. s .. ': {image: busybox, command: sleep 100000, depends_on: [' .. table.concat(names, ',') .. ']}' "
            "names[#names + 1] = s end file('/root/compose.yaml', table.concat(all, '\\n')) ";
// One with a port.
const std::string kServer =
    "images{'nginx:latest'} compose_text([[services: {web: {image: nginx, ports: ['8080:80']}}]]) "
    "wait '10s' ";

std::vector<HostileWords> hostile_words() {
    return {
        // --- time ---
        {"after without end",
         "for i = 1, 1e9 do after('1s', function() end) end",
         "functions to at, after"},
        {"after in after",
         "local function f() after('0s', f) end\nf()",
         "1: the script was stopped: it gives"},
        {"after that doubles",
         "local function f() after('1ms', f) after('1ms', f) end\nf()\nwait '10m'",
         "functions to at, after"},
        {"a terminal for each of very many",
         kLong + "for i = 1, 9900 do after('1s', function() sh 'sleep 100000' end) end wait '1h'",
         "million steps"},
        {"a clock beside very many that wait",
         kLong + "for i = 1, 9900 do after('100h', function() end) end while true do wait '1ms' end",
         "million steps"},
        {"after, caught",
         "while true do pcall(after, '1s', function() end) end",
         "functions to at, after"},
        {"every nanosecond",
         "every('1ns', function() end)\nwait '10m'",
         "1: the script was stopped: it takes"},
        {"every, of the smallest number",
         "every(1e-9, function() end)\nwait '10m'",
         "million steps"},
        {"wait for nothing", "\nwhile true do wait(0) end", "2: the script was stopped: it takes"},
        {"wait a nanosecond, caught",
         "while true do pcall(wait, '1ns') end",
         "1: the script was stopped"},
        {"wait_until that is over",
         "while true do wait_until(function() return nil end, {within = '0s'}) end",
         "million steps"},
        {"wait_until that is true",
         "while true do wait_until(function() return true end) end",
         "million steps"},
        {"a loop in after",
         "after('5s', function()\nwhile true do end end)\nwait '1m'",
         "2: the script was stopped"},
        {"an error in every",
         "every('5s', function() error {} end)\nwait '1m'",
         "1: the script raised a table"},
        {"a moment that has passed", "wait '10s'\nat '5s'", "2: 5.000s has passed"},
        {"a wait of no number", "wait(0 / 0)", "1: nan seconds is no duration"},
        {"a wait longer than time", "wait(1e308)", "is no duration"},
        {"wait in a __close that errs",
         "do local x <close> = setmetatable({}, {__close = function() wait '1s' error 'closed' "
         "end}) end",
         "1: closed"},
        {"wait in an order of sort",
         "local mt = {__lt = function() wait '1s' end}\ntable.sort {setmetatable({}, mt), "
         "setmetatable({}, mt)}",
         "1: wait can't be called in a function that is called by table.sort"},
        {"sh in gsub",
         "('abc'):gsub('.', function() sh 'true' end)",
         "1: sh can't be called in a function"},
        {"sh in coroutines inside each other",
         "local function f(n) if n == 0 then sh 'true' end coroutine.wrap(f)(n - 1) end\nf(5)",
         "1: sh can't be called in a coroutine of the script's own"},
        // --- questions about one of many ---
        {"requests of one source among many",
         kProject + "wait '5s' local t for i = 1, 500 do t = t or traffic('web:8080', {rate = '1/m', name = 't' .. i}) "
                    "if i > 1 then traffic('web:8080', {rate = '1/m', name = 't' .. i}) end end wait '1s' while true do t:sent() end",
         "million steps"},
        {"a volume that is not among many",
         kLong + "wait '1s' sh 'for i in $(seq 2000); do docker volume create v$i; done > /dev/null' while true do volume('nope'):size() end",
         "million steps"},
        {"a service of many containers",
         kLong + "images{'nginx:latest'} compose_text('services: {web: {image: nginx, scale: 200}}') wait '30s' "
                 "while true do service('web'):running() end",
         "million steps"},
        // --- predicates and checks ---
        {"a predicate that loops",
         kRestless + "wait_until(function() while true do end end)",
         "million steps"},
        {"a predicate that fills memory",
         kRestless + "local t = {} always(function() for i = 1, 1e9 do t[i] = {} end end)",
         "memory"},
        {"a predicate that calls itself",
         "local function f() return 1 + f() end always(f)",
         "calls inside calls"},
        {"a predicate that acts",
         kServer + "always(function() kill 'web' end)",
         "kill can't be called in a predicate"},
        {"a predicate that waits",
         "always(function() wait '1s' end)",
         "wait can't be called in a predicate"},
        {"a predicate that chooses",
         "always(function() return pcall(choose, {1, 2}) end)",
         "choose can't be called in a predicate"},
        {"a predicate that draws a duration",
         "never(function() return between('1s', '2s') == '1s' end)",
         "between can't be called in a predicate"},
        {"a predicate that draws a number, in a coroutine of its own",
         "wait_until(function() return coroutine.wrap(function() return math.random() < 0.5 end)() end)",
         "math.random can't be called in a predicate"},
        {"a predicate that yields",
         "always(function() coroutine.yield() end)",
         "outside a coroutine"},
        {"a check in a check",
         "local function f() always(f) end always(f)",
         "always can't be called in a predicate"},
        {"checks without end",
         "while true do always(function() return true end) end",
         "more than 1000 checks"},
        {"checks without end, caught",
         "while true do pcall(never, function() end) end",
         "more than 1000 checks"},
        {"many checks that work, in a run without end",
         kRestless +
             "for i = 1, 900 do always(function() for i = 1, 400 do end return true end) end",
         "it takes more than 80 million steps"},
        {"the options of a wait, an emptied table",
         "local t = {} for i = 1, 1048576 do t[i] = true end for i = 1, 1048576 do t[i] = nil end "
         "while true do wait_until(function() return true end, t) end",
         "million steps"},
        {"an event that is an emptied table",
         "local t = {} for i = 1, 1048576 do t[i] = true end for i = 1, 1048576 do t[i] = nil end "
         "while true do pcall(count, t) end",
         "million steps"},
        // --- acting ---
        {"sh without end", "while true do sh 'true' end", "1: the script was stopped: it takes"},
        {"sh without end, caught",
         "while true do pcall(sh, 'true') end",
         "1: the script was stopped"},
        {"kill without end", kServer + "while true do pcall(kill, 'web') end", "million steps"},
        {"traffic without end",
         kServer + "while true do traffic('web:8080', {rate = '1/s'}) end",
         "million steps"},
        {"large files",
         "local s = ('x'):rep(1 << 20) for i = 1, 1e6 do file('/root/f' .. i, s) end",
         "million steps"},
        {"narration without end", "while true do narrate 'x' end", "1: the script was stopped"},
        {"narration that is long",
         "local s = ('x'):rep(1 << 20) narrate(s) narrate(s)",
         "prints more than"},
        // --- setting up ---
        {"parameters without end",
         "local i = 0 while true do i = i + 1 param('p' .. i, 1) end",
         "1: a scenario has at most 100 parameters"},
        {"images without end",
         "local t = {} for i = 1, 1e5 do t[i] = 'redis:' .. i end while true do images(t) end",
         "million steps"},
        {"hosts without end",
         "cluster(setmetatable({}, {__len = function() return 1 << 60 end}))",
         "a cluster has at least one host"},
        {"aliases of aliases",
         R"(local s = 'a0: &a0 [x,x,x,x,x,x,x,x,x]\n'
for i = 1, 20 do s = s .. ('a%d: &a%d [*a%d,*a%d,*a%d,*a%d,*a%d,*a%d,*a%d,*a%d]\n'):format(i, i, i-1, i-1, i-1, i-1, i-1, i-1, i-1, i-1) end
compose_text(s .. 'services: {web: {image: x, environment: *a20}}'))",
         "3: compose.yaml:"},
        {"a project that is long", "compose_text(('#'):rep(1 << 20))", "million steps"},
        {"brackets in brackets", "compose_text(('['):rep(1 << 19))", "nested more than 200 deep"},
        // --- looking ---
        {"count without end", kServer + "while true do count 'die web' end", "million steps"},
        {"the name of an event that is long",
         "while true do pcall(count, ('x'):rep(1 << 19)) end",
         "million steps"},
        {"the fields of an event without end",
         "local s = 'die' .. (' exit=1'):rep(10000) while true do pcall(count, s) end",
         "million steps"},
        {"the value of an event's field that is long",
         "local s = 'die signal=' .. ('K'):rep(1 << 19) while true do pcall(count, s) end",
         "million steps"},
        {"an option's name that is long",
         "while true do pcall(scenario, {[('x'):rep(1 << 19)] = 1}) end",
         "million steps"},
        {"availability without end",
         kServer + "local s = service 'web' while true do s:availability() end",
         "million steps"},
        {"a method of another thing", "service('web').running(print)", "what service(…) gives"},
        {"the metatable of a handle", "getmetatable(service 'web').__index = nil", "boolean value"},
        {"globals that go round",
         "setmetatable(_G, {__index = function(t, k) return t[k] end})\nx()",
         "1: C stack"},
    };
}

// What keeps the simulated host busy, while the script itself does next to nothing.
std::vector<HostileWords> floods() {
    return {
        {"yes", kLong + "sh 'yes'", kTooMuch},
        {"yes for nobody", kLong + "sh 'yes > /dev/null'", kTooMuch},
        {"yes into a substitution", kLong + "while true do sh 'x=$(yes)' end", kTooMuch},
        {"yes into a loop", kLong + "sh 'yes | while read x; do echo $x; done'", kTooMuch},
        {"a fork bomb", kLong + "sh ':(){ :|:& };:' wait '160h'", kTooMuch},
        {"a function that forks itself", kLong + "sh 'f() { f & f; }; f' wait '160h'", kTooMuch},
        {"a function that forks itself twice", kLong + "sh 'f() { f & f & }; f' wait '160h'", kTooMuch},
        {"a script that runs itself twice",
         kLong + "file('/root/a', 'sh /root/a & sh /root/a') sh 'sh /root/a' wait '160h'",
         kTooMuch},
        {"a bomb in a container",
         kLong + "images{'busybox:latest'} sh 'docker run -d busybox sh -c \"f() { f | f; }; f\"' wait '160h'",
         kTooMuch},
        {"a loop", kLong + "sh 'while :; do :; done'", kTooMuch},
        {"a loop that counts", kLong + "sh 'while :; do x=$((x+1)); done'", kTooMuch},
        {"a loop that speaks", kLong + "sh 'while :; do echo a; done'", kTooMuch},
        {"a loop that starts programs", kLong + "sh 'while :; do ls /; done'", kTooMuch},
        {"a loop that leaves them behind", kLong + "sh 'while :; do sleep 1000 & done'", kTooMuch},
        {"a loop that asks the engine", kLong + "sh 'while :; do docker ps; done'", kTooMuch},
        {"why without end", kServer + "while true do why 'web' end", "the script was stopped: it takes"},
        {"why of a swarm without end",
         "scenario{duration = '1h'} sh 'docker swarm init' sh 'docker service create -d --name web "
         "nginx' wait '1m' while true do why 'web' end",
         "the script was stopped: it takes"},
        {"why in a predicate",
         "always(function() return why 'web' ~= nil end)\nwait '1s'",
         "why can't be called in a predicate"},
        {"loops in containers",
         kLong + "images{'busybox:latest'} for i = 1, 8 do sh 'docker run -d busybox sh -c \"while :; do :; done\"' end wait '160h'",
         kTooMuch},
        {"containers without end",
         kLong + "images{'busybox:latest'} sh 'while :; do docker run -d busybox sleep 1000; done'",
         kTooMuch},
        {"a shell without end", kLong + "\nsh 'while true; do sleep 0.001; done'", "2: the run was stopped at"},
        {"a flood of traffic",
         kServer + "for i = 1, 900 do traffic('web:8080', {rate = '100000/s', name = 't' .. i}) "
                   "end wait '10m'",
         kTooMuch},
        // What one line can make the programs, the engine, the clients and a swarm do again and again.
        {"a loop that sorts", kLong + "sh 'seq 100000 > /a; while :; do sort -n /a | uniq -c | tail -1; done'", kTooMuch},
        {"a loop that searches", kLong + "sh 'seq 100000 > /a; while :; do grep 9*8*7*6*5*4*3*x /a; done'", kTooMuch},
        {"a loop that edits", kLong + "sh 'seq 100000 > /a; while :; do sed s/1/2/g /a | awk 1 | tail -1; done'", kTooMuch},
        {"a loop that matches", kLong + "sh 'while :; do case aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa in *a*a*a*a*a*a*b) ;; esac; done'", kTooMuch},
        {"a loop over all names", kLong + "sh 'while :; do echo /*/* > /dev/null; done'", kTooMuch},
        {"a loop that looks for files", kLong + "sh 'while :; do find / > /dev/null; done'", kTooMuch},
        {"a loop that makes files", kLong + "sh 'i=0; while :; do i=$((i+1)); echo > /f$i; done'", kTooMuch},
        {"a loop that adds to a file", kLong + "sh 'while :; do echo aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa >> /f; done'", kTooMuch},
        {"a loop that reads a project", kProject + "sh 'while :; do docker compose config; done'", kTooMuch},
        {"a loop that makes a project anew", kProject + "sh 'while :; do docker compose up -d --force-recreate; done'", kTooMuch},
        {"a loop of the old client", kProject + "sh 'while :; do docker-compose ps; done'", kTooMuch},
        {"a loop that looks at all", kProject + "sh 'while :; do docker inspect $(docker ps -q); done'", kTooMuch},
        {"a loop that weighs all", kProject + "sh 'while :; do docker stats --no-stream; done'", kTooMuch},
        {"a loop that runs in a container", kProject + "sh 'while :; do docker compose exec db true; done'", kTooMuch},
        {"a loop that builds", kProject + "file('/root/Dockerfile', 'FROM busybox\\nRUN echo $RANDOM > /x\\n') sh 'while :; do docker build --no-cache -q /root; done'", kTooMuch},
        {"a loop with a long value", kLong + "sh 'x=$(seq 1 100000); while :; do : \"$x\"; done'", kTooMuch},
        {"a loop that cuts a long value", kLong + "sh 'x=$(seq 1 100000); while :; do y=${x%9*}; done'", kTooMuch},
        {"a loop that compares a long value", kLong + "sh 'x=$(seq 1 100000); while :; do y=${x##*1}; case $x in *7777*8*9*7*) ;; esac; done'", kTooMuch},
        {"a loop that hands a long value on", kLong + "sh 'x=$(seq 1 100000); while :; do X=\"$x\" true; done'", kTooMuch},
        {"a loop of many words", kLong + "sh 'seq 100000 > /a; while :; do xargs echo < /a | wc; done'", kTooMuch},
        {"a loop that writes", kLong + "sh 'while :; do seq 1000000; done > /f'", kTooMuch},
        {"a loop that goes deeper", kLong + "sh 'p=/a; while :; do p=$p/a; mkdir -p $p; done'", kTooMuch},
        {"a loop over a long line", kLong + "sh 'head -c 5000000 /dev/zero | tr \"\\0\" a > /a; while :; do grep b /a; sed -n /b/p /a; done'", kTooMuch},
        {"a log of short lines", kLong + "images{'busybox:latest'} sh 'docker run -d --name aa busybox yes' wait '100h'", kTooMuch},
        {"logs without end", kLong + "images{'busybox:latest'} sh 'while :; do docker run -d busybox seq 100000; done'", kTooMuch},
        {"volumes without end", kLong + "sh 'i=0; while :; do i=$((i+1)); docker volume create v$i; done'", kTooMuch},
        {"a hundred thousand tasks", kSwarm + "sh 'docker service scale -d web=100000' wait '10h'", kTooMuch},
        {"a loop that updates a service", kSwarm + "sh 'while :; do docker service update -d --force web; done'", kTooMuch},
        {"a loop of stacks",
         kSwarm + "file('/root/s.yml', 'services: {web: {image: nginx, deploy: {replicas: 20}}}') "
                  "sh 'while :; do docker stack deploy -c /root/s.yml s; docker stack rm s; done'",
         kTooMuch},
        {"networks and services without end",
         kThree + "for i = 1, 1e6 do sh(('docker network create -d overlay n%d; docker service create -d --name s%d "
                  "--network n%d nginx'):format(i, i, i)) end",
         kTooMuch},
        {"published services without end", kThree + "for i = 1, 1e6 do sh(('docker service create -d --name s%d -p %d:80 nginx'):format(i, 10000 + i)) end", kTooMuch},
        {"containers on an attachable network without end",
         kThree + "sh 'docker network create -d overlay --attachable n' sh 'while :; do docker run -d --network n nginx; done'",
         kTooMuch},
        {"services of one network without end",
         kThree + "sh 'docker network create -d overlay --subnet 10.9.0.0/16 n' for i = 1, 1e6 do sh('docker service create -d --name s' .. i .. ' --network n nginx') end",
         kTooMuch},
        {"secrets without end", kSwarm + "sh 'i=0; while :; do i=$((i+1)); echo a | docker secret create s$i -; done'", kTooMuch},
        {"configs without end, and a look at each", kSwarm + "sh 'i=0; while :; do i=$((i+1)); echo a | docker config create c$i -; docker config inspect c1; done'", kTooMuch},
        {"a project whose services all depend on each other", kTangle + "sh 'while :; do docker compose up -d --force-recreate; done'", kTooMuch},
        {"the same for the old client", kTangle + "sh 'while :; do docker-compose up -d --force-recreate; done'", kTooMuch},
        {"the same read again and again", kTangle + "sh 'while :; do docker compose config --services; docker compose ps; done'", kTooMuch},
        {"builds of many steps upon each other",
         kLong + "images{'busybox:latest'} sh 'docker tag busybox a' file('/root/Dockerfile', 'FROM a\\n' .. ('RUN true\\n'):rep(400)) "
                 "sh 'while :; do docker build -q --no-cache -t a /root; done'",
         kTooMuch},
        {"builds of many labels upon each other",
         kLong + "images{'busybox:latest'} sh 'docker tag busybox a' file('/root/Dockerfile', 'FROM a\\n' .. ('LABEL a=b\\n'):rep(400)) "
                 "sh 'while :; do docker build -q --no-cache -t a /root; done'",
         kTooMuch},
        {"a log of few bytes and many lines", kLong + "images{'busybox:latest'} sh 'docker run -d busybox sh -c \"yes | cat\"' wait '100h'", kTooMuch},
        {"tasks that fail at once", kSwarm + "sh 'docker service create -d --replicas 50 --restart-delay 1ms --name no nginx false' wait '160h'", kTooMuch},
    };
}

void check_ends(const std::vector<HostileWords>& all, const PlayOptions& options) {
    for (const HostileWords& hostile : all) {
        DYNAMIC_SECTION(hostile.name) {
            const std::clock_t began = std::clock();
            const Played played = play(hostile.script, options);
            if (std::getenv("PODIUM_TIMES") != nullptr)
                fmt::print("{:6.3f} s  {}: {}\n",
                           static_cast<double>(std::clock() - began) / CLOCKS_PER_SEC,
                           hostile.name,
                           played.error);
            CHECK_THAT(played.error, Catch::Contains(hostile.ends));
            CHECK_THAT(played.error, Catch::Matches("test\\.lua:[1-9][0-9]*: [^\n]*"));
        }
    }
}

}  // namespace

TEST_CASE("scenario: every hostile use of its words ends, with its sentence, file and line") {
    check_ends(hostile_words(), {});
}

TEST_CASE("scenario: every flood of the simulated host ends by its work, with its sentence, file and line") {
    PlayOptions options;
    // A tenth of the usual: that they end shows sooner.
    if (std::getenv("PODIUM_TIMES") == nullptr) options.limits.work /= 10;
    check_ends(floods(), options);
}

TEST_CASE("scenario: a container full of processes loses its first one to the next, whoever starts that") {
    // 512 KiB each, 6 MiB at most: twelve.
    const std::string full = "sh -c 'for i in 1 2 3 4 5 6 7 8 9 10 11; do sleep 1000 & done; ";
    const std::pair<std::string, std::string> ways[] = {
        {"docker run -d --name aa -m 6m busybox " + full + "wait'", "docker exec aa true"},
        {"docker run -d --name aa -m 6m --init busybox " + full + "wait'", "true"},
        {"docker run -d --name aa -m 6m busybox " + full + "sleep 3; wait'", "true"},
        {"docker run -d --name aa -m 6m busybox " + full + "(sleep 3; true); wait'", "true"},
        {"docker run -d --name aa -m 6m --health-cmd true --health-interval 2s busybox " + full + "wait'", "true"},
    };
    for (const auto& [begins, then] : ways) {
        INFO(begins << "; " << then);
        const Played played =
            play("scenario{duration = '1m'} images{'busybox:latest'} sh [[" + begins + "]] wait '5s' sh '" + then +
                 "' wait '5s' local _, out = sh 'docker inspect -f \"{{.State.OOMKilled}} {{.State.ExitCode}}\" aa' print(out)");
        CHECK(played.error == "");
        CHECK_THAT(played.joined(), Catch::Contains("true 137"));
    }
}

TEST_CASE("scenario: a flood ends at the same place each time, and where its user lets it") {
    const std::string script = "scenario{duration = '168h'} sh 'while :; do ls /; done'";
    PlayOptions options;
    options.limits.work = 20'000;
    const std::string first = play(script, options).error;
    CHECK(play(script, options).error == first);
    options.limits = options.limits.times(2);
    CHECK(play(script, options).error != first);
}

TEST_CASE("scenario: what a run itself grants lets long runs with checks go on") {
    const Played played = play(
        "scenario{duration = '24h'} images{'nginx:latest'} compose_text([[services: {web: "
        "{image: nginx, restart: always, command: 'false'}}]]) for i = 1, 20 do "
        "never(function() return service('web'):deaths() > 1e9 end) end");
    CHECK(played.error == "");
    CHECK(played.outcome(19) == "passed");
}

TEST_CASE("scenario: its user can let it take more") {
    PlayOptions options;
    const std::string long_one = "for k = 1, 4 do for i = 1, 9e6 do end end print 'through'";
    CHECK_THAT(play(long_one, options).error,
               Catch::Contains("it takes more than 30 million steps"));
    options.limits = Limits().times(3);
    CHECK(play(long_one, options).joined() == "through");
}

}  // namespace podium::scripting::tests
