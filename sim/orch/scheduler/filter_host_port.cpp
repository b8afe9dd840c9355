#include <algorithm>
#include <fmt/format.h>

#include "sim/orch/scheduler/filter.hpp"

// No other task has the ports the task publishes on the node itself. What else listens there (a
// plain container) the scheduler doesn't know.

namespace podium::scheduler {
namespace host_port_filter {
namespace {

bool applies(const TaskShape& shape) {
    return !shape.host_ports.empty();
}

bool passes(const TaskShape& shape, const NodeInfo& node) {
    return std::none_of(shape.host_ports.begin(),
                        shape.host_ports.end(),
                        [&](const HostPort& port) { return node.use.ports.contains(port); });
}

std::string sentence(std::uint32_t nodes) {
    return on_nodes("host-mode port already in use", nodes);
}

std::string text_of(const HostPort& port) {
    return fmt::format("{}/{}", port.port, port.protocol);
}

std::string figures(const TaskShape& shape, const NodeInfo& node) {
    std::string text;
    for (const auto& port : shape.host_ports) {
        if (node.use.ports.contains(port)) {
            text += fmt::format("{}port {} is taken", text.empty() ? "" : ", ", text_of(port));
        }
    }
    return text;
}

std::vector<Remedy> remedies(const TaskShape& shape, const NodeInfo& node) {
    std::vector<Remedy> found;
    for (const auto& port : shape.host_ports) {
        if (node.use.ports.contains(port)) {
            found.push_back({Remedy::Kind::FreePort, node.number, port.protocol, {}, port.port});
        }
    }
    return found;
}

}  // namespace
}  // namespace host_port_filter

const Filter kHostPortFilter{"host-port",
                             true,
                             host_port_filter::applies,
                             host_port_filter::passes,
                             host_port_filter::sentence,
                             host_port_filter::figures,
                             host_port_filter::remedies};

}  // namespace podium::scheduler
