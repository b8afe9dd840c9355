#include "sim/lab/swarm_standing.hpp"

#include <fmt/format.h>
#include <optional>
#include <string_view>

#include "sim/lab/swarm_names.hpp"
#include "sim/lab/swarm_story.hpp"
#include "sim/model/targets.hpp"

namespace podium::lab {
namespace {

using swarm::TaskState;

std::string waiting_to_start(const model::World& world,
                             const swarm::Store& store,
                             const swarm::Task& task,
                             swarm::TaskId id) {
    const std::string where = node_label(store, task.node);
    const std::optional<Time> due = start_due(world, store, id);
    if (!due || *due <= world.kernel.now())
        return fmt::format("waits on {} for the task before it to stop", where);
    return fmt::format("waits on {} for its start, which is due at {}", where, format_time(*due));
}

}  // namespace

TaskSlots task_slots(const swarm::Store& store, swarm::ServiceId service) {
    TaskSlots out;
    for (const swarm::TaskId id : store.tasks_of(service)) {
        const swarm::Task& task = *store.tasks.find(id.value);
        out[{task.slot, task.slot == 0 ? task.node : swarm::NodeId{}}] = id;
    }
    return out;
}

bool is_to_run(const swarm::Task& task) {
    return task.desired <= TaskState::Complete;
}

bool runs_now(const swarm::Store& store, const swarm::Task& task) {
    const swarm::Node* node = store.nodes.find(task.node.value);
    return task.status.state == TaskState::Running && node != nullptr &&
           node->state != swarm::NodeState::Down;
}

std::string how_it_stands(const model::World& world, const swarm::Store& store, swarm::TaskId id) {
    const swarm::Task& task = *store.tasks.find(id.value);
    const std::string label = task_label(store, task);
    const std::string where = node_label(store, task.node);
    const std::string since = format_time(task.status.since);
    const std::string error =
        task.status.error.empty() ? std::string() : fmt::format(": {}", task.status.error);
    const bool placed =
        task.status.state >= TaskState::Assigned && task.status.state <= TaskState::Ready;
    if (placed && task.desired == TaskState::Ready)
        return fmt::format("{} {}.", label, waiting_to_start(world, store, task, id));
    switch (task.status.state) {
        case TaskState::New:
            return fmt::format(
                "{} is new, since {}: it waits for its addresses and ports.", label, since);
        case TaskState::Pending:
            return error.empty()
                       ? fmt::format(
                             "{} is pending, since {}: it waits for the scheduler.", label, since)
                       : fmt::format("{} is pending, since {}{}.", label, since, error);
        case TaskState::Assigned:
        case TaskState::Accepted:
        case TaskState::Preparing:
        case TaskState::Ready:
            return fmt::format("{} is being prepared on {}, since {}.", label, where, since);
        case TaskState::Starting:
            return fmt::format("{} is being started on {}, since {}.", label, where, since);
        case TaskState::Running: {
            if (is_to_run(task) && runs_now(store, task))
                return fmt::format("{} runs on {}, since {}.", label, where, since);
            return runs_now(store, task)
                       ? fmt::format(
                             "{} runs on {}, since {}, and is to stop.", label, where, since)
                       : fmt::format(
                             "{} was running when the leader last heard of {}, which is down now.",
                             label,
                             where);
        }
        case TaskState::Complete:
            return fmt::format("{} is complete, since {}.", label, since);
        case TaskState::Shutdown:
            return fmt::format("{} is shut down, since {}.", label, since);
        case TaskState::Failed:
            return fmt::format("{} has failed on {}, at {}{}.", label, where, since, error);
        case TaskState::Rejected:
            return fmt::format("{} was rejected by {} at {}{}.", label, where, since, error);
        case TaskState::Remove:
            return fmt::format("{} is to be removed.", label);
        case TaskState::Orphaned:
            return fmt::format(
                "{} is given up, since {}: {} was down for a day.", label, since, where);
    }
    return {};
}

std::string service_line(const swarm::Store& store,
                         const swarm::Service& service,
                         const TaskSlots& slots) {
    std::size_t running = 0;
    std::size_t complete = 0;
    std::size_t wanted = 0;
    for (const auto& [key, id] : slots) {
        const swarm::Task& task = *store.tasks.find(id.value);
        running += is_to_run(task) && runs_now(store, task) ? 1U : 0U;
        complete += task.status.state == TaskState::Complete ? 1U : 0U;
        wanted += is_to_run(task) ? 1U : 0U;
    }
    const swarm::ServiceMode& mode = service.spec.mode;
    const std::string& name = service.spec.name;
    switch (mode.kind) {
        case swarm::ModeKind::Replicated:
            return fmt::format("{} has {} of {} task{} running.",
                               name,
                               running,
                               mode.replicas,
                               mode.replicas == 1 ? "" : "s");
        case swarm::ModeKind::Global:
            return fmt::format("{} runs on {} of {} node{} that {} to have it.",
                               name,
                               running,
                               wanted,
                               wanted == 1 ? "" : "s",
                               wanted == 1 ? "is" : "are");
        case swarm::ModeKind::ReplicatedJob:
            return fmt::format("{} has completed {} of {} task{}, and {} run{}.",
                               name,
                               complete,
                               mode.total,
                               mode.total == 1 ? "" : "s",
                               running,
                               running == 1 ? "s" : "");
        case swarm::ModeKind::GlobalJob:
            return fmt::format("{} is complete on {} node{} and runs on {}.",
                               name,
                               complete,
                               complete == 1 ? "" : "s",
                               running);
    }
    return {};
}

namespace {

std::string_view node_state_words(swarm::NodeState state) {
    switch (state) {
        case swarm::NodeState::Unknown:
        case swarm::NodeState::Disconnected:
            return "not heard of by this leader yet";
        case swarm::NodeState::Down:
            return "down";
        case swarm::NodeState::Ready:
            return "ready";
    }
    return "";
}

std::string_view availability_words(swarm::Availability availability) {
    switch (availability) {
        case swarm::Availability::Active:
            return "active";
        case swarm::Availability::Pause:
            return "paused, so it gets no new tasks";
        case swarm::Availability::Drain:
            return "drained, so it gets no tasks and keeps none";
    }
    return "";
}

}  // namespace

std::string node_line(const SimState& state, const std::string& host) {
    const model::HostId id = model::host_named(state.world, host);
    const auto& hosts = state.swarm.state().hosts;
    if (!id || id.value > hosts.size() || hosts[id.value - 1].swarm == 0) return {};
    const swarm::HostRow& row = hosts[id.value - 1];
    const swarm::Store& store = state.swarm.state().swarms[row.swarm - 1].store;
    const swarm::Node* node = store.nodes.find(row.node.value);
    if (node == nullptr)
        return "It believes to be part of a swarm, whose managers have removed its node.";
    std::size_t running = 0;
    for (const swarm::TaskId task : store.tasks_on(row.node)) {
        running += runs_now(store, *store.tasks.find(task.value)) ? 1U : 0U;
    }
    return fmt::format("In the swarm it is a {}, {} and {}; {} task{} there.",
                       node->role == swarm::Role::Manager ? "manager" : "worker",
                       node_state_words(node->state),
                       availability_words(node->spec.availability),
                       running == 0 ? std::string("no") : std::to_string(running),
                       running == 1 ? " runs" : "s run");
}

}  // namespace podium::lab
