// The API held against what was recorded of dockerd 20.10.24: every object that it has shown comes
// out of an object of ours again, and every request of the recordings is answered as there. What is
// masked: the cluster's certificate, versions and moments where a store gives them, ids of what is
// created. PODIUM_REFERENCE names the folder of the recordings; without it these tests are skipped,
// and say so.

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "sim/orch/swarm/api_write.hpp"
#include "tests/swarm_api/objects.hpp"

namespace podium::swarm::test {
namespace {

constexpr int kFirst = 136;
constexpr int kLast = 241;

struct Exchange {
    std::string where;
    std::string method;
    std::string path;
    Json request;
    int status = 0;
    Json response;
    std::string node;  ///< Of the engine that was asked.
};

/// All exchanges in order; empty where there are no recordings.
std::vector<Exchange> recorded() {
    std::vector<Exchange> out;
    const char* reference = std::getenv("PODIUM_REFERENCE");
    const std::string folder = std::string(reference == nullptr ? "" : reference) + "/docker/api";
    if (reference == nullptr || !std::filesystem::is_directory(folder)) {
        std::fprintf(stderr, "skipped: PODIUM_REFERENCE names no recordings of the API\n");
        return out;
    }
    std::set<std::string> files;
    for (const auto& entry : std::filesystem::directory_iterator(folder))
        files.insert(entry.path().filename().string());
    for (const std::string& file : files) {
        const int number = std::atoi(file.c_str());
        if (number < kFirst || number > kLast) continue;
        std::ifstream in(folder + "/" + file);
        const Json recording = Json::parse(in);
        for (const Json& one : recording["exchanges"]) {
            out.push_back({file,
                           one["method"],
                           one["path"],
                           one["request"],
                           one["status"],
                           one["response"],
                           recording["node"]});
        }
    }
    return out;
}

Json without_tls(Json json) {
    if (json.is_object()) {
        for (auto& item : json.items())
            item.value() = item.key() == "TLSInfo" ? Json("<TLS>") : without_tls(item.value());
    } else if (json.is_array()) {
        for (Json& one : json)
            one = without_tls(one);
    }
    return json;
}

/// Versions and moments, too, which a store gives; and what hangs on names of the recorder's
/// machine.
Json masked(Json json) {
    static const std::set<std::string> kMasked{
        "Version", "CreatedAt", "UpdatedAt", "Created", "EndpointID", "ServiceStatus"};
    if (json.is_object()) {
        Json peers;
        for (auto& item : json.items()) {
            const bool mask = kMasked.contains(item.key()) || item.key() == "TLSInfo";
            if (item.key() == "Peers") {
                for (Json& peer : item.value())
                    peer["Name"] = "<name>";
            }
            item.value() = mask ? Json("<masked>") : masked(item.value());
        }
    } else if (json.is_array()) {
        for (Json& one : json)
            one = masked(one);
    }
    return json;
}

std::string without_query(const std::string& path) {
    return path.substr(0, path.find('?'));
}

bool is_below(const Exchange& exchange, const std::string& folder) {
    const std::string path = without_query(exchange.path);
    const std::string whole = "/v1.41/" + folder;
    return path == whole ||
           (path.starts_with(whole + "/") && path.find("/logs") == std::string::npos);
}

/// The objects of an answer, or the answer if it is one.
std::vector<Json> objects_of(const Exchange& exchange) {
    std::vector<Json> out;
    if (exchange.method != "GET" || exchange.status != 200) return out;
    if (exchange.response.is_object()) out.push_back(exchange.response);
    if (exchange.response.is_array())
        out.assign(exchange.response.begin(), exchange.response.end());
    return out;
}

/// A store's networks as a task's attachments show them, with their versions and moments.
void put_networks(Store& store, const Json& task, NumberOf& numbers) {
    std::map<std::uint64_t, Network> by_version;
    for (const Json& one : task.value("NetworksAttachments", Json::array())) {
        const Network network = attached_network_from(one["Network"]);
        by_version.emplace(network.meta.version, network);
    }
    for (const auto& [version, network] : by_version) {
        while (store.index() + 2 < version)
            store.apply({}, {});
        const std::uint32_t number = store.next_number(Kind::Network);
        for (const Time now : {network.meta.created, network.meta.updated}) {
            Change change;
            change.actions.emplace_back(
                Put<Network>{number, std::make_shared<Network>(network), kAnyVersion, {}});
            store.apply(change, now);
        }
        numbers[network.meta.id] = number;
    }
}

template <class T>
void put_row(Store& store, T row, Kind kind, NumberOf& numbers) {
    const std::uint32_t number = store.next_number(kind);
    numbers[row.meta.id] = number;
    Change change;
    change.actions.emplace_back(Put<T>{number, std::make_shared<T>(std::move(row)), 0, {}});
    store.apply(change, {});
}

Service plain_service(const std::string& id, const std::string& name) {
    Service service;
    service.meta.id = id;
    service.spec.name = name;
    service.spec.task = std::make_shared<const TaskSpec>();
    return service;
}

template <class T>
T with_id(const std::string& id) {
    T row;
    row.meta.id = id;
    return row;
}

}  // namespace

TEST_CASE("swarm api: every recorded service comes out of its object again", "[recorded]") {
    int count = 0;
    for (const Exchange& exchange : recorded()) {
        if (!is_below(exchange, "services")) continue;
        for (const Json& json : objects_of(exchange)) {
            INFO(exchange.where << " " << json.dump());
            Store store;
            NumberOf networks;
            for (const Json& vip : json["Endpoint"].value("VirtualIPs", Json::array())) {
                Network network = with_id<Network>(vip["NetworkID"]);
                network.name = network.meta.id;
                put_row(store, network, Kind::Network, networks);
            }
            const Service service = service_from(json, networks);
            Json ours = service_json(store, 1, service, false);
            if (json.contains("ServiceStatus")) ours["ServiceStatus"] = json["ServiceStatus"];
            CHECK(ours.dump() == json.dump());
            ++count;
        }
    }
    if (std::getenv("PODIUM_REFERENCE") != nullptr) CHECK(count > 50);
}

TEST_CASE("swarm api: every recorded task comes out of its object again", "[recorded]") {
    int count = 0;
    for (const Exchange& exchange : recorded()) {
        if (!is_below(exchange, "tasks")) continue;
        for (const Json& json : objects_of(exchange)) {
            INFO(exchange.where << " " << json.dump());
            Store store;
            NumberOf networks;
            NumberOf services;
            NumberOf nodes;
            put_networks(store, json, networks);
            put_row(store, plain_service(json["ServiceID"], "any"), Kind::Service, services);
            if (json.contains("NodeID"))
                put_row(store, with_id<Node>(json["NodeID"]), Kind::Node, nodes);
            const Task task = task_from(json, services, nodes, networks);
            CHECK(task_json(store, 1, task).dump() == json.dump());
            ++count;
        }
    }
    if (std::getenv("PODIUM_REFERENCE") != nullptr) CHECK(count > 50);
}

TEST_CASE("swarm api: every recorded node comes out of its object again", "[recorded]") {
    Bench bench;
    int count = 0;
    for (const Exchange& exchange : recorded()) {
        if (!is_below(exchange, "nodes")) continue;
        for (const Json& json : objects_of(exchange)) {
            INFO(exchange.where << " " << json.dump());
            ApiContext context{bench.kernel, 1, NodeId{1}, {}, {}, 2377, {}};
            if (json.contains("ManagerStatus")) {
                const Json& status = json["ManagerStatus"];
                context.managers[NodeId{7}] = status["Reachability"] == "reachable";
                if (status.value("Leader", false)) context.leader = NodeId{7};
            }
            const Json ours = node_json(context, bench.store, NodeId{7}, node_from(json));
            CHECK(without_tls(ours).dump() == without_tls(json).dump());
            ++count;
        }
    }
    if (std::getenv("PODIUM_REFERENCE") != nullptr) CHECK(count > 50);
}

TEST_CASE("swarm api: every recorded network of a swarm comes out of its object again",
          "[recorded]") {
    int count = 0;
    for (const Exchange& exchange : recorded()) {
        if (!is_below(exchange, "networks")) continue;
        for (const Json& json : objects_of(exchange)) {
            // What a node's own engine knows of it, too, is in the replay of requests below.
            if (json["Scope"] != "swarm" || !json["Containers"].is_null()) continue;
            INFO(exchange.where << " " << json.dump());
            CHECK(network_json(network_from(json)).dump() == json.dump());
            ++count;
        }
    }
    if (std::getenv("PODIUM_REFERENCE") != nullptr) CHECK(count > 5);
}

TEST_CASE("swarm api: the recorded swarm comes out of its object again, with the same issuer",
          "[recorded]") {
    for (const Exchange& exchange : recorded()) {
        if (exchange.method != "GET" || without_query(exchange.path) != "/v1.41/swarm") continue;
        INFO(exchange.where);
        const Json& json = exchange.response;
        Bench bench;
        Cluster cluster;
        cluster.meta = meta_from(json);
        cluster.spec.task_history_limit =
            json["Spec"]["Orchestration"]["TaskHistoryRetentionLimit"];
        Json ours = cluster_info_json(cluster);
        Json theirs = json;
        theirs.erase("JoinTokens");
        CHECK(without_tls(ours).dump() == without_tls(theirs).dump());
        CHECK(ours["TLSInfo"]["CertIssuerSubject"] == theirs["TLSInfo"]["CertIssuerSubject"]);
        CHECK(ours["TLSInfo"]["CertIssuerPublicKey"].get<std::string>().size() ==
              theirs["TLSInfo"]["CertIssuerPublicKey"].get<std::string>().size());
    }
}

// --- requests
// -------------------------------------------------------------------------------------

namespace {

/// What the recordings have shown so far, by id.
struct Known {
    std::map<std::string, Json> nodes;
    std::map<std::string, Json> services;
    std::map<std::string, Json> tasks;
    std::map<std::string, Json> networks;
    Json swarm;

