#pragma once

// What a source of traffic does, as people write it: "web:8080 rate=50/s path=/items timeout=2s
// for=5m". One text and one parser for the command line, terminals, scenarios and saved runs. Plain
// data.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/result.hpp"
#include "sim/base/time.hpp"

namespace podium::model {

/// Requests a time, exactly: in thousandths of a request an hour, so that 1/h, 1/m and 1/s are
/// whole.
struct Rate {
    std::int64_t milli_per_hour = 0;

    constexpr auto operator<=>(const Rate&) const = default;
};

/// Reads "20/s", "0.5/s", "300/m", "2/h"; "20" is a second's. At most three decimals.
Result<Rate> parse_rate(std::string_view text);

enum class TrafficPattern : std::uint8_t {
    Constant,  ///< At equal distances.
    Poisson,   ///< At random, independent of each other (exponential distances of the mean 1/rate).
    Ramp,      ///< From `start` to `rate` in a straight line over `over`, then at `rate`.
    Burst,     ///< At `rate` for `on`, then at `low` for `off`, and again.
    Users,     ///< So many users, each of whom waits for the answer, thinks, and asks again.
};

struct TrafficSpec {
    std::string text;            ///< As it was written.
    std::string name;            ///< Given with name=, else the target's.
    bool named = false;          ///< Given with name=.
    std::string target;          ///< A host, its address, a service ("shop/web" of a project's) or a container.
    std::uint16_t port = 0;      ///< Of the host; 0: whatever the service publishes, in turn.
    std::string from;            ///< A host; empty: outside.
    std::string method = "GET";  ///< "CONNECT": only a TCP connection.
    std::string path = "/";
    std::string body;
    TrafficPattern pattern = TrafficPattern::Constant;
    Rate rate{10 * 3'600'000};
    Rate start;
    Rate low;
    Duration over{};
    Duration on{};
    Duration off{};
    std::uint32_t users = 0;
    Duration think = seconds(1);
    Duration timeout = seconds(5);
    std::uint32_t retries = 0;
    Duration retry_after = milliseconds(100);
    Duration latency{};   ///< Added each way between client and host.
    Duration duration{};  ///< 0: until it is stopped.
};

/// Reads a text. Errors name the word that is wrong and what would be right; a setting that has no
/// effect with the pattern is an error too.
Result<TrafficSpec> parse_traffic(std::string_view text);

/// When request `n` (from 0) of an open pattern is sent, from the beginning; a huge duration when
/// it never is. Requires a pattern other than Poisson and Users.
Duration request_offset(const TrafficSpec& spec, std::uint64_t n);
/// The mean distance of two requests.
Duration mean_distance(Rate rate);

struct TrafficSetting {
    std::string_view name;
    std::string_view meaning;  ///< With its default.
};

/// For help and docs.
const std::vector<TrafficSetting>& traffic_settings();

}  // namespace podium::model
