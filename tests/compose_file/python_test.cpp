// docker-compose 1.29: the same loader with the older program's reading and sentences.

#include <string>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>

#include "sim/programs/compose_file/config_text.hpp"
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
    CHECK(load_error_v1(web("command: [2.0]")).message ==
          because("services.web.command contains 2.0, which is an invalid type, it should be a string"));
    CHECK(load_error_v1(web("command: [1]")).message ==
          because(
              "services.web.command contains 1, which is an invalid type, it should be a string"));
    CHECK(load_error_v1("services:\n  web: nginx\n").message ==
          "In file './docker-compose.yml', services 'web' must be a mapping not a string.");
    CHECK(load_error_v1("version: '3'\nservices:\n  web: nginx\n").message ==
          "In file './docker-compose.yml', service 'web' must be a mapping not a string.");
    CHECK(load_error_v1("services: [a]\n").message ==
          "In file './docker-compose.yml', services must be a mapping, not an array.");
    CHECK(load_error_v1("version: '3'\nservices: []\n").message ==
          "In file './docker-compose.yml', service must be a mapping, not an array.");
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
    CHECK(load_error_v1("version: '3.8'\nservices:\n  1: {image: x}\n").message ==
          "In file './docker-compose.yml', the service name 1 must be a quoted string, i.e. '1'.");
    CHECK(load_error_v1("services: {web: {image: x}}\nsecrets: {1: {file: x}}\n").message ==
          "In file './docker-compose.yml', the secret name 1 must be a quoted string, i.e. '1'.");
    CHECK(load_error_v1(web("extends: {file: nope.yml, service: base}")).message ==
          ".FileNotFoundError: [Errno 2] No such file or directory: '/app/nope.yml'");
    CHECK(load_ok_v1(web("container_name: n")).services[0].container_name == "n");
}

// All of these were compared with docker-compose 1.29.2 itself.
TEST_CASE("1.29: tells all mistakes of a file, in the order of jsonschema's texts") {
    const Error several = load_error_v1(
        "services:\n  web: {image: x, foo: 1, networks: [n], ports: 3}\n  db: {image: [a], restart: 1}\n");
    CHECK(several.message == because("Unsupported config option for services.web: 'foo'\n"
                                     "services.db.restart contains an invalid type, it should be a string\n"
                                     "services.web.ports contains an invalid type, it should be an array\n"
                                     "services.db.image contains an invalid type, it should be a string"));
    CHECK(at(several) == "2:19");
    CHECK(load_error_v1("services: {web: {image: x, pull_policy: nev, cpu_percent: 101, cap_add: [A,A,1], command: {a: 1}}, "
                        "\"a b\": {image: x}}\n")
              .message == because("Invalid service name 'a b' - only [a-zA-Z0-9\\._\\-] characters are allowed\n"
                                  "services.web.pull_policy value 'nev' is not one of ['always', 'never', 'if_not_present', 'build']\n"
                                  "services.web.cap_add contains an invalid type, it should be a string\n"
                                  "services.web.cpu_percent value 101 is greater than the maximum of 100\n"
                                  "services.web.cap_add value ['A', 'A', 1] has non-unique elements\n"
                                  "services.web.command contains an invalid type, it should be a string, or an array"));
    CHECK(load_error_v1("services: {web: {image: x, pull_policy: [a], cap_add: [{a: 1}], init: null, labels: [1], "
                        "expose: [80, 1.5, \"80-90/tcp\", \"a\"], deploy: {update_config: {order: 5}}}}\n")
              .message == because("services.web.expose is invalid: should be of the format 'PORT[/PROTOCOL]'\n"
                                  "services.web.deploy.update_config.order contains an invalid type, it should be a string\n"
                                  "services.web.deploy.update_config.order value 5 is not one of ['start-first', 'stop-first']\n"
                                  "services.web.init contains an invalid type, it should be a boolean\n"
                                  "services.web.pull_policy contains an invalid type, it should be a string\n"
                                  "services.web.pull_policy value ['a'] is not one of ['always', 'never', 'if_not_present', 'build']\n"
                                  "services.web.labels contains 1, which is an invalid type, it should be a string\n"
                                  "services.web.cap_add contains an invalid type, it should be a string"));
    CHECK(load_error_v1("bar: 2\nfoo: 1\n" + web("tty: true"))
              .message.starts_with(because("'bar', 'foo' do not match any of the regexes: '^x-'\n\nYou might be")));
    CHECK(load_error_v1("services: {web: {image: x}}\nvolumes: {\"a b\": {}}\nsecrets: {c: {file: x, fil: 1}}\n"
                        "configs: {c: {fil: 1}}\nnetworks: {\"a b\": {foo: 1}, q: {external: {name: 1, b: 2}}}\n")
              .message == because("volumes value 'a b' does not match any of the regexes: '^[a-zA-Z0-9._-]+$'\n"
                                  "networks.q.external value 'b' does not match any of the regexes: '^x-'\n"
                                  "configs.c value 'fil' does not match any of the regexes: '^x-'\n"
                                  "secrets.c value 'fil' does not match any of the regexes: '^x-'\n"
                                  "networks.q.external.name contains an invalid type, it should be a string"));
}

