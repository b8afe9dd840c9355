// `docker context` and what chooses an engine. The expected texts are those of docker 28.2.2, run
// against an engine of API 1.41.

#include <catch2/catch.hpp>

#include "tests/programs/docker_fixture.hpp"

using namespace podium;
using namespace podium::programs;

namespace {

constexpr const char* kLabFolder =
    "a51146d38077ff992eba84cf1d5e9b249073503eb74868699016153b031a38f7";  // SHA-256 of "lab"

void check_error(DockerHost& host, const std::string& line, const std::string& error, int status) {
    INFO(line);
    const DockerHost::Result result = host.run(line);
    CHECK(result.error == error);
    CHECK(result.status == status);
}

}  // namespace

TEST_CASE("docker context: one that is made is listed, described, used and removed") {
    DockerHost host;
    const DockerHost::Result made =
        host.run("docker context create lab --docker host=unix:///var/run/docker.sock");
    CHECK(made.out == "lab\n");
    CHECK(made.error == "Successfully created context \"lab\"\n");
    CHECK(host.run("docker context use lab").error == "Current context is now \"lab\"\n");
    CHECK(host.run("docker context show").out == "lab\n");
    CHECK(
        host.run("docker context ls").out ==
        "NAME      DESCRIPTION                               DOCKER ENDPOINT               ERROR\n"
        "default   Current DOCKER_HOST based configuration   unix:///var/run/docker.sock   \n"
        "lab *                                               unix:///var/run/docker.sock   \n");
    CHECK(host.run("cat .docker/config.json").out.find("\"currentContext\": \"lab\"") !=
          std::string::npos);
    const std::string described = host.run("docker context inspect").out;
    CHECK(described.find(std::string("/root/.docker/contexts/meta/") + kLabFolder) !=
          std::string::npos);
    CHECK(host.run("docker version --format '{{.Client.Context}}'").out == "lab\n");
    CHECK(host.run("docker ps -q").status == 0);
    check_error(host,
                "docker context rm lab",
                "context \"lab\" is in use, set -f flag to force remove\n",
                1);
    CHECK(host.run("docker context rm -f lab").out == "lab\n");
    CHECK(host.run("docker context show").out == "default\n");
}

TEST_CASE("docker context: what is wrong is said as docker says it") {
    DockerHost host;
    const std::string not_found =
        "context \"nosuch\": context not found: open "
        "/root/.docker/contexts/meta/"
        "9e62f93eb7d2499903ac66232f187c56fc050eb74c765f90eb214360b21f0e96/meta.json: no such file "
        "or directory\n";
    check_error(host, "docker context use nosuch", not_found, 1);
    check_error(host, "docker context inspect nosuch", not_found, 1);
    check_error(host,
                "docker -c nosuch ps",
                "Failed to initialize: unable to resolve docker endpoint: " + not_found,
                1);
    check_error(host, "docker context rm nosuch", "context \"nosuch\" does not exist\n", 1);
    check_error(host, "docker context rm default", "context \"default\" cannot be removed\n", 1);
    check_error(
        host, "docker context create default", "\"default\" is a reserved context name\n", 1);
    check_error(host,
                "docker context create 'bad name'",
                "context name \"bad name\" is invalid, names are validated against regexp "
                "\"^[a-zA-Z0-9][a-zA-Z0-9_.+-]+$\"\n",
                1);
    check_error(host,
                "docker context create xy --docker foo=bar",
                "unable to create docker endpoint config: unrecognized config key: foo\n",
                1);
    check_error(host, "docker context use", "accepts 1 arg(s), received 0\n", 1);
    check_error(host,
                "docker context create xy --docker host",
                "invalid argument \"host\" for \"--docker\" flag: host must be formatted as "
                "key=value\n\nUsage:  docker context create [OPTIONS] CONTEXT\n\nRun 'docker "
                "context create --help' for more information\n",
                125);
}

TEST_CASE("docker: an engine elsewhere is not there, or refused by name") {
    DockerHost host;
    check_error(
        host,
        "docker -H unix:///nonexistent.sock ps",
        "Cannot connect to the Docker daemon at unix:///nonexistent.sock. Is the docker daemon "
        "running?\n",
        1);
    check_error(host,
                "DOCKER_HOST=foo://bar docker ps",
                "Failed to initialize: unable to resolve docker endpoint: invalid bind address "
                "format: foo://bar\n",
                1);
    check_error(host,
                "docker -H unix:///x -c default ps",
                "conflicting options: cannot specify both --host and --context\n",
                1);
    CHECK(host.run("docker -H tcp://10.0.0.9:2375 ps").error.find("Podium does not simulate") !=
          std::string::npos);
    CHECK(host.run("docker -H unix:///var/run/docker.sock ps").status == 0);
}
