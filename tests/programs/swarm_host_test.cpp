// docker's commands about swarms on a host that is in none.

#include <catch2/catch.hpp>

#include "tests/programs/docker_fixture.hpp"

using namespace podium;
using namespace podium::programs;

TEST_CASE("swarm: without a swarm the engine says so") {
    DockerHost host;
    CHECK(host.run("docker node ls").error ==
          "Error response from daemon: This node is not a swarm manager. Use \"docker swarm init\" or \"docker swarm join\" to connect this node to swarm and try again.\n");
    CHECK(host.run("docker swarm leave").error == "Error response from daemon: This node is not part of a swarm\n");
    CHECK(host.run("docker service create busybox").status == 1);
    CHECK(host.run("docker swarm unlock").error == "Error: This node is not part of a swarm\n");
    CHECK(host.run("docker network ls").status == 0);
}
