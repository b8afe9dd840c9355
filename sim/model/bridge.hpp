#pragma once

// Docker networks, endpoints and published ports of one host. bridge.cpp writes networks,
// bridge_endpoints.cpp endpoints and ports; bridge_names.cpp only reads.
//
// Docker engine 20.10: an endpoint gets its address when its container starts and loses it at the
// exit. What is wrong with an endpoint (no such network, an alias on the default bridge, a port in
// use) is found at the start, not at create; the container then stays as it was made.

#include "sim/model/container.hpp"
#include "sim/model/world.hpp"

namespace podium::model {

/// The predefined networks bridge (172.17.0.0/16), host and none.
void add_predefined_networks(World& world, HostId host);

/// Creates a network; refusal 409 "network with name X already exists" (check_duplicate).
struct NetworkCreation {
    BridgeId bridge;
    Refusal refusal{0, {}};  ///< status 0 when it worked.
};

struct NetworkSpec {
    std::string name;
    std::string driver;  ///< Empty: bridge.
    std::map<std::string, std::string> labels;
    std::map<std::string, std::string> options;
    std::string subnet;  ///< "172.28.0.0/16", empty: the next free pool.
    std::string ip_range;  ///< A part of the subnet that addresses are picked from; empty: all of it.
    std::string gateway;
    bool internal = false;
    bool attachable = false;
    bool check_duplicate = true;
};

NetworkCreation create_network(World& world, HostId host, const NetworkSpec& spec);
/// Refusal 403 "error while removing network: network X id Y has active endpoints", 404, predefined
/// 403.
Refusal remove_network(World& world, HostId host, BridgeId bridge);
/// By name, id or unique prefix of an id; refusal 404 "network X not found".
BridgeId find_network(const World& world, HostId host, const std::string& name, Refusal& refusal);

/// Gives a network that no container has an address of another subnet, which was taken for it, and the gateway (none: the first
/// address of it).
void readdress_network(World& world, BridgeId bridge, Subnet subnet, Ipv4 gateway);

/// "bridge", "host" and "none" are made by the engine and can't be removed.
bool is_predefined_network(std::string_view name);

/// Fills a new container's endpoints and ports from its spec. A network that does not exist is
/// looked for again at start, as the engine does.
Refusal plan_endpoints(World& world, ContainerId container);
/// The networks' part of a start that can fail: finds the networks, takes addresses and binds the
/// published ports, all or nothing. The refusal is the sentence of `docker start`: 404 "network X
/// not found", 409 "cannot join network of a non running container: ID", 500 "driver failed
/// programming external connectivity on endpoint NAME (ID): ...".
Refusal bind_ports(World& world, ContainerId container);
void unbind_ports(World& world, ContainerId container);
/// Gives addresses and records network connect, for each endpoint in order.
void connect_endpoints(World& world, ContainerId container);
/// The same for a container in outline, which goes to the engine's own bridge; false: that can't be done, and nothing is.
bool connect_outline(World& world, ContainerId container);
/// Takes the addresses back and records network disconnect.
void disconnect_endpoints(World& world, ContainerId container);
/// network connect and disconnect requests on a container that may or may not run.
Refusal attach_endpoint(World& world,
                        ContainerId container,
                        BridgeId bridge,
                        const EndpointSpec& spec);
/// How many networks a container can be on.
inline constexpr std::size_t kMostEndpoints = 1000;
/// Whether it is forced makes no difference for a container that is there (moby v20.10.24 container_operations.go,
/// DisconnectFromNetwork, which asks disconnectFromNetwork without force).
Refusal detach_endpoint(World& world, ContainerId container, BridgeId bridge);
/// Removes a destroyed container's endpoints for good.
void forget_endpoints(World& world, ContainerId container);
/// The 64 digits of an endpoint as of its last start, and of the container's network sandbox.
std::string endpoint_id_text(const World& world, ContainerId container, const Endpoint& endpoint);
std::string sandbox_id_text(const World& world, ContainerId container);
/// The container whose network this one uses: itself unless its mode is "container:ID"; none when that one is gone.
ContainerId network_owner(const World& world, ContainerId container);
/// Whose network a container's processes live in: none for the host's own (mode host), another
/// container's in mode "container:NAME", else its own.
ContainerId network_namespace(const World& world, ContainerId container);
/// The networks of a host that exist, in order of their making.
std::vector<BridgeId> networks_of(const World& world, HostId host);
/// The containers that run on a network, in order of their addresses.
std::vector<ContainerId> containers_on(const World& world, BridgeId bridge);
/// The container's host name: its own, the host's in mode host, another's whose network it lives in, else its short id.
std::string hostname_of(const World& world, ContainerId container);
/// True when any running container uses it.
bool network_in_use(const World& world, BridgeId bridge);

/// What a name resolves to for a process of a container (0: on the host itself): the container's
/// own and extra hosts, names and aliases on shared user-defined networks, other hosts by name.
struct Resolved {
    bool found = false;
    Ipv4 ipv4;
    std::vector<ContainerId> containers;  ///< All that answer to the name, in address order.
    HostId host;                          ///< The name is a host's.
    bool overlay = false;                 ///< By a swarm's directory: the containers may be on any host.
};

Resolved resolve_name(const World& world, HostId host, ContainerId from, const std::string& name);

}  // namespace podium::model
