// Each kind of check: when it is true, false and not decided, at which moment, with which facts.

#include <algorithm>
#include <regex>

#include <catch2/catch.hpp>

#include "sim/view/explain.hpp"
#include "tests/scripting/scenario_fixture.hpp"

namespace podium::scripting::tests {
namespace {

// The web service runs from about one second on and is killed at ten; with `policy`.
Played with_web(const std::string& policy,
                const std::string& checks,
                const std::string& after = "") {
    Played played = play("scenario{duration = '30s'} policy = '" + policy + "' " + kWeb +
                         "up = function() return service('web'):running() end\nwait '5s'\n" +
                         checks + "\nat('10s', function() kill 'web' end)\n" + after);
    INFO(checks);
    CHECK(played.error == "");
    return played;
}

std::string told(const Played& played, std::size_t number) {
    return verdicts_text(played.session(), {played.verdict(number)});
}

}  // namespace

TEST_CASE(
    "check: always fails at the first look at which it does not hold, with that instant's facts") {
    const Played played =
        with_web("no", "always(up, 'it runs') always(function() return true end)");
    CHECK(played.outcome(0) == "failed");
    CHECK(played.verdict(0).moment > Time{} + seconds(10));
    CHECK(played.verdict(0).moment < Time{} + seconds(11));
    CHECK(played.verdict(0).name == "it runs");
    CHECK(!played.verdict(0).facts.empty());
    CHECK_THAT(told(played, 0), Catch::Contains("web.1 died of KILL"));
    CHECK(played.outcome(1) == "passed");
    CHECK(!played.scenario->all_passed());
}

TEST_CASE("check: never is always turned round") {
    const Played played = with_web("no",
                                   "never(function() return service('web'):exit() == 137 end) "
                                   "never(function() return service('web'):exit() == 1 end)");
    CHECK(played.outcome(0) == "failed");
    CHECK(played.outcome(1) == "passed");
    CHECK_THAT(played.verdict(0).reason, Catch::Contains("it held"));
}

TEST_CASE(
    "check: eventually is true within its span, false after it, and not decided when the run ends "
    "first") {
    const Played played = with_web("no",
                                   "down = function() return not up() end\n"
                                   "eventually(down, '6s')\n"
                                   "eventually(down, '4s')\n"
                                   "eventually(function() return false end, '1m')\n"
                                   "eventually(up, '1s')");
    CHECK(played.outcome(0) == "passed");
    CHECK(played.outcome(1) == "failed");
    CHECK(played.verdict(1).moment == Time{} + seconds(9));
    CHECK(played.outcome(2) == "not decided");
    CHECK(played.verdict(2).moment == Time{} + seconds(30));
    CHECK(played.outcome(3) == "passed");
    CHECK(played.verdict(3).moment == Time{} + seconds(5));
    CHECK(!played.scenario->all_passed());
}

TEST_CASE("check: a run without a duration goes on until eventually is decided") {
    const Played played = play("eventually(function() return false end, '3m')");
    CHECK(played.outcome(0) == "failed");
    CHECK(played.session().now() == Time{} + minutes(3));
}

TEST_CASE("check: a run without a length of its own goes on until what is stable has been so for long enough") {
    const Played quiet = play("images{'nginx:latest'} compose_text('services: {web: {image: nginx}}') stable(function() return service('web'):running() end, '10s')");
    REQUIRE(quiet.error.empty());
    CHECK(quiet.outcome(0) == "passed");
    CHECK(quiet.scenario->now() >= Time{} + seconds(10));
    CHECK(quiet.scenario->now() < Time{} + seconds(20));
    // What does not hold is not waited for.
    const Played never = play("images{'nginx:latest'} compose_text('services: {web: {image: nginx}}') stable(function() return not service('web'):running() end, '10s')");
    CHECK(never.outcome(0) == "failed");
    CHECK(never.scenario->now() < Time{} + seconds(10));
}

TEST_CASE("scenario: says where the script still waited when the run ended") {
    const Played waits = play("scenario{duration = '20s'}\nwait '1m'\nalways(function() return false end)");
    REQUIRE(waits.error.empty());
    REQUIRE(waits.scenario->unfinished());
    CHECK(waits.scenario->unfinished()->line == 2);
    const Played follows = play(std::string(kWeb) + "scenario{duration = '20s'}\nsh 'docker compose logs -f'\nalways(function() return false end)");
    REQUIRE(follows.scenario->unfinished());
    const Played until = play("scenario{duration = '20s'}\nwait_until(function() return false end)");
    REQUIRE(until.scenario->unfinished());
    CHECK(until.scenario->unfinished()->line == 2);
    CHECK_FALSE(play("scenario{duration = '20s'} wait '20s'").scenario->unfinished());
    CHECK_FALSE(play("scenario{duration = '20s'} at('1m', function() end)").scenario->unfinished());
}

TEST_CASE("scenario: what the run's end cuts off is not decided, and fails") {
    const Played waits = play("scenario{duration = '20s'}\nalways(function() return true end, 'all is well')\nwait '1m'\nalways(function() return false end)");
    REQUIRE(waits.error.empty());
    REQUIRE(waits.scenario->verdicts().size() == 2);
    CHECK(waits.outcome(0) == "passed");
    CHECK(waits.outcome(1) == "not decided");
    CHECK(waits.verdict(1).name == "the script comes to its end");
    CHECK(waits.verdict(1).kind == "script");
    CHECK(waits.verdict(1).place.text() == "test.lua:3");
    CHECK(waits.verdict(1).moment == Time{} + seconds(20));
    CHECK(waits.verdict(1).reason == "it still waited (wait '1m') when the run ended; what comes after it was not done");
    CHECK_FALSE(waits.scenario->all_passed());
    CHECK_THAT(verdicts_text(waits.session(), waits.scenario->verdicts()),
               Catch::Contains("not decided  the script comes to its end  (test.lua:3)\n") && Catch::Contains("1 of 2 checks passed."));
    CHECK_THAT(verdict_row(waits.session(), waits.verdict(1)),
               Catch::Contains(R"("check":"script")") && Catch::Contains(R"("outcome":"not decided")"));

    // So is what at and after were to call later, or have called and still waits; every comes again anyway.
    const std::string late = "always(function() return false end, 'too late')";
    const Played missed = play("scenario{duration = '1m'}\nat('70s', function() " + late + " end)");
    REQUIRE(missed.scenario->verdicts().size() == 1);
    CHECK(missed.outcome(0) == "not decided");
    CHECK(missed.verdict(0).kind == "at");
    CHECK(missed.verdict(0).name == "at('70s', function() " + late + " end)");
    CHECK(missed.verdict(0).place.text() == "test.lua:2");
    CHECK(missed.verdict(0).reason == "the run ended before 1m10.000s; what it was to do then never came");
    CHECK_FALSE(missed.scenario->all_passed());
    const Played after = play("scenario{duration = '1m'}\nafter('2m', function() " + late + " end)");
    REQUIRE(after.scenario->verdicts().size() == 1);
    CHECK(after.verdict(0).kind == "after");
    const Played stuck = play("scenario{duration = '1m'}\nat('10s', function()\n  wait '100s'\n  " + late + "\nend)");
    REQUIRE(stuck.scenario->verdicts().size() == 1);
    CHECK(stuck.verdict(0).place.text() == "test.lua:2");
    CHECK(stuck.verdict(0).reason == "it still waited (wait '100s') when the run ended; what comes after it was not done");
    CHECK(play("scenario{duration = '1m'}\nfor i = 1, 9 do at(60 + i, function() end) end").scenario->verdicts().size() == 1);
    CHECK(play("scenario{duration = '1m'} at('1m', function() end) every('50s', function() wait '20s' end)").scenario->verdicts().empty());

    // A limit that lies behind the run's end is a span like that of eventually; in the script itself it is told once.
    const std::string never = "wait_until(function() return false end, {within = '1m'})";
    CHECK(play("scenario{duration = '20s'} " + never).scenario->verdicts().size() == 1);
    const Played later = play("scenario{duration = '20s'}\nat('5s', function()\n  " + never + "\nend)");
    REQUIRE(later.scenario->verdicts().size() == 1);
    CHECK(later.outcome(0) == "not decided");
    CHECK(later.verdict(0).name == never);
    CHECK(later.verdict(0).place.text() == "test.lua:3");
    CHECK(later.verdict(0).reason == "the run ended 45.000s before its time was over");

    // What came to its end, came true or waits for nothing in particular has decided all it was to.
    for (const char* whole : {"wait '20s'",
                              "every('3s', function() wait '2s' end)",
                              "at('5s', function() wait_until(function() return false end, {within = '15s'}) end)",
                              "at('5s', function() wait_until(function() return now() > 10 end, {within = '1m'}) end) wait '12s'"}) {
        INFO(whole);
        const Played played = play(std::string("scenario{duration = '20s'} ") + whole);
        CHECK(played.error.empty());
        CHECK(played.scenario->verdicts().empty());
        CHECK(played.scenario->all_passed());
    }
}

TEST_CASE("traffic: to a service that publishes nothing there is none, unless a container of it does") {
    const std::string project =
        "scenario{duration = '40s'} images{'nginx:latest', 'redis:latest'} compose_text('services: {web: {image: nginx, ports: "
        "[\"8080:80\"]}, db: {image: redis}, "
        "far: {image: nginx, network_mode: host}}')\n";
    CHECK_THAT(play(project + "traffic('db', {rate = '1/s'})").error,
               Catch::Contains("db publishes no port on the host (add one under ports in its Compose file)"));
    CHECK_THAT(play(project + "at('5s', function() traffic('db:6379') end)").error,
               Catch::Contains("db publishes no port 6379 on the host (it publishes none"));
    CHECK_THAT(play(project + "traffic('web:80')").error,
               Catch::Contains("web publishes no port 80 on the host (it publishes 8080)"));
    CHECK(play(project + "traffic('far:80', {lasts = '1s'}) traffic('web', {lasts = '1s'}) wait '5s'").error.empty());
    CHECK(play(project + "wait '5s' sh 'docker run -d -p 6379:6379 --label com.docker.compose.service=db redis' traffic('db', "
                         "{lasts = '1s'}) wait '5s'")
              .error.empty());
}

TEST_CASE("traffic: each handle stands for traffic of its own") {
    const Played two = play(
        "scenario{duration = '40s'} images{'nginx:latest'} compose_text('services: {web: {image: nginx, ports: [\"8080:80\"]}}')\n"
        "wait '5s' t = traffic('web:8080', {rate = '5/s'}) t2 = traffic('web:8080', {rate = '1/s'})\n"
        "wait '10s' narrate(t:sent() .. ' ' .. t2:sent()) t2:stop() wait '10s' narrate(t:sent() .. ' ' .. t2:sent())");
    INFO(two.error);
    REQUIRE(two.error.empty());
    REQUIRE(two.narrated.size() == 2);
    const auto numbers = [](const std::string& line) { return std::pair(std::stoi(line), std::stoi(line.substr(line.find(' ')))); };
    const auto [first, second] = numbers(two.narrated[0]);
    const auto [first_later, second_later] = numbers(two.narrated[1]);
    CHECK(first > 3 * second);
    CHECK(second > 0);
    CHECK(second_later == second);
    CHECK(first_later > first + 40);
    CHECK_THAT(play("traffic('host:80', {rate = '1/s', name = 'a'}) traffic('host:81', {rate = '1/s', name = 'a'})").error,
               Catch::Contains("there is traffic called 'a' already"));
}

TEST_CASE(
    "check: stable has held long enough at the end, or not, or not been asked for long enough") {
    const Played restarted = with_web("always",
                                      "stable(up, '19s') stable(up, '20s')",
                                      "at('25s', function() stable(up, '10s') end)");
    CHECK(restarted.outcome(0) == "passed");
    CHECK(restarted.outcome(1) == "failed");
    CHECK(restarted.outcome(2) == "not decided");
    const Played down = with_web("no", "stable(up, '1s')");
    CHECK(down.outcome(0) == "failed");
    CHECK_THAT(told(down, 0),
               Catch::Contains("did not hold at the end") && Catch::Contains("web.1 died"));
}

TEST_CASE("check: at_most without a duration takes its name right after the event") {
    const Played played = play("at_most(0, 'die web', 'nobody dies') at_most(0, 'die web', nil, 'none') at_most(0, 'die web', '5s', 'few')\n"
                               "compose_text('services: {web: {image: nginx}}')");
    INFO(played.error);
    REQUIRE(played.error.empty());
    CHECK(played.verdict(0).name == "nobody dies");
    CHECK(played.verdict(1).name == "none");
    CHECK(played.verdict(2).name == "few");
}

TEST_CASE("check: at_most counts in every sliding window") {
    const std::string kills =
        "for _, t in ipairs{'12s', '14s', '20s'} do at(t, function() kill 'web' end) end";
    const Played played =
        with_web("always",
                 "at_most(2, 'die web', '5s') at_most(1, 'die web', '3s') at_most(3, 'die web') "
                 "at_most(4, 'die web') at_most(0, 'die web.2') at_most(2, {action = 'die', service = "
                 "'web', exit = 137}, '5s')",
                 kills);
    CHECK(played.outcome(0) == "failed");  // 10, 12 and 14
    CHECK(played.verdict(0).facts.size() == 3);
    CHECK(played.verdict(0).moment > Time{} + seconds(14));
    CHECK(played.outcome(1) == "failed");  // 10 and 12
    CHECK(played.outcome(2) == "failed");
    CHECK(played.outcome(3) == "passed");
    CHECK(played.outcome(4) == "passed");
    CHECK(played.outcome(5) == "failed");
}

TEST_CASE("check: within wants an effect for each cause in its time") {
    const Played played = with_web("always",
                                   "within('2s', 'kill web', 'start web')\n"
                                   "within('10ms', 'die web', 'start web')\n"
                                   "within('2s', 'die web', up)\n"
                                   "within('2s', 'die web.2', 'start web.2')\n"
                                   "within('1s', 'die web', function() return false end)\n",
                                   "at('28500ms', function() sh 'docker stop scenario-web-1' end)");
    CHECK(played.outcome(0) == "not decided");
    CHECK(played.outcome(1) == "failed");
    CHECK(played.outcome(3) == "passed");
    CHECK_THAT(played.verdict(3).reason, Catch::Contains("there was no 'die web.2'"));
    CHECK(played.outcome(4) == "failed");
    CHECK_THAT(told(played, 4), Catch::Contains("web.1 died of KILL"));
    const Played fine =
        with_web("always", "within('2s', 'die web', 'start web') within('2s', 'die web', up)");
    CHECK(fine.outcome(0) == "passed");
    CHECK(fine.outcome(1) == "passed");
}

TEST_CASE("check: a stack's service has its availability by the name of its file too") {
    PlayOptions options;
    options.files = {{"hosts.yaml", "swarm: formed\nhosts: [{name: a}]\n"}};
    const Played played = play(
        "scenario{duration = '40s'} cluster 'hosts.yaml' images{'nginx'}\n"
        "at('5s', function()\n"
        "  sh [[printf 'version: \"3.8\"\\nservices:\\n  web:\\n    image: nginx\\n  db:\\n    image: nginx\\n    deploy: "
        "{placement: {constraints: [node.labels.disk == fast]}}\\n' > s.yaml; docker stack deploy -c s.yaml shop]]\n"
        "  wait '20s' print(service('web'):availability())\n"
        "  print(count 'start web', count 'start web.1', count 'start shop_web.1', count 'start web.2')\n"
        "  sh 'docker run -d --name web nginx' print(count 'start web', count 'start shop_web', count 'start web.1')\n"
        "end)\n"
        "availability('web', '>= 99%') availability('shop_web', '>= 99%') availability('db', '>= 99%')\n"
        "at_most(0, 'start web.1')",
        options);
    CHECK(played.error == "");
    CHECK_THAT(played.joined(), Catch::Contains("100"));
    // What is called web itself is meant before what a stack's file calls so, as by a fault.
    CHECK_THAT(played.joined(), Catch::Contains("1\t1\t1\t0\n1\t1\t1"));
    CHECK(played.outcome(0) == "passed");
    CHECK(played.outcome(1) == "passed");
    CHECK(played.outcome(3) == "failed");
    // Nowhere may it run.
    CHECK(played.outcome(2) == "failed");
    CHECK(played.verdict(2).reason == "db was never started");
}

TEST_CASE("check: availability is measured at the end, against its bound") {
    const Played played = with_web("no",
                                   "sh 'docker create --name db nginx'\n"
                                   "availability('web', '>= 99.5%') availability('web', '< 50%') "
                                   "availability('db', '> 0%') availability('web', '> 10.25%')");
    CHECK(played.outcome(0) == "failed");
    CHECK(played.outcome(1) == "passed");
    CHECK(played.outcome(2) == "failed");
    CHECK_THAT(played.verdict(2).reason, Catch::Contains("never started"));
    CHECK(played.outcome(3) == "passed");
    CHECK_THAT(told(played, 0), Catch::Contains("web.1 died"));
}

TEST_CASE("check: traffic is counted, and bound by its answers and their latency") {
    const Played played = play(
        "scenario{duration = '30s'} images{'nginx:latest'} compose_text[[\n"
        "services:\n  web:\n    image: nginx\n    ports: ['8080:80']\n]]\n"
        "wait '5s' t = traffic('web:8080', {rate = '10/s', lasts = '20s'})\n"
        "availability(t, '== 100%') availability(t, '> 10%') latency(t, 'p99 <= 10s') latency(t, "
        "'longest < 1ns')\n"
        "never(function() return t:failing() end)\n"
        "at('10s', function() print(t:sent() > 40, t:lost()) kill 'web' end)\n"
        "at('29s', function() print(t:sent() == t:answered() + t:lost(), t:lost() > 0) end)");
    REQUIRE(played.error == "");
    CHECK(played.joined() == "true\t0\ntrue\ttrue");
    CHECK(played.outcome(0) == "failed");
    CHECK(!played.verdict(0).facts.empty());
    CHECK(played.outcome(1) == "passed");
    CHECK(played.outcome(2) == "passed");
    CHECK(played.outcome(3) == "failed");
    CHECK(played.outcome(4) == "failed");
    const Played silent = play(
        "scenario{duration = '10s'} t = traffic('host:9', {rate = '1/s', lasts = '3s'}) latency(t, "
        "'p95 < 1s') wait '1s' t:stop()");
    CHECK(silent.error == "");
    CHECK(silent.outcome(0) == "not decided");
    CHECK_THAT(play("traffic('host:80', {rat = '1/s'})").error,
               Catch::Contains("did you mean 'rate'?"));
    CHECK_THAT(play("traffic('host:80', {rate = 'fast'})").error, Catch::Contains("fast"));
    CHECK_THAT(play("traffic('host:80', {path = '/a b'})").error, Catch::Contains("blank"));
    CHECK_THAT(play("latency(traffic('host:80'), '99')").error,
               Catch::Contains("no bound on latency"));
    CHECK_THAT(play("latency('web', 'p99 < 1s')").error, Catch::Contains("latency takes what traffic(…) gives as argument 1, not a text"));
}

TEST_CASE("check: its verdict has its place, its source as a name, and a row of JSON") {
    const Played played = play(
        "scenario{duration = '5s'}\n\nnever(function() return now() > 2 end)  -- soon\nwait '3s' "
        "print 'x'");
    const Verdict verdict = played.verdict(0);
    CHECK(verdict.name == "never(function() return now() > 2 end)  -- soon");
    CHECK(verdict.place == Place{"test.lua", 3, 0});
    CHECK(verdict.outcome == Outcome::Failed);
    CHECK(
        verdict_row(played.session(), verdict) ==
        R"({"t":3.0,"type":"verdict","check":"never","name":"never(function() return now() > 2 end)  -- soon","place":"test.lua:3","outcome":"failed","why":"it held","facts":[1],"seed":1})");
    CHECK_THAT(verdicts_text(played.session(), {verdict}),
               Catch::Contains("failed") && Catch::Contains("(test.lua:3)") &&
                   Catch::Contains("3.000s") && Catch::Contains("0 of 1 check passed."));
}

TEST_CASE("check: a passed verdict has the facts that decided it, and one line of them in the text") {
    const Played played =
        with_web("always",
                 "within('2s', 'die web', 'start web') within('2s', 'die web', up)\n"
                 "stable(up, '10s') eventually(function() return not up() end, '10s')\n"
                 "at_most(2, 'die web', '3s') at_most(9, 'die web') at_most(0, 'die web.2')\n"
                 "always(function() return true end) never(function() return false end)",
                 "at('14s', function() kill 'web' end) at('15500ms', function() kill 'web' end)");
    const auto fact = [&](std::size_t number, std::size_t which) {
        const std::vector<FactId> facts = played.verdict(number).facts;
        REQUIRE(facts.size() > which);
        return played.session().journal().at(facts[which]);
    };
    // The last death and what answered it.
    for (const std::size_t number : {0U, 1U}) {
        CHECK(fact(number, 0).time > Time{} + milliseconds(15'500));
        CHECK(fact(number, 1).time > fact(number, 0).time);
        CHECK_THAT(told(played, number),
                   Catch::Contains("web.1 died of KILL") && Catch::Contains("; fact ") && Catch::Contains("web.1 restarted\n"));
    }
    CHECK_THAT(told(played, 2), Catch::Contains("web.1 restarted\n"));
    CHECK_THAT(told(played, 3), Catch::Contains("web.1 died of KILL"));
    // The two of the busiest three seconds, not the one before; and all three.
    CHECK(played.verdict(4).facts.size() == 2);
    CHECK(fact(4, 0).time > Time{} + seconds(14));
    CHECK(played.verdict(4).reason == "'die web' happened at most 2 times within 3s");
    CHECK(played.verdict(5).facts.size() == 3);
    CHECK(played.verdict(5).reason == "'die web' happened 3 times in the run");
    CHECK_THAT(told(played, 5), Catch::Contains("; …; fact "));
    CHECK(played.verdict(6).facts.empty());
    CHECK(played.verdict(6).reason == "'die web.2' never happened");
    CHECK(!played.verdict(7).facts.empty());
    CHECK(played.verdict(7).reason == "it held all the time, since 5.000s");
    CHECK(played.verdict(8).facts.empty());
    CHECK_THAT(played.verdict(8).reason, Catch::Matches("it never held since 5\\.000s, in [0-9]+ looks"));
    for (std::size_t number = 0; number < 9; ++number) {
        INFO(told(played, number));
        CHECK(played.outcome(number) == "passed");
        const std::string text = told(played, number);
        const auto lines = std::count(text.begin(), text.end(), '\n');
        CHECK(lines == (played.verdict(number).facts.empty() ? 4 : 5));
        for (const FactId id : played.verdict(number).facts)
            CHECK_THAT(verdict_row(played.session(), played.verdict(number)),
                       Catch::Matches(".*\"facts\":\\[([0-9]+,)*" + std::to_string(id.value) + "[,\\]].*"));
    }
}

TEST_CASE("check: its facts are those its predicate asked about, not what was said or typed at that moment") {
    const Played played = play(
        std::string(kWeb) +
            "local up = function() return service('web'):running() end\n"
            "sh 'docker run -d --name other nginx'\n"
            "wait_until(up)\n"
            "narrate 'It runs.'\n"
            "eventually(up, '1s') always(up)\n"
            "at '20s'\n"
            "narrate 'It still runs.'\n"
            "stable(up, '5s') stable(function() return count 'start' == 2 end, '5s')\n"
            "never(function() return not container('other'):running() end)\n"
            "local status = sh 'docker ps'\n"
            "narrate 'Both are listed.'\n"
            "always(function() return status == 0 end)\n"
            "sh 'docker kill other'\n"
            "narrate 'The other one is gone.'",
        [] {
            PlayOptions options;
            options.duration = seconds(40);
            return options;
        }());
    REQUIRE(played.error == "");
    // Of the moment at which it was found to run, and at 20 s of long before.
    for (const std::size_t number : {0U, 1U, 2U}) CHECK_THAT(told(played, number), Catch::Contains("web.1 started\n"));
    CHECK_THAT(told(played, 3), Catch::Contains("other started\n") || Catch::Contains("web.1 started\n"));
    CHECK(played.outcome(4) == "failed");
    CHECK_THAT(told(played, 4), Catch::Contains("other died of KILL") && !Catch::Contains("The other one is gone."));
    CHECK_THAT(told(played, 5), Catch::Contains("host $ docker ps: status 0 after"));
    for (std::size_t number = 0; number < 6; ++number) {
        for (const FactId id : played.verdict(number).facts)
            CHECK(lab::fact_catalogue().find(played.session().journal().at(id).kind)->name != "command.narrate");
    }
}

TEST_CASE("check: what is false from the start says so, and has no facts but those about what it asks") {
    const Played played = play("scenario{duration = '20s'} " + std::string(kWeb) +
                               "local up = function() return service('web'):running() end\n"
                               "always(up) always(function() return false end) never(function() return not up() end)\n"
                               "never(function() return true end)\n"
                               "sh 'docker run -d --name other nginx' kill 'other' wait '1s'\n"
                               "always(function() return container('other'):running() end)");
    REQUIRE(played.error == "");
    for (const std::size_t number : {0U, 1U, 2U, 3U}) {
        INFO(told(played, number));
        CHECK(played.outcome(number) == "failed");
        CHECK(played.verdict(number).moment == Time{});
        CHECK(played.verdict(number).reason == (number < 2 ? "it was false from the start" : "it was true from the start"));
        CHECK(played.verdict(number).facts.empty());
    }
    CHECK(played.verdict(4).reason == "it was false from the start");
    CHECK_THAT(told(played, 4), Catch::Contains("other died of KILL"));
}

TEST_CASE("check: one that has not passed names a container that there never was") {
    const Played played = with_web("no",
                                   "always(function() return container('web.7'):running() end)\n"
                                   "eventually(function() return container('web.7'):running() end, '5s')\n"
                                   "never(function() return container('web.7'):running() end)\n"
                                   "always(function() return not container('web.1'):running() end)\n");
    CHECK(played.verdict(0).reason == "it was false from the start; there was no container 'web.7' at any time, only web.1");
    CHECK_THAT(played.verdict(1).reason, Catch::Contains("it did not hold within 5s; there was no container 'web.7'"));
    CHECK(played.outcome(2) == "passed");
    CHECK_THAT(played.verdict(2).reason, !Catch::Contains("no container"));
    CHECK(played.verdict(3).reason == "it was false from the start");
}

TEST_CASE("check: a signal's name, a code's word and a duration are the same as their numbers") {
    const Played played = with_web("always",
                                   "for _, event in ipairs{'die web signal=KILL', 'die web signal=SIGKILL', 'die web signal=9', "
                                   "'die web how=signalled', 'die web how=1', 'die web decision=restart backoff=100ms',\n"
                                   "'die web decision=1 backoff=0.1', 'start web reason=restart-policy', 'fault.begin id=kill'} do\n"
                                   "  at_most(0, event)\n"
                                   "end\n"
                                   "at_most(0, 'die web signal=TERM') at_most(0, 'die web how=exited')\n"
                                   "at_most(0, {action = 'die', signal = 'KILL', how = 'signalled', exit = 137})");
    for (std::size_t number = 0; number < 12; ++number) {
        INFO(told(played, number));
        CHECK(played.outcome(number) == (number == 9 || number == 10 ? "passed" : "failed"));
    }
    CHECK(played.verdict(0).reason == "'die web signal=KILL' happened once in the run, none is allowed");
}

TEST_CASE("check: how often an event happened is counted in words that fit the number") {
    const Played played = with_web("always",
                                   "at_most(0, 'die web') at_most(0, 'die web', '5s') at_most(1, 'die web') at_most(2, 'die web')",
                                   "for _, t in ipairs{'12s', '14s'} do at(t, function() kill 'web' end) end");
    CHECK(played.verdict(0).reason == "'die web' happened once in the run, none is allowed");
    CHECK(played.verdict(1).reason == "'die web' happened once, none is allowed");
    CHECK(played.verdict(2).reason == "'die web' happened 2 times in the run, one is allowed");
    CHECK(played.verdict(3).reason == "'die web' happened 3 times in the run, 2 are allowed");
}

TEST_CASE("check: its evidence counts health checks in words that fit the number") {
    for (const auto& [retries, says] : {std::pair("1", "fact N at T: web.1 is unhealthy; one health check failed; no restart"),
                                        std::pair("2", "fact N at T: web.1 is unhealthy; 2 health checks in a row failed; no restart")}) {
        const Played played = play(std::string("scenario{duration = '30s'} images{'nginx'} compose_text[[services: {web: {image: nginx, healthcheck: "
                                               "{test: 'exit 1', interval: 1s, retries: ") +
                                   retries + "}}}]] never(function() return service('web'):health() == 'unhealthy' end)");
        INFO(told(played, 0));
        const std::string text = std::regex_replace(told(played, 0), std::regex("fact [0-9]+ at [0-9.]+s"), "fact N at T");
        CHECK_THAT(text, Catch::Contains(says));
        std::string sentences;
        for (const FactId id : played.verdict(0).facts)
            sentences += view::sentence(played.session().world(), lab::fact_catalogue(), played.session().journal().at(id)) + "\n";
        CHECK_THAT(sentences, Catch::Contains(*retries == '1' ? "health check failed once, so" : "health check failed 2 times in a row, so"));
    }
}

TEST_CASE("check: it looks from its registration on") {
    const Played played = with_web("no",
                                   "",
                                   "at('15s', function() always(function() return not "
                                   "service('web'):running() end) at_most(0, 'die web') end)");
    CHECK(played.outcome(0) == "passed");
    CHECK(played.outcome(1) == "passed");
}

TEST_CASE("check: what a predicate asks of traffic is looked at as requests are answered and lost, though none is told") {
    const Played played = play(
        "scenario{duration = '2m'} images{'nginx:latest'} compose_text([[\nservices:\n  web: {image: nginx, ports: ['8080:80']}\n]])\n"
        "wait_until(function() return service('web'):running() end) wait '5s'\n"
        "t = traffic('web:8080', {rate = '10/s'})\n"
        "at('20s', function() sh 'docker stop -t 0 scenario-web-1' end)\n"
        "never(function() return t:lost() > 100 end)\n"
        "always(function() return t:lost() <= 100 end)\n"
        "eventually(function() return t:lost() > 100 end, '1m')\n"
        "stable(function() return t:lost() < 100 end, '10s')\n"
        "stable(function() return t:sent() > 1000 end, '10s')\n");
    REQUIRE(played.error == "");
    // The 101st is lost ten seconds after the first.
    for (const std::size_t number : {0U, 1U, 2U}) {
        INFO(number);
        CHECK(played.outcome(number) == (number == 2 ? "passed" : "failed"));
        CHECK(played.verdict(number).moment > Time{} + seconds(30));
        CHECK(played.verdict(number).moment < Time{} + seconds(31));
    }
    CHECK(played.outcome(3) == "failed");
    CHECK_THAT(played.verdict(3).reason, Catch::Matches("it did not hold at the end, since (29|30)\\.[0-9]+s"));
    CHECK(played.outcome(4) == "passed");
}

TEST_CASE("check: a host's memory is looked at as it grows") {
    const Played played = play(
        "scenario{duration = '1m'} images{'nginx:latest'} compose_text([[\nservices:\n  web: {image: nginx}\n]])\n"
        "wait_until(function() return service('web'):running() end) wait '5s'\n"
        "local before = host('host'):memory()\n"
        "memory_leak('web', {rate = '16m'})\n"
        "always(function() return host('host'):memory() < before + 100e6 end)");
    REQUIRE(played.error == "");
    CHECK(played.outcome(0) == "failed");
    CHECK(played.verdict(0).moment < Time{} + seconds(20));
}

TEST_CASE("check: the time is looked at as a span and the run end") {
    const Played played = play("scenario{duration = '1m'} wait '5s'\n"
                               "eventually(function() return now() >= 10 end, '10s')\n"
                               "never(function() return now() >= 60 end)\n"
                               "always(function() return now() < 60 end)\n"
                               "always(function() return now() <= 60 end)");
    REQUIRE(played.error == "");
    CHECK(played.outcome(0) == "passed");
    CHECK(played.verdict(0).moment == Time{} + seconds(15));
    for (const std::size_t number : {1U, 2U}) {
        CHECK(played.outcome(number) == "failed");
        CHECK(played.verdict(number).moment == Time{} + minutes(1));
    }
    CHECK(played.outcome(3) == "passed");
}

TEST_CASE("check: what a predicate says at the last moment is part of the run, as it is of its log") {
    const Played played = play("scenario{duration = '20s'} always(function() print 'look' return true end)\n"
                               "at('20s', function() narrate 'end' end)");
    CHECK(played.joined() == "look\nend\nlook");
    auto again = lab::Session::load(played.session().save(), "saved.podium");
    REQUIRE(again.ok());
    again->run_until(again->saved_end());
    CHECK(again->fingerprint() == played.session().fingerprint());
}

TEST_CASE("check: a name means the services of all projects that are called so, with its project before it one") {
    const std::string script = std::string("scenario{duration = '30s'} ") + kWeb +
                               "wait '5s' sh 'docker compose -p twin up -d'\n"
                               "print(service('web'):count(), service('twin/web'):count(), service('scenario/web'):count(), service('twin/web.1'):starts())\n"
                               "at('10s', function() kill 'twin/web' end)\n"
                               "at('12s', function()\n"
                               "  print(service('web'):count(), service('twin/web'):deaths(), service('scenario/web'):deaths(), service('web'):exit(),\n"
                               "    count 'die twin/web', count 'die twin/web.1', count 'die scenario/web', container('twin/web.1'):running())\n"
                               "end)\n"
                               "availability('web', '== 100%') availability('scenario/web', '== 100%') availability('twin/web', '< 50%')\n"
                               "always(function() return service('twin/web'):deaths() == 0 end)\n"
                               "availability('web.1', '> 0%') availability('twin/web.1', '> 0%')\n";
    const Played played = play(script);
    CHECK(played.error == "");
    CHECK(played.joined() == "2\t1\t1\t1\n1\t1\t0\t137\t1\t1\t0\tfalse");
    for (const std::size_t number : {0U, 1U, 2U}) CHECK(played.outcome(number) == "passed");
    CHECK_THAT(told(played, 2), Catch::Contains(": twin/web.1 died"));
    CHECK(played.outcome(3) == "failed");
    CHECK_THAT(told(played, 3), Catch::Contains(": twin/web.1 died"));
    CHECK(played.verdict(4).reason ==
          "web.1 is a container of scenario/web and of twin/web, and availability is a service's: name that");
    CHECK(played.verdict(5).reason == "twin/web.1 is a container of twin/web, and availability is a service's: name that");
    CHECK_THAT(play(script + "at('14s', function() service('web.1'):availability() end)").error,
               Catch::Contains("'web.1' is a container of 'scenario/web' and of 'twin/web'; availability is a service's"));
    CHECK_THAT(play(script + "always(function() return not service('nobody/web'):running() end)").error,
               Catch::Contains("there was no service 'nobody/web' at any time of the run"));
}

TEST_CASE("check: a service's container has a history of its own, and no availability") {
    const Played played = with_web("always",
                                   "for _, name in ipairs{'web.1', 'scenario-web-1', 'web'} do\n"
                                   "  never(function() return service(name):deaths() > 0 end)\n"
                                   "end\n"
                                   "availability('web.1', '>= 1%')",
                                   "at('20s', function() for _, name in ipairs{'web.1', 'scenario-web-1'} do\n"
                                   "  local s = service(name) print(s:starts(), s:restarts(), s:deaths(), s:exit())\n"
                                   "end end)");
    for (const std::size_t number : {0U, 1U, 2U})
        CHECK(played.outcome(number) == "failed");
    CHECK(played.outcome(3) == "failed");
    CHECK(played.verdict(3).reason == "web.1 is a container of web, and availability is a service's: name that");
    CHECK(played.joined() == "2\t1\t1\t137\n2\t1\t1\t137");
    CHECK_THAT(play(std::string(kWeb) + "wait '5s'\nprint(service('web.1'):availability())").error,
               Catch::Contains("test.lua:") && Catch::Contains("'web.1' is a container of 'web'; availability is a service's"));
}

}  // namespace podium::scripting::tests
