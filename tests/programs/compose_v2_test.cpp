// docker compose 2: what it prints and does, after its own source (2.40.3) and documentation.

#include <algorithm>
#include <nlohmann/json.hpp>

#include <catch2/catch.hpp>

#include "sim/base/text.hpp"
#include "tests/programs/docker_fixture.hpp"

using namespace podium;
using namespace podium::programs;

namespace {

constexpr const char* kLoop =
    "sh -c \"trap 'exit 0' TERM; echo hello; while :; do sleep 0.2; done\"";

std::string two_services() {
    return std::string("services:\n  db:\n    image: redis:latest\n    command: ") + kLoop +
           "\n    volumes: [dbdata:/data]\n  web:\n    image: nginx:latest\n    command: " + kLoop +
           "\n    depends_on: [db]\n    ports: [\"8080:80\"]\nvolumes:\n  dbdata:\n";
}

// A host with a project "app" in the directory where lines are typed.
class ComposeHost : public DockerHost {
  public:
    explicit ComposeHost(const std::string& file) {
        run("mkdir app");
        write(file);
        run("cd app");
    }

    void write(const std::string& file) { write_file("/root/app/compose.yaml", file); }

    Result compose(const std::string& words) {
        return run("docker compose " + words + " < /dev/null");
    }
};

std::vector<std::string> sorted_lines(const std::string& text) {
    std::vector<std::string> lines = split(text, '\n');
    std::sort(lines.begin(), lines.end());
    return lines;
}

void same_lines(const std::string& got, const std::string& wanted) {
    CHECK(sorted_lines(got) == sorted_lines(wanted));
}

bool holds(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

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

TEST_CASE("docker compose exec and run: terminals, input, variables, statuses") {
    ComposeHost host(two_services());
    host.compose("up -d");
    CHECK(host.compose("exec -T web echo hi").out == "hi\n");
    CHECK(host.run("echo in | docker compose exec -T web cat").out == "in\n");
    CHECK(host.run("echo in | docker compose exec -T -i=false web cat").out.empty());
    CHECK(host.compose("exec -T -e A=b web sh -c 'echo $A; exit 4'").status == 4);
    CHECK(host.compose("exec -T nosuch true").error == "service \"nosuch\" is not running\n");
    CHECK(host.compose("exec -T --index 2 web true").error ==
          "service \"web\" is not running container #2\n");
    CHECK(host.compose("exec --privileged web true").error ==
          "docker compose: the flag --privileged of exec exists in life but Podium doesn't "
          "simulate it\n");
    const auto once = host.compose("run --rm -T web sh -c 'echo one; exit 5'");
    CHECK(once.out == "one\n");
    CHECK(once.status == 5);
    // Of its own container it tells nothing.
    CHECK(once.error == " Container app-db-1  Running\n");
    host.write_file("/root/app/vars", "A=from file\nB=2\n");
    CHECK(host.compose("run --rm -T --no-deps --env-from-file vars -e B=3 web sh -c 'echo $A $B'")
              .out == "from file 3\n");
    CHECK(host.compose("run --rm -p 1:1 -P web true").error ==
          "--service-ports and --publish are incompatible\n");
    CHECK(host.compose("run -t -T web true").error ==
          "--tty and --no-TTY can't be used together\n");
    CHECK(host.compose("run --label a web true").error == "label must be set as KEY=VALUE\n");
    CHECK(host.run("echo in | docker compose run --rm -T --no-deps -i=false web cat").out.empty());
}

TEST_CASE("docker compose wait: every container's status, and --down-project") {
    ComposeHost host("services:\n  a: {image: busybox, command: sh -c \"sleep 2; exit 6\"}\n");
    host.compose("up -d");
    const auto waited = host.compose("wait a");
    CHECK(masked(waited.out) == "container \"ID\" exited with status code 6\n");
    CHECK(waited.status == 6);
    CHECK(host.compose("wait a").error == "no containers for project \"app\"\n");
    host.compose("up -d");
    const auto down = host.compose("wait --down-project a");
    CHECK(down.status == 6);
    CHECK(down.error.ends_with(" Network app_default  Removed\n"));
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

TEST_CASE("docker compose: spellings and flags that it no longer wants are told of") {
    ComposeHost host(two_services());
    CHECK(holds(host.compose("--no-ansi up -d --y").error, "option '--no-ansi' is DEPRECATED ! Please use '--ansi' instead.\n"));
    CHECK(holds(host.compose("up -d --y").error, "level=warning msg=\"--y is deprecated, please use --yes instead\"\n"));
    CHECK(host.compose("--no-ansi --ansi always ps").error ==
          "cannot specify DEPRECATED \"--no-ansi\" and \"--ansi\". Please use only \"--ansi\"\n");
    CHECK(host.compose("--workdir . ps").error ==
          "\x1b[31moption '--workdir' is DEPRECATED at root level! Please use '--project-directory' instead.\n\x1b[0m");
    CHECK(host.compose("--workdir . --project-directory . ps").error ==
          "cannot specify DEPRECATED \"--workdir\" and \"--project-directory\". Please use only \"--project-directory\" instead\n");
    CHECK(holds(host.compose("pull --no-parallel").error, "\x1b[31moption '--no-parallel' is DEPRECATED and will be ignored.\n\x1b[0m"));
    CHECK(holds(host.compose("down --volume").error, "msg=\"--volume is deprecated, please use --volumes\"\n"));
    CHECK(host.run("docker volume ls -q").out.empty());
}

TEST_CASE("docker compose run -q: nothing is told of what it does") {
    ComposeHost host(two_services());
    const auto run = host.compose("run -q web echo done");
    CHECK(run.out == "done\n");
    CHECK(run.error.empty());
    CHECK(host.compose("run --pull sometimes web true").error == "invalid --pull option \"sometimes\"\n");
}

TEST_CASE("docker compose up --attach: shows a service with attach: false that is named there") {
    ComposeHost host("services:\n  a: {image: busybox, attach: false, command: sh -c \"echo hello\"}\n");
    CHECK(!holds(host.run("timeout -s INT 3 docker compose up").out, "hello"));
    CHECK(holds(host.run("timeout -s INT 3 docker compose up --attach a --force-recreate").out, "a-1  | hello\n"));
}

TEST_CASE("docker compose cp: to all containers of a service, from the first") {
    ComposeHost host(two_services());
    host.compose("up -d");
    host.write_file("/root/app/f", "text\n");
    CHECK(host.compose("cp f web:/tmp/f").error ==
          " app-web-1 copy f to app-web-1:/tmp/f Copying\n app-web-1 copy f to app-web-1:/tmp/f "
          "Copied\n");
    CHECK(host.compose("exec -T web cat /tmp/f").out == "text\n");
    CHECK(host.compose("cp web:/tmp/f g").status == 0);
    CHECK(host.run("cat g").out == "text\n");
    CHECK(host.compose("cp web:/a db:/b").error == "copying between services is not supported\n");
    CHECK(host.compose("cp a b").error == "unknown copy direction\n");
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

TEST_CASE("docker compose: wrong words fail as the real one does") {
    ComposeHost host(two_services());
    const auto verb = host.compose("upp");
    CHECK(verb.status == 1);
    CHECK(verb.error == "unknown docker command: \"compose upp\" (did you mean up?)\n");
    CHECK(verb.out.starts_with("Usage:  docker compose [OPTIONS] COMMAND\n"));
    const auto flag = host.compose("up --bogus");
    CHECK(flag.status == 1);
    CHECK(flag.error == "unknown flag: --bogus\n");
    CHECK(host.compose("exec web").error == "requires at least 2 arg(s), only received 1\n");
    CHECK(host.compose("ls x").error == "unknown command \"x\" for \"docker compose ls\"\n");
    CHECK(host.compose("scale web").error == "invalid scale specifier: web\n");
    CHECK(host.compose("scale web=x").error ==
          "invalid scale specifier: can't parse replica value as int: web=x\n");
    CHECK(host.compose("up --scale web").error ==
          "invalid --scale option \"web\". Should be SERVICE=NUM\n");
    CHECK(host.compose("up --scale web=x").error ==
          "strconv.Atoi: parsing \"x\": invalid syntax\n");
    CHECK(host.compose("up --pull sometimes").error == "invalid --pull option \"sometimes\"\n");
    CHECK(host.compose("up nosuch").error == "no such service: nosuch\n");
    CHECK(host.compose("up --watch").error ==
          "docker compose: the flag --watch of up exists in life but Podium doesn't simulate it\n");
    CHECK(host.compose("watch").error ==
          "docker compose: the command watch exists in life but Podium doesn't simulate it\n");
}

TEST_CASE("docker compose: each command says of an unknown service what its own way to containers says") {
    ComposeHost host(two_services());
    host.compose("up -d");
    const auto says = [&host](const std::string& words, const std::string& error, int status) {
        INFO(words);
        const auto done = host.compose(words);
        CHECK(done.error == error);
        CHECK(done.status == status);
    };
    // projectOrName(services): the files know.
    for (const char* words : {"logs nosuch", "ps nosuch", "stop nosuch", "start nosuch", "kill nosuch", "rm -f nosuch", "pause nosuch", "unpause nosuch",
                              "restart nosuch", "volumes nosuch", "pull nosuch", "up -d nosuch", "config nosuch"})
        says(words, "no such service: nosuch\n", 1);
    // toProjectName: the engine alone is asked.
    says("exec -T nosuch true", "service \"nosuch\" is not running\n", 1);
    says("exec -T wep true", "service \"wep\" is not running (did you mean web?)\n", 1);
    says("exec -T --index 3 nosuch true", "service \"nosuch\" is not running container #3\n", 1);
    says("port nosuch 80", "service \"nosuch\" is not running\n", 1);
    says("attach nosuch", "service \"nosuch\" is not running\n", 1);
    says("cp nosuch:/x .", "no container found for service \"nosuch\"\n", 1);
    says("wait nosuch", "no containers for project \"app\"\n", 1);
    says("events --until 0s nosuch", "", 0);
    for (const char* words : {"top nosuch", "images nosuch", "stats --no-stream nosuch"}) says(words, "", 0);
    CHECK(host.compose("top nosuch").out.empty());
    const auto lines = [&host](const std::string& words) {
        const std::string out = host.compose(words).out;
        return std::count(out.begin(), out.end(), '\n');
    };
    CHECK(lines("stats --no-stream nosuch") == 1);  // the header
    CHECK(lines("stats --no-stream web") == 2);
}

TEST_CASE("docker compose: help has the layout of the docker CLI's") {
    ComposeHost host(two_services());
    const std::string help = host.compose("--help").out;
    CHECK(help.starts_with("Usage:  docker compose [OPTIONS] COMMAND\n\nDefine and run multi-container applications with Docker\n\nOptions:\n      --all-resources "));
    CHECK(holds(help, "\n\nManagement Commands:\n  bridge      Convert compose files into another model\n\nCommands:\n  attach      Attach local"));
    CHECK(holds(help, "\n  version     Show the Docker Compose version information\n"));
    CHECK(help.ends_with("\n\nRun 'docker compose COMMAND --help' for more information on a command.\n"));
    CHECK(host.compose("help").out == help);
    CHECK(host.compose("").out == help);
    CHECK(host.compose("top --help").out == "Usage:  docker compose top [SERVICES...]\n\nDisplay the running processes\n\nOptions:\n      --dry-run   Execute command in dry run mode\n");
    CHECK(holds(host.compose("convert --help").out, "canonical format\n\nAliases:\n  docker compose config, docker compose convert\n\nOptions:\n"));
    const auto unknown = host.compose("upp");
    CHECK(unknown.out == help);
    CHECK(unknown.error == "unknown docker command: \"compose upp\" (did you mean up?)\n");
}

TEST_CASE("docker compose: --dry-run may stand behind the command, and its help names it") {
    ComposeHost host(two_services());
    host.compose("up -d");
    const auto down = host.compose("down --dry-run");
    CHECK(down.status == 0);
    CHECK(down.error == host.compose("--dry-run down").error);
    CHECK(holds(down.error, " DRY-RUN MODE -  Container app-web-1  Stopped\n"));
    CHECK(host.run("docker ps -q | wc -l").out == "2\n");
    CHECK(holds(host.compose("top --help").out, "      --dry-run   Execute command in dry run mode\n"));
    CHECK(holds(host.compose("exec --dry-run web true").error, "the flag --dry-run with exec exists in life but Podium doesn't simulate it\n"));
    CHECK(host.compose("down --dry-run=false").status == 0);
    CHECK(host.run("docker ps -q | wc -l").out == "0\n");
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
    host.write(file("{labels: {a: b}}"));
    CHECK(holds(host.compose("up -d").error, " Network app_n  Removed\n"));
    host.write(file("{labels: [a=b]}"));
    CHECK(!holds(host.compose("up -d").error, "Network"));
}

TEST_CASE("both Compose clients say of an image that the catalogue doesn't have what it is taken for") {
    const std::string note = "Podium: foo/bar is not in Podium's catalogue of images; it is taken for a server that starts in a second and ends on TERM\n";
    for (const std::string client : {"docker compose", "docker-compose"}) {
        INFO(client);
        DockerHost host({"busybox"}, "");
        host.run("mkdir app; cd app");
        host.write_file("/root/app/docker-compose.yml", "services: {a: {image: foo/bar}, b: {image: foo/bar}, c: {image: busybox}}\n");
        const auto up = host.run(client + " up -d < /dev/null");
        CHECK(holds(up.error, note));
        CHECK(up.error.find(note) == up.error.rfind(note));
        CHECK(!holds(up.error, "busybox is not"));
        CHECK(!holds(host.run(client + " up -d < /dev/null").error, "Podium:"));
        CHECK(holds(host.run(client + " pull -q < /dev/null").error, note));
    }
}

TEST_CASE("both Compose clients refuse more containers of a service than Podium makes") {
    ComposeHost host("services:\n  a: {image: redis}\n  b:\n    image: redis\n    scale: 1001\n");
    for (const std::string client : {"docker compose", "docker-compose"}) {
        const auto up = host.run(client + " up -d < /dev/null");
        CHECK(up.status == 1);
        CHECK(holds(up.error, "compose.yaml:5:12: service \"b\" is to have 1001 containers; Podium gives one service at most 1000\n"));
        CHECK(holds(host.run(client + " up -d --scale b=1 --scale a=2000 < /dev/null").error, "service \"a\" is to have 2000 containers"));
    }
    CHECK(host.compose("up -d --scale b=1").status == 0);
}

TEST_CASE("docker compose: odd numbers and names are the engine's to refuse, and harm nothing") {
    const auto up = [](const std::string& lines) {
        ComposeHost host("services: {a: {image: redis, command: sleep 3600, " + lines + "}}\n");
        const std::string error = host.compose("up -d").error;
        return std::pair(error, host.run("docker inspect -f '{{.HostConfig.NanoCpus}}' app-a-1; docker inspect -f '{{.Config.StopTimeout}}' app-a-1").out);
    };
    CHECK(up("cpu_quota: 50000, cpu_period: 0").second.starts_with("500000000\n"));
    CHECK(holds(up("cpu_quota: 9223372036854775807").first, "Range of CPUs is from 0.01"));
    CHECK(up("stop_grace_period: 999999h").second == "0\n2147483647\n");
    CHECK(holds(up("environment: {'': x}").first, "invalid environment variable: =x"));
}

TEST_CASE("docker compose: the engine refuses health checks that leave no time") {
    const auto error = [](const std::string& lines) {
        ComposeHost host("services: {a: {image: redis, healthcheck: {test: 'true', " + lines + "}}}\n");
        return host.compose("up -d").error;
    };
    CHECK(holds(error("interval: -5s"), "Interval in Healthcheck cannot be less than 1ms"));
    CHECK(holds(error("timeout: 1us"), "Timeout in Healthcheck cannot be less than 1ms"));
    CHECK(holds(error("start_period: 1us"), "StartPeriod in Healthcheck cannot be less than 1ms"));
    CHECK(!holds(error("interval: 1ms"), "Healthcheck"));
}

// pkg/compose/convert.go (ToMobyHealthCheck) and secrets.go (createSecrets) of 2.40.3.
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
