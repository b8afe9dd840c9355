// Flags of docker run about limits, links, platforms and devices.

#include <catch2/catch.hpp>

#include "tests/programs/docker_fixture.hpp"

using namespace podium;
using namespace podium::programs;

namespace {

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("docker run --ulimit: the container's shell has the limits, and inspect shows them") {
    DockerHost host;
    CHECK(host.run("docker run --rm --ulimit nofile=1024:2048 busybox sh -c 'ulimit -n; ulimit -Hn'").out ==
          "1024\n2048\n");
    CHECK(host.run("docker run --rm busybox sh -c 'ulimit -n; ulimit -s; ulimit -u'").out ==
          "1048576\n8192\nunlimited\n");
    host.run("docker run -d --name box --ulimit nproc=5 --ulimit core=-1 busybox sleep 100");
    CHECK(host.run("docker inspect -f '{{json .HostConfig.Ulimits}}' box").out ==
          "[{\"Name\":\"core\",\"Hard\":-1,\"Soft\":-1},{\"Name\":\"nproc\",\"Hard\":5,\"Soft\":5}]\n");
    CHECK(has(host.run("docker run --ulimit bogus=1 busybox").error,
              "invalid argument \"bogus=1\" for \"--ulimit\" flag: invalid ulimit type: bogus"));
    CHECK(has(host.run("docker run --ulimit nofile=5:4 busybox").error,
              "ulimit soft limit must be less than or equal to hard limit: 5 > 4"));
    CHECK(has(host.run("ulimit -a").out, "open files                          (-n) 1024\n"));
    CHECK(has(host.run("docker run --rm busybox sh -c 'ulimit -a'").out,
              "open files                      (-n) 1048576\n"));
    CHECK(has(host.run("docker run --rm busybox sh -c 'ulimit -n 5'").error, "does not model setting limits"));
}

TEST_CASE("docker run --link: on the default network names are lines of the hosts file") {
    DockerHost host({"nginx", "busybox"}, "");
    host.run("docker run -d --name web --hostname inside nginx");
    host.wait(seconds(2));
    host.run("docker run -d --name box --link web:site busybox sleep 1000");
    CHECK(has(host.run("docker exec box cat /etc/hosts").out, "172.17.0.2\tsite inside web\n"));
    CHECK(has(host.run("docker exec box wget -qO- http://site/").out, "Welcome to nginx"));
    CHECK(has(host.run("docker exec box wget -qO- http://web/").out, "Welcome to nginx"));
    CHECK(host.run("docker run --rm busybox wget -qO- http://site/").status != 0);
    CHECK(host.run("docker inspect -f '{{.HostConfig.Links}}' box").out == "[/web:/box/site]\n");
    CHECK(host.run("docker run --link nosuch:x busybox true").error.starts_with(
        "docker: Error response from daemon: could not get container for nosuch: No such container: nosuch\n"));
    host.run("docker stop web");
    const auto refused = host.run("docker run --name late --link web busybox true");
    CHECK(has(refused.error, "Cannot link to a non running container: /web AS /late/web"));
    CHECK(refused.status == 125);
    CHECK(has(host.run("docker run --link a:b:c busybox").error, "bad format for links: a:b:c"));
}

TEST_CASE("docker run --link: on a network of one's own the alias is this container's alone") {
    DockerHost host({"nginx", "busybox"}, "");
    host.run("docker network create net");
    host.run("docker run -d --name web --network net nginx");
    host.wait(seconds(2));
    host.run("docker run -d --name box --network net --link web:site busybox sleep 1000");
    CHECK(has(host.run("docker exec box wget -qO- http://site/").out, "Welcome to nginx"));
    CHECK(host.run("docker run --rm --network net busybox wget -qO- http://site/").status != 0);
    CHECK(host.run("docker inspect -f '{{.HostConfig.Links}} {{.NetworkSettings.Networks.net.Links}}' box").out ==
          "[] [web:site]\n");
}

TEST_CASE("docker run --platform: the hosts' own runs, of others no registry has an image") {
    DockerHost host;
    for (const char* own : {"linux/amd64", "linux", "amd64", "linux/x86_64"})
        CHECK(host.run(std::string("docker run --rm --platform ") + own + " busybox echo hi").out == "hi\n");
    const auto other = host.run("docker run --platform linux/arm64 busybox true");
    CHECK(has(other.error, "docker: no matching manifest for linux/arm64/v8 in the manifest list entries\n"));
    CHECK(other.status == 125);
    CHECK(has(host.run("docker run --platform foo busybox true").error,
              "docker: Error response from daemon: \"foo\": unknown operating system or architecture: invalid argument"));
}

TEST_CASE("docker run --device: what the host has is given, what it has not keeps the container from starting") {
    DockerHost host;
    const auto refused = host.run("docker run --name box --device /dev/nosuch busybox true");
    CHECK(has(refused.error, "docker: Error response from daemon: error gathering device information while adding custom device \"/dev/nosuch\": no such file or directory\n"));
    CHECK(refused.status == 127);  // docker's client takes "no such file or directory" for a missing program (runStartContainerErr)
    CHECK(host.run("docker ps -a --format '{{.Names}} {{.Status}}'").out == "box Created\n");
    CHECK(has(host.run("docker run --device /etc/passwd busybox true").error,
              "Error response from daemon: error gathering device information while adding custom device \"/etc/passwd\": not a device node\n"));
    CHECK(has(host.run("docker run --device /etc busybox true").error, "\"/etc\": not a device node\n"));
    CHECK(host.run("docker run --rm --privileged --device /dev/nosuch busybox true").status == 0);
    CHECK(host.run("docker run --rm --device /dev busybox true").status == 0);
    CHECK(host.run("docker run -d --name one --device /dev/zero --device /dev/null:r --runtime runc busybox sleep 100").status == 0);
    CHECK(host.run("docker inspect -f '{{.HostConfig.Devices}} {{.HostConfig.Runtime}}' one").out == "[{/dev/zero /dev/zero rwm} {/dev/null /dev/null r}] runc\n");
    CHECK(host.run("docker run -d --name clean --device /dev/zero/ --device /dev//null:r --device /dev/random:/dev/./random busybox sleep 100").status == 0);
    CHECK(host.run("docker inspect -f '{{.HostConfig.Devices}}' clean").out == "[{/dev/zero /dev/zero rwm} {/dev/null /dev/null r} {/dev/random /dev/random rwm}]\n");
    // With three parts the engine gets them as they are.
    CHECK(has(host.run("docker run --device /dev/zero/:/dev/zero:r busybox true").error, "adding custom device \"/dev/zero/\": not a directory\n"));
    CHECK(host.run("docker run --rm --device /dev//zero:/dev//zero:r busybox true").status == 0);
    // A vendor's device is vendor/class=name and nothing else.
    CHECK(has(host.run("docker run --device /dev/a=b busybox true").error, "adding custom device \"/dev/a=b\": no such file or directory\n"));
    CHECK(has(host.run("docker run --device a=b busybox true").error, "a=b is not an absolute path"));
    CHECK(has(host.run("docker run --device 1com/class=b busybox true").error, "1com/class=b is not an absolute path"));
    CHECK(has(host.run("docker run --device a.com/gpu=0:1 busybox true").error, "Podium does not simulate devices of vendors"));
    CHECK(host.run("docker run -d --name two --runtime io.containerd.runc.v2 busybox sleep 100").status == 0);
    CHECK(host.run("docker inspect -f '{{.HostConfig.Runtime}}' two").out == "io.containerd.runc.v2\n");
}

TEST_CASE("docker run --gpus: a host without a driver for them refuses the start") {
    DockerHost host;
    const auto refused = host.run("docker run --name box --gpus=all busybox true");
    CHECK(has(refused.error, "docker: Error response from daemon: could not select device driver \"\" with capabilities: [[gpu]]\n"));
    CHECK(refused.status == 125);
    CHECK(host.run("docker ps -a --format '{{.Names}} {{.Status}}'").out == "box Created\n");
}

TEST_CASE("docker compose: a service that asks for graphics processors is not started, as with docker run") {
    const std::string refusal = "Error response from daemon: could not select device driver \"\" with capabilities: [[gpu]]\n";
    for (const std::string asks : {"    gpus: all\n", "    gpus: [{count: 1}]\n", "    deploy: {resources: {reservations: {devices: [{capabilities: [gpu], count: 1}]}}}\n"}) {
        DockerHost host;
        host.write_file("/root/compose.yaml", "services:\n  web:\n    image: busybox\n    command: sleep 1000\n" + asks);
        const auto up = host.run("docker compose up -d");
        CHECK(has(up.error, refusal));
        CHECK(up.status == 1);
        CHECK(host.run("docker ps -a --format '{{.Status}}'").out == "Created\n");
        CHECK(has(host.run("docker compose run --rm web true").error, refusal));
    }
}

TEST_CASE("docker run --memory-reservation: 6 MB at least") {
    DockerHost host;
    const std::string refusal = "Error response from daemon: Minimum memory reservation allowed is 6MB\n";
    CHECK(has(host.run("docker run --memory-reservation 1m busybox true").error, refusal));
    CHECK(host.run("docker run --memory-reservation 6m busybox true").status == 0);
    host.run("docker create --name box busybox true");
    CHECK(has(host.run("docker update --memory-reservation 1m box").error, "Minimum memory reservation allowed is 6MB\n"));
}

TEST_CASE("docker run: quotas, sets of processors, groups and name servers") {
    DockerHost host;
    CHECK(has(host.run("docker run --cpu-period 5 busybox true").error, "CPU cfs period can not be less than 1ms (i.e. 1000) or larger than 1s (i.e. 1000000)"));
    CHECK(has(host.run("docker run --cpuset-cpus 0-9 busybox true").error, "Requested CPUs are not available - requested 0-9, available: 0-3"));
    CHECK(host.run("docker run --rm --group-add 7 --group-add wheel busybox id -G").out == "0 10 7\n");
    CHECK(has(host.run("docker run --group-add nosuch busybox true").error, "unable to find group nosuch: no matching entries in group file"));
    CHECK(host.run("docker run --rm --dns 9.9.9.9 --dns-search d.example --dns-opt ndots:2 busybox cat /etc/resolv.conf").out ==
          "search d.example\nnameserver 9.9.9.9\noptions ndots:2\n");
    CHECK(host.run("docker run -d --name box --shm-size 1g busybox sleep 9").status == 0);
    CHECK(host.run("docker inspect -f '{{.HostConfig.ShmSize}}' box").out == "1073741824\n");
    CHECK(host.run("docker run --rm --cpuset-cpus 0,2 busybox sh -c 'nproc; nproc --all'").out == "2\n4\n");
    CHECK(host.run("docker run --rm --cpus 1 busybox nproc").out == "4\n");
    CHECK(host.run("docker run --rm --cpu-quota 9223372036854775807 busybox sh -c ':'").status == 0);
}

TEST_CASE("docker run: what it is asked for and isn't simulated is said, and is a fact") {
    DockerHost host;
    const auto told = [&](const std::string& flags) { return host.run("docker run --rm " + flags + " busybox true"); };
    CHECK(told("--privileged").error == "Podium: --privileged is not simulated: simulated processes may do everything their programs do\n");
    CHECK(told("--cap-add NET_ADMIN --sysctl net.core.somaxconn=1 --cap-drop ALL").error ==
          "Podium: --cap-add, --cap-drop are not simulated: simulated processes may do everything their programs do\n"
          "Podium: --sysctl is not simulated: there are no kernel parameters\n");
    CHECK(told("--security-opt no-new-privileges").error.starts_with("Podium: --security-opt is not simulated: "));
    CHECK(told("--dns 9.9.9.9 --dns-search a").error.starts_with("Podium: --dns, --dns-search are not simulated: "));
    CHECK(told("--shm-size 1g").error == "Podium: --shm-size is not simulated: processes share no memory\n");
    CHECK(told("--ulimit nofile=7").error.starts_with("Podium: --ulimit is not simulated: "));
    CHECK(told("--log-opt max-size=10m").error == "Podium: --log-opt is not simulated: logs are kept whole\n");
    CHECK(told("--log-driver syslog").error == "Podium: --log-driver is not simulated: logs stay with the engine as with json-file\n");
    CHECK(told("--user 1000:33").error.starts_with("Podium: --user is not simulated: files let every user in"));
    CHECK(told("--privileged=false --user root --user 0:0 --log-driver local").error.empty());
    CHECK(host.run("docker create --privileged busybox true").error.starts_with("Podium: --privileged is not simulated"));
    host.run("docker run -d --name box busybox sleep 100");
    CHECK(host.run("docker exec --privileged box true").error.starts_with("Podium: --privileged is not simulated"));
    CHECK(host.run("docker exec box true").error.empty());
}
