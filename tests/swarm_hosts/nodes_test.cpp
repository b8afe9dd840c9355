// How nodes come and go: init, join, leave, roles, what the leader takes them for.

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/swarm_hosts/fixture.hpp"

namespace podium::swarm {

TEST_CASE("swarm init: a manager after 0.6 s, with its id as the answer, and no second one") {
    SwarmHosts hosts(2);
    CHECK(hosts.ask(1, "GET /nodes").message() == "This node is not a swarm manager. Use \"docker swarm init\" or \"docker swarm join\" to connect this node to swarm and try again.");
    CHECK(hosts.ask(1, "POST /swarm/leave").message() == "This node is not part of a swarm");
    const Answer answer = hosts.init(1);
    REQUIRE(answer.status == 200);
    CHECK(answer.took == Approx(0.58).margin(0.1));
    CHECK(answer.json().get<std::string>() == hosts.store().nodes.find(1)->meta.id);
    CHECK(hosts.node_state(1) == NodeState::Ready);
    const Answer again = hosts.init(1);
    CHECK(again.status == 503);
    CHECK(again.message() == "This node is already part of a swarm. Use \"docker swarm leave\" to leave this swarm and join another one.");
}

TEST_CASE("swarm init: addresses are interfaces or addresses, and ranges for subnets are taken in their order") {
    SwarmHosts hosts(2);
    const auto init = [&hosts](const std::string& more, const std::string& listen = "0.0.0.0:2377") {
        return hosts.ask(1, "POST /swarm/init", R"({"ListenAddr":")" + listen + R"(","Spec":{})" + more + "}");
    };
    for (const char* wrong : {"eth9", "0.0.0.0", "10.0.0.300", "h1"}) {
        INFO(wrong);
        const Answer answer = init(std::string(R"(,"AdvertiseAddr":")") + wrong + R"(")");
        CHECK(answer.status == 400);
        CHECK(answer.message() == "advertise address must be a non-zero IP address or network interface (with optional port number)");
    }
    CHECK(init(R"(,"DataPathAddr":"eth9")").message() == "data path address must be a non-zero IP address or network interface (without a port number)");
    CHECK(init("", "nowhere:2377").message() == "listen address must be an IP address or network interface (with optional port number)");
    CHECK(init(R"(,"AdvertiseAddr":"10.0.0.1:4000")").status == 501);
    REQUIRE(init(R"(,"AdvertiseAddr":"eth0","DefaultAddrPool":["10.20.0.0/28","10.30.0.0/16"],"SubnetSize":28)").status == 200);
    CHECK(hosts.store().nodes.find(1)->address == "10.0.0.1");
    REQUIRE(hosts.ask(1, "POST /networks/create", R"({"Name":"two","Driver":"overlay"})").status == 201);
    hosts.run_for(1);
    CHECK(hosts.store().networks.find(hosts.store().network_called("ingress").value)->subnet == "10.20.0.0/28");
    CHECK(hosts.store().networks.find(hosts.store().network_called("two").value)->subnet == "10.30.0.0/28");
    // That there is a swarm already is said first.
    CHECK(init(R"(,"DefaultAddrPool":["10.0.0.0/8"],"SubnetSize":31)").status == 503);
}

TEST_CASE("swarm join: nobody listens on another port than the managers', nor under a name that nobody has") {
    SwarmHosts hosts(2);
    REQUIRE(hosts.init(1).status == 200);
    const Answer answer = hosts.ask(2, "POST /swarm/join", R"({"RemoteAddrs":["10.0.0.1:2378"],"JoinToken":")" + hosts.store().cluster->worker_token + R"("})");
    CHECK(answer.status == 500);
    CHECK(answer.message().ends_with("dial tcp 10.0.0.1:2378: connect: connection refused\""));
    // A name that nobody has is no reason to wait for ever.
    const Answer nobody = hosts.ask(2, "POST /swarm/join", R"({"RemoteAddrs":["nobody:2377"],"JoinToken":")" + hosts.store().cluster->worker_token + R"("})");
    CHECK(nobody.status == 500);
    CHECK(nobody.message().ends_with("lookup nobody on 127.0.0.53:53: no such host\""));
    CHECK(hosts.info(2).json()["Swarm"]["LocalNodeState"] == "inactive");
    CHECK(hosts.join(2, 1).status == 200);
}

TEST_CASE("swarm join: by token, in a tenth of a second, as what the token says") {
    SwarmHosts hosts(3);
    REQUIRE(hosts.init(1).status == 200);
    const Answer worker = hosts.join(2, 1);
    REQUIRE(worker.status == 200);
    CHECK(worker.took < 0.2);
    CHECK(hosts.node_state(2) == NodeState::Ready);
    CHECK(hosts.ask(2, "GET /nodes").message() ==
          "This node is not a swarm manager. Worker nodes can't be used to view or modify cluster state. Please run this command on a manager node or "
          "promote the current node to a manager.");
    const Answer manager = hosts.join(3, 1, true);
    REQUIRE(manager.status == 200);
    CHECK(manager.took == Approx(0.5).margin(0.15));
    const Answer nodes = hosts.ask(3, "GET /nodes");
    REQUIRE(nodes.status == 200);
    CHECK(nodes.json().size() == 3);
    CHECK(hosts.join(2, 1).message() == "This node is already part of a swarm. Use \"docker swarm leave\" to leave this swarm and join another one.");
}

TEST_CASE("swarm join: a bad token, a host that refuses, a host that does not answer") {
    SwarmHosts hosts(3);
    REQUIRE(hosts.init(1).status == 200);
    const auto join = [&hosts](const std::string& remote, const std::string& token) {
        return hosts.ask(2, "POST /swarm/join", R"({"RemoteAddrs":[")" + remote + R"("],"JoinToken":")" + token + R"("})");
    };
    const std::string token = hosts.store().cluster->worker_token;
    const Answer bad = join("10.0.0.1:2377", "SWMTKN-1-bad");
    CHECK(bad.status == 500);
    CHECK(bad.message() == "invalid join token");
    std::string wrong = token;
    wrong.back() = wrong.back() == 'a' ? 'b' : 'a';
    CHECK(join("10.0.0.1:2377", wrong).message() == "rpc error: code = InvalidArgument desc = A valid join token is necessary to join this cluster");
    CHECK(join("10.0.0.3:2377", token).message() ==
          "rpc error: code = Unavailable desc = connection error: desc = \"transport: Error while dialing dial tcp 10.0.0.3:2377: connect: connection refused\"");
    hosts.inject("link-cut h1");
    const Answer late = join("10.0.0.1:2377", token);
    CHECK(late.took == Approx(20).margin(1.1));
    CHECK(late.message().starts_with("Timeout was reached before node joined."));
    CHECK(hosts.info(2).json()["Swarm"]["LocalNodeState"] == "pending");
    hosts.lift("link-cut h1");
    hosts.run_for(3);
    CHECK(hosts.node_state(2) == NodeState::Ready);
}

TEST_CASE("docker info: what a manager, a worker and a host of its own say of the swarm") {
    SwarmHosts hosts(3);
    REQUIRE(hosts.init(1).status == 200);
    REQUIRE(hosts.join(2, 1).status == 200);
    const Json manager = hosts.info(1).json()["Swarm"];
    CHECK(manager["LocalNodeState"] == "active");
    CHECK(manager["ControlAvailable"] == true);
    CHECK(manager["Nodes"] == 2);
    CHECK(manager["Managers"] == 1);
    CHECK(manager["NodeAddr"] == "10.0.0.1");
    CHECK(manager["RemoteManagers"][0]["Addr"] == "10.0.0.1:2377");
    CHECK(manager["Cluster"]["ID"] == hosts.store().cluster->meta.id);
    const Json worker = hosts.info(2).json()["Swarm"];
    CHECK(worker["LocalNodeState"] == "active");
    CHECK(worker["ControlAvailable"] == false);
    CHECK(!worker.contains("Nodes"));
    CHECK(hosts.info(3).json()["Swarm"]["LocalNodeState"] == "inactive");
}

TEST_CASE("a node without its engine is down 11 to 16.5 s after its last heartbeat, however it went") {
    for (const char* fault : {"power-loss h3", "engine-kill h3", "engine-stop h3", "link-cut h3", "freeze h3 what=engine"}) {
        INFO(fault);
        SwarmHosts hosts(3);
        hosts.form();
        hosts.run_for(20);
        const double begun = hosts.now();
        hosts.inject(fault);
        REQUIRE(hosts.until([](const SwarmHosts& h) { return h.node_state(3) == NodeState::Down; }, 30));
        CHECK(hosts.now() - begun >= 9.0);
        CHECK(hosts.now() - begun <= 16.7);
        CHECK(hosts.node_state(2) == NodeState::Ready);
        CHECK(hosts.store().nodes.find(hosts.host(3).node.value)->message == "heartbeat failure");
        const auto causes = hosts.causes(hosts.store().nodes.find(hosts.host(3).node.value)->meta.because);
        REQUIRE(!causes.empty());
        CHECK(causes.front() == "swarm.node_state");
        CHECK(causes.back() == "fault.begin");
        hosts.lift(fault);
        CHECK(hosts.until([](const SwarmHosts& h) { return h.node_state(3) == NodeState::Ready; }, 60));
    }
}

TEST_CASE("a link cut of 8 s is not noticed") {
    SwarmHosts hosts(2);
    hosts.form();
    hosts.run_for(20);
    hosts.inject("link-cut h2");
    for (int i = 0; i < 80; ++i) {
        hosts.run_for(0.1);
        REQUIRE(hosts.node_state(2) == NodeState::Ready);
    }
    hosts.lift("link-cut h2");
    for (int i = 0; i < 200; ++i) {
        hosts.run_for(0.1);
        REQUIRE(hosts.node_state(2) == NodeState::Ready);
    }
}

TEST_CASE("swarm leave: a worker goes, and its node is down after its grace") {
    SwarmHosts hosts(2);
    hosts.form();
    const NodeId node = hosts.host(2).node;
    REQUIRE(hosts.ask(2, "POST /swarm/leave").status == 200);
    CHECK(hosts.store().nodes.find(node.value)->state == NodeState::Ready);
    CHECK(hosts.info(2).json()["Swarm"]["LocalNodeState"] == "inactive");
    REQUIRE(hosts.until([node](const SwarmHosts& h) { return h.store().nodes.find(node.value)->state == NodeState::Down; }, 30));
    REQUIRE(hosts.join(2, 1).status == 200);
    CHECK(hosts.host(2).node != node);
    const Answer last = hosts.ask(1, "POST /swarm/leave");
    CHECK(last.message() ==
          "You are attempting to leave the swarm on a node that is participating as a manager. Removing the last manager erases all current state of the "
          "swarm. Use `--force` to ignore this message. ");
    CHECK(hosts.ask(1, "POST /swarm/leave?force=1").status == 200);
    CHECK(hosts.info(1).json()["Swarm"]["LocalNodeState"] == "inactive");
}

// swarm-failure/11: the first of three containers got KILL 20 ms after its TERM, the others ended by that.
TEST_CASE("swarm leave: containers are removed by force, one after the other, while the agent stops all of them") {
    SwarmHosts hosts(2);
    hosts.form();
    REQUIRE(hosts.create_service(1, "web", 6).status == 201);
    REQUIRE(hosts.until([](const SwarmHosts& h) { return h.running("web") == 6; }, 10));
    hosts.run_for(3);
    const FactId before = hosts.world().kernel.journal().last();
    REQUIRE(hosts.ask(2, "POST /swarm/leave").status == 200);
    int term = 0;
    int kill = 0;
    hosts.world().kernel.journal().for_each(FactId{before.value + 1}, [&](const Fact& fact) {
        if (fact.kind == model::kFactContainerKill) ++(fact.words[2] == 9 ? kill : term);
    });
    CHECK(term == 3);
    CHECK(kill >= 1);
    CHECK(kill < 3);
    CHECK(hosts.containers("web", 2) == 0);
}

TEST_CASE("swarm leave: a manager without whom there is no quorum is warned") {
    SwarmHosts hosts(2);
    hosts.form(2);
    CHECK(hosts.ask(2, "POST /swarm/leave").message() ==
          "You are attempting to leave the swarm on a node that is participating as a manager. Removing this node leaves 1 managers out of 2. Without a Raft "
          "quorum your swarm will be inaccessible. The only way to restore a swarm that has lost consensus is to reinitialize it with `--force-new-cluster`. "
          "Use `--force` to suppress this message.");
}

// A random swarm found it (seed 856): the engine waited without end for the notice of an end that had come before it.
TEST_CASE("an engine that is restarted before it has looked for containers that ended without it comes back") {
    SwarmHosts hosts(2);
    hosts.form();
    REQUIRE(hosts.create_service(1, "web", 2, "sleep 9; exit 1").status == 201);
    REQUIRE(hosts.until([](const SwarmHosts& h) { return h.running("web") == 2; }, 10));
    hosts.run_for(5);
    hosts.inject("engine-kill h2");
    hosts.run_for(8);
    hosts.lift("engine-kill h2");
    REQUIRE(hosts.world().host(model::HostId{2}).engine.state == model::EngineState::Starting);
    hosts.inject("engine-restart h2");
    hosts.run_for(20);
    CHECK(hosts.world().host(model::HostId{2}).engine.state == model::EngineState::Running);
    CHECK(hosts.node_state(2) == NodeState::Ready);
}

}  // namespace podium::swarm
