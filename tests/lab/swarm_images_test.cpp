// Which images the nodes of a swarm have, by typed lines.

#include <catch2/catch.hpp>

#include "tests/lab/swarm_lines.hpp"

namespace podium::lab::typed {

TEST_CASE("swarm: an image that was built on a node and pushed nowhere is there for that node's tasks, and for no other's") {
    SwarmLines lines;
    REQUIRE(lines.run("printf 'FROM busybox\\nCMD [\"sh\",\"-c\",\"echo my own; sleep 1000\"]\\n' > Dockerfile; docker build -q -t mine .", "swarm-moe").status == 0);
    REQUIRE(lines.run("docker service create -d --name here --constraint node.hostname==swarm-moe mine").status == 0);
    REQUIRE(lines.run("docker service create -d --name there --constraint node.hostname==swarm-curly mine").status == 0);
    lines.wait(20);
    CHECK(has(lines.run("docker service logs here").out, "my own"));
    const std::string others = lines.run("docker service ps --no-trunc there").out;
    CHECK(has(others, "Rejected"));
    CHECK(has(others, "No such image: mine:latest"));
    CHECK(has(lines.run("docker pull mine", "swarm-curly").out, "pull access denied for mine, repository does not exist"));
    CHECK_FALSE(has(lines.run("docker pull mine", "swarm-curly").out, "Podium:"));
    // A name that nobody has given is supposed to be somebody's.
    CHECK(has(lines.run("docker pull yours", "swarm-curly").out, "Podium:"));
}

}  // namespace podium::lab::typed
