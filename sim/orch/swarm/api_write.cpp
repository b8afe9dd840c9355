// Services, tasks, nodes, networks, secrets and configs as JSON: moby 20.10,
// daemon/cluster/convert.

#include "sim/orch/swarm/api_write.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/base/calendar.hpp"
#include "sim/orch/swarm/api_json.hpp"

namespace podium::swarm {
namespace {

constexpr const char* kVxlanOption = "com.docker.network.driver.overlay.vxlanid_list";

// What the allocator gave the service; nothing for one that needs neither addresses nor ports
// (cnmallocator/networkallocator.go, IsServiceAllocated).
Json endpoint_json(const Store& store, std::uint32_t swarm, const Service& service) {
    Json out;
    out["Spec"] = Json::object();
    if (!service.allocated || (service.vips.empty() && service.endpoint.ports.empty())) return out;
    if (service.spec.endpoint) out["Spec"] = service_spec_json(service.spec)["EndpointSpec"];
    if (!service.endpoint.ports.empty()) out["Ports"] = ports_json(service.endpoint.ports);
    for (const VirtualIp& vip : service.vips) {
        Json one;
        one["NetworkID"] = network_id_text(store, swarm, vip.network);
        put(one, "Addr", vip.address);
        out["VirtualIPs"].push_back(std::move(one));
    }
    return out;
}

Json update_status_json(const UpdateStatus& update) {
    Json out;
    out["State"] = update_state_name(update.state);
    out["StartedAt"] = rfc3339_nano(update.started);
    if (update.completed) out["CompletedAt"] = rfc3339_nano(*update.completed);
    put(out, "Message", update.message);
    return out;
}

Json task_status_json(const Task& task) {
    const TaskStatus& status = task.status;
    Json out;
    out["Timestamp"] = rfc3339_nano(status.since);
    out["State"] = task_state_name(status.state);
    put(out, "Message", std::string(status.message.view()));
    put(out, "Err", status.error);
    if (!status.container_id.empty() || status.exit_code) {
        Json container;
        container["ContainerID"] = status.container_id.text();
        container["PID"] = status.pid;
        container["ExitCode"] = status.exit_code.value_or(0);
        out["ContainerStatus"] = std::move(container);
    }
    out["PortStatus"] = Json::object();
    if (!task.status_ports.empty()) out["PortStatus"]["Ports"] = ports_json(task.status_ports);
    return out;
}

// `range` is what a range of addresses is called there: "Range" (api/types/swarm), "IPRange" (api/types/network).
Json ipam_config_json(const Network& network, const char* range, bool gateway) {
    Json one = Json::object();
    put(one, "Subnet", network.subnet);
    put(one, range, network.ip_range);
    if (gateway) put(one, "Gateway", network.gateway);
    return one;
}

// Of the state: options as given and the VXLAN number.
Json driver_options_json(const Network& network) {
    std::map<std::string, std::string> options = network.driver_options;
    options[kVxlanOption] = std::to_string(network.vxlan);
    return Json(options);
}

// As a task's attachment has it, the whole object (api/types/swarm/network.go).
Json attached_network_json(const Network& network) {
    // The ingress network that a swarm begins with was made without naming a driver.
    const bool first_ingress = network.ingress && network.name == "ingress";
    Json spec;
    spec["Name"] = network.name;
    spec["Labels"] = Json(network.labels);
    spec["DriverConfiguration"] = Json::object();
    if (!first_ingress) spec["DriverConfiguration"]["Name"] = network.driver;
    if (!network.driver_options.empty())
        spec["DriverConfiguration"]["Options"] = Json(network.driver_options);
    if (network.internal) spec["Internal"] = true;
    if (network.attachable) spec["Attachable"] = true;
    if (network.ingress) spec["Ingress"] = true;
    if (network.ipam_given) {
        Json& ipam = spec["IPAMOptions"];
        ipam["Driver"] = first_ingress ? Json::object() : Json{{"Name", "default"}};
        if (network.subnet_given)
            ipam["Configs"].push_back(ipam_config_json(network, "Range", network.gateway_given));
    }
    spec["Scope"] = "swarm";
    Json out;
    out["ID"] = network.meta.id;
    put_meta(out, network.meta);
    out["Spec"] = std::move(spec);
    out["DriverState"] = Json::object();
    if (network.subnet.empty()) return out;
    out["DriverState"]["Name"] = network.driver;
    out["DriverState"]["Options"] = driver_options_json(network);
    out["IPAMOptions"]["Driver"] = Json{{"Name", "default"}};
    out["IPAMOptions"]["Configs"].push_back(ipam_config_json(network, "Range", true));
    return out;
}

Json description_json(const Store& store, const Node& node) {
    const NodeDescription& about = node.description;
    Json out = Json::object();
    Json platform = Json::object();
    Json resources = Json::object();
    Json engine = Json::object();
    if (node.described) {
        put(out, "Hostname", about.hostname);
        put(platform, "Architecture", about.architecture);
        put(platform, "OS", about.os);
        if (about.nano_cpus != 0) resources["NanoCPUs"] = about.nano_cpus;
        if (about.memory_bytes != 0) resources["MemoryBytes"] = about.memory_bytes;
        if (!about.generic.empty()) resources["GenericResources"] = generic_json(about.generic);
        put(engine, "EngineVersion", about.engine_version);
        if (!about.engine_labels.empty()) engine["Labels"] = Json(about.engine_labels);
        for (const auto& [type, name] : about.plugins)
            engine["Plugins"].push_back(Json{{"Type", type}, {"Name", name}});
    }
    out["Platform"] = std::move(platform);
    out["Resources"] = std::move(resources);
    out["Engine"] = std::move(engine);
    out["TLSInfo"] = node.described && store.cluster ? tls_json(*store.cluster, node.trusts, node.issuer) : Json::object();
    return out;
}

}  // namespace

std::string node_id_text(const Store& store, std::uint32_t swarm, NodeId node) {
    if (!node) return {};
    const Node* row = store.nodes.find(node.value);
    return row != nullptr ? row->meta.id : public_id(Kind::Node, swarm, node.value);
}

std::string service_id_text(const Store& store, std::uint32_t swarm, ServiceId service) {
    if (!service) return {};
    const Service* row = store.services.find(service.value);
    return row != nullptr ? row->meta.id : public_id(Kind::Service, swarm, service.value);
}

std::string network_id_text(const Store& store, std::uint32_t swarm, NetworkId network) {
    if (!network) return {};
    const Network* row = store.networks.find(network.value);
    return row != nullptr ? row->meta.id : public_id(Kind::Network, swarm, network.value);
}

Json version_json(std::uint64_t index) {
    Json out = Json::object();
    if (index != 0) out["Index"] = index;
    return out;
}

void put_meta(Json& out, const Meta& meta) {
    out["Version"] = version_json(meta.version);
    out["CreatedAt"] = rfc3339_nano(meta.created);
    out["UpdatedAt"] = rfc3339_nano(meta.updated);
}

Json service_json(const Store& store,
                  std::uint32_t swarm,
                  const Service& service,
                  bool insert_defaults) {
    Json out;
    out["ID"] = service.meta.id;
    put_meta(out, service.meta);
    out["Spec"] = service_spec_json(insert_defaults ? with_defaults(service.spec) : service.spec);
    if (service.previous_spec) out["PreviousSpec"] = service_spec_json(*service.previous_spec);
    out["Endpoint"] = endpoint_json(store, swarm, service);
    if (service.update.state != UpdateState::None)
        out["UpdateStatus"] = update_status_json(service.update);
    if (service.job) {
        Json job;
        job["JobIteration"] = version_json(service.job->iteration);
        job["LastExecution"] = rfc3339_nano(service.job->last_execution);
        out["JobStatus"] = std::move(job);
    }
    return out;
}

Json task_json(const Store& store, std::uint32_t swarm, const Task& task) {
    static const TaskSpec kNothing;
    Json out;
    out["ID"] = task.meta.id;
    put_meta(out, task.meta);
    out["Labels"] = Json::object();
    out["Spec"] = task_spec_json(task.spec ? *task.spec : kNothing, false);
    put(out, "ServiceID", service_id_text(store, swarm, task.service));
    if (task.slot != 0) out["Slot"] = task.slot;
    put(out, "NodeID", node_id_text(store, swarm, task.node));
    out["Status"] = task_status_json(task);
    out["DesiredState"] = task_state_name(task.desired);
    for (const NetworkAttachment& attachment : task.networks) {
        const Network* network = store.networks.find(attachment.network.value);
        if (network == nullptr) continue;
        Json one;
        one["Network"] = attached_network_json(*network);
        if (!attachment.address.empty()) one["Addresses"].push_back(attachment.address);
        out["NetworksAttachments"].push_back(std::move(one));
    }
    // What was claimed of its node when it got it (swarmkit manager/scheduler/nodeinfo.go, addTask).
    if (task.node && task.spec && !task.spec->reservations.generic.empty()) out["GenericResources"] = generic_json(task.spec->reservations.generic);
    if (task.job_iteration) out["JobIteration"] = version_json(*task.job_iteration);
    return out;
}

Json node_json(const ApiContext& context, const Store& store, NodeId id, const Node& node) {
    Json out;
    out["ID"] = node.meta.id;
    put_meta(out, node.meta);
    Json spec;
    put(spec, "Name", node.spec.name);
    spec["Labels"] = Json(node.spec.labels);
    spec["Role"] = role_name(node.spec.role);
    spec["Availability"] = availability_name(node.spec.availability);
    out["Spec"] = std::move(spec);
    out["Description"] = description_json(store, node);
    Json status;
    status["State"] = node_state_name(node.state);
    put(status, "Message", node.message);
    put(status, "Addr", node.address);
    out["Status"] = std::move(status);
    const auto manager = context.managers.find(id);
    if (manager == context.managers.end()) return out;
    Json about;
    if (context.leader == id) about["Leader"] = true;
    about["Reachability"] = manager->second ? "reachable" : "unreachable";
    about["Addr"] = fmt::format("{}:{}", node.address, context.port);
    out["ManagerStatus"] = std::move(about);
    return out;
}

Json network_json(const Network& network) {
    const bool allocated = !network.subnet.empty();
    Json out;
    out["Name"] = network.name;
    out["Id"] = network.meta.id;
    out["Created"] = rfc3339_nano(network.meta.created);
    out["Scope"] = "swarm";
    // A node's own needs no addresses, so its driver is known at once.
    out["Driver"] = allocated || network.driver != "overlay" ? network.driver : "";
    out["EnableIPv6"] = false;
    out["IPAM"]["Driver"] = allocated ? "default" : "";
    out["IPAM"]["Options"] = nullptr;
    out["IPAM"]["Config"] = nullptr;
    if (allocated) out["IPAM"]["Config"] = Json::array({ipam_config_json(network, "IPRange", true)});
    out["Internal"] = network.internal;
    out["Attachable"] = network.attachable;
    out["Ingress"] = network.ingress;
    out["ConfigFrom"] = Json{{"Network", ""}};
    out["ConfigOnly"] = false;
    out["Containers"] = nullptr;
    out["Options"] = allocated ? driver_options_json(network) : Json(nullptr);
    out["Labels"] = network.labels.empty() ? Json(nullptr) : Json(network.labels);
    return out;
}

Json datum_json(const Datum& datum, bool with_data) {
    Json out;
    out["ID"] = datum.meta.id;
    put_meta(out, datum.meta);
    Json spec;
    put(spec, "Name", datum.name);
    spec["Labels"] = Json(datum.labels);
    if (with_data) put(spec, "Data", base64(datum.data));
    out["Spec"] = std::move(spec);
    return out;
}

}  // namespace podium::swarm
