// What databases keep, and over what it lasts; and the time in what servers log.

#include <regex>

#include <catch2/catch.hpp>

#include "tests/programs/docker_fixture.hpp"

using namespace podium;
using namespace podium::programs;

namespace {

DockerHost with_redis(const std::string& flags = "", const std::string& command = "") {
    DockerHost host({"redis"}, "");
    host.run("docker run -d --name cache " + flags + " redis " + command);
    host.wait(seconds(2));
    return host;
}

std::string asked(DockerHost& host, const std::string& command) {
    return host.run("docker exec cache redis-cli " + command).out;
}

}  // namespace

TEST_CASE("redis: keys are set, read, counted, removed and expire") {
    DockerHost host = with_redis();
    CHECK(asked(host, "PING") == "PONG\n");
    CHECK(asked(host, "SET greeting 'hello, world'") == "OK\n");
    CHECK(asked(host, "GET greeting") == "hello, world\n");
    CHECK(asked(host, "GET nosuch") == "\n");
    CHECK(asked(host, "INCR hits") == "1\n");
    CHECK(asked(host, "INCRBY hits 5") == "6\n");
    CHECK(asked(host, "KEYS '*'") == "greeting\nhits\n");
    CHECK(asked(host, "EXISTS greeting hits nosuch") == "2\n");
    CHECK(asked(host, "TTL hits") == "-1\n");
    CHECK(asked(host, "EXPIRE hits 10") == "1\n");
    CHECK(asked(host, "TTL hits") == "10\n");
    host.wait(seconds(11));
    CHECK(asked(host, "TTL hits") == "-2\n");
    CHECK(asked(host, "DEL greeting nosuch") == "1\n");
    CHECK(asked(host, "DBSIZE") == "0\n");
    CHECK(asked(host, "SET a") == "ERR wrong number of arguments for 'set' command\n\n");
    CHECK(asked(host, "LPUSH list x").find("Podium does not simulate redis's LPUSH") !=
          std::string::npos);
}

TEST_CASE("redis: commands are read from standard input too") {
    DockerHost host = with_redis();
    CHECK(host.run("printf 'set a 1\\nget a\\n' | docker exec -i cache redis-cli").out ==
          "OK\n1\n");
}

TEST_CASE("redis: a stop saves its keys, a kill loses them, a removed container takes them along") {
    DockerHost host = with_redis();
    asked(host, "SET a 1");
    host.run("docker restart cache");
    host.wait(seconds(2));
    CHECK(asked(host, "GET a") == "1\n");
    asked(host, "SET b 2");
    host.run("docker kill cache");
    host.run("docker start cache");
    host.wait(seconds(2));
    CHECK(asked(host, "GET a") == "1\n");
    CHECK(asked(host, "GET b") == "\n");
    host.run("docker rm -f cache");
    host.run("docker run -d --name cache redis");
    host.wait(seconds(2));
    CHECK(asked(host, "GET a") == "\n");
}

TEST_CASE("redis: on a full disk the old save stays, and when a save point is not kept nothing more is written") {
    DockerHost host = with_redis();
    asked(host, "SET a 1");
    CHECK(asked(host, "SAVE") == "OK\n");
    host.run("inject disk-full host");
    CHECK(asked(host, "SET a 2") == "OK\n");
    CHECK(asked(host, "SAVE") == "ERR\n\n");
    CHECK(asked(host, "SET b 3") == "OK\n");  // a SAVE that was asked for stops nothing
    CHECK(host.run("docker exec cache ls /data").out == "dump.rdb\n");
    host.wait(seconds(3600));
    CHECK_THAT(asked(host, "SET a 4"), Catch::Contains("MISCONF Redis is configured to save RDB snapshots"));
    CHECK(asked(host, "GET a") == "2\n");
    host.run("lift disk-full host");
    host.wait(seconds(6));  // it tries again every 5 s
    CHECK(asked(host, "SET a 4") == "OK\n");
    host.run("inject disk-full host");
    host.run("docker kill cache");
    host.run("docker start cache");
    host.wait(seconds(2));
    CHECK(asked(host, "GET a") == "2\n");
    CHECK(asked(host, "GET b") == "3\n");
}

