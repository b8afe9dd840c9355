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
    CHECK(wrong.error == "using --exit-code-from implies --abort-on-container-exit\nNo service named \"nosuch\" was found in your compose file.\n2\n");
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

TEST_CASE("docker-compose: help and version are those of 1.29.2") {
    ComposeHost host;
    const std::string help = host.compose("help").out;
    CHECK(help.starts_with("Define and run multi-container applications with Docker.\n\nUsage:\n"
                           "  docker-compose [-f <arg>...] [--profile <name>...] [options] [--] "
                           "[COMMAND] [ARGS...]\n  docker-compose -h|--help\n\nOptions:\n"));
    CHECK(help.ends_with("  version            Show version information and quit\n"));
    CHECK(host.compose("--help").out == help);
    const auto alone = host.compose("");
    CHECK(alone.out.empty());
    CHECK(alone.error == help);
    CHECK(alone.status == 0);
    const std::string up = host.compose("help up").out;
    CHECK(up.starts_with("Builds, (re)creates, starts, and attaches to containers for a service.\n\n"
                         "Unless they are already running, this command also starts any linked "
                         "services.\n"));
    CHECK(holds(up, "\nUsage: up [options] [--scale SERVICE=NUM...] [--] [SERVICE...]\n\nOptions:\n"
                    "    -d, --detach               Detached mode: Run containers in the background,\n"));
    CHECK(host.compose("up -h").out == up);
    CHECK(host.compose("build --help").out == host.compose("help build").out);
    CHECK(host.compose("--version").out == "docker-compose version 1.29.2, build unknown\n");
    CHECK(host.compose("-v").out == host.compose("--version").out);
    CHECK(host.compose("version").out.starts_with("docker-compose version 1.29.2, build unknown\ndocker-py version: 5.0.3\n"));
    CHECK(host.compose("help nosuch").status == 1);
}

TEST_CASE("docker-compose: wrong words show the help, and end as Python's SystemExit does") {
    ComposeHost host;
    const std::string up = host.compose("help up").out;
    const auto flag = host.compose("up --bogus");
    CHECK(flag.status == 0);
    CHECK(flag.error == up);
    CHECK(host.compose("up --detatch").error == up + "Podium: unknown flag: --detatch; did you mean --detach?\n");
    CHECK(host.compose("port web").error == host.compose("help port").out);
    const auto global = host.compose("--bogus up");
    CHECK(global.status == 1);
    CHECK(global.error == host.compose("help").out);
    const auto verb = host.compose("upp");
    CHECK(verb.status == 1);
    CHECK(verb.error.starts_with("No such command: upp (did you mean up?)\n\nCommands:\n  build  "));
    CHECK(verb.error.ends_with("  version            Show version information and quit\n"));
    CHECK(host.compose("up nosuch").error == "No such service: nosuch\n");
    CHECK(host.compose("stop -t x").error == "ValueError: invalid literal for int() with base 10: 'x'\n");
}

TEST_CASE("docker-compose: options are docopt's: beginnings will do, once, and before the services") {
    ComposeHost host;
    CHECK(host.compose("config --serv").out == "db\nweb\n");
    CHECK(host.compose("--project-n other ps").out == host.compose("-p other ps").out);
    CHECK(host.compose("up --no").error == host.compose("help up").out);  // --no-color, --no-deps, ...
    CHECK(host.compose("ps --quiet=yes").error == host.compose("help ps").out);
    CHECK(host.compose("up -d -d").error == host.compose("help up").out);
    CHECK(host.compose("up -d").status == 0);
    CHECK(host.compose("ps db -q").error.starts_with("No such service: -q"));
    CHECK(host.compose("kill --signal HUP").error == host.compose("help kill").out);  // -s alone exists
    CHECK(host.compose("ps --services --filter status=running").out == "db\nweb\n");
}

