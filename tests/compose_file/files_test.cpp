// Several files for one project: the search for them, merging, extends, include, profiles.

#include <catch2/catch.hpp>

#include "tests/compose_file/support.hpp"

using namespace podium;
using namespace podium::compose;
using namespace podium::compose::test;

namespace {

Project merged(const std::string& base, const std::string& over) {
    Files files{{"/app/a.yaml", base}, {"/app/b.yaml", over}};
    LoadRequest request = request_for(files);
    request.paths = {"a.yaml", "b.yaml"};
    return load_ok(request);
}

Service merged_web(const std::string& base, const std::string& over) {
    const Project project = merged(web(base), "services:\n  web:\n    " + over + "\n");
    return project.services.at(0);
}

std::string environment_of(const Service& service) {
    std::string out;
    for (const EnvironmentVariable& variable : service.environment) {
        out += (out.empty() ? "" : " ") + variable.name +
               (variable.value ? "=" + *variable.value : "");
    }
    return out;
}

std::string ports_of(const Service& service) {
    std::string out;
    for (const Port& port : service.ports) {
        out += (out.empty() ? "" : " ") + port.published_text + ">" + std::to_string(port.target) +
               "/" + port.protocol;
    }
    return out;
}

}  // namespace

// --- the search
// ------------------------------------------------------------------------------------------

TEST_CASE("files: the default names in their order, with a word when there are several") {
    Files files{{"/app/docker-compose.yml", web("hostname: d")},
                {"/app/compose.yml", web("hostname: c")}};
    const Project project = load_ok(request_for(files));
    CHECK(project.services[0].hostname == "c");
    REQUIRE(project.warnings.size() == 2);
    CHECK(project.warnings[0].sentence ==
          "Found multiple config files with supported names: /app/compose.yml, "
          "/app/docker-compose.yml");
    CHECK(project.warnings[1].sentence == "Using /app/compose.yml");
    files.put("/app/compose.yaml", web("hostname: y"));
    CHECK(load_ok(request_for(files)).services[0].hostname == "y");
    LoadRequest old = request_for(files);
    old.dialect = Dialect::V1;
    CHECK(load_ok(old).services[0].hostname == "d");
}

TEST_CASE("files: the search goes upwards, and an override is merged") {
    Files files{{"/app/compose.yaml", web("hostname: base\ntty: true")},
                {"/app/compose.override.yaml", "services: {web: {hostname: over}}"},
                {"/app/deep/down/x", ""}};
    LoadRequest request = request_for(files);
    request.working_directory = "/app/deep/down";
    const Project project = load_ok(request);
    CHECK(project.directory == "/app");
    CHECK(project.name == "app");
    CHECK(project.services[0].hostname == "over");
    CHECK(project.services[0].tty);
    CHECK(project.files == Texts{"/app/compose.yaml", "/app/compose.override.yaml"});
    request.paths = {"/app/compose.yaml"};
    CHECK(load_ok(request).services[0].hostname == "base");
}

TEST_CASE("files: none is an error") {
    Files files;
    CHECK(load_error(request_for(files)).message == "no configuration file provided: not found");
    LoadRequest request = request_for(files);
    request.paths = {"nope.yaml"};
    const Error error = load_error(request);
    CHECK(error.message == "open /app/nope.yaml: no such file or directory");
    CHECK(error.place.file == "nope.yaml");
}

TEST_CASE("files: COMPOSE_FILE names them, also from .env") {
    Files files{{"/app/a.yaml", web("hostname: a\ntty: true")},
                {"/app/b.yaml", "services: {web: {hostname: b}}"}};
    LoadRequest request = request_for(files);
    request.environment["COMPOSE_FILE"] = "a.yaml:b.yaml";
    CHECK(load_ok(request).services[0].hostname == "b");
    request.environment["COMPOSE_FILE"] = "a.yaml;b.yaml";
    request.environment["COMPOSE_PATH_SEPARATOR"] = ";";
    CHECK(load_ok(request).services[0].hostname == "b");
    request.environment.clear();
    files.put("/app/.env", "COMPOSE_FILE=a.yaml\n");
    CHECK(load_ok(request).services[0].hostname == "a");
}

TEST_CASE("files: -p and --project-directory decide name and paths") {
    Files files{{"/app/compose.yaml", web("volumes: ['./x:/x']")}};
    LoadRequest request = request_for(files);
    request.paths = {"compose.yaml"};
    request.project_directory = "/srv/Shop";
    const Project project = load_ok(request);
    CHECK(project.name == "shop");
    CHECK(project.services[0].volumes[0].source == "/srv/Shop/x");
    request.project_name = "given";
    CHECK(load_ok(request).name == "given");
}

