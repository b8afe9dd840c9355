#pragma once

// How tasks were spread, read from a run's facts one after the other: the work of summarise_placement(), for whoever reads on
// as the run goes on. Internal to sim/view.

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/view/placement.hpp"

namespace podium::view {

class PlacementReader {
  public:
    /// Requires each fact of a run once, in order, in the world of that run at this fact or later.
    void read(const model::World& world, const FactCatalogue& facts, const Fact& fact);
    /// Of the run up to `end`.
    [[nodiscard]] PlacementSummary finish(const model::World& world, Time end) const;

  private:
    struct Reserved {
        std::int64_t nano_cpus = 0;
        std::int64_t memory_bytes = 0;
    };

    /// What runs on one host.
    struct Use {
        std::uint32_t tasks = 0;
        Reserved reserved;
        Time since{};
    };

    void waits_no_more(const Fact& fact);
    void started(const model::World& world, const Fact& fact);
    void ended(const model::World& world, model::ContainerId id, Time time);
    void host_down(const model::World& world, model::HostId host, Time time);
    void follow(const model::World& world, std::size_t host, Time time);

    PlacementSummary out_;
    std::map<std::uint32_t, Time> waiting_;       // tasks without a node, since when
    std::map<std::pair<std::string, std::string>, Reserved> reserves_;  // by task's name and node
    std::map<model::ContainerId, Reserved> running_;
    std::vector<Use> uses_;  // by host
    std::optional<Time> first_;
};

}  // namespace podium::view
