// What happens to a container that somebody removes while somebody else starts it.

#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "tests/programs/docker_fixture.hpp"

using namespace podium;
using namespace podium::programs;

TEST_CASE("docker start, restart and rm while a container is being removed") {
    for (int delay = 0; delay <= 100; delay += 4) {
        INFO("after " << delay << " ms");
        DockerHost host;
        host.run("docker run -d --name web nginx", seconds(30));
        const auto start = host.run(
            fmt::format("docker rm -f web & sleep {:.3f}; docker start web; wait", delay / 1000.0));
        const bool gone = start.error.find("No such container: web") != std::string::npos;
        const bool marked = start.error.find(
                                "container is marked for removal and cannot be "
                                "started") != std::string::npos;
        CHECK((delay < 16 || gone || marked));
        host.run("docker rm -f web; docker run -d --name web nginx", seconds(30));
        host.run(fmt::format("docker rm -f web & sleep {:.3f}; docker restart web; wait",
                             delay / 1000.0));
        CHECK(host.run("docker ps -aq").out.empty());
        host.run("docker run -d --name web nginx", seconds(30));
        const auto twice = host.run(
            fmt::format("docker rm -f web & sleep {:.3f}; docker rm -f web; wait", delay / 1000.0));
        CHECK(host.run("docker ps -aq").out.empty());
        CHECK((delay < 16 || delay > 70 ||
               twice.error.find("is already in progress") != std::string::npos));
    }
}
