#include "sim/orch/scheduler/constraint.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "sim/base/text.hpp"
#include "sim/orch/scheduler/ip_address.hpp"

namespace podium::scheduler {
namespace {

char small(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool is_letter(char c) {
    return small(c) >= 'a' && small(c) <= 'z';
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/// constraint.go: ^(?i)[a-z_][a-z0-9\-_.]+$
bool is_key(std::string_view text) {
    return text.size() >= 2 && (is_letter(text[0]) || text[0] == '_') &&
           std::all_of(text.begin() + 1, text.end(), [](char c) {
               return is_letter(c) || is_digit(c) || c == '-' || c == '_' || c == '.';
           });
}

/// constraint.go: ^(?i)[a-z0-9:\-_\s\.\*\(\)\?\+\[\]\\\^\$\|\/]+$
bool is_value(std::string_view text) {
    constexpr std::string_view kOthers = ":-_ \t\n\f\r.*()?+[]\\^$|/";
    return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
        return is_letter(c) || is_digit(c) || kOthers.find(c) != std::string_view::npos;
    });
}

bool compare(const Constraint& constraint, std::string_view what) {
    return same_but_for_case(constraint.value, what) == constraint.equal;
}

bool compare_label(const Constraint& constraint, const Labels& labels, std::string_view label) {
    const auto found = labels.find(std::string(label));
    return compare(constraint,
                   found == labels.end() ? std::string_view{} : std::string_view(found->second));
}

/// A malformed address or network refuses every node.
bool compare_address(const Constraint& constraint, const std::string& address) {
    const auto node = parse_ip(address);
    if (const auto ip = parse_ip(constraint.value)) {
        return (node == ip) == constraint.equal;
    }
    if (const auto network = parse_cidr(constraint.value)) {
        return (node && network->contains(*node)) == constraint.equal;
    }
    return false;
}

}  // namespace

bool same_but_for_case(std::string_view a, std::string_view b) {
    return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) {
               return small(x) == small(y);
           });
}

std::string_view label_of(std::string_view key, std::string_view prefix) {
    return key.size() > prefix.size() && same_but_for_case(key.substr(0, prefix.size()), prefix)
               ? key.substr(prefix.size())
               : std::string_view{};
}

Result<std::vector<Constraint>> parse_constraints(const std::vector<std::string>& texts) {
    std::vector<Constraint> constraints;
    for (const auto& text : texts) {
        const bool equal = text.find("==") != std::string::npos;
        const auto at = text.find(equal ? "==" : "!=");
        if (at == std::string::npos) {
            return Error{"constraint expected one operator from ==, !=", {}, {}};
        }
        const auto key = trim(std::string_view(text).substr(0, at));
        if (!is_key(key)) {
            return Error{fmt::format("key '{}' is invalid", key), {}, {}};
        }
        const auto value = trim(std::string_view(text).substr(at + 2));
        if (!is_value(value)) {
            return Error{fmt::format("value '{}' is invalid", value), {}, {}};
        }
        constraints.push_back({std::string(key), equal, std::string(value)});
    }
    return constraints;
}

bool matches(const Constraint& constraint, const NodeDescription& node) {
    if (same_but_for_case(constraint.key, "node.id")) return compare(constraint, node.id);
    if (same_but_for_case(constraint.key, "node.hostname"))
        return compare(constraint, node.hostname);
    if (same_but_for_case(constraint.key, "node.ip"))
        return compare_address(constraint, node.address);
    if (same_but_for_case(constraint.key, "node.role")) {
        return compare(constraint, node.role == Role::Manager ? "manager" : "worker");
    }
    if (same_but_for_case(constraint.key, "node.platform.os"))
        return compare(constraint, node.platform.os);
    if (same_but_for_case(constraint.key, "node.platform.arch"))
        return compare(constraint, node.platform.architecture);
    if (const auto label = label_of(constraint.key, kNodeLabelPrefix); !label.empty()) {
        return compare_label(constraint, node.labels, label);
    }
    if (const auto label = label_of(constraint.key, kEngineLabelPrefix); !label.empty()) {
        return compare_label(constraint, node.engine_labels, label);
    }
    return false;
}

bool matches(const std::vector<Constraint>& constraints, const NodeDescription& node) {
    return std::all_of(constraints.begin(), constraints.end(), [&](const Constraint& one) {
        return matches(one, node);
    });
}

}  // namespace podium::scheduler
