// What a closed port costs: 2377 (managers), 7946 (gossip). Who is called on it is cut off; who calls is not.

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/swarm_hosts/fixture.hpp"

namespace podium::swarm {
namespace {

constexpr const char* kTimeOut =
    "Timeout was reached before node joined. The attempt to join the swarm will continue in the background. Use the \"docker info\" command to see "
    "the current swarm status of your node.";
constexpr const char* kDeadline = "rpc error: code = DeadlineExceeded desc = context deadline exceeded";
constexpr const char* kNotCalledBack =
    "manager stopped: can't initialize raft node: rpc error: code = Unknown desc = could not connect to prospective new cluster member using its "
    "advertised address: rpc error: code = DeadlineExceeded desc = context deadline exceeded";

std::string reachability(SwarmHosts& hosts, std::uint32_t asked, std::uint32_t host) {
    const Answer answer = hosts.ask(asked, "GET /nodes/" + hosts.store().nodes.find(hosts.host(host).node.value)->meta.id.text());
    return answer.status == 200 ? answer.json()["ManagerStatus"].value("Reachability", std::string()) : answer.message();
}

std::size_t backends(const SwarmHosts& hosts, std::uint32_t host) {
    std::size_t count = 0;
    for (const model::MeshPort& port : hosts.world().hosts[host - 1].directory.mesh) count += port.backends.size();
    return count;
}

}  // namespace

TEST_CASE("2377 closed on the manager: a join is told of the time-out after 20 s and goes on until 35 s") {
    SwarmHosts hosts(2);
    REQUIRE(hosts.init(1).status == 200);
    hosts.inject("close-port h1 port=2377/tcp");
    const Answer late = hosts.join(2, 1);
    CHECK(late.status == 503);
    CHECK(late.message() == kTimeOut);
    CHECK(late.took == Approx(20).margin(0.1));
    CHECK(hosts.info(2).json()["Swarm"]["LocalNodeState"] == "pending");
    SECTION("opened meanwhile, it becomes a node") {
        hosts.lift("close-port h1");
        hosts.run_for(5);
        CHECK(hosts.info(2).json()["Swarm"]["LocalNodeState"] == "active");
        CHECK(hosts.node_state(2) == NodeState::Ready);
    }
    SECTION("closed for longer, it gives up and says so until it leaves") {
        hosts.run_for(14);
        CHECK(hosts.info(2).json()["Swarm"]["LocalNodeState"] == "pending");
        hosts.run_for(2);
        hosts.lift("close-port h1");
        hosts.run_for(30);
        CHECK(hosts.info(2).json()["Swarm"]["LocalNodeState"] == "error");
        CHECK(hosts.info(2).json()["Swarm"]["Error"] == kDeadline);
        CHECK(hosts.is_quiet());
        CHECK(hosts.join(2, 1).message() == "This node is already part of a swarm. Use \"docker swarm leave\" to leave this swarm and join another one.");
        CHECK(hosts.ask(2, "POST /swarm/leave").status == 200);
        CHECK(hosts.join(2, 1).status == 200);
    }
}

TEST_CASE("swarm join: what is refused at once is tried five times, 2 s apart") {
    SwarmHosts hosts(3);
    REQUIRE(hosts.init(1).status == 200);
    const auto join = [&hosts](const std::string& remote, const std::string& token) { return hosts.ask(2, "POST /swarm/join", R"({"RemoteAddrs":[")" + remote + R"("],"JoinToken":")" + token + R"("})"); };
    const std::string token = hosts.store().cluster->worker_token;
    CHECK(join("10.0.0.3:2377", token).took == Approx(10).margin(0.1));
    std::string other = token;
    other[10] = other[10] == 'a' ? 'b' : 'a';
    const Answer wrong = join("10.0.0.1:2377", other);
    CHECK(wrong.took == Approx(10).margin(0.1));
    CHECK(wrong.message() == "remote CA does not match fingerprint. Expected: " + other.substr(9, 50));
    CHECK(hosts.info(2).json()["Swarm"]["LocalNodeState"] == "inactive");
}

TEST_CASE("2377 closed on a host that joins as a manager: it is not called back, and its node stays behind") {
    SwarmHosts hosts(2);
    REQUIRE(hosts.init(1).status == 200);
    hosts.inject("close-port h2");
    const Answer answer = hosts.join(2, 1, true);
    CHECK(answer.status == 500);
    CHECK(answer.message() == kNotCalledBack);
    CHECK(answer.took == Approx(5.45).margin(0.3));
    CHECK(hosts.info(2).json()["Swarm"]["LocalNodeState"] == "inactive");
    REQUIRE(hosts.store().nodes.count() == 2);
    CHECK(hosts.until([](const SwarmHosts& h) { return h.store().nodes.find(2)->state == NodeState::Down; }, 25));
    CHECK(hosts.join(2, 1).status == 200);
}

TEST_CASE("2377 closed on the manager: its workers are down after three heartbeats; on a worker: nothing") {
    SwarmHosts hosts(3);
    hosts.form();
    REQUIRE(hosts.create_service(1, "web", 3).status == 201);
    hosts.run_for(20);
    hosts.inject("close-port h3");
    for (int i = 0; i < 40; ++i) {
        hosts.run_for(1);
        REQUIRE(hosts.node_state(3) == NodeState::Ready);
    }
    const double begun = hosts.now();
    hosts.inject("close-port h1");
    REQUIRE(hosts.until([](const SwarmHosts& h) { return h.node_state(2) == NodeState::Down && h.node_state(3) == NodeState::Down; }, 30));
    CHECK(hosts.now() - begun >= 9.0);
    CHECK(hosts.now() - begun <= 16.7);
    CHECK(hosts.node_state(1) == NodeState::Ready);
    CHECK(hosts.store().nodes.find(hosts.host(2).node.value)->message == "heartbeat failure");
    const auto causes = hosts.causes(hosts.store().nodes.find(hosts.host(2).node.value)->meta.because);
    REQUIRE(!causes.empty());
    CHECK(causes.back() == "fault.begin");
    hosts.run_for(15);
    CHECK(hosts.containers("web", 1) == 3);
    CHECK(hosts.containers("web") == 5);
    hosts.lift("close-port h1");
    REQUIRE(hosts.until([](const SwarmHosts& h) { return h.node_state(2) == NodeState::Ready && h.node_state(3) == NodeState::Ready; }, 20));
    hosts.run_for(10);
    CHECK(hosts.containers("web") == 3);
}

TEST_CASE("2377 closed on a manager: unreachable to the leader, without one itself; on two of three: no quorum") {
    SwarmHosts hosts(3);
    hosts.form(3);
    hosts.run_for(10);
    REQUIRE(hosts.leader() == 1);
    CHECK(reachability(hosts, 1, 2) == "reachable");
    hosts.inject("close-port h2");
    hosts.run_for(5);
    CHECK(reachability(hosts, 1, 2) == "unreachable");
    CHECK(hosts.row().group.has_quorum());
    // Its agent still talks to the manager by which it joined.
    hosts.run_for(40);
    CHECK(hosts.node_state(2) == NodeState::Ready);
    CHECK(hosts.ask(2, "GET /nodes").status == 500);
    // Started anew it talks to its own, which knows of no leader.
    hosts.inject("engine-restart h2");
    REQUIRE(hosts.until([](const SwarmHosts& h) { return h.node_state(2) == NodeState::Down; }, 60));
    CHECK(reachability(hosts, 1, 2) == "unreachable");
    CHECK(hosts.leader() == 1);
    CHECK(hosts.node_state(3) == NodeState::Ready);
    CHECK(hosts.ask(2, "GET /nodes").status == 500);
    hosts.inject("close-port h3");
    CHECK(!hosts.row().group.has_quorum());
    hosts.run_for(60);
    CHECK(hosts.leader() == 0);
    const Answer at_once = hosts.ask(1, "GET /nodes");
    CHECK(at_once.took < 0.1);
    CHECK(at_once.message().find("The swarm does not have a leader.") != std::string::npos);
    hosts.lift("close-port h2");
    hosts.lift("close-port h3");
    REQUIRE(hosts.until([](const SwarmHosts& h) { return h.leader() != 0; }, 60));
    REQUIRE(hosts.until([](const SwarmHosts& h) { return h.node_state(1) == NodeState::Ready && h.node_state(2) == NodeState::Ready && h.node_state(3) == NodeState::Ready; }, 30));
    CHECK(hosts.row().group.broken().empty());
}

TEST_CASE("2377 closed on the leader: it hears no answers, and another leads") {
    SwarmHosts hosts(3);
    hosts.form(3);
    hosts.run_for(10);
    REQUIRE(hosts.leader() == 1);
    const double begun = hosts.now();
    hosts.inject("close-port h1");
    REQUIRE(hosts.until([](const SwarmHosts& h) { return h.leader() > 1; }, 90));
    CHECK(hosts.now() - begun > 10);
    REQUIRE(hosts.until([](const SwarmHosts& h) { return h.node_state(1) == NodeState::Down && h.node_state(2) == NodeState::Ready && h.node_state(3) == NodeState::Ready; }, 60));
}

TEST_CASE("promote of a worker whose 2377 is closed: its node fails and tries again, until it is opened") {
    SwarmHosts hosts(2);
    hosts.form();
    REQUIRE(hosts.create_service(1, "web", 2).status == 201);
    hosts.run_for(10);
    hosts.inject("close-port h2");
    const Node& node = *hosts.store().nodes.find(hosts.host(2).node.value);
    REQUIRE(hosts.ask(1, "POST /nodes/" + node.meta.id.text() + "/update?version=" + std::to_string(node.meta.version), R"({"Labels":{},"Role":"manager","Availability":"active"})").status == 200);
    bool failed = false;
    for (int i = 0; i < 1200; ++i) {
        hosts.run_for(0.05);
        const Json info = hosts.info(2).json()["Swarm"];
        if (info["LocalNodeState"] != "error") continue;
        failed = true;
        REQUIRE(info["Error"] == kNotCalledBack);
    }
    CHECK(failed);
    CHECK(hosts.containers("web", 2) == 1);
    CHECK(!hosts.store().nodes.find(hosts.host(2).node.value)->member);
    hosts.lift("close-port h2");
    REQUIRE(hosts.until([](const SwarmHosts& h) { return static_cast<bool>(h.store().nodes.find(h.host(2).node.value)->member); }, 45));
    CHECK(hosts.ask(2, "GET /nodes").status == 200);
}

TEST_CASE("7946 closed on a host: 5 s later nobody hears of what serves there, nor it of others") {
    SwarmHosts hosts(3);
    hosts.form();
    REQUIRE(hosts.create_service(1, "web", 3, "", R"({"EndpointSpec":{"Ports":[{"PublishedPort":8080,"TargetPort":80}]}})").status == 201);
    hosts.run_for(10);
    for (const std::uint32_t host : {1U, 2U, 3U}) CHECK(backends(hosts, host) == 3);
    hosts.inject("close-port h3 port=7946");
    hosts.run_for(4);
    CHECK(backends(hosts, 1) == 3);
    hosts.run_for(2);
    CHECK(backends(hosts, 1) == 2);
    CHECK(backends(hosts, 3) == 1);
    CHECK(hosts.node_state(3) == NodeState::Ready);
    hosts.lift("close-port h3 port=7946");
    hosts.run_for(3);
    for (const std::uint32_t host : {1U, 2U, 3U}) CHECK(backends(hosts, host) == 3);
}

TEST_CASE("close-port: two of them, one lifted: the port is still closed") {
    SwarmHosts hosts(1);
    hosts.inject("close-port h1 port=2377/tcp");
    hosts.inject("close-port h1 port=2377");
    hosts.lift("close-port h1 port=2377/tcp");
    CHECK(model::is_closed(hosts.world(), model::HostId{1}, 2377, "tcp"));
    hosts.lift("close-port h1 port=2377");
    CHECK(!model::is_closed(hosts.world(), model::HostId{1}, 2377, "tcp"));
    CHECK(hosts.world().hosts[0].spec.closed_ports.empty());
}

}  // namespace podium::swarm
