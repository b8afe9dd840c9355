// What is wrong with a file is refused with the real program's sentence, its place, and a hint.

#include <catch2/catch.hpp>

#include "tests/compose_file/support.hpp"

using namespace podium;
using namespace podium::compose;
using namespace podium::compose::test;

namespace {

struct Case {
    const char* text;
    const char* message;
    const char* place;
    const char* hint;
};

void check_all(const std::vector<Case>& cases) {
    for (const Case& one : cases) {
        const Error error = load_error(one.text);
        CHECK(error.message == one.message);
        CHECK(at(error) == one.place);
        CHECK(error.hint == one.hint);
    }
}

}  // namespace

TEST_CASE("schema: unknown keys are refused, with what is near or where they belong") {
    check_all({
        {"services:\n  web:\n    image: x\n    prots: ['80']\n",
         "validating /app/compose.yaml: services.web additional properties 'prots' not allowed",
         "4:5",
         "did you mean 'ports'?"},
        {"servces:\n  web: {image: x}\n",
         "validating /app/compose.yaml:  additional properties 'servces' not allowed",
         "1:1",
         "did you mean 'services'?"},
        {"services:\n  web: {image: x}\nports: []\n",
         "validating /app/compose.yaml:  additional properties 'ports' not allowed",
         "3:1",
         "this belongs to a service; indent it under one"},
        {"web:\n  image: x\n",
         "validating /app/compose.yaml:  additional properties 'web' not allowed",
         "1:1",
         "put it under services:"},
        {"services:\n  web:\n    image: x\n    services: {}\n",
         "validating /app/compose.yaml: services.web additional properties 'services' not allowed",
         "4:5",
         "this belongs to the top level; take its indentation away"},
        {"services:\n  web:\n    image: x\n    healthcheck: {test: x, restart: always}\n",
         "validating /app/compose.yaml: services.web.healthcheck additional properties 'restart' "
         "not allowed",
         "4:28",
         "this belongs to the service itself; check the indentation"},
        {"services:\n  web:\n    image: x\n    frobnicate: 1\n",
         "validating /app/compose.yaml: services.web additional properties 'frobnicate' not "
         "allowed",
         "4:5",
         "take it out; keys of your own begin with x-"},
        {"services:\n  web:\n    image: x\n    ports:\n      - {target: 80, publish: 1}\n",
         "validating /app/compose.yaml: services.web.ports.0 additional properties 'publish' not "
         "allowed",
         "5:22",
         "did you mean 'published'?"},
        {"services:\n  'we b': {image: x}\n",
         "validating /app/compose.yaml: services additional properties 'we b' not allowed",
         "2:3",
         "use letters, digits, '.', '_' and '-' in names"},
    });
}

TEST_CASE("schema: wrong kinds are refused, with what to write") {
    check_all({
        {"services:\n  web:\n    image: 5\n",
         "validating /app/compose.yaml: services.web.image must be a string",
         "3:12",
         "put the value in quotes: \"5\""},
        {"services:\n  web:\n    image: x\n    restart: true\n",
         "validating /app/compose.yaml: services.web.restart must be a string",
         "4:14",
         "put the value in quotes: a plain yes, no, on, off, true or false is a boolean"},
        {"services:\n  web: nginx\n",
         "validating /app/compose.yaml: services.web must be a mapping",
         "2:8",
         "write a mapping (key: value)"},
        {"services: []\n",
         "validating /app/compose.yaml: services must be a mapping",
         "1:1",
         "write a mapping (key: value)"},
        {"services:\n  web:\n    image: x\n    ports:\n      80: 80\n",
         "Non-string key in services.web.ports: 80",
         "5:7",
         "put the key in quotes"},
        {"services:\n  web:\n    image: x\n    environment: A=1\n",
         "validating /app/compose.yaml: services.web.environment must be a mapping",
         "4:18",
         "write a mapping (key: value), or a list (- item)"},
        {"services:\n  web:\n    image: x\n    cap_add: ALL\n",
         "validating /app/compose.yaml: services.web.cap_add must be a array",
         "4:14",
         "write a list (- item)"},
        {"services:\n  web:\n    image: x\n    command: [a, 1]\n",
         "validating /app/compose.yaml: services.web.command.1 must be a string",
         "4:18",
         "put the value in quotes: \"1\""},
        {"services:\n  web:\n    image: x\n    deploy: {replicas: [1]}\n",
         "validating /app/compose.yaml: services.web.deploy.replicas must be a integer or string",
         "4:14",
         "write a whole number, or a string"},
        {"services:\n  web:\n    image: x\n    links: [a, a]\n    group_add: [b, b]\n",
         "validating /app/compose.yaml: services.web.group_add items at 0 and 1 are equal",
         "5:20",
         "take one of the two out"},
        {"name: [a]\nservices: {}\n",
         "validating /app/compose.yaml: name must be a string",
         "1:1",
         "write a string"},
        {"services:\n  web:\n",
         "validating /app/compose.yaml: services.web must be a mapping",
         "2:3",
         "nothing stands below it: write its keys there, indented, or take it out"},
        {"services:\n  web:\n    image: x\n    environment:\n      - A: 1\n",
         "validating /app/compose.yaml: services.web.environment.0 must be a string",
         "5:9",
         "what is written key: value is a mapping: put the item in quotes, or write KEY=value"},
    });
}

