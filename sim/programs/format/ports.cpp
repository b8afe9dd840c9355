// The port texts of human.hpp.

#include <algorithm>
#include <fmt/format.h>
#include <tuple>

#include "sim/programs/format/human.hpp"

namespace podium::format {
namespace {

// Ports first..last that print as one, because host and container numbers are the same.
struct Group {
    std::string key;  // "ip/type", or "type" for ports that are only exposed
    std::string ip;
    std::string type;
    std::uint16_t first = 0;
    std::uint16_t last = 0;
};

std::string group_text(const Group& group) {
    std::string numbers = std::to_string(group.first);
    if (group.first != group.last) numbers += fmt::format("-{}", group.last);
    if (!group.ip.empty())
        numbers = fmt::format("{}->{}", join_host_port(group.ip, numbers), numbers);
    return numbers + "/" + group.type;
}

}  // namespace

bool natural_less(std::string_view a, std::string_view b) {
    const auto digit = [](char c) { return c >= '0' && c <= '9'; };
    std::size_t i = 0;
    std::size_t j = 0;
    while (i < a.size() && j < b.size()) {
        if (!digit(a[i]) || !digit(b[j])) {
            if (a[i] != b[j]) return a[i] < b[j];
            ++i;
            ++j;
            continue;
        }
        while (i < a.size() && a[i] == '0')
            ++i;
        while (j < b.size() && b[j] == '0')
            ++j;
        const std::size_t from_a = i;
        const std::size_t from_b = j;
        while (i < a.size() && digit(a[i]))
            ++i;
        while (j < b.size() && digit(b[j]))
            ++j;
        if (i - from_a != j - from_b) return i - from_a < j - from_b;
        const int order = a.substr(from_a, i - from_a).compare(b.substr(from_b, j - from_b));
        if (order != 0) return order < 0;
    }
    return a.size() - i < b.size() - j;
}

std::string join_host_port(std::string_view host, std::string_view port) {
    if (host.find(':') != std::string_view::npos) return fmt::format("[{}]:{}", host, port);
    return fmt::format("{}:{}", host, port);
}

std::string ports_column(std::vector<ListedPort> ports) {
    std::sort(ports.begin(), ports.end(), [](const ListedPort& a, const ListedPort& b) {
        return std::tie(a.private_port, a.ip, a.public_port, a.type) <
               std::tie(b.private_port, b.ip, b.public_port, b.type);
    });
    std::vector<std::string> texts;      // groups that a gap has closed
    std::vector<Group> open;             // in order of first appearance
    std::vector<std::string> different;  // host and container numbers differ: never joined
    for (const ListedPort& port : ports) {
        if (!port.ip.empty() && port.public_port != port.private_port) {
            different.push_back(
                fmt::format("{}->{}/{}",
                            join_host_port(port.ip, std::to_string(port.public_port)),
                            port.private_port,
                            port.type));
            continue;
        }
        const std::string key = port.ip.empty() ? port.type : port.ip + "/" + port.type;
        const auto group =
            std::find_if(open.begin(), open.end(), [&key](const Group& g) { return g.key == key; });
        if (group == open.end()) {
            open.push_back({key, port.ip, port.type, port.private_port, port.private_port});
        } else if (port.private_port == group->last + 1) {
            group->last = port.private_port;
        } else {
            texts.push_back(group_text(*group));
            group->first = group->last = port.private_port;
        }
    }
    for (const Group& group : open)
        texts.push_back(group_text(group));
    texts.insert(texts.end(), different.begin(), different.end());
    return fmt::format("{}", fmt::join(texts, ", "));
}

std::string compose_ports(std::vector<BoundPort> ports) {
    std::sort(ports.begin(), ports.end(), [](const BoundPort& a, const BoundPort& b) {
        return a.port < b.port;
    });
    std::vector<std::string> texts;
    for (const BoundPort& port : ports) {
        if (port.bindings.empty()) {
            texts.push_back(port.port);
            continue;
        }
        std::vector<std::string> bindings;
        for (const PortBinding& binding : port.bindings) {
            bindings.push_back(
                fmt::format("{}:{}->{}", binding.host_ip, binding.host_port, port.port));
        }
        texts.push_back(fmt::format("{}", fmt::join(bindings, ",")));
    }
    return fmt::format("{}", fmt::join(texts, ", "));
}

std::string port_lines(std::vector<BoundPort> ports) {
    std::vector<std::string> lines;
    for (const BoundPort& port : ports) {
        for (const PortBinding& binding : port.bindings) {
            lines.push_back(fmt::format(
                "{} -> {}\n", port.port, join_host_port(binding.host_ip, binding.host_port)));
        }
    }
    std::sort(lines.begin(), lines.end(), natural_less);
    return fmt::format("{}", fmt::join(lines, ""));
}

}  // namespace podium::format
