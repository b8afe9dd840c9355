// One test for each attribute of build, deploy and the top-level elements.

#include <catch2/catch.hpp>

#include "tests/compose_file/support.hpp"

using namespace podium;
using namespace podium::compose;
using namespace podium::compose::test;

namespace {

Deploy deploy_of(const std::string& lines) {
    const Service service = web_service("deploy:\n  " + lines);
    REQUIRE(service.deploy.has_value());
    return *service.deploy;
}

Build build_of(const std::string& lines) {
    const Service service = web_service("build:\n  context: .\n  " + lines);
    REQUIRE(service.build.has_value());
    return *service.build;
}

std::string sentence_of(const Project& project, const std::string& path) {
    for (const Unsimulated& entry : project.unsimulated) {
        if (entry.path == path) return entry.sentence;
    }
    return {};
}

constexpr const char* kStackOnly =
    "is used by docker stack deploy only; docker compose does not act on it.";

}  // namespace

// --- build
// ---------------------------------------------------------------------------------------------

TEST_CASE("build context: a directory, a repository, the default") {
    CHECK(build_of("target: x").context == "/app");
    CHECK(web_service("build: {dockerfile: D}").build->context == "/app");
    CHECK(web_service("build: https://github.com/a/b.git#main").build->context ==
          "https://github.com/a/b.git#main");
}

TEST_CASE("build dockerfile, dockerfile_inline and target") {
    CHECK(build_of("dockerfile: other.Dockerfile").dockerfile == "other.Dockerfile");
    CHECK(build_of("dockerfile_inline: FROM x").dockerfile_inline == "FROM x");
    CHECK(build_of("dockerfile_inline: FROM x").dockerfile.empty());
    CHECK(build_of("target: prod").target == "prod");
}

TEST_CASE("build args: mapping, list, and the shell's values") {
    CHECK(build_of("args: {A: 1}").args.at(0).value == "1");
    CHECK(build_of("args: [HOME]").args.at(0).value == "/home/me");
    CHECK_FALSE(build_of("args: [NOWHERE]").args.at(0).value.has_value());
}

TEST_CASE("build labels, tags, platforms, additional_contexts") {
    CHECK(build_of("labels: {a: b}").labels.at(0).value == "b");
    CHECK(build_of("tags: [a:1, b:2]").tags == Texts{"a:1", "b:2"});
    CHECK(build_of("platforms: [linux/amd64]").platforms == Texts{"linux/amd64"});
    CHECK(build_of("additional_contexts: [res=./x]").additional_contexts.at(0).name == "res");
    CHECK(build_of("additional_contexts: {res: ./x}").additional_contexts.at(0).value == "/app/x");
}

TEST_CASE("build no_cache and pull") {
    CHECK(build_of("no_cache: true").no_cache);
    CHECK(build_of("pull: true").pull);
}

TEST_CASE("build accepts every other attribute of the specification") {
    for (const char* line : {"cache_from: [a]",
                             "cache_to: [b]",
                             "no_cache_filter: x",
                             "entitlements: [network.host]",
                             "network: host",
                             "extra_hosts: ['a=1.1.1.1']",
                             "isolation: process",
                             "privileged: true",
                             "provenance: mode=max",
                             "sbom: true",
                             "shm_size: 1gb",
                             "ssh: [default]",
                             "ulimits: {nofile: 5}"}) {
        INFO(line);
        CHECK(build_of(line).context == "/app");
    }
    CHECK(load_ok("secrets: {s: {file: ./s}}\n" +
                  web("build: {context: ., secrets: [s, {source: s, target: t}]}"))
              .services.size() == 1);
}

// --- deploy
// ---------------------------------------------------------------------------------------------

TEST_CASE("deploy replicas, mode and endpoint_mode") {
    CHECK(deploy_of("replicas: 6").replicas == 6);
    CHECK(web_service("deploy: {replicas: 6}").replicas() == 6);
    CHECK(deploy_of("mode: global").mode == DeployMode::Global);
    CHECK(deploy_of("mode: replicated-job").mode == DeployMode::ReplicatedJob);
    CHECK(deploy_of("mode: global-job").mode == DeployMode::GlobalJob);
    CHECK(deploy_of("endpoint_mode: dnsrr").endpoint_mode == EndpointMode::DnsRoundRobin);
    const Error slip = load_error(web("deploy: {mode: globel}"));
    CHECK(slip.message == "services.web.deploy.mode: invalid value 'globel'");
    CHECK(slip.hint == "did you mean 'global'?");
}

