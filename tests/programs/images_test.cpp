// The images of the catalogue as people use them: each starts, says what it is asked, listens where
// it is told, and passes the health checks that its documentation shows.

#include <algorithm>
#include <fstream>
#include <sstream>

#include <catch2/catch.hpp>

#include "sim/lab/invariants.hpp"
#include "sim/model/behaviour.hpp"
#include "sim/model/facts.hpp"
#include "sim/model/unknown_image.hpp"
#include "tests/programs/docker_fixture.hpp"
#include "tests/source_directory.hpp"

using namespace podium;
using namespace podium::programs;
using Catch::Contains;

namespace {

const model::Catalogue& catalogue() {
    static const model::Catalogue read = [] {
        std::ifstream in(test::source_directory() + "/scenarios/images.yaml", std::ios::binary);
        std::ostringstream text;
        text << in.rdbuf();
        auto parsed = model::parse_catalogue(text.str(), "images.yaml");
        REQUIRE(parsed.ok());
        return *parsed;
    }();
    return read;
}

std::string environment_for(const std::string& image) {
    if (image == "postgres") return "-e POSTGRES_PASSWORD=x ";
    if (image == "mysql") return "-e MYSQL_ROOT_PASSWORD=x ";
    if (image == "mariadb") return "-e MARIADB_ROOT_PASSWORD=x ";
    return "";
}

// What has been told as not modelled, a line each: "web: its …".
std::string not_modelled(DockerHost& host) {
    std::string out;
    const model::World& world = host.session().world();
    world.kernel.journal().for_each(FactId{1}, [&](const Fact& fact) {
        if (fact.kind != model::kFactNotModelled) return;
        if (fact.subject.type() == SubjectType::Container)
            out += std::string(world.name_of(model::ContainerId{fact.subject.id()})) + ": ";
        out += std::string(world.kernel.text(StringId{fact.words[0]})) + "\n";
    });
    return out;
}

std::string health(DockerHost& host, const std::string& run, Duration after = seconds(20)) {
    host.run("docker rm -f probed");
    host.run("docker run -d --name probed --health-interval 2s --health-retries 2 " + run);
    host.wait(after);
    std::string status = host.run("docker inspect -f '{{.State.Health.Status}}' probed").out;
    if (!status.empty()) status.pop_back();
    return status;
}

}  // namespace

TEST_CASE(
    "images: each build of the catalogue starts with docker run -d and the environment it "
    "requires") {
    for (const auto& [_, entry] : catalogue().entries) {
        const std::string image = entry.repository.familiar_name();
        DockerHost host({}, "");
        for (const model::ImageVersion& version : entry.versions) {
            const std::string name = image + ":" + version.tags.front();
            INFO(name);
            const DockerHost::Result ran =
                host.run("docker run -d --name cc " + environment_for(image) + name, minutes(30));
            CHECK_THAT(ran.error, !Contains("Error response"));
            CHECK(ran.status == 0);
            host.wait(seconds(100));
            const std::string state =
                host.run("docker inspect -f '{{.State.Status}} {{.State.ExitCode}}' cc").out;
            const model::BehaviourProfile& run = *entry.profile;
            // What waits for a database or a terminal that is not there ends as its profile says.
            const bool needs = std::any_of(
                run.requirements.begin(), run.requirements.end(), [](const auto& requirement) {
                    return requirement.unmet == model::UnmetAction::Exit;
                });
            const bool serves = run.kind != model::ServiceKind::ShellOnly &&
                                run.kind != model::ServiceKind::Greeting &&
                                run.interpreters.empty();
            CHECK(state == (needs ? "exited 1\n" : serves ? "running 0\n" : "exited 0\n"));
            host.run("docker rm -f cc");
        }
    }
}

TEST_CASE("images: accounts are those of the real images, of each build") {
    DockerHost host({}, "");
    CHECK(host.run("docker run --rm adminer id").out ==
          "uid=100(adminer) gid=101(adminer) groups=101(adminer)\n");
    CHECK(host.run("docker run --rm memcached id").out ==
          "uid=11211(memcache) gid=11211(memcache) groups=11211(memcache)\n");
    CHECK(host.run("docker run --rm -u postgres postgres id").out ==
          "uid=999(postgres) gid=999(postgres) groups=999(postgres)\n");
    CHECK(host.run("docker run --rm -u postgres postgres:16-alpine id").out ==
          "uid=70(postgres) gid=70(postgres) groups=70(postgres)\n");
    CHECK(host.run("docker run --rm -u node node:alpine sh -c 'echo $HOME'").out == "/home/node\n");
    CHECK_THAT(host.run("docker run --rm -u redis postgres id").error,
               Contains("unable to find user redis: no matching entries in passwd file"));
}

