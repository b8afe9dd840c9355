// What may stand in a stack's file, by docker's own layouts (cli/compose/schema of docker/cli 28.2), and what
// `docker stack config` makes of it.

#include <algorithm>

#include <catch2/catch.hpp>

#include "sim/base/text.hpp"
#include "tests/programs/swarm_world.hpp"

using namespace podium;
using namespace podium::programs;

namespace {

ScriptedRun deploy_text(const std::string& text, const std::string& line = "docker stack deploy -d --resolve-image never -c s.yml app") {
    SwarmScript script = small_script();
    script.files = {{"s.yml", text}};
    script.exchanges.push_back({"GET /services?filters=%7B%22label%22%3A%7B%22com.docker.stack.namespace%3Dapp%22%3Atrue%7D%7D", {}, 200, "[]", {}, false});
    return run_scripted(line, script);
}

std::string refused(const std::string& text) {
    const ScriptedRun run = deploy_text(text);
    CHECK(run.status == 1);
    CHECK(run.out.empty());
    return run.error;
}

std::string with_web(const std::string& more, const std::string& version = "3.8") { return "version: \"" + version + "\"\nservices:\n  web:\n    image: nginx\n" + more; }

}  // namespace

TEST_CASE("swarm: a stack's file has docker's own layout, not that of docker compose") {
    CHECK(refused("name: shop\nservices: {web: {image: nginx}}\n") == "(root) Additional property name is not allowed\n");
    CHECK(refused(with_web("", "2.4")) == "unsupported Compose file version: 2.4\n");
    CHECK(refused("version: 3.8\nservices: {web: {image: nginx}}\n") == "version must be a string\n");
    CHECK(refused(with_web("    depends_on:\n      db: {condition: service_healthy}\n")) == "services.web.depends_on must be a list\n");
    CHECK(refused(with_web("    ports:\n      - target: 80\n        published: \"8080\"\n")) == "services.web.ports.0.published must be a integer\n");
    CHECK(refused(with_web("    ports: [\"80:eighty\"]\n")) == "services.web.ports.0 Does not match format 'ports'\n");
    CHECK(refused(with_web("    deploy: {placement: {max_replicas_per_node: 1}}\n", "3.7")) == "services.web.deploy.placement Additional property max_replicas_per_node is not allowed\n");
    CHECK(refused(with_web("    platform: linux/amd64\n")) == "services.web Additional property platform is not allowed\n");
    CHECK(refused(with_web("    profiles: [a]\n")) == "services.web Additional property profiles is not allowed\n");
    CHECK(refused(with_web("    deploy: {resources: {limits: {cpus: 0.5}}}\n")) == "services.web.deploy.resources.limits.cpus must be a string\n");
    CHECK(refused(with_web("    deploy: {replicas: \"2\"}\n")) == "services.web.deploy.replicas must be a integer\n");
    CHECK(refused(with_web("    environment: {DEBUG: true}\n")) == "services.web.environment.DEBUG must be a string, number or null\n");
    CHECK(refused(with_web("    healthcheck: {test: a, interval: 1d}\n")) == "services.web.healthcheck.interval Does not match format 'duration'\n");
    CHECK(refused(with_web("    deploy: {update_config: {order: sideways}}\n")) ==
          "services.web.deploy.update_config.order services.web.deploy.update_config.order must be one of the following: \"start-first\", \"stop-first\"\n");
    CHECK(refused(with_web("    ulimits: {nofile: {soft: 1}}\n")) == "services.web.ulimits.nofile hard is required\n");
    CHECK(refused(with_web("    dns: [1.1.1.1, 1.1.1.1]\n")) == "services.web.dns array items[0,1] must be unique\n");
    CHECK(refused(with_web("  bad name:\n    image: nginx\n")) == "services Additional property bad name is not allowed\n");
    CHECK(refused(with_web("secrets:\n  s: {environment: A}\n")) == "secrets.s Additional property environment is not allowed\n");
    CHECK(refused(with_web("    deploy: {mode: some}\n")) == "service web: Unknown mode: some\n");
    CHECK(refused("x-a:\n  [?]: x\n") == "yaml: line 1: did not find expected key\n");
    CHECK(refused("") == "Top-level object must be a mapping\n");
    // The deepest mistake is the one that is told.
    CHECK(refused("name: shop\nservices: {web: {image: nginx, deploy: {labels: 1}}}\n") == "services.web.deploy.labels must be a mapping\n");
}

TEST_CASE("swarm: variables in a stack's file become numbers where they have to, and are refused in docker's words") {
    CHECK(deploy_text(with_web("    deploy: {replicas: \"${N:-2}\"}\n")).status == 0);
    CHECK(refused(with_web("    deploy: {replicas: \"${N:-two}\"}\n")) ==
          "error while interpolating services.web.deploy.replicas: failed to cast to expected type: strconv.Atoi: parsing \"two\": invalid syntax\n");
    CHECK(refused("services: {web: {image: \"nginx:${TAG\"}}\n") == "invalid interpolation format for services.web.image: \"nginx:${TAG\"; you may need to escape any $ with another $\n");
    CHECK(refused("services: {web: {image: nginx, command: [\"${TAG:?set it}\"]}}\n") ==
          "invalid interpolation format for services.web.command.[]: \"required variable TAG is missing a value: set it\"; you may need to escape any $ with another $\n");
}