TEST_CASE("deploy labels are a stack's") {
    const Project project = load_ok(web("deploy: {labels: {a: b}}"));
    CHECK(project.services[0].deploy->labels.at(0).value == "b");
    CHECK(sentence_of(project, "services.web.deploy.labels") ==
          std::string("'labels' ") + kStackOnly);
}

TEST_CASE("deploy resources: limits and reservations") {
    const Resources resources =
        deploy_of(
            "resources:\n    limits: {cpus: '0.50', memory: 50M, pids: 1}\n    reservations: "
            "{cpus: '0.25', memory: 20M, "
            "generic_resources: [{discrete_resource_spec: {kind: gpu, value: 2}}], "
            "devices: [{capabilities: [gpu], driver: nvidia, count: all, options: {a: b}}, "
            "{capabilities: [tpu], "
            "device_ids: ['0', '3']}]}")
            .resources;
    CHECK(resources.limit_nano_cpus == 500'000'000);
    CHECK(resources.limit_memory_bytes == 52'428'800);
    CHECK(resources.limit_pids == 1);
    CHECK(resources.reserved_nano_cpus == 250'000'000);
    CHECK(resources.reserved_memory_bytes == 20'971'520);
    CHECK(resources.generic_resources.at(0).kind == "gpu");
    CHECK(resources.generic_resources.at(0).value == 2);
    CHECK(resources.devices.at(0).count == -1);
    CHECK(resources.devices.at(0).driver == "nvidia");
    CHECK(resources.devices.at(1).device_ids == Texts{"0", "3"});
    CHECK(load_error(web("deploy: {resources: {reservations: {devices: [{count: 1}]}}}")).message ==
          "validating /app/compose.yaml: services.web.deploy.resources.reservations.devices.0 "
          "missing property "
          "'capabilities'");
}

TEST_CASE("deploy restart_policy becomes the engine's, in 1.29 too") {
    const Service service = web_service(
        "restart: \"no\"\ndeploy: {restart_policy: {condition: on-failure, delay: 5s, "
        "max_attempts: 3, window: 120s}}");
    CHECK(service.restart.condition == RestartCondition::OnFailure);
    CHECK(service.restart.maximum_retries == 3);
    const TaskRestartPolicy& policy = *service.deploy->restart_policy;
    CHECK(policy.condition == TaskRestart::OnFailure);
    CHECK(policy.delay == seconds(5));
    CHECK(policy.max_attempts == 3);
    CHECK(policy.window == seconds(120));
    CHECK(web_service("deploy: {restart_policy: {condition: none}}").restart.condition ==
          RestartCondition::No);
    CHECK(web_service("deploy: {restart_policy: {}}").restart.condition ==
          RestartCondition::Always);
    const Project old = load_ok_v1(web("restart: \"no\"\ndeploy: {restart_policy: {condition: any}}"));
    CHECK(old.services[0].restart.condition == RestartCondition::Always);
}

TEST_CASE("deploy in 1.29: what it doesn't take over is told, and two numbers of replicas are refused") {
    const Project project = load_ok_v1(
        web("deploy: {labels: {a: b}, restart_policy: {condition: any, delay: 5s}, resources: {reservations: {cpus: '0.5'}}}"));
    REQUIRE(project.warnings.size() == 1);
    CHECK(project.warnings[0].sentence ==
          "The following deploy sub-keys are not supported and have been ignored: labels, restart_policy.delay, "
          "resources.reservations.cpus");
    const Error error = load_error_v1(web("scale: 2\ndeploy: {replicas: 2}"));
    CHECK(error.message.find("Both service.scale and service.deploy.replicas are set.") != std::string::npos);
}

TEST_CASE("deploy update_config and rollback_config") {
    const Deploy deploy = deploy_of(
        "update_config: {parallelism: 2, delay: 10s, failure_action: rollback, monitor: 60s, "
        "max_failure_ratio: 0.5, order: "
        "start-first}\n  rollback_config: {parallelism: 0, failure_action: continue, order: "
        "stop-first}");
    CHECK(deploy.update_config->parallelism == 2);
    CHECK(deploy.update_config->delay == seconds(10));
    CHECK(deploy.update_config->failure_action == FailureAction::Rollback);
    CHECK(deploy.update_config->monitor == seconds(60));
    CHECK(deploy.update_config->max_failure_ratio == 0.5);
    CHECK(deploy.update_config->order == UpdateOrder::StartFirst);
    CHECK(deploy.rollback_config->parallelism == 0);
    CHECK(deploy.rollback_config->failure_action == FailureAction::Continue);
    CHECK_FALSE(deploy.rollback_config->monitor_written);
    const Project project =
        load_ok(web("deploy: {update_config: {parallelism: 1}, placement: {constraints: [a]}}"));
    CHECK(sentence_of(project, "services.web.deploy.update_config").find(kStackOnly) !=
          std::string::npos);
    CHECK(sentence_of(project, "services.web.deploy.placement").find(kStackOnly) !=
          std::string::npos);
}

