#pragma once

// What became of the requests of each source of traffic, so far.

#include <string>
#include <utility>
#include <vector>

#include "sim/model/world.hpp"

namespace podium::view {

struct TrafficSummary {
    std::string name;
    std::string target;  ///< "web:8080".
    std::uint64_t sent = 0;
    std::uint64_t answered = 0;
    std::uint64_t failed = 0;
    std::uint64_t in_flight = 0;  ///< sent = answered + failed + in flight
    std::uint64_t retries = 0;
    std::vector<std::pair<std::string, std::uint64_t>>
        failures;  ///< By reason, those that occurred.
    int availability =
        -1;  ///< Hundredths of a per cent of what is decided: 10000 is all; -1: nothing is.
    Duration median{};  ///< Of answered requests, retries included.
    Duration p95{};
    Duration p99{};
    Duration longest{};
    Duration longest_outage{};  ///< In which every request failed, one that goes on now included.
    std::uint32_t outages = 0;  ///< Ended ones, and one that goes on.
    bool sending = false;
    bool failing = false;  ///< Its requests fail just now, and none has been answered since they began to.
};

/// All sources in the order they began.
std::vector<TrafficSummary> summarise_traffic(const model::World& world);
/// As a table with the heading TRAFFIC; a sentence when there is none.
std::string traffic_text(const std::vector<TrafficSummary>& sources);
/// One as a line of JSON without a newline; durations in seconds, to the microsecond.
std::string traffic_row(const TrafficSummary& source, Time now);

}  // namespace podium::view
