// What a manager answers about nodes.

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/swarm_api/fixture.hpp"

namespace podium::swarm::test {

TEST_CASE("swarm api: nodes are updated, demoted and removed only as far as the swarm bears it") {
    Bench bench;
    const NodeId worker = bench.add_node("d5", Role::Worker, "10.78.0.5");
    const auto update = [&](NodeId node, const std::string& spec) {
        const Node& row = *bench.store.nodes.find(node.value);
        return bench.ask("POST /nodes/" + row.meta.id.text() + "/update?" + version_of(row.meta), spec);
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
              "node " + bench.store.nodes.find(worker.value)->meta.id.text() +
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
    // It is the client that knows "self", of inspect and ps alone.
    CHECK(bench.ask("GET /nodes/self").status == 404);
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

}  // namespace podium::swarm::test
