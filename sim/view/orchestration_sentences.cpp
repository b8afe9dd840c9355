#include "sim/view/orchestration_sentences.hpp"

#include <fmt/format.h>

#include "sim/orch/raft/facts.hpp"
#include "sim/orch/swarm/hosts/facts.hpp"
#include "sim/orch/swarm/objects.hpp"
#include "sim/view/tell_orchestration.hpp"

namespace podium::view {
namespace {

/// What a sentence is made of: a fact's fields, and what a timeline tells of it.
struct Spoken {
    const FactReader& reader;
    const Fact& fact;
    Telling telling;

    [[nodiscard]] std::string text(std::string_view name) const { return reader.text(fact, name); }

    [[nodiscard]] std::int64_t number(std::string_view name) const {
        return reader.number(fact, name);
    }
};

std::string counted_tasks(std::int64_t count) {
    return fmt::format("{} task{}", count, count == 1 ? "" : "s");
}

// "who: what, why." for what needs no sentence of its own.
std::string plain(const Telling& telling) {
    return fmt::format("{}{}{}{}{}.",
                       telling.who,
                       telling.who.empty() ? "" : ": ",
                       telling.what,
                       telling.why.empty() ? "" : ", ",
                       telling.why);
}

std::string because(const Telling& telling) {
    return telling.why.empty() ? std::string() : fmt::format(": {}", telling.why);
}

std::string created_service(const Spoken& spoken) {
    const std::string service = spoken.text("service");
    switch (static_cast<swarm::ModeKind>(spoken.number("mode"))) {
        case swarm::ModeKind::Replicated:
            return fmt::format("The service {} was created: it is to have {}.",
                               service,
                               counted_tasks(spoken.number("replicas")));
        case swarm::ModeKind::Global:
            return fmt::format("The global service {} was created: one task for each node.",
                               service);
        case swarm::ModeKind::ReplicatedJob:
            return fmt::format("The job {} was created: {} to complete.",
                               service,
                               counted_tasks(spoken.number("replicas")));
        case swarm::ModeKind::GlobalJob:
            return fmt::format("The global job {} was created: one task for each node.", service);
    }
    return {};
}

std::string updated_service(const Spoken& spoken) {
    const std::string service = spoken.text("service");
    const std::int64_t before = spoken.number("replicas_before");
    const std::int64_t now = spoken.number("replicas");
    if (before != now)
        return fmt::format("The service {} was scaled from {} to {}.",
                           service,
                           counted_tasks(before),
                           counted_tasks(now));
    return spoken.number("tasks_change") != 0
               ? fmt::format("The service {} was updated: its tasks are to be replaced.", service)
               : fmt::format("The service {} was updated, in nothing that its tasks run.", service);
}

std::string service_sentence(const Spoken& spoken) {
    const std::string service = spoken.text("service");
    switch (spoken.fact.kind) {
        case swarm::kFactServiceCreated:
            return created_service(spoken);
        case swarm::kFactServiceUpdated:
            return updated_service(spoken);
        case swarm::kFactServiceRemoved:
            return fmt::format("The service {} was removed.", service);
        case swarm::kFactServiceWaits:
            return fmt::format("The service {} had to wait for its ports or addresses{}.",
                               service,
                               because(spoken.telling));
        case swarm::kFactUpdateStarted:
            return fmt::format("The rolling update of {} began: {} to replace, {} at a time.",
                               service,
                               counted_tasks(spoken.number("slots")),
                               spoken.number("parallelism") == 0
                                   ? std::string("all")
                                   : std::to_string(spoken.number("parallelism")));
        case swarm::kFactUpdatePaused:
            return fmt::format("The update of {} was paused{}.", service, because(spoken.telling));
        case swarm::kFactUpdateCompleted:
            return fmt::format("The update of {} was complete.", service);
        case swarm::kFactRollbackStarted:
            return fmt::format("The service {} was rolled back to its former version{}.",
                               service,
                               because(spoken.telling));
        case swarm::kFactRollbackPaused:
            return fmt::format(
                "The rollback of {} was paused{}.", service, because(spoken.telling));
        case swarm::kFactRollbackCompleted:
            return fmt::format("The rollback of {} was complete.", service);
        default:
            return plain(spoken.telling);
    }
}

std::string made_task(const Spoken& spoken, const std::string& task) {
    switch (static_cast<swarm::CreateReason>(spoken.number("reason"))) {
        case swarm::CreateReason::Replicas:
            return fmt::format("A task was made for {}, as there were fewer than wanted.", task);
        case swarm::CreateReason::Node:
            return fmt::format("A task was made for {}, as its node had none.", task);
        case swarm::CreateReason::Update:
            return fmt::format("A task of the new version was made for {}.", task);
        case swarm::CreateReason::Restart:
            return fmt::format("Another task was made for {}.", task);
        case swarm::CreateReason::Job:
            return fmt::format("A task was made for {}, the next of its job.", task);
    }
    return {};
}

std::string ended_task(const Spoken& spoken, const std::string& task) {
    const std::string error = spoken.text("error");
    const std::string after = error.empty() ? std::string() : fmt::format(": {}", error);
    switch (static_cast<swarm::TaskState>(spoken.number("state"))) {
        case swarm::TaskState::Complete:
            return fmt::format("The leader heard that {} was complete.", task);
        case swarm::TaskState::Failed:
            return fmt::format("The leader heard that {} had failed{}.", task, after);
        case swarm::TaskState::Rejected:
            return fmt::format("The leader heard that {} was rejected{}.", task, after);
        case swarm::TaskState::Orphaned:
            return fmt::format("The leader gave {} up: its node had been down for a day.", task);
        case swarm::TaskState::New:
        case swarm::TaskState::Pending:
        case swarm::TaskState::Assigned:
        case swarm::TaskState::Accepted:
        case swarm::TaskState::Preparing:
        case swarm::TaskState::Ready:
        case swarm::TaskState::Starting:
        case swarm::TaskState::Running:
        case swarm::TaskState::Shutdown:
        case swarm::TaskState::Remove:
            break;
    }
    return fmt::format("The leader heard that {} had stopped{}.", task, after);
}

std::string replaced_task(const Spoken& spoken, const std::string& task) {
    const std::string delay = spoken.number("delay") == 0
                                  ? std::string("at once")
                                  : "after " + seconds_text(spoken.number("delay"));
    switch (static_cast<swarm::RestartReason>(spoken.number("reason"))) {
        case swarm::RestartReason::Ended:
            return fmt::format(
                "The leader put another task in the place of {}, to start {}.", task, delay);
        case swarm::RestartReason::NodeDown:
            return fmt::format(
                "Its node was down, so the leader put another task in the place of {}, to start "
                "{}.",
                task,
                delay);
        case swarm::RestartReason::NodeDrained:
            return fmt::format(
                "Its node was drained, so the leader put another task in the place of "
                "{}, to start {}.",
                task,
                spoken.number("delay") == 0 ? "as soon as that one has stopped" : delay);
        case swarm::RestartReason::NodeGone:
            return fmt::format(
                "Its node was no longer part of the swarm, so the leader put another "
                "task in the place of {}, to start {}.",
                task,
                delay);
    }
    return {};
}

std::string task_sentence(const Spoken& spoken) {
    const std::string task = spoken.text("task");
    switch (spoken.fact.kind) {
        case swarm::kFactTaskCreated:
            return made_task(spoken, task);
        case swarm::kFactTaskAssigned:
            return fmt::format("The scheduler gave {} to {}.", task, spoken.text("node"));
        case swarm::kFactTaskPending:
            return fmt::format("The scheduler found no node for {}: {}.", task, spoken.telling.why);
        case swarm::kFactTaskEnded:
            return ended_task(spoken, task);
        case swarm::kFactTaskStopping:
            return fmt::format("The leader had {} stopped{}.", task, because(spoken.telling));
        case swarm::kFactTaskRestart:
            return replaced_task(spoken, task);
        case swarm::kFactTaskGivenUp:
            return fmt::format("The leader did not replace {}{}.", task, because(spoken.telling));
        case swarm::kFactTaskReleased:
            return fmt::format("Nothing held the start of {} up any more.", task);
        case swarm::kFactTaskRejected:
            return fmt::format(
                "{} no longer suits what {} asks of a node, so the leader rejected the task "
                "(assigned node no longer meets constraints).",
                spoken.text("node"),
                task);
        case swarm::kFactTaskDeleted:
            return fmt::format("The leader forgot {}{}.", task, because(spoken.telling));
        case swarm::kFactTaskRefused:
            return fmt::format(
                "{} could not run {}: {}.", spoken.text("node"), task, spoken.telling.why);
        default:
            return plain(spoken.telling);
    }
}

std::string node_state_sentence(const Spoken& spoken, const std::string& node) {
    const std::string message = spoken.text("message");
    const std::string quoted = message.empty() ? std::string() : fmt::format(" ({})", message);
    switch (static_cast<swarm::NodeState>(spoken.number("state"))) {
        case swarm::NodeState::Ready:
            return fmt::format("The leader saw {} ready.", node);
        case swarm::NodeState::Down:
            // A heartbeat is good for three periods, for six after a change of leaders (swarmkit
            // manager/dispatcher, defaultGracePeriodMultiplier and …MultiplierUnknown).
            return message.starts_with("heartbeat failure")
                       ? fmt::format(
                             "The leader had heard nothing of {} for {} heartbeats, so it took "
                             "it for down{}.",
                             node,
                             message == "heartbeat failure" ? "three" : "six",
                             quoted)
                       : fmt::format("The leader took {} for down{}.", node, quoted);
        case swarm::NodeState::Unknown:
        case swarm::NodeState::Disconnected:
            break;
    }
    return fmt::format("The leader did not know how {} was{}.", node, quoted);
}

std::string node_sentence(const Spoken& spoken) {
    const std::string node = spoken.text("node");
    const bool manager = static_cast<swarm::Role>(spoken.number("role")) == swarm::Role::Manager;
    switch (spoken.fact.kind) {
        case swarm::kFactNodeShunned:
            return fmt::format(
                "{} became the last choice for {}: it had failed there {} times within "
                "five minutes.",
                node,
                spoken.text("service"),
                spoken.number("failures"));
        case swarm::kFactSwarmFormed:
            return fmt::format("{} began a swarm.", node);
        case swarm::kFactNodeJoined:
            return fmt::format(
                "{} joined the swarm as a {}.", node, manager ? "manager" : "worker");
        case swarm::kFactNodeLeft:
            return fmt::format("{} left the swarm.", node);
        case swarm::kFactNodeState:
            return node_state_sentence(spoken, node);
        case swarm::kFactNodeRole:
            return fmt::format("{} became a {}.", node, manager ? "manager" : "worker");
        case swarm::kFactSessionLost:
            return fmt::format(
                "The agent of {} lost its manager{}.", node, because(spoken.telling));
        default:
            return plain(spoken.telling);
    }
}

std::string raft_sentence(const Spoken& spoken) {
    const std::string member = spoken.text("member");
    const std::string reason = because(spoken.telling);
    switch (static_cast<raft::RaftFact>(spoken.fact.kind)) {
        case raft::kFactElection:
            return fmt::format("{} stood for election{}.", member, reason);
        case raft::kFactLeader:
            return fmt::format("{} became the leader{}.", member, reason);
        case raft::kFactLeaderLost:
            return fmt::format("{} led no more{}.", member, reason);
        case raft::kFactQuorumLost:
            return fmt::format("The managers lost their quorum, so nothing could be changed{}.",
                               reason);
        case raft::kFactQuorumRegained:
            return fmt::format("The managers had a quorum again{}.", reason);
        case raft::kFactTransfer:
            return fmt::format("{} handed the lead to {}.", member, spoken.text("to"));
        case raft::kFactMember:
        case raft::kFactSnapshotTaken:
        case raft::kFactSnapshotInstalled:
        case raft::kFactForced:
            break;
    }
    return plain(spoken.telling);
}

}  // namespace

std::string orchestration_sentence(const FactReader& facts, const Fact& fact) {
    const Spoken spoken{facts, fact, tell_orchestration(facts, fact)};
    if ((fact.kind & 0xFF00) == kRoomRaft) return raft_sentence(spoken);
    if (fact.kind >= swarm::kFactServiceCreated && fact.kind <= swarm::kFactRollbackCompleted)
        return service_sentence(spoken);
    if ((fact.kind >= swarm::kFactTaskCreated && fact.kind <= swarm::kFactTaskDeleted) ||
        fact.kind == swarm::kFactTaskRefused)
        return task_sentence(spoken);
    if (fact.kind == swarm::kFactLoopsBegin) return "A manager took up the swarm's tasks.";
    return node_sentence(spoken);
}

}  // namespace podium::view
