#include <algorithm>

#include <catch2/catch.hpp>

#include "tests/swarm/test_swarm.hpp"

// Services by mode, their placement (swarm/10-placement, 21-global, 24-node), and what becomes of
// old tasks.

namespace podium::swarm {
namespace {

struct Three {
    Three() {
        larry = swarm.add_node("larry", 2);
        curly = swarm.add_node("curly", 2);
        moe = swarm.add_node("moe", 2);
    }

    TestSwarm swarm;
    NodeId larry;
    NodeId curly;
    NodeId moe;

    /// Tasks per node, from few to many.
    [[nodiscard]] std::vector<int> counts(ServiceId id) const {
        std::vector<int> out;
        const auto spread = swarm.spread(id);
        for (const NodeId node : {larry, curly, moe}) {
            out.push_back(spread.contains(node) ? spread.at(node) : 0);
        }
        std::sort(out.begin(), out.end());
        return out;
    }

    /// The error of the tasks that wait, if all have the same.
    [[nodiscard]] std::string pending(ServiceId id, std::size_t& count) const {
        std::set<std::string> errors;
        count = 0;
        for (const TaskId task : swarm.live(id)) {
            if (swarm.task(task).status.state != TaskState::Pending) continue;
            ++count;
            errors.insert(swarm.task(task).status.error);
        }
        return errors.size() == 1 ? *errors.begin() : "";
    }

