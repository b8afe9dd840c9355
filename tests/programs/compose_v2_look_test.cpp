// docker compose 2, what only looks: lists, logs, events, config, progress (source of 2.40.3).

#include <algorithm>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/programs/compose_v2_fixture.hpp"

using namespace podium;
using namespace podium::programs;

TEST_CASE("docker compose: progress in every form") {
    ComposeHost host(two_services());
    CHECK(host.compose("--progress quiet up -d").error.empty());
    CHECK(host.compose("--progress json stop web").error ==
          "{\"id\":\"Container app-web-1\",\"status\":\"Stopping\"}\n{\"id\":\"Container "
          "app-web-1\",\"status\":\"Stopped\"}\n");
    const std::string painted = host.compose("--progress tty start web").error;
    CHECK(holds(painted, "\x1b[0G\x1b[?25l"));
    CHECK(holds(painted, "[+] Running 1/1"));
    CHECK(holds(painted, "Container app-web-1  \x1b[32mStarted\x1b[0m"));
    CHECK(host.compose("--progress loud ps").error == "unsupported --progress value \"loud\"\n");
    CHECK(host.compose("--ansi never --progress tty ps").error ==
          "can't use --progress tty while ANSI support is disabled\n");
    CHECK(host.run("COMPOSE_PROGRESS=quiet docker compose stop web").error.empty());
}

TEST_CASE("docker compose config: of the services that are named and what they depend on") {
    ComposeHost host(two_services() + "networks: {apart: {}}\n");
    CHECK(host.compose("config --images db").out == "redis:latest\n");
    const std::string shown = host.compose("config db").out;
    CHECK(holds(shown, "  db:\n"));
    CHECK_FALSE(holds(shown, "  web:\n"));
    const auto wrong = host.compose("config --images nosuch");
    CHECK(wrong.status == 1);
    CHECK(wrong.error == "no such service: nosuch\n");
}

TEST_CASE("docker compose config: lists of names are the project's whatever is named beside them") {
    ComposeHost host(two_services() + "networks: {apart: {}}\n");
    for (const char* named : {"", " db", " nosuch"}) {
        const std::string words = named;
        CHECK(host.compose("config --services" + words).out == "db\nweb\n");
        CHECK(host.compose("config --volumes" + words).out == "dbdata\n");
        CHECK(host.compose("config --networks" + words).out == "default\n");
        CHECK(split(host.compose("config --hash '*'" + words).out, '\n').size() == 3);
    }
}

TEST_CASE("docker compose and docker-compose: a file is standard input") {
    ComposeHost host(two_services());
    CHECK(host.run("cat compose.yaml | docker compose -f - config --services").out == "db\nweb\n");
    CHECK(host.run("(sleep 2; cat compose.yaml) | docker-compose -f - config --services").out == "db\nweb\n");
    CHECK(host.run("docker compose -f - -f - ps -q < compose.yaml").status == 0);
    CHECK(host.run("docker compose -f - up -d db < compose.yaml").status == 0);
    CHECK(host.compose("ps --services").out == "db\n");
    const auto empty = host.run("docker compose -f - ps < /dev/null");
    CHECK(empty.status != 0);
    CHECK(holds(empty.error, "empty"));
}

TEST_CASE("docker compose lists: ps, images, ls, port, top, volumes, logs") {
    ComposeHost host(two_services());
    host.compose("up -d");
    CHECK(host.compose("ps --services").out == "db\nweb\n");
    CHECK(host.compose("ps --filter status=exited -q").out.empty());
    CHECK(host.compose("ps --filter color=red").error == "unknown filter color\n");
    CHECK(host.compose("ps --filter x").error ==
          "arguments to --filter should be in form KEY=VAL\n");
    CHECK(host.compose("ps nosuch").error == "no such service: nosuch\n");
    CHECK(host.compose("ps --format '{{.Name}} {{.Service}} {{.State}}'").out ==
          "app-db-1 db running\napp-web-1 web running\n");
    CHECK(host.compose("images").out.starts_with(
        "CONTAINER           REPOSITORY          TAG                 PLATFORM            IMAGE ID  "
        "          SIZE                CREATED\n"));
    CHECK(nlohmann::json::parse(host.compose("images --format json").out).size() == 2);
    CHECK(host.compose("images --format xml").error ==
          "format value \"xml\" could not be parsed: parsing failed\n");
    CHECK(host.compose("ls").out ==
          "NAME                STATUS              CONFIG FILES\napp                 running(2)    "
          "      /root/app/compose.yaml\n");
    CHECK(host.compose("ls -q --filter name=ap").out == "app\n");
    CHECK(host.compose("ls -q --filter name=other").out.empty());
    CHECK(host.compose("ls --filter status=up").error == "invalid filter 'status'\n");
    CHECK(host.compose("port web 80").out == "0.0.0.0:8080\n");
    CHECK(host.compose("port web 81").error ==
          "no port 81/tcp for container app-web-1: 8080/tcp, 8080/tcp\n");
    CHECK(host.compose("top web").out.starts_with("SERVICE  #   UID"));
    CHECK(host.compose("volumes -q").out == "app_dbdata\n");
    CHECK(host.compose("volumes -q web").out.empty());
    CHECK(host.compose("logs --no-log-prefix web").out == "hello\n");
    CHECK(host.compose("logs --index 1 web").out == "web-1  | hello\n");
    CHECK(host.compose("logs --index 1").error == "--index requires one service to be selected\n");
    CHECK(host.compose("stats --no-stream --format '{{.Name}}' web").out == "app-web-1\n");
}