TEST_CASE("redis: with --appendonly yes a kill loses nothing, and a named volume keeps it") {
    DockerHost host = with_redis("-v keys:/data", "redis-server --appendonly yes");
    asked(host, "SET a 1");
    host.run("docker rm -f cache");
    host.run("docker run -d --name cache -v keys:/data redis redis-server --appendonly yes");
    host.wait(seconds(2));
    CHECK(asked(host, "GET a") == "1\n");
}

TEST_CASE("PostgreSQL: its lock file goes with it, and without room for that it does not start") {
    DockerHost host({"postgres", "busybox"}, "");
    host.run("docker run -d --name db -e POSTGRES_PASSWORD=x -v data:/var/lib/postgresql/data postgres");
    host.wait(seconds(10));
    host.run("docker run -d --name look -v data:/d busybox sleep 1d");
    CHECK(host.run("docker exec look ls /d/postmaster.pid").status == 0);
    host.run("docker stop db");
    CHECK(host.run("docker exec look ls /d/postmaster.pid").status != 0);
    host.run("inject disk-full host");
    host.run("docker start db");
    host.wait(seconds(5));
    CHECK(host.run("docker ps -a --filter name=db --format '{{.Status}}'").out.starts_with("Exited (1)"));
    host.run("lift disk-full host");
    host.run("docker start db");
    host.wait(seconds(5));
    CHECK(host.run("docker ps -a --filter name=db --format '{{.Status}}'").out.starts_with("Up"));
    // A volume that is read only lets none be made, and none that was left behind be removed.
    host.run("docker stop db; docker run -d --name ro -v data:/var/lib/postgresql/data:ro postgres");
    host.wait(seconds(5));
    const auto says = [&host](const std::string& what) { return host.run("docker logs ro 2>&1").out.find(what) != std::string::npos; };
    CHECK(says("FATAL:  could not create lock file \"postmaster.pid\": Read-only file system\n"));
    CHECK_FALSE(says("could not write lock file"));
    CHECK_FALSE(says("could not remove old lock file"));
    host.run("docker start db");
    host.wait(seconds(5));
    // One that is killed leaves it behind; it is not in the way of the next.
    host.run("docker kill db");
    CHECK(host.run("docker exec look ls /d/postmaster.pid").status == 0);
    host.run("docker start ro");
    host.wait(seconds(5));
    CHECK(says("FATAL:  could not remove old lock file \"postmaster.pid\": Read-only file system\n"));
    CHECK(says("HINT:  The file seems accidentally left over"));
    CHECK(host.run("docker ps -a --filter name=ro --format '{{.Status}}'").out.starts_with("Exited (1)"));
    host.run("docker start db");
    host.wait(seconds(5));
    CHECK(host.run("docker ps -a --filter name=db --format '{{.Status}}'").out.starts_with("Up"));
}

TEST_CASE("PostgreSQL: the to-do application's items are rows of its table todo") {
    DockerHost host({"postgres", "podium/todo-web"}, "");
    host.run("docker network create app");
    host.run("docker run -d --name db --network app -e POSTGRES_PASSWORD=x postgres");
    host.wait(seconds(5));
    host.run(
        "docker run -d --name web --network app -p 8030:8030 -e "
        "DATABASE_URL=postgres://postgres:x@db/postgres podium/todo-web");
    host.wait(seconds(3));
    host.run("curl -s -d item=milk localhost:8030/items");
    host.run("docker exec db psql -U postgres -c \"insert into todo (item) values ('eggs')\"");
    CHECK(host.run("docker exec db psql -U postgres -c 'select * from todo;'").out ==
          " id | item \n----+------\n  1 | milk\n  2 | eggs\n(2 rows)\n\n");
    CHECK(host.run("docker exec db psql -U postgres -c 'delete from todo where id = 1'").out ==
          "DELETE 1\n");
    CHECK(host.run("curl -s localhost:8030/items").out == "[{\"id\":2,\"item\":\"eggs\"}]\n");
    const DockerHost::Result other = host.run("docker exec db psql -U postgres -c 'vacuum'");
    CHECK(other.error.find("Podium simulates no SQL but") != std::string::npos);
    CHECK(other.status == 1);
    host.run("docker rm -f db");
    host.run("docker run -d --name db --network app -e POSTGRES_PASSWORD=x postgres");
    host.wait(seconds(5));
    CHECK(host.run("docker exec db psql -U postgres -c 'select count(*) from todo'").out ==
          " count \n-------\n     0\n(1 row)\n\n");
}

