#include "sim/view/traffic.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/base/share.hpp"
#include "sim/base/text.hpp"

namespace podium::view {
namespace {

using model::TrafficOutcome;

TrafficSummary summary_of(const model::Traffic& source, Time now) {
    const model::TrafficTally& tally = source.tally;
    TrafficSummary out;
    out.name = source.spec.name;
    out.target = source.spec.port == 0 ? source.spec.target
                                       : fmt::format("{}:{}", source.spec.target, source.spec.port);
    out.sent = tally.sent;
    out.answered = tally.answered();
    out.failed = tally.failed();
    out.in_flight = source.in_flight;
    for (std::size_t i = 1; i < model::kTrafficOutcomes; ++i) {
        if (tally.outcomes[i] > 0)
            out.failures.emplace_back(model::traffic_outcome_text(static_cast<TrafficOutcome>(i)),
                                      tally.outcomes[i]);
    }
    out.retries = tally.attempts - tally.sent;
    out.availability = tally.availability();
    out.median = tally.latency.quantile(500);
    out.p95 = tally.latency.quantile(950);
    out.p99 = tally.latency.quantile(990);
    out.longest = tally.latency.longest();
    out.longest_outage = model::longest_outage(source, now);
    out.failing = source.state == model::TrafficState::Failing;
    out.outages = tally.outages + (out.failing ? 1 : 0);
    out.sending = source.sending;
    return out;
}

std::string short_time(Duration duration) {
    if (duration >= seconds(10)) return format_seconds(duration.nanoseconds, 1) + " s";
    if (duration >= seconds(1)) return format_seconds(duration.nanoseconds, 2) + " s";
    if (duration >= milliseconds(100))
        return format_seconds(duration.nanoseconds * 1000, 0) + " ms";
    return format_seconds(duration.nanoseconds * 1000, 1) + " ms";
}

std::string reasons(const TrafficSummary& source) {
    std::string out;
    for (const auto& [reason, count] : source.failures)
        out += fmt::format("{}{} {}", out.empty() ? "" : ", ", count, reason);
    return out.empty() ? "-" : out;
}

std::string padded(const std::string& text, std::size_t width) {
    const std::size_t shown = display_width(text);
    return shown < width ? text + std::string(width - shown, ' ') : text;
}

double json_seconds(Duration duration) {
    return static_cast<double>((duration.nanoseconds + 500) / 1000) / 1e6;
}

}  // namespace

std::vector<TrafficSummary> summarise_traffic(const model::World& world) {
    std::vector<TrafficSummary> out;
    for (const model::Traffic& source : world.traffic)
        out.push_back(summary_of(source, world.kernel.now()));
    return out;
}

std::string traffic_text(const std::vector<TrafficSummary>& sources) {
    if (sources.empty())
        return "No traffic has been sent; begin some like: traffic web:8080 rate=20/s\n";
    std::size_t width = 7;
    for (const TrafficSummary& source : sources)
        width = std::max(width, display_width(source.name));
    std::string out =
        fmt::format("{}  {:>8}  {:>7}  {:>9}  {:>8}  {:>8}  {:>8}  {:>8}  {:>7}  {}\n",
                    padded("TRAFFIC", width),
                    "SENT",
                    "LOST",
                    "ANSWERED",
                    "P50",
                    "P95",
                    "P99",
                    "MAX",
                    "OUTAGE",
                    "LOST BECAUSE");
    for (const TrafficSummary& source : sources) {
        const std::string share =
            source.availability < 0
                ? "-"
                : cut_share_text(source.availability) + " %";
        const auto latency = [&source](Duration duration) {
            return source.answered == 0 ? std::string("-") : short_time(duration);
        };
        const std::string outage =
            source.outages == 0 ? "-" : format_seconds(source.longest_outage.nanoseconds, 1) + " s";
        out += fmt::format("{}  {:>8}  {:>7}  {:>9}  {:>8}  {:>8}  {:>8}  {:>8}  {:>7}  {}\n",
                           padded(source.name, width),
                           source.sent,
                           source.failed,
                           share,
                           latency(source.median),
                           latency(source.p95),
                           latency(source.p99),
                           latency(source.longest),
                           outage,
                           reasons(source));
    }
    return out;
}

std::string traffic_row(const TrafficSummary& source, Time now) {
    nlohmann::ordered_json row;
    row["t"] = static_cast<double>((now.nanoseconds + 500'000) / 1'000'000) / 1000.0;
    row["type"] = "summary";
    row["traffic"] = source.name;
    row["target"] = source.target;
    row["sent"] = source.sent;
    row["ok"] = source.answered;
    row["failed"] = source.failed;
    row["in_flight"] = source.in_flight;
    row["retries"] = source.retries;
    row["failures"] = nlohmann::ordered_json::object();
    for (const auto& [reason, count] : source.failures)
        row["failures"][reason] = count;
    if (source.availability >= 0)
        row["availability_percent"] = static_cast<double>(source.availability) / 100.0;
    if (source.answered > 0) {
        row["p50"] = json_seconds(source.median);
        row["p95"] = json_seconds(source.p95);
        row["p99"] = json_seconds(source.p99);
        row["max"] = json_seconds(source.longest);
    }
    row["longest_outage"] = json_seconds(source.longest_outage);
    row["outages"] = source.outages;
    return row.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace podium::view
