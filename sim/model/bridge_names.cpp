#include <algorithm>

#include "sim/model/bridge.hpp"
#include "sim/model/links.hpp"
#include "sim/model/own_names.hpp"
#include "sim/model/way.hpp"

namespace podium::model {
namespace {

constexpr std::string_view kHostGateway = "host-gateway";

bool same_name(std::string_view a, std::string_view b) {
    const auto low = [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    };
    return std::equal(
        a.begin(), a.end(), b.begin(), b.end(), [&](char x, char y) { return low(x) == low(y); });
}

bool is_on(const World& world, ContainerId container, const std::string& network) {
    const ContainerId owner = network_owner(world, container);
    if (!owner || !world.container(owner).detail) return false;
    const std::vector<Endpoint>& endpoints = world.detail(owner).endpoints;
    return std::any_of(endpoints.begin(), endpoints.end(), [&](const Endpoint& endpoint) { return endpoint.connected && endpoint.bridge && world.bridge(endpoint.bridge).id == network; });
}

// An address of a swarm's network, a service's or a task's, seen from a container on it.
bool find_on_overlays(const World& world, HostId host, ContainerId from, Ipv4 address, Resolved& out) {
    if (!from) return false;
    for (const KnownService& service : world.host(host).directory.services) {
        const bool virtual_one = service.vip && service.vip == address;
        const auto task = std::find_if(service.backends.begin(), service.backends.end(), [address](const Backend& one) { return one.address == address; });
        if ((!virtual_one && task == service.backends.end()) || !is_on(world, from, service.network)) continue;
        out.overlay = true;
        if (!virtual_one) {
            out.containers.push_back(task->container);
        } else {
            for (const Backend& one : service.backends) out.containers.push_back(one.container);
        }
        return true;
    }
    return false;
}

// The container at an address of the host's networks, seen from a container that shares the network
// or from the host itself.
void find_by_address(const World& world, HostId host, ContainerId from, Ipv4 address, Resolved& out) {
    if (find_on_overlays(world, host, from, address, out)) return;
    for (const BridgeId bridge : networks_of(world, host)) {
        const bool carries = world.bridge(bridge).driver == "bridge" || world.bridge(bridge).driver == "overlay";
        if (!carries || !world.bridge(bridge).subnet.contains(address))
            continue;
        for (const ContainerId id : containers_on(world, bridge)) {
            for (const Endpoint& endpoint : world.detail(id).endpoints) {
                if (endpoint.bridge == bridge && endpoint.ipv4 == address)
                    out.containers.push_back(id);
            }
        }
    }
    for (std::size_t i = 0; i < world.hosts.size(); ++i) {
        if (world.hosts[i].spec.address == address.text())
            out.host = HostId{static_cast<std::uint32_t>(i + 1)};
    }
}

// The loopback interface is that of the network namespace the name is looked up in.
void find_loopback(const World& world, HostId host, ContainerId from, Ipv4 address, Resolved& out) {
    out.found = true;
    out.ipv4 = address;
    const ContainerId inside = from ? network_namespace(world, from) : ContainerId{};
    if (inside) {
        out.containers = {inside};
    } else {
        out.host = host;
    }
}

bool find_literal(
    const World& world, HostId host, ContainerId from, const std::string& name, Resolved& out) {
    const Result<Ipv4> literal = parse_ipv4(name);
    if (!literal.ok()) return false;
    if (literal->value >> 24 == 127) {
        find_loopback(world, host, from, *literal, out);
        return true;
    }
    out.found = true;
    out.ipv4 = *literal;
    find_by_address(world, host, from, *literal, out);
    return true;
}

// /etc/hosts of a container: localhost, --add-host, and its own host name with each of its
// addresses.
bool find_in_hosts_file(
    const World& world, HostId host, ContainerId from, const std::string& name, Resolved& out) {
    if (same_name(name, "localhost")) {
        find_loopback(world, host, from, Ipv4{0x7F000001}, out);
        return true;
    }
    if (!from) return false;
    const ContainerSpec& spec = world.spec(world.container(from));
    for (const std::string& extra : spec.extra_hosts) {
        const std::size_t colon = extra.find(':');
        if (colon == std::string::npos || !same_name(extra.substr(0, colon), name)) continue;
        std::string address = extra.substr(colon + 1);
        if (address == kHostGateway) {
            Refusal refusal = not_refused();
            address = world.bridge(find_network(world, host, "bridge", refusal)).gateway.text();
            out.host = host;
        }
        const Result<Ipv4> ipv4 = parse_ipv4(address);
        if (!ipv4.ok()) continue;
        out.found = true;
        out.ipv4 = *ipv4;
        if (!out.host) find_by_address(world, host, from, *ipv4, out);
        return true;
    }
    const ContainerId linked = linked_as(world, from, name);
    if (!linked) return false;
    for (const Endpoint& endpoint : world.detail(linked).endpoints) {
        if (endpoint.connected && out.ipv4.value == 0) out.ipv4 = endpoint.ipv4;
    }
    out.found = true;
    out.containers = {linked};
    return true;
}

bool answers_to(const World& world,
                ContainerId id,
                const Endpoint& endpoint,
                std::string_view name) {
    if (same_name(world.name_of(id), name) || same_name(short_id(world.detail(id).id), name))
        return true;
    return std::any_of(endpoint.aliases.begin(),
                       endpoint.aliases.end(),
                       [&](const std::string& alias) { return same_name(alias, name); });
}

void find_on(const World& world,
             BridgeId bridge,
             std::string_view name,
             std::vector<std::pair<Ipv4, ContainerId>>& found) {
    if (world.bridge(bridge).predefined) return;  // the default bridge has no names
    for (const ContainerId id : containers_on(world, bridge)) {
        for (const Endpoint& endpoint : world.detail(id).endpoints) {
            if (endpoint.bridge == bridge && answers_to(world, id, endpoint, name))
                found.emplace_back(endpoint.ipv4, id);
        }
    }
}

bool is_called(const KnownService& service, std::string_view name) {
    if (!service.name.empty() && same_name(service.name, name)) return true;
    return std::any_of(service.aliases.begin(), service.aliases.end(), [&](const std::string& alias) { return same_name(alias, name); });
}

// A swarm's names on one network: a service's and its aliases (its virtual address, or all its tasks' in
// turn), "tasks.SERVICE", and a task's own. A plain container is a row without a name of its own, called by
// its aliases; who shares one answers in turn with it (libnetwork agent.go, addContainerNameResolution).
bool find_service(const World& world, HostId host, const std::string& network, std::string_view name, Resolved& out) {
    constexpr std::string_view kTasks = "tasks.";
    const bool tasks = name.size() > kTasks.size() && same_name(name.substr(0, kTasks.size()), kTasks);
    const std::string_view wanted = tasks ? name.substr(kTasks.size()) : name;
    std::vector<Backend> found;
    for (const KnownService& service : world.host(host).directory.services) {
        if (service.network != network || (tasks && service.name.empty())) continue;
        const bool own = is_called(service, wanted);
        if (own && !tasks && service.vip && found.empty()) {
            out.found = true;
            out.overlay = true;
            out.ipv4 = service.vip;
            std::vector<Backend> backends = service.backends;
            std::sort(backends.begin(), backends.end(), [](const Backend& a, const Backend& b) { return std::pair(a.address, a.container) < std::pair(b.address, b.container); });
            for (const Backend& one : backends) out.containers.push_back(one.container);
            return true;
        }
        if (own && !tasks && service.vip) continue;
        for (const Backend& one : service.backends) {
            if (own || (!tasks && same_name(world.name_of(one.container), name))) found.push_back(one);
        }
    }
    if (found.empty()) return false;  // no record
    std::sort(found.begin(), found.end(), [](const Backend& a, const Backend& b) { return std::pair(a.address, a.container) < std::pair(b.address, b.container); });
    out.found = true;
    out.overlay = true;
    out.ipv4 = found.front().address;
    for (const Backend& one : found) out.containers.push_back(one.container);
    return true;
}

// The engine's embedded name server: names on the networks that `from` shares, also "name.network".
bool find_on_networks(const World& world,
                      ContainerId from,
                      const std::string& name,
                      Resolved& out) {
    const ContainerId owner = network_owner(world, from);
    if (!owner || !world.container(owner).detail) return false;
    std::vector<std::pair<Ipv4, ContainerId>> found;
    for (const Endpoint& endpoint : world.detail(owner).endpoints) {
        if (!endpoint.connected) continue;
        if (world.bridge(endpoint.bridge).driver == "overlay" && found.empty()) {
            const Bridge& network = world.bridge(endpoint.bridge);
            const HostId host = world.container(owner).host;
            if (find_service(world, host, network.id, name, out)) return true;
            const std::string suffix = "." + network.name;
            if (name.size() > suffix.size() && name.ends_with(suffix) && find_service(world, host, network.id, std::string_view(name).substr(0, name.size() - suffix.size()), out)) return true;
        }
        std::vector<std::pair<Ipv4, ContainerId>> here;
        find_on(world, endpoint.bridge, name, here);
        const std::string suffix = "." + world.bridge(endpoint.bridge).name;
        if (here.empty() && name.size() > suffix.size() && name.ends_with(suffix)) {
            find_on(world,
                    endpoint.bridge,
                    std::string_view(name).substr(0, name.size() - suffix.size()),
                    here);
        }
        // The first network that knows the name answers, as the resolver asks one after the other.
        if (found.empty()) found = std::move(here);
    }
    if (found.empty()) return false;
    std::sort(found.begin(), found.end());
    out.found = true;
    out.ipv4 = found.front().first;
    for (const auto& [address, id] : found)
        out.containers.push_back(id);
    return true;
}

bool find_own_hostname(const World& world,
                       ContainerId from,
                       const std::string& name,
                       Resolved& out) {
    const std::vector<std::string> names = own_names(world, from);
    if (std::none_of(names.begin(), names.end(), [&name](const std::string& one) { return same_name(one, name); })) return false;
    const ContainerId owner = network_owner(world, from);
    if (!owner || !world.container(owner).detail) return false;
    for (const Endpoint& endpoint : world.detail(owner).endpoints) {
        if (!endpoint.ipv4) continue;
        out.found = true;
        out.ipv4 = endpoint.ipv4;
        out.containers = {owner};
        return true;
    }
    return false;
}

bool find_host(const World& world, const std::string& name, Resolved& out) {
    for (std::size_t i = 0; i < world.hosts.size(); ++i) {
        if (!same_name(world.hosts[i].spec.name, name)) continue;
        const Result<Ipv4> address = parse_ipv4(world.hosts[i].spec.address);
        if (!address.ok()) continue;
        out.found = true;
        out.ipv4 = *address;
        out.host = HostId{static_cast<std::uint32_t>(i + 1)};
        return true;
    }
    return false;
}

}  // namespace

Resolved resolve_name(const World& world, HostId host, ContainerId from, const std::string& name) {
    Resolved out;
    if (find_literal(world, host, from, name, out)) return out;
    if (find_in_hosts_file(world, host, from, name, out)) return out;
    if (from && find_own_hostname(world, from, name, out)) return out;
    const NetworkPlace place = place_of(world, from);
    if (!has_network(world, place)) return out;
    if (from && find_on_networks(world, from, name, out)) return out;
    // Servers of names outside are asked from the container's own network (libnetwork resolver.go, ServeDNS).
    if (has_way_out(world, place)) find_host(world, name, out);
    return out;
}

}  // namespace podium::model