TEST_CASE("images: a password comes from the file that its variable with _FILE names") {
    DockerHost host({"postgres", "mysql", "mariadb"}, "");
    host.write_file("/root/pw", "secret\n");
    host.write_file("/root/empty", "\n");

    const struct {
        std::string image;
        std::string variable;
        std::string both;
    } cases[] = {
        {"postgres",
         "POSTGRES_PASSWORD",
         "error: both POSTGRES_PASSWORD and POSTGRES_PASSWORD_FILE are set (but are exclusive)"},
        {"mysql",
         "MYSQL_ROOT_PASSWORD",
         "[ERROR] [Entrypoint]: Both MYSQL_ROOT_PASSWORD and MYSQL_ROOT_PASSWORD_FILE are set (but "
         "are exclusive)"},
        {"mariadb",
         "MARIADB_ROOT_PASSWORD",
         "[ERROR] [Entrypoint]: Both MARIADB_ROOT_PASSWORD and MARIADB_ROOT_PASSWORD_FILE are set "
         "(but are exclusive)"}};

    for (const auto& row : cases) {
        INFO(row.image);
        const std::string file =
            " -v /root:/run/secrets -e " + row.variable + "_FILE=/run/secrets/";
        host.run("docker run -d --name good" + file + "pw " + row.image);
        host.run("docker run -d --name missing" + file + "nosuch " + row.image);
        host.run("docker run -d --name empty" + file + "empty " + row.image);
        host.run("docker run -d --name both -e " + row.variable + "=x" + file + "pw " + row.image);
        host.wait(seconds(30));
        CHECK(host.run("docker inspect -f '{{.State.Status}}' good").out == "running\n");
        CHECK(host.run("docker inspect -f '{{.State.Status}} {{.State.ExitCode}}' missing").out ==
              "exited 1\n");
        CHECK_THAT(host.run("docker logs missing").error,
                   Contains("/run/secrets/nosuch: No such file or directory"));
        CHECK_THAT(host.run("docker logs empty").error, Contains("is not specified"));
        CHECK_THAT(host.run("docker logs both").error, Contains(row.both));
        host.run("docker rm -f good missing empty both");
    }
}

TEST_CASE("images: what only says something ends with it, for the release its tag means") {
    DockerHost host({}, "");
    CHECK(host.run("docker run --rm python:3.12 python --version").out == "Python 3.12.11\n");
    CHECK(host.run("docker run --rm python:3.12.4 python --version").out == "Python 3.12.4\n");
    CHECK(
        host.run("docker run --rm python:3.12-slim sh -c 'python3 -V; echo $PYTHON_VERSION'").out ==
        "Python 3.12.11\n3.12.11\n");
    CHECK(host.run("docker run --rm node:20-alpine node --version").out == "v20.19.5\n");
    CHECK(host.run("docker run --rm node --version").out == "v24.8.0\n");
    CHECK(host.run("docker run --rm redis:7-alpine redis-server --version").out.substr(0, 21) ==
          "Redis server v=7.4.5 ");
    CHECK(host.run("docker run --rm redis --version").out.substr(0, 21) == "Redis server v=8.2.1 ");
    CHECK(host.run("docker run --rm postgres:16 postgres --version").out ==
          "postgres (PostgreSQL) 16.10\n");
    CHECK(host.run("docker run --rm mysql mysql --version").out ==
          "mysql  Ver 9.4.0 for Linux on x86_64 (MySQL Community Server - GPL)\n");
    CHECK(host.run("docker run --rm memcached -V").out == "memcached 1.6.39\n");
    host.run("docker run -d --name web node app.js");
    CHECK(host.run("docker exec web node -v").out == "v24.8.0\n");
}

