#pragma once

// Where a request goes, as the network and the engines' rules are at this instant: which namespace and port, or what
// stands in its way. Only reads the world; internal to sim/model.

#include <string>

#include "sim/model/way.hpp"
#include "sim/model/world.hpp"

namespace podium::model {

struct Destination {
    bool resolved = false;
    bool reachable = false;
    bool refused = false;  ///< By the kernel that balances: there is nobody to send it to.
    HostId via;            ///< The host whose mesh sends it on.
    bool balanced = false;
    HostId host;
    NetworkPlace place;
    std::uint16_t port = 0;
    Duration latency{};
    std::int64_t loss_ppm = 0;
    std::string address;
};

/// Where a client's request goes; `turn` says which of several that share a name.
Destination destination_of(const World& world, const Origin& client, const ExchangeSpec& spec, std::uint64_t turn);
/// Whether a port of a host is published, at whichever address, or the routing mesh has it.
bool is_published(const World& world, HostId host, std::uint16_t port, const std::string& protocol);
/// The place in the network of a host, or of clients outside when there is none.
NodeId node_of(const World& world, HostId host, NodeId outside);

}  // namespace podium::model
