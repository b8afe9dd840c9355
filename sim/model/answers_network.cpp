// GET /networks, /networks/ID, /volumes and /volumes/NAME.

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/base/calendar.hpp"
#include "sim/base/json_bytes.hpp"
#include "sim/model/answers.hpp"
#include "sim/model/answers_parts.hpp"
#include "sim/model/bridge.hpp"
#include "sim/model/container.hpp"
#include "sim/model/filters.hpp"
#include "sim/model/volume.hpp"

namespace podium::model {
namespace {

Json ipam_json(const Bridge& bridge) {
    Json config = Json::array();
    if (bridge.driver == "bridge" || bridge.driver == "overlay") {
        Json one;
        one["Subnet"] = bridge.subnet.text();
        if (const std::optional<Subnet>& range = bridge.addresses.range()) one["IPRange"] = range->text();
        // The engine repeats what was configured; only a pool of its own choice comes with its
        // gateway.
        if (bridge.gateway_given || !bridge.subnet_given) one["Gateway"] = bridge.gateway.text();
        config.push_back(std::move(one));
    }
    // docker always sends an (empty) map of options, docker-compose 1 sends none.
    const auto compose = bridge.labels.find("com.docker.compose.version");
    const bool compose_1 = compose != bridge.labels.end() && compose->second.starts_with("1.");
    Json out;
    out["Driver"] = "default";
    out["Options"] = bridge.predefined || compose_1 ? Json(nullptr) : Json::object();
    out["Config"] = std::move(config);
    return out;
}

Json network_containers_json(const World& world, BridgeId id) {
    const Bridge& bridge = world.bridge(id);
    std::map<std::string, Json> by_id;
    for (const ContainerId container : containers_on(world, id)) {
        for (const Endpoint& endpoint : world.detail(container).endpoints) {
            if (endpoint.bridge != id || !endpoint.connected) continue;
            Json one;
            one["Name"] = world.name_of(container);
            one["EndpointID"] = endpoint_id_text(world, container, endpoint);
            one["MacAddress"] = endpoint.ipv4 ? mac_from_ip(endpoint.ipv4) : "";
            one["IPv4Address"] =
                endpoint.ipv4
                    ? fmt::format("{}/{}", endpoint.ipv4.text(), bridge.subnet.prefix_length)
                    : "";
            one["IPv6Address"] = "";
            by_id[container_id_text(world, container)] = std::move(one);
        }
    }
    Json out = Json::object();
    for (auto& [container, endpoint] : by_id)
        out[container] = std::move(endpoint);
    return out;
}

Json network_json(const World& world, BridgeId id, bool with_containers) {
    const Bridge& bridge = world.bridge(id);
    Json out;
    out["Name"] = bridge.name;
    out["Id"] = bridge.id;
    out["Created"] = rfc3339_nano(world.host(bridge.host).stamped(bridge.created), world.host(bridge.host).clock_skew);
    out["Scope"] = bridge.driver == "overlay" ? "swarm" : "local";
    out["Driver"] = bridge.driver;
    out["EnableIPv6"] = false;
    out["IPAM"] = ipam_json(bridge);
    out["Internal"] = bridge.internal;
    out["Attachable"] = bridge.attachable;
    out["Ingress"] = bridge.ingress;
    out["ConfigFrom"] = Json{{"Network", ""}};
    out["ConfigOnly"] = false;
    out["Containers"] = with_containers ? network_containers_json(world, id) : Json::object();
    out["Options"] = text_map(bridge.options);
    out["Labels"] = text_map(bridge.labels);
    return out;
}

bool network_is_listed(const World& world, BridgeId id, const Filters& filters, int dangling) {
    const Bridge& bridge = world.bridge(id);
    if (!filters.matches("name", bridge.name) || !filters.matches("id", bridge.id)) return false;
    if (!filters.exact("driver", bridge.driver) || !filters.exact("scope", bridge.driver == "overlay" ? "swarm" : "local")) return false;
    if (!filters.labels("label", bridge.labels)) return false;
    if (filters.has("type") &&
        !filters.values("type").contains(bridge.predefined ? "builtin" : "custom"))
        return false;
    if (dangling < 0) return true;
    return !bridge.predefined && (dangling == 1) == !network_in_use(world, id);
}

}  // namespace

Json volume_json(const World& world, VolumeId id) {
    const Volume& volume = world.volume(id);
    Json out;
    out["CreatedAt"] = rfc3339(world.host(volume.host).stamped(volume.created), world.host(volume.host).clock_skew);
    out["Driver"] = volume.driver;
    out["Labels"] = labels_json(volume.labels, true);
    out["Mountpoint"] = volume_path(world, id);
    out["Name"] = volume.name;
    out["Options"] = labels_json(volume.options, true);
    out["Scope"] = "local";
    return out;
}

std::string network_list_json(const World& world,
                              HostId host,
                              const std::map<std::string, std::string>& options,
                              std::string& error) {
    static const std::set<std::string> kNames{
        "dangling", "driver", "id", "label", "name", "scope", "type"};
    const Filters filters = Filters::parse(query_text(options, "filters"), kNames, error);
    for (const std::string& type : filters.values("type")) {
        if (type != "custom" && type != "builtin")
            error = fmt::format("invalid filter: 'type'='{}'", type);
    }
    std::string wrong;
    const int dangling = filters.boolean("dangling", wrong);
    if (!wrong.empty())
        error =
            "invalid value for filter 'dangling', must be \"true\" (or \"1\"), or \"false\" (or "
            "\"0\")";
    if (!error.empty()) return {};
    Json out = Json::array();
    for (const BridgeId id : networks_of(world, host)) {
        if (network_is_listed(world, id, filters, dangling))
            out.push_back(network_json(world, id, false));
    }
    return json_bytes(out);
}

std::string network_inspect_json(const World& world, BridgeId bridge, bool verbose) {
    Json out = network_json(world, bridge, true);
    // Verbose adds a swarm network's services; a network of one host has none.
    if (verbose) out["Services"] = Json::object();
    return json_bytes(out);
}

std::string volume_list_json(const World& world,
                             HostId host,
                             const std::map<std::string, std::string>& options,
                             std::string& error) {
    static const std::set<std::string> kNames{"dangling", "driver", "label", "name"};
    const Filters filters = Filters::parse(query_text(options, "filters"), kNames, error);
    const int dangling = error.empty() ? filters.boolean("dangling", error) : -1;
    if (!error.empty()) return {};
    Json list = Json::array();
    std::vector<VolumeId> volumes = volumes_of(world, host);
    std::reverse(volumes.begin(), volumes.end());
    for (const VolumeId id : volumes) {
        const Volume& volume = world.volume(id);
        if (!filters.matches("name", volume.name) || !filters.exact("driver", volume.driver))
            continue;
        if (!filters.labels("label", volume.labels)) continue;
        if (dangling >= 0 && (dangling == 1) != users_of(world, id).empty()) continue;
        list.push_back(volume_json(world, id));
    }
    Json out;
    out["Volumes"] = std::move(list);
    out["Warnings"] = nullptr;
    return json_bytes(out);
}

std::string volume_inspect_json(const World& world, VolumeId volume) {
    return json_bytes(volume_json(world, volume));
}

}  // namespace podium::model
