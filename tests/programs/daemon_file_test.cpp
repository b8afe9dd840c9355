// What dockerd makes of the values in /etc/docker/daemon.json, and what the prompt says of those
// that are not simulated.

#include <catch2/catch.hpp>

#include "sim/base/text.hpp"
#include "sim/model/facts.hpp"
#include "sim/model/world.hpp"
#include "tests/programs/docker_fixture.hpp"

using namespace podium;
using namespace podium::programs;

namespace {

constexpr const char* kUnable =
    "unable to configure the Docker daemon with file /etc/docker/daemon.json: ";

void write(DockerHost& host, const std::string& text) {
    host.run("mkdir -p /etc/docker; cat > /etc/docker/daemon.json <<'X'\n" + text + "\nX\n");
}

const model::Engine& engine_of(DockerHost& host) {
    return host.session().world().host(model::HostId{1}).engine;
}

bool told(DockerHost& host, const std::string& what) {
    const model::World& world = host.session().world();
    bool found = false;
    world.kernel.journal().for_each(FactId{1}, [&](const Fact& fact) {
        found = found || (fact.kind == model::kFactNotModelled &&
                          world.kernel.text(StringId{fact.words[0]}) == what);
    });
    return found;
}

// The layers that a pull's lines say so of, in their order.
std::vector<std::string> layers_told(const std::string& out, const std::string& status) {
    std::vector<std::string> ids;
    for (const std::string& line : split(out, '\n')) {
        if (line.ends_with(": " + status)) ids.push_back(line.substr(0, line.find(':')));
    }
    return ids;
}

}  // namespace

