// What agents do with tasks: containers that come up, end, are replaced, are moved.

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "sim/orch/swarm/hosts/task_container.hpp"
#include "tests/swarm_hosts/fixture.hpp"

namespace podium::swarm {
namespace {

// A task of a service that runs on a host.
model::ContainerId container_on(const SwarmHosts& hosts, const std::string& service, std::uint32_t host) {
    for (std::size_t i = 0; i < hosts.world().containers.size(); ++i) {
        const model::Container& c = hosts.world().containers[i];
        const auto& labels = hosts.world().spec(c).labels;
        const auto found = labels.find("com.docker.swarm.service.name");
        if (c.detail && c.process_alive && c.host.value == host && found != labels.end() && found->second == service) return model::ContainerId{static_cast<std::uint32_t>(i + 1)};
    }
    return {};
}

void kill(SwarmHosts& hosts, model::ContainerId container) {
    hosts.inject("kill " + std::string(hosts.world().name_of(container)));
}

}  // namespace

TEST_CASE("a service's tasks run as containers, one on each of three nodes, within a second") {
    SwarmHosts hosts(3);
    hosts.form();
    REQUIRE(hosts.create_service(1, "web", 3).status == 201);
    const double begun = hosts.now();
    REQUIRE(hosts.until([](const SwarmHosts& h) { return h.running("web") == 3; }, 10));
    CHECK(hosts.now() - begun < 1.2);
    for (std::uint32_t host = 1; host <= 3; ++host) CHECK(hosts.containers("web", host) == 1);
    const model::ContainerId one = container_on(hosts, "web", 2);
    REQUIRE(one);
    const auto& spec = hosts.world().spec(hosts.world().container(one));
    const std::string name(hosts.world().name_of(one));
    CHECK(name.starts_with("web."));
    CHECK(spec.labels.at("com.docker.swarm.task.name") == name);
    CHECK(name.substr(6) == spec.labels.at("com.docker.swarm.task.id"));
    CHECK(spec.labels.at("com.docker.swarm.node.id") == hosts.store().nodes.find(hosts.host(2).node.value)->meta.id);
    hosts.run_for(1);
    CHECK(hosts.swarm().settled(hosts.world()));
}

TEST_CASE("an engine whose node is removed while a task begins there is still called as it was") {
    SwarmHosts hosts(2);
    hosts.form();
    REQUIRE(hosts.create_service(1, "web", 2).status == 201);
    REQUIRE(hosts.until([](const SwarmHosts& h) { return h.running("web") == 2; }, 10));
    const std::string id = hosts.store().nodes.find(hosts.host(2).node.value)->meta.id;
    REQUIRE(hosts.world().host(model::HostId{2}).engine.node_id == id);
    Task task = *hosts.host(2).agent.tasks.begin()->second.task;
    task.node = NodeId{99};  // of no node that is left in the store
    State state = hosts.swarm().state();
    Scene scene{hosts.state().world, state};
    REQUIRE(container_spec_of(scene, model::HostId{2}, task, "web.9.x"));
    CHECK(hosts.world().host(model::HostId{2}).engine.node_id == id);
}

TEST_CASE("what agents report at once is written in transactions of two hundred changes") {
    SwarmHosts hosts(2);
    hosts.form();
    REQUIRE(hosts.create_service(1, "web", 500).status == 201);
    const auto most_at_once = [&hosts] {
        std::map<std::uint64_t, int> written;
        hosts.store().tasks.for_each([&written](std::uint32_t, const Task& task) { ++written[task.meta.version]; });
        int most = 0;
        for (const auto& [version, tasks] : written) most = std::max(most, tasks);
        return most;
    };
    int most = 0;
    for (int i = 0; i < 200 && hosts.running("web") < 500; ++i) {
        hosts.run_for(0.1);
        most = std::max(most, most_at_once());
    }
    CHECK(hosts.running("web") == 500);
    CHECK(most == 200);
}

TEST_CASE("what ends as soon as it has begun is seen running first") {
    SwarmHosts hosts(1);
    hosts.form();
    REQUIRE(hosts.create_service(1, "web", 1, "exit 1").status == 201);
    CHECK(hosts.until([](const SwarmHosts& h) { return h.running("web") == 1; }, 30));
    CHECK(hosts.until([](const SwarmHosts& h) { return h.tasks("web", TaskState::Failed) > 0; }, 30));
}

TEST_CASE("containers that start beside others on their host take longer") {
    const auto took = [](std::uint32_t replicas) {
        SwarmHosts hosts(1);
        hosts.form();
        REQUIRE(hosts.create_service(1, "web", replicas).status == 201);
        const double begun = hosts.now();
        REQUIRE(hosts.until([&](const SwarmHosts& h) { return h.running("web") == replicas; }, 10));
        return hosts.now() - begun;
    };
    CHECK(took(3) - took(1) == Approx(0.43).margin(0.15));
    CHECK(took(6) - took(3) == Approx(0).margin(0.15));
}

TEST_CASE("a host's first container on an overlay waits until the network is there") {
    SwarmHosts hosts(1);
    hosts.form();
    REQUIRE(hosts.ask(1, "POST /networks/create", R"({"Name":"app","Driver":"overlay"})").status == 201);
    const auto took = [&hosts](const std::string& name) {
        REQUIRE(hosts.create_service(1, name, 1, "", R"({"TaskTemplate":{"Networks":[{"Target":"app"}]}})").status == 201);
        const double begun = hosts.now();
        REQUIRE(hosts.until([&](const SwarmHosts& h) { return h.running(name) == 1; }, 10));
        return hosts.now() - begun;
    };
    const double first = took("first");
    CHECK(first - took("second") == Approx(0.65).margin(0.15));
}

TEST_CASE("a task that is killed behind the swarm's back is replaced after 5 s, and its start leads back to the fault") {
    SwarmHosts hosts(3);
    hosts.form();
    REQUIRE(hosts.create_service(1, "web", 3).status == 201);
    REQUIRE(hosts.until([](const SwarmHosts& h) { return h.running("web") == 3; }, 10));
    hosts.run_for(3);
    const double begun = hosts.now();
    kill(hosts, container_on(hosts, "web", 2));
    REQUIRE(hosts.until([](const SwarmHosts& h) { return h.running("web") == 2; }, 5));
    CHECK(hosts.tasks("web", TaskState::Failed) == 1);
    REQUIRE(hosts.until([](const SwarmHosts& h) { return h.running("web") == 3; }, 10));
    CHECK(hosts.now() - begun == Approx(5.5).margin(0.4));
    model::ContainerId newest;
    for (std::size_t i = 0; i < hosts.world().containers.size(); ++i) newest = model::ContainerId{static_cast<std::uint32_t>(i + 1)};
    const auto causes = hosts.causes(hosts.world().container(newest).last_fact);
    INFO(hosts.facts());
    REQUIRE(causes.size() > 3);
    CHECK(causes.front() == "container.start");
    CHECK(causes.back() == "fault.begin");
}

TEST_CASE("power loss of a worker: its tasks run elsewhere 5 s after it is taken for down, and why says so") {
    SwarmHosts hosts(3);
    hosts.form();
    REQUIRE(hosts.create_service(1, "web", 6).status == 201);
    REQUIRE(hosts.until([](const SwarmHosts& h) { return h.running("web") == 6; }, 10));
    hosts.run_for(10);
    const double begun = hosts.now();
    hosts.inject("power-loss h3");
    REQUIRE(hosts.until([](const SwarmHosts& h) { return h.node_state(3) == NodeState::Down; }, 30));
    const double down = hosts.now();
    CHECK(down - begun > 9);
    CHECK(down - begun < 16.7);
    REQUIRE(hosts.until([](const SwarmHosts& h) { return h.containers("web", 1) + h.containers("web", 2) == 6; }, 20));
    CHECK(hosts.now() - down == Approx(5.4).margin(0.4));
    const auto causes = hosts.causes(hosts.world().containers.back().last_fact);
    CHECK(std::find(causes.begin(), causes.end(), "swarm.node_state") != causes.end());
    CHECK(causes.back() == "fault.begin");
    hosts.lift("power-loss h3");
    REQUIRE(hosts.until([](const SwarmHosts& h) { return h.node_state(3) == NodeState::Ready; }, 60));
    hosts.run_for(10);
    CHECK(hosts.containers("web", 3) == 0);  // nothing is moved back
    CHECK(hosts.running("web") == 6);
}

TEST_CASE("a worker that is cut off keeps its containers, and stops them when it is back") {
    SwarmHosts hosts(3);
    hosts.form();
    REQUIRE(hosts.create_service(1, "web", 6).status == 201);
    REQUIRE(hosts.until([](const SwarmHosts& h) { return h.running("web") == 6; }, 10));
    hosts.run_for(10);
    hosts.inject("link-cut h3");
    hosts.run_for(35);
    CHECK(hosts.containers("web") == 8);
    hosts.lift("link-cut h3");
    const double back = hosts.now();
    REQUIRE(hosts.until([](const SwarmHosts& h) { return h.node_state(3) == NodeState::Ready; }, 20));
    REQUIRE(hosts.until([](const SwarmHosts& h) { return h.containers("web") == 6; }, 20));
    CHECK(hosts.now() - back < 12);
    CHECK(hosts.containers("web", 3) == 0);
}

TEST_CASE("drain: tasks move without the delay of a restart, and none comes back") {
    SwarmHosts hosts(3);
    hosts.form();
    REQUIRE(hosts.create_service(1, "web", 3).status == 201);
    REQUIRE(hosts.until([](const SwarmHosts& h) { return h.running("web") == 3; }, 10));
    hosts.run_for(5);
    const auto update = [&hosts](const std::string& availability) {
        const Node& now = *hosts.store().nodes.find(hosts.host(2).node.value);
        return hosts.ask(1, "POST /nodes/" + now.meta.id.text() + "/update?version=" + std::to_string(now.meta.version), R"({"Labels":{},"Role":"worker","Availability":")" + availability + R"("})");
    };
    const double begun = hosts.now();
    const Answer answer = update("drain");
    INFO(answer.body);
    REQUIRE(answer.status == 200);
    REQUIRE(hosts.until([](const SwarmHosts& h) { return h.containers("web", 1) + h.containers("web", 3) == 3; }, 20));
    CHECK(hosts.now() - begun == Approx(1.8).margin(0.5));
    CHECK(hosts.containers("web", 2) == 0);
    REQUIRE(update("active").status == 200);
    hosts.run_for(10);
    CHECK(hosts.containers("web", 2) == 0);
}

TEST_CASE("an agent rejects what has no image, again and again every 5 s") {
    SwarmHosts hosts(1);
    hosts.form();
    hosts.inject("registry-outage docker.io how=refusing");
    REQUIRE(hosts.create_service(1, "web", 1, "", R"({"TaskTemplate":{"ContainerSpec":{"Image":"nosuch:1"}}})").status == 201);
    hosts.run_for(12);
    CHECK(hosts.tasks("web", TaskState::Rejected) >= 2);
    bool told = false;
    hosts.store().tasks.for_each([&told](std::uint32_t, const Task& task) { told = told || task.status.error == "No such image: nosuch:1"; });
    CHECK(told);
}

// dockerd's daemon/cluster/executor/container/controller.go, hasServiceBinding.
TEST_CASE("gossip is waited for before a container on a network is stopped, and not for a port of its host") {
    SwarmHosts hosts(1);
    hosts.form();
    const auto took = [&hosts](const std::string& name, const std::string& more) {
        REQUIRE(hosts.create_service(1, name, 1, "", more).status == 201);
        REQUIRE(hosts.until([&](const SwarmHosts& h) { return h.running(name) == 1; }, 10));
        hosts.run_for(3);
        const double begun = hosts.now();
        REQUIRE(hosts.ask(1, "DELETE /services/" + name).status == 200);
        REQUIRE(hosts.until([&](const SwarmHosts& h) { return h.containers(name) == 0; }, 30));
        return hosts.now() - begun;
    };
    const auto port = [](const std::string& mode) {
        return R"({"EndpointSpec":{"Ports":[{"Protocol":"tcp","TargetPort":80,"PublishedPort":8080,"PublishMode":")" + mode + R"("}]}})";
    };
    const double plain = took("plain", "{}");
    CHECK(took("of-host", port("host")) - plain == Approx(0).margin(0.4));
    CHECK(took("on-bridge", R"({"TaskTemplate":{"Networks":[{"Target":"bridge"}]}})") - plain == Approx(0).margin(0.4));
    CHECK(took("on-mesh", port("ingress")) - plain == Approx(2).margin(0.4));
    CHECK(took("on-host", R"({"TaskTemplate":{"Networks":[{"Target":"host"}]}})") - plain == Approx(2).margin(0.4));
}

TEST_CASE("an engine that restarts in good order takes its tasks' containers with it") {
    SwarmHosts hosts(2);
    hosts.form();
    REQUIRE(hosts.create_service(1, "web", 2).status == 201);
    REQUIRE(hosts.until([](const SwarmHosts& h) { return h.running("web") == 2; }, 10));
    hosts.run_for(3);
    hosts.inject("engine-restart h2");
    REQUIRE(hosts.until([](const SwarmHosts& h) { return h.tasks("web", TaskState::Failed) == 1; }, 30));
    std::string error;
    hosts.store().tasks.for_each([&error](std::uint32_t, const Task& task) {
        if (task.status.state == TaskState::Failed) error = task.status.error;
    });
    CHECK(error.starts_with("No such container: web."));
    CHECK(hosts.node_state(2) == NodeState::Ready);
    REQUIRE(hosts.until([](const SwarmHosts& h) { return h.running("web") == 2; }, 10));
}

// swarm-failure/06 and 10: each of twelve containers was told twice, and said twice that it was stopped.
TEST_CASE("an engine that stops in good order tells tasks' containers twice: its agent does, and it does itself") {
    SwarmHosts hosts(2);
    hosts.form();
    REQUIRE(hosts.create_service(1, "web", 2).status == 201);
    REQUIRE(hosts.until([](const SwarmHosts& h) { return h.running("web") == 2; }, 10));
    hosts.run_for(3);
    const FactId before = hosts.world().kernel.journal().last();
    hosts.inject("engine-restart h2");
    REQUIRE(hosts.until([](const SwarmHosts& h) { return h.tasks("web", TaskState::Failed) == 1; }, 30));
    std::string told;
    hosts.world().kernel.journal().for_each(FactId{before.value + 1}, [&told](const Fact& fact) {
        if (fact.kind == model::kFactContainerKill) told += "kill ";
        if (fact.kind == model::kFactContainerDie) told += "die ";
        if (fact.kind == model::kFactContainerStop) told += "stop ";
        if (fact.kind == model::kFactContainerDestroy) told += "destroy ";
    });
    CHECK(told == "kill kill die stop stop destroy ");
}

// swarm-update/missing-image-r2: the old container goes with the sixth task, though its task ended after the
// first that was rejected. Its end was told once, the other's again when it was not wanted any more.
TEST_CASE("the history of a slot loses first what was not heard of longest") {
    SwarmHosts hosts(1);
    hosts.form();
    hosts.inject("registry-outage docker.io how=refusing");
    REQUIRE(hosts.create_service(1, "web", 1).status == 201);
    REQUIRE(hosts.until([](const SwarmHosts& h) { return h.running("web") == 1; }, 10));
    hosts.run_for(2);
    const Json service = hosts.ask(1, "GET /services/web").json();
    Json spec = service["Spec"];
    spec["TaskTemplate"]["ContainerSpec"]["Image"] = "nosuch:1";
    REQUIRE(hosts.ask(1, "POST /services/web/update?version=" + service["Version"]["Index"].dump(), spec.dump()).status == 200);
    REQUIRE(hosts.until([](const SwarmHosts& h) { return h.store().tasks.count() == 6; }, 60));
    CHECK(hosts.tasks("web", TaskState::Shutdown) == 1);
    hosts.run_for(0.6);
    CHECK(hosts.store().tasks.count() == 5);
    CHECK(hosts.tasks("web", TaskState::Shutdown) == 0);
}

TEST_CASE("an engine that is killed finds its tasks' containers at its next start, and they are complete") {
    SwarmHosts hosts(2);
    hosts.form();
    REQUIRE(hosts.create_service(1, "web", 2).status == 201);
    REQUIRE(hosts.until([](const SwarmHosts& h) { return h.running("web") == 2; }, 10));
    hosts.run_for(3);
    hosts.inject("engine-kill h2");
    hosts.run_for(2);
    CHECK(hosts.containers("web", 2) == 1);
    hosts.lift("engine-kill h2");
    REQUIRE(hosts.until([](const SwarmHosts& h) { return h.tasks("web", TaskState::Complete) == 1; }, 30));
    REQUIRE(hosts.until([](const SwarmHosts& h) { return h.running("web") == 2; }, 10));
}

TEST_CASE("a removed service's containers get TERM a second later and are gone") {
    SwarmHosts hosts(2);
    hosts.form();
    REQUIRE(hosts.create_service(1, "web", 4).status == 201);
    REQUIRE(hosts.until([](const SwarmHosts& h) { return h.running("web") == 4; }, 10));
    const double begun = hosts.now();
    REQUIRE(hosts.ask(1, "DELETE /services/web").status == 200);
    REQUIRE(hosts.until([](const SwarmHosts& h) { return h.containers("web") == 0; }, 20));
    CHECK(hosts.now() - begun == Approx(1.3).margin(0.4));
    REQUIRE(hosts.until([](const SwarmHosts& h) { return h.store().tasks.count() == 0; }, 20));
    hosts.run_for(12);  // until the timers of the stops' grace are over, too
    for (const model::Host& host : hosts.world().hosts) CHECK(host.engine.by_name.empty());
    INFO(hosts.ahead());
    CHECK(hosts.is_quiet());
}

TEST_CASE("a health-checked task is starting until it is healthy") {
    SwarmHosts hosts(1);
    hosts.form();
    REQUIRE(hosts.create_service(1, "web", 1, "", R"({"TaskTemplate":{"ContainerSpec":{"Healthcheck":{"Test":["CMD-SHELL","test -e /ok"],"Interval":1000000000,"Retries":10},"Command":["sh","-c","trap 'exit 0' TERM; sleep 3.5; : > /ok; while :; do sleep 0.2; done"]}}})").status == 201);
    hosts.run_for(3);
    CHECK(hosts.tasks("web", TaskState::Starting) == 1);
    REQUIRE(hosts.until([](const SwarmHosts& h) { return h.running("web") == 1; }, 5));
    CHECK(hosts.now() > 4);
}

TEST_CASE("a task that becomes unhealthy is stopped and replaced") {
    SwarmHosts hosts(1);
    hosts.form();
    REQUIRE(hosts.create_service(1, "web", 1, "", R"({"TaskTemplate":{"ContainerSpec":{"Healthcheck":{"Test":["CMD-SHELL","test ! -e /bad"],"Interval":1000000000,"Retries":2},"Command":["sh","-c","trap 'exit 3' TERM; sleep 3; : > /bad; while :; do sleep 0.2; done"]}}})").status == 201);
    REQUIRE(hosts.until([](const SwarmHosts& h) { return h.running("web") == 1; }, 5));
    REQUIRE(hosts.until([](const SwarmHosts& h) { return h.tasks("web", TaskState::Failed) == 1; }, 10));
    std::string error;
    hosts.store().tasks.for_each([&error](std::uint32_t, const Task& task) {
        if (task.status.state == TaskState::Failed) error = task.status.error;
    });
    CHECK(error == "task: non-zero exit (3): dockerexec: unhealthy container");
    REQUIRE(hosts.until([](const SwarmHosts& h) { return h.running("web") == 1; }, 10));
}

TEST_CASE("templates: environment and host name say who a task is") {
    SwarmHosts hosts(2);
    hosts.form();
    REQUIRE(hosts.create_service(1, "web", 2, "", R"({"TaskTemplate":{"ContainerSpec":{"Hostname":"{{.Service.Name}}-{{.Task.Slot}}","Env":["NODE={{.Node.Hostname}}"]}}})").status == 201);
    REQUIRE(hosts.until([](const SwarmHosts& h) { return h.running("web") == 2; }, 10));
    for (std::uint32_t host = 1; host <= 2; ++host) {
        const model::ContainerId one = container_on(hosts, "web", host);
        const auto& spec = hosts.world().spec(hosts.world().container(one));
        CHECK(spec.hostname == std::string(hosts.world().name_of(one).substr(0, 5)).replace(3, 1, "-"));
        CHECK(spec.environment == std::vector<std::string>{"NODE=h" + std::to_string(host)});
    }
}

TEST_CASE("a removed node's tasks are orphaned, run elsewhere, and stop where they were") {
    SwarmHosts hosts(3);
    hosts.form();
    REQUIRE(hosts.create_service(1, "web", 3).status == 201);
    REQUIRE(hosts.until([](const SwarmHosts& h) { return h.running("web") == 3; }, 10));
    hosts.run_for(3);
    const std::string node = hosts.store().nodes.find(hosts.host(3).node.value)->meta.id;
    CHECK(hosts.ask(1, "DELETE /nodes/" + node).message() == "rpc error: code = FailedPrecondition desc = node " + node + " is not down and can't be removed");
    REQUIRE(hosts.ask(1, "DELETE /nodes/" + node + "?force=1").status == 200);
    REQUIRE(hosts.until([](const SwarmHosts& h) { return h.containers("web", 3) == 0; }, 10));
    REQUIRE(hosts.until([](const SwarmHosts& h) { return h.containers("web", 1) + h.containers("web", 2) == 3; }, 10));
}

TEST_CASE("a copy in the middle of things goes on alike, and one seed gives one run") {
    const auto run = [](SwarmHosts& hosts) {
        hosts.inject("power-loss h3");
        hosts.run_for(40);
        hosts.lift("power-loss h3");
        hosts.run_for(60);
    };
    SwarmHosts hosts(4, 7);
    hosts.form(3);
    REQUIRE(hosts.create_service(1, "web", 6).status == 201);
    hosts.run_for(0.35);
    SwarmHosts copy = hosts;
    SwarmHosts again(4, 7);
    again.form(3);
    REQUIRE(again.create_service(1, "web", 6).status == 201);
    again.run_for(0.35);
    run(hosts);
    run(copy);
    run(again);
    CHECK(hosts.fingerprint() == copy.fingerprint());
    CHECK(hosts.fingerprint() == again.fingerprint());
    CHECK(hosts.running("web") == 6);
}

}  // namespace podium::swarm
