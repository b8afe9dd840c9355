#include <catch2/catch.hpp>

#include <set>
#include <string>
#include <vector>

#include "sim/model/address.hpp"
#include "sim/model/object_id.hpp"

namespace podium::model {
namespace {

Subnet subnet(std::string_view text) { return parse_subnet(text).value(); }
Ipv4 address(std::string_view text) { return parse_ipv4(text).value(); }

PortBinding binding(std::uint16_t host, std::uint16_t container, std::string host_ip = {}, std::string protocol = "tcp") {
    PortBinding made;
    made.host_ip = std::move(host_ip);
    made.host_port = host;
    made.container_port = container;
    made.protocol = std::move(protocol);
    return made;
}

std::vector<std::string> rows(const std::vector<PublishedPort>& ports) {
    std::vector<std::string> out;
    for (const PublishedPort& port : ports) out.push_back(port.host_ip + " " + std::to_string(port.host_port));
    return out;
}

}  // namespace

TEST_CASE("ids: 64 hexadecimal digits that depend on kind, name and ordinal only") {
    const std::string id = make_id("container", "web", 1);
    CHECK(id.size() == 64);
    CHECK(id.find_first_not_of("0123456789abcdef") == std::string::npos);
    CHECK(id == make_id("container", "web", 1));
    CHECK(id != make_id("container", "web", 2));
    CHECK(id != make_id("network", "web", 1));
    CHECK(id != make_id("container", "web1", 1));
    CHECK(short_id(make_digest("image", "nginx", 0)) == make_id("image", "nginx", 0).substr(0, 12));
}

TEST_CASE("ids: short forms of many objects differ and are never all decimal digits") {
    std::set<std::string> seen;
    for (std::uint64_t i = 0; i < 20'000; ++i) {
        const std::string id = short_id(make_id("container", "web", i));
        CHECK(id.find_first_of("abcdef") != std::string::npos);
        seen.insert(id);
    }
    CHECK(seen.size() == 20'000);
}

TEST_CASE("ids: written down once, so that they stay the same between versions and compilers") {
    CHECK(make_id("container", "web", 1) == "f776420b88486d63cb66f797cfac44acc3efd1c9c8a257fbbe4513b6a2e92d09");
}

TEST_CASE("addresses: text is read strictly and written back") {
    CHECK(address("172.17.0.2").text() == "172.17.0.2");
    CHECK(address("255.255.255.255").value == 0xFFFFFFFFU);
    for (const char* wrong : {"", "1.2.3", "1.2.3.4.5", "1.2.3.256", "1.2.3.-4", "01.2.3.4", "1.2.3.x", "1..2.3"})
        CHECK_FALSE(parse_ipv4(wrong).ok());
    CHECK(subnet("172.28.5.9/16").text() == "172.28.0.0/16");
    CHECK(subnet("0.0.0.0/0").contains(address("9.9.9.9")));
    CHECK(subnet("10.0.0.0/24").broadcast().text() == "10.0.0.255");
    CHECK(subnet("10.0.0.0/24").overlaps(subnet("10.0.0.0/8")));
    CHECK_FALSE(subnet("10.0.0.0/24").overlaps(subnet("10.0.1.0/24")));
    for (const char* wrong : {"10.0.0.0", "10.0.0.0/33", "10.0.0/8", "10.0.0.0/-1", "x/8"})
        CHECK_FALSE(parse_subnet(wrong).ok());
}

TEST_CASE("addresses: a MAC address comes from the IP address, as recorded from the engine") {
    CHECK(mac_from_ip(address("172.17.0.2")) == "02:42:ac:11:00:02");
    CHECK(mac_from_ip(address("10.0.1.11")) == "02:42:0a:00:01:0b");
}

TEST_CASE("subnets: 172.17 for docker0, 172.18 to 172.31 and then 192.168 in twentieths, then no more") {
    SubnetPools pools;
    CHECK(pools.take(pools.first_free_of_routes())->text() == "172.17.0.0/16");
    for (int second = 18; second <= 31; ++second) CHECK(pools.take()->text() == "172." + std::to_string(second) + ".0.0/16");
    for (int third = 0; third < 256; third += 16)
        CHECK(pools.take()->text() == "192.168." + std::to_string(third) + ".0/20");
    const auto none = pools.take();
    REQUIRE_FALSE(none.ok());
    CHECK(none.refusal().message.find("could not find an available, non-overlapping IPv4 address pool") == 0);
}

TEST_CASE("subnets: a freed one is used again only after a round, or after the engine's restart") {
    SubnetPools pools;
    CHECK(pools.take(subnet("172.17.0.0/16")).ok());
    const Subnet first = *pools.take();
    pools.release(first);
    CHECK(pools.take()->text() == "172.19.0.0/16");
    pools.restart_engine();
    CHECK(pools.take().value() == first);
}

TEST_CASE("subnets: what the host has a route to is not given by default, but may be chosen") {
    SubnetPools pools;
    pools.add_host_route(subnet("172.17.0.0/20"));
    pools.add_host_route(subnet("172.18.0.0/16"));
    CHECK(pools.first_free_of_routes().text() == "172.19.0.0/16");
    CHECK(pools.take()->text() == "172.19.0.0/16");
    CHECK(pools.take(subnet("172.18.0.0/16")).ok());
}

TEST_CASE("subnets: an overlap with a network in use is refused with the engine's sentence") {
    SubnetPools pools;
    CHECK(pools.take(subnet("10.99.0.0/24")).ok());
    const auto overlapping = pools.take(subnet("10.99.0.128/25"));
    REQUIRE_FALSE(overlapping.ok());
    CHECK(overlapping.refusal() == Refusal{403, "Pool overlaps with other one on this address space"});
    pools.release(subnet("10.99.0.0/24"));
    CHECK(pools.take(subnet("10.99.0.128/25")).ok());
}

TEST_CASE("subnets: a swarm's networks are 10.0.0.0/24, 10.0.1.0/24 and so on") {
    SubnetPools pools(default_global_blocks());
    CHECK(pools.take()->text() == "10.0.0.0/24");
    CHECK(pools.take()->text() == "10.0.1.0/24");
}

TEST_CASE("address pool: gateway .1, then the lowest free address, also after a release") {
    AddressPool pool(subnet("172.18.0.0/16"));
    CHECK(pool.take()->text() == "172.18.0.1");
    CHECK(pool.take()->text() == "172.18.0.2");
    CHECK(pool.take()->text() == "172.18.0.3");
    CHECK(pool.take()->text() == "172.18.0.4");
    pool.release(address("172.18.0.2"));
    pool.release(address("172.18.0.3"));
    CHECK(pool.take()->text() == "172.18.0.2");
    CHECK(pool.take()->text() == "172.18.0.3");
    CHECK(pool.take()->text() == "172.18.0.5");
    CHECK(pool.taken_count() == 5);
}

TEST_CASE("address pool: a serial pool goes on after the last address and comes round") {
    AddressPool pool(subnet("10.0.0.0/29"), std::nullopt, true);
    for (int i = 1; i <= 4; ++i) CHECK(pool.take()->text() == "10.0.0." + std::to_string(i));
    pool.release(address("10.0.0.2"));
    CHECK(pool.take()->text() == "10.0.0.5");
    CHECK(pool.take()->text() == "10.0.0.6");
    CHECK(pool.take()->text() == "10.0.0.2");
    CHECK_FALSE(pool.take().has_value());
}

TEST_CASE("address pool: an asked-for address is given once and only inside the subnet") {
    AddressPool pool(subnet("10.0.0.0/29"));
    CHECK(pool.take(address("10.0.0.2")).ok());
    CHECK(pool.take(address("10.0.0.2")).refusal() == Refusal{403, "Address already in use"});
    CHECK(pool.take(address("10.0.0.0")).refusal() == Refusal{403, "Address already in use"});
    CHECK(pool.take(address("10.0.1.2")).refusal() == Refusal{400, "Requested address is out of range"});
    CHECK(pool.take()->text() == "10.0.0.1");
    CHECK(pool.take()->text() == "10.0.0.3");
    for (int i = 4; i <= 6; ++i) CHECK(pool.take().has_value());
    CHECK_FALSE(pool.take().has_value());
    CHECK_FALSE(pool.take().has_value());
    CHECK(pool.take(address("10.0.0.2")).refusal() == Refusal{500, "No available addresses on this pool"});
    pool.release(address("10.0.0.4"));
    CHECK(pool.take()->text() == "10.0.0.4");
    CHECK(no_address_refusal("app", "f00").message ==
          "no available IPv4 addresses on this network's address pools: app (f00)");
}

TEST_CASE("address pool: an ip-range is picked from, its first address going to the gateway") {
    AddressPool pool(subnet("172.28.0.0/16"), subnet("172.28.5.0/30"));
    CHECK(pool.take()->text() == "172.28.5.0");
    CHECK(pool.take()->text() == "172.28.5.1");
    CHECK(pool.take(address("172.28.0.9")).ok());
    CHECK(pool.take()->text() == "172.28.5.2");
    CHECK(pool.take()->text() == "172.28.5.3");
    CHECK_FALSE(pool.take().has_value());
}

TEST_CASE("address pool: lowest-free search agrees with a plain one under many takes and releases") {
    AddressPool pool(subnet("10.1.0.0/26"));
    std::set<std::uint32_t> plain{subnet("10.1.0.0/26").base.value, subnet("10.1.0.0/26").broadcast().value};
    RandomStream random(7, "address pool", 0);
    for (int step = 0; step < 5'000; ++step) {
        const Ipv4 some{subnet("10.1.0.0/26").base.value + 1 + static_cast<std::uint32_t>(random.below(62))};
        const auto kind = random.below(8);
        if (kind < 4) {
            std::uint32_t expected = subnet("10.1.0.0/26").base.value;
            while (plain.contains(expected)) ++expected;
            const auto got = pool.take();
            CHECK(got.has_value() == (expected < subnet("10.1.0.0/26").broadcast().value));
            if (got) {
                CHECK(got->value == expected);
                plain.insert(got->value);
            }
        } else if (kind == 4) {
            CHECK(pool.take(some).ok() == plain.insert(some.value).second);
        } else {
            pool.release(some);
            plain.erase(some.value);
        }
    }
}

TEST_CASE("ports: a binding without an address is made for 0.0.0.0 and for ::") {
    PortTable table;
    const auto made = table.publish({binding(8080, 80)}, "web", "e1");
    REQUIRE(made.ok());
    CHECK(rows(*made) == std::vector<std::string>{"0.0.0.0 8080", ":: 8080"});
    PortTable without;
    without.set_ipv6(false);
    CHECK(rows(*without.publish({binding(8080, 80)}, "web", "e1")) == std::vector<std::string>{"0.0.0.0 8080"});
}

TEST_CASE("ports: what is published at one address is there alone, at all of them for its family") {
    PortTable ports;
    const auto one = ports.publish({binding(8080, 80, "127.0.0.1")}, "web", "e1");
    REQUIRE(one.ok());
    CHECK(ports.publishes("127.0.0.1", "tcp", 8080));
    CHECK(!ports.publishes("127.0.0.2", "tcp", 8080));
    CHECK(!ports.publishes("127.0.0.1", "udp", 8080));
    CHECK(!ports.publishes("127.0.0.1", "tcp", 8081));
    CHECK(ports.publishes("tcp", 8080));
    CHECK(!ports.publishes("udp", 8080));
    const auto all = ports.publish({binding(9090, 80, "0.0.0.0", "udp")}, "web", "e2");
    REQUIRE(all.ok());
    CHECK(ports.publishes("172.17.0.1", "udp", 9090));
    CHECK(!ports.publishes("::1", "udp", 9090));
    ports.withdraw(one.value());
    CHECK(!ports.publishes("127.0.0.1", "tcp", 8080));
    CHECK(!ports.publishes("tcp", 8080));
    // A process of the host is not the engine's.
    CHECK(ports.listen("127.0.0.1", "tcp", 8080));
    CHECK(!ports.publishes("127.0.0.1", "tcp", 8080));
}

TEST_CASE("ports: the same port twice is refused with the recorded sentence, and nothing stays behind") {
    PortTable table;
    const auto first = table.publish({binding(11434, 80)}, "ollama", "e1");
    REQUIRE(first.ok());
    const auto second = table.publish({binding(9000, 90), binding(11434, 80)}, "conflict", "6a7f3de2");
    REQUIRE_FALSE(second.ok());
    CHECK(second.refusal() ==
          Refusal{500,
                  "driver failed programming external connectivity on endpoint conflict (6a7f3de2): Bind for "
                  "0.0.0.0:11434 failed: port is already allocated"});
    CHECK_FALSE(table.is_bound("0.0.0.0", "tcp", 9000));
    CHECK(table.publish({binding(11434, 53, "", "udp")}, "dns", "e3").ok());
    table.withdraw(*first);
    CHECK(table.publish({binding(11434, 80)}, "conflict", "6a7f3de2").ok());
}

TEST_CASE("ports: all addresses and one address collide in the kernel, not in the engine's table") {
    PortTable table;
    REQUIRE(table.publish({binding(80, 80, "127.0.0.1")}, "a", "e1").ok());
    CHECK(table.publish({binding(80, 80, "127.0.0.2")}, "b", "e2").ok());
    const auto all = table.publish({binding(80, 80)}, "c", "e3");
    REQUIRE_FALSE(all.ok());
    CHECK(all.refusal().message ==
          "driver failed programming external connectivity on endpoint c (e3): Error starting userland proxy: listen "
          "tcp4 0.0.0.0:80: bind: address already in use");
}

TEST_CASE("ports: a process of the host that listens is in the way") {
    PortTable table;
    CHECK(table.listen("0.0.0.0", "tcp", 8080));
    CHECK_FALSE(table.listen("127.0.0.1", "tcp", 8080));
    CHECK_FALSE(table.publish({binding(8080, 80)}, "web", "e1").ok());
    table.stop_listening("0.0.0.0", "tcp", 8080);
    CHECK(table.publish({binding(8080, 80)}, "web", "e1").ok());
}

TEST_CASE("ports: an address the host does not have can't be bound") {
    PortTable table;
    table.set_host_addresses({address("172.31.28.44")});
    CHECK(table.publish({binding(80, 80, "172.31.28.44")}, "a", "e1").ok());
    CHECK(table.publish({binding(80, 80, "127.0.0.1")}, "a", "e1").ok());
    CHECK(table.publish({binding(80, 80, "10.9.9.9")}, "b", "e2").refusal().message ==
          "driver failed programming external connectivity on endpoint b (e2): Error starting userland proxy: listen "
          "tcp4 10.9.9.9:80: bind: cannot assign requested address");
}

TEST_CASE("ports: ephemeral ports go upwards from 32768 and skip what the host uses") {
    PortTable table;
    table.set_ipv6(false);
    const auto first = table.publish({binding(0, 80)}, "a", "e1");
    CHECK(rows(*first) == std::vector<std::string>{"0.0.0.0 32768"});
    table.withdraw(*first);
    CHECK(table.listen("0.0.0.0", "tcp", 32769));
    CHECK(rows(*table.publish({binding(0, 80)}, "a", "e2")) == std::vector<std::string>{"0.0.0.0 32770"});
    table.restart_engine();
    CHECK(rows(*table.publish({binding(0, 80)}, "b", "e3")) == std::vector<std::string>{"0.0.0.0 32768"});
}

TEST_CASE("ports: an ephemeral port is given up after ten that the host uses") {
    PortTable table;
    for (std::uint16_t port = 32768; port < 32778; ++port) CHECK(table.listen("0.0.0.0", "tcp", port));
    CHECK(table.publish({binding(0, 80)}, "a", "e1").refusal().message.find("0.0.0.0:32777: bind: address already in use") !=
          std::string::npos);
}

TEST_CASE("ports: a container publishes all ports there are, and another protocol or family is not in its way") {
    PortTable table;
    std::vector<PortBinding> bindings;
    for (int port = 1; port <= 65535; ++port) {
        bindings.push_back(binding(static_cast<std::uint16_t>(port), static_cast<std::uint16_t>(port)));
    }
    const auto all = table.publish(bindings, "web", "e1");  // minutes, if each were looked for among all
    REQUIRE(all.ok());
    CHECK(all->size() == 2 * bindings.size());
    CHECK(table.is_bound("127.0.0.1", "tcp", 65535));
    CHECK_FALSE(table.is_bound("0.0.0.0", "udp", 65535));
    table.withdraw(*all);
    REQUIRE(table.publish({binding(80, 80, "::1"), binding(81, 81, "127.0.0.1")}, "a", "e2").ok());
    CHECK_FALSE(table.is_bound("0.0.0.0", "tcp", 80));
    CHECK(table.is_bound("::", "tcp", 80));
    CHECK(table.is_bound("0.0.0.0", "tcp", 81));
    CHECK_FALSE(table.is_bound("0.0.0.0", "tcp", 82));
}

TEST_CASE("ports: a range gives its ports in turn, then says that all are allocated") {
    PortTable table;
    PortBinding range = binding(7000, 80, "0.0.0.0");
    range.host_port_end = 7001;
    CHECK(table.publish({range}, "a", "e1").value()[0].host_port == 7000);
    CHECK(table.publish({range}, "b", "e2").value()[0].host_port == 7001);
    CHECK(table.publish({range}, "c", "e3").refusal().message ==
          "driver failed programming external connectivity on endpoint c (e3): all ports are allocated");
}

}  // namespace podium::model
