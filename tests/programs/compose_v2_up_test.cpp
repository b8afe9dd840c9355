// docker compose 2, what brings a project up: after its own source (2.40.3) and documentation.

#include <catch2/catch.hpp>

#include "tests/programs/compose_v2_fixture.hpp"

using namespace podium;
using namespace podium::programs;

TEST_CASE(
    "docker compose up: networks, volumes and containers are created, then started in order") {
    ComposeHost host(two_services());
    const auto up = host.compose("up -d");
    CHECK(up.status == 0);
    CHECK(up.out.empty());
    CHECK(up.error ==
          " Network app_default  Creating\n Network app_default  Created\n Volume app_dbdata  "
          "Creating\n Volume app_dbdata  Created\n"
          " Container app-db-1  Creating\n Container app-db-1  Created\n Container app-web-1  "
          "Creating\n Container app-web-1  Created\n"
          " Container app-db-1  Starting\n Container app-db-1  Started\n Container app-web-1  "
          "Starting\n Container app-web-1  Started\n");
    CHECK(host.compose("up -d").error ==
          " Container app-db-1  Running\n Container app-web-1  Running\n");
    const auto again = host.compose("up -d --force-recreate db");
    CHECK(again.error ==
          " Container app-db-1  Recreate\n Container app-db-1  Recreated\n Container app-db-1  "
          "Starting\n Container app-db-1  Started\n");
    same_lines(host.compose("up -d --scale web=0").error,
               " Container app-db-1  Running\n Container app-web-1  Stopping\n Container app-web-1 "
               " Stopped\n Container app-web-1  Removing\n Container app-web-1  Removed\n");
}

TEST_CASE(
    "docker compose up: conditions of dependencies are waited for, told, and fail the command") {
    const auto file = [](const std::string& db, const std::string& condition) {
        return "services:\n  db:\n    image: redis\n    command: sh -c \"" + db +
               "\"\n    healthcheck: {test: test -e /ok, interval: 1s, timeout: 1s, retries: 2}\n  "
               "web:\n    image: nginx\n    command: sleep 3600\n    depends_on: {db: {" +
               condition + "}}\n";
    };
    SECTION("healthy") {
        ComposeHost host(file("sleep 1; touch /ok; sleep 3600", "condition: service_healthy"));
        const auto up = host.compose("up -d");
        CHECK(up.status == 0);
        CHECK(holds(up.error,
                    " Container app-db-1  Started\n Container app-db-1  Waiting\n Container "
                    "app-db-1  Healthy\n Container app-web-1  Starting\n"));
        // Waited for again, though all is up.
        CHECK(host.compose("up -d").error ==
              " Container app-db-1  Running\n Container app-web-1  Running\n Container app-db-1  "
              "Waiting\n Container app-db-1  Healthy\n");
    }
    SECTION("unhealthy") {
        ComposeHost host(file("sleep 3600", "condition: service_healthy"));
        const auto up = host.compose("up -d");
        CHECK(up.status == 1);
        CHECK(up.error.ends_with(
            " Container app-db-1  Waiting\n Container app-db-1  Error\ndependency failed to start: "
            "container app-db-1 is unhealthy\n"));
    }
    SECTION("exited before it was healthy") {
        ComposeHost host(file("exit 3", "condition: service_healthy"));
        const auto up = host.compose("up -d");
        CHECK(up.status == 1);
        CHECK(up.error.ends_with("dependency failed to start: container app-db-1 exited (3)\n"));
    }
    SECTION("completed") {
        ComposeHost host(file("sleep 1", "condition: service_completed_successfully"));
        const auto up = host.compose("up -d");
        CHECK(up.status == 0);
        CHECK(holds(up.error,
                    " Container app-db-1  Waiting\n Container app-db-1  Exited\n Container "
                    "app-web-1  Starting\n"));
    }
    SECTION("completed with another status") {
        ComposeHost host(file("exit 2", "condition: service_completed_successfully"));
        const auto up = host.compose("up -d");
        CHECK(up.status == 1);
        CHECK(
            up.error.ends_with(" Container app-db-1  service \"db\" didn't complete successfully: "
                               "exit 2\nservice \"db\" didn't complete successfully: exit 2\n"));
    }
    SECTION("not required") {
        ComposeHost host(
            file("exit 2", "condition: service_completed_successfully, required: false"));
        const auto up = host.compose("up -d");
        CHECK(up.status == 0);
        CHECK(holds(up.error,
                    " Container app-db-1  Skipped: optional dependency \"db\" didn't complete "
                    "successfully: exit 2\n"));
        CHECK(holds(up.error,
                    "level=warning msg=\"optional dependency \\\"db\\\" didn't complete "
                    "successfully: exit 2\""));
        CHECK(up.error.ends_with(" Container app-web-1  Started\n"));
    }
}

