// The resolved project as text, as each of the two programs prints it.

#include <catch2/catch.hpp>

#include "sim/programs/compose_file/config_text.hpp"
#include "sim/programs/compose_file/yaml_text.hpp"
#include "tests/compose_file/support.hpp"

using namespace podium;
using namespace podium::compose;
using namespace podium::compose::test;

namespace {

// The recorded case "lifecycle".
const char* const kRecorded = R"(version: "3.8"
services:
  db:
    image: redis:latest
    command: sh -c "trap 'exit 0' TERM; echo hello from $$HOSTNAME; while :; do sleep 0.2; done"
    restart: "no"
    volumes:
      - dbdata:/data

  web:
    image: nginx:latest
    command: sh -c "trap 'exit 0' TERM; echo hello from $$HOSTNAME; while :; do sleep 0.2; done"
    restart: "no"
    depends_on:
      - db
    environment:
      A: "1"
    ports:
      - "8080:80"
volumes:
  dbdata:
)";

Project named(const std::string& text, Dialect dialect) {
    Files files{{"/lifecycle/docker-compose.yml", text}};
    LoadRequest request = request_for(files);
    request.working_directory = "/lifecycle";
    request.dialect = dialect;
    return load_ok(request);
}

}  // namespace

TEST_CASE("config of 1.29 is the recorded one, letter for letter") {
    CHECK(config_yaml_v1(named(kRecorded, Dialect::V1)) == R"(services:
  db:
    command: sh -c "trap 'exit 0' TERM; echo hello from $$HOSTNAME; while :; do sleep
      0.2; done"
    image: redis:latest
    restart: "no"
    volumes:
    - dbdata:/data:rw
  web:
    command: sh -c "trap 'exit 0' TERM; echo hello from $$HOSTNAME; while :; do sleep
      0.2; done"
    depends_on:
      db:
        condition: service_started
    environment:
      A: '1'
    image: nginx:latest
    ports:
    - published: 8080
      target: 80
    restart: "no"
version: '3.8'
volumes:
  dbdata: {}
)");
}

TEST_CASE("config of docker compose: the canonical model in the order of compose-go") {
    CHECK(config_yaml_v2(named(kRecorded, Dialect::V2)) == R"(name: lifecycle
services:
  db:
    command:
      - sh
      - -c
      - trap 'exit 0' TERM; echo hello from $$HOSTNAME; while :; do sleep 0.2; done
    image: redis:latest
    networks:
      default: null
    restart: "no"
    volumes:
      - type: volume
        source: dbdata
        target: /data
        volume: {}
  web:
    command:
      - sh
      - -c
      - trap 'exit 0' TERM; echo hello from $$HOSTNAME; while :; do sleep 0.2; done
    depends_on:
      db:
        condition: service_started
        required: true
    environment:
      A: "1"
    image: nginx:latest
    networks:
      default: null
    ports:
      - mode: ingress
        target: 80
        published: "8080"
        protocol: tcp
    restart: "no"
networks:
  default:
    name: lifecycle_default
volumes:
  dbdata:
    name: lifecycle_dbdata
)");
}

TEST_CASE("config of docker compose: values in compose-go's form") {
    const Project project = load_ok(
        "x-top: {b: 1, a: 2}\nnetworks: {net: {internal: true}, unused: {}}\nvolumes: {unused: "
        "{}}\n" +
        web("networks: [net]\nstop_grace_period: 90s\nmem_limit: 64m\nextra_hosts: ['b:1.1.1.1', "
            "'a=2.2.2.2']\n"
            "labels: [z=1, a=2]\nenvironment: [HOME, NOPE, Z=1]\nhealthcheck: {test: curl x, "
            "interval: 60s, retries: 0}\n"
            "init: false\ntty: false\nentrypoint: []\nlinks: [web2]\nulimits: {nofile: {soft: 1, "
            "hard: 2}}\nx-mine: v\n"
            "logging: {driver: json-file, options: {max-file: 3}}\nsecrets: []\ncommand: echo "
            "$$x") +
        "  web2: {image: y, network_mode: none}\n");
    CHECK(config_yaml_v2(project) == R"(name: app
services:
  web:
    command:
      - echo
      - $$x
    depends_on:
      web2:
        condition: service_started
        restart: true
        required: true
    entrypoint: []
    environment:
      HOME: /home/me
      NOPE: null
      Z: "1"
    extra_hosts:
      - a=2.2.2.2
      - b=1.1.1.1
    healthcheck:
      test:
        - CMD-SHELL
        - curl x
      interval: 1m0s
      retries: 0
    image: nginx
    init: false
    labels:
      a: "2"
      z: "1"
    links:
      - web2
    logging:
      driver: json-file
      options:
        max-file: "3"
    mem_limit: "67108864"
    networks:
      net: null
    stop_grace_period: 1m30s
    ulimits:
      nofile:
        soft: 1
        hard: 2
    x-mine: v
  web2:
    image: "y"
    network_mode: none
networks:
  net:
    name: app_net
    internal: true
x-top:
  a: 2
  b: 1
)");
}

