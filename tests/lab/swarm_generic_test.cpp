// Generic resources: what a node has of its own kind, and tasks that need some of it; and the labels of its engine.

#include <catch2/catch.hpp>

#include "sim/lab/cluster_file.hpp"
#include "tests/lab/swarm_terminal.hpp"

namespace podium::lab {

TEST_CASE("swarm generic resources: a task gets a node that has enough of them left") {
    SwarmTerminal swarm("hosts: [{name: swarm-larry}, {name: swarm-curly, generic_resources: {gpu: 2, FPGA: 1}}, {name: swarm-moe}]\n");
    CHECK(swarm.run("docker node inspect -f '{{json .Description.Resources.GenericResources}}' swarm-curly").out ==
          "[{\"DiscreteResourceSpec\":{\"Kind\":\"FPGA\",\"Value\":1}},{\"DiscreteResourceSpec\":{\"Kind\":\"gpu\",\"Value\":2}}]\n");
    CHECK(times(swarm.run("docker node inspect swarm-moe").out, "GenericResources") == 0);
    REQUIRE(swarm.run("docker service create -d --name train --replicas 3 --generic-resource gpu=1 busybox sleep 1000").status == 0);
    swarm.wait(6);
    const std::string tasks = swarm.run("docker service ps --no-trunc train").out;
    INFO(tasks);
    CHECK(times(tasks, "swarm-curly") == 2);
    CHECK(times(tasks, "no suitable node (insufficient resources on 3 nodes)") == 1);
    CHECK(swarm.run("docker exec $(docker ps -q -f name=train | head -n 1) printenv DOCKER_RESOURCE_GPU", "swarm-curly").out == "1\n");
    CHECK(swarm.run("docker inspect -f '{{json .GenericResources}}' $(docker service ps -q -f node=swarm-curly train | head -n 1)").out == "[{\"DiscreteResourceSpec\":{\"Kind\":\"gpu\",\"Value\":1}}]\n");
    // What its engine is told counts from its next start.
    swarm.write_file("/etc/docker/daemon.json", "{\"node-generic-resources\": [\"gpu=1\"]}\n", "swarm-moe");
    swarm.wait(2);
    CHECK(times(swarm.run("docker service ps train").out, "swarm-moe") == 0);
    swarm.inject("engine-restart swarm-moe");
    swarm.wait(20);
    CHECK(times(swarm.run("docker service ps train").out, "swarm-moe") == 1);
    CHECK(times(swarm.run("docker service ls").out, "3/3") == 1);
    CHECK(swarm.run("docker service create -d --generic-resource gpu=GPU-1 busybox").error ==
          "invalid generic-resource request `gpu=GPU-1`, Named Generic Resources is not supported for service create or update\n");
}

TEST_CASE("swarm: labels of daemon.json are the node's engine's, which constraints ask for") {
    SwarmTerminal swarm("hosts: [{name: swarm-larry}, {name: swarm-curly}, {name: swarm-moe}]\n");
    swarm.write_file("/etc/docker/daemon.json", "{\"labels\": [\"zone=a\"]}\n", "swarm-curly");
    swarm.inject("engine-restart swarm-curly");
    swarm.wait(20);
    CHECK(swarm.run("docker info -f '{{json .Labels}}'", "swarm-curly").out == "[\"zone=a\"]\n");
    CHECK(times(swarm.run("docker node inspect swarm-curly").out, "\"zone\": \"a\"") == 1);
    REQUIRE(swarm.run("docker service create -d --name web --constraint engine.labels.zone==a --replicas 2 busybox sleep 1000").status == 0);
    swarm.wait(6);
    CHECK(times(swarm.run("docker service ps web").out, "swarm-curly") == 2);
}

TEST_CASE("swarm: an agent tells of labels that a reload changed within 20 s, and its tasks go on") {
    SwarmTerminal swarm("hosts: [{name: swarm-larry}, {name: swarm-curly}, {name: swarm-moe}]\n");
    REQUIRE(swarm.run("docker service create -d --name all --mode global busybox sleep 1000").status == 0);
    REQUIRE(swarm.run("docker service create -d --name web --constraint engine.labels.zone==b --replicas 2 busybox sleep 1000").status == 0);
    swarm.wait(6);
    CHECK(times(swarm.run("docker service ps web").out, "swarm-curly") == 0);
    for (const char* zone : {"a", "b"}) {
        INFO(zone);
        swarm.write_file("/etc/docker/daemon.json", std::string("{\"labels\": [\"zone=") + zone + "\"]}\n", "swarm-curly");
        REQUIRE(swarm.run("systemctl reload docker", "swarm-curly").status == 0);
        CHECK(swarm.run("docker info -f '{{json .Labels}}'", "swarm-curly").out == std::string("[\"zone=") + zone + "\"]\n");
        swarm.wait(22);
        CHECK(times(swarm.run("docker node inspect swarm-curly").out, std::string("\"zone\": \"") + zone + "\"") == 1);
    }
    swarm.wait(6);
    CHECK(times(swarm.run("docker service ps web").out, "swarm-curly") == 2);
    CHECK(times(swarm.run("docker node ls").out, "Ready") == 3);
    const std::string tasks = swarm.run("docker service ps all").out;
    INFO(tasks);
    CHECK(times(tasks, "Running") == 2 * 3);  // desired and present
    CHECK(times(tasks, "Shutdown") == 0);
}

TEST_CASE("swarm generic resources: docker info shows those that are counted, and warns of others") {
    SwarmTerminal swarm("hosts: [{name: swarm-larry, generic_resources: {gpu: 2}}, {name: swarm-curly}]\n");
    const std::string format = "docker info -f '{{json .GenericResources}} {{json .Warnings}}'";
    CHECK(swarm.run(format).out == "[{\"DiscreteResourceSpec\":{\"Kind\":\"gpu\",\"Value\":2}}] null\n");
    CHECK(swarm.run(format, "swarm-curly").out == "null null\n");
    swarm.write_file("/etc/docker/daemon.json", "{\"node-generic-resources\": [\"gpu=GPU-1\", \"fpga=3\", \"ssd\"]}\n", "swarm-curly");
    CHECK(swarm.run(format, "swarm-curly").out == "null null\n");  // read when it starts
    swarm.inject("engine-restart swarm-curly");
    swarm.wait(20);
    CHECK(swarm.run("docker info -f '{{json .GenericResources}}'", "swarm-curly").out == "[{\"DiscreteResourceSpec\":{\"Kind\":\"fpga\",\"Value\":3}}]\n");
    const std::string warned = swarm.run("docker info", "swarm-curly").error;
    CHECK(times(warned, "WARNING: \"gpu=GPU-1\" of node-generic-resources in /etc/docker/daemon.json is left out: Podium simulates resources that are counted, like gpu=2\n") == 1);
    CHECK(times(warned, "\"ssd\"") == 1);
}

TEST_CASE("swarm generic resources: a cluster file's are pieces by name") {
    const auto error = [](const std::string& resources) {
        const auto read = parse_cluster_file("hosts:\n  - {name: a, generic_resources: " + resources + "}\n", "c.yaml");
        return read.ok() ? std::string() : read.error().message;
    };
    CHECK(error("[gpu]") == "generic_resources has to be a mapping, like {gpu: 2}");
    CHECK(error("{gpu: many}") == "gpu has to be a number of pieces");
    CHECK(error("{gpu: -1}") == "gpu has to be a number of pieces");
    CHECK(error("{'a b': 1}") == "a generic resource needs a name");
    CHECK(error("{}").empty());
}

}  // namespace podium::lab
