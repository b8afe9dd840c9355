// Plain containers and Compose projects on a swarm's attachable networks, by typed lines.

#include <catch2/catch.hpp>

#include "tests/lab/swarm_lines.hpp"

namespace podium::lab::typed {

TEST_CASE("swarm: a plain container on an attachable network is reached by its name and aliases from other hosts") {
    SwarmLines swarm;
    REQUIRE(swarm.run("docker network create -d overlay --attachable net").status == 0);
    REQUIRE(swarm.run("docker service create -d --name api --network net --constraint node.hostname==swarm-larry nginx").status == 0);
    swarm.wait(4);
    CHECK_FALSE(has(swarm.run("docker network ls", "swarm-moe").out, " net "));
    const auto started = swarm.run("docker run -d --name shop --network net --network-alias store nginx", "swarm-moe");
    INFO(started.out);
    REQUIRE(started.status == 0);
    CHECK(has(swarm.run("docker network ls", "swarm-moe").out, " net "));
    swarm.wait(2);
    // From a task, from a plain container of another host, and from there to the service.
    CHECK(has(swarm.run("docker exec $(docker ps -q -f name=api) curl -s http://shop").out, "Welcome to nginx!"));
    CHECK(has(swarm.run("docker exec $(docker ps -q -f name=api) curl -s http://store").out, "Welcome to nginx!"));
    CHECK(has(swarm.run("docker run --rm --network net busybox wget -qO- http://shop", "swarm-curly").out, "Welcome to nginx!"));
    CHECK(has(swarm.run("docker exec shop curl -s http://api", "swarm-moe").out, "Welcome to nginx!"));
    CHECK(has(swarm.run("docker exec shop curl -s http://tasks.api", "swarm-moe").out, "Welcome to nginx!"));
    CHECK(swarm.run("docker run --rm --network net busybox wget -qO- http://tasks.shop", "swarm-curly").status != 0);
    // Its task is none that people are shown, and keeps the network from being removed.
    CHECK_FALSE(has(swarm.run("docker node ps swarm-moe").out, "attachment"));
    REQUIRE(swarm.run("docker service rm api").status == 0);
    swarm.wait(5);
    CHECK(has(swarm.run("docker network rm net").out, "is in use by task "));
    // It goes with its container, and the network with the last one on the host.
    REQUIRE(swarm.run("docker rm -f shop", "swarm-moe").status == 0);
    swarm.wait(2);
    CHECK_FALSE(has(swarm.run("docker network ls", "swarm-moe").out, " net "));
    CHECK(swarm.run("docker network rm net").status == 0);
}

TEST_CASE("swarm: what can't be attached is refused with the swarm's sentence, on managers and workers") {
    SwarmLines swarm;
    REQUIRE(swarm.run("docker network create -d overlay closed").status == 0);
    for (const char* host : {"swarm-larry", "swarm-moe"}) {
        INFO(host);
        const auto refused = swarm.run("docker run -d --name x1 --network closed nginx", host);
        CHECK(refused.status == 125);
        CHECK(has(refused.out, "Error response from daemon: Could not attach to network closed: rpc error: code = PermissionDenied desc = network closed not manually attachable"));
        CHECK(has(swarm.run("docker ps -a --format '{{.Names}} {{.Status}}'", host).out, "x1 Created"));
        const auto unknown = swarm.run("docker run -d --network nosuch nginx", host);
        CHECK(has(unknown.out, "Could not attach to network nosuch: rpc error: code = NotFound desc = network nosuch not found"));
    }
    CHECK(has(swarm.run("docker run -d --network ingress nginx").out, "network ingress not manually attachable"));
}

TEST_CASE("swarm: network connect and disconnect of a plain container, and what a stop and a start do to its place") {
    SwarmLines swarm;
    REQUIRE(swarm.run("docker network create -d overlay --attachable net").status == 0);
    REQUIRE(swarm.run("docker run -d --name web nginx", "swarm-moe").status == 0);
    REQUIRE(swarm.run("docker network connect --alias shop net web", "swarm-moe").status == 0);
    swarm.wait(2);
    const std::string ask = "docker run --rm --network net busybox wget -qO- http://";
    CHECK(has(swarm.run(ask + "shop", "swarm-curly").out, "Welcome to nginx!"));
    CHECK(has(swarm.run("docker network connect net web", "swarm-moe").out, "web is already attached to network net"));
    REQUIRE(swarm.run("docker stop web", "swarm-moe").status == 0);
    swarm.wait(3);
    // One that doesn't run only keeps the name, whether there is such a network or not.
    CHECK(swarm.run("docker network connect nosuch web", "swarm-moe").status == 0);
    CHECK(has(swarm.run("docker start web", "swarm-moe").out, "Could not attach to network nosuch: rpc error: code = NotFound desc = network nosuch not found"));
    CHECK(swarm.run("docker network disconnect nosuch web", "swarm-moe").status == 0);
    // The container is looked for before the network.
    CHECK(has(swarm.run("docker network connect nosuch nobody", "swarm-moe").out, "No such container: nobody"));
    CHECK(has(swarm.run("docker network disconnect nosuch nobody", "swarm-moe").out, "No such container: nobody"));
    CHECK(swarm.run(ask + "web", "swarm-curly").status != 0);
    REQUIRE(swarm.run("docker start web", "swarm-moe").status == 0);
    swarm.wait(2);
    CHECK(has(swarm.run(ask + "web", "swarm-curly").out, "Welcome to nginx!"));
    REQUIRE(swarm.run("docker network disconnect net web", "swarm-moe").status == 0);
    swarm.wait(2);
    CHECK(swarm.run(ask + "web", "swarm-curly").status != 0);
    CHECK(swarm.run("docker network rm net").status == 0);
}

TEST_CASE("swarm: a cut-off node's container waits 20 s for its place; one with a policy is back after its engine's restart") {
    SwarmLines swarm;
    REQUIRE(swarm.run("docker network create -d overlay --attachable net").status == 0);
    REQUIRE(swarm.run("docker run -d --name web --restart always --network net nginx", "swarm-moe").status == 0);
    swarm.inject("engine-restart swarm-moe");
    swarm.wait(40);
    CHECK(has(swarm.run("docker ps", "swarm-moe").out, "web"));
    swarm.wait(2);
    CHECK(has(swarm.run("docker run --rm --network net busybox wget -qO- http://web", "swarm-curly").out, "Welcome to nginx!"));
    swarm.inject("link-cut swarm-moe");
    swarm.wait(15);
    const Time begun = swarm.session().now();
    const auto late = swarm.run("docker run -d --network net nginx", "swarm-moe");
    CHECK(late.status == 125);
    INFO(late.out);
    CHECK(has(late.out, "Could not attach to network net: context deadline exceeded"));
    CHECK((swarm.session().now() - begun).seconds() == Approx(20.5).margin(1));
}

TEST_CASE("swarm: Compose projects of two hosts meet on an external attachable network") {
    SwarmLines swarm;
    REQUIRE(swarm.run("docker network create -d overlay --attachable shared").status == 0);
    const std::string file = "services:\n  NAME:\n    image: nginx\n    networks: [shared]\nnetworks:\n  shared:\n    external: true\n";
    const auto write = [&](const std::string& name, const std::string& host) {
        std::string text = file;
        text.replace(text.find("NAME"), 4, name);
        REQUIRE(swarm.run("printf '" + text + "' > compose.yaml", host).status == 0);
    };
    write("shop", "swarm-larry");
    write("stock", "swarm-moe");
    const auto first = swarm.run("docker compose up -d");
    INFO(first.out);
    REQUIRE(first.status == 0);
    REQUIRE(swarm.run("docker compose up -d", "swarm-moe").status == 0);
    swarm.wait(2);
    CHECK(has(swarm.run("docker compose exec shop curl -s http://stock").out, "Welcome to nginx!"));
    CHECK(has(swarm.run("docker compose exec stock curl -s http://shop", "swarm-moe").out, "Welcome to nginx!"));
    CHECK(swarm.run("docker compose down").status == 0);
    REQUIRE(swarm.run("docker compose down", "swarm-moe").status == 0);
    swarm.wait(2);
    CHECK(swarm.run("docker network rm shared").status == 0);
    // docker-compose 1.29 asks the engine first, which knows it on a manager only.
    REQUIRE(swarm.run("docker network create -d overlay --attachable shared").status == 0);
    const auto old = swarm.run("docker-compose up -d");
    INFO(old.out);
    CHECK(old.status == 0);
    CHECK(has(swarm.run("docker-compose up -d", "swarm-moe").out, "Network shared declared as external, but could not be found."));
}

}  // namespace podium::lab::typed
