// Secrets and configs in the containers of tasks, typed.

#include <catch2/catch.hpp>

#include "sim/model/facts.hpp"
#include "tests/lab/swarm_terminal.hpp"

namespace podium::lab {
namespace {

constexpr const char* kHere = " --constraint node.hostname==swarm-larry ";

std::string in_task(const std::string& service, const std::string& command) { return "docker exec $(docker ps -q -f name=" + service + ".1) " + command; }

// What has been told of containers as not modelled, a line each.
std::string told(SwarmTerminal& swarm) {
    std::string out;
    const model::World& world = swarm.session().world();
    world.kernel.journal().for_each(FactId{1}, [&](const Fact& fact) {
        if (fact.kind == model::kFactNotModelled && fact.subject.type() == SubjectType::Container) out += std::string(world.kernel.text(StringId{fact.words[0]})) + "\n";
    });
    return out;
}

}  // namespace

TEST_CASE("swarm secrets: a task's container has them as files, which go with it") {
    SwarmTerminal swarm;
    REQUIRE(swarm.run("printf s3cret | docker secret create db_pw -").status == 0);
    swarm.write_file("/root/site.conf", "server_tokens off;\n");
    REQUIRE(swarm.run("docker config create site.conf site.conf && docker config create x.conf site.conf").status == 0);
    REQUIRE(swarm.run(std::string("docker service create -d --name web") + kHere + "--secret db_pw --config source=x.conf,target=/etc/nginx/conf.d/x.conf,mode=0440 --config site.conf nginx").status == 0);
    swarm.wait(5);
    CHECK(swarm.run(in_task("web", "cat /run/secrets/db_pw")).out == "s3cret");
    CHECK(swarm.run(in_task("web", "cat /etc/nginx/conf.d/x.conf")).out == "server_tokens off;\n");
    CHECK(swarm.run(in_task("web", "cat /site.conf")).out == "server_tokens off;\n");
    CHECK(swarm.run(in_task("web", "ls /run/secrets")).out == "db_pw\n");
    CHECK(swarm.run(in_task("web", "ls -l /run/secrets/db_pw")).out.starts_with("-r--r--r--"));
    CHECK(swarm.run(in_task("web", "ls -l /etc/nginx/conf.d/x.conf")).out.starts_with("-r--r-----"));
    CHECK(times(swarm.run(in_task("web", "sh -c 'echo x > /run/secrets/db_pw'")).error, "Read-only file system") == 1);
    CHECK(swarm.run("docker inspect -f '{{json .Mounts}}' $(docker ps -q -f name=web.1)").out == "[]\n");
    CHECK(times(swarm.run("docker commit $(docker ps -q -f name=web.1) copy && docker run --rm copy cat /run/secrets/db_pw").error, "No such file or directory") == 1);

    const auto used = swarm.run("docker secret rm db_pw");
    CHECK(used.status == 1);
    CHECK(used.error == "Error response from daemon: rpc error: code = InvalidArgument desc = secret 'db_pw' is in use by the following service: web\n");
    CHECK(times(swarm.run("docker config rm site.conf").error, "config 'site.conf' is in use by the following service: web") == 1);
    CHECK(times(swarm.run("find /var/lib/docker/containers").out, "/mounts/secrets/") == 3);
    REQUIRE(swarm.run("docker service rm web").status == 0);
    swarm.wait(20);
    CHECK(times(swarm.run("find /var/lib/docker/containers").out, "/mounts") == 0);
    CHECK(swarm.run("docker secret rm db_pw").status == 0);
    CHECK(swarm.run("docker config rm site.conf").status == 0);
}

TEST_CASE("swarm secrets: a program that is told of a file by its variable reads it") {
    SwarmTerminal swarm;
    REQUIRE(swarm.run("printf s3cret | docker secret create db_pw -").status == 0);
    const std::string db = std::string("docker service create -d --restart-condition none") + kHere + "-e POSTGRES_PASSWORD_FILE=/run/secrets/db_pw ";
    REQUIRE(swarm.run(db + "--name without postgres").status == 0);
    REQUIRE(swarm.run(db + "--name with --secret db_pw postgres").status == 0);
    swarm.wait(15);
    CHECK(times(swarm.run("docker service ls").out, "1/1") == 1);
    CHECK(times(swarm.run("docker service ps with").out, "Running") == 2);
    CHECK(times(swarm.run("docker service ps without").out, "Failed") == 1);
}

TEST_CASE("swarm secrets: another secret at the same place is an update, which restarts the tasks") {
    SwarmTerminal swarm;
    REQUIRE(swarm.run("printf one | docker secret create pw1 - && printf two | docker secret create pw2 -").status == 0);
    REQUIRE(swarm.run(std::string("docker service create -d --name web") + kHere + "--secret source=pw1,target=pw,mode=0400 nginx").status == 0);
    swarm.wait(5);
    CHECK(swarm.run(in_task("web", "cat /run/secrets/pw")).out == "one");
    REQUIRE(swarm.run("docker service update --secret-rm pw1 --secret-add source=pw2,target=pw web").status == 0);
    swarm.wait(5);
    CHECK(swarm.run(in_task("web", "cat /run/secrets/pw")).out == "two");
    CHECK(times(swarm.run("docker service ps web").out, "\\_ web.1") == 1);
    CHECK(swarm.run("docker secret rm pw1").status == 0);
}

TEST_CASE("swarm secrets: a stack's file makes them and gives them to its services") {
    SwarmTerminal swarm;
    swarm.write_file("/root/pw.txt", "s3cret\n");
    swarm.write_file("/root/stack.yml",
                     "services:\n  db:\n    image: nginx\n    secrets: [pw]\n    configs:\n      - source: site\n        target: /etc/site.conf\n        mode: 0440\n"
                     "    deploy:\n      placement:\n        constraints: [node.hostname==swarm-larry]\n"
                     "secrets:\n  pw:\n    file: ./pw.txt\nconfigs:\n  site:\n    file: ./pw.txt\n");
    const auto deployed = swarm.run("docker stack deploy -c stack.yml st");
    INFO(deployed.out << deployed.error);
    REQUIRE(deployed.status == 0);
    swarm.wait(8);
    CHECK(swarm.run(in_task("st_db", "cat /run/secrets/pw")).out == "s3cret\n");
    CHECK(swarm.run(in_task("st_db", "ls -l /etc/site.conf")).out.starts_with("-r--r-----"));
    CHECK(times(swarm.run("docker secret ls").out, "st_pw") == 1);
    REQUIRE(swarm.run("docker stack rm st").status == 0);
    swarm.wait(20);
    CHECK(times(swarm.run("docker secret ls").out, "st_pw") == 0);
}

TEST_CASE("swarm secrets: that a file's owner is not kept is said, for a service and for a stack") {
    SwarmTerminal swarm;
    REQUIRE(swarm.run("printf one | docker secret create pw - && printf two | docker config create conf -").status == 0);
    REQUIRE(swarm.run(std::string("docker service create -d --name plain") + kHere + "--secret source=pw,mode=0400 --config conf nginx").status == 0);
    swarm.wait(5);
    CHECK(told(swarm).empty());
    REQUIRE(swarm.run(std::string("docker service create -d --name web") + kHere + "--secret source=pw,target=b,uid=1000,gid=1001,mode=0400 --config source=conf,target=/etc/c,gid=5 nginx").status == 0);
    swarm.wait(5);
    CHECK(told(swarm) == "the owner of /run/secrets/b (1000:1001), /etc/c (0:5) is not simulated: files have none, so ls -l shows root, and every user may read them\n");
    CHECK(swarm.run(in_task("web", "ls -l /run/secrets/b")).out.starts_with("-r--------"));
    CHECK(swarm.run(in_task("web", "cat /run/secrets/b")).out == "one");
    CHECK(times(swarm.run("docker service inspect web").out, "\"UID\": \"1000\"") == 1);
    swarm.write_file("/root/pw.txt", "s3cret\n");
    swarm.write_file("/root/stack.yml",
                     "services:\n  db:\n    image: nginx\n    secrets:\n      - source: pw\n        target: c\n        uid: '70'\n        mode: 0440\n"
                     "    deploy:\n      placement:\n        constraints: [node.hostname==swarm-larry]\nsecrets:\n  pw:\n    file: ./pw.txt\n");
    REQUIRE(swarm.run("docker stack deploy -c stack.yml st").status == 0);
    swarm.wait(8);
    CHECK(times(told(swarm), "the owner of /run/secrets/c (70:0) is not simulated") == 1);
    CHECK(swarm.run(in_task("st_db", "ls -l /run/secrets/c")).out.starts_with("-r--r-----"));
}

// moby daemon/container_operations_unix.go, setupSecretDir: strconv.Atoi.
TEST_CASE("swarm secrets: an owner by name keeps the container from starting") {
    SwarmTerminal swarm;
    REQUIRE(swarm.run("printf one | docker secret create pw -").status == 0);
    REQUIRE(swarm.run(std::string("docker service create -d --restart-condition none --name web") + kHere + "--secret source=pw,uid=postgres nginx").status == 0);
    swarm.wait(5);
    const std::string tasks = swarm.run("docker service ps --no-trunc web").out;
    CHECK(times(tasks, "Failed") == 1);
    CHECK(times(tasks, "\"starting container failed: strconv.Atoi: parsing \"postgres\": invalid syntax\"") == 1);
}

}  // namespace podium::lab
