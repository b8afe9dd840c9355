// One test for each attribute of a service about what it runs and how it lives, in alphabetical
// order; service_network_test.cpp, service_storage_test.cpp and service_resources_test.cpp have the
// others.

#include <algorithm>

#include <catch2/catch.hpp>

#include "sim/base/text.hpp"
#include "sim/programs/compose_file/schema.hpp"
#include "tests/compose_file/support.hpp"

using namespace podium;
using namespace podium::compose;
using namespace podium::compose::test;

TEST_CASE("service attach: true unless said otherwise") {
    CHECK(web_service("tty: false").attach);
    CHECK_FALSE(web_service("attach: false").attach);
}

TEST_CASE("service build: a string is the context") {
    const Project project = load_ok("services: {web: {build: ./dir}}");
    const Service& web_one = project.services[0];
    REQUIRE(web_one.build.has_value());
    CHECK(web_one.build->context == "/app/dir");
    CHECK(web_one.build->dockerfile == "Dockerfile");
    CHECK(web_one.image.empty());
    CHECK_FALSE(is_listed(project, "services.web.build"));
}

TEST_CASE("service command: a list, a string, nothing") {
    CHECK(web_service("command: [sh, -c, 'echo hi']").command == Texts{"sh", "-c", "echo hi"});
    CHECK(web_service("command: sh -c \"echo 'a b'\" x\\ y").command ==
          Texts{"sh", "-c", "echo 'a b'", "x y"});
    CHECK(web_service("command: []").command == Texts{});
    CHECK(web_service("command: ''").command == Texts{});
    CHECK_FALSE(web_service("command: null").command.has_value());
    CHECK_FALSE(web_service("tty: true").command.has_value());
}

TEST_CASE("service container_name") {
    CHECK(web_service("container_name: my-web").container_name == "my-web");
    CHECK(load_error(web("container_name: '!'")).message.find("does not match pattern") !=
          std::string::npos);
}

TEST_CASE("service depends_on: a list and a mapping with conditions") {
    const std::string others = "  a: {image: x}\n  b: {image: x}\n  c: {image: x}\n";
    const Project list = load_ok(web("depends_on: [b, a]") + others);
    const auto& simple = list.find_service("web")->depends_on;
    REQUIRE(simple.size() == 2);
    CHECK(simple[0].service == "a");
    CHECK(simple[0].condition == DependencyCondition::Started);
    CHECK(simple[0].required);
    CHECK_FALSE(simple[0].restart);
    const Project mapping =
        load_ok(web("depends_on:\n"
                    "  a: {condition: service_healthy, restart: true}\n"
                    "  b: {condition: service_completed_successfully, required: false}\n"
                    "  c: {condition: service_started}") +
                others);
    const auto& full = mapping.find_service("web")->depends_on;
    REQUIRE(full.size() == 3);
    CHECK(full[0].condition == DependencyCondition::Healthy);
    CHECK(full[0].restart);
    CHECK(full[1].condition == DependencyCondition::CompletedSuccessfully);
    CHECK_FALSE(full[1].required);
    CHECK(full[2].place.text() == "compose.yaml:7:7");
    CHECK(load_error(web("depends_on: {a: {condition: started}}") + others).message ==
          "validating /app/compose.yaml: services.web.depends_on.a.condition value must be one of "
          "'service_started', "
          "'service_healthy', 'service_completed_successfully'");
    CHECK(load_error(web("depends_on: {a: {}}") + others).message ==
          "validating /app/compose.yaml: services.web.depends_on.a missing property 'condition'");
}

TEST_CASE("service develop: watch rules are read and not simulated") {
    const std::string lines =
        "develop:\n  watch:\n    - {path: ./src, action: sync, target: /src, ignore: "
        "node_modules/, include: ['*.js']}\n"
        "    - {path: ., action: rebuild}\n"
        "    - {path: ., action: sync+exec, target: /x, exec: {command: make}, initial_sync: true}";
    const Service service = web_service(lines);
    REQUIRE(service.watch.size() == 3);
    CHECK(service.watch[0].path == "/app/src");
    CHECK(service.watch[0].ignore == Texts{"node_modules/"});
    CHECK(service.watch[0].include == Texts{"*.js"});
    CHECK(service.watch[2].action == "sync+exec");
    check_listed(lines, "develop");
}

