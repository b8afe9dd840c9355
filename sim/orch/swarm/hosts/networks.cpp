// A swarm's networks on its hosts: overlays come with the first task that needs them, and agents tell each
// other of what serves. What a host has heard is its own, so that two may know different things while word
// is on its way, or when one of them is gone.
//
// Sources: dockerd's daemon/cluster/executor/container/adapter.go and controller.go (networks are made before
// a container and removed when it has stopped; its binding to the service begins when it is healthy and ends
// before it is stopped), libnetwork's agent.go, service_common.go and networkdb (gossip every 200 ms).

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "sim/model/bridge.hpp"
#include "sim/model/overlay.hpp"
#include "sim/orch/swarm/hosts/facts.hpp"
#include "sim/orch/swarm/hosts/rows.hpp"
#include "sim/orch/swarm/hosts/timing.hpp"

namespace podium::swarm {
namespace {

constexpr const char* kGateway = "docker_gwbridge";
constexpr std::uint16_t kGossipPort = 7946;

std::string without_prefix(const std::string& address) { return address.substr(0, address.find('/')); }

model::OverlaySpec overlay_of(const Network& network) {
    model::OverlaySpec spec;
    spec.id = network.meta.id;
    spec.name = network.name;
    spec.subnet = network.subnet;
    spec.gateway = network.gateway;
    spec.labels = network.labels;
    spec.options = network.driver_options;
    spec.options["com.docker.network.driver.overlay.vxlanid_list"] = std::to_string(network.vxlan);
    spec.attachable = network.attachable;
    spec.internal = network.internal;
    spec.ingress = network.ingress;
    spec.created = network.meta.created;
    return spec;
}

bool is_overlay(const Network* network) { return network != nullptr && network->driver == "overlay"; }

// It serves others: it runs, is well, and nobody is about to stop it.
bool serves(const Scene& scene, const AgentTask& task) {
    if (task.status.state != TaskState::Running || !task.container || task.removing) return false;
    if (task.operation != AgentTask::Operation::Wait && task.operation != AgentTask::Operation::None && task.operation != AgentTask::Operation::Retry) return false;
    return scene.world.container(task.container).counts_as_running() && task.task->desired <= TaskState::Running;
}

Announced announcement_of(const Scene& scene, model::HostId host, const AgentTask& task) {
    const Store& store = scene.swarm_of(host).store;
    Announced out;
    out.container = task.container;
    out.service = task.task->service_name;
    const Service* service = store.services.find(task.task->service.value);
    const bool balanced = service != nullptr && service->endpoint.mode == EndpointMode::Vip;
    for (const NetworkAttachment& attachment : task.task->networks) {
        const Network* network = store.networks.find(attachment.network.value);
        if (!is_overlay(network) || network->ingress) continue;
        const auto address = model::parse_ipv4(without_prefix(attachment.address));
        if (!address) continue;
        Announced::Place place{network->meta.id, *address, {}, attachment.aliases};
        if (balanced) {
            for (const VirtualIp& vip : service->vips) {
                if (vip.network != attachment.network) continue;
                if (const auto virtual_one = model::parse_ipv4(without_prefix(vip.address))) place.vip = *virtual_one;
            }
        }
        out.places.push_back(std::move(place));
    }
    for (const Port& port : task.task->ports) {
        if (port.mode == PublishMode::Ingress && port.published != 0) out.ports.push_back(port);
    }
    return out;
}

// Gossip passes between two engines of a swarm.
bool hears(const Scene& scene, model::HostId from, model::HostId to) {
    if (from == to) return true;
    if (!scene.host(from).alive || scene.host(from).frozen || !scene.connected(from, to)) return false;
    for (const model::HostId host : {from, to}) {
        if (model::is_closed(scene.world, host, kGossipPort, "tcp") || model::is_closed(scene.world, host, kGossipPort, "udp")) return false;
    }
    return true;
}

void add_service(model::Directory& out, const Announced& one, const Announced::Place& place) {
    // A plain container has no name but its aliases, and a row of its own.
    const bool plain = one.service.empty();
    auto found = plain ? out.services.end() : std::find_if(out.services.begin(), out.services.end(), [&](const model::KnownService& row) { return row.network == place.network && row.name == one.service; });
    if (found == out.services.end()) {
        out.services.push_back({place.network, one.service, place.aliases, place.vip, {}});
        found = out.services.end() - 1;
    }
    found->backends.push_back({place.address, one.container});
}

void add_port(model::Directory& out, const Announced& one, const Port& port) {
    auto found = std::find_if(out.mesh.begin(), out.mesh.end(), [&](const model::MeshPort& row) { return row.published == port.published && row.protocol == port.protocol; });
    if (found == out.mesh.end()) {
        out.mesh.push_back({port.published, port.target, port.protocol, {}});
        found = out.mesh.end() - 1;
    }
    found->backends.push_back(one.container);
}

void tell_engine(Scene& scene, model::HostId host) {
    model::Directory directory;
    for (const auto& [from, list] : scene.host(host).heard) {
        for (const Announced& one : *list) {
            for (const Announced::Place& place : one.places) add_service(directory, one, place);
            for (const Port& port : one.ports) add_port(directory, one, port);
        }
    }
    model::set_directory(scene.world, host, std::move(directory));
}

std::vector<model::HostId> others_of(const Scene& scene, model::HostId host) {
    std::vector<model::HostId> out;
    for (std::size_t i = 0; i < scene.state.hosts.size(); ++i) {
        const model::HostId id{static_cast<std::uint32_t>(i + 1)};
        if (id != host && scene.state.hosts[i].swarm == scene.host(host).swarm) out.push_back(id);
    }
    return out;
}

void gossip_soon(Scene& scene, model::HostId host, Duration delay) {
    HostRow& row = scene.host(host);
    if (row.gossip_ahead) return;
    row.gossip_ahead = true;
    scene.schedule(delay, kEventGossip, host, 0, 0);
}

}  // namespace

bool gossip_passes(const Scene& scene, model::HostId from, model::HostId to) { return hears(scene, from, to); }

void join_gateway(Scene& scene, model::HostId host) {
    model::Refusal refusal{0, {}};
    if (!model::find_network(scene.world, host, kGateway, refusal)) {
        model::NetworkSpec spec;
        spec.name = kGateway;
        spec.options = {{"com.docker.network.bridge.enable_icc", "false"}, {"com.docker.network.bridge.enable_ip_masquerade", "true"}, {"com.docker.network.bridge.name", kGateway}};
        model::create_network(scene.world, host, spec);
    }
    scene.swarm_of(host).store.networks.for_each([&](std::uint32_t, const Network& network) {
        if (network.ingress && !network.subnet.empty()) model::join_overlay(scene.world, host, overlay_of(network));
    });
}

std::int64_t networks_to_join(const Scene& scene, model::HostId host, const Task& task) {
    return std::count_if(task.networks.begin(), task.networks.end(), [&](const NetworkAttachment& attachment) {
        const Network* network = scene.swarm_of(host).store.networks.find(attachment.network.value);
        return is_overlay(network) && !model::find_overlay(scene.world, host, network->meta.id);
    });
}

void join_networks(Scene& scene, model::HostId host, const Task& task) {
    for (const NetworkAttachment& attachment : task.networks) {
        const Network* network = scene.swarm_of(host).store.networks.find(attachment.network.value);
        if (is_overlay(network)) model::join_overlay(scene.world, host, overlay_of(*network));
    }
}

void leave_networks(Scene& scene, model::HostId host, const Task& task) {
    if (scene.host(host).swarm == 0) return;
    for (const NetworkAttachment& attachment : task.networks) {
        const Network* network = scene.swarm_of(host).store.networks.find(attachment.network.value);
        if (!is_overlay(network) || network->ingress) continue;
        const model::BridgeId bridge = model::find_overlay(scene.world, host, network->meta.id);
        if (bridge && !model::network_in_use(scene.world, bridge)) model::leave_overlay(scene.world, host, network->meta.id);
    }
}

void attach(const Scene& scene, model::HostId host, const Task& task, model::ContainerSpec& spec) {
    for (const NetworkAttachment& attachment : task.networks) {
        const Network* network = scene.swarm_of(host).store.networks.find(attachment.network.value);
        if (network == nullptr) continue;
        if (is_overlay(network)) {
            spec.endpoints.push_back({network->meta.id, {}, without_prefix(attachment.address)});
        } else {
            spec.network_mode = network->name;
        }
    }
    if (!spec.endpoints.empty()) spec.network_mode = spec.endpoints.front().network;
    for (const Port& port : task.ports) {
        if (port.mode != PublishMode::Host) continue;
        // executor/container/container.go, portBindings: by the container's port, so that the last one counts.
        std::erase_if(spec.ports, [&port](const model::PortBinding& one) { return one.container_port == port.target && one.protocol == port.protocol; });
        spec.ports.push_back({{}, port.published, port.published, port.target, port.protocol});
    }
}

void announce(Scene& scene, model::HostId host) {
    HostRow& row = scene.host(host);
    auto list = std::make_shared<std::vector<Announced>>();
    if (row.swarm != 0 && row.alive) {
        for (const auto& [id, task] : row.agent.tasks) {
            if ((task.task->networks.empty() && task.task->ports.empty()) || !serves(scene, task)) continue;
            list->push_back(announcement_of(scene, host, task));
        }
        announce_attachments(scene, host, *list);
    }
    const bool same = row.announced ? *row.announced == *list : list->empty();
    if (same) return;
    row.announced = list;
    row.heard[host] = std::move(list);
    tell_engine(scene, host);
    gossip_soon(scene, host, kGossipInterval);
}

void gossip(Scene& scene, model::HostId host) {
    scene.host(host).gossip_ahead = false;
    const auto& list = scene.host(host).announced;
    if (!list || scene.host(host).swarm == 0) return;
    for (const model::HostId other : others_of(scene, host)) {
        if (!hears(scene, host, other)) continue;
        HostRow& row = scene.host(other);
        if (row.heard[host] == list) continue;
        row.heard[host] = list;
        tell_engine(scene, other);
    }
}

void reachability_changed(Scene& scene) {
    for (std::size_t i = 0; i < scene.state.hosts.size(); ++i) {
        const HostRow& row = scene.state.hosts[i];
        if (row.swarm == 0 || (!row.announced && row.heard.empty())) continue;
        const model::HostId host{static_cast<std::uint32_t>(i + 1)};
        gossip_soon(scene, host, kGossipReconnect);
        scene.schedule(kGossipSuspicion, kEventSuspect, host, 0, 0);
    }
}

void suspect(Scene& scene, model::HostId host) {
    for (const model::HostId other : others_of(scene, host)) {
        HostRow& row = scene.host(other);
        if (!row.heard.contains(host) || hears(scene, host, other)) continue;
        row.heard.erase(host);
        tell_engine(scene, other);
    }
}

void forget_networks(Scene& scene, model::HostId host) {
    for (const model::HostId other : others_of(scene, host)) {
        HostRow& row = scene.host(other);
        if (row.heard.erase(host) > 0) tell_engine(scene, other);
    }
    HostRow& row = scene.host(host);
    row.announced.reset();
    row.heard.clear();
    row.gossip_ahead = false;
    tell_engine(scene, host);
    std::vector<std::string> ids;
    for (const model::BridgeId bridge : model::networks_of(scene.world, host)) {
        const model::Bridge& network = scene.world.bridge(bridge);
        if (network.driver == "overlay" && !model::network_in_use(scene.world, bridge)) ids.push_back(network.id);
    }
    for (const std::string& id : ids) model::leave_overlay(scene.world, host, id);
}

}  // namespace podium::swarm
