// docker-compose 1.29: the same loader with the older program's reading and sentences.

#include <catch2/catch.hpp>

#include "tests/compose_file/support.hpp"

using namespace podium;
using namespace podium::compose;
using namespace podium::compose::test;

namespace {

std::string because(const std::string& sentence) {
    return "The Compose file './docker-compose.yml' is invalid because:\n" + sentence;
}

}  // namespace

TEST_CASE("1.29: a plain `restart: no` is a boolean and refused") {
    const Error error = load_error_v1(web("restart: no"));
    CHECK(error.message ==
          because("services.web.restart contains an invalid type, it should be a string"));
    CHECK(at(error) == "4:14");
    CHECK(error.hint.find("quotes") != std::string::npos);
    CHECK(load_ok_v1(web("restart: \"no\"")).services[0].restart.condition == RestartCondition::No);
}

TEST_CASE("1.29: a plain port pair below 60 is a number to base 60") {
    CHECK(load_ok_v1(web("ports: [22:22]")).services[0].ports.at(0).target == 1342);
    CHECK(load_ok_v1(web("ports: ['22:22']")).services[0].ports.at(0).target == 22);
    CHECK(load_ok(web("ports: [22:22]")).services[0].ports.at(0).target == 22);
}

TEST_CASE("1.29: unknown keys, with the slips it knows") {
    CHECK(load_error_v1(web("prots: []")).message ==
          because("Unsupported config option for services.web: 'prots'"));
    CHECK(load_error_v1(web("port: []")).message ==
          because("Unsupported config option for services.web: 'port' (did you mean 'ports'?)"));
    CHECK(load_error_v1(web("build: {contxt: .}")).message ==
          because("services.web.build contains unsupported option: 'contxt'"));
    CHECK(load_error_v1("nope: 1\n" + web("tty: true"))
              .message.starts_with(because("'nope' does not match any of the regexes: '^x-'\n\nYou might be seeing this error")));
    CHECK(load_error_v1(web("healthcheck: {intervall: 1s}")).message ==
          because("services.web.healthcheck value 'intervall' does not match any of the regexes: '^x-'"));
    CHECK(load_error_v1("networks: {n: {drivr: x}}\n" + web("tty: true")).message ==
          because("networks.n value 'drivr' does not match any of the regexes: '^x-'"));
}

TEST_CASE("1.29: what only the newer program knows is refused and said so") {
    for (const char* line :
         {"develop: {}", "attach: true", "post_start: [{command: x}]", "gpus: all"}) {
        const Error error = load_error_v1(web(line));
        CHECK(error.message.find("Unsupported config option") != std::string::npos);
        CHECK(error.hint == "docker-compose 1.29 does not know it; docker compose does");
    }
    CHECK(load_error_v1("name: x\n" + web("tty: true"))
              .message.find("'name' does not match any of the regexes: '^x-'") != std::string::npos);
}

TEST_CASE("1.29: wrong types in its words") {
    CHECK(load_error_v1(web("environment: {A: true}")).message ==
          because("services.web.environment.A contains true, which is an invalid type, it should "
                  "be a string, number, or a null"));
    CHECK(load_error_v1(web("dns: {}")).message ==
          because("services.web.dns contains an invalid type, it should be a string, or an array"));
    CHECK(load_error_v1(web("cap_add: ALL")).message ==
          because("services.web.cap_add contains an invalid type, it should be an array"));
    CHECK(load_error_v1(web("command: [1]")).message ==
          because(
              "services.web.command contains 1, which is an invalid type, it should be a string"));
    CHECK(load_error_v1("services:\n  web: nginx\n").message ==
          "In file './docker-compose.yml', service 'web' must be a mapping not a string.");
    CHECK(load_error_v1("services: []\n").message ==
          "In file './docker-compose.yml', services must be a mapping, not an array.");
    CHECK(load_error_v1("version: 3.8\n" + web("tty: true")).message ==
          "Version in \"./docker-compose.yml\" is invalid - it should be a string.");
}