TEST_CASE("files: a text that is no file can be loaded, with files beside it") {
    Files files{{"/app/a.env", "A=1"}};
    const Result<Project> project =
        load_text(web("env_file: a.env"), "demo.yaml", request_for(files));
    REQUIRE(project.ok());
    CHECK(project->services[0].environment[0].value == "1");
    CHECK(project->services[0].place.text() == "demo.yaml:2:3");
}

// --- merging
// ---------------------------------------------------------------------------------------------

TEST_CASE("merge: scalars are replaced, mappings merged, lists appended") {
    const Service service =
        merged_web("hostname: a\nlabels: {a: 1, b: 2}\ncap_add: [X]\ngroup_add: [g]",
                   "{hostname: b, labels: {b: 3, c: 4}, cap_add: [Y, X], group_add: [h]}");
    CHECK(service.hostname == "b");
    CHECK(service.labels.size() == 3);
    CHECK(service.labels[1].value == "3");
    CHECK(service.cap_add == Texts{"X", "Y"});
    CHECK(service.group_add == Texts{"g", "h"});
}

TEST_CASE("merge: command, entrypoint and healthcheck.test are replaced whole") {
    const Service service =
        merged_web("command: [a, b]\nentrypoint: [c]\nhealthcheck: {test: [CMD, x], retries: 3}",
                   "{command: z, entrypoint: [y], healthcheck: {test: [CMD, w]}}");
    CHECK(service.command == Texts{"z"});
    CHECK(service.entrypoint == Texts{"y"});
    CHECK(service.healthcheck->test == Texts{"CMD", "w"});
    CHECK(service.healthcheck->retries == 3);
}

TEST_CASE("merge: environment by name, whichever form") {
    CHECK(environment_of(merged_web("environment: {A: 1, B: 2}", "environment: [B=3, C=4]")) ==
          "A=1 B=3 C=4");
    CHECK(environment_of(merged_web("environment: [A=1, B=2]", "environment: {B: 3}")) ==
          "A=1 B=3");
    CHECK(environment_of(merged_web("environment: {HOME: x}", "environment: [HOME]")) ==
          "HOME=/home/me");
}

TEST_CASE("merge: volumes by target, ports by all they are") {
    const Service service =
        merged_web("volumes: ['/a:/x', '/b:/y']\nports: ['80:80', '81:81']",
                   "{volumes: ['/c:/x:ro'], ports: ['80:80', '82:81', '81:81/udp']}");
    REQUIRE(service.volumes.size() == 2);
    CHECK(service.volumes[0].source == "/c");
    CHECK(service.volumes[0].read_only);
    CHECK(ports_of(service) == "80>80/tcp 81>81/tcp 82>81/tcp 81>81/udp");
}

TEST_CASE("merge: a range and a single port that are the same are one") {
    CHECK(ports_of(merged_web("ports: ['8000-8001:80-81']",
                              "ports: [{target: 81, published: '8001'}]")) ==
          "8000>80/tcp 8001>81/tcp");
}

TEST_CASE("merge: depends_on, networks and build in either form") {
    const Project project = merged(
        web("depends_on: [a]\nnetworks: [n]\nbuild: ./x") +
            "  a: {image: x}\n  b: {image: x}\nnetworks: {n: {}, m: {}}\n",
        "services: {web: {depends_on: {b: {condition: service_healthy}}, networks: {n: {aliases: "
        "[w]}, m: {}}, build: {target: t}}}");
    const Service& service = *project.find_service("web");
    CHECK(service.depends_on.size() == 2);
    CHECK(service.depends_on[1].condition == DependencyCondition::Healthy);
    CHECK(service.networks.size() == 2);
    CHECK(service.networks[1].aliases == Texts{"w"});
    CHECK(service.build->context == "/app/x");
    CHECK(service.build->target == "t");
}

TEST_CASE("merge: logging options only under the same driver") {
    const auto options = [](const Service& service) { return service.logging->options.size(); };
    CHECK(options(merged_web("logging: {driver: a, options: {x: 1}}",
                             "logging: {driver: a, options: {y: 2}}")) == 2);
    CHECK(options(merged_web("logging: {options: {x: 1}}",
                             "logging: {driver: a, options: {y: 2}}")) == 2);
    CHECK(options(merged_web("logging: {driver: a, options: {x: 1}}",
                             "logging: {driver: b, options: {y: 2}}")) == 1);
}

