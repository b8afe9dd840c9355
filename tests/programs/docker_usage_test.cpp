// Wrong command lines. The expected texts and statuses are those of docker 28.2.2, run against an
// engine of API 1.41.

#include <catch2/catch.hpp>

#include "tests/programs/docker_fixture.hpp"

using namespace podium;
using namespace podium::programs;

namespace {

struct Line {
    const char* typed;
    const char* error;
    int status;
};

}  // namespace

TEST_CASE("docker: wrong command lines get the real sentences and statuses") {
    const Line lines[] = {
        {"docker rename a",
         "docker: 'docker rename' requires 2 arguments\n\nUsage:  docker rename CONTAINER "
         "NEW_NAME\n\nRun 'docker rename --help' for more information\n",
         1},
        {"docker wait",
         "docker: 'docker wait' requires at least 1 argument\n\nUsage:  docker wait CONTAINER "
         "[CONTAINER...]\n\nSee 'docker wait --help' for more information\n",
         1},
        {"docker volume bogus",
         "docker: unknown command: docker volume bogus\n\nUsage:  docker volume COMMAND\n\nRun "
         "'docker volume --help' for more information\n",
         1},
        {"docker node bogus",
         "docker: unknown command: docker node bogus\n\nUsage:  docker node\n\nRun 'docker node "
         "--help' for more information\n",
         1},
        {"docker stack --bogus",
         "unknown flag: --bogus\n\nUsage:  docker stack [OPTIONS]\n\nRun 'docker stack --help' for "
         "more information\n",
         125},
        {"docker run -p 80:80:80:80 busybox",
         "docker: invalid IP address: 80:80\n\nRun 'docker run --help' for more information\n",
         125},
        {"docker run --expose 5-3 busybox",
         "docker: invalid range format for --expose: 5-3, error: invalid range specified for port: "
         "5-3\n\nRun 'docker run --help' for more information\n",
         125},
        {"docker tag UPPER b",
         "Error parsing reference: \"UPPER\" is not a valid repository/tag: invalid reference "
         "format: repository name (library/UPPER) must be lowercase\n",
         1},
        {"docker volume prune -a",
         "\"--all\" requires API version 1.42, but the Docker daemon API version is 1.41\n",
         1},
        {"docker run --annotation a=b --health-start-interval 1s busybox",
         "\"--annotation\" requires API version 1.43, but the Docker daemon API version is 1.41\n"
         "\"--health-start-interval\" requires API version 1.44, but the Docker daemon API version "
         "is 1.41\n",
         1},
        {"docker --log-level foo ps", "Unable to parse logging level: foo\n", 1},
        {"docker checkpoint",
         "docker checkpoint is only supported on a Docker daemon with experimental features "
         "enabled\n",
         1},
        {"docker info --format '{{.Foo}}'",
         "template: :1:2: executing \"\" at <.Foo>: can't evaluate field Foo in type "
         "system.dockerInfo\n",
         1},
    };
    DockerHost host;
    for (const Line& line : lines) {
        INFO(line.typed);
        const DockerHost::Result result = host.run(line.typed);
        CHECK(result.error == line.error);
        CHECK(result.status == line.status);
    }
}

TEST_CASE("docker: stop --time is told to be old on standard output") {
    DockerHost host;
    const DockerHost::Result result = host.run("docker stop --time 3 --timeout 4 nosuch");
    CHECK(result.out == "Flag --time has been deprecated, use --timeout instead\n");
    CHECK(result.error == "conflicting options: cannot specify both --timeout and --time\n");
}

TEST_CASE("docker: --help before a verb is help about it") {
    DockerHost host;
    CHECK(host.run("docker --help ps").out == host.run("docker ps --help").out);
    CHECK(host.run("docker container --help ls").out.starts_with("Usage:  docker container ls"));
    CHECK(host.run("docker node").error.find("  promote     Promote one or more nodes") !=
          std::string::npos);
}

TEST_CASE("docker: what isn't simulated is refused by name, never done in appearance only") {
    DockerHost host;
    for (const char* line : {"docker save busybox",
                             "docker login",
                             "docker search nginx",
                             "docker push busybox",
                             "docker plugin ls",
                             "docker context export default",
                             "docker run --pid host busybox",
                             "docker run --device-cgroup-rule 'c 1:3 mr' busybox",
                             "docker system df -v --format json",
                             "docker top c auxf"}) {
        INFO(line);
        const DockerHost::Result result = host.run(line);
        CHECK(result.error.find("Podium does not simulate") != std::string::npos);
        CHECK(result.status != 0);
    }
}
