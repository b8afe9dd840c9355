// Cluster files: hosts, zones, links and what is refused.

#include "sim/lab/cluster_file.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <catch2/catch.hpp>

#include "sim/lab/session.hpp"
#include "tests/source_directory.hpp"

namespace podium::lab {
namespace {

std::string read(const std::string& path) {
    std::ifstream in(test::source_directory() + "/" + path, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

ClusterFile good(const std::string& text) {
    const auto cluster = parse_cluster_file(text, "c.yaml");
    INFO((cluster ? std::string() : cluster.error().text()));
    REQUIRE(cluster.ok());
    return *cluster;
}

std::string error_of(const std::string& text) {
    const auto cluster = parse_cluster_file(text, "c.yaml");
    REQUIRE_FALSE(cluster.ok());
    return cluster.error().text();
}

Session session_on(const ClusterFile& cluster) {
    SetUp set_up;
    set_up.catalogue = read("scenarios/images.yaml");
    use_cluster(set_up, cluster);
    auto session = Session::create(set_up);
    REQUIRE(session.ok());
    return std::move(*session);
}

Duration latency(const Session& session, const std::string& from, const std::string& to) {
    const model::Network& network = session.world().network;
    const model::Path path = network.path(network.find_node(from), network.find_node(to));
    REQUIRE(path.reachable);
    return path.latency;
}

}  // namespace

TEST_CASE("cluster file: the bundled ones are read, and their hosts reach each other") {
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::directory_iterator(test::source_directory() + "/scenarios/clusters")) {
        INFO(entry.path().filename().string());
        const ClusterFile cluster = good(read("scenarios/clusters/" + entry.path().filename().string()));
        CHECK_FALSE(cluster.title.empty());
        const Session session = session_on(cluster);
        for (const HostSetUp& host : cluster.hosts) CHECK(latency(session, cluster.hosts.front().name, host.name) < milliseconds(10));
        ++count;
    }
    CHECK(count >= 3);
    const ClusterFile workshop = good(read("scenarios/clusters/three-host.yaml"));
    REQUIRE(workshop.hosts.size() == 3);
    CHECK(workshop.hosts[0].name == "swarm-larry");
    CHECK(workshop.hosts[2].name == "swarm-moe");
    CHECK_FALSE(workshop.formed);
    CHECK(good(read("scenarios/clusters/hundred-hosts.yaml")).hosts.size() == 100);
}

TEST_CASE("cluster file: hosts of one entry are numbered, and have addresses of their own") {
    const ClusterFile cluster = good(
        "hosts:\n  - {name: first, address: 10.77.0.12}\n  - {name: 'w-{n}', count: 3, cpus: 2, memory: 2GiB, disk: 16GiB, labels: {tier: work}}\n");
    REQUIRE(cluster.hosts.size() == 4);
    CHECK(cluster.hosts[3].name == "w-3");
    CHECK(cluster.hosts[3].cpu_millicores == 2000);
    CHECK(cluster.hosts[3].memory_bytes == 2LL << 30);
    CHECK(cluster.hosts[3].labels.at("tier") == "work");
    std::set<std::string> addresses;
    for (const HostSetUp& host : cluster.hosts) addresses.insert(host.address);
    CHECK(addresses.size() == 4);
}

TEST_CASE("cluster file: memory and disk are written as Compose takes sizes") {
    for (const char* size : {"2g", "2G", "2gb", "2GiB", "2048m", "2048MiB", "2147483648"}) {
        const ClusterFile cluster = good(std::string("hosts: [{name: a, memory: ") + size + ", disk: " + size + "}]\n");
        INFO(size);
        CHECK(cluster.hosts[0].memory_bytes == 2LL << 30);
        CHECK(cluster.hosts[0].disk_bytes == 2LL << 30);
    }
}

TEST_CASE("cluster file: between two zones it takes longer, and a link can be said to differ") {
    const ClusterFile cluster = good(
        "hosts: [{name: a1, zone: a}, {name: a2, zone: a}, {name: b1, zone: b}, {name: c1, zone: c}]\n"
        "network: {latency: 100us, between: 4ms}\n"
        "links: [{between: [a, b], latency: 500us}, {between: [a1, a2], latency: 10us, bandwidth: 10Gbit, loss: 0.1%}]\n");
    const Session session = session_on(cluster);
    CHECK(latency(session, "a1", "c1") == microseconds(4'200));
    CHECK(latency(session, "a1", "b1") == microseconds(700));
    CHECK(latency(session, "a1", "a2") == microseconds(10));
    CHECK(cluster.links.back().bits_per_second == 10'000'000'000);
    CHECK(cluster.links.back().loss_ppm == 1'000);
}

TEST_CASE("cluster file: a formed swarm has a manager, and a firewall's ports are written out") {
    const ClusterFile cluster = good("swarm: formed\nhosts: [{name: one}, {name: two, firewall: {closed: [2377/tcp, 7946]}}]\n");
    CHECK(cluster.formed);
    CHECK(cluster.hosts[0].manager);
    CHECK_FALSE(cluster.hosts[1].manager);
    CHECK(cluster.hosts[1].closed_ports == std::vector<std::string>{"2377/tcp", "7946/tcp", "7946/udp"});
}

TEST_CASE("cluster file: a saved run keeps all of it") {
    const ClusterFile cluster = good("swarm: formed\nhosts: [{name: one, zone: a, labels: {x: y}}, {name: two, zone: b, firewall: {closed: [4789/udp]}}]\n");
    const Session session = session_on(cluster);
    const auto again = Session::load(session.save(), "run.podium");
    REQUIRE(again.ok());
    CHECK(again->set_up() == session.set_up());
}

TEST_CASE("cluster file: what is wrong is refused with its place") {
    CHECK(error_of("hosts: []\n").find("needs hosts") != std::string::npos);
    CHECK(error_of("swarm: formed\nhosts: []\n").find("needs hosts") != std::string::npos);
    CHECK(error_of("swarm: formed\n").find("needs hosts") != std::string::npos);
    CHECK(error_of("hosts:\n\t- {name: a}\n") == "c.yaml:2:2: this is not YAML: a '- ' stands where no list can begin (a list begins in a line of its own, indented by blanks)");
    CHECK(error_of("hosts: [{cpus: 2}]\n").find("a host needs a name") != std::string::npos);
    CHECK(error_of("swarm: big\nhosts: [{name: a}]\n").find("c.yaml:1:8: swarm can't be \"big\"") == 0);
    CHECK(error_of("hosts:\n  - {name: a, cpu: 2}\n").find("c.yaml:2:15: unknown key \"cpu\" in a host (did you mean cpus?)") == 0);
    CHECK(error_of("hosts: [{name: a}, {name: a}]\n").find("there twice") != std::string::npos);
    CHECK(error_of("hosts: [{name: a, count: 3}]\n").find("{n}") != std::string::npos);
    CHECK(error_of("hosts: [{name: 'a-{n}'}]\n").find("count") != std::string::npos);
    CHECK(error_of("hosts: [{name: 'a b'}]\n").find("no name for a host") != std::string::npos);
    CHECK(error_of("hosts: [{name: core}]\n").find("as a switch is") != std::string::npos);
    CHECK(error_of("hosts: [{name: a, cpus: 0}]\n").find("cpus") != std::string::npos);
    CHECK(error_of("hosts: [{name: a, memory: 1MiB}]\n").find("64 MiB") != std::string::npos);
    CHECK(error_of("hosts: [{name: a, memory: lots}]\n").find("memory can't be") != std::string::npos);
    CHECK(error_of("hosts: [{name: a, memory: -2g}]\n").find("memory can't be") != std::string::npos);
    CHECK(error_of("hosts: [{name: a, address: 300.1.1.1}]\n").find("no IPv4 address") != std::string::npos);
    CHECK(error_of("hosts: [{name: a, address: 10.0.0.1}, {name: b, address: 10.0.0.1}]\n").find("another host's") != std::string::npos);
    CHECK(error_of("hosts: [{name: a, firewall: {closed: [http]}}]\n").find("2377/tcp") != std::string::npos);
    CHECK(error_of("hosts: [{name: 'a-{n}', count: 100000}]\n").find("count can't be") != std::string::npos);
    CHECK(error_of("hosts: [{name: alpha}, {name: beta}]\nlinks: [{between: [alpha, bets]}]\n").find("did you mean beta?") != std::string::npos);
    CHECK(error_of("hosts: [{name: a}, {name: b}]\nlinks: [{between: [a, b], loss: 101%}]\n").find("loss can't be") != std::string::npos);
    CHECK(error_of("hosts: [{name: a}, {name: b}]\nlinks: [{between: [a, b], bandwidth: fast}]\n").find("bandwidth can't be") != std::string::npos);
    CHECK(error_of("hosts: [{name: a\n").find("c.yaml:") == 0);
    CHECK_FALSE(parse_cluster_file(std::string(2U << 20, 'a'), "c.yaml").ok());
}

}  // namespace podium::lab