TEST_CASE("merge: one ulimit is replaced, others stay") {
    const Service service =
        merged_web("ulimits: {nofile: {soft: 1, hard: 2}, nproc: 5}", "ulimits: {nofile: 9}");
    CHECK(service.ulimits.at(0).soft == 9);
    CHECK(service.ulimits.at(1).soft == 5);
}

TEST_CASE("merge: extra_hosts are appended, equal ones once") {
    const Service service =
        merged_web("extra_hosts: {a: 1.1.1.1}", "extra_hosts: ['a=1.1.1.1', 'a=2.2.2.2']");
    REQUIRE(service.extra_hosts.size() == 2);
    CHECK(service.extra_hosts[1].value == "2.2.2.2");
}

TEST_CASE("merge: strings and lists of env_file, dns and tmpfs") {
    const Service service =
        merged_web("dns: 1.1.1.1\ntmpfs: /a", "{dns: [2.2.2.2], tmpfs: [/b, /a]}");
    CHECK(service.dns == Texts{"1.1.1.1", "2.2.2.2"});
    CHECK(service.tmpfs == Texts{"/a", "/b"});
}

TEST_CASE("merge: secrets and configs by target, expose and profiles once") {
    const Project project = merged(
        "secrets: {s: {file: a}, t: {file: b}}\n" + web("secrets: [s]\nexpose: ['80']"),
        "services: {web: {secrets: [{source: t, target: /run/secrets/s}], expose: [80, 81]}}");
    REQUIRE(project.services[0].secrets.size() == 1);
    CHECK(project.services[0].secrets[0].source == "t");
    CHECK(project.services[0].expose == Texts{"80", "81"});
}

TEST_CASE("merge: address pools by subnet") {
    const Project project =
        merged("networks: {n: {ipam: {config: [{subnet: 10.0.0.0/24}]}}}\n" + web("networks: [n]"),
               "networks: {n: {ipam: {config: [{subnet: 10.0.0.0/24, gateway: 10.0.0.1}, {subnet: "
               "10.1.0.0/24}]}}}");
    REQUIRE(project.networks[0].ipam.size() == 2);
    CHECK(project.networks[0].ipam[0].gateway == "10.0.0.1");
}

TEST_CASE("merge: null keeps what was there") {
    const Service service = merged_web("hostname: a\nlabels: {a: b}", "{hostname: null, labels:}");
    CHECK(service.hostname == "a");
    CHECK(service.labels.size() == 1);
}

TEST_CASE("merge: !reset takes away, !override replaces") {
    const Service service =
        merged_web("ports: ['80:80']\nlabels: {a: 1}\nenvironment: {A: 1, B: 2}\nhostname: h",
                   "{ports: !reset [], labels: !override {b: 2}, environment: {A: !reset null}, "
                   "hostname: !reset null}");
    CHECK(service.ports.empty());
    CHECK(service.labels.size() == 1);
    CHECK(service.labels[0].name == "b");
    CHECK(environment_of(service) == "B=2");
    CHECK(service.hostname.empty());
    CHECK(merged_web("ports: ['80:80']", "ports: !override ['81:81']").ports.size() == 1);
    CHECK(load_ok(web("ports: !reset ['1:1']")).services[0].ports.empty());
}

TEST_CASE("merge: different shapes cannot be laid over each other") {
    Files files{{"/app/a.yaml", web("labels: {a: 1}\ndeploy: {replicas: 2}")},
                {"/app/b.yaml", "services:\n  web:\n    deploy: [x]\n"}};
    LoadRequest request = request_for(files);
    request.paths = {"a.yaml", "b.yaml"};
    const Error error = load_error(request);
    CHECK(error.message == "cannot override services.web.deploy");
    CHECK(error.place.text() == "b.yaml:3:13");
    CHECK(error.hint.find("a.yaml:5") != std::string::npos);
}

TEST_CASE("merge: documents of one file come one over the other") {
    const Project project =
        load_ok(web("hostname: a\ntty: true") + "---\nservices: {web: {hostname: b}}\n");
    CHECK(project.services[0].hostname == "b");
    CHECK(project.services[0].tty);
}

TEST_CASE("merge: places are those of the value that won") {
    const Project project =
        merged(web("hostname: a\ntty: true"), "services:\n  web:\n    hostname: b\n");
    CHECK(project.place_of("services.web.hostname").text() == "b.yaml:3:15");
    CHECK(project.place_of("services.web.tty").text() == "a.yaml:5:10");
}