    void learn(const Exchange& exchange) {
        const std::vector<Json> objects = objects_of(exchange);
        if (exchange.method == "GET" && exchange.path == "/v1.41/nodes") nodes.clear();
        for (const Json& json : objects) {
            if (is_below(exchange, "nodes")) nodes[json["ID"]] = json;
            if (is_below(exchange, "services")) services[json["ID"]] = json;
            if (is_below(exchange, "tasks")) learn_task(json);
            if (is_below(exchange, "networks") && json["Scope"] == "swarm")
                networks[json["Id"]] = json;
            if (is_below(exchange, "swarm")) swarm = json;
        }
    }

    void learn_task(const Json& json) {
        tasks[json["ID"]] = json;
        // Its attachments say how the networks it is on came out.
        for (const Json& one : json.value("NetworksAttachments", Json::array())) {
            const auto network = networks.find(one["Network"]["ID"]);
            if (network != networks.end() && network->second.contains("Guessed"))
                networks.erase(network);
        }
    }

    /// A network that was created, as it may be seen once it is allocated.
    void learn_created(const Exchange& exchange) {
        if (exchange.status != 201 || !exchange.path.ends_with("/networks/create")) return;
        Json json;
        json["Name"] = exchange.request["Name"];
        json["Id"] = exchange.response["Id"];
        json["Created"] = "2026-11-20T16:54:39Z";
        json["Scope"] = "swarm";
        json["Guessed"] = true;
        json["IPAM"]["Config"] =
            Json::array({Json{{"Subnet", "10.0.9.0/24"}, {"Gateway", "10.0.9.1"}}});
        json["Internal"] = json["Ingress"] = false;
        json["Attachable"] = exchange.request["Attachable"];
        json["Options"]["com.docker.network.driver.overlay.vxlanid_list"] = "4105";
        json["Labels"] = exchange.request["Labels"];
        networks[json["Id"]] = json;
    }