// compose-go 2.9, schema.go, getMostSpecificError.
TEST_CASE("schema: of several mistakes the deepest is told, and all unknown keys of one mapping") {
    check_all({
        {"services:\n  web: {image: 5}\n  db: {image: x, build: {args: {A: [1]}}}\n",
         "validating /app/compose.yaml: services.db.build.args.A must be a boolean, null, number or string",
         "3:33",
         "write a string, or a number, or true or false, or nothing"},
        {"services:\n  web: {image: 5, foo: 1, build: {contxt: .}}\n",
         "validating /app/compose.yaml: services.web.build additional properties 'contxt' not allowed",
         "2:35",
         "did you mean 'context'?"},
        {"services:\n  web: {image: 5}\n  db: {image: 6}\n",
         "validating /app/compose.yaml: services.web.image must be a string",
         "2:16",
         "put the value in quotes: \"5\""},
        {"services:\n  web: {image: x, foo: 1, prots: 2}\n",
         "validating /app/compose.yaml: services.web additional properties 'foo', 'prots' not allowed",
         "2:19",
         "take it out; keys of your own begin with x-"},
    });
}

TEST_CASE("consistency: references must lead somewhere") {
    check_all({
        {"services:\n  web: {}\n",
         "service \"web\" has neither an image nor a build context specified: invalid compose "
         "project",
         "2:3",
         "add 'image:' or 'build:'"},
        {"services:\n  web:\n    image: x\n    depends_on: [databse]\n  database: {image: y}\n",
         "service \"web\" depends on undefined service \"databse\": invalid compose project",
         "4:18",
         "did you mean 'database'?"},
        {"services:\n  web:\n    image: x\n    networks: [front]\n",
         "service \"web\" refers to undefined network front: invalid compose project",
         "4:16",
         "declare it at the top level: networks: and then 'front:'"},
        {"services:\n  web:\n    image: x\n    volumes:\n      - data:/d\n",
         "service \"web\" refers to undefined volume data: invalid compose project",
         "5:9",
         "declare it at the top level: volumes: and then 'data:'; a directory is written ./data"},
        {"services:\n  web:\n    image: x\n    secrets: [s]\n",
         "service \"web\" refers to undefined secret s: invalid compose project",
         "4:15",
         "declare it at the top level: secrets: and then 's:'"},
        {"services:\n  web:\n    image: x\n    configs: [c]\n",
         "service \"web\" refers to undefined config c: invalid compose project",
         "4:15",
         "declare it at the top level: configs: and then 'c:'"},
        {"services:\n  web:\n    image: x\n    models: [m]\n",
         "service \"web\" refers to undefined model m: invalid compose project",
         "4:14",
         "declare it at the top level: models: and then 'm:'"},
        {"services:\n  web:\n    build: {context: ., secrets: [s]}\n",
         "service \"web\" refers to undefined build secret s: invalid compose project",
         "3:35",
         "declare it at the top level: secrets: and then 's:'"},
        {"services:\n  web:\n    image: x\n    network_mode: service:nope\n",
         "service \"web\" depends on undefined service \"nope\": invalid compose project",
         "4:19",
         "name a service of this project"},
    });
}

TEST_CASE("consistency: dependencies have no circles") {
    const Error error = load_error(
        "services:\n  a: {image: x, depends_on: [b]}\n  b: {image: x, links: [c]}\n  c: {image: x, "
        "network_mode: 'service:a'}\n");
    CHECK(error.message == "dependency cycle detected: a -> b -> c -> a");
    CHECK(at(error) == "4:31");
    CHECK(load_error("services:\n  a: {image: x, depends_on: [a]}\n").message ==
          "dependency cycle detected: a -> a");
}