TEST_CASE("dockerd: a value of daemon.json that it refuses keeps it from starting") {
    const std::string validation =
        std::string(kUnable) + "configuration validation from file failed: ";
    const std::pair<std::string, std::string> wrong[] = {
        {"{\"log-opts\": {\"max-sze\": \"10m\"}}",
         "failed to start daemon: failed to set log opts: unknown log opt 'max-sze' for json-file "
         "log driver"},
        {"{\"log-driver\": \"nosuch\", \"log-opts\": {\"a\": \"b\"}}",
         "failed to start daemon: failed to set log opts: error looking up logging plugin nosuch: "
         "plugin \"nosuch\" not found"},
        {"{\"log-opts\": {\"max-file\": 3}}",
         std::string(kUnable) +
             "json: cannot unmarshal number into Go struct field Config.log-opts of type string"},
        {"{\"log-level\": \"loud\"}", "unable to parse logging level: loud"},
        {"{\"storage-driver\": \"nosuch\"}",
         "failed to start daemon: error initializing graphdriver: driver not supported"},
        {"{\"registry-mirrors\": [\"mirror.example\"]}",
         "failed to start daemon: invalid mirror: unsupported scheme \"\" in \"mirror.example\""},
        {"{\"registry-mirrors\": [\"mirror.example:5000\"]}",
         "failed to start daemon: invalid mirror: unsupported scheme \"mirror.example\" in "
         "\"mirror.example:5000\""},
        {"{\"registry-mirrors\": [\"10.0.0.1:5000\"]}",
         "failed to start daemon: invalid mirror: \"10.0.0.1:5000\" is not a valid URI"},
        {"{\"registry-mirrors\": [\"https://mirror.example/v2\"]}",
         "failed to start daemon: invalid mirror: path, query, or fragment at end of the URI "
         "\"https://mirror.example/v2\""},
        {"{\"registry-mirrors\": [\"https://me:secret@mirror.example\"]}",
         "failed to start daemon: invalid mirror: username/password not allowed in URI "
         "\"https://me:xxxxx@mirror.example\""},
        {"{\"insecure-registries\": [\"ftp://a\"]}",
         "failed to start daemon: insecure registry ftp://a should not contain '://'"},
        {"{\"default-ulimits\": {\"nofile\": 64000}}",
         std::string(kUnable) + "json: cannot unmarshal number into Go struct field "
                                "Config.default-ulimits of type units.Ulimit"},
        {"{\"default-ulimits\": {\"nofile\": {\"Hard\": \"9\"}}}",
         std::string(kUnable) + "json: cannot unmarshal string into Go struct field "
                                "Ulimit.default-ulimits.Hard of type int64"},
        {"{\"data-root\": 7}",
         std::string(kUnable) +
             "json: cannot unmarshal number into Go struct field Config.data-root of type string"},
        {"{\"mtu\": \"1450\"}",
         std::string(kUnable) +
             "json: cannot unmarshal string into Go struct field Config.mtu of type int"},
        {"{\"default-shm-size\": 64}", std::string(kUnable) + "invalid size: \"64\""},
        {"{\"default-shm-size\": \"much\"}", std::string(kUnable) + "invalid size: 'much'"},
        {"{\"mtu\": 1.5}",
         std::string(kUnable) +
             "json: cannot unmarshal number 1.5 into Go struct field Config.mtu of type int"},
        {"{\"dns\": [\"here\"]}", validation + "here is not an ip address"},
        {"{\"dns-search\": [\"a_b\"]}", validation + "a_b is not a valid domain"},
        {"{\"labels\": [\"zone\"]}", validation + "bad attribute format: zone"},
        {"{\"max-concurrent-downloads\": -1}", validation + "invalid max concurrent downloads: -1"},
        {"{\"max-download-attempts\": 0}", validation + "invalid max download attempts: 0"},
        {"{\"default-runtime\": \"nvidia\"}",
         validation + "specified default runtime 'nvidia' does not exist"},
        {"{\"runtimes\": {\"runc\": {\"path\": \"runc\"}}}",
         validation + "runtime name 'runc' is reserved"},
        {"{\"default-ipc-mode\": \"host\"}",
         validation + "IPC mode \"host\" is not supported as default value; use \"shareable\" or "
                      "\"private\""},
        {"{\"default-cgroupns-mode\": \"x\"}",
         validation + "default cgroup namespace mode (x) is invalid; use \"host\" or \"private\""},
        {"{\"exec-opts\": [\"native.cgroupdriver=x\"]}",
         "failed to start daemon: native.cgroupdriver option x not supported"},
        {"{\"bridge\": \"b0\", \"bip\": \"10.1.0.1/16\"}",
         "failed to start daemon: You specified -b & --bip, mutually exclusive options. Please "
         "specify only one"},
        {"{\"iptables\": false, \"icc\": false}",
         "failed to start daemon: You specified --iptables=false with --icc=false. ICC=false uses "
         "iptables to function. Please set --icc or --iptables to true"},
        {"{\"ip6tables\": true}",
         "failed to start daemon: ip6tables rules are only available if experimental features are "
         "enabled"},
        {"{\"http-proxy\": \"http://a\"}",
         std::string(kUnable) +
             "the following directives don't match any configuration option: http-proxy"},
    };
    DockerHost host;
    for (const auto& [text, why] : wrong) {
        INFO(text);
        write(host, text);
        const auto restart = host.run("systemctl restart docker");
        CHECK(restart.status == 1);
        CHECK(restart.error.starts_with(
            "Job for docker.service failed because the control process exited with error code.\n"));
        CHECK(engine_of(host).refused == why);
    }
    host.run("rm /etc/docker/daemon.json");
    CHECK(host.run("systemctl restart docker").status == 0);
}

TEST_CASE(
    "dockerd: what it takes of daemon.json and isn't simulated is said by whoever has it read") {
    DockerHost host;
    write(host,
          "{\"log-driver\": \"local\", \"storage-driver\": \"overlay2\", \"live-restore\": false, "
          "\"mtu\": 1450, \"icc\": true}");
    const std::string sentence = "Podium: mtu of /etc/docker/daemon.json is not simulated\n";
    for (const char* line :
         {"systemctl restart docker", "systemctl reload docker", "service docker restart"}) {
        INFO(line);
        const auto result = host.run(line);
        CHECK(result.status == 0);
        CHECK(result.error == sentence);
    }
    CHECK(told(host, "Podium does not simulate 'mtu' of /etc/docker/daemon.json"));
    CHECK_FALSE(told(host, "Podium does not simulate 'storage-driver' of /etc/docker/daemon.json"));
    CHECK(host.run("systemctl start docker").error.empty());  // runs already
    // A log driver that is not there is missed only when a container is made.
    for (const char* taken :
         {"{\"log-driver\": \"nosuch\"}",
          "{\"registry-mirrors\": [\"https://mirror.example/\", \"http://b:5000\"]}",
          "{\"data-root\": \"/srv/docker\"}",
          "{\"storage-driver\": \"vfs\"}",
          "{\"default-ulimits\": {\"nofile\": {\"Name\": \"nofile\", \"Hard\": 64000, \"Soft\": "
          "64000}}}",
          "{\"log-level\": \"WARN\"}",
          "{\"log-driver\": \"journald\"}",
          "{\"log-opts\": {\"max-size\": \"1m\"}}",
          "{\"default-shm-size\": \"1g\"}",
          "{\"dns\": [\"9.9.9.9\"]}"}) {
        INFO(taken);
        write(host, taken);
        const auto result = host.run("systemctl restart docker");
        CHECK(result.status == 0);
        CHECK(result.error.ends_with(" of /etc/docker/daemon.json is not simulated\n"));
    }
    write(host,
          "{\"storage-driver\": \"overlay2\", \"log-driver\": \"json-file\", \"data-root\": "
          "\"/var/lib/docker\", \"dns\": []}");
    CHECK(host.run("systemctl restart docker").error.empty());
    write(host,
          "{\"labels\": [\"zone=a\"], \"debug\": true, \"bip\": \"10.9.0.1/24\", \"init\": true, \"max-concurrent-downloads\": 1, "
          "\"shutdown-timeout\": 60, \"log-driver\": \"none\", \"default-address-pools\": [{\"base\": \"10.8.0.0/16\", \"size\": 24}]}");
    CHECK(host.run("systemctl restart docker").error.empty());
}

