// GET /info's parts that are of the swarm (daemon/cluster/swarm.go, Info), and what an agent says of its host.

#include <nlohmann/json.hpp>

#include <fmt/format.h>

#include "sim/base/json_bytes.hpp"
#include "sim/base/text.hpp"
#include "sim/model/daemon_config.hpp"
#include "sim/orch/swarm/api.hpp"
#include "sim/orch/swarm/api_write.hpp"
#include "sim/orch/swarm/hosts/rows.hpp"

namespace podium::swarm {
namespace {

constexpr const char* kEngineVersion = "20.10.24+dfsg1";

const char* local_state(const HostRow& row) {
    switch (row.state) {
        case HostRow::State::Out:
        case HostRow::State::Initialising: return "inactive";
        case HostRow::State::Joining: return row.told ? "pending" : "inactive";
        case HostRow::State::Active:
        case HostRow::State::Leaving: return "active";
        case HostRow::State::Locked: return "locked";
        case HostRow::State::Failed: return "error";
    }
    return "";
}

Json remote_managers(const Scene& scene, const HostRow& row) {
    Json out = Json::array();
    scene.swarm(row.swarm).store.nodes.for_each([&](std::uint32_t, const Node& node) {
        if (!node.member) return;
        Json one;
        one["NodeID"] = node.meta.id;
        one["Addr"] = fmt::format("{}:{}", node.address, row.port);
        out.push_back(std::move(one));
    });
    return out;
}

Json swarm_part(Scene& scene, model::HostId host, model::HostId leader, const std::string& error) {
    const HostRow& row = scene.host(host);
    const bool active = row.swarm != 0 && (row.state == HostRow::State::Active || row.state == HostRow::State::Leaving);
    const Node* node = active ? scene.swarm(row.swarm).store.nodes.find(row.node.value) : nullptr;
    Json out;
    out["NodeID"] = node != nullptr ? node->meta.id.text() : "";
    out["NodeAddr"] = active ? row.address : "";
    out["LocalNodeState"] = local_state(row);
    out["ControlAvailable"] = active && ((row.manager && scene.manager_runs(host)) || scene.manager_stops(host));
    out["Error"] = row.state == HostRow::State::Failed ? row.error : error;
    out["RemoteManagers"] = active ? remote_managers(scene, row) : Json();
    if (!leader) return out;
    const Store& store = scene.store_of(leader);
    int managers = 0;
    store.nodes.for_each([&managers](std::uint32_t, const Node& one) { managers += one.member ? 1 : 0; });
    out["Nodes"] = store.nodes.count();
    out["Managers"] = managers;
    if (store.cluster) out["Cluster"] = cluster_info_json(*store.cluster);
    return out;
}

}  // namespace

// An engine with named resources takes them apart by name (api/genericresource); what is counted is all that is simulated.
std::string info_parts_json(Scene& scene, model::HostId host, model::HostId leader, const std::string& error) {
    const ConfiguredResources& configured = scene.host(host).configured;
    Json out;
    out["Swarm"] = swarm_part(scene, host, leader, error);
    if (!configured.pieces.empty()) out["GenericResources"] = generic_json(configured.pieces);
    for (const std::string& entry : configured.left_out) {
        out["Warnings"].push_back(fmt::format("WARNING: {} of node-generic-resources in /etc/docker/daemon.json is left out: Podium simulates resources that are counted, like gpu=2", json_bytes(nlohmann::json(entry))));
    }
    return json_bytes(out);
}

NodeDescription describe_host(const model::World& world, model::HostId host) {
    const model::HostSpec& spec = world.host(host).spec;
    NodeDescription out;
    out.hostname = spec.name;
    // The engine counts whole processors.
    out.nano_cpus = std::max<std::int64_t>(1, (spec.cpu_millicores + 999) / 1000) * 1'000'000'000;
    out.memory_bytes = spec.memory_bytes;
    out.engine_version = kEngineVersion;
    // daemon/cluster/executor/container/executor.go, Describe: of several values of a name the last.
    for (const std::string& label : model::config_of(world.host(host).engine).labels) {
        const std::size_t equals = label.find('=');
        if (equals != std::string::npos) out.engine_labels[label.substr(0, equals)] = label.substr(equals + 1);
    }
    for (const char* log : {"awslogs", "fluentd", "gcplogs", "gelf", "journald", "json-file", "local", "logentries", "splunk", "syslog"}) out.plugins.emplace_back("Log", log);
    for (const char* network : {"bridge", "host", "ipvlan", "macvlan", "null", "overlay"}) out.plugins.emplace_back("Network", network);
    out.plugins.emplace_back("Volume", "local");
    return out;
}

// dockerd reads its configuration once, when it starts (daemon/config, opts/swarm: node-generic-resources of daemon.json).
// Only this key is looked at here.
ConfiguredResources configured_resources(const model::World& world, model::HostId host) {
    ConfiguredResources out;
    const model::FileNode* file = world.host(host).files.find("/etc/docker/daemon.json");
    if (file == nullptr) return out;
    const nlohmann::json config = nlohmann::json::parse(file->content, nullptr, false);
    if (!config.is_object() || !config.contains("node-generic-resources") || !config["node-generic-resources"].is_array()) return out;
    for (const auto& entry : config["node-generic-resources"]) {
        const std::string text = entry.is_string() ? entry.get<std::string>() : std::string();
        const std::size_t equals = text.find('=');
        std::int64_t pieces = 0;
        if (equals != std::string::npos && equals > 0 && parse_integer(text.substr(equals + 1), pieces) && pieces >= 0) {
            out.pieces[text.substr(0, equals)] = pieces;
        } else {
            out.left_out.push_back(entry.is_string() ? text : json_bytes(entry));
        }
    }
    return out;
}

}  // namespace podium::swarm