TEST_CASE("docker compose up: a failed dependency keeps services from being begun, not those that wait from being started") {
    const std::string file = std::string("services:\n") +
                             "  mig: {image: busybox, command: sh -c 'sleep 3; exit 4'}\n"
                             "  app: {image: busybox, command: sleep 1000, depends_on: {mig: {condition: service_completed_successfully}}}\n"
                             "  slow: {image: busybox, command: sh -c 'sleep 8; touch /ok; sleep 1000', healthcheck: {test: test -e /ok, interval: 1s, retries: 99}}\n"
                             "  other: {image: busybox, command: sleep 1000, scale: 2, depends_on: {slow: {condition: service_healthy}}}\n"
                             "  last: {image: busybox, command: sleep 1000, depends_on: [other]}\n";
    ComposeHost host(file);
    const auto up = host.compose("up -d");
    CHECK(up.status == 1);
    // It is told when the last that had begun to wait is through: compose v2.40.3, pkg/compose/start.go.
    CHECK(up.error.ends_with("service \"mig\" didn't complete successfully: exit 4\n"));
    CHECK(up.took >= seconds(8));
    CHECK(holds(up.error, " Container app-other-1  Started\n"));
    CHECK(holds(up.error, " Container app-other-2  Started\n"));
    CHECK_FALSE(holds(up.error, "Container app-last-1  Starting"));
    CHECK_FALSE(holds(up.error, "Container app-app-1  Starting"));
}

TEST_CASE("docker compose up: of a service's containers none is started after one that could not be") {
    ComposeHost host(
        "services:\n  web: {image: nginx, scale: 3, ports: [\"8080:80\"]}\n  app: {image: nginx, depends_on: [web]}\n");
    const auto up = host.compose("up -d");
    CHECK(up.status == 1);
    CHECK(holds(up.error, " Container app-web-1  Started\n Container app-web-2  Starting\n"));
    CHECK_FALSE(holds(up.error, "app-web-3  Starting"));
    CHECK_FALSE(holds(up.error, "app-app-1  Starting"));
    CHECK(host.run("docker ps -aq --filter status=created").out.size() == 3 * 13);
}

TEST_CASE("docker compose up --wait: until all run or are healthy") {
    const std::string file =
        "services:\n  web:\n    image: nginx\n    command: sh -c \"sleep 3; touch /ok; sleep "
        "3600\"\n    healthcheck: {test: test -e /ok, interval: 1s}\n";
    ComposeHost host(file);
    const auto up = host.compose("up --wait");
    CHECK(up.status == 0);
    CHECK(
        up.error.ends_with(" Container app-web-1  Started\n Container app-web-1  Waiting\n "
                           "Container app-web-1  Healthy\n"));
    CHECK(up.took >= seconds(3));
    host.compose("down");
    const auto late = host.compose("up --wait --wait-timeout 2");
    CHECK(late.status == 1);
    CHECK(
        late.error.ends_with(" Container app-web-1  Waiting\napplication not healthy after 2s\n"));
    host.write("services:\n  web: {image: nginx, command: sh -c \"exit 4\"}\n");
    const auto gone = host.compose("up --wait");
    CHECK(gone.status == 1);
    CHECK(gone.error.ends_with("container app-web-1 exited (4)\n"));
}

