#include "sim/model/bridge_options.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "sim/base/text.hpp"
#include "sim/model/bridge.hpp"

namespace podium::model {
namespace {

constexpr const char* kInterfaceName = "com.docker.network.bridge.name";
constexpr const char* kTalk = "com.docker.network.bridge.enable_icc";
constexpr const char* kMasquerade = "com.docker.network.bridge.enable_ip_masquerade";
constexpr const char* kBinding = "com.docker.network.bridge.host_binding_ipv4";
constexpr const char* kMtu = "com.docker.network.driver.mtu";
constexpr const char* kPrefix = "com.docker.network.container_iface_prefix";
constexpr int kEthernetMtu = 1500;
// What an overlay's packets are wrapped into takes of it (libnetwork drivers/overlay: vxlanEncap, pktExpansion).
constexpr int kVxlanBytes = 50;
constexpr int kEncryptionBytes = 26;
constexpr std::size_t kLongestInterface = 15;  // Linux: IFNAMSIZ with its zero

std::string text_of(const std::map<std::string, std::string>& options, const char* name) {
    const auto found = options.find(name);
    return found == options.end() ? std::string() : found->second;
}

// Go's strconv.ParseBool.
std::optional<bool> parse_switch(std::string_view text) {
    constexpr std::array<std::string_view, 6> kOn{"1", "t", "T", "TRUE", "true", "True"};
    constexpr std::array<std::string_view, 6> kOff{"0", "f", "F", "FALSE", "false", "False"};
    if (std::find(kOn.begin(), kOn.end(), text) != kOn.end()) return true;
    if (std::find(kOff.begin(), kOff.end(), text) != kOff.end()) return false;
    return std::nullopt;
}

bool is_switched_on(const Bridge& bridge, const char* name) {
    return bridge.driver != "bridge" || parse_switch(text_of(bridge.options, name)).value_or(true);
}

Refusal cannot_parse(const std::string& name, const std::string& value, const std::string& why) {
    return {400, fmt::format("failed to parse {} value: {} ({})", name, value, why)};
}

// A name that Linux gives no interface: the driver repeats what the kernel said (setup_device.go).
Refusal check_interface_name(const std::string& name) {
    if (name.size() > kLongestInterface) return {500, "numerical result out of range"};
    if (name == "." || name == ".." || name.find_first_of("/: \t\n") != std::string::npos) return {500, "invalid argument"};
    return not_refused();
}

}  // namespace

Refusal check_bridge_options(const World& world, HostId host, const std::string& id, const std::map<std::string, std::string>& options) {
    for (const auto& [name, value] : options) {
        const bool is_switch = name == kTalk || name == kMasquerade || name == "com.docker.network.bridge.default_bridge" || name == "com.docker.network.enable_ipv6";
        if (is_switch && !parse_switch(value)) return cannot_parse(name, value, fmt::format("strconv.ParseBool: parsing \"{}\": invalid syntax", value));
        if (name == kBinding && !parse_ipv4(value)) {
            // Go's ParseIP takes IPv6 addresses too; ports would then be bound for these alone.
            if (value.find(':') != std::string::npos) return {501, fmt::format("Podium does not simulate ports bound at IPv6 addresses; give {} an IPv4 address", name)};
            return cannot_parse(name, value, "nil ip");
        }
        if (name != kMtu) continue;
        std::int64_t mtu = 0;
        if (!parse_integer(value, mtu) || mtu > INT32_MAX) return cannot_parse(name, value, fmt::format("strconv.Atoi: parsing \"{}\": invalid syntax", value));
        if (mtu < 0) return {400, fmt::format("invalid MTU number: {}", mtu)};
    }
    const std::string wanted = text_of(options, kInterfaceName);
    if (wanted.empty()) return not_refused();
    for (const BridgeId other : networks_of(world, host)) {
        const Bridge& row = world.bridge(other);
        if (row.driver == "bridge" && bridge_interface(row) == wanted) return {403, fmt::format("cannot create network {} ({}): conflicts with network {} ({}): networks have same bridge name", id, wanted, row.id, wanted)};
    }
    return check_interface_name(wanted);
}

std::string bridge_interface(const Bridge& bridge) {
    const std::string given = text_of(bridge.options, kInterfaceName);
    return given.empty() ? "br-" + bridge.id.substr(0, 12) : given;
}

bool lets_containers_talk(const Bridge& bridge) { return is_switched_on(bridge, kTalk); }

bool masquerades(const Bridge& bridge) { return is_switched_on(bridge, kMasquerade); }

std::string default_binding(const Bridge& bridge) {
    const std::string given = bridge.driver == "bridge" ? text_of(bridge.options, kBinding) : std::string();
    return given == "0.0.0.0" ? std::string() : given;
}

int mtu_of(const Bridge& bridge) {
    std::int64_t given = 0;
    int mtu = parse_integer(text_of(bridge.options, kMtu), given) && given > 0 ? static_cast<int>(given) : kEthernetMtu;
    if (bridge.driver != "overlay") return mtu;
    mtu -= kVxlanBytes;
    if (!bridge.options.contains("encrypted")) return mtu;
    mtu -= kEncryptionBytes;
    return mtu - mtu % 4;
}

std::string interface_prefix(const Bridge& bridge) {
    const std::string given = text_of(bridge.options, kPrefix);
    return given.empty() ? "eth" : given;
}

}  // namespace podium::model
