#include <chrono>
#include <cstdlib>
#include <iostream>

#include <catch2/catch.hpp>

#include "sim/base/fingerprint.hpp"
#include "tests/swarm/test_swarm.hpp"

// Random services, updates, scales, losses of nodes and of leaders. What must hold is looked at
// after each change; when all is well again and quiet, everything asked for must run. A failure
// names its seed: run the tests again with PODIUM_SIMULATION_SEED set to it.

namespace podium::swarm {
namespace {

class RandomSwarm {
  public:
    explicit RandomSwarm(std::uint64_t seed) : swarm(seed), random(seed, "random swarm", 1) {
        Behaviour crash;
        crash.exit_code = 1;
        crash.life = milliseconds(200);
        swarm.behave("crash", crash);
        crash.life = seconds(7);
        swarm.behave("flaky", crash);
        crash.missing_image = true;
        swarm.behave("missing", crash);
        for (std::uint64_t i = 0; i < 2 + random.below(4); ++i) {
            nodes.push_back(swarm.add_node("node" + std::to_string(i),
                                           static_cast<std::int64_t>(2 + random.below(4)),
                                           {{"zone", random.below(2) == 0 ? "a" : "b"}}));
        }
        swarm.watch = [this](const TestSwarm& at, const std::vector<Touched>& touched) {
            check(at, touched);
        };
    }

    RandomSwarm(const RandomSwarm&) = delete;
    RandomSwarm& operator=(const RandomSwarm&) = delete;

    void disturb() {
        swarm.run_for(milliseconds(static_cast<std::int64_t>(random.below(3000))));
        switch (random.below(14)) {
            case 0:
            case 1:
                add_service();
                break;
            case 2:
            case 3:
                with_service([&](ServiceId id) {
                    swarm.edit_service(id, [&](ServiceSpec& spec) { set_image(spec, image()); });
                });
                break;
            case 4:
            case 5:
                with_service([&](ServiceId id) {
                    swarm.edit_service(
                        id, [&](ServiceSpec& spec) { spec.mode.replicas = random.below(9); });
                });
                break;
            case 6:
                with_service([&](ServiceId id) { swarm.remove_service(id); });
                break;
            case 7:
                with_service([&](ServiceId id) {
                    if (swarm.service(id).previous_spec) swarm.roll_back(id);
                });
                break;
            case 8:
                swarm.lose_node(node());
                break;
            case 9:
                swarm.regain_node(node());
                break;
            case 10:
                swarm.edit_node(node(), [&](Node& row) {
                    row.spec.availability = static_cast<Availability>(random.below(3));
                });
                break;
            case 11:
                swarm.edit_node(node(), [&](Node& row) {
                    row.spec.labels["zone"] = random.below(2) == 0 ? "a" : "b";
                });
                break;
            case 12:
                with_service([&](ServiceId id) {
                    for (const TaskId task : swarm.tasks(id)) {
                        if (random.below(2) == 0)
                            swarm.end_task(task, static_cast<int>(random.below(2)));
                    }
                });
                break;
            default:
                swarm.change_leader(
                    milliseconds(static_cast<std::int64_t>(500 + random.below(4000))));
                break;
        }
        swarm.run_for(milliseconds(static_cast<std::int64_t>(random.below(100))));
    }

