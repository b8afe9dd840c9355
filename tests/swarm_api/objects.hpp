#pragma once

// Objects from the JSON that the real API has shown of them, for round trips.

#include <cstdint>
#include <map>
#include <string>

#include "tests/swarm_api/fixture.hpp"

namespace podium::swarm::test {

using NumberOf = std::map<std::string, std::uint32_t>;  ///< By id.

Time moment(const Json& text);
Meta meta_from(const Json& json);
ServiceSpec spec_from(const Json& json);
Port port_from(const Json& json);
UpdateState update_state_from(const std::string& text);
TaskState task_state_from(const std::string& text);
Service service_from(const Json& json, const NumberOf& networks);
Task task_from(const Json& json,
               const NumberOf& services,
               const NumberOf& nodes,
               const NumberOf& networks);
Node node_from(const Json& json);
/// Of GET /networks.
Network network_from(const Json& json);
/// Of a task's attachment.
Network attached_network_from(const Json& json);

}  // namespace podium::swarm::test