TEST_CASE("1.29: versions that never were are refused, as is a file with nothing in it") {
    for (const std::string version : {"9", "latest", "4.0", "3.", "3.8.1", ".3"}) {
        const Error error = load_error_v1("version: \"" + version + "\"\n" + web("tty: true"));
        CHECK(error.message == "Version \"" + version + "\" in \"./docker-compose.yml\" is invalid.");
        CHECK(at(error) == "1:10");
    }
    for (const std::string version : {"1", "1.2"}) {
        const Error error = load_error_v1("version: \"" + version + "\"\n" + web("tty: true"));
        CHECK(error.message.starts_with("Version in \"./docker-compose.yml\" is invalid. You might be seeing this error "
                                        "because you're using the wrong Compose file version. Either specify a supported"));
        CHECK(error.message.ends_with("use version 1.\nFor more on the Compose file format versions, see "
                                      "https://docs.docker.com/compose/compose-file/"));
    }
    for (const std::string version : {"2", "2.4", "3.8", "3.99", "33.1", ""})
        CHECK(load_ok_v1("version: \"" + version + "\"\n" + web("tty: true")).services.size() == 1);
    for (const char* text : {"", "# nothing\n", "---\n"}) {
        CHECK(load_error_v1(text).message ==
              "Top level object in './docker-compose.yml' needs to be an object not '<class 'NoneType'>'.");
    }
}

TEST_CASE("1.29: variables, set and unset") {
    const Project project = load_ok_v1(web("hostname: $NOPE\ndomainname: ${NOPE}"));
    REQUIRE(project.warnings.size() == 1);
    CHECK(project.warnings[0].sentence ==
          "The NOPE variable is not set. Defaulting to a blank string.");
    CHECK(load_error_v1(web("command: echo $1")).message ==
          "Invalid interpolation format for \"command\" option in service \"web\": \"echo $1\"");
    CHECK(load_error_v1(web("hostname: ${NOPE:?say who}")).message ==
          "Missing mandatory value for \"hostname\" option interpolating ${NOPE:?say who} in "
          "service \"web\": say who");
    CHECK(load_error_v1(web("scale: many")).message ==
          "Error while attempting to convert service.web.scale to appropriate type: \"many\" is "
          "not a valid integer");
    CHECK(load_ok_v1("x-a: $1\n" + web("tty: true")).services.size() == 1);
}

TEST_CASE("1.29: consistency in its words") {
    CHECK(load_error_v1("services:\n  web: {restart: always}\n").message ==
          "The Compose file is invalid because:\nService web has neither an image nor a build "
          "context specified. At least one "
          "must be provided.");
    CHECK(load_error_v1(web("depends_on: [db]")).message ==
          "Service 'web' depends on service 'db' which is undefined.");
    CHECK(load_error_v1(web("links: [db]")).message ==
          "Service 'web' has a link to service 'db' which is undefined.");
    CHECK(load_error_v1(web("volumes: ['data:/d']")).message ==
          "Named volume \"data:/d:rw\" is used in service \"web\" but no declaration was found in "
          "the volumes section.");
    CHECK(load_error_v1(web("networks: [n]")).message ==
          "Service \"web\" uses an undefined network \"n\"");
    CHECK(load_error_v1(web("network_mode: host\nnetworks: [n]") + "networks: {n: {}}\n").message ==
          "'network_mode' and 'networks' cannot be combined");
    CHECK(load_error_v1(web("depends_on: [web]")).message ==
          "A service can not depend on itself: web");
    CHECK(
        load_error_v1(web("depends_on: [db]") + "  db: {image: x, depends_on: [web]}\n").message ==
        "Circular dependency between db and web");
    CHECK(load_error_v1(web("healthcheck: {test: [x]}")).message ==
          "Service \"web\" defines an invalid healthcheck: when \"test\" is a list the first item "
          "must be either NONE, CMD or "
          "CMD-SHELL");
    CHECK(load_error_v1("volumes: {v: {external: true, driver: local}}\n" + web("tty: true"))
              .message ==
          "Volume v declared as external but specifies additional attributes (driver).");
}

