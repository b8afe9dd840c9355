#include "sim/orch/scheduler/placer.hpp"

#include <algorithm>

namespace podium::scheduler {
namespace {

/// scheduler.go, monitorFailures.
constexpr Duration kFailuresRemembered = minutes(5);

void reserve(Resources& reserved, const Resources& amount, std::int64_t sign) {
    reserved.nano_cpus += sign * amount.nano_cpus;
    reserved.memory_bytes += sign * amount.memory_bytes;
    for (const auto& [kind, pieces] : amount.generic) {
        reserved.generic[kind] += sign * pieces;
    }
}

/// Where the entry of the number is, or belongs.
template <class Entries>
auto entry_of(Entries& entries, std::uint32_t number) {
    return std::lower_bound(
        entries.begin(), entries.end(), number, [](const auto& entry, std::uint32_t wanted) {
            return entry.first < wanted;
        });
}

}  // namespace

std::uint32_t recent_failures(const NodeInfo& node, const TaskShape& shape, Time now) {
    for (const auto& failures : node.use.failures) {
        if (failures.service == shape.service && failures.spec_version == shape.spec_version) {
            return static_cast<std::uint32_t>(
                std::count_if(failures.times.begin(), failures.times.end(), [&](Time time) {
                    return now - time <= kFailuresRemembered;
                }));
        }
    }
    return 0;
}

NodeInfo* Placer::find(NodeNumber number) {
    return number == 0 || number > nodes_.size() || nodes_[number - 1].number == 0
               ? nullptr
               : &nodes_[number - 1];
}

const NodeInfo* Placer::node(NodeNumber number) const {
    return number == 0 || number > nodes_.size() || nodes_[number - 1].number == 0
               ? nullptr
               : &nodes_[number - 1];
}

void Placer::set_node(const NodeDescription& node) {
    PODIUM_ASSERT(node.number > 0, "a node has a number");
    if (nodes_.size() < node.number) {
        nodes_.resize(node.number);
    }
    NodeInfo& place = nodes_[node.number - 1];
    if (place.number == 0) {
        present_.insert(std::lower_bound(present_.begin(), present_.end(), node.number),
                        node.number);
    }
    if (place.number != 0 && place.ready && !node.ready) {
        ++place.use.outages;
    }
    static_cast<NodeDescription&>(place) = node;
    pools_.changed(node.number, true);
}

void Placer::remove_node(NodeNumber number) {
    NodeInfo* node = find(number);
    if (node == nullptr) {
        return;
    }
    while (!node->use.services.empty()) {
        const auto [service, active] = node->use.services.back();
        for (std::uint32_t i = 0; i < active; ++i) {
            count_active(*node, service, false);
        }
    }
    *node = {};
    std::erase(failing_, number);
    present_.erase(std::lower_bound(present_.begin(), present_.end(), number));
    pools_.changed(number, true);
}

void Placer::count_active(NodeInfo& node, ServiceNumber service, bool more) {
    auto& services = node.use.services;
    auto& nodes = spread_[service];
    const auto here = entry_of(services, service);
    const auto there = entry_of(nodes, node.number);
    const bool known = here != services.end() && here->first == service;
    if (more) {
        ++node.use.active;
        if (known) {
            ++here->second;
            ++there->second;
        } else {
            services.insert(here, {service, 1});
            nodes.insert(there, {node.number, 1});
        }
        return;
    }
    PODIUM_ASSERT(known, "only what is active on a node stops being so");
    --node.use.active;
    --there->second;
    if (--here->second == 0) {
        services.erase(here);
        nodes.erase(there);
        if (nodes.empty()) {
            spread_.erase(service);
        }
    }
}

void Placer::add(NodeInfo& node,
                 ServiceNumber service,
                 const Resources& reservations,
                 const std::vector<HostPort>& ports,
                 bool active) {
    reserve(node.use.reserved, reservations, 1);
    for (const HostPort& port : ports) {
        ++node.use.ports[port];
    }
    if (active) {
        count_active(node, service, true);
    }
    pools_.changed(node.number, false);
}

void Placer::task_added(NodeNumber number, const TaskUse& task, bool active) {
    if (NodeInfo* node = find(number)) {
        add(*node, task.service, task.reservations, task.host_ports, active);
    }
}

void Placer::task_removed(NodeNumber number, const TaskUse& task, bool active) {
    NodeInfo* node = find(number);
    if (node == nullptr) {
        return;
    }
    reserve(node->use.reserved, task.reservations, -1);
    for (const HostPort& port : task.host_ports) {
        const auto taken = node->use.ports.find(port);
        PODIUM_ASSERT(taken != node->use.ports.end(), "a task gives back the ports it had");
        if (--taken->second == 0) {
            node->use.ports.erase(taken);
        }
    }
    if (active) {
        count_active(*node, task.service, false);
    }
    pools_.changed(number, false);
}

void Placer::task_active(NodeNumber number, ServiceNumber service, bool active) {
    if (NodeInfo* node = find(number)) {
        count_active(*node, service, active);
        pools_.changed(number, false);
    }
}

void Placer::task_failed(NodeNumber number,
                         ServiceNumber service,
                         std::uint64_t spec_version,
                         Time now) {
    NodeInfo* node = find(number);
    if (node == nullptr) {
        return;
    }
    auto& all = node->use.failures;
    const auto forgotten = [&](Time time) { return now - time >= kFailuresRemembered; };
    for (auto& failures : all) {
        std::erase_if(failures.times, forgotten);
    }
    std::erase_if(all, [](const Failures& failures) { return failures.times.empty(); });
    auto found = std::find_if(all.begin(), all.end(), [&](const Failures& failures) {
        return failures.service == service && failures.spec_version == spec_version;
    });
    if (found == all.end()) {
        found = all.insert(all.end(), {service, spec_version, {}});
    }
    found->times.push_back(now);
    const auto place = std::lower_bound(failing_.begin(), failing_.end(), number);
    if (place == failing_.end() || *place != number) {
        failing_.insert(place, number);
    }
}

std::string Placer::explain(const TaskShape& shape) const {
    Tally tally;
    for (const NodeNumber number : present_) {
        const std::size_t filter = first_refusal(shape, nodes_[number - 1]);
        if (filter == kNoFilter) {
            return {};
        }
        tally.refused(filter);
    }
    return tally.explain();
}

bool Placer::fits(const TaskShape& shape, NodeNumber number) const {
    const NodeInfo* info = node(number);
    return info != nullptr && first_refusal(shape, *info) == kNoFilter;
}

std::string Placer::refusal(const TaskShape& shape, NodeNumber number) const {
    const NodeInfo* info = node(number);
    const std::size_t filter = info == nullptr ? kNoFilter : first_refusal(shape, *info);
    return filter == kNoFilter ? std::string() : filters()[filter]->sentence(1);
}

}  // namespace podium::scheduler