TEST_CASE("deploy placement") {
    const Placement placement = deploy_of(
                                    "placement: {constraints: [node.role == manager], preferences: "
                                    "[{spread: node.labels.zone}], "
                                    "max_replicas_per_node: 2}")
                                    .placement;
    CHECK(placement.constraints == Texts{"node.role == manager"});
    CHECK(placement.spread == Texts{"node.labels.zone"});
    CHECK(placement.max_replicas_per_node == 2);
}

TEST_CASE("deploy may be left empty") {
    CHECK_FALSE(web_service("deploy:").deploy.has_value());
}

// --- networks
// ----------------------------------------------------------------------------------------------

namespace {

Network network_of(const std::string& lines) {
    const Project project =
        load_ok("networks:\n  net:\n    " + lines + "\n" + web("networks: [net]"));
    const Network* network = project.find_network("net");
    REQUIRE(network != nullptr);
    return *network;
}

}  // namespace

TEST_CASE("network name: given, from the key, or outside") {
    CHECK(network_of("name: mine").name == "mine");
    CHECK(network_of("name: mine").custom_name);
    CHECK(network_of("driver: bridge").name == "app_net");
    CHECK(network_of("external: true").name == "net");
    CHECK(network_of("{external: true, name: real}").name == "real");
    const Project old =
        load_ok("networks: {net: {external: {name: real}}}\n" + web("networks: [net]"));
    CHECK(old.networks[0].name == "real");
    CHECK(old.networks[0].external);
    REQUIRE(old.warnings.size() == 1);
    CHECK(old.warnings[0].sentence ==
          "networks.net: external.name is deprecated. Please set name and external: true");
    CHECK(load_error("networks: {net: {name: a, external: {name: b}}}\n" + web("networks: [net]"))
              .message == "networks.net: name and external.name conflict; only use name");
}

TEST_CASE("network driver, driver_opts and labels") {
    CHECK(network_of("driver: overlay").driver == "overlay");
    CHECK(network_of("driver_opts: {com.docker.network.bridge.host_binding_ipv4: 127.0.0.1}")
              .driver_opts.size() == 1);
    CHECK(network_of("labels: [a=b]").labels.at(0).value == "b");
    CHECK(network_of("labels: {a: 1}").labels.at(0).value == "1");
    const Project project =
        load_ok("networks: {a: {driver: macvlan}, b: {driver: overlay}, c: {driver: bridge}, d: {driver: weave}}\n" +
                web("networks: [a, b, c, d]"));
    CHECK(sentence_of(project, "networks.a.driver") ==
          "'driver' is not simulated: the network acts as a bridge.");
    CHECK(sentence_of(project, "networks.b.driver") == std::string("'driver' ") + kStackOnly);
    CHECK(sentence_of(project, "networks.c.driver").empty());
    CHECK(sentence_of(project, "networks.d.driver") ==
          "'driver' keeps the network from being made: no simulated host has plugins, as in 'plugin not found'.");
}

TEST_CASE("network internal, attachable, enable_ipv4, enable_ipv6") {
    CHECK(network_of("internal: true").internal);
    CHECK(network_of("attachable: 'true'").attachable);
    CHECK(network_of("enable_ipv4: false").enable_ipv4 == false);
    CHECK(network_of("enable_ipv6: true").enable_ipv6 == true);
    CHECK_FALSE(network_of("internal: false").enable_ipv6.has_value());
}

TEST_CASE("network ipam: driver, pools and options") {
    const Network network = network_of(
        "ipam: {driver: default, config: [{subnet: 172.28.0.0/16, ip_range: 172.28.5.0/24, "
        "gateway: 172.28.5.254, "
        "aux_addresses: {host1: 172.28.1.5}}], options: {foo: bar}}");
    CHECK(network.ipam_driver == "default");
    REQUIRE(network.ipam.size() == 1);
    CHECK(network.ipam[0].subnet == "172.28.0.0/16");
    CHECK(network.ipam[0].ip_range == "172.28.5.0/24");
    CHECK(network.ipam[0].gateway == "172.28.5.254");
    CHECK(network.ipam[0].aux_addresses.at(0).name == "host1");
}