// All of these were compared with docker-compose 1.29.2 itself.
TEST_CASE("1.29: sentences of its own about single values") {
    CHECK(load_error_v1(web("ulimits: {nofile: {soft: 10}}")).message ==
          because("services.web.ulimits.nofile 'hard' is a required property"));
    CHECK(load_error_v1(web("depends_on: {db: {condition: healthy}}")).message ==
          because("services.web.depends_on.db.condition contains \"healthy\", which is an invalid type, it should be a "
                  "service_started, service_healthy, or a service_completed_successfully"));
    CHECK(load_error_v1(web("expose: [x]")).message ==
          because("services.web.expose is invalid: should be of the format 'PORT[/PROTOCOL]'"));
    CHECK(load_error_v1(web("volumes: ['a:b:c:d']")).message ==
          "Volume a:b:c:d has incorrect format, should be external:internal[:mode]");
    CHECK(load_error_v1(web("network_mode: service:db")).message ==
          "Service 'web' uses the network stack of service 'db' which is undefined.");
    CHECK(load_error_v1(web("ports: [{target: x}]")).message ==
          "Error while attempting to convert service.web.ports.target to appropriate type: \"x\" is not a valid integer");
    CHECK(load_error_v1("services:\n  1: {image: x}\n").message ==
          "In file './docker-compose.yml', the services name 1 must be a quoted string, i.e. '1'.");
    CHECK(load_error_v1(web("extends: {file: nope.yml, service: base}")).message ==
          ".FileNotFoundError: [Errno 2] No such file or directory: '/app/nope.yml'");
    CHECK(load_ok_v1(web("container_name: n")).services[0].container_name == "n");
}

TEST_CASE("1.29: ports it cannot read") {
    CHECK(load_error_v1(web("ports: ['80:x']")).message ==
          because("services.web.ports contains an invalid type, it should be a number, or an object"));
}

TEST_CASE("1.29: extending what cannot be extended") {
    const Error error = load_error_v1(
        "services:\n  a: {image: x, depends_on: [b]}\n  b: {image: x}\n  web: {extends: a}\n");
    CHECK(error.message.find("services with 'depends_on' cannot be extended") != std::string::npos);
    CHECK(load_error_v1("services:\n  web: {image: x, extends: nope}\n")
              .message.find("Service not found") != std::string::npos);
}

TEST_CASE("1.29: a file without sections is the oldest format, which is not read") {
    const Error error = load_error_v1("web:\n  image: x\n");
    CHECK(error.message ==
          "'./docker-compose.yml' has no 'services': version 1 of the Compose file format is not "
          "simulated");
    CHECK(at(error) == "1:1");
}

TEST_CASE("1.29: the project's name keeps leading marks and falls back to default") {
    Files files{{"/_My.Dir/docker-compose.yml", web("tty: true")}};
    LoadRequest request = request_for(files);
    request.dialect = Dialect::V1;
    request.working_directory = "/_My.Dir";
    CHECK(load_ok(request).name == "_mydir");
    request.project_name = "!!!";
    CHECK(load_ok(request).name == "default");
}

TEST_CASE("1.29: missing files and several overrides") {
    Files files{{"/app/docker-compose.yml", web("tty: true")},
                {"/app/docker-compose.override.yml", "services: {}"},
                {"/app/compose.override.yml", "services: {}"}};
    LoadRequest request = request_for(files);
    request.dialect = Dialect::V1;
    CHECK(load_error(request).message.rfind("Multiple override files found: ", 0) == 0);
    request.paths = {"nope.yml"};
    CHECK(load_error(request).message == ".FileNotFoundError: [Errno 2] No such file or directory: './nope.yml'");
    Files none;
    LoadRequest nothing = request_for(none);
    nothing.dialect = Dialect::V1;
    CHECK(load_error(nothing).message.rfind(
              "Can't find a suitable configuration file in this directory or any\nparent.", 0) ==
          0);
}

TEST_CASE("1.29: several files and .env as in the newer program") {
    Files files{{"/app/docker-compose.yml", "services: {web: {image: $IMG}}"},
                {"/app/docker-compose.override.yml", "services: {web: {tty: true}}"},
                {"/app/.env", "IMG=nginx\n"}};
    LoadRequest request = request_for(files);
    request.dialect = Dialect::V1;
    const Project project = load_ok(request);
    CHECK(project.services[0].image == "nginx");
    CHECK(project.services[0].tty);
}