TEST_CASE("service entrypoint: a list, a string, nothing") {
    CHECK(web_service("entrypoint: /run.sh -v").entrypoint == Texts{"/run.sh", "-v"});
    CHECK(web_service("entrypoint: [a, 'b c']").entrypoint == Texts{"a", "b c"});
    CHECK(web_service("entrypoint: []").entrypoint == Texts{});
    CHECK_FALSE(web_service("entrypoint: null").entrypoint.has_value());
}

TEST_CASE("service environment: a list and a mapping") {
    CHECK(shown(web_service("environment: {A: 1, B: '', C: x y}").environment) == "A=1 B= C=x y");
    CHECK(shown(web_service("environment: [A=1, B=, 'C=a=b']").environment) == "A=1 B= C=a=b");
    CHECK(load_error(web("environment: {A: [1]}")).message ==
          "validating /app/compose.yaml: services.web.environment.A must be a boolean, null, "
          "number or string");
}

TEST_CASE("service healthcheck: list, string, times, retries, disable") {
    const auto check = web_service(
                           "healthcheck:\n  test: [CMD, curl, -f, http://localhost]\n  interval: "
                           "1m30s\n  timeout: 10s\n"
                           "  retries: 3\n  start_period: 40s\n  start_interval: 500ms")
                           .healthcheck;
    REQUIRE(check.has_value());
    CHECK(check->test == Texts{"CMD", "curl", "-f", "http://localhost"});
    CHECK(check->interval == seconds(90));
    CHECK(check->timeout == seconds(10));
    CHECK(check->retries == 3);
    CHECK(check->start_period == seconds(40));
    CHECK(check->start_interval == milliseconds(500));
    CHECK_FALSE(check->disable);
    CHECK(web_service("healthcheck: {test: curl -f x || exit 1}").healthcheck->test ==
          Texts{"CMD-SHELL", "curl -f x || exit 1"});
    CHECK(web_service("healthcheck: {disable: true}").healthcheck->test == Texts{"NONE"});
    CHECK(web_service("healthcheck: {test: [NONE]}").healthcheck->disable);
    CHECK(web_service("healthcheck: {interval: 1d}").healthcheck->interval == hours(24));
    const Error bad = load_error(web("healthcheck: {interval: soon}"));
    CHECK(bad.message == "services.web.healthcheck.interval: invalid duration \"soon\"");
    CHECK(at(bad) == "4:29");
}

TEST_CASE("service image") {
    CHECK(load_ok("services: {web: {image: 'a/b:c'}}").services[0].image == "a/b:c");
}

TEST_CASE("service init: true, false or not said") {
    CHECK(web_service("init: true").init == true);
    CHECK(web_service("init: false").init == false);
    CHECK_FALSE(web_service("tty: true").init.has_value());
}

TEST_CASE("service labels: mapping and list") {
    CHECK(shown(web_service("labels: {a: b, n: 1, e: ''}").labels) == "a=b n=1 e=");
    CHECK(shown(web_service("labels: ['a=b=c', alone]").labels) == "a=b=c alone=");
}

TEST_CASE("service logging: driver and options") {
    const auto logging =
        web_service("logging: {driver: json-file, options: {max-size: 10m, max-file: 3}}").logging;
    REQUIRE(logging.has_value());
    CHECK(logging->driver == "json-file");
    CHECK(shown(logging->options) == "max-size=10m max-file=3");
    check_listed("logging: {driver: syslog}", "logging.driver");
}

