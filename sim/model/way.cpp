#include "sim/model/way.hpp"

#include <algorithm>

#include "sim/model/bridge.hpp"
#include "sim/model/bridge_options.hpp"

namespace podium::model {
namespace {

constexpr int kMostShared = 16;  // container:A of container:B and so on; modes can point in a circle
constexpr int kHostNetworkPrefix = 24;
constexpr std::uint32_t kLoopback = 127;
constexpr const char* kSwarmGateway = "docker_gwbridge";

NetworkPlace place_at_depth(const World& world, ContainerId container, int depth) {
    if (!container || world.spec(world.container(container)).network_mode == "host") return {};
    const ContainerId owner = network_owner(world, container);
    if (!owner) return {container, true};  // it is gone
    if (owner == container || depth == kMostShared) return {container, false};
    const NetworkPlace shared = place_at_depth(world, owner, depth + 1);
    if (!shared.owner) return shared;
    const Container& c = world.container(owner);
    return {shared.owner, shared.left_behind || !c.process_alive || c.started > world.container(container).started};
}

// Its interface is there, and packets go over it.
bool carries_traffic(const World& world, const Endpoint& endpoint) {
    if (!endpoint.connected) return false;
    const std::string& driver = world.bridge(endpoint.bridge).driver;
    return driver == "bridge" || driver == "overlay";
}

bool is_own_address(const World& world, HostId host, Ipv4 address) {
    if (world.host(host).spec.address == address.text()) return true;
    const auto& networks = world.host(host).engine.networks;
    return std::any_of(networks.begin(), networks.end(), [&](const auto& entry) {
        const Bridge& bridge = world.bridge(entry.second);
        return bridge.driver == "bridge" && bridge.gateway == address;
    });
}

HostId other_with_address(const World& world, Ipv4 address) {
    const std::string text = address.text();
    for (std::size_t i = 0; i < world.hosts.size(); ++i) {
        if (world.hosts[i].spec.address == text) return HostId{static_cast<std::uint32_t>(i + 1)};
    }
    return {};
}

// The host's bridge whose subnet an address is of.
BridgeId bridge_around(const World& world, HostId host, Ipv4 address) {
    for (const auto& [name, id] : world.host(host).engine.networks) {
        const Bridge& bridge = world.bridge(id);
        if (bridge.driver == "bridge" && bridge.subnet.contains(address)) return id;
    }
    return {};
}

bool has_address(const World& world, ContainerId container, BridgeId bridge, Ipv4 address) {
    const Container& c = world.container(container);
    if (!c.detail) return false;
    return std::any_of(c.detail->endpoints.begin(), c.detail->endpoints.end(), [&](const Endpoint& endpoint) { return endpoint.connected && endpoint.bridge == bridge && endpoint.ipv4 == address; });
}

Lead on_bridge(const World& world, BridgeId id, Ipv4 address, ContainerId likely) {
    const HostId host = world.bridge(id).host;
    if (likely && world.container(likely).host == host && has_address(world, likely, id, address)) return {Way::Container, host, likely, {}};
    for (const auto& [name, container] : world.host(host).engine.by_name) {
        if (has_address(world, container, id, address)) return {Way::Container, host, container, {}};
    }
    return {Way::Nobody, host, {}, {}};
}

Lead lead_from_host(const World& world, HostId host, Ipv4 address, ContainerId likely) {
    if (address.value >> 24 == kLoopback || is_own_address(world, host, address)) return {Way::Host, host, {}, {}};
    if (const BridgeId bridge = bridge_around(world, host, address)) return on_bridge(world, bridge, address, likely);
    if (const HostId other = other_with_address(world, address)) return {Way::Host, other, {}, {}};
    const auto own = parse_ipv4(world.host(host).spec.address);
    const bool neighbour = own && Subnet{Ipv4{own->value & 0xFFFFFF00U}, kHostNetworkPrefix}.contains(address);
    return {neighbour ? Way::Nobody : Way::Away, {}, {}, {}};
}

// What comes out of a network by its gateway: to the host itself, or on from there. From one bridge to another
// nothing passes (-i BRIDGE ! -o BRIDGE, then -o OTHER: DROP), whoever is there.
Lead lead_through(const World& world, HostId host, BridgeId in, Ipv4 address) {
    if (is_own_address(world, host, address)) return {Way::Host, host, {}, in};
    if (bridge_around(world, host, address)) return {Way::Dropped, host, {}, {}};
    const HostId other = other_with_address(world, address);
    if (!other) return {};
    if (in && !masquerades(world.bridge(in))) return {Way::Dropped, host, {}, {}};  // it comes from an address that nobody there has a route to
    return {Way::Host, other, {}, {}};
}

}  // namespace

NetworkPlace place_of(const World& world, ContainerId container) { return place_at_depth(world, container, 0); }

bool has_network(const World& world, NetworkPlace place) {
    if (!place.owner) return true;
    const Container& owner = world.container(place.owner);
    if (!owner.detail || place.left_behind) return false;
    const std::vector<Endpoint>& endpoints = owner.detail->endpoints;
    return std::any_of(endpoints.begin(), endpoints.end(), [&world](const Endpoint& endpoint) { return carries_traffic(world, endpoint); });
}

bool is_gateway_before(const World& world, const Endpoint& a, const Endpoint& b) {
    const Bridge& one = world.bridge(a.bridge);
    const Bridge& other = world.bridge(b.bridge);
    if (one.driver != other.driver) return one.driver == "bridge";
    return one.name < other.name;
}

const Endpoint* gateway_of(const World& world, ContainerId owner) {
    const Endpoint* found = nullptr;
    if (!world.container(owner).detail) return found;
    for (const Endpoint& endpoint : world.detail(owner).endpoints) {
        if (!carries_traffic(world, endpoint) || world.bridge(endpoint.bridge).internal) continue;
        if (found == nullptr || is_gateway_before(world, endpoint, *found)) found = &endpoint;
    }
    return found;
}

bool has_way_out(const World& world, NetworkPlace place) { return !place.owner || (!place.left_behind && gateway_of(world, place.owner) != nullptr); }

Lead lead_to(const World& world, HostId host, ContainerId from, Ipv4 address, ContainerId likely) {
    const NetworkPlace place = place_of(world, from);
    if (!place.owner) return lead_from_host(world, host, address, likely);
    if (address.value >> 24 == kLoopback) return {Way::Container, host, place.owner, {}};
    if (!has_network(world, place)) return {Way::NoNetwork, {}, {}, {}};
    for (const Endpoint& endpoint : world.detail(place.owner).endpoints) {
        if (endpoint.connected && endpoint.ipv4 == address) return {Way::Container, host, place.owner, {}};
    }
    for (const Endpoint& endpoint : world.detail(place.owner).endpoints) {
        if (!carries_traffic(world, endpoint) || !world.bridge(endpoint.bridge).subnet.contains(address)) continue;
        const Bridge& bridge = world.bridge(endpoint.bridge);
        if (bridge.driver == "overlay") return {};
        if (bridge.gateway == address) return {Way::Host, host, {}, endpoint.bridge};
        const Lead lead = on_bridge(world, endpoint.bridge, address, likely);
        return lead.way == Way::Container && !lets_containers_talk(bridge) ? Lead{Way::Dropped, host, {}, {}} : lead;
    }
    const Endpoint* gateway = gateway_of(world, place.owner);
    if (gateway == nullptr) return {Way::NoNetwork, {}, {}, {}};
    BridgeId in = gateway->bridge;
    if (world.bridge(in).driver == "overlay") {
        Refusal refusal = not_refused();
        in = find_network(world, host, kSwarmGateway, refusal);
    }
    return lead_through(world, host, in, address);
}

bool forwards_published(const Bridge& in) { return in.internal || !masquerades(in); }

Ipv4 address_like(const World& world, ContainerId container, Ipv4 named) {
    const std::vector<Endpoint>& endpoints = world.detail(container).endpoints;
    Ipv4 first;
    Ipv4 near;
    for (const Endpoint& endpoint : endpoints) {
        if (!endpoint.connected || !endpoint.ipv4) continue;
        if (endpoint.ipv4 == named) return named;
        if (!near && world.bridge(endpoint.bridge).subnet.contains(named)) near = endpoint.ipv4;
        if (!first) first = endpoint.ipv4;
    }
    return near ? near : first;
}

}  // namespace podium::model
