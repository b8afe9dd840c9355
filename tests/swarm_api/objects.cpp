#include "tests/swarm_api/objects.hpp"

#include <set>
#include <utility>

#include <nlohmann/json.hpp>

#include "sim/base/calendar.hpp"
#include "sim/orch/swarm/api_json.hpp"
#include "sim/orch/swarm/api_read.hpp"

namespace podium::swarm::test {

namespace {

// A text that is there as long as the program.
const std::string& lasting(std::string text) {
    static std::set<std::string> kept;
    return *kept.insert(std::move(text)).first;
}

}  // namespace

Time moment(const Json& text) {
    const auto time = parse_rfc3339(text.get<std::string>());
    REQUIRE(time.has_value());
    return *time;
}

Meta meta_from(const Json& json) {
    Meta meta;
    meta.id = (json.contains("ID") ? json["ID"] : json["Id"]).get<std::string>();
    if (json.contains("Version")) meta.version = json["Version"].value("Index", std::uint64_t{0});
    meta.created = moment(json.contains("CreatedAt") ? json["CreatedAt"] : json["Created"]);
    if (json.contains("UpdatedAt")) meta.updated = moment(json["UpdatedAt"]);
    return meta;
}

ServiceSpec spec_from(const Json& json) {
    const Input input = Input::parse(json.dump());
    BodyProblem problem;
    Reading reading;
    ServiceSpec spec = read_service_spec(Fields(input, "swarm.ServiceSpec", problem), reading);
    INFO(problem.sentence << (reading.refusal ? reading.refusal->message : ""));
    REQUIRE(problem.sentence.empty());
    REQUIRE_FALSE(reading.refusal.has_value());
    return spec;
}

Port port_from(const Json& json) {
    Port port;
    port.name = json.value("Name", "");
    port.protocol = json.value("Protocol", "");
    port.target = json.value("TargetPort", std::uint16_t{0});
    port.published = json.value("PublishedPort", std::uint16_t{0});
    port.mode = json["PublishMode"] == "host" ? PublishMode::Host : PublishMode::Ingress;
    return port;
}

UpdateState update_state_from(const std::string& text) {
    if (text == "updating") return UpdateState::Updating;
    if (text == "paused") return UpdateState::Paused;
    if (text == "completed") return UpdateState::Completed;
    if (text == "rollback_started") return UpdateState::RollbackStarted;
    if (text == "rollback_paused") return UpdateState::RollbackPaused;
    REQUIRE(text == "rollback_completed");
    return UpdateState::RollbackCompleted;
}

Service service_from(const Json& json, const NumberOf& networks) {
    Service service;
    service.meta = meta_from(json);
    service.spec = spec_from(json["Spec"]);
    if (json.contains("PreviousSpec")) service.previous_spec = spec_from(json["PreviousSpec"]);
    const Json& endpoint = json["Endpoint"];
    service.allocated = !endpoint["Spec"].empty();
    for (const Json& port : endpoint.value("Ports", Json::array()))
        service.endpoint.ports.push_back(port_from(port));
    for (const Json& vip : endpoint.value("VirtualIPs", Json::array()))
        service.vips.push_back({NetworkId{networks.at(vip["NetworkID"])}, vip["Addr"]});
    if (!json.contains("UpdateStatus")) return service;
    const Json& update = json["UpdateStatus"];
    service.update.state = update_state_from(update["State"]);
    service.update.started = moment(update["StartedAt"]);
    if (update.contains("CompletedAt")) service.update.completed = moment(update["CompletedAt"]);
    service.update.message = update.value("Message", "");
    return service;
}

TaskState task_state_from(const std::string& text) {
    for (const TaskState state : {TaskState::New,
                                  TaskState::Pending,
                                  TaskState::Assigned,
                                  TaskState::Accepted,
                                  TaskState::Preparing,
                                  TaskState::Ready,
                                  TaskState::Starting,
                                  TaskState::Running,
                                  TaskState::Complete,
                                  TaskState::Shutdown,
                                  TaskState::Failed,
                                  TaskState::Rejected,
                                  TaskState::Remove,
                                  TaskState::Orphaned}) {
        if (task_state_name(state) == text) return state;
    }
    FAIL("no such state: " << text);
    return TaskState::New;
}

Task task_from(const Json& json,
               const NumberOf& services,
               const NumberOf& nodes,
               const NumberOf& networks) {
    Task task;
    task.meta = meta_from(json);
    task.service = ServiceId{services.at(json["ServiceID"])};
    task.slot = json.value("Slot", std::uint64_t{0});
    if (json.contains("NodeID")) task.node = NodeId{nodes.at(json["NodeID"])};
    Json body;
    body["TaskTemplate"] = json["Spec"];
    task.spec = spec_from(body).task;
    const Json& status = json["Status"];
    task.status.state = task_state_from(status["State"]);
    task.status.since = moment(status["Timestamp"]);
    task.status.message = Literal::of_lasting(lasting(status.value("Message", "")));
    task.status.error = status.value("Err", "");
    if (status.contains("ContainerStatus")) {
        task.status.container_id = ContainerKey(status["ContainerStatus"]["ContainerID"].get<std::string>());
        task.status.pid = status["ContainerStatus"]["PID"];
        task.status.exit_code = status["ContainerStatus"]["ExitCode"].get<int>();
    }
    task.desired = task_state_from(json["DesiredState"]);
    for (const Json& one : json.value("NetworksAttachments", Json::array())) {
        const std::uint32_t network = networks.at(one["Network"]["ID"]);
        task.networks.push_back({NetworkId{network}, one["Addresses"][0], {}});
    }
    return task;
}

Node node_from(const Json& json) {
    Node node;
    node.meta = meta_from(json);
    node.spec.labels = json["Spec"]["Labels"].get<Labels>();
    node.spec.role = node.role = json["Spec"]["Role"] == "manager" ? Role::Manager : Role::Worker;
    node.spec.availability =
        read_availability(json["Spec"]["Availability"].get<std::string>()).value();
    const Json& about = json["Description"];
    node.described = about.contains("Hostname");
    node.description.hostname = about.value("Hostname", "");
    node.description.nano_cpus = about["Resources"].value("NanoCPUs", std::int64_t{0});
    node.description.memory_bytes = about["Resources"].value("MemoryBytes", std::int64_t{0});
    node.description.engine_version = about["Engine"].value("EngineVersion", "");
    for (const Json& plugin : about["Engine"].value("Plugins", Json::array()))
        node.description.plugins.emplace_back(plugin["Type"], plugin["Name"]);
    const std::string state = json["Status"]["State"];
    node.state = state == "ready"  ? NodeState::Ready
                 : state == "down" ? NodeState::Down
                                   : NodeState::Unknown;
    node.message = json["Status"].value("Message", "");
    node.address = json["Status"].value("Addr", "");
    return node;
}

/// Of GET /networks.
Network network_from(const Json& json) {
    constexpr const char* kVxlan = "com.docker.network.driver.overlay.vxlanid_list";
    Network network;
    network.meta = meta_from(json);
    network.name = json["Name"];
    if (json["Labels"].is_object()) network.labels = json["Labels"].get<Labels>();
    network.subnet = json["IPAM"]["Config"][0]["Subnet"];
    network.gateway = json["IPAM"]["Config"][0]["Gateway"];
    network.attachable = json["Attachable"];
    network.internal = json["Internal"];
    network.ingress = json["Ingress"];
    network.vxlan =
        static_cast<std::uint32_t>(std::stoul(json["Options"][kVxlan].get<std::string>()));
    return network;
}

/// Of a task's attachment.
Network attached_network_from(const Json& json) {
    constexpr const char* kVxlan = "com.docker.network.driver.overlay.vxlanid_list";
    Network network;
    network.meta = meta_from(json);
    network.name = json["Spec"]["Name"];
    network.labels = json["Spec"]["Labels"].get<Labels>();
    network.ingress = json["Spec"].value("Ingress", false);
    network.ipam_given = json["Spec"].contains("IPAMOptions");
    network.subnet = json["IPAMOptions"]["Configs"][0]["Subnet"];
    network.gateway = json["IPAMOptions"]["Configs"][0]["Gateway"];
    network.vxlan = static_cast<std::uint32_t>(
        std::stoul(json["DriverState"]["Options"][kVxlan].get<std::string>()));
    return network;
}

}  // namespace podium::swarm::test