TEST_CASE("swarm: a stack's file may have what only docker compose finds inconsistent") {
    const ScriptedRun named = deploy_text(with_web("    container_name: web\n    deploy: {replicas: 2}\n"));
    CHECK(named.status == 0);
    CHECK(named.error == "Ignoring deprecated options:\n\ncontainer_name: Setting the container name is not supported.\n\n");
    CHECK(deploy_text(with_web("    depends_on: [nobody]\n")).status == 0);
    // The networks are made before the services are looked at.
    const ScriptedRun network = deploy_text(with_web("    networks: [nope]\n"));
    CHECK(network.out == "Creating network app_nope\n");
    CHECK(network.error == "service web: undefined network \"nope\"\n");
    CHECK(deploy_text(with_web("    secrets: [nope]\n")).error == "service web: undefined secret \"nope\"\n");
    CHECK(deploy_text(with_web("    configs: [nope]\n")).error == "service web: undefined config \"nope\"\n");
    CHECK(deploy_text(with_web("    volumes: [\"nope:/data\"]\n")).error == "service web: undefined volume \"nope\"\n");
    CHECK(refused(with_web("    env_file: [none.env]\n")) == "open /root/none.env: no such file or directory\n");
}

TEST_CASE("swarm: a stack's env_file is read as docker run's, and the shell goes before what is empty") {
    SwarmScript script = small_script();
    script.files = {{"s.yml", "services: {web: {image: nginx, env_file: e.env, environment: {PATH: \"\"}}}\n"}, {"e.env", "A=\"x y\"\nB=1 # c\nHOME=\n"}};
    script.exchanges.push_back({"GET /services?filters=%7B%22label%22%3A%7B%22com.docker.stack.namespace%3Dapp%22%3Atrue%7D%7D", {}, 200, "[]", {}, false});
    const ScriptedRun run = run_scripted("docker stack deploy -d --resolve-image never -c s.yml app", script);
    CHECK(run.error.empty());
    std::string body;
    for (const Asked& asked : run.asked)
        if (asked.first == "POST /services/create") body = asked.second;
    CHECK(body.find(R"("Env":["A=\"x y\"","B=1 # c","HOME=/root","PATH=/bin"])") != std::string::npos);
}

TEST_CASE("swarm: a stack's extra_hosts are in the order of a list, and those of a mapping sorted") {
    const auto hosts = [](const std::string& written) {
        const ScriptedRun run = deploy_text(with_web("    extra_hosts: " + written + "\n"));
        CHECK(run.status == 0);
        for (const Asked& asked : run.asked) {
            const std::size_t at = asked.second.find("\"Hosts\":");
            if (at != std::string::npos) return asked.second.substr(at, asked.second.find(']', at) + 1 - at);
        }
        return std::string();
    };
    CHECK(hosts("{z: 1.2.3.4, b: 5.6.7.8}") == R"("Hosts":["5.6.7.8 b","1.2.3.4 z"])");
    CHECK(hosts("[\"z:1.2.3.4\", \"b:5.6.7.8\"]") == R"("Hosts":["1.2.3.4 z","5.6.7.8 b"])");
}

TEST_CASE("swarm: stack config prints what docker's loader keeps, and adds nothing of docker compose's") {
    const ScriptedRun run = deploy_text(
        "version: \"3\"\n"
        "services:\n"
        "  web:\n"
        "    image: nginx\n"
        "    build: .\n"
        "    deploy:\n"
        "      labels: [\"b=2\", \"a=1\"]\n"
        "    networks: [out]\n"
        "    configs:\n"
        "      - {target: /c, source: site, mode: 0440}\n"
        "    secrets: [pw]\n"
        "networks:\n"
        "  out: {external: true}\n"
        "secrets:\n"
        "  pw: {external: {name: other}}\n"
        "configs:\n"
        "  site: {file: ./site.conf}\n",
        "docker stack config -c s.yml");
    CHECK(run.error.empty());
    CHECK(run.out ==
          "version: \"3.13\"\n"
          "services:\n"
          "  web:\n"
          "    build:\n"
          "      context: .\n"
          "    configs:\n"
          "      - source: site\n"
          "        target: /c\n"
          "        mode: 288\n"
          "    deploy:\n"
          "      labels:\n"
          "        a: \"1\"\n"
          "        b: \"2\"\n"
          "    image: nginx\n"
          "    networks:\n"
          "      out: null\n"
          "    secrets:\n"
          "      - source: pw\n"
          "networks:\n"
          "  out:\n"
          "    name: out\n"
          "    external: true\n"
          "secrets:\n"
          "  pw:\n"
          "    name: other\n"
          "    external: true\n"
          "configs:\n"
          "  site:\n"
          "    file: /root/site.conf\n");
    CHECK(deploy_text("services: {web: {image: a, cpuset: \"0\"}}\n", "docker stack config -c s.yml").error == "Configuration contains forbidden properties\n");
}

