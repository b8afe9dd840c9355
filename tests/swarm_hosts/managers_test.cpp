// Managers: leaders that go, quorum that is lost, roles that change.

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/swarm_hosts/fixture.hpp"

namespace podium::swarm {
namespace {

Answer change_role(SwarmHosts& hosts, std::uint32_t asked, std::uint32_t host, const std::string& role) {
    const Node& node = *hosts.store().nodes.find(hosts.host(host).node.value);
    return hosts.ask(asked, "POST /nodes/" + node.meta.id.text() + "/update?version=" + std::to_string(node.meta.version), R"({"Labels":{},"Role":")" + role + R"(","Availability":"active"})");
}

// How long a host's engine takes to list its containers, which needs no swarm; -1: it refuses, or is not heard of.
double list_containers(SwarmHosts& hosts, std::uint32_t host) {
    const double begun = hosts.now();
    model::RequestSpec spec;
    spec.operation = model::Operation::ContainerList;
    spec.host = model::HostId{host};
    const model::RequestId request = model::submit_request(hosts.state().world, std::move(spec), {});
    const bool answered = hosts.until([&](const SwarmHosts& h) { return h.is_answered(request); }, 60);
    return answered && hosts.answer_of(request).status == 200 ? hosts.now() - begun : -1;
}

}  // namespace

TEST_CASE("the leader is killed: another leads after 10 to 40 s, and a request made meanwhile waits for it") {
    SwarmHosts hosts(4);
    hosts.form(3);
    REQUIRE(hosts.create_service(1, "web", 4).status == 201);
    REQUIRE(hosts.until([](const SwarmHosts& h) { return h.running("web") == 4; }, 10));
    hosts.run_for(10);
    REQUIRE(hosts.leader() == 1);
    const double begun = hosts.now();
    hosts.inject("engine-kill h1");
    const Answer answer = hosts.ask(2, "GET /nodes");
    REQUIRE(hosts.until([](const SwarmHosts& h) { return h.leader() != 0 && h.leader() != 1; }, 60));
    if (answer.status == 200) CHECK(answer.took > 5);
    CHECK(hosts.now() - begun < 45);
    // Those who live show themselves; the dead one is down half a minute later.
    REQUIRE(hosts.until([](const SwarmHosts& h) { return h.node_state(2) == NodeState::Ready && h.node_state(3) == NodeState::Ready && h.node_state(4) == NodeState::Ready; }, 20));
    const double ready = hosts.now();
    CHECK(hosts.containers("web") == 4);
    REQUIRE(hosts.until([](const SwarmHosts& h) { return h.node_state(1) == NodeState::Down; }, 40));
    CHECK(hosts.now() - ready > 15);
    REQUIRE(hosts.until([](const SwarmHosts& h) { return h.containers("web", 2) + h.containers("web", 3) + h.containers("web", 4) == 4; }, 20));
    hosts.lift("engine-kill h1");
    REQUIRE(hosts.until([](const SwarmHosts& h) { return h.node_state(1) == NodeState::Ready; }, 60));
}

TEST_CASE("quorum lost: reads are answered for a while, a write fails late and is done all the same later") {
    SwarmHosts hosts(3);
    hosts.form(3);
    REQUIRE(hosts.create_service(1, "web", 3).status == 201);
    REQUIRE(hosts.until([](const SwarmHosts& h) { return h.running("web") == 3; }, 10));
    hosts.run_for(10);
    REQUIRE(hosts.leader() == 1);
    hosts.inject("engine-kill h2");
    hosts.inject("engine-kill h3");
    CHECK(hosts.ask(1, "GET /services").status == 200);
    const Answer write = hosts.create_service(1, "late", 1);
    CHECK(write.status == 500);
    CHECK(write.message() == "rpc error: code = Unknown desc = raft: failed to process the request: node lost leader status");
    CHECK(write.took > 5);
    const Answer blocked = hosts.ask(1, "GET /services");
    CHECK(blocked.message() == "rpc error: code = DeadlineExceeded desc = context deadline exceeded");
    CHECK(blocked.took == Approx(20).margin(0.1));
    const Answer at_once = hosts.ask(1, "GET /services");
    CHECK(at_once.took < 0.1);
    CHECK(at_once.message() ==
          "rpc error: code = Unknown desc = The swarm does not have a leader. It's possible that too few managers are online. Make sure more than half of the "
          "managers are online.");
    CHECK(hosts.info(1).json()["Swarm"]["Error"] == at_once.message());
    hosts.lift("engine-kill h2");
    REQUIRE(hosts.until([](const SwarmHosts& h) { return h.leader() != 0; }, 60));
    REQUIRE(hosts.until([](const SwarmHosts& h) { return h.running("late") == 1; }, 30));
}

TEST_CASE("the follower of two managers lets every request wait for 20 s once the leader is gone") {
    SwarmHosts hosts(2);
    hosts.form(2);
    hosts.run_for(10);
    REQUIRE(hosts.leader() == 1);
    hosts.inject("engine-kill h1");
    for (int i = 0; i < 4; ++i) {  // recorded for 270 s
        const Answer answer = hosts.ask(2, "GET /nodes");
        CHECK(answer.status == 500);
        CHECK(answer.took == Approx(20).margin(0.1));
        hosts.run_for(5);
    }
    hosts.lift("engine-kill h1");
    REQUIRE(hosts.until([](const SwarmHosts& h) { return h.leader() != 0; }, 60));
    CHECK(hosts.ask(2, "GET /nodes").status == 200);
}

TEST_CASE("a leader cut off from the others still answers with what it knew, while the others have gone on") {
    SwarmHosts hosts(3);
    hosts.form(3);
    hosts.run_for(10);
    REQUIRE(hosts.leader() == 1);
    hosts.inject("partition h1|h2,h3");
    REQUIRE(hosts.until([](const SwarmHosts& h) { return h.leader() > 1; }, 60));
    REQUIRE(hosts.create_service(hosts.leader(), "new", 1).status == 201);
    if (hosts.row().leaders.size() == 2) CHECK(hosts.ask(1, "GET /services").body == "[]");
    hosts.run_for(25);
    CHECK(hosts.row().leaders.size() == 1);
    hosts.lift("partition h1|h2,h3");
    hosts.run_for(10);
    CHECK(hosts.ask(1, "GET /services").json().size() == 1);
}

TEST_CASE("promote: a manager half a second later; demote: a worker again, and the leader hands over") {
    SwarmHosts hosts(3);
    hosts.form();
    hosts.run_for(3);
    const double begun = hosts.now();
    REQUIRE(change_role(hosts, 1, 2, "manager").status == 200);
    REQUIRE(change_role(hosts, 1, 3, "manager").status == 200);
    REQUIRE(hosts.until([](const SwarmHosts& h) {
        const Store& store = h.store();
        return store.nodes.find(h.host(2).node.value)->member && store.nodes.find(h.host(3).node.value)->member;
    }, 10));
    CHECK(hosts.now() - begun < 1.5);
    REQUIRE(hosts.ask(2, "GET /nodes").status == 200);
    hosts.run_for(3);
    REQUIRE(change_role(hosts, 2, 1, "worker").status == 200);
    REQUIRE(hosts.until([](const SwarmHosts& h) { return h.leader() > 1; }, 5));
    REQUIRE(hosts.until([](const SwarmHosts& h) { return !h.host(1).manager; }, 10));
    CHECK(hosts.ask(1, "GET /nodes").status == 503);
    REQUIRE(hosts.until([](const SwarmHosts& h) { return h.node_state(1) == NodeState::Ready; }, 40));
    hosts.run_for(60);
    CHECK(hosts.node_state(1) == NodeState::Ready);
    CHECK(hosts.is_quiet());
}

// swarm-failure/20-quorum3-leader-kill and 23-two-managers-leader-kill: both were asked 4 s after it.
TEST_CASE("demote: the manager takes 8 s to end, and its engine turns to a socket that is gone until then") {
    constexpr const char* kGone =
        "rpc error: code = Unavailable desc = connection error: desc = \"transport: Error while dialing dial unix /var/run/docker/swarm/control.sock: connect: no such file or directory\"";
    SwarmHosts hosts(3);
    hosts.form(3);
    hosts.run_for(10);
    REQUIRE(hosts.leader() == 1);
    REQUIRE(change_role(hosts, 2, 1, "worker").status == 200);
    REQUIRE(hosts.until([](const SwarmHosts& h) { return !h.host(1).manager; }, 10));
    hosts.run_for(4);
    const Answer stopping = hosts.ask(1, "GET /nodes");
    CHECK(stopping.status == 503);
    CHECK(stopping.message() == kGone);
    CHECK(hosts.info(1).json()["Swarm"]["Error"] == kGone);
    hosts.run_for(4.5);
    CHECK(hosts.ask(1, "GET /nodes").message().starts_with("This node is not a swarm manager. Worker nodes"));
    REQUIRE(hosts.until([](const SwarmHosts& h) { return h.node_state(1) == NodeState::Ready; }, 20));
}

TEST_CASE("demote: a manager that follows stays ready, and if it is promoted again meanwhile its manager ends first") {
    SwarmHosts hosts(3);
    hosts.form(3);
    hosts.run_for(10);
    REQUIRE(hosts.leader() == 1);
    REQUIRE(change_role(hosts, 1, 2, "worker").status == 200);
    REQUIRE(hosts.until([](const SwarmHosts& h) { return !h.host(2).manager; }, 10));
    const double begun = hosts.now();
    for (int i = 0; i < 40; ++i) {
        hosts.run_for(0.5);
        CHECK(hosts.node_state(2) == NodeState::Ready);
    }
    REQUIRE(change_role(hosts, 1, 2, "manager").status == 200);
    const auto is_member = [](const SwarmHosts& h) { return static_cast<bool>(h.store().nodes.find(h.host(2).node.value)->member); };
    REQUIRE(hosts.until(is_member, 5));
    CHECK(hosts.now() - begun < 22);
    REQUIRE(change_role(hosts, 1, 2, "worker").status == 200);
    REQUIRE(hosts.until([](const SwarmHosts& h) { return !h.host(2).manager; }, 10));
    const double again = hosts.now();
    hosts.run_for(2);
    REQUIRE(change_role(hosts, 1, 2, "manager").status == 200);
    REQUIRE(hosts.until(is_member, 20));
    CHECK(hosts.now() - again > 8);
    CHECK(hosts.now() - again < 9.5);
}

// swarmkit node/node.go, superviseManager: it waits 16 s to hear that it is a worker, asks for another certificate, waits as long
// again, and takes it that it was promoted in between.
TEST_CASE("demote: a manager that is promoted again before it is a worker joins the others anew") {
    for (const std::uint32_t managers : {2U, 3U}) {
        for (const bool restarts : {false, true}) {
            INFO(managers << (restarts ? " managers, and its engine starts again" : " managers"));
            SwarmHosts hosts(3);
            hosts.form(managers);
            hosts.run_for(10);
            REQUIRE(hosts.leader() == 1);
            REQUIRE(change_role(hosts, 1, 2, "worker").status == 200);
            REQUIRE(change_role(hosts, 1, 2, "manager").status == 200);
            hosts.run_for(5);
            if (restarts) {
                hosts.inject("engine-stop h2");
                hosts.run_for(5);
                hosts.lift("engine-stop h2");
            }
            REQUIRE(hosts.until([](const SwarmHosts& h) {
                const Node& node = *h.store().nodes.find(h.host(2).node.value);
                return h.host(2).member && node.member == h.host(2).member && h.node_state(2) == NodeState::Ready;
            }, 90));
            hosts.run_for(5);
            CHECK(hosts.host(2).manager);
            CHECK(hosts.ask(2, "GET /nodes").status == 200);
        }
    }
}

// swarm-failure/20, 23 and 30: 11.2, 21.0, 12.1, 0.9 and 4.0 s after its start.
TEST_CASE("a manager's engine that is back serves when it is part of the swarm again, or after 20 s") {
    SwarmHosts hosts(3);
    hosts.form(3);
    hosts.run_for(10);
    REQUIRE(hosts.leader() == 1);
    const auto runs = [](const SwarmHosts& h) { return h.world().host(model::HostId{1}).engine.state == model::EngineState::Running; };
    hosts.inject("engine-kill h1");
    REQUIRE(hosts.until([](const SwarmHosts& h) { return h.leader() > 1; }, 60));
    hosts.run_for(30);
    hosts.lift("engine-kill h1");
    REQUIRE(hosts.until(runs, 5));
    CHECK(hosts.host(1).agent.stage != Agent::Stage::Registered);
    CHECK(list_containers(hosts, 1) < 15);
    CHECK(hosts.host(1).agent.stage == Agent::Stage::Registered);
    for (const char* fault : {"engine-kill h1", "engine-kill h2", "engine-kill h3"}) hosts.inject(fault);
    hosts.run_for(5);
    hosts.lift("engine-kill h1");
    REQUIRE(hosts.until(runs, 5));
    CHECK(list_containers(hosts, 1) == Approx(20).margin(0.1));
    CHECK(list_containers(hosts, 1) < 0.1);
}

TEST_CASE("a worker's engine that is back serves when its agent has registered") {
    SwarmHosts hosts(2);
    hosts.form(1);
    hosts.run_for(10);
    hosts.inject("engine-restart h2");
    REQUIRE(hosts.until([](const SwarmHosts& h) { return h.world().host(model::HostId{2}).engine.state == model::EngineState::Running && h.host(2).agent.stage != Agent::Stage::Registered; }, 30));
    CHECK(list_containers(hosts, 2) < 1);
    CHECK(hosts.host(2).agent.stage == Agent::Stage::Registered);
}

TEST_CASE("a manager that is demoted while it is away comes back as a worker") {
    SwarmHosts hosts(4);
    hosts.form(3);
    hosts.run_for(10);
    REQUIRE(hosts.leader() == 1);
    hosts.inject("engine-stop h2");
    hosts.run_for(5);
    REQUIRE(change_role(hosts, 1, 2, "worker").status == 200);
    REQUIRE(hosts.until([](const SwarmHosts& h) { return h.store().nodes.find(h.host(2).node.value)->role == Role::Worker; }, 60));
    hosts.lift("engine-stop h2");
    REQUIRE(hosts.until([](const SwarmHosts& h) { return h.node_state(2) == NodeState::Ready; }, 90));
    // It learns of it from its new certificate.
    REQUIRE(hosts.until([](const SwarmHosts& h) { return !h.host(2).manager; }, 60));
    CHECK(hosts.ask(2, "GET /nodes").status == 503);
}

TEST_CASE("force-new-cluster: the survivor goes on alone, the other managers are unknown workers") {
    SwarmHosts hosts(3);
    hosts.form(3);
    REQUIRE(hosts.create_service(1, "web", 3).status == 201);
    REQUIRE(hosts.until([](const SwarmHosts& h) { return h.running("web") == 3; }, 10));
    hosts.run_for(5);
    hosts.inject("power-loss h1");
    hosts.inject("power-loss h2");
    hosts.run_for(2);
    const Answer answer = hosts.init(3, R"(,"ForceNewCluster":true)");
    REQUIRE(answer.status == 200);
    CHECK(answer.took < 4);
    CHECK(hosts.leader() == 3);
    CHECK(hosts.node_state(1) == NodeState::Unknown);
    CHECK(hosts.store().nodes.find(hosts.host(1).node.value)->role == Role::Worker);
    REQUIRE(hosts.until([](const SwarmHosts& h) { return h.containers("web", 3) >= 1; }, 10));
    CHECK(hosts.store().services.count() == 1);
}

TEST_CASE("force-new-cluster beside managers that live: they go on as workers of the survivor, and so does one that comes back") {
    SwarmHosts hosts(4);
    hosts.form(4);
    REQUIRE(hosts.create_service(1, "web", 4).status == 201);
    REQUIRE(hosts.until([](const SwarmHosts& h) { return h.running("web") == 4; }, 10));
    hosts.run_for(5);
    hosts.inject("power-loss h1");
    hosts.run_for(2);
    REQUIRE(hosts.init(2, R"(,"ForceNewCluster":true)").status == 200);
    const auto is_worker = [](const SwarmHosts& h, std::uint32_t host) {
        const Node& node = *h.store().nodes.find(h.host(host).node.value);
        return node.state == NodeState::Ready && node.role == Role::Worker && !node.member && !h.host(host).manager;
    };
    REQUIRE(hosts.until([&](const SwarmHosts& h) { return is_worker(h, 3) && is_worker(h, 4); }, 40));
    CHECK(hosts.ask(3, "GET /nodes").status == 503);
    REQUIRE(hosts.until([](const SwarmHosts& h) { return h.node_state(1) == NodeState::Down && h.running("web") == 4 && h.containers("web") == 4; }, 120));
    hosts.lift("power-loss h1");
    REQUIRE(hosts.until([&](const SwarmHosts& h) { return is_worker(h, 1); }, 90));
    // Such a worker can be made a manager again.
    const Node& node = *hosts.store().nodes.find(hosts.host(3).node.value);
    REQUIRE(hosts.ask(2, "POST /nodes/" + node.meta.id.text() + "/update?version=" + std::to_string(node.meta.version), R"({"Labels":{},"Role":"manager","Availability":"active"})").status == 200);
    REQUIRE(hosts.until([](const SwarmHosts& h) { return static_cast<bool>(h.host(3).member) && h.row().group.node(h.row().group.leader()).configuration().is_voter(h.host(3).member); }, 60));
}

TEST_CASE("autolock: a manager that starts again is locked until it is given the key") {
    SwarmHosts hosts(1);
    REQUIRE(hosts.ask(1, "POST /swarm/init", R"({"ListenAddr":"0.0.0.0:2377","Spec":{"EncryptionConfig":{"AutoLockManagers":true}},"AutoLockManagers":true})").status == 200);
    const std::string key = hosts.ask(1, "GET /swarm/unlockkey").json()["UnlockKey"].get<std::string>();
    CHECK(key.starts_with("SWMKEY-1-"));
    CHECK(hosts.ask(1, "POST /swarm/unlock", R"({"UnlockKey":"x"})").message() == "swarm is not locked");
    hosts.inject("engine-restart h1");
    hosts.run_for(10);
    CHECK(hosts.info(1).json()["Swarm"]["LocalNodeState"] == "locked");
    CHECK(hosts.ask(1, "GET /nodes").message() == "Swarm is encrypted and needs to be unlocked before it can be used. Please use \"docker swarm unlock\" to unlock it.");
    CHECK(hosts.ask(1, "POST /swarm/unlock", R"({"UnlockKey":"SWMKEY-1-wrong"})").status == 400);
    REQUIRE(hosts.ask(1, "POST /swarm/unlock", R"({"UnlockKey":")" + key + R"("})").status == 200);
    hosts.run_for(5);
    CHECK(hosts.ask(1, "GET /nodes").status == 200);
    CHECK(hosts.node_state(1) == NodeState::Ready);
}

}  // namespace podium::swarm
