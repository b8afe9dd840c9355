#include <fmt/format.h>

#include "sim/orch/scheduler/filter.hpp"

// The node's engine has the drivers the task's volumes, networks and log want.

namespace podium::scheduler {
namespace plugin_filter {
namespace {

bool applies(const TaskShape& shape) {
    return !shape.plugins.empty();
}

/// An engine that names no log drivers at all is an old one and refuses none; a plug-in can be
/// named without its tag (filter.go, pluginExistsOnNode).
bool has(const NodeInfo& node, const Plugin& wanted) {
    bool type_found = false;
    for (const auto& plugin : node.plugins) {
        if (plugin.type != wanted.type) {
            continue;
        }
        type_found = true;
        if (plugin.name == wanted.name || plugin.name == wanted.name + ":latest") {
            return true;
        }
    }
    return wanted.type == "Log" && !type_found;
}

bool passes(const TaskShape& shape, const NodeInfo& node) {
    for (const auto& wanted : shape.plugins) {
        if (!has(node, wanted)) {
            return false;
        }
    }
    return true;
}

std::string sentence(std::uint32_t nodes) {
    return on_nodes("missing plugin", nodes);
}

std::string figures(const TaskShape& shape, const NodeInfo& node) {
    std::string text;
    for (const auto& wanted : shape.plugins) {
        if (!has(node, wanted)) {
            text += fmt::format(
                "{}has no {} plug-in '{}'", text.empty() ? "" : ", ", wanted.type, wanted.name);
        }
    }
    return text;
}

std::vector<Remedy> remedies(const TaskShape& shape, const NodeInfo& node) {
    std::vector<Remedy> found;
    for (const auto& wanted : shape.plugins) {
        if (!has(node, wanted)) {
            found.push_back({Remedy::Kind::AddPlugin, node.number, wanted.name, wanted.type, 0});
        }
    }
    return found;
}

}  // namespace
}  // namespace plugin_filter

const Filter kPluginFilter{"plugin",
                           false,
                           plugin_filter::applies,
                           plugin_filter::passes,
                           plugin_filter::sentence,
                           plugin_filter::figures,
                           plugin_filter::remedies};

}  // namespace podium::scheduler
