// --tmpfs and --mount type=tmpfs: their options, their size, and how inspect shows them.

#include <catch2/catch.hpp>

#include "sim/model/tmpfs.hpp"
#include "tests/programs/compose_v2_fixture.hpp"

using namespace podium;
using namespace podium::programs;

namespace {

bool shows(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

// moby/sys mount/flags_unix.go (MergeTmpfsOptions), moby v20.10.24 volume/mounts/linux_parser.go (ConvertTmpfsOptions).
TEST_CASE("tmpfs: options are read as the engine and the kernel do") {
    CHECK(model::tmpfs_mistake("").empty());
    CHECK(model::tmpfs_mistake("rw,noexec,nosuid,size=65536k,mode=1770,uid=1").empty());
    CHECK(model::tmpfs_mistake("foo") == "Invalid tmpfs option [\"foo\"]");
    CHECK(model::tmpfs_mistake("foo=1m,size=2m") == "Invalid tmpfs option [\"foo\" \"1m\"]");
    CHECK(model::tmpfs_mistake("first,last=x=y") == "Invalid tmpfs option [\"last\" \"x=y\"]");
    CHECK(model::tmpfs_size("65536k", 0) == 64 << 20);
    CHECK(model::tmpfs_size("1000", 0) == 1000);
    CHECK(model::tmpfs_size("50%", 1 << 30) == (1 << 30) / 100 * 50);
    CHECK(model::tmpfs_size("0", 0) == 0);
    const model::TmpfsOptions asked = model::read_tmpfs_options("ro,noexec,size=1m,mode=700,rw,uid=1,noexec,size=64k", 0);
    CHECK(!asked.read_only);
    CHECK(asked.size_bytes == 64 << 10);
    CHECK(asked.mode == 0700);
    CHECK(asked.wrong.empty());
    CHECK(asked.unheeded == std::vector<std::string>{"noexec", "mode", "uid"});
    CHECK(model::read_tmpfs_options("size=64mb,size=1m", 0).wrong == "size=64mb");
    // fs/fs_parser.c: fs_param_is_u32, in octal for the mode, and as C writes numbers for uid and gid.
    for (const char* wrong : {"mode=abc", "mode=78", "mode=", "mode=-7", "uid=0x", "gid=08", "gid=4294967296", "uid=4294967295"})
        CHECK(model::read_tmpfs_options(wrong, 0).wrong == wrong);
    for (const char* right : {"mode=0", "mode=+1777", "uid=0x1F", "gid=017", "gid=0"})
        CHECK(model::read_tmpfs_options(right, 0).wrong.empty());
    for (const char* wrong : {"", "m", "1x", "-1", "1mm"}) CHECK(model::tmpfs_size(wrong, 0) == -1);
    CHECK(model::tmpfs_options_text(true, 01770, 64 << 20) == "ro,mode=1770,size=64m");
    CHECK(model::tmpfs_options_text(false, 0, 1000) == "size=1000");
    CHECK(model::tmpfs_options_text(false, 0, 0).empty());
}

TEST_CASE("docker run --tmpfs: what is written there ends at its size") {
    DockerHost host;
    CHECK(host.run("docker run -d --name box --tmpfs /run:rw,nosuid,size=64k busybox sleep 1000").status == 0);
    CHECK(host.run("docker inspect -f '{{json .HostConfig.Tmpfs}} {{json .Mounts}}' box").out == "{\"/run\":\"rw,nosuid,size=64k\"} []\n");
    CHECK(shows(host.run("docker exec box df /run").out, "tmpfs                       64         0        64   0% /run\n"));
    const DockerHost::Result full = host.run("docker exec box dd if=/dev/zero of=/run/f bs=1024 count=100");
    CHECK(full.status != 0);
    CHECK(shows(full.error, "No space left on device"));
    CHECK(host.run("docker exec box wc -c /run/f").out == "65536 /run/f\n");
    CHECK(host.run("docker exec box sh -c 'rm /run/f; echo hi > /run/g; cat /run/g'").out == "hi\n");
    CHECK(shows(host.run("docker run --rm --tmpfs /t:ro busybox touch /t/f").error, "Read-only file system"));
    CHECK(host.run("docker run --rm --tmpfs /t:ro,rw busybox touch /t/f").status == 0);  // the last one counts
}

TEST_CASE("docker run --tmpfs: an option that there isn't is found at the start, and what has no effect is told") {
    DockerHost host;
    const DockerHost::Result wrong = host.run("docker run -d --name box --tmpfs /run:foo=1m busybox sleep 1000");
    CHECK(wrong.status == 125);
    CHECK(shows(wrong.error, "docker: Error response from daemon: Invalid tmpfs option [\"foo\" \"1m\"]\n"));
    CHECK(host.run("docker ps -a --format '{{.Status}}'").out == "Created\n");
    const DockerHost::Result unsized = host.run("docker run --rm --tmpfs /run:noexec,size=64mb busybox true");
    CHECK(unsized.status == 125);
    CHECK(shows(unsized.error, "error mounting \"tmpfs\" to rootfs at \"/run\": mount tmpfs:/run (via /proc/self/fd/6), flags: 0xe, data: size=64mb: invalid argument: unknown"));
    for (const std::string option : {"mode=abc", "mode=999", "mode=", "uid=me", "gid=-1", "uid=4294967295"}) {
        const DockerHost::Result refused = host.run("docker run --rm --tmpfs /x:" + option + " busybox true");
        CHECK(refused.status == 125);
        CHECK(shows(refused.error,
                    "mount tmpfs:/x (via /proc/self/fd/6), flags: 0xe, data: " + option + ": invalid argument: unknown"));
        CHECK(!shows(refused.error, "Podium"));
    }
    CHECK(host.run("docker run --rm --tmpfs /x:mode=+01777,uid=0x10,gid=010 busybox true").status == 0);
    CHECK(shows(host.run("docker run --rm --tmpfs /run:rw,noexec,size=1m,uid=5 busybox true").error,
                "Podium: noexec, uid of a tmpfs are not simulated: every user may write there and run what lies there\n"));
    CHECK(host.run("docker run --rm --tmpfs /run:rw,nosuid,nodev,size=1m busybox true").error.empty());
}

// docs.docker.com/engine/storage/tmpfs.
TEST_CASE("docker run --mount type=tmpfs: it is a mount point, with its size") {
    DockerHost host;
    CHECK(host.run("docker run -d --name box --mount type=tmpfs,destination=/app,tmpfs-size=64k busybox sleep 1000").status == 0);
    CHECK(host.run("docker inspect box --format '{{json .Mounts}}'").out ==
          "[{\"Type\":\"tmpfs\",\"Source\":\"\",\"Destination\":\"/app\",\"Mode\":\"\",\"RW\":true,\"Propagation\":\"\"}]\n");
    CHECK(host.run("docker inspect box --format '{{json .HostConfig.Mounts}}'").out ==
          "[{\"Type\":\"tmpfs\",\"Target\":\"/app\",\"TmpfsOptions\":{\"SizeBytes\":65536}}]\n");
    CHECK(shows(host.run("docker exec box dd if=/dev/zero of=/app/f bs=1024 count=100").error, "No space left on device"));
    // It is shown as it was asked for, and holds whole pages.
    host.run("docker run -d --name odd --mount type=tmpfs,dst=/app,tmpfs-size=1000 busybox sleep 1000");
    CHECK(host.run("docker inspect odd --format '{{(index .HostConfig.Mounts 0).TmpfsOptions.SizeBytes}}'").out == "1000\n");
    CHECK(host.run("docker exec odd dd if=/dev/zero of=/app/f bs=4096 count=1").status == 0);
    CHECK(shows(host.run("docker run --mount type=tmpfs,src=vol,dst=/v busybox true").error,
                "docker: Error response from daemon: invalid mount config for type \"tmpfs\": field Source must not be specified\n"));
    CHECK(shows(host.run("docker run --mount type=volume,dst=/v,tmpfs-size=1m busybox true").error,
                "invalid argument \"type=volume,dst=/v,tmpfs-size=1m\" for \"--mount\" flag: cannot mix 'tmpfs-*' options with mount type 'volume'"));
    CHECK(shows(host.run("docker run --mount type=tmpfs,dst=/v,tmpfs-size=big busybox true").error, "invalid value for tmpfs-size: big"));
}

TEST_CASE("compose: a tmpfs ends at its size, too, and what has no effect on it is told") {
    ComposeHost host(
        "services:\n  web:\n    image: busybox\n    command: sleep 1000\n    tmpfs: [\"/run:size=64k,mode=700\"]\n"
        "    volumes: [{type: tmpfs, target: /app, tmpfs: {size: 64k}}]\n");
    const DockerHost::Result up = host.compose("up -d");
    CHECK(up.status == 0);
    CHECK(shows(up.error, "Podium: tmpfs is not simulated but for its size"));
    CHECK(host.run("docker inspect -f '{{json .HostConfig.Tmpfs}} {{json .HostConfig.Mounts}}' app-web-1").out ==
          "{\"/run\":\"size=64k,mode=700\"} [{\"Type\":\"tmpfs\",\"Target\":\"/app\",\"TmpfsOptions\":{\"SizeBytes\":65536}}]\n");
    for (const char* folder : {"/run", "/app"}) {
        CHECK(shows(host.run(std::string("docker exec app-web-1 dd if=/dev/zero of=") + folder + "/f bs=1024 count=100").error, "No space left on device"));
    }
}
