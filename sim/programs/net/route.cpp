#include "sim/programs/net/route.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "sim/model/bridge.hpp"
#include "sim/model/overlay.hpp"
#include "sim/model/way.hpp"
#include "sim/model/world.hpp"

namespace podium::programs::net {
namespace {

using model::ContainerId;
using model::HostId;
using model::Ipv4;
using model::World;

// What the embedded name server answers with for a swarm's name: the service's virtual address, or those of its tasks
// on the network that it was found on (libnetwork's resolver.go, service_common.go).
std::vector<std::string> overlay_addresses(const World& world, HostId host, const model::Resolved& found) {
    for (const model::KnownService& service : world.host(host).directory.services) {
        const auto is_first = [&found](const model::Backend& one) { return one.address == found.ipv4; };
        if (std::none_of(service.backends.begin(), service.backends.end(), is_first)) continue;
        std::vector<std::string> out;
        for (const ContainerId id : found.containers) {
            for (const model::Backend& one : service.backends) {
                if (one.container == id) out.push_back(one.address.text());
            }
        }
        return out;
    }
    return {found.ipv4.text()};
}

void lead_to_host(const World& world, HostId from, HostId to, Route& route) {
    route.host = to;
    route.neighbour = true;
    if (from == to) {
        route.reachable = true;
        route.latency = kLocalLatency;
        return;
    }
    const model::NodeId a = world.host(from).node;
    const model::NodeId b = world.host(to).node;
    const model::Path there = world.network.path(a, b);
    const model::Path back = world.network.path(b, a);
    route.reachable = world.host(to).up && there.reachable && back.reachable;
    route.latency = there.latency + kLocalLatency;
    route.loss_ppm = std::min(model::kPartsPerMillion, there.loss_ppm + back.loss_ppm);
}

}  // namespace

Route find_route(model::ProcessContext& context, const std::string& name) {
    const World& world = context.world();
    const HostId host = context.row().host;
    const ContainerId self = context.row().container;
    Route route;
    if (name == "::1" || name == "0.0.0.0" || name == "localhost" || name.starts_with("127.")) {
        route.resolved = route.reachable = true;
        route.address = name.starts_with("127.") ? name : "127.0.0.1";
        route.addresses = {route.address};
        route.latency = kLocalLatency / 2;
        route.host = host;
        route.container = self;
        return route;
    }
    const model::Resolved found = model::resolve_name(world, host, self, name);
    if (!found.found) return route;
    route.resolved = true;
    route.address = found.ipv4.text();
    route.addresses = {route.address};
    if (found.overlay) {
        if (!found.containers.empty()) {
            route.addresses = overlay_addresses(world, host, found);
            route.container = found.containers.front();
            route.host = world.container(route.container).host;
            route.reachable = route.neighbour = true;
            route.latency = kLocalLatency;
        }
        return route;
    }
    if (!found.containers.empty()) {
        route.addresses.clear();
        for (const ContainerId id : found.containers) {
            if (const Ipv4 ipv4 = model::address_like(world, id, found.ipv4)) route.addresses.push_back(ipv4.text());
        }
    }
    const model::Lead lead = model::lead_to(world, host, self, found.ipv4);
    switch (lead.way) {
        case model::Way::NoNetwork: route.no_network = true; break;
        case model::Way::Host: lead_to_host(world, host, lead.host, route); break;
        case model::Way::Container:
            route.container = lead.container;
            route.host = lead.host;
            route.reachable = route.neighbour = true;
            route.latency = kLocalLatency;
            break;
        case model::Way::Nobody: route.neighbour = true; break;
        case model::Way::Dropped:
        case model::Way::Away: break;
    }
    return route;
}

std::vector<std::string> own_addresses(model::ProcessContext& context) {
    const World& world = context.world();
    const HostId host = context.row().host;
    const ContainerId self = context.row().container;
    std::vector<std::string> out;
    const ContainerId owner = self ? model::network_owner(world, self) : ContainerId{};
    if (owner) {
        const auto& endpoints = world.detail(owner).endpoints;
        const bool shares_host = std::any_of(endpoints.begin(), endpoints.end(), [](const model::Endpoint& endpoint) { return endpoint.network == "host"; });
        if (!shares_host) {
            for (const model::Endpoint& endpoint : endpoints) {
                if (endpoint.connected && endpoint.ipv4) out.push_back(fmt::format("{}/{}", endpoint.ipv4.text(), world.bridge(endpoint.bridge).subnet.prefix_length));
            }
            return out;
        }
    }
    out.push_back(fmt::format("{}/{}", world.host(host).spec.address, kHostNetworkPrefix));
    for (const model::BridgeId bridge : model::networks_of(world, host)) {
        const model::Bridge& row = world.bridge(bridge);
        if (row.driver == "bridge") out.push_back(fmt::format("{}/{}", row.gateway.text(), row.subnet.prefix_length));
    }
    return out;
}

}  // namespace podium::programs::net
