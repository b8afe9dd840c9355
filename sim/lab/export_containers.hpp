#pragma once

// The lanes of containers and of services, for make_lanes: containers as their facts tell them, one after the
// other, and services as what their containers came to together. An end that an engine told late counts from when it
// happened, as in view::summarise. One thread.

#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "sim/lab/export_lanes.hpp"
#include "sim/view/run_end.hpp"
#include "sim/view/sentences.hpp"
#include "sim/view/summary.hpp"

namespace podium::lab {

/// Adds a lane behind all others: its place.
std::uint32_t add_lane(Lanes& lanes, Lane lane);
/// Begins a state at `time`, or as soon after it as the lane's last state had begun; that one ends there.
void open_span(Lane& lane, Time time, LaneState state, std::string text, FactId fact);
/// Ends what goes on in a lane at `time`.
void close_span(Lane& lane, Time time);
/// The places of the containers' lanes, by what their services are called.
std::map<std::string, std::vector<std::uint32_t>> lanes_by_service(const Lanes& lanes);
/// A service's states: from its containers' lanes, those at `own` places, and from the outages that its summary has. Requires lanes
/// without open ends.
std::vector<LaneSpan> service_spans(const Lanes& lanes, const std::vector<std::uint32_t>& own, const view::ServiceSummary& service);

class ContainerLanes {
  public:
    ContainerLanes(const model::World& world, Lanes& lanes) : world_(world), lanes_(lanes) { lanes_.names = view::ServiceNames::of_run(world); }

    /// Requires a container's fact, each once, in order: its lane.
    std::uint32_t read(const Fact& fact, const view::FactReader& reader);
    /// A host goes down: what ran there is lost.
    void host_down(model::HostId host, const Fact& fact);
    /// Ends that no engine has noticed by the run's end.
    void finish(Time end);

  private:
    struct Life {
        std::uint32_t lane = 0;
        bool known = false;
        bool runs = false;   ///< As its facts have it, whatever its host does.
        bool lost = false;   ///< Its host went down under it.
        bool removed = false;
        Time begun{};        ///< Of its present run.
        view::RunFollower run;
        LaneState before_pause = LaneState::Running;
    };

    Life& life_of(model::ContainerId container, Time time);
    std::uint32_t lane_for(model::ContainerId container, Time time);
    void begin(model::ContainerId container, Time time, LaneState state, std::string text, FactId fact);
    void started(model::ContainerId container, Life& life, const Fact& fact, const view::FactReader& reader);
    void ended(model::ContainerId container, Life& life, const Fact& fact, const view::FactReader& reader, view::RunEnd how);
    void cut(std::uint32_t lane, Time time);

    const model::World& world_;
    Lanes& lanes_;
    std::vector<Life> lives_;                  // by container
    std::vector<model::ContainerId> owners_;   // by lane: whose states are in it now
    std::map<std::tuple<std::uint32_t, std::string, std::string>, std::vector<std::uint32_t>> of_name_;  // host, service, label
};

}  // namespace podium::lab