TEST_CASE("dockerd: what daemon.json says of new containers and networks holds from the next start on") {
    DockerHost host;
    host.run("docker run -d --name old busybox sleep 1d");
    write(host,
          "{\"log-driver\": \"local\", \"log-opts\": {\"max-size\": \"10m\"}, \"default-shm-size\": \"128M\", \"init\": true, "
          "\"default-ulimits\": {\"nofile\": {\"Name\": \"nofile\", \"Hard\": 64000, \"Soft\": 32000}}, \"dns\": [\"9.9.9.9\"], "
          "\"default-address-pools\": [{\"base\": \"10.8.0.0/16\", \"size\": 24}]}");
    const std::string settings =
        "docker inspect -f '{{.HostConfig.LogConfig.Type}} {{.HostConfig.LogConfig.Config}} {{.HostConfig.ShmSize}} {{json .HostConfig.Ulimits}}' ";
    host.run("docker run -d --name between busybox sleep 1d");
    CHECK(host.run(settings + "between").out == "json-file map[] 67108864 []\n");
    host.run("docker rm -f old between; systemctl restart docker");
    host.run("docker run -d --name one busybox sleep 1d");
    CHECK(host.run(settings + "one").out == "local map[max-size:10m] 134217728 [{\"Name\":\"nofile\",\"Hard\":64000,\"Soft\":32000}]\n");
    CHECK(host.run("docker exec one cat /etc/resolv.conf").out.starts_with("nameserver 9.9.9.9\n"));
    CHECK(host.run("docker exec one ps").out.find("docker-init") != std::string::npos);
    CHECK(host.run("docker info -f '{{.LoggingDriver}}'").out == "local\n");
    // What a container says of itself goes before, and options are for the driver they were given with.
    host.run("docker run -d --name two --log-driver json-file --shm-size 1m --ulimit nofile=7 --dns 1.1.1.1 --init=false busybox sleep 1d");
    CHECK(host.run(settings + "two").out == "json-file map[] 1048576 [{\"Name\":\"nofile\",\"Hard\":7,\"Soft\":7}]\n");
    CHECK(host.run("docker exec two cat /etc/resolv.conf").out.starts_with("nameserver 1.1.1.1\n"));
    CHECK(host.run("docker exec two ps").out.find("docker-init") == std::string::npos);
    // docker0 is made anew from pools of one's own, and networks come from them.
    CHECK(host.run("docker network inspect -f '{{(index .IPAM.Config 0).Subnet}}' bridge").out == "10.8.0.0/24\n");
    host.run("docker network create net");
    CHECK(host.run("docker network inspect -f '{{(index .IPAM.Config 0).Subnet}}' net").out == "10.8.1.0/24\n");
    host.run("docker rm -f one two; rm /etc/docker/daemon.json; systemctl restart docker");
    host.run("docker run -d --name three busybox sleep 1d");
    CHECK(host.run(settings + "three").out == "json-file map[] 67108864 []\n");
}

