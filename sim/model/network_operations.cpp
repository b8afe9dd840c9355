// The operations on Docker networks and volumes.

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/base/json_bytes.hpp"
#include "sim/base/text.hpp"
#include "sim/model/answers.hpp"
#include "sim/model/attachment.hpp"
#include "sim/model/bridge.hpp"
#include "sim/model/filters.hpp"
#include "sim/model/operations.hpp"
#include "sim/model/prune.hpp"
#include "sim/model/volume.hpp"

namespace podium::model {
namespace {

constexpr std::int64_t kLeastVolumeBytes = 4096;  // a directory's first block

using Json = nlohmann::ordered_json;

bool find_bridge(World& world, RequestId id, const Request& request, BridgeId& bridge) {
    Refusal refusal = not_refused();
    bridge = find_network(world, request.spec.host, request.spec.target, refusal);
    if (bridge) return true;
    refuse_request(world, id, refusal);
    return false;
}

void answer_refusal(World& world, RequestId id, const Refusal& refusal, int status, std::string body = {}) {
    if (refusal.status != 0) {
        refuse_request(world, id, refusal);
    } else {
        answer_request(world, id, status, std::move(body));
    }
}

// "a,b" as a list; aliases and the like never have commas.
std::vector<std::string> list_of(const std::string& text) { return text.empty() ? std::vector<std::string>{} : split(text, ','); }

void create_bridge(World& world, RequestId id, Request& request) {
    if (request.stage == 0) {
        request.stage = 1;
        request_timer(world, id, kNetworkCreate);
        return;
    }
    NetworkSpec spec;
    spec.name = request.spec.target;
    spec.driver = option_text(request, "driver");
    spec.labels = request.spec.labels;
    spec.subnet = option_text(request, "subnet");
    spec.gateway = option_text(request, "gateway");
    spec.ip_range = option_text(request, "ip_range");
    spec.internal = option_set(request, "internal");
    spec.attachable = option_set(request, "attachable");
    for (const auto& [name, value] : request.spec.options) {
        if (name.starts_with("opt:")) spec.options[name.substr(4)] = value;
    }
    const NetworkCreation made = create_network(world, request.spec.host, spec);
    if (made.refusal.status != 0) {
        refuse_request(world, id, made.refusal);
        return;
    }
    Json body;
    body["Id"] = world.bridge(made.bridge).id;
    body["Warning"] = "";
    answer_request(world, id, 201, json_bytes(body));
}

// As connect() looks first, before the swarm is asked for a place. False: the request has been refused.
bool knows_container(World& world, RequestId id, const Request& request) {
    Refusal refusal = not_refused();
    if (find_container(world, request.spec.host, option_text(request, "container"), refusal)) return true;
    refuse_request(world, id, refusal);
    return false;
}

// moby v20.10.24 daemon/network.go (ConnectContainerToNetwork, DisconnectContainerFromNetwork): the container is looked for
// before the network; one that isn't there can have left an endpoint behind, which a forced disconnect looks for. Nothing
// leaves one behind here.
void connect(World& world, RequestId id, Request& request) {
    Refusal refusal = not_refused();
    const std::string name = option_text(request, "container");
    const ContainerId container = find_container(world, request.spec.host, name, refusal);
    const bool disconnects = request.spec.operation == Operation::NetworkDisconnect;
    const bool forced = disconnects && option_set(request, "force");
    if (!container && !(forced && refusal.status == 404)) {
        refuse_request(world, id, refusal);
        return;
    }
    if (edit_unknown_network(world, id, request)) return;
    BridgeId bridge;
    if (!find_bridge(world, id, request, bridge)) return;
    if (!container) {
        refuse_request(world, id, {404, fmt::format("endpoint {} not found", name)});
        return;
    }
    if (disconnects) {
        answer_refusal(world, id, detach_endpoint(world, container, bridge), 200);
        return;
    }
    EndpointSpec spec;
    spec.network = request.spec.target;
    spec.aliases = list_of(option_text(request, "aliases"));
    spec.ipv4_address = option_text(request, "ipv4");
    answer_refusal(world, id, attach_endpoint(world, container, bridge, spec), 200);
}

// moby daemon/prune.go, localNetworksPrune: what has endpoints stays. An overlay on this host has its load balancer's, and
// docker_gwbridge that of the routing mesh for as long as the host is in a swarm.
bool has_hidden_endpoints(const World& world, HostId host, const Bridge& bridge) {
    return bridge.driver == "overlay" || (bridge.name == "docker_gwbridge" && world.host(host).engine.orchestrated);
}

void prune_networks(World& world, RequestId id, Request& request, const std::vector<std::string>& removed) {
    std::string wrong;
    const PruneFilters filters = PruneFilters::parse(
        option_text(request, "filters"), option_text(request, "until_ns"), {"label", "label!", "until"}, wrong);
    if (!wrong.empty()) {
        refuse_request(world, id, {400, wrong});
        return;
    }
    Json deleted = Json(removed);
    std::vector<BridgeId> unused;
    for (const auto& [_, bridge] : world.host(request.spec.host).engine.networks) {
        if (has_hidden_endpoints(world, request.spec.host, world.bridge(bridge))) continue;
        if (!filters.passes(world.bridge(bridge).labels, world.bridge(bridge).created)) continue;
        if (!world.bridge(bridge).predefined && !network_in_use(world, bridge)) unused.push_back(bridge);
    }
    for (const BridgeId bridge : unused) {
        const std::string name = world.bridge(bridge).name;
        if (remove_network(world, request.spec.host, bridge).status == 0) deleted.push_back(name);
    }
    Json body;
    body["NetworksDeleted"] = deleted.empty() ? Json(nullptr) : deleted;
    record_prune(world, request.spec.host, kFactNetworkPrune, 0);
    answer_request(world, id, 200, json_bytes(body));
}

void prune_volumes(World& world, RequestId id, Request& request) {
    std::string wrong;
    const PruneFilters filters = PruneFilters::parse(option_text(request, "filters"), {}, {"label", "label!"}, wrong);
    if (!wrong.empty()) {
        refuse_request(world, id, {400, wrong});
        return;
    }
    Json deleted = Json::array();
    std::int64_t freed = 0;
    const std::map<std::string, VolumeId> volumes = world.host(request.spec.host).engine.volumes;
    for (const auto& [name, volume] : volumes) {
        if (!filters.passes(world.volume(volume).labels, world.volume(volume).created)) continue;
        const std::int64_t size = volume_kind(world.volume(volume)) == VolumeKind::Memory ? 0 : world.volume(volume).files.size_bytes();
        if (remove_volume(world, request.spec.host, volume, false).status != 0) continue;
        deleted.push_back(name);
        freed += size;
    }
    Json body;
    body["VolumesDeleted"] = deleted.empty() ? Json(nullptr) : deleted;
    body["SpaceReclaimed"] = freed;
    record_prune(world, request.spec.host, kFactVolumePrune, freed);
    answer_request(world, id, 200, json_bytes(body));
}

}  // namespace

void answer_network_prune(World& world, RequestId id, const std::vector<std::string>& removed) {
    Request* request = world.requests.find(id);
    if (request != nullptr && !request->done) prune_networks(world, id, *request, removed);
}

void run_network_operation(World& world, RequestId id, Request& request) {
    const HostId host = request.spec.host;
    BridgeId bridge;
    switch (request.spec.operation) {
        case Operation::NetworkCreate: create_bridge(world, id, request); return;
        case Operation::NetworkList: {
            std::string error;
            std::string body = network_list_json(world, host, request.spec.options, error);
            error.empty() ? answer_request(world, id, 200, std::move(body)) : refuse_request(world, id, {400, error});
            return;
        }
        case Operation::NetworkInspect:
            if (!find_bridge(world, id, request, bridge)) return;
            if (world.bridge(bridge).driver != "overlay" || !world.host(host).engine.orchestrated) {
                answer_request(world, id, 200, network_inspect_json(world, bridge, option_set(request, "verbose")));
            } else if (request.stage == 0) {  // the swarm knows more of it
                request.stage = 1;
                world.outbox.asked.push_back(id);
            }
            return;
        case Operation::NetworkRemove:
            if (!find_bridge(world, id, request, bridge)) return;
            if (request.stage == 0 && !world.bridge(bridge).predefined && !network_in_use(world, bridge)) {
                request.stage = 1;
                request_timer(world, id, kNetworkRemove);
                return;
            }
            answer_refusal(world, id, remove_network(world, host, bridge), 204);
            return;
        case Operation::NetworkConnect:
            if (request.stage != 0) return;  // the swarm is asked for a place
            if (!knows_container(world, id, request)) return;
            if (ask_to_connect(world, id, request)) {
                request.stage = 1;
                return;
            }
            [[fallthrough]];
        case Operation::NetworkDisconnect: connect(world, id, request); return;
        case Operation::NetworkPrune:
            if (request.stage != 0) return;
            if (!world.orchestrated || !world.host(host).engine.orchestrated) return prune_networks(world, id, request, {});
            request.stage = 1;  // the swarm prunes first
            world.outbox.asked.push_back(id);
            return;
        default: PODIUM_ASSERT(false, "this file runs the operations on networks");
    }
}

void run_volume_operation(World& world, RequestId id, Request& request) {
    const HostId host = request.spec.host;
    if (request.spec.operation == Operation::VolumeList) {
        std::string error;
        std::string body = volume_list_json(world, host, request.spec.options, error);
        error.empty() ? answer_request(world, id, 200, std::move(body)) : refuse_request(world, id, {400, error});
        return;
    }
    if (request.spec.operation == Operation::VolumePrune) {
        prune_volumes(world, id, request);
        return;
    }
    if (request.spec.operation == Operation::VolumeCreate) {
        const std::string driver = option_text(request, "driver");
        if (!driver.empty() && driver != "local") {
            refuse_request(world, id, {404, fmt::format("create {}: error looking up volume plugin {}: plugin \"{}\" not found", request.spec.target, driver, driver)});
            return;
        }
        // moby 20.10, volume/local/local.go (validateName): each create of a name asks it again.
        if (const Refusal refusal = check_volume_name(request.spec.target); refusal.status != 0) {
            refuse_request(world, id, refusal);
            return;
        }
        const bool known = world.host(host).engine.volumes.contains(request.spec.target);
        std::map<std::string, std::string> volume_options;
        for (const auto& [option, value] : request.spec.options) {
            if (option.starts_with("opt:")) volume_options[option.substr(4)] = value;
        }
        // The options of a volume that is there are not looked at (volume/local/local.go, Create).
        const std::string name = request.spec.target.empty() ? make_id("volume", world.host(host).spec.name, static_cast<std::uint32_t>(world.volumes.size())) : request.spec.target;
        if (const Refusal refusal = known ? not_refused() : check_volume_options(name, volume_options); refusal.status != 0) {
            refuse_request(world, id, refusal);
            return;
        }
        if (!known && world.host(host).disk_free_bytes() < kLeastVolumeBytes) {
            refuse_request(world, id, {500, fmt::format("mkdir /var/lib/docker/volumes/{}: no space left on device", name)});
            return;
        }
        const VolumeId volume = ensure_volume(world, host, request.spec.target, request.spec.labels, request.spec.target.empty(), volume_options);
        answer_request(world, id, 201, volume_inspect_json(world, volume));
        return;
    }
    Refusal refusal = not_refused();
    const VolumeId volume = find_volume(world, host, request.spec.target, refusal);
    if (!volume && request.spec.operation == Operation::VolumeRemove && option_set(request, "force")) {
        answer_request(world, id, 204);  // moby, volume/service: with force a volume that isn't there is as good as removed
    } else if (!volume) {
        refuse_request(world, id, refusal);
    } else if (request.spec.operation == Operation::VolumeInspect) {
        answer_request(world, id, 200, volume_inspect_json(world, volume));
    } else {
        answer_refusal(world, id, remove_volume(world, host, volume, option_set(request, "force")), 204);
    }
}

}  // namespace podium::model
