#pragma once

// How the cluster of a run looks now, as plain values for a front end (sim/view/cluster_view.hpp).

#include <deque>
#include <map>
#include <string>

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

/// The rates of traffic of the last ten seconds, from views of one run in the order of their time. One
/// that is earlier than the last is a step back: what was known of later moments is forgotten.
class TrafficRates {
  public:
    static constexpr Duration kSpan = seconds(10);
    /// Notes how much was sent, and puts the rates into the view.
    void follow(view::ClusterView& view);

  private:
    struct Sample {
        Time time;
        std::uint64_t sent = 0;
        std::uint64_t failed = 0;
    };
    std::map<std::string, std::deque<Sample>> samples_;
};

}  // namespace podium::lab
