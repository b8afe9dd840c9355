// /nodes: swarmkit manager/controlapi/node.go behind moby's daemon/cluster/nodes.go.

#include <nlohmann/json.hpp>

#include "sim/base/text.hpp"
#include "sim/orch/swarm/api_parts.hpp"
#include "sim/orch/swarm/api_read.hpp"
#include "sim/orch/swarm/api_write.hpp"

namespace podium::swarm {
namespace {

/// Whether one of the filter's values means this role, and all mean one. "Invalid role filter: 'x'"
/// is a plain error in dockerd, 500.
std::optional<model::Refusal> check_values(const model::Filters& filters,
                                           const std::string& name,
                                           const std::set<std::string>& known) {
    for (const std::string& value : filters.values(name)) {
        if (!value.empty() && !known.contains(lower(value)))
            return model::Refusal{500, fmt::format("Invalid {} filter: '{}'", name, value)};
    }
    return std::nullopt;
}

bool has_value(const model::Filters& filters, const std::string& name, std::string_view value) {
    const std::set<std::string>& values = filters.values(name);
    bool any = true;  // nothing but empty values is no filter
    for (const std::string& one : values) {
        if (one.empty()) continue;
        if (lower(one) == value) return true;
        any = false;
    }
    return any;
}

bool node_passes(const Node& node, const model::Filters& filters) {
    static const Labels kNoLabels;
    if (filters.has("name") && !node.described) return false;
    if (!has_prefix(filters, "name", node.description.hostname)) return false;
    if (!has_prefix(filters, "id", node.meta.id)) return false;
    const Labels& engine = node.described ? node.description.engine_labels : kNoLabels;
    if (!has_labels(engine, wanted_labels(filters, "label"))) return false;
    if (!has_labels(node.spec.labels, wanted_labels(filters, "node.label"))) return false;
    if (!has_value(filters, "role", role_name(node.role))) return false;
    // Every node has been accepted: swarmkit no longer makes pending ones.
    return has_value(filters, "membership", "accepted");
}

/// A node's spec; what of it dockerd does not convert.
struct ReadNode {
    NodeSpec spec;
    std::optional<model::Refusal> unconverted;
};

model::Outcome<ReadNode> read_node_spec(const Call& call) {
    const auto body = body_of(call);
    if (!body) return body.refusal();
    BodyProblem problem;
    const Fields fields(body.value(), "swarm.NodeSpec", problem);
    ReadNode out;
    out.spec.name = fields.text("Name");
    out.spec.labels = fields.text_map("Labels");
    const std::string role = fields.text("Role", "swarm.NodeRole");
    const std::string availability = fields.text("Availability", "swarm.NodeAvailability");
    if (!problem.sentence.empty()) return model::Refusal{400, problem.sentence};
    const auto read = read_availability(availability);
    out.spec.role = lower(role) == "manager" ? Role::Manager : Role::Worker;
    out.spec.availability = read.value_or(Availability::Active);
    if (lower(role) != "worker" && lower(role) != "manager") {
        out.unconverted = model::Refusal{400, fmt::format("invalid Role: \"{}\"", role)};
    } else if (!read) {
        out.unconverted =
            model::Refusal{400, fmt::format("invalid Availability: \"{}\"", availability)};
    }
    return out;
}

/// What keeps a manager from becoming a worker.
std::optional<model::Refusal> check_demotion(const Call& call, NodeId id) {
    int managers = 0;
    call.store.nodes.for_each([&](std::uint32_t, const Node& node) {
        if (node.role == Role::Manager) ++managers;
    });
    if (managers == 1 && call.store.nodes.find(id.value)->role == Role::Manager)
        return rpc_error("FailedPrecondition",
                         "attempting to demote the last manager of the swarm");
    const auto& members = call.context.managers;
    if (!members.contains(id))
        return rpc_error("NotFound", "can't find manager in raft memberlist");
    // raft.go, CanRemoveMember: the leader counts itself.
    std::size_t reachable = 0;
    for (const auto& [member, answers] : members) {
        if (member != id && (answers || member == call.context.leader)) ++reachable;
    }
    if (reachable >= (members.size() - 1) / 2 + 1) return std::nullopt;
    return rpc_error("FailedPrecondition",
                     "can't remove member from the raft: this would result in a loss of quorum");
}

/// node.go, orphanNodeTasks: nobody will tell of them any more.
void orphan_tasks(const Call& call, NodeId node, Change& change) {
    for (const TaskId id : call.store.tasks_on(node)) {
        const Task* task = call.store.tasks.find(id.value);
        if (task == nullptr || task->status.state >= TaskState::Complete) continue;
        TaskMerge merge;
        merge.task = id;
        merge.status = TaskStatus{};
        merge.status->state = TaskState::Orphaned;
        merge.status->since = call.context.kernel.now();
        merge.status->message = "Task belonged to a node that has been deleted";
        change.actions.emplace_back(std::move(merge));
    }
}

}  // namespace

std::optional<Availability> read_availability(std::string_view text) {
    const std::string word = lower(text);
    if (word == "active") return Availability::Active;
    if (word == "pause") return Availability::Pause;
    if (word == "drain") return Availability::Drain;
    return std::nullopt;
}

ApiReply list_nodes(const Call& call) {
    const auto filters =
        filters_of(call, {"name", "id", "label", "role", "membership", "node.label"});
    if (!filters) return reply(filters.refusal());
    if (const auto bad = check_values(filters.value(), "role", {"worker", "manager"}))
        return reply(*bad);
    if (const auto bad = check_values(filters.value(), "membership", {"accepted", "pending"}))
        return reply(*bad);
    Json out = Json::array();
    for (const std::uint32_t number : listed(
             call.store.nodes,
             [&](std::uint32_t, const Node& node) { return node_passes(node, filters.value()); })) {
        out.push_back(
            node_json(call.context, call.store, NodeId{number}, *call.store.nodes.find(number)));
    }
    return reply(200, out);
}

ApiReply inspect_node(const Call& call) {
    const auto found = find_node(call, call.id);
    if (!found) return reply(found.refusal());
    const Node& node = *call.store.nodes.find(found.value());
    return reply(200, node_json(call.context, call.store, NodeId{found.value()}, node));
}

ApiReply update_node(const Call& call) {
    const auto read = read_node_spec(call);
    if (!read) return reply(read.refusal());
    const auto version = version_of(call, "node");
    if (!version) return reply(version.refusal());
    if (read.value().unconverted) return reply(*read.value().unconverted);
    const NodeSpec& spec = read.value().spec;
    const auto found = find_node(call, call.id);
    if (!found) return reply(found.refusal());
    const Row<Node> row = call.store.nodes.row(found.value());
    if (row->spec.role == Role::Manager && spec.role == Role::Worker) {
        if (const auto bad = check_demotion(call, NodeId{found.value()})) return reply(*bad);
    }
    if (row->meta.version != version.value()) return out_of_sequence();
    auto fresh = std::make_shared<Node>(*row);
    fresh->spec = spec;
    return accepted(
        200, change_of(call, Put<Node>{found.value(), std::move(fresh), version.value(), {}}));
}

ApiReply remove_node(const Call& call) {
    const auto found = find_node(call, call.id);
    if (!found) return reply(found.refusal());
    const Node& node = *call.store.nodes.find(found.value());
    const NodeId id{found.value()};
    if (node.spec.role == Role::Manager && call.context.managers.contains(id)) {
        return reply(rpc_error(
            "FailedPrecondition",
            fmt::format("node {} is a cluster manager and is a member of the raft cluster. "
                        "It must be demoted to worker before removal",
                        node.meta.id.view())));
    }
    if (!query_flag(call, "force") && node.state == NodeState::Ready) {
        return reply(
            rpc_error("FailedPrecondition",
                      fmt::format("node {} is not down and can't be removed", node.meta.id.view())));
    }
    Change change;
    change.because = call.context.kernel.cause();
    orphan_tasks(call, id, change);
    change.actions.emplace_back(Put<Node>{found.value(), nullptr, kAnyVersion, {}});
    return accepted(200, std::move(change));
}

}  // namespace podium::swarm