TEST_CASE("PostgreSQL: PGDATA says where the data is") {
    DockerHost host({"postgres:16"}, "");
    host.run("docker run -d --name db -e POSTGRES_PASSWORD=x -e PGDATA=/data/postgres -v rows:/data/postgres postgres:16");
    host.wait(seconds(5));
    host.run("docker exec db psql -U postgres -c \"insert into todo (item) values ('milk')\"");
    host.run("docker rm -f -v db");
    host.run("docker run -d --name db -e POSTGRES_PASSWORD=x -e PGDATA=/data/postgres -v rows:/data/postgres postgres:16");
    host.wait(seconds(5));
    CHECK(host.run("docker exec db psql -U postgres -t -A -c 'select item from todo'").out == "milk\n");
    CHECK(host.run("docker exec db ls /data/postgres/PG_VERSION").status == 0);
}

TEST_CASE("PostgreSQL 18 keeps its data in a folder of its series, and refuses a mount where it was before") {
    DockerHost host({"postgres:18", "postgres:18-alpine"}, "");
    host.run("docker run -d --name db -e POSTGRES_PASSWORD=x -v rows:/var/lib/postgresql postgres:18");
    host.run("docker run -d --name old -e POSTGRES_PASSWORD=x -v old:/var/lib/postgresql/data postgres:18-alpine");
    host.run("docker run -d --name said -e POSTGRES_PASSWORD=x -e PGDATA=/var/lib/postgresql/data -v said:/var/lib/postgresql/data postgres:18-alpine");
    host.wait(seconds(6));
    CHECK(host.run("docker ps --format '{{.Names}}' | sort").out == "db\nsaid\n");
    CHECK(host.run("docker exec db ls /var/lib/postgresql/18/docker/PG_VERSION").status == 0);
    CHECK(host.run("docker exec db sh -c 'echo $PGDATA'").out == "/var/lib/postgresql/18/docker\n");
    CHECK(host.run("docker inspect -f '{{.State.ExitCode}}' old").out == "1\n");
    const std::string log = host.run("docker logs old 2>&1").out;
    CHECK(log.starts_with("Error: in 18+, these Docker images are configured to store database data in a\n"));
    CHECK(log.find("\n         /var/lib/postgresql/data (unused mount/volume)\n") != std::string::npos);
}

TEST_CASE("PostgreSQL: a check may select constants, from standard input too, in each of psql's forms") {
    DockerHost host({"postgres"}, "");
    host.run("docker run -d --name db -e POSTGRES_PASSWORD=x postgres");
    host.wait(seconds(5));
    CHECK(host.run("docker exec db psql -U postgres -c 'SELECT 1;'").out == " ?column? \n----------\n        1\n(1 row)\n\n");
    CHECK(host.run("docker exec db psql -U postgres -t -c 'SELECT 1'").out == "        1\n\n");
    CHECK(host.run("docker exec db psql -U postgres -A -c \"SELECT 1, 'up'\"").out == "?column?|?column?\n1|up\n(1 row)\n");
    CHECK(host.run("echo 'SELECT 1' | docker exec -i db psql --host 127.0.0.1 --username postgres --dbname postgres --quiet --no-align --tuples-only").out == "1\n");
    // Scripts wait for a server with it; with nothing to ask it connects as well.
    for (const char* nothing : {"psql -U postgres -c '\\q'", "psql -U postgres"}) {
        const DockerHost::Result done = host.run(std::string("docker exec db ") + nothing);
        CHECK(done.status == 0);
        CHECK(done.out.empty());
        CHECK(host.run(std::string("docker exec db ") + nothing + " -p 5433").status == 2);
    }
    const DockerHost::Result name = host.run("docker exec db psql -U postgres -c 'select now()'");
    CHECK(name.status == 1);
    host.run("docker stop db");
    CHECK(host.run("docker start db; docker exec db psql -U postgres -c 'select 1'").status != 0);
}

