#include "sim/view/field_words.hpp"

#include <algorithm>
#include <initializer_list>
#include <vector>

#include "sim/model/facts.hpp"
#include "sim/model/restore.hpp"
#include "sim/orch/raft/facts.hpp"
#include "sim/orch/swarm/hosts/facts.hpp"
#include "sim/orch/swarm/names.hpp"

namespace podium::view {
namespace {

struct Words {
    FactKind kind = 0;
    std::string_view field;
    std::vector<FieldWord> words;
};

// Of the codes 0, 1, ….
std::vector<FieldWord> numbered(std::initializer_list<std::string_view> words) {
    std::vector<FieldWord> out;
    for (const std::string_view word : words)
        out.push_back({word, static_cast<std::int64_t>(out.size())});
    return out;
}

template <class Code>
std::vector<FieldWord> named(std::string_view (*name)(Code), std::initializer_list<Code> codes) {
    std::vector<FieldWord> out;
    for (const Code code : codes)
        out.push_back({name(code), static_cast<std::int64_t>(code)});
    return out;
}

std::vector<Words> engine_words() {
    const std::vector<FieldWord> how = numbered({"exited", "signalled", "out-of-memory"});
    const std::vector<FieldWord> decisions =
        numbered({"stays-down", "restart", "succeeded", "out-of-attempts", "stopped-by-hand", "engine-stopping", "restarted-by-hand"});
    return {{model::kFactContainerStart, "reason", numbered({"request", "restart-policy", "engine-start", "restart-request"})},
            {model::kFactContainerDie, "how", how},
            {model::kFactContainerDie, "decision", decisions},
            {model::kFactContainerFoundDead, "how", how},
            {model::kFactContainerFoundDead, "decision", decisions},
            {model::kFactProcessKilled, "how", numbered({"host", "host-out-of-memory"})}};
}

// The states and modes as the API writes them; the reasons are no one's but ours.
std::vector<Words> swarm_words() {
    using swarm::ModeKind;
    using swarm::NodeState;
    using swarm::Role;
    using swarm::TaskState;
    const std::vector<FieldWord> roles = named(swarm::role_name, {Role::Worker, Role::Manager});
    const std::vector<FieldWord> states = named(swarm::task_state_name,
                                                {TaskState::New,
                                                 TaskState::Pending,
                                                 TaskState::Assigned,
                                                 TaskState::Accepted,
                                                 TaskState::Preparing,
                                                 TaskState::Ready,
                                                 TaskState::Starting,
                                                 TaskState::Running,
                                                 TaskState::Complete,
                                                 TaskState::Shutdown,
                                                 TaskState::Failed,
                                                 TaskState::Rejected,
                                                 TaskState::Remove,
                                                 TaskState::Orphaned});
    return {
        {swarm::kFactNodeState, "state", named(swarm::node_state_name, {NodeState::Unknown, NodeState::Down, NodeState::Ready, NodeState::Disconnected})},
        {swarm::kFactNodeJoined, "role", roles},
        {swarm::kFactNodeRole, "role", roles},
        {swarm::kFactServiceCreated,
         "mode",
         named(swarm::mode_name, {ModeKind::Replicated, ModeKind::Global, ModeKind::ReplicatedJob, ModeKind::GlobalJob})},
        {swarm::kFactTaskEnded, "state", states},
        {swarm::kFactTaskStopping, "desired", states},
        {swarm::kFactTaskCreated, "reason", numbered({"replicas", "node", "update", "restart", "job"})},
        {swarm::kFactTaskStopping, "reason", numbered({"scale", "update", "service-removed", "node", "iteration", "superfluous"})},
        {swarm::kFactTaskRestart, "reason", numbered({"ended", "node-down", "node-drained", "node-gone"})},
        {swarm::kFactTaskGivenUp, "reason", numbered({"condition", "attempts"})},
        {swarm::kFactTaskDeleted, "reason", numbered({"history", "removed", "slot", "node"})},
        {swarm::kFactSessionLost, "reason", numbered({"refused", "silence", "unknown"})},
        {raft::kFactElection, "reason", numbered({"silence", "transfer", "alone", "leader-removed", "asked"})},
        {raft::kFactLeaderLost, "reason", numbered({"no-quorum", "later-term", "removed", "stopped"})},
        {raft::kFactMember, "change", numbered({"voter", "learner", "removed"})}};
}

std::vector<Words> all_words() {
    std::vector<Words> out = engine_words();
    for (Words& words : swarm_words())
        out.push_back(std::move(words));
    return out;
}

}  // namespace

std::span<const FieldWord> field_words(FactKind kind, std::string_view field) {
    static const std::vector<Words> all = all_words();
    for (const Words& one : all) {
        if (one.kind == kind && one.field == field) return one.words;
    }
    return {};
}

std::string_view field_word(FactKind kind, std::string_view field, std::int64_t number) {
    for (const FieldWord& word : field_words(kind, field)) {
        if (word.number == number) return word.word;
    }
    return {};
}

}  // namespace podium::view
