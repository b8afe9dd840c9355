// The files of names in containers, and which networks containers are put on and taken from.

#include <catch2/catch.hpp>

#include "tests/programs/docker_fixture.hpp"

using namespace podium;
using namespace podium::programs;

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

// docker/cli v28 cli/command/network/create.go (createIPAMConfig), libnetwork ipam/allocator.go (getAddress).
TEST_CASE("docker network create --ip-range: addresses are picked from it, and asked-for ones may be anywhere") {
    DockerHost host;
    const std::string create = "docker network create --subnet 172.28.0.0/16 ";
    CHECK(host.run(create + "--ip-range 172.28.5.0/24 --gateway 172.28.5.254 br0").status == 0);
    CHECK(host.run("docker network inspect -f '{{json .IPAM.Config}}' br0").out ==
          "[{\"Subnet\":\"172.28.0.0/16\",\"IPRange\":\"172.28.5.0/24\",\"Gateway\":\"172.28.5.254\"}]\n");
    const std::string address = "docker inspect -f '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}' ";
    host.run("docker run -d --name one --network br0 busybox sleep 1000; docker run -d --name two --network br0 --ip 172.28.9.9 busybox sleep 1000");
    CHECK(host.run(address + "one").out == "172.28.5.0\n");
    CHECK(host.run(address + "two").out == "172.28.9.9\n");
    host.run("docker rm -f one two; docker network rm br0");
    host.run(create + "--ip-range 172.28.5.0/24 br1; docker run -d --name one --network br1 busybox sleep 1000");
    CHECK(host.run(address + "one").out == "172.28.5.1\n");  // the first is the gateway's
    CHECK(host.run(create + "--ip-range 10.0.0.0/24 br2").error == "no matching subnet for range 10.0.0.0/24\n");
    CHECK(host.run(create + "--ip-range nonsense br2").error == "invalid CIDR address: nonsense\n");
    CHECK(host.run("docker network create --ip-range 10.0.0.0/24 br2").error == "every ip-range or gateway must have a corresponding subnet\n");
}
