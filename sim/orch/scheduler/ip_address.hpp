#pragma once

// IP addresses of both kinds as Go's net package reads them, for constraints on node.ip.

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace podium::scheduler {

/// Sixteen bytes; of an IPv4 address ::ffff:a.b.c.d.
struct IpAddress {
    std::array<std::uint8_t, 16> bytes{};

    bool operator==(const IpAddress&) const = default;
    [[nodiscard]] bool is_v4() const;
};

/// A network, "10.0.0.0/8" or "2001:db8::/32".
struct IpNetwork {
    IpAddress address;
    int bits = 0;  ///< Of the sixteen bytes: an IPv4 /8 is 104.

    [[nodiscard]] bool contains(const IpAddress& ip) const;
};

/// net.ParseIP; none when it is no address.
std::optional<IpAddress> parse_ip(std::string_view text);
/// net.ParseCIDR; none when it is no network.
std::optional<IpNetwork> parse_cidr(std::string_view text);

}  // namespace podium::scheduler
