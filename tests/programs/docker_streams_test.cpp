// When docker logs and docker events end, and what they leave out.

#include <catch2/catch.hpp>

#include "tests/programs/docker_fixture.hpp"

using namespace podium;
using namespace podium::programs;

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

// moby v20.10.24 daemon/events/events.go, eventsLimit: what a filter leaves out counts too.
TEST_CASE("docker events: an engine keeps the last 256, and none over its restart") {
    DockerHost host;
    host.run("docker run -d --name web busybox sleep 1000");
    host.run("i=0; while [ $i -lt 300 ]; do docker top web > /dev/null; i=$((i+1)); done");
    CHECK(host.run("docker events --since 1h --until 0s | wc -l").out == "256\n");
    CHECK(host.run("docker events --since 1h --until 0s --filter event=create").out.empty());
    host.run("systemctl restart docker");
    CHECK(host.run("docker events --since 1h --until 0s").out.empty());
    host.run("docker start web");
    CHECK(host.run("docker events --since 1h --until 0s --format '{{.Action}}' --filter type=container").out == "start\n");
}

// moby v20.10.24 daemon/top_unix.go, archive.go, attach.go, exec.go; the first two are in the recorded events too.
TEST_CASE("docker events: what is asked of a container on the side is told") {
    DockerHost host;
    host.run("docker run -d --name web busybox sleep 1000; echo x > /root/f");
    const auto actions = [&host](const std::string& more) {
        return host.run("docker events --since 5m --until 0s --filter container=web --format '{{.Action}}' " + more).out;
    };
    host.run("docker top web; docker cp web:/etc/passwd /root/p; docker cp /root/f web:/tmp/f; docker cp web:/nosuch /root/n");
    CHECK(actions("") == "create\nstart\ntop\narchive-path\nextract-to-dir\n");
    host.type("host/2", "docker exec -it web sh");
    host.wait(seconds(2));
    host.type("host/2", "\x10\x11");
    host.wait(seconds(1));
    CHECK(actions("--filter event=exec_detach") == "exec_detach\n");
    CHECK(says(host.run("docker events --since 5m --until 0s --filter event=exec_detach").out, "(execID="));
    host.type("host/2", "docker run -it --name shell busybox sh");
    host.wait(seconds(3));
    host.type("host/2", "\x10\x11");
    host.wait(seconds(1));
    CHECK(host.run("docker events --since 5m --until 0s --filter container=shell --format '{{.Action}}'").out == "create\nattach\nstart\ndetach\n");
}

// moby v20.10.24 daemon/images/image_tag.go, daemon/volumes_unix.go: an event stays as it was when what it is about is gone.
TEST_CASE("docker events: a tag names its image, and a mount whether it may be written, also afterwards") {
    DockerHost host;
    const std::string image = host.run("docker images -q --no-trunc busybox").out;
    host.run("docker tag busybox other:1; docker rmi other:1");
    const std::string tags = "docker events --since 5m --until 0s --filter event=tag --format '{{.Actor.ID}} {{.Actor.Attributes.name}}'";
    CHECK(host.run(tags).out == image.substr(0, image.size() - 1) + " other:1\n");
    host.run("docker run --rm -v data:/data:ro busybox true; docker run --rm -v data:/data busybox true");
    CHECK(host.run("docker events --since 5m --until 0s --filter event=mount --format '{{index .Actor.Attributes \"read/write\"}}'").out == "false\ntrue\n");
}

// moby v20.10.24 daemon/exec.go, as recorded for `docker exec -w /tmp c1 pwd`.
TEST_CASE("docker events: an exec without arguments ends in a blank") {
    DockerHost host;
    host.run("docker run -d --name web busybox sleep 1000; docker exec web pwd; docker exec web echo hi");
    CHECK(host.run("docker events --since 5m --until 0s --filter event=exec_create --format '[{{.Action}}]'").out == "[exec_create: pwd ]\n[exec_create: echo hi]\n");
}