TEST_CASE("swarm: stack config spells out what may be written in several ways, and leaves out what is nothing") {
    SwarmScript script = small_script();
    script.files = {{"e.env", "Q=1\nB=0\n"},
                    {"s.yml",
                     "services:\n"
                     "  web:\n"
                     "    image: nginx\n"
                     "    command: sh -c \"echo a b\"\n"
                     "    entrypoint: /run it\n"
                     "    environment: [B=2, A, memory=64m]\n"
                     "    env_file: e.env\n"
                     "    expose: [\"80\", 81]\n"
                     "    devices: [\"/dev/a:/dev/a\"]\n"
                     "    extra_hosts: {z: 1.2.3.4, b: 5.6.7.8}\n"
                     "    sysctls: {net.core.somaxconn: 10}\n"
                     "    ulimits: {nproc: 65535, nofile: {soft: 1, hard: 2}}\n"
                     "    healthcheck: {test: \"curl localhost\", start_period: 0s, disable: false}\n"
                     "    privileged: false\n"
                     "    init: false\n"
                     "    deploy:\n"
                     "      replicas: 0\n"
                     "      update_config: {parallelism: 0, delay: 0s, max_failure_ratio: 0}\n"
                     "      restart_policy: {delay: 0s}\n"}};
    const ScriptedRun run = run_scripted("docker stack config -c s.yml", script);
    CHECK(run.error.empty());
    CHECK(run.out ==
          "version: \"3.13\"\n"
          "services:\n"
          "  web:\n"
          "    command:\n"
          "      - sh\n"
          "      - -c\n"
          "      - echo a b\n"
          "    deploy:\n"
          "      replicas: 0\n"
          "      update_config:\n"
          "        parallelism: 0\n"
          "      restart_policy:\n"
          "        delay: 0s\n"
          "    devices:\n"
          "      - /dev/a:/dev/a\n"
          "    entrypoint:\n"
          "      - /run\n"
          "      - it\n"
          "    environment:\n"
          "      A: null\n"
          "      B: \"2\"\n"
          "      Q: \"1\"\n"
          "      memory: 64m\n"
          "    env_file:\n"
          "      - e.env\n"
          "    expose:\n"
          "      - \"80\"\n"
          "      - \"81\"\n"
          "    extra_hosts:\n"
          "      - b:5.6.7.8\n"
          "      - z:1.2.3.4\n"
          "    healthcheck:\n"
          "      test:\n"
          "        - CMD-SHELL\n"
          "        - curl localhost\n"
          "      start_period: 0s\n"
          "    image: nginx\n"
          "    init: false\n"
          "    sysctls:\n"
          "      net.core.somaxconn: \"10\"\n"
          "    ulimits:\n"
          "      nofile:\n"
          "        soft: 1\n"
          "        hard: 2\n"
          "      nproc: 65535\n");
}

TEST_CASE("swarm: stack deploy says what a swarm acts on and nothing here does, and no more of what it ignores itself") {
    const ScriptedRun run = deploy_text(with_web("    user: \"1000\"\n"
                                                 "    cap_add: [NET_ADMIN]\n"
                                                 "    logging: {driver: json-file, options: {max-size: 10m}}\n"
                                                 "    privileged: true\n"
                                                 "    tmpfs: [\"/t:noexec\"]\n"
                                                 "    volumes:\n"
                                                 "      - {type: bind, source: /, target: /host, bind: {propagation: rslave}}\n"));
    CHECK(run.status == 0);
    INFO(run.error);
    CHECK(run.error.starts_with("Ignoring unsupported options: privileged\n\nPodium: "));
    std::vector<std::string> said = split(run.error.substr(run.error.find("Podium: ")), '\n');
    std::sort(said.begin(), said.end());
    CHECK(said == std::vector<std::string>{"",
                                           "Podium: cap_add is not simulated: simulated processes may do everything their programs do",
                                           "Podium: logging.options is not simulated: logs are kept whole",
                                           "Podium: user is not simulated but for its name: files let every user in",
                                           "Podium: volumes.bind.propagation is not simulated: mounts within mounts are not told apart"});
    CHECK(deploy_text(with_web("")).error.empty());
    // Tasks that wait for a plug-in no node has keep no logs and have no volume.
    CHECK(deploy_text(with_web("    logging: {driver: loki}\n    volumes: [\"data:/data\"]\n"
                               "volumes:\n  data: {driver: rexray, driver_opts: {type: nfs}}\n"))
              .error.empty());
    CHECK(deploy_text(with_web("    logging: {driver: syslog}\n")).error ==
          "Podium: logging.driver is not simulated: logs stay with the engine as with json-file\n");
}
