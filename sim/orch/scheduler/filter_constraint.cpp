#include <fmt/format.h>
#include <optional>

#include "sim/orch/scheduler/filter.hpp"

// The node is one the task's placement constraints allow.

namespace podium::scheduler {
namespace constraint_filter {
namespace {

bool applies(const TaskShape& shape) {
    return !shape.constraints.empty();
}

bool passes(const TaskShape& shape, const NodeInfo& node) {
    return matches(shape.constraints, node);
}

std::string sentence(std::uint32_t nodes) {
    return on_nodes("scheduling constraints not satisfied", nodes);
}

/// What the node has of what a constraint looks at; none where nobody knows its key.
std::optional<std::string> has_instead(const Constraint& constraint, const NodeInfo& node) {
    const auto is = [&](std::string_view key) { return same_but_for_case(constraint.key, key); };
    const auto label_in = [](const Labels& labels, std::string_view label) {
        const auto found = labels.find(std::string(label));
        return found == labels.end() ? std::string("there is no such label")
                                     : fmt::format("it is {}", found->second);
    };
    if (is("node.id")) return "it is " + node.id;
    if (is("node.hostname")) return "it is " + node.hostname;
    if (is("node.ip")) return "it is " + node.address;
    if (is("node.role"))
        return std::string(node.role == Role::Manager ? "it is manager" : "it is worker");
    if (is("node.platform.os")) return "it is " + node.platform.os;
    if (is("node.platform.arch")) return "it is " + node.platform.architecture;
    if (const auto label = label_of(constraint.key, kNodeLabelPrefix); !label.empty())
        return label_in(node.labels, label);
    if (const auto label = label_of(constraint.key, kEngineLabelPrefix); !label.empty())
        return label_in(node.engine_labels, label);
    return std::nullopt;
}

std::string figures(const TaskShape& shape, const NodeInfo& node) {
    std::string text;
    for (const auto& constraint : shape.constraints) {
        if (!matches(constraint, node)) {
            const auto instead = has_instead(constraint, node);
            text += fmt::format("{}{} does not hold{}",
                                text.empty() ? "" : ", ",
                                constraint.text(),
                                instead ? fmt::format(" ({})", *instead) : std::string());
        }
    }
    return text;
}

/// Labels can be set and roles changed; a node's name, address and platform are what they are.
bool remedy(const Constraint& constraint, const NodeInfo& node, std::vector<Remedy>& found) {
    if (const auto label = label_of(constraint.key, kNodeLabelPrefix); !label.empty()) {
        found.push_back({constraint.equal ? Remedy::Kind::SetLabel : Remedy::Kind::RemoveLabel,
                         node.number,
                         std::string(label),
                         constraint.equal ? constraint.value : std::string(),
                         0});
        return true;
    }
    if (const auto label = label_of(constraint.key, kEngineLabelPrefix); !label.empty()) {
        found.push_back(
            {constraint.equal ? Remedy::Kind::SetEngineLabel : Remedy::Kind::RemoveEngineLabel,
             node.number,
             std::string(label),
             constraint.equal ? constraint.value : std::string(),
             0});
        return true;
    }
    if (same_but_for_case(constraint.key, "node.role")) {
        found.push_back({node.role == Role::Worker ? Remedy::Kind::Promote : Remedy::Kind::Demote,
                         node.number,
                         {},
                         {},
                         0});
        return true;
    }
    return false;
}

std::vector<Remedy> remedies(const TaskShape& shape, const NodeInfo& node) {
    std::vector<Remedy> found;
    for (const auto& constraint : shape.constraints) {
        if (!matches(constraint, node) && !remedy(constraint, node, found)) {
            return {};
        }
    }
    return found;
}

}  // namespace
}  // namespace constraint_filter

const Filter kConstraintFilter{"constraint",
                               false,
                               constraint_filter::applies,
                               constraint_filter::passes,
                               constraint_filter::sentence,
                               constraint_filter::figures,
                               constraint_filter::remedies};

}  // namespace podium::scheduler
