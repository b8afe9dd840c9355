// /tasks, and what is asked of the logs of services and tasks: swarmkit
// manager/controlapi/task.go behind moby's daemon/cluster/{tasks,services}.go.

#include <nlohmann/json.hpp>

#include "sim/base/text.hpp"
#include "sim/orch/swarm/api_parts.hpp"
#include "sim/orch/swarm/api_write.hpp"
#include "sim/orch/swarm/leader/slots.hpp"

namespace podium::swarm {
namespace {

const std::set<std::string>& state_names() {
    static const std::set<std::string> kNames{"new",
                                              "pending",
                                              "assigned",
                                              "accepted",
                                              "preparing",
                                              "ready",
                                              "starting",
                                              "running",
                                              "complete",
                                              "shutdown",
                                              "failed",
                                              "rejected",
                                              "remove",
                                              "orphaned"};
    return kNames;
}

/// The filters of a list, with services and nodes looked up.
struct TaskFilters {
    model::Filters filters;
    std::set<ServiceId> services;
    std::set<NodeId> nodes;
    std::set<std::string> desired;
    Labels labels;
    bool up_to_date = false;
    bool containers = true;
    bool attachments = false;
};

model::Outcome<TaskFilters> read_filters(const Call& call) {
    const auto read = filters_of(
        call,
        {"name", "id", "label", "service", "node", "desired-state", "_up-to-date", "runtime"});
    if (!read) return read.refusal();
    TaskFilters out;
    out.filters = read.value();
    for (const std::string& input : out.filters.values("service")) {
        const auto found = find_service(call, input);
        if (!found) return found.refusal();
        out.services.insert(ServiceId{found.value()});
    }
    for (const std::string& input : out.filters.values("node")) {
        const auto found = find_node(call, input);
        if (!found) return found.refusal();
        out.nodes.insert(NodeId{found.value()});
    }
    for (const std::string& state : out.filters.values("desired-state")) {
        if (state.empty()) continue;
        if (!state_names().contains(lower(state)))
            return model::Refusal{500, fmt::format("Invalid desired-state filter: '{}'", state)};
        out.desired.insert(lower(state));
    }
    out.labels = wanted_labels(out.filters, "label");
    out.up_to_date = out.filters.has("_up-to-date");
    if (!out.filters.has("runtime")) return out;
    const std::set<std::string>& runtimes = out.filters.values("runtime");
    out.containers = runtimes.contains("container") || runtimes.contains("");
    out.attachments = runtimes.contains("attachment");
    return out;
}

bool task_passes(const Call& call, const Task& task, const TaskFilters& wanted) {
    if (task.service ? !wanted.containers : !wanted.attachments) return false;
    if (!wanted.services.empty() && !wanted.services.contains(task.service)) return false;
    if (!wanted.nodes.empty() && !wanted.nodes.contains(task.node)) return false;
    if (!wanted.desired.empty() &&
        !wanted.desired.contains(std::string(task_state_name(task.desired))))
        return false;
    if (!has_prefix(wanted.filters, "id", task.meta.id)) return false;
    if (wanted.filters.has("name") &&
        !has_prefix(wanted.filters, "name", full_task_name(call, task)))
        return false;
    if (wanted.labels.empty() && !wanted.up_to_date) return true;
    const Service* service = call.store.services.find(task.service.value);
    if (service == nullptr) return false;
    if (!has_labels(service->spec.labels, wanted.labels)) return false;
    return !wanted.up_to_date || !is_dirty(call.store, *service, task);
}

/// Those that may pass: of the services or nodes asked for, else all.
std::vector<TaskId> candidates(const Store& store, const TaskFilters& wanted) {
    std::vector<TaskId> out;
    for (const ServiceId service : wanted.services) {
        const Store::TaskSet& tasks = store.tasks_of(service);
        out.insert(out.end(), tasks.begin(), tasks.end());
    }
    for (const NodeId node : wanted.services.empty() ? wanted.nodes : std::set<NodeId>{}) {
        const Store::TaskSet& tasks = store.tasks_on(node);
        out.insert(out.end(), tasks.begin(), tasks.end());
    }
    if (!wanted.services.empty() || !wanted.nodes.empty()) return out;
    store.tasks.for_each([&](std::uint32_t number, const Task&) { out.push_back(TaskId{number}); });
    return out;
}

// --- logs
// -----------------------------------------------------------------------------------------

model::Outcome<std::int64_t> read_tail(const std::string& text) {
    if (text.empty() || text == "all") return std::int64_t{-1};
    std::int64_t tail = 0;
    if (!parse_integer(text, tail))
        return model::Refusal{500, "tail value must be a positive integer or \"all\""};
    if (tail < 0) return model::Refusal{500, "negative tail values not supported"};
    return tail;
}

bool has_stream(const Call& call) {
    return query_flag(call, "stdout") || query_flag(call, "stderr");
}

ApiReply no_stream() {
    return api_error(500, "Bad parameters: you must choose at least one stream");
}

ApiReply logs_reply(const Call& call, LogsWanted wanted) {
    const auto tail = read_tail(query_of(call, "tail"));
    if (!tail) return reply(tail.refusal());
    wanted.standard_output = query_flag(call, "stdout");
    wanted.standard_error = query_flag(call, "stderr");
    wanted.follow = query_flag(call, "follow");
    wanted.timestamps = query_flag(call, "timestamps");
    wanted.details = query_flag(call, "details");
    wanted.tail = tail.value();
    wanted.since = query_of(call, "since");
    ApiReply out;
    out.logs = std::move(wanted);
    return out;
}

}  // namespace

ApiReply list_tasks(const Call& call) {
    const auto wanted = read_filters(call);
    if (!wanted) return reply(wanted.refusal());
    // By id; where services are asked for, service by service, as their index has them.
    const bool by_service = !wanted.value().services.empty();
    std::vector<std::pair<std::pair<std::string, std::string_view>, const Task*>> rows;
    for (const TaskId id : candidates(call.store, wanted.value())) {
        const Task* task = call.store.tasks.find(id.value);
        if (task == nullptr || !task_passes(call, *task, wanted.value())) continue;
        const std::string group =
            by_service ? service_id_text(call.store, call.context.swarm, task->service) : "";
        rows.emplace_back(std::pair(group, std::string_view(task->meta.id)), task);
    }
    std::sort(
        rows.begin(), rows.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    Json out = Json::array();
    for (const auto& [id, task] : rows)
        out.push_back(task_json(call.store, call.context.swarm, *task));
    return reply(200, out);
}

ApiReply inspect_task(const Call& call) {
    const auto found = find_task(call, call.id);
    if (!found) return reply(found.refusal());
    return reply(200,
                 task_json(call.store, call.context.swarm, *call.store.tasks.find(found.value())));
}

ApiReply service_logs(const Call& call) {
    if (!has_stream(call)) return no_stream();
    const auto found = find_service(call, call.id);
    if (!found) return reply(found.refusal());
    LogsWanted wanted;
    wanted.service = ServiceId{found.value()};
    wanted.terminal = call.store.services.find(found.value())->spec.task->container.tty;
    return logs_reply(call, std::move(wanted));
}

ApiReply task_logs(const Call& call) {
    if (!has_stream(call)) return no_stream();
    const auto found = find_task(call, call.id);
    if (!found) return reply(found.refusal());
    LogsWanted wanted;
    wanted.task = TaskId{found.value()};
    const auto& spec = call.store.tasks.find(found.value())->spec;
    wanted.terminal = spec != nullptr && spec->container.tty;
    return logs_reply(call, std::move(wanted));
}

}  // namespace podium::swarm