TEST_CASE("service post_start and pre_stop: hooks") {
    const Service service = web_service(
        "post_start:\n  - {command: ./setup.sh -x, user: root, privileged: true, working_dir: /w, "
        "environment: [A=1]}\n"
        "pre_stop:\n  - command: [./flush.sh]");
    REQUIRE(service.post_start.size() == 1);
    CHECK(service.post_start[0].command == Texts{"./setup.sh", "-x"});
    CHECK(service.post_start[0].user == "root");
    CHECK(service.post_start[0].privileged);
    CHECK(service.post_start[0].working_dir == "/w");
    CHECK(shown(service.post_start[0].environment) == "A=1");
    CHECK(service.pre_stop.at(0).command == Texts{"./flush.sh"});
    CHECK(load_error(web("post_start: [{user: x}]")).message ==
          "validating /app/compose.yaml: services.web.post_start.0 missing property 'command'");
}

TEST_CASE("service pre_start: hooks with an image of their own or the service's") {
    const Service service = web_service(
        "pre_start:\n  - {command: migrate}\n  - {command: x, image: tool, per_replica: true}");
    REQUIRE(service.pre_start.size() == 2);
    CHECK(service.pre_start[0].image == "nginx");
    CHECK(service.pre_start[1].image == "tool");
    CHECK(service.pre_start[1].per_replica);
}

TEST_CASE("service profiles") {
    CHECK(load_ok(web("profiles: [a, b]")).disabled_services.at(0).profiles == Texts{"a", "b"});
}

TEST_CASE("service pull_policy: every word") {
    CHECK(web_service("pull_policy: always").pull_policy == PullPolicy::Always);
    CHECK(web_service("pull_policy: never").pull_policy == PullPolicy::Never);
    CHECK(web_service("pull_policy: missing").pull_policy == PullPolicy::Missing);
    CHECK(web_service("pull_policy: if_not_present").pull_policy == PullPolicy::Missing);
    CHECK(web_service("pull_policy: build").pull_policy == PullPolicy::Build);
    CHECK(web_service("pull_policy: daily").pull_policy == PullPolicy::Refresh);
    CHECK(web_service("pull_policy: every_12h").pull_policy_text == "every_12h");
    CHECK(load_error(web("pull_policy: sometimes")).message.find("does not match pattern") !=
          std::string::npos);
}

TEST_CASE("service pull_refresh_after is read and not simulated") {
    check_listed("pull_refresh_after: 1d", "pull_refresh_after");
}

TEST_CASE("service read_only, stdin_open and tty") {
    CHECK(web_service("read_only: true").read_only);
    CHECK(web_service("stdin_open: 'true'").stdin_open);
    CHECK(web_service("tty: true").tty);
}

TEST_CASE("service restart: every policy") {
    CHECK(web_service("restart: always").restart.condition == RestartCondition::Always);
    CHECK(web_service("restart: unless-stopped").restart.condition ==
          RestartCondition::UnlessStopped);
    CHECK(web_service("restart: on-failure").restart.condition == RestartCondition::OnFailure);
    CHECK(web_service("restart: on-failure:3").restart.maximum_retries == 3);
    CHECK(web_service("restart: no").restart.condition == RestartCondition::No);
    CHECK(web_service("restart: \"no\"").restart.written);
    CHECK_FALSE(web_service("tty: true").restart.written);
    const Error slip = load_error(web("restart: alway"));
    CHECK(slip.message == "invalid restart policy 'alway'");
    CHECK(slip.hint == "did you mean 'always'?");
    CHECK(at(slip) == "4:14");
    CHECK(
        load_error(web("restart: always:3")).message ==
        "invalid restart policy: maximum retry count cannot be used with restart policy 'always'");
    CHECK(load_error(web("restart: on-failure:x")).message.find("must be a number") !=
          std::string::npos);
}

TEST_CASE("service stop_grace_period and stop_signal") {
    const Service service = web_service("stop_grace_period: 1m30s\nstop_signal: SIGUSR1");
    CHECK(service.stop_grace_period == seconds(90));
    CHECK(service.stop_signal == "SIGUSR1");
    CHECK_FALSE(web_service("tty: true").stop_grace_period.has_value());
}

