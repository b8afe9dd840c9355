// What a script asks about has to be there at some time of the run: a check about a name that nothing
// ever had would hold for nothing.

#include <catch2/catch.hpp>

#include "tests/scripting/scenario_fixture.hpp"

namespace podium::scripting::tests {
namespace {

std::string error_of(const std::string& after, PlayOptions options = {}) {
    options.duration = seconds(30);
    return play(std::string(kWeb) + after, options).error;
}

}  // namespace

TEST_CASE("asked names: a misspelt service ends the run with its place and the name that is near") {
    struct Row {
        const char* script;
        const char* says;
    };
    for (const Row& row : std::initializer_list<Row>{
             {"always(function() return not service('wbe'):running() end)",
              "test.lua:7: there was no service 'wbe' at any time of the run (did you mean 'web'?)"},
             {"\nwithin('5s', 'die wbe', 'start web')",
              "test.lua:8: nothing in this run was ever called 'wbe' (did you mean 'web'?)"},
             {"within('5s', 'die web', 'start wbe')", "ever called 'wbe'"},
             {"within('5s', {action = 'die', service = 'wbe'}, 'start web')", "ever called 'wbe'"},
             {"at_most(1, 'die wbe.1')", "ever called 'wbe.1'"},
             {"at_most(1, 'engine.up host=hots')", "nothing in this run was ever called 'hots' (did you mean 'host'?)"},
             {"at_most(1, 'leader member=nobody')", "ever called 'nobody'"},
             {"always(function() return count 'die wbe' == 0 end)", "ever called 'wbe'"},
             {"always(function() return last 'die wbe' == nil end)", "ever called 'wbe'"},
             {"wait_until(function() return container('wbe.1'):running() end, {within = '5s'})",
              "there was no container 'wbe.1'"},
             {"local s = service 'wbe' always(function() return not s:running() end)",
              "there was no service 'wbe'"},
             {"never(function() return container('wbe.1'):running() end)",
              "there was no container 'wbe.1'"},
             // A container of a service that there is, but of no project of the run.
             {"at_most(0, 'die scenarios-web-1')", "nothing in this run was ever called 'scenarios-web-1' (did you mean 'scenario-web-1'?)"},
             {"never(function() return container('other_web_1'):running() end)", "there was no container 'other_web_1'"},
             {"kill 'shop-web-1'", "'shop-web-1'"},
             {"never(function() return volume('dtaa'):exists() end)", "there was no volume 'dtaa'"},
             {"\navailability('wbe', '>= 99%')",
              "test.lua:8: there was no service 'wbe' at any time of the run (did you mean 'web'?)"},
             {"\nregistry_outage('docekr.io', {lasts = '5s'})",
              "test.lua:8: nothing in this run comes from a registry 'docekr.io' (did you mean 'docker.io'?)"},
             {"\ncorrupt_image 'ngnix:latest'",
              "test.lua:8: nothing in this run has an image 'ngnix:latest' (did you mean 'nginx:latest'?)"},
         }) {
        INFO(row.script);
        CHECK_THAT(error_of(row.script), Catch::Contains(row.says));
    }
}

TEST_CASE("asked names: what the project declares or the run had at some time is known") {
    for (const char* script : {
             "within('5s', 'die web', 'start web')",
             "within('5s', 'die web.1', 'start web.1')",
             "never(function() return container('web.2'):running() end)",
             "wait '1s' print(container('other'):state(), volume('other'):exists(), count 'die other')",
             "never(function() return container('scenario-web-2'):running() end)",
             "sh 'docker run -d --name once nginx' sh 'docker rm -f once' "
             "at_most(1, 'die once') never(function() return service('once'):running() end)",
             "sh 'docker volume create data' sh 'docker volume rm data' "
             "never(function() return volume('data'):exists() end)",
             "sh 'docker network create net' at_most(1, 'connect net')",
             "engine_restart 'host' at_most(1, 'fault.begin host')",
             "kill 'web' at_most(1, 'fault.begin web')",
             "availability('web', '>= 99%') availability('web.1', '>= 1%')",
             "sh 'docker run -d --name late nginx' availability('late', '>= 1%')",
             "sh 'docker swarm init' sh 'docker service create -d --name nowhere --constraint node.labels.a==b nginx' "
             "availability('nowhere', '>= 1%') never(function() return service('nowhere'):running() end)",
             "registry_outage 'docker.io' corrupt_image 'nginx' corrupt_image 'redis:7'",
             "sh 'docker pull registry.lab:5000/team/app' registry_outage 'registry.lab:5000' corrupt_image 'registry.lab:5000/team/app'",
         }) {
        INFO(script);
        CHECK(error_of(script) == "");
    }
}

TEST_CASE("asked names: services of profiles that are not active, and volumes nobody made, are known") {
    const std::string script =
        "images{'nginx:latest'} compose_text([[\n"
        "services:\n"
        "  web: {image: nginx}\n"
        "  debug: {image: nginx, profiles: [debug]}\n"
        "volumes: {spare: {}}\n"
        "]])\n"
        "never(function() return service('debug'):running() end)\n"
        "never(function() return volume('spare'):exists() end)";
    PlayOptions options;
    options.duration = seconds(10);
    CHECK(play(script, options).error == "");
    // One that was never started is a failed check.
    const Played played = play(script + " availability('debug', '>= 1%')", options);
    CHECK(played.error == "");
    CHECK(played.outcome(2) == "failed");
    CHECK(played.verdict(2).reason == "debug was never started");
}

TEST_CASE("asked names: what is named instead is of the same kind") {
    const std::string volume = "never(function() return volume('nope'):exists() end)";
    CHECK_THAT(error_of(volume), Catch::EndsWith("there was no volume 'nope' at any time of the run (there was none at all)"));
    CHECK_THAT(error_of("sh 'docker volume create orders' sh 'docker volume create dumps' " + volume),
               Catch::EndsWith("(there were dumps, orders)"));
    CHECK_THAT(error_of("never(function() return volume('web'):exists() end)"), Catch::Contains("there was no volume 'web'"));
    CHECK_THAT(error_of("sh 'docker volume create orders' never(function() return service('orders'):running() end)"),
               Catch::Contains("there was no service 'orders'"));
}

}  // namespace podium::scripting::tests
