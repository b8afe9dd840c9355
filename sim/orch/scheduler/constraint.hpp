#pragma once

// Placement constraints: "node.labels.disk==ssd". As swarmkit's manager/constraint/constraint.go
// reads and matches them: values are compared whole and without regard to case; there are no
// wildcards.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/result.hpp"
#include "sim/orch/scheduler/node_info.hpp"

namespace podium::scheduler {

struct Constraint {
    std::string key;
    bool equal = true;  ///< "==", or "!=".
    std::string value;

    bool operator==(const Constraint&) const = default;

    [[nodiscard]] std::string text() const { return key + (equal ? "==" : "!=") + value; }
};

inline constexpr std::string_view kNodeLabelPrefix = "node.labels.";
inline constexpr std::string_view kEngineLabelPrefix = "engine.labels.";

/// Reads a list of constraints. The errors are swarmkit's: "key 'node.id ?' is invalid", "value '*'
/// is invalid", "constraint expected one operator from ==, !=".
Result<std::vector<Constraint>> parse_constraints(const std::vector<std::string>& texts);

/// Whether the node satisfies the constraint. One with a key that nobody knows is never satisfied.
bool matches(const Constraint& constraint, const NodeDescription& node);
bool matches(const std::vector<Constraint>& constraints, const NodeDescription& node);

/// The label that a key or a spread descriptor names: "node.labels.zone" → "zone". The prefix is
/// compared without regard to case, the label with. Empty when it names none.
std::string_view label_of(std::string_view key, std::string_view prefix);

/// What two texts are when case doesn't matter: equal or not. Letters of ASCII only.
bool same_but_for_case(std::string_view a, std::string_view b);

}  // namespace podium::scheduler