TEST_CASE("docker compose up: attached, it shows logs and no starts, and Ctrl-C stops gracefully") {
    ComposeHost host(two_services());
    host.type("host/2", "cd app; docker compose up");
    host.wait(seconds(3));
    const std::string shown = host.shown("host/2");
    CHECK(holds(shown, " Container app-web-1  Created\nAttaching to db-1, web-1\n"));
    CHECK(!holds(shown, "Started"));
    // A container's name is given room when it first has something to say (cmd/formatter/logs.go).
    CHECK(holds(shown, "db-1  | hello\n"));
    CHECK(holds(shown, "web-1  | hello\n"));
    host.interrupt("host/2");
    host.wait(seconds(3));
    const std::string end = host.shown("host/2");
    CHECK(end.starts_with(
        "Gracefully Stopping... press Ctrl+C again to force\n Container app-web-1  Stopping\n"));
    CHECK(holds(end, "\r\x1b[Kweb-1 exited with code 0\n"));
    CHECK(holds(end, " Container app-db-1  Stopped\n"));
    CHECK(!host.running("host/2"));
    CHECK(host.status("host/2") == 130);
}

TEST_CASE("docker compose up: one end can end all, with its status") {
    const std::string file = std::string(
                                 "services:\n  a: {image: busybox, command: sh -c \"sleep 1; exit "
                                 "3\"}\n  b: {image: busybox, command: ") +
                             kLoop + "}\n";
    ComposeHost host(file);
    const auto up = host.compose("up --abort-on-container-exit");
    CHECK(up.status == 3);
    CHECK(holds(up.error, "\x1b[31m\x1b[1mAborting on container exit...\x1b[0m\n"));
    CHECK(holds(up.out, "\r\x1b[Ka-1 exited with code 3\n"));
    CHECK(holds(up.error, " Container app-b-1  Stopped\n"));
    CHECK(up.out.ends_with("\r\x1b[Kb-1 exited with code 0\n"));
    CHECK(host.compose("up --exit-code-from b").status == 0);
    CHECK(host.compose("up --abort-on-container-failure").status == 3);
    CHECK(host.compose("up -d --abort-on-container-exit").error ==
          "--detach cannot be combined with --abort-on-container-exit, "
          "--abort-on-container-failure, --attach, --attach-dependencies or --watch\n");
    CHECK(host.compose("up --wait --attach a").error ==
          "--wait cannot be combined with --abort-on-container-exit, --attach or "
          "--attach-dependencies\n");
    CHECK(host.compose("up --attach nosuch").error ==
          "cannot attach to services not included in up: nosuch\n");
}

TEST_CASE("docker compose: a container that restarts is told of, and followed again") {
    ComposeHost host(
        "services:\n  a: {image: busybox, restart: always, command: sh -c \"echo once more; sleep "
        "1; exit 1\"}\n");
    host.type("host/2", "cd app; docker compose up");
    host.wait(seconds(5));
    const std::string shown = host.shown("host/2");
    CHECK(
        holds(shown,
              "a-1  | once more\n\r\x1b[Ka-1 exited with code 1 (restarting)\na-1  | once more\n"));
}

TEST_CASE("docker compose --dry-run: everything is told and nothing done") {
    ComposeHost host(two_services());
    const auto up = host.compose("--dry-run up -d");
    CHECK(up.status == 0);
    CHECK(holds(up.error, " DRY-RUN MODE -  Network app_default  Created\n"));
    CHECK(holds(up.error, " DRY-RUN MODE -  Container app-web-1  Started\n"));
    CHECK(host.run("docker ps -aq").out.empty());
    CHECK(host.run("docker network ls -q --filter name=app").out.empty());
    CHECK(host.compose("--dry-run run web true").status == 1);
}