TEST_CASE("images: a system's files and a web server's answers are those of the release its tag means") {
    DockerHost host({}, "");
    const auto name = [&host](const std::string& image) { return host.run("docker run --rm " + image + " sh -c '. /etc/os-release; echo $PRETTY_NAME'").out; };
    CHECK(name("ubuntu") == "Ubuntu 24.04.3 LTS\n");
    CHECK(name("ubuntu:22.04") == "Ubuntu 22.04.5 LTS\n");
    CHECK(name("ubuntu:focal") == "Ubuntu 20.04.6 LTS\n");
    CHECK(name("debian") == "Debian GNU/Linux 12 (bookworm)\n");
    CHECK(name("debian:11-slim") == "Debian GNU/Linux 11 (bullseye)\n");
    CHECK(name("debian:trixie") == "Debian GNU/Linux 13 (trixie)\n");
    CHECK(name("alpine") == "Alpine Linux v3.20\n");
    CHECK(name("alpine:3.19") == "Alpine Linux v3.19\n");
    CHECK(host.run("docker run --rm alpine:3.18.4 cat /etc/alpine-release").out == "3.18.4\n");
    CHECK(host.run("docker run --rm debian:11 cat /etc/debian_version").out == "11.11\n");
    CHECK(host.run("docker run --rm nginx:1.25 nginx -v").error.ends_with("nginx version: nginx/1.25.5\n"));
    CHECK_THAT(host.run("docker run --rm httpd:2.4.58 httpd -v").out, Contains("Apache/2.4.58 "));
    host.run("docker run -d --name apache -p 8024:80 httpd:2.4.58");
    host.run("docker run -d --name old -p 8025:80 nginx:1.25-alpine; docker exec old sh -c 'rm /usr/share/nginx/html/index.html'");
    host.wait(seconds(2));
    CHECK_THAT(host.run("curl -sI localhost:8024").out, Contains("Server: Apache/2.4.58 (Unix)\r\n"));
    CHECK_THAT(host.run("docker logs apache").error, Contains("Apache/2.4.58 (Unix) configured"));
    CHECK_THAT(host.run("curl -sI localhost:8025").out, Contains("Server: nginx/1.25.5\r\n"));
    CHECK_THAT(host.run("curl -s localhost:8025").out, Contains("<center>nginx/1.25.5</center>"));
    CHECK_THAT(host.run("curl -s localhost:8025/nosuch").out, Contains("<center>nginx/1.25.5</center>"));
}

TEST_CASE("images: redis refuses an option that is none of its directives") {
    DockerHost host({"redis"}, "");
    const DockerHost::Result ran =
        host.run("docker run --rm redis redis-server --port 7000 --bogus yes");
    CHECK(ran.status == 1);
    CHECK(ran.error ==
          "\n*** FATAL CONFIG FILE ERROR (Redis 8.2.1) ***\nReading the configuration file, at "
          "line 3\n>>> 'bogus \"yes\"'\nBad directive or wrong number of arguments\n");
}

TEST_CASE(
    "images: somebody's program for an interpreter is a server, and that is told by its name") {
    DockerHost host({"node", "python", "postgres"}, "");
    const std::pair<std::string, std::string> commands[] = {
        {"node npm start",
         "Podium does not run 'npm start'; a web server on port 3000 acts in its place"},
        {"python python app.py",
         "Podium does not run 'python app.py'; a web server on port 8000 acts in its place"},
        {"node node -e 'setInterval(f)'", "Podium does not run 'node -e setInterval(f)'; a web"},
        {"python python -m http.server 9000",
         "Podium does not run 'python -m http.server 9000'; a web server on port 9000 acts in its "
         "place"},
        {"node nosuch", "Podium does not run 'nosuch'; a web"}};
    for (const auto& [command, told] : commands) {
        INFO(command);
        host.run("docker run -d --name aa " + command);
        host.wait(seconds(3));
        CHECK(host.run("docker inspect -f '{{.State.Status}}' aa").out == "running\n");
        CHECK_THAT(not_modelled(host), Contains(told));
        host.run("docker rm -f aa");
    }
    // A program of the image that is not its server is not taken for it.
    const DockerHost::Result dump = host.run("docker run --name dd postgres pg_dump -h db app");
    CHECK(dump.status == 127);
    CHECK(dump.error ==
          "Podium does not model 'pg_dump -h db app', which is not the image's server\n");
    CHECK_THAT(not_modelled(host), Contains("dd: Podium does not model 'pg_dump -h db app'"));
}

