// docker-compose 1.29: what the recordings don't show, after its own source.

#include <catch2/catch.hpp>

#include "tests/programs/docker_fixture.hpp"

using namespace podium;
using namespace podium::programs;

namespace {

constexpr const char* kFile =
    "services:\n"
    "  db: {image: redis, command: sh -c \"echo hello; sleep 3600\"}\n"
    "  web: {image: nginx, command: sh -c \"echo hello; sleep 3600\", depends_on: [db]}\n";

class ComposeHost : public DockerHost {
  public:
    ComposeHost() {
        run("mkdir app");
        write_file("/root/app/docker-compose.yml", kFile);
        run("cd app");
    }

    Result compose(const std::string& words) {
        return run("docker-compose " + words + " < /dev/null");
    }
};

bool holds(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("docker-compose: logs are coloured wherever they go, unless told otherwise") {
    ComposeHost host;
    host.compose("up -d");
    host.wait(seconds(1));
    CHECK(holds(host.compose("logs").out, "\x1b[36mdb_1   |\x1b[0m hello\n"));
    CHECK(holds(host.compose("logs").out, "\x1b[33mweb_1  |\x1b[0m hello\n"));
    CHECK(holds(host.compose("logs --no-color").out, "db_1   | hello\n"));
    CHECK(holds(host.compose("--ansi never logs").out, "db_1   | hello\n"));
    CHECK(host.compose("--ansi sometimes ps").error ==
          "Invalid value for --ansi: sometimes. Expected one of never, always, auto.\n");
}

TEST_CASE("docker-compose: a fixed port is warned of whenever several containers are asked for") {
    const char* port = "The \"web\" service specifies a port on the host. If multiple containers for this service are created on a single host, the port will clash.\n";
    const char* name = "The \"web\" service is using the custom container name \"one\". Docker requires each container to have a unique name. Remove the custom name to scale the service.\n";
    const auto file = [](const std::string& more) {
        return "services:\n  db: {image: redis, command: sleep 3600}\n  web:\n    image: nginx\n    command: sleep 3600\n    ports: ['8080:80']\n" + more;
    };
    ComposeHost host;
    host.write_file("/root/app/docker-compose.yml", file("    scale: 2\n"));
    CHECK(holds(host.compose("up -d").error, port));
    CHECK(holds(host.compose("up -d web").error, port));
    CHECK(!holds(host.compose("up -d db").error, port));
    CHECK(holds(host.compose("create").error, port));
    CHECK(holds(host.compose("scale web=3").error, port));
    CHECK(!holds(host.compose("up -d --scale web=1").error, port));
    host.write_file("/root/app/docker-compose.yml", file("    deploy: {replicas: 2}\n"));
    CHECK(holds(host.compose("up -d").error, port));
    host.write_file("/root/app/docker-compose.yml", file("    deploy: {replicas: 2, mode: global}\n"));
    CHECK(!holds(host.compose("up -d").error, port));
    host.write_file("/root/app/docker-compose.yml", file("    deploy: {replicas: 4, placement: {max_replicas_per_node: 1}}\n"));
    CHECK(!holds(host.compose("up -d").error, port));
    host.compose("down");
    host.write_file("/root/app/docker-compose.yml", file("    scale: 2\n    container_name: one\n"));
    CHECK(holds(host.compose("up -d").error, std::string(name) + port));
}

TEST_CASE("docker-compose: deploy's limits and restart policy are taken over, with and without --compatibility") {
    ComposeHost host;
    host.write_file("/root/app/docker-compose.yml",
                    "services:\n  web:\n    image: nginx\n    command: sleep 3600\n    deploy:\n      labels: {a: b}\n"
                    "      restart_policy: {condition: on-failure, max_attempts: 3}\n"
                    "      resources: {limits: {cpus: '0.5', memory: 64m}}\n");
    for (const char* flag : {"", "--compatibility "}) {
        CHECK(holds(host.compose(std::string(flag) + "up -d").error, "The following deploy sub-keys are not supported and have been ignored: labels\n"));
        CHECK(host.run("docker inspect -f '{{.HostConfig.Memory}} {{.HostConfig.NanoCpus}} {{.HostConfig.RestartPolicy.Name}} {{.HostConfig.RestartPolicy.MaximumRetryCount}}' app_web_1").out ==
              "67108864 500000000 on-failure 3\n");
        CHECK(host.compose("down").status == 0);
    }
}

TEST_CASE("docker-compose: what it says of flags") {
    ComposeHost host;
    const auto wrong = host.compose("up --exit-code-from nosuch");
    CHECK(wrong.status == 2);
    CHECK(wrong.error == "using --exit-code-from implies --abort-on-container-exit\nNo service named \"nosuch\" was found in your compose file.\n");
    CHECK(host.compose("run -p 80:80 --service-ports web true").error == "Service port mapping and manual port mapping can not be used together\n");
    CHECK(host.compose("down --rmi some").error == "--rmi flag must be one of: all, local\n");
    CHECK(host.run("COMPOSE_IGNORE_ORPHANS=1 docker-compose down --remove-orphans").error == "COMPOSE_IGNORE_ORPHANS and --remove-orphans cannot be combined.\n");
    CHECK(host.compose("rm -fa").error == "--all flag is obsolete. This is now the default behavior of `docker-compose rm`\n");
    CHECK(holds(host.compose("pull --parallel").error, "--parallel option is deprecated and will be removed in future versions.\n"));
}

TEST_CASE("docker-compose run: dependencies keep as many containers as they have") {
    ComposeHost host;
    host.compose("up -d --scale db=3");
    CHECK(host.compose("run --rm web true").status == 0);
    CHECK(host.run("docker ps -q --filter name=app_db").out.size() == 39);
}

TEST_CASE("docker-compose up -V: makes containers anew for their anonymous volumes") {
    ComposeHost host;
    host.write_file("/root/app/docker-compose.yml", "services:\n  db: {image: redis, command: sleep 3600, volumes: [/data]}\n");
    host.compose("up -d");
    CHECK(holds(host.compose("up -d").error, "app_db_1 is up-to-date\n"));
    CHECK(holds(host.compose("up -d -V").error, "Recreating app_db_1 ... done\n"));
    CHECK(host.run("docker volume ls -q").out.size() == 130);
}

TEST_CASE("docker-compose ps: filters of services") {
    ComposeHost host;
    host.compose("up -d");
    host.compose("stop -t 1 web");
    CHECK(host.compose("ps --services --filter status=running").out == "db\n");
    CHECK(host.compose("ps --services --filter status=stopped").out == "web\n");
    CHECK(host.compose("ps --services --filter source=image").out == "db\nweb\n");
    CHECK(host.compose("ps --services --filter status=odd").error == "Invalid state: odd\n");
    CHECK(host.compose("ps --services --filter colour=red").error == "Invalid filter: colour\n");
    CHECK(host.compose("ps --filter x").error ==
          "Arguments to --filter should be in form KEY=VAL\n");
}

TEST_CASE("docker-compose up: flags that exclude each other, and --no-build") {
    ComposeHost host;
    CHECK(host.compose("up -d --abort-on-container-exit").error ==
          "-d cannot be combined with --abort-on-container-exit or --attach-dependencies.\n");
    CHECK(host.compose("up --force-recreate --no-recreate").error ==
          "--force-recreate and --no-recreate cannot be combined.\n");
    CHECK(host.compose("up --no-start -d").error ==
          "--no-start and --detach cannot be combined.\n");
    CHECK(host.compose("up -d --scale web").error ==
          "Arguments to scale should be in the form service=num\n");
    CHECK(host.compose("up -d --scale web=x").error ==
          "Number of containers for service \"web\" is not a number\n");
}

TEST_CASE("docker-compose: wrong words show the help") {
    ComposeHost host;
    const auto flag = host.compose("up --bogus");
    CHECK(flag.status == 1);
    CHECK(flag.error.starts_with(
        "unknown flag: --bogus\n\nCreate and start containers.\n\nUsage: up "));
    const auto verb = host.compose("upp");
    CHECK(verb.status == 1);
    CHECK(verb.error.starts_with("No such command: upp (did you mean up?)\n\nCommands:\n"));
    CHECK(host.compose("up nosuch").error == "No such service: nosuch\n");
}

TEST_CASE("docker-compose up: attached it shows coloured lines, and ends with what it attends") {
    ComposeHost host;
    host.type("host/2", "cd app; docker-compose up");
    host.wait(seconds(4));
    const std::string shown = host.shown("host/2");
    CHECK(holds(shown, "Creating app_web_1 ... done\nAttaching to app_db_1, app_web_1\n"));
    CHECK(holds(shown, "\x1b[36mdb_1   |\x1b[0m hello\n"));
    host.interrupt("host/2");
    host.wait(seconds(25));
    const std::string end = host.shown("host/2");
    CHECK(end.starts_with("Gracefully stopping... (press Ctrl+C again to force)\n"));
    CHECK(holds(end, "Stopping app_db_1  ... done\n"));
    CHECK(!host.running("host/2"));
}
