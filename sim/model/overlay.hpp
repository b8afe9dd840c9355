#pragma once

// A swarm's networks as the engines of its hosts know them: overlay networks, names and virtual
// addresses of services, and the routing mesh. The world does what it is told here by whoever
// orchestrates it, host by host, so that hosts can know different things at one time, as with gossip.
//
// Source: libnetwork of moby 20.10 (drivers/overlay, service_linux.go, resolver.go, agent.go).

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "sim/base/time.hpp"
#include "sim/model/address.hpp"
#include "sim/model/ids.hpp"

namespace podium::model {

struct World;

/// VXLAN's port (udp): closed by a host's firewall, nothing passes between its containers and others'.
inline constexpr std::uint16_t kOverlayPort = 4789;

/// A network of a swarm. It is on a host while something there uses it.
struct OverlaySpec {
    std::string id;  ///< 25 characters, the same on all hosts.
    std::string name;
    std::string subnet;  ///< "10.0.1.0/24".
    std::string gateway;
    std::map<std::string, std::string> labels;
    std::map<std::string, std::string> options;
    bool attachable = false;
    bool internal = false;
    bool ingress = false;
    Time created{};
};

/// One task of a service, as a host knows it.
struct Backend {
    Ipv4 address;  ///< On the network the service is known on.
    ContainerId container;

    bool operator==(const Backend&) const = default;
};

/// A service on one network, as a host knows it.
struct KnownService {
    std::string network;  ///< The network's id.
    std::string name;
    std::vector<std::string> aliases;
    Ipv4 vip;  ///< None: DNS round robin.
    std::vector<Backend> backends;

    bool operator==(const KnownService&) const = default;
};

/// A port of the routing mesh: what comes to it on any host goes to a task on some host.
struct MeshPort {
    std::uint16_t published = 0;
    std::uint16_t target = 0;
    std::string protocol = "tcp";
    std::vector<ContainerId> backends;

    bool operator==(const MeshPort&) const = default;
};

/// What a host's engine has been told of the swarm's services.
struct Directory {
    std::vector<KnownService> services;
    std::vector<MeshPort> mesh;

    bool operator==(const Directory&) const = default;
};

/// Makes the network known to a host's engine; the one it has when it knows it already.
BridgeId join_overlay(World& world, HostId host, const OverlaySpec& spec);
/// The network leaves a host. Without effect when it is not there. Requires that no running container uses it.
void leave_overlay(World& world, HostId host, const std::string& id);
/// The network on a host; none when it is not there.
BridgeId find_overlay(const World& world, HostId host, const std::string& id);
/// What a host knows from now on.
void set_directory(World& world, HostId host, Directory directory);
/// The mesh's port on a host; null when it has none.
const MeshPort* mesh_port(const World& world, HostId host, std::uint16_t port, const std::string& protocol);
/// Whether a host's firewall drops what comes to a port from other hosts.
bool is_closed(const World& world, HostId host, std::uint16_t port, std::string_view protocol);
/// Whether packets of an overlay network pass between two hosts, both ways.
bool overlay_passes(const World& world, HostId first, HostId second);

}  // namespace podium::model