TEST_CASE("consistency: values that exclude each other") {
    check_all({
        {"services:\n  web:\n    image: x\n    network_mode: host\n    networks: [n]\nnetworks: "
         "{n: {}}\n",
         "service web declares mutually exclusive `network_mode` and `networks`: invalid compose "
         "project",
         "4:19",
         "keep one of them"},
        {"services:\n  web:\n    image: x\n    scale: 2\n    deploy: {replicas: 3}\n",
         "services.web: can't set distinct values on 'scale' and 'deploy.replicas': invalid "
         "compose project",
         "4:12",
         "keep one of them"},
        {"services:\n  web:\n    image: x\n    cpus: 2\n    deploy: {resources: {limits: {cpus: "
         "'1'}}}\n",
         "services.web: can't set distinct values on 'cpus' and 'deploy.resources.limits.cpus': "
         "invalid compose project",
         "4:11",
         "keep one of them"},
        {"services:\n  web:\n    image: x\n    mem_limit: 1g\n    deploy: {resources: {limits: "
         "{memory: 2g}}}\n",
         "services.web: can't set distinct values on 'mem_limit' and "
         "'deploy.resources.limits.memory': invalid compose project",
         "4:16",
         "keep one of them"},
        {"services:\n  web:\n    image: x\n    mem_reservation: 1g\n    deploy: {resources: "
         "{reservations: {memory: 2g}}}\n",
         "services.web: can't set distinct values on 'mem_reservation' and "
         "'deploy.resources.reservations.memory': invalid "
         "compose project",
         "4:22",
         "keep one of them"},
        {"services:\n  web:\n    image: x\n    pids_limit: 1\n    deploy: {resources: {limits: "
         "{pids: 2}}}\n",
         "services.web: can't set distinct values on 'pids_limit' and "
         "'deploy.resources.limits.pids': invalid compose project",
         "4:17",
         "keep one of them"},
        {"services:\n  web:\n    image: x\n    container_name: ww\n    scale: 2\n",
         "services.scale: can't set container_name and web as container name must be unique: "
         "invalid compose project",
         "4:21",
         "take container_name out"},
        {"services:\n  a: {image: x, container_name: nn}\n  b: {image: x, container_name: nn}\n",
         "services.b: container name \"nn\" is already in use by service a",
         "3:33",
         "give each service a name of its own"},
        {"services:\n  web:\n    image: x\n    scale: -1\n",
         "services.web.scale: must be greater than or equal to 0",
         "4:12",
         "write a number from 0 up"},
        {"services:\n  web:\n    image: x\n    deploy: {replicas: -1}\n",
         "services.web.deploy.replicas: must be greater than or equal to 0",
         "4:24",
         "write a number from 0 up"},
        {"services:\n  web:\n    image: x\n    volumes: ['/a:/x', '/b:/y', {type: tmpfs, target: "
         "/z}]\n    tmpfs: /y\n",
         "services.web.volumes[1]: target /y already mounted as services.web.tmpfs[0]",
         "4:24",
         "mount something there once"},
        {"services:\n  web:\n    image: x\n    healthcheck: {test: [curl, x]}\n",
         "healthcheck.test must start either by \"CMD\", \"CMD-SHELL\" or \"NONE\"",
         "4:26",
         "write [\"CMD\", ...], or the command as one string"},
        {"services:\n  web:\n    image: x\n    healthcheck: {test: x, retries: -1}\n",
         "services.web.healthcheck.retries must be greater than or equal to 0",
         "4:37",
         "write a number from 0 up"},
        {"services:\n  web:\n    image: x\n    develop: {watch: [{path: ., action: sync}]}\n",
         "services.web.develop.watch: target is required for non-rebuild actions: invalid compose "
         "project",
         "4:23",
         "add 'target:'"},
        {"services:\n  web:\n    build: {context: ., dockerfile: a, dockerfile_inline: b}\n",
         "service \"web\" declares mutualy exclusive dockerfile and dockerfile_inline: invalid "
         "compose project",
         "3:37",
         "keep one of them"},
        {"services:\n  web:\n    platform: linux/arm64\n    build: {context: ., platforms: "
         "[linux/amd64]}\n",
         "service.build.platforms MUST include service.platform \"linux/arm64\": invalid compose "
         "project",
         "3:15",
         "add it to build.platforms"},
        {"services:\n  web:\n    image: x\n    ports: [{target: 80, host_ip: here}]\n",
         "services.web.ports: invalid ip address: here",
         "4:35",
         "write an address such as 127.0.0.1"},
        {"services:\n  web:\n    image: x\n    develop: {watch: [{path: '', action: rebuild}]}\n",
         "services.web.develop.watch.path: value can't be blank",
         "4:30",
         "name a directory"},
    });
}

TEST_CASE("consistency: contexts of other services") {
    CHECK(load_error("services:\n  web:\n    build: {context: ., additional_contexts: {b: "
                     "'service:nope'}}\n")
              .message ==
          "service \"web\" declares unknown service \"nope\" as additional contexts b");
    CHECK(load_error("services:\n  web:\n    build: {context: ., additional_contexts: {b: "
                     "'service:db'}}\n  db: {image: x}\n")
              .message ==
          "service \"web\" declares non-buildable service \"db\" as additional contexts b");
}

