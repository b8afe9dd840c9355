// What a manager answers about services: made, changed, refused, listed.

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/swarm_api/fixture.hpp"

namespace podium::swarm::test {
namespace {

struct Refused {
    std::string pointer;  ///< What of a plain service's body is changed …
    Json value;           ///< … into what.
    int status;
    std::string message;
};

}  // namespace

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
        {"/TaskTemplate/ContainerSpec/Mounts", Json::parse(R"([{"Type":"npipe","Target":"/a"}])")},
        {"/TaskTemplate/ContainerSpec/Mounts",
         Json::parse(R"([{"Type":"bind","Target":"/a","BindOptions":{"NonRecursive":true}}])")},
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

TEST_CASE("swarm api: what its containers are given besides is kept as it was given") {
    const std::vector<std::pair<std::string, Json>> given = {
        {"Ulimits",
         Json::parse(R"([{"Name":"nproc","Hard":5,"Soft":5},{"Name":"core","Hard":-1,"Soft":9}])")},
        {"Groups", Json::array({"wheel"})},
        {"DNSConfig", Json::parse(R"({"Search":["lan"],"Options":["ndots:2"]})")},
        {"Mounts",
         Json::parse(
             R"([{"Type":"tmpfs","Target":"/a","TmpfsOptions":{"SizeBytes":4096}},{"Type":"tmpfs","Target":"/b","TmpfsOptions":{"SizeBytes":4096,"Mode":1016}},{"Type":"tmpfs","Target":"/c","TmpfsOptions":{"Mode":448}}])")},
        {"Mounts",
         Json::parse(
             R"([{"Type":"bind","Source":"/","Target":"/host","ReadOnly":true,"BindOptions":{"Propagation":"rslave"}},{"Type":"bind","Source":"/a","Target":"/b","BindOptions":{"Propagation":"shared"}}])")},
        {"Mounts",
         Json::parse(
             R"([{"Type":"volume","Target":"/a","VolumeOptions":{"DriverConfig":{"Name":"rexray","Options":{"type":"nfs"}}}},{"Type":"volume","Target":"/b","VolumeOptions":{"DriverConfig":{"Name":"local"}}}])")},
    };
    for (const auto& [member, value] : given) {
        Bench bench;
        const std::string id = bench.create_service(
            with(Bench::service_body("web"), "/TaskTemplate/ContainerSpec/" + member, value));
        const Json shown = bench.ask("GET /services/" + id).body();
        INFO(member);
        CHECK(shown["Spec"]["TaskTemplate"]["ContainerSpec"][member] == value);
    }
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
            "service " + bench.store.services.find(1)->meta.id.text() + " does not have a previous spec"));
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
        [&](std::uint32_t, const Service& service) { ++beginnings[service.meta.id.view()[0]]; });
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

}  // namespace podium::swarm::test