TEST_CASE("config of 1.29: values as written, a few brought to one form") {
    const Project project =
        load_ok_v1("volumes: {v: {external: true}}\nnetworks: {net: {labels: [a=1]}}\n" +
                   web("networks: [net]\nhealthcheck: {test: x, interval: 90s, timeout: 120s, "
                       "start_period: 1500ms}\nlabels: [a=1, b]\n"
                       "ports: ['80', '127.0.0.1:81:81', '53:53/udp', '8000-8002:82']\nvolumes: "
                       "['./x:/x:ro', '/anon', 'v:/v']\n"
                       "environment: [A=1, 'B=']\ndns: 1.1.1.1\ncpus: 2\nbuild: {context: ., args: "
                       "[HOME]}\nread_only: true\nsysctls: {a: 1}"));
    CHECK(config_yaml_v1(project) == R"(networks:
  net:
    labels:
      a: '1'
services:
  web:
    build:
      args:
        HOME: /home/me
      context: /app
    cpus: 2
    dns:
    - 1.1.1.1
    environment:
      A: '1'
      B: ''
    healthcheck:
      interval: 90s
      start_period: 1500ms
      test: x
      timeout: 2m
    image: nginx
    labels:
      a: '1'
      b: ''
    networks:
      net: null
    ports:
    - target: 80
    - 127.0.0.1:81:81/tcp
    - protocol: udp
      published: 53
      target: 53
    - published: 8000-8002
      target: 82
    read_only: true
    sysctls:
      a: '1'
    volumes:
    - /app/x:/x:ro
    - /anon
    - v:/v:rw
version: '3.9'
volumes:
  v:
    external: true
    name: v
)");
}

TEST_CASE("config of docker compose: processors of deploy.resources are numbers, however they were written") {
    Files files{{"/app/compose.yaml",
                 web("deploy: {resources: {limits: {cpus: '0.50'}, reservations: {cpus: \"0.333333333333\"}}}")}};
    LoadRequest request = request_for(files);
    const Project project = load_ok(request);
    const std::string text = config_yaml_v2(project);
    CHECK(text.find("        limits:\n          cpus: 0.5\n") != std::string::npos);
    CHECK(text.find("        reservations:\n          cpus: 0.33333334\n") != std::string::npos);
    CHECK(config_json_v2(project).find("\"cpus\": 0.5") != std::string::npos);
    request.interpolate = false;
    request.for_client = true;
    CHECK(config_yaml_v2(load_ok(request)).find("          cpus: \"0.50\"\n") != std::string::npos);
}

TEST_CASE("config: without interpolation dollar signs stay single") {
    Files files{{"/app/compose.yaml", web("hostname: ${H}")}};
    LoadRequest request = request_for(files);
    request.interpolate = false;
    CHECK(config_yaml_v2(load_ok(request)).find("hostname: ${H}\n") != std::string::npos);
}