TEST_CASE("docker compose: orphans are warned of, ignored or removed") {
    ComposeHost host(two_services());
    host.compose("up -d");
    host.write(std::string("services:\n  db:\n    image: redis:latest\n    command: ") + kLoop +
               "\n    volumes: [dbdata:/data]\nvolumes:\n  dbdata:\n");
    CHECK(holds(host.compose("up -d").error,
                "level=warning msg=\"Found orphan containers ([app-web-1]) for this project. If "
                "you removed or renamed this service in your compose file, you can run this "
                "command with the --remove-orphans flag to clean it up.\""));
    CHECK(host.run("COMPOSE_IGNORE_ORPHANS=true docker compose up -d").error ==
          " Container app-db-1  Running\n");
    CHECK(host.run("COMPOSE_IGNORE_ORPHANS=true docker compose up -d --remove-orphans").error ==
          "cannot combine COMPOSE_IGNORE_ORPHANS and --remove-orphans\n");
    CHECK(holds(host.compose("up -d --remove-orphans").error, " Container app-web-1  Removed\n"));
}

TEST_CASE(
    "docker compose up: a network made from another definition is made anew; a volume is asked "
    "about") {
    ComposeHost host(
        "services:\n  a: {image: busybox, command: sleep 3600, networks: [n], volumes: "
        "[vol:/v]}\nnetworks:\n  n: {}\nvolumes:\n  vol: {}\n");
    host.compose("up -d");
    host.write(
        "services:\n  a: {image: busybox, command: sleep 3600, networks: [n], volumes: "
        "[vol:/v]}\nnetworks:\n  n: {labels: {a: b}}\nvolumes:\n  vol: {}\n");
    const auto up = host.compose("up -d -t 1");
    CHECK(up.error ==
          " Container app-a-1  Stopping\n Container app-a-1  Stopped\n Network app_n  Removed\n "
          "Network app_n  Creating\n Network app_n  Created\n Container app-a-1  Starting\n "
          "Container app-a-1  Started\n");
    host.write(
        "services:\n  a: {image: busybox, command: sleep 3600, networks: [n], volumes: "
        "[vol:/v]}\nnetworks:\n  n: {labels: {a: b}}\nvolumes:\n  vol: {labels: {c: d}}\n");
    const auto asked = host.compose("up -d");
    CHECK(asked.out ==
          "Volume \"app_vol\" exists but doesn't match configuration in compose file. Recreate "
          "(data will be lost)?");
    CHECK(asked.error == " Container app-a-1  Running\n");
    CHECK(holds(host.compose("up -d -y").error,
                " Volume app_vol  Creating\n Volume app_vol  Created\n"));
}

TEST_CASE("docker compose up --attach: shows a service with attach: false that is named there") {
    ComposeHost host("services:\n  a: {image: busybox, attach: false, command: sh -c \"echo hello\"}\n");
    CHECK(!holds(host.run("timeout -s INT 3 docker compose up").out, "hello"));
    CHECK(holds(host.run("timeout -s INT 3 docker compose up --attach a --force-recreate").out, "a-1  | hello\n"));
}

TEST_CASE("docker compose: --compatibility puts underscores into names") {
    ComposeHost host("services:\n  a: {image: busybox, command: sleep 3600}\n");
    CHECK(holds(host.compose("--compatibility up -d").error, " Container app_a_1  Started\n"));
}

TEST_CASE("docker compose pull: policies and what is skipped") {
    ComposeHost host(
        "services:\n  a: {image: busybox}\n  b: {image: busybox}\n  c: {image: busybox, "
        "pull_policy: never}\n  d: {build: .}\n");
    const auto pulled = host.compose("pull");
    CHECK(holds(pulled.error, " a Pulling \n"));
    CHECK(holds(pulled.error, " a Pulled \n"));
    CHECK(holds(pulled.error, " b Skipped - Image is already being pulled by a \n"));
    CHECK(holds(pulled.error, " c Skipped \n"));
    CHECK(holds(pulled.error, " d Skipped - No image to be pulled \n"));
    CHECK(host.compose("--progress quiet pull").error.empty());
}

