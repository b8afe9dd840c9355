// GET /networks/NAME of a network that is on the asked host: what its engine adds to what managers know
// (api/server/router/network/network_routes.go, buildDetailedNetworkResources; libnetwork agent.go, Services
// and Peers): the node's load balancer, the hosts that are on it as far as gossip passes, and with `verbose` the
// services that this host has heard of.

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/base/json_bytes.hpp"
#include "sim/model/address.hpp"
#include "sim/model/answers.hpp"
#include "sim/model/bridge.hpp"
#include "sim/model/object_id.hpp"
#include "sim/model/operations.hpp"
#include "sim/model/overlay.hpp"
#include "sim/orch/swarm/api.hpp"
#include "sim/orch/swarm/hosts/rows.hpp"

namespace podium::swarm {
namespace {

constexpr std::uint32_t kFirstLoadBalancer = 256;  // libnetwork service_common.go: fwMarkCtr

const Network* network_with(const Store& store, const std::string& id, NetworkId& number) {
    const Network* found = nullptr;
    store.networks.for_each([&](std::uint32_t each, const Network& network) {
        if (network.meta.id != id) return;
        found = &network;
        number = NetworkId{each};
    });
    return found;
}

// n.lbSandboxName() and n.lbEndpointName().
void add_load_balancer(const Node& node, NetworkId number, const Network& network, Json& containers) {
    const auto place = std::find_if(node.attachments.begin(), node.attachments.end(), [number](const NetworkAttachment& one) { return one.network == number; });
    if (place == node.attachments.end()) return;
    const std::string key = network.ingress ? "ingress-sbox" : "lb-" + network.name;
    const auto address = model::parse_ipv4(place->address.substr(0, place->address.find('/')));
    Json one;
    one["Name"] = network.name + "-endpoint";
    one["EndpointID"] = model::make_id("swarm endpoint", key + node.meta.id.text() + network.meta.id.text(), 0);
    one["MacAddress"] = address.ok() ? model::mac_from_ip(*address) : "";
    one["IPv4Address"] = place->address;
    one["IPv6Address"] = "";
    containers[key] = std::move(one);
}

// Its own name comes first, then who has been heard of.
Json network_peers(const Scene& scene, model::HostId host, const std::string& network) {
    Json out = Json::array();
    const auto add = [&](model::HostId id) {
        const Node* node = scene.swarm_of(host).store.nodes.find(scene.host(id).node.value);
        if (node == nullptr || !model::find_overlay(scene.world, id, network)) return;
        out.push_back(Json{{"Name", model::short_id(model::make_id("swarm peer", node->meta.id, 0))}, {"IP", scene.host(id).address}});
    };
    add(host);
    for (std::size_t i = 0; i < scene.state.hosts.size(); ++i) {
        const model::HostId other{static_cast<std::uint32_t>(i + 1)};
        const bool there = other != host && scene.host(other).swarm == scene.host(host).swarm;
        if (there && (gossip_passes(scene, other, host) || scene.host(host).heard.contains(other))) add(other);
    }
    return out;
}

std::string heard_endpoint(const model::World& world, const model::Backend& backend) {
    if (!world.container(backend.container).detail) return {};
    for (const model::Endpoint& endpoint : world.detail(backend.container).endpoints) {
        if (endpoint.ipv4 == backend.address) return model::endpoint_id_text(world, backend.container, endpoint);
    }
    return {};
}

Json heard_ports(const Scene& scene, model::HostId host, const std::string& name) {
    Json out = Json::array();
    for (const auto& [from, list] : scene.host(host).heard) {
        for (const Announced& one : *list) {
            if (one.service != name || name.empty()) continue;
            for (const Port& port : one.ports) out.push_back(fmt::format("Target: {}, Publish: {}", port.target, port.published));
            return out;
        }
    }
    return out;
}

// Plain containers are the service without a name.
Json network_services(const Scene& scene, model::HostId host, const std::string& network) {
    Json out = Json::object();
    std::map<std::string, std::vector<std::pair<std::string, Json>>> tasks;
    std::uint32_t balancers = kFirstLoadBalancer;
    const model::World& world = scene.world;
    for (const model::KnownService& service : world.host(host).directory.services) {
        const std::uint32_t index = service.name.empty() ? 0 : balancers++;
        if (service.network != network) continue;
        if (!out.contains(service.name)) {
            Json row;
            row["VIP"] = service.vip ? service.vip.text() : "";
            row["Ports"] = heard_ports(scene, host, service.name);
            row["LocalLBIndex"] = index;
            out[service.name] = std::move(row);
        }
        for (const model::Backend& backend : service.backends) {
            Json task;
            task["Name"] = world.name_of(backend.container);
            task["EndpointID"] = heard_endpoint(world, backend);
            task["EndpointIP"] = backend.address.text();
            task["Info"] = Json{{"Host IP", scene.host(world.container(backend.container).host).address}};
            tasks[service.name].emplace_back(world.name_of(backend.container), std::move(task));
        }
    }
    for (auto& [name, rows] : tasks) {
        std::sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
        for (auto& [key, task] : rows) out[name]["Tasks"].push_back(std::move(task));
    }
    // Go writes maps in the order of their keys.
    std::map<std::string, Json> sorted;
    for (auto& [name, row] : out.items()) sorted[name] = std::move(row);
    out = Json::object();
    for (auto& [name, row] : sorted) out[name] = std::move(row);
    return out;
}

}  // namespace

void answer_network_inspect(Scene& scene, model::RequestId id) {
    const model::Request& request = *scene.world.requests.find(id);
    const model::HostId host = request.spec.host;
    const bool verbose = model::option_set(request, "verbose");
    model::Refusal refusal{0, {}};
    const model::BridgeId bridge = model::find_network(scene.world, host, request.spec.target, refusal);
    if (!bridge) return model::answer_orchestration(scene.world, id, refusal.status, api_error(refusal.status, refusal.message).body);
    Json out = Json::parse(model::network_inspect_json(scene.world, bridge, false));
    const HostRow& row = scene.host(host);
    const std::string network_id = scene.world.bridge(bridge).id;
    NetworkId number;
    const Network* network = row.swarm == 0 ? nullptr : network_with(scene.swarm_of(host).store, network_id, number);
    if (network == nullptr) return model::answer_orchestration(scene.world, id, 200, json_bytes(out));
    if (const Node* node = scene.swarm_of(host).store.nodes.find(row.node.value)) add_load_balancer(*node, number, *network, out["Containers"]);
    std::map<std::string, Json> containers;
    for (auto& [key, endpoint] : out["Containers"].items()) containers[key] = std::move(endpoint);
    out["Containers"] = Json::object();
    for (auto& [key, endpoint] : containers) out["Containers"][key] = std::move(endpoint);
    if (Json known = network_peers(scene, host, network_id); !known.empty()) out["Peers"] = std::move(known);
    if (verbose) out["Services"] = network_services(scene, host, network_id);
    model::answer_orchestration(scene.world, id, 200, json_bytes(out));
}

}  // namespace podium::swarm