    /// A node's new role is its spec's at once.
    void learn_updated(const Exchange& exchange) {
        if (exchange.method != "POST" || exchange.status != 200 || !is_below(exchange, "nodes"))
            return;
        const std::string path = without_query(exchange.path);
        const std::string folder = path.substr(0, path.rfind('/'));
        Json& node = nodes.at(folder.substr(folder.rfind('/') + 1));
        for (const auto& [key, value] : exchange.request.items())
            node["Spec"][key] = value;
        if (exchange.request["Role"] == "worker") node.erase("ManagerStatus");
    }

    void forget(const Exchange& exchange) {
        if (exchange.method != "DELETE" || exchange.status >= 400) return;
        const std::string path = without_query(exchange.path);
        const std::string meant = path.substr(path.rfind('/') + 1);
        for (auto* objects : {&services, &networks}) {
            std::erase_if(*objects, [&](const auto& one) {
                const Json& json = one.second;
                const std::string name =
                    json.contains("Spec") ? json["Spec"].value("Name", "") : json.value("Name", "");
                return one.first == meant || name == meant;
            });
        }
        std::erase_if(tasks,
                      [&](const auto& one) { return !services.contains(one.second["ServiceID"]); });
    }
};

/// A store of what is known, for one request.
struct Replay {
    Bench bench;
    NumberOf nodes;
    NumberOf services;
    NumberOf networks;
    NumberOf tasks;