TEST_CASE("1.29: of a value of several forms one mistake is told, by its own rules") {
    CHECK(load_error_v1("services: {web: {image: x, networks: {front: {aliases: 3}}, build: {args: [1], foo: 1}, "
                        "volumes: [{type: tmpfs, tmpfs: {sz: 1}}], environment: {A: [1,{b: \"\u00e9\"}]}}}\n")
              .message ==
          because("services.web.environment.A contains [1, {\"b\": \"\\u00e9\"}], which is an invalid type, it should be a "
                  "string, number, or a null\n"
                  "services.web.build.args contains 1, which is an invalid type, it should be a string\n"
                  "services.web.networks.front contains 3, which is an invalid type, it should be an array\n"
                  "services.web.volumes contains unsupported option: 'sz'"));
    CHECK(load_error_v1("services: {web: {image: x, dns: [\"1.1.1.1\",\"1.1.1.1\"], environment: [\"A=1\",\"A=1\"]}}\n").message ==
          because("services.web.dns contains non-unique items, please remove duplicates from ['1.1.1.1', '1.1.1.1']\n"
                  "services.web.environment contains non-unique items, please remove duplicates from ['A=1', 'A=1']"));
    CHECK(load_error_v1("services: {web: {image: x, blkio_config: {weigth: 1}, depends_on: {\"a b\": {condition: service_started}}}}\n")
              .message ==
          because("services.web.blkio_config value Additional properties are not allowed ('weigth' was unexpected)\n"
                  "services.web.depends_on contains unsupported option: 'a b'"));
}

TEST_CASE("1.29: equal ports and mounts, targets mounted twice, subnets") {
    CHECK(load_error_v1(web("ports: ['80:80', '80:80']")).message ==
          because("services.web.ports value ['80:80', '80:80'] has non-unique elements"));
    CHECK(load_error_v1(web("volumes: [/d, '/d']")).message ==
          because("services.web.volumes value ['/d', '/d'] has non-unique elements"));
    CHECK(load_error_v1(web("volumes: [/d, './a:/d']")).message == "Duplicate mount points: [/d, /app/a:/d:rw]");
    CHECK(load_error_v1(web("volumes: ['/a/../b:/d/', '/c:/d:z']")).message == "Duplicate mount points: [/b:/d:rw, /c:/d:z]");
    CHECK(load_error_v1(web("volumes: [{type: bind, source: ./a, target: /d}, {type: volume, source: v, target: /d}]")).message ==
          "Duplicate mount points: [/app/a:/d:rw, v:/d:rw]");
    CHECK(load_ok_v1(web("tmpfs: [/d]\nvolumes: ['./a:/d']")).services.size() == 1);
    const std::string subnets = "services: {web: {image: x}}\nnetworks: {n: {ipam: {config: [{subnet: 10.0.0.0/33}, "
                                "{subnet: \"fd00::/64\"}, {subnet: 10.0.0.0/08}]}}}\n";
    const std::string sentence = "networks.n.ipam.config.subnet is invalid: should use the CIDR format";
    CHECK(load_error_v1(subnets).message == because(sentence + "\n" + sentence));
}