TEST_CASE("dockerd: a service that asks for no init runs none where daemon.json has one for all") {
    DockerHost host;
    write(host, "{\"init\": true}");
    host.run("systemctl restart docker; docker swarm init");
    REQUIRE(host.run("docker service create -d --name without --init=false busybox sleep 1000").status == 0);
    REQUIRE(host.run("docker service create -d --name with-one --init busybox sleep 1000").status == 0);
    host.wait(seconds(10));
    const auto processes = [&host](const std::string& service) { return host.run("docker exec $(docker ps -q -f name=" + service + ") ps").out; };
    const auto inspected = [&host](const std::string& service) { return host.run("docker inspect -f '{{.HostConfig.Init}}' $(docker ps -q -f name=" + service + ")").out; };
    CHECK(processes("without").find("sleep 1000") != std::string::npos);
    CHECK(processes("without").find("docker-init") == std::string::npos);
    CHECK(inspected("without") == "false\n");
    CHECK(processes("with-one").find("docker-init") != std::string::npos);
    CHECK(inspected("with-one") == "true\n");
}

TEST_CASE("dockerd: limits of daemon.json are merged at each start and each inspect, and no container keeps them") {
    DockerHost host;
    const std::string limits = "\"default-ulimits\": {\"nofile\": {\"Name\": \"nofile\", \"Hard\": 64000, \"Soft\": 32000}}";
    const std::string shown = "[{\"Name\":\"nofile\",\"Hard\":64000,\"Soft\":32000}]\n";
    const std::string inspect = "docker inspect -f '{{json .HostConfig.Ulimits}}' ";
    write(host, "{" + limits + "}");
    host.run("systemctl restart docker; docker run -d --name one busybox sleep 1d");
    CHECK(host.run("docker exec one sh -c 'ulimit -n; ulimit -Hn'").out == "32000\n64000\n");
    CHECK(host.run(inspect + "one").out == shown);
    write(host, "{\"live-restore\": true}");
    host.run("systemctl restart docker; docker start one");
    CHECK(host.run(inspect + "one").out == "[]\n");
    CHECK(host.run("docker exec one sh -c 'ulimit -n'").out == "1048576\n");
    // One that goes on without dockerd has what it was started with, whatever an inspect says.
    write(host, "{\"live-restore\": true, " + limits + "}");
    host.run("systemctl restart docker");
    CHECK(host.run(inspect + "one").out == shown);
    CHECK(host.run("docker exec one sh -c 'ulimit -n'").out == "1048576\n");
    host.run("docker restart -t 1 one");
    CHECK(host.run("docker exec one sh -c 'ulimit -n'").out == "32000\n");
}

TEST_CASE("dockerd: docker info shows what daemon.json says, a reload changes some of it") {
    DockerHost host;
    write(host,
          "{\"labels\": [\"zone=a\", \"disk=ssd\"], \"debug\": true, \"data-root\": \"/srv/docker\", \"registry-mirrors\": [\"https://mirror.example\"], "
          "\"default-address-pools\": [{\"base\": \"10.8.0.0/16\", \"size\": 24}], \"log-driver\": \"local\"}");
    host.run("systemctl restart docker");
    const std::string info = host.run("docker info").out;
    CHECK(info.find(" Docker Root Dir: /srv/docker\n Debug Mode: true\n  File Descriptors: ") != std::string::npos);
    CHECK(info.find(" Labels:\n  zone=a\n  disk=ssd\n Experimental: false\n") != std::string::npos);
    CHECK(info.find(" Registry Mirrors:\n  https://mirror.example/\n Live Restore Enabled: false\n Default Address Pools:\n   Base: 10.8.0.0/16, Size: 24\n") != std::string::npos);
    write(host, "{\"labels\": [\"zone=b\"], \"log-driver\": \"none\", \"data-root\": \"/other\"}");
    host.run("systemctl reload docker");
    CHECK(host.run("docker info -f '{{.Labels}} {{.Debug}} {{.LoggingDriver}} {{.DockerRootDir}}'").out == "[zone=b] true local /srv/docker\n");
}

