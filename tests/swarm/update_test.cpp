#include <catch2/catch.hpp>

#include "tests/swarm/test_swarm.hpp"

// What the recordings of 28 cases say of rolling updates (swarm-update), as rules. A task takes 1.1
// s to stop and 0.3 s to start here.

namespace podium::swarm {
namespace {

struct Updating {
    explicit Updating(std::uint64_t replicas,
                      const UpdateConfig& config = {},
                      const std::optional<UpdateConfig>& rollback = {}) {
        for (const char* name : {"larry", "curly", "moe"}) {
            swarm.add_node(name);
        }
        Behaviour crash;
        crash.life = milliseconds(100);
        crash.exit_code = 1;
        swarm.behave("crash", crash);
        crash.life = seconds(3);
        swarm.behave("crash3", crash);
        Behaviour missing;
        missing.missing_image = true;
        swarm.behave("missing", missing);
        ServiceSpec spec = replicated("web", replicas, "v1");
        spec.update = config;
        spec.rollback = rollback;
        id = swarm.add_service(spec);
        swarm.run_for(seconds(10));
    }

    void to(const std::string& image) {
        began = swarm.kernel.now();
        swarm.edit_service(id, [&](ServiceSpec& spec) { set_image(spec, image); });
    }

    /// Seconds from the update to when the tasks of the new version came to run, in order.
    [[nodiscard]] std::vector<double> came() const {
        std::vector<double> out;
        std::set<TaskId> seen;
        for (const TestSwarm::Came& one : swarm.history) {
            if (one.state == TaskState::Running && seen.insert(one.task).second && one.time > began)
                out.push_back((one.time - began).seconds());
        }
        return out;
    }

    /// Runs until the update's state is that; seconds since the update, or -1.
    double until(UpdateState state, Duration at_most = minutes(2)) {
        const Time end = swarm.kernel.now() + at_most;
        while (swarm.kernel.now() < end) {
            if (swarm.service(id).update.state == state)
                return (swarm.kernel.now() - began).seconds();
            swarm.run_for(milliseconds(10));
        }
        return -1;
    }

    [[nodiscard]] std::size_t with_image(const std::string& image) const {
        std::size_t count = 0;
        for (const TaskId task : swarm.live(id)) {
            if (swarm.task(task).spec->container.image == image) ++count;
        }
        return count;
    }

    [[nodiscard]] const UpdateStatus& status() const { return swarm.service(id).update; }

