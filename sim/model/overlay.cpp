#include "sim/model/overlay.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "sim/model/bridge.hpp"
#include "sim/model/engine.hpp"

namespace podium::model {

BridgeId find_overlay(const World& world, HostId host, const std::string& id) {
    for (const BridgeId bridge : networks_of(world, host)) {
        if (world.bridge(bridge).id == id) return bridge;
    }
    return {};
}

BridgeId join_overlay(World& world, HostId host, const OverlaySpec& spec) {
    if (const BridgeId known = find_overlay(world, host, spec.id)) return known;
    Bridge bridge;
    bridge.host = host;
    bridge.id = spec.id;
    bridge.name = spec.name;
    bridge.driver = "overlay";
    if (const Result<Subnet> subnet = parse_subnet(spec.subnet)) bridge.subnet = *subnet;
    if (const Result<Ipv4> gateway = parse_ipv4(spec.gateway)) bridge.gateway = *gateway;
    bridge.subnet_given = bridge.gateway_given = true;
    bridge.labels = spec.labels;
    bridge.options = spec.options;
    bridge.attachable = spec.attachable;
    bridge.internal = spec.internal;
    bridge.ingress = spec.ingress;
    bridge.created = spec.created;
    Engine& engine = world.host(host).engine;
    const std::string key = engine.networks.contains(spec.name) ? spec.id : spec.name;
    world.bridges.push_back(std::move(bridge));
    const BridgeId id{static_cast<std::uint32_t>(world.bridges.size())};
    engine.networks[key] = id;
    Kernel& k = world.kernel;
    publish_event(world, host, k.record(kFactNetworkCreate, Subject(SubjectType::Network, id.value), k.intern(spec.name), k.intern("overlay")));
    return id;
}

void leave_overlay(World& world, HostId host, const std::string& id) {
    const BridgeId bridge = find_overlay(world, host, id);
    if (!bridge) return;
    PODIUM_ASSERT(!network_in_use(world, bridge), "an overlay network leaves a host when nothing there uses it");
    Bridge& row = world.bridge(bridge);
    row.removed = true;
    std::erase_if(world.host(host).engine.networks, [bridge](const auto& entry) { return entry.second == bridge; });
    Kernel& k = world.kernel;
    publish_event(world, host, k.record(kFactNetworkDestroy, Subject(SubjectType::Network, bridge.value), k.intern(row.name), k.intern("overlay")));
}

void set_directory(World& world, HostId host, Directory directory) { world.host(host).directory = std::move(directory); }

const MeshPort* mesh_port(const World& world, HostId host, std::uint16_t port, const std::string& protocol) {
    for (const MeshPort& row : world.host(host).directory.mesh) {
        if (row.published == port && row.protocol == protocol) return &row;
    }
    return nullptr;
}

bool is_closed(const World& world, HostId host, std::uint16_t port, std::string_view protocol) {
    const std::vector<std::string>& closed = world.host(host).spec.closed_ports;
    return !closed.empty() && std::find(closed.begin(), closed.end(), fmt::format("{}/{}", port, protocol)) != closed.end();
}

bool overlay_passes(const World& world, HostId first, HostId second) {
    if (first == second) return true;
    if (!world.host(first).up || !world.host(second).up) return false;
    if (is_closed(world, first, kOverlayPort, "udp") || is_closed(world, second, kOverlayPort, "udp")) return false;
    return world.network.connected(world.host(first).node, world.host(second).node);
}

}  // namespace podium::model