TEST_CASE("config: without interpolation docker compose prints what no value may be, as written") {
    Files files{{"/app/compose.yaml",
                 web("ports: ['${P-80}:80', '81']\nmem_limit: ${M}\nvolumes: ['${D}:/data']\nnetworks: [nosuch]")}};
    LoadRequest request = request_for(files);
    request.interpolate = false;
    CHECK(load_error(request).message == "invalid hostPort: ${P-80}");
    request.for_client = true;
    const std::string text = config_yaml_v2(load_ok(request));
    CHECK(text.find("    ports:\n      - ${P-80}:80\n      - \"81\"\n") != std::string::npos);
    CHECK(text.find("    mem_limit: ${M}\n") != std::string::npos);
    CHECK(text.find("source: ${D}\n") != std::string::npos);
    CHECK(config_json_v2(load_ok(request)).find("\"mem_limit\": \"${M}\"") != std::string::npos);
}

TEST_CASE("config: what is printed is read again to the same project") {
    const Project project = load_ok(kRecorded);
    const std::string once = config_yaml_v2(project);
    CHECK(config_yaml_v2(load_ok(once)) == once);
    const std::string old = config_yaml_v1(load_ok_v1(kRecorded));
    CHECK(config_yaml_v1(load_ok_v1(old)) == old);
}

TEST_CASE("YAML as PyYAML writes it: quoting and folding") {
    const auto written = [](const std::string& text) {
        Node root = mapping_node({});
        root.set("a", string_node(text, {}));
        return python_yaml(root);
    };
    CHECK(written("plain text") == "a: plain text\n");
    CHECK(written("") == "a: ''\n");
    CHECK(written("1") == "a: '1'\n");
    CHECK(written("1.5") == "a: '1.5'\n");
    CHECK(written("22:22") == "a: '22:22'\n");
    CHECK(written("8080:80") == "a: 8080:80\n");
    CHECK(written("Yes") == "a: \"Yes\"\n");
    CHECK(written("null") == "a: 'null'\n");
    CHECK(written("2020-01-01") == "a: '2020-01-01'\n");
    CHECK(written("it's: fine") == "a: 'it''s: fine'\n");
    CHECK(written("- x") == "a: '- x'\n");
    CHECK(written("x # y") == "a: 'x # y'\n");
    CHECK(written("a\tb") == "a: \"a\\tb\"\n");
    CHECK(written("one\ntwo") == "a: 'one\n\n  two'\n");
    CHECK(written("é ü") == "a: é ü\n");
    CHECK(written("\"quoted\"") == "a: '\"quoted\"'\n");
    CHECK(written(std::string(90, 'x') + " tail") == "a: " + std::string(90, 'x') + "\n  tail\n");
}

TEST_CASE("YAML as go-yaml writes it: quoting, literals, no folding") {
    const auto written = [](const std::string& text) {
        Node root = mapping_node({});
        root.set("a", string_node(text, {}));
        return go_yaml(root);
    };
    CHECK(written("plain text") == "a: plain text\n");
    CHECK(written("") == "a: \"\"\n");
    CHECK(written("1") == "a: \"1\"\n");
    CHECK(written("0440") == "a: \"0440\"\n");
    CHECK(written("yes") == "a: \"yes\"\n");
    CHECK(written("22:22") == "a: \"22:22\"\n");
    CHECK(written("8080:80") == "a: 8080:80\n");
    CHECK(written("- x") == "a: '- x'\n");
    CHECK(written("it's: fine") == "a: 'it''s: fine'\n");
    CHECK(written("one\ntwo\n") == "a: |\n  one\n  two\n");
    CHECK(written("one\ntwo") == "a: |-\n  one\n  two\n");
    CHECK(written("a\tb") == "a: \"a\\tb\"\n");
    CHECK(written(std::string(200, 'x') + " tail") == "a: " + std::string(200, 'x') + " tail\n");
}

TEST_CASE("go-yaml's order of keys: digits by value") {
    Node root = mapping_node({});
    for (const char* key : {"b", "a10", "a2", "_x", "A"})
        root.set(key, integer_node(1, {}));
    sort_go_keys(root);
    std::string order;
    for (const Entry& entry : root.entries)
        order += entry.key + " ";
    CHECK(order == "_x A a2 a10 b ");
}

