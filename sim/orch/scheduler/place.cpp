// How a group of tasks is placed: Placer::place() and what it is made of.

#include <algorithm>
#include <array>
#include <utility>

#include "sim/orch/scheduler/filter.hpp"
#include "sim/orch/scheduler/placer.hpp"
#include "sim/orch/scheduler/rank.hpp"

namespace podium::scheduler {
namespace {

using placing::Rank;
using placing::rank_of;
using placing::shuffle;

/// The value of the node that a spread descriptor asks for; nodes without one are alike.
/// Descriptors of other things than labels are passed over by swarmkit (nodeset.go).
const std::string* spread_value(const std::string& descriptor, const NodeInfo& node) {
    static const std::string kNone;
    const Labels* labels = &node.labels;
    auto label = label_of(descriptor, kNodeLabelPrefix);
    if (label.empty()) {
        labels = &node.engine_labels;
        label = label_of(descriptor, kEngineLabelPrefix);
    }
    if (label.empty()) {
        return nullptr;
    }
    const auto found = labels->find(std::string(label));
    return found == labels->end() ? &kNone : &found->second;
}

}  // namespace

struct Placer::Spreading {
    const TaskShape& shape;
    std::uint32_t left;  ///< Tasks without a node.
    Time now;
    RandomStream& random;
    Pool& pool;
    std::array<bool, kFilters> asks;  ///< Filters that look at a node's use and apply to the shape.
    Tally tally;
    Placed placed;
};

struct Placer::Branch {
    std::uint32_t tasks = 0;  ///< Of the service, on all nodes of the branch.
    std::vector<std::pair<std::string, std::size_t>> next;  ///< By value.

    struct Leaf {
        placing::Rank rank;
        std::uint32_t sequence = 0;
        NodeNumber node = 0;

        auto operator<=>(const Leaf&) const = default;
    };