    TestSwarm swarm;
    ServiceId id;
    Time began;
};

UpdateConfig config(std::uint64_t parallelism,
                    Duration delay = {},
                    FailureAction action = FailureAction::Pause) {
    UpdateConfig out;
    out.parallelism = parallelism;
    out.delay = delay;
    out.failure_action = action;
    return out;
}

std::string due_to(const TestSwarm& swarm, TaskId task) {
    return " due to failure or early termination of task " + swarm.task(task).meta.id.text();
}

}  // namespace

TEST_CASE(
    "updates: one slot after the other as soon as the new task runs; complete 5 s after the last") {
    Updating world(3);
    world.to("v2");
    world.swarm.run_for(milliseconds(100));
    CHECK(world.status().state == UpdateState::Updating);
    CHECK(world.status().message == "update in progress");
    const double complete = world.until(UpdateState::Completed);
    const auto came = world.came();
    REQUIRE(came.size() == 3);
    for (std::size_t i = 0; i < 3; ++i) {
        CHECK(came[i] == Approx(1.45 * static_cast<double>(i + 1)).margin(0.15));
    }
    CHECK(complete == Approx(came[2] + 5).margin(0.05));
    CHECK(world.status().message == "update completed");
    CHECK(world.with_image("v2") == 3);
}

TEST_CASE("updates: delay and monitor both run after the last slot") {
    Updating world(5, config(2, seconds(3)));
    world.to("v2");
    const double complete = world.until(UpdateState::Completed);
    const auto came = world.came();
    REQUIRE(came.size() == 5);
    CHECK(came[1] - came[0] < 0.1);
    CHECK(came[2] - came[0] == Approx(4.45).margin(0.15));
    CHECK(came[4] - came[2] == Approx(4.45).margin(0.15));
    CHECK(complete == Approx(came[4] + 8).margin(0.05));
}

TEST_CASE("updates: a monitor no longer than the delay is the delay and a second") {
    UpdateConfig slow = config(0, seconds(7));
    slow.monitor = seconds(2);
    Updating world(2, slow);
    world.to("v2");
    const double complete = world.until(UpdateState::Completed);
    CHECK(complete == Approx(world.came().at(1) + 15).margin(0.05));
}

TEST_CASE("updates: parallelism 0 takes all slots at once") {
    Updating world(4, config(0));
    world.to("v2");
    const double complete = world.until(UpdateState::Completed);
    const auto came = world.came();
    REQUIRE(came.size() == 4);
    CHECK(came[3] < 1.7);
    CHECK(complete == Approx(came[3] + 5).margin(0.05));
}

TEST_CASE("updates: with start-first the old task stops when the new one runs") {
    UpdateConfig first = config(1, seconds(1));
    first.order = UpdateOrder::StartFirst;
    Updating world(3, first);
    world.to("v2");
    bool gap = false;
    bool extra = false;
    for (int i = 0; i < 600; ++i) {
        world.swarm.run_for(milliseconds(10));
        std::size_t runs = 0;
        for (const TaskId task : world.swarm.tasks(world.id)) {
            runs += world.swarm.task(task).status.state == TaskState::Running ? 1U : 0U;
        }
        gap |= runs < 3;
        extra |= runs > 3;
    }
    CHECK_FALSE(gap);
    CHECK(extra);
    CHECK(world.until(UpdateState::Completed) > 0);
    CHECK(world.with_image("v2") == 3);
}

TEST_CASE(
    "updates: with stop-first the new task is there at once and starts when the old one has "
    "stopped") {
    Updating world(1);
    world.to("v2");
    world.swarm.run_for(milliseconds(500));
    const TaskId fresh = world.swarm.live(world.id).at(0);
    CHECK(world.swarm.task(fresh).status.state == TaskState::Ready);
    CHECK(world.swarm.task(fresh).desired == TaskState::Ready);
    CHECK(world.swarm.running(world.id) == 0);
}

TEST_CASE(
    "updates: the first task that fails pauses, when two slots are replaced already; the third is "
    "left") {
    Updating world(3);
    world.to("crash");
    REQUIRE(world.until(UpdateState::Paused) > 0);
    std::optional<TaskId> failed;
    for (const TaskId task : world.swarm.tasks(world.id)) {
        if (!failed && world.swarm.task(task).status.state == TaskState::Failed) failed = task;
    }
    REQUIRE(failed);
    CHECK(world.status().message == "update paused" + due_to(world.swarm, *failed));
    world.swarm.run_for(seconds(30));
    CHECK(world.status().state == UpdateState::Paused);
    CHECK(world.with_image("v1") == 1);
    CHECK(world.with_image("crash") == 2);
    CHECK(world.swarm.facts(kFactUpdatePaused) == 1);
}

TEST_CASE("updates: with action continue all slots are replaced, and it is complete") {
    Updating world(3, config(1, {}, FailureAction::Continue));
    world.to("crash");
    CHECK(world.until(UpdateState::Completed) > 0);
    CHECK(world.with_image("v1") == 0);
}

TEST_CASE("updates: with action rollback the old spec comes back") {
    Updating world(3, config(1, {}, FailureAction::Rollback));
    world.to("crash");
    REQUIRE(world.until(UpdateState::RollbackStarted) > 0);
    CHECK(world.status().message.starts_with(
        "update rolled back due to failure or early termination of task "));
    CHECK_FALSE(world.swarm.service(world.id).previous_spec);
    REQUIRE(world.until(UpdateState::RollbackCompleted) > 0);
    CHECK(world.status().message == "rollback completed");
    world.swarm.run_for(seconds(10));
    CHECK(world.with_image("v1") == 3);
    CHECK(world.swarm.running(world.id) == 3);
}

// swarm-update/fail-rollback-r3: the failed slot's old version runs 5.4 s after the failure, the other's
// as soon as its new task has stopped.
TEST_CASE("updates: a rollback leaves the slot that failed to its restart's delay") {
    for (const UpdateOrder order : {UpdateOrder::StopFirst, UpdateOrder::StartFirst}) {
        UpdateConfig rolling = config(1, {}, FailureAction::Rollback);
        rolling.order = order;
        Updating world(3, rolling);
        world.to("crash");
        REQUIRE(world.until(UpdateState::RollbackStarted) > 0);
        const Time rolled_back = world.swarm.kernel.now();
        world.swarm.run_for(seconds(20));
        std::vector<double> came;
        std::set<TaskId> seen;
        for (const TestSwarm::Came& one : world.swarm.history) {
            if (one.state == TaskState::Running && seen.insert(one.task).second && one.time > rolled_back)
                came.push_back((one.time - rolled_back).seconds());
        }
        REQUIRE_FALSE(came.empty());
        CHECK(came.back() == Approx(5.3).margin(0.2));
        for (std::size_t i = 0; i + 1 < came.size(); ++i) {
            CHECK(came[i] < 2.5);
        }
        CHECK(world.status().state == UpdateState::RollbackCompleted);
        CHECK(world.with_image("v1") == 3);
    }
}

TEST_CASE("updates: a rollback that fails pauses") {
    Updating world(2, config(1, {}, FailureAction::Rollback));
    Behaviour now_crashes;
    now_crashes.life = milliseconds(100);
    now_crashes.exit_code = 1;
    world.to("crash");
    world.swarm.behave("v1", now_crashes);
    REQUIRE(world.until(UpdateState::RollbackPaused) > 0);
    CHECK(world.status().message.starts_with(
        "update paused due to failure or early termination of task "));
}

TEST_CASE("updates: failures count as a part of the slots, and only within the monitor") {
    UpdateConfig half = config(1);
    half.max_failure_ppm = 500'000;
    half.monitor = seconds(10);
    Updating world(4, half);
    world.to("crash");
    REQUIRE(world.until(UpdateState::Paused) > 0);
    CHECK(world.swarm.facts(kFactUpdatePaused) == 1);
    CHECK(world.with_image("v1") == 0);  // paused by the third, when the fourth had begun
    // It fails after 3 s: later than a monitor of 1 s, within one of 6 s.
    UpdateConfig brief = config(0);
    brief.monitor = seconds(1);
    Updating late(2, brief);
    late.to("crash3");
    CHECK(late.until(UpdateState::Completed) > 0);
    UpdateConfig patient = config(0, {}, FailureAction::Rollback);
    patient.monitor = seconds(6);
    Updating in_time(2, patient);
    in_time.to("crash3");
    CHECK(in_time.until(UpdateState::RollbackStarted) == Approx(4.45).margin(0.2));
}

TEST_CASE("updates: a missing image pauses at once, and the old task is stopped all the same") {
    Updating world(2);
    world.to("missing");
    CHECK(world.until(UpdateState::Paused) < 0.5);
    world.swarm.run_for(seconds(5));
    CHECK(world.with_image("v1") == 1);
    CHECK(world.swarm.running(world.id) == 1);
}

TEST_CASE("updates: what tasks aren't made from restarts nothing; scaling has no status") {
    Updating world(3);
    world.swarm.edit_service(world.id, [](ServiceSpec& spec) {
        spec.labels["a"] = "b";
        spec.update->parallelism = 2;
    });
    world.swarm.run_for(seconds(10));
    CHECK(world.swarm.tasks(world.id).size() == 3);
    CHECK(world.status().state == UpdateState::None);
    world.swarm.edit_service(world.id, [](ServiceSpec& spec) { spec.mode.replicas = 5; });
    world.swarm.run_for(seconds(10));
    CHECK(world.swarm.running(world.id) == 5);
    CHECK(world.status().state == UpdateState::None);
    // Constraints that the nodes satisfy change nothing either; those that some don't move their
    // tasks.
    world.swarm.edit_service(world.id, [](ServiceSpec& spec) {
        edit_task(spec, [](TaskSpec& task) {
            task.placement = Placement{{"node.hostname!=joe"}, {}, 0, {}};
        });
    });
    world.swarm.run_for(seconds(10));
    CHECK(world.swarm.tasks(world.id).size() == 5);
    world.swarm.edit_service(world.id, [](ServiceSpec& spec) {
        edit_task(spec, [](TaskSpec& task) {
            task.placement = Placement{{"node.hostname==moe"}, {}, 0, {}};
        });
    });
    CHECK(world.until(UpdateState::Completed) > 0);
    CHECK(world.swarm.spread(world.id).size() == 1);
    CHECK(world.swarm.tasks(world.id).size() > 5);
}

TEST_CASE("updates: a second one replaces the first") {
    Updating world(4);
    world.to("v2");
    world.swarm.run_for(seconds(3));
    CHECK(world.with_image("v2") > 0);
    world.to("v3");
    CHECK(world.until(UpdateState::Completed) > 0);
    CHECK(world.with_image("v3") == 4);
    CHECK(world.swarm.running(world.id) == 4);
}

// swarmkit manager/scheduler/scheduler.go, noSuitableNode.
TEST_CASE("updates: a task that no node suits is over as soon as it is to stop") {
    Updating world(3);
    world.swarm.edit_service(world.id, [](ServiceSpec& spec) {
        edit_task(spec, [](TaskSpec& task) {
            task.placement = Placement{{"node.labels.disk==ssd"}, {}, 0, {}};
        });
    });
    world.swarm.run_for(seconds(20));
    CHECK(world.status().state == UpdateState::Updating);
    const TaskId waiting = world.swarm.live(world.id).front();
    REQUIRE(world.swarm.task(waiting).status.state == TaskState::Pending);
    CHECK(world.swarm.running(world.id) == 2);
    world.began = world.swarm.kernel.now();
    world.swarm.edit_service(world.id, [](ServiceSpec& spec) {
        edit_task(spec, [](TaskSpec& task) {
            task.placement.reset();
            task.container.image = "v2";
        });
    });
    world.swarm.run_for(seconds(1));
    CHECK(world.swarm.task(waiting).status.state == TaskState::Shutdown);
    CHECK(world.swarm.task(waiting).status.error.empty());
    CHECK(world.until(UpdateState::Completed) == Approx(8.4).margin(0.5));
    CHECK(world.with_image("v2") == 3);
}

TEST_CASE("updates: a task that waits for a node is not tried again once its service has changed") {
    Updating world(3);
    world.swarm.edit_service(world.id, [](ServiceSpec& spec) {
        spec.mode.replicas = 4;
        edit_task(spec, [](TaskSpec& task) { task.placement = Placement{{}, {}, 1, {}}; });
    });
    world.swarm.run_for(minutes(1));
    CHECK(world.swarm.running(world.id) == 3);
    // Scaled further, which tries both that wait; of them the newer one gets a node when there are
    // more.
    world.swarm.edit_service(world.id, [](ServiceSpec& spec) { spec.mode.replicas = 5; });
    world.swarm.run_for(seconds(1));
    world.swarm.add_node("shemp");
    world.swarm.add_node("joe");
    world.swarm.run_for(minutes(1));
    CHECK(world.swarm.running(world.id) == 4);
    std::size_t pending = 0;
    for (const TaskId id : world.swarm.live(world.id)) {
        const Task& task = world.swarm.task(id);
        if (task.status.state != TaskState::Pending) continue;
        ++pending;
        CHECK(task.slot == 4);
        CHECK(task.status.error == "no suitable node (max replicas per node limit exceed)");
    }
    CHECK(pending == 1);
    // Another version of the task is looked at.
    world.swarm.edit_service(world.id, [](ServiceSpec& spec) {
        edit_task(spec, [](TaskSpec& task) { ++task.force_update; });
    });
    world.swarm.run_for(minutes(1));
    CHECK(world.swarm.running(world.id) == 5);
}

TEST_CASE("updates: scaling in the middle starts new slots at once, and the update goes on") {
    Updating world(3);
    world.to("v2");
    world.swarm.run_for(seconds(2));
    world.swarm.edit_service(world.id, [](ServiceSpec& spec) { spec.mode.replicas = 5; });
    world.swarm.run_for(seconds(1));
    CHECK(world.swarm.live(world.id).size() == 5);
    CHECK(world.until(UpdateState::Completed) > 0);
    CHECK(world.with_image("v2") == 5);
    CHECK(world.swarm.running(world.id) == 5);
}

TEST_CASE("updates: rolling back twice returns to the new version") {
    Updating world(2);
    world.to("v2");
    REQUIRE(world.until(UpdateState::Completed) > 0);
    world.swarm.roll_back(world.id);
    world.swarm.run_for(milliseconds(10));
    REQUIRE(world.until(UpdateState::RollbackCompleted) > 0);
    CHECK(world.with_image("v1") == 2);
    world.swarm.roll_back(world.id);
    world.swarm.run_for(milliseconds(10));
    REQUIRE(world.until(UpdateState::RollbackCompleted) > 0);
    CHECK(world.with_image("v2") == 2);
}

TEST_CASE("updates: a new leader goes on with one under way") {
    Updating world(4);
    world.to("v2");
    world.swarm.run_for(seconds(2));
    world.swarm.change_leader(seconds(3));
    REQUIRE(world.until(UpdateState::Completed) > 0);
    CHECK(world.with_image("v2") == 4);
    CHECK(world.swarm.running(world.id) == 4);
}

}  // namespace podium::swarm
