#include "sim/orch/swarm/hosts/listen_address.hpp"

#include <fmt/format.h>

#include "sim/model/address.hpp"
#include "sim/model/bridge.hpp"
#include "sim/model/bridge_options.hpp"

namespace podium::swarm {
namespace {

// configError is errdefs.InvalidParameter.
constexpr int kWrongAddress = 400;
constexpr std::string_view kBadListen = "listen address must be an IP address or network interface (with optional port number)";
constexpr std::string_view kBadAdvertise = "advertise address must be a non-zero IP address or network interface (with optional port number)";
constexpr std::string_view kBadDataPath = "data path address must be a non-zero IP address or network interface (without a port number)";
constexpr std::string_view kManagersPort = "2377";

model::Refusal other_port(std::string_view port) { return {501, fmt::format("Podium does not simulate managers on another port than {} (here {}) yet", kManagersPort, port)}; }

// resolveInputIPAddr: an interface goes before an address. Nothing: it is neither.
std::optional<std::string> input_address(const Scene& scene, model::HostId host, const std::string& input, bool zero_is_fine) {
    if (input == "eth0") return scene.world.host(host).spec.address;
    if (input == "lo") return "127.0.0.1";
    for (const model::BridgeId id : model::networks_of(scene.world, host)) {
        const model::Bridge& bridge = scene.world.bridge(id);
        if (bridge.driver == "bridge" && model::bridge_interface(bridge) == input) return bridge.gateway.text();
    }
    const auto address = model::parse_ipv4(input);
    if (!address || (!zero_is_fine && address->text() == "0.0.0.0")) return std::nullopt;
    return address->text();
}

// Where "host:port" ends its host; npos when there is no port.
std::size_t port_begins(const std::string& text) { return text.rfind(':'); }

}  // namespace

model::Outcome<std::string> advertised_address(const Scene& scene, model::HostId host, const std::string& given) {
    if (given.empty()) return scene.world.host(host).spec.address;
    const std::size_t colon = port_begins(given);
    const auto address = input_address(scene, host, given.substr(0, colon), false);
    if (!address) return model::Refusal{kWrongAddress, std::string(kBadAdvertise)};
    if (colon != std::string::npos && given.substr(colon + 1) != kManagersPort) return other_port(given.substr(colon + 1));
    return *address;
}

std::optional<model::Refusal> check_other_addresses(const Scene& scene, model::HostId host, const std::string& listen, const std::string& data_path) {
    if (!listen.empty()) {
        const std::size_t colon = port_begins(listen);
        if (!input_address(scene, host, listen.substr(0, colon), true)) return model::Refusal{kWrongAddress, std::string(kBadListen)};
        if (colon != std::string::npos && listen.substr(colon + 1) != kManagersPort) return other_port(listen.substr(colon + 1));
    }
    if (!data_path.empty() && !input_address(scene, host, data_path, false)) return model::Refusal{kWrongAddress, std::string(kBadDataPath)};
    return std::nullopt;
}

}  // namespace podium::swarm
