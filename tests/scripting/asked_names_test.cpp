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
             {"always(function() return count 'die wbe' == 0 end)", "ever called 'wbe'"},
             {"always(function() return last 'die wbe' == nil end)", "ever called 'wbe'"},
             {"wait_until(function() return container('wbe.1'):running() end, {within = '5s'})",
              "there was no container 'wbe.1'"},
             {"local s = service 'wbe' always(function() return not s:running() end)",
              "there was no service 'wbe'"},
             {"never(function() return container('wbe.1'):running() end)",
              "there was no container 'wbe.1'"},
             {"never(function() return volume('dtaa'):exists() end)", "there was no volume 'dtaa'"},
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
}

}  // namespace podium::scripting::tests
