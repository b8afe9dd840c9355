#include "sim/programs/format/inspect.hpp"

#include <nlohmann/json.hpp>

#include <catch2/catch.hpp>

#include "sim/programs/format/json_text.hpp"

using namespace podium;
using namespace podium::format;
using Json = nlohmann::ordered_json;

namespace {

const Json kContainer = Json::parse(R"({
  "Id": "6d74ebb37c2517db45e4e0f763d54a5d91995922967a73147a0f8e1cfb4b4bd0", "Created": "2026-01-05T09:00:00.5Z",
  "Path": "sh", "Args": ["-c", "echo a && b > c"], "Name": "/c1", "RestartCount": 2,
  "State": {"Status": "running", "Running": true, "Paused": false, "Restarting": false, "OOMKilled": false,
            "Dead": false, "Pid": 42, "ExitCode": 0, "Error": "", "StartedAt": "2026-01-05T09:00:01Z",
            "FinishedAt": "0001-01-01T00:00:00Z"},
  "HostConfig": {"Binds": null, "NetworkMode": "default", "RestartPolicy": {"Name": "on-failure", "MaximumRetryCount": 3},
                 "Memory": 67108864, "NanoCpus": 500000000, "Init": null},
  "Mounts": [{"Type": "volume", "Name": "data", "Source": "/v/data", "Destination": "/data", "Driver": "local",
              "Mode": "z", "RW": true, "Propagation": ""}],
  "Config": {"Env": ["A=1", "B=2"], "Cmd": ["sh"], "Labels": {"x": "y"}, "ExposedPorts": {"80/tcp": {}},
             "Healthcheck": {"Test": ["CMD-SHELL", "true"], "Interval": 30000000000}},
  "NetworkSettings": {"IPAddress": "172.17.0.2",
                      "Ports": {"443/tcp": null, "80/tcp": [{"HostIp": "0.0.0.0", "HostPort": "8080"}, {"HostIp": "::", "HostPort": "8080"}]},
                      "Networks": {"bridge": {"IPAddress": "172.17.0.2", "Gateway": "172.17.0.1"}}}
})");

struct Printed {
    std::string out;
    std::string error;
};

Printed inspect(std::string_view format, const Json& container = kContainer) {
    Result<Inspector> inspector = Inspector::make(format);
    if (!inspector) return {{}, inspector.error().message};
    inspector->add(Inspected::Container, container);
    return {inspector->output(), inspector->errors()};
}

}  // namespace

TEST_CASE("inspect: templates see the CLI's own types") {
    struct Case {
        std::string_view format;
        std::string_view out;
    };

    const Case cases[] = {
        {"{{.State.Status}}", "running"},
        {"{{.ID}}", "6d74ebb37c2517db45e4e0f763d54a5d91995922967a73147a0f8e1cfb4b4bd0"},
        {"{{.Name}} {{.RestartCount}}", "/c1 2"},
        {"{{.Mounts}}", "[{volume data /v/data /data local z true }]"},
        {"{{.HostConfig.RestartPolicy}}", "{on-failure 3}"},
        {"{{.HostConfig.RestartPolicy.Name}}", "on-failure"},
        {"{{.NetworkSettings.Ports}}", "map[443/tcp:[] 80/tcp:[{0.0.0.0 8080} {:: 8080}]]"},
        {"{{.NetworkSettings.Networks}}", "map[bridge:0xc000012345]"},
        {"{{.Config.Env}}", "[A=1 B=2]"},
        {"{{.Config.ExposedPorts}}", "map[80/tcp:{}]"},
        {"{{.Config.Healthcheck}}", "{[CMD-SHELL true] 30s 0s 0s 0s 0}"},
        {"{{.State.Health}}", "<nil>"},
        {"{{.HostConfig.Memory}} {{.HostConfig.NanoCPUs}} {{.HostConfig.PidsLimit}}",
         "67108864 500000000 <nil>"},
        {"{{.HostConfig.Binds}}", "[]"},
        {"{{.State}}",
         "{running true false false false false 42 0  2026-01-05T09:00:01Z 0001-01-01T00:00:00Z "
         "<nil>}"},
        {"{{if .State.Health}}{{.State.Health.Status}}{{else}}no check{{end}}", "no check"},
        {"{{if eq .State.ExitCode 0}}fine{{end}}", "fine"},
        {"{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}", "172.17.0.2"},
        {"{{range $name, $_ := .NetworkSettings.Networks}}{{$name}}{{end}}", "bridge"},
        {"{{range $p, $conf := .NetworkSettings.Ports}}{{$p}} -> {{range $conf}}{{.HostPort}} "
         "{{end}};{{end}}",
         "443/tcp -> ;80/tcp -> 8080 8080 ;"},
        {"{{join .Args \" \"}}", "-c echo a && b > c"},
        {"{{json .Args}}", "[\"-c\",\"echo a && b > c\"]"},
        {"{{json .Mounts}}",
         "[{\"Type\":\"volume\",\"Name\":\"data\",\"Source\":\"/v/data\",\"Destination\":\"/"
         "data\",\"Driver\":\"local\","
         "\"Mode\":\"z\",\"RW\":true,\"Propagation\":\"\"}]"},
        {"{{json .HostConfig.RestartPolicy}}", "{\"Name\":\"on-failure\",\"MaximumRetryCount\":3}"},
        {"{{json .Config.Volumes}}", "null"},
        {"{{.Config.Labels.nope}}|{{index .Config.Labels \"nope\"}}|{{index .Config.Labels \"x\"}}",
         "<no value>||y"},
    };
    for (const Case& c : cases) {
        CAPTURE(c.format);
        const Printed printed = inspect(c.format);
        CHECK(printed.out == std::string(c.out) + "\n");
        CHECK(printed.error.empty());
    }
}

