#pragma once

// What the bridge driver reads from a network's options (-o, driver_opts).
//
// Source: moby 20.10, libnetwork: drivers/bridge/bridge.go (fromLabels, checkConflict) and labels.go.

#include <string>

#include "sim/model/world.hpp"

namespace podium::model {

/// What is wrong with a new bridge network's options: 400 "failed to parse NAME value: ...", 403 a name of an
/// interface that another network has.
Refusal check_bridge_options(const World& world, HostId host, const std::string& id, const std::map<std::string, std::string>& options);

/// The interface on the host: docker0, br-0123456789ab, or the name given.
std::string bridge_interface(const Bridge& bridge);
/// Containers on it may talk to each other.
bool lets_containers_talk(const Bridge& bridge);
/// What leaves it for other hosts goes under the host's address, so that answers find back.
bool masquerades(const Bridge& bridge);
/// Where ports without an address of their own are bound; empty: at all addresses.
std::string default_binding(const Bridge& bridge);
/// Of its containers' interfaces.
int mtu_of(const Bridge& bridge);
/// "eth", of which the interfaces in a container are called eth0, eth1.
std::string interface_prefix(const Bridge& bridge);

}  // namespace podium::model