    /// Everybody is well; then what is asked for must come about.
    void heal() {
        swarm.run_for(seconds(6));
        for (const NodeId id : nodes) {
            swarm.regain_node(id);
            swarm.run_for(milliseconds(10));
            swarm.edit_node(id, [](Node& row) { row.spec.availability = Availability::Active; });
        }
        for (const char* bad : {"crash", "flaky", "missing"}) {
            swarm.behave(bad, {});
        }
        swarm.run_for(minutes(4));
        replace_forgotten();
        swarm.store.services.for_each([&](std::uint32_t number, const Service& service) {
            const ServiceId id{number};
            INFO("service " << service.spec.name << ", " << service.spec.mode.replicas
                            << " replicas, update " << static_cast<int>(service.update.state)
                            << (swarm.manager.updating(id) ? ", under way" : "") << list(id));
            // A paused update with start-first leaves old and new tasks side by side.
            const bool paused = service.update.state == UpdateState::Paused ||
                                service.update.state == UpdateState::RollbackPaused;
            const bool once = service.spec.task->restart &&
                              (service.spec.task->restart->condition != RestartCondition::Any ||
                               service.spec.task->restart->max_attempts > 0);
            // An update waits for its tasks to run, and those for room.
            const bool fits =
                !service.spec.task->placement && service.spec.task->reservations.nano_cpus == 0;
            if (fits && !once && !paused)
                CHECK(swarm.running(id) == (service.spec.mode.kind == ModeKind::Global
                                                ? nodes.size()
                                                : service.spec.mode.replicas));
            if (fits) CHECK(service.update.state != UpdateState::Updating);
            // Of a global service a rollback that found no node to do anything on stays as it is:
            // the orchestrator starts an update only with a task to replace
            // (manager/orchestrator/global/global.go).
            if (fits && service.spec.mode.kind != ModeKind::Global)
                CHECK(service.update.state != UpdateState::RollbackStarted);
            std::map<SlotKey, std::int64_t> kept;
            for (const TaskId task : swarm.tasks(id)) {
                ++kept[slot_of(swarm.task(task))];
            }
            const auto attempts = static_cast<std::int64_t>(
                service.spec.task->restart.value_or(TaskRestartPolicy{}).max_attempts);
            for (const auto& [slot, count] : kept) {
                CHECK(count <= std::max<std::int64_t>(5, attempts + 1) + 1);
            }
        });
        swarm.store.tasks.for_each([&](std::uint32_t number, const Task& task) {
            INFO("task " << number << " of " << task.service_name);
            CHECK((swarm.store.services.find(task.service.value) != nullptr));
        });
    }

    /// The service's tasks, a line each.
    [[nodiscard]] std::string list(ServiceId id) const {
        std::string out;
        for (const TaskId one : swarm.tasks(id)) {
            const Task& task = swarm.task(one);
            out += "\n  task " + std::to_string(one.value) + " slot " + std::to_string(task.slot) +
                   " node " + std::to_string(task.node.value) + " " +
                   std::string(task_state_name(task.status.state)) + " wanted " +
                   std::string(task_state_name(task.desired)) + " since " +
                   format_time(task.status.since) + " " + task.status.error.text();
        }
        return out;
    }

    std::uint64_t fingerprint() const {
        Fingerprint out;
        for (const TestSwarm::Came& came : swarm.history) {
            out.add(static_cast<std::uint64_t>(came.time.nanoseconds));
            out.add(std::uint64_t{came.task.value});
            out.add(static_cast<std::uint64_t>(came.state));
            out.add(static_cast<std::uint64_t>(came.desired));
            out.add(std::uint64_t{came.node.value});
        }
        return out.value();
    }

    TestSwarm swarm;
    RandomStream random;
    std::vector<NodeId> nodes;
    std::string wrong;  ///< The first thing that did not hold.

  private:
    std::string image() {
        constexpr const char* kImages[] = {"app", "v2", "v3", "crash", "flaky", "missing"};
        return kImages[random.below(6)];
    }

    NodeId node() { return nodes[random.below(nodes.size())]; }

