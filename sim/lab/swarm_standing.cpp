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

Reality reality_of(const model::World& world, const swarm::Store& store, const swarm::Task& task) {
    const swarm::Node* node = store.nodes.find(task.node.value);
    const model::HostId id = node == nullptr ? model::HostId{} : node->host;
    if (!id) return Reality::Gone;
    const model::Host& host = world.host(id);
    if (!host.up) return Reality::HostOff;
    if (host.frozen) return Reality::HostStands;
    const std::string name = fmt::format("{}.{}", swarm::task_name(task, node->meta.id), task.meta.id);
    const auto found = host.engine.by_name.find(world.kernel.find_text(name));
    if (found == host.engine.by_name.end()) return Reality::Gone;
    // An engine that is gone or stands still notices no end.
    const model::Container& container = world.container(found->second);
    return container.counts_as_running() && container.process_alive ? Reality::Runs : Reality::Ended;
}

bool runs_only_for_managers(const model::World& world, const swarm::Store& store, const swarm::Task& task) {
    // A plain container's place on a network has no container of its own.
    return task.service && runs_now(store, task) && reality_of(world, store, task) != Reality::Runs;
}

namespace {

std::string reality_words(Reality reality, const std::string& host) {
    switch (reality) {
        case Reality::Runs:
            return "it runs";
        case Reality::Ended:
            return "its container has ended";
        case Reality::Gone:
            return "its container is gone";
        case Reality::HostOff:
            return fmt::format("{} is off", host);
        case Reality::HostStands:
            return fmt::format("{} stands still", host);
    }
    return {};
}

std::string how_running_stands(const model::World& world, const swarm::Store& store, const swarm::Task& task) {
    const std::string label = task_label(store, task);
    const std::string where = node_label(store, task.node);
    const std::string since = format_time(task.status.since);
    const Reality reality = reality_of(world, store, task);
    if (!runs_now(store, task)) {
        if (reality == Reality::Runs)
            return fmt::format("{} runs on {}, but the managers do not hear of it: they take {} for down.", label, where, where);
        return fmt::format(
            "{} was running when the leader last heard of {}, which is down now.", label, where);
    }
    const std::string_view stop = is_to_run(task) ? "" : ", and is to stop";
    if (reality == Reality::Runs) return fmt::format("{} runs on {}, since {}{}.", label, where, since, stop);
    return fmt::format(
        "The managers still count {} as running on {}, since {}, but {}.", label, where, since, reality_words(reality, where));
}

}  // namespace

std::string how_it_stands(const model::World& world, const swarm::Store& store, swarm::TaskId id) {
    const swarm::Task& task = *store.tasks.find(id.value);
    const std::string label = task_label(store, task);
    const std::string where = node_label(store, task.node);
    const std::string since = format_time(task.status.since);
    const std::string error =
        task.status.error.empty() ? std::string() : fmt::format(": {}", task.status.error);
    const bool placed =
        task.status.state >= TaskState::Assigned && task.status.state <= TaskState::Ready;
    if ((placed || task.status.state == TaskState::Starting) && is_to_run(task) && reality_of(world, store, task) == Reality::HostOff)
        return fmt::format("{} was to start on {}, which is off.", label, where);
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
        case TaskState::Running:
            return how_running_stands(world, store, task);
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

namespace {

// "the managers count 3 of 3 tasks of web as running; 2 do."
std::string counted_line(const swarm::Service& service, std::size_t counted, std::size_t running, std::size_t wanted) {
    const bool job = service.spec.mode.kind == swarm::ModeKind::ReplicatedJob || service.spec.mode.kind == swarm::ModeKind::GlobalJob;
    const std::string of = job ? std::string() : fmt::format(" of {}", wanted);
    const bool one = job ? counted == 1 : wanted == 1;
    return fmt::format("The managers count {}{} task{} of {} as running; {} do{}.",
                       counted,
                       of,
                       one ? "" : "s",
                       service.spec.name,
                       running == 0 ? std::string("none") : std::to_string(running),
                       running < 2 ? "es" : "");
}

}  // namespace

std::string service_line(const model::World& world,
                         const swarm::Store& store,
                         const swarm::Service& service,
                         const TaskSlots& slots) {
    std::size_t running = 0;
    std::size_t wrong = 0;
    std::size_t complete = 0;
    std::size_t wanted = 0;
    for (const auto& [key, id] : slots) {
        const swarm::Task& task = *store.tasks.find(id.value);
        running += is_to_run(task) && runs_now(store, task) ? 1U : 0U;
        wrong += is_to_run(task) && runs_only_for_managers(world, store, task) ? 1U : 0U;
        complete += task.status.state == TaskState::Complete ? 1U : 0U;
        wanted += is_to_run(task) ? 1U : 0U;
    }
    const swarm::ServiceMode& mode = service.spec.mode;
    if (wrong > 0)
        return counted_line(service, running, running - wrong, mode.kind == swarm::ModeKind::Replicated ? mode.replicas : wanted);
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
    std::size_t counted = 0;
    std::size_t running = 0;
    for (const swarm::TaskId number : store.tasks_on(row.node)) {
        const swarm::Task& task = *store.tasks.find(number.value);
        if (task.status.state != TaskState::Running) continue;
        const bool known = runs_now(store, task);
        counted += known ? 1U : 0U;
        // A plain container's place on a network has no container of its own.
        running += (task.service ? reality_of(state.world, store, task) == Reality::Runs : known) ? 1U : 0U;
    }
    const std::string standing = fmt::format("{}, {} and {}",
                                             node->role == swarm::Role::Manager ? "manager" : "worker",
                                             node_state_words(node->state),
                                             availability_words(node->spec.availability));
    const auto amount = [](std::size_t count, std::string_view none) { return count == 0 ? std::string(none) : std::to_string(count); };
    if (counted != running)
        return fmt::format("The managers take it for a {}, and count {} task{} as running there; {} do{}.",
                           standing,
                           amount(counted, "no"),
                           counted == 1 ? "" : "s",
                           amount(running, "none"),
                           running < 2 ? "es" : "");
    return fmt::format("In the swarm it is a {}; {} task{} there.", standing, amount(running, "no"), running == 1 ? " runs" : "s run");
}

}  // namespace podium::lab