TEST_CASE("dockerd: bip is docker0's own address, which a network must leave free") {
    DockerHost host;
    const std::string subnet = "docker network inspect -f '{{(index .IPAM.Config 0).Subnet}} {{(index .IPAM.Config 0).Gateway}}' ";
    write(host, "{\"bip\": \"10.9.0.5/24\"}");
    REQUIRE(host.run("systemctl restart docker").status == 0);
    CHECK(host.run(subnet + "bridge").out == "10.9.0.0/24 10.9.0.5\n");
    host.run("docker run -d --name one busybox sleep 1d");
    CHECK(host.run("docker inspect -f '{{.NetworkSettings.IPAddress}}' one").out == "10.9.0.1\n");
    host.run("docker network create --subnet 10.7.0.0/16 net");
    const std::pair<std::string, std::string> wrong[] = {
        {"{\"bip\": \"10.7.1.1/24\"}", "Error creating default \"bridge\" network: Pool overlaps with other one on this address space"},
        {"{\"bip\": \"here\"}", "invalid CIDR address: here"},
        {"{\"default-address-pools\": [{\"base\": \"10.8.0.0/16\", \"size\": 8}]}", "error obtaining controller instance: invalid pools size: 8"},
        {"{\"bip\": \"10.1.0.0/16\"}", "Error creating default \"bridge\" network: failed to allocate gateway (10.1.0.0): Address already in use"},
        {"{\"bip\": \"10.1.255.255/16\"}", "Error creating default \"bridge\" network: failed to allocate gateway (10.1.255.255): Address already in use"},
        {"{\"bip\": \"10.1.0.1/31\"}", "Error creating default \"bridge\" network: failed to allocate gateway (10.1.0.1): No available addresses on this pool"},
        {"{\"bip\": \"10.1.0.1/32\"}", "Error creating default \"bridge\" network: failed to allocate gateway (10.1.0.1): No available addresses on this pool"},
        {"{\"default-address-pools\": [{\"base\": \"10.8.0.0/24\", \"size\": 31}]}",
         "Error creating default \"bridge\" network: failed to allocate gateway (): No available addresses on this pool"},
        {"{\"default-address-pools\": [{\"base\": \"10.8.0.0/24\", \"size\": 32}]}",
         "Error creating default \"bridge\" network: failed to allocate gateway (): No available addresses on this pool"},
    };
    for (const auto& [text, why] : wrong) {
        INFO(text);
        write(host, text);
        CHECK(host.run("systemctl restart docker").status == 1);
        CHECK(engine_of(host).refused == "failed to start daemon: Error initializing network controller: " + why);
    }
}

TEST_CASE("dockerd: without a pool that is free for docker0 it does not start") {
    DockerHost host;
    const std::string subnet = "docker network inspect -f '{{(index .IPAM.Config 0).Subnet}}' ";
    const std::string mine = "{\"default-address-pools\": [{\"base\": \"10.9.0.0/24\", \"size\": 24}, {\"base\": \"10.8.0.0/24\", \"size\": 24}]}";
    write(host, mine);
    REQUIRE(host.run("systemctl restart docker").status == 0);
    host.run("docker network create one");
    REQUIRE(host.run(subnet + "bridge one").out == "10.9.0.0/24\n10.8.0.0/24\n");
    // Also where it would have an address of its own: that is looked at later.
    for (const char* more : {"", ", \"bip\": \"10.1.0.1/16\""}) {
        write(host, std::string("{\"default-address-pools\": [{\"base\": \"10.8.0.0/24\", \"size\": 24}]") + more + "}");
        CHECK(host.run("systemctl restart docker").status == 1);
        CHECK(engine_of(host).refused ==
              "failed to start daemon: Error initializing network controller: list bridge addresses failed: PredefinedLocalScopeDefaultNetworks List: "
              "[10.8.0.0/24]: no available network");
    }
    write(host, mine);
    REQUIRE(host.run("systemctl start docker").status == 0);
    CHECK(host.run(subnet + "bridge").out == "10.9.0.0/24\n");
    CHECK(host.run("docker network create --subnet 10.9.0.0/24 dup").status == 1);
}

TEST_CASE("dockerd: live-restore is what the host was set up with once daemon.json says nothing of it") {
    DockerHost host;
    write(host, "{\"live-restore\": true}");
    host.run("systemctl restart docker");
    REQUIRE(engine_of(host).live_restore);
    host.run("rm /etc/docker/daemon.json; systemctl reload docker");
    CHECK(engine_of(host).live_restore);  // A reload keeps what it has.
    host.run("systemctl restart docker");
    CHECK_FALSE(engine_of(host).live_restore);
    write(host, "{\"live-restore\": true}");
    host.run("systemctl restart docker");
    // Pools of one's own give docker0 another address only without it.
    write(host, "{\"default-address-pools\": [{\"base\": \"10.8.0.0/16\", \"size\": 24}]}");
    host.run("systemctl restart docker");
    CHECK_FALSE(engine_of(host).live_restore);
    CHECK(host.run("docker network inspect -f '{{(index .IPAM.Config 0).Subnet}}' bridge").out == "10.8.0.0/24\n");
}

