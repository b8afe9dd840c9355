#include <algorithm>
#include <array>

#include "sim/orch/scheduler/filter.hpp"

namespace podium::scheduler {
namespace {

// A new filter is a line here. Readiness is checked first, as in swarmkit; the order decides which
// reason counts where several would do.
constexpr std::array<const Filter*, kFilters> kList = {
    &kReadyFilter,
    &kResourceFilter,
    &kPluginFilter,
    &kConstraintFilter,
    &kPlatformFilter,
    &kHostPortFilter,
    &kMaxReplicasFilter,
};

}  // namespace

std::span<const Filter* const> filters() {
    return kList;
}

std::size_t first_refusal(const TaskShape& shape, const NodeInfo& node) {
    for (std::size_t i = 0; i < kFilters; ++i) {
        if (kList[i]->applies(shape) && !kList[i]->passes(shape, node)) {
            return i;
        }
    }
    return kNoFilter;
}

std::string Tally::explain() const {
    std::array<std::size_t, kFilters> order{};
    for (std::size_t i = 0; i < kFilters; ++i) {
        order[i] = i;
    }
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return counts_[a] > counts_[b];
    });
    std::string text;
    for (const std::size_t i : order) {
        if (counts_[i] > 0) {
            text += (text.empty() ? "" : "; ") + kList[i]->sentence(counts_[i]);
        }
    }
    return text;
}

std::string on_nodes(std::string_view refusal, std::uint32_t nodes) {
    return std::string(refusal) +
           (nodes == 1 ? " on 1 node" : " on " + std::to_string(nodes) + " nodes");
}

}  // namespace podium::scheduler