TEST_CASE(
    "images: a server listens on the port its arguments say, and its other arguments are told as "
    "not simulated") {
    DockerHost host({"redis", "postgres", "mysql", "memcached", "httpd", "mongo"}, "");
    host.run("docker run -d --name rr redis redis-server --port 7000 --appendonly yes");
    host.run("docker run -d --name r2 redis --port=7001 --maxmemory 100mb --requirepass x");
    host.run(
        "docker run -d --name pp -e POSTGRES_PASSWORD=x postgres -p 5433 -c max_connections=20");
    host.run("docker run -d --name p2 -e POSTGRES_PASSWORD=x postgres -c port=5434");
    host.run("docker run -d --name mm -e MYSQL_ROOT_PASSWORD=x mysql mysqld --port=3307");
    host.run("docker run -d --name hh httpd httpd-foreground -DSSL");
    host.wait(seconds(30));
    CHECK(host.run("docker exec rr redis-cli -p 7000 ping").out == "PONG\n");
    CHECK_THAT(host.run("docker exec rr redis-cli ping").error,
               Contains("Could not connect to Redis at 127.0.0.1:6379: Connection refused"));
    CHECK(host.run("docker exec r2 redis-cli -p 7001 -a x ping").out == "PONG\n");
    CHECK(host.run("docker exec pp pg_isready -p 5433").status == 0);
    CHECK_THAT(host.run("docker logs pp").error, Contains("address \"0.0.0.0\", port 5433"));
    CHECK(host.run("docker exec p2 pg_isready -p 5434").status == 0);
    CHECK(host.run("docker exec mm mysqladmin -uroot -px ping -h 127.0.0.1 -P 3307").out ==
          "mysqld is alive\n");
    const std::string told = not_modelled(host);
    CHECK_THAT(told, !Contains("rr: "));
    CHECK_THAT(told,
               Contains("r2: Podium does not simulate '--maxmemory 100mb', '--requirepass x' of "
                        "redis-server, which runs as without\n"));
    CHECK_THAT(told,
               Contains("pp: Podium does not simulate '-c max_connections=20' of postgres, which "
                        "runs as without\n"));
    CHECK_THAT(told, !Contains("p2: "));
    CHECK_THAT(
        told,
        Contains(
            "hh: Podium does not simulate '-DSSL' of httpd-foreground, which runs as without\n"));
}

TEST_CASE("images: the usual health checks pass when the image's server answers, and fail before") {
    DockerHost host({}, "");
    const std::string good[] = {
        "-e MARIADB_ROOT_PASSWORD=x --health-cmd 'healthcheck.sh --connect --innodb_initialized' "
        "mariadb",
        "-e MYSQL_ROOT_PASSWORD=x --health-cmd 'mysqladmin ping -h localhost -u root "
        "-p$MYSQL_ROOT_PASSWORD' mysql",
        "-e MARIADB_ROOT_PASSWORD=x --health-cmd 'mysqladmin ping -h localhost' mariadb:10.11",
        "-e MARIADB_ROOT_PASSWORD=x --health-cmd 'mysqladmin ping -h 127.0.0.1 --silent' mariadb:10-focal",
        "-e MARIADB_ROOT_PASSWORD=x --health-cmd 'mysqladmin ping' mariadb:10.6.4-focal",
        "-e POSTGRES_PASSWORD=x --health-cmd 'pg_isready -U postgres || exit 1' postgres:16-alpine",
        "--health-cmd 'rabbitmq-diagnostics -q ping' rabbitmq",
        "--health-cmd 'rabbitmqctl status || exit 1' rabbitmq:3-management",
        "--health-cmd 'redis-cli --raw incr ping' redis:alpine",
        "--health-cmd 'redis-cli -a secret ping | grep PONG' redis:7",
        "--health-cmd 'wget -q --spider http://localhost || exit 1' nginx:alpine",
        "--health-cmd 'nc -z localhost 80' nginx:alpine",
        "--health-cmd 'curl -fs http://localhost/ > /dev/null || exit 1' nginx",
        "--health-cmd \"bash -c '</dev/tcp/localhost/80'\" nginx",
        "--health-cmd \"mongosh --quiet --eval 'db.runCommand(\\\"ping\\\").ok'\" mongo",
        "--health-cmd 'echo \"db.runCommand({ping: 1}).ok\" | mongosh localhost:27017/test "
        "--quiet' mongo",
        "--health-cmd 'curl -s http://localhost:9200/_cluster/health | grep -vq red' "
        "elasticsearch:8.15.0",
        "--health-cmd \"python -c \\\"import urllib.request; "
        "urllib.request.urlopen('http://localhost:8000/health')\\\"\" python:3.12-slim python "
        "app.py",
        "--health-cmd \"node -e \\\"require('http').get('http://localhost:3000/', r => "
        "process.exit(r.statusCode === 200 ? 0 : 1))\\\"\" node:20-alpine node server.js",
    };
    for (const std::string& run : good) {
        INFO(run);
        CHECK(health(host, run, seconds(40)) == "healthy");
    }
    CHECK(health(host, "--health-cmd \"bash -c '</dev/tcp/localhost/81'\" nginx") == "unhealthy");
    CHECK_THAT(host.run("docker inspect -f '{{(index .State.Health.Log 0).Output}}' probed").out,
               Contains("/dev/tcp/localhost/81: Connection refused"));
    CHECK(health(host, "--health-cmd 'rabbitmqctl status' rabbitmq", seconds(6)) == "unhealthy");
    CHECK(health(host,
                 "-e MARIADB_ROOT_PASSWORD=x --health-cmd 'healthcheck.sh --connect' mariadb",
                 seconds(5)) == "unhealthy");
    CHECK_THAT(host.run("docker inspect -f '{{(index .State.Health.Log 0).Output}}' probed").out,
               Contains("healthcheck connect failed"));
    CHECK_THAT(not_modelled(host), !Contains("health check"));
}

