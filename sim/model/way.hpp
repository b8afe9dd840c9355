#pragma once

// Which way a packet takes from a network namespace to an IPv4 address: by the namespace's own interfaces and
// routes, then by what its host lets through from bridge to bridge. Only reads the world. Used by exchange.cpp and
// by programs that talk of the way itself (ping, wget's sentences).
//
// Source: moby 20.10, libnetwork: drivers/bridge/setup_ip_tables.go (DOCKER-ISOLATION-STAGE-1 and -2, rules of
// internal networks, icc), iptables/iptables.go (Forward), sandbox.go and default_gateway.go (the default route).

#include <string_view>

#include "sim/model/world.hpp"

namespace podium::model {

/// A network namespace: a host's own, or one that a run of a container made. A container in mode
/// "container:X" lives in that of X's run at the time of its own start, and stays there when X starts anew:
/// then its sockets are in a namespace that nothing leads to any more.
struct NetworkPlace {
    ContainerId owner;  ///< None: the host's own.
    bool left_behind = false;

    bool operator==(const NetworkPlace&) const = default;
};

/// The namespace of a container's processes; none: of a host's own.
NetworkPlace place_of(const World& world, ContainerId container);
/// Whether a namespace has any interface but its loopback.
bool has_network(const World& world, NetworkPlace place);
/// Which of two places on networks that are not internal the default route takes: on a bridge before on an overlay network, which has a
/// gateway by docker_gwbridge only, then by the networks' names (sandbox.go, Less; nobody gives endpoints priorities in 20.10).
bool is_gateway_before(const World& world, const Endpoint& a, const Endpoint& b);
/// The place on a network by which packets leave for everywhere else: the first of those that are not internal (default_gateway.go,
/// getGatewayEndpoint). Null when there is no default route.
const Endpoint* gateway_of(const World& world, ContainerId owner);
/// Whether names and addresses outside its own networks can be asked for from a namespace.
bool has_way_out(const World& world, NetworkPlace place);

enum class Way : std::uint8_t {
    NoNetwork,  ///< No route: connect(2) fails at once with "Network is unreachable".
    Host,       ///< An address of a host's own.
    Container,  ///< One of a container.
    Dropped,    ///< The engine's rules drop it, or no answer finds back: silence.
    Nobody,     ///< Of a network that the namespace is on, where nobody has it.
    Away,       ///< Out of the simulated world.
};

struct Lead {
    Way way = Way::Away;
    HostId host;
    ContainerId container;
    BridgeId in;  ///< By which network it comes to its own host; none from that host itself and from others.
};

/// Where an address leads from a container of a host, or from the host itself (none). `likely` is looked at
/// first, for speed alone. Addresses of a swarm's networks are not known here (bridge_names.cpp).
Lead lead_to(const World& world, HostId host, ContainerId from, Ipv4 address, ContainerId likely = {});

/// Whether the host forwards a connection to a published port by itself before docker-proxy sees it, for what
/// comes in by this network: so it is where no rule says RETURN (setup_ip_tables.go, skipDNAT). What is
/// forwarded to another bridge is dropped there.
bool forwards_published(const Bridge& in);

/// A container's address on the network where `named`, which a name of several containers led to, is.
Ipv4 address_like(const World& world, ContainerId container, Ipv4 named);

}  // namespace podium::model
