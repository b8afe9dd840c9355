#include "sim/view/tell_orchestration.hpp"

#include <fmt/format.h>

#include "sim/orch/raft/facts.hpp"
#include "sim/orch/swarm/hosts/facts.hpp"
#include "sim/orch/swarm/objects.hpp"

namespace podium::view {
namespace {

/// A fact with its fields at hand.
struct Told {
    const FactReader& reader;
    const Fact& fact;

    [[nodiscard]] std::string text(std::string_view name) const { return reader.text(fact, name); }
    [[nodiscard]] std::int64_t number(std::string_view name) const { return reader.number(fact, name); }
    [[nodiscard]] std::string seconds(std::string_view name) const { return seconds_text(number(name)); }
};

std::string_view election_text(std::int64_t reason) {
    switch (static_cast<raft::ElectionReason>(reason)) {
        case raft::ElectionReason::Silence: return "it heard of no leader";
        case raft::ElectionReason::Transfer: return "the leader hands over to it";
        case raft::ElectionReason::Alone: return "it is the only manager";
        case raft::ElectionReason::LeaderRemoved: return "the leader was removed";
        case raft::ElectionReason::Asked: return "it was asked to";
    }
    return "";
}

std::string_view loss_text(std::int64_t reason) {
    switch (static_cast<raft::LeaderLoss>(reason)) {
        case raft::LeaderLoss::NoQuorum: return "it heard of too few other managers";
        case raft::LeaderLoss::LaterTerm: return "another was or may be elected";
        case raft::LeaderLoss::Removed: return "it was removed";
        case raft::LeaderLoss::Stopped: return "its process ended";
    }
    return "";
}

std::string quorum_text(const Told& told) {
    return fmt::format("{} of {} managers reach each other, {} are needed", told.number("reachable"), told.number("voters"), told.number("needed"));
}

Telling tell_raft(const Told& told) {
    Telling out{told.text("member"), {}, {}, Tone::Plain, Weight::Headline};
    switch (static_cast<raft::RaftFact>(told.fact.kind)) {
        case raft::kFactElection:
            out.what = "stands for election";
            out.why = election_text(told.number("reason"));
            out.weight = Weight::Detail;
            break;
        case raft::kFactLeader:
            out.what = "leads";
            if (told.number("without") > 0) out.why = fmt::format("there was no leader for {}", told.seconds("without"));
            out.tone = Tone::Good;
            break;
        case raft::kFactLeaderLost:
            out.what = "leads no more";
            out.why = loss_text(told.number("reason"));
            out.tone = Tone::Bad;
            break;
        case raft::kFactQuorumLost:
            out.what = "the managers have no quorum: nothing can be changed";
            out.why = quorum_text(told);
            out.tone = Tone::Bad;
            break;
        case raft::kFactQuorumRegained:
            out.what = "the managers have a quorum again";
            out.why = quorum_text(told);
            out.tone = Tone::Good;
            break;
        case raft::kFactMember:
            out.what = static_cast<raft::MemberChange>(told.number("change")) == raft::MemberChange::Removed ? "is no manager any more" : "is a manager now";
            out.why = fmt::format("there are {} now", told.number("voters"));
            break;
        case raft::kFactTransfer:
            out.what = fmt::format("hands the lead to {}", told.text("to"));
            break;
        case raft::kFactSnapshotTaken:
            out.what = "makes a snapshot of its store";
            out.weight = Weight::Detail;
            break;
        case raft::kFactSnapshotInstalled:
            out.what = "starts from the leader's snapshot";
            out.weight = Weight::Detail;
            break;
        case raft::kFactForced:
            out.what = "goes on alone";
            out.why = "by --force-new-cluster";
            out.tone = Tone::Warning;
            break;
    }
    return out;
}

std::string_view created_text(std::int64_t reason) {
    switch (static_cast<swarm::CreateReason>(reason)) {
        case swarm::CreateReason::Replicas: return "there are fewer than wanted";
        case swarm::CreateReason::Node: return "its node has none";
        case swarm::CreateReason::Update: return "in place of one of an older version";
        case swarm::CreateReason::Restart: return "in place of one that is lost";
        case swarm::CreateReason::Job: return "a job's next";
    }
    return "";
}

std::string_view stopping_text(std::int64_t reason) {
    switch (static_cast<swarm::StopReason>(reason)) {
        case swarm::StopReason::Scale: return "there are more than wanted";
        case swarm::StopReason::Update: return "a newer version takes its place";
        case swarm::StopReason::ServiceRemoved: return "its service was removed";
        case swarm::StopReason::Node: return "its node is not to run it any more";
        case swarm::StopReason::Iteration: return "it belongs to an earlier run of the job";
        case swarm::StopReason::Superfluous: return "another one of its slot stays";
    }
    return "";
}

std::string_view restart_text(std::int64_t reason) {
    switch (static_cast<swarm::RestartReason>(reason)) {
        case swarm::RestartReason::Ended: return "it ended";
        case swarm::RestartReason::NodeDown: return "its node is down";
        case swarm::RestartReason::NodeDrained: return "its node is drained";
        case swarm::RestartReason::NodeGone: return "its node is gone";
    }
    return "";
}

std::string_view deleted_text(std::int64_t reason) {
    switch (static_cast<swarm::DeleteReason>(reason)) {
        case swarm::DeleteReason::History: return "it is older than the history that is kept";
        case swarm::DeleteReason::Removed: return "it has stopped and was to be removed";
        case swarm::DeleteReason::Slot: return "its slot is gone";
        case swarm::DeleteReason::Node: return "its node is gone";
    }
    return "";
}

Telling tell_service(const Told& told) {
    Telling out{told.text("service"), {}, {}, Tone::Plain, Weight::Headline};
    switch (told.fact.kind) {
        case swarm::kFactServiceCreated: out.what = "service created"; break;
        case swarm::kFactServiceUpdated:
            out.what = "service updated";
            if (told.number("replicas") != told.number("replicas_before")) out.why = fmt::format("{} replicas instead of {}", told.number("replicas"), told.number("replicas_before"));
            break;
        case swarm::kFactServiceRemoved: out.what = "service removed"; break;
        case swarm::kFactServiceWaits:
            out.what = "waits for its ports or addresses";
            out.why = told.text("reason");
            out.tone = Tone::Bad;
            break;
        case swarm::kFactUpdateStarted: out.what = "its update begins"; break;
        case swarm::kFactUpdatePaused:
        case swarm::kFactRollbackPaused:
            out.what = told.fact.kind == swarm::kFactUpdatePaused ? "its update is paused" : "its rollback is paused";
            out.why = told.text("message");
            out.tone = Tone::Bad;
            break;
        case swarm::kFactUpdateCompleted:
            out.what = "its update is complete";
            out.tone = Tone::Good;
            break;
        case swarm::kFactRollbackStarted:
            out.what = "it is rolled back";
            out.why = told.text("message");
            out.tone = Tone::Warning;
            break;
        case swarm::kFactRollbackCompleted:
            out.what = "its rollback is complete";
            out.tone = Tone::Good;
            break;
        default: break;
    }
    return out;
}

Telling tell_task(const Told& told) {
    Telling out{told.text("task"), {}, {}, Tone::Plain, Weight::Detail};
    switch (told.fact.kind) {
        case swarm::kFactTaskCreated:
            out.what = "a task is made";
            out.why = created_text(told.number("reason"));
            break;
        case swarm::kFactTaskAssigned:
            out.what = fmt::format("is given to node {}", told.text("node"));
            out.why = told.text("reason");
            break;
        case swarm::kFactTaskPending:
            out.what = "no node suits it";
            out.why = told.text("explanation");
            out.tone = Tone::Bad;
            out.weight = Weight::Headline;
            break;
        case swarm::kFactTaskEnded: {
            const auto state = static_cast<swarm::TaskState>(told.number("state"));
            out.what = state == swarm::TaskState::Complete ? "the leader hears that it is complete" : "the leader hears that it has ended";
            out.why = told.text("error");
            out.tone = state == swarm::TaskState::Failed || state == swarm::TaskState::Rejected ? Tone::Bad : Tone::Quiet;
            break;
        }
        case swarm::kFactTaskStopping:
            out.what = "the leader wants it stopped";
            out.why = stopping_text(told.number("reason"));
            break;
        case swarm::kFactTaskRestart:
            out.what = fmt::format("is replaced after {}", told.seconds("delay"));
            out.why = restart_text(told.number("reason"));
            out.weight = Weight::Headline;
            break;
        case swarm::kFactTaskGivenUp:
            out.what = "is not replaced";
            out.why = static_cast<swarm::GiveUpReason>(told.number("reason")) == swarm::GiveUpReason::Attempts ? "its attempts are used up" : "its restart condition says so";
            out.tone = Tone::Warning;
            out.weight = Weight::Headline;
            break;
        case swarm::kFactTaskReleased: out.what = "its replacement may start"; break;
        case swarm::kFactTaskRejected:
            out.what = "may not stay where it is";
            out.why = fmt::format("node {} no longer meets its constraints", told.text("node"));
            out.tone = Tone::Bad;
            break;
        case swarm::kFactTaskDeleted:
            out.what = "is forgotten";
            out.why = deleted_text(told.number("reason"));
            break;
        case swarm::kFactTaskRefused:
            out.what = fmt::format("node {} can't run it", told.text("node"));
            out.why = told.text("error");
            out.tone = Tone::Bad;
            out.weight = Weight::Headline;
            break;
        default: break;
    }
    return out;
}

std::string_view session_text(std::int64_t reason) {
    switch (static_cast<swarm::SessionLoss>(reason)) {
        case swarm::SessionLoss::Refused: return "its manager is gone, or leads no more";
        case swarm::SessionLoss::Silence: return "no answer for 5 s";
        case swarm::SessionLoss::Unknown: return "the manager took it for down";
    }
    return "";
}

const char* role_text(std::int64_t role) { return static_cast<swarm::Role>(role) == swarm::Role::Manager ? "manager" : "worker"; }

Telling tell_node(const Told& told) {
    Telling out{told.text("node"), {}, {}, Tone::Plain, Weight::Headline};
    switch (told.fact.kind) {
        case swarm::kFactNodeShunned:
            out.what = fmt::format("is the last choice for {} for now", told.text("service"));
            out.why = fmt::format("it failed there {} times of late", told.number("failures"));
            out.tone = Tone::Warning;
            break;
        case swarm::kFactSwarmFormed: out.what = "forms a swarm"; break;
        case swarm::kFactNodeJoined: out.what = fmt::format("joins the swarm as a {}", role_text(told.number("role"))); break;
        case swarm::kFactNodeLeft: out.what = "leaves the swarm"; break;
        case swarm::kFactNodeState: {
            const auto state = static_cast<swarm::NodeState>(told.number("state"));
            out.what = state == swarm::NodeState::Ready  ? "the leader sees it ready"
                       : state == swarm::NodeState::Down ? "the leader takes it for down"
                                                         : "the leader does not know how it is";
            out.why = told.text("message");
            out.tone = state == swarm::NodeState::Ready ? Tone::Good : state == swarm::NodeState::Down ? Tone::Bad : Tone::Warning;
            break;
        }
        case swarm::kFactNodeRole: out.what = fmt::format("becomes a {}", role_text(told.number("role"))); break;
        case swarm::kFactSessionLost:
            out.what = "its agent has lost the leader";
            out.why = session_text(told.number("reason"));
            out.tone = Tone::Warning;
            out.weight = Weight::Detail;
            break;
        default: break;
    }
    return out;
}

}  // namespace

bool is_orchestration_fact(FactKind kind) {
    const auto room = static_cast<FactKind>(kind & 0xFF00);
    return room == kRoomRaft || room == kRoomSwarm;
}

Telling tell_orchestration(const FactReader& reader, const Fact& fact) {
    const Told told{reader, fact};
    if ((fact.kind & 0xFF00) == kRoomRaft) return tell_raft(told);
    if (fact.kind == swarm::kFactLoopsBegin) return {{}, "a manager takes up the swarm's tasks", {}, Tone::Quiet, Weight::Detail};
    if (fact.kind >= swarm::kFactServiceCreated && fact.kind <= swarm::kFactRollbackCompleted) return tell_service(told);
    if ((fact.kind >= swarm::kFactTaskCreated && fact.kind <= swarm::kFactTaskDeleted) || fact.kind == swarm::kFactTaskRefused) return tell_task(told);
    return tell_node(told);
}

}  // namespace podium::view
