// docker volume create --opt: what the local driver takes, and what it mounts (moby v20.10.24 volume/local).

#include <catch2/catch.hpp>

#include "tests/programs/docker_fixture.hpp"

using namespace podium;
using namespace podium::programs;

namespace {

const std::string kMemory = "docker volume create -d local -o type=tmpfs -o device=tmpfs -o o=";

}  // namespace

TEST_CASE("docker volume create --opt: wrong options are refused in the driver's words") {
    DockerHost host;
    const auto error = [&host](const std::string& options) {
        const DockerHost::Result done = host.run("docker volume create " + options + " vol");
        CHECK(done.status == 1);
        return done.error;
    };
    CHECK(error("-o foo=bar") == "Error response from daemon: create vol: invalid option: \"foo\"\n");
    CHECK(error("-o type=tmpfs") == "Error response from daemon: create vol: missing required option: \"device\"\n");
    CHECK(error("-o device=/srv") == "Error response from daemon: create vol: missing required option: \"type\"\n");
    CHECK(error("--opt o=bind --opt type=none") == "Error response from daemon: create vol: missing required option: \"device\"\n");
    CHECK(error("-o size=1g") == "Error response from daemon: create vol: quota size requested but no quota support\n");
    CHECK(error("-o type=nfs -o o=addr=10.0.0.9 -o device=:/srv").find("Podium does not simulate volumes of the type nfs") != std::string::npos);
    CHECK(host.run("docker volume ls -q").out.empty());
    CHECK(host.run(kMemory + "size=64k vol").out == "vol\n");
    CHECK(host.run("docker volume create -o foo=bar vol").out == "vol\n");  // there is one
    CHECK(host.run("docker volume inspect -f '{{json .Options}}' vol").out == "{\"device\":\"tmpfs\",\"o\":\"size=64k\",\"type\":\"tmpfs\"}\n");
    CHECK(host.run(kMemory + "size=1m,uid=1000 other").error == "Podium: uid of a tmpfs is not simulated: every user may write there and run what lies there\n");
}

TEST_CASE("docker volume create -o type=tmpfs: it holds so much, and nothing once nobody has it mounted") {
    DockerHost host;
    host.run(kMemory + "size=64k vol");
    host.run("docker run -d --name one -v vol:/v busybox sleep 1000; docker run -d --name two -v vol:/v busybox sleep 1000");
    CHECK(host.run("docker exec one sh -c 'echo kept > /v/f'").status == 0);
    CHECK(host.run("docker exec two cat /v/f").out == "kept\n");
    CHECK(host.run("docker exec one dd if=/dev/zero of=/v/big bs=1024 count=100").error.find("No space left on device") != std::string::npos);
    CHECK(host.run("docker exec one df /v").out.find("tmpfs                       64        64         0 100% /v\n") != std::string::npos);
    host.run("docker stop -t 0 one");
    CHECK(host.run("docker exec two cat /v/f").out == "kept\n");
    host.run("docker stop -t 0 two; docker start two");
    CHECK(host.run("docker exec two ls /v").out.empty());
    const std::string wrong = host.run(kMemory + "colour=red odd; docker run -d -v odd:/v busybox sleep 1000").error;
    CHECK(wrong.find("error while mounting volume '/var/lib/docker/volumes/odd/_data': failed to mount local volume: mount tmpfs:/var/lib/docker/volumes/odd/_data, "
                     "data: colour=red: invalid argument\n") != std::string::npos);
}

TEST_CASE("docker volume create -o type=tmpfs: what was copied into it while nobody had it mounted frees no disk") {
    DockerHost host;
    const auto used = [&host] { return host.session().world().hosts.front().disk_used_bytes; };
    host.run("docker pull -q busybox; " + kMemory + "size=1m vol; dd if=/dev/zero of=big bs=1024 count=100");
    host.run("docker create --name one -v vol:/v busybox; docker cp big one:/v/big; docker rm one");
    const std::int64_t before = used();
    CHECK(host.run("docker volume rm vol").status == 0);
    CHECK(used() == before);
}

TEST_CASE("docker volume create -o o=bind: a volume is a folder of the host") {
    DockerHost host;
    host.run("mkdir -p /srv/data; docker volume create -o type=none -o o=bind -o device=/srv/data vol");
    CHECK(host.run("docker run --rm -v vol:/v busybox sh -c 'echo there > /v/f'").status == 0);
    CHECK(host.run("cat /srv/data/f").out == "there\n");
    host.run("docker volume rm vol");
    CHECK(host.run("cat /srv/data/f").out == "there\n");
    host.run("docker volume create -o type=none -o o=bind -o device=/nosuch gone");
    const DockerHost::Result start = host.run("docker run -d --name box -v gone:/v busybox sleep 1000");
    CHECK(start.status == 127);  // as of any start that misses a file
    CHECK(start.error.find("docker: Error response from daemon: error while mounting volume '/var/lib/docker/volumes/gone/_data': failed to mount local volume: "
                           "mount /nosuch:/var/lib/docker/volumes/gone/_data, flags: 0x1000: no such file or directory\n") != std::string::npos);
    CHECK(host.run("docker ps -a --format '{{.Status}}'").out == "Created\n");
    // Where the image has something, the volume is mounted at the creation, to be filled.
    CHECK(host.run("docker create -v gone:/etc busybox").error.find("Error response from daemon: failed to mount local volume: mount /nosuch:") != std::string::npos);
}

TEST_CASE("docker volume create -o o=ro: nobody writes into it, whatever it mounts") {
    DockerHost host;
    host.run("mkdir -p /srv/data; echo there > /srv/data/f");
    host.run("docker volume create -o type=none -o o=bind,ro -o device=/srv/data folder; " + kMemory + "size=64k,ro memory; " + kMemory + "ro,rw both");
    const DockerHost::Result written = host.run("docker run --rm -v folder:/v busybox sh -c 'cat /v/f; touch /v/g'");
    CHECK(written.out == "there\n");
    CHECK(written.status == 1);
    CHECK(written.error.find("Read-only file system") != std::string::npos);
    CHECK(host.run("docker run --rm -v memory:/v busybox touch /v/g").status == 1);
    CHECK(host.run("docker run --rm -v both:/v busybox touch /v/g").status == 0);  // the last one counts
    CHECK(host.run("touch /srv/data/g").status == 0);
    CHECK(host.run("docker volume create -o type=none -o o=bind,ro -o device=/nosuch gone; docker run --rm -v gone:/v busybox true").error.find("flags: 0x1001: no such file") != std::string::npos);
}