TEST_CASE("docker-compose exec: the real one says nothing of what keeps it from running") {
    ComposeHost host;
    const std::string note = "Podium: docker-compose 1.29.2 says nothing of it, but: ";
    const auto unknown = host.compose("exec -T nosuch true");
    CHECK(unknown.status == 1);
    CHECK(unknown.error == note + "No such service: nosuch\n");
    CHECK(host.compose("exec -T web true").error == note + "No container found for web_1\n");
    const auto flag = host.compose("exec -i web true");
    CHECK(flag.status == 0);
    CHECK(flag.error.empty());
    CHECK(host.compose("exec web true").status == 1);
    CHECK(host.compose("port nosuch 80").error == "No such service: nosuch\n");
    CHECK(host.compose("port web 80").error == "No container found for web_1\n");
    CHECK(host.compose("top nosuch").error == "No such service: nosuch\n");
    CHECK(host.compose("logs nosuch").error == "No such service: nosuch\n");
}

TEST_CASE("docker-compose: a status that sys.exit() was given is logged as an error, exec's is not") {
    ComposeHost host;
    CHECK(host.compose("pause").error == "No containers to pause\n1\n");
    // project.py (pause, unpause): whatever runs is asked, paused or not.
    host.compose("up -d");
    host.compose("pause db");
    const auto pause = host.compose("pause");
    CHECK(pause.status == 0);
    CHECK(holds(pause.error, "Pausing app_db_1  ... error\n"));
    CHECK(holds(pause.error, "Pausing app_web_1 ... done\n"));
    CHECK(holds(pause.error, " is already paused\n"));
    host.compose("unpause web");
    CHECK(holds(host.compose("unpause").error, "ERROR: for app_web_1  Container "));
    const auto run = host.compose("run -T --rm --no-deps db sh -c 'exit 3'");
    CHECK(run.status == 3);
    CHECK(run.error.ends_with("done\n3\n"));
    CHECK(host.compose("run -T --rm --no-deps db true").error.ends_with("done\n"));
    host.compose("up -d");
    const auto exec = host.compose("exec -T db sh -c 'exit 4'");
    CHECK(exec.status == 4);
    CHECK(exec.error.empty());
    host.write_file("/root/app/docker-compose.yml", "services:\n  a: {image: busybox, command: sh -c 'exit 7'}\n");
    const auto up = host.compose("up --abort-on-container-exit");
    CHECK(up.status == 7);
    CHECK(up.error.ends_with("\n7\n"));
}

TEST_CASE("docker-compose: on a terminal levels are named, and lines written over") {
    ComposeHost host;
    CHECK(host.run("TERM=xterm docker-compose up nosuch").error == "\x1b[31mERROR\x1b[0m: No such service: nosuch\n");
    CHECK(host.run("TERM=xterm CLICOLOR=0 docker-compose up nosuch").error == "No such service: nosuch\n");
    CHECK(host.compose("--ansi always up nosuch").error == "\x1b[31mERROR\x1b[0m: No such service: nosuch\n");
    CHECK(host.run("TERM=xterm docker-compose --no-ansi create").error.starts_with(
        "--no-ansi option is deprecated and will be removed in future versions. Use `--ansi never` instead.\nThe create command"));
    CHECK(holds(host.run("TERM=xterm docker-compose create --force-recreate").error,
                "\x1b[33mWARNING\x1b[0m: The create command is deprecated."));
    CHECK(holds(host.run("TERM=xterm docker-compose up -d").error,
                "Starting app_db_1 ... \n\x1b[1A\x1b[2K\rStarting app_db_1 ... \x1b[32mdone\x1b[0m\r\x1b[1B"));
}

