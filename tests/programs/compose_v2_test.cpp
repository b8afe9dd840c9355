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
    CHECK(host.compose("exec -T nosuch true").error == "no such service: nosuch\n");
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
    CHECK(verb.out.starts_with("\nUsage:  docker compose [OPTIONS] COMMAND\n"));
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
    CHECK(host.compose("build").error ==
          "docker compose: the command build exists in life but Podium doesn't simulate it\n");
}
