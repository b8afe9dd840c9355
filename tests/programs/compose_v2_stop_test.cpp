// docker compose 2, what stops, restarts and removes: after its own source (2.40.3) and documentation.

#include <catch2/catch.hpp>

#include "tests/programs/compose_v2_fixture.hpp"

using namespace podium;
using namespace podium::programs;

TEST_CASE("docker compose down: services of profiles that aren't active stay, as no orphans") {
    ComposeHost host(std::string("services:\n  a:\n    image: nginx\n    profiles: [x]\n    command: ") + kLoop + "\n  b: {image: nginx, command: sleep 1000}\n");
    host.compose("--profile x up -d");
    CHECK(host.compose("down --remove-orphans").error ==
          " Container app-b-1  Stopping\n Container app-b-1  Stopped\n Container app-b-1  Removing\n Container app-b-1  Removed\n"
          " Network app_default  Removing\n Network app_default  Resource is still in use\n");
    CHECK(host.run("docker ps --format '{{.Names}}'").out == "app-a-1\n");
    CHECK(holds(host.compose("--profile x down").error, " Container app-a-1  Removed\n Network app_default  Removing\n Network app_default  Removed\n"));
}

TEST_CASE(
    "docker compose down: containers in reverse order, then networks, and what -v and --rmi ask "
    "for") {
    ComposeHost host(two_services());
    host.compose("up -d");
    const auto down = host.compose("down");
    CHECK(down.status == 0);
    CHECK(down.error ==
          " Container app-web-1  Stopping\n Container app-web-1  Stopped\n Container app-web-1  "
          "Removing\n Container app-web-1  Removed\n"
          " Container app-db-1  Stopping\n Container app-db-1  Stopped\n Container app-db-1  "
          "Removing\n Container app-db-1  Removed\n"
          " Network app_default  Removing\n Network app_default  Removed\n");
    CHECK(host.compose("down").error.empty());
    CHECK(host.compose("down -v").error ==
          " Volume app_dbdata  Removing\n Volume app_dbdata  Removed\n");
    host.compose("up -d");
    const auto one = host.compose("down db");
    CHECK(holds(one.error, " Container app-web-1  Removed\n"));  // it depends on db
    host.compose("up -d");
    CHECK(host.compose("down web").error ==
          " Container app-web-1  Stopping\n Container app-web-1  Stopped\n Container app-web-1  "
          "Removing\n Container app-web-1  Removed\n"
          " Network app_default  Removing\n Network app_default  Resource is still in use\n");
    CHECK(host.compose("down nosuch").error == "no such service: nosuch\n");
    CHECK(host.compose("down --rmi some").error == "invalid value for --rmi: \"some\"\n");
}

TEST_CASE("docker compose stop and down tell of containers that are down already too") {
    ComposeHost host(two_services());
    host.compose("up -d");
    host.compose("stop web");
    CHECK(host.compose("stop").error ==
          " Container app-web-1  Stopping\n Container app-web-1  Stopped\n Container app-db-1  "
          "Stopping\n Container app-db-1  Stopped\n");
    CHECK(host.compose("start").error ==
          " Container app-db-1  Starting\n Container app-db-1  Started\n Container app-web-1  "
          "Starting\n Container app-web-1  Started\n");
    same_lines(host.compose("kill").error,
               " Container app-web-1  Killing\n Container app-web-1  Killed\n Container app-db-1  "
               "Killing\n Container app-db-1  Killed\n");
    CHECK(host.compose("kill").error == "no container to kill");
    const auto removed = host.compose("rm -f");
    CHECK(holds(removed.out, "Going to remove app-"));
    same_lines(removed.error,
               " Container app-web-1  Removing\n Container app-web-1  Removed\n Container app-db-1 "
               " Removing\n Container app-db-1  Removed\n");
    CHECK(host.compose("rm -f").error == "No stopped containers\n");
    CHECK(host.compose("start").error == "service \"db\" has no container to start\n");
}

TEST_CASE("docker compose pause and unpause tell of their end only") {
    ComposeHost host(two_services());
    host.compose("up -d");
    same_lines(host.compose("pause").error,
               " Container app-web-1  Paused\n Container app-db-1  Paused\n");
    same_lines(host.compose("unpause").error,
               " Container app-web-1  Unpaused\n Container app-db-1  Unpaused\n");
}

TEST_CASE(
    "docker compose restart: what depends with restart: true is restarted after, unless "
    "--no-deps") {
    ComposeHost host(std::string("services:\n  db: {image: redis, command: ") + kLoop +
                     "}\n  web:\n    image: nginx\n    command: " + kLoop +
                     "\n    depends_on: {db: {condition: service_started, restart: true}}\n");
    host.compose("up -d");
    CHECK(host.compose("restart db").error ==
          " Container app-db-1  Restarting\n Container app-db-1  Started\n Container app-web-1  "
          "Restarting\n Container app-web-1  Started\n");
    CHECK(host.compose("restart --no-deps db").error ==
          " Container app-db-1  Restarting\n Container app-db-1  Started\n");
    CHECK(host.compose("restart web").error ==
          " Container app-web-1  Restarting\n Container app-web-1  Started\n");
    // The same when it is made anew: the dependant is stopped before and started after.
    const auto up = host.compose("up -d --force-recreate --no-deps db");
    CHECK(up.error ==
          " Container app-db-1  Recreate\n Container app-db-1  Recreated\n Container app-db-1  "
          "Starting\n Container app-db-1  Started\n");
    host.write(std::string("services:\n  db: {image: redis, environment: {A: b}, command: ") +
               kLoop + "}\n  web:\n    image: nginx\n    command: " + kLoop +
               "\n    depends_on: {db: {condition: service_started, restart: true}}\n");
    CHECK(host.compose("up -d").error ==
          " Container app-web-1  Stopping\n Container app-web-1  Stopped\n Container app-db-1  "
          "Recreate\n Container app-db-1  Recreated\n"
          " Container app-db-1  Starting\n Container app-db-1  Started\n Container app-web-1  "
          "Starting\n Container app-web-1  Started\n");
}

TEST_CASE("docker compose -p: without a file the engine's containers are the project") {
    ComposeHost host(two_services());
    host.compose("up -d");
    host.run("cd /");
    CHECK(host.compose("-p app ps --services").out == "db\nweb\n");
    CHECK(host.compose("-p app stop web").error ==
          " Container app-web-1  Stopping\n Container app-web-1  Stopped\n");
    CHECK(host.compose("-p app start").error ==
          " Container app-web-1  Starting\n Container app-web-1  Started\n");
    CHECK(host.compose("-p app down")
              .error.ends_with(" Network app_default  Removing\n Network app_default  Removed\n"));
    CHECK(host.compose("-p app start").error ==
          "no container found for project \"app\": not found\n");
    CHECK(host.compose("ps").error == "no configuration file provided: not found\n");
}

TEST_CASE("docker compose: commands that need a name alone reach what the files no longer have") {
    ComposeHost host(two_services());
    host.compose("up -d");
    host.write("services: {db: {image: redis}}\n");
    CHECK(host.compose("exec -T web echo here").out == "here\n");
    host.write("this is no project\n");
    CHECK(host.compose("exec -T web true").status == 1);
    CHECK(host.run("COMPOSE_PROJECT_NAME=app docker compose exec -T web echo here").out == "here\n");
    CHECK(host.run("COMPOSE_PROJECT_NAME=app docker compose ps -q | wc -l").out == "2\n");
    CHECK(host.run("COMPOSE_PROJECT_NAME=app docker compose up -d").status == 1);
}