TEST_CASE("docker-compose: what fails in one of several containers is told and ends with 0, as nobody looks") {
    ComposeHost host;
    host.write_file("/root/app/docker-compose.yml", "services:\n  db: {image: redis, command: sleep 3600}\n  web: {image: nginx, command: sleep 3600, ports: ['8080:80']}\n");
    host.compose("create");
    host.run("docker run -d -p 8080:80 nginx sleep 1000");
    const auto start = host.compose("start");
    CHECK(start.status == 0);
    CHECK(holds(start.error, "\nERROR: for web  Cannot start service web: driver failed"));
    const auto alone = host.compose("start web");
    CHECK(alone.status == 1);
    CHECK(alone.error.ends_with("No containers to start\n1\n"));
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

TEST_CASE("docker-compose: a restart policy that nobody knows is the engine's to refuse") {
    ComposeHost host;
    const auto write = [&host](const std::string& policy) {
        host.write_file("/root/app/docker-compose.yml", "services:\n  web: {image: nginx, command: sleep 3600, restart: '" + policy + "'}\n");
    };
    write("never");
    CHECK(host.compose("ps").status == 0);
    CHECK(host.compose("config -q").status == 0);
    const auto up = host.compose("up -d");
    CHECK(up.status == 1);
    CHECK(holds(up.error, "Creating app_web_1 ... error\n"));
    CHECK(holds(up.error, "ERROR: for web  Cannot create container for service web: invalid restart policy 'never'\n"));
    write("on-failure:1:2");
    CHECK(host.compose("ps").error == "Restart on-failure:1:2 has incorrect format, should be mode[:max_retry]\n");
}

TEST_CASE("docker-compose build: what docker says of a missing Dockerfile stands between Building and the failure") {
    ComposeHost host;
    host.write_file("/root/app/docker-compose.yml", "services:\n  site: {build: .}\n");
    const auto build = host.compose("build");
    CHECK(build.status == 1);
    CHECK(build.error.starts_with("Building site\n"));
    CHECK(holds(build.error, "Dockerfile"));
    CHECK(build.error.ends_with("Service 'site' failed to build : Build failed\n"));
    const auto up = host.compose("up -d --build");
    CHECK(up.error.ends_with("Service 'site' failed to build : Build failed\n"));
    host.write_file("/root/app/docker-compose.yml", "services:\n  site: {build: nodir}\n");
    CHECK(host.compose("ps").error == "build path /root/app/nodir either does not exist, is not accessible, or is not a valid URL.\n");
}

TEST_CASE("docker-compose: what is no YAML is told as PyYAML tells it") {
    ComposeHost host;
    host.write_file("/root/app/docker-compose.yml", "services:\n  web:\n\timage: nginx\n");
    const auto up = host.compose("up");
    CHECK(up.status == 1);
    CHECK(up.error == "yaml.scanner.ScannerError: while scanning for the next token\nfound character '\\t' that cannot start any token\n"
                      "  in \"./docker-compose.yml\", line 3, column 1\n");
    CHECK(host.run("docker compose up").error == "failed to parse /root/app/docker-compose.yml: yaml: line 3: found character that cannot start any token\n");
}

TEST_CASE("docker-compose config: networks and secrets that nobody declares are printed, and refused by up") {
    ComposeHost host;
    host.write_file("/root/app/docker-compose.yml", "services:\n  web: {image: nginx, networks: [front], secrets: [key]}\n");
    const auto shown = host.compose("config");
    CHECK(shown.status == 0);
    CHECK(shown.out == "services:\n  web:\n    image: nginx\n    networks:\n      front: null\n    secrets:\n    - source: key\nversion: '3.9'\n\n");
    const auto refused = host.compose("up -d");
    CHECK(refused.status == 1);
    CHECK(refused.error == "Service \"web\" uses an undefined network \"front\"\n");
}

TEST_CASE("docker-compose up: a network or volume that the file describes otherwise now is not made anew, and labels are only warned of") {
    ComposeHost host;
    const auto up = [&host](const std::string& network, const std::string& volume) {
        host.write_file("/root/app/docker-compose.yml", "services:\n  web: {image: busybox, command: sleep 1000, networks: [n], volumes: [\"store:/v\"]}\n"
                                                        "networks: {n: {" + network + "}}\nvolumes: {store: {" + volume + "}}\n");
        return host.compose("up -d");
    };
    CHECK(up("driver: bridge", "driver: local, driver_opts: {type: tmpfs, device: tmpfs, o: size=1m}").status == 0);
    CHECK(host.run("docker volume inspect -f '{{json .Options}}' app_store").out == "{\"device\":\"tmpfs\",\"o\":\"size=1m\",\"type\":\"tmpfs\"}\n");
    CHECK(up("", "driver_opts: {type: tmpfs, device: tmpfs, o: size=1m}").status == 0);
    const auto volume = up("", "");
    CHECK(volume.status == 1);
    CHECK(volume.error == "Configuration for volume store specifies \"device\" driver_opt None, but a volume with the same name uses a different \"device\" driver_opt "
                          "(tmpfs). If you wish to use the new configuration, please remove the existing volume \"app_store\" first:\n$ docker volume rm app_store\n");
    const char* same = "driver_opts: {type: tmpfs, device: tmpfs, o: size=1m}";
    CHECK(up("internal: true", same).error == "Network \"app_n\" needs to be recreated - internal has changed\n");
    CHECK(up("driver: overlay", same).error == "Network \"app_n\" needs to be recreated - driver has changed\n");
    CHECK(up("driver_opts: {com.docker.network.bridge.name: br9}", same).error ==
          "Network \"app_n\" needs to be recreated - option \"com.docker.network.bridge.name\" has changed\n");
    // The pools of addresses are not compared.
    CHECK(up("ipam: {config: [{subnet: 10.77.0.0/16}]}", same).status == 0);
    const auto labels = up("labels: {a: b}", std::string("labels: {c: d}, ") + same);
    CHECK(labels.status == 0);
    CHECK(holds(labels.error, "Network app_n: label \"a\" has changed. It may need to be recreated.\nVolume store: label \"c\" has changed. It may need to be recreated.\n"));
}

// 1.29.2 network.py (ProjectNetworks.from_services), project.py (from_config): profiles are looked at later.
TEST_CASE("docker-compose: networks that no service uses are warned of whatever is asked for, and left alone") {
    const char* warning = "Some networks were defined but are not used by any service: away, back\n";
    ComposeHost host;
    host.write_file("/root/app/docker-compose.yml",
                    "services:\n  web: {image: busybox, command: sleep 1000, networks: [front]}\n"
                    "  later: {image: busybox, command: sleep 1000, networks: [side], profiles: [more]}\n"
                    "networks: {front: {}, side: {}, back: {}, away: {external: true}}\n");
    CHECK(host.compose("config -q").error.empty());
    const auto up = host.compose("up -d");
    CHECK(up.status == 0);
    CHECK(up.error.starts_with(warning));
    CHECK(host.run("docker network ls --format '{{.Name}}' --filter name=app_").out == "app_front\napp_side\n");
    CHECK(host.compose("ps").error == warning);
    CHECK(host.compose("down").status == 0);
    CHECK(host.run("docker network ls -q --filter name=app_").out.empty());
    host.write_file("/root/app/docker-compose.yml",
                    "services:\n  web: {image: busybox, command: sleep 1000, network_mode: host}\nnetworks: {default: {}}\n");
    CHECK(host.compose("ps").error.empty());
}

// 1.29.2 project.py (initialize), docker compose 2.40.3 pkg/compose/create.go (create): networks, then volumes, one after the other.
TEST_CASE("up of both: the networks that come before a volume that isn't there, or is otherwise, are made, and warned of") {
    ComposeHost host;
    const auto write = [&host](const std::string& network, const std::string& volume) {
        host.write_file("/root/app/docker-compose.yml", "services:\n  web: {image: busybox, command: sleep 1000, networks: [n], volumes: [\"store:/v\"]}\n"
                                                        "networks: {n: {" + network + "}}\nvolumes: {store: {" + volume + "}}\n");
    };
    const auto networks = [&host] { return host.run("docker network ls -q --filter name=app_n").out; };
    write("", "external: true");
    const auto old = host.compose("up -d");
    CHECK(old.status == 1);
    CHECK(old.error.starts_with("Creating network \"app_n\" with the default driver\nVolume store declared as external, but could not be found."));
    CHECK_FALSE(networks().empty());
    CHECK(host.compose("down").status == 0);
    REQUIRE(networks().empty());
    const auto up = host.run("docker compose up -d");
    CHECK(up.status == 1);
    CHECK(up.error.ends_with(" Network app_n  Created\nexternal volume \"store\" not found\n"));
    CHECK_FALSE(networks().empty());
    host.run("docker volume create app_store");
    write("labels: {a: b}", "driver_opts: {type: none, o: bind, device: /srv}");
    CHECK(host.compose("up -d").error.starts_with("Network app_n: label \"a\" has changed. It may need to be recreated.\nConfiguration for volume store specifies "));
}

// 1.29.2 service.py (scale).
TEST_CASE("docker-compose scale: only what runs counts, and nothing of it is made anew") {
    ComposeHost host;
    const auto file = [&host](const std::string& words) {
        host.write_file("/root/app/docker-compose.yml", "services:\n  web: {image: nginx, command: sleep " + words + ", stop_signal: KILL}\n");
    };
    const auto names = [&host] { return host.run("docker ps -a --format '{{.Names}} {{.State}}' | sort").out; };
    file("3600");
    host.compose("up -d --scale web=3");
    host.run("docker stop app_web_1");
    CHECK(host.compose("scale web=2").error.ends_with("Desired container number already achieved\n"));
    CHECK(names() == "app_web_1 exited\napp_web_2 running\napp_web_3 running\n");
    CHECK(holds(host.compose("scale web=1").error, "Stopping and removing app_web_3 ... done\n"));
    CHECK(names() == "app_web_1 exited\napp_web_2 running\n");
    CHECK(holds(host.compose("scale web=3").error, "Starting app_web_1 ... done\nCreating app_web_3 ... "));
    CHECK(names() == "app_web_1 running\napp_web_2 running\napp_web_3 running\n");
    // What is down and not as the file says goes; what runs stays as it is.
    host.run("docker stop app_web_1 app_web_3");
    file("3700");
    host.compose("scale web=2");
    CHECK(names() == "app_web_2 running\napp_web_3 running\n");
    CHECK(holds(host.compose("up -d --scale web=2").error, "Recreating app_web_2 ... done\n"));
    CHECK(host.compose("scale").error == "The scale command is deprecated. Use the up command with the --scale flag instead.\n");
}

// 1.29.2 service.py (_execute_convergence_create): the first error of a service's containers is raised.
TEST_CASE("docker-compose up: a service has one error, however many of its containers fail") {
    ComposeHost host;
    host.write_file("/root/app/docker-compose.yml", "services:\n  web: {image: nginx, command: sleep 3600, ports: ['8080:80']}\n");
    const auto up = host.compose("up -d --scale web=3");
    CHECK(up.status == 1);
    CHECK(holds(up.error, "\nHost is already in use by another container\n"));  // service.py, start_container
    const std::string told = "\nERROR: for web  Cannot start service web: driver failed";
    CHECK(holds(up.error, told));
    CHECK(!holds(up.error.substr(up.error.find(told) + 1), told));
    const auto scale = host.compose("scale web=3");
    CHECK(scale.status == 1);
    CHECK(!holds(scale.error, "ERROR: for web "));
    CHECK(holds(scale.error.substr(scale.error.rfind("\nCannot")), "\nCannot start service web: driver failed programming"));
}

// 1.29.2 project.py (_get_convergence_plans), moby v20.10.24 daemon/daemon_unix.go (registerLinks).
TEST_CASE("docker-compose up: a service linked to one that is made anew is made anew, one that only depends on it is not") {
    ComposeHost host;
    const auto file = [&host](const std::string& value) {
        host.write_file("/root/app/docker-compose.yml",
                        "services:\n  db: {image: redis, command: sleep 3600, environment: {A: '" + value + "'}}\n"
                        "  linked: {image: nginx, command: sleep 3600, links: [db]}\n  web: {image: nginx, command: sleep 3600, depends_on: [db]}\n");
    };
    file("1");
    host.compose("up -d");
    CHECK(holds(host.compose("up -d").error, "app_linked_1 is up-to-date\n"));
    file("2");
    const auto up = host.compose("up -d");
    CHECK(holds(up.error, "Recreating app_linked_1 ... done\n"));
    CHECK(holds(up.error, "app_web_1 is up-to-date\n"));
}

// 1.29.2 service.py (get_container_data_volumes), 2.40.3 pkg/compose/create.go (buildContainerMountOptions).
TEST_CASE("compose up: made anew, a container keeps its image's volumes, and nothing that the file no longer has") {
    for (const std::string client : {"docker-compose", "docker compose"}) {
        INFO(client);
        DockerHost host({"redis"}, "");
        host.run("mkdir app; cd app");
        const auto file = [&host](const std::string& target) {
            host.write_file("/root/app/docker-compose.yml",
                            "services:\n  db: {image: redis, container_name: db, command: sleep 3600, volumes: ['kept:" + target + "']}\nvolumes: {kept: }\n");
        };
        const std::string of_image = "docker inspect -f '{{range .Mounts}}{{if eq .Destination \"/data\"}}{{.Name}}{{end}}{{end}}' db";
        file("/one");
        CHECK(host.run(client + " up -d < /dev/null").status == 0);
        const std::string volume = host.run(of_image).out;
        CHECK(volume.size() == 65);
        file("/two");
        CHECK(host.run(client + " up -d < /dev/null").status == 0);
        const std::string targets = host.run("docker inspect -f '{{range .Mounts}}{{.Destination}} {{end}}' db").out;
        CHECK(holds(targets, "/two "));
        CHECK(!holds(targets, "/one "));
        CHECK(host.run(of_image).out == volume);
        // Of an image without one: 1.29 asks the old container's, docker compose 2 the new one's.
        host.write_file("/root/app/docker-compose.yml", "services:\n  db: {image: busybox, container_name: db, command: sleep 3600}\n");
        CHECK(host.run(client + " up -d < /dev/null").status == 0);
        CHECK(host.run(of_image).out == (client == "docker-compose" ? volume : "\n"));
    }
}

// 1.29.2 project.py (start) and parallel.py (feed_queue, parallel_execute_watch).
TEST_CASE("docker-compose start: a service waits for its dependencies' conditions, and is not started after one that failed") {
    ComposeHost host;
    host.write_file("/root/app/docker-compose.yml",
                    "services:\n"
                    "  db: {image: redis, command: sleep 3600, healthcheck: {test: 'true', interval: 2s}}\n"
                    "  web: {image: nginx, command: sleep 3600, depends_on: {db: {condition: service_healthy}}}\n"
                    "  late: {image: nginx, command: sleep 3600}\n");
    host.compose("up -d web");
    host.compose("stop -t 0");
    const auto start = host.compose("start");
    CHECK(start.status == 0);
    CHECK(start.took >= seconds(2));
    CHECK(holds(start.error, "Starting web  ... done\n"));
    CHECK(holds(start.error, "Starting late ... failed\n"));
    host.compose("stop -t 0");
    host.run("docker network rm app_default");
    const auto lost = host.compose("start");
    CHECK(lost.status == 1);
    CHECK(holds(lost.error, "Starting db   ... error\n"));
    CHECK(holds(lost.error, "Starting web  ... error\n"));
    CHECK(holds(lost.error, "\nERROR: for db  Cannot start service db: network "));
    CHECK(!holds(lost.error, "ERROR: for web"));
    CHECK(lost.error.ends_with("No containers to start\n1\n"));
}

// 1.29.2 service.py (start_container, connect_container_to_networks, short_id_alias_exists).
TEST_CASE("docker-compose: what was only created is put on its networks when it is started") {
    for (const char* start : {"start", "up -d"}) {
        INFO(start);
        ComposeHost host;
        host.write_file("/root/app/docker-compose.yml",
                        "services:\n  web: {image: nginx, command: sleep 3600, stop_signal: KILL, networks: [one, two], scale: 2}\nnetworks: {one: , two: }\n");
        host.compose("up --no-start");
        const auto networks = [&host](const std::string& name) {
            return host.run("docker inspect -f '{{range $name, $end := .NetworkSettings.Networks}}{{$name}} {{end}}' " + name).out;
        };
        CHECK(networks("app_web_1") == "app_one \n");
        CHECK(host.compose(start).status == 0);
        CHECK(networks("app_web_1") == "app_one app_two \n");
        CHECK(networks("app_web_2") == "app_one app_two \n");
        const auto left = [&host] { return host.run("docker events --since 5m --until 0s --filter event=disconnect --format '{{.Actor.Attributes.name}}' | wc -l").out; };
        CHECK(left() == "2\n");
        // Once it is as it should be it stays so.
        host.compose("stop");
        CHECK(left() == "6\n");
        CHECK(host.compose(start).status == 0);
        CHECK(left() == "6\n");
    }
}

// 1.29.2 service.py (recreate_container, get_container_data_volumes), parallel.py, cli/main.py (up).
TEST_CASE("docker-compose up: whose image is gone is made anew only where the person says so") {
    const char* question =
        "The image for the service you're trying to recreate has been removed. If you continue, volume data could be lost. "
        "Consider backing up your data before continuing.\n\n";
    DockerHost host({"redis:7"}, "");
    host.run("mkdir app; cd app");
    const auto up = [&host] { return host.run("docker-compose up -d < /dev/null"); };
    const auto file = [&host](const std::string& image) {
        host.write_file("/root/app/docker-compose.yml", "services:\n  db: {image: '" + image + "', command: sleep 3600}\n");
    };
    file("redis:7");
    CHECK(up().status == 0);
    host.run("docker exec app_db_1 sh -c 'echo kept > /data/f'");
    const std::string image = host.run("docker inspect -f '{{.Image}}' app_db_1 | tr -d '\\n'").out;
    const std::string id = host.run("docker inspect -f '{{.Id}}' app_db_1 | cut -c 1-12 | tr -d '\\n'").out;
    host.run("docker stop -t 0 app_db_1; docker rmi -f redis:7");
    file("redis:8");
    const DockerHost::Result no = up();
    CHECK(no.status == 1);
    CHECK(holds(no.error, "\nERROR: for app_db_1  No such image: " + image + "\n"));
    CHECK(holds(no.error, "\nERROR: for db  No such image: " + image + "\n" + question));
    CHECK(no.error.ends_with("No such image: " + image + "\n"));
    CHECK(no.out.ends_with("Continue with the new image? [yN]"));
    // The old one has another name by then.
    CHECK(host.run("docker ps -a --format '{{.Names}} {{.State}}'").out == id + "_app_db_1 exited\n");
    const DockerHost::Result yes = host.run("echo y | docker-compose up -d");
    CHECK(yes.status == 0);
    CHECK(holds(yes.error, question));
    CHECK(host.run("docker ps -a --format '{{.Names}} {{.State}} {{.Image}}'").out == "app_db_1 running redis:8\n");
    // The new image has a volume there, too.
    CHECK(host.run("docker exec app_db_1 cat /data/f").out == "kept\n");
    CHECK(up().status == 0);
}