TEST_CASE("docker compose up: what shares a container's network or volumes is made anew with it") {
    const auto file = [](const std::string& value) {
        return "services:\n  a: {image: redis, command: sleep 3600, environment: {X: '" + value + "'}}\n"
               "  b: {image: busybox, command: sleep 3600, network_mode: 'service:a'}\n"
               "  c: {image: busybox, command: sleep 3600, volumes_from: [a]}\n"
               "  d: {image: busybox, command: sleep 3600, depends_on: [a]}\n";
    };
    ComposeHost host(file("1"));
    host.compose("up -d");
    host.wait(seconds(2));
    host.write(file("2"));
    const auto both = host.compose("up -d");
    for (const char* name : {"a", "b", "c"}) CHECK(holds(both.error, std::string(" Container app-") + name + "-1  Recreated\n"));
    CHECK(!holds(both.error, "app-d-1  Recreate"));
    CHECK(!holds(host.compose("up -d").error, "Recreate"));
    host.wait(seconds(2));
    host.write(file("3"));
    CHECK(!holds(host.compose("up -d a").error, "app-b-1  Recreate"));
    CHECK(holds(host.compose("up -d b").error, " Container app-b-1  Recreated\n"));
    CHECK(host.compose("up -d --scale a=0 b").error.ends_with("cannot share network namespace with service a: container missing\n"));
}

TEST_CASE("docker compose up: a secret's variable that isn't set is told when the container is to start") {
    const auto file = [](const std::string& more) {
        return "services:\n  a:\n    image: busybox\n    command: sh -c 'cat /run/secrets/s; sleep 3600'\n    secrets: [s]\n" + more + "secrets: {s: {environment: WORD}}\n";
    };
    ComposeHost host(file(""));
    const auto unset = host.compose("up -d");
    CHECK(unset.status == 1);
    CHECK(unset.error.ends_with(" Container app-a-1  Created\nenvironment variable \"WORD\" required by secret \"app_s\" is not set\n"));
    CHECK(host.run("docker ps -aq | wc -l").out == "1\n");
    CHECK(host.compose("run -T a true").error.ends_with("environment variable \"WORD\" required by secret \"app_s\" is not set\n"));
    CHECK(host.run("WORD=x docker compose up -d").status == 0);
    host.wait(seconds(1));
    CHECK(host.compose("logs --no-log-prefix").out.starts_with("x"));
    host.write(file("    read_only: true\n"));
    CHECK(host.run("WORD=x docker compose up -d").error.ends_with("cannot create secret \"app_s\" in read-only service a: `file` is the sole supported option\n"));
}

TEST_CASE("docker compose: takes what 1.29 made for out of date, and 1.29 what it made itself") {
    ComposeHost host(two_services());
    host.run("docker-compose up -d < /dev/null");
    const auto taken = host.compose("up -d");
    CHECK(holds(taken.error, " Container app_db_1  Recreate\n"));
    CHECK(holds(taken.error, " Container app_web_1  Recreated\n"));
    CHECK(holds(host.compose("up -d").error, " Container app-web-1  Running\n"));
    CHECK(host.run("docker ps --format '{{.Names}}' | sort").out == "app-db-1\napp-web-1\n");
    CHECK(holds(host.run("docker-compose up -d < /dev/null").error, "Recreating app-db-1 ... done\n"));
    CHECK(host.run("docker ps -q | wc -l").out == "2\n");
}

TEST_CASE("docker compose: a network is made anew when anything of its definition changes") {
    const auto file = [](const std::string& network) { return "services: {a: {image: redis, command: sleep 3600, networks: [n]}}\nnetworks: {n: " + network + "}\n"; };
    ComposeHost host(file("{ipam: {config: [{subnet: 10.5.0.0/16}]}}"));
    host.compose("up -d");
    CHECK(!holds(host.compose("up -d").error, "Network"));
    host.write(file("{ipam: {config: [{subnet: 10.5.0.0/16, ip_range: 10.5.1.0/24}]}}"));
    CHECK(holds(host.compose("up -d").error, " Network app_n  Removed\n"));
    CHECK(host.run("docker inspect -f '{{range .NetworkSettings.Networks}}{{.Gateway}} {{.IPAddress}}{{end}}' app-a-1").out == "10.5.1.0 10.5.1.1\n");
    host.write(file("{labels: {a: b}}"));
    CHECK(holds(host.compose("up -d").error, " Network app_n  Removed\n"));
    host.write(file("{labels: [a=b]}"));
    CHECK(!holds(host.compose("up -d").error, "Network"));
}