    Replay(const Known& known,
           const std::map<std::string, Json>& shown_tasks,
           const std::string& asked) {
        bench.store = Store{};
        Cluster cluster;
        cluster.meta.id =
            known.swarm.is_object() ? known.swarm["ID"].get<std::string>() : "cluster";
        if (known.swarm.is_object()) {
            cluster.spec.task_history_limit =
                known.swarm["Spec"]["Orchestration"]["TaskHistoryRetentionLimit"];
            cluster.worker_token = known.swarm["JoinTokens"]["Worker"];
            cluster.manager_token = known.swarm["JoinTokens"]["Manager"];
        }
        bench.put(Put<Cluster>{1, std::make_shared<Cluster>(cluster), 0, {}});
        bench.context.managers.clear();
        for (const auto& [id, json] : known.nodes) {
            put_row(bench.store, node_from(json), Kind::Node, nodes);
            const NodeId number{nodes[id]};
            if (json["Description"]["Hostname"] == asked) bench.context.self = number;
            if (!json.contains("ManagerStatus")) continue;
            bench.context.managers[number] = json["ManagerStatus"]["Reachability"] == "reachable";
            if (json["ManagerStatus"].value("Leader", false)) bench.context.leader = number;
        }
        // A list of networks doesn't say whether one was given options for its addresses.
        std::set<std::string> without_ipam;
        for (const auto& [id, json] : shown_tasks) {
            for (const Json& one : json.value("NetworksAttachments", Json::array())) {
                if (!one["Network"]["Spec"].contains("IPAMOptions"))
                    without_ipam.insert(one["Network"]["ID"]);
            }
        }
        for (const auto& [id, json] : known.networks)
            put_network(json, !without_ipam.contains(id));
        for (const auto& [id, json] : shown_tasks) {
            for (const Json& one : json.value("NetworksAttachments", Json::array())) {
                if (!networks.contains(one["Network"]["ID"]))
                    put_row(bench.store,
                            attached_network_from(one["Network"]),
                            Kind::Network,
                            networks);
            }
        }
        for (const auto& [id, json] : known.services)
            put_row(bench.store, service_from(json, networks_of(json)), Kind::Service, services);
        for (const auto& [id, json] : shown_tasks)
            put_task(json);
    }

    void put_network(const Json& json, bool ipam_given) {
        Network network = network_from(json);
        network.ipam_given = ipam_given;
        put_row(bench.store, std::move(network), Kind::Network, networks);
        for (const Json& peer : json.value("Peers", Json::array())) {
            bench.store.nodes.for_each([&](std::uint32_t number, const Node& node) {
                if (node.address != peer["IP"]) return;
                const std::string balancer =
                    json["Containers"]["lb-" + json["Name"].get<std::string>()]["IPv4Address"];
                bench.edit(bench.store.nodes, number, [&](Node& row) {
                    row.attachments.push_back({NetworkId{networks[json["Id"]]}, balancer, {}});
                });
            });
        }
    }

    NumberOf networks_of(const Json& service) {
        for (const Json& vip : service["Endpoint"].value("VirtualIPs", Json::array())) {
            if (networks.contains(vip["NetworkID"])) continue;
            Network network = with_id<Network>(vip["NetworkID"]);
            network.name = network.meta.id;
            network.ingress = true;
            put_row(bench.store, network, Kind::Network, networks);
        }
        return networks;
    }

    void put_task(const Json& json) {
        if (!services.contains(json["ServiceID"]))
            put_row(bench.store,
                    plain_service(json["ServiceID"], json["ServiceID"]),
                    Kind::Service,
                    services);
        if (json.contains("NodeID") && !nodes.contains(json["NodeID"]))
            put_row(bench.store, with_id<Node>(json["NodeID"]), Kind::Node, nodes);
        Task task = task_from(json, services, nodes, networks);
        task.service_name = bench.store.services.find(task.service.value)->spec.name;
        put_row(bench.store, std::move(task), Kind::Task, tasks);
    }

