// docker-compose 1.29.2 on the engine: order, what is kept and made anew, numbers, conditions. Measured
// where the recordings have it, else after its source (compose/service.py, parallel.py, project.py).

#include <catch2/catch.hpp>

#include "tests/lab/rules_fixture.hpp"

namespace podium::lab {
namespace {

const std::string kLoop = "sh -c \"trap 'exit 0' TERM; while :; do sleep 0.2; done\"";

class ComposeHost : public RuledHost {
  public:
    explicit ComposeHost(const std::string& services) {
        must("mkdir app");
        must("cd app");
        file(services);
    }
    void file(const std::string& services) { write_file("/root/app/docker-compose.yml", "version: \"3.8\"\nservices:\n" + services); }
    Done compose(const std::string& words) { return run("docker-compose " + words + " < /dev/null"); }
    Done did(const std::string& words) { return must("docker-compose " + words + " < /dev/null"); }
    [[nodiscard]] std::string id(const std::string& name) const { return look(name).id; }
    std::string volumes() { return must("docker volume ls -q | wc -l").out; }
};

std::string two(const std::string& of_db, const std::string& of_web, const std::string& command = kLoop) {
    return "  db:\n    image: redis\n    command: " + command + "\n" + of_db + "  web:\n    image: nginx\n    command: " + command + "\n    depends_on: [db]\n" + of_web;
}

}  // namespace

TEST_CASE("rules of docker-compose: stop and down go level by level, restart and kill all at once") {
    const std::string ignoring = "sleep 3600";
    ComposeHost host(two("", "", ignoring));
    host.did("up -d");
    CHECK(host.moments("app_web_1", "create").at(0) > host.moments("app_db_1", "start").at(0));
    double asked = host.now();
    RuledHost::Done done = host.did("stop");
    CHECK(done.took > 20.2);
    CHECK(done.took < 22.0);
    CHECK(host.moments("app_db_1", "kill 15", asked).at(0) > host.moments("app_web_1", "die 137", asked).at(0));
    host.did("start");
    CHECK(host.moments("app_web_1", "start", asked).at(0) > host.moments("app_db_1", "start", asked).at(0));
    asked = host.now();
    done = host.did("restart -t 3");
    CHECK(done.took < 5.5);
    CHECK(host.moments("app_db_1", "kill 15", asked).at(0) - host.moments("app_web_1", "kill 15", asked).at(0) == Approx(0).margin(0.1));
    done = host.did("kill");
    CHECK(done.took < 1.5);
    host.did("up -d");
    done = host.did("down -t 2");
    CHECK(done.took > 4.0);
    CHECK(done.took < 6.5);
    CHECK(host.status("app_db_1") == "missing");
}

TEST_CASE("rules of docker-compose: up keeps what is unchanged, starts what is down, makes what is gone") {
    ComposeHost host(two("", ""));
    host.did("up -d");
    const std::string web = host.id("app_web_1");
    double asked = host.now();
    RuledHost::Done done = host.did("up -d");
    CHECK(holds(done.error, "app_db_1 is up-to-date\napp_web_1 is up-to-date\n"));
    CHECK(host.events("app_web_1", asked) == "");
    for (const std::string line : {"docker kill app_web_1", "docker stop app_web_1", "docker exec app_web_1 sh -c 'kill 1'"}) {
        INFO(line);
        host.must(line);
        host.wait(1);
        CHECK(host.status("app_web_1") == "exited");
        done = host.did("up -d");
        CHECK(holds(done.error, "Starting app_web_1 ... \n"));
        CHECK(host.id("app_web_1") == web);
        CHECK(host.status("app_web_1") == "running");
    }
    host.must("docker rm -f app_web_1");
    done = host.did("up -d");
    CHECK(holds(done.error, "Creating app_web_1 ... \n"));
    CHECK(host.id("app_web_1") != web);
}

TEST_CASE("rules of docker-compose: a changed service alone is made anew, under its old name for a while") {
    ComposeHost host(two("", ""));
    host.did("up -d");
    const std::string web = host.id("app_web_1");
    const std::string db = host.id("app_db_1");
    host.file(two("", "    environment: {A: \"2\"}\n"));
    const double asked = host.now();
    RuledHost::Done done = host.did("up -d");
    CHECK(holds(done.error, "app_db_1 is up-to-date\nRecreating app_web_1 ... \n"));
    CHECK(host.events(web + "_app_web_1", asked) == "rename, destroy");
    CHECK(host.events("app_web_1", asked) == "kill 15, die 0, stop, create, start");
    CHECK(host.id("app_web_1") != web);
    // What depends on a changed service stays.
    const std::string newer = host.id("app_web_1");
    host.file(two("    environment: {B: \"1\"}\n", "    environment: {A: \"2\"}\n"));
    done = host.did("up -d");
    CHECK(holds(done.error, "app_web_1 is up-to-date"));
    CHECK(host.id("app_db_1") != db);
    CHECK(host.id("app_web_1") == newer);
    const double forced = host.now();
    host.did("up -d --force-recreate");
    CHECK(host.id("app_web_1") != newer);
    CHECK(host.moments("app_web_1", "create", forced).at(0) > host.moments("app_db_1", "start", forced).at(0));
    host.file(two("    environment: {B: \"9\"}\n", ""));
    const std::string kept = host.id("app_db_1");
    host.did("up -d --no-recreate");
    CHECK(host.id("app_db_1") == kept);
}

TEST_CASE("rules of docker-compose: numbers of replicas are not used again, the highest goes first") {
    ComposeHost host(two("", ""));
    host.did("up -d --scale web=3");
    host.must("docker rm -f app_web_2");
    host.did("up -d --scale web=3");
    CHECK(host.status("app_web_2") == "missing");
    CHECK(host.status("app_web_4") == "running");
    host.must("docker rm -f app_web_4");
    host.did("up -d --scale web=4");
    CHECK(host.status("app_web_4") == "running");
    CHECK(host.status("app_web_5") == "running");
    host.did("up -d --scale web=2");
    CHECK(host.status("app_web_3") == "running");
    CHECK(host.status("app_web_4") == "missing");
    CHECK(host.status("app_web_5") == "missing");
    host.did("up -d");
    CHECK(host.status("app_web_1") == "running");
    CHECK(host.status("app_web_3") == "missing");
}

TEST_CASE("rules of docker-compose: of two replicas with one fixed port the second fails, and stays created") {
    ComposeHost host(two("", "    ports: [\"8080:80\"]\n"));
    host.did("up -d");
    const RuledHost::Done done = host.compose("up -d --scale web=2");
    CHECK(done.status == 1);
    CHECK(holds(done.error, "The \"web\" service specifies a port on the host. If multiple containers for this service are created on a single host, the port will clash."));
    CHECK(holds(done.error, "port is already allocated"));
    CHECK(host.status("app_web_1") == "running");
    CHECK(host.status("app_web_2") == "created");
    CHECK(host.look("app_web_2").exit_code == 128);
}

TEST_CASE("rules of docker-compose: a named volume is lost by down -v alone, an anonymous one by rm and -V") {
    const std::string anonymous = two("    volumes: [/data]\n", "");
    ComposeHost host(anonymous);
    const auto written = [&] { return host.run("docker exec app_db_1 cat /data/f").out; };
    const auto write = [&] { host.must("docker exec app_db_1 sh -c 'echo x >/data/f'"); };
    host.did("up -d");
    write();
    host.did("up -d --force-recreate");
    CHECK(written() == "x\n");
    host.did("stop");
    host.did("start");
    CHECK(written() == "x\n");
    host.must("docker rm -f app_db_1");
    host.did("up -d");
    CHECK(written() == "");
    CHECK(host.volumes() == "2\n");  // the old one has no owner any more
    write();
    host.did("up -d --force-recreate -V");
    CHECK(written() == "");
    host.did("down");
    CHECK(host.volumes() == "3\n");
    host.must("docker volume prune -f");

    host.file(two("    volumes: [dbdata:/data]\n", "") + "volumes:\n  dbdata:\n");
    host.did("up -d");
    write();
    for (const std::string way : {"docker rm -f app_db_1", "docker-compose up -d --force-recreate < /dev/null", "docker-compose down < /dev/null"}) {
        INFO(way);
        host.must(way);
        host.did("up -d");
        CHECK(written() == "x\n");
    }
    host.did("down -v");
    CHECK(host.volumes() == "0\n");
    host.did("up -d");
    CHECK(written() == "");
}

TEST_CASE("rules of docker-compose: a container's own layer outlives stop and start, not rm or a recreation") {
    ComposeHost host(two("", ""));
    const auto written = [&] { return host.run("docker exec app_db_1 cat /own").out; };
    host.did("up -d");
    host.must("docker exec app_db_1 sh -c 'echo x >/own'");
    host.did("restart");
    CHECK(written() == "x\n");
    host.did("up -d --force-recreate");
    CHECK(written() == "");
}

TEST_CASE("rules of docker-compose: depends_on with conditions") {
    const auto file = [](const std::string& db, const std::string& condition) {
        return "  db:\n    image: redis\n    command: " + db + "\n    healthcheck: {test: \"test -e /ok\", interval: 1s, retries: 3}\n  web:\n    image: nginx\n    command: " + kLoop + "\n    depends_on:\n      db: {condition: " + condition + "}\n";
    };
    struct Row {
        const char* db;
        const char* condition;
        int status;
        const char* says;  // "ID" is db's
        double earliest;   // web's start since db's
        double latest;
    };
    const Row rows[] = {
        {"sh -c \"sleep 2.5; touch /ok; sleep 3600\"", "service_healthy", 0, "", 3.0, 4.6},
        {"sh -c \"sleep 3600\"", "service_healthy", 1, "ERROR: for web  Container \"ID\" is unhealthy.\n", 0, 0},
        {"sh -c \"sleep 1; exit 1\"", "service_healthy", 1, "ERROR: for web  Container \"ID\" is unhealthy.\n", 0, 0},
        {"sh -c \"sleep 2; exit 0\"", "service_completed_successfully", 0, "", 2.0, 3.4},
        {"sh -c \"sleep 2; exit 1\"", "service_completed_successfully", 1, "ERROR: for web  Container \"ID\" exited with code 1.\n", 0, 0},
        {"sh -c \"exit 1\"", "service_started", 0, "", 0.1, 1.2},
    };
    for (const Row& row : rows) {
        INFO(row.condition << ": " << row.db);
        ComposeHost host(file(row.db, row.condition));
        const RuledHost::Done done = host.compose("up -d");
        INFO(done.out << done.error);
        CHECK(done.status == row.status);
        std::string says = row.says;
        if (const auto at = says.find("ID"); at != std::string::npos) says.replace(at, 2, host.id("app_db_1"));
        CHECK(holds(done.error, says));
        if (row.status != 0) {
            CHECK(host.status("app_web_1") == "missing");
            CHECK(holds(done.error, "Encountered errors while bringing up the project.\n"));
            continue;
        }
        REQUIRE(host.status("app_web_1") == "running");
        const double after = host.moments("app_web_1", "start").at(0) - host.moments("app_db_1", "start").at(0);
        CHECK(after >= row.earliest);
        CHECK(after <= row.latest);
    }
}

TEST_CASE("rules of docker-compose: PID 1 killed stays down without a policy, is back by itself with one") {
    ComposeHost host(two("    restart: always\n", ""));
    host.did("up -d");
    host.wait(1);
    host.must("docker-compose exec -T db sh -c 'kill 1' < /dev/null");
    host.must("docker-compose exec -T web sh -c 'kill 1' < /dev/null");
    host.wait(5);
    CHECK(host.status("app_web_1") == "exited");
    CHECK(host.status("app_db_1") == "running");
    const double back = host.moments("app_db_1", "start").at(1) - host.moments("app_db_1", "die 0").at(0);
    CHECK(back > 0.2);
    CHECK(back < 0.5);
    host.did("stop");  // which wins over `always`
    host.wait(20);
    CHECK(host.status("app_db_1") == "exited");
    host.did("start");
    CHECK(host.status("app_web_1") == "running");
}

TEST_CASE("rules of docker-compose: asked of nothing, or of what is not there") {
    ComposeHost host(two("", ""));
    host.did("up -d");
    host.did("down");
    RuledHost::Done done = host.compose("start");
    CHECK(done.status == 1);
    CHECK(holds(done.out + done.error, "No containers to start"));
    for (const std::string verb : {"stop", "kill"}) {
        done = host.compose(verb);
        CHECK(done.status == 0);
        CHECK(done.out + done.error == "");
    }
    for (const std::string verb : {"stop", "kill", "start", "up -d", "restart", "logs"}) {
        INFO(verb);
        done = host.compose(verb + " nosuch");
        CHECK(done.status == 1);
        CHECK(holds(done.error, "No such service: nosuch"));
    }
}

}  // namespace podium::lab