TEST_CASE("docker compose: what the engine is too old for, and a secret without its variable, keep containers from being made or started") {
    ComposeHost old("services:\n  a: {image: busybox, command: sleep 100, healthcheck: {test: \"true\", start_period: 3s, start_interval: 1s}}\n");
    const std::string sentence = "can't set healthcheck.start_interval as feature require Docker Engine v25 or later\n";
    const auto up = old.compose("up -d");
    CHECK(up.status == 1);
    CHECK(holds(up.error, " Container app-a-1  " + sentence + sentence));
    CHECK(holds(old.compose("run --rm a true").error, sentence));
    ComposeHost unset("services:\n  a: {image: busybox, command: sleep 100, secrets: [token]}\nsecrets:\n  token: {environment: NOT_SET}\n");
    const auto start = unset.compose("up -d");
    CHECK(start.status == 1);
    CHECK(holds(start.error, "environment variable \"NOT_SET\" required by secret \"app_token\" is not set\n"));
    CHECK(holds(unset.compose("ps -a").out, "Created"));
}

TEST_CASE("docker compose: what only a swarm or a newer engine has keeps a container from being made") {
    const auto refused = [](const std::string& service, const std::string& rest, const std::string& sentence) {
        INFO(sentence);
        ComposeHost host("services:\n  a: {image: busybox, command: sleep 100, " + service + "}\n" + rest);
        const auto up = host.compose("up -d");
        CHECK(up.status == 1);
        CHECK(up.error.ends_with(" Container app-a-1  " + sentence + "\n" + sentence + "\n"));
        CHECK(host.compose("run -T a true").error.ends_with(sentence + "\n"));
        CHECK(host.run("docker ps -aq").out.empty());
    };
    refused("secrets: [tok]", "secrets: {tok: {external: true}}\n", "unsupported external secret tok");
    refused("configs: [c]", "configs: {c: {external: true, name: there}}\n", "unsupported external config there");
    refused("secrets: [tok]", "secrets: {tok: {file: ./tok, driver: vault}}\n", "Docker Compose does not support secrets.*.driver");
    refused("configs: [c]", "configs: {c: {file: ./c, template_driver: golang}}\n", "Docker Compose does not support configs.*.template_driver");
    refused("volumes: [{type: image, source: busybox, target: /x}]", "", "volume with type=image require Docker Engine v28 or later");
    refused("networks: {default: {interface_name: eth9}}", "", "interface_name requires Docker Engine v28.1 or later");
    ComposeHost unused("services:\n  a: {image: busybox, command: sleep 100}\nsecrets: {tok: {external: true}}\n");
    CHECK(unused.compose("up -d").status == 0);
}

// compose-go types/project.go, WithoutUnnecessaryResources: of the services that are named and what they depend on, after the
// profiles; --all-resources keeps the rest (cmd/compose/compose.go).
TEST_CASE("docker compose up: what none of the chosen services uses is neither made nor asked for, even if it is external") {
    ComposeHost host(
        "services:\n  aa: {image: busybox, command: sleep 1000, networks: [na], volumes: [\"va:/v\"], depends_on: [cc]}\n"
        "  bb: {image: busybox, command: sleep 1000, networks: [nb, away], volumes: [\"vb:/v\", \"gone:/g\"]}\n"
        "  cc: {image: busybox, command: sleep 1000, networks: [nc]}\n"
        "  dd: {image: busybox, command: sleep 1000, profiles: [more], networks: [further]}\n"
        "networks: {na: {}, nb: {}, nc: {}, away: {external: true}, further: {external: true}}\n"
        "volumes: {va: {}, vb: {}, gone: {external: true}}\n");
    const auto made = [&host](const std::string& what) {
        return host.run("docker " + what + " ls --format '{{.Name}}' --filter name=app_").out;
    };
    CHECK(host.compose("up -d --no-deps aa").status == 0);
    CHECK(made("network") == "app_na\napp_nc\n");
    CHECK(made("volume") == "app_va\n");
    CHECK(host.compose("run --rm -T aa true").status == 0);
    const auto all = host.compose("up -d");
    CHECK(all.status == 1);
    CHECK(all.error.ends_with("network away declared as external, but could not be found\n"));
    host.run("docker network create away; docker volume create gone");
    CHECK(host.compose("up -d").status == 0);
    CHECK(made("network") == "app_na\napp_nb\napp_nc\n");
    CHECK(host.compose("--all-resources up -d").error.ends_with("network further declared as external, but could not be found\n"));
    CHECK(host.compose("--profile more up -d").status == 1);
}

