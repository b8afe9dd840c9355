// What must come about once nothing is broken any more.

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/lab/invariants.hpp"
#include "sim/orch/swarm/leader/slots.hpp"
#include "tests/swarm_hosts/random_swarm.hpp"

namespace podium::swarm {
namespace {

// Bounds in simulated seconds. An election takes 10 to 20 s, and another as long where votes were split; a host boots within
// a minute; a manager that was away reconnects within 8 s; a node that failed to take part tries again within 30.
constexpr double kLedWithin = 120;
constexpr double kReadyWithin = 120;
// A paused slot of an update waits a minute for its old task.
constexpr double kWellWithin = 600;
// Of an update, which goes slot by slot: an old task that does not heed SIGTERM has 10 s before SIGKILL, and the new one starts.
constexpr double kSlotWithin = 14;
constexpr double kAnswerWithin = 30;

constexpr const char* kWell = "trap 'exit 0' TERM; sleep 1000000 & wait";

}  // namespace

std::string RandomSwarm::wait_for(const std::function<std::string()>& missing, double longest) {
    const double end = hosts_.now() + longest;
    std::string what = missing();
    while (!what.empty() && hosts_.now() < end && wrong_.empty()) {
        hosts_.run_for(0.5);
        look();
        what = missing();
    }
    return what;
}

void RandomSwarm::heal() {
    if (!wrong_.empty()) return;
    tell("all faults end");
    while (!hosts_.faults().active.empty()) hosts_.try_lift(std::string(hosts_.faults().active.front().request.text()));
    const double begun = hosts_.now();
    if (const std::string what = wait_for([this] { return hosts_.leader() == 0 ? std::string("nobody leads") : std::string(); }, kLedWithin); !what.empty()) return fail(what);
    led_after_ = hosts_.now() - begun;
    mend_nodes();
    if (const std::string what = wait_for([this] { return missing_nodes(); }, kReadyWithin); !what.empty()) return fail(what);
    ready_after_ = hosts_.now() - begun;
    mend_services();
    tell("all is mended");
    if (const std::string what = wait_for([this] { return missing_services(); }, std::max(kWellWithin, longest_update())); !what.empty()) return fail(what);
    well_after_ = hosts_.now() - begun;
    for (const auto& broken : {lab::broken_history(hosts_.world()), lab::broken_promises(hosts_.world())}) {
        if (!broken.empty()) fail(broken.front());
    }
}

// Who has left joins again, and all are active and in their zone.
void RandomSwarm::mend_nodes() {
    for (std::uint32_t host = 1; host <= size_; ++host) {
        for (int tries = 0; tries < 10; ++tries) {
            const HostRow& row = hosts_.host(host);
            const std::uint32_t with = hosts_.leader();
            // What failed in the background stays so until somebody has it leave.
            const bool failed = row.state == HostRow::State::Failed && row.reconnect == Duration{};
            if (failed) hosts_.ask(host, "POST /swarm/leave?force=1", "", kAnswerWithin);
            if (row.state == HostRow::State::Active) break;
            if (row.state == HostRow::State::Out && with != 0 && hosts_.join(host, with).status == 200) break;
            hosts_.run_for(5);
        }
        const auto edit = [host](Json& spec) {
            spec["Availability"] = "active";
            spec["Labels"]["zone"] = host % 2 == 1 ? "a" : "b";
        };
        for (int tries = 0; tries < 20; ++tries) {
            const std::uint32_t asked = hosts_.leader();
            if (asked != 0 && update_node(asked, host, edit).status == 200) break;
            hosts_.run_for(2);
        }
    }
}

// Updates that paused go on with something that works. What nobody asks for again keeps what it has.
void RandomSwarm::mend_services() {
    for (const std::string& service : services_) {
        if (!hosts_.store().service_called(service)) continue;
        for (int tries = 0; tries < 10; ++tries) {
            const Answer answer = update(hosts_.leader() != 0 ? hosts_.leader() : 1, service, [](Json& spec) {
                Json& task = spec["TaskTemplate"];
                task["ForceUpdate"] = task.value("ForceUpdate", 0U) + 1;
                if (spec["Mode"].contains("ReplicatedJob") || spec["Mode"].contains("GlobalJob")) return;
                if (task["ContainerSpec"].contains("Command")) task["ContainerSpec"]["Command"] = Json::array({"sh", "-c", kWell});
            });
            if (answer.status == 200) mended_.insert(service);
            if (answer.status == 200 || answer.status == 404) break;
            hosts_.run_for(2);
        }
    }
}

// Seconds that an update of all its slots takes the slowest service.
double RandomSwarm::longest_update() const {
    double longest = 0;
    hosts_.store().services.for_each([&](std::uint32_t, const Service& service) {
        const UpdateConfig update = service.spec.update.value_or(UpdateConfig{});
        const std::uint64_t slots = is_global(service.spec.mode.kind) ? size_ : service.spec.mode.replicas;
        const std::uint64_t at_once = update.parallelism == 0 ? std::max<std::uint64_t>(slots, 1) : update.parallelism;
        longest = std::max(longest, static_cast<double>((slots + at_once - 1) / at_once) * (kSlotWithin + update.delay.seconds()));
    });
    return longest;
}

std::string RandomSwarm::missing_nodes() const {
    for (std::uint32_t host = 1; host <= size_; ++host) {
        const HostRow& row = hosts_.host(host);
        const Node* node = hosts_.store().nodes.find(row.node.value);
        if (row.state != HostRow::State::Active || node == nullptr) return fmt::format("h{} is no active part of the swarm (state {}, step {}, agent {}, {})", host, static_cast<int>(row.state), static_cast<int>(row.step), static_cast<int>(row.agent.stage), row.error);
        const model::Host& machine = hosts_.world().host(model::HostId{host});
        if (node->state != NodeState::Ready) return fmt::format("h{} is not ready (up {}, engine {}, going down {}, starting {}, agent {})", host, machine.up, static_cast<int>(machine.engine.state), machine.engine.going_down.size(), machine.engine.starting.size(), static_cast<int>(row.agent.stage));
        if (node->spec.availability != Availability::Active) return fmt::format("h{} is not active", host);
        // What has just gone is shown as ready for a while.
        if (!row.alive || row.agent.stage != Agent::Stage::Registered) return fmt::format("h{} is not there, though it is shown as ready", host);
    }
    std::string left;
    hosts_.store().nodes.for_each([&](std::uint32_t number, const Node& node) {
        const bool present = hosts_.host(node.host.value).node.value == number;
        if (!present && node.state == NodeState::Ready) left = fmt::format("node {}, which h{} was before it left, is shown as ready", number, node.host.value);
    });
    return left;
}

std::string RandomSwarm::missing_of(ServiceId id, const Service& service) const {
    const Store& store = hosts_.store();
    const std::string name = "service " + service.spec.name;
    std::set<SlotKey> running;
    std::map<SlotKey, std::int64_t> of_slot;
    std::uint64_t complete = 0;
    std::uint64_t ahead = 0;
    // A worker of an update waits without end until the task that it made runs or has ended (swarmkit manager/orchestrator/update/
    // updater.go, updateTask: "Consider adding a timeout here"). Of one on a node that is down or gone for good, as a host that has
    // left and joined again leaves one behind, nobody says so until the dispatcher orphans it after a day.
    bool held_up = false;
    for (const TaskId task_id : store.tasks_of(id)) {
        const Task& task = *store.tasks.find(task_id.value);
        ++of_slot[slot_of(task)];
        const Node* its_node = store.nodes.find(task.node.value);
        const bool lost = task.node && (its_node == nullptr || its_node->state != NodeState::Ready);
        held_up = held_up || (lost && task.spec_version == service.spec_version && task.status.state < TaskState::Running && task.desired > TaskState::Running);
        if (task.status.state == TaskState::Running && task.desired == TaskState::Running) running.insert(slot_of(task));
        if (service.job && task.job_iteration == service.job->iteration) {
            complete += task.status.state == TaskState::Complete ? 1U : 0U;
            const bool can_run = its_node != nullptr && its_node->state == NodeState::Ready;
            ahead += can_run && task.status.state < TaskState::Complete && task.desired <= TaskState::Complete ? 1U : 0U;
        }
    }
    std::uint64_t eligible = 0;
    store.nodes.for_each([&](std::uint32_t number, const Node& node) {
        const bool takes = node.state == NodeState::Ready && node.spec.availability == Availability::Active;
        eligible += takes && meets_constraints(placement_of(*service.spec.task), {number}, node) ? 1U : 0U;
    });
    if (is_job(service.spec.mode.kind)) {
        // A global job is looked at when its service changes or a task of it ends, not when a node comes or is ready again
        // (manager/orchestrator/jobs/orchestrator.go, handleEvent); then it gets a task on each node that is ready, active and
        // suits it (jobs/global/reconciler.go). So only one that was asked for once more after all nodes were ready has all of them.
        const bool global = service.spec.mode.kind == ModeKind::GlobalJob;
        const std::uint64_t on_nodes = mended_.contains(service.spec.name) ? eligible : std::max<std::uint64_t>(complete + ahead, 1);
        const std::uint64_t wanted = global ? on_nodes : service.spec.mode.total;
        return complete >= wanted ? std::string() : fmt::format("{}: {} of {} are complete", name, complete, wanted);
    }
    const std::uint64_t wanted = service.spec.mode.kind == ModeKind::Global ? eligible : service.spec.mode.replicas;
    if (running.size() != wanted) return fmt::format("{}: {} of {} run", name, running.size(), wanted);
    if (service.update.state == UpdateState::Updating && !held_up) return name + " is still being updated";
    const std::int64_t kept = store.cluster->spec.task_history_limit;
    for (const auto& [slot, count] : of_slot) {
        if (count > kept + 1) return fmt::format("{}: {} tasks of one slot are kept", name, count);
    }
    return {};
}

// Containers of the swarm that run: one for each task that runs, on its node.
std::string RandomSwarm::stray_containers() const {
    const Store& store = hosts_.store();
    std::map<std::string, const Task*> tasks;
    std::size_t wanted = 0;
    store.tasks.for_each([&](std::uint32_t, const Task& task) {
        tasks[task.meta.id] = &task;
        wanted += task.status.state == TaskState::Running && task.desired == TaskState::Running ? 1U : 0U;
    });
    std::size_t found = 0;
    for (const model::Container& c : hosts_.world().containers) {
        if (!c.detail || !c.process_alive) continue;
        const auto& labels = hosts_.world().spec(c).labels;
        const auto label = labels.find("com.docker.swarm.task.id");
        if (label == labels.end()) continue;
        const auto task = tasks.find(label->second);
        if (task == tasks.end()) return fmt::format("a container of a task that is gone runs on h{}", c.host.value);
        const Node* node = store.nodes.find(task->second->node.value);
        if (node == nullptr || node->host != c.host) return fmt::format("a container of {} runs on another host, h{}", task->second->service_name, c.host.value);
        ++found;
    }
    return found == wanted ? std::string() : fmt::format("{} containers run of {} tasks", found, wanted);
}

std::string RandomSwarm::missing_services() const {
    std::string out;
    hosts_.store().services.for_each([&](std::uint32_t number, const Service& service) {
        if (out.empty()) out = missing_of({number}, service);
    });
    if (out.empty()) out = stray_containers();
    if (out.empty() && !hosts_.swarm().settled(hosts_.world())) out = "the swarm has not settled";
    return out;
}

}  // namespace podium::swarm
