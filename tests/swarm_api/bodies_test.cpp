// Bodies that are no JSON, or not of the types that are wanted: one sentence each, that of Go's
// encoding/json, with the status 400; never more.

#include <nlohmann/json.hpp>

#include "sim/orch/swarm/api_json.hpp"
#include "tests/swarm_api/fixture.hpp"

namespace podium::swarm::test {
namespace {

const std::vector<std::string>& targets() {
    static const std::vector<std::string> kTargets{"POST /services/create",
                                                   "POST /services/web/update?version=1",
                                                   "POST /nodes/d4/update?version=1",
                                                   "POST /secrets/create",
                                                   "POST /secrets/key/update?version=1",
                                                   "POST /configs/create",
                                                   "POST /networks/create",
                                                   "POST /swarm/update?version=1"};
    return kTargets;
}

std::string problem_of(const std::string& body) {
    const auto read = parse_body(body);
    return read.ok() ? "" : read.error().message;
}

}  // namespace

TEST_CASE("swarm api: what is no JSON is told as Go tells it") {
    CHECK(problem_of("") == "got EOF while reading request body");
    CHECK(problem_of("  \n") == "got EOF while reading request body");
    CHECK(problem_of("{") == "unexpected EOF");
    CHECK(problem_of("[1,") == "unexpected EOF");
    CHECK(problem_of("\"abc") == "unexpected EOF");
    CHECK(problem_of("x") == "invalid character 'x' looking for beginning of value");
    CHECK(problem_of("{x") == "invalid character 'x' looking for beginning of object key string");
    CHECK(problem_of("{\"a\" 1}") == "invalid character '1' after object key");
    CHECK(problem_of("{\"a\":1 2}") == "invalid character '2' after object key:value pair");
    CHECK(problem_of("{\"a\":1,}") ==
          "invalid character '}' looking for beginning of object key string");
    CHECK(problem_of("[1 2]") == "invalid character '2' after array element");
    CHECK(problem_of("tru}") == "invalid character '}' in literal true (expecting 'e')");
    CHECK(problem_of("-x") == "invalid character 'x' in numeric literal");
    CHECK(problem_of("1.x") == "invalid character 'x' after decimal point in numeric literal");
    CHECK(problem_of("1ex") == "invalid character 'x' in exponent of numeric literal");
    CHECK(problem_of("\"\\x\"") == "invalid character 'x' in string escape code");
    CHECK(problem_of("\"\\u12g4\"") == "invalid character 'g' in \\u hexadecimal character escape");
    CHECK(problem_of("\"a\nb\"") == "invalid character '\\n' in string literal");
    CHECK(problem_of("'a'") == "invalid character '\\'' looking for beginning of value");
    CHECK(problem_of("\xc3\xa9") == "invalid character '\xc3\x83' looking for beginning of value");
    CHECK(problem_of(std::string("\0", 1)) ==
          "invalid character '\\x00' looking for beginning of value");
    // The first value is all that is read.
    CHECK(problem_of("{} x").empty());
    CHECK(problem_of("\"\xff\"").empty());
}

TEST_CASE("swarm api: values of a wrong type are told as Go tells them") {
    const std::vector<std::pair<std::string, std::string>> bodies = {
        {"[]", "json: cannot unmarshal array into Go value of type swarm.ServiceSpec"},
        {"5", "json: cannot unmarshal number into Go value of type swarm.ServiceSpec"},
        {R"({"Name":5})",
         "json: cannot unmarshal number into Go struct field ServiceSpec.Name of type string"},
        {R"({"Labels":[]})",
         "json: cannot unmarshal array into Go struct field ServiceSpec.Labels of type "
         "map[string]string"},
        {R"({"Labels":{"a":1}})",
         "json: cannot unmarshal number into Go struct field ServiceSpec.Labels of type string"},
        {R"({"TaskTemplate":"x"})",
         "json: cannot unmarshal string into Go struct field ServiceSpec.TaskTemplate of type "
         "swarm.TaskSpec"},
        {R"({"TaskTemplate":{"ContainerSpec":{"Image":true}}})",
         "json: cannot unmarshal bool into Go struct field "
         "ContainerSpec.TaskTemplate.ContainerSpec.Image of type string"},
        {R"({"TaskTemplate":{"ContainerSpec":{"Args":[1]}}})",
         "json: cannot unmarshal number into Go struct field "
         "ContainerSpec.TaskTemplate.ContainerSpec.Args of type string"},
        {R"({"Mode":{"Replicated":{"Replicas":-1}}})",
         "json: cannot unmarshal number -1 into Go struct field "
         "ReplicatedService.Mode.Replicated.Replicas of type uint64"},
        {R"({"Mode":{"Replicated":{"Replicas":1e30}}})",
         "json: cannot unmarshal number 1e+30 into Go struct field "
         "ReplicatedService.Mode.Replicated.Replicas of type uint64"},
        {R"({"TaskTemplate":{"Resources":{"Limits":{"MemoryBytes":1.5}}}})",
         "json: cannot unmarshal number 1.5 into Go struct field "
         "Limit.TaskTemplate.Resources.Limits.MemoryBytes of type int64"},
        {R"({"UpdateConfig":{"Delay":"1s"}})",
         "json: cannot unmarshal string into Go struct field UpdateConfig.UpdateConfig.Delay of "
         "type time.Duration"},
        {R"({"EndpointSpec":{"Ports":{}}})",
         "json: cannot unmarshal object into Go struct field EndpointSpec.EndpointSpec.Ports of "
         "type []swarm.PortConfig"},
        {R"({"EndpointSpec":{"Ports":["80"]}})",
         "json: cannot unmarshal string into Go struct field EndpointSpec.EndpointSpec.Ports of "
         "type swarm.PortConfig"},
        {R"({"EndpointSpec":{"Ports":[{"TargetPort":5000000000}]}})",
         "json: cannot unmarshal number 5000000000 into Go struct field "
         "PortConfig.EndpointSpec.Ports.TargetPort of type uint32"},
    };
    for (const auto& [body, sentence] : bodies) {
        Bench bench;
        INFO(body);
        const Answer answer = bench.ask("POST /services/create", body);
        CHECK(answer.status == 400);
        CHECK(answer.message() == sentence);
    }
}

TEST_CASE(
    "swarm api: fields are found in any case, null is nothing, what nobody knows is passed over") {
    Bench bench;
    const Answer made = bench.ask(
        "POST /services/create",
        R"({"name":"web","LABELS":null,"What":[{}],"taskTemplate":{"containerSpec":{"image":"busybox","Args":null}}})");
    CHECK(made.status == 201);
    CHECK(bench.ask("GET /services/web").body()["Spec"]["TaskTemplate"]["ContainerSpec"]["Image"] ==
          "busybox");
}

TEST_CASE("swarm api: hostile bodies get one sentence of status 400") {
    std::string deep_arrays(100'000, '[');
    std::string deep_objects;
    for (int i = 0; i < 50'000; ++i)
        deep_objects += R"({"a":)";
    std::string many = "{";
    for (int i = 0; i < 20'000; ++i)
        many += "\"k" + std::to_string(i) + "\":1,";
    many += "\"x\":}";
    std::string inside = R"({"TaskTemplate":{"ContainerSpec":{"Args":)" + std::string(150, '[') +
                         std::string(150, ']') + "}}}";
    const std::vector<std::string> hostile = {deep_arrays,
                                              deep_objects,
                                              many,
                                              "1e999999",
                                              R"("\ud800")",
                                              "nul",
                                              "{\"Name\":\"\x01\"}",
                                              "[",
                                              "}",
                                              std::string(100'000, '"'),
                                              "\xff\xfe",
                                              R"({"Name":{}})",
                                              R"({"Labels":"x","Spec":1})"};
    for (const std::string& target : targets()) {
        for (const std::string& body : hostile) {
            Bench bench;
            bench.create_service(Bench::service_body("web"));
            bench.ask("POST /secrets/create", R"({"Name":"key","Data":"eA=="})");
            INFO(target << " " << body.substr(0, 60));
            const Answer answer = bench.ask(target, body);
            CHECK(answer.status == 400);
            CHECK(answer.message().size() > 5);
            CHECK(answer.message().size() < 300);
        }
    }
    Bench bench;
    CHECK(bench.ask("POST /services/create", deep_arrays).message() == "exceeded max depth");
    CHECK(bench.ask("POST /services/create", inside).status == 400);
}

TEST_CASE(
    "swarm api: a body whose every value is changed into another type is never more than refused") {
    const Json whole = Json::parse(
        R"({"Name":"web","Labels":{"a":"b"},"TaskTemplate":{"ContainerSpec":{"Image":"busybox",
        "Labels":{"c":"d"},"Command":["sh"],"Args":["-c"],"Hostname":"h","Env":["A=1"],"Dir":"/","User":"1","Privileges":{"CredentialSpec":null,"SELinuxContext":null},
        "Init":true,"StopSignal":"TERM","TTY":true,"OpenStdin":true,"ReadOnly":true,
        "Mounts":[{"Type":"volume","Source":"v","Target":"/d","ReadOnly":true,"VolumeOptions":{"NoCopy":true,"Labels":{"x":"y"},"DriverConfig":{"Name":"local"}}},
                  {"Type":"bind","Source":"/a","Target":"/b","BindOptions":{"Propagation":"rprivate"}},{"Type":"tmpfs","Target":"/t","TmpfsOptions":{"SizeBytes":65536}}],
        "StopGracePeriod":3500000000,"Healthcheck":{"Test":["CMD","x"],"Interval":2000000,"Timeout":3000000,"StartPeriod":4000000,"Retries":2},
        "Hosts":["10.0.0.9 a b"],"DNSConfig":{"Nameservers":["1.1.1.1"]},"Isolation":"default","Sysctls":{"a":"1"},
        "CapabilityAdd":["CAP_A"],"CapabilityDrop":["CAP_B"]},
        "Resources":{"Limits":{"NanoCPUs":1000000000,"MemoryBytes":33554432,"Pids":9},"Reservations":{"NanoCPUs":5000000,"MemoryBytes":4194304,"GenericResources":[{"DiscreteResourceSpec":{"Kind":"gpu","Value":2}}]}},
        "RestartPolicy":{"Condition":"on-failure","Delay":1,"MaxAttempts":2,"Window":3},
        "Placement":{"Constraints":["node.role==manager"],"Preferences":[{"Spread":{"SpreadDescriptor":"node.labels.z"}}],"MaxReplicas":2,"Platforms":[{"Architecture":"x86_64","OS":"linux"}]},
        "LogDriver":{"Name":"json-file","Options":{"max-size":"1m"}},"ForceUpdate":4,"Runtime":"container"},
        "Mode":{"Replicated":{"Replicas":2}},
        "UpdateConfig":{"Parallelism":2,"Delay":1000,"FailureAction":"rollback","Monitor":2000,"MaxFailureRatio":0.25,"Order":"start-first"},
        "RollbackConfig":{"Parallelism":0,"FailureAction":"continue","MaxFailureRatio":1,"Order":"stop-first"},
        "EndpointSpec":{"Mode":"vip","Ports":[{"Name":"http","Protocol":"tcp","TargetPort":80,"PublishedPort":8080,"PublishMode":"ingress"},{"Protocol":"udp","TargetPort":53,"PublishMode":"host"}]}})");
    Bench bench;
    const std::string id = bench.create_service(whole);
    // What was sent is shown again, all of it, in the same order.
    CHECK(bench.ask("GET /services/" + id).body()["Spec"].dump() == whole.dump());
    const Json flat = whole.flatten();
    for (const auto& item : flat.items()) {
        for (const Json& other : {Json(5),
                                  Json("x"),
                                  Json(true),
                                  Json::array({Json::array()}),
                                  Json{{"a", Json::object()}},
                                  Json(-1e300),
                                  Json(UINT64_MAX),
                                  Json(nullptr)}) {
            Json changed = whole;
            changed[Json::json_pointer(item.key())] = other;
            Bench one;
            const Answer answer = one.ask("POST /services/create", changed.dump());
            INFO(item.key() << " " << other.dump() << " " << answer.text);
            CHECK((answer.status == 201 || answer.status == 400 || answer.status == 500 ||
                   answer.status == 501));
            CHECK((answer.status == 201 || !answer.message().empty()));
        }
    }
}

TEST_CASE("swarm api: base 64 is read as Go reads it") {
    CHECK(base64("") == "");
    CHECK(base64("a") == "YQ==");
    CHECK(base64("ab") == "YWI=");
    CHECK(base64("abc") == "YWJj");
    CHECK(base64("a", false) == "YQ");
    for (const char* text : {"", "a", "ab", "abc", "\xff\x00\x01"})
        CHECK(*read_base64(base64(text)) == text);
    CHECK(*read_base64("YW\nJj\r\n") == "abc");
    CHECK(read_base64("YW*j").error().message == "illegal base64 data at input byte 2");
    CHECK(read_base64("YQ=").error().message == "illegal base64 data at input byte 3");
    CHECK(read_base64("YQ==YQ==").error().message == "illegal base64 data at input byte 4");
}

}  // namespace podium::swarm::test
