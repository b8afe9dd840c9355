// What docker shows of a swarm's networks and ports on its hosts, by typed lines.

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/lab/swarm_lines.hpp"

namespace podium::lab::typed {
namespace {

using Json = nlohmann::ordered_json;

std::string keys(const Json& object) {
    std::string out;
    for (const auto& [key, value] : object.items()) out += (out.empty() ? "" : " ") + key;
    return out;
}

Json inspected(SwarmLines& swarm, const std::string& line, const std::string& host = "swarm-larry") {
    const auto done = swarm.run(line, host);
    INFO(done.out);
    REQUIRE(done.status == 0);
    return Json::parse(done.out).at(0);
}

}  // namespace

// As recorded in transcripts/swarm/22-network.txt, but for ids and addresses.
TEST_CASE("network inspect: a host on an overlay shows its containers, its load balancer and its peers; another nothing of them") {
    SwarmLines swarm;
    REQUIRE(swarm.run("docker network create -d overlay app").status == 0);
    const Json before = inspected(swarm, "docker network inspect app");
    CHECK(before["Containers"].is_null());
    CHECK(before["Labels"].is_null());
    CHECK(!before.contains("Peers"));
    REQUIRE(swarm.run("docker service create -d --name a --network app --mode global nginx").status == 0);
    swarm.wait(5);
    const Json network = inspected(swarm, "docker network inspect app");
    CHECK(keys(network) == "Name Id Created Scope Driver EnableIPv6 IPAM Internal Attachable Ingress ConfigFrom ConfigOnly Containers Options Labels Peers");
    CHECK(network["Labels"] == Json::object());
    CHECK(network["Options"]["com.docker.network.driver.overlay.vxlanid_list"] == "4097");
    REQUIRE(network["Containers"].size() == 2);
    CHECK(network["Containers"].items().begin().value()["Name"].get<std::string>().starts_with("a."));
    const Json balancer = network["Containers"]["lb-app"];
    CHECK(balancer["Name"] == "app-endpoint");
    // .2 is the service's address, .3 to .5 are its tasks'.
    CHECK(balancer["IPv4Address"].get<std::string>() >= "10.0.1.6/24");
    CHECK(balancer["MacAddress"].get<std::string>().starts_with("02:42:0a:00:01:"));
    REQUIRE(network["Peers"].size() == 3);
    CHECK(network["Peers"][0]["Name"].get<std::string>().size() == 12);
    CHECK(network["Peers"][0]["IP"] == "10.77.0.11");
    // A worker's engine says the same of what is on it.
    const Json worker = inspected(swarm, "docker network inspect app", "swarm-moe");
    CHECK(worker["Containers"].size() == 2);
    CHECK(worker["Peers"].size() == 3);
    CHECK(worker["Containers"]["lb-app"]["IPv4Address"] != balancer["IPv4Address"]);
    const Json ingress = inspected(swarm, "docker network inspect ingress");
    CHECK(keys(ingress["Containers"]) == "ingress-sbox");
    CHECK(ingress["Containers"]["ingress-sbox"]["Name"] == "ingress-endpoint");
    CHECK(ingress["Peers"].size() == 3);
    // A host that is not heard of is no peer.
    swarm.inject("close-port swarm-moe port=7946");
    swarm.wait(8);
    CHECK(inspected(swarm, "docker network inspect app")["Peers"].size() == 2);
    CHECK(inspected(swarm, "docker network inspect app", "swarm-moe")["Peers"].size() == 1);
}

TEST_CASE("network inspect --verbose: the services that the host has heard of, with their tasks and where these are") {
    SwarmLines swarm;
    REQUIRE(swarm.run("docker network create -d overlay --attachable app").status == 0);
    REQUIRE(swarm.run("docker service create -d --name web --network app --replicas 3 -p 8080:80 nginx").status == 0);
    REQUIRE(swarm.run("docker run -d --name plain --network app nginx").status == 0);
    swarm.wait(5);
    const Json services = inspected(swarm, "docker network inspect --verbose app")["Services"];
    CHECK(services.size() == 2);
    CHECK(has(swarm.run("docker service inspect web").out, "\"Addr\": \"" + services["web"]["VIP"].get<std::string>() + "/24\""));
    CHECK(services["web"]["Ports"] == Json::array({"Target: 80, Publish: 8080"}));
    CHECK(services["web"]["LocalLBIndex"].get<int>() >= 256);
    REQUIRE(services["web"]["Tasks"].size() == 3);
    std::string hosts;
    for (const Json& task : services["web"]["Tasks"]) {
        CHECK(task["Name"].get<std::string>().starts_with("web."));
        CHECK(task["EndpointID"].get<std::string>().size() == 64);
        CHECK(task["EndpointIP"].get<std::string>().starts_with("10.0.1."));
        hosts += task["Info"]["Host IP"].get<std::string>() + " ";
    }
    for (const char* host : {"10.77.0.11 ", "10.77.0.12 ", "10.77.0.13 "}) CHECK(has(hosts, host));
    CHECK(services[""]["Tasks"][0]["Name"] == "plain");
    CHECK(services[""]["VIP"] == "");
}

TEST_CASE("host mode: one task a node, its ports in service ps as its engine has bound them") {
    SwarmLines swarm;
    REQUIRE(swarm.run("docker service create -d --name web --replicas 4 --publish mode=host,published=8080,target=80 nginx").status == 0);
    swarm.wait(5);
    const std::string tasks = swarm.run("docker service ps --no-trunc --format '{{.CurrentState}}|{{.Ports}}|{{.Error}}' web").out;
    INFO(tasks);
    // The engine binds each port for IPv4 and for IPv6.
    CHECK(count(tasks, "Running") == 3);
    CHECK(count(tasks, "|*:8080->80/tcp,*:8080->80/tcp|") == 3);
    CHECK(count(tasks, "\"no suitable node (host-mode port already in use on 3 nodes)\"") == 1);
    CHECK(has(swarm.run("docker service ls").out, "3/4"));
    CHECK(has(swarm.run("curl -s localhost:8080", "swarm-moe").out, "Welcome to nginx!"));
    const std::string status = swarm.run("docker inspect $(docker inspect -f '{{index .Config.Labels \"com.docker.swarm.task.id\"}}' $(docker ps -q))").out;
    INFO(status);
    const Json ports = Json::parse(status).at(0)["Status"]["PortStatus"]["Ports"];
    REQUIRE(ports.size() == 2);
    CHECK(ports[0] == Json({{"Protocol", "tcp"}, {"TargetPort", 80}, {"PublishedPort", 8080}, {"PublishMode", "host"}}));
    // Nothing is bound any more once it has ended.
    REQUIRE(swarm.run("docker kill $(docker ps -q)", "swarm-moe").status == 0);
    swarm.wait(2);
    const std::string ended = swarm.run("docker service ps --format '{{.CurrentState}}|{{.Ports}}' web").out;
    INFO(ended);
    CHECK(has(ended, "Failed 2 seconds ago|\n"));
    // The one that waited has the port now.
    CHECK(count(ended, "|*:8080->80/tcp,*:8080->80/tcp\n") == 3);
    // A port that is left to the engine is told, too.
    REQUIRE(swarm.run("docker service create -d --name any --publish mode=host,target=80 nginx").status == 0);
    swarm.wait(4);
    CHECK(has(swarm.run("docker service ps --format '{{.Ports}}' any").out, "->80/tcp"));
}

TEST_CASE("host mode: a port of the node stands beside one of the routing mesh") {
    SwarmLines swarm;
    REQUIRE(swarm.run("docker service create -d --name web -p 8081:80 --publish mode=host,published=8082,target=80 "
                      "--constraint node.hostname==swarm-moe nginx")
                .status == 0);
    swarm.wait(5);
    CHECK(swarm.run("docker service ps --format '{{.Ports}}' web").out == "*:8082->80/tcp,*:8082->80/tcp\n");
    CHECK(has(swarm.run("docker ps", "swarm-moe").out, "0.0.0.0:8082->80/tcp"));
    CHECK(has(swarm.run("curl -s swarm-moe:8082").out, "Welcome to nginx!"));
    CHECK(has(swarm.run("curl -s swarm-curly:8081").out, "Welcome to nginx!"));
    // The node's own port is no other node's.
    CHECK(swarm.run("curl -s swarm-curly:8082").status == 7);
}

// libnetwork drivers/overlay/encryption.go, maxMTU.
TEST_CASE("interfaces on an overlay have the MTU that VXLAN leaves, and encryption takes more") {
    SwarmLines swarm;
    for (const char* network : {"plain", "secret"}) {
        const std::string name = network;
        REQUIRE(swarm.run("docker network create -d overlay --attachable " + std::string(name == "secret" ? "--opt encrypted " : "") + name).status == 0);
        const std::string shown = swarm.run("docker run --rm --network " + name + " busybox ip addr").out;
        INFO(shown);
        CHECK(has(shown, name == "secret" ? " mtu 1424 " : " mtu 1450 "));
    }
}

TEST_CASE("inspect of services, nodes and tasks: templates see docker's own types; `docker inspect` shows defaults, too") {
    SwarmLines swarm;
    REQUIRE(swarm.run("docker service create -d --name web nginx").status == 0);
    swarm.wait(5);
    const auto shown = [&swarm](const std::string& line) { return swarm.run(line).out; };
    CHECK(shown("docker service inspect -f '{{.Endpoint.VirtualIPs}} {{.UpdateStatus}} {{.Spec.Mode.Replicated.Replicas}}' web") == "[] <nil> 1\n");
    CHECK(shown("docker inspect -f '{{.Endpoint.VirtualIPs}} {{.Spec.UpdateConfig.Monitor}}' web") == "[] 5s\n");
    CHECK(shown("docker node inspect -f '{{.ManagerStatus}} {{.Status.State}}' swarm-moe") == "<nil> ready\n");
    CHECK(shown("docker node inspect -f '{{.ManagerStatus.Leader}}' swarm-larry") == "true\n");
    CHECK(shown("docker inspect -f '{{.Status.Err}}{{.Slot}} {{.Status.ContainerStatus.ExitCode}}' $(docker service ps -q web)") == "1 0\n");
    CHECK(inspected(swarm, "docker inspect web")["Spec"]["UpdateConfig"]["Monitor"] == 5'000'000'000);
    CHECK(shown("docker info -f '{{json .Swarm.Cluster.Spec.Raft}} {{.Swarm.Cluster.Spec.Dispatcher.HeartbeatPeriod}} {{.Swarm.Cluster.Spec.TaskDefaults.LogDriver}}'") ==
          R"({"SnapshotInterval":10000,"KeepOldSnapshots":0,"LogEntriesForSlowFollowers":500,"ElectionTick":10,"HeartbeatTick":1} 5s <nil>)" "\n");
    CHECK(shown("docker info -f '{{range .Swarm.RemoteManagers}}{{.Addr}}{{end}}'") == "10.77.0.11:2377\n");
}

TEST_CASE("swarm: an overlay network picks its addresses from the range it was made with, the gateway's first") {
    SwarmLines swarm;
    REQUIRE(swarm.run("docker network create -d overlay --attachable --subnet 10.5.0.0/16 --ip-range 10.5.9.0/24 net").status == 0);
    REQUIRE(swarm.run("docker service create -d --name web --network net busybox sleep 1000").status == 0);
    swarm.wait(6);
    CHECK(swarm.run("docker network inspect -f '{{json .IPAM.Config}}' net").out == "[{\"Subnet\":\"10.5.0.0/16\",\"IPRange\":\"10.5.9.0/24\",\"Gateway\":\"10.5.9.0\"}]\n");
    CHECK(has(swarm.run("docker service inspect -f '{{range .Endpoint.VirtualIPs}}{{.Addr}}{{end}}' web").out, "10.5.9."));
    CHECK(has(swarm.run("docker run --rm --network net busybox hostname -i").out, "10.5.9."));
}

// swarmkit's agents have the engine make it with the mount's labels and options (moby v20.10.24
// daemon/cluster/executor/container/container.go).
TEST_CASE("swarm: a stack's volume is made on a task's node with the stack's label, and mounts what its options say") {
    SwarmLines swarm;
    swarm.run("printf 'version: \"3.8\"\\n"
              "services: {db: {image: busybox, command: sleep 1000, volumes: [\"data:/v\"], deploy: {placement: {constraints: [node.role==manager]}}}}\\n"
              "volumes: {data: {driver_opts: {type: tmpfs, device: tmpfs, o: size=64k}}}\\n' > stack.yaml");
    REQUIRE(swarm.run("docker stack deploy -d -c stack.yaml app").status == 0);
    swarm.wait(6);
    CHECK(swarm.run("docker volume ls -q --filter label=com.docker.stack.namespace=app").out == "app_data\n");
    CHECK(swarm.run("docker volume inspect -f '{{json .Options}}' app_data").out == "{\"device\":\"tmpfs\",\"o\":\"size=64k\",\"type\":\"tmpfs\"}\n");
    CHECK(has(swarm.run("docker exec $(docker ps -q -f name=app_db) dd if=/dev/zero of=/v/f bs=1024 count=100").out, "No space left on device"));
    CHECK(has(swarm.run("docker service create -d --mount type=volume,src=far,dst=/v,volume-opt=type=nfs,volume-opt=device=:/srv busybox").out,
              "Podium does not simulate volumes of the type nfs"));
}

TEST_CASE("a service's groups, DNS settings and tmpfs options are those of its containers, and shown again") {
    SwarmLines swarm;
    REQUIRE(swarm.run("docker service create -d --name box --constraint node.role==manager --user 1000 --group 99 --dns 9.9.9.9 --dns-search x.example "
                      "--dns-option ndots:2 --mount type=tmpfs,dst=/scratch,tmpfs-size=64k busybox sleep 1000")
                .status == 0);
    swarm.wait(6);
    const auto inside = [&swarm](const std::string& command) { return swarm.run("docker exec $(docker ps -q -f name=box) " + command).out; };
    CHECK(has(inside("id"), "99"));
    CHECK(has(inside("cat /etc/resolv.conf"), "search x.example\n"));
    CHECK(has(inside("cat /etc/resolv.conf"), "ndots:2"));
    CHECK(swarm.run("docker exec $(docker ps -q -f name=box) dd if=/dev/zero of=/scratch/big bs=1k count=100").status == 1);
    const Json spec = inspected(swarm, "docker service inspect box")["Spec"]["TaskTemplate"]["ContainerSpec"];
    CHECK(spec["Groups"].dump() == R"(["99"])");
    CHECK(spec["DNSConfig"].dump() == R"({"Nameservers":["9.9.9.9"],"Search":["x.example"],"Options":["ndots:2"]})");
    CHECK(spec["Mounts"][0]["TmpfsOptions"].dump() == R"({"SizeBytes":65536})");
    REQUIRE(swarm.run("docker service update -d --group-rm 99 --dns-search-rm x.example box").status == 0);
    const Json after = inspected(swarm, "docker service inspect box")["Spec"]["TaskTemplate"]["ContainerSpec"];
    CHECK(!after.contains("Groups"));
    CHECK(!after["DNSConfig"].contains("Search"));
}

}  // namespace podium::lab::typed