    void scale(ServiceId id, std::uint64_t replicas) {
        swarm.edit_service(id, [&](ServiceSpec& spec) { spec.mode.replicas = replicas; });
        swarm.run_for(seconds(5));
    }
};

ServiceSpec placed(std::uint64_t replicas, const Placement& placement) {
    ServiceSpec spec = replicated("web", replicas);
    edit_task(spec, [&](TaskSpec& task) { task.placement = placement; });
    return spec;
}

}  // namespace

TEST_CASE("services: a task goes through its states to running in half a second") {
    Three world;
    const Time began = world.swarm.kernel.now();
    const ServiceId id = world.swarm.add_service(replicated("web", 3));
    world.swarm.run_for(seconds(2));
    CHECK(world.swarm.running(id) == 3);
    std::vector<TaskState> states;
    const TaskId first = world.swarm.tasks(id).front();
    for (const TestSwarm::Came& came : world.swarm.history) {
        if (came.task == first) states.push_back(came.state);
    }
    CHECK(states == std::vector<TaskState>{TaskState::New,
                                           TaskState::Pending,
                                           TaskState::Assigned,
                                           TaskState::Ready,
                                           TaskState::Starting,
                                           TaskState::Running});
    const double assigned = (world.swarm.times(id, 1, TaskState::Assigned).at(0) - began).seconds();
    CHECK(assigned > 0.05);
    CHECK(assigned < 0.1);
    CHECK(world.swarm.task(first).status.message == "started");
    CHECK(world.counts(id) == std::vector<int>{1, 1, 1});
}

TEST_CASE("services: scaling down takes tasks from the fullest nodes and doesn't renumber slots") {
    Three world;
    const ServiceId id = world.swarm.add_service(replicated("web", 9));
    world.swarm.run_for(seconds(3));
    CHECK(world.counts(id) == std::vector<int>{3, 3, 3});
    world.scale(id, 5);
    CHECK(world.counts(id) == std::vector<int>{1, 2, 2});
    world.scale(id, 3);
    CHECK(world.counts(id) == std::vector<int>{1, 1, 1});
    std::set<std::uint64_t> slots;
    for (const TaskId task : world.swarm.live(id)) {
        slots.insert(world.swarm.task(task).slot);
    }
    CHECK(slots.size() == 3);
    // The tasks removed are gone, not only stopped.
    CHECK(world.swarm.tasks(id).size() == 3);
    // New ones take the lowest free numbers.
    world.scale(id, 4);
    std::uint64_t lowest = 1;
    while (slots.contains(lowest)) {
        ++lowest;
    }
    CHECK(world.swarm.task(world.swarm.tasks(id).back()).slot == lowest);
    world.scale(id, 0);
    CHECK(world.swarm.tasks(id).empty());
}

TEST_CASE("services: scaling down stops tasks before they are deleted") {
    Three world;
    const ServiceId id = world.swarm.add_service(replicated("web", 3));
    world.swarm.run_for(seconds(3));
    world.swarm.edit_service(id, [](ServiceSpec& spec) { spec.mode.replicas = 1; });
    world.swarm.run_for(seconds(1));
    CHECK(world.swarm.tasks(id).size() == 3);
    std::size_t removing = 0;
    for (const TaskId task : world.swarm.tasks(id)) {
        if (world.swarm.task(task).desired == TaskState::Remove) ++removing;
    }
    CHECK(removing == 2);
    world.swarm.run_for(seconds(1));
    CHECK(world.swarm.tasks(id).size() == 1);
}

TEST_CASE("services: no suitable node, in swarmkit's words, and placed when one suits") {
    Three world;
    std::size_t count = 0;
    const ServiceId id = world.swarm.add_service(placed(1, {{"node.labels.disk==ssd"}, {}, 0, {}}));
    world.swarm.run_for(seconds(3));
    CHECK(world.pending(id, count) ==
          "no suitable node (scheduling constraints not satisfied on 3 nodes)");
    CHECK(world.swarm.task(world.swarm.tasks(id)[0]).status.message == "pending task scheduling");
    world.swarm.edit_node(world.moe, [](Node& node) { node.spec.labels["disk"] = "ssd"; });
    world.swarm.run_for(seconds(1));
    CHECK(world.swarm.spread(id)[world.moe] == 1);
    CHECK(world.swarm.running(id) == 1);
    // The label goes, and so does the task: rejected, and its replacement waits.
    world.swarm.edit_node(world.moe, [](Node& node) { node.spec.labels.clear(); });
    world.swarm.run_for(seconds(1));
    const Task& old = world.swarm.task(world.swarm.tasks(id)[0]);
    CHECK(old.status.state == TaskState::Rejected);
    CHECK(old.status.error == "assigned node no longer meets constraints");
    CHECK(old.status.message == "task rejected by constraint enforcer");
    CHECK(world.pending(id, count) ==
          "no suitable node (scheduling constraints not satisfied on 3 nodes)");

    ServiceSpec greedy = replicated("greedy", 8);
    edit_task(greedy, [](TaskSpec& task) { task.reservations.nano_cpus = 1'000'000'000; });
    const ServiceId cpus = world.swarm.add_service(greedy);
    world.swarm.run_for(seconds(3));
    CHECK(world.pending(cpus, count) == "no suitable node (insufficient resources on 3 nodes)");
    CHECK(count == 2);
    CHECK(world.swarm.running(cpus) == 6);
    // Freed resources are used at once.
    world.scale(cpus, 6);
    CHECK(world.pending(cpus, count).empty());
    CHECK(world.swarm.running(cpus) == 6);
}

TEST_CASE("services: at most so many replicas a node; drained nodes take none") {
    Three world;
    std::size_t count = 0;
    const ServiceId id = world.swarm.add_service(placed(5, {{}, {}, 1, {}}));
    world.swarm.run_for(seconds(3));
    CHECK(world.pending(id, count) == "no suitable node (max replicas per node limit exceed)");
    CHECK(count == 2);
    for (const NodeId node : {world.larry, world.curly, world.moe}) {
        world.swarm.edit_node(node, [](Node& row) { row.spec.availability = Availability::Drain; });
    }
    world.swarm.run_for(seconds(5));
    CHECK(world.pending(id, count) == "no suitable node (3 nodes not available for new tasks)");
    CHECK(count == 5);
}

TEST_CASE("services: a removed one's tasks are stopped, then gone") {
    Three world;
    const ServiceId id = world.swarm.add_service(replicated("web", 3));
    world.swarm.run_for(seconds(3));
    world.swarm.remove_service(id);
    world.swarm.run_for(milliseconds(500));
    CHECK(world.swarm.tasks(id).size() == 3);
    world.swarm.run_for(seconds(3));
    CHECK(world.swarm.store.tasks.count() == 0);
    CHECK(world.swarm.facts(kFactServiceRemoved) == 1);
}

TEST_CASE(
    "services: five tasks of a slot are kept, the running one included; with max-attempts one more "
    "than that") {
    Three world;
    Behaviour crash;
    crash.exit_code = 1;
    crash.life = milliseconds(100);
    world.swarm.behave("app", crash);
    const ServiceId id = world.swarm.add_service(replicated("web", 1));
    ServiceSpec limited = replicated("limited", 1);
    edit_task(limited, [](TaskSpec& task) {
        task.restart = TaskRestartPolicy{RestartCondition::Any, seconds(1), 2, {}};
    });
    const ServiceId few = world.swarm.add_service(limited);
    world.swarm.run_for(minutes(2));
    CHECK(world.swarm.tasks(id).size() == 5);
    CHECK(world.swarm.tasks(few).size() == 3);
}

TEST_CASE("global services: one task on each node that may have one") {
    Three world;
    const ServiceId id = world.swarm.add_service(global("agent"));
    world.swarm.run_for(seconds(2));
    CHECK(world.counts(id) == std::vector<int>{1, 1, 1});
    CHECK(world.swarm.task(world.swarm.tasks(id)[0]).status.message == "started");
    const NodeId joe = world.swarm.add_node("joe");
    world.swarm.run_for(seconds(2));
    CHECK(world.swarm.spread(id)[joe] == 1);
    // Drained: its task is shut down, and none replaces it elsewhere; active again: it comes back.
    world.swarm.edit_node(joe, [](Node& node) { node.spec.availability = Availability::Drain; });
    world.swarm.run_for(seconds(3));
    CHECK(world.swarm.live(id).size() == 3);
    world.swarm.edit_node(joe, [](Node& node) { node.spec.availability = Availability::Active; });
    world.swarm.run_for(seconds(1));
    CHECK(world.swarm.running(id) == 4);
    // Lost: the same.
    world.swarm.lose_node(joe);
    world.swarm.run_for(seconds(10));
    CHECK(world.swarm.live(id).size() == 3);
    world.swarm.regain_node(joe);
    world.swarm.run_for(seconds(3));
    CHECK(world.swarm.running(id) == 4);
}

TEST_CASE(
    "global services: constraints, and a paused node keeps its old version until it is active") {
    Three world;
    ServiceSpec spec = global("agent", "v1");
    edit_task(spec, [](TaskSpec& task) {
        task.placement = Placement{{"node.labels.zone!=b"}, {}, 0, {}};
    });
    const ServiceId id = world.swarm.add_service(spec);
    world.swarm.run_for(seconds(2));
    CHECK(world.swarm.running(id) == 3);
    world.swarm.edit_node(world.moe, [](Node& node) { node.spec.labels["zone"] = "b"; });
    world.swarm.run_for(seconds(5));
    CHECK(world.swarm.running(id) == 2);
    world.swarm.edit_node(world.curly,
                          [](Node& node) { node.spec.availability = Availability::Pause; });
    world.swarm.run_for(milliseconds(100));
    world.swarm.edit_service(id, [](ServiceSpec& service) { set_image(service, "v2"); });
    world.swarm.run_for(seconds(10));
    std::map<std::string, int> images;
    for (const TaskId task : world.swarm.live(id)) {
        ++images[world.swarm.task(task).spec->container.image];
    }
    CHECK(images == std::map<std::string, int>{{"v1", 1}, {"v2", 1}});
    world.swarm.edit_node(world.curly,
                          [](Node& node) { node.spec.availability = Availability::Active; });
    world.swarm.run_for(seconds(5));
    images.clear();
    for (const TaskId task : world.swarm.live(id)) {
        ++images[world.swarm.task(task).spec->container.image];
    }
    CHECK(images == std::map<std::string, int>{{"v2", 2}});
}

TEST_CASE("jobs: so many at a time until so many have completed; again for a new version") {
    Three world;
    Behaviour work;
    work.life = seconds(2);
    world.swarm.behave("app", work);
    ServiceSpec spec = replicated("job", 0);
    spec.mode.kind = ModeKind::ReplicatedJob;
    spec.mode.max_concurrent = 2;
    spec.mode.total = 5;
    const ServiceId id = world.swarm.add_service(spec);
    std::size_t most = 0;
    for (int i = 0; i < 300; ++i) {
        world.swarm.run_for(milliseconds(100));
        std::size_t runs = 0;
        for (const TaskId task : world.swarm.tasks(id)) {
            runs += world.swarm.task(task).status.state == TaskState::Running ? 1U : 0U;
        }
        most = std::max(most, runs);
    }
    CHECK(most == 2);
    REQUIRE(world.swarm.tasks(id).size() == 5);
    std::set<std::uint64_t> slots;
    for (const TaskId task : world.swarm.tasks(id)) {
        CHECK(world.swarm.task(task).status.state == TaskState::Complete);
        CHECK(world.swarm.task(task).desired == TaskState::Complete);
        slots.insert(world.swarm.task(task).slot);
    }
    CHECK(slots == std::set<std::uint64_t>{0, 1, 2, 3, 4});
    world.swarm.edit_service(id, [](ServiceSpec& service) {
        edit_task(service, [](TaskSpec& task) { task.force_update = 1; });
    });
    world.swarm.run_for(seconds(30));
    CHECK(world.swarm.tasks(id).size() == 10);
}

TEST_CASE("jobs: failed tasks are tried again in their slot; a global job runs once on each node") {
    Three world;
    Behaviour crash;
    crash.life = seconds(1);
    crash.exit_code = 1;
    world.swarm.behave("bad", crash);
    ServiceSpec spec = replicated("job", 0, "bad");
    spec.mode.kind = ModeKind::ReplicatedJob;
    edit_task(spec, [](TaskSpec& task) {
        task.restart = TaskRestartPolicy{RestartCondition::OnFailure, seconds(1), 2, {}};
    });
    const ServiceId failing = world.swarm.add_service(spec);
    crash.exit_code = 0;
    world.swarm.behave("good", crash);
    ServiceSpec everywhere = global("everywhere", "good");
    everywhere.mode.kind = ModeKind::GlobalJob;
    const ServiceId once = world.swarm.add_service(everywhere);
    world.swarm.run_for(minutes(1));
    CHECK(world.swarm.times(failing, 0, TaskState::Failed).size() == 3);
    REQUIRE(world.swarm.tasks(once).size() == 3);
    for (const TaskId task : world.swarm.tasks(once)) {
        CHECK(world.swarm.task(task).status.state == TaskState::Complete);
    }
}

TEST_CASE("jobs: one that no node suits is deleted for a new version before it was on any") {
    Three world;
    ServiceSpec spec = placed(0, {{"node.hostname==shemp"}, {}, 0, {}});
    spec.mode.kind = ModeKind::ReplicatedJob;
    spec.mode.max_concurrent = 2;
    spec.mode.total = 2;
    const ServiceId id = world.swarm.add_service(spec);
    world.swarm.run_for(seconds(5));
    const std::vector<TaskId> former = world.swarm.tasks(id);
    REQUIRE(former.size() == 2);
    CHECK(world.swarm.task(former[0]).slot == 0);
    CHECK(!world.swarm.task(former[0]).node);
    world.swarm.edit_service(id, [](ServiceSpec& service) {
        edit_task(service, [](TaskSpec& task) { task.force_update = 1; });
    });
    world.swarm.run_for(seconds(10));
    const std::vector<TaskId> fresh = world.swarm.tasks(id);
    REQUIRE(fresh.size() == 2);
    CHECK(fresh[0] > former[1]);
}

// As recorded in swarm/26-oneshot-cli: of four services that are removed, the job's containers
// stay.
TEST_CASE(
    "jobs: one that is removed leaves its tasks, and those that run complete; another leader "
    "deletes them") {
    Three world;
    Behaviour work;
    work.life = seconds(5);
    world.swarm.behave("app", work);
    ServiceSpec spec = replicated("job", 0);
    spec.mode.kind = ModeKind::ReplicatedJob;
    spec.mode.max_concurrent = 2;
    spec.mode.total = 4;
    const ServiceId id = world.swarm.add_service(spec);
    world.swarm.run_for(seconds(2));
    world.swarm.remove_service(id);
    world.swarm.run_for(seconds(30));
    REQUIRE(world.swarm.tasks(id).size() == 2);
    for (const TaskId task : world.swarm.tasks(id)) {
        CHECK(world.swarm.task(task).status.state == TaskState::Complete);
        CHECK(world.swarm.task(task).desired == TaskState::Complete);
    }
    world.swarm.change_leader();
    world.swarm.run_for(seconds(5));
    CHECK(world.swarm.store.tasks.count() == 0);
}

}  // namespace podium::swarm
