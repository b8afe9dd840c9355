#include "sim/view/field_words.hpp"

#include "sim/model/facts.hpp"
#include "sim/model/restore.hpp"
#include "sim/orch/swarm/hosts/facts.hpp"
#include "sim/orch/swarm/names.hpp"

namespace podium::view {
namespace {

template <class Code>
std::vector<FieldWord> named(std::string_view (*name)(Code), std::initializer_list<Code> codes) {
    std::vector<FieldWord> out;
    for (const Code code : codes)
        out.push_back({name(code), static_cast<std::int64_t>(code)});
    return out;
}

// Those that rows have as numbers.
std::vector<FieldWord> swarm_words(FactKind kind, std::string_view field) {
    using swarm::ModeKind;
    using swarm::NodeState;
    using swarm::Role;
    using swarm::TaskState;
    if (kind == swarm::kFactNodeState && field == "state")
        return named(
            swarm::node_state_name,
            {NodeState::Unknown, NodeState::Down, NodeState::Ready, NodeState::Disconnected});
    if ((kind == swarm::kFactNodeJoined || kind == swarm::kFactNodeRole) && field == "role")
        return named(swarm::role_name, {Role::Worker, Role::Manager});
    if (kind == swarm::kFactServiceCreated && field == "mode")
        return named(
            swarm::mode_name,
            {ModeKind::Replicated, ModeKind::Global, ModeKind::ReplicatedJob, ModeKind::GlobalJob});
    if ((kind == swarm::kFactTaskEnded && field == "state") ||
        (kind == swarm::kFactTaskStopping && field == "desired"))
        return named(swarm::task_state_name,
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
    return {};
}

}  // namespace

std::span<const std::string_view> row_words(FactKind kind, std::string_view field) {
    static constexpr std::string_view kReasons[] = {
        "request", "restart-policy", "engine-start", "restart-request"};
    static constexpr std::string_view kHow[] = {"exited", "signalled", "out-of-memory"};
    static constexpr std::string_view kDecisions[] = {"stays-down",
                                                      "restart",
                                                      "succeeded",
                                                      "out-of-attempts",
                                                      "stopped-by-hand",
                                                      "engine-stopping",
                                                      "restarted-by-hand"};
    static constexpr std::string_view kKillers[] = {"host", "host-out-of-memory"};
    const bool end = kind == model::kFactContainerDie || kind == model::kFactContainerFoundDead;
    if (kind == model::kFactContainerStart && field == "reason") return kReasons;
    if (end && field == "how") return kHow;
    if (end && field == "decision") return kDecisions;
    if (kind == model::kFactProcessKilled && field == "how") return kKillers;
    return {};
}

std::vector<FieldWord> field_words(FactKind kind, std::string_view field) {
    std::vector<FieldWord> out;
    for (const std::string_view word : row_words(kind, field))
        out.push_back({word, static_cast<std::int64_t>(out.size())});
    return out.empty() ? swarm_words(kind, field) : out;
}

}  // namespace podium::view
