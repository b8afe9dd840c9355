// A swarm's networks on its hosts: overlays come with the first task that needs them, and agents tell each
// other of what serves. What a host has heard is its own, so that two may know different things while word
// is on its way, or when one of them is gone.
//
// Sources: dockerd's daemon/cluster/executor/container/adapter.go and controller.go (networks are made before
// a container and removed when it has stopped; its binding to the service begins when it is healthy and ends
// before it is stopped), libnetwork's agent.go, service_common.go and networkdb (gossip every 200 ms).

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "sim/base/work.hpp"
#include "sim/model/bridge.hpp"
#include "sim/model/overlay.hpp"
#include "sim/orch/swarm/hosts/facts.hpp"
#include "sim/orch/swarm/hosts/rows.hpp"
#include "sim/orch/swarm/hosts/timing.hpp"

namespace podium::swarm {
namespace {

constexpr const char* kGateway = "docker_gwbridge";
constexpr std::uint16_t kGossipPort = 7946;
// Work, measured: to put one task's announcement together, to note one place or port of a task in a directory, and
// tasks looked at for whether they serve.
constexpr std::uint64_t kAnnounceWork = 4;
constexpr std::uint64_t kPlaceWork = 3;
constexpr std::size_t kServingPerWork = 4;

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

// A directory as it is put together: its rows are looked up by name, and stay in the order in which they came. The names
// are those of the announcements, which outlast it.
class DirectoryMaker {
  public:
    void add(const Announced& one) {
        for (const Announced::Place& place : one.places) add_service(one, place);
        for (const Port& port : one.ports) add_port(one, port);
        count_work(kPlaceWork * (one.places.size() + one.ports.size()));
    }

    [[nodiscard]] model::Directory take() { return std::move(out_); }

  private:
    void add_service(const Announced& one, const Announced::Place& place) {
        // A plain container has no name but its aliases, and a row of its own.
        const bool plain = one.service.empty();
        std::size_t number = out_.services.size();
        if (!plain) number = services_.try_emplace({place.network, one.service}, number).first->second;
        if (number == out_.services.size()) out_.services.push_back({place.network, one.service, place.aliases, place.vip, {}});
        out_.services[number].backends.push_back({place.address, one.container});
    }

    void add_port(const Announced& one, const Port& port) {
        const std::size_t number = mesh_.try_emplace({port.published, port.protocol}, out_.mesh.size()).first->second;
        if (number == out_.mesh.size()) out_.mesh.push_back({port.published, port.target, port.protocol, {}});
        out_.mesh[number].backends.push_back(one.container);
    }

    model::Directory out_;
    std::map<std::pair<std::string_view, std::string_view>, std::size_t> services_;  // by network and name
    std::map<std::pair<std::uint16_t, std::string_view>, std::size_t> mesh_;         // by port and protocol
};

void tell_engine(Scene& scene, model::HostId host) {
    DirectoryMaker directory;
    for (const auto& [from, list] : scene.host(host).heard) {
        for (const Announced& one : *list) directory.add(one);
    }
    model::set_directory(scene.world, host, directory.take());
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
    if (!row.alive || row.gossip_ahead) return;  // an engine that is gone tells nothing; the next one announces anew
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
        if (!is_overlay(network)) continue;
        model::Bridge& joined = scene.world.bridge(model::join_overlay(scene.world, host, overlay_of(*network)));
        // The leader gives the addresses; a node only shows what they are picked from (moby v20.10.24 daemon/cluster/executor/container/
        // container.go, networkCreateRequest).
        if (const auto range = model::parse_subnet(network->ip_range); range.ok()) joined.addresses = model::AddressPool(joined.subnet, *range);
    }
}

void leave_networks(Scene& scene, model::HostId host, const Task& task) {
    if (scene.host(host).swarm == 0) return;
    for (const NetworkAttachment& attachment : task.networks) {
        const Network* network = scene.swarm_of(host).store.networks.find(attachment.network.value);
        if (network != nullptr && network->ingress) continue;
        // A network that is removed with its services (docker stack rm) is gone from the store before its tasks have stopped.
        const std::string id = network != nullptr ? network->meta.id : public_id(Kind::Network, scene.host(host).swarm, attachment.network.value);
        const model::BridgeId bridge = model::find_overlay(scene.world, host, id);
        if (bridge && !model::network_in_use(scene.world, bridge)) model::leave_overlay(scene.world, host, id);
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
        count_work((row.agent.tasks.size() + scene.state.attachments.size()) / kServingPerWork);
        for (const auto& [id, task] : row.agent.tasks) {
            if ((task.task->networks.empty() && task.task->ports.empty()) || !serves(scene, task)) continue;
            list->push_back(announcement_of(scene, host, task));
        }
        announce_attachments(scene, host, *list);
        count_work(kAnnounceWork * list->size());
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