TEST_CASE("the default network is there only when a service uses it, and can be configured") {
    CHECK(load_ok(web("tty: true")).networks.at(0).implicit);
    CHECK(load_ok(web("network_mode: none")).networks.empty());
    const Project mine =
        load_ok("networks: {default: {driver: bridge, name: own}}\n" + web("tty: true"));
    REQUIRE(mine.networks.size() == 1);
    CHECK(mine.networks[0].name == "own");
    CHECK_FALSE(mine.networks[0].implicit);
}

// --- volumes, secrets, configs, models
// ------------------------------------------------------------------------

TEST_CASE("volume name, driver, driver_opts, external, labels") {
    const Project project = load_ok(
        "volumes:\n  a:\n  b: {name: real}\n  c: {external: true}\n  d: {driver: nfs, driver_opts: "
        "{share: 1}, labels: [x=y]}\n" +
        web("tty: true"));
    REQUIRE(project.volumes.size() == 4);
    CHECK(project.find_volume("a")->name == "app_a");
    CHECK(project.find_volume("b")->name == "real");
    CHECK(project.find_volume("b")->custom_name);
    CHECK(project.find_volume("c")->name == "c");
    CHECK(project.find_volume("c")->external);
    CHECK(project.find_volume("d")->driver == "nfs");
    CHECK(project.find_volume("d")->driver_opts.at(0).value == "1");
    CHECK(project.find_volume("d")->labels.at(0).name == "x");
    CHECK(sentence_of(project, "volumes.d.driver") ==
          "'driver' keeps the volume from being made: no simulated host has plugins, as in 'plugin not found'.");
    CHECK(
        load_error("volumes: {v: {external: true, driver: local}}\n" + web("tty: true")).message ==
        "volumes.v: conflicting parameters \"external\" and \"driver\" specified");
}

TEST_CASE("volume of the local driver bound to a directory has an absolute path") {
    const Project project = load_ok(
        "volumes: {v: {driver_opts: {type: none, o: bind, device: ./data}}}\n" + web("tty: true"));
    CHECK(project.volumes[0].driver_opts.at(2).value == "/app/data");
    CHECK(sentence_of(project, "volumes.v.driver_opts").empty());
}

TEST_CASE("volume of the local driver: what its options mount acts for folders and memory only") {
    const auto sentence = [](const std::string& options) { return sentence_of(load_ok("volumes: {v: {driver_opts: {" + options + "}}}\n" + web("tty: true")), "volumes.v.driver_opts"); };
    CHECK(sentence("type: tmpfs, device: tmpfs, o: size=1m").empty());
    CHECK(sentence("type: tmpfs, device: tmpfs, o: 'size=1m,uid=1000'") == "'driver_opts' is not simulated but for its size: every user may write there and run what lies there.");
    CHECK(sentence("type: nfs, device: ':/srv', o: 'addr=10.0.0.9,rw'") == "'driver_opts' is not simulated: the volume is a plain directory.");
    // Another driver's options are not looked at, as no host has it.
    const Project other = load_ok("volumes: {v: {driver: rexray, driver_opts: {type: nfs, device: ':/srv'}}}\n" + web("tty: true"));
    CHECK(sentence_of(other, "volumes.v.driver_opts").empty());
    CHECK(sentence_of(other, "volumes.v.driver") ==
          "'driver' keeps the volume from being made: no simulated host has plugins, as in 'plugin not found'.");
}

TEST_CASE("logging: lines stay with the engine for drivers that it has; with others there is no container") {
    const auto sentence = [](const std::string& driver) {
        return sentence_of(load_ok(web("logging: {driver: " + driver + "}")), "services.web.logging.driver");
    };
    for (const char* sent : {"awslogs", "fluentd", "gcplogs", "gelf", "journald", "logentries", "splunk", "syslog"})
        CHECK(sentence(sent) == "'driver' is not simulated: logs stay with the engine as with json-file.");
    for (const char* kept : {"json-file", "local", "none"}) CHECK(sentence(kept).empty());
    CHECK(sentence("loki") ==
          "'driver' keeps the container from being made: no simulated host has plugins, as in 'plugin not found'.");
}

