#include <catch2/catch.hpp>

#include "tests/programs/docker_fixture.hpp"

// What is mounted from the host, and the names of volumes.

namespace podium::programs {

TEST_CASE("docker run --mount type=volume: one without a name can't be read-only") {
    DockerHost host;
    const DockerHost::Result run = host.run("docker run --rm --mount type=volume,dst=/v,readonly busybox true");
    CHECK(run.status == 125);
    CHECK(run.error.starts_with("docker: Error response from daemon: invalid mount config for type \"volume\": must not set ReadOnly mode when using anonymous volumes\n"));
}

// docker/cli v28 opts/mount.go; moby v20.10.24 daemon/volumes.go, registerMountPoints.
TEST_CASE("docker run --mount type=volume: the volume is made with the labels and options that are given, once") {
    DockerHost host;
    const std::string mount = "docker run -d --name box --mount type=volume,src=vol,dst=/v,volume-driver=local,volume-label=a=b,volume-opt=type=tmpfs,volume-opt=device=tmpfs,\\\"volume-opt=o=size=64k,uid=5\\\" busybox sleep 1000";
    const DockerHost::Result run = host.run("docker pull -q busybox; " + mount);
    CHECK(run.status == 0);
    CHECK(run.error == "Podium: uid of a tmpfs is not simulated: every user may write there and run what lies there\n");
    CHECK(host.run("docker volume inspect -f '{{json .Labels}} {{json .Options}}' vol").out ==
          "{\"a\":\"b\"} {\"device\":\"tmpfs\",\"o\":\"size=64k,uid=5\",\"type\":\"tmpfs\"}\n");
    CHECK(host.run("docker inspect -f '{{json (index .HostConfig.Mounts 0).VolumeOptions}}' box").out ==
          "{\"Labels\":{\"a\":\"b\"},\"DriverConfig\":{\"Name\":\"local\",\"Options\":{\"device\":\"tmpfs\",\"o\":\"size=64k,uid=5\",\"type\":\"tmpfs\"}}}\n");
    CHECK(host.run("docker exec box dd if=/dev/zero of=/v/f bs=1024 count=100").error.find("No space left on device") != std::string::npos);
    const auto error = [&host](const std::string& options) { return host.run("docker run --rm --mount " + options + " busybox true").error; };
    CHECK(error("type=volume,src=vol,dst=/v,volume-opt=foo=bar").empty());  // it is there
    CHECK(error("type=volume,src=new,dst=/v,volume-opt=foo=bar").starts_with("docker: Error response from daemon: create new: invalid option: \"foo\"\n"));
    CHECK(error("type=volume,volume-driver=nfs,src=new,dst=/v")
              .starts_with("docker: Error response from daemon: create new: error looking up volume plugin nfs: plugin \"nfs\" not found\n"));
    CHECK(error("type=bind,src=/srv,dst=/v,volume-label=a=b").find("cannot mix 'volume-*' options with mount type 'bind'") != std::string::npos);
}

TEST_CASE("mounts: a file that the host has by itself is mounted as it is, and stays") {
    DockerHost host({"busybox"}, {});
    const std::string before = host.run("cat /etc/hosts").out;
    CHECK(host.run("docker run --rm -v /etc/hosts:/h:ro busybox cat /h").out == before);
    CHECK(host.run("docker run --rm --mount type=bind,src=/etc/hosts,dst=/h busybox cat /h").out == before);
    CHECK(host.run("cat /etc/hosts").out == before);
    for (const std::string path : {"/etc/passwd", "/etc/os-release", "/etc/timezone", "/etc/localtime"}) {
        const std::string content = host.run("cat " + path).out;
        CHECK_FALSE(content.empty());
        CHECK(host.run("docker run --rm -v " + path + ":" + path + ":ro busybox cat " + path).out == content);
        CHECK(host.run("test -f " + path).status == 0);
    }
    CHECK(host.run("docker run --rm -v /etc/hosts:/h:ro busybox sh -c 'echo x > /h'").error.find("Read-only file system") != std::string::npos);
    // What is written through the mount is the host's, and adds to what was there.
    CHECK(host.run("docker run --rm -v /etc/hosts:/h busybox sh -c 'echo 10.0.0.9 other >> /h'").status == 0);
    CHECK(host.run("cat /etc/hosts").out == before + "10.0.0.9 other\n");
    CHECK(host.run("echo 10.0.0.10 third >> /etc/hosts; tail -n 2 /etc/hosts").out == "10.0.0.9 other\n10.0.0.10 third\n");
}

TEST_CASE("mounts: a folder is made of a path where nothing is, and only there") {
    DockerHost host({"busybox"}, {});
    CHECK(host.run("docker run --rm -v /srv/new:/n -v /etc:/e:ro busybox ls -d /n /e/hosts").out == "/e/hosts\n/n\n");
    CHECK(host.run("test -d /srv/new").status == 0);
    const DockerHost::Result onto = host.run("docker run --rm -v /etc/hosts:/tmp busybox true");
    CHECK(onto.status == 125);
    CHECK(onto.error.find("not a directory: unknown: Are you trying to mount a directory onto a file (or vice-versa)?") != std::string::npos);
    CHECK(host.run("docker run --rm --mount type=bind,src=/etc/none,dst=/n busybox true").error ==
          "docker: Error response from daemon: invalid mount config for type \"bind\": bind source path does not exist: /etc/none\n\nRun 'docker run --help' for more information\n");
}

TEST_CASE("mounts: the engine's socket is on its host under both names, and is mounted as a socket") {
    DockerHost host({"busybox"}, {});
    for (const std::string path : {"/var/run/docker.sock", "/run/docker.sock"}) {
        CHECK(host.run("test -S " + path + " && ! test -f " + path).status == 0);
        CHECK(host.run("ls -l " + path).out.starts_with("srw-rw---- 1 root root "));
        CHECK(host.run("docker run --rm -v " + path + ":/var/run/docker.sock busybox ls -l /var/run/docker.sock").out.starts_with("srw-rw----    1 root "));
    }
    const std::string told = "docker.sock is mounted, but the engine answers no program in a container there\n";
    CHECK(host.run("docker run --rm -v /run/docker.sock:/s:ro busybox true").error == "Podium: " + told);
    CHECK(host.run("docker run --rm -v /run/docker:/s:ro busybox true").error.empty());
    CHECK(host.run("ls /var/run").out == "docker.sock\n");
    CHECK(host.run("chmod 666 /var/run/docker.sock; ls -l /var/run/docker.sock").out.starts_with("srw-rw-rw- "));
}

TEST_CASE("volumes: a name that the local driver does not take is refused, also when the volume is made by hand") {
    DockerHost host({"busybox"}, {});
    const std::string from = "Error response from daemon: create ";
    const std::string invalid = "\" includes invalid characters for a local volume name, only \"[a-zA-Z0-9][a-zA-Z0-9_.-]\" are allowed. If you intended to pass a host directory, use absolute path\n";
    const DockerHost::Result brief = host.run("docker volume create x");
    CHECK(brief.status == 1);
    CHECK(brief.error == from + "x: volume name is too short, names should be at least two alphanumeric characters\n");
    for (const std::string name : {"a b", "a/b", "-- _ab"}) {
        const std::string plain = name.starts_with("-- ") ? name.substr(3) : name;
        const DockerHost::Result refused = host.run("docker volume create " + (plain == name ? "'" + name + "'" : name));
        CHECK(refused.status == 1);
        CHECK(refused.error == from + plain + ": \"" + plain + invalid);
    }
    CHECK(host.run("docker volume ls -q").out.empty());
    CHECK(host.run("docker volume create ab").out == "ab\n");
    CHECK(host.run("docker volume create --name a.b-c_d").out == "a.b-c_d\n");
}

TEST_CASE("docker cp: tells the destination on the host as it was written, made absolute") {
    DockerHost host;
    host.run("docker run -d --name box busybox sleep 1000");
    host.run("docker exec box sh -c 'echo hi > /f'; mkdir -p /tmp/sub");
    const auto told = [&host](const std::string& destination) {
        const std::string said = host.run("cd /root; docker cp box:/f " + destination).error;
        return said.substr(said.find(" to ") + 4);
    };
    CHECK(told(".") == "/root/.\n");
    CHECK(told("./") == "/root/./\n");
    CHECK(told("/tmp/") == "/tmp/\n");
    CHECK(told("/tmp") == "/tmp\n");
    CHECK(told("g") == "/root/g\n");
    CHECK(told("../tmp/sub/.") == "/tmp/sub/.\n");
    CHECK(told("..") == "/\n");
    CHECK(host.run("cat /root/f /tmp/f /root/g /tmp/sub/f /f").out == "hi\nhi\nhi\nhi\nhi\n");
    CHECK(host.run("docker cp /root/g box:/tmp/").error.ends_with(" to box:/tmp/\n"));
}

TEST_CASE("docker pull: a digest that is no image's of the repository is not found") {
    DockerHost host({"busybox"}, {});
    const std::string zeros = "busybox@sha256:" + std::string(64, '0');
    const DockerHost::Result none = host.run("docker pull " + zeros);
    CHECK(none.status == 1);
    CHECK(none.error == "Error response from daemon: manifest for " + zeros + " not found: manifest unknown: manifest unknown\n");
    CHECK(host.run("docker run --rm " + zeros + " true").status == 125);
    // Its own is found, another's is not, and one that the catalogue can't know is a build of it.
    host.run("docker pull -q nginx");
    const std::string nginx = host.run("docker image inspect -f '{{index .RepoDigests 0}}' nginx").out;
    REQUIRE(nginx.find("nginx@sha256:") == 0);
    const std::string digest = nginx.substr(nginx.find('@'), 72);
    CHECK(host.run("docker pull -q nginx" + digest).status == 0);
    CHECK(host.run("docker pull -q busybox" + digest).status == 1);
    CHECK(host.run("docker pull -q busybox@sha256:" + std::string(60, '3') + "abcd").status == 0);
}

TEST_CASE("docker compose images: as JSON an image that was pulled has the time it was made") {
    DockerHost host;
    host.write_file("/root/compose.yaml", "services:\n  web:\n    image: busybox\n    command: sleep 1000\n");
    host.run("docker compose up -d");
    const std::string created = host.run("docker image inspect -f '{{.Created}}' busybox").out;
    REQUIRE(created.size() > 10);
    const std::string images = host.run("docker compose images --format json").out;
    CHECK(images.find("\"LastTagTime\":\"" + created.substr(0, created.size() - 1) + "\"") != std::string::npos);
    CHECK(host.run("docker compose images").out.find("292 years ago") != std::string::npos);
}

TEST_CASE("df and ls: a Debian host's are those of coreutils, a container's those of its busybox") {
    DockerHost host({"busybox"}, {});
    CHECK(host.run("df -h").out.starts_with("Filesystem      Size  Used Avail Use% Mounted on\n/dev/vda1        64G "));
    CHECK(host.run("df -hT / | head -n 1").out == "Filesystem     Type  Size  Used Avail Use% Mounted on\n");
    CHECK(host.run("df -P | head -n 1").out.starts_with("Filesystem     1024-blocks "));
    CHECK(host.run("docker run --rm busybox df -h").out.starts_with("Filesystem                Size      Used Available Use% Mounted on\n"));
    CHECK(host.run("docker run --rm busybox df -m").out.starts_with("Filesystem           1M-blocks      Used Available Use% Mounted on\n"));
    // As wide as each column's longest name, in a terminal.
    host.run("mkdir -p /srv/d; cd /srv/d; touch a b c d e f g h " + std::string(40, 'x') + " y z");
    CHECK(host.run("ls").out == "a  b  c  d  e  f  g  h  " + std::string(40, 'x') + "  y  z\n");
    host.run("touch $(seq 10000000 10000012)");
    CHECK(host.run("ls | wc -l").out == "24\n");
    CHECK(host.run("ls").out.starts_with("10000000  10000005  10000010  c  h\n10000001  10000006  "));
    CHECK(host.run("echo x > one; ls -l one").out.starts_with("-rw-r--r-- 1 root root 2 "));
    CHECK(host.run("head -c 123456 /dev/zero > two; ls -l one two").out.find(" root      2 ") != std::string::npos);
    CHECK(host.run("ls -l two").out.starts_with("-rw-r--r-- 1 root root 123456 "));
}

// moby v20.10.24 daemon/archive.go, containerExtractToDir.
TEST_CASE("docker cp: into what may not be written is refused by the engine") {
    DockerHost host;
    host.run("docker run -d --name box --read-only -v in:/in:ro -v out:/out --tmpfs /tmp busybox sleep 1000; echo x > /root/f");
    const std::string root = "Error response from daemon: container rootfs is marked read-only\n";
    CHECK(host.run("docker cp /root/f box:/etc/").error == root);
    CHECK(host.run("docker cp /root/f box:/tmp/").error == root);  // no mount point to the engine
    CHECK(host.run("docker cp /root/f box:/in/").error == "Error response from daemon: mounted volume is marked read-only\n");
    CHECK(host.run("docker cp /root/f box:/out/").status == 0);
    CHECK(host.run("docker exec box cat /out/f").out == "x\n");
}

}  // namespace podium::programs