    std::vector<Leaf> heap;  ///< The best of its nodes, worst on top.
    bool ordered = false;
    std::vector<NodeNumber> nodes;  ///< The same, once they were ordered.
};

/// The first filter that refuses, with what the pool knows already.
std::size_t Placer::refusal_of(const Spreading& group, const NodeInfo& node) const {
    const std::uint8_t described = group.pool.members[node.number - 1].refused_by;
    for (std::size_t i = 0; i < kFilters; ++i) {
        if (i == described || (group.asks[i] && !filters()[i]->passes(group.shape, node))) {
            return i;
        }
    }
    return kNoFilter;
}

void Placer::assign(Spreading& group, NodeNumber number) {
    add(nodes_[number - 1],
        group.shape.service,
        group.shape.reservations,
        group.shape.host_ports,
        true);
    group.placed.nodes.push_back(number);
    --group.left;
}

/// The case of most tasks: there are enough nodes without a task of the service, so each task gets
/// one of these, the emptiest first. Places all or none, and looks at few nodes.
void Placer::place_on_empty_nodes(Spreading& group) {
    std::vector<NodeNumber> found;
    for (std::size_t active = group.pool.lowest; active < group.pool.buckets.size(); ++active) {
        auto& bucket = group.pool.buckets[active];
        for (std::size_t i = 0; i < bucket.size(); ++i) {
            const std::size_t other = i + group.random.below(bucket.size() - i);
            std::swap(bucket[i], bucket[other]);
            group.pool.members[bucket[i] - 1].index = static_cast<std::uint32_t>(i);
            group.pool.members[bucket[other] - 1].index = static_cast<std::uint32_t>(other);
            const NodeInfo& node = nodes_[bucket[i] - 1];
            const Rank rank = rank_of(node, group.shape, group.now);
            if (rank.failures > 0 || rank.of_service > 0 || refusal_of(group, node) != kNoFilter) {
                continue;
            }
            found.push_back(node.number);
            if (found.size() == group.left) {
                for (const NodeNumber number : found) {
                    assign(group, number);
                }
                return;
            }
        }
    }
}

/// One task of a service that most nodes have some of, as when one is replaced: the best node by
/// figures that lie side by side. Places it only if a node of the best rank takes it.
void Placer::place_on_best_node(Spreading& group) {
    const auto& members = group.pool.members;
    const auto spread = spread_.find(group.shape.service);
    std::vector<NodeNumber> best;
    std::pair<std::uint32_t, std::uint32_t> lowest;
    std::size_t next = 0;     // In the list of the service's nodes.
    std::size_t failing = 0;  // In the list of nodes with failures.
    for (NodeNumber number = 1; number <= members.size(); ++number) {
        std::uint32_t of_service = 0;
        if (spread != spread_.end() && next < spread->second.size() &&
            spread->second[next].first == number) {
            of_service = spread->second[next++].second;
        }
        const bool has_failed = failing < failing_.size() && failing_[failing] == number;
        failing += has_failed ? 1 : 0;
        const Pool::Member& member = members[number - 1];
        const std::pair rank(of_service, member.bucket);
        if (member.refused_by != kFilters || (!best.empty() && lowest < rank) ||
            (has_failed && rank_of(nodes_[number - 1], group.shape, group.now).failures > 0)) {
            continue;
        }
        if (best.empty() || rank < lowest) {
            best.clear();
            lowest = rank;
        }
        best.push_back(number);
    }
    shuffle(best, group.random);
    for (const NodeNumber number : best) {
        if (refusal_of(group, nodes_[number - 1]) == kNoFilter) {
            assign(group, number);
            return;
        }
    }
}

/// All nodes' ranks, by number - 1, from figures that lie side by side. Requires that none of the group is placed yet.
std::vector<Rank> Placer::ranks(const Spreading& group) const {
    const auto& members = group.pool.members;
    std::vector<Rank> out(nodes_.size());
    for (const NodeNumber number : present_) {
        const Pool::Member& member = members[number - 1];
        out[number - 1].active = member.refused_by == kFilters ? member.bucket : nodes_[number - 1].use.active;
    }
    if (const auto spread = spread_.find(group.shape.service); spread != spread_.end()) {
        for (const auto& [number, tasks] : spread->second) out[number - 1].of_service = tasks;
    }
    for (const NodeNumber number : failing_) out[number - 1] = rank_of(nodes_[number - 1], group.shape, group.now);
    return out;
}

/// Puts a node into the tree, and into its leaf's heap when it is one of the best (nodeset.go).
void Placer::grow(Spreading& group, std::vector<Branch>& tree, NodeNumber number, const Rank& rank) const {
    const NodeInfo& node = nodes_[number - 1];
    std::size_t at = 0;
    for (const auto& descriptor : group.shape.preferences) {
        const std::string* value = spread_value(descriptor, node);
        if (value == nullptr) {
            continue;
        }
        tree[at].tasks += rank.of_service;
        auto& next = tree[at].next;
        auto found = std::lower_bound(
            next.begin(), next.end(), *value, [](const auto& entry, const std::string& text) {
                return entry.first < text;
            });
        if (found == next.end() || found->first != *value) {
            found = next.insert(found, {*value, tree.size()});
            at = found->second;
            tree.emplace_back();
        } else {
            at = found->second;
        }
    }
    offer(group, tree[at], number, rank);
}

/// Puts a node into a leaf's heap when it is one of the best.
void Placer::offer(Spreading& group, Branch& leaf, NodeNumber number, const Rank& rank) const {
    leaf.tasks += rank.of_service;
    const bool full = leaf.heap.size() >= group.left;
    if (full && !(rank < leaf.heap.front().rank)) {
        return;
    }
    if (const std::size_t filter = refusal_of(group, nodes_[number - 1]); filter != kNoFilter) {
        group.tally.refused(filter);
        return;
    }
    group.tally.passed();
    if (full) {
        std::pop_heap(leaf.heap.begin(), leaf.heap.end());
        leaf.heap.pop_back();
    }
    leaf.heap.push_back({rank, static_cast<std::uint32_t>(leaf.heap.size()), number});
    std::push_heap(leaf.heap.begin(), leaf.heap.end());
}

/// scheduleNTasksOnNodes: first fills the emptiest up to the next, then one task for each in turn.
std::uint32_t Placer::place_on_nodes(Spreading& group,
                                     std::vector<NodeNumber>& nodes,
                                     std::uint32_t count) {
    std::vector<bool> failed(nodes.size());
    std::size_t turn = 0;
    for (std::uint32_t done = 0;;) {
        const NodeInfo& node = nodes_[nodes[turn % nodes.size()] - 1];
        assign(group, node.number);
        if (++done == count || group.left == 0) {
            return done;
        }
        if (turn + 1 >= nodes.size() ||
            rank_of(nodes_[nodes[turn + 1] - 1], group.shape, group.now) <
                rank_of(node, group.shape, group.now)) {
            ++turn;
        }
        for (const std::size_t first = turn;; ++turn) {
            const std::size_t at = turn % nodes.size();
            if (turn - first == nodes.size()) {
                return done;  // None has room any more.
            }
            if (failed[at]) {
                continue;
            }
            const std::size_t filter = refusal_of(group, nodes_[nodes[at] - 1]);
            if (filter == kNoFilter) {
                group.tally.passed();
                break;
            }
            group.tally.refused(filter);
            failed[at] = true;
        }
    }
}

/// scheduleNTasksOnSubtree: makes the branches even, until all are full or all tasks have a node.
/// What a branch got before is not counted again when others turn out full, so it can be offered
/// more tasks than are left.
std::uint32_t Placer::place_on_branch(Spreading& group,
                                      std::vector<Branch>& tree,
                                      std::size_t at,
                                      std::uint32_t count) {
    if (group.left == 0) {
        return 0;
    }
    Branch& branch = tree[at];
    if (branch.next.empty()) {
        if (!branch.ordered) {
            std::sort_heap(branch.heap.begin(), branch.heap.end());
            for (const auto& leaf : branch.heap) {
                branch.nodes.push_back(leaf.node);
            }
            branch.ordered = true;
        } else {
            // What was placed since may have filled some, and moves others.
            std::erase_if(branch.nodes, [&](NodeNumber number) {
                const std::size_t filter = refusal_of(group, nodes_[number - 1]);
                if (filter == kNoFilter) {
                    group.tally.passed();
                } else {
                    group.tally.refused(filter);
                }
                return filter != kNoFilter;
            });
            std::stable_sort(
                branch.nodes.begin(), branch.nodes.end(), [&](NodeNumber a, NodeNumber b) {
                    return rank_of(nodes_[a - 1], group.shape, group.now) <
                           rank_of(nodes_[b - 1], group.shape, group.now);
                });
        }
        return branch.nodes.empty() ? 0 : place_on_nodes(group, branch.nodes, count);
    }
    std::vector<std::size_t> order;  // Of the branches; a Go map is walked in any.
    for (const auto& [value, next] : branch.next) {
        order.push_back(next);
    }
    std::vector<bool> no_room(tree.size());
    auto usable = static_cast<std::uint32_t>(order.size());
    std::uint32_t tasks_in_usable = branch.tasks;
    std::uint32_t done = 0;
    while (done != count && usable > 0) {
        const std::uint32_t wanted = (tasks_in_usable + count - done) / usable;
        std::uint32_t remainder = (tasks_in_usable + count - done) % usable;
        shuffle(order, group.random);
        for (const std::size_t next : order) {
            const std::uint32_t has = tree[next].tasks;
            if (no_room[next] || has > wanted || (has == wanted && remainder == 0)) {
                continue;
            }
            const std::uint32_t more = wanted - has + (remainder > 0 ? 1 : 0);
            const std::uint32_t placed = place_on_branch(group, tree, next, more);
            if (placed < more) {
                no_room[next] = true;
                --usable;
                tasks_in_usable -= has;
            } else if (remainder > 0) {
                --remainder;
            }
            done += placed;
        }
    }
    return done;
}

void Placer::place_by_preferences(Spreading& group) {
    std::vector<NodeNumber> order = present_;  // swarmkit walks a map: any order.
    shuffle(order, group.random);
    std::vector<Branch> tree(1);
    const std::vector<Rank> rank = ranks(group);
    for (const NodeNumber number : order) {
        if (group.shape.preferences.empty()) {
            offer(group, tree.front(), number, rank[number - 1]);
        } else {
            grow(group, tree, number, rank[number - 1]);
        }
    }
    place_on_branch(group, tree, 0, group.left);
}

Placed Placer::place(const TaskShape& shape, std::uint32_t count, Time now, RandomStream& random) {
    Spreading group{shape, count, now, random, pools_.of(shape, nodes_), {}, {}, {}};
    for (std::size_t i = 0; i < kFilters; ++i) {
        group.asks[i] = filters()[i]->looks_at_use && filters()[i]->applies(shape);
    }
    if (count == 0) {
        return {};
    }
    if (shape.preferences.empty()) {
        const auto spread = spread_.find(shape.service);
        const std::size_t taken = spread == spread_.end() ? 0 : spread->second.size();
        if (2 * (taken + count) <= group.pool.size) {
            place_on_empty_nodes(group);
        } else if (count == 1) {
            place_on_best_node(group);
        }
    }
    if (group.left > 0) {
        place_by_preferences(group);
    }
    if (group.left > 0) {
        group.placed.explanation = group.tally.explain();
    }
    return std::move(group.placed);
}

}  // namespace podium::scheduler
