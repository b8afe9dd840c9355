#include <algorithm>
#include <fmt/format.h>

#include "sim/base/text.hpp"
#include "sim/model/attachment.hpp"
#include "sim/model/bridge.hpp"
#include "sim/model/bridge_options.hpp"
#include "sim/model/container_image.hpp"
#include "sim/model/engine.hpp"
#include "sim/model/listeners.hpp"
#include "sim/model/restore.hpp"
#include "sim/model/way.hpp"

namespace podium::model {
namespace {

constexpr std::string_view kContainerMode = "container:";
constexpr std::size_t kLongestSharing = 64;  // of containers that each live in the next one's network

bool runs(const Container& c) {
    return c.state == ContainerState::Running || c.state == ContainerState::Paused;
}

std::string mode_of(const ContainerSpec& spec) {
    return spec.network_mode.empty() || spec.network_mode == "default" ? "bridge"
                                                                       : spec.network_mode;
}

void record_endpoint_fact(World& world, ContainerId id, FactKind kind, BridgeId bridge) {
    Kernel& k = world.kernel;
    Container& c = world.container(id);
    const StringId name = k.intern(world.bridge(bridge).name);
    const StringId container = k.intern(container_short_id(world, id));
    c.last_fact =
        k.record(kind, Subject(SubjectType::Network, bridge.value), name, container, c.name);
    publish_event(world, c.host, c.last_fact);
    if (world.bridge(bridge).driver == "overlay") tell_of_places(world, id);
}

// moby updateNetworkConfig: what a user may ask for on this network.
Refusal check_endpoint(const Bridge& bridge,
                       const std::vector<std::string>& aliases,
                       const std::string& wanted_ipv4) {
    if (bridge.predefined) {
        if (!wanted_ipv4.empty())
            return {400, "user specified IP address is supported on user defined networks only"};
        if (!aliases.empty())
            return {
                400,
                "network-scoped alias is supported only for containers in user defined networks"};
        return not_refused();
    }
    if (bridge.driver == "overlay") return not_refused();  // its addresses are the swarm's affair
    if (!wanted_ipv4.empty() && !bridge.subnet_given) {
        return {400,
                "user specified IP address is supported only when connecting to networks with user "
                "configured subnets"};
    }
    return not_refused();
}

// On a network of one's own every container answers to its short id and to its host name besides.
void add_own_aliases(const World& world, ContainerId id, Endpoint& endpoint) {
    if (world.bridge(endpoint.bridge).predefined) return;
    const auto add = [&](const std::string& alias) {
        if (std::find(endpoint.aliases.begin(), endpoint.aliases.end(), alias) ==
            endpoint.aliases.end())
            endpoint.aliases.push_back(alias);
    };
    add(short_id(container_id_text(world, id)));
    const std::string hostname = hostname_of(world, id);
    if (hostname != world.name_of(id)) add(hostname);
}

Refusal take_address(World& world, Endpoint& endpoint) {
    Bridge& bridge = world.bridge(endpoint.bridge);
    if (bridge.driver == "overlay") {
        if (const Result<Ipv4> given = parse_ipv4(endpoint.wanted_ipv4)) endpoint.ipv4 = *given;
        return not_refused();
    }
    if (bridge.driver != "bridge") return not_refused();
    if (!endpoint.wanted_ipv4.empty()) {
        const Result<Ipv4> wanted = parse_ipv4(endpoint.wanted_ipv4);
        if (!wanted.ok())
            return {400, fmt::format("invalid IPv4 address: {}", endpoint.wanted_ipv4)};
        const Outcome<Ipv4> taken = bridge.addresses.take(*wanted);
        if (!taken.ok()) return taken.refusal();
        endpoint.ipv4 = *taken;
        return not_refused();
    }
    const std::optional<Ipv4> free = bridge.addresses.take();
    if (!free) return no_address_refusal(bridge.name, bridge.id);
    endpoint.ipv4 = *free;
    return not_refused();
}

void give_address_back(World& world, Endpoint& endpoint) {
    if (endpoint.ipv4 && world.bridge(endpoint.bridge).driver != "overlay") world.bridge(endpoint.bridge).addresses.release(endpoint.ipv4);
    endpoint.ipv4 = {};
}

void give_addresses_back(World& world, ContainerId id) {
    for (Endpoint& endpoint : world.detail(id).endpoints)
        give_address_back(world, endpoint);
    tell_of_places(world, id);
}

// A network is looked for by name until a container was first connected to it, then by its id: one
// that was removed and made again is another network.
Refusal find_bridge(const World& world, HostId host, Endpoint& endpoint) {
    const bool gone = !endpoint.bridge || world.bridge(endpoint.bridge).removed;
    if (!gone) return not_refused();
    if (endpoint.bridge && endpoint.was_connected)
        return {404, fmt::format("network {} not found", world.bridge(endpoint.bridge).id)};
    Refusal refusal = not_refused();
    endpoint.bridge = find_network(world, host, endpoint.network, refusal);
    return refusal;
}

// moby v20.10.24 daemon/container_operations.go, getNetworkedContainer: told as it was asked for, by id if it was there then.
Refusal check_shared_network(const World& world, ContainerId id) {
    const ContainerSpec& spec = world.spec(world.container(id));
    if (!spec.network_mode.starts_with(kContainerMode)) return not_refused();
    Refusal refusal = not_refused();
    const std::string asked = spec.network_mode.substr(kContainerMode.size());
    const ContainerId other = find_container(world, world.container(id).host, asked, refusal);
    if (refusal.status != 0) return refusal;
    if (other == id) return {500, "cannot join own network"};
    const Container& c = world.container(other);
    if (c.state == ContainerState::Restarting)
        return {409, fmt::format("Container {} is restarting, wait until the container is running", asked)};
    if (!runs(c)) return {409, fmt::format("cannot join network of a non running container: {}", asked)};
    return not_refused();
}

bool can_publish(const World& world, const Endpoint& endpoint) {
    if (!endpoint.bridge) return false;
    const Bridge& bridge = world.bridge(endpoint.bridge);
    // From an overlay network, the routing mesh's among them, it leads outside by the host's docker_gwbridge (libnetwork
    // default_gateway.go, setupDefaultGW, which takes the sandbox's ports along).
    return (bridge.driver == "bridge" || bridge.driver == "overlay") && !bridge.internal;
}

// The endpoint whose network the published ports are bound for: the one that carries the default route.
Endpoint* publishing_endpoint(const World& world, std::vector<Endpoint>& endpoints) {
    Endpoint* found = nullptr;
    for (Endpoint& endpoint : endpoints) {
        if (can_publish(world, endpoint) && (found == nullptr || is_gateway_before(world, endpoint, *found))) found = &endpoint;
    }
    return found;
}

Refusal publish_on(World& world, ContainerId id, Endpoint& endpoint) {
    ContainerDetail& d = world.detail(id);
    const HostId host = world.container(id).host;
    PortTable& table = world.host(host).engine.port_table;
    std::vector<PortBinding> bindings = d.wanted_ports;
    for (PortBinding& wanted : bindings) {
        if (wanted.host_ip.empty()) wanted.host_ip = default_binding(world.bridge(endpoint.bridge));
    }
    for (const PortBinding& wanted : bindings) {
        if (wanted.host_port == 0 || !host_listens_on(world, host, wanted.host_port, wanted.protocol)) continue;
        return {500,
                fmt::format("driver failed programming external connectivity on endpoint {} ({}): Error starting userland proxy: listen {}4 {}:{}: bind: address already in use",
                            world.name_of(id),
                            endpoint_id_text(world, id, endpoint),
                            wanted.protocol,
                            wanted.host_ip.empty() ? "0.0.0.0" : wanted.host_ip,
                            wanted.host_port)};
    }
    auto bound =
        table.publish(bindings, world.name_of(id), endpoint_id_text(world, id, endpoint));
    if (!bound.ok()) return bound.refusal();
    d.ports = bound.value();
    endpoint.publishes = true;
    return not_refused();
}

void withdraw_ports(World& world, ContainerId id) {
    ContainerDetail& d = world.detail(id);
    world.host(world.container(id).host).engine.port_table.withdraw(d.ports);
    d.ports.clear();
    for (Endpoint& endpoint : d.endpoints)
        endpoint.publishes = false;
}

void plan_ports(World& world, ContainerId id) {
    const ContainerSpec& spec = world.spec(world.container(id));
    ContainerDetail& d = world.detail(id);
    d.wanted_ports = spec.ports;
    if (!spec.publish_all) return;
    for (const std::string& exposed : exposed_ports_of(world, id)) {
        const std::size_t slash = exposed.find('/');
        std::int64_t number = 0;
        parse_integer(std::string_view(exposed).substr(0, slash), number);
        PortBinding binding;
        binding.container_port = static_cast<std::uint16_t>(number);
        binding.protocol = exposed.substr(slash + 1);
        const bool bound =
            std::any_of(spec.ports.begin(), spec.ports.end(), [&](const PortBinding& own) {
                return own.container_port == binding.container_port &&
                       own.protocol == binding.protocol;
            });
        if (!bound) d.wanted_ports.push_back(binding);
    }
}

void connect(World& world, ContainerId id, Endpoint& endpoint) {
    endpoint.connected = true;
    endpoint.was_connected = true;
    record_endpoint_fact(world, id, kFactNetworkConnect, endpoint.bridge);
}

Endpoint* find_endpoint(World& world, ContainerId id, BridgeId bridge) {
    for (Endpoint& endpoint : world.detail(id).endpoints) {
        if (endpoint.bridge == bridge ||
            (!endpoint.bridge && endpoint.network == world.bridge(bridge).name))
            return &endpoint;
    }
    return nullptr;
}

// moby updateNetworkSettings and connectToNetwork: which networks go together.
Refusal check_attach(World& world, ContainerId id, const Bridge& bridge) {
    const ContainerSpec& spec = world.spec(world.container(id));
    const std::string mode = mode_of(spec);
    if (mode.starts_with(kContainerMode)) {
        return {400,
                "container sharing network namespace with another container or host cannot be "
                "connected to any other network"};
    }
    if (mode != "host" && bridge.driver == "host") {
        return {400,
                "container cannot be disconnected from host network or connected to host network"};
    }
    for (const Endpoint& endpoint : world.detail(id).endpoints) {
        if (!endpoint.bridge || world.bridge(endpoint.bridge).removed) continue;
        const Bridge& present = world.bridge(endpoint.bridge);
        if (present.name == bridge.name) continue;
        if (present.driver == "host" || bridge.driver == "host") {
            return {400,
                    "container sharing network namespace with another container or host cannot be "
                    "connected to any other network"};
        }
        if (present.driver == "null" || bridge.driver == "null") {
            return {400,
                    "container cannot be connected to multiple networks with one of the networks "
                    "in private (none) mode"};
        }
    }
    return not_refused();
}

Refusal connect_running(World& world, ContainerId id, Endpoint endpoint) {
    add_own_aliases(world, id, endpoint);
    if (Refusal refusal = take_address(world, endpoint); refusal.status != 0) return refusal;
    ContainerDetail& d = world.detail(id);
    Endpoint* before = publishing_endpoint(world, d.endpoints);
    const bool moves = can_publish(world, endpoint) && (before == nullptr || is_gateway_before(world, endpoint, *before));
    if (moves && !d.wanted_ports.empty()) {
        withdraw_ports(world, id);
        if (Refusal refusal = publish_on(world, id, endpoint); refusal.status != 0) {
            // What is bound where it was is bound anew: a port that the engine chose is another one then.
            if (before != nullptr) (void)publish_on(world, id, *before);
            give_address_back(world, endpoint);
            return refusal;
        }
    }
    d.endpoints.push_back(std::move(endpoint));
    connect(world, id, d.endpoints.back());
    return not_refused();
}

// The ports of a container that left the network they were bound for (endpoint.go, sbLeave). That they can't be bound again is told in
// the engine's log alone.
void publish_anew(World& world, ContainerId id) {
    ContainerDetail& d = world.detail(id);
    if (Endpoint* next = publishing_endpoint(world, d.endpoints)) (void)publish_on(world, id, *next);
}

}  // namespace

bool connect_outline(World& world, ContainerId id) {
    const auto& networks = world.host(world.container(id).host).engine.networks;
    const auto own = networks.find("bridge");
    const BridgeId bridge = own == networks.end() ? BridgeId{} : own->second;
    if (!bridge || world.bridge(bridge).driver != "bridge") return false;
    const std::optional<Ipv4> free = world.bridge(bridge).addresses.take();
    if (!free) return false;
    world.container(id).outline->address = *free;
    record_endpoint_fact(world, id, kFactNetworkConnect, bridge);
    return true;
}

Refusal plan_endpoints(World& world, ContainerId id) {
    const Container& c = world.container(id);
    const ContainerSpec& spec = world.spec(c);
    ContainerDetail& d = world.detail(id);
    plan_ports(world, id);
    const std::string mode = mode_of(spec);
    d.endpoints.clear();
    if (mode.starts_with(kContainerMode)) return not_refused();
    if (spec.endpoints.size() > kMostEndpoints)
        return {400, fmt::format("a container can be on {} networks at most", kMostEndpoints)};
    std::vector<EndpointSpec> wanted = spec.endpoints;
    if (wanted.empty()) wanted.push_back({mode, {}, {}});
    for (const EndpointSpec& one : wanted) {
        Endpoint endpoint;
        Refusal refusal = not_refused();
        endpoint.network = one.network == "default" ? "bridge" : one.network;
        endpoint.bridge = find_network(world, c.host, endpoint.network, refusal);
        if (endpoint.bridge) endpoint.network = world.bridge(endpoint.bridge).name;
        endpoint.aliases = one.aliases;
        endpoint.wanted_ipv4 = one.ipv4_address;
        d.endpoints.push_back(std::move(endpoint));
    }
    return not_refused();
}

Refusal bind_ports(World& world, ContainerId id) {
    if (Refusal refusal = check_shared_network(world, id); refusal.status != 0) return refusal;
    const HostId host = world.container(id).host;
    ContainerDetail& d = world.detail(id);
    for (Endpoint& endpoint : d.endpoints) {
        Refusal refusal = find_bridge(world, host, endpoint);
        if (refusal.status == 0 && !endpoint.was_connected)
            refusal = check_endpoint(
                world.bridge(endpoint.bridge), endpoint.aliases, endpoint.wanted_ipv4);
        if (refusal.status == 0) {
            endpoint.network = world.bridge(endpoint.bridge).name;
            ++endpoint.ordinal;
            add_own_aliases(world, id, endpoint);
            refusal = take_address(world, endpoint);
        }
        if (refusal.status != 0) {
            give_addresses_back(world, id);
            return refusal;
        }
    }
    if (d.wanted_ports.empty()) return not_refused();
    // The engine joins the networks one by one and moves the ports at each that becomes the gateway (endpoint.go, sbJoin), in an
    // order that Go's maps leave to chance; they end up here.
    Endpoint* outside = publishing_endpoint(world, d.endpoints);
    if (outside == nullptr) return not_refused();
    Refusal refusal = publish_on(world, id, *outside);
    if (refusal.status == 0) return refusal;
    give_addresses_back(world, id);
    // The engine takes its half-made sandbox down and says so for each network of the container.
    for (const Endpoint& endpoint : d.endpoints)
        record_endpoint_fact(world, id, kFactNetworkDisconnect, endpoint.bridge);
    return refusal;
}

void unbind_ports(World& world, ContainerId id) {
    withdraw_ports(world, id);
}

void connect_endpoints(World& world, ContainerId id) {
    for (Endpoint& endpoint : world.detail(id).endpoints) {
        if (endpoint.bridge && !endpoint.connected) connect(world, id, endpoint);
    }
}

void release_endpoints(World& world, ContainerId id) {
    for (Endpoint& endpoint : world.detail(id).endpoints) {
        give_address_back(world, endpoint);
        endpoint.connected = false;
    }
}

void disconnect_endpoints(World& world, ContainerId id) {
    for (Endpoint& endpoint : world.detail(id).endpoints) {
        give_address_back(world, endpoint);
        if (!endpoint.connected) continue;
        endpoint.connected = false;
        record_endpoint_fact(world, id, kFactNetworkDisconnect, endpoint.bridge);
    }
    tell_of_places(world, id);  // of those it got for a start that failed
}

Refusal attach_endpoint(World& world,
                        ContainerId id,
                        BridgeId bridge_id,
                        const EndpointSpec& wanted) {
    const Bridge& bridge = world.bridge(bridge_id);
    ContainerDetail& d = world.detail(id);
    const bool running = runs(world.container(id));
    if (Refusal refusal = check_endpoint(bridge, wanted.aliases, wanted.ipv4_address);
        refusal.status != 0)
        return refusal;
    if (Refusal refusal = check_attach(world, id, bridge); refusal.status != 0) return refusal;
    if (find_endpoint(world, id, bridge_id) != nullptr) {
        if (!running) return not_refused();
        return {403,
                fmt::format("endpoint with name {} already exists in network {}",
                            world.name_of(id),
                            bridge.name)};
    }
    if (d.endpoints.size() >= kMostEndpoints)
        return {400, fmt::format("a container can be on {} networks at most", kMostEndpoints)};
    Endpoint endpoint;
    endpoint.bridge = bridge_id;
    endpoint.network = bridge.name;
    endpoint.aliases = wanted.aliases;
    endpoint.wanted_ipv4 = wanted.ipv4_address;
    endpoint.ordinal =
        ++world.host(bridge.host).engine.ordinals["endpoint/" + container_id_text(world, id)] << 16;
    if (running) return connect_running(world, id, std::move(endpoint));
    add_own_aliases(world, id, endpoint);
    d.endpoints.push_back(std::move(endpoint));
    return not_refused();
}

Refusal detach_endpoint(World& world, ContainerId id, BridgeId bridge_id) {
    const Bridge& bridge = world.bridge(bridge_id);
    const Container& c = world.container(id);
    ContainerDetail& d = world.detail(id);
    Endpoint* endpoint = find_endpoint(world, id, bridge_id);
    if (runs(c) && mode_of(world.spec(c)) == "host" && bridge.driver == "host") {
        return {400,
                "container cannot be disconnected from host network or connected to host network"};
    }
    // In back-off it counts as running, but has no endpoint that could be taken away (disconnectFromNetwork).
    const bool running = c.counts_as_running();
    if (endpoint == nullptr || (running && !endpoint->connected)) {
        const std::string_view form = running ? "container {} is not connected to network {}"
                                              : "container {} is not connected to the network {}";
        return {500, fmt::format(fmt::runtime(form), container_id_text(world, id), bridge.name)};
    }
    const bool published = endpoint->publishes;
    if (published) withdraw_ports(world, id);
    give_address_back(world, *endpoint);
    d.endpoints.erase(d.endpoints.begin() + (endpoint - d.endpoints.data()));
    if (published) publish_anew(world, id);
    record_endpoint_fact(world, id, kFactNetworkDisconnect, bridge_id);
    // Of one that runs it is told twice before 28.0 (tryDetachContainerFromClusterNetwork, then DisconnectFromNetwork; moby
    // issue 48797).
    if (running) record_endpoint_fact(world, id, kFactNetworkDisconnect, bridge_id);
    return not_refused();
}

void forget_endpoints(World& world, ContainerId id) {
    withdraw_ports(world, id);
    give_addresses_back(world, id);
    world.detail(id).endpoints.clear();
    world.host(world.container(id).host)
        .engine.ordinals.erase("endpoint/" + container_id_text(world, id));
}

bool network_in_use(const World& world, BridgeId bridge) {
    return !containers_on(world, bridge).empty();
}

std::vector<ContainerId> containers_on(const World& world, BridgeId bridge) {
    std::vector<std::pair<Ipv4, ContainerId>> found;
    for (const auto& [name, id] : world.host(world.bridge(bridge).host).engine.by_name) {
        const Container& c = world.container(id);
        if (!c.detail) continue;
        for (const Endpoint& endpoint : c.detail->endpoints) {
            if (endpoint.bridge == bridge && endpoint.connected)
                found.emplace_back(endpoint.ipv4, id);
        }
    }
    std::sort(found.begin(), found.end());
    std::vector<ContainerId> out;
    for (const auto& [address, id] : found)
        out.push_back(id);
    return out;
}

std::string endpoint_id_text(const World& world, ContainerId id, const Endpoint& endpoint) {
    return make_id("endpoint",
                   container_id_text(world, id) + "/" + world.bridge(endpoint.bridge).id,
                   endpoint.ordinal);
}

std::string sandbox_id_text(const World& world, ContainerId id) {
    return make_id("sandbox", container_id_text(world, id), world.container(id).run_generation);
}

ContainerId network_owner(const World& world, ContainerId id) {
    const ContainerSpec& spec = world.spec(world.container(id));
    if (!spec.network_mode.starts_with(kContainerMode)) return id;
    Refusal refusal = not_refused();
    return find_container(
        world, world.container(id).host, spec.network_mode.substr(kContainerMode.size()), refusal);
}

ContainerId network_namespace(const World& world, ContainerId id) {
    const ContainerId owner = network_owner(world, id);
    if (!owner || world.spec(world.container(owner)).network_mode == "host") return {};
    return owner;
}

std::string hostname_of(const World& world, ContainerId id) {
    ContainerId at = id;
    // Modes can point at each other in a circle, of which no container can be started: then nothing is shared.
    for (std::size_t step = 0; at && step < kLongestSharing; ++step) {
        const Container& c = world.container(at);
        const ContainerSpec& spec = world.spec(c);
        if (!spec.hostname.empty()) return spec.hostname;
        if (spec.network_mode == "host") return world.host(c.host).spec.name;
        if (!spec.network_mode.starts_with(kContainerMode)) return short_id(container_id_text(world, at));
        at = network_owner(world, at);
    }
    return short_id(container_id_text(world, id));
}

}  // namespace podium::model