TEST_CASE(
    "images: a health check that runs what Podium does not model is told, not just unhealthy") {
    DockerHost host({}, "");
    CHECK(health(host, "--health-cmd 'perl -e 1 > /dev/null 2>&1 || exit 1' nginx") == "unhealthy");
    CHECK_THAT(host.run("docker inspect -f '{{(index .State.Health.Log 0).Output}}' probed").out,
               Contains("Podium does not model the program perl"));
    CHECK_THAT(host.run("why probed").out, Contains("Podium does not model the program perl"));
    CHECK(health(host, "--health-cmd 'node healthcheck.js || exit 1' node:20 node server.js") ==
          "unhealthy");
    CHECK(health(host, "--health-cmd \"mongosh --eval 'rs.status().ok'\" mongo") == "unhealthy");
    const std::string told = not_modelled(host);
    CHECK_THAT(told,
               Contains("probed: its health check fails because of what Podium does not model: the "
                        "program perl"));
    CHECK_THAT(told,
               Contains("what Podium does not model: node: Podium runs no Node.js programs") ||
                   Contains("what Podium does not model: the program node"));
    CHECK_THAT(told,
               Contains("probed: its health check fails because of what Podium does not model: "
                        "mongosh: Podium models --eval"));
}

TEST_CASE("images: a build on Alpine has BusyBox's programs, one on Debian none that it lacks") {
    DockerHost host({}, "");
    for (const std::string image : {"nginx:alpine",
                                    "redis:7-alpine",
                                    "postgres:16-alpine",
                                    "httpd:alpine",
                                    "node:20-alpine",
                                    "python:3.12-alpine",
                                    "memcached:alpine"}) {
        INFO(image);
        const std::string sh = "docker run --rm --entrypoint sh " + image + " -c ";
        CHECK(host.run(sh + "'for p in wget nslookup ping ps nc vi top apk; do command -v $p; done "
                            "| wc -l'")
                  .out == "8\n");
        CHECK(host.run(sh + "'cat /etc/alpine-release'").out == "3.20.3\n");
        CHECK(host.run(sh + "'ps | head -1'").out == "PID   USER     TIME  COMMAND\n");
        CHECK_THAT(host.run(sh + "'apk add curl'").error, Contains("Podium"));
        CHECK(host.run(sh + "'cat /etc/debian_version'").status == 1);
    }
    for (const std::string image : {"nginx", "redis", "postgres"}) {
        INFO(image);
        const std::string sh = "docker run --rm --entrypoint sh " + image + " -c ";
        CHECK(host.run(sh + "'ps'").status == 127);
        CHECK(host.run(sh + "'wget localhost'").status == 127);
        CHECK(host.run(sh + "'cat /etc/debian_version'").out == "12.12\n");
        CHECK(host.run(sh + "'cat /etc/alpine-release'").status == 1);
    }
}

TEST_CASE(
    "images: a command that the entrypoint script can't find ends with 127 and the script's "
    "sentence") {
    DockerHost host({"wordpress", "nginx", "redis:alpine"}, "");
    const DockerHost::Result wp = host.run("docker run --rm wordpress wp --info");
    CHECK(wp.status == 127);
    CHECK(wp.error == "/usr/local/bin/docker-entrypoint.sh: exec: wp: not found\n");
    CHECK(host.run("docker run --rm nginx nosuch").error ==
          "/docker-entrypoint.sh: 47: exec: nosuch: not found\n");
    CHECK(host.run("docker run --rm redis:alpine nosuch").error ==
          "/usr/local/bin/docker-entrypoint.sh: exec: nosuch: not found\n");
}

