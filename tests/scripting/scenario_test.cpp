// Scenarios: what a script can set up, do and ask, and every way it can be wrong.

#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "scripting/bindings.hpp"
#include "sim/lab/facts.hpp"
#include "sim/view/describe.hpp"
#include "tests/scripting/scenario_fixture.hpp"

namespace podium::scripting::tests {
namespace {

std::string narrated(const std::string& script, const PlayOptions& options = {}) {
    const Played played = play(script, options);
    INFO(script);
    CHECK(played.error == "");
    return played.joined();
}

std::string error_of(const std::string& script, const PlayOptions& options = {}) {
    return play(script, options).error;
}

}  // namespace

// --- setting up ---

TEST_CASE("scenario: the hosts of a cluster file") {
    PlayOptions options;
    options.files["hosts.yaml"] = "hosts: [{name: one}, {name: two, cpus: 2}]\n";
    CHECK(narrated("cluster 'hosts.yaml'\nlocal status, out = sh 'hostname' print(status, out)\n"
                   "status, out = sh('hostname', {host = 'two'}) print(status, out)",
                   options) == "0\tone\n0\ttwo");
    options.files["hosts.yaml"] = "hosts: [{name: one, cpu: 2}]\n";
    CHECK(error_of("cluster 'hosts.yaml'", options).find("hosts.yaml:1:21: unknown key \"cpu\"") != std::string::npos);
    CHECK(error_of("cluster 'three-houses'").find("there is no cluster 'three-houses'") != std::string::npos);
    CHECK(error_of("cluster 'a/b'").find("is no cluster") != std::string::npos);
    PlayOptions with_ours;
    with_ours.files["/podium/clusters/three-host.yaml"] = "hosts: [{name: one}]\n";
    CHECK_THAT(error_of("cluster 'three-hots'", with_ours),
               Catch::Contains("there is no cluster 'three-hots' (did you mean 'three-host'?)"));
}

TEST_CASE("scenario: compose brings up the project beside the script") {
    PlayOptions options;
    options.files["compose.yaml"] = "services:\n  web:\n    image: nginx\n";
    CHECK(narrated("images{'nginx:latest'} compose 'compose.yaml'\nwait_until(function() return "
                   "service('web'):running() end, {within = '1m'})\nprint(service('web'):count(), "
                   "now() < 5)",
                   options) == "1\ttrue");
    CHECK(narrated("images{'nginx:latest'} compose('compose.yaml', {up = false})\nwait '1s' "
                   "print(service('web'):running()) print((sh 'docker compose -f compose.yaml up "
                   "-d')) print(service('web'):running())",
                   options) == "false\n0\ntrue");
}

TEST_CASE("scenario: compose_text takes the project as text, with variables from the script") {
    CHECK(narrated(std::string("policy = 'always' ") + kWeb +
                   "wait '10s' kill 'web' wait '10s' print(service('web'):restarts(), "
                   "service('web'):exit())") == "1\t137");
}

TEST_CASE("scenario: one whose project does not come up fails, unless it brings it up itself") {
    const std::string taken = "[[\nservices:\n  one: {image: nginx, ports: ['80:80']}\n  two: {image: nginx, ports: ['80:80']}\n]]";
    const std::string fine = "always(function() return true end, 'all is well')";
    const Played failed = play("images{'nginx'}\ncompose_text(" + taken + ")\n" + fine);
    REQUIRE(failed.error == "");
    CHECK(failed.outcome(0) == "passed");
    CHECK(failed.outcome(1) == "failed");
    CHECK_FALSE(failed.scenario->all_passed());
    CHECK(failed.verdict(1).place.line == 2);
    REQUIRE(failed.verdict(1).facts.size() == 1);
    CHECK(failed.session().journal().at(failed.verdict(1).facts[0]).kind == lab::kFactLineDone);
    CHECK_THAT(verdicts_text(failed.session(), failed.scenario->verdicts()),
               Catch::Contains("failed       the project comes up") && Catch::Contains("up -d' ended with status 1 (a project that is to fail is brought up by the script itself: {up = false}, and sh)"));
    const Played itself = play("images{'nginx'}\ncompose_text(" + taken + ", {up = false})\nlocal status = sh 'docker compose up -d'\n" + fine + " print(status)");
    CHECK(itself.joined() == "1");
    CHECK(itself.scenario->all_passed());
    CHECK(play(std::string(kWeb) + fine).scenario->all_passed());
    const Played cut = play("scenario{duration = '5s'}\ncompose_text[[\nservices:\n  app: {image: nginx, depends_on: {db: {condition: "
                            "service_healthy}}}\n  db: {image: busybox, command: sleep 100, healthcheck: {test: 'false', retries: "
                            "100}}\n]]\n" +
                            fine);
    CHECK(cut.outcome(1) == "not decided");
    CHECK(cut.verdict(1).reason == "'docker compose up -d' had not ended when the run did");
}

TEST_CASE("scenario: a wrong project names its own place") {
    CHECK_THAT(error_of("compose_text[[\nservices:\n  web:\n    imag: nginx\n]]"),
               Catch::Contains("test.lua:1: ") && Catch::Contains("compose.yaml"));
    CHECK_THAT(error_of("\ncompose 'nosuch.yaml'"),
               Catch::Contains("test.lua:2: ") && Catch::Contains("nosuch.yaml"));
}

TEST_CASE("scenario: cluster names the hosts, and sh types on any of them") {
    CHECK(narrated("cluster{{name = 'a', cpus = 2, memory = '4g'}, {name = 'b', disk = '10g'}} "
                   "print((select(2, sh 'hostname')), (select(2, sh('hostname', {host = 'b'})))) "
                   "print(host('b'):up(), host('a'):engine())") == "a\n\tb\ntrue\trunning");
    CHECK_THAT(error_of("cluster{{name = 'a'}, {name = 'a'}}"),
               Catch::Contains("'a' is named twice"));
    CHECK_THAT(error_of("cluster{{cpus = 2}}"), Catch::Contains("has no name"));
    CHECK_THAT(error_of("cluster{{name = 'a', memroy = '4g'}}"),
               Catch::Contains("did you mean 'memory'?"));
    CHECK_THAT(error_of("cluster{}"), Catch::Contains("at least one host"));
    CHECK_THAT(error_of("cluster{{name = 'a', memory = 'much'}}"), Catch::Contains("no size"));
    CHECK_THAT(error_of("sh('true', {host = 'c'})"), Catch::Contains("there is no host 'c'"));
}

TEST_CASE("scenario: its header says what it is about and how long it runs") {
    const Played played = play("scenario{title = 'T', goal = 'G', watch = 'W', duration = '90s'}");
    CHECK(played.scenario->header().title == "T");
    CHECK(played.scenario->header().goal == "G");
    CHECK(played.scenario->header().watch == "W");
    CHECK(played.session().now() == Time{} + seconds(90));
    PlayOptions options;
    options.duration = seconds(30);
    CHECK(play("scenario{duration = '90s'}", options).session().now() == Time{} + seconds(30));
    CHECK_THAT(error_of("scenario{titel = 'T'}"), Catch::Contains("did you mean 'title'?"));
    CHECK_THAT(error_of("scenario{duration = '0s'}"), Catch::Contains("more than 0s"));
}

TEST_CASE("scenario: parameters come from --set, with the default's type and among the choices") {
    const std::string script =
        "local p, n, b = param('policy', 'no', {'no', 'always'}), param('n', 3), param('fast', "
        "false) print(p, n + 1, b)";
    CHECK(narrated(script) == "no\t4\tfalse");
    PlayOptions options;
    options.parameters = {{"policy", "always"}, {"n", "7"}, {"fast", "true"}};
    CHECK(narrated(script, options) == "always\t8\ttrue");
    options.parameters = {{"policy", "alway"}};
    CHECK_THAT(error_of(script, options),
               Catch::Contains(
                   "test.lua:1: the parameter 'policy' can't be 'alway' (did you mean 'always'?)"));
    options.parameters = {{"polcy", "always"}};
    CHECK_THAT(error_of(script, options),
               Catch::Contains("no parameter 'polcy' (did you mean 'policy'?)"));
    options.parameters = {{"n", "many"}};
    CHECK_THAT(error_of(script, options), Catch::Contains("is a number, not 'many'"));
    options.parameters = {{"fast", "maybe"}};
    CHECK_THAT(error_of(script, options), Catch::Contains("true or false"));
    CHECK_THAT(error_of("param('a', 1) param('a', 2)"), Catch::Contains("declared twice"));
    CHECK_THAT(error_of("param('a', {})"), Catch::Contains("a text, a number or a boolean"));
    CHECK_THAT(error_of("wait '1s' param('a', 1)"), Catch::Contains("before the run begins"));
}

TEST_CASE("scenario: choices and durations come from the seed") {
    const std::string script =
        "local out = {} for i = 1, 20 do out[i] = choose{'a', 'b', 'c'} end "
        "print(table.concat(out), between('10s', '20s'))";
    PlayOptions other;
    other.seed = 2;
    CHECK(narrated(script) == narrated(script));
    CHECK(narrated(script) != narrated(script, other));
    CHECK_THAT(error_of("choose{}"), Catch::Contains("something to choose from"));
    CHECK_THAT(error_of("between('2s', '1s')"), Catch::Contains("takes the shorter one first"));
}

TEST_CASE("scenario: what sets up comes before the run begins") {
    for (const char* word : {"cluster{{name = 'a'}}",
                             "images{'nginx'}",
                             "compose_text 'services: {}'",
                             "scenario{}"}) {
        INFO(word);
        CHECK_THAT(error_of(std::string("wait '1s'\n") + word),
                   Catch::Contains("test.lua:2: ") && Catch::Contains("before the run begins"));
    }
}

// --- time ---

TEST_CASE("scenario: at, after and every call, wait and at without a function wait") {
    CHECK(narrated("at('10s', function() print('at', now()) end) after('5s', function() "
                   "print('after', now()) end)\n"
                   "every('4s', function() print('every', now()) return now() < 11 end)\n"
                   "wait '2s' print('wait', now()) at '3s' print('until', now()) wait(0.5) "
                   "print(now())") ==
          "wait\t2.0\nuntil\t3.0\n3.5\nevery\t4.0\nafter\t5.0\nevery\t8.0\nat\t10.0\nevery\t12.0");
    CHECK_THAT(error_of("wait '10s'\nat('5s', print)"),
               Catch::Contains("test.lua:2: 5.000s has passed (it is 10.000s now)"));
    CHECK_THAT(error_of("wait 'soon'"), Catch::Contains("soon"));
    CHECK_THAT(error_of("wait(-1)"), Catch::Contains("no duration"));
    CHECK_THAT(error_of("wait '-1s'"), Catch::Contains("negative"));
    CHECK_THAT(error_of("wait({})"),
               Catch::Contains("wait takes a duration (a text like \"1m30s\", or seconds as a number) as "
                               "argument 1, not a table (write it like wait(\"10s\"))"));
    CHECK_THAT(error_of("every('0s', print)"), Catch::Contains("greater than 0s"));
    CHECK_THAT(error_of("at('1s', 'f')"), Catch::Contains("a function as argument 2, not a text"));
    // What has been done already, and a name that nothing has.
    for (const char* given : {"kill('web')", "narrate('x')", "engine_restart('host')", "file('/root/a', '')", "nosuch"}) {
        INFO(given);
        CHECK_THAT(error_of(std::string(kWeb) + "wait '1s'\nat('5s', " + given + ")"),
                   Catch::Contains("at takes a function as argument 2, not nil"));
    }
}

TEST_CASE("scenario: what at, after and every call can wait and type, and so can what it calls") {
    const std::string suspends =
        "function() wait '1s' local _, said = sh 'echo typed' print(said, wait_until(function() "
        "return true end), (pcall(function() wait '1s' sh 'true' end)), now() >= 2) return false end";
    const std::string all = "typed\n\ttrue\ttrue\ttrue";
    CHECK(narrated("at('1s', " + suspends + ")") == all);
    CHECK(narrated("after('1s', " + suspends + ")") == all);
    CHECK(narrated("every('1s', " + suspends + ")") == all);
    CHECK(narrated("at('1s', function() after('1s', " + suspends + ") end)") == all);
    CHECK(narrated("print(setmetatable({}, {__index = function() return select(2, sh 'echo x') "
                   "end}).field)") == "x");
}

TEST_CASE("scenario: nothing waits inside a function that Lua's library calls") {
    for (const char* act : {"wait '1s'", "sh 'true'", "wait_until(print)", "at '1s'"}) {
        INFO(act);
        CHECK_THAT(error_of(std::string("table.sort({2, 1}, function()\n") + act + "\nend)"),
                   Catch::Contains("test.lua:2: ") && Catch::Contains("call it before or after"));
        CHECK_THAT(error_of(std::string("string.gsub('a', 'a', function()\n") + act + "\nend)"),
                   Catch::Contains("test.lua:2: ") && Catch::Contains("call it before or after"));
    }
}

TEST_CASE("scenario: what ends while no line of a predicate runs ends where it was asked for") {
    // tostring wants a value, and has no line.
    for (const char* ask : {"always(tostring)", "wait_until(tostring)", "eventually(tostring, '1s')"}) {
        INFO(ask);
        CHECK_THAT(error_of(std::string("\n") + ask), Catch::StartsWith("test.lua:2: bad argument #1 to 'tostring'"));
    }
}

TEST_CASE("scenario: what a predicate prints is told, and makes none look again") {
    CHECK(narrated("always(function() print 'a' return true end) wait '3s'") == "a");
    CHECK(narrated("print(wait_until(function() print 'w' return false end, {within = '3s'}))") == "w\nw\nfalse");
    // What the script prints does, also where a predicate says the same.
    CHECK(narrated("always(function() print 'a' return true end) wait '3s' print 'b' wait '1s'") == "a\nb\na");
    CHECK(narrated("always(function() print 'a' return true end) wait '3s' print 'a' wait '1s'") == "a\na\na");
    CHECK(narrated("always(function() print 'a' return true end) always(function() print 'b' return true end) wait '3s'") == "a\nb");
}

TEST_CASE("scenario: every passes over turns it was too busy for") {
    CHECK(narrated("every('2s', function() print(now()) wait '3s' return now() < 10 end)") ==
          "2.0\n6.0\n10.0");
}

TEST_CASE("scenario: wait_until says whether it came in time") {
    CHECK(narrated(std::string(kWeb) +
                   "print(wait_until(function() return service('web'):running() end, {within = "
                   "'1m'})) local t = now() print(wait_until(function() return not "
                   "service('web'):running() end, {within = '5s'}), now() - t)") ==
          "true\nfalse\t5.0");
    CHECK_THAT(error_of("wait_until(function() return 1 < {} end)"),
               Catch::Contains("attempt to compare"));
    CHECK_THAT(error_of("wait_until(function() return true end, {whithin = '1s'})"),
               Catch::Contains("did you mean 'within'?"));
}

// --- acting ---

TEST_CASE("scenario: sh gives status, output and errors, and tasks have terminals of their own") {
    CHECK(narrated("print(sh 'echo out; echo err >&2; exit_code() { return 3; }; exit_code')") ==
          "3\tout\n\terr");
    CHECK(narrated("after('0s', function() sh 'sleep 5' print('long', now() < 5.1) end) wait '1s' "
                   "sh 'true' print('short', now() < 2)") == "short\ttrue\nlong\ttrue");
    CHECK(narrated("sh 'cd /tmp' print((select(2, sh 'pwd')))") == "/tmp");
    // The first that is free, also again.
    CHECK(narrated("local function pwd() print((select(2, sh 'pwd'))) end after('0s', function() sh 'cd /tmp' end) "
                   "after('1s', function() sh 'sleep 10' end) after('2s', pwd) after('20s', pwd) wait '30s'") == "/root\n/tmp");
    CHECK_THAT(error_of("sh ''"), Catch::Contains("needs a line"));
    CHECK_THAT(error_of("sh 'a\\nb'"), Catch::Contains("one line"));
}

TEST_CASE("scenario: file writes on a host, before and during the run") {
    CHECK(narrated("file('/root/a', 'first') wait '1s' file('/root/b', 'second') print((select(2, "
                   "sh 'cat /root/a /root/b')))") == "firstsecond");
    CHECK_THAT(error_of("file('a', '')"), Catch::Contains("absolute path"));
}

TEST_CASE("scenario: a number is seconds wherever a time is, in faults and traffic too") {
    const std::string project = "images{'nginx:latest'} compose_text('services: {web: {image: nginx, ports: [\"8080:80\"]}}') wait '5s' ";
    for (const char* call : {"slow_start('web', {by = 5})",
                             "crash_loop('web', {after = 2})",
                             "clock_skew('host', {by = -300})",
                             "clock_skew('host', {by = 0.5})",
                             "traffic('web:8080', {timeout = 5, lasts = 2})"}) {
        INFO(call);
        CHECK(narrated(project + call + " print 'done'") == "done");
    }
    CHECK_THAT(error_of(project + "slow_start('web', {by = '5'})"), Catch::Contains("can't take by=5 (write a time"));
}

TEST_CASE("scenario: what a refused line has written is told without what others wrote before") {
    CHECK(narrated("images{'nginx:latest'} compose_text('services: {web: {image: nginx}}') wait '5s' power_loss 'host' "
                   "local status, _, errors = sh 'ls' print(status, errors:find('podium: host is down', 1, true))")
              .starts_with("255\t1\t"));
}

TEST_CASE("scenario: a byte order mark and a first line that begins with # are skipped, as Lua's own loader does") {
    CHECK(narrated("\xEF\xBB\xBFprint 'marked'") == "marked");
    CHECK(narrated("#!/usr/bin/env podium\nprint 'begun'") == "begun");
    CHECK(narrated("\xEF\xBB\xBF#!/usr/bin/env podium\nprint 'both'") == "both");
    CHECK_THAT(error_of("#!/usr/bin/env podium\nnosuch()"), Catch::Contains("test.lua:2: "));
    CHECK_THAT(error_of("print 'a'\n# no comment"), Catch::Contains("in Lua a comment begins with --"));
}

TEST_CASE("scenario: each fault has its function, with its arguments and its end") {
    CHECK(
        narrated(
            std::string(kWeb) +
            "wait '10s' kill('web', {signal = 'TERM'}) wait '5s' print(service('web'):deaths())") ==
        "1");
    CHECK(narrated("wait '1s' engine_stop('host', {lasts = '10s'}) wait '8s' "
                   "print(host('host'):engine()) wait '10s' print(host('host'):engine())") ==
          "stopped\nrunning");
    CHECK(narrated("wait '1s' local f = freeze('host', {what = 'engine'}) wait '1s' "
                   "print(host('host'):engine(), f) "
                   "f:lift() wait '1s' print(host('host'):engine())") ==
          "frozen\tfreeze host what=engine\nrunning");
    CHECK(
        narrated("wait '1s' freeze('host', {lasts = '5s'}) wait '2s' print(host('host'):engine()) "
                 "wait '5s' print(host('host'):engine())") == "frozen\nrunning");
    for (const faults::FaultSpec& fault : faults::fault_list()) {
        std::string name(fault.id);
        std::replace(name.begin(), name.end(), '-', '_');
        INFO(name);
        CHECK(narrated("print(type(" + name + "))") == "function");
    }
    CHECK_THAT(error_of("kill('web', {sginal = 'TERM'})"),
               Catch::Contains("kill has no option 'sginal' (did you mean 'signal'?)"));
    CHECK_THAT(error_of("kill('web', {lasts = '1s'})"), Catch::Contains("no option 'lasts'"));
    CHECK_THAT(error_of("kill('web', {signal = 'NOSUCH'})"), Catch::Contains("NOSUCH"));
    CHECK_THAT(error_of("kill()"), Catch::Contains("kill takes a text as argument 1, not nothing"));
}

TEST_CASE("scenario: narration becomes facts, print too") {
    CHECK(narrated("print('early') narrate 'look' wait '1s' narrate('here')") ==
          "early\nlook\nhere");
}

// --- looking ---

TEST_CASE("scenario: services, containers, hosts, volumes and events can be asked about") {
    const std::string project =
        "images{'nginx:latest'} compose_text[[\nservices:\n  web:\n    image: nginx\n    restart: "
        "always\n    deploy: {replicas: 2}\n    volumes: [data:/data]\nvolumes:\n  data:\n]]\nwait "
        "'10s'\n";
    CHECK(narrated(project + "local s = service 'web' print(s:running(), s:count(), "
                             "s:containers(), s:health(), s:healthy(), s:starts(), s:restarts(), "
                             "s:deaths(), s:exit(), s:oom(), s:availability())") ==
          "true\t2\t2\tnone\tfalse\t2\t0\t0\tnil\tfalse\t100.0");
    CHECK(narrated(project + "local c = container 'web.1' print(c:state(), c:running(), "
                             "c:health(), c:exit(), c:restarts(), c:oom(), c:image()) "
                             "print(container('nosuch'):state(), container('nosuch'):exit())") ==
          "running\ttrue\tnone\t0\t0\tfalse\tnginx\nnil\tnil");
    CHECK(narrated(project + "power_loss 'host' wait '1s' print(service('web'):running(), "
                             "service('web'):count(), container('web.1'):running(), "
                             "container('web.1'):state())") == "false\t0\tfalse\trunning");
    CHECK(narrated(project + "sh 'docker exec scenario-web-1 sh -c \"echo kept > /data/f\"' local "
                             "v = volume 'data' print(v:exists(), v:size() > 0, v:mounted(), "
                             "v:read('f'), v:read('g'), volume('nosuch'):exists())") ==
          "true\ttrue\t2\tkept\n\tnil\tfalse");
    CHECK(narrated(project +
                   "kill 'web.2' wait '5s' print(count 'die web', count{action = 'die', service = "
                   "'web', exit = 137}, count 'die db') local f = last 'die web' print(f.action, "
                   "f.service, f.container, f.exit, f.time, f.fact > f.cause)")
              .find("1\t1\t0\ndie\tweb\tweb.2\t137\t10.0") == 0);
    CHECK(narrated("print(host('host'):up(), host('host'):disk() >= 0, host('host'):memory() >= 0, "
                   "service('web'):running(), count 'die') print(last 'die')") ==
          "true\ttrue\ttrue\tfalse\t0\nnil");
    CHECK_THAT(error_of("print(host('x'):up())"), Catch::Contains("there is no host 'x'"));
    CHECK_THAT(error_of("service('web').runing()"), Catch::Contains("runing"));
    CHECK_THAT(error_of("service()"), Catch::Contains("a text as argument 1, not nothing"));
    CHECK_THAT(error_of("service('web').running('web')"),
               Catch::Contains("running takes what service(…) gives before its colon, not a text"));
}

TEST_CASE("scenario: events are named, with what is near") {
    CHECK_THAT(error_of("at_most(1, 'dye web')"),
               Catch::Contains("there is no event 'dye' (did you mean 'die'?)"));
    CHECK_THAT(error_of("at_most(1, 'die web color=red')"), Catch::Contains("no field 'color'"));
    CHECK_THAT(error_of("at_most(1, {service = 'web'})"), Catch::Contains("has an action"));
    CHECK_THAT(error_of("at_most(1, 7)"), Catch::Contains("at_most takes an event (a text like"));
    CHECK_THAT(error_of("at_most(1, 'die web db')"), Catch::Contains("two targets"));
    CHECK_THAT(error_of("at_most(1, '')"), Catch::Contains("an event has a name"));
    CHECK_THAT(error_of("at_most(1, 'container dei web')"), Catch::Contains("there is no event 'container dei' (did you mean 'container.die'?)"));
    CHECK_THAT(error_of("at_most(1, 'event contaner die')"), Catch::Contains("there is no event 'event contaner die' (did you mean 'container.die'?)"));
    CHECK_THAT(error_of("at_most(1, 'containr.die')"), Catch::Contains("there is no event 'containr.die' (did you mean 'container.die'?)"));
    CHECK_THAT(error_of("at_most(1, 'die web exitcode=1')"), Catch::Contains("no field 'exitcode' (did you mean 'exitCode'?)"));
}

TEST_CASE("scenario: an event may be called what podium docs facts calls it, and its fields as the keys there") {
    for (const FactSpec* spec : lab::fact_catalogue().all()) {
        const view::RowShape shape = view::row_shape(*spec);
        INFO(shape.kind);
        const auto pattern = parse_event_pattern(shape.kind);
        REQUIRE(pattern);
        CHECK(pattern->kinds == std::vector<FactKind>{spec->kind});
        CHECK(pattern->target.empty());
        for (const std::string& key : shape.keys) {
            const auto keyed = parse_event_pattern(fmt::format("{} web {}={}", shape.kind, key.substr(0, key.find('=')), "x"));
            CHECK((keyed || keyed.error().message.find("never has") != std::string::npos));
        }
    }
    CHECK(narrated(std::string("policy = 'always' ") + kWeb +
                   "sh('true', {host = 'host'}) kill 'web' wait '10s'\n"
                   "for _, event in ipairs{'container die', 'event container die web', 'container.die web exitCode=137', 'die compose.service=web node=host',\n"
                   "  'die compose.service=db', 'die node=hots', 'container die id=' .. ('0'):rep(12), 'cmd rc=0 cmd=true', 'cmd rc=1', 'container start'} do\n"
                   "  narrate(tostring(count(event)))\nend") == "1\n1\n1\n1\n0\n0\n0\n1\n0\n2");
    // What is of a host has node, whether an engine tells it or Podium.
    CHECK(narrated(std::string(kWeb) +
                   "wait '10s' engine_kill 'host' wait '10s'\n"
                   "for _, event in ipairs{'engine crashed node=host', 'engine crashed host=host', 'engine crashed node=hots'} do\n"
                   "  narrate(tostring(count(event)))\nend narrate(first('engine crashed').node)") == "1\n1\n0\nhost");
    CHECK_THAT(error_of("at_most(1, 'command interrupt node=host')"), Catch::Contains("has no field 'node'"));
    CHECK(narrated(std::string(kWeb) + "wait '10s' kill 'web' wait '1s' print(count{action = 'container die', ['compose.service'] = 'web', exitCode = 137})") == "1");
}

TEST_CASE("scenario: the first of an event is the one before all others, the last the one after them") {
    CHECK(narrated(std::string("policy = 'always' ") + kWeb +
                   "wait '10s' kill 'web' wait '10s' kill 'web' wait '10s'\n"
                   "local a, b = first 'die web', last 'die web'\n"
                   "print(a.exit, a.fact < b.fact, a.time < b.time, first('start web').fact < a.fact, first 'oom web')\n"
                   "print(first('start web').action, first('die web exit=137').fact == a.fact)") ==
          "137\ttrue\ttrue\ttrue\tnil\nstart\ttrue");
}

TEST_CASE("scenario: the table of an event has codes as their words, and what its row has under other names") {
    CHECK(narrated(std::string("policy = 'always' ") + kWeb +
                   "sh 'false' wait '10s' kill 'web' wait '10s'\n"
                   "local f, done = last 'die web', last 'cmd'\n"
                   "print(f.how, f.decision, f.signal, f.exit, f.exitCode, f.node, f['compose.service'], #f.id, last('start web').reason, first('start web').reason)\n"
                   "print(done.cmd, done.rc, done.status, done.node)") ==
          "signalled\trestart\t9\t137\t137\thost\tweb\t12\trestart-policy\trequest\nfalse\t1\t1\thost");
    CHECK(narrated("cluster{{name = 'boss'}, {name = 'hand'}}\n"
                   "sh('docker swarm init', {host = 'boss'})\n"
                   "local _, token = sh('docker swarm join-token -q worker', {host = 'boss'})\n"
                   "sh('docker swarm join --token ' .. token:gsub('%s', '') .. ' boss:2377', {host = 'hand'})\n"
                   "sh('docker service create -d --name web --replicas 2 nginx', {host = 'boss'}) wait '1m'\n"
                   "print(last('node_joined hand').role, last('service_created').mode, last('task_created').reason, last('leader').action, last('election').reason)\n"
                   "print(count('election reason=alone') == count('election'), count('swarm task_created reason=replicas') == count('task_created'))") ==
          "worker\treplicated\treplicas\tleader\talone\ntrue\ttrue");
}

TEST_CASE("scenario: when a file of a host was last written") {
    const std::string changed = "host('host'):changed('/root/notes')";
    CHECK(narrated("file('/root/notes', 'x') wait '5s' print(" + changed + " < 1, host('host'):changed('/root/none'), host('host'):changed('/root'))\n"
                   "file('/root/notes', 'y') wait '5s' local second = " + changed + " sh 'echo z >> /root/notes'\n"
                   "print(second >= 5, second < 6, " + changed + " >= 10)") == "true\tnil\tnil\ntrue\ttrue\ttrue");
    CHECK_THAT(error_of("host('host'):changed('notes')"), Catch::Contains("changed needs an absolute path on the host"));
    CHECK_THAT(error_of("host('host'):changed()"), Catch::Contains("changed takes a text as argument 1, not nothing"));
}

// --- what can go wrong ---

TEST_CASE("scenario: a predicate only looks") {
    for (const char* act : {"wait '1s'",
                            "sh 'true'",
                            "kill 'web'",
                            "narrate 'x'",
                            "file('/a', '')",
                            "at('1h', print)",
                            "after('1s', print)",
                            "every('1s', print)",
                            "always(print)"}) {
        INFO(act);
        CHECK_THAT(error_of(std::string("always(function()\n") + act + "\nend) wait '1s'"),
                   Catch::Contains("test.lua:2: ") && Catch::Contains("a predicate only looks"));
    }
    CHECK_THAT(error_of("always(function() coroutine.yield() end) wait '1s'"),
               Catch::Contains("outside a coroutine"));
    CHECK_THAT(error_of("coroutine.wrap(function()\nwait '1s'\nend)()"),
               Catch::Contains("coroutine of the script's own"));
}

TEST_CASE("scenario: a predicate that acts or waits ends the run, whatever catches the refusal") {
    for (const char* act : {"wait, '1s'", "sh, 'true'", "wait_until, print", "narrate, 'x'", "kill, 'web'", "always, print"}) {
        INFO(act);
        const std::string word = std::string(act).substr(0, std::string(act).find(','));
        const std::string refusal = "test.lua:2: " + word + " can't be called in a predicate: a predicate only looks";
        const std::string caught = "\npcall(" + std::string(act) + ")\nreturn true end";
        CHECK(error_of("always(function()" + caught + ") wait '1s'") == refusal);
        CHECK(error_of("wait_until(function()" + caught + ")") == refusal);
        CHECK(error_of("stable(function()\nxpcall(function() " + word + "(" + std::string(act).substr(word.size() + 1) +
                       ") end, print)\nreturn true end, '1s') wait '2s'") == refusal);
        CHECK(error_of("never(function()\ncoroutine.wrap(function() pcall(" + std::string(act) + ") end)() end) wait '1s'") == refusal);
    }
    // What a task may do it may also try.
    CHECK(error_of("pcall(wait, 'soon') always(function() return pcall(error, 'x') == false end) wait '1s'").empty());
}

TEST_CASE("scenario: an error anywhere ends the run with its file and line") {
    CHECK(error_of("local x = nil\nx.y = 1") ==
          "test.lua:2: attempt to index a nil value (local 'x')");
    CHECK(error_of("at('5s', function()\n  error('broken')\nend)") == "test.lua:2: broken");
    CHECK(error_of("every('5s', function()\n  local t = nil + 1\nend)") ==
          "test.lua:2: attempt to perform arithmetic on a nil value");
    CHECK(error_of("always(function()\n  return nosuch.thing\nend) wait '1s'") ==
          "test.lua:2: attempt to index a nil value (global 'nosuch')");
    CHECK_THAT(error_of("x ="), Catch::Contains("test.lua:1: unexpected symbol"));
    CHECK_THAT(error_of("always('f')"), Catch::Contains("a function as argument 1, not a text"));
    CHECK_THAT(error_of("always()"), Catch::Contains("a function as argument 1, not nothing"));
    CHECK_THAT(error_of("stable(print)"), Catch::Contains("stable takes a duration"));
    CHECK_THAT(error_of("availability('web', '99')"), Catch::Contains("no bound"));
    CHECK_THAT(error_of("at_most(-1, 'die')"), Catch::Contains("from 0"));
    CHECK_THAT(error_of("at_most(1, 'die', '0s')"), Catch::Contains("greater than 0s"));
    CHECK_THAT(error_of("compose_text('services: {}', {pu = true})"),
               Catch::Contains("no option 'pu' (did you mean 'up'?)"));
}

TEST_CASE("scenario: scripts that would drive a run for ever end by their steps") {
    for (const char* script : {"while true do wait '0s' end",
                               "every('1ns', function() end)",
                               "while true do after('0s', function() end) end",
                               "local function f() after('0s', f) end f()",
                               "while true do wait_until(function() return true end) end",
                               "every('1ms', function() print('x') end)",
                               "while true do print('x') wait '1ns' end",
                               "always(function() while true do end end) wait '1s'",
                               "for i = 1, 1e9 do always(print) end",
                               "while true do sh 'true' end",
                               "while true do service('web'):running() end"}) {
        INFO(script);
        const std::string error = error_of(std::string("scenario{duration = '1h'}\n") + script);
        CHECK(error != "");
        CHECK_THAT(error, Catch::StartsWith("test.lua:"));
    }
}

// --- the run is its seed and log ---

TEST_CASE("scenario: a saved run replays to the same facts without its script") {
    const Played played = play(
        std::string("policy = 'always' ") + kWeb +
        "narrate 'begin' wait '10s' kill 'web' sh 'docker ps' at('20s', function() engine_restart "
        "'host' end) every('7s', function() print(now()) sh 'docker stats --no-stream' return "
        "now() < 40 end) wait_until(function() return service('web'):restarts() > 0 end) "
        "disk_full('host', {lasts = '5s'}) wait '30s' file('/root/x', 'y')");
    REQUIRE(played.error == "");
    auto again = lab::Session::load(played.session().save(), "saved.podium");
    REQUIRE(again.ok());
    again->run_until(again->saved_end());
    CHECK(again->fingerprint() == played.session().fingerprint());
    CHECK(again->journal().size() == played.session().journal().size());
    CHECK(play(std::string("policy = 'always' ") + kWeb + "wait '10s'").session().fingerprint() ==
          play(std::string("policy = 'always' ") + kWeb + "wait '10s'").session().fingerprint());
}

TEST_CASE("scenario: the reference names every word and every fault") {
    const std::string text = bindings_text();
    for (const BindingGroup& group : binding_groups()) {
        for (const BindingRow& row : group.rows) {
            INFO(row.name);
            CHECK(text.find(std::string(row.signature)) != std::string::npos);
            CHECK(row.sentence.size() > 5);
        }
    }
    CHECK(text.find("engine_restart(\"host\")") != std::string::npos);
}

TEST_CASE("scenario: why says what podium why does, also of a swarm's task, and nil of what is not there") {
    CHECK(narrated(std::string(kWeb) +
                   "wait '5s' print(why('web.1'):match('web.1 is running'), why 'nobody')") ==
          "web.1 is running\tnil");
    PlayOptions options;
    options.files = {{"hosts.yaml", "swarm: formed\nhosts: [{name: a}, {name: b}]\n"}};
    CHECK(narrated("cluster 'hosts.yaml' images{'nginx'} wait '5s' sh 'docker service create -d --name "
                   "web --constraint node.labels.disk==ssd nginx' wait '5s' "
                   "print(why('web.1'):match('The nearest change that would place it: (.-) %('))",
                   options) == "give node a the label disk=ssd");
}

}  // namespace podium::scripting::tests