TEST_CASE("1.29: services and sections with nothing in them, and the oldest layout") {
    const auto nothing = [](const std::string& name) {
        return "The Compose file is invalid because:\nService " + name +
               " has neither an image nor a build context specified. At least one must be provided.";
    };
    CHECK(load_error_v1("services:\n  web:\n").message == nothing("web"));
    CHECK(load_error_v1("services:\n").message == nothing("services"));
    CHECK(load_error_v1("services: {}\n").message == nothing("services"));
    CHECK(load_error_v1("web:\n").message == nothing("web"));
    CHECK(load_error_v1("services: []\n").message ==
          "In file './docker-compose.yml', services 'services' must be a mapping not an array.");
    CHECK(load_error_v1("services:\nnetworks: {n: {}}\n").message ==
          "In file './docker-compose.yml', services must be a mapping, not a NoneType.");
    CHECK(load_error_v1("services: {web: {image: a}}\nnetworks:\n").message ==
          "In file './docker-compose.yml', networks must be a mapping, not a NoneType.");
    CHECK(load_error_v1("services: {web: {image: a}}\nsecrets: {n: 3}\n").message ==
          "In file './docker-compose.yml', secret 'n' must be a mapping not a number.");
    CHECK(load_error_v1("x-a: 1\n").message == "In file './docker-compose.yml', services 'x-a' must be a mapping not a number.");
    CHECK(load_error_v1("version:\nservices: {web: {image: x}}\n").message ==
          because("version contains an invalid type, it should be a string"));
    CHECK(load_ok_v1("services: {web: {image: a}}\nvolumes: {v: }\nnetworks: {n: }\n").volumes.size() == 1);
}

TEST_CASE("1.29: what of a service does not fit is told in its order") {
    CHECK(load_error_v1(web("ulimits: {nofile: {soft: 3, hard: 2}}")).message ==
          "Service 'web' has invalid ulimit '{'nofile': {'soft': 3, 'hard': 2}}'. 'soft' value can not be greater than 'hard' value ");
    CHECK(load_error_v1(web("ipc: 'service:a'")).message ==
          "Service 'web' uses the IPC namespace of service 'a' which is undefined.");
    CHECK(load_error_v1(web("pid: 'service:a'")).message ==
          "Service 'web' uses the PID namespace of service 'a' which is undefined.");
    CHECK(load_error_v1(web("links: ['a:b']")).message == "Service 'web' has a link to service 'a:b' which is undefined.");
    CHECK(load_error_v1(web("healthcheck: {disable: true, interval: 1s}")).message ==
          "Service \"web\" defines an invalid healthcheck: \"disable: true\" cannot be combined with other options");
    CHECK(load_error_v1(web("healthcheck: {test: []}")).message ==
          "Service \"web\" defines an invalid healthcheck: \"test\" is an empty list");
    CHECK(load_error_v1("services: {Web: {build: .}}\n").message.starts_with("Service 'Web' contains uppercase characters"));
    CHECK(load_error_v1(web("profiles: [p]\ndepends_on: [y]")).message ==
          "Service 'web' depends on service 'y' which is undefined.");
    CHECK(load_error_v1(web("volumes: [{type: volume, source: n, target: /d, read_only: true}]")).message ==
          "Named volume \"{'type': 'volume', 'source': 'n', 'target': '/d', 'read_only': True}\" is used in service \"web\" but no "
          "declaration was found in the volumes section.");
    CHECK(load_error_v1("services: {web: {image: x}}\nvolumes: {v: {external: true, name: q, driver: local}}\n").message ==
          "Volume v declared as external but specifies additional attributes (name, driver).");
}