TEST_CASE("images: options behind the image are a command for a script that gives its server none") {
    DockerHost host({"wordpress", "nginx", "nginx:alpine", "redis"}, "");
    const DockerHost::Result debian = host.run("docker run --rm nginx -p 80:80");
    CHECK(debian.status == 127);
    CHECK(debian.out.empty());
    CHECK(debian.error == "/docker-entrypoint.sh: 47: exec: -p: not found\n");
    const DockerHost::Result alpine = host.run("docker run --rm nginx:alpine -p80:80");
    CHECK(alpine.status == 2);
    CHECK(alpine.error == "/docker-entrypoint.sh: exec: line 47: illegal option -p\n");
    const DockerHost::Result bash = host.run("docker run --rm wordpress --restart always");
    CHECK(bash.status == 2);
    CHECK(bash.error ==
          "/usr/local/bin/docker-entrypoint.sh: exec: --: invalid option\n"
          "exec: usage: exec [-cl] [-a name] [command [argument ...]] [redirection ...]\n");
    CHECK(host.run("docker run --rm nginx -v").error == "/docker-entrypoint.sh: 47: exec: -v: not found\n");
    CHECK(host.run("docker run --rm redis -v").out.find("Redis server v=") == 0);
}

TEST_CASE("images: an unknown image without a port says nothing of one") {
    DockerHost host({}, "");
    host.run("docker run -d --name aa ngnix");
    host.run("docker run -d --name bb --expose 7000 team/shop");
    host.wait(seconds(5));
    CHECK(host.run("docker logs aa").out == "starting\n");
    CHECK(host.run("docker logs bb").out == "starting\nlistening on port 7000\n");
    CHECK_THAT(not_modelled(host), Contains("did you mean nginx?"));
}

TEST_CASE("images: an unknown image may have what its health check runs, and listens where that asks") {
    DockerHost host({}, "");
    host.run("docker run -d --name db --expose 5432 --health-cmd 'pg_isready -U forte' --health-interval 2s team/postgres");
    host.run("docker run -d --name own --health-cmd /bin/check-health --health-interval 2s team/proxy");
    host.run("docker run -d --name events --health-cmd 'wget -nv --tries=1 -O - http://127.0.0.1:8123/ping || exit 1' --health-interval 2s team/events");
    host.wait(seconds(8));
    CHECK(host.run("docker inspect -f '{{.State.Health.Status}}' db own events").out == "healthy\nhealthy\nhealthy\n");
    CHECK_THAT(not_modelled(host), Contains("its health check runs pg_isready, which only its image may have; it is taken to pass while the server answers"));
    host.run("docker run -d --name tls --health-cmd 'curl -fsk https://localhost:9443/api || exit 1' --health-interval 2s team/tls");
    host.wait(seconds(8));
    CHECK(host.run("docker inspect -f '{{.State.Health.Status}}' tls").out == "healthy\n");
    CHECK_THAT(not_modelled(host), Contains("its health check asks over TLS, which Podium does not model; it is taken to pass while the server answers"));
    // A server that hangs answers nobody, and so not the check either.
    host.run("inject hang db");
    host.wait(minutes(3));
    CHECK(host.run("docker inspect -f '{{.State.Health.Status}}' db").out == "unhealthy\n");
}

TEST_CASE("images: an unknown image's own script runs what only the image may have, and its last command serves") {
    DockerHost host({}, "");
    host.run("docker run -d --name a1 team/ocis sh -c 'ocis init || true; ocis server'");
    host.run("docker run -d --name b1 team/ocis sh -c 'sleep 1 && /entrypoint.sh db migrate && exec /entrypoint.sh run'");
    host.run("docker run -d --name c1 --user whoogle team/search");
    host.wait(seconds(5));
    CHECK(host.run("docker ps --format '{{.Names}}' | sort").out == "a1\nb1\nc1\n");
    CHECK_THAT(not_modelled(host), Contains("'ocis init' is not simulated; it is taken to have worked"));
    CHECK_THAT(not_modelled(host), Contains("Podium does not run 'ocis server'; a web server acts in its place"));
    CHECK(host.run("docker exec c1 id -u").out == "1000\n");
    // A substitution ends; what stands before a pipe may serve.
    host.run("docker run -d --name d1 team/ocis sh -c 'v=$(ocis version); for i in $(ocis list | sort); do echo $i; done; echo went on; "
             "ocis server | tee /log; echo never'");
    host.wait(seconds(5));
    CHECK(host.run("docker logs d1 2> /dev/null | grep -v starting").out == "went on\n");
    CHECK_THAT(not_modelled(host), Contains("'ocis version' is not simulated; it is taken to have worked"));
    CHECK(host.run("docker ps -q --filter name=d1").out.size() == 13);
    // By hand nothing is taken for granted.
    const DockerHost::Result asked = host.run("docker exec a1 ocis list");
    CHECK_THAT(asked.out + asked.error, Contains("Podium does not model this program"));
    CHECK_THAT(host.run("docker exec a1 sh -c 'ocis list'").error, Contains("ocis: Podium does not model this program"));
}