TEST_CASE("dockerd: while containers go on without it a start leaves docker0 as it is") {
    DockerHost host;
    const std::string subnet = "docker network inspect -f '{{(index .IPAM.Config 0).Subnet}}' bridge";
    write(host, "{\"live-restore\": true}");
    host.run("systemctl restart docker; docker network create --subnet 10.7.0.0/16 net; docker run -d --name one --network host busybox sleep 1d");
    for (const char* bip : {"10.9.0.1/24", "10.7.1.1/24", "10.1.0.0/16"}) {
        INFO(bip);
        write(host, std::string("{\"live-restore\": true, \"bip\": \"") + bip + "\"}");
        CHECK(host.run("systemctl restart docker").status == 0);
        CHECK(host.run(subnet).out == "172.17.0.0/16\n");
    }
    CHECK(host.run("docker inspect -f '{{.State.Running}}' one").out == "true\n");
    host.run("docker rm -f one");
    CHECK(host.run("systemctl restart docker").status == 1);
    write(host, "{\"live-restore\": true, \"bip\": \"10.9.0.1/24\"}");
    CHECK(host.run("systemctl start docker").status == 0);
    CHECK(host.run(subnet).out == "10.9.0.0/24\n");
}

TEST_CASE("dockerd: how many layers are downloaded at once is the default again where a reload's file says nothing") {
    DockerHost host({"busybox"}, "");
    // Large layers come first in nginx's list: the small ones overtake them only side by side.
    write(host, "{\"max-concurrent-downloads\": 1}");
    host.run("systemctl reload docker");
    const std::string one_by_one = host.run("docker pull nginx | cat").out;
    CHECK(layers_told(one_by_one, "Pulling fs layer").size() > 3);
    CHECK(layers_told(one_by_one, "Download complete") == layers_told(one_by_one, "Pulling fs layer"));
    host.run("docker rmi nginx; rm /etc/docker/daemon.json; systemctl reload docker");
    const std::string side_by_side = host.run("docker pull nginx | cat").out;
    CHECK(layers_told(side_by_side, "Pulling fs layer") == layers_told(one_by_one, "Pulling fs layer"));
    CHECK(layers_told(side_by_side, "Download complete") != layers_told(side_by_side, "Pulling fs layer"));
}

TEST_CASE(
    "dockerd: a reload with a wrong value changes nothing, and what only a start looks at is let "
    "be") {
    DockerHost host;
    write(host, "{\"live-restore\": true, \"registry-mirrors\": [\"mirror\"]}");
    CHECK(host.run("systemctl reload docker").status == 0);
    CHECK_FALSE(engine_of(host).live_restore);
    CHECK(told(host,
               "the engine goes on as it was: Error reconfiguring the daemon: invalid mirror: "
               "unsupported scheme \"\" in \"mirror\""));
    write(host, "{\"live-restore\": true, \"labels\": [\"x\"]}");
    host.run("systemctl reload docker");
    CHECK(told(host,
               "the engine goes on as it was: file configuration validation failed: bad attribute "
               "format: x"));
    write(host, "{\"live-restore\": true, \"log-level\": \"loud\"}");
    host.run("systemctl reload docker");
    CHECK(engine_of(host).live_restore);
}

TEST_CASE("dockerd: live-restore and a swarm keep each other out") {
    constexpr const char* kIncompatible =
        "--live-restore daemon configuration is incompatible with swarm mode";
    DockerHost host;
    write(host, "{\"live-restore\": true}");
    host.run("systemctl reload docker");
    const auto refused = host.run("docker swarm init");
    CHECK(refused.status == 1);
    CHECK(refused.error == std::string("Error response from daemon: ") + kIncompatible + "\n");
    write(host, "{\"live-restore\": false}");
    host.run("systemctl reload docker");
    REQUIRE(host.run("docker swarm init").status == 0);
    write(host, "{\"live-restore\": true}");
    CHECK(host.run("systemctl reload docker").status == 0);
    CHECK_FALSE(engine_of(host).live_restore);
    CHECK(told(host,
               std::string("the engine goes on as it was: Error reconfiguring the daemon: ") +
                   kIncompatible));
    CHECK(host.run("systemctl restart docker").status == 1);
    CHECK(engine_of(host).refused ==
          std::string("Error starting cluster component: ") + kIncompatible);
    host.run("rm /etc/docker/daemon.json");
    CHECK(host.run("systemctl start docker").status == 0);
    CHECK(host.run("docker node ls --format '{{.Status}}'").out == "Ready\n");
}
