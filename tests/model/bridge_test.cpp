#include <catch2/catch.hpp>

#include "tests/model/answers_fixture.hpp"

namespace podium::model {
namespace {

ContainerSpec on(const std::string& network,
                 std::vector<std::string> aliases = {},
                 const std::string& address = "") {
    ContainerSpec spec = EngineWorld::shell_spec();
    spec.network_mode = network;
    spec.endpoints = {{network, std::move(aliases), address}};
    return spec;
}

ContainerSpec publishing(std::uint16_t host_port, std::uint16_t port) {
    ContainerSpec spec = EngineWorld::shell_spec();
    PortBinding binding;
    binding.host_port = host_port;
    binding.container_port = port;
    spec.ports = {binding};
    return spec;
}

// "connect net1", "disconnect net1", …: the network facts since the start.
std::vector<std::string> network_facts(const World& world) {
    std::vector<std::string> out;
    for (FactId id = world.kernel.journal().first(); id <= world.kernel.journal().last();
         ++id.value) {
        const Fact fact = world.kernel.journal().at(id);
        const char* action = nullptr;
        if (fact.kind == kFactNetworkCreate) action = "create ";
        if (fact.kind == kFactNetworkDestroy) action = "destroy ";
        if (fact.kind == kFactNetworkConnect) action = "connect ";
        if (fact.kind == kFactNetworkDisconnect) action = "disconnect ";
        if (action != nullptr)
            out.push_back(action + std::string(world.kernel.text(StringId{fact.words[0]})));
    }
    return out;
}

using Facts = std::vector<std::string>;

}  // namespace

TEST_CASE("networks: a new host has none, host and bridge, the latter at 172.17.0.0/16") {
    EngineWorld w;
    std::vector<std::string> names;
    for (const BridgeId id : networks_of(w.world, w.host))
        names.push_back(w.world.bridge(id).name);
    CHECK(names == Facts{"none", "host", "bridge"});
    CHECK(w.world.bridge(w.bridge("bridge")).subnet.text() == "172.17.0.0/16");
    CHECK(w.world.bridge(w.bridge("bridge")).gateway.text() == "172.17.0.1");
    CHECK(network_facts(w.world).empty());
}

TEST_CASE("networks: new ones get the next subnets, or the one asked for") {
    EngineWorld w;
    CHECK(w.world.bridge(w.network("net1")).subnet.text() == "172.18.0.0/16");
    CHECK(w.world.bridge(w.network("net2", "10.99.0.0/24")).gateway.text() == "10.99.0.1");
    CHECK(w.world.bridge(w.network("net3")).subnet.text() == "172.19.0.0/16");
    CHECK(network_facts(w.world) == Facts{"create net1", "create net2", "create net3"});
}

TEST_CASE("networks: what cannot be made is refused in the engine's words") {
    EngineWorld w;
    w.network("net1");
    const auto refused = [&](NetworkSpec spec) {
        return create_network(w.world, w.host, spec).refusal;
    };
    CHECK(refused({.name = "net1"}) == Refusal{409, "network with name net1 already exists"});
    CHECK(refused({.name = "bridge"}) ==
          Refusal{403, "operation is not permitted on predefined bridge network "});
    CHECK(refused({.name = "x", .driver = "nosuch"}) ==
          Refusal{404, "plugin \"nosuch\" not found"});
    CHECK(refused({.name = "x", .driver = "host"}) ==
          Refusal{403, "only one instance of \"host\" network is allowed"});
    CHECK(refused({.name = "x", .subnet = "172.18.3.0/24"}) ==
          Refusal{403, "Pool overlaps with other one on this address space"});
    CHECK(refused({.name = "x", .subnet = "nonsense"}) == Refusal{500, "Invalid subnet nonsense : invalid CIDR address: nonsense"});
    CHECK(refused({.name = "x", .gateway = "10.1.0.1"}) == Refusal{500, "Invalid subnet  : invalid CIDR address: "});
    CHECK(refused({.name = "x", .subnet = "10.1.0.0/24", .gateway = "door"}) == Refusal{400, "invalid gateway address door in Ipam configuration"});
    CHECK(refused({.name = "x", .subnet = "10.1.0.0/24", .ip_range = "some"}) ==
          Refusal{500, "failed to parse pool request for address space \"LocalDefault\" pool \"10.1.0.0/24\" subpool \"some\": Invalid Address SubPool"});
    CHECK(refused({.name = "x", .subnet = "10.1.0.0/24", .ip_range = "10.2.0.0/24"}).status == 501);
    CHECK(refused({.name = "x", .subnet = "10.1.0.0/24", .gateway = "10.2.0.1"}) ==
          Refusal{500, "failed to allocate gateway (10.2.0.1): Requested address is out of range"});
    // Nothing was kept of what was refused.
    CHECK(refused({.name = "x", .subnet = "10.1.0.0/24"}).status == 0);
}

TEST_CASE("networks: two of one name can be told apart by id only") {
    EngineWorld w;
    const BridgeId first = w.network("net1");
    NetworkSpec again;
    again.name = "net1";
    again.check_duplicate = false;
    const BridgeId second = create_network(w.world, w.host, again).bridge;
    Refusal refusal;
    CHECK_FALSE(find_network(w.world, w.host, "net1", refusal));
    CHECK(refusal.message == "network net1 is ambiguous (2 matches found on name)");
    CHECK(find_network(w.world, w.host, w.world.bridge(second).id, refusal) == second);
    CHECK(remove_network(w.world, w.host, second).status == 0);
    CHECK(w.bridge("net1") == first);
}

TEST_CASE("networks: found by name, id and the beginning of an id") {
    EngineWorld w;
    const BridgeId id = w.network("net1");
    Refusal refusal;
    CHECK(find_network(w.world, w.host, w.world.bridge(id).id.substr(0, 12), refusal) == id);
    CHECK_FALSE(find_network(w.world, w.host, "nosuch", refusal));
    CHECK(refusal == Refusal{404, "network nosuch not found"});
}

TEST_CASE("networks: removed only when no running container is on them") {
    EngineWorld w;
    const BridgeId id = w.network("net1");
    const ContainerId web = w.made(on("net1"), "web");
    REQUIRE(w.start(web).status == 0);
    CHECK(remove_network(w.world, w.host, id) ==
          Refusal{403,
                  "error while removing network: network net1 id " + w.world.bridge(id).id +
                      " has active endpoints"});
    w.stop(web);
    CHECK(remove_network(w.world, w.host, id).status == 0);
    CHECK(remove_network(w.world, w.host, w.bridge("bridge")) ==
          Refusal{403, "bridge is a pre-defined network and cannot be removed"});
}

TEST_CASE("endpoints: an address is taken at the start and given back at the exit") {
    EngineWorld w;
    const ContainerId one = w.made(EngineWorld::shell_spec(), "one");
    const ContainerId two = w.made(EngineWorld::shell_spec(), "two");
    CHECK_FALSE(w.world.detail(one).endpoints.at(0).ipv4);
    REQUIRE(w.start(two).status == 0);
    REQUIRE(w.start(one).status == 0);
    CHECK(w.address(two) == "172.17.0.2");
    CHECK(w.address(one) == "172.17.0.3");
    w.stop(two);
    w.stop(one);
    REQUIRE(w.start(one).status == 0);
    CHECK(w.address(one) == "172.17.0.2");
    CHECK(network_facts(w.world) == Facts{"connect bridge",
                                          "connect bridge",
                                          "disconnect bridge",
                                          "disconnect bridge",
                                          "connect bridge"});
}

TEST_CASE("endpoints: the last fact of a container is its network's") {
    EngineWorld w;
    const ContainerId one = w.made(EngineWorld::shell_spec(), "one");
    REQUIRE(w.start(one).status == 0);
    w.stop(one);
    CHECK(w.world.kernel.journal().at(w.world.container(one).last_fact).kind ==
          kFactNetworkDisconnect);
}

TEST_CASE("endpoints: asked-for addresses need a network with a subnet of one's own") {
    EngineWorld w;
    w.network("net1");
    w.network("net2", "10.99.0.0/24");
    const ContainerId a = w.made(on("net1", {}, "172.18.0.9"), "aa");
    const ContainerId b = w.made(on("net2", {}, "10.99.0.9"), "bb");
    const ContainerId c = w.made(on("net2", {}, "10.99.0.9"), "cc");
    const ContainerId d = w.made(on("bridge", {"db"}), "dd");
    CHECK(w.start(a).message ==
          "user specified IP address is supported only when connecting to networks with user "
          "configured subnets");
    CHECK(w.start(b).status == 0);
    CHECK(w.address(b) == "10.99.0.9");
    CHECK(w.start(c) == Refusal{403, "Address already in use"});
    CHECK(
        w.start(d) ==
        Refusal{400,
                "network-scoped alias is supported only for containers in user defined networks"});
}

TEST_CASE(
    "endpoints: an unknown network is found out at the start, and looked for by name until then") {
    EngineWorld w;
    const ContainerId a = w.made(on("later"), "aa");
    CHECK(w.start(a) == Refusal{404, "network later not found"});
    w.network("later");
    CHECK(w.start(a).status == 0);
}

TEST_CASE("endpoints: a network that was removed and made again is another one") {
    EngineWorld w;
    const BridgeId first = w.network("net1");
    const ContainerId a = w.made(on("net1"), "aa");
    REQUIRE(w.start(a).status == 0);
    w.stop(a);
    REQUIRE(remove_network(w.world, w.host, first).status == 0);
    w.network("net1");
    CHECK(w.start(a) == Refusal{404, "network " + w.world.bridge(first).id + " not found"});
}

TEST_CASE("endpoints: the ports of a stopped container are free, those of a running one are not") {
    EngineWorld w;
    const ContainerId a = w.made(publishing(8080, 80), "aa");
    const ContainerId b = w.made(publishing(8080, 80), "bb");
    REQUIRE(w.start(a).status == 0);
    const Refusal refusal = w.start(b);
    const std::string endpoint = endpoint_id_text(w.world, b, w.world.detail(b).endpoints.at(0));
    CHECK(refusal ==
          Refusal{500,
                  "driver failed programming external connectivity on endpoint bb (" + endpoint +
                      "): Bind for 0.0.0.0:8080 failed: port is already allocated"});
    // As recorded: the engine takes the sandbox of the failed start down and says so.
    CHECK(network_facts(w.world) == Facts{"connect bridge", "disconnect bridge"});
    CHECK_FALSE(w.world.detail(b).endpoints.at(0).ipv4);
    w.stop(a);
    CHECK(w.start(b).status == 0);
    CHECK(w.world.detail(b).ports.size() == 2);
}

TEST_CASE("endpoints: publish-all binds what the image exposes to ports from 32768 on") {
    EngineWorld w;
    ContainerSpec spec;
    spec.image = "keeper";
    spec.publish_all = true;
    const ContainerId a = w.made(spec, "aa");
    REQUIRE(w.start(a).status == 0);
    REQUIRE(w.world.detail(a).ports.size() == 2);
    CHECK(w.world.detail(a).ports[0].container_port == 6379);
    CHECK(w.world.detail(a).ports[0].host_port >= 32768);
}

TEST_CASE("endpoints: ports are for the first network that leads outside") {
    EngineWorld w;
    NetworkSpec closed;
    closed.name = "closed";
    closed.internal = true;
    REQUIRE(create_network(w.world, w.host, closed).refusal.status == 0);
    ContainerSpec spec = publishing(8080, 80);
    spec.network_mode = "closed";
    const ContainerId a = w.made(spec, "aa");
    REQUIRE(w.start(a).status == 0);
    CHECK(w.world.detail(a).ports.empty());
    REQUIRE(attach_endpoint(w.world, a, w.network("net1"), {}).status == 0);
    CHECK(w.world.detail(a).ports.size() == 2);
    REQUIRE(detach_endpoint(w.world, a, w.bridge("net1")).status == 0);
    CHECK(w.world.detail(a).ports.empty());
}

TEST_CASE("endpoints: ports are bound for the network that is the gateway, which its name decides") {
    EngineWorld w;
    // Where a network publishes tells which one it is: at its own gateway.
    const auto network = [&w](const std::string& name, const std::string& subnet, const std::string& published_at, bool internal) {
        NetworkSpec spec;
        spec.name = name;
        spec.subnet = subnet;
        spec.internal = internal;
        if (!published_at.empty()) spec.options = {{"com.docker.network.bridge.host_binding_ipv4", published_at}};
        REQUIRE(create_network(w.world, w.host, spec).refusal.status == 0);
    };
    network("zoo", "10.1.0.0/16", "10.1.0.1", false);
    network("alpha", "10.2.0.0/16", "10.2.0.1", false);
    network("aa-closed", "10.3.0.0/16", "", true);
    ContainerSpec spec = publishing(8080, 80);
    spec.network_mode = "zoo";
    spec.endpoints = {{"zoo", {}, ""}, {"alpha", {}, ""}, {"aa-closed", {}, ""}};
    const ContainerId a = w.made(spec, "aa");
    const auto address = [&] { return w.world.detail(a).ports.empty() ? "" : w.world.detail(a).ports.front().host_ip; };
    REQUIRE(w.start(a).status == 0);
    CHECK(address() == "10.2.0.1");
    REQUIRE(detach_endpoint(w.world, a, w.bridge("alpha")).status == 0);
    CHECK(address() == "10.1.0.1");
    REQUIRE(attach_endpoint(w.world, a, w.bridge("alpha"), {}).status == 0);
    CHECK(address() == "10.2.0.1");
    CHECK(w.world.detail(a).ports.size() == 1);
    REQUIRE(detach_endpoint(w.world, a, w.bridge("zoo")).status == 0);
    CHECK(address() == "10.2.0.1");
    // One that comes later by name changes nothing.
    REQUIRE(attach_endpoint(w.world, a, w.bridge("zoo"), {}).status == 0);
    CHECK(address() == "10.2.0.1");
    w.stop(a);
    CHECK(address().empty());
    REQUIRE(detach_endpoint(w.world, a, w.bridge("alpha")).status == 0);
    CHECK(address().empty());
    REQUIRE(w.start(a).status == 0);
    CHECK(address() == "10.1.0.1");
}

TEST_CASE("endpoints: ports stay where they are when the new gateway cannot have them") {
    EngineWorld w;
    NetworkSpec spec;
    spec.name = "alpha";
    spec.subnet = "10.2.0.0/16";
    spec.options = {{"com.docker.network.bridge.host_binding_ipv4", "10.2.0.1"}};
    REQUIRE(create_network(w.world, w.host, spec).refusal.status == 0);
    NetworkSpec plain;
    plain.name = "web";
    plain.subnet = "10.4.0.0/16";
    plain.options = {{"com.docker.network.bridge.host_binding_ipv4", "10.4.0.1"}};
    REQUIRE(create_network(w.world, w.host, plain).refusal.status == 0);
    ContainerSpec first = publishing(8080, 80);
    first.network_mode = "alpha";
    const ContainerId a = w.made(first, "aa");
    REQUIRE(w.start(a).status == 0);
    ContainerSpec second = publishing(8080, 80);
    second.network_mode = "web";
    const ContainerId b = w.made(second, "bb");
    REQUIRE(w.start(b).status == 0);
    const Refusal refusal = attach_endpoint(w.world, b, w.bridge("alpha"), {});
    CHECK(refusal.status == 500);
    CHECK(refusal.message.ends_with("): Bind for 10.2.0.1:8080 failed: port is already allocated"));
    REQUIRE(w.world.detail(b).ports.size() == 1);
    CHECK(w.world.detail(b).ports.front().host_ip == "10.4.0.1");
    CHECK(w.world.detail(b).endpoints.size() == 1);
}

TEST_CASE("connect and disconnect: a container that does not run tells only of the latter") {
    EngineWorld w;
    const BridgeId net1 = w.network("net1");
    const ContainerId a = w.made(on("net1", {"db"}), "aa");
    REQUIRE(detach_endpoint(w.world, a, net1).status == 0);
    REQUIRE(attach_endpoint(w.world, a, net1, {"net1", {"db", "x"}, ""}).status == 0);
    CHECK(network_facts(w.world) == Facts{"create net1", "disconnect net1"});
    REQUIRE(w.start(a).status == 0);
    CHECK(network_facts(w.world).back() == "connect net1");
    const std::string id = short_id(container_id_text(w.world, a));
    CHECK(w.world.detail(a).endpoints.at(0).aliases == Facts{"db", "x", id});
}

TEST_CASE("connect and disconnect: a running container is on the network at once") {
    EngineWorld w;
    const BridgeId net1 = w.network("net1");
    const ContainerId a = w.made(EngineWorld::shell_spec(), "aa");
    REQUIRE(w.start(a).status == 0);
    REQUIRE(attach_endpoint(w.world, a, net1, {}).status == 0);
    CHECK(w.address(a, 1) == "172.18.0.2");
    CHECK(attach_endpoint(w.world, a, net1, {}) ==
          Refusal{403, "endpoint with name aa already exists in network net1"});
    REQUIRE(detach_endpoint(w.world, a, net1).status == 0);
    CHECK(network_facts(w.world) ==
          Facts{"create net1", "connect bridge", "connect net1", "disconnect net1", "disconnect net1"});
    CHECK(detach_endpoint(w.world, a, net1) ==
          Refusal{
              500,
              "container " + container_id_text(w.world, a) + " is not connected to network net1"});
    CHECK_FALSE(network_in_use(w.world, net1));
}

TEST_CASE("connect and disconnect: host and none stay alone") {
    EngineWorld w;
    const BridgeId net1 = w.network("net1");
    const ContainerId host = w.made(on("host"), "hh");
    const ContainerId none = w.made(on("none"), "nn");
    REQUIRE(w.start(host).status == 0);
    REQUIRE(w.start(none).status == 0);
    CHECK_FALSE(w.world.detail(host).endpoints.at(0).ipv4);
    CHECK(attach_endpoint(w.world, host, net1, {}).status == 400);
    CHECK(attach_endpoint(w.world, none, net1, {}).message ==
          "container cannot be connected to multiple networks with one of the networks in private "
          "(none) mode");
    CHECK(detach_endpoint(w.world, host, w.bridge("host")).message ==
          "container cannot be disconnected from host network or connected to host network");
}

TEST_CASE("network mode container: needs a running container and has no endpoint of its own") {
    EngineWorld w;
    const ContainerId a = w.made(EngineWorld::shell_spec(), "aa");
    ContainerSpec spec = EngineWorld::shell_spec();
    spec.network_mode = "container:aa";
    const ContainerId b = w.made(spec, "bb");
    CHECK(w.start(b) == Refusal{409,
                                "cannot join network of a non running container: " +
                                    container_id_text(w.world, a)});
    REQUIRE(w.start(a).status == 0);
    CHECK(w.start(b).status == 0);
    CHECK(w.world.detail(b).endpoints.empty());
    CHECK(network_owner(w.world, b) == a);
    CHECK(hostname_of(w.world, b) == hostname_of(w.world, a));
}

TEST_CASE("endpoints: a full network refuses the start") {
    EngineWorld w;
    w.network("tiny", "10.99.0.0/30");
    const ContainerId a = w.made(on("tiny"), "aa");
    const ContainerId b = w.made(on("tiny"), "bb");
    REQUIRE(w.start(a).status == 0);
    CHECK(w.start(b).status == 500);
    w.stop(a);
    CHECK(w.start(b).status == 0);
}

TEST_CASE(
    "names: user-defined networks know names, aliases and short ids; the default bridge none") {
    EngineWorld w;
    w.network("net1");
    const ContainerId web = w.made(on("net1"), "web");
    const ContainerId db = w.made(on("net1", {"database"}), "db");
    const ContainerId out = w.made(EngineWorld::shell_spec(), "out");
    for (const ContainerId id : {web, db, out})
        REQUIRE(w.start(id).status == 0);
    const auto resolve = [&](ContainerId from, const std::string& name) {
        return resolve_name(w.world, w.host, from, name);
    };
    for (const std::string& name : {std::string("db"),
                                    std::string("DB"),
                                    std::string("database"),
                                    std::string("db.net1"),
                                    short_id(container_id_text(w.world, db))}) {
        INFO(name);
        const Resolved found = resolve(web, name);
        CHECK(found.found);
        CHECK(found.ipv4.text() == "172.18.0.3");
        CHECK(found.containers == std::vector<ContainerId>{db});
    }
    CHECK_FALSE(resolve(out, "db").found);
    CHECK_FALSE(resolve(web, "out").found);
    CHECK_FALSE(resolve({}, "db").found);
    CHECK(resolve(web, "localhost").ipv4.text() == "127.0.0.1");
    CHECK(resolve(out, short_id(container_id_text(w.world, out))).ipv4.text() == "172.17.0.2");
    w.stop(db);
    CHECK_FALSE(resolve(web, "db").found);
}

TEST_CASE("names: an alias that several share means all of them, in order of their addresses") {
    EngineWorld w;
    w.network("net1");
    const ContainerId one = w.made(on("net1", {"app"}), "one");
    const ContainerId two = w.made(on("net1", {"app"}), "two");
    REQUIRE(w.start(two).status == 0);
    REQUIRE(w.start(one).status == 0);
    const Resolved found = resolve_name(w.world, w.host, one, "app");
    CHECK(found.containers == std::vector<ContainerId>{two, one});
    CHECK(found.ipv4.text() == "172.18.0.2");
}

TEST_CASE("names: localhost is the network namespace one lives in") {
    EngineWorld w;
    ContainerSpec shared = EngineWorld::shell_spec();
    shared.network_mode = "container:own";
    const ContainerId own = w.made(EngineWorld::shell_spec(), "own");
    REQUIRE(w.start(own).status == 0);
    const ContainerId guest = w.made(shared, "guest");
    REQUIRE(w.start(guest).status == 0);
    const ContainerId host = w.made(on("host"), "hosted");
    REQUIRE(w.start(host).status == 0);
    const auto local = [&](ContainerId from, const std::string& name) {
        return resolve_name(w.world, w.host, from, name);
    };
    CHECK(local(own, "localhost").containers == std::vector<ContainerId>{own});
    CHECK(local(guest, "127.0.0.1").containers == std::vector<ContainerId>{own});
    CHECK(local(host, "localhost").host == w.host);
    CHECK(local(host, "localhost").containers.empty());
    CHECK(local({}, "127.0.0.2").host == w.host);
    CHECK_FALSE(network_namespace(w.world, host));
}

TEST_CASE("names: extra hosts, addresses and other hosts") {
    EngineWorld w;
    HostSpec other;
    other.name = "other";
    other.address = "192.168.65.4";
    const HostId second = add_host(w.world, other);
    ContainerSpec spec = EngineWorld::shell_spec();
    spec.extra_hosts = {"outside:203.0.113.7", "host.docker.internal:host-gateway"};
    const ContainerId a = w.made(spec, "aa");
    REQUIRE(w.start(a).status == 0);
    CHECK(resolve_name(w.world, w.host, a, "outside").ipv4.text() == "203.0.113.7");
    const Resolved gateway = resolve_name(w.world, w.host, a, "host.docker.internal");
    CHECK(gateway.ipv4.text() == "172.17.0.1");
    CHECK(gateway.host == w.host);
    CHECK(resolve_name(w.world, w.host, {}, "other").host == second);
    CHECK(resolve_name(w.world, w.host, a, "192.168.65.4").host == second);
    CHECK(resolve_name(w.world, w.host, {}, "172.17.0.2").containers ==
          std::vector<ContainerId>{a});
}

}  // namespace podium::model
