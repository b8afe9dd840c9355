#include "sim/conform/swarm_rows.hpp"

#include <nlohmann/json.hpp>

namespace podium::conform {
namespace {

void read_task(Recording& recording, JsonRow& row) {
    TaskRow task;
    task.t = row.needed_number("t");
    task.id = row.needed_text("task");
    task.service = row.needed_text("service");
    task.slot = row.integer("slot");
    task.host = row.text("host");
    task.state = row.needed_text("state");
    task.desired = row.needed_text("desired");
    task.since = row.has("state_t") ? row.number("state_t") : task.t;
    task.error = row.text("err");
    if (row.has("exit")) task.exit_code = row.integer("exit");
    recording.tasks.push_back(std::move(task));
}

void read_node(Recording& recording, JsonRow& row) {
    NodeRow node;
    node.t = row.needed_number("t");
    node.name = row.needed_text("name");
    node.state = row.needed_text("state");
    node.availability = row.needed_text("availability");
    node.role = row.needed_text("role");
    node.leader = row.flag("leader");
    node.reachability = row.text("reachability");
    recording.node_rows.push_back(std::move(node));
}

std::map<std::string, int> counts_of(JsonRow& row) {
    std::map<std::string, int> counts;
    const JsonRow::Json* per_node = row.find("per_node");
    if (per_node == nullptr || !per_node->is_object()) {
        row.complain("it has no 'per_node'");
        return counts;
    }
    JsonRow part(*per_node);
    for (const auto& [name, value] : per_node->items()) counts[name] = part.integer(name.c_str());
    row.complain(part.problem());
    return counts;
}

void read_spread(Recording& recording, JsonRow& row, bool placement) {
    SpreadRow spread;
    spread.t = row.needed_number("t");
    spread.label = row.needed_text("label");
    spread.placement = placement;
    spread.per_node = counts_of(row);
    if (placement) {
        spread.service = "p";  // the service of all placements
        spread.flags = row.text("flags");
        spread.pending = row.needed_integer("pending");
        spread.errors = row.texts("err");
    } else {
        spread.service = row.needed_text("service");
    }
    recording.spreads.push_back(std::move(spread));
}

}  // namespace

bool read_swarm_row(Recording& recording, JsonRow& row, const std::string& type) {
    if (type == "task") {
        read_task(recording, row);
    } else if (type == "node") {
        read_node(recording, row);
    } else if (type == "update-status") {
        recording.updates.push_back({row.needed_number("t"), row.needed_text("service"), row.needed_text("state"), row.text("msg")});
    } else if (type == "placement" || type == "distribution") {
        read_spread(recording, row, type == "placement");
    } else {
        return type == "task-removed";
    }
    return true;
}

void read_swarm_header(Recording& recording, JsonRow& row) {
    const JsonRow::Json* nodes = row.find("nodes");
    if (nodes == nullptr || !nodes->is_object() || nodes->empty()) {
        row.complain("it has no 'nodes'");
        return;
    }
    JsonRow names(*nodes);
    for (const auto& [key, name] : nodes->items()) recording.nodes[key] = names.needed_text(key.c_str());
    row.complain(names.problem());
    if (const JsonRow::Json* labelled = row.find("node_labels"); labelled != nullptr && labelled->is_object()) {
        for (const auto& [name, labels] : labelled->items()) {
            JsonRow values(labels);
            for (const auto& [label, value] : labels.items()) recording.node_labels[name][label] = values.text(label.c_str());
        }
    }
    for (const char* file : {"stack.yml", "stack2.yml", "stack3.yml", "bad.yml"}) {
        if (row.has(file)) recording.files[file] = row.text(file);
    }
}

}  // namespace podium::conform