TEST_CASE("limits: a project has so many services, ports and files") {
    std::string services = "services:\n";
    for (int i = 0; i <= 2000; ++i)
        services += "  s" + std::to_string(i) + ": {image: x}\n";
    CHECK(load_error(services).message == "the project has more than 2000 services");
    CHECK(load_error(web("ports: ['1-65535', '1-65535/udp']"))
              .message.find("more than 65536 ports") != std::string::npos);
    CHECK(load_error(web("expose: ['0-65535', '0-65535/udp']")).message ==
          "more than 65536 ports are exposed");
    std::string include = "include:\n";
    Files files;
    for (int i = 0; i <= 500; ++i) {
        const std::string name = "i" + std::to_string(i) + ".yaml";
        include += "  - " + name + "\n";
        files.put("/app/" + name, "x-a: 1\n");
    }
    files.put("/app/compose.yaml", include);
    CHECK(load_error(request_for(files)).message == "more than 500 files are read for one project");
}

TEST_CASE("errors: Podium's own form is one line without what the place says") {
    const Error schema =
        plain_error(load_error("services:\n  web:\n    image: x\n    prots: []\n"));
    CHECK(schema.text() ==
          "compose.yaml:4:5: services.web additional properties 'prots' not allowed (did you mean "
          "'ports'?)");
    CHECK(plain_error(load_error("services:\n  web: {}\n")).message ==
          "service \"web\" has neither an image nor a build context specified");
    CHECK(plain_error(load_error(web("command: ${"))).message.find('\n') == std::string::npos);
    CHECK(plain_error(load_error_v1("services:\n  web:\n    image: x\n    prots: []\n")).message ==
          "Unsupported config option for services.web: 'prots'");
    CHECK(plain_error(load_error("serv:\n")).message == "additional properties 'serv' not allowed");
    CHECK(plain_error(load_error(web("command: {a: b}"))).message == "services.web.command must be nothing, or a string, or a list (- item)");
    CHECK(plain_error(load_error(web("command: 5"))).text() ==
          "compose.yaml:4:14: services.web.command must be nothing, or a string, or a list (- "
          "item) (put the value in quotes: "
          "\"5\")");
    CHECK(plain_error(load_error(web("deploy: {replicas: [1]}"))).message ==
          "services.web.deploy.replicas must be a whole number, or a string");
    CHECK(plain_error(load_error(web("restart: on-failure:x"))).text() ==
          "compose.yaml:4:14: invalid restart policy 'on-failure:x': the maximum retry count must "
          "be a number (write it like "
          "on-failure:3)");
    CHECK(plain_error(load_error(web("pull_policy: sometimes"))).text() ==
          "compose.yaml:4:18: services.web.pull_policy 'sometimes' can't stand here (write always, missing, never, build, daily, "
          "weekly, or a time like every_12h)");
}

TEST_CASE("errors: a value of the wrong type is blamed on the file that has it, not on the one it replaces") {
    for (const std::string wrong : {"command: {a: b}", "image: {a: 1}", "command:\n      a: b"}) {
        INFO(wrong);
        Files files;
        files.put("/app/o1.yaml", "services:\n  a: {image: busybox, command: sleep 100}\n");
        files.put("/app/o2.yaml", "services:\n  a:\n    " + wrong + "\n");
        LoadRequest request = request_for(files);
        request.paths = {"o1.yaml", "o2.yaml"};
        const Place place = load_error(request).place;
        CHECK(place.file == "o2.yaml");
        CHECK(place.line == 3);
    }
}

TEST_CASE("what is not simulated is listed in order with its places") {
    const Project project = load_ok(
        "services:\n  web:\n    image: x\n    shm_size: '1m'\n    privileged: false\n    ports:\n     "
        " - {target: 80, mode: host}\n"
        "      - {target: 81, mode: ingress}\n    logging: {driver: json-file}\n  idle: {image: x, "
        "shm_size: '1m', profiles: [p]}\n"
        "networks: {default: {driver: bridge, ipam: {driver: x}}}\n");
    REQUIRE(project.unsimulated.size() == 3);
    CHECK(project.unsimulated[0].path == "services.web.shm_size");
    CHECK(project.unsimulated[0].place.text() == "compose.yaml:4:15");
    CHECK(project.unsimulated[0].sentence ==
          "'shm_size' is not simulated: processes share no memory.");
    CHECK(project.unsimulated[1].path == "services.web.ports[0].mode");
    CHECK(project.unsimulated[2].path == "networks.default.ipam.driver");
}