TEST_CASE("images: traefik's own health check asks its server, and is none itself") {
    DockerHost host({"traefik"}, "");
    CHECK(health(host, "--health-cmd 'traefik healthcheck --ping' traefik --ping=true") == "healthy");
    CHECK(host.run("docker exec probed traefik healthcheck --ping").out == "OK: http://:8080/ping\n");
    const DockerHost::Result other = host.run("docker exec probed traefik healthcheck --ping --entryPoints.traefik.address=:9999");
    CHECK(other.out == "Error calling healthcheck: Head \"http://:9999/ping\": dial tcp :9999: connect: connection refused\n");
    CHECK(other.status == 1);
    CHECK(not_modelled(host).find("'healthcheck'") == std::string::npos);
}

TEST_CASE("images: what nobody can know here ends by itself where the file counts on its end") {
    DockerHost host({"node:20"}, "");
    host.write_file("/root/compose.yaml",
                    "name: shop\nservices:\n"
                    "  migrate: {image: 'node:20', command: npm run migrate}\n"
                    "  seed: {image: team/tools, entrypoint: [sh, -c, 'tools seed && chown -R 1000 /data']}\n"
                    "  app: {image: team/shop, depends_on: {migrate: {condition: service_completed_successfully}, seed: {condition: service_completed_successfully}}}\n");
    CHECK(host.run("docker compose up -d", minutes(2)).status == 0);
    CHECK(host.run("docker compose ps --services").out == "app\n");
    CHECK(host.run("docker compose ps -a --format '{{.Service}} {{.ExitCode}}' --status exited").out == "migrate 0\nseed 0\n");
    CHECK_THAT(not_modelled(host), Contains("'npm run migrate', which others wait for to have ended: it is taken to have worked"));
    CHECK_THAT(not_modelled(host), !Contains("'npm run migrate'; a web server"));
}

TEST_CASE("images: the ports at which a check asks its own container") {
    using Ports = std::vector<std::uint16_t>;
    CHECK(model::ports_of_check({"CMD", "curl", "-f", "http://localhost:8080/health"}) == Ports{8080});
    CHECK(model::ports_of_check({"CMD-SHELL", "curl -f http://localhost/ || exit 1"}) == Ports{80});
    CHECK(model::ports_of_check({"CMD-SHELL", "nc -z 127.0.0.1 9000 && wget -qO- https://0.0.0.0/x"}) == Ports{9000, 443});
    CHECK(model::ports_of_check({"CMD", "bash", "-c", "</dev/tcp/localhost/6379"}) == Ports{6379});
    CHECK(model::ports_of_check({"CMD", "wget", "--spider", "http://storage:5000/status"}, {"storage"}) == Ports{5000});
    CHECK(model::ports_of_check({"CMD", "wget", "--spider", "http://my-storage:5000/status"}, {"storage"}).empty());
    CHECK(model::ports_of_check({"CMD-SHELL", "curl http://db:5432 http://localhost:$PORT redis-cli -h localhost ping"}).empty());
}

TEST_CASE("images: a probe that a fault fails says so, not what the server answered") {
    DockerHost host({"postgres"}, "");
    host.run(
        "docker run -d --name db -e POSTGRES_PASSWORD=x --health-cmd pg_isready --health-interval "
        "2s postgres");
    host.wait(seconds(10));
    host.run("inject failing-health db");
    host.wait(seconds(10));
    const std::string log = host.run("docker inspect -f '{{json .State.Health}}' db").out;
    CHECK_THAT(log, Contains("unhealthy"));
    CHECK_THAT(log,
               Contains("the fault failing-health makes it fail; the check itself ended with 0"));
    CHECK_THAT(host.run("why db").out, !Contains("accepting connections"));
}

