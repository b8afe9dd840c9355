// What a manager answers about the swarm itself, logs and events, and to requests that it cannot answer.

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "sim/orch/swarm/api_events.hpp"
#include "tests/swarm_api/fixture.hpp"

namespace podium::swarm::test {

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
            bench.store.services.find(1)->meta.id.text() +
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
