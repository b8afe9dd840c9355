// What the API does to a store, and with which sentences it refuses: those of swarmkit's controlapi
// and of dockerd 20.10, word for word.

#include <nlohmann/json.hpp>

#include "sim/orch/swarm/api_events.hpp"
#include "tests/swarm_api/fixture.hpp"

namespace podium::swarm::test {
namespace {

std::string rpc(const std::string& code, const std::string& text) {
    return "rpc error: code = " + code + " desc = " + text;
}

std::string version_of(const Meta& meta) {
    return "version=" + std::to_string(meta.version);
}

Json with(Json body, const std::string& pointer, const Json& value) {
    body[Json::json_pointer(pointer)] = value;
    return body;
}

struct Refused {
    std::string pointer;  ///< What of a plain service's body is changed …
    Json value;           ///< … into what.
    int status;
    std::string message;
};

}  // namespace

TEST_CASE("swarm api: a target is split, its version dropped and its query decoded") {
    const ApiRequest request =
        parse_target("GET /v1.41/tasks?filters=%7B%22a%22%3A%5B%22b+c%22%5D%7D&x&filters=no");
    CHECK(request.method == "GET");
    CHECK(request.path == "/tasks");
    CHECK(request.query.at("filters") == R"({"a":["b c"]})");
    CHECK(request.query.at("x").empty());
    CHECK(parse_target("nothing").method.empty());
    CHECK(parse_target("GET /distribution/ghcr.io/a/b:1/json").path ==
          "/distribution/ghcr.io/a/b:1/json");
}

TEST_CASE("swarm api: a service is created, found, updated, rolled back and removed") {
    Bench bench;
    Json body = Bench::service_body("web");
    const std::string id = bench.create_service(body);
    CHECK(id.size() == 25);
    const ServiceId number = bench.store.service_called("web");
    CHECK(bench.ask("GET /services/web").body()["ID"] == id);
    CHECK(bench.ask("GET /services/" + id.substr(0, 5)).body()["ID"] == id);
    body["TaskTemplate"]["ContainerSpec"]["Image"] = "busybox:v2";
    const std::string version = version_of(bench.store.services.find(number.value)->meta);
    const Answer updated = bench.ask("POST /services/web/update?" + version, body.dump());
    CHECK(updated.text == R"({"Warnings":null})");
    CHECK(bench.ask("GET /services/web")
              .body()["PreviousSpec"]["TaskTemplate"]["ContainerSpec"]["Image"] == "busybox");
    const std::string later = version_of(bench.store.services.find(number.value)->meta);
    CHECK(bench.ask("POST /services/web/update?rollback=previous&" + later, body.dump()).status ==
          200);
    const Json back = bench.ask("GET /services/web").body();
    CHECK(back["Spec"]["TaskTemplate"]["ContainerSpec"]["Image"] == "busybox");
    CHECK(back["UpdateStatus"]["State"] == "rollback_started");
    CHECK(back["UpdateStatus"]["Message"] == "manually requested rollback");
    CHECK(bench.ask("DELETE /services/web").text.empty());
    CHECK(bench.ask("GET /services/web").message() == "service web not found");
}

TEST_CASE("swarm api: an update of an old version is out of sequence") {
    Bench bench;
    const Json body = Bench::service_body("web");
    bench.create_service(body);
    const Answer old = bench.ask("POST /services/web/update?version=1", body.dump());
    CHECK(old.status == 500);
    CHECK(old.message() == rpc("Unknown", "update out of sequence"));
    CHECK_FALSE(bench.change.has_value());
    CHECK(
        bench.ask("POST /nodes/d4/update?version=1", R"({"Role":"manager","Availability":"drain"})")
            .message() == old.message());
    CHECK(bench.ask("POST /swarm/update?version=77", "{}").message() == old.message());
}

TEST_CASE("swarm api: an update that its version no longer fits is refused by the store") {
    Bench bench;
    bench.create_service(Bench::service_body("web"));
    const ServiceId number = bench.store.service_called("web");
    ApiRequest request = parse_target("POST /services/web/update?" +
                                      version_of(bench.store.services.find(number.value)->meta));
    request.body = Bench::service_body("web").dump();
    const ApiReply reply = answer(bench.context, bench.store, request);
    REQUIRE(reply.change.has_value());
    bench.edit(
        bench.store.services, number.value, [](Service& service) { service.allocated = true; });
    CHECK_FALSE(bench.store.in_sequence(*reply.change));
}

TEST_CASE("swarm api: what swarmkit refuses of a service") {
    const std::vector<Refused> refused = {
        {"/Name",
         "we b",
         400,
         rpc("InvalidArgument", "name must be valid as a DNS name component")},
        {"/Name",
         "web-",
         400,
         rpc("InvalidArgument", "name must be valid as a DNS name component")},
        {"/Name",
         std::string(64, 'a'),
         400,
         rpc("InvalidArgument", "name must be 63 characters or fewer")},
        {"/TaskTemplate/ContainerSpec/Image",
         "",
         400,
         rpc("InvalidArgument", "ContainerSpec: image reference must be provided")},
        {"/TaskTemplate/ContainerSpec/Image",
         "Web",
         400,
         rpc("InvalidArgument", "ContainerSpec: \"Web\" is not a valid repository/tag")},
        {"/TaskTemplate/ContainerSpec/Mounts",
         Json::parse(R"([{"Type":"volume","Target":"/a"},{"Type":"tmpfs","Target":"/a"}])"),
         400,
         rpc("InvalidArgument", "ContainerSpec: duplicate mount point: /a")},
        {"/TaskTemplate/ContainerSpec/Mounts",
         Json::parse(R"([{"Type":"cluster","Target":"/a"}])"),
         400,
         "invalid MountType: \"cluster\""},
        {"/TaskTemplate/ContainerSpec/Healthcheck",
         Json{{"Interval", 1000}},
         400,
         rpc("InvalidArgument", "ContainerSpec: Interval in HealthConfig cannot be less than 1ms")},
        {"/TaskTemplate/ContainerSpec/Healthcheck",
         Json{{"Retries", -1}},
         400,
         rpc("InvalidArgument", "ContainerSpec: Retries in HealthConfig cannot be negative")},
        {"/TaskTemplate/ContainerSpec/Secrets",
         Json::parse(R"([{"SecretID":"x"}])"),
         400,
         rpc("InvalidArgument", "malformed secret reference")},
        {"/TaskTemplate/ContainerSpec/Secrets",
         Json::parse(R"([{"SecretID":"x","SecretName":"y"}])"),
         400,
         rpc("InvalidArgument", "malformed secret reference, no target provided")},
        {"/TaskTemplate/ContainerSpec/Secrets",
         Json::parse(R"([{"SecretID":"x","SecretName":"y","File":{}}])"),
         400,
         rpc("InvalidArgument",
             "malformed file secret reference, invalid target file name provided")},
        {"/TaskTemplate/ContainerSpec/Secrets",
         Json::parse(R"([{"SecretID":"x","SecretName":"y","File":{"Name":"t"}}])"),
         400,
         rpc("InvalidArgument", "secret not found: y")},
        {"/TaskTemplate/ContainerSpec/Secrets",
         Json::parse(
             R"([{"SecretID":"x","SecretName":"y","File":{"Name":"t"}},{"SecretID":"x","SecretName":"z","File":{"Name":"u"}}])"),
         400,
         rpc("InvalidArgument", "secrets not found: y, z")},
        {"/TaskTemplate/ContainerSpec/Secrets",
         Json::parse(
             R"([{"SecretID":"x","SecretName":"y","File":{"Name":"t"}},{"SecretID":"x","SecretName":"z","File":{"Name":"t"}}])"),
         400,
         rpc("InvalidArgument", "secret references 'y' and 'z' have a conflicting target: 't'")},
        {"/TaskTemplate/ContainerSpec/Configs",
         Json::parse(R"([{"ConfigID":"x","ConfigName":"y"}])"),
         400,
         "invalid Config: either File or Runtime should be set"},
        {"/TaskTemplate/ContainerSpec/Configs",
         Json::parse(R"([{"ConfigID":"x","ConfigName":"y","File":{"Name":"t"}}])"),
         400,
         rpc("InvalidArgument", "config not found: y")},
        {"/TaskTemplate/Resources",
         Json::parse(R"({"Limits":{"NanoCPUs":100}})"),
         400,
         rpc("InvalidArgument", "invalid cpu value 1e-07: Must be at least 0.001")},
        {"/TaskTemplate/Resources",
         Json::parse(R"({"Reservations":{"MemoryBytes":1024}})"),
         400,
         rpc("InvalidArgument", "invalid memory value 1024: Must be at least 4MiB")},
        {"/TaskTemplate/RestartPolicy",
         Json{{"Delay", -1}},
         400,
         rpc("InvalidArgument", "TaskSpec: restart-delay cannot be negative")},
        {"/TaskTemplate/RestartPolicy",
         Json{{"Window", -1}},
         400,
         rpc("InvalidArgument", "TaskSpec: restart-window cannot be negative")},
        {"/TaskTemplate/RestartPolicy",
         Json{{"Condition", "often"}},
         400,
         "invalid RestartCondition: \"often\""},
        {"/TaskTemplate/Placement/Constraints",
         Json::array({"node.role"}),
         500,
         rpc("Unknown", "constraint expected one operator from ==, !=")},
        {"/TaskTemplate/Placement/Constraints",
         Json::array({"node.role ? == x"}),
         500,
         rpc("Unknown", "key 'node.role ?' is invalid")},
        {"/TaskTemplate/Runtime", "attachment", 400, "unsupported runtime"},
        {"/TaskTemplate/ContainerSpec", nullptr, 400, "mismatched Runtime and *Spec fields"},
        {"/TaskTemplate/Networks",
         Json::parse(R"([{"Target":"nosuch"}])"),
         500,
         "network nosuch not found"},
        {"/TaskTemplate/Networks",
         Json::parse(R"([{"Target":"local"}])"),
         403,
         "The network local cannot be used with services. Only networks scoped to the swarm can be "
         "used, such as those created with the overlay driver."},
        {"/TaskTemplate/Networks",
         Json::parse(R"([{"Target":"ingress"}])"),
         400,
         rpc("InvalidArgument",
             "Service cannot be explicitly attached to the ingress network \"ingress\"")},
        {"/Mode",
         Json::parse(R"({"Global":{},"Replicated":{}})"),
         400,
         "must specify only one service mode"},
        {"/Mode",
         Json::parse(R"({"Replicated":{"Replicas":18446744073709551615}})"),
         400,
         rpc("InvalidArgument", "Number of replicas must be non-negative")},
        {"/Mode",
         Json::parse(R"({"ReplicatedJob":{"MaxConcurrent":18446744073709551615}})"),
         400,
         rpc("InvalidArgument", "Maximum concurrent jobs must not be negative")},
        {"/Mode",
         Json::parse(R"({"ReplicatedJob":{"TotalCompletions":18446744073709551615}})"),
         400,
         rpc("InvalidArgument", "Total completed jobs must not be negative")},
        {"/UpdateConfig",
         Json{{"Delay", -1}},
         400,
         rpc("InvalidArgument", "TaskSpec: update-delay cannot be negative")},
        {"/UpdateConfig",
         Json{{"Monitor", -1}},
         400,
         rpc("InvalidArgument", "TaskSpec: update-monitor cannot be negative")},
        {"/UpdateConfig",
         Json{{"MaxFailureRatio", 1.5}},
         400,
         rpc("InvalidArgument",
             "TaskSpec: update-maxfailureratio cannot be less than 0 or bigger than 1")},
        {"/UpdateConfig",
         Json{{"FailureAction", "cry"}},
         400,
         "unrecognized update failure action cry"},
        {"/UpdateConfig", Json{{"Order", "any"}}, 400, "unrecognized update order any"},
        {"/EndpointSpec", Json{{"Mode", "any"}}, 400, "invalid resolution mode: \"any\""},
        {"/EndpointSpec",
         Json::parse(R"({"Mode":"dnsrr","Ports":[{"TargetPort":80}]})"),
         400,
         rpc("InvalidArgument",
             "EndpointSpec: port published with ingress mode can't be used with dnsrr mode")},
        {"/EndpointSpec",
         Json::parse(
             R"({"Ports":[{"TargetPort":80,"PublishedPort":1},{"TargetPort":81,"PublishedPort":1}]})"),
         400,
         rpc("InvalidArgument", "EndpointSpec: duplicate published ports provided")},
        {"/EndpointSpec",
         Json::parse(R"({"Ports":[{"TargetPort":70000}]})"),
         400,
         "invalid TargetPort: 70000: ports end at 65535"},
    };
    for (const Refused& one : refused) {
        Bench bench;
        const Answer answer =
            bench.ask("POST /services/create",
                      with(Bench::service_body("web"), one.pointer, one.value).dump());
        INFO(one.pointer << " " << one.value.dump());
        CHECK(answer.message() == one.message);
        CHECK(answer.status == one.status);
        CHECK_FALSE(bench.change.has_value());
    }
}

TEST_CASE("swarm api: what the simulator can't honour of a service is refused by name") {
    const std::vector<std::pair<std::string, Json>> refused = {
        {"/TaskTemplate/ContainerSpec/Isolation", "hyperv"},
        {"/TaskTemplate/ContainerSpec/Privileges/CredentialSpec", Json{{"File", "a"}}},
        {"/TaskTemplate/ContainerSpec/Privileges/SELinuxContext", Json{{"Disable", true}}},
        {"/TaskTemplate/ContainerSpec/Groups", Json::array({"wheel"})},
        {"/TaskTemplate/ContainerSpec/DNSConfig/Search", Json::array({"lan"})},
        {"/TaskTemplate/ContainerSpec/DNSConfig/Options", Json::array({"ndots:2"})},
        {"/TaskTemplate/ContainerSpec/Mounts", Json::parse(R"([{"Type":"npipe","Target":"/a"}])")},
        {"/TaskTemplate/ContainerSpec/Mounts",
         Json::parse(R"([{"Type":"bind","Target":"/a","BindOptions":{"Propagation":"shared"}}])")},
        {"/TaskTemplate/ContainerSpec/Mounts",
         Json::parse(
             R"([{"Type":"volume","Target":"/a","VolumeOptions":{"DriverConfig":{"Name":"nfs"}}}])")},
        {"/TaskTemplate/ContainerSpec/Mounts",
         Json::parse(R"([{"Type":"tmpfs","Target":"/a","TmpfsOptions":{"SizeBytes":4096}}])")},
        {"/TaskTemplate/ContainerSpec/Configs",
         Json::parse(R"([{"ConfigID":"x","ConfigName":"y","Runtime":{}}])")},
        {"/TaskTemplate/ContainerSpec/Env", Json::array({"A={{.Service.Labels}}"})},
        {"/TaskTemplate/Resources/Reservations/GenericResources",
         Json::parse(R"([{"NamedResourceSpec":{"Kind":"GPU"}}])")},
        {"/TaskTemplate/Runtime", "plugin"},
        {"/Networks", Json::parse(R"([{"Target":"x"}])")},
    };
    for (const auto& [pointer, value] : refused) {
        Bench bench;
        const Answer answer = bench.ask("POST /services/create",
                                        with(Bench::service_body("web"), pointer, value).dump());
        INFO(pointer << " " << value.dump() << " " << answer.text);
        CHECK(answer.status == 501);
        CHECK(answer.message().starts_with("Podium does not simulate "));
        CHECK(answer.message().ends_with(" of services yet"));
    }
}

TEST_CASE("swarm api: a service's ulimits are kept as they were given") {
    Bench bench;
    const Json limits =
        Json::parse(R"([{"Name":"nproc","Hard":5,"Soft":5},{"Name":"core","Hard":-1,"Soft":9}])");
    const std::string id = bench.create_service(
        with(Bench::service_body("web"), "/TaskTemplate/ContainerSpec/Ulimits", limits));
    const Json shown = bench.ask("GET /services/" + id).body();
    CHECK(shown["Spec"]["TaskTemplate"]["ContainerSpec"]["Ulimits"] == limits);
}

TEST_CASE("swarm api: names and published ports of services are theirs alone") {
    Bench bench;
    const Json web = with(Bench::service_body("web"),
                          "/EndpointSpec",
                          Json::parse(R"({"Ports":[{"TargetPort":80,"PublishedPort":80}]})"));
    const std::string id = bench.create_service(web);
    const Answer twice = bench.ask("POST /services/create", Bench::service_body("web").dump());
    CHECK(twice.status == 409);
    CHECK(
        twice.message() ==
        rpc("AlreadyExists", "name conflicts with an existing object: service web already exists"));
    const std::string in_use = "port '80' is already in use by service 'web' (" + id + ") as ";
    Json other = with(web, "/Name", "other");
    CHECK(bench.ask("POST /services/create", other.dump()).message() ==
          rpc("InvalidArgument", in_use + "an ingress port"));
    other["EndpointSpec"]["Ports"][0]["PublishMode"] = "host";
    CHECK(bench.ask("POST /services/create", other.dump()).message() ==
          rpc("InvalidArgument", in_use + "an ingress port"));
    other["EndpointSpec"]["Ports"][0]["Protocol"] = "udp";
    bench.create_service(other);
    // Host mode: as often as one likes, but not beside the ingress.
    other["Name"] = "third";
    bench.create_service(other);
    other["Name"] = "fourth";
    other["EndpointSpec"]["Ports"][0]["PublishMode"] = "ingress";
    CHECK(bench.ask("POST /services/create", other.dump())
              .message()
              .ends_with(") as a host-published port"));
    // Its own ports are no conflict.
    const std::string version =
        version_of(bench.store.services.find(bench.store.service_called("web").value)->meta);
    CHECK(bench
              .ask("POST /services/web/update?" + version,
                   with(web, "/EndpointSpec/Ports/0/TargetPort", 81).dump())
              .status == 200);
}

TEST_CASE("swarm api: a service keeps its mode and its name") {
    Bench bench;
    bench.create_service(Bench::service_body("web"));
    const std::string path =
        "POST /services/web/update?" + version_of(bench.store.services.find(1)->meta);
    const Answer mode =
        bench.ask(path, with(Bench::service_body("web"), "/Mode/Global", Json::object()).dump());
    CHECK(mode.status == 501);
    CHECK(mode.message() == rpc("Unimplemented", "service mode change is not allowed"));
    CHECK(bench.ask(path, Bench::service_body("other").dump()).message() ==
          rpc("Unimplemented", "renaming services is not supported"));
    CHECK(
        bench.ask(path + "&rollback=previous", Bench::service_body("web").dump()).message() ==
        rpc("FailedPrecondition",
            "service " + bench.store.services.find(1)->meta.id + " does not have a previous spec"));
    CHECK(bench.ask(path + "&rollback=x", Bench::service_body("web").dump()).message() ==
          "unrecognized rollback option x");
    CHECK(bench.ask(path + "&registryAuthFrom=x", Bench::service_body("web").dump()).message() ==
          "unsupported registryAuthFrom value");
    CHECK(bench.ask("POST /services/web/update", Bench::service_body("web").dump()).message() ==
          "invalid service version '': strconv.ParseUint: parsing \"\": invalid syntax");
    CHECK(bench
              .ask("POST /services/web/update?version=99999999999999999999",
                   Bench::service_body("web").dump())
              .message() ==
          "invalid service version '99999999999999999999': strconv.ParseUint: parsing "
          "\"99999999999999999999\": value out of range");
}

TEST_CASE("swarm api: a service without a name is given one, a job begins its first iteration") {
    Bench bench;
    Json body = Bench::service_body("");
    body["Mode"]["ReplicatedJob"] = Json{{"MaxConcurrent", 2}};
    const std::string id = bench.create_service(body);
    const Json service = bench.ask("GET /services/" + id).body();
    CHECK_FALSE(service["Spec"]["Name"].get<std::string>().empty());
    CHECK(service["Spec"]["Mode"]["ReplicatedJob"]["TotalCompletions"] == 2);
    CHECK(service["JobStatus"]["JobIteration"].dump() == "{}");
    body["Name"] = service["Spec"]["Name"];
    CHECK(bench
              .ask("POST /services/" + id + "/update?" +
                       version_of(bench.store.services.find(1)->meta),
                   body.dump())
              .status == 200);
    CHECK(bench.ask("GET /services/" + id).body()["JobStatus"]["JobIteration"]["Index"] == 1);
    body["UpdateConfig"] = Json{{"Parallelism", 1}};
    body["Name"] = "job2";
    CHECK(bench.ask("POST /services/create", body.dump()).message() ==
          rpc("InvalidArgument", "Jobs may not have an update config"));
}

TEST_CASE("swarm api: without an ingress network nothing is published there") {
    Bench bench;
    CHECK(bench.ask("DELETE /networks/ingress").status == 204);
    const Json web = with(Bench::service_body("web"),
                          "/EndpointSpec",
                          Json::parse(R"({"Ports":[{"TargetPort":80}]})"));
    CHECK(bench.ask("POST /services/create", web.dump()).message() ==
          rpc("FailedPrecondition",
              "service needs ingress network, but no ingress network is present"));
}

TEST_CASE("swarm api: services are listed by their filters, with how many tasks run") {
    Bench bench;
    bench.create_service(with(Bench::service_body("web"), "/Labels", Json{{"tier", "front"}}));
    bench.create_service(with(Bench::service_body("agent"), "/Mode/Global", Json::object()));
    const auto names = [&](const std::string& filters) {
        std::string out;
        for (const Json& one : bench.ask("GET /services?filters=" + filters).body())
            out += one["Spec"]["Name"].get<std::string>() + " ";
        return out;
    };
    CHECK(names(R"({"name":["we"]})") == "web ");
    CHECK(names(R"({"name":["web","agent"]})") == "agent web ");
    CHECK(names(R"({"label":["tier"]})") == "web ");
    CHECK(names(R"({"label":["tier=back"]})").empty());
    CHECK(names(R"({"mode":["global"]})") == "agent ");
    CHECK(names(R"({"id":{"nosuch":true}})").empty());
    CHECK(bench.ask(R"(GET /services?filters={"x":["y"]})").message() == "Invalid filter 'x'");
    for (const TaskState state : {TaskState::Running, TaskState::Failed}) {
        Task task;
        task.service = bench.store.service_called("web");
        task.service_name = "web";
        task.slot = 1;
        task.status.state = state;
        task.spec = bench.store.services.find(task.service.value)->spec.task;
        bench.add(task, Kind::Task);
    }
    const Json listed = bench.ask(R"(GET /services?status=true&filters={"name":["web"]})").body();
    CHECK(listed[0]["ServiceStatus"].dump() ==
          R"({"RunningTasks":1,"DesiredTasks":1,"CompletedTasks":0})");
    CHECK(bench.ask("GET /services?status=x").message() ==
          "invalid value for status: x: strconv.ParseBool: parsing \"x\": invalid syntax");
}

TEST_CASE("swarm api: what is meant by a beginning of several ids is ambiguous") {
    Bench bench;
    // Enough services that two ids begin alike.
    for (int i = 0; i < 40; ++i)
        bench.create_service(Bench::service_body("s" + std::to_string(i)));
    std::map<char, int> beginnings;
    bench.store.services.for_each(
        [&](std::uint32_t, const Service& service) { ++beginnings[service.meta.id[0]]; });
    for (const auto& [letter, count] : beginnings) {
        if (count < 2) continue;
        const Answer answer = bench.ask(std::string("GET /services/") + letter);
        CHECK(answer.status == 400);
        CHECK(answer.message() == std::string("service ") + letter + " is ambiguous (" +
                                      std::to_string(count) + " matches found)");
        return;
    }
    FAIL("no two ids begin alike");
}

TEST_CASE("swarm api: nodes are updated, demoted and removed only as far as the swarm bears it") {
    Bench bench;
    const NodeId worker = bench.add_node("d5", Role::Worker, "10.78.0.5");
    const auto update = [&](NodeId node, const std::string& spec) {
        const Node& row = *bench.store.nodes.find(node.value);
        return bench.ask("POST /nodes/" + row.meta.id + "/update?" + version_of(row.meta), spec);
    };
    const std::string manager_spec = R"({"Role":"manager","Availability":"active"})";
    const std::string worker_spec =
        R"({"Role":"worker","Availability":"drain","Labels":{"zone":"a"}})";
    CHECK(update(NodeId{1}, worker_spec).message() ==
          rpc("FailedPrecondition", "attempting to demote the last manager of the swarm"));
    CHECK(update(worker, worker_spec).status == 200);
    CHECK(bench.ask("GET /nodes/d5").body()["Spec"].dump() ==
          R"({"Labels":{"zone":"a"},"Role":"worker","Availability":"drain"})");
    CHECK(update(worker, manager_spec).status == 200);
    // Promoted, but no member of the Raft group yet.
    const Answer soon = update(worker, worker_spec);
    CHECK(soon.status == 404);
    CHECK(soon.message() == rpc("NotFound", "can't find manager in raft memberlist"));
    bench.context.managers[worker] = true;
    CHECK(bench.ask("DELETE /nodes/d5?force=1").message() ==
          rpc("FailedPrecondition",
              "node " + bench.store.nodes.find(worker.value)->meta.id +
                  " is a cluster manager and is a member of the raft cluster. It must be demoted "
                  "to worker before removal"));
    const NodeId third = bench.add_node("d6", Role::Manager, "10.78.0.6");
    bench.context.managers[third] = false;
    CHECK(update(worker, worker_spec).message() ==
          rpc("FailedPrecondition",
              "can't remove member from the raft: this would result in a loss of quorum"));
    bench.context.managers[third] = true;
    CHECK(update(worker, worker_spec).status == 200);
    CHECK(update(worker, R"({"Role":"boss","Availability":"active"})").message() ==
          "invalid Role: \"boss\"");
    CHECK(update(worker, R"({"Role":"worker","Availability":"off"})").message() ==
          "invalid Availability: \"off\"");
    CHECK(bench.ask("GET /nodes/self").body()["Description"]["Hostname"] == "d4");
}

TEST_CASE("swarm api: a node that is removed leaves its tasks orphaned") {
    Bench bench;
    const NodeId worker = bench.add_node("d5", Role::Worker, "10.78.0.5");
    Task task;
    task.node = worker;
    task.status.state = TaskState::Running;
    task.spec = std::make_shared<const TaskSpec>();
    const std::uint32_t running = bench.add(task, Kind::Task);
    task.status.state = TaskState::Failed;
    const std::uint32_t failed = bench.add(task, Kind::Task);
    const std::string id = bench.store.nodes.find(worker.value)->meta.id;
    CHECK(bench.ask("DELETE /nodes/d5").message() ==
          rpc("FailedPrecondition", "node " + id + " is not down and can't be removed"));
    CHECK(bench.ask("DELETE /nodes/d5?force=true").status == 200);
    CHECK(bench.store.nodes.find(worker.value) == nullptr);
    CHECK(bench.store.tasks.find(running)->status.state == TaskState::Orphaned);
    CHECK(bench.store.tasks.find(running)->status.message ==
          "Task belonged to a node that has been deleted");
    CHECK(bench.store.tasks.find(failed)->status.state == TaskState::Failed);
    CHECK(bench.ask("GET /nodes/d5").message() == "node d5 not found");
}

TEST_CASE("swarm api: nodes are listed by their filters") {
    Bench bench;
    const NodeId worker = bench.add_node("d5", Role::Worker, "10.78.0.5");
    bench.edit(bench.store.nodes, worker.value, [](Node& node) {
        node.spec.labels["zone"] = "a";
        node.description.engine_labels["disk"] = "ssd";
    });
    const auto count = [&](const std::string& filters) {
        return bench.ask("GET /nodes?filters=" + filters).body().size();
    };
    CHECK(count("{}") == 2);
    CHECK(count(R"({"role":["worker"]})") == 1);
    CHECK(count(R"({"name":["d"]})") == 2);
    CHECK(count(R"({"label":["disk=ssd"]})") == 1);
    CHECK(count(R"({"node.label":["zone=b"]})") == 0);
    CHECK(count(R"({"membership":["accepted"]})") == 2);
    CHECK(count(R"({"membership":["pending"]})") == 0);
    const Answer role = bench.ask(R"(GET /nodes?filters={"role":["boss"]})");
    CHECK(role.status == 500);
    CHECK(role.message() == "Invalid role filter: 'boss'");
}

TEST_CASE("swarm api: secrets are made, relabelled, and not removed while in use") {
    Bench bench;
    const Answer made = bench.ask("POST /secrets/create", R"({"Name":"key","Data":"c2VjcmV0"})");
    REQUIRE(made.status == 201);
    const std::string id = made.body()["ID"];
    CHECK(bench.store.secrets.find(1)->data == "secret");
    CHECK_FALSE(bench.ask("GET /secrets/key").body()["Spec"].contains("Data"));
    CHECK(bench.ask("POST /secrets/create", R"({"Name":"key","Data":"eA=="})").message() ==
          rpc("AlreadyExists", "secret key already exists"));
    CHECK(bench.ask("POST /secrets/create", R"({"Data":"eA=="})").message() ==
          rpc("InvalidArgument", "name must be provided"));
    CHECK(bench.ask("POST /secrets/create", R"({"Name":"-a","Data":"eA=="})").message() ==
          rpc("InvalidArgument",
              "invalid name, only 64 [a-zA-Z0-9-_.] characters allowed, and the start and end "
              "character must be [a-zA-Z0-9]"));
    CHECK(bench.ask("POST /secrets/create", R"({"Name":"a"})").message() ==
          rpc("InvalidArgument", "secret data must be larger than 0 and less than 512000 bytes"));
    CHECK(bench.ask("POST /secrets/create", R"({"Name":"a","Data":"e"})").message() ==
          "illegal base64 data at input byte 1");
    CHECK(bench.ask("POST /secrets/create", R"({"Name":"a","Driver":{"Name":"vault"}})").status ==
          501);
    Json service = Bench::service_body("web");
    service["TaskTemplate"]["ContainerSpec"]["Secrets"] = Json::parse(
        R"([{"SecretName":"key","File":{"Name":"key","UID":"0","GID":"0","Mode":292}}])");
    service["TaskTemplate"]["ContainerSpec"]["Secrets"][0]["SecretID"] = id;
    bench.create_service(service);
    CHECK(bench.ask("DELETE /secrets/key").message() ==
          rpc("InvalidArgument", "secret 'key' is in use by the following service: web"));
    service["Name"] = "web2";
    bench.create_service(service);
    CHECK(bench.ask("DELETE /secrets/key")
              .message()
              .starts_with(
                  rpc("InvalidArgument", "secret 'key' is in use by the following services: web")));
    const std::string path =
        "POST /secrets/key/update?" + version_of(bench.store.secrets.find(1)->meta);
    CHECK(bench.ask(path, R"({"Name":"other"})").message() ==
          rpc("InvalidArgument", "only updates to Labels are allowed"));
    CHECK(bench.ask(path, R"({"Name":"key","Data":"eA=="})").message() ==
          rpc("InvalidArgument", "only updates to Labels are allowed"));
    CHECK(bench.ask(path, R"({"Name":"key","Labels":{"a":"b"}})").status == 200);
    CHECK(bench.ask(R"(GET /secrets?filters={"label":["a=b"]})").body().size() == 1);
    CHECK(bench.ask("DELETE /services/web").status == 200);
    CHECK(bench.ask("DELETE /services/web2").status == 200);
    CHECK(bench.ask("DELETE /secrets/key").status == 204);
    CHECK(bench.ask("DELETE /secrets/key").message() == "secret key not found");
}

TEST_CASE("swarm api: configs show their data") {
    Bench bench;
    REQUIRE(bench.ask("POST /configs/create", R"({"Name":"conf","Labels":null,"Data":"aGk="})")
                .status == 201);
    CHECK(bench.ask("GET /configs/conf").body()["Spec"].dump() ==
          R"({"Name":"conf","Labels":{},"Data":"aGk="})");
    CHECK(bench.ask("GET /configs").body().size() == 1);
    CHECK(bench.ask(R"(GET /configs?filters={"name":["x"]})").body().empty());
    CHECK(bench.ask("DELETE /configs/nosuch").message() == "config nosuch not found");
    const std::string much(1000 * 1024 / 3 * 4, 'A');
    CHECK(bench.ask("POST /configs/create", Json{{"Name", "a"}, {"Data", much}}.dump()).status ==
          201);
    CHECK(bench.ask("POST /configs/create", Json{{"Name", "b"}, {"Data", much + "AAAA"}}.dump())
              .message() ==
          rpc("InvalidArgument", "config data must be larger than 0 and less than 1024000 bytes"));
}

TEST_CASE("swarm api: an overlay network is made, used, and only then removed") {
    Bench bench;
    const auto create = [&](const std::string& more) {
        return bench.ask("POST /networks/create",
                         R"({"Name":"ov","Driver":"overlay")" + more + "}");
    };
    CHECK(create(R"(,"IPAM":{"Config":[{"Subnet":"x"}]})").message() ==
          rpc("InvalidArgument", "ipam configuration: invalid subnet x"));
    CHECK(
        create(R"(,"IPAM":{"Config":[{"Subnet":"10.5.0.0/24","Gateway":"10.6.0.1"}]})").message() ==
        rpc("InvalidArgument",
            "ipam configuration: subnet 10.5.0.0/24 does not contain gateway 10.6.0.1"));
    CHECK(create(R"(,"Attachable":true,"Ingress":true)").message() ==
          rpc("InvalidArgument", "ingress network cannot be attachable"));
    CHECK(create(R"(,"Ingress":true)")
              .message()
              .starts_with(rpc("AlreadyExists", "ingress network (")));
    CHECK(create(R"(,"Labels":{"com.docker.swarm.predefined":"true"})").status == 403);
    CHECK(create(R"(,"EnableIPv6":true)").status == 501);
    CHECK(create(R"(,"IPAM":{"Config":[{"Subnet":"10.5.0.0/24"}]},"Options":{"encrypted":""})")
              .status == 201);
    CHECK(bench.store.networks.find(2)->encrypted);
    CHECK(bench.store.networks.find(2)->subnet_given);
    CHECK(create("").message() == "network with name ov already exists");
    CHECK(bench.ask("POST /networks/create", R"({"Name":"local","Driver":"overlay"})").status ==
          409);
    CHECK(bench.ask("POST /networks/create", R"({"Name":"a b","Driver":"overlay"})").message() ==
          rpc("InvalidArgument", "name must be valid as a DNS name component"));
    const std::string service = bench.create_service(with(
        Bench::service_body("web"), "/TaskTemplate/Networks", Json::parse(R"([{"Target":"ov"}])")));
    const std::string id = bench.store.networks.find(2)->meta.id;
    CHECK(bench.ask("GET /services/web").body()["Spec"]["TaskTemplate"]["Networks"][0]["Target"] ==
          id);
    CHECK(bench.ask("DELETE /networks/ov").message() ==
          rpc("FailedPrecondition", "network " + id + " is in use by service " + service));
    Task task;
    task.spec = bench.store.services.find(1)->spec.task;
    task.status.state = TaskState::Running;
    const std::uint32_t number = bench.add(task, Kind::Task);
    CHECK(bench.ask("DELETE /services/web").status == 200);
    CHECK(bench.ask("DELETE /networks/ov").message() ==
          rpc("FailedPrecondition",
              "network " + id + " is in use by task " + bench.store.tasks.find(number)->meta.id));
    bench.edit(
        bench.store.tasks, number, [](Task& row) { row.status.state = TaskState::Shutdown; });
    CHECK(bench.ask("DELETE /networks/ov").status == 204);
    CHECK(bench.ask("GET /networks/ov").message() == "network ov not found");
    CHECK(bench.ask("GET /networks/ov").status == 404);
}

TEST_CASE(
    "swarm api: tasks are listed by service, node, state, label and whether they are up to date") {
    Bench bench;
    bench.create_service(with(Bench::service_body("web"), "/Labels", Json{{"a", "b"}}));
    const ServiceId service = bench.store.service_called("web");
    Task task;
    task.service = service;
    task.service_name = "web";
    task.slot = 1;
    task.node = NodeId{1};
    task.spec = bench.store.services.find(service.value)->spec.task;
    const std::uint32_t first = bench.add(task, Kind::Task);
    task.slot = 2;
    task.desired = TaskState::Shutdown;
    auto other = std::make_shared<TaskSpec>(*task.spec);
    other->container.image = "old";
    task.spec = other;
    task.spec_version = 77;
    bench.add(task, Kind::Task);
    const auto slots = [&](const std::string& filters) {
        std::set<int> out;
        for (const Json& one : bench.ask("GET /tasks?filters=" + filters).body())
            out.insert(one["Slot"].get<int>());
        return out;
    };
    CHECK(slots(R"({"service":["web"]})") == std::set<int>{1, 2});
    CHECK(slots(R"({"service":["web"],"_up-to-date":["true"]})") == std::set<int>{1});
    CHECK(slots(R"({"desired-state":["running","accepted"]})") == std::set<int>{1});
    CHECK(slots(R"({"name":["web.2"]})") == std::set<int>{2});
    CHECK(slots(R"({"node":["d4"],"label":["a=b"]})") == std::set<int>{1, 2});
    CHECK(slots(R"({"label":["a=c"]})").empty());
    CHECK(slots(R"({"runtime":["plugin"]})").empty());
    CHECK(bench.ask(R"(GET /tasks?filters={"service":["x"]})").message() == "service x not found");
    CHECK(bench.ask(R"(GET /tasks?filters={"node":["x"]})").message() == "node x not found");
    CHECK(bench.ask(R"(GET /tasks?filters={"desired-state":["x"]})").message() ==
          "Invalid desired-state filter: 'x'");
    const std::string id = bench.store.tasks.find(first)->meta.id;
    CHECK(bench.ask("GET /tasks/web.1." + id).body()["ID"] == id);
    CHECK(bench.ask("GET /tasks/nosuch").message() == "task nosuch not found");
}

TEST_CASE("swarm api: logs say what is asked for") {
    Bench bench;
    bench.create_service(Bench::service_body("web"));
    Task task;
    task.service = ServiceId{1};
    task.node = NodeId{1};
    task.spec = bench.store.services.find(1)->spec.task;
    const TaskId number{bench.add(task, Kind::Task)};
    CHECK(bench.ask("GET /services/web/logs").message() ==
          "Bad parameters: you must choose at least one stream");
    CHECK(bench.ask("GET /services/web/logs?stdout=1&tail=x").message() ==
          "tail value must be a positive integer or \"all\"");
    CHECK(bench.ask("GET /services/web/logs?stdout=1&tail=-2").message() ==
          "negative tail values not supported");
    CHECK(bench.ask("GET /services/x/logs?stdout=1").message() == "service x not found");
    CHECK(bench.ask("GET /services/web/logs?stdout=1&follow=1&tail=3&details=0").status == 200);
    REQUIRE(bench.logs.has_value());
    CHECK(bench.logs->service == ServiceId{1});
    CHECK(bench.logs->selects(number, task));
    CHECK(bench.logs->standard_output);
    CHECK_FALSE(bench.logs->standard_error);
    CHECK(bench.logs->follow);
    CHECK_FALSE(bench.logs->details);
    CHECK(bench.logs->tail == 3);
    CHECK_FALSE(bench.logs->terminal);
    const std::string id = bench.store.tasks.find(number.value)->meta.id;
    CHECK(bench.ask("GET /tasks/" + id + "/logs?stderr=1&since=5&details=1").status == 200);
    CHECK(bench.logs->task == number);
    CHECK_FALSE(bench.logs->selects(TaskId{number.value + 1}, task));
    CHECK(bench.logs->tail == -1);
    CHECK(bench.logs->since == "5");
    CHECK(bench.logs->details);
}

TEST_CASE("swarm api: the swarm is updated, its tokens and its key rotated") {
    Bench bench;
    const auto update = [&](const std::string& query, const std::string& body) {
        return bench.ask("POST /swarm/update?" + version_of(bench.store.cluster->meta) + query,
                         body);
    };
    const std::string worker = bench.store.cluster->worker_token;
    CHECK(worker.size() == std::string("SWMTKN-1-").size() + 50 + 1 + 25);
    CHECK(update("&rotateWorkerToken=true", "{}").status == 200);
    CHECK(bench.store.cluster->worker_token != worker);
    CHECK(bench.store.cluster->worker_token.substr(0, 60) == worker.substr(0, 60));
    const std::string again = bench.store.cluster->worker_token;
    CHECK(update("&rotateWorkerToken=1&rotateManagerToken=false", "{}").status == 200);
    CHECK(bench.store.cluster->worker_token != again);
    CHECK(
        update(
            "",
            R"({"Orchestration":{"TaskHistoryRetentionLimit":3},"EncryptionConfig":{"AutoLockManagers":true}})")
            .status == 200);
    CHECK(bench.store.cluster->spec.task_history_limit == 3);
    const std::string key = bench.store.cluster->unlock_key;
    CHECK(key.size() == std::string("SWMKEY-1-").size() + 43);
    CHECK(
        update("&rotateManagerUnlockKey=true", R"({"EncryptionConfig":{"AutoLockManagers":true}})")
            .status == 200);
    CHECK(bench.store.cluster->unlock_key != key);
    CHECK(update("", "{}").status == 200);
    CHECK(bench.store.cluster->unlock_key.empty());
    CHECK(update("&rotateWorkerToken=maybe", "{}").message() ==
          "invalid value for rotateWorkerToken: maybe");
    CHECK(update("", R"({"Name":"other"})").message() == "swarm spec must be named \"default\"");
    CHECK(update("", R"({"CAConfig":{"NodeCertExpiry":1000}})").message() ==
          rpc("InvalidArgument", "minimum certificate expiry time is: 1h0m0s"));
    CHECK(update("", R"({"Dispatcher":{"HeartbeatPeriod":-1}})").message() ==
          rpc("InvalidArgument", "heartbeat time period cannot be a negative duration"));
    CHECK(update("", R"({"CAConfig":{"ExternalCAs":[{"Protocol":"cfssl"}]}})").status == 501);
}

TEST_CASE("swarm api: bodies of init and join are read") {
    const auto init = read_init(
        R"({"ListenAddr":"0.0.0.0:2377","AdvertiseAddr":"10.0.0.1","DefaultAddrPool":[" 10.20.0.0/16"],"SubnetSize":26,"AutoLockManagers":true,"Availability":"drain","Spec":{"Orchestration":{"TaskHistoryRetentionLimit":2}}})");
    REQUIRE(init.ok());
    CHECK(init->address_pools == std::vector<std::string>{"10.20.0.0/16"});
    CHECK(init->spec.task_history_limit == 2);
    CHECK(init->spec.autolock);
    CHECK(init->spec.heartbeat_period == seconds(5));
    CHECK(init->availability == Availability::Drain);
    CHECK(read_init(R"({"DataPathPort":80})").refusal() ==
          model::Refusal{500, "Datapath port number is not in valid range (1024-49151) : 80"});
    CHECK(read_init(R"({"SubnetSize":30,"DefaultAddrPool":["10.0.0.0/8"]})").refusal() ==
          model::Refusal{500, "subnet size is out of range: 30"});
    CHECK(read_init(R"({"DefaultAddrPool":["x"]})").refusal() ==
          model::Refusal{500, "invalid base pool x: invalid CIDR address: x"});
    CHECK(read_init(R"({"DefaultAddrPool":["10.0.0.0/25"]})").refusal().message ==
          "invalid CIDR: \"10.0.0.0/25\". Subnet size is too small for pool: 24");
    CHECK(read_init("").refusal() == model::Refusal{400, "got EOF while reading request body"});
    const auto join = read_join(R"({"RemoteAddrs":["10.0.0.1:2377"],"JoinToken":"SWMTKN-1-x"})");
    REQUIRE(join.ok());
    CHECK(join->remote_addresses.size() == 1);
    CHECK(read_join(R"({"Availability":"x"})").refusal().message == "invalid Availability: \"x\"");
}

TEST_CASE("swarm api: changes are told as events of scope swarm") {
    Bench bench;
    const auto whole_lines = [&] {
        std::vector<std::string> out;
        for (const Touched& touched : bench.touched) {
            if (const auto event = store_event(bench.store, touched, bench.kernel.now()))
                out.push_back(event_line(*event));
        }
        return out;
    };
    const auto lines = [&] {
        std::string out;
        for (const std::string& line : whole_lines()) {
            const Json json = Json::parse(line);
            out += json["Type"].get<std::string>() + " " + json["Action"].get<std::string>() + " " +
                   json["Actor"]["Attributes"].dump() + "\n";
        }
        return out;
    };
    bench.create_service(Bench::service_body("web"));
    CHECK(lines() == "service create {\"name\":\"web\"}\n");
    const std::vector<std::string> whole = whole_lines();
    CHECK(
        whole[0] ==
        R"({"Type":"service","Action":"create","Actor":{"ID":")" +
            bench.store.services.find(1)->meta.id +
            R"(","Attributes":{"name":"web"}},"scope":"swarm","time":1767603600,"timeNano":1767603600000000000})");
    Json body = Bench::service_body("web");
    body["Mode"]["Replicated"]["Replicas"] = 3;
    body["TaskTemplate"]["ContainerSpec"]["Image"] = "busybox:v2";
    bench.ask("POST /services/web/update?" + version_of(bench.store.services.find(1)->meta),
              body.dump());
    CHECK(lines() ==
          "service update "
          "{\"image.new\":\"busybox:v2\",\"image.old\":\"busybox\",\"name\":\"web\",\"replicas."
          "new\":\"3\",\"replicas.old\":\"1\"}\n");
    bench.ask("POST /services/web/update?rollback=previous&" +
                  version_of(bench.store.services.find(1)->meta),
              body.dump());
    CHECK(lines().find("\"updatestate.new\":\"rollback_started\"") != std::string::npos);
    CHECK(lines().find("updatestate.old") == std::string::npos);
    bench.ask("POST /nodes/d4/update?" + version_of(bench.store.nodes.find(1)->meta),
              R"({"Role":"manager","Availability":"drain"})");
    CHECK(lines() ==
          "node update "
          "{\"availability.new\":\"drain\",\"availability.old\":\"active\",\"name\":\"d4\"}\n");
    bench.ask("POST /secrets/create", R"({"Name":"key","Data":"eA=="})");
    CHECK(lines() == "secret create {\"name\":\"key\"}\n");
    bench.ask("DELETE /secrets/key");
    CHECK(lines() == "secret remove {\"name\":\"key\"}\n");
    bench.ask("POST /swarm/update?" + version_of(bench.store.cluster->meta), "{}");
    CHECK(lines().empty());
}

TEST_CASE("swarm api: without a leader there is no answer but the registry's") {
    Bench bench;
    bench.context.leader = {};
    const Answer answer = bench.ask("GET /nodes");
    CHECK(answer.status == 500);
    CHECK(answer.message() ==
          rpc("Unknown",
              "The swarm does not have a leader. It's possible that too few managers are online. "
              "Make sure more than half of the managers are online."));
    CHECK(bench.ask("GET /distribution/busybox:latest/json")
              .message()
              .starts_with("Get \"https://registry-1.docker.io/v2/\""));
    CHECK(not_a_manager().status == 503);
    CHECK(not_in_a_swarm().status == 503);
}

TEST_CASE("swarm api: a path that is none has no page") {
    Bench bench;
    for (const char* target : {"GET /",
                               "GET /nodes/",
                               "GET /nodes/a/b",
                               "PUT /nodes/d4",
                               "POST /services",
                               "GET /swarm/update",
                               "GET /tasks/a/b/logs",
                               "",
                               "GET"}) {
        INFO(target);
        CHECK(bench.ask(target).status == 404);
        CHECK(bench.ask(target).message() == "page not found");
    }
}

}  // namespace podium::swarm::test
