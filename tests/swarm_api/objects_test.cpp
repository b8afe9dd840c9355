// What a manager answers about secrets, configs and networks.

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/swarm_api/fixture.hpp"

namespace podium::swarm::test {

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

TEST_CASE("swarm api: a service may be on the network that its nodes have for themselves") {
    Bench bench;
    CHECK(bench.ask("GET /networks/none?scope=swarm").status == 404);
    const Json host = bench.ask("GET /networks/host?scope=swarm").body();
    CHECK(host["Name"] == "host");
    CHECK(host["Driver"] == "host");
    CHECK(host["Scope"] == "swarm");
    CHECK(host["Labels"]["com.docker.swarm.predefined"] == "true");
    const std::size_t listed_before = bench.ask("GET /networks").body().size();
    const std::string id = host["Id"];
    // By its name and by its id, which are one network.
    int number = 0;
    for (const std::string& target : {std::string("host"), id}) {
        const std::string name = "agent" + std::to_string(++number);
        Json networks = Json::array({Json{{"Target", target}}});
        bench.create_service(with(Bench::service_body(name), "/TaskTemplate/Networks", networks));
        CHECK(bench.ask("GET /services/" + name)
                  .body()["Spec"]["TaskTemplate"]["Networks"][0]["Target"] == id);
    }
    const NetworkId made = bench.store.network_called("host");
    REQUIRE(made);
    CHECK(bench.store.networks.find(made.value)->meta.id == id);
    CHECK(bench.store.networks.count() == 2);  // and ingress
    CHECK(bench.ask("GET /networks/" + id).body()["Name"] == "host");
    CHECK(bench.ask("GET /networks").body().size() == listed_before);
    CHECK(bench.ask("DELETE /networks/host").message() ==
          rpc("FailedPrecondition",
              "network " + id + " (host) is a swarm predefined network and cannot be removed"));
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
    CHECK(create(R"(,"IPAM":{"Config":[{"Subnet":"10.5.0.0/24","IPRange":"x"}]})").message() == rpc("InvalidArgument", "ipam configuration: invalid range x"));
    CHECK(create(R"(,"IPAM":{"Config":[{"Subnet":"10.5.0.0/24","IPRange":"10.6.0.0/28"}]})").message() ==
          rpc("InvalidArgument", "ipam configuration: subnet 10.5.0.0/24 does not contain range 10.6.0.0/28"));
    CHECK(create(R"(,"IPAM":{"Config":[{"Subnet":"10.5.0.0/24","IPRange":"10.5.0.0/16"}]})").status == 501);
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
              "network " + id + " is in use by task " + bench.store.tasks.find(number)->meta.id.text()));
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

}  // namespace podium::swarm::test
