#include "sim/orch/scheduler/remedy.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace podium::scheduler {
namespace {

/// A number with up to three decimals, without zeros at the end; rounded down.
std::string thousandths(std::int64_t value) {
    auto text = fmt::format(
        "{}{}.{:03}", value < 0 ? "-" : "", std::abs(value) / 1000, std::abs(value) % 1000);
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.') {
        text.pop_back();
    }
    return text;
}

}  // namespace

std::string format_cpus(std::int64_t nano_cpus) {
    return thousandths(nano_cpus / 1'000'000) + (nano_cpus == 1'000'000'000 ? " CPU" : " CPUs");
}

std::string format_memory(std::int64_t bytes) {
    constexpr std::int64_t kMebi = 1 << 20;
    constexpr std::int64_t kGibi = 1 << 30;
    const auto size = std::abs(bytes);
    if (size >= kGibi) {
        return thousandths(bytes / kMebi * 1000 / 1024) + " GiB";
    }
    return size >= kMebi ? thousandths(bytes / 1024 * 1000 / 1024) + " MiB"
                         : fmt::format("{} bytes", bytes);
}

void apply(const Remedy& remedy, TaskShape& shape, NodeInfo& node) {
    using Kind = Remedy::Kind;
    switch (remedy.kind) {
        case Kind::Activate:
            node.availability = Availability::Active;
            return;
        case Kind::SetLabel:
            node.labels[remedy.name] = remedy.value;
            return;
        case Kind::RemoveLabel:
            node.labels.erase(remedy.name);
            return;
        case Kind::RaiseReplicas:
            shape.max_replicas = static_cast<std::uint64_t>(remedy.amount);
            return;
        case Kind::Promote:
            node.role = Role::Manager;
            return;
        case Kind::Demote:
            node.role = Role::Worker;
            return;
        case Kind::FreeCpus:
            node.use.reserved.nano_cpus -= remedy.amount;
            return;
        case Kind::FreeMemory:
            node.use.reserved.memory_bytes -= remedy.amount;
            return;
        case Kind::FreeGeneric:
            node.use.reserved.generic[remedy.name] -= remedy.amount;
            return;
        case Kind::FreePort:
            node.use.ports.erase({remedy.name, static_cast<std::uint16_t>(remedy.amount)});
            return;
        case Kind::AddPlugin:
            node.plugins.push_back({remedy.value, remedy.name});
            return;
        case Kind::SetEngineLabel:
            node.engine_labels[remedy.name] = remedy.value;
            return;
        case Kind::RemoveEngineLabel:
            node.engine_labels.erase(remedy.name);
            return;
        case Kind::ReserveLessCpus:
            shape.reservations.nano_cpus -= remedy.amount;
            return;
        case Kind::ReserveLessMemory:
            shape.reservations.memory_bytes -= remedy.amount;
            return;
        case Kind::BringBack:
            node.ready = true;
            return;
        case Kind::DropConstraint:
            std::erase_if(shape.constraints, [&](const Constraint& constraint) {
                return constraint.text() == remedy.name;
            });
            return;
    }
}

std::string describe(const Remedy& remedy, const std::string& node_name) {
    using Kind = Remedy::Kind;
    switch (remedy.kind) {
        case Kind::Activate:
            return fmt::format("set node {} to active", node_name);
        case Kind::SetLabel:
            return fmt::format(
                "give node {} the label {}={}", node_name, remedy.name, remedy.value);
        case Kind::RemoveLabel:
            return fmt::format("take the label {} from node {}", remedy.name, node_name);
        case Kind::RaiseReplicas:
            return fmt::format("allow {} replicas on a node", remedy.amount);
        case Kind::Promote:
            return fmt::format("promote node {}", node_name);
        case Kind::Demote:
            return fmt::format("demote node {}", node_name);
        case Kind::FreeCpus:
            return fmt::format("free {} on node {}", format_cpus(remedy.amount), node_name);
        case Kind::FreeMemory:
            return fmt::format(
                "free {} of memory on node {}", format_memory(remedy.amount), node_name);
        case Kind::FreeGeneric:
            return fmt::format("free {} {} on node {}", remedy.amount, remedy.name, node_name);
        case Kind::FreePort:
            return fmt::format("free port {}/{} on node {}", remedy.amount, remedy.name, node_name);
        case Kind::AddPlugin:
            return fmt::format(
                "install the {} plug-in {} on node {}", remedy.value, remedy.name, node_name);
        case Kind::SetEngineLabel:
            return fmt::format(
                "give the engine of node {} the label {}={}", node_name, remedy.name, remedy.value);
        case Kind::RemoveEngineLabel:
            return fmt::format(
                "take the label {} from the engine of node {}", remedy.name, node_name);
        case Kind::ReserveLessCpus:
            return fmt::format("reserve {} less", format_cpus(remedy.amount));
        case Kind::ReserveLessMemory:
            return fmt::format("reserve {} of memory less", format_memory(remedy.amount));
        case Kind::BringBack:
            return fmt::format("bring node {} back", node_name);
        case Kind::DropConstraint:
            return fmt::format("drop the constraint {}", remedy.name);
    }
    return {};
}

}  // namespace podium::scheduler