TEST_CASE("inspect: where the types know no such field, the JSON is asked") {
    CHECK(inspect("{{.Id}}").out == inspect("{{.ID}}").out);
    CHECK(inspect("{{(index (index .NetworkSettings.Ports \"80/tcp\") 0).HostPort}}").out ==
          "8080\n");
    CHECK(inspect("{{.HostConfig.NanoCpus}}").out == "500000000\n");
}

TEST_CASE("inspect: failures are docker's sentences, and an empty line is printed for them") {
    const Printed missing = inspect("{{.State.Health.Status}}");
    CHECK(missing.out == "\n");
    CHECK(missing.error ==
          "template parsing error: template: :1:8: executing \"\" at <.State.Health.Status>: map "
          "has no entry for key \"Health\"\n");
    CHECK(inspect("{{.Foo}}").error ==
          "template parsing error: template: :1:2: executing \"\" at <.Foo>: map has no entry for "
          "key \"Foo\"\n");
    CHECK(inspect("{{.State.Status").error ==
          "template parsing error: template: :1: unclosed action");
}

TEST_CASE("inspect: of a swarm's objects, too, templates see types, in which nothing is missing") {
    const Json service = Json::parse(R"({
      "ID": "s1", "Version": {"Index": 22}, "CreatedAt": "2026-01-05T09:00:01.5Z", "UpdatedAt": "2026-01-05T09:00:02Z",
      "Spec": {"Name": "web", "Labels": {},
        "TaskTemplate": {
          "ContainerSpec": {"Image": "nginx", "Init": false, "StopGracePeriod": 10000000000, "DNSConfig": {}, "Isolation": "default",
            "Secrets": [{"File": {"Name": "k", "UID": "0", "GID": "0", "Mode": 292}, "SecretID": "x", "SecretName": "key"}]},
          "Resources": {"Limits": {}, "Reservations": {}}, "RestartPolicy": {"Condition": "any", "Delay": 5000000000, "MaxAttempts": 0},
          "Placement": {}, "ForceUpdate": 0, "Runtime": "container"},
        "Mode": {"Replicated": {"Replicas": 3}},
        "UpdateConfig": {"Parallelism": 1, "FailureAction": "pause", "Monitor": 5000000000, "MaxFailureRatio": 0.2, "Order": "stop-first"},
        "EndpointSpec": {"Mode": "vip"}},
      "Endpoint": {"Spec": {}}})");
    const Json node = Json::parse(R"({
      "ID": "n1", "Version": {"Index": 9}, "CreatedAt": "2026-01-05T09:00:01Z", "UpdatedAt": "2026-01-05T09:00:02Z",
      "Spec": {"Labels": {}, "Role": "manager", "Availability": "active"},
      "Description": {"Hostname": "moe", "TLSInfo": {"TrustRoot": "x", "CertIssuerSubject": "AQI="}}, "Status": {"State": "ready"},
      "ManagerStatus": {"Reachability": "reachable", "Addr": "10.0.0.1:2377"}})");
    const Json config =
        Json::parse(R"({"ID": "c1", "Spec": {"Name": "site", "Labels": {}, "Data": "aGk="}})");

    struct Case {
        Inspected what;
        std::string_view format;
        std::string_view out;
    };

    const Case cases[] = {
        {Inspected::Service,
         "{{.ID}} {{.Spec.Name}} {{.Version.Index}} {{.Meta.Version}}",
         "s1 web 22 {22}"},
        {Inspected::Service, "{{.CreatedAt}}", "2026-01-05 09:00:01.5 +0000 UTC"},
        {Inspected::Service, "{{.Endpoint.VirtualIPs}} {{.Endpoint.Ports}}", "[] []"},
        {Inspected::Service, "{{.UpdateStatus}} {{.PreviousSpec}}", "<nil> <nil>"},
        {Inspected::Service, "{{.Spec.Mode.Replicated.Replicas}} {{.Spec.Mode.Global}}", "3 <nil>"},
        {Inspected::Service,
         "{{if .Spec.Mode.Global}}global{{else}}replicated{{end}}",
         "replicated"},
        {Inspected::Service,
         "{{.Spec.TaskTemplate.Placement.Constraints}} {{.Spec.TaskTemplate.ContainerSpec.Env}}",
         "[] []"},
        {Inspected::Service, "{{.Spec.UpdateConfig}}", "{1 0s pause 5s 0.2 stop-first}"},
        {Inspected::Service, "{{.Spec.TaskTemplate.RestartPolicy}}", "{any 5s 0xc000012345 <nil>}"},
        {Inspected::Service, "{{.Spec.TaskTemplate.ContainerSpec.StopGracePeriod}}", "10s"},
        {Inspected::Service,
         "{{range .Spec.TaskTemplate.ContainerSpec.Secrets}}{{.SecretName}} {{.File.Mode}}{{end}}",
         "key -r--r--r--"},
        {Inspected::Service,
         "{{json .Spec.Mode}} {{json .Spec.UpdateConfig.Monitor}}",
         R"({"Replicated":{"Replicas":3}} 5000000000)"},
        {Inspected::Node,
         "{{.ManagerStatus.Leader}} {{.ManagerStatus.Reachability}} {{.Spec.Role}}",
         "false reachable manager"},
        {Inspected::Node,
         "{{.Description.TLSInfo.CertIssuerSubject}} {{json "
         ".Description.TLSInfo.CertIssuerSubject}}",
         "[1 2] \"AQI=\""},
        {Inspected::Node, "{{.Status.Message}}{{.Description.Engine.Labels}}", "map[]"},
        {Inspected::Config,
         "{{.Spec.Data}} {{printf \"%s\" .Spec.Data}} {{len .Spec.Data}}",
         "[104 105] hi 2"},
    };
    const auto shown = [&](Inspected what, std::string_view format) -> Printed {
        Result<Inspector> inspector = Inspector::make(format);
        REQUIRE(inspector);
        const Json& described = what == Inspected::Service ? service
                                : what == Inspected::Node  ? node
                                                           : config;
        inspector->add(what, described, false);
        return {inspector->output(), inspector->errors()};
    };
    for (const Case& c : cases) {
        CAPTURE(c.format);
        const Printed printed = shown(c.what, c.format);
        CHECK(printed.out == std::string(c.out) + "\n");
        CHECK(printed.error.empty());
    }
    // A moment behind a pointer is written as any other.
    Json updated = service;
    updated["UpdateStatus"] = Json::parse(R"({"State": "updating", "StartedAt": "2026-01-05T09:00:03.25Z", "Message": "update in progress"})");
    auto inspector = Inspector::make("{{json .UpdateStatus}} {{.UpdateStatus.StartedAt}} {{json .UpdateStatus.CompletedAt}}");
    REQUIRE(inspector);
    inspector->add(Inspected::Service, updated, false);
    CHECK(inspector->output() ==
          "{\"State\":\"updating\",\"StartedAt\":\"2026-01-05T09:00:03.25Z\",\"Message\":\"update in progress\"} "
          "2026-01-05 09:00:03.25 +0000 UTC null\n");
    // Of these the CLI keeps no JSON to ask in the end.
    CHECK(shown(Inspected::Service, "{{.Foo}}").error ==
          "template parsing error: template: :1:2: executing \"\" at <.Foo>: can't evaluate field "
          "Foo in type swarm.Service\n");
    CHECK(shown(Inspected::Service, "{{.UpdateStatus.State}}").error ==
          "template parsing error: template: :1:15: executing \"\" at <.UpdateStatus.State>: nil "
          "pointer evaluating *swarm.UpdateStatus.State\n");
}

