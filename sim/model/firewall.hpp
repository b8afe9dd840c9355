#pragma once

// What hosts' firewalls drop: packets from other hosts to a port, those of connections that are there
// already too, as a rule at the head of the input chain does (iptables -I INPUT -p tcp --dport 2377 -j
// DROP). What a host sends itself is not filtered. is_closed() in overlay.hpp reads what this writes.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/model/world.hpp"

namespace podium::model {

/// "2377/tcp", "4789/udp", "7946" (both protocols): appended as "port/protocol"; false: it is none of these.
bool parse_closed_port(std::string_view text, std::vector<std::string>& out);
/// Closes a port once more: it is open when it has been opened as often.
void close_port(World& world, HostId host, const std::string& port);
/// Takes back one close_port(). Without effect when the port is open.
void open_port(World& world, HostId host, const std::string& port);

}  // namespace podium::model
