// What a create is asked before anything is made of it, what it warns of, and what an update is asked.

#include <catch2/catch.hpp>

#include "tests/programs/docker_fixture.hpp"

using namespace podium;
using namespace podium::programs;

// moby runconfig/hostconfig.go, validateNetContainerMode.
TEST_CASE("docker run --network container:X: what belongs to the network can't be asked for") {
    DockerHost host;
    host.run("docker run -d --name web busybox sleep 1000");
    const std::string run = "docker run -d --name other --network container:web ";
    const auto refused = [&](const std::string& flags) {
        const DockerHost::Result done = host.run(run + flags + " busybox sleep 1000");
        CHECK(done.status == 125);
        CHECK(done.out.empty());
        return done.error;
    };
    CHECK(says(refused("--dns 9.9.9.9"), "docker: Error response from daemon: conflicting options: dns and the network mode\n"));
    CHECK(says(refused("--add-host db:10.0.0.5"), "conflicting options: custom host-to-IP mapping and the network mode\n"));
    CHECK(says(refused("--hostname h --dns 9.9.9.9"), "conflicting options: hostname and the network mode\n"));
    CHECK(says(refused("-p 80:80 --expose 81"), "conflicting options: port publishing and the container type network mode\n"));
    CHECK(says(refused("--expose 81"), "conflicting options: port exposing and the container type network mode\n"));
    CHECK(host.run("docker ps -a --format '{{.Names}}'").out == "web\n");
    CHECK(host.run(run + "busybox sleep 1000").status == 0);
}

// moby v20.10.24 daemon/create.go, containerCreate: settings and networking are verified before the image is looked for.
TEST_CASE("docker run: a wrong setting is told before an image is pulled, and leaves no container behind") {
    DockerHost host({"busybox"}, "");
    host.run("docker network create --subnet 10.5.0.0/16 net");
    for (const std::string flags : {"--memory 4m", "--network container:web --dns 9.9.9.9", "--network net --ip nonsense"}) {
        INFO(flags);
        const DockerHost::Result done = host.run("docker run -d --name box " + flags + " nginx");
        CHECK(done.status == 125);
        CHECK(done.out.empty());
        CHECK_FALSE(says(done.error, "Unable to find image"));
        CHECK(says(done.error, "Error response from daemon: "));
    }
    CHECK(says(host.run("docker create --network net --ip nonsense busybox").error, "Error response from daemon: invalid IPv4 address: nonsense\n"));
    CHECK(host.run("docker ps -aq").out.empty());
    CHECK(host.run("docker run -d --name box --network net --ip 10.5.0.9 busybox sleep 1000").status == 0);
}

// moby v20.10.24 daemon/daemon_unix.go, verifyPlatformContainerResources, verifyPlatformContainerSettings.
TEST_CASE("docker run: what is done otherwise than asked for is warned of") {
    DockerHost host;
    CHECK(host.run("docker create --network host -p 8080:80 busybox").error == "WARNING: Published ports are discarded when using host network mode\n");
    CHECK(host.run("docker create --network host busybox").error.empty());
    const std::string killer = "WARNING: OOM killer is disabled for the container, but no memory limit is set, this can result in the system running out of resources.\n";
    CHECK(says(host.run("docker create --oom-kill-disable busybox").error, killer));
    CHECK_FALSE(says(host.run("docker create --oom-kill-disable -m 10m busybox").error, killer));
}

// moby v20.10.24 daemon/update.go, ContainerUpdate; docker/cli v28 cli/command/container/update.go, runUpdate.
TEST_CASE("docker update: what is asked for is verified by itself first, and a policy's form by the client") {
    DockerHost host;
    host.run("docker run -d --name box busybox sleep 1000");
    const auto error = [&](const std::string& flags) {
        const DockerHost::Result done = host.run("docker update " + flags + " box");
        CHECK(done.status == 1);
        return done.error;
    };
    CHECK(error("--memory 1m") == "Error response from daemon: Minimum memory limit allowed is 6MB\n");
    CHECK(error("--memory 10m --memory-swap 8m") == "Error response from daemon: Minimum memoryswap limit should be larger than memory limit, see usage\n");
    CHECK(error("--cpus 100") == "Error response from daemon: Range of CPUs is from 0.01 to 4.00, as there are only 4 CPUs available\n");
    CHECK(says(error("--memory 10m"), "Error response from daemon: Cannot update container "));
    CHECK(error("--restart on-failure:x") == "invalid restart policy format: maximum retry count must be an integer\n");
    CHECK(error("--restart :3") == "invalid restart policy format: no policy provided before colon\n");
    CHECK(says(error("--restart sometimes"), "Error response from daemon: invalid restart policy 'sometimes'"));
    host.run("docker update --restart always box");
    CHECK(host.run("docker update --restart '' --cpus 1 box").status == 0);
    CHECK(host.run("docker inspect -f '{{.HostConfig.RestartPolicy.Name}}' box").out == "always\n");
    CHECK(host.run("docker update --restart on-failure: box").status == 0);
    CHECK(host.run("docker inspect -f '{{.HostConfig.RestartPolicy.Name}}' box").out == "on-failure\n");
}

TEST_CASE("docker network connect: names that nobody knows are kept for a container up to a limit") {
    DockerHost host;
    host.run("docker create --name box busybox");
    const DockerHost::Result done = host.run("for i in $(seq 1 1001); do docker network connect n$i box; done", minutes(20));
    CHECK(done.error == "Error response from daemon: a container can be on 1000 networks at most\nError response from daemon: a container can be on 1000 networks at most\n");
    CHECK(host.run("docker network connect n5 box").status == 0);  // takes the place of what was known of it
}

// moby v20.10.24 daemon/daemon_unix.go (adaptSharedNamespaceContainer), daemon/container_operations.go (getNetworkedContainer).
TEST_CASE("docker run --network container:X: X is meant by its id, whatever it is called later") {
    DockerHost host;
    host.run("docker run -d --name web busybox sleep 1000");
    const std::string id = host.run("docker inspect -f '{{.Id}}' web").out;
    host.run("docker run -d --name guest --network container:web busybox sleep 1000; docker rename web first; docker run -d --name web busybox sleep 1000");
    CHECK(host.run("docker inspect -f '{{.HostConfig.NetworkMode}}' guest").out == "container:" + id);
    CHECK(host.run("docker exec guest cat /etc/hostname").out == id.substr(0, 12) + "\n");
    host.run("docker rm -f first");
    CHECK(host.run("docker restart -t 0 guest").error == "Error response from daemon: Cannot restart container guest: No such container: " + id);
    // One that isn't there yet is meant by its name; so modes can point in a circle.
    host.run("docker create --name one --network container:two busybox; docker create --name two --network container:one busybox");
    CHECK(host.run("docker inspect -f '{{.HostConfig.NetworkMode}}' one").out == "container:two\n");
    CHECK(host.run("docker cp one:/etc/hostname /root/name; docker start one").error.ends_with(
        "Error response from daemon: cannot join network of a non running container: two\nError: failed to start containers: one\n"));
    host.run("docker create --name own --network container:own busybox");
    CHECK(host.run("docker start own").error.starts_with("Error response from daemon: cannot join own network\n"));
}