TEST_CASE("images: what somebody puts where a server reads its configuration or scripts is told, as Podium reads none of it") {
    DockerHost host({"nginx", "postgres", "prom/prometheus"}, "");
    host.write_file("/root/site.conf", "server { listen 80; location / { proxy_pass http://api; } }\n");
    host.run("mkdir -p /root/init");
    host.write_file("/root/init/a.sql", "create table t();\n");
    host.write_file("/root/prometheus.yml", "global: {scrape_interval: 1s}\n");
    host.run("docker run -d --name own nginx");
    host.run("docker run -d --name web -v /root/site.conf:/etc/nginx/conf.d/site.conf nginx");
    host.run("docker run -d --name db -e POSTGRES_PASSWORD=x -v rows:/var/lib/postgresql/data -v /root/init:/docker-entrypoint-initdb.d postgres:16");
    host.run("docker run -d --name watch -v /root/prometheus.yml:/etc/prometheus/prometheus.yml:ro prom/prometheus");
    host.wait(seconds(10));
    const std::string told = not_modelled(host);
    CHECK_THAT(told, !Contains("own: "));
    CHECK_THAT(told, Contains("web: Podium does not read /etc/nginx/conf.d/site.conf: nginx runs as with the configuration of its image\n"));
    CHECK_THAT(told, Contains("db: Podium does not run /docker-entrypoint-initdb.d/a.sql: postgres begins without what these make\n"));
    CHECK_THAT(told, Contains("watch: Podium does not read /etc/prometheus/prometheus.yml: prometheus runs as with the configuration of its image\n"));
    // With data there are no scripts to run.
    host.run("docker rm -f db");
    host.run("docker run -d --name again -e POSTGRES_PASSWORD=x -v rows:/var/lib/postgresql/data -v /root/init:/docker-entrypoint-initdb.d postgres:16");
    host.wait(seconds(10));
    CHECK_THAT(not_modelled(host), !Contains("again: "));
}

TEST_CASE("images: pid files have their place below /var/run, as in Dockerfiles of nginx without root") {
    DockerHost host({"nginx", "debian"}, "");
    for (const std::string image : {"nginx:alpine", "nginx", "debian"}) {
        INFO(image);
        CHECK(host.run("docker run --rm --entrypoint sh " + image + " -c 'touch /var/run/nginx.pid && ls /var/run'").out == "nginx.pid\n");
    }
}

TEST_CASE("images: nginx fills in its configuration by envsubst before it starts, as files on the web tell people to") {
    DockerHost host({"nginx"}, "");
    host.run("docker run -d --name web -e BACKEND=api:80 nginx bash -c "
             "\"echo 'proxy_pass http://\\${BACKEND};' | envsubst > /etc/nginx/conf.d/default.conf && exec nginx -g 'daemon off;'\"");
    host.wait(seconds(2));
    CHECK(host.run("docker exec web cat /etc/nginx/conf.d/default.conf").out == "proxy_pass http://api:80;\n");
    CHECK(host.run("docker inspect -f '{{.State.Status}}' web").out == "running\n");
}

TEST_CASE("docker rmi: a layer stays while a pull counts on it, and goes with the image that was pulled") {
    DockerHost host({"debian:bookworm-slim"}, "");
    host.type("host/2", "docker pull nginx | cat");
    host.wait(milliseconds(600));
    CHECK(says(host.shown("host/2"), ": Already exists"));
    const std::string removed = host.run("docker rmi debian:bookworm-slim").out;
    CHECK(says(removed, "Untagged: debian:bookworm-slim\n"));
    CHECK(std::count(removed.begin(), removed.end(), '\n') == 3);  // untagged twice, and the image itself: no layer
    host.wait(seconds(30));
    CHECK(says(host.shown("host/2"), "Status: Downloaded newer image for nginx:latest\n"));
    CHECK(lab::broken_sums(host.session().world()).empty());
    const std::string last = host.run("docker rmi nginx").out;
    CHECK(std::count(last.begin(), last.end(), '\n') > 5);
    CHECK(lab::broken_sums(host.session().world()).empty());
    CHECK(host.session().world().host(model::HostId{1}).images.size_bytes() == 0);
}

TEST_CASE("docker rmi: a layer that a pull counted on goes when the pull is given up") {
    DockerHost host({"debian:bookworm-slim"}, "");
    host.type("host/2", "docker pull nginx | cat");
    host.wait(milliseconds(600));
    host.run("docker rmi debian:bookworm-slim");
    host.interrupt("host/2");
    host.wait(seconds(5));
    CHECK(host.session().world().host(model::HostId{1}).images.size_bytes() == 0);
    CHECK(lab::broken_sums(host.session().world()).empty());
}
