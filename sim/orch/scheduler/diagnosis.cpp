#include "sim/orch/scheduler/diagnosis.hpp"

#include <algorithm>
#include <optional>
#include <tuple>

#include "sim/orch/scheduler/filter.hpp"

namespace podium::scheduler {
namespace {

std::string name_of(const NodeInfo& node) {
    return node.name.empty() ? node.hostname : node.name;
}

/// What lets the node take the task, filter by filter; none when some filter knows of nothing.
std::optional<std::vector<Remedy>> steps_for(NodeInfo node, TaskShape shape) {
    std::vector<Remedy> steps;
    // Each round contents at least one filter, and none is asked twice.
    for (std::size_t round = 0; round <= kFilters; ++round) {
        const std::size_t filter = first_refusal(shape, node);
        if (filter == kNoFilter) {
            return steps;
        }
        const auto remedies = filters()[filter]->remedies(shape, node);
        if (remedies.empty()) {
            return std::nullopt;
        }
        for (const auto& remedy : remedies) {
            apply(remedy, shape, node);
            steps.push_back(remedy);
        }
    }
    return std::nullopt;
}

/// Dropping one constraint is a way out when some node then takes the task as it stands.
std::optional<NodeNumber> taker(const Placer& placer, const TaskShape& shape) {
    std::optional<NodeNumber> found;
    placer.for_each_node([&](const NodeInfo& node) {
        if (!found && first_refusal(shape, node) == kNoFilter) {
            found = node.number;
        }
    });
    return found;
}

/// Reserving no more than the node has free, when it would take the task then.
std::optional<std::vector<Remedy>> less_for(NodeInfo node, TaskShape shape) {
    std::vector<Remedy> steps;
    const auto less = [&](Remedy::Kind kind, std::int64_t reserved, std::int64_t free) {
        if (reserved <= free || free < 0) {
            return;
        }
        steps.push_back({kind, 0, {}, {}, reserved - free});
    };
    less(Remedy::Kind::ReserveLessCpus, shape.reservations.nano_cpus, node.free_nano_cpus());
    less(
        Remedy::Kind::ReserveLessMemory, shape.reservations.memory_bytes, node.free_memory_bytes());
    for (const auto& step : steps) {
        apply(step, shape, node);
    }
    if (steps.empty() || first_refusal(shape, node) != kNoFilter) {
        return std::nullopt;
    }
    return steps;
}

/// The order in which ways out are told.
bool nearer(const WayOut& a, const WayOut& b) {
    const auto rank = [](const WayOut& way) {
        auto hardest = Remedy::Kind::Activate;
        std::int64_t amount = 0;
        for (const auto& step : way.steps) {
            hardest = std::max(hardest, step.kind);
            amount += step.amount;
        }
        return std::tuple(way.steps.size(), hardest, amount);
    };
    const auto left = rank(a);
    const auto right = rank(b);
    return left != right ? left < right : a.steps < b.steps;
}

/// Whether two ways out are the same but for how much of something the task is allowed.
bool covers(const WayOut& a, const WayOut& b) {
    return std::equal(a.steps.begin(),
                      a.steps.end(),
                      b.steps.begin(),
                      b.steps.end(),
                      [](const Remedy& x, const Remedy& y) {
                          return x == y || (x.kind == y.kind &&
                                            (x.kind == Remedy::Kind::RaiseReplicas ||
                                             x.kind == Remedy::Kind::ReserveLessCpus ||
                                             x.kind == Remedy::Kind::ReserveLessMemory));
                      });
}

}  // namespace

std::vector<NodeVerdict> diagnose(const Placer& placer, const TaskShape& shape) {
    std::vector<NodeVerdict> table;
    placer.for_each_node([&](const NodeInfo& node) {
        NodeVerdict verdict{node.number, name_of(node), {}};
        for (const Filter* filter : filters()) {
            if (filter->applies(shape) && !filter->passes(shape, node)) {
                verdict.refusals.push_back({filter->name, filter->figures(shape, node)});
            }
        }
        table.push_back(std::move(verdict));
    });
    return table;
}

std::vector<WayOut> nearest_changes(const Placer& placer,
                                    const TaskShape& shape,
                                    std::size_t at_most) {
    if (taker(placer, shape)) {
        return {};
    }
    std::vector<WayOut> ways;
    placer.for_each_node([&](const NodeInfo& node) {
        if (auto steps = steps_for(node, shape)) {
            ways.push_back({std::move(*steps), {}});
        }
        if (auto steps = less_for(node, shape)) {
            ways.push_back({std::move(*steps), {}});
        }
    });
    for (const auto& constraint : shape.constraints) {
        const Remedy drop{Remedy::Kind::DropConstraint, 0, constraint.text(), {}, 0};
        TaskShape without = shape;
        NodeInfo none;
        apply(drop, without, none);
        if (taker(placer, without)) {
            ways.push_back({{drop}, {}});
        }
    }
    std::sort(ways.begin(), ways.end(), nearer);
    // What changes the task alone is found for many nodes, more of it for some: the least is
    // enough.
    std::vector<WayOut> distinct;
    for (auto& way : ways) {
        if (std::none_of(distinct.begin(), distinct.end(), [&](const WayOut& other) {
                return covers(other, way);
            })) {
            distinct.push_back(std::move(way));
        }
    }
    ways = std::move(distinct);
    ways.resize(std::min(ways.size(), at_most));
    for (auto& way : ways) {
        for (const auto& step : way.steps) {
            const NodeInfo* node = placer.node(step.node);
            way.text += (way.text.empty() ? "" : " and ") +
                        describe(step, node == nullptr ? std::string() : name_of(*node));
        }
    }
    return ways;
}

}  // namespace podium::scheduler
