#include "sim/model/links.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "sim/model/container.hpp"
#include "sim/model/object_id.hpp"

namespace podium::model {
namespace {

constexpr std::string_view kDefaultNetwork = "bridge";

std::string hostname_in(const World& world, ContainerId id) {
    const std::string& given = world.spec(world.container(id)).hostname;
    return given.empty() ? short_id(world.detail(id).id) : given;
}

// Its place on the default network; null when it has none.
const Endpoint* on_default_network(const World& world, ContainerId id) {
    const auto& endpoints = world.detail(id).endpoints;
    const auto found = std::find_if(endpoints.begin(), endpoints.end(), [](const Endpoint& endpoint) { return endpoint.network == kDefaultNetwork; });
    return found == endpoints.end() ? nullptr : &*found;
}

}  // namespace

std::vector<Link> links_of(const World& world, ContainerId id) {
    const Container& c = world.container(id);
    std::vector<Link> out;
    for (const std::string& link : world.spec(c).links) {
        const auto colon = link.find(':');
        Refusal refusal = not_refused();
        const ContainerId child = find_container(world, c.host, link.substr(0, colon), refusal);
        if (child && world.container(child).detail) out.push_back({child, link.substr(colon + 1)});
    }
    return out;
}

bool links_by_hosts_file(const World& world, ContainerId id) {
    const std::string& mode = world.spec(world.container(id)).network_mode;
    return mode.empty() || mode == "default" || mode == kDefaultNetwork;
}

Refusal check_links(const World& world, HostId host, const ContainerSpec& spec) {
    for (const std::string& link : spec.links) {
        const std::string name = link.substr(0, link.find(':'));
        Refusal refusal = not_refused();
        const ContainerId child = find_container(world, host, name, refusal);
        if (!child) return {refusal.status == 404 ? 400 : refusal.status, fmt::format("could not get container for {}: {}", name, refusal.message)};
        if (world.spec(world.container(child)).network_mode == "host")
            return {409, "conflicting options: host type networking can't be used with links. This would result in undefined behavior"};
    }
    return not_refused();
}

std::string link_failure(const World& world, ContainerId id) {
    if (!links_by_hosts_file(world, id)) return {};
    for (const Link& link : links_of(world, id)) {
        const std::string_view name = world.name_of(link.container);
        if (!world.container(link.container).counts_as_running())
            return fmt::format("Cannot link to a non running container: /{} AS /{}/{}", name, world.name_of(id), link.alias);
        if (on_default_network(world, link.container) == nullptr)
            return fmt::format("Cannot link to /{}, as it does not belong to the default network", name);
    }
    return {};
}

std::string link_lines(const World& world, ContainerId id) {
    if (!links_by_hosts_file(world, id)) return {};
    std::string out;
    for (const Link& link : links_of(world, id)) {
        const Endpoint* endpoint = on_default_network(world, link.container);
        if (endpoint == nullptr || endpoint->ipv4.value == 0) continue;
        const std::string name(world.name_of(link.container));
        out += fmt::format("{}\t{} {}{}\n", endpoint->ipv4.text(), link.alias, hostname_in(world, link.container), link.alias == name ? "" : " " + name);
    }
    return out;
}

ContainerId linked_as(const World& world, ContainerId from, const std::string& name) {
    const bool by_file = links_by_hosts_file(world, from);
    for (const Link& link : links_of(world, from)) {
        const bool same = link.alias == name || (by_file && (name == world.name_of(link.container) || name == hostname_in(world, link.container)));
        if (same && world.container(link.container).counts_as_running()) return link.container;
    }
    return {};
}

}  // namespace podium::model