TEST_CASE("1.29: a configuration may use networks and secrets that nobody declares, a project may not") {
    Files files{{"/app/docker-compose.yml", web("networks: [n]\nsecrets: [s]")}};
    LoadRequest request = request_for(files);
    request.dialect = Dialect::V1;
    CHECK(load_error(request).message == "Service \"web\" uses an undefined network \"n\"");
    request.configuration_only = true;
    CHECK(load_ok(request).services.size() == 1);
    CHECK(load_error_v1(web("secrets: [s]")).message == "Service \"web\" uses an undefined secret \"s\" ");
    CHECK(load_ok_v1(web("configs: [c]")).services.size() == 1);
}

TEST_CASE("1.29: strings become what its schema wants, where it converts them") {
    const Project project = load_ok_v1(web("labels: {a: true, b: 2}\nports: [{target: '80', published: '0x10'}]\nscale: '2'\n"
                                           "volumes: [{type: tmpfs, target: /t, tmpfs: {size: 64m}}]\ncpu_quota: 50ms"));
    const Service& service = project.services[0];
    CHECK(shown(service.labels) == "a=True b=2");
    CHECK(service.ports.at(0).published_text == "16");
    CHECK(service.replicas() == 2);
    CHECK(service.volumes.at(0).tmpfs_size_bytes == 64 * 1024 * 1024);
    CHECK(load_error_v1(web("init: 'true'")).message ==
          because("services.web.init contains an invalid type, it should be a boolean"));
    CHECK(load_error_v1(web("deploy: {replicas: 1.0}")).message ==
          because("services.web.deploy.replicas contains an invalid type, it should be an integer"));
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

// config.py, find: os.path.join of the directory and the name.
TEST_CASE("1.29: a file is named in sentences as it was named, or found upwards") {
    const std::string wrong = "services:\n  b: {image: x, foo: 1}\n";
    const auto invalid = [](const std::string& file) {
        return "The Compose file '" + file + "' is invalid because:\nUnsupported config option for services.b: 'foo'";
    };
    Files files{{"/app/docker-compose.yml", wrong}, {"/app/deep/down/x", ""}, {"/other/docker-compose.yml", wrong}};
    LoadRequest request = request_for(files);
    request.dialect = Dialect::V1;
    request.working_directory = "/app/deep/down";
    CHECK(load_error(request).message == invalid("./../../docker-compose.yml"));
    for (const auto& [path, name] : std::vector<std::pair<std::string, std::string>>{
             {"../../docker-compose.yml", "./../../docker-compose.yml"},
             {"../down/../../docker-compose.yml", "./../down/../../docker-compose.yml"},
             {"/app/docker-compose.yml", "/app/docker-compose.yml"}}) {
        request.paths = {path};
        CHECK(load_error(request).message == invalid(name));
    }
    request.paths = {"../nope.yml"};
    CHECK(load_error(request).message == ".FileNotFoundError: [Errno 2] No such file or directory: './../nope.yml'");
    files.put("/app/docker-compose.yml", "a: [\n");
    request.paths = {};
    CHECK(load_error(request).message.ends_with("  in \"./../../docker-compose.yml\", line 2, column 1"));
    files.put("/app/docker-compose.override.yml", "services: {}");
    files.put("/app/compose.override.yml", "services: {}");
    CHECK(load_error(request).message ==
          "Multiple override files found: ./../../docker-compose.override.yml, ./../../compose.override.yml. You may only use a "
          "single override file.");
}

TEST_CASE("1.29: where nothing is found above, the project's directory is searched, and upwards") {
    Files files{{"/other/docker-compose.yml", "services:\n  b: {image: x, foo: 1}\n"}, {"/other/deep/x", ""}};
    LoadRequest request = request_for(files);
    request.dialect = Dialect::V1;
    for (const auto& [directory, name] : std::vector<std::pair<std::string, std::string>>{
             {"../other", "../other/docker-compose.yml"},
             {"../other/", "../other/docker-compose.yml"},
             {"/other", "/other/docker-compose.yml"},
             {"../other/deep", "../other/deep/../docker-compose.yml"}}) {
        request.project_directory = directory;
        CHECK(load_error(request).message.starts_with("The Compose file '" + name + "' is invalid because:"));
    }
    Files base{{"/app/docker-compose.yml", "services:\n  web: {extends: {file: base.yml, service: b}}\n"},
               {"/app/base.yml", "services:\n  b: {image: x, foo: 1}\n"}};
    LoadRequest extending = request_for(base);
    extending.dialect = Dialect::V1;
    CHECK(load_error(extending).message.starts_with("The Compose file '/app/base.yml' is invalid because:"));
}

namespace {

// The project of these files, or of those that are found.
LoadRequest several(const Files& files, std::vector<std::string> names) {
    LoadRequest request = request_for(files);
    request.dialect = Dialect::V1;
    request.paths = std::move(names);
    return request;
}

}  // namespace

// All of these were compared with docker-compose 1.29.2 itself.
TEST_CASE("1.29: all files are read and of one version before any is checked") {
    const std::string wrong = "services: {web: {image: x, foo: 1}}\n";
    const auto with = [&wrong](const std::string& second) {
        Files files{{"/app/docker-compose.yml", wrong}, {"/app/b.yml", second}};
        return load_error(several(files, {"docker-compose.yml", "b.yml"})).message;
    };
    for (const char* second : {"{}\n", "x-a: {}\n", "web: {tty: true}\n", "services: {}\n", "version: {image: x}\n"}) {
        CHECK(with(second) ==
              "Version mismatch: file ./docker-compose.yml specifies version 3.9 but extension file ./b.yml uses version 1");
    }
    CHECK(with("") == "Top level object in './b.yml' needs to be an object not '<class 'NoneType'>'.");
    CHECK(with("version: '9'\n") == "Version \"9\" in \"./b.yml\" is invalid.");
    CHECK(with("a: [\n").ends_with("  in \"./b.yml\", line 2, column 1"));
    CHECK(with("services: {web: 3}\n") == "In file './b.yml', services 'web' must be a mapping not a number.");
    CHECK(with("version: '3'\nservices: {web: 3}\n") == because("Unsupported config option for services.web: 'foo'"));
    Files input{{"-", "a: [\n"}};
    CHECK(load_error(several(input, {"-"})).message.ends_with("  in \"<stdin>\", line 2, column 1"));
    Files files{{"/app/docker-compose.yml", "{}\n"}, {"/app/b.yml", wrong}};
    CHECK(load_error(several(files, {"docker-compose.yml", "b.yml"})).message ==
          "Version mismatch: file ./docker-compose.yml specifies version 1 but extension file ./b.yml uses version 3.9");
}

TEST_CASE("1.29: what a service extends is looked up behind the merging, in the first file") {
    Files files{{"/app/docker-compose.yml", "services: {web: {extends: q}, q: {image: y}, r: {image: a}}\n"},
                {"/app/b.yml", "services: {web: {extends: {service: r}, tty: true}, r: {image: z}}\n"},
                {"/app/c.yml", "services: {web: {extends: s}, s: {image: z}}\n"},
                {"/app/d.yml", "services: {web: {image: 3}}\n"}};
    const Project project = load_ok(several(files, {"docker-compose.yml", "b.yml"}));
    REQUIRE(project.find_service("web") != nullptr);
    CHECK(project.find_service("web")->image == "a");
    CHECK(project.find_service("web")->tty);
    CHECK(load_error(several(files, {"docker-compose.yml", "c.yml"})).message ==
          "Cannot extend service 's' in /app/docker-compose.yml: Service not found");
    CHECK(load_error(several(files, {"docker-compose.yml", "c.yml", "d.yml"})).message ==
          "The Compose file './d.yml' is invalid because:\nservices.web.image contains an invalid type, it should be a string");
}

TEST_CASE("1.29: the file of what is extended is of the first one's version, and named as a whole path") {
    const auto with = [](const std::string& base) {
        Files files{{"/app/docker-compose.yml", "services: {web: {extends: {file: base.yaml, service: q}}}\n"},
                    {"/app/base.yaml", base}};
        return load_error(several(files, {})).message;
    };
    CHECK(with("{}\n") ==
          "Version mismatch: file ./docker-compose.yml specifies version 3.9 but extension file /app/base.yaml uses version 1");
    for (const char* base : {"version: '3'\n", "networks: {a: }\n", "services: {a: {image: x}}\n"})
        CHECK(with(base) == "Cannot extend service 'q' in /app/base.yaml: Service not found");
    for (const std::string key : {"links", "depends_on"}) {
        CHECK(with("services: {q: {image: x, " + key + ": [a]}}\n") ==
              "Cannot extend service 'q' in /app/base.yaml: services with '" + key + "' cannot be extended");
    }
}

TEST_CASE("1.29: keys that are no texts become texts, but for the names of sections") {
    const Project project = load_ok_v1(web("labels: {1: a, b: c}\nenvironment: {1: d, true: e, ~: f}\nsysctls: {2: a}\n"
                                           "ulimits: {3: 4}\nextra_hosts: {1: 1.1.1.1}\nlogging: {options: {1.50: a}}\n"
                                           "x-a: {1: {2: [{3: 4}]}}") +
                                       "networks: {n: {driver_opts: {1: a}, labels: {on: b}}}\n");
    const Service& service = project.services[0];
    CHECK(shown(service.labels) == "1=a b=c");
    CHECK(shown(service.environment) == "1=e None=f");
    CHECK(load_error_v1(web("1: a")).message == because("Unsupported config option for services.web: '1'"));
    CHECK(load_error_v1(web("~: a")).message == because("Unsupported config option for services.web: 'None'"));
    CHECK(load_error_v1(web("depends_on: {1: {condition: service_started}}")).message ==
          "Service 'web' depends on service '1' which is undefined.");
    CHECK(load_error_v1("1: 2\nversion: '3'\nservices: {}\n").message.starts_with(because("'1' does not match any of the regexes: '^x-'")));
    const auto quoted = [](const std::string& section, const std::string& name) {
        return "In file './docker-compose.yml', the " + section + " name " + name + " must be a quoted string, i.e. '" + name + "'.";
    };
    CHECK(load_error_v1("services: {web: {image: x}, ~: {image: y}}\n").message == quoted("services", "None"));
    CHECK(load_error_v1("services: {web: {image: x}}\nconfigs: {1.50: 2}\n").message == quoted("config", "1.5"));
    CHECK(load_error_v1("true:\n").message == quoted("services", "True"));
    CHECK(load_error_v1("services: {web: 3, true: {image: y}}\n").message ==
          "In file './docker-compose.yml', services 'web' must be a mapping not a number.");
    CHECK(config_yaml_v1(load_ok_v1(web("labels: {1: a, b: c}\nstorage_opt: {~: 2, on: 3}"))) ==
          "services:\n  web:\n    image: nginx\n    labels:\n      1: a\n      b: c\n    storage_opt:\n      null: 2\n"
          "      true: 3\nversion: '3.9'\n");
}

// All of these were compared with docker-compose 1.29.2 itself.
TEST_CASE("1.29: a build that is a mapping names its context, also beside an image") {
    const std::string neither =
        "The Compose file is invalid because:\nService web has neither an image nor a build context specified. At least "
        "one must be provided.";
    const Error error = load_error_v1(web("build: {dockerfile: D}"));
    CHECK(error.message == neither);
    CHECK(at(error) == "4:12");
    CHECK(load_error_v1(web("build: {}")).message == neither);
}

TEST_CASE("1.29: rates, volumes_from and tmpfs mounts are taken apart when a service is made") {
    const auto rate = [](const std::string& key, const std::string& value) {
        return web("blkio_config: {" + key + ": [{path: /a, rate: " + value + "}]}");
    };
    for (const char* wrong : {"x", "5x", "1kib", "' 5 '", "inf"}) {
        CHECK(load_error_v1(rate("device_read_bps", wrong))
                  .message.starts_with("Invalid format for bytes value: \""));
    }
    for (const char* right : {"1m", "1.5MB", "'5'", "''", "7"})
        CHECK(load_ok_v1(rate("device_write_bps", right)).services.size() == 1);
    CHECK(load_error_v1(rate("device_read_iops", "1m")).message ==
          "Invalid IOPS value: \"1m\". Must be a positive integer.");
    CHECK(load_ok_v1(rate("device_write_iops", "' 5 '")).services.size() == 1);
    CHECK(load_error_v1(web("volumes_from: ['a:b:c:d']")).message ==
          "volume_from a:b:c:d has incorrect format, should be one of '<service name>[:<mode>]' or "
          "'container:<container name>[:<mode>]'");
    CHECK(load_error_v1(web("volumes_from: ['a:b:c']")).message ==
          "Unknown volumes_from type 'a' in 'a:b:c'");
    CHECK(load_error_v1(web("volumes: [/b, /b/, {type: tmpfs, source: /a, target: /c}]")).message ==
          "tmpfs mounts can not specify a source");
    CHECK(load_ok_v1(web("volumes: [{type: tmpfs, target: /c}]")).services.size() == 1);
}

TEST_CASE("1.29: ports, subnets, equal and long numbers as its own patterns have them") {
    for (const char* wrong : {":80", "::80", ":1:80", "80/", "80/TCP", "1-3:80-81"}) {
        CHECK(load_error_v1(web(std::string("ports: ['") + wrong + "']")).message ==
              because("services.web.ports contains an invalid type, it should be a number, or an object"));
    }
    for (const char* right : {"80/tcp", "[::1]::80", "1.2.3.4:80-81:80", "099:080"})
        CHECK(load_ok_v1(web(std::string("ports: ['") + right + "']")).services.size() == 1);
    const auto subnet = [](const std::string& text) {
        return "services: {web: {image: x}}\nnetworks: {n: {ipam: {config: [{subnet: \"" + text + "\"}]}}}\n";
    };
    CHECK(load_error_v1(subnet("1:2:3:4:5:6:1.2.3.4/96")).message ==
          because("networks.n.ipam.config.subnet is invalid: should use the CIDR format"));
    for (const char* right : {"::1.2.3.4/96", "::ffff:1.2.3.4/96", "1:2::1.2.3.4/96"})
        CHECK(load_ok_v1(subnet(right)).services.size() == 1);
    CHECK(load_error_v1(web("group_add: [1, 1.0]")).message ==
          because("services.web.group_add value [1, 1.0] has non-unique elements"));
    CHECK(load_ok_v1(web("group_add: [1, '1']")).services.size() == 1);
    CHECK(load_error_v1(web("command: [99999999999999999999]")).message ==
          because("services.web.command contains 99999999999999999999, which is an invalid type, it should be a string"));
}

// All of these were compared with docker-compose 1.29.2 itself.
TEST_CASE("1.29: services in a circle, from the last one on") {
    CHECK(load_error_v1(web("links: ['web:b']")).message == "A service can not link to itself: web");
    CHECK(load_error_v1(web("links: [web]\ndepends_on: [web]")).message == "A service can not link to itself: web");
    for (const char* line : {"network_mode: 'service:web'", "pid: 'service:web'", "ipc: 'service:web'", "volumes_from: [web]"})
        CHECK(load_error_v1(web(line)).message == "Circular dependency between web");
    CHECK(load_error_v1("services: {z: {image: x, links: [z]}, a: {image: x, depends_on: [a]}}\n").message ==
          "A service can not depend on itself: a");
    CHECK(load_error_v1("services: {a: {image: x, depends_on: [a]}, z: {image: x, links: [z]}}\n").message ==
          "A service can not link to itself: z");
    CHECK(load_error_v1("services: {a: {image: x, depends_on: [b, a]}, b: {image: x, depends_on: [a]}}\n").message ==
          "A service can not depend on itself: a");
    CHECK(load_error_v1(web("profiles: [p]\nlinks: [web]")).message == "A service can not link to itself: web");
    CHECK(load_ok_v1(web("external_links: [web]")).services.size() == 1);
}

TEST_CASE("1.29: an element has the path of its list, where values are converted") {
    const auto refused = [](const std::string& path, const std::string& kind) {
        return "Error while attempting to convert service.web." + path + " to appropriate type: \"x\" is not a valid " + kind;
    };
    CHECK(load_error_v1(web("tty: [x]")).message == refused("tty", "boolean value"));
    CHECK(load_error_v1(web("healthcheck: {retries: [x]}")).message == refused("healthcheck.retries", "integer"));
    CHECK(load_error_v1(web("ports: [{target: [x]}]")).message == refused("ports.target", "integer"));
    CHECK(load_error_v1(web("ports: {target: x}")).message == refused("ports.target", "integer"));
    CHECK(load_error_v1(web("ulimits: [{soft: x}]")).message == refused("ulimits.soft", "integer"));
    CHECK(load_error_v1(web("scale: [[x]]")).message == refused("scale", "integer"));
    CHECK(load_error_v1(web("labels: {a: [true, 1]}")).message ==
          because("services.web.labels.a contains [\"True\", \"1\"], which is an invalid type, it should be a string, number, or a null"));
}

// Compared with `docker-compose config` of 1.29.2.
TEST_CASE("1.29: a configuration keeps what only an engine refuses") {
    Files files{{"/app/docker-compose.yml",
                 web("cpu_quota: 1.5\ncpu_shares: 1.5\nextra_hosts: [a]\nhealthcheck: {retries: 1.5, test: a}\nmem_limit: x\n"
                     "pids_limit: x\nports: ['70000', '99999:80', 0, '80:0', {target: -1}]\n"
                     "volumes: [{type: foo, source: /a, target: /b}, {type: bind, target: /c}]\nenvironment: {1: a}") +
                     "networks: {n: {external: {name: b}, name: c}}\n"}};
    LoadRequest request = request_for(files);
    request.dialect = Dialect::V1;
    request.for_client = true;
    request.configuration_only = true;
    const std::string text = config_yaml_v1(load_ok(request));
    for (const char* lines : {"    cpu_quota: 1.5\n    cpu_shares: 1.5\n",
                              "    environment:\n      1: a\n",
                              "    extra_hosts:\n    - a\n",
                              "      retries: 1.5\n",
                              "    mem_limit: x\n",
                              "    pids_limit: x\n",
                              "    - target: 70000\n    - published: 99999\n      target: 80\n    - target: 0\n"
                              "    - published: 80\n      target: 0\n    - target: -1\n",
                              "      type: foo\n",
                              "    - target: /c\n      type: bind\n",
                              "    external: true\n    name: b\n"}) {
        INFO(text);
        CHECK(text.find(lines) != std::string::npos);
    }
    request.configuration_only = false;
    CHECK(!load_error(request).message.empty());
}

// Searched one by one, these would take tens of seconds.
TEST_CASE("1.29: thousands of unset variables and mounts are each told or looked up once") {
    std::string lines = "environment:";
    for (int i = 0; i < 20'000; ++i)
        lines += "\n- A" + std::to_string(i) + "=$N" + std::to_string(i % 9'000) + " $M" + std::to_string(i);
    const Project project = load_ok_v1(web(lines));
    REQUIRE(project.warnings.size() == 29'000);
    CHECK(project.warnings[0].sentence == "The N0 variable is not set. Defaulting to a blank string.");
    CHECK(project.warnings[1].sentence == "The M0 variable is not set. Defaulting to a blank string.");
    CHECK(project.warnings.back().sentence == "The M19999 variable is not set. Defaulting to a blank string.");
    lines = "volumes:";
    std::string volumes = "volumes:\n";
    for (int i = 0; i < 9'000; ++i) {
        lines += "\n- v" + std::to_string(i) + ":/t" + std::to_string(i);
        volumes += "  v" + std::to_string(i) + ": {}\n";
    }
    CHECK(load_ok_v1(web(lines) + volumes).services[0].volumes.size() == 9'000);
    CHECK(load_error_v1(web(lines + "\n- /x:/t8999") + volumes).message ==
          "Duplicate mount points: [v8999:/t8999:rw, /x:/t8999:rw]");
}
