// How a policy places a group of tasks.

#include <algorithm>
#include <fmt/format.h>
#include <tuple>
#include <utility>

#include "sim/orch/scheduler/filter.hpp"
#include "sim/orch/scheduler/placer.hpp"
#include "sim/orch/scheduler/rank.hpp"

namespace podium::scheduler {
namespace {

/// So many different reasons of a policy are told of a task that finds no node.
constexpr std::size_t kReasonsTold = 3;

std::string in_nodes(std::size_t count) {
    return fmt::format("{} node{}", count, count == 1 ? "" : "s");
}

}  // namespace

struct Placer::Choosing {
    struct Candidate {
        double score = 0;
        placing::Rank rank;
        std::size_t sequence = 0;
        NodeNumber node = 0;

        /// For a heap with the best on top.
        bool operator<(const Candidate& other) const {
            return score != other.score
                       ? score < other.score
                       : std::tie(other.rank, other.sequence) < std::tie(rank, sequence);
        }
    };

    const Group& group;
    Time now;
    Decision& decision;
    std::string_view policy;
    std::vector<NodeNumber> order;  ///< Of the nodes, by chance.
    std::vector<Candidate> heap;
    Tally tally;
    std::vector<NodeNumber> refused;  ///< By the policy, in the order in which they were asked.
};

/// What the filters and the policy say of one node.
Result<void> Placer::ask(Choosing& choosing,
                         const GroupTask& task,
                         NodeNumber number,
                         std::size_t sequence) {
    const NodeInfo& node = nodes_[number - 1];
    const TaskShape& shape = choosing.group.shape;
    if (const std::size_t filter = first_refusal(shape, node); filter != kNoFilter) {
        choosing.tally.refused(filter);
        return {};
    }
    const auto opinion = choosing.decision.judge({choosing.group, task, node, choosing.now});
    if (!opinion) {
        return opinion.error();
    }
    if (opinion->refuses) {
        choosing.refused.push_back(number);
        return {};
    }
    choosing.heap.push_back(
        {opinion->score, placing::rank_of(node, shape, choosing.now), sequence, number});
    std::push_heap(choosing.heap.begin(), choosing.heap.end());
    return {};
}

/// "insufficient resources on 2 nodes; policy mine.lua refuses 3 nodes: too full (2 nodes), …".
Result<std::string> Placer::why_nowhere(Choosing& choosing, const GroupTask& task) {
    std::string text = choosing.tally.explain();
    if (choosing.refused.empty()) {
        return text;
    }
    std::vector<std::pair<std::string, std::size_t>> reasons;
    for (const NodeNumber number : choosing.refused) {
        auto reason =
            choosing.decision.reason({choosing.group, task, nodes_[number - 1], choosing.now});
        if (!reason) {
            return reason;
        }
        if (reason->empty()) {
            continue;
        }
        const auto found = std::find_if(reasons.begin(), reasons.end(), [&](const auto& entry) {
            return entry.first == *reason;
        });
        if (found == reasons.end()) {
            reasons.emplace_back(std::move(*reason), 1);
        } else {
            ++found->second;
        }
    }
    std::sort(reasons.begin(), reasons.end(), [](const auto& a, const auto& b) {
        return a.second != b.second ? a.second > b.second : a.first < b.first;
    });
    text += fmt::format("{}policy {} refuses {}",
                        text.empty() ? "" : "; ",
                        choosing.policy,
                        in_nodes(choosing.refused.size()));
    for (std::size_t i = 0; i < std::min(reasons.size(), kReasonsTold); ++i) {
        text += (i == 0 ? ": " : ", ") + reasons[i].first;
        if (reasons[i].second < choosing.refused.size()) {
            text += fmt::format(" ({})", in_nodes(reasons[i].second));
        }
    }
    if (reasons.size() > kReasonsTold) {
        text += fmt::format(" and {} more", reasons.size() - kReasonsTold);
    }
    return text;
}

Result<void> Placer::choose(Choosing& choosing, std::vector<Chosen>& out) {
    const std::vector<GroupTask>& tasks = choosing.group.tasks;
    for (std::size_t i = 0; i < tasks.size(); ++i) {
        // What was heard of another task holds for this one, too, unless the policy tells them
        // apart.
        if (i == 0 || choosing.decision.looked_at_task()) {
            choosing.heap.clear();
            choosing.refused.clear();
            choosing.tally = {};
            for (std::size_t k = 0; k < choosing.order.size(); ++k) {
                if (Result<void> asked = ask(choosing, tasks[i], choosing.order[k], k); !asked) {
                    return asked;
                }
            }
        }
        if (choosing.heap.empty()) {
            const bool same = i > 0 && out[i - 1].node == 0 && !choosing.decision.looked_at_task();
            auto why =
                same ? Result<std::string>(out[i - 1].reason) : why_nowhere(choosing, tasks[i]);
            if (!why) {
                return why.error();
            }
            out[i].reason = std::move(*why);
            continue;
        }
        std::pop_heap(choosing.heap.begin(), choosing.heap.end());
        const Choosing::Candidate best = choosing.heap.back();
        choosing.heap.pop_back();
        NodeInfo& node = nodes_[best.node - 1];
        auto why = choosing.decision.reason({choosing.group, tasks[i], node, choosing.now});
        if (!why) {
            return why.error();
        }
        const TaskShape& shape = choosing.group.shape;
        add(node, shape.service, shape.reservations, shape.host_ports, true);
        out[i] = {best.node, std::move(*why)};
        if (i + 1 == tasks.size()) {
            continue;
        }
        if (Result<void> asked = ask(choosing, tasks[i + 1], best.node, best.sequence); !asked) {
            return asked;
        }
    }
    return {};
}

Result<std::vector<Chosen>> Placer::place(const Group& group,
                                          Time now,
                                          RandomStream& random,
                                          const Policy& policy) {
    std::vector<Chosen> out(group.tasks.size());
    if (group.tasks.empty()) {
        return out;
    }
    const std::unique_ptr<Decision> decision = policy.decide();
    Choosing choosing{group, now, *decision, policy.name(), present_, {}, {}, {}};
    placing::shuffle(choosing.order, random);
    const Result<void> chosen = choose(choosing, out);
    if (chosen) {
        return out;
    }
    for (const Chosen& one : out) {
        if (one.node != 0) {
            task_removed(one.node, use_of(group.shape));
        }
    }
    return chosen.error();
}

}  // namespace podium::scheduler
