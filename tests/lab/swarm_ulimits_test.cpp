// Limits of a service's processes and of its tmpfs mounts: service create and update, stacks, and what the tasks'
// containers get of them.

#include <string>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>

#include "tests/lab/swarm_terminal.hpp"

namespace podium::lab {

TEST_CASE(
    "swarm ulimits: a service's tasks get them, an update changes them, and a stack's file has "
    "them too") {
    SwarmTerminal swarm("hosts: [{name: swarm-larry}]\n");
    const auto created = swarm.run(
        "docker service create -d --name web --ulimit nofile=1024:2048 --ulimit nproc=5 busybox "
        "sleep 1000");
    CHECK(created.status == 0);
    CHECK(times(created.error, "Podium: --ulimit is not simulated: ") == 1);
    swarm.wait(6);
    const std::string inspect =
        "docker service inspect -f '{{range .Spec.TaskTemplate.ContainerSpec.Ulimits}}{{.Name}}="
        "{{.Soft}}:{{.Hard}} {{end}}' ";
    CHECK(swarm.run(inspect + "web").out == "nofile=1024:2048 nproc=5:5 \n");
    CHECK(times(swarm.run("docker service inspect --pretty web").out, " nofile: 1024:2048") == 1);
    CHECK(swarm.run("docker exec $(docker ps -q -f name=web) sh -c 'ulimit -n; ulimit -Hn'").out ==
          "1024\n2048\n");
    CHECK(
        swarm.run("docker service update -d --ulimit-add nofile=7 --ulimit-rm nproc web").status ==
        0);
    swarm.wait(20);
    CHECK(swarm.run(inspect + "web").out == "nofile=7:7 \n");
    CHECK(swarm.run("docker exec $(docker ps -q -f name=web) sh -c 'ulimit -n'").out == "7\n");
    swarm.write_file("/root/stack.yaml",
                     "services: {db: {image: busybox, command: sleep 1000, ulimits: {nofile: "
                     "{soft: 20, hard: 40}}}}\n",
                     "swarm-larry");
    CHECK(swarm.run("docker stack deploy -c /root/stack.yaml app").status == 0);
    swarm.wait(6);
    CHECK(
        swarm.run("docker exec $(docker ps -q -f name=app_db) sh -c 'ulimit -n; ulimit -Hn'").out ==
        "20\n40\n");
}

TEST_CASE("swarm tmpfs: a mount ends at its size, of a service and of a stack") {
    SwarmTerminal swarm("hosts: [{name: swarm-larry}]\n");
    CHECK(swarm.run("docker service create -d --name web --mount type=tmpfs,target=/t,tmpfs-size=64k busybox sleep 1000").status == 0);
    swarm.write_file("/root/stack.yaml",
                     "version: '3.8'\nservices: {db: {image: busybox, command: sleep 1000, volumes: [{type: tmpfs, target: /t, tmpfs: {size: 65536}}]}}\n",
                     "swarm-larry");
    CHECK(swarm.run("docker stack deploy -d -c /root/stack.yaml app").status == 0);
    swarm.wait(8);
    for (const std::string name : {"web", "app_db"}) {
        INFO(name);
        CHECK(swarm.run("docker service inspect -f '{{(index .Spec.TaskTemplate.ContainerSpec.Mounts 0).TmpfsOptions.SizeBytes}}' " + name).out == "65536\n");
        CHECK(times(swarm.run("docker exec $(docker ps -q -f name=" + name + ") dd if=/dev/zero of=/t/f bs=1024 count=100").error, "No space left on device") == 1);
    }
}

TEST_CASE("swarm: a driver that no node has keeps a service's tasks waiting, and why names it") {
    SwarmTerminal swarm("hosts: [{name: swarm-larry}]\n");
    const auto logs = swarm.run("docker service create -d --name logs --log-driver nosuch busybox sleep 1000");
    REQUIRE(logs.status == 0);
    CHECK(times(logs.error, "Podium: ") == 0);
    REQUIRE(swarm.run("docker service create -d --name data --mount source=all,target=/all,volume-driver=rexray busybox sleep 1000").status == 0);
    REQUIRE(swarm.run("docker service create -d --name none --log-driver none busybox sleep 1000").status == 0);
    swarm.wait(6);
    for (const std::string name : {"logs", "data"})
        CHECK(times(swarm.run("docker service ps --no-trunc " + name).out, "\"no suitable node (missing plugin on 1 node)\"") == 1);
    CHECK(times(swarm.run("docker service ls").out, "1/1") == 1);
    CHECK(times(swarm.run("why data.1").out, "has no Volume plug-in 'rexray'") == 1);
    CHECK(times(swarm.run("why logs.1").out, "has no Log plug-in 'nosuch'") == 1);
    // Of drivers that hosts have it is said where the lines go.
    const std::string sent = "Podium: --log-driver is not simulated: logs stay with the engine as with json-file\n";
    for (const std::string driver : {"awslogs", "fluentd", "gcplogs", "gelf", "journald", "logentries", "splunk", "syslog"}) {
        INFO(driver);
        CHECK(times(swarm.run("docker info -f '{{.Plugins.Log}}'").out, driver) == 1);
        CHECK(times(swarm.run("docker service update -d --log-driver " + driver + " none").error, sent) == 1);
    }
    CHECK(times(swarm.run("docker service update -d --log-driver other none").error, "Podium: ") == 0);
}

TEST_CASE("swarm: settings that an engine refuses end a service's tasks with its sentence") {
    SwarmTerminal swarm("hosts: [{name: swarm-larry}]\n");
    REQUIRE(swarm
                .run("docker service create -d --name caps --restart-condition none --cap-add "
                     "NOSUCH busybox sleep 1000")
                .status == 0);
    swarm.wait(6);
    CHECK(times(swarm.run("docker service ps --no-trunc caps").out,
                "invalid CapAdd: unknown capability: \"CAP_NOSUCH\"") == 1);
}

TEST_CASE("swarm: mounts that an agent takes no task with end it with the agent's own sentence") {
    SwarmTerminal swarm("hosts: [{name: swarm-larry}]\n");
    const std::vector<std::pair<std::string, std::string>> mounts = {
        {"type=bind,source=there,target=/t", "invalid bind mount source, must be an absolute path: there"},
        {"type=bind,target=/t", "invalid bind mount source, must be an absolute path: "},
        {"type=volume,source=/there,target=/t", "invalid volume mount source, must not be an absolute path: /there"},
        {"type=tmpfs,source=there,target=/t", "invalid tmpfs source, source must be empty"},
        {"type=volume,source=there,target=t", "invalid mount target, must be an absolute path: t"},
        // An absolute path that isn't there is the engine's to refuse.
        {"type=bind,source=/there,target=/t", "invalid mount config for type \"bind\": bind source path does not exist: /there"},
    };
    for (std::size_t i = 0; i < mounts.size(); ++i)
        REQUIRE(swarm.run("docker service create -d --no-resolve-image --restart-condition none --name one" + std::to_string(i) +
                          " --mount " + mounts[i].first + " busybox sleep 1000")
                    .status == 0);
    swarm.wait(6);
    for (std::size_t i = 0; i < mounts.size(); ++i) {
        INFO(mounts[i].first);
        const std::string tasks = swarm.run("docker service ps --no-trunc --format '{{.CurrentState}}: {{.Error}}' one" + std::to_string(i)).out;
        CHECK(tasks.starts_with("Rejected "));
        CHECK(times(tasks, ": \"" + mounts[i].second + "\"\n") == 1);
    }
}

}  // namespace podium::lab