TEST_CASE("docker compose logs: short logs stay together, long ones mingle, and every line is shown once") {
    const std::string many =
        "sh -c \"i=0; while [ $$i -lt 3000 ]; do echo line $$i of this log; i=$$((i+1)); done; sleep 1000\"";
    ComposeHost host("services:\n  a:\n    image: busybox\n    command: " + many + "\n  bb:\n    image: busybox\n    command: " +
                     many + "\n");
    host.compose("up -d");
    host.wait(minutes(1));
    const auto shorter = host.compose("logs --tail 3");
    CHECK(shorter.out ==
          "a-1  | line 2997 of this log\na-1  | line 2998 of this log\na-1  | line 2999 of this log\n"
          "bb-1  | line 2997 of this log\nbb-1  | line 2998 of this log\nbb-1  | line 2999 of this log\n");
    const std::vector<std::string> lines = split(host.compose("logs --no-log-prefix").out, '\n');
    CHECK(lines.size() == 6001);
    const std::vector<std::string> named = split(host.compose("logs").out, '\n');
    const auto last_a = std::find_if(named.rbegin(), named.rend(), [](const auto& line) { return line.starts_with("a-1"); });
    const auto first_b = std::find_if(named.begin(), named.end(), [](const auto& line) { return line.starts_with("bb-1"); });
    REQUIRE(last_a != named.rend());
    REQUIRE(first_b != named.end());
    CHECK(first_b < last_a.base());
}

TEST_CASE("docker compose: output and errors of a container come in the order in which they were written") {
    ComposeHost host("services:\n  a: {image: busybox, command: sh -c \"echo 1; echo 2 >&2; echo 3; sleep 1000\"}\n");
    host.compose("up -d");
    host.wait(seconds(1));
    CHECK(host.compose("logs --no-log-prefix").out == "1\n2\n3\n");
    CHECK(host.run("docker logs app-a-1 2>&1").out == "1\n2\n3\n");
    const auto split_up = host.run("docker logs app-a-1");
    CHECK(split_up.out == "1\n3\n");
    CHECK(split_up.error == "2\n");
    const auto up = host.run("timeout -s INT 5 docker compose up --no-log-prefix --force-recreate -t 0");
    CHECK(holds(up.out, "1\n3\n"));
    CHECK(holds(up.error, "2\n"));
}

TEST_CASE("docker compose events: a line each, an empty one behind it, or JSON") {
    ComposeHost host(two_services());
    host.type("host/2", "cd app; docker compose events db");
    host.wait(seconds(1));
    host.type("host/3", "cd app; docker compose up -d");
    host.wait(seconds(3));
    const std::string shown = masked(host.shown("host/2"));
    CHECK(holds(shown, " container create ID (image=redis:latest, name=app-db-1)\n\n"));
    const auto past = host.compose("events --json --since 1h --until 0s web");
    CHECK(nlohmann::json::parse(past.out.substr(0, past.out.find('\n')))["action"] == "create");
}

TEST_CASE("docker compose config: YAML, JSON and lists") {
    ComposeHost host(
        "services:\n  b: {image: busybox, profiles: [x]}\n  a: {image: \"nginx:${TAG:-1}\", "
        "environment: {D: $$A}}\nvolumes:\n  unused: {}\n");
    CHECK(host.compose("config --format json").out ==
          "{\n  \"name\": \"app\",\n  \"networks\": {\n    \"default\": {\n      \"name\": "
          "\"app_default\",\n      \"ipam\": {}\n    }\n  },\n  \"services\": {\n    \"a\": {\n    "
          "  \"command\": null,\n      \"entrypoint\": null,\n"
          "      \"environment\": {\n        \"D\": \"$$A\"\n      },\n      \"image\": "
          "\"nginx:1\",\n      \"networks\": {\n        \"default\": null\n      }\n    }\n  }\n}");
    CHECK(host.compose("config --format xml").error == "unsupported format \"xml\"\n");
    CHECK(host.compose("config --services").out == "a\n");
    CHECK(host.compose("--profile x config --services").out == "a\nb\n");
    CHECK(host.compose("config --profiles").out == "x\n");
    CHECK(host.compose("--all-resources config --volumes").out == "unused\n");
    CHECK(host.compose("config --volumes").out.empty());
    CHECK(holds(host.compose("config --environment").out, "COMPOSE_PROJECT_NAME=app\n"));
    CHECK(host.compose("config --hash a").out.starts_with("a "));
    CHECK(host.compose("config --hash nosuch").error == "no such service: nosuch\n");
    CHECK(host.compose("config -q").out.empty());
}

TEST_CASE("compose logs: a log that its driver does not give back is warned of; 1.29 leaves it out") {
    const std::string file = "services:\n  a: {image: busybox, command: echo seen}\n"
                             "  b: {image: busybox, command: echo hidden, logging: {driver: none}}\n";
    ComposeHost host(file);
    host.compose("up -d");
    host.wait(seconds(2));
    const auto logs = host.compose("logs");
    CHECK(logs.status == 0);
    CHECK(logs.out == "a-1  | seen\n");
    CHECK(holds(logs.error, "level=warning msg=\"Can't retrieve logs for \\\"app-b-1\\\": Error response from daemon: configured "
                            "logging driver does not support reading\"\n"));
    ComposeHost older(file);
    older.run("docker-compose up -d < /dev/null");
    const auto old = older.run("docker-compose logs < /dev/null");
    CHECK(old.out.starts_with("Attaching to app_a_1\n"));
    CHECK(!holds(old.error, "retrieve"));
}
