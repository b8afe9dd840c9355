#pragma once

// Where a name leads for a process, for programs that talk about the way itself (ping, nslookup, ssh)
// and not to a server.

#include <string>
#include <vector>

#include "sim/model/ids.hpp"
#include "sim/model/process.hpp"

namespace podium::programs::net {

/// One way between two of one machine: the bridge and both stacks.
inline constexpr Duration kLocalLatency = microseconds(60);

struct Route {
    bool resolved = false;
    bool reachable = false;  ///< Both ways, at this instant.
    bool no_network = false;  ///< The kernel refuses at once: "Network is unreachable".
    bool neighbour = false;  ///< On a network the process is on itself, so that it asks for it there.
    std::string address;     ///< IPv4.
    std::vector<std::string> addresses;  ///< All that the name means.
    Duration latency{};      ///< One way.
    std::int64_t loss_ppm = 0;  ///< There and back.
    model::HostId host;      ///< The simulated host that has the address (or whose container has it).
    model::ContainerId container;
};

/// Looks a name or address up and finds the way there.
Route find_route(model::ProcessContext& context, const std::string& name);

/// The addresses of the process's own machine with their prefix: "172.18.0.2/16", outside ones only.
std::vector<std::string> own_addresses(model::ProcessContext& context);

/// An address of the network a host is on, and how many bits of it name the network.
inline constexpr int kHostNetworkPrefix = 24;

}  // namespace podium::programs::net