TEST_CASE(
    "the text of a service changes with what its containers are made of, and with nothing else") {
    const auto text = [](const std::string& lines) {
        const Project project = load_ok(web(lines) + "  db: {image: x}\n");
        return canonical_service(project, "web");
    };
    const std::string base = text("tty: true");
    CHECK(base == "{\"image\":\"nginx\",\"networks\":{\"default\":null},\"tty\":true}");
    CHECK(text("tty: true\ndepends_on: [db]") == base);
    CHECK(text("tty: true\nscale: 3") == base);
    CHECK(text("tty: true\npull_policy: always") == base);
    CHECK(text("tty: true\nbuild: .") == base);
    CHECK(text("tty: 'true'") == base);
    CHECK(text("tty: true\ndeploy: {replicas: 2}") == text("tty: true\ndeploy: {replicas: 5}"));
    CHECK(text("tty: true\ndeploy: {replicas: 2}") != base);  // JSON has an empty "deploy" then
    CHECK(text("tty: true\nlabels: {a: b}") != base);
    CHECK(text("environment: {A: 1, B: 2}") == text("environment: [B=2, A=1]"));
    CHECK(text("command: a b") == text("command: [a, b]"));
    CHECK(canonical_service(load_ok(web("tty: true")), "nope").empty());
}

TEST_CASE("1.29 hashes what builds and orders a service too, and of deploy what it takes over") {
    const auto text = [](const std::string& lines, const std::string& more = "") {
        const Project project = load_ok_v1(web(lines) + "  db: {image: x}\n" + more);
        return canonical_service(project, "web");
    };
    const std::string base = text("tty: true");
    CHECK(text("tty: true\nscale: 3") == base);
    CHECK(text("tty: true\npid: host") == base);
    CHECK(text("tty: true\nplatform: linux/arm64") == base);
    CHECK(text("tty: true\ndepends_on: [db]") != base);
    CHECK(text("tty: true\nbuild: .") != base);
    CHECK(text("tty: true\nprofiles: [a]") != base);
    CHECK(text("tty: true\ndeploy: {replicas: 2, labels: {a: b}, mode: replicated}") == base);
    CHECK(text("tty: true\ndeploy: {restart_policy: {condition: any, delay: 5s}}") ==
          text("tty: true\ndeploy: {restart_policy: {condition: any}}"));
    CHECK(text("tty: true\ndeploy: {restart_policy: {condition: any}}") != base);
    CHECK(text("tty: true\ndeploy: {resources: {limits: {memory: 5m}}}") != base);
    CHECK(text("volumes: ['vol:/v']", "volumes: {vol: {}}\n") !=
          text("volumes: ['vol:/v']", "volumes: {vol: {name: other}}\n"));
    CHECK(text("networks: [n]", "networks: {n: {}}\n") !=
          text("networks: [n]", "networks: {n: {name: other}}\n"));
}

TEST_CASE("what no service uses is known") {
    const Project project = load_ok("networks: {a: {}, b: {}}\nvolumes: {u: {}, uu: {}}\n" +
                                    web("networks: [a]\nvolumes: ['uu:/u']"));
    CHECK(is_used(project, *project.find_network("a")));
    CHECK_FALSE(is_used(project, *project.find_network("b")));
    CHECK(is_used(project, *project.find_volume("uu")));
    CHECK_FALSE(is_used(project, *project.find_volume("u")));
    const std::string inactive = "networks: {a: {}}\n" + web("networks: [a]\nprofiles: [more]");
    const Project idle = load_ok(inactive);
    CHECK_FALSE(is_used(idle, *idle.find_network("a")));
    const Project idle_v1 = load_ok_v1(inactive);
    CHECK(is_used(idle_v1, *idle_v1.find_network("a")));
}

// docker-compose 1.29.2 itself prints these so: a quoted number of CPUs becomes a float.
TEST_CASE("config of 1.29: floats have their point") {
    const std::string text = config_yaml_v1(load_ok_v1(web("cpus: '2'\nshm_size: 2.0\ndeploy: {resources: {limits: {cpus: \"1\"}}}")));
    CHECK(text.find("    cpus: 2.0\n") != std::string::npos);
    CHECK(text.find("          cpus: 1.0\n") != std::string::npos);
    CHECK(text.find("    shm_size: 2.0\n") != std::string::npos);
}
