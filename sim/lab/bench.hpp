#pragma once

// Benchmarks of the engine itself, with what they are compared with in the same run. The clock and the
// memory gauge come from the front end: nothing under sim reads the machine.

#include <cstdint>
#include <functional>
#include <string>

#include "sim/base/result.hpp"

namespace podium::lab {

struct BenchGauges {
    std::function<double()> seconds;             ///< A monotonic clock.
    std::function<std::int64_t()> resident_bytes;  ///< Of this process now.
    std::function<std::int64_t()> peak_bytes;      ///< Its highest so far.
};

struct ChurnWish {
    std::uint32_t containers = 1'000'000;
    std::uint64_t events = 5'000'000;
    std::uint64_t seed = 1;
    int rounds = 5;  ///< Both programs take turns; medians are printed.
};

/// Containers under the real restart policy run for an exponential time of mean 100 s, crash, and restart
/// with Docker's back-off; a start or a crash is one event, and facts are recorded. The baseline is the
/// plainest program for the same workload: a std::priority_queue of (time, index), nothing recorded, the
/// same generator of times. One line of JSON.
std::string run_churn(const ChurnWish& wish, const BenchGauges& gauges);

struct TrafficWish {
    std::string catalogue;  ///< The text of scenarios/images.yaml.
    std::uint32_t rate = 2'000;  ///< Requests a second.
    std::uint32_t seconds = 120;
    std::uint32_t curls = 2'000;  ///< Requests of the run it is compared with.
    std::uint64_t seed = 1;
    int rounds = 3;
};

/// Requests to nginx from outside its host, `rate` a second, against the same requests made by a shell
/// that starts a curl for each: requests simulated a second. One line of JSON, or an error when the
/// catalogue can't be read or a request of either run failed.
Result<std::string> run_traffic_bench(const TrafficWish& wish, const BenchGauges& gauges);
struct HealthWish {
    std::uint32_t containers = 10'000;
    std::int64_t simulated_seconds = 60;
    std::uint64_t seed = 1;
    int rounds = 3;  ///< With and without checks in turn; medians are printed.
};

/// Servers with a health check each (an HTTP request to themselves every 30 s), all healthy: what their
/// checks cost as events, against the same servers without checks in the same run. One line of JSON.
/// `catalogue` is the text of scenarios/images.yaml.
std::string run_health(const HealthWish& wish, const std::string& catalogue, const BenchGauges& gauges);

struct RaftWish {
    std::uint32_t elections = 300;
    std::uint64_t entries = 100'000;
    std::uint64_t seed = 1;
    int rounds = 3;  ///< Of the entries; medians are printed.
};

/// Consensus in groups of 5, 7 and 9 managers with Swarm's figures, a line of JSON each: how many
/// simulated seconds pass without a leader when it is lost; how many entries are committed by all in a
/// second of wall time, 64 being under way, and with how many messages; and what an entry alone costs,
/// which is to be compared with an append and an answer for each other member.
std::string run_raft_bench(const RaftWish& wish, const BenchGauges& gauges);

struct SwarmWish {
    std::string catalogue;  ///< The text of scenarios/images.yaml.
    std::string image = "registry.k8s.io/pause";  ///< Whose containers are kept in outline (sim/model/outline.hpp).
    std::uint32_t nodes = 1'000;
    std::uint32_t services = 200;
    std::uint32_t tasks = 100'000;
    std::uint64_t seed = 1;
};

/// A formed swarm of one manager and workers, all simulated whole (engines, containers, agents), deploys
/// services of equal size until every task runs, loses the power of a tenth of its nodes, and has
/// recovered when as many tasks run on the others. Wall time counts from the first service on. One line
/// of JSON, or an error when a request was refused or the swarm did not get there.
Result<std::string> run_swarm_bench(const SwarmWish& wish, const BenchGauges& gauges);

}  // namespace podium::lab
