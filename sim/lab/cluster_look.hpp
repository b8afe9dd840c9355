#pragma once

// How the cluster of a run looks now, as plain values for a front end (sim/view/cluster_view.hpp).

#include <deque>
#include <vector>

#include "sim/lab/session.hpp"
#include "sim/view/cluster_view.hpp"

namespace podium::lab {

/// What is to be put in: lists that only some look at.
struct ClusterWish {
    bool tasks = true;
    bool flights = true;
    bool volumes = true;
    /// Requests and heartbeats are listed for so long after they were sent: they take a fraction of a
    /// millisecond, which no picture would show.
    Duration trail = milliseconds(400);
};
/// Flights of one source that are put in at most, the newest.
inline constexpr std::size_t kMostFlights = 400;

/// Reads what is there at this instant, in time linear in what there is.
view::ClusterView look_at_cluster(const SetUp& set_up, const SimState& state, const ClusterWish& wish = {});
view::ClusterView look_at_cluster(const Session& session, const ClusterWish& wish = {});

/// The rates of traffic of the last ten seconds: the sources are read each simulated second, so that a moment
/// has the same rates however the run got there. Whoever drives the run stops at next(). Not part of a run.
class TrafficRates {
  public:
    static constexpr Duration kSpan = seconds(10);
    static constexpr Duration kEvery = seconds(1);
    static constexpr std::size_t kMostSamples = 7'200;  ///< The oldest go.

    /// Reads how much was sent, if it is time to; of a past that is looked at again all is known already.
    void follow(const Session& session);
    [[nodiscard]] Time next() const;
    /// The run goes on otherwise from a moment.
    void forget_after(Time time);
    /// Puts the rates into a view; where a source was not yet sending ten seconds before, the mean since it began stays.
    void put(view::ClusterView& view) const;

  private:
    struct Count {
        std::uint64_t sent = 0;
        std::uint64_t failed = 0;
        bool sending = false;
    };
    struct Sample {
        Time time;
        std::vector<Count> sources;  ///< As World::traffic.
    };
    std::deque<Sample> samples_;
};

}  // namespace podium::lab
