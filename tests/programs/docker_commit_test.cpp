// docker commit: images made from containers.

#include <catch2/catch.hpp>

#include "tests/programs/docker_fixture.hpp"

using namespace podium;
using namespace podium::programs;

namespace {

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("docker commit: a container of the image has the files, and not those that were removed") {
    DockerHost host({"nginx"}, "");
    host.run("docker run -d --name web nginx");
    host.run("docker exec web sh -c 'echo made here > /root/note; mkdir -p /srv/a; echo two > /srv/a/two'");
    host.run("docker exec web sh -c 'echo mine > /usr/share/nginx/html/index.html; rm /usr/share/nginx/html/50x.html'");
    const auto done = host.run("docker commit -m 'my page' -a me web site:1");
    CHECK(done.status == 0);
    CHECK(done.out.starts_with("sha256:"));
    CHECK(done.out.size() == 72);
    CHECK(host.run("docker run --rm site:1 cat /root/note /srv/a/two").out == "made here\ntwo\n");
    CHECK(host.run("docker run --rm site:1 ls /usr/share/nginx/html").out == "index.html\n");
    CHECK(host.run("docker run --rm site:1 ls /srv").out == "a\n");
    CHECK(host.run("docker run --rm nginx ls /usr/share/nginx/html").out == "50x.html\nindex.html\n");
    // It serves as its parent does, with the page of its own.
    host.run("docker run -d --name copy -p 8080:80 site:1");
    host.wait(seconds(2));
    CHECK(host.run("curl -s localhost:8080").out == "mine\n");
    CHECK(host.run("docker diff copy").out.find("index.html") == std::string::npos);
}

TEST_CASE("docker commit: it shows in images, history and inspect, and as events") {
    DockerHost host;
    host.run("docker run --name box busybox sh -c 'echo 12345 > /data'");
    const std::string id = host.run("docker commit -m note -a 'A. Nother' box box:2").out;
    CHECK(host.run("docker images --no-trunc -q box").out == id);
    CHECK(has(host.run("docker images").out, "box          2 "));
    CHECK(host.run("docker inspect -f '{{.Author}}|{{.Comment}}|{{.Config.Cmd}}' box:2").out ==
          "A. Nother|note|[sh -c echo 12345 > /data]\n");
    CHECK(host.run("docker inspect -f '{{.Parent}}' box:2").out ==
          host.run("docker inspect -f '{{.Id}}' busybox").out);
    CHECK(host.run("docker history --format '{{.CreatedBy}}|{{.Size}}|{{.Comment}}' box:2").out.starts_with(
        "sh -c echo 12345 > /data|6B|note\n"));
    const std::string events = host.run("docker events --since 1m --until 0s --format '{{.Type}} {{.Action}}'").out;
    CHECK(has(events, "image tag\ncontainer commit\n"));
}

TEST_CASE("docker commit: a running container is paused meanwhile, unless it is not to be") {
    DockerHost host;
    host.run("docker run -d --name box busybox sleep 1000");
    host.run("docker commit box one");
    const std::string format = " --filter container=box --format '{{.Action}}'";
    CHECK(has(host.run("docker events --since 1s --until 0s" + format).out, "pause\ncommit\nunpause\n"));
    host.wait(seconds(5));
    host.run("docker commit --pause=false box two");
    CHECK(host.run("docker events --since 1s --until 0s" + format).out == "commit\n");
    CHECK(host.run("docker inspect -f '{{.State.Status}}' box").out == "running\n");
}

TEST_CASE("docker commit: --change applies instructions of a Dockerfile") {
    DockerHost host;
    host.run("docker run --name box -e A=1 busybox true");
    CHECK(host.run("docker commit -c 'ENV A=2 B=\"x y\"' -c 'CMD [\"echo\", \"hi\"]' -c 'EXPOSE 90' -c 'LABEL k=v' "
                   "-c 'WORKDIR /srv' -c 'USER 7' box made")
              .status == 0);
    CHECK(host.run("docker run --rm made").out == "hi\n");
    CHECK(host.run("docker run --rm made sh -c 'echo $A $B; pwd; id -u'").out == "2 x y\n/srv\n7\n");
    CHECK(host.run("docker inspect -f '{{json .Config.ExposedPorts}} {{.Config.Labels.k}}' made").out ==
          "{\"90/tcp\":{}} v\n");
    host.run("docker commit -c 'ENTRYPOINT [\"echo\", \"said\"]' box spoken");
    CHECK(host.run("docker run --rm spoken").out == "said\n");
    CHECK(host.run("docker commit -c 'RUN ls' box").error ==
          "Error response from daemon: run is not a valid change command\n");
    CHECK(has(host.run("docker commit -c 'ONBUILD RUN ls' box").error, "Podium does not simulate ONBUILD"));
}

TEST_CASE("docker commit: an image without a name dangles, and what it was made from can't be deleted") {
    DockerHost host;
    host.run("docker run --name box busybox true");
    const std::string id = host.run("docker commit box").out;
    CHECK(host.run("docker images --no-trunc -q --filter dangling=true").out == id);
    CHECK(host.run("docker commit nosuch").error == "Error response from daemon: No such container: nosuch\n");
    CHECK(host.run("docker commit box UPPER").error == "invalid reference format: repository name (library/UPPER) must be lowercase\n");
    host.run("docker rm box");
    const std::string parent = host.run("docker inspect -f '{{.Id}}' busybox").out.substr(0, 71);
    CHECK(has(host.run("docker rmi " + parent).error, "(cannot be forced) - image has dependent child images"));
    host.run("docker image prune -f");
    CHECK(host.run("docker images -aq --filter dangling=true").out.empty());
    CHECK(host.run("docker rmi busybox").status == 0);
}

TEST_CASE("docker commit: of a committed image another can be made") {
    DockerHost host;
    host.run("docker run --name one busybox sh -c 'echo a > /a; echo b > /b'");
    host.run("docker commit one first");
    host.run("docker run --name two first sh -c 'rm /a; echo c > /c'");
    host.run("docker commit two second");
    CHECK(host.run("docker run --rm second sh -c 'cat /a /b /c'").out == "b\nc\n");
    CHECK(host.run("docker run --rm first cat /a").out == "a\n");
    CHECK(host.run("docker history -q second").out.find("<missing>") != 0);
}

TEST_CASE("docker tag and build: the image has the moment of its last name, which a pull sets none of") {
    DockerHost host({"busybox"}, "");
    const std::string format = "docker image inspect -f '{{.Metadata.LastTagTime}}' ";
    constexpr const char* kNoMoment = "0001-01-01 00:00:00 +0000 UTC\n";
    CHECK(host.run(format + "busybox").out == kNoMoment);
    host.wait(seconds(10));
    host.run("docker tag busybox mine");
    const std::string first = host.run(format + "busybox").out;
    CHECK(first != kNoMoment);
    CHECK(host.run(format + "mine").out == first);
    host.run("docker pull busybox; docker rmi mine");
    CHECK(host.run(format + "busybox").out == first);
    host.wait(seconds(10));
    CHECK(host.run("docker tag busybox UPPER").status != 0);
    CHECK(host.run(format + "busybox").out == first);
    host.run("docker tag busybox again");
    CHECK(host.run(format + "busybox").out > first);
    host.run("mkdir app; cd app; printf 'FROM busybox\\nLABEL a=b\\n' > Dockerfile; docker build -t one .");
    const std::string built = host.run(format + "one").out;
    host.wait(seconds(10));
    host.run("docker build -t one .");  // all of it from the cache
    CHECK(host.run(format + "one").out > built);
}
