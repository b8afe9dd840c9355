// Rolling updates on hosts, where tasks serve on networks and their containers take their time.

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <fmt/format.h>

#include "tests/swarm_hosts/fixture.hpp"

namespace podium::swarm {
namespace {

struct Case {
    const char* order;
    const char* publish;  // the mode; empty: no port
    std::uint32_t replicas;
    const char* image;
    const char* command;
};

std::string text_of(const Case& one) { return fmt::format("{} {} {} {} {}", one.order, one.publish, one.replicas, one.image, one.command); }

Json service_of(SwarmHosts& hosts) { return hosts.ask(1, "GET /services/web").json(); }

}  // namespace

// swarm-update/fail-rollback-r3 and fail-rollback-startfirst-r3: rolled back 0.1 to 0.2 s after the failure, and complete 4.9 s later.
TEST_CASE("updates on hosts: one that fails is rolled back and says so, whatever its order, its ports and what is wrong with it") {
    std::vector<Case> cases;
    for (const char* order : {"start-first", "stop-first"}) {
        for (const char* publish : {"ingress", "host", ""}) {
            for (const std::uint32_t replicas : {1U, 3U}) {
                cases.push_back({order, publish, replicas, "nosuch:1", "sleep 1000"});
                cases.push_back({order, publish, replicas, "busybox", "exit 1"});
                cases.push_back({order, publish, replicas, "busybox", "sleep 3; exit 1"});
            }
        }
    }
    for (const Case& one : cases) {
        // With a port of the host each the second task beside the first finds no room.
        if (std::string(one.publish) == "host" && std::string(one.order) == "start-first" && one.replicas == 3) continue;
        INFO(text_of(one));
        SwarmHosts hosts(3);
        hosts.form();
        Json more;
        more["UpdateConfig"] = Json{{"Parallelism", 1}, {"FailureAction", "rollback"}, {"Order", one.order}};
        if (*one.publish != 0) more["EndpointSpec"]["Ports"] = Json::array({Json{{"Protocol", "tcp"}, {"TargetPort", 80}, {"PublishedPort", 8080}, {"PublishMode", one.publish}}});
        REQUIRE(hosts.create_service(1, "web", one.replicas, "", more.dump()).status == 201);
        REQUIRE(hosts.until([&](const SwarmHosts& h) { return h.running("web") == one.replicas; }, 20));
        hosts.run_for(5);
        Json service = service_of(hosts);
        Json& container = service["Spec"]["TaskTemplate"]["ContainerSpec"];
        const Json former = container;
        container["Image"] = one.image;
        container["Command"] = Json::array({"sh", "-c", one.command});
        REQUIRE(hosts.ask(1, fmt::format("POST /services/web/update?version={}", service["Version"]["Index"].dump()), service["Spec"].dump()).status == 200);
        // A task that waits for its port when it is told to stop holds its slot up for a minute (swarmkit restart.go, waitStop).
        hosts.run_for(std::string(one.publish) == "host" ? 150 : 60);
        const Json after = service_of(hosts);
        CHECK(after["UpdateStatus"]["State"] == "rollback_completed");
        CHECK(after["UpdateStatus"]["Message"] == "rollback completed");
        CHECK(after["Spec"]["TaskTemplate"]["ContainerSpec"] == former);
        CHECK(hosts.running("web") == one.replicas);
    }
}

}  // namespace podium::swarm
