// Scheduling policies in runs: of scenarios, saved, replayed, reloaded, failing.

#include <algorithm>
#include <string>

#include <catch2/catch.hpp>

#include "scripting/lua_policy.hpp"
#include "sim/lab/sweep.hpp"
#include "tests/scripting/scenario_fixture.hpp"

namespace podium::scripting::tests {
namespace {

const char* const kHosts =
    "swarm: formed\n"
    "hosts:\n"
    "  - {name: boss, cpus: 2, memory: 4GiB, disk: 32GiB, role: manager}\n"
    "  - {name: ann, cpus: 2, memory: 4GiB, disk: 32GiB}\n"
    "  - {name: bob, cpus: 2, memory: 4GiB, disk: 32GiB}\n";

// nodes(): how many tasks of web are to run on each host, as docker service ps says.
const char* const kBegin =
    "scenario{duration = '1m'}\n"
    "images{'nginx:latest'}\n"
    "local function nodes()\n"
    "  local _, out = sh \"docker service ps web --filter desired-state=running --format "
    "'{{.Node}}'\"\n"
    "  local count = {boss = 0, ann = 0, bob = 0}\n"
    "  for name in out:gmatch('%S+') do count[name] = (count[name] or 0) + 1 end\n"
    "  print(count.boss .. ' ' .. count.ann .. ' ' .. count.bob)\n"
    "end\n";

Played run(const std::string& script,
           std::map<std::string, std::string> files,
           PlayOptions options = {}) {
    files["hosts.yaml"] = kHosts;
    options.files = std::move(files);
    return play(kBegin + script, options);
}

const char* const kOnlyBob = "function score(task, host) return host.name == 'bob' and 1 or 0 end";
const char* const kOnlyAnn = "function score(task, host) return host.name == 'ann' and 1 or 0 end";

/// The whole run again from what was saved of it.
void check_replays(const lab::Session& session) {
    auto again = lab::Session::load(session.save(), "run.podium", read_policy);
    REQUIRE(again);
    again->run_until(again->saved_end());
    CHECK(again->now() == session.now());
    CHECK(again->fingerprint() == session.fingerprint());
}

TEST_CASE("policy of a run: it places the swarm's tasks, and the saved run has it in it") {
    const Played played =
        run("cluster('hosts.yaml', {scheduler = 'mine.lua'})\n"
            "at('5s', function() sh 'docker service create -d --name web --replicas 4 nginx' wait "
            "'10s' nodes() end)",
            {{"mine.lua", kOnlyBob}});
    CHECK(played.error.empty());
    CHECK(played.joined() == "0 0 4");
    check_replays(played.session());
    const auto without = lab::Session::load(played.session().save(), "run.podium");
    REQUIRE_FALSE(without);
    CHECK_THAT(without.error().text(), Catch::Contains("nothing here can read it"));
}

TEST_CASE("policy of a run: without one and with spread it is Swarm's own") {
    for (const char* how :
         {"cluster('hosts.yaml')\n", "cluster('hosts.yaml', {scheduler = 'spread'})\n"}) {
        const Played played = run(std::string(how) +
                                      "at('5s', function() sh 'docker service create -d --name web "
                                      "--replicas 3 nginx' wait '10s' nodes() end)",
                                  {});
        CHECK(played.error.empty());
        CHECK(played.joined() == "1 1 1");
    }
}

TEST_CASE("policy of a run: hosts that the script lists itself form a swarm, too") {
    PlayOptions options;
    options.files = {{"mine.lua", kOnlyBob}};
    const Played played = play(std::string(kBegin) +
                                   "cluster({{name = 'boss'}, {name = 'ann'}, {name = 'bob'}}, "
                                   "{formed = true, scheduler = 'mine.lua'})\n"
                                   "at('5s', function() sh 'docker service create -d --name web "
                                   "--replicas 2 nginx' wait '10s' nodes() end)",
                               options);
    CHECK(played.error.empty());
    CHECK(played.joined() == "0 0 2");
}

TEST_CASE("policy of a run: --scheduler goes before what the script says") {
    PlayOptions options;
    options.scheduler = scheduler::PolicyText{"mine.lua", kOnlyAnn};
    const std::string script =
        "cluster('hosts.yaml', {scheduler = 'bob.lua'})\n"
        "at('5s', function() sh 'docker service create -d --name web --replicas 2 nginx' wait "
        "'10s' nodes() end)";
    CHECK(run(script, {{"bob.lua", kOnlyBob}}, options).joined() == "0 2 0");
    options.scheduler = scheduler::PolicyText{"spread", {}};
    CHECK(run(script, {{"bob.lua", kOnlyBob}}, options).joined() != "0 0 2");
}

TEST_CASE("policy of a run: a task that it refuses everywhere waits, and says why") {
    const Played played =
        run("cluster('hosts.yaml', {scheduler = 'mine.lua'})\n"
            "at('5s', function()\n"
            "  sh 'docker service create -d --name web --replicas 2 nginx' wait '10s'\n"
            "  local _, out = sh \"docker service ps web --no-trunc --format '{{.CurrentState}} "
            "{{.Error}}'\"\n"
            "  print(out:match('[^\\n]*'))\n"
            "end)",
            {{"mine.lua",
              "function filter(task, host) return host.tasks_of_service == 0 and host.name == "
              "'ann' end\n"
              "function explain(task, host) return host.name == 'ann' and 'one a host' or 'only on "
              "ann' end\n"}});
    CHECK(played.error.empty());
    CHECK_THAT(played.joined(),
               Catch::Contains("no suitable node (policy mine.lua refuses 3 nodes: only on ann (2 "
                               "nodes), one a host (1 node))"));
    check_replays(played.session());
}

TEST_CASE("policy of a run: why has what it says of each node in the table of nodes") {
    const char* const script =
        "cluster('hosts.yaml', {scheduler = 'mine.lua'})\n"
        "at('5s', function()\n"
        "  sh 'docker service create -d --name web --replicas 2 nginx' wait '10s'\n"
        "  for slot = 1, 2 do\n"
        "    local text = why('web.' .. slot)\n"
        "    if text:match('is pending') then print(text) end\n"
        "  end\n"
        "end)";
    const Played refused = run(script,
                               {{"mine.lua",
                                 "function filter(task, host) return false end\n"
                                 "function explain(task, host) return host.name == 'ann' and 'ann is "
                                 "tired' or '' end\n"}});
    CHECK(refused.error.empty());
    CHECK_THAT(refused.joined(), Catch::Matches("(.|\n)*ann +mine.lua +ann is tired(.|\n)*"));
    CHECK_THAT(refused.joined(), Catch::Matches("(.|\n)*bob +mine.lua +refuses it(.|\n)*"));
    CHECK_THAT(refused.joined(), Catch::Contains("All filters let it pass where only mine.lua refuses it"));
    CHECK_THAT(refused.joined(), !Catch::Contains("takes it"));
    const Played placed = run("cluster('hosts.yaml', {scheduler = 'mine.lua'})\n"
                              "at('5s', function()\n"
                              "  sh 'docker service create -d --name web nginx' wait '10s'\n"
                              "  print(why 'web.1')\n"
                              "end)",
                              {{"mine.lua",
                                "function filter(task, host) return host.name ~= 'boss' end\n"
                                "function score(task, host) return host.name == 'bob' and 7 or 3 end\n"}});
    CHECK(placed.error.empty());
    CHECK_THAT(placed.joined(), Catch::Contains("got it: had no task, score 7"));
    CHECK_THAT(placed.joined(), Catch::Contains("would have taken it: had no task, score 3"));
    CHECK_THAT(placed.joined(), Catch::Matches("(.|\n)*boss +mine.lua +refuses it(.|\n)*"));
    CHECK_THAT(placed.joined(), Catch::Contains("the one with the highest score of mine.lua gets it"));
}

TEST_CASE("policy of a run: another one places what comes later, and replays") {
    const std::string script =
        "cluster('hosts.yaml', {scheduler = 'bob.lua'})\n"
        "at('5s', function()\n"
        "  sh 'docker service create -d --name web --replicas 2 nginx' wait '5s' nodes()\n"
        "  scheduler 'ann.lua'\n"
        "  sh 'docker service scale -d web=5' wait '5s' nodes()\n"
        "end)";
    const Played played = run(script, {{"bob.lua", kOnlyBob}, {"ann.lua", kOnlyAnn}});
    CHECK(played.error.empty());
    CHECK(played.joined() == "0 0 2\n0 3 2");
    check_replays(played.session());
    // Back before the change, another future: nothing of the change stays.
    lab::Session session = played.session();
    session.seek(Time{} + seconds(9));
    session.forget_future();
    session.post(
        {session.now(), lab::CommandKind::Line, "boss", "docker service scale -d web=5", {}});
    session.run_until(Time{} + seconds(30));
    session.post({session.now(),
                  lab::CommandKind::Line,
                  "boss",
                  "docker service ps web --format '{{.Node}}'",
                  {}});
    (void)session.take_shown();
    session.run_until(Time{} + seconds(31));
    std::string out;
    for (const lab::Shown& shown : session.take_shown()) {
        if (shown.kind == lab::Shown::Kind::Output) out += shown.text;
    }
    CHECK(out == "bob\nbob\nbob\nbob\nbob\n");
}

TEST_CASE("policy of a run: a pending task is looked at again when another policy comes") {
    const Played played =
        run("cluster('hosts.yaml', {scheduler = 'none.lua'})\n"
            "at('5s', function()\n"
            "  sh 'docker service create -d --name web --replicas 2 nginx' wait '5s' nodes()\n"
            "  scheduler 'ann.lua' wait '5s' nodes()\n"
            "end)",
            {{"none.lua", "function filter() return false end"}, {"ann.lua", kOnlyAnn}});
    CHECK(played.error.empty());
    CHECK(played.joined() == "0 0 0\n0 2 0");
}

TEST_CASE("policy of a run: its error stops the run where it stands, with its line") {
    const char* const kFails = "function score(task, host)\n  return host.labels.weight + 1\nend";
    const Played played =
        run("cluster('hosts.yaml', {scheduler = 'mine.lua'})\n"
            "at('5s', function() sh 'docker service create -d --name web --replicas 2 nginx' wait "
            "'10s' nodes() end)",
            {{"mine.lua", kFails}});
    CHECK_THAT(played.error,
               Catch::StartsWith(
                   "mine.lua:2: attempt to perform arithmetic on a nil value (field 'weight')"));
    const lab::Session& stopped = played.session();
    REQUIRE(stopped.trouble() != nullptr);
    CHECK(stopped.now() > Time{} + seconds(5));
    CHECK(stopped.now() < Time{} + seconds(7));
    check_replays(stopped);
    // It goes no further, whatever is wanted of it, but another policy lets it go on, and that
    // replays, too.
    lab::Session session = stopped;
    session.run_until(Time{} + seconds(30));
    CHECK(session.now() == stopped.now());
    session.post({session.now(), lab::CommandKind::Scheduler, {}, "bob.lua", kOnlyBob});
    session.run_until(Time{} + seconds(30));
    CHECK(session.trouble() == nullptr);
    CHECK(session.now() == Time{} + seconds(30));
    session.post({session.now(), lab::CommandKind::Line, "bob", "docker ps -q", {}});
    (void)session.take_shown();
    session.run_until(Time{} + seconds(31));
    std::size_t lines = 0;
    for (const lab::Shown& shown : session.take_shown()) {
        if (shown.kind == lab::Shown::Kind::Output)
            lines +=
                static_cast<std::size_t>(std::count(shown.text.begin(), shown.text.end(), '\n'));
    }
    CHECK(lines == 2);
    check_replays(session);
}

TEST_CASE("policy of a run: a global service's tasks do not choose, so it is not asked") {
    const Played played =
        run("cluster('hosts.yaml', {scheduler = 'none.lua'})\n"
            "at('5s', function() sh 'docker service create -d --name web --mode global nginx' wait "
            "'10s' nodes() end)",
            {{"none.lua", "function filter() return false end"}});
    CHECK(played.error.empty());
    CHECK(played.joined() == "1 1 1");
}

TEST_CASE("policy of a run: what is wrong with a name or a text is said before anything runs") {
    CHECK_THAT(run("cluster('hosts.yaml', {scheduler = 'none.lua'})", {}).error,
               Catch::Contains("there is no scheduling policy 'none.lua'"));
    CHECK_THAT(run("cluster('hosts.yaml', {scheduler = 'consolidat'})", {{"/podium/schedulers/consolidate.lua", kOnlyAnn}}).error,
               Catch::Contains("there is no scheduling policy 'consolidat' (did you mean 'consolidate'?)"));
    CHECK_THAT(run("cluster('hosts.yaml', {scheduler = 'bad.lua'})", {{"bad.lua", "x ="}}).error,
               Catch::Contains("bad.lua:1:"));
    CHECK_THAT(run("cluster('hosts.yaml', {sheduler = 'bad.lua'})", {}).error,
               Catch::Contains("did you mean 'scheduler'?"));
    PlayOptions options;
    options.scheduler = scheduler::PolicyText{"mine.lua", kOnlyAnn};
    CHECK_THAT(play("wait '1s'", options).error,
               Catch::Contains("no swarm was formed in this run"));
}

/// What a comparison would tell of a run.
double measured(const Played& played, lab::Measure measure) {
    const auto value = lab::measured(lab::sweep_run_of(played.session()).outcome, measure);
    REQUIRE(value);
    return *value;
}

TEST_CASE("policy of a run: hosts used, utilisation, moves and pending time are those of the run") {
    const std::string create =
        "cluster('hosts.yaml', {scheduler = 'bob.lua'})\n"
        "at('5s', function() sh 'docker service create -d --name web --replicas 2 --reserve-cpu "
        "0.5 "
        "--reserve-memory 512M nginx' end)\n";
    const std::map<std::string, std::string> files{{"bob.lua", kOnlyBob}, {"ann.lua", kOnlyAnn}};
    // Half of bob's two CPUs, a quarter of its memory.
    const Played still = run(create, files);
    CHECK(still.error.empty());
    CHECK(measured(still, lab::Measure::HostsUsed) == Approx(1));
    CHECK(measured(still, lab::Measure::Utilisation) == Approx(50).margin(0.1));
    CHECK(measured(still, lab::Measure::Moves) == 0);
    CHECK(measured(still, lab::Measure::PendingTime) < 0.2);
    const Played moved = run(create +
                                 "at('30s', function() scheduler 'ann.lua' sh 'docker service "
                                 "update -d --force web' end)\n",
                             files);
    CHECK(moved.error.empty());
    CHECK(measured(moved, lab::Measure::Moves) == 2);
    // From 5.5 s on bob, a task less when ann has it: both are used for the few seconds between.
    CHECK(measured(moved, lab::Measure::HostsUsed) == Approx(1.07).margin(0.05));
    // Nobody takes the second half of these for 20 of their 25 s.
    const Played waits =
        run("cluster('hosts.yaml', {scheduler = 'one.lua'})\n"
            "at('5s', function() sh 'docker service create -d --name web --replicas 2 nginx' end)\n"
            "at('25s', function() scheduler 'spread' end)\n",
            {{"one.lua",
              "function filter(task, host) return host.name == 'ann' and host.tasks == 0 end"}});
    CHECK(measured(waits, lab::Measure::PendingTime) == Approx(10).margin(0.1));
}

TEST_CASE("policy of a run: a script that sets one again and again ends by counted steps") {
    const Played played = run("cluster('hosts.yaml')\nwhile true do scheduler 'ann.lua' end",
                              {{"ann.lua", kOnlyAnn}});
    CHECK_THAT(played.error,
               Catch::Contains(
                   "test.lua:10: the script was stopped: it takes more than 30 million steps"));
}

}  // namespace
}  // namespace podium::scripting::tests
