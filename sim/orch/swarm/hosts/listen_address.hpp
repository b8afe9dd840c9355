#pragma once

// The addresses that `docker swarm init` and `join` are given: an IP address or the name of an interface, resolved
// by the host's engine (moby daemon/cluster/listen_addr.go). Pure functions of the host.

#include <optional>
#include <string>

#include "sim/model/refusal.hpp"
#include "sim/orch/swarm/hosts/rows.hpp"

namespace podium::swarm {

/// The address that others are told, without a port; the host's own for none given. Refused: what is neither an
/// address nor an interface of the host's, and a port other than the one managers have here.
model::Outcome<std::string> advertised_address(const Scene& scene, model::HostId host, const std::string& given);

/// What is wrong with the other two; empty ones are not looked at.
std::optional<model::Refusal> check_other_addresses(const Scene& scene, model::HostId host, const std::string& listen, const std::string& data_path);

}  // namespace podium::swarm