TEST_CASE("secret sources: file, environment, external; exactly one") {
    const Project project = load_ok(
        "secrets:\n  a: {file: ./a.txt}\n  b: {environment: HOME}\n  c: {external: true, name: "
        "real}\n"
        "  d: {file: x, labels: {l: m}, driver: v, driver_opts: {o: p}, template_driver: "
        "golang}\n" +
        web("tty: true"));
    CHECK(project.find_secret("a")->file == "/app/a.txt");
    CHECK(project.find_secret("b")->content == "/home/me");
    CHECK(project.find_secret("c")->name == "real");
    CHECK(project.find_secret("d")->driver == "v");
    CHECK(project.find_secret("d")->template_driver == "golang");
    const Error none = load_error("secrets: {s: {name: x}}\n" + web("tty: true"));
    CHECK(none.message == "secrets.s: one of file|environment must be set");
    CHECK(at(none) == "1:11");
    CHECK(load_error("secrets: {s: {file: x, environment: y}}\n" + web("tty: true")).message ==
          "secrets.s: file|environment attributes are mutually exclusive");
}

TEST_CASE("what docker compose refuses is listed as that") {
    const Project project = load_ok(
        "secrets:\n  a: {external: true}\n  b: {file: x, driver: v}\nconfigs:\n  c: {file: x, template_driver: golang}\n"
        "networks: {n: {enable_ipv4: false}, m: {enable_ipv4: true}}\n" +
        web("healthcheck: {test: x, start_interval: 1s}\nvolumes: [{type: image, source: x, target: /x}]"));
    for (const char* path : {"secrets.a.external", "secrets.b.driver", "configs.c.template_driver"}) {
        INFO(path);
        CHECK(sentence_of(project, path).find("' is refused by docker compose, which makes no container with it") !=
              std::string::npos);
    }
    for (const char* path : {"services.web.healthcheck.start_interval", "services.web.volumes[0].type"}) {
        INFO(path);
        CHECK(sentence_of(project, path).find("' is refused: docker compose makes no container with it, as this engine") !=
              std::string::npos);
    }
    CHECK(sentence_of(project, "networks.n.enable_ipv4").find("has no effect") != std::string::npos);
    CHECK(sentence_of(project, "networks.m.enable_ipv4").empty());
}

TEST_CASE("config sources: file, environment, content, external; exactly one") {
    const Project project = load_ok(
        "configs:\n  a: {file: ./a}\n  b: {environment: HOME}\n  c: {content: \"hi ${HOME}\"}\n  "
        "d: {external: true}\n" +
        web("tty: true"));
    CHECK(project.find_config("a")->file == "/app/a");
    CHECK(project.find_config("b")->content == "/home/me");
    CHECK(project.find_config("c")->content == "hi /home/me");
    CHECK(project.find_config("d")->external);
    CHECK(load_error("configs: {c: {name: x}}\n" + web("tty: true")).message ==
          "configs.c: one of file|environment|content must be set");
}

TEST_CASE("models: every attribute, not simulated") {
    const Project project = load_ok(
        "models: {llm: {model: ai/x, name: n, context_size: 1024, runtime_flags: [--verbose]}}\n" +
        web("tty: true"));
    CHECK(project.models.at(0).model == "ai/x");
    CHECK(!sentence_of(project, "models.llm").empty());
    CHECK(load_error("models: {llm: {}}\n" + web("tty: true")).message ==
          "validating /app/compose.yaml: models.llm missing property 'model'");
}

TEST_CASE("version is obsolete and said so") {
    const Project project = load_ok("version: '3.8'\n" + web("tty: true"));
    REQUIRE(project.warnings.size() == 1);
    CHECK(project.warnings[0].sentence ==
          "/app/compose.yaml: the attribute `version` is obsolete, it will be ignored, please "
          "remove it to avoid potential "
          "confusion");
    CHECK(at(load_error("version: 3.8\n" + web("tty: true"))) == "1:10");
}

TEST_CASE("name: the project's, interpolated and brought to the form of a name") {
    CHECK(load_ok("name: mine\n" + web("tty: true")).name == "mine");
    CHECK(load_ok("name: ${N}\n" + web("tty: true"), {{"N", "My App!"}}).name == "myapp");
    CHECK(load_ok(web("tty: true")).name == "app");
    CHECK(load_ok("name: mine\n" + web("tty: true"), {{"COMPOSE_PROJECT_NAME", "env"}}).name ==
          "env");
    CHECK(load_error(web("tty: true"), {{"COMPOSE_PROJECT_NAME", "Bad Name"}})
              .message.rfind("invalid project name \"Bad Name\"", 0) == 0);
    CHECK(normal_project_name("_My.Proj-1") == "myproj-1");
}
