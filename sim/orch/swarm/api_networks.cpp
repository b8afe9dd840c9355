// /networks as far as they are the swarm's, and /distribution: swarmkit
// manager/controlapi/network.go behind moby's daemon/cluster/networks.go and
// api/server/router/network.

#include <nlohmann/json.hpp>

#include "sim/model/address.hpp"
#include "sim/model/object_id.hpp"
#include "sim/orch/swarm/api_parts.hpp"
#include "sim/orch/swarm/api_write.hpp"

namespace podium::swarm {
namespace {

constexpr std::string_view kPredefinedLabel = "com.docker.swarm.predefined";

using Problem = std::optional<model::Refusal>;

bool is_predefined(const Network& network) {
    const auto label = network.labels.find(std::string(kPredefinedLabel));
    return label != network.labels.end() && label->second == "true";
}

/// swarmkit manager/allocator/networkallocator, PredefinedNetworks: the networks that every node has for
/// itself, so that services may be on them. A leader makes them when it begins; here they come into the
/// store with the first service that wants them, under the numbers that no other network gets.
struct PredefinedRow {
    std::string_view name;
    std::uint32_t number;
};

constexpr PredefinedRow kPredefined[] = {{"bridge", 0xFFFF'FFFE}, {"host", 0xFFFF'FFFF}};

// --- a node's own view
// ----------------------------------------------------------------------------

Json container_endpoint_json(const std::string& name,
                             const std::string& key,
                             const Network& network,
                             const std::string& address) {
    const Result<model::Ipv4> ip = model::parse_ipv4(address.substr(0, address.find('/')));
    Json out;
    out["Name"] = name;
    out["EndpointID"] = model::make_id("swarm endpoint", key + network.meta.id.text(), 0);
    out["MacAddress"] = ip.ok() ? model::mac_from_ip(*ip) : "";
    out["IPv4Address"] = address;
    out["IPv6Address"] = "";
    return out;
}

const NetworkAttachment* attachment_of(const std::vector<NetworkAttachment>& all,
                                       NetworkId network) {
    const auto found = std::find_if(all.begin(), all.end(), [&](const NetworkAttachment& one) {
        return one.network == network;
    });
    return found == all.end() ? nullptr : &*found;
}

/// The containers of the asked node's tasks on the network, and its load balancer; empty when there
/// are none of the former, for then the node's engine doesn't know the network.
Json containers_json(const Call& call, NetworkId id, const Network& network) {
    std::map<std::string, Json> by_key;
    for (const TaskId task_id : call.store.tasks_on(call.context.self)) {
        const Task* task = call.store.tasks.find(task_id.value);
        if (task == nullptr || task->status.state < TaskState::Starting ||
            task->status.state > TaskState::Running)
            continue;
        const NetworkAttachment* place = attachment_of(task->networks, id);
        if (place == nullptr || task->status.container_id.empty()) continue;
        const std::string container = task->status.container_id.text();
        by_key[container] = container_endpoint_json(
            full_task_name(call, *task), container, network, place->address);
    }
    const Node* node = call.store.nodes.find(call.context.self.value);
    const NetworkAttachment* balancer =
        node == nullptr ? nullptr : attachment_of(node->attachments, id);
    if (!by_key.empty() && balancer != nullptr) {
        const std::string key = network.ingress ? "ingress-sbox" : "lb-" + network.name;
        by_key[key] = container_endpoint_json(
            network.name + "-endpoint", key + node->meta.id.text(), network, balancer->address);
    }
    Json out = Json::object();
    for (auto& [key, endpoint] : by_key)
        out[key] = std::move(endpoint);
    return out;
}

Json peers_json(const Store& store, NetworkId id) {
    std::vector<std::pair<std::string, std::string>> peers;
    store.nodes.for_each([&](std::uint32_t, const Node& node) {
        if (attachment_of(node.attachments, id) != nullptr)
            peers.emplace_back(model::short_id(model::make_id("swarm peer", node.meta.id, 0)),
                               node.address);
    });
    std::sort(peers.begin(), peers.end());
    Json out = Json::array();
    for (const auto& [name, address] : peers)
        out.push_back(Json{{"Name", name}, {"IP", address}});
    return out;
}

/// The node's engine is asked first, and its view says more than the managers'.
Json inspected_json(const Call& call, NetworkId id, const Network& network) {
    Json out = network_json(network);
    Json containers = containers_json(call, id, network);
    if (containers.empty()) return out;
    out["Containers"] = std::move(containers);
    out["Labels"] = Json(network.labels);
    out["Peers"] = peers_json(call.store, id);
    return out;
}

// --- lists
// ----------------------------------------------------------------------------------------

bool network_in_use(const Store& store, const Network& network) {
    bool used = false;
    store.services.for_each([&](std::uint32_t, const Service& service) {
        for (const NetworkAttachmentConfig& config : service.spec.task->networks)
            used = used || config.target == network.meta.id;
    });
    return used;
}

bool network_passes(const Call& call,
                    const Network& network,
                    const model::Filters& filters,
                    int dangling) {
    if (is_predefined(network)) return false;
    if (!filters.exact("name", network.name) || !has_prefix(filters, "id", network.meta.id))
        return false;
    const std::string driver = network.subnet.empty() ? "" : network.driver;
    if (!filters.exact("driver", driver) || !filters.exact("scope", "swarm")) return false;
    if (!filters.labels("label", network.labels)) return false;
    if (filters.has("type") && !filters.values("type").contains("custom")) return false;
    return dangling < 0 || (dangling == 1) != network_in_use(call.store, network);
}

// --- creation
// -------------------------------------------------------------------------------------

Problem check_ipam_config(const Fields& fields, Network& network) {
    const auto bad = [](std::string text) {
        return rpc_error("InvalidArgument", "ipam configuration: " + std::move(text));
    };
    const std::string subnet_text = fields.text("Subnet");
    const std::string gateway_text = fields.text("Gateway");
    const Result<model::Subnet> subnet = model::parse_subnet(subnet_text);
    if (!subnet) return bad("invalid subnet " + subnet_text);
    const std::string range_text = fields.text("IPRange");
    if (!range_text.empty()) {
        const Result<model::Subnet> range = model::parse_subnet(range_text);
        if (!range) return bad("invalid range " + range_text);
        if (!subnet->contains(range->base)) return bad(fmt::format("subnet {} does not contain range {}", subnet_text, range_text));
        if (!subnet->contains(range->broadcast()))
            return model::Refusal{501, fmt::format("Podium does not simulate ranges of addresses beyond their subnet (here {})", range_text)};
    }
    if (!gateway_text.empty()) {
        const Result<model::Ipv4> gateway = model::parse_ipv4(gateway_text);
        if (!gateway) return bad("invalid gateway " + gateway_text);
        if (!subnet->contains(*gateway))
            return bad(
                fmt::format("subnet {} does not contain gateway {}", subnet_text, gateway_text));
    }
    network.subnet = subnet->text();
    network.gateway = gateway_text;
    network.ip_range = range_text;
    network.subnet_given = true;
    network.gateway_given = !gateway_text.empty();
    return std::nullopt;
}

/// network.go, validateIPAM.
Problem check_ipam(const Fields& fields, Network& network) {
    network.ipam_given = fields.given();
    const std::string driver = fields.text("Driver");
    if (!driver.empty() && driver != "default")
        return rpc_error("InvalidArgument",
                         fmt::format("error during lookup of plugin {}", driver));
    if (!fields.text_map("Options").empty())
        return model::Refusal{501, "Podium does not simulate options of address management yet"};
    const std::vector<Fields> configs = fields.objects("Config", "network.IPAMConfig");
    if (configs.size() > 1)
        return model::Refusal{501,
                              "Podium does not simulate overlay networks of several subnets yet"};
    for (const Fields& config : configs) {
        if (Problem bad = check_ipam_config(config, network)) return bad;
    }
    return std::nullopt;
}

/// What the simulator has no notion of.
Problem check_simulated(const Fields& fields, const Network& network) {
    const auto not_simulated = [](std::string_view what) {
        return model::Refusal{501, fmt::format("Podium does not simulate {} yet", what)};
    };
    if (network.driver != "overlay")
        return not_simulated(
            fmt::format("swarm networks of the driver {}; use the driver overlay", network.driver));
    if (fields.flag("EnableIPv6")) return not_simulated("IPv6 in overlay networks");
    if (fields.flag("ConfigOnly") || fields.object("ConfigFrom", "network.ConfigReference").given())
        return not_simulated("networks that are configurations of others");
    for (const auto& [option, value] : network.driver_options) {
        if (option == "com.docker.network.driver.overlay.vxlanid_list")
            return not_simulated("VXLAN numbers of one's own choice");
    }
    return std::nullopt;
}

/// network.go, validateNetworkSpec and CreateNetwork.
Problem check_network(const Call& call, const Fields& fields, Network& network) {
    if (network.attachable && network.ingress)
        return rpc_error("InvalidArgument", "ingress network cannot be attachable");
    if (Problem bad = check_name(network.name)) return bad;
    if (network.labels.contains(std::string(kPredefinedLabel))) {
        return rpc_error(
            "PermissionDenied",
            fmt::format("label {} is for internally created predefined networks and cannot be "
                        "applied by users",
                        kPredefinedLabel));
    }
    if (Problem bad = check_ipam(fields.object("IPAM", "network.IPAM"), network)) return bad;
    Problem bad;
    call.store.networks.for_each([&](std::uint32_t, const Network& other) {
        if (network.ingress && other.ingress)
            bad = rpc_error("AlreadyExists",
                            fmt::format("ingress network ({}) is already present", other.meta.id.view()));
    });
    return bad;
}

Network read_network(const Fields& fields) {
    Network network;
    network.name = fields.text("Name");
    network.labels = fields.text_map("Labels");
    network.driver = fields.text("Driver");
    network.driver_options = fields.text_map("Options");
    network.internal = fields.flag("Internal");
    network.attachable = fields.flag("Attachable");
    network.ingress = fields.flag("Ingress");
    // Its presence is what counts (libnetwork drivers/overlay/ov_network.go).
    network.encrypted = network.driver_options.contains("encrypted");
    return network;
}

// --- removal
// --------------------------------------------------------------------------------------

/// The refusal of a name that means nothing, or the beginning of several ids.
model::Refusal network_refusal(const model::Refusal& refusal, const std::string& input) {
    if (refusal.status != 400) return refusal;
    const auto open = refusal.message.find('(');
    const auto end = refusal.message.find(" matches");
    const std::string count = refusal.message.substr(open + 1, end - open - 1);
    return {
        400,
        fmt::format("network {} is ambiguous ({} matches found based on ID prefix)", input, count)};
}

Problem check_removal(const Store& store, const Network& network) {
    if (is_predefined(network)) {
        return rpc_error(
            "FailedPrecondition",
            fmt::format("network {} ({}) is a swarm predefined network and cannot be removed",
                        network.meta.id,
                        network.name));
    }
    for (const std::uint32_t number :
         listed(store.services, [&](std::uint32_t, const Service& service) {
             if (network.ingress) {
                 const auto& endpoint = service.spec.endpoint;
                 return endpoint &&
                        std::any_of(
                            endpoint->ports.begin(), endpoint->ports.end(), [](const Port& port) {
                                return port.mode == PublishMode::Ingress;
                            });
             }
             const auto& networks = service.spec.task->networks;
             return std::any_of(
                 networks.begin(), networks.end(), [&](const NetworkAttachmentConfig& config) {
                     return config.target == network.meta.id;
                 });
         })) {
        const std::string user = store.services.find(number)->meta.id;
        if (network.ingress) {
            return rpc_error(
                "FailedPrecondition",
                fmt::format("ingress network cannot be removed because service {} depends on it",
                            user));
        }
        return rpc_error("FailedPrecondition",
                         fmt::format("network {} is in use by service {}", network.meta.id.view(), user));
    }
    if (network.ingress) return std::nullopt;
    for (const std::uint32_t number : listed(store.tasks, [&](std::uint32_t, const Task& task) {
             if (task.desired > TaskState::Running || task.status.state > TaskState::Running ||
                 !task.spec)
                 return false;
             return std::any_of(task.spec->networks.begin(),
                                task.spec->networks.end(),
                                [&](const NetworkAttachmentConfig& config) {
                                    return config.target == network.meta.id;
                                });
         })) {
        return rpc_error("FailedPrecondition",
                         fmt::format("network {} is in use by task {}",
                                     network.meta.id,
                                     store.tasks.find(number)->meta.id));
    }
    return std::nullopt;
}

}  // namespace

std::optional<Network> predefined_network(const Call& call, const std::string& input) {
    for (const PredefinedRow& row : kPredefined) {
        const std::string id = public_id(Kind::Network, call.context.swarm, row.number);
        if (input != row.name && input != id) continue;
        Network network;
        network.meta.id = id;
        if (call.store.cluster) network.meta.created = network.meta.updated = call.store.cluster->meta.created;
        network.name = row.name;
        network.driver = row.name;
        network.labels = {{std::string(kPredefinedLabel), "true"}};
        network.ipam_given = false;
        return network;
    }
    return std::nullopt;
}

void add_predefined_networks(const Call& call, const TaskSpec& task, Change& change) {
    for (const NetworkAttachmentConfig& config : task.networks) {
        std::optional<Network> network = predefined_network(call, config.target);
        if (!network || call.store.network_called(network->name)) continue;
        const std::uint32_t number = call.store.next_number(Kind::Network);
        change.actions.emplace(change.actions.begin(), Put<Network>{number, std::make_shared<Network>(std::move(*network)), 0, {}});
    }
}

ApiReply list_networks(const Call& call) {
    const auto read =
        filters_of(call, {"dangling", "driver", "id", "label", "name", "scope", "type"});
    if (!read) return reply(read.refusal());
    const model::Filters& filters = read.value();
    for (const std::string& type : filters.values("type")) {
        if (type != "custom" && type != "builtin")
            return api_error(500, fmt::format("invalid filter: 'type'='{}'", type));
    }
    std::string wrong;
    const int dangling = filters.boolean("dangling", wrong);
    if (!wrong.empty()) {
        return api_error(
            400,
            "invalid value for filter 'dangling', must be \"true\" (or \"1\"), or \"false\" "
            "(or \"0\")");
    }
    Json out = Json::array();
    for (const std::uint32_t number :
         listed(call.store.networks, [&](std::uint32_t, const Network& network) {
             return network_passes(call, network, filters, dangling);
         })) {
        out.push_back(network_json(*call.store.networks.find(number)));
    }
    return reply(200, out);
}

ApiReply inspect_network(const Call& call) {
    const std::string verbose = query_of(call, "verbose");
    if (!verbose.empty() && !parse_flag(verbose))
        return api_error(400,
                         fmt::format("invalid value for verbose: {}: strconv.ParseBool: parsing "
                                     "\"{}\": invalid syntax",
                                     verbose,
                                     verbose));
    const auto found = find_network(call, call.id);
    if (const auto own = predefined_network(call, call.id); own && !found) return reply(200, network_json(*own));
    if (!found) return reply(network_refusal(found.refusal(), call.id));
    const Network& network = *call.store.networks.find(found.value());
    return reply(200, inspected_json(call, NetworkId{found.value()}, network));
}

ApiReply create_network(const Call& call) {
    const auto body = body_of(call);
    if (!body) return reply(body.refusal());
    BodyProblem problem;
    const Fields fields(body.value(), "types.NetworkCreateRequest", problem);
    auto network = std::make_shared<Network>(read_network(fields));
    const Problem bad = check_network(call, fields, *network);
    const Problem unsimulated = check_simulated(fields, *network);
    if (!problem.sentence.empty()) return api_error(400, problem.sentence);
    const std::string& name = network->name;
    if (call.store.network_called(name) || call.context.local_networks.contains(name))
        return api_error(409, fmt::format("network with name {} already exists", name));
    if (name == "bridge" || name == "host" || name == "none" || name == "default")
        return api_error(403,
                         fmt::format("operation is not permitted on predefined {} network ", name));
    if (bad) return reply(*bad);
    if (unsimulated) return reply(*unsimulated);
    const std::uint32_t number = call.store.next_number(Kind::Network);
    network->meta.id = public_id(Kind::Network, call.context.swarm, number);
    ApiReply out = reply(201, Json{{"Id", network->meta.id}, {"Warning", ""}});
    out.change = change_of(call, Put<Network>{number, std::move(network), 0, {}});
    return out;
}

ApiReply remove_network(const Call& call) {
    const auto found = find_network(call, call.id);
    if (!found) return reply(network_refusal(found.refusal(), call.id));
    if (const Problem bad = check_removal(call.store, *call.store.networks.find(found.value())))
        return reply(*bad);
    return accepted(204, change_of(call, Put<Network>{found.value(), nullptr, kAnyVersion, {}}));
}

ApiReply prune_networks(const Call& call) {
    const Json asked = Json::parse(call.request.body, nullptr, false);
    const auto text = [&asked](const char* name) {
        const auto found = asked.is_object() ? asked.find(name) : asked.end();
        return found != asked.end() && found->is_string() ? found->get<std::string>() : std::string();
    };
    std::string wrong;
    const model::PruneFilters filters = model::PruneFilters::parse(text("filters"), text("until_ns"), {"label", "label!", "until"}, wrong);
    if (!wrong.empty()) return api_error(400, wrong);
    Json removed = Json::array();
    Change change;
    change.because = call.context.kernel.cause();
    for (const std::uint32_t number : listed(call.store.networks, [&](std::uint32_t, const Network& network) {
             // The routing mesh has to be removed by name.
             return !network.ingress && !is_predefined(network) && filters.passes(network.labels, network.meta.created) && !check_removal(call.store, network);
         })) {
        removed.push_back(call.store.networks.find(number)->name);
        change.actions.emplace_back(Put<Network>{number, nullptr, kAnyVersion, {}});
    }
    ApiReply out = reply(200, Json{{"NetworksDeleted", std::move(removed)}});
    if (!change.actions.empty()) out.change = std::move(change);
    return out;
}

ApiReply inspect_distribution(const Call&) {
    // As recorded without a registry in reach: the client goes on without a digest.
    return api_error(
        500,
        "Get \"https://registry-1.docker.io/v2/\": dial tcp: lookup registry-1.docker.io on "
        "127.0.0.53:53: dial udp 127.0.0.53:53: connect: network is unreachable");
}

}  // namespace podium::swarm