// moby v20.10.24 daemon/images/images.go: the filters' images are looked for as any other.
TEST_CASE("docker images: a filter's image that isn't there is named with its tag") {
    DockerHost host({"busybox"}, "");
    for (const char* filter : {"before", "since"}) {
        CHECK(host.run(std::string("docker images -f ") + filter + "=nosuch").error == "Error response from daemon: No such image: nosuch:latest\n");
    }
}

// moby v20.10.24 daemon/commit.go (merge), container/container.go (CreateDaemonEnvironment).
TEST_CASE("docker run -e: a container's own variables stand before its image's") {
    DockerHost host({"nginx"}, "");
    const std::string shown = host.run("docker run --rm -e X=1 nginx env").out;
    CHECK(shown.starts_with("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\nHOSTNAME="));
    CHECK(shown.find("\nX=1\n") < shown.find("\nNGINX_VERSION="));
    CHECK(shown.ends_with("\nHOME=/root\n"));
}

// moby v20.10.24 daemon/exec.go, container/env.go.
TEST_CASE("docker exec: TERM is there with a terminal, and a variable without a value is taken away") {
    DockerHost host;
    host.run("docker run -d --name plain -e GIVEN=1 busybox sleep 1000; docker run -dit --name tty busybox sh; docker run -d --name own -e TERM=dumb busybox sleep 1000");
    const std::string term = " sh -c 'echo [$TERM]'";
    CHECK(host.run("docker exec plain" + term).out == "[]\n");
    CHECK(says(host.run("docker exec -t plain" + term).out, "[xterm]"));
    CHECK(host.run("docker exec tty" + term).out == "[]\n");
    CHECK(says(host.run("docker exec -t own" + term).out, "[dumb]"));
    CHECK(says(host.run("docker exec -t -e TERM=vt100 plain" + term).out, "[vt100]"));
    CHECK(host.run("docker exec -e GIVEN -e NOWHERE plain sh -c 'echo [${GIVEN-gone}][${NOWHERE-gone}]'").out == "[gone][gone]\n");
    CHECK(host.run("docker exec -e HOSTNAME=other plain env | grep -c ^HOSTNAME=").out == "1\n");
    CHECK_FALSE(says(host.run("docker exec -e NOWHERE plain env").out, "NOWHERE"));
}

// moby v20.10.24 daemon/container_operations.go (DisconnectFromNetwork, disconnectFromNetwork), moby issue 48797.
TEST_CASE("docker network disconnect: of a container that runs it is told twice, and in back-off there is nothing to disconnect") {
    DockerHost host;
    const auto disconnects = [&host] { return host.run("docker events --since 5m --until 0s --filter event=disconnect --format '{{.Actor.Attributes.name}}'").out; };
    host.run("docker network create net; docker run -d --name web --network net busybox sleep 1000; docker create --name idle --network net busybox");
    CHECK(host.run("docker network disconnect net web").status == 0);
    CHECK(disconnects() == "net\nnet\n");
    CHECK(host.run("docker network disconnect net idle").status == 0);
    CHECK(disconnects() == "net\nnet\nnet\n");
    host.run("docker run -d --name loop --network net --restart always busybox false");
    host.wait(seconds(5));
    CHECK(says(host.run("docker ps --filter name=loop").out, "Restarting"));
    CHECK(says(host.run("docker network disconnect net loop").error, " is not connected to network net\n"));
    host.run("docker stop loop");
    CHECK(host.run("docker network disconnect net loop").status == 0);
}

// moby v20.10.24 daemon/start.go (containerStart, Cleanup), container/container.go (UnmountVolumes).
TEST_CASE("docker start: one that fails before it came to the mounts tells of their unmounting") {
    DockerHost host;
    host.run("docker run -d --name web -p 8080:80 busybox sleep 1000");
    CHECK(host.run("docker run -d --name late -p 8080:80 -v data:/data busybox sleep 1000").status == 125);
    CHECK(host.run("docker events --since 5m --until 0s --filter type=volume --format '{{.Action}}'").out == "create\nunmount\n");
    host.run("docker stop -t 0 web; docker start late; docker stop -t 0 late");
    CHECK(host.run("docker events --since 5m --until 0s --filter type=volume --format '{{.Action}}'").out == "create\nunmount\nmount\nunmount\n");
}
