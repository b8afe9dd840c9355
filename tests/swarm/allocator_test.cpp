#include <catch2/catch.hpp>

#include "tests/swarm/test_swarm.hpp"

// The store, and what the leader gives out (api/161-201: subnets, VXLAN ids, virtual addresses,
// ports).

namespace podium::swarm {
namespace {

void publish(ServiceSpec& spec, std::uint16_t published, PublishMode mode = PublishMode::Ingress) {
    if (!spec.endpoint) spec.endpoint = EndpointSpec{};
    spec.endpoint->ports.push_back({"", "tcp", 80, published, mode});
}

ServiceSpec attached(const std::string& name, std::uint64_t replicas, const Network& network) {
    ServiceSpec spec = replicated(name, replicas);
    edit_task(spec, [&](TaskSpec& task) { task.networks.push_back({network.meta.id, {}, {}}); });
    return spec;
}

Row<Task> some_task(const std::string& id, TaskState state, TaskState desired) {
    auto row = std::make_shared<Task>();
    row->meta.id = id;
    row->spec = std::make_shared<TaskSpec>();
    row->status.state = state;
    row->desired = desired;
    return row;
}

}  // namespace

TEST_CASE("store: a change applies whole, or is out of sequence") {
    Store store;
    auto service = std::make_shared<Service>();
    service->meta.id = public_id(Kind::Service, 1, 1);
    service->spec = replicated("web", 1);
    CHECK(service->meta.id.view().size() == 25);
    CHECK(service->meta.id != public_id(Kind::Task, 1, 1));
    const auto touched = store.apply({{Put<Service>{1, service, 0, {}}}, {}, {}}, Time{5});
    REQUIRE(touched.size() == 1);
    CHECK(touched[0].how == Touched::How::Created);
    CHECK(store.service_called("web") == ServiceId{1});
    CHECK(store.services.find(1)->meta.version == store.index());
    CHECK_FALSE(store.in_sequence({{Put<Service>{1, service, 0, {}}}, {}, {}}));
    // A name is given once.
    Change same_name{{Put<Service>{2, service, 0, {}}}, {}, {}};
    CHECK_FALSE(store.in_sequence(same_name));
    auto renamed = std::make_shared<Service>(*store.services.find(1));
    renamed->spec.name = "www";
    store.apply({{Put<Service>{1, renamed, renamed->meta.version, {}}}, {}, {}}, Time{9});
    CHECK(store.in_sequence(same_name));
    CHECK(store.services.find(1)->meta.created == Time{5});
    CHECK(store.services.find(1)->meta.updated == Time{9});
    const auto gone = store.apply({{Put<Service>{1, nullptr, kAnyVersion, {}}}, {}, {}}, Time{10});
    CHECK(before<Service>(gone.at(0))->spec.name == "www");
    CHECK_FALSE(store.service_called("www"));
    CHECK(store.services.count() == 0);
}

TEST_CASE("store: what several change about a task is merged, and states go forward only") {
    Store store;
    store.apply(
        {{Put<Task>{1, some_task("t", TaskState::Running, TaskState::Running), 0, {}}}, {}, {}},
        Time{});
    TaskMerge stop;
    stop.task = {1};
    stop.desired = TaskState::Shutdown;
    TaskMerge back = stop;
    back.desired = TaskState::Ready;
    TaskMerge status;
    status.task = {1};
    status.status = TaskStatus{};
    status.status->state = TaskState::Failed;
    TaskMerge late = status;
    late.status->state = TaskState::Starting;
    CHECK(store.apply({{stop, status}, {}, {}}, Time{1}).size() == 2);
    CHECK(store.apply({{back, late}, {}, {}}, Time{2}).empty());
    CHECK(store.tasks.find(1)->desired == TaskState::Shutdown);
    CHECK(store.tasks.find(1)->status.state == TaskState::Failed);
    stop.only_up_to = TaskState::Complete;
    CHECK_FALSE(store.in_sequence({{stop}, {}, {}}));
}

TEST_CASE("allocator: subnets and VXLAN ids in order, the ingress network first") {
    TestSwarm swarm;
    const Network& ingress =
        *swarm.store.networks.find(swarm.store.network_called("ingress").value);
    CHECK(ingress.subnet == "10.0.0.0/24");
    CHECK(ingress.gateway == "10.0.0.1");
    CHECK(ingress.vxlan == 4096);
    const NetworkId first = swarm.add_network("first");
    const NetworkId given = swarm.add_network("given", "10.9.0.0/16");
    const NetworkId overlaps = swarm.add_network("overlaps", "10.9.1.0/24");
    swarm.remove_network(first);
    const NetworkId next = swarm.add_network("next");
    CHECK(swarm.store.networks.find(given.value)->gateway == "10.9.0.1");
    CHECK(swarm.store.networks.find(overlaps.value)->vxlan == 0);
    CHECK(swarm.store.networks.find(next.value)->subnet == "10.0.2.0/24");
    CHECK(swarm.store.networks.find(next.value)
              ->driver_options.at("com.docker.network.driver.overlay.vxlanid_list") == "4099");
    // It waits until the other is gone.
    swarm.remove_network(given);
    swarm.run_for(milliseconds(50));
    CHECK(swarm.store.networks.find(overlaps.value)->subnet == "10.9.1.0/24");
    CHECK(swarm.store.networks.find(overlaps.value)->vxlan != 0);
}

TEST_CASE(
    "allocator: a service's virtual address comes first, then its tasks', then the nodes' load "
    "balancers'") {
    TestSwarm swarm;
    const NodeId larry = swarm.add_node("larry");
    swarm.add_node("curly");
    CHECK(swarm.store.nodes.find(larry.value)->attachments.at(0).address == "10.0.0.2/24");
    const NetworkId network = swarm.add_network("app");
    const ServiceId id =
        swarm.add_service(attached("web", 2, *swarm.store.networks.find(network.value)));
    swarm.run_for(seconds(3));
    REQUIRE(swarm.running(id) == 2);
    CHECK(swarm.service(id).vips.at(0).address == "10.0.1.2/24");
    std::set<std::string> addresses;
    for (const TaskId task : swarm.live(id)) {
        addresses.insert(swarm.task(task).networks.vector().at(0).address);
    }
    CHECK(addresses == std::set<std::string>{"10.0.1.3/24", "10.0.1.4/24"});
    CHECK(swarm.store.nodes.find(larry.value)->attachments.size() == 2);
    // The last task on the network gone, the node's address there goes too.
    swarm.remove_service(id);
    swarm.run_for(seconds(5));
    CHECK(swarm.store.nodes.find(larry.value)->attachments.size() == 1);
}

TEST_CASE("allocator: published ports from 30000, kept over updates, and a conflict waits") {
    TestSwarm swarm;
    swarm.add_node("larry");
    ServiceSpec spec = replicated("web", 1);
    publish(spec, 0);
    const ServiceId web = swarm.add_service(spec);
    spec = replicated("fixed", 1);
    publish(spec, 8080);
    const ServiceId fixed = swarm.add_service(spec);
    swarm.run_for(seconds(3));
    CHECK(swarm.service(web).endpoint.ports.at(0).published == 30000);
    CHECK(swarm.service(web).vips.at(0).address == "10.0.0.3/24");
    CHECK(swarm.service(fixed).endpoint.ports.at(0).published == 8080);
    CHECK(swarm.running(fixed) == 1);
    swarm.edit_service(web, [](ServiceSpec& service) { set_image(service, "v2"); });
    swarm.run_for(seconds(20));
    CHECK(swarm.service(web).endpoint.ports.at(0).published == 30000);
    CHECK(swarm.running(web) == 1);
    spec.name = "other";
    const ServiceId other = swarm.add_service(spec);
    swarm.run_for(seconds(3));
    CHECK_FALSE(swarm.service(other).allocated);
    CHECK(swarm.task(swarm.tasks(other).at(0)).status.state == TaskState::New);
    CHECK(swarm.facts(kFactServiceWaits) == 1);
    swarm.remove_service(fixed);
    swarm.run_for(seconds(3));
    CHECK(swarm.service(other).allocated);
    CHECK(swarm.running(other) == 1);
    // The port goes when it is no longer published.
    swarm.edit_service(other, [](ServiceSpec& service) { service.endpoint->ports.clear(); });
    swarm.run_for(seconds(20));
    CHECK(swarm.service(other).endpoint.ports.empty());
    CHECK(swarm.service(other).vips.empty());
}

TEST_CASE("allocator: host ports keep tasks of one port apart") {
    TestSwarm swarm;
    swarm.add_node("larry");
    swarm.add_node("curly");
    ServiceSpec spec = replicated("web", 3);
    publish(spec, 8080, PublishMode::Host);
    const ServiceId id = swarm.add_service(spec);
    swarm.run_for(seconds(3));
    CHECK(swarm.running(id) == 2);
    CHECK(swarm.service(id).vips.empty());
    for (const TaskId task : swarm.live(id)) {
        if (swarm.task(task).status.state == TaskState::Pending)
            CHECK(swarm.task(task).status.error ==
                  "no suitable node (host-mode port already in use on 2 nodes)");
    }
}

TEST_CASE("allocator: a new leader knows what is given out") {
    TestSwarm swarm;
    swarm.add_node("larry");
    const NetworkId network = swarm.add_network("app");
    ServiceSpec spec = attached("web", 2, *swarm.store.networks.find(network.value));
    publish(spec, 0);
    const ServiceId id = swarm.add_service(spec);
    swarm.run_for(seconds(3));
    swarm.change_leader();
    swarm.run_for(seconds(3));
    const NetworkId next = swarm.add_network("next");
    CHECK(swarm.store.networks.find(next.value)->subnet == "10.0.2.0/24");
    ServiceSpec other = attached("other", 2, *swarm.store.networks.find(network.value));
    publish(other, 0);
    const ServiceId second = swarm.add_service(other);
    swarm.run_for(seconds(3));
    CHECK(swarm.service(second).endpoint.ports.at(0).published == 30001);
    std::set<std::string> addresses;
    for (const ServiceId service : {id, second}) {
        for (const VirtualIp& vip : swarm.service(service).vips) {
            CHECK(addresses.insert(vip.address).second);
        }
        for (const TaskId task : swarm.live(service)) {
            for (const NetworkAttachment& attachment : swarm.task(task).networks) {
                CHECK(addresses.insert(attachment.address).second);
            }
        }
    }
    for (const NetworkAttachment& attachment : swarm.store.nodes.find(1)->attachments) {
        CHECK(addresses.insert(attachment.address).second);
    }
}

}  // namespace podium::swarm
