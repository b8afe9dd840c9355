#pragma once

// Plain containers on a swarm's attachable networks. The engine asks the swarm for a place on such a
// network each time the container is connected to it, and gives it back when it is disconnected; what
// it asks is a request of the world's outbox that names the container.
//
// Source: moby 20.10, daemon/container_operations.go (findAndAttachNetwork, releaseNetwork) and
// daemon/network.go. A name that the engine does not know may be a network of the swarm's, so the
// swarm's sentence is the one that is seen. Not modelled: IPAMConfig of a place that was given out.

#include "sim/model/container.hpp"
#include "sim/model/world.hpp"

namespace podium::model {

/// Asks for the first place that a container which starts does not have yet; false: it has all it needs.
/// Once it is answered the start goes on, or fails with what was said.
bool ask_for_places(World& world, ContainerId container);
/// Asks for a place for a container that runs; the request is answered when it is connected, or why it can't be.
/// False: the network is none of a swarm's, or the container does not run.
bool ask_to_connect(World& world, RequestId connect, const Request& request);
/// A container that does not run is connected to, or disconnected from, a network that the engine doesn't know: it only
/// keeps the name, for its next start (moby v20.10.24 container_operations.go, ConnectToNetwork, DisconnectFromNetwork); a
/// disconnect by force takes one that runs for such a one. False: it is nothing of the kind.
bool edit_unknown_network(World& world, RequestId id, const Request& request);
/// The swarm's answer to what one of these asked.
void place_answered(World& world, RequestId request);
/// Whether a request is one of these.
inline bool asks_for_place(const Request& request) { return request.spec.operation == Operation::Orchestration && request.container; }
/// The name of the network it asks for (or its id), and the address it wants; empty: any.
const std::string& network_asked_for(const Request& request);
std::string address_asked_for(const Request& request);

/// The container's places may have changed: the swarm looks at them.
void tell_of_places(World& world, ContainerId container);
/// Whether it is on a swarm's network with this address, or about to be.
bool has_place(const World& world, ContainerId container, const std::string& network, Ipv4 address);
/// Whether it is started by its policy only once the swarm is there (moby RestartSwarmContainers).
bool waits_for_swarm(const World& world, ContainerId container);

}  // namespace podium::model