TEST_CASE(
    "inspect: without a template it is indented JSON in the engine's order, nothing escaped") {
    Result<Inspector> inspector = Inspector::make("");
    REQUIRE(inspector);
    CHECK(inspector->output() == "[]\n");
    inspector->add(
        Inspected::Volume,
        Json::parse(R"({"Name":"v","Labels":null,"Options":{},"List":[],"Text":"a<b>&"})"));
    inspector->add_error("Error response from daemon: get nosuch: no such volume");
    CHECK(inspector->output() ==
          "[\n    {\n        \"Name\": \"v\",\n        \"Labels\": null,\n        \"Options\": "
          "{},\n        \"List\": [],\n"
          "        \"Text\": \"a<b>&\"\n    }\n]\n");
    CHECK(inspector->errors() == "Error response from daemon: get nosuch: no such volume\n");
}

TEST_CASE("json_text: strings and numbers are written as Go writes them") {
    CHECK(json_string("a\"b\\c\n\t\x01\x7f é") == "\"a\\\"b\\\\c\\n\\t\\u0001\x7f é\"");
    CHECK(json_string("<&>", HtmlEscape::Yes) == "\"\\u003c\\u0026\\u003e\"");
    CHECK(json_string("\xff") == "\"\\ufffd\"");
    CHECK(compact_json(Json::parse("[1,-2,1.5,1e21,1e-7,18446744073709551615,true,null]")) ==
          "[1,-2,1.5,1e+21,1e-7,18446744073709551615,true,null]");
    CHECK(sorted_json(Json::parse(R"({"b":1,"a":{"d":1,"c":2}})")) ==
          R"({"a":{"c":2,"d":1},"b":1})");
}
