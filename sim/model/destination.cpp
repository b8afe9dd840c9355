#include "sim/model/destination.hpp"

#include <algorithm>

#include "sim/model/bridge.hpp"
#include "sim/model/overlay.hpp"
#include "sim/model/targets.hpp"

namespace podium::model {
namespace {

constexpr Duration kLocalLatency = microseconds(60);

// By which address and network a request comes to a host.
struct Arrival {
    std::string address;
    BridgeId in;         ///< None: from the host itself or from others.
    ContainerId likely;  ///< The container to look at first.
    std::uint64_t turn = 0;
};

// Whether a port published at one address is reached by another: docker-proxy binds that address alone, and the rule
// that forwards names it (libnetwork iptables.go, Forward: -d ADDRESS, or 0/0).
bool answers_at(const std::string& published, const std::string& address) {
    const bool six = address.find(':') != std::string::npos;
    return published == address || published == (six ? "::" : "0.0.0.0");
}

// What is forwarded from a network without a rule of its own goes straight to the container, and no further than
// its own bridge.
bool passes_forward(const World& world, BridgeId in, const ContainerDetail& published) {
    if (!in || !forwards_published(world.bridge(in))) return true;
    return std::any_of(published.endpoints.begin(), published.endpoints.end(), [in](const Endpoint& endpoint) { return endpoint.publishes && endpoint.bridge == in; });
}

// A port of a host: a published one leads into its container, any other is a process of the host.
bool enter_container(const World& world, const Arrival& arrival, ContainerId id, Destination& to, const std::string& protocol) {
    const Container& c = world.container(id);
    if (c.host != to.host || !c.detail) return false;
    for (const PublishedPort& port : c.detail->ports) {
        if (port.host_port != to.port || port.protocol != protocol || !answers_at(port.host_ip, arrival.address)) continue;
        to.place = place_of(world, id);
        to.port = port.container_port;
        to.reachable = to.reachable && passes_forward(world, arrival.in, *c.detail);
        return true;
    }
    return false;
}

// On to a container of an overlay network, from the host where its packets are balanced.
void enter_overlay(const World& world, HostId from, ContainerId target, Destination& to) {
    to.host = world.container(target).host;
    to.place = place_of(world, target);
    if (from == to.host) return;
    const Path path = world.network.path(world.host(from).node, world.host(to.host).node);
    to.reachable = to.reachable && overlay_passes(world, from, to.host);
    to.latency = to.latency + path.latency;
    const std::int64_t lost = to.loss_ppm + path.loss_ppm - to.loss_ppm * path.loss_ppm / kPartsPerMillion;
    to.loss_ppm = lost;
}

// The routing mesh: IPVS in the host's ingress sandbox takes the service's tasks in turn.
bool enter_mesh(const World& world, const Arrival& arrival, Destination& to, const std::string& protocol) {
    const MeshPort* port = mesh_port(world, to.host, to.port, protocol);
    if (port == nullptr) return false;
    to.balanced = true;
    to.reachable = to.reachable && (!arrival.in || !forwards_published(world.bridge(arrival.in)));
    to.port = port->target;
    if (port->backends.empty()) {
        to.refused = true;
        return true;
    }
    const HostId entry = to.host;
    enter_overlay(world, entry, port->backends[arrival.turn % port->backends.size()], to);
    if (to.host != entry) to.via = entry;
    return true;
}

void enter_host(const World& world, const Arrival& arrival, Destination& to, const std::string& protocol) {
    if (enter_mesh(world, arrival, to, protocol)) return;
    if (arrival.likely && enter_container(world, arrival, arrival.likely, to, protocol)) return;
    for (std::size_t i = 0; i < world.containers.size(); ++i) {
        if (enter_container(world, arrival, ContainerId{static_cast<std::uint32_t>(i + 1)}, to, protocol)) return;
    }
}

void reach_host(const World& world, HostId target, const Origin& from, const Arrival& arrival, Destination& to, const std::string& protocol) {
    to.resolved = true;
    to.host = target;
    to.address = arrival.address;
    if (from.host == target) {
        to.reachable = true;
        to.latency = kLocalLatency;
    } else {
        const NodeId node = node_of(world, from.host, from.outside);
        const Path path = world.network.path(node, world.host(target).node);
        to.reachable = path.reachable && world.host(target).up && world.network.connected(node, world.host(target).node);
        to.latency = path.latency + kLocalLatency;
        to.loss_ppm = path.loss_ppm;
    }
    enter_host(world, arrival, to, protocol);
}

HostId host_with_address(const World& world, const std::string& address) {
    for (std::size_t i = 0; i < world.hosts.size(); ++i) {
        if (world.hosts[i].spec.address == address) return HostId{static_cast<std::uint32_t>(i + 1)};
    }
    return {};
}

// localhost, of the namespace that the client is in.
Destination loopback_of(const World& world, const Origin& client, const ExchangeSpec& spec, std::uint64_t turn) {
    Destination to;
    to.port = spec.port;
    const NetworkPlace from = place_of(world, client.container);
    const std::string shown = spec.host.starts_with("127.") ? spec.host : "127.0.0.1";
    if (from.owner) {
        to.resolved = to.reachable = true;
        to.host = client.host;
        to.place = from;
        to.latency = kLocalLatency;
    } else {
        reach_host(world, client.host, client, {spec.host == "::1" ? spec.host : shown, {}, client.likely, turn}, to, spec.protocol);
    }
    to.address = shown;
    return to;
}

// A name or an address that a swarm's network has.
Destination on_overlay(const World& world, const Origin& client, const Resolved& found, const ExchangeSpec& spec, std::uint64_t turn) {
    Destination to;
    to.port = spec.port;
    to.resolved = to.reachable = true;
    to.latency = kLocalLatency;
    to.address = found.ipv4.text();
    to.host = client.host;
    to.balanced = true;
    to.refused = found.containers.empty();
    if (!to.refused) enter_overlay(world, client.host, found.containers[turn % found.containers.size()], to);
    return to;
}

}  // namespace

Destination destination_of(const World& world, const Origin& client, const ExchangeSpec& spec, std::uint64_t turn) {
    Destination to;
    to.port = spec.port;
    if (!client.host) {
        // From outside only the hosts' own addresses lead anywhere.
        const HostId named = host_named(world, spec.host);
        const HostId host = named ? named : host_with_address(world, spec.host);
        if (host) reach_host(world, host, client, {world.host(host).spec.address, {}, client.likely, turn}, to, spec.protocol);
        return to;
    }
    if (spec.host == "localhost" || spec.host.starts_with("127.") || spec.host == "0.0.0.0" || spec.host == "::1") return loopback_of(world, client, spec, turn);
    const Resolved found = resolve_name(world, client.host, client.container, spec.host);
    if (!found.found) return to;
    if (found.overlay) return on_overlay(world, client, found, spec, turn);
    const ContainerId named = found.containers.empty() ? ContainerId{} : found.containers[turn % found.containers.size()];
    const Ipv4 address = named ? address_like(world, named, found.ipv4) : found.ipv4;
    const Lead lead = lead_to(world, client.host, client.container, address, named);
    to.resolved = true;
    to.address = address.text();
    switch (lead.way) {
        case Way::Host: reach_host(world, lead.host, client, {to.address, lead.in, client.likely, turn}, to, spec.protocol); break;
        case Way::Container:
            to.host = lead.host;
            to.place = place_of(world, lead.container);
            to.reachable = true;
            to.latency = kLocalLatency;
            break;
        case Way::Dropped: to.host = lead.host; break;  // the client's kernel repeats its packet, and may be let through later
        case Way::NoNetwork:
        case Way::Nobody:
        case Way::Away: break;
    }
    return to;
}

bool proxy_takes(const World& world, const Exchange& row) {
    const Result<Ipv4> address = parse_ipv4(row.address);
    if (!row.from_host || !address.ok()) return false;
    if (place_of(world, row.from_container).owner) {
        const Lead lead = lead_to(world, row.from_host, row.from_container, *address);
        if (lead.way != Way::Host || lead.host != row.from_host) return false;
    } else if (!row.address.starts_with("127.")) {
        return false;
    }
    return world.host(row.from_host).engine.port_table.publishes(row.address, row.spec.protocol, row.spec.port);
}

// The engine's proxy listens on what is published, at whichever address: who listens at all of them gets in its way.
bool is_published(const World& world, HostId host, std::uint16_t port, const std::string& protocol) {
    if (mesh_port(world, host, port, protocol) != nullptr) return true;
    return world.host(host).engine.port_table.publishes(protocol, port);
}

NodeId node_of(const World& world, HostId host, NodeId outside) { return host ? world.host(host).node : outside; }

}  // namespace podium::model
