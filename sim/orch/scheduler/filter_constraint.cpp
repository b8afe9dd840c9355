#include <fmt/format.h>

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

std::string figures(const TaskShape& shape, const NodeInfo& node) {
    std::string text;
    for (const auto& constraint : shape.constraints) {
        if (!matches(constraint, node)) {
            text += fmt::format("{}{} does not hold", text.empty() ? "" : ", ", constraint.text());
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
