#pragma once

// Makes the lanes of a timeline (lane_set.hpp) from the journal, each fact once.

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "sim/core/fact_catalogue.hpp"
#include "sim/model/world.hpp"
#include "sim/view/lane_set.hpp"

namespace podium::view {

/// Follows a journal, each fact once.
class LaneFollower {
  public:
    /// The most spans and marks of one lane; beyond, the oldest of equal neighbours are put together.
    static constexpr std::size_t kMostOfLane = 200'000;

    void follow(const model::World& world, const FactCatalogue& facts);
    [[nodiscard]] LaneSet lanes(Time end) const;
    /// Another number whenever lanes() may give something else but for `end`.
    [[nodiscard]] std::uint64_t version() const { return version_; }

  private:
    std::map<std::pair<LaneKind, std::string>, Lane> lanes_;
    std::map<std::string, std::uint32_t> running_;  ///< Of each service.
    std::map<std::uint32_t, std::string> service_of_;  ///< Of each container that runs.
    std::map<std::string, std::uint32_t> containers_;
    FactId next_{1};
    std::uint64_t version_ = 0;
};

}  // namespace podium::view
