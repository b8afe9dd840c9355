#include "sim/programs/swarm/tasks.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "sim/base/calendar.hpp"
#include "sim/programs/format/human.hpp"
#include "sim/programs/swarm/lists.hpp"
#include "sim/programs/swarm/query.hpp"

namespace podium::programs::docker {

const std::string* NameResolver::service(const std::string& id) {
    const auto known = names_.find(id);
    if (known != names_.end()) return &known->second;
    if (off_) return &(names_[id] = id);
    const Reply* reply = talk_.ask(target_of("GET", "/services/" + path_part(id), {{"insertDefaults", "false"}}));
    if (reply == nullptr) return nullptr;
    return &(names_[id] = reply->ok() ? text_at(reply->value(), "Spec.Name") : id);
}

const std::string* NameResolver::node(const std::string& id) {
    const auto known = names_.find(id);
    if (known != names_.end()) return &known->second;
    // The client asks for nothing where there is no id, and takes that for not found.
    if (off_ || id.empty()) return &(names_[id] = id);
    const Reply* reply = talk_.ask(target_of("GET", "/nodes/" + path_part(id)));
    if (reply == nullptr) return nullptr;
    std::string name = id;
    if (reply->ok()) {
        if (const std::string host = text_at(reply->value(), "Description.Hostname"); !host.empty()) name = host;
        if (const std::string own = text_at(reply->value(), "Spec.Name"); !own.empty()) name = own;
    }
    return &(names_[id] = std::move(name));
}

// Made in two steps: what services there are, and, when their names are known, the tasks in their order.
struct TaskTable {
    std::vector<std::string> services;  ///< Each once, in the order of their tasks.
    std::vector<NamedTask> sorted;
    std::vector<std::string> nodes;  ///< Each once, in the order of the sorted tasks.
};

namespace {

void add_once(std::vector<std::string>& list, std::set<std::string>& seen, const std::string& id) {
    if (seen.insert(id).second) list.push_back(id);
}

std::shared_ptr<const TaskTable> services_of(const std::vector<const Json*>& tasks) {
    auto table = std::make_shared<TaskTable>();
    std::set<std::string> seen;
    for (const Json* task : tasks) add_once(table->services, seen, text_at(*task, "ServiceID"));
    return table;
}

std::shared_ptr<const TaskTable> sorted_table(const TaskTable& before, const std::vector<const Json*>& tasks, NameResolver& resolver) {
    struct SortedTask {
        NamedTask named;
        Time created{};
    };
    std::vector<SortedTask> entries;
    entries.reserve(tasks.size());
    for (const Json* task : tasks) {
        const std::int64_t slot = number_at(*task, "Slot");
        const std::string name = fmt::format("{}.{}", *resolver.service(text_at(*task, "ServiceID")), slot != 0 ? std::to_string(slot) : text_at(*task, "NodeID"));
        entries.push_back({{task, name, {}}, parse_rfc3339(text_at(*task, "CreatedAt")).value_or(Time{})});
    }
    std::stable_sort(entries.begin(), entries.end(), [](const SortedTask& a, const SortedTask& b) {
        if (a.named.name != b.named.name) return format::natural_less(a.named.name, b.named.name);
        return a.created > b.created;
    });
    auto table = std::make_shared<TaskTable>(before);
    std::set<std::string> seen;
    for (SortedTask& entry : entries) {
        add_once(table->nodes, seen, text_at(*entry.named.task, "NodeID"));
        table->sorted.push_back(std::move(entry.named));
    }
    return table;
}

}  // namespace

Outcome print_tasks(const Invocation& invocation, Talk& talk, const std::vector<const Json*>& tasks, bool quiet_in_full) {
    const bool quiet = invocation.flags.on("quiet");
    const bool truncate = !invocation.flags.on("no-trunc") && !(quiet && quiet_in_full);
    const std::string source = invocation.flags.text("format");
    NameResolver resolver(talk, invocation.flags.on("no-resolve"));
    std::shared_ptr<const TaskTable>& table = talk.tasks();
    if (table == nullptr) table = services_of(tasks);
    for (const std::string& service : table->services)
        if (resolver.service(service) == nullptr) return std::nullopt;
    if (table->sorted.size() != tasks.size()) table = sorted_table(*table, tasks, resolver);
    for (const std::string& node : table->nodes)
        if (resolver.node(node) == nullptr) return std::nullopt;
    const bool is_table = source.empty() || source.starts_with("table");
    // Of a task that is listed twice, the last name counts for both, as in docker's map of names by id.
    std::map<std::string, std::string> shown;
    std::string before;
    for (const NamedTask& task : table->sorted) {
        shown[text_at(*task.task, "ID")] = (task.name == before && is_table ? " \\_ " : "") + task.name;
        before = task.name;
    }
    std::vector<format::Row> rows;
    rows.reserve(table->sorted.size());
    for (NamedTask task : table->sorted) {
        task.name = shown[text_at(*task.task, "ID")];
        task.node = *resolver.node(text_at(*task.task, "NodeID"));
        rows.push_back(task_row(task, talk.now(), truncate));
    }
    return render(Listed::Task, source, quiet, rows);
}

}  // namespace podium::programs::docker
