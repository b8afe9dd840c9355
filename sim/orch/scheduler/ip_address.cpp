#include "sim/orch/scheduler/ip_address.hpp"

#include <algorithm>
#include <cstddef>

#include "sim/base/text.hpp"

namespace podium::scheduler {
namespace {

constexpr int kGroups = 8;

std::optional<std::uint32_t> parse_v4(std::string_view text) {
    std::uint32_t address = 0;
    for (int i = 0; i < 4; ++i) {
        const auto dot = text.find('.');
        const auto part = text.substr(0, dot);
        if ((dot == std::string_view::npos) != (i == 3) || part.empty() || part.size() > 3 ||
            !std::all_of(part.begin(), part.end(), [](char c) { return c >= '0' && c <= '9'; })) {
            return std::nullopt;
        }
        std::int64_t value = 0;
        if (!parse_integer(part, value) || value > 255) {
            return std::nullopt;
        }
        address = (address << 8) | static_cast<std::uint32_t>(value);
        text = dot == std::string_view::npos ? std::string_view{} : text.substr(dot + 1);
    }
    return address;
}

int hexadecimal(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

IpAddress from_v4(std::uint32_t address) {
    IpAddress ip;
    ip.bytes[10] = ip.bytes[11] = 0xFF;
    for (std::size_t i = 0; i < 4; ++i) {
        ip.bytes[12 + i] = static_cast<std::uint8_t>(address >> (24 - 8 * i));
    }
    return ip;
}

std::optional<IpAddress> parse_v6(std::string_view text) {
    std::array<std::uint16_t, kGroups> groups{};
    int count = 0;
    int gap = -1;  // Before which group the "::" stands.
    if (text.substr(0, 2) == "::") {
        gap = 0;
        text.remove_prefix(2);
    }
    while (!text.empty()) {
        if (count == kGroups) {
            return std::nullopt;
        }
        if (text.find(':') == std::string_view::npos && text.find('.') != std::string_view::npos) {
            const auto tail = parse_v4(text);
            if (!tail || count > kGroups - 2) {
                return std::nullopt;
            }
            groups[static_cast<std::size_t>(count++)] = static_cast<std::uint16_t>(*tail >> 16);
            groups[static_cast<std::size_t>(count++)] = static_cast<std::uint16_t>(*tail);
            break;
        }
        std::uint32_t value = 0;
        std::size_t digits = 0;
        while (digits < text.size() && hexadecimal(text[digits]) >= 0) {
            if (digits == 4) {
                return std::nullopt;
            }
            value = value * 16 + static_cast<std::uint32_t>(hexadecimal(text[digits++]));
        }
        if (digits == 0) {
            return std::nullopt;
        }
        groups[static_cast<std::size_t>(count++)] = static_cast<std::uint16_t>(value);
        text.remove_prefix(digits);
        if (text.empty()) {
            break;
        }
        if (text[0] != ':' || text.size() == 1) {
            return std::nullopt;
        }
        text.remove_prefix(1);
        if (text[0] == ':') {
            if (gap >= 0) {
                return std::nullopt;
            }
            gap = count;
            text.remove_prefix(1);
        }
    }
    if (gap < 0 ? count != kGroups : count == kGroups) {
        return std::nullopt;
    }
    IpAddress ip;
    for (int i = 0; i < count; ++i) {
        const int at = gap < 0 || i < gap ? i : i + kGroups - count;
        ip.bytes[static_cast<std::size_t>(2 * at)] =
            static_cast<std::uint8_t>(groups[static_cast<std::size_t>(i)] >> 8);
        ip.bytes[static_cast<std::size_t>(2 * at + 1)] =
            static_cast<std::uint8_t>(groups[static_cast<std::size_t>(i)]);
    }
    return ip;
}

}  // namespace

bool IpAddress::is_v4() const {
    return std::all_of(
               bytes.begin(), bytes.begin() + 10, [](std::uint8_t byte) { return byte == 0; }) &&
           bytes[10] == 0xFF && bytes[11] == 0xFF;
}

bool IpNetwork::contains(const IpAddress& ip) const {
    if (address.is_v4() != ip.is_v4()) {
        return false;
    }
    for (int i = 0; i < bits; ++i) {
        const auto byte = static_cast<std::size_t>(i / 8);
        if (((address.bytes[byte] ^ ip.bytes[byte]) >> (7 - i % 8) & 1) != 0) {
            return false;
        }
    }
    return true;
}

std::optional<IpAddress> parse_ip(std::string_view text) {
    if (text.find(':') != std::string_view::npos) {
        return parse_v6(text);
    }
    const auto address = parse_v4(text);
    return address ? std::optional(from_v4(*address)) : std::nullopt;
}

std::optional<IpNetwork> parse_cidr(std::string_view text) {
    const auto slash = text.find('/');
    if (slash == std::string_view::npos) {
        return std::nullopt;
    }
    const auto address = parse_ip(text.substr(0, slash));
    std::int64_t bits = 0;
    const auto length = text.substr(slash + 1);
    if (!address || length.empty() || length[0] < '0' || length[0] > '9' ||
        !parse_integer(length, bits)) {
        return std::nullopt;
    }
    const bool v4 = text.substr(0, slash).find(':') == std::string_view::npos;
    if (bits > (v4 ? 32 : 128)) {
        return std::nullopt;
    }
    return IpNetwork{*address, static_cast<int>(bits) + (v4 ? 96 : 0)};
}

}  // namespace podium::scheduler