TEST_CASE("docker-compose: external secrets and configs are warned of and left out") {
    ComposeHost host(
        "services:\n  a: {image: busybox, command: sleep 100, secrets: [tok, f], configs: [c]}\n"
        "secrets: {tok: {external: true}, f: {file: ./nosuch}}\nconfigs: {c: {file: ./c}}\n");
    host.write_file("/root/app/c", "text");
    const auto up = host.run("docker-compose up -d < /dev/null");
    CHECK(up.status == 0);
    CHECK(holds(up.error, "Some services (a) use the 'configs' key, which will be ignored. Compose does not support 'configs' "
                          "configuration - use `docker stack deploy` to deploy to a swarm.\n"));
    CHECK(holds(up.error, "Service \"a\" uses secret \"tok\" which is external. External secrets are not available to containers "
                          "created by docker-compose.\n"));
    CHECK(holds(up.error, "Service \"a\" uses an undefined secret file \"/root/app/nosuch\", the following file should be created "
                          "\"/root/app/nosuch\"\n"));
    CHECK(host.run("docker inspect -f '{{range .Mounts}}{{.Destination}} {{end}}' app_a_1").out == "/run/secrets/f \n");
    CHECK(!holds(host.run("docker-compose config < /dev/null").error, "uses secret"));
}

TEST_CASE("docker compose up: pull_policy asks how old the image's last tag is, and a pull sets none") {
    const auto pulls = [](DockerHost& host, const std::string& image, const std::string& policy) {
        host.write_file("/root/app/compose.yaml",
                        "services:\n  a: {image: " + image + ", command: sleep 1000, pull_policy: " + policy + "}\n");
        return holds(host.run("docker compose up -d < /dev/null", minutes(30)).error, " a Pulling \n");
    };
    DockerHost host({"busybox"}, "");
    host.run("mkdir app; cd app; printf 'FROM busybox\\nLABEL a=b\\n' > Dockerfile; docker build -t mine -t other .");
    CHECK_FALSE(pulls(host, "mine", "every_1h"));
    host.wait(minutes(61));
    CHECK_FALSE(pulls(host, "mine", "daily"));
    CHECK(pulls(host, "mine", "every_1h"));
    host.wait(hours(24));
    CHECK_FALSE(pulls(host, "other", "weekly"));
    CHECK_FALSE(pulls(host, "other", "refresh"));
    CHECK(pulls(host, "other", "daily"));
    // What was pulled has no time of a tag in this engine, and so is always too old.
    CHECK(host.run("docker image inspect -f '{{.Metadata.LastTagTime}}' busybox").out == "0001-01-01 00:00:00 +0000 UTC\n");
    CHECK(pulls(host, "busybox", "weekly"));
    CHECK_FALSE(pulls(host, "busybox", "missing"));
    CHECK_FALSE(pulls(host, "redis", "build"));
    CHECK(holds(host.run("docker compose up -d < /dev/null").error, "No such image: redis:latest"));
    // 1.29 reads the key and does nothing with it.
    host.write_file("/root/app/compose.yaml", "services:\n  a: {image: busybox, command: sleep 1000, pull_policy: always}\n");
    CHECK(!holds(host.run("docker-compose up -d < /dev/null").error, "Pulling"));
}

TEST_CASE("docker compose up: --menu=false is what there is without a terminal; the menu is refused") {
    ComposeHost host("services:\n  a: {image: busybox, command: \"true\"}\n");
    CHECK(host.compose("up -d --menu=false").status == 0);
    CHECK(holds(host.compose("up --menu").error, "the flag --menu of up"));
}