TEST_CASE("service working_dir") {
    CHECK(web_service("working_dir: /srv").working_dir == "/srv");
}

TEST_CASE("service x- keys are kept and mean nothing") {
    const Project project = load_ok("x-top: {a: [1]}\n" + web("x-mine: {any: thing}"));
    CHECK(node_at(project.model, "services.web.x-mine.any")->text == "thing");
    CHECK(project.unsimulated.empty());
}

TEST_CASE("every attribute of a service in the specification is known") {
    const std::string spec =
        "annotations attach blkio_config build cap_add cap_drop cgroup cgroup_parent command "
        "configs container_name cpu_count "
        "cpu_percent cpu_period cpu_quota cpu_rt_period cpu_rt_runtime cpu_shares cpus cpuset "
        "credential_spec depends_on deploy "
        "develop device_cgroup_rules devices dns dns_opt dns_search domainname entrypoint env_file "
        "environment expose extends "
        "external_links extra_hosts gpus group_add healthcheck hostname image init ipc isolation "
        "label_file labels links logging "
        "mac_address mem_limit mem_reservation mem_swappiness memswap_limit models network_mode "
        "networks oom_kill_disable "
        "oom_score_adj pid pids_limit platform ports post_start pre_start pre_stop privileged "
        "profiles provider pull_policy "
        "pull_refresh_after read_only restart runtime scale secrets security_opt shm_size "
        "stdin_open stop_grace_period "
        "stop_signal storage_opt sysctls tmpfs tty ulimits use_api_socket user userns_mode uts "
        "volumes volumes_from working_dir";
    std::vector<std::string> known;
    for (const Key& key : service_keys())
        known.emplace_back(key.name);
    std::sort(known.begin(), known.end());
    CHECK(known == split_words(spec));
}

TEST_CASE("what is read and has no effect is listed, each at its place") {
    check_listed("annotations: {a: b}", "annotations");
    check_listed("external_links: [other]", "external_links");
    check_listed("build: {context: ., shm_size: 1g}", "build.shm_size");
    check_listed("post_start: [{command: ls}]", "post_start");
    check_listed("pre_stop: [{command: ls}]", "pre_stop");
    check_listed("pre_start: [{command: ls}]", "pre_start");
    check_listed("tmpfs: [/a, '/t:size=1m,mode=700']", "tmpfs[1]");
    check_listed("volumes: [{type: tmpfs, target: /t, tmpfs: {mode: 0700}}]", "volumes[0].tmpfs.mode");
    check_listed("volumes: [{type: image, source: x, target: /t}]", "volumes[0].type");
    CHECK_FALSE(is_listed(load_ok(web("tmpfs: /a")), "services.web.tmpfs[0]"));
    CHECK_FALSE(is_listed(load_ok(web("tmpfs: ['/a:ro,size=1m']")), "services.web.tmpfs[0]"));
    const Project project = load_ok(
        web("secrets: [{source: s, uid: '1', gid: '1', mode: 0400}]\nconfigs: [{source: c, mode: 0400}]") +
        "secrets: {s: {environment: HOME, labels: {a: b}}}\nconfigs: {c: {content: x, labels: {a: b}}}\n"
        "networks: {n: {ipam: {config: [{subnet: 10.1.0.0/16, ip_range: 10.1.1.0/24}, {subnet: 10.2.0.0/16}]}}}\n");
    for (const char* path : {"services.web.secrets[0].uid", "services.web.secrets[0].gid",
                             "services.web.secrets[0].mode", "services.web.configs[0].mode",
                             "secrets.s.labels", "configs.c.labels",
                             "networks.n.ipam.config[1]"}) {
        INFO(path);
        CHECK(is_listed(project, path));
    }
    CHECK_FALSE(is_listed(project, "networks.n.ipam.config[0]"));
}