// --- extends
// ---------------------------------------------------------------------------------------------

TEST_CASE("extends: a service of the same file, string and mapping, in a chain") {
    const Project project = load_ok(
        "services:\n"
        "  base: {image: nginx, environment: [A=1], command: x}\n"
        "  mid: {extends: base, environment: {B: 2}}\n"
        "  web: {extends: {service: mid}, environment: {A: 3}, command: y}\n");
    CHECK(environment_of(*project.find_service("web")) == "A=3 B=2");
    CHECK(project.find_service("web")->command == Texts{"y"});
    CHECK(project.find_service("web")->image == "nginx");
}

TEST_CASE("extends: a service of another file, whose paths are its own") {
    Files files{{"/app/compose.yaml",
                 "services: {web: {extends: {file: common/base.yaml, service: app}, volumes: "
                 "['./here:/h']}}"},
                {"/app/common/base.yaml",
                 "services:\n  app: {extends: root, volumes: ['./there:/t'], env_file: a.env}\n  "
                 "root: {image: nginx}\n"},
                {"/app/common/a.env", "A=1"}};
    const Project project = load_ok(request_for(files));
    const Service& service = project.services.at(0);
    CHECK(service.image == "nginx");
    REQUIRE(service.volumes.size() == 2);
    CHECK(service.volumes[0].source == "/app/common/there");
    CHECK(service.volumes[1].source == "/app/here");
    CHECK(environment_of(service) == "A=1");
    CHECK(project.included_files == Texts{"/app/common/base.yaml"});
    CHECK(service.volumes[0].place.text() == "common/base.yaml:2:34");
}

TEST_CASE("extends: !reset takes from the base") {
    const Project project = load_ok(
        "services:\n  base: {image: nginx, ports: ['80:80']}\n  web: {extends: base, ports: !reset "
        "[]}\n");
    CHECK(project.find_service("web")->ports.empty());
    CHECK(project.find_service("base")->ports.size() == 1);
}

TEST_CASE("extends: what is not there, and circles") {
    const Error error = load_error("services:\n  web: {extends: nope, image: x}\n");
    CHECK(error.message ==
          "cannot extend service \"web\" in /app/compose.yaml: service \"nope\" not found");
    CHECK(at(error) == "2:18");
    const Error circle = load_error("services:\n  a: {extends: b}\n  b: {extends: a}\n");
    CHECK(circle.message ==
          "Circular reference:\n  a in /app/compose.yaml\n  extends b in /app/compose.yaml\n  "
          "extends a in /app/compose.yaml");
    Files files{{"/app/compose.yaml", "services: {web: {extends: {file: b.yaml, service: nope}}}"},
                {"/app/b.yaml", web("tty: true")}};
    CHECK(
        load_error(request_for(files)).message ==
        "cannot extend service \"web\" in /app/compose.yaml: service \"nope\" not found in b.yaml");
    Files missing{
        {"/app/compose.yaml", "services:\n  web: {extends: {file: b.yaml, service: x}}\n"}};
    const Error open = load_error(request_for(missing));
    CHECK(open.message == "open /app/b.yaml: no such file or directory");
    CHECK(at(open) == "2:25");
}

TEST_CASE("extends: depth has a limit") {
    std::string text = "services:\n  s0: {image: x}\n";
    for (int i = 1; i < 100; ++i)
        text.insert(10,
                    "  s" + std::to_string(i) + ": {extends: s" + std::to_string(i - 1) + "}\n");
    CHECK(load_error(text).message == "extends is nested more than 50 deep");
}

// --- include
// ---------------------------------------------------------------------------------------------

TEST_CASE("include: short form, with its own directory and .env") {
    Files files{{"/app/compose.yaml", "include: [sub/compose.yaml]\n" + web("depends_on: [db]")},
                {"/app/sub/compose.yaml",
                 "services: {db: {image: 'postgres:$TAG', volumes: ['./d:/d', "
                 "'data:/x']}}\nvolumes: {data: {}}\n"},
                {"/app/sub/.env", "TAG=15\n"}};
    const Project project = load_ok(request_for(files));
    REQUIRE(project.services.size() == 2);
    CHECK(project.services[0].image == "postgres:15");
    CHECK(project.services[0].volumes[0].source == "/app/sub/d");
    CHECK(project.find_volume("data")->name == "app_data");
    CHECK(project.services[0].place.text() == "sub/compose.yaml:1:12");
    CHECK(project.included_files == Texts{"/app/sub/compose.yaml"});
    LoadRequest request = request_for(files);
    request.environment["TAG"] = "16";
    CHECK(load_ok(request).services[0].image == "postgres:16");
}

