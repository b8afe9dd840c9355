#include "sim/orch/scheduler/pool.hpp"

#include <algorithm>

namespace podium::scheduler {
namespace {

/// Changes kept for each node there is: more than these, and it is cheaper to look at all nodes
/// again.
constexpr std::size_t kChangesPerNode = 4;
constexpr std::size_t kChangesAtLeast = 256;

void take_out(Pool& pool, Pool::Member& member) {
    auto& bucket = pool.buckets[member.bucket];
    const NodeNumber last = bucket.back();
    bucket[member.index] = last;
    pool.members[last - 1].index = member.index;
    bucket.pop_back();
    --pool.size;
}

void put_in(Pool& pool, NodeNumber node, std::uint32_t active) {
    if (pool.buckets.size() <= active) {
        pool.buckets.resize(active + std::size_t{1});
    }
    auto& member = pool.members[node - 1];
    member.bucket = active;
    member.index = static_cast<std::uint32_t>(pool.buckets[active].size());
    pool.buckets[active].push_back(node);
    pool.lowest = std::min(pool.lowest, active);
    ++pool.size;
}

std::uint8_t refusing_description(const TaskShape& wanted, const NodeInfo& node) {
    const auto list = filters();
    for (std::size_t i = 0; i < list.size(); ++i) {
        if (!list[i]->looks_at_use && list[i]->applies(wanted) && !list[i]->passes(wanted, node)) {
            return static_cast<std::uint8_t>(i);
        }
    }
    return kFilters;
}

void update(Pool& pool,
            const TaskShape& wanted,
            NodeNumber number,
            const NodeInfo& node,
            bool description) {
    auto& member = pool.members[number - 1];
    const bool was_in = member.refused_by == kFilters;
    if (node.number == 0) {
        member.refused_by = Pool::kAbsent;
    } else if (description || member.refused_by == Pool::kAbsent) {
        member.refused_by = refusing_description(wanted, node);
    }
    const bool is_in = member.refused_by == kFilters;
    if (was_in && (!is_in || member.bucket != node.use.active)) {
        take_out(pool, member);
    }
    if (is_in && (!was_in || member.bucket != node.use.active)) {
        put_in(pool, number, node.use.active);
    }
}

/// A shape that wants of a node's description what the pool's tasks want.
TaskShape wanted_of(const Pool& pool) {
    TaskShape shape;
    shape.constraints = pool.constraints;
    shape.platforms = pool.platforms;
    shape.plugins = pool.plugins;
    return shape;
}

}  // namespace

void Pools::changed(NodeNumber node, bool description) {
    highest_ = std::max(highest_, node);
    changes_.push_back({node, description});
    if (changes_.size() > std::max(kChangesAtLeast, kChangesPerNode * highest_)) {
        dropped_ += changes_.size();
        changes_.clear();
    }
}

void Pools::follow(Pool& pool, const std::vector<NodeInfo>& nodes) const {
    const std::uint64_t now = dropped_ + changes_.size();
    if (pool.built && pool.seen == now) {
        return;
    }
    const TaskShape wanted = wanted_of(pool);
    if (!pool.built || pool.seen < dropped_) {
        pool.members.assign(nodes.size(), {});
        pool.buckets.clear();
        pool.size = 0;
        pool.lowest = 0;
        for (std::size_t i = 0; i < nodes.size(); ++i) {
            update(pool, wanted, static_cast<NodeNumber>(i + 1), nodes[i], true);
        }
    } else {
        pool.members.resize(nodes.size());
        for (std::size_t i = pool.seen - dropped_; i < changes_.size(); ++i) {
            const Changed change = changes_[i];
            update(pool, wanted, change.node, nodes[change.node - 1], change.description);
        }
    }
    while (pool.lowest < pool.buckets.size() && pool.buckets[pool.lowest].empty()) {
        ++pool.lowest;
    }
    pool.built = true;
    pool.seen = now;
}

Pool& Pools::of(const TaskShape& shape, const std::vector<NodeInfo>& nodes) {
    ++uses_;
    auto found = std::find_if(pools_.begin(), pools_.end(), [&](const Pool& pool) {
        return pool.constraints == shape.constraints && pool.platforms == shape.platforms &&
               pool.plugins == shape.plugins;
    });
    if (found == pools_.end()) {
        if (pools_.size() >= kPoolsKept) {
            pools_.erase(
                std::min_element(pools_.begin(), pools_.end(), [](const Pool& a, const Pool& b) {
                    return a.used < b.used;
                }));
        }
        Pool pool;
        pool.constraints = shape.constraints;
        pool.platforms = shape.platforms;
        pool.plugins = shape.plugins;
        pools_.push_back(std::move(pool));
        found = pools_.end() - 1;
    }
    found->used = uses_;
    follow(*found, nodes);
    return *found;
}

}  // namespace podium::scheduler
