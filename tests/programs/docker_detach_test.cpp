// The keys that detach from a container's terminal.

#include <catch2/catch.hpp>

#include "sim/lab/foreground.hpp"
#include "sim/model/detach_keys.hpp"
#include "tests/programs/docker_fixture.hpp"

using namespace podium;
using namespace podium::programs;

namespace {

constexpr const char* kUsualKeys = "\x10\x11";

std::string state_of(DockerHost& host, const std::string& name) {
    return host.run("docker inspect -f '{{.State.Status}}' " + name).out;
}

}  // namespace

TEST_CASE("detach keys: they are written as docker writes them") {
    CHECK(model::detach_key_bytes("ctrl-p,ctrl-q") == kUsualKeys);
    CHECK(model::detach_key_bytes("ctrl-@,a,DEL,ctrl-_") == std::string("\0a\x7f\x1f", 4));
    CHECK_FALSE(model::detach_key_bytes("foo"));
    CHECK_FALSE(model::detach_key_bytes("ctrl-"));
    CHECK_FALSE(model::detach_key_bytes("ctrl-p,"));
}

TEST_CASE("docker run -it: Ctrl-P Ctrl-Q leaves the container running, with status 0 and no word") {
    DockerHost host;
    host.type("host/2", "docker run -it --name box busybox sh");
    host.wait(seconds(3));
    host.type("host/2", "echo $((40 + 2))");
    host.wait(seconds(1));
    CHECK(host.shown("host/2").find("42\n") != std::string::npos);
    host.type("host/2", kUsualKeys);
    host.wait(seconds(1));
    CHECK_FALSE(host.running("host/2"));
    CHECK(host.status("host/2") == 0);
    CHECK(host.shown("host/2").find("escape") == std::string::npos);
    CHECK(state_of(host, "box") == "running\n");
    // Its shell still reads: what is typed at the next attachment reaches it.
    host.type("host/2", "docker attach box");
    host.wait(seconds(1));
    host.type("host/2", "exit 7");
    host.wait(seconds(1));
    CHECK(host.status("host/2") == 7);
    CHECK(state_of(host, "box") == "exited\n");
}

TEST_CASE("docker attach: the keys end it with an error, also while nothing in the container reads") {
    DockerHost host;
    host.run("docker run -dit --name box busybox sleep 1000");
    host.type("host/2", "docker attach box");
    host.wait(seconds(1));
    CHECK(lab::detach_keys_of(host.session().world(), *host.session().terminal("host/2")) == kUsualKeys);
    host.type("host/2", kUsualKeys);
    host.wait(seconds(1));
    CHECK_FALSE(host.running("host/2"));
    CHECK(host.shown("host/2") == "read escape sequence\n");
    CHECK(host.status("host/2") == 1);
    CHECK(state_of(host, "box") == "running\n");
}

TEST_CASE("docker exec -it: the keys leave the command running in the container") {
    DockerHost host;
    host.run("docker run -d --name box busybox sleep 1000");
    host.type("host/2", "docker exec -it box sh");
    host.wait(seconds(1));
    host.type("host/2", kUsualKeys);
    host.wait(seconds(5));
    CHECK_FALSE(host.running("host/2"));
    CHECK(host.shown("host/2").find("read escape sequence\n") != std::string::npos);
    CHECK(host.status("host/2") == 1);
    CHECK(host.run("docker exec box ps").out.find(" sh\n") != std::string::npos);
    CHECK(host.run("docker rm -f box").status == 0);
}

TEST_CASE("detach keys: what could become them is passed on when it does not") {
    DockerHost host;
    host.run("docker run -dit --name box busybox sh -c 'while read line; do echo \"got $line\"; done'");
    host.type("host/2", "docker attach --detach-keys a,b,c box");
    host.wait(seconds(1));
    host.type("host/2", "abx");
    host.wait(seconds(1));
    CHECK(host.shown("host/2").find("got abx\n") != std::string::npos);
    host.type("host/2", "abc");
    host.wait(seconds(1));
    CHECK_FALSE(host.running("host/2"));
    CHECK(host.run("docker logs box").out == "got abx\n");
}

TEST_CASE("detach keys: without a terminal they are letters like others") {
    DockerHost host;
    host.type("host/2", "docker run -i --name box busybox cat");
    host.wait(seconds(2));
    host.type("host/2", kUsualKeys);
    host.wait(seconds(1));
    CHECK(host.running("host/2"));
    CHECK(host.shown("host/2") == std::string(kUsualKeys) + "\n");
}

TEST_CASE("detach keys: the engine refuses what is no key") {
    DockerHost host;
    host.run("docker run -dit --name box busybox sh");
    CHECK(host.run("docker attach --detach-keys foo box").error ==
          "Error response from daemon: Invalid detach keys (foo) provided\n");
    CHECK(host.run("docker exec --detach-keys foo box true").error ==
          "Error response from daemon: Invalid escape keys (foo) provided\n");
}