TEST_CASE("MySQL: a check may select a constant") {
    DockerHost host({"mysql"}, "");
    host.run("docker run -d --name db -e MYSQL_ROOT_PASSWORD=x mysql");
    host.wait(seconds(30));
    CHECK(host.run("docker exec db mysql -uroot -px -h 127.0.0.1 --protocol=tcp -e 'SELECT 1'").out == "1\n1\n");
    CHECK(host.run("docker exec db mysql -uroot -px -N -e 'SELECT 1'").out == "1\n");
}

TEST_CASE("BusyBox's nc takes host and port in one word") {
    DockerHost host({"nginx:alpine"}, "");
    host.run("docker run -d --name web nginx:alpine");
    host.wait(seconds(2));
    CHECK(host.run("docker exec web sh -c 'echo | nc -w 5 localhost:80'").status == 0);
    CHECK(host.run("docker exec web nc -z localhost:81").status == 1);
    CHECK(host.run("nc -z localhost:80").error.starts_with("usage: nc"));
}

TEST_CASE("hostname -i ends without a blank, so that a script may ask the address it names") {
    DockerHost host({"redis:alpine"}, "");
    host.run("docker run -d --name cache redis:alpine");
    host.wait(seconds(2));
    const std::string address = host.run("docker exec cache hostname -i").out;
    CHECK(address == host.run("docker inspect -f '{{.NetworkSettings.IPAddress}}' cache").out);
    CHECK(host.run("docker exec cache sh -c 'host=\"$(hostname -i || echo 127.0.0.1)\"; redis-cli -h \"$host\" ping'").out == "PONG\n");
}

TEST_CASE("servers write the time as their programs do") {
    DockerHost host({"nginx", "redis"}, "");
    host.run("docker run -d --name page -p 80:80 nginx");
    host.run("docker run -d --name cache redis");
    host.wait(seconds(2));
    host.run("curl -s localhost");
    const std::string nginx = host.run("docker logs page 2>&1").out;
    CHECK(std::regex_search(
        nginx, std::regex("2026/01/05 09:00:[0-9]{2} \\[notice\\] 1#1: start worker processes")));
    CHECK(std::regex_search(
        nginx,
        std::regex("172\\.17\\.0\\.1 - - \\[05/Jan/2026:09:00:[0-9]{2} \\+0000\\] \"GET /")));
    CHECK(std::regex_search(
        host.run("docker logs cache").out,
        std::regex("1:M 05 Jan 2026 09:00:[0-9]{2}\\.[0-9]{3} \\* Ready to accept connections")));
}

TEST_CASE("a server's later log lines come later") {
    DockerHost host({"ghcr.io/open-webui/open-webui:main"}, "");
    host.run("docker run -d --name webui ghcr.io/open-webui/open-webui:main");
    host.wait(seconds(1));
    CHECK(host.run("docker logs webui 2>&1").out.find("Generating") == std::string::npos);
    host.wait(seconds(2));
    CHECK(host.run("docker logs webui 2>&1").out.find("Generating") != std::string::npos);
    CHECK(host.run("docker logs webui 2>&1").out.find("alembic") == std::string::npos);
}

TEST_CASE("databases: making the data comes before their start, and is told as it begins and as it ends") {
    DockerHost host({"mysql"}, "");
    host.run("docker run -d --name db -e MYSQL_ROOT_PASSWORD=secret mysql");
    const auto logged = [&host] { return host.run("docker logs db 2>&1").out; };
    const auto ready = [&host] { return host.run("docker exec db mysqladmin ping -h 127.0.0.1").status == 0; };
    host.wait(seconds(8));
    CHECK(logged().find("Entrypoint script for MySQL") < logged().find("Initializing database files"));
    CHECK(logged().find("init process done") == std::string::npos);
    host.wait(seconds(2));
    CHECK(logged().find("init process done") != std::string::npos);
    CHECK_FALSE(ready());
    host.wait(seconds(3));
    CHECK(ready());
    // With its data it needs its start only.
    host.run("docker restart db");
    CHECK_FALSE(ready());
    host.wait(seconds(3));
    CHECK(ready());
}
