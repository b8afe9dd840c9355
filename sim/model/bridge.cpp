#include "sim/model/bridge.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "sim/model/bridge_options.hpp"
#include "sim/model/engine.hpp"

namespace podium::model {
namespace {

constexpr std::size_t kMostNetworksPerHost = 10'000;

Subject subject_of(BridgeId id) {
    return {SubjectType::Network, id.value};
}

// Which of its addresses a published port can be bound to (moby asks the kernel): loopback, the
// host's own, and the gateways of its networks.
void tell_addresses(World& world, HostId host) {
    std::vector<Ipv4> addresses{Ipv4{0x7F000001}};
    if (const Result<Ipv4> own = parse_ipv4(world.host(host).spec.address); own.ok())
        addresses.push_back(*own);
    for (const BridgeId id : networks_of(world, host)) {
        if (world.bridge(id).gateway) addresses.push_back(world.bridge(id).gateway);
    }
    world.host(host).engine.port_table.set_host_addresses(std::move(addresses));
}

// What the next network of a name will be called by.
std::string next_network_id(const World& world, HostId host, const std::string& name) {
    const auto& ordinals = world.host(host).engine.ordinals;
    const auto made = ordinals.find("network/" + name);
    return make_id("network", world.host(host).spec.name + "/" + name, made == ordinals.end() ? 0 : made->second);
}

BridgeId add_bridge(World& world, HostId host, Bridge bridge) {
    Engine& engine = world.host(host).engine;
    PODIUM_ASSERT(engine.networks.size() < kMostNetworksPerHost,
                  "a host has a limited number of networks");
    bridge.host = host;
    bridge.id = next_network_id(world, host, bridge.name);
    ++engine.ordinals["network/" + bridge.name];
    bridge.created = world.kernel.now();
    // Without a check for duplicates two networks may have one name; the second goes by its id
    // here.
    const std::string key = engine.networks.contains(bridge.name) ? bridge.id : bridge.name;
    world.bridges.push_back(std::move(bridge));
    const BridgeId id{static_cast<std::uint32_t>(world.bridges.size())};
    engine.networks[key] = id;
    return id;
}

Outcome<Subnet> take_subnet(SubnetPools& pools, const NetworkSpec& spec) {
    if (spec.subnet.empty()) return pools.take();
    return pools.take(*parse_subnet(spec.subnet));
}

// Gives a new network its subnet, gateway and pool of addresses. The sentences are those of moby v20.10.24 daemon/network.go
// (getIpamConfig) and its libnetwork (network.go, ipamAllocateVersion; ipam/allocator.go, RequestPool).
Refusal address_network(World& world, HostId host, const NetworkSpec& spec, Bridge& bridge) {
    const bool configured = !spec.subnet.empty() || !spec.gateway.empty() || !spec.ip_range.empty();
    if (configured && !parse_subnet(spec.subnet).ok()) return Refusal{500, fmt::format("Invalid subnet {0} : invalid CIDR address: {0}", spec.subnet)};
    if (!spec.gateway.empty() && !parse_ipv4(spec.gateway).ok())
        return Refusal{400, fmt::format("invalid gateway address {} in Ipam configuration", spec.gateway)};
    const Result<Subnet> range_asked = parse_subnet(spec.ip_range);
    if (!spec.ip_range.empty() && !range_asked.ok())
        return Refusal{500,
                       fmt::format("failed to parse pool request for address space \"LocalDefault\" pool \"{}\" subpool \"{}\": Invalid Address SubPool",
                                   spec.subnet,
                                   spec.ip_range)};
    SubnetPools& pools = world.host(host).engine.pools;
    const Outcome<Subnet> subnet = take_subnet(pools, spec);
    if (!subnet.ok()) return subnet.refusal();
    bridge.subnet = *subnet;
    bridge.subnet_given = !spec.subnet.empty();
    bridge.gateway_given = !spec.gateway.empty();
    std::optional<Subnet> range;
    if (!spec.ip_range.empty()) {
        if (!bridge.subnet.contains(range_asked->base) || !bridge.subnet.contains(range_asked->broadcast())) {
            pools.release(bridge.subnet);
            return Refusal{501, fmt::format("Podium does not simulate ranges of addresses outside of their subnet (here {})", spec.ip_range)};
        }
        range = *range_asked;
    }
    // Without a gateway of its own it is the first of the range (libnetwork network.go, ipamAllocateVersion).
    bridge.addresses = AddressPool(bridge.subnet, range);
    if (bridge.gateway_given) {
        const Outcome<Ipv4> gateway = bridge.addresses.take(*parse_ipv4(spec.gateway));
        if (!gateway.ok()) {
            pools.release(bridge.subnet);
            return Refusal{500,
                           fmt::format("failed to allocate gateway ({}): {}",
                                       spec.gateway,
                                       gateway.refusal().message)};
        }
        bridge.gateway = *gateway;
        return not_refused();
    }
    const std::optional<Ipv4> gateway = bridge.addresses.take();
    if (!gateway) {
        pools.release(bridge.subnet);
        return Refusal{500, "failed to allocate gateway (): No available addresses on this pool"};
    }
    bridge.gateway = *gateway;
    return not_refused();
}

Refusal check_driver(const std::string& driver) {
    if (driver == "bridge") return not_refused();
    if (driver == "host" || driver == "null") {
        return Refusal{403, fmt::format("only one instance of \"{}\" network is allowed", driver)};
    }
    if (driver == "overlay") {
        return Refusal{503,
                       "This node is not a swarm manager. Use \"docker swarm init\" or \"docker "
                       "swarm join\" to connect this node "
                       "to swarm and try again."};
    }
    if (driver == "macvlan" || driver == "ipvlan") {
        return Refusal{
            501,
            fmt::format("Podium does not simulate networks of the driver {}; use the driver bridge",
                        driver)};
    }
    return Refusal{404, fmt::format("plugin \"{}\" not found", driver)};
}

}  // namespace

bool is_predefined_network(std::string_view name) {
    return name == "bridge" || name == "host" || name == "none";
}

void add_predefined_networks(World& world, HostId host) {
    Engine& engine = world.host(host).engine;
    if (const Result<Ipv4> own = parse_ipv4(world.host(host).spec.address); own.ok()) {
        engine.pools.add_host_route({Ipv4{own->value & 0xFFFFFF00U}, 24});
    }
    for (const char* name : {"none", "host"}) {
        Bridge plain;
        plain.name = name;
        plain.driver = plain.name == "none" ? "null" : name;
        plain.predefined = true;
        add_bridge(world, host, std::move(plain));
    }
    Bridge bridge;
    bridge.name = "bridge";
    bridge.predefined = true;
    bridge.subnet_given = true;
    bridge.options = {{"com.docker.network.bridge.default_bridge", "true"},
                      {"com.docker.network.bridge.enable_icc", "true"},
                      {"com.docker.network.bridge.enable_ip_masquerade", "true"},
                      {"com.docker.network.bridge.host_binding_ipv4", "0.0.0.0"},
                      {"com.docker.network.bridge.name", "docker0"},
                      {"com.docker.network.driver.mtu", "1500"}};
    const Outcome<Subnet> subnet = engine.pools.take(engine.pools.first_free_of_routes());
    PODIUM_ASSERT(subnet.ok(), "a new host has a free subnet for its default bridge");
    bridge.subnet = *subnet;
    bridge.addresses = AddressPool(bridge.subnet);
    bridge.gateway = bridge.addresses.take().value_or(Ipv4{});
    add_bridge(world, host, std::move(bridge));
    tell_addresses(world, host);
}

void readdress_network(World& world, BridgeId id, Subnet subnet, Ipv4 gateway) {
    Bridge& bridge = world.bridge(id);
    bridge.subnet = subnet;
    bridge.addresses = AddressPool(subnet);
    bridge.gateway_given = static_cast<bool>(gateway);
    if (gateway) {
        const Outcome<Ipv4> taken = bridge.addresses.take(gateway);
        bridge.gateway = taken.ok() ? *taken : Ipv4{};
    } else {
        bridge.gateway = bridge.addresses.take().value_or(Ipv4{});
    }
    tell_addresses(world, bridge.host);
}

NetworkCreation create_network(World& world, HostId host, const NetworkSpec& spec) {
    NetworkCreation out;
    if (spec.name.empty()) {
        out.refusal = {400, "network name cannot be empty"};
        return out;
    }
    if (is_predefined_network(spec.name) || spec.name == "default") {
        out.refusal = {
            403, fmt::format("operation is not permitted on predefined {} network ", spec.name)};
        return out;
    }
    if (spec.check_duplicate && world.host(host).engine.networks.contains(spec.name)) {
        out.refusal = {409, fmt::format("network with name {} already exists", spec.name)};
        return out;
    }
    Bridge bridge;
    bridge.name = spec.name;
    bridge.driver = spec.driver.empty() ? "bridge" : spec.driver;
    bridge.labels = spec.labels;
    bridge.options = spec.options;
    bridge.internal = spec.internal;
    bridge.attachable = spec.attachable;
    bridge.check_duplicate = spec.check_duplicate;
    out.refusal = check_driver(bridge.driver);
    if (out.refusal.status == 0) out.refusal = check_bridge_options(world, host, next_network_id(world, host, spec.name), spec.options);
    if (out.refusal.status == 0) out.refusal = address_network(world, host, spec, bridge);
    if (out.refusal.status != 0) return out;
    out.bridge = add_bridge(world, host, std::move(bridge));
    tell_addresses(world, host);
    Kernel& k = world.kernel;
    const FactId fact = k.record(kFactNetworkCreate,
                                 subject_of(out.bridge),
                                 k.intern(spec.name),
                                 k.intern(world.bridge(out.bridge).driver));
    publish_event(world, host, fact);
    return out;
}

Refusal remove_network(World& world, HostId host, BridgeId id) {
    Bridge& bridge = world.bridge(id);
    if (bridge.predefined)
        return {403, fmt::format("{} is a pre-defined network and cannot be removed", bridge.name)};
    if (bridge.removed) return {404, fmt::format("network {} not found", bridge.name)};
    if (network_in_use(world, id)) {
        return {403,
                fmt::format("error while removing network: network {} id {} has active endpoints",
                            bridge.name,
                            bridge.id)};
    }
    bridge.removed = true;
    Engine& engine = world.host(host).engine;
    if (const auto own = engine.networks.find(bridge.name);
        own != engine.networks.end() && own->second == id) {
        engine.networks.erase(own);
    } else {
        engine.networks.erase(bridge.id);
    }
    engine.pools.release(bridge.subnet);
    tell_addresses(world, host);
    Kernel& k = world.kernel;
    const FactId fact = k.record(
        kFactNetworkDestroy, subject_of(id), k.intern(bridge.name), k.intern(bridge.driver));
    publish_event(world, host, fact);
    return not_refused();
}

BridgeId find_network(const World& world, HostId host, const std::string& name, Refusal& refusal) {
    refusal = not_refused();
    std::vector<BridgeId> by_name;
    std::vector<BridgeId> by_prefix;
    for (const BridgeId id : networks_of(world, host)) {
        const Bridge& bridge = world.bridge(id);
        if (bridge.id == name) return id;
        if (bridge.name == name) by_name.push_back(id);
        if (!name.empty() && bridge.id.starts_with(name)) by_prefix.push_back(id);
    }
    if (by_name.size() == 1) return by_name.front();
    if (by_name.size() > 1) {
        refusal = {400,
                   fmt::format(
                       "network {} is ambiguous ({} matches found on name)", name, by_name.size())};
    } else if (by_prefix.size() == 1) {
        return by_prefix.front();
    } else if (by_prefix.size() > 1) {
        refusal = {400,
                   fmt::format("network {} is ambiguous ({} matches found based on ID prefix)",
                               name,
                               by_prefix.size())};
    } else {
        refusal = {404, fmt::format("network {} not found", name)};
    }
    return {};
}

std::vector<BridgeId> networks_of(const World& world, HostId host) {
    const auto& by_name = world.host(host).engine.networks;
    std::vector<BridgeId> ids;
    ids.reserve(by_name.size());
    for (const auto& [name, id] : by_name)
        ids.push_back(id);
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    return ids;
}

}  // namespace podium::model