    void add_service() {
        const std::string name = "s" + std::to_string(++made_);
        ServiceSpec spec = random.below(4) == 0 ? global(name, image())
                                                : replicated(name, random.below(7), image());
        if (random.below(3) == 0) {
            edit_task(spec, [&](TaskSpec& task) {
                task.restart =
                    TaskRestartPolicy{static_cast<RestartCondition>(random.below(3)),
                                      seconds(static_cast<std::int64_t>(random.below(4))),
                                      random.below(4),
                                      {}};
            });
        }
        if (random.below(4) == 0)
            edit_task(spec, [](TaskSpec& task) { task.reservations.nano_cpus = 1'000'000'000; });
        if (spec.mode.kind == ModeKind::Replicated && random.below(4) == 0) {
            edit_task(spec, [&](TaskSpec& task) {
                task.placement = Placement{{"node.labels.zone==a"}, {}, random.below(3), {}};
            });
        }
        if (random.below(2) == 0) {
            UpdateConfig update;
            update.parallelism = random.below(3);
            update.delay = milliseconds(static_cast<std::int64_t>(random.below(3) * 700));
            update.failure_action = static_cast<FailureAction>(random.below(3));
            update.order = static_cast<UpdateOrder>(random.below(2));
            update.max_failure_ppm = static_cast<std::int64_t>(random.below(3)) * 300'000;
            spec.update = update;
        }
        services_.push_back(swarm.add_service(spec));
    }

    template <class Act>
    void with_service(Act act) {
        if (services_.empty()) return;
        const ServiceId id = services_[random.below(services_.size())];
        if (swarm.store.services.find(id.value) != nullptr) act(id);
    }

    // A task that waited for a node while its service was changed isn't tried again (swarmkit
    // manager/scheduler/scheduler.go, noSuitableNode): who wants it to run updates the service.
    void replace_forgotten() {
        std::set<ServiceId> forgotten;
        swarm.store.tasks.for_each([&](std::uint32_t, const Task& task) {
            const Service* service = swarm.store.services.find(task.service.value);
            if (service != nullptr && task.status.state == TaskState::Pending &&
                task.desired <= TaskState::Running && task.spec_version < service->spec_version)
                forgotten.insert(task.service);
        });
        for (const ServiceId id : forgotten) {
            swarm.edit_service(id, [](ServiceSpec& spec) {
                edit_task(spec, [](TaskSpec& task) { ++task.force_update; });
            });
        }
        if (!forgotten.empty()) swarm.run_for(minutes(4));
    }

    void fail(const std::string& what, std::uint32_t number) {
        if (wrong.empty())
            wrong = what + " (task " + std::to_string(number) + " at " +
                    format_time(swarm.kernel.now()) + ")";
    }

    void check(const TestSwarm& at, const std::vector<Touched>& touched) {
        for (const Touched& one : touched) {
            if (one.kind == Kind::Node) node_touched_[{one.number}] = at.kernel.now();
            if (one.kind != Kind::Task) continue;
            const Task* task = at.store.tasks.find(one.number);
            const Task* old = before<Task>(one);
            if (task == nullptr) continue;
            if (old != nullptr &&
                (task->status.state < old->status.state || task->desired < old->desired))
                fail("a state goes back", one.number);
            if (old != nullptr && old->node && old->node != task->node)
                fail("a task moves", one.number);
            if (task->status.state == TaskState::Assigned &&
                (old == nullptr || old->status.state != TaskState::Assigned))
                check_placement(at, one.number, *task);
            check_slot(at, one.number, *task);
        }
    }

    void check_placement(const TestSwarm& at, std::uint32_t number, const Task& task) {
        const Node* node = at.store.nodes.find(task.node.value);
        if (node == nullptr) return fail("a task is assigned to no node", number);
        std::int64_t reserved = 0;
        for (const TaskId id : at.store.tasks_on(task.node)) {
            const Task& other = at.task(id);
            if (other.status.state >= TaskState::Assigned &&
                other.status.state <= TaskState::Running)
                reserved += other.spec->reservations.nano_cpus;
        }
        if (reserved > node->description.nano_cpus) fail("more is reserved than there is", number);
        // Decided before the node changed, a moment ago.
        const auto changed = node_touched_.find(task.node);
        if (changed != node_touched_.end() && at.kernel.now() - changed->second < milliseconds(10))
            return;
        if (node->spec.availability != Availability::Active || node->state != NodeState::Ready)
            fail("a task is assigned to a node that isn't available", number);
        if (!meets_constraints(placement_of(*task.spec), task.node, *node))
            fail("a task is assigned against its constraints", number);
    }

    void check_slot(const TestSwarm& at, std::uint32_t number, const Task& task) {
        const Service* service = at.store.services.find(task.service.value);
        if (service == nullptr || task.desired > TaskState::Running) return;
        std::size_t live = 0;
        for (const TaskId id : at.store.tasks_of(task.service)) {
            const Task& other = at.task(id);
            if (other.desired <= TaskState::Running && slot_of(other) == slot_of(task)) ++live;
        }
        const auto starts_first = [](const std::optional<UpdateConfig>& config) {
            return config && config->order == UpdateOrder::StartFirst;
        };
        // With start-first there is one more, and still is after the order was changed.
        if (live > 1 && !starts_first(service->spec.update))
            fail("a slot has two tasks to run" + list(task.service), number);
    }

    std::uint64_t made_ = 0;
    std::vector<ServiceId> services_;
    std::map<NodeId, Time> node_touched_;
};

std::uint64_t number_from(const char* name, std::uint64_t otherwise) {
    const char* text = std::getenv(name);
    return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

}  // namespace

TEST_CASE("random: what must hold holds, and everything asked for runs in the end") {
    const std::uint64_t first = number_from("PODIUM_SIMULATION_SEED", 1);
    const std::uint64_t runs = std::getenv("PODIUM_SIMULATION_SEED") != nullptr
                                   ? 1
                                   : number_from("PODIUM_SIMULATION_RUNS", 60);
    for (std::uint64_t seed = first; seed < first + runs; ++seed) {
        INFO("PODIUM_SIMULATION_SEED=" << seed);
        RandomSwarm run(seed);
        for (int i = 0; i < 60 && run.wrong.empty(); ++i) {
            run.disturb();
        }
        if (run.wrong.empty()) run.heal();
        CHECK(run.wrong == "");
    }
}

TEST_CASE("random: a seed decides everything, and a copy goes on as the original") {
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
        RandomSwarm once(seed);
        RandomSwarm again(seed);
        for (int i = 0; i < 40; ++i) {
            once.disturb();
            again.disturb();
        }
        CHECK(once.fingerprint() == again.fingerprint());
        once.swarm.watch = {};
        TestSwarm copy = once.swarm;
        copy.run_for(seconds(30));
        once.swarm.run_for(seconds(30));
        REQUIRE(copy.history.size() == once.swarm.history.size());
        for (std::size_t i = 0; i < copy.history.size(); ++i) {
            CHECK(copy.history[i].time == once.swarm.history[i].time);
            CHECK(copy.history[i].task == once.swarm.history[i].task);
            CHECK(copy.history[i].state == once.swarm.history[i].state);
        }
    }
}

TEST_CASE(
    "causes: the fact behind a replacement's assignment leads back to the end of the task before "
    "it") {
    TestSwarm swarm;
    swarm.add_node("larry");
    const ServiceId id = swarm.add_service(replicated("web", 1));
    swarm.run_for(seconds(3));
    swarm.end_task(swarm.live(id).at(0), 1);
    swarm.run_for(seconds(1));
    FactId at = swarm.task(swarm.live(id).at(0)).meta.because;
    const Journal& journal = swarm.kernel.journal();
    std::vector<FactKind> kinds;
    for (FactId last; at; at = journal.at(at).cause) {
        kinds.push_back(journal.at(at).kind);
        last = at;
    }
    // The agent's report has no fact of its own here. Before it: the first task's assignment and
    // creation, and its service.
    const std::vector<FactKind> wanted{kFactTaskAssigned,
                                       kFactTaskCreated,
                                       kFactTaskRestart,
                                       kFactTaskEnded,
                                       kFactTaskAssigned,
                                       kFactTaskCreated,
                                       kFactServiceCreated};
    CHECK(kinds == wanted);
}

TEST_CASE("speed: 100,000 tasks on 1,000 nodes", "[.speed]") {
    TestSwarm swarm;
    for (int i = 0; i < 1000; ++i) {
        swarm.add_node("node" + std::to_string(i));
    }
    const auto began = std::chrono::steady_clock::now();
    const ServiceId id = swarm.add_service(replicated("web", 100'000));
    swarm.run_for(seconds(20));
    const auto took = std::chrono::steady_clock::now() - began;
    CHECK(swarm.running(id) == 100'000);
    std::cout << "deployed in "
              << std::chrono::duration_cast<std::chrono::milliseconds>(took).count() << " ms\n";
}

}  // namespace podium::swarm
