#include <catch2/catch.hpp>

#include "tests/swarm/test_swarm.hpp"

// What the recordings of 33 cases say of restarts (swarm-restart), as rules.

namespace podium::swarm {
namespace {

ServiceSpec with_policy(const TaskRestartPolicy& policy) {
    ServiceSpec spec = replicated("web", 1);
    edit_task(spec, [&](TaskSpec& task) { task.restart = policy; });
    return spec;
}

struct Crashing {
    explicit Crashing(const TaskRestartPolicy& policy, Duration life, int exit_code) {
        swarm.add_node("larry");
        swarm.behave(
            "app",
            {milliseconds(100), false, milliseconds(300), life, exit_code, milliseconds(1100)});
        id = swarm.add_service(with_policy(policy));
    }

    TestSwarm swarm;
    ServiceId id;

    [[nodiscard]] std::vector<Time> starts() const {
        return swarm.times(id, 1, TaskState::Running);
    }

    [[nodiscard]] std::vector<Time> ends(TaskState state) const {
        return swarm.times(id, 1, state);
    }
};

double gap(Time from, Time to) {
    return (to - from).seconds();
}

}  // namespace

TEST_CASE("restarts: a task that ends is replaced after 5 s, without back-off") {
    Crashing world({}, {}, 1);
    world.swarm.run_for(minutes(2));
    const auto starts = world.starts();
    const auto ends = world.ends(TaskState::Failed);
    REQUIRE(starts.size() > 10);
    for (std::size_t i = 1; i < starts.size(); ++i) {
        CHECK(gap(ends[i - 1], starts[i]) > 5.29);
        CHECK(gap(ends[i - 1], starts[i]) < 5.45);
    }
}

TEST_CASE("restarts: the delay is the policy's") {
    for (const auto& [delay, least, most] :
         {std::tuple(0, 0.3, 0.6), std::tuple(2, 2.29, 2.4), std::tuple(20, 20.29, 20.4)}) {
        Crashing world({RestartCondition::Any, seconds(delay), 0, {}}, {}, 1);
        world.swarm.run_for(minutes(2));
        const auto starts = world.starts();
        const auto ends = world.ends(TaskState::Failed);
        REQUIRE(starts.size() > 3);
        CHECK(gap(ends[1], starts[2]) > least);
        CHECK(gap(ends[1], starts[2]) < most);
    }
}

TEST_CASE("restarts: a replacement is there at once, gets ready, and waits for the delay") {
    Crashing world({}, {}, 1);
    world.swarm.run_for(seconds(4));
    const TaskId next = world.swarm.live(world.id).at(0);
    CHECK(world.swarm.task(next).desired == TaskState::Ready);
    CHECK(world.swarm.task(next).status.state == TaskState::Ready);
    const auto ready = world.swarm.times(world.id, 1, TaskState::Ready);
    const auto failed = world.ends(TaskState::Failed);
    REQUIRE(ready.size() == 2);
    CHECK(gap(failed[0], ready[1]) < 0.2);
}

TEST_CASE("restarts: condition none never restarts; complete or failed is as it ended") {
    Crashing failed({RestartCondition::None, {}, 0, {}}, {}, 1);
    failed.swarm.run_for(minutes(1));
    CHECK(failed.starts().size() == 1);
    CHECK(failed.swarm.live(failed.id).empty());
    Crashing complete({RestartCondition::None, {}, 0, {}}, {}, 0);
    complete.swarm.run_for(minutes(1));
    CHECK(complete.ends(TaskState::Complete).size() == 1);
    CHECK(complete.swarm.facts(kFactTaskGivenUp) == 1);
}

TEST_CASE("restarts: on-failure stops at exit status 0 and goes on otherwise") {
    Crashing complete({RestartCondition::OnFailure, {}, 0, {}}, {}, 0);
    complete.swarm.run_for(minutes(1));
    CHECK(complete.starts().size() == 1);
    Crashing failed({RestartCondition::OnFailure, {}, 0, {}}, {}, 1);
    failed.swarm.run_for(minutes(1));
    CHECK(failed.starts().size() >= 10);
}

TEST_CASE("restarts: max-attempts 3 is one run and three more") {
    Crashing world({RestartCondition::Any, seconds(1), 3, {}}, {}, 1);
    world.swarm.run_for(minutes(2));
    CHECK(world.starts().size() == 4);
    CHECK(world.swarm.live(world.id).empty());
    // A new version of the spec begins to count again.
    world.swarm.edit_service(world.id, [](ServiceSpec& spec) {
        edit_task(spec, [](TaskSpec& task) { task.force_update = 1; });
    });
    world.swarm.run_for(minutes(2));
    CHECK(world.starts().size() == 8);
}

TEST_CASE("restarts: a window looks back from the end of the task") {
    // Two restarts within 10 s and no more; but who runs 8 s makes fewer.
    Crashing at_once({RestartCondition::Any, seconds(1), 2, seconds(10)}, {}, 1);
    at_once.swarm.run_for(minutes(2));
    CHECK(at_once.starts().size() == 3);
    Crashing slowly({RestartCondition::Any, seconds(1), 2, seconds(10)}, seconds(8), 1);
    slowly.swarm.run_for(minutes(2));
    CHECK(slowly.starts().size() > 11);
    // 3 s: those that end after 2 s go on for ever, those that end at once give up sooner or later.
    Crashing short_window({RestartCondition::Any, seconds(1), 2, seconds(3)}, seconds(2), 1);
    short_window.swarm.run_for(minutes(2));
    CHECK(short_window.starts().size() > 20);
}

TEST_CASE("restarts: a missing image is rejected and tried every 5 s") {
    TestSwarm swarm;
    swarm.add_node("larry");
    Behaviour missing;
    missing.missing_image = true;
    swarm.behave("nosuch", missing);
    const ServiceId id = swarm.add_service(replicated("web", 1, "nosuch"));
    swarm.run_for(minutes(1));
    const auto rejected = swarm.times(id, 1, TaskState::Rejected);
    REQUIRE(rejected.size() > 8);
    CHECK(rejected.size() < 14);
    CHECK(swarm.task(swarm.tasks(id).front()).status.error == "No such image: nosuch");
}

TEST_CASE(
    "restarts: tasks of a node that is lost start elsewhere after the delay, those of a drained "
    "one without") {
    TestSwarm swarm;
    const NodeId larry = swarm.add_node("larry");
    swarm.add_node("curly");
    const ServiceId id = swarm.add_service(replicated("web", 4));
    swarm.run_for(seconds(5));
    REQUIRE(swarm.spread(id)[larry] == 2);
    const Time lost = swarm.kernel.now();
    swarm.lose_node(larry);
    swarm.run_for(seconds(4));
    CHECK(swarm.running(id) == 2);
    swarm.run_for(seconds(10));
    CHECK(swarm.running(id) == 4);
    CHECK(swarm.spread(id)[larry] == 0);
    for (const TaskId task : swarm.live(id)) {
        if (swarm.task(task).meta.created > lost)
            CHECK(gap(lost, swarm.task(task).status.since) < 5.6);
    }
    // Its tasks stop when it is back; nothing moves.
    swarm.regain_node(larry);
    swarm.run_for(seconds(10));
    CHECK(swarm.spread(id)[larry] == 0);

    const NodeId moe = swarm.add_node("moe");
    swarm.edit_service(id, [](ServiceSpec& spec) { spec.mode.replicas = 6; });
    swarm.run_for(seconds(5));
    REQUIRE(swarm.spread(id)[moe] > 0);
    const Time drained = swarm.kernel.now();
    swarm.edit_node(moe, [](Node& node) { node.spec.availability = Availability::Drain; });
    swarm.run_for(seconds(3));
    CHECK(swarm.running(id) == 6);
    CHECK(swarm.spread(id)[moe] == 0);
    for (const TaskId task : swarm.live(id)) {
        // It is there at once, and starts when the old one has stopped.
        if (swarm.task(task).meta.created <= drained) continue;
        CHECK(gap(drained, swarm.task(task).status.since) > 1.1);
        CHECK(gap(drained, swarm.task(task).status.since) < 1.9);
    }
}

TEST_CASE("restarts: a removed node's tasks are orphaned and replaced after the delay") {
    TestSwarm swarm;
    const NodeId larry = swarm.add_node("larry");
    swarm.add_node("curly");
    const ServiceId id = swarm.add_service(replicated("web", 2));
    swarm.run_for(seconds(5));
    const Time removed = swarm.kernel.now();
    swarm.remove_node(larry);
    swarm.run_for(seconds(10));
    CHECK(swarm.running(id) == 2);
    const TaskId newest = swarm.tasks(id).back();
    CHECK(gap(removed, swarm.task(newest).status.since) > 5.29);
    CHECK(gap(removed, swarm.task(newest).status.since) < 5.5);
}

TEST_CASE("restarts: five failures within five minutes, and other nodes are preferred") {
    TestSwarm swarm;
    swarm.add_node("larry");
    const NodeId curly = swarm.add_node("curly");
    Behaviour crash;
    crash.life = Duration{};
    crash.exit_code = 1;
    swarm.behave("crash", crash);
    // The other node has more tasks, so the first is taken as long as it can be.
    ServiceSpec other = replicated("other", 3);
    edit_task(other, [](TaskSpec& task) {
        task.placement = Placement{{"node.hostname==curly"}, {}, 0, {}};
    });
    swarm.add_service(other);
    swarm.run_for(seconds(2));
    ServiceSpec spec = replicated("web", 1, "crash");
    edit_task(spec, [](TaskSpec& task) {
        task.restart = TaskRestartPolicy{RestartCondition::Any, Duration{}, 0, {}};
    });
    const ServiceId id = swarm.add_service(spec);
    swarm.run_for(seconds(20));
    std::vector<NodeId> places;
    std::set<TaskId> seen;
    for (const TestSwarm::Came& came : swarm.history) {
        if (came.service == id && came.state == TaskState::Assigned &&
            seen.insert(came.task).second)
            places.push_back(came.node);
    }
    REQUIRE(places.size() > 10);
    for (std::size_t i = 0; i < 10; ++i) {
        CHECK((places[i] == curly) == (i >= 5));
    }
    CHECK(swarm.facts(kFactNodeShunned) > 0);
}

TEST_CASE("restarts: a service is looked at at once when its waiting task fails in the change that scales it") {
    TestSwarm swarm;
    swarm.add_node("larry");
    TaskRestartPolicy policy;
    policy.delay = minutes(2);
    const ServiceId id = swarm.add_service(with_policy(policy));
    swarm.run_for(seconds(5));
    REQUIRE(swarm.running(id) == 1);
    swarm.end_task(swarm.live(id).front(), 1);
    swarm.run_for(seconds(5));
    const TaskId waiting = swarm.live(id).front();
    REQUIRE(swarm.task(waiting).desired == TaskState::Ready);
    auto row = std::make_shared<Service>(swarm.service(id));
    row->spec.mode.replicas = 3;
    TaskMerge failed;
    failed.task = waiting;
    failed.status = swarm.task(waiting).status;
    failed.status->state = TaskState::Failed;
    swarm.propose({{Put<Service>{id.value, row, kAnyVersion, {}}, failed}, {}, {}});
    swarm.run_for(seconds(5));
    // The failed one waits for the end of its delay; nothing was proposed for it that the others would have to wait for.
    CHECK(swarm.running(id) == 2);
}

TEST_CASE("restarts: a new leader waits for the rest of a delay and remembers the attempts") {
    Crashing world({RestartCondition::Any, seconds(20), 2, {}}, {}, 1);
    world.swarm.run_for(seconds(10));
    REQUIRE(world.starts().size() == 1);
    world.swarm.change_leader(seconds(1));
    world.swarm.run_for(minutes(3));
    const auto starts = world.starts();
    REQUIRE(starts.size() == 3);
    CHECK(gap(starts[0], starts[1]) > 20);
    CHECK(gap(starts[0], starts[1]) < 21);
}

}  // namespace podium::swarm