TEST_CASE("include: long form with several files, directory and env_file") {
    Files files{{"/app/compose.yaml",
                 "include:\n  - path: [sub/a.yaml, sub/b.yaml]\n    project_directory: other\n    "
                 "env_file: vars.env\n"},
                {"/app/sub/a.yaml", "services: {db: {image: '$IMAGE', volumes: ['./d:/d']}}"},
                {"/app/sub/b.yaml", "services: {db: {hostname: over}}"},
                {"/app/vars.env", "IMAGE=redis\n"}};
    const Project project = load_ok(request_for(files));
    CHECK(project.services[0].image == "redis");
    CHECK(project.services[0].hostname == "over");
    CHECK(project.services[0].volumes[0].source == "/app/other/d");
}

TEST_CASE("include: what both have is merged, the including file winning") {
    Files files{{"/app/compose.yaml", "include: [a.yaml]\nservices: {db: {hostname: mine}}\n"},
                {"/app/a.yaml", "services: {db: {image: x, hostname: theirs}}"}};
    const Project project = load_ok(request_for(files));
    CHECK(project.services[0].image == "x");
    CHECK(project.services[0].hostname == "mine");
}

TEST_CASE("include: included services can be extended, and include others") {
    Files files{{"/app/compose.yaml", "include: [a.yaml]\nservices: {web: {extends: base}}\n"},
                {"/app/a.yaml", "include: [b.yaml]\n"},
                {"/app/b.yaml", "services: {base: {image: x}}"}};
    CHECK(load_ok(request_for(files)).find_service("web")->image == "x");
}

TEST_CASE("include: circles, wrong shapes and missing files") {
    Files circle{{"/app/compose.yaml", "include: [a.yaml]\n"},
                 {"/app/a.yaml", "include:\n  - compose.yaml\n"}};
    const Error error = load_error(request_for(circle));
    CHECK(error.message ==
          "include cycle detected:\n/app/compose.yaml\n include /app/a.yaml\n include "
          "/app/compose.yaml");
    CHECK(error.place.text() == "a.yaml:2:5");
    CHECK(load_error("include: a.yaml\n" + web("tty: true")).message ==
          "`include` must be a list, got a string");
    CHECK(load_error("include:\n  - file: a.yaml\n").message ==
          "validating /app/compose.yaml: include.0 additional properties 'file' not allowed");
    const Error missing = load_error("include:\n  - nope.yaml\n");
    CHECK(missing.message == "open /app/nope.yaml: no such file or directory");
    CHECK(load_error_v1("include: [a]\n" + web("tty: true"))
              .message.find("'include' does not match any of the regexes: '^x-'") != std::string::npos);
}

// --- profiles
// --------------------------------------------------------------------------------------------

TEST_CASE("profiles: services without one are always active") {
    const std::string text =
        web("tty: true") +
        "  debug: {image: x, profiles: [dev, test]}\n  admin: {image: x, profiles: [ops]}\n";
    Files files{{"/app/compose.yaml", text}};
    LoadRequest request = request_for(files);
    const auto names = [&] {
        std::string out;
        for (const Service& service : load_ok(request).services)
            out += service.name + " ";
        return out;
    };
    CHECK(names() == "web ");
    request.profiles = {"test"};
    CHECK(names() == "debug web ");
    request.profiles = {"*"};
    CHECK(names() == "admin debug web ");
    request.profiles.clear();
    request.environment["COMPOSE_PROFILES"] = "ops, dev";
    CHECK(names() == "admin debug web ");
    request.environment.erase("COMPOSE_PROFILES");
    request.services = {"admin"};
    CHECK(names() == "admin web ");
    CHECK(load_ok(request).disabled_services.size() == 1);
}

TEST_CASE("profiles: a dependency on an inactive service is refused unless it is not required") {
    const std::string tail = "  db: {image: x, profiles: [p]}\n";
    const Error error = load_error(web("depends_on: [db]") + tail);
    CHECK(error.message ==
          "service \"web\" depends on undefined service \"db\": invalid compose project");
    CHECK(error.hint.find("profile") != std::string::npos);
    CHECK(load_ok(web("depends_on: {db: {condition: service_started, required: false}}") + tail)
              .services.size() == 1);
}
