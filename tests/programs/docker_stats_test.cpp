// docker stats: counters that grow with what a container does.

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/programs/docker_fixture.hpp"

using namespace podium;
using namespace podium::programs;

namespace {

std::string stat(DockerHost& host, const std::string& name, const std::string& field) {
    const std::string text = host.run("docker stats --no-stream --format '{{." + field + "}}' " + name).out;
    return text.substr(0, text.find('\n'));
}

}  // namespace

TEST_CASE("docker stats: a container that nobody talks to hears its neighbours, as recorded") {
    DockerHost host;
    host.run("docker run -d --name box busybox sleep 1000");
    host.wait(seconds(4));
    CHECK(stat(host, "box", "NetIO") == "586B / 0B");
    host.wait(seconds(6));
    CHECK(stat(host, "box", "NetIO") == "1.11kB / 0B");
    CHECK(stat(host, "box", "BlockIO") == "0B / 0B");
}

TEST_CASE("docker stats: requests and their answers count on both sides") {
    DockerHost host({"nginx", "busybox"}, "");
    host.run("docker network create net");
    host.run("docker run -d --name web --network net nginx");
    host.run("docker run -d --name box --network net busybox sleep 1000");
    host.wait(seconds(12));
    const std::string before = stat(host, "web", "NetIO");
    CHECK(before == "1.11kB / 0B");
    host.run("docker exec box wget -q -O /dev/null http://web/");
    const std::string web = stat(host, "web", "NetIO");
    const std::string box = stat(host, "box", "NetIO");
    CHECK(web != before);
    // What one has sent the other has received, beside the murmur of their bridge.
    CHECK(web == "1.59kB / 711B");
    CHECK(box == "1.82kB / 477B");
    host.run("docker restart web");
    CHECK(stat(host, "web", "NetIO").ends_with(" / 0B"));
}

TEST_CASE("docker stats: what goes to the loopback interface is not the network's") {
    DockerHost host({"nginx"}, "");
    host.run("docker run -d --name web nginx");
    host.wait(seconds(12));
    host.run("docker exec web curl -s localhost");
    CHECK(stat(host, "web", "NetIO") == "1.11kB / 0B");
}

TEST_CASE("docker stats: what is written to disk counts in whole pages, a tmpfs does not") {
    DockerHost host;
    host.run("docker run -d --name box --tmpfs /t -v data:/v busybox sleep 1000");
    host.run("docker exec box sh -c 'echo hi > /file'");
    CHECK(stat(host, "box", "BlockIO") == "0B / 4.1kB");
    host.run("docker exec box dd if=/dev/zero of=/v/zeros bs=1M count=10");
    CHECK(stat(host, "box", "BlockIO") == "0B / 10.5MB");
    host.run("docker exec box dd if=/dev/zero of=/t/zeros bs=1M count=10");
    CHECK(stat(host, "box", "BlockIO") == "0B / 10.5MB");
}

TEST_CASE("docker stats: processor use is what was used between two samples") {
    DockerHost host;
    host.run("docker run -d --name busy busybox sh -c 'while :; do :; done'");
    host.run("docker run -d --name half --cpus 0.5 busybox sh -c 'while :; do :; done'");
    host.run("docker run -d --name quota --cpu-quota 25000 busybox sh -c 'while :; do :; done'");
    host.run("docker run -d --name idle busybox sleep 1000");
    host.wait(seconds(5));
    const auto percent = [&host](const std::string& name) { return std::stod(stat(host, name, "CPUPerc")); };
    CHECK(percent("busy") == Approx(100).margin(2));
    CHECK(percent("half") == Approx(50).margin(2));
    CHECK(percent("quota") == Approx(25).margin(2));
    CHECK(percent("idle") == Approx(0).margin(0.2));
    host.run("docker pause busy");
    CHECK(percent("busy") == Approx(0).margin(0.2));
}

TEST_CASE("docker stats: without --no-stream it draws again every second") {
    DockerHost host;
    host.run("docker run -d --name box busybox sleep 1000");
    const std::string shown = host.run("timeout 5 docker stats --format '{{.Name}}'").out;
    std::size_t frames = 0;
    for (std::size_t at = shown.find("\033[H"); at != std::string::npos; at = shown.find("\033[H", at + 1)) ++frames;
    CHECK(frames == 4);
    CHECK(shown.starts_with("\033[Hbox \033[K\n \033[K\n\033[J"));
}
