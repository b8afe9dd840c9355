#include <fmt/format.h>

#include "sim/orch/scheduler/filter.hpp"

// What the task reserves is free. Limits don't count, nor what is really used.

namespace podium::scheduler {
namespace resources_filter {
namespace {

bool applies(const TaskShape& shape) {
    return shape.reservations.nano_cpus != 0 || shape.reservations.memory_bytes != 0 ||
           !shape.reservations.generic.empty();
}

/// Of a kind that the node doesn't have nothing is enough, not even for none of it (HasEnough in
/// swarmkit's api/genericresource/validate.go).
bool has_enough(const NodeInfo& node, const std::string& kind, std::int64_t wanted) {
    return node.total.generic.contains(kind) && wanted <= node.free_generic(kind);
}

bool passes(const TaskShape& shape, const NodeInfo& node) {
    if (shape.reservations.nano_cpus > node.free_nano_cpus() ||
        shape.reservations.memory_bytes > node.free_memory_bytes()) {
        return false;
    }
    for (const auto& [kind, wanted] : shape.reservations.generic) {
        if (!has_enough(node, kind, wanted)) {
            return false;
        }
    }
    return true;
}

std::string sentence(std::uint32_t nodes) {
    return on_nodes("insufficient resources", nodes);
}

/// "0.5 of 2 CPUs are free": one unit where both have the same.
std::string free_part(const std::string& part, const std::string& whole) {
    if (part.starts_with("0 ")) return fmt::format("none of {} is free", whole);
    const auto unit = [](const std::string& text) {
        const std::string last = text.substr(text.rfind(' ') + 1);
        return last == "CPU" ? std::string("CPUs") : last;
    };
    const bool same = unit(part) == unit(whole);
    return fmt::format("{} of {} are free", same ? part.substr(0, part.rfind(' ')) : part, whole);
}

std::string figures(const TaskShape& shape, const NodeInfo& node) {
    std::string text;
    const auto add = [&](const std::string& part) { text += (text.empty() ? "" : ", ") + part; };
    if (shape.reservations.nano_cpus > node.free_nano_cpus()) {
        add(fmt::format(
            "reserves {}, and {}",
            format_cpus(shape.reservations.nano_cpus),
            free_part(format_cpus(node.free_nano_cpus()), format_cpus(node.total.nano_cpus))));
    }
    if (shape.reservations.memory_bytes > node.free_memory_bytes()) {
        add(fmt::format(
            "reserves {} of memory, and {}",
            format_memory(shape.reservations.memory_bytes),
            free_part(format_memory(node.free_memory_bytes()), format_memory(node.total.memory_bytes))));
    }
    for (const auto& [kind, wanted] : shape.reservations.generic) {
        if (!has_enough(node, kind, wanted)) {
            const auto has = node.total.generic.find(kind);
            add(fmt::format("reserves {} {}, and {} of {} are free",
                            wanted,
                            kind,
                            node.free_generic(kind),
                            has == node.total.generic.end() ? 0 : has->second));
        }
    }
    return text;
}

/// Freeing helps only up to what the node has in all.
std::vector<Remedy> remedies(const TaskShape& shape, const NodeInfo& node) {
    std::vector<Remedy> found;
    const auto& wanted = shape.reservations;
    if (wanted.nano_cpus > node.total.nano_cpus || wanted.memory_bytes > node.total.memory_bytes) {
        return {};
    }
    if (wanted.nano_cpus > node.free_nano_cpus()) {
        found.push_back({Remedy::Kind::FreeCpus,
                         node.number,
                         {},
                         {},
                         wanted.nano_cpus - node.free_nano_cpus()});
    }
    if (wanted.memory_bytes > node.free_memory_bytes()) {
        found.push_back({Remedy::Kind::FreeMemory,
                         node.number,
                         {},
                         {},
                         wanted.memory_bytes - node.free_memory_bytes()});
    }
    for (const auto& [kind, amount] : wanted.generic) {
        if (has_enough(node, kind, amount)) {
            continue;
        }
        const auto has = node.total.generic.find(kind);
        if (has == node.total.generic.end() || has->second < amount) {
            return {};
        }
        found.push_back(
            {Remedy::Kind::FreeGeneric, node.number, kind, {}, amount - node.free_generic(kind)});
    }
    return found;
}

}  // namespace
}  // namespace resources_filter

const Filter kResourceFilter{"resources",
                             true,
                             resources_filter::applies,
                             resources_filter::passes,
                             resources_filter::sentence,
                             resources_filter::figures,
                             resources_filter::remedies};

}  // namespace podium::scheduler