TEST_CASE("docker compose: a restart policy that nobody knows is the engine's to refuse") {
    ComposeHost host("services:\n  a: {image: busybox, command: sleep 1000, restart: never}\n");
    CHECK(host.compose("ps").status == 0);
    CHECK(host.compose("config -q").status == 0);
    CHECK(host.compose("up -d --dry-run").status == 0);
    const auto up = host.compose("up -d");
    CHECK(up.status == 1);
    CHECK(holds(up.error, "Network app_default  Created"));
    CHECK(up.error.ends_with("Error response from daemon: invalid restart policy 'never'\n"));
    CHECK(host.run("docker ps -aq").out.empty());
    host.write("services:\n  a: {image: busybox, command: sleep 1000, restart: 'always:3'}\n");
    CHECK(host.compose("up -d").error.ends_with("Error response from daemon: maximum retry count cannot be used with restart policy 'always'\n"));
    // Its own reading of the words (create.go, getRestartPolicy).
    const char* const taken[][2] = {{"on-failure:x", "on-failure 0"}, {"on-failure:2", "on-failure 2"}, {"any", "always 0"}, {"none", "no 0"}};
    for (const auto& one : taken) {
        host.write("services:\n  a: {image: busybox, command: sleep 1000, restart: '" + std::string(one[0]) + "'}\n");
        CHECK(host.compose("up -d").status == 0);
        CHECK(host.run("docker inspect -f '{{.HostConfig.RestartPolicy.Name}} {{.HostConfig.RestartPolicy.MaximumRetryCount}}' app-a-1").out == std::string(one[1]) + "\n");
    }
}

TEST_CASE("docker compose up: a volume's driver_opts are the engine's to mount, and what it can't mount here is a plain directory") {
    const auto file = [](const std::string& options) {
        return "services:\n  a: {image: busybox, command: sleep 1000, volumes: [\"store:/v\"]}\nvolumes: {store: {driver_opts: {" + options + "}}}\n";
    };
    ComposeHost host(file("type: none, o: bind, device: ./data"));
    CHECK(holds(host.compose("up -d").error, "failed to mount local volume: mount /root/app/data:/var/lib/docker/volumes/app_store/_data, flags: 0x1000: no such file or directory"));
    host.run("mkdir data");
    CHECK(host.compose("up -d").status == 0);
    CHECK(host.run("docker exec app-a-1 sh -c 'echo there > /v/f'; cat data/f").out == "there\n");
    host.compose("down -v");
    host.write(file("foo: bar"));
    CHECK(holds(host.compose("up -d").error, "create app_store: invalid option: \"foo\""));
    host.write(file("type: nfs, device: ':/srv', o: 'addr=10.0.0.9'"));
    const auto nfs = host.compose("up -d");
    CHECK(nfs.status == 0);
    CHECK(holds(nfs.error, "Podium: volumes.store.driver_opts is not simulated: the volume is a plain directory\n"));
    CHECK(host.run("docker exec app-a-1 sh -c 'echo kept > /v/f'; docker volume inspect -f '{{json .Options}}' app_store").out == "null\n");
}

TEST_CASE("docker compose up: a network of a driver that the engine has and Podium does not acts as a bridge; plugins are not found") {
    const auto file = [](const std::string& network) {
        return "services:\n  a: {image: busybox, command: sleep 1000, networks: [n]}\nnetworks: {n: {" + network + "}}\n";
    };
    ComposeHost host(file("driver: macvlan"));
    const auto up = host.compose("up -d");
    CHECK(up.status == 0);
    CHECK(holds(up.error, "Podium: networks.n.driver is not simulated: the network acts as a bridge\n"));
    CHECK(host.run("docker network inspect -f '{{.Driver}}' app_n").out == "bridge\n");
    host.compose("down");
    host.write(file("driver: weave"));
    CHECK(holds(host.compose("up -d").error, "plugin \"weave\" not found"));
}
