// --publish and --expose, with the sentences of docker's nat package.

#include <algorithm>
#include <fmt/format.h>

#include "sim/base/text.hpp"
#include "sim/model/address.hpp"
#include "sim/programs/docker/container_flags.hpp"

namespace podium::programs::docker {
namespace {

struct PortRange {
    std::uint16_t first = 0;
    std::uint16_t last = 0;

    [[nodiscard]] int length() const { return last - first; }
};

bool parse_port(std::string_view text, std::uint16_t& port) {
    std::int64_t number = 0;
    if (text.empty() || text.find_first_not_of("0123456789") != std::string_view::npos)
        return false;
    if (!parse_integer(text, number) || number > 65'535) return false;
    port = static_cast<std::uint16_t>(number);
    return true;
}

bool parse_range(const std::string& text, PortRange& range) {
    const std::vector<std::string> parts = split(text, '-');
    if (!parse_port(parts.front(), range.first)) return false;
    range.last = range.first;
    return parts.size() < 2 || (parse_port(parts[1], range.last) && range.last >= range.first);
}

bool known_protocol(const std::string& name) {
    return name == "tcp" || name == "udp" || name == "sctp";
}

// "80/udp" as its parts; the protocol is tcp when there is none.
void split_protocol(const std::string& text, std::string& port, std::string& protocol) {
    const auto slash = text.find('/');
    port = text.substr(0, slash);
    protocol =
        slash == std::string::npos || slash + 1 == text.size() ? "tcp" : text.substr(slash + 1);
}

// "published=8080,target=80,protocol=tcp" as the short form.
Result<std::string> short_form(const std::string& text) {
    if (text.find('=') == std::string::npos) return text;
    std::string published;
    std::string target;
    std::string protocol = "tcp";
    for (const std::string& part : split(text, ',')) {
        const auto equals = part.find('=');
        if (equals == std::string::npos || equals == 0) {
            return Error{
                fmt::format("invalid publish opts format (should be name=value but got '{}')",
                            part),
                {},
                {}};
        }
        const std::string name = part.substr(0, equals);
        if (name == "published") published = part.substr(equals + 1);
        if (name == "target") target = part.substr(equals + 1);
        if (name == "protocol") protocol = part.substr(equals + 1);
    }
    return fmt::format("{}:{}/{}", published, target, protocol);
}

bool looks_like_ipv6(const std::string& text) {
    // Eight groups, or fewer with a "::".
    const auto colons = std::count(text.begin(), text.end(), ':');
    return colons >= 2 && (colons == 7 || text.find("::") != std::string::npos) &&
           text.find_first_not_of("0123456789abcdefABCDEF:.") == std::string::npos;
}

Result<std::string> parse_host_address(std::string text) {
    if (text.empty()) return text;
    const bool bracketed = text.front() == '[' && text.back() == ']';
    if (bracketed) text = text.substr(1, text.size() - 2);
    if (!looks_like_ipv6(text) && !model::parse_ipv4(text))
        return Error{"invalid IP address: " + text, {}, {}};
    return text;
}

}  // namespace

Result<std::vector<model::PortBinding>> parse_publish(const std::string& given) {
    const auto text = short_form(given);
    if (!text) return text.error();
    std::vector<std::string> parts = split(*text, ':');
    std::string container_text;
    std::string protocol;
    split_protocol(parts.back(), container_text, protocol);
    const std::string host_text = parts.size() > 1 ? parts[parts.size() - 2] : "";
    parts.resize(parts.size() < 2 ? 0 : parts.size() - 2);
    const auto address = parse_host_address(join(parts, ":"));
    if (!address) return address.error();
    if (container_text.empty())
        return Error{fmt::format("no port specified: {}<empty>", *text), {}, {}};
    PortRange container;
    PortRange host;
    if (!parse_range(container_text, container))
        return Error{"invalid containerPort: " + container_text, {}, {}};
    if (!host_text.empty() && !parse_range(host_text, host))
        return Error{"invalid hostPort: " + host_text, {}, {}};
    if (!host_text.empty() && container.length() != host.length() && container.length() != 0) {
        return Error{fmt::format("invalid ranges specified for container and host Ports: {} and {}",
                                 container_text,
                                 host_text),
                     {},
                     {}};
    }
    if (!known_protocol(lower(protocol))) return Error{"invalid proto: " + protocol, {}, {}};
    std::vector<model::PortBinding> out;
    for (int i = 0; i <= container.length(); ++i) {
        model::PortBinding binding;
        binding.host_ip = *address;
        binding.container_port = static_cast<std::uint16_t>(container.first + i);
        binding.protocol = lower(protocol);
        if (!host_text.empty()) {
            binding.host_port = static_cast<std::uint16_t>(host.first + i);
            if (container.length() == 0 && host.length() != 0) binding.host_port_end = host.last;
        }
        out.push_back(std::move(binding));
    }
    return out;
}

Result<std::vector<std::string>> parse_expose(const std::string& text) {
    if (text.find(':') != std::string::npos)
        return Error{"invalid port format for --expose: " + text, {}, {}};
    std::string port_text;
    std::string protocol;
    split_protocol(text, port_text, protocol);
    PortRange range;
    if (!parse_range(port_text, range)) {
        std::string why = port_text.empty()
                              ? "empty string specified for ports"
                              : fmt::format("strconv.ParseUint: parsing {}: invalid syntax",
                                            in_quotes(port_text));
        if (range.last < range.first)
            why = fmt::format("invalid range specified for port: {}", port_text);
        return Error{
            fmt::format("invalid range format for --expose: {}, error: {}", text, why), {}, {}};
    }
    std::vector<std::string> out;
    for (int port = range.first; port <= range.last; ++port)
        out.push_back(fmt::format("{}/{}", port, lower(protocol)));
    return out;
}

}  // namespace podium::programs::docker
