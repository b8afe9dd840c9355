// The files of names in containers, and which networks containers are put on and taken from.

#include <catch2/catch.hpp>

#include "tests/programs/docker_fixture.hpp"

using namespace podium;
using namespace podium::programs;

namespace {

bool says(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

// moby v20.10.24 daemon/container_operations.go (buildSandboxOptions, initializeNetworking), libnetwork sandbox_dns_unix.go.
TEST_CASE("docker run: the files of names say what the engine made of the wish") {
    DockerHost host;
    CHECK(says(host.run("docker run --rm --add-host outer:host-gateway busybox cat /etc/hosts").out, "172.17.0.1\touter\n"));
    CHECK(host.run("docker run --rm --network host busybox cat /etc/hosts").out == host.run("cat /etc/hosts").out);
    CHECK(host.run("docker run --rm --network host busybox cat /etc/resolv.conf").out == host.run("cat /etc/resolv.conf").out);
    CHECK(says(host.run("docker run --rm --network host --add-host outer:10.1.1.1 busybox cat /etc/hosts").out, "10.1.1.1\touter\n"));
    CHECK_FALSE(says(host.run("docker run --rm --dns-search . busybox cat /etc/resolv.conf").out, "search"));
    host.run("docker network create net; docker run -d --name web --network net --add-host db:10.1.1.2 busybox sleep 1000");
    for (const char* file : {"/etc/hosts", "/etc/resolv.conf", "/etc/hostname"}) {
        INFO(file);
        const std::string own = host.run(std::string("docker exec web cat ") + file).out;
        CHECK_FALSE(own.empty());
        CHECK(host.run(std::string("docker run --rm --network container:web busybox cat ") + file).out == own);
    }
}

// moby v20.10.24 daemon/network.go, daemon/container_operations.go.
TEST_CASE("docker network connect and disconnect: the container is looked for first, and force forgives nothing") {
    DockerHost host;
    host.run("docker network create net; docker run -d --name web busybox sleep 1000; docker create --name idle busybox");
    CHECK(host.run("docker network connect nosuch nobody").error == "Error response from daemon: No such container: nobody\n");
    CHECK(host.run("docker network disconnect nosuch nobody").error == "Error response from daemon: No such container: nobody\n");
    CHECK(host.run("docker network connect nosuch web").error == "Error response from daemon: network nosuch not found\n");
    CHECK(says(host.run("docker network disconnect -f net web").error, " is not connected to network net\n"));
    CHECK(says(host.run("docker network disconnect -f nosuch web").error, " is not connected to the network nosuch\n"));
    CHECK(host.run("docker network disconnect -f net nobody").error == "Error response from daemon: endpoint nobody not found\n");
    CHECK(host.run("docker network disconnect -f nosuch nobody").error == "Error response from daemon: network nosuch not found\n");
    // One that doesn't run keeps a network's name that the engine doesn't know, for its next start.
    CHECK(host.run("docker network connect later idle").status == 0);
    CHECK(says(host.run("docker start idle").error, "network later not found"));
    host.run("docker network create later");
    CHECK(host.run("docker start idle").status == 0);
    CHECK(says(host.run("docker inspect -f '{{json .NetworkSettings.Networks}}' idle").out, "\"later\""));
}