    /// The version that this store has of what the path names, in place of the recorded one.
    void set_version(ApiRequest& request) {
        const auto version = request.query.find("version");
        if (version == request.query.end()) return;
        const std::string id = split_id(request.path);
        std::uint64_t present = bench.store.cluster->meta.version;
        if (nodes.contains(id)) present = bench.store.nodes.find(nodes[id])->meta.version;
        if (services.contains(id)) present = bench.store.services.find(services[id])->meta.version;
        version->second = std::to_string(present);
    }

    static std::string split_id(const std::string& path) {
        const auto first = path.find('/', 1);
        const auto second = path.find('/', first + 1);
        return first == std::string::npos ? "" : path.substr(first + 1, second - first - 1);
    }
};

/// What the façade or the engine answers, or of a node in no swarm.
bool is_ours(const Exchange& exchange) {
    static const std::set<std::string> kOthers{"/v1.41/swarm/init",
                                               "/v1.41/swarm/join",
                                               "/v1.41/swarm/leave",
                                               "/v1.41/swarm/unlockkey",
                                               "/v1.41/info",
                                               "/v1.41/events",
                                               "/v1.41/containers/json",
                                               "/_ping"};
    const std::string path = without_query(exchange.path);
    return !kOthers.contains(path) && exchange.status != 503;
}

/// The local networks of the engine stand behind the swarm's in its answer.
Json swarm_part(const Json& response) {
    if (!response.is_array()) return response;
    Json out = Json::array();
    for (const Json& one : response) {
        if (!one.contains("Scope") || one["Scope"] == "swarm") out.push_back(one);
    }
    return out;
}

}  // namespace

TEST_CASE("swarm api: every recorded request is answered as it was", "[recorded]") {
    Known known;
    int count = 0;
    for (const Exchange& exchange : recorded()) {
        if (exchange.path == "/v1.41/swarm/init" && exchange.status == 200) known = {};
        if (!is_ours(exchange)) continue;
        const bool get = exchange.method == "GET" && exchange.status == 200;
        if (get) known.learn(exchange);
        // A list of tasks shows all that there were; else the tasks known last are those there are.
        std::map<std::string, Json> tasks = known.tasks;
        if (get && is_below(exchange, "tasks")) {
            tasks.clear();
            for (const Json& json : objects_of(exchange))
                tasks[json["ID"]] = json;
        }
        // A network's own view names the containers that run there.
        if (get && exchange.response.is_object() &&
            exchange.response.value("Containers", Json()).is_object()) {
            std::erase_if(tasks, [&](const auto& one) {
                const Json status = one.second["Status"].value("ContainerStatus", Json::object());
                return !exchange.response["Containers"].contains(
                    status.value("ContainerID", "none"));
            });
        }
        INFO(exchange.where << " " << exchange.method << " " << exchange.path);
        Replay replay(known, tasks, exchange.node);
        ApiRequest request = parse_target(exchange.method + " " + exchange.path);
        if (!exchange.request.is_null()) request.body = exchange.request.dump();
        replay.set_version(request);
        const Answer ours = replay.bench.ask(request);
        ++count;
        CHECK(ours.status == exchange.status);
        if (request.path.ends_with("/logs")) {
            CHECK(replay.bench.logs.has_value());
        } else if (exchange.status == 201) {
            REQUIRE(ours.status == 201);
            const char* id = ours.body().contains("ID") ? "ID" : "Id";
            CHECK(ours.body()[id].get<std::string>().size() ==
                  exchange.response[id].get<std::string>().size());
            CHECK(ours.body().size() == exchange.response.size());
        } else if (exchange.response.is_null()) {
            CHECK(ours.text.empty());
        } else {
            CHECK(masked(ours.body()).dump() == masked(swarm_part(exchange.response)).dump());
        }
        if (exchange.method != "GET" && exchange.status < 300)
            CHECK(replay.bench.change.has_value());
        known.learn_created(exchange);
        known.learn_updated(exchange);
        known.forget(exchange);
    }
    if (std::getenv("PODIUM_REFERENCE") != nullptr) CHECK(count > 300);
}

}  // namespace podium::swarm::test
