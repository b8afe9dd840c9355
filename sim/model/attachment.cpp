#include "sim/model/attachment.hpp"

#include <algorithm>
#include <string>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/base/text.hpp"
#include "sim/model/answers.hpp"
#include "sim/model/bridge.hpp"
#include "sim/model/container_start.hpp"
#include "sim/model/operations.hpp"
#include "sim/model/overlay.hpp"

namespace podium::model {
namespace {

constexpr const char* kOfStart = "start";      // option: the start's serial
constexpr const char* kOfConnect = "connect";  // option: the waiting request, "slot:generation"
constexpr const char* kWantedAddress = "address";

bool is_plain(const World& world, ContainerId id) {
    const Container& c = world.container(id);
    return c.detail && !world.spec(c).of_agent && world.host(c.host).engine.orchestrated;
}

bool is_of_swarm(const World& world, BridgeId bridge) { return world.bridge(bridge).driver == "overlay"; }

// What the swarm is asked for: the network's id once it was connected, else what the user wrote. Empty: the
// engine has a network of its own there.
std::string wanted_network(const World& world, HostId host, const Endpoint& endpoint) {
    const bool there = endpoint.bridge && !world.bridge(endpoint.bridge).removed;
    if (there && !is_of_swarm(world, endpoint.bridge)) return {};
    if (endpoint.bridge && endpoint.was_connected) return world.bridge(endpoint.bridge).id;
    if (there) return endpoint.network;
    Refusal refusal = not_refused();
    const BridgeId known = find_network(world, host, endpoint.network, refusal);
    return known && !is_of_swarm(world, known) ? std::string() : endpoint.network;
}

void ask_swarm(World& world, ContainerId id, std::string network, std::map<std::string, std::string> options) {
    PODIUM_ASSERT(world.requests.count() < kMostRequests, "there is a limited number of requests under way");
    Request row;
    row.spec.operation = Operation::Orchestration;
    row.spec.host = world.container(id).host;
    row.spec.target = std::move(network);
    row.spec.options = std::move(options);
    row.container = id;
    row.stage = 1;
    row.released = true;  // nobody but the engine waits for it
    row.cause = world.kernel.cause();
    row.submitted = world.kernel.now();
    world.outbox.asked.push_back(world.requests.add(std::move(row)));
}

struct GrantedPlace {
    int status = 0;
    std::string message;
    BridgeId bridge;
    Ipv4 address;
};

GrantedPlace place_of_answer(const World& world, const Request& request) {
    GrantedPlace place;
    place.status = request.status;
    const auto body = nlohmann::json::parse(request.body, nullptr, false);
    if (!body.is_object()) return place;
    place.message = body.value("message", std::string());
    if (request.status != 200) return place;
    place.bridge = find_overlay(world, request.spec.host, body.value("Network", std::string()));
    if (const auto address = parse_ipv4(body.value("Address", std::string())); address.ok()) place.address = *address;
    if (!place.bridge) place = {500, fmt::format("could not find network {} after successful attachment", request.spec.target), {}, {}};
    return place;
}

void start_answered(World& world, ContainerId id, const Request& request, const GrantedPlace& place) {
    ContainerDetail& d = world.detail(id);
    if (fmt::format("{}", d.start_serial) != request.spec.options.at(kOfStart) || d.start_stage == 0) return tell_of_places(world, id);
    if (place.status != 200) return give_up_start(world, id, place.message);
    for (Endpoint& endpoint : d.endpoints) {
        if (endpoint.ipv4 || wanted_network(world, request.spec.host, endpoint) != request.spec.target) continue;
        endpoint.bridge = place.bridge;
        endpoint.network = world.bridge(place.bridge).name;
        endpoint.ipv4 = place.address;
        break;
    }
    continue_start(world, id);
}

RequestId connect_of(const Request& request) {
    const std::string& text = request.spec.options.at(kOfConnect);
    std::int64_t slot = 0;
    std::int64_t generation = 0;
    const auto colon = text.find(':');
    parse_integer(text.substr(0, colon), slot);
    parse_integer(text.substr(colon + 1), generation);
    RequestId id;
    id.slot = static_cast<std::uint32_t>(slot);
    id.generation = static_cast<std::uint32_t>(generation);
    return id;
}

void connect_answered(World& world, ContainerId id, const Request& request, const GrantedPlace& place) {
    const RequestId connect = connect_of(request);
    const Request* waiting = world.requests.find(connect);
    if (waiting == nullptr || waiting->done) return tell_of_places(world, id);
    if (place.status != 200) return refuse_request(world, connect, {500, place.message});
    if (world.container(id).state == ContainerState::Removed) {  // while it waited
        tell_of_places(world, id);
        return refuse_request(world, connect, {404, fmt::format("No such container: {}", option_text(*waiting, "container"))});
    }
    EndpointSpec spec;
    spec.network = waiting->spec.target;
    const std::string aliases = option_text(*waiting, "aliases");
    if (!aliases.empty()) spec.aliases = split(aliases, ',');
    spec.ipv4_address = place.address.text();
    const Refusal refused = attach_endpoint(world, id, place.bridge, spec);
    tell_of_places(world, id);  // it may have stopped while it waited
    if (refused.status != 0) return refuse_request(world, connect, refused);
    // What was not asked for is not kept for the next start.
    for (Endpoint& endpoint : world.detail(id).endpoints) {
        if (endpoint.bridge == place.bridge) endpoint.wanted_ipv4 = option_text(*waiting, "ipv4");
    }
    answer_request(world, connect, 200, {});
}

}  // namespace

const std::string& network_asked_for(const Request& request) { return request.spec.target; }

std::string address_asked_for(const Request& request) { return option_text(request, kWantedAddress); }

bool ask_for_places(World& world, ContainerId id) {
    if (!is_plain(world, id)) return false;
    const HostId host = world.container(id).host;
    const ContainerDetail& d = world.detail(id);
    for (const Endpoint& endpoint : d.endpoints) {
        if (endpoint.ipv4) continue;
        std::string network = wanted_network(world, host, endpoint);
        if (network.empty()) continue;
        ask_swarm(world, id, std::move(network), {{kOfStart, fmt::format("{}", d.start_serial)}, {kWantedAddress, endpoint.wanted_ipv4}});
        return true;
    }
    return false;
}

bool ask_to_connect(World& world, RequestId connect, const Request& request) {
    Refusal refusal = not_refused();
    const HostId host = request.spec.host;
    const ContainerId id = find_container(world, host, option_text(request, "container"), refusal);
    if (!id || !is_plain(world, id)) return false;
    const Container& c = world.container(id);
    if (c.state != ContainerState::Running && c.state != ContainerState::Paused) return false;
    const BridgeId known = find_network(world, host, request.spec.target, refusal);
    if (known && !is_of_swarm(world, known)) return false;
    for (const Endpoint& endpoint : world.detail(id).endpoints) {
        if (!known || endpoint.bridge != known || !endpoint.connected) continue;
        refuse_request(world, connect, {409, fmt::format("{} is already attached to network {}", world.name_of(id), world.bridge(known).name)});
        return true;
    }
    ask_swarm(world, id, request.spec.target, {{kOfConnect, fmt::format("{}:{}", connect.slot, connect.generation)}, {kWantedAddress, option_text(request, "ipv4")}});
    return true;
}

bool edit_unknown_network(World& world, RequestId id, const Request& request) {
    Refusal refusal = not_refused();
    const HostId host = request.spec.host;
    const ContainerId container = find_container(world, host, option_text(request, "container"), refusal);
    if (!container || !world.container(container).detail) return false;
    const bool forced = request.spec.operation == Operation::NetworkDisconnect && option_set(request, "force");
    if (world.container(container).counts_as_running() && !forced) return false;
    if (find_network(world, host, request.spec.target, refusal)) return false;
    std::vector<Endpoint>& endpoints = world.detail(container).endpoints;
    const auto known = std::find_if(endpoints.begin(), endpoints.end(), [&request](const Endpoint& endpoint) { return endpoint.network == request.spec.target; });
    if (request.spec.operation == Operation::NetworkDisconnect) {
        if (known == endpoints.end()) {
            refuse_request(world, id, {500, fmt::format("container {} is not connected to the network {}", container_id_text(world, container), request.spec.target)});
            return true;
        }
        endpoints.erase(known);
    } else {
        if (known == endpoints.end() && endpoints.size() >= kMostEndpoints) {
            refuse_request(world, id, {400, fmt::format("a container can be on {} networks at most", kMostEndpoints)});
            return true;
        }
        Endpoint endpoint;
        endpoint.network = request.spec.target;
        endpoint.aliases = option_text(request, "aliases").empty() ? std::vector<std::string>{} : split(option_text(request, "aliases"), ',');
        endpoint.wanted_ipv4 = option_text(request, "ipv4");
        if (known != endpoints.end()) endpoints.erase(known);
        endpoints.push_back(std::move(endpoint));
    }
    answer_request(world, id, 200, {});
    return true;
}

void place_answered(World& world, RequestId id) {
    const Request request = world.requests.at(id);
    const ContainerId container = request.container;
    if (request.status == 0 || !world.container(container).detail) return;  // its engine is gone, or the container
    const GrantedPlace place = place_of_answer(world, request);
    const CauseScope scope(world.kernel, world.kernel.cause());
    if (request.spec.options.contains(kOfStart)) return start_answered(world, container, request, place);
    connect_answered(world, container, request, place);
}

void tell_of_places(World& world, ContainerId id) {
    if (!world.orchestrated || !is_plain(world, id)) return;
    world.outbox.containers.push_back(id);
}

bool has_place(const World& world, ContainerId id, const std::string& network, Ipv4 address) {
    const Container& c = world.container(id);
    if (!c.detail) return false;
    const std::vector<Endpoint>& endpoints = c.detail->endpoints;
    return std::any_of(endpoints.begin(), endpoints.end(), [&](const Endpoint& endpoint) { return endpoint.bridge && endpoint.ipv4 == address && world.bridge(endpoint.bridge).id == network; });
}

bool waits_for_swarm(const World& world, ContainerId id) {
    if (!is_plain(world, id)) return false;
    const std::vector<Endpoint>& endpoints = world.detail(id).endpoints;
    return std::any_of(endpoints.begin(), endpoints.end(), [&world](const Endpoint& endpoint) { return endpoint.was_connected && endpoint.bridge && is_of_swarm(world, endpoint.bridge); });
}

}  // namespace podium::model
