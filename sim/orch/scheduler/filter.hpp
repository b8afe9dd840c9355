#pragma once

// Filters: what rules a node out. One file each, registered in the list of filters.cpp, in the
// order swarmkit asks them (manager/scheduler/pipeline.go); the first that refuses is the reason
// that counts. Each explains itself: the sentence of swarmkit's Explain, the figures behind it, and
// what would change its mind.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/orch/scheduler/node_info.hpp"
#include "sim/orch/scheduler/remedy.hpp"
#include "sim/orch/scheduler/task_shape.hpp"

namespace podium::scheduler {

struct Filter {
    std::string_view name;
    bool looks_at_use;  ///< Else its answer changes only when the node's description does.
    bool (*applies)(const TaskShape&);
    bool (*passes)(const TaskShape&, const NodeInfo&);  ///< Asked only where it applies.
    std::string (*sentence)(std::uint32_t nodes);
    std::string (*figures)(const TaskShape&,
                           const NodeInfo&);  ///< Of a refusal: "needs 2 CPUs, 0.5 are free".
    /// Changes that together would make it pass; none when nothing short of another node would.
    std::vector<Remedy> (*remedies)(const TaskShape&, const NodeInfo&);
};

/// All of them, in order.
std::span<const Filter* const> filters();

inline constexpr std::size_t kFilters = 7;
inline constexpr std::size_t kNoFilter = SIZE_MAX;

/// "insufficient resources" → "insufficient resources on 3 nodes".
std::string on_nodes(std::string_view refusal, std::uint32_t nodes);

/// The place in the list of the first filter that refuses; kNoFilter when all pass.
std::size_t first_refusal(const TaskShape& shape, const NodeInfo& node);

/// Counts refusals as swarmkit's Pipeline does: whenever a node passes, all counts start again. So
/// what it explains after a part of a group was placed tells only of the nodes asked since the last
/// success.
class Tally {
  public:
    void refused(std::size_t filter) { ++counts_[filter]; }

    void passed() { *this = {}; }

    /// The filters that refused, most nodes first, joined by "; ".
    [[nodiscard]] std::string explain() const;

  private:
    std::uint32_t counts_[kFilters] = {};
};

// One a file.
extern const Filter kReadyFilter;
extern const Filter kResourceFilter;
extern const Filter kPluginFilter;
extern const Filter kConstraintFilter;
extern const Filter kPlatformFilter;
extern const Filter kHostPortFilter;
extern const Filter kMaxReplicasFilter;

}  // namespace podium::scheduler
