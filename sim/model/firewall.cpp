#include "sim/model/firewall.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "sim/base/text.hpp"

namespace podium::model {
namespace {

constexpr std::int64_t kMostPort = 65'535;

// Whoever keeps a way of the network looks again: an overlay of no links changes nothing but the version.
void ways_changed(World& world) { world.network.end_link_quality(world.network.set_link_quality({}, {})); }

}  // namespace

bool parse_closed_port(std::string_view text, std::vector<std::string>& out) {
    const auto slash = text.find('/');
    std::int64_t port = 0;
    if (!parse_integer(std::string(text.substr(0, slash)), port) || port < 1 || port > kMostPort) return false;
    const std::string_view protocol = slash == std::string_view::npos ? std::string_view{} : text.substr(slash + 1);
    if (slash != std::string_view::npos && protocol != "tcp" && protocol != "udp") return false;
    for (const std::string_view each : {"tcp", "udp"}) {
        if (protocol.empty() || protocol == each) out.push_back(fmt::format("{}/{}", port, each));
    }
    return true;
}

void close_port(World& world, HostId host, const std::string& port) {
    world.host(host).spec.closed_ports.push_back(port);
    ways_changed(world);
}

void open_port(World& world, HostId host, const std::string& port) {
    std::vector<std::string>& closed = world.host(host).spec.closed_ports;
    const auto found = std::find(closed.begin(), closed.end(), port);
    if (found == closed.end()) return;
    closed.erase(found);
    ways_changed(world);
}

}  // namespace podium::model
