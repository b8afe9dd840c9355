// When docker logs and docker events end, and what they leave out.

#include <catch2/catch.hpp>

#include "tests/programs/docker_fixture.hpp"

using namespace podium;
using namespace podium::programs;

namespace {

bool says(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

// moby v20.10.24 daemon/logger/loggerutils/follow.go, mainLoop.
TEST_CASE("docker logs -f --until: the first line past it ends it") {
    DockerHost host;
    host.run("docker run -d --name box busybox sh -c 'i=0; while true; do echo line $i; i=$((i+1)); sleep 1; done'");
    host.wait(seconds(3));
    const DockerHost::Result ahead = host.run("docker logs -f -n 1 --until 2036-01-01T00:00:00 box", seconds(5));
    CHECK(ahead.status != 0);  // it goes on, and is interrupted
    const DockerHost::Result past = host.run("docker logs -f --until 1s box", seconds(30));
    CHECK(past.status == 0);
    CHECK(past.took <= seconds(2));
    CHECK(says(past.out, "line 0\n"));
}

// moby v20.10.24 api/server/router/system/system_routes.go, getEvents.
TEST_CASE("docker events: a filter that the engine doesn't know picks nothing out") {
    DockerHost host;
    host.run("docker run -d --name web busybox sleep 1000");
    const std::string all = host.run("docker events --since 5m --until 0s").out;
    CHECK_FALSE(all.empty());
    CHECK(host.run("docker events --since 5m --until 0s --filter colour=red").out == all);
}
