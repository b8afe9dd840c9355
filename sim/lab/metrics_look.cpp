#include "sim/lab/metrics_look.hpp"

#include <algorithm>

#include "sim/lab/facts.hpp"
#include "sim/model/processor.hpp"
#include "sim/model/traffic.hpp"

namespace podium::lab {
namespace {

struct TrafficTotals {
    std::uint64_t answered = 0;
    std::uint64_t failed = 0;
    float latency = -1;
};

TrafficTotals traffic_totals(const model::World& world) {
    TrafficTotals out;
    for (const model::Traffic& source : world.traffic) {
        out.answered += source.tally.answered();
        out.failed += source.tally.failed();
        if (source.tally.latency.count() == 0) continue;
        out.latency = std::max(out.latency, static_cast<float>(source.tally.latency.quantile(500).seconds() * 1000));
    }
    return out;
}

// The fullest of the hosts looked at so far, and whether another is fuller.
void put_fullest(float& fullest, std::uint32_t& of, std::uint32_t host, std::int64_t used, std::int64_t whole) {
    if (whole <= 0) return;
    const auto share = static_cast<float>(std::clamp(static_cast<double>(used) / static_cast<double>(whole), 0.0, 1.0));
    if (share <= fullest) return;
    fullest = share;
    of = host;
}

// What hosts have in use, as each has of its own at this instant. One that is off has nothing in use.
void put_fullest_hosts(MetricsSample& sample, const model::World& world) {
    for (std::uint32_t id = 1; id <= world.hosts.size(); ++id) {
        const model::Host& host = world.hosts[id - 1];
        if (!host.up) continue;
        put_fullest(sample.memory, sample.memory_host, id, host.memory_used_bytes, host.spec.memory_bytes);
        const std::int64_t computes = model::processor_use(world, model::HostId{id});
        put_fullest(sample.processor, sample.processor_host, id, computes, host.spec.cpu_millicores);
        put_fullest(sample.disk, sample.disk_host, id, host.disk_used_bytes + host.disk_filled_bytes, host.spec.disk_bytes);
    }
}

float rate(std::uint64_t now, std::uint64_t before, Duration length) { return static_cast<float>(static_cast<double>(now - std::min(now, before)) / length.seconds()); }

}  // namespace

void MetricsFollower::follow(const Session& session, const view::LaneFollower& lanes) {
    const Time now = session.now();
    if (now < next()) return;
    const model::World& world = session.world();
    histories_.follow(world, fact_catalogue());
    const TrafficTotals traffic = traffic_totals(world);
    const view::LaneFollower::Totals containers = lanes.totals();
    MetricsSample sample;
    if (containers.wanted > 0) sample.available = static_cast<float>(static_cast<double>(containers.running) / static_cast<double>(containers.wanted));
    sample.answered = rate(traffic.answered, answered_, now - shown_);
    sample.failed = rate(traffic.failed, failed_, now - shown_);
    sample.latency = traffic.latency;
    put_fullest_hosts(sample, world);
    sample.restarts = histories_.of_all().restarts;
    while (next() <= now) {
        samples_.push_back(sample);
        thin();
    }
    shown_ = now;
    answered_ = traffic.answered;
    failed_ = traffic.failed;
}

void MetricsFollower::forget_after(Time time) {
    const auto kept = static_cast<std::size_t>(std::max<std::int64_t>(0, time.nanoseconds / step_.nanoseconds));
    if (kept < samples_.size()) samples_.resize(kept);
    histories_ = {};
    if (shown_ <= time) return;
    // What had been counted by then follows from the rates.
    shown_ = last();
    double answered = 0;
    double failed = 0;
    for (const MetricsSample& sample : samples_) {
        answered += static_cast<double>(sample.answered) * step_.seconds();
        failed += static_cast<double>(sample.failed) * step_.seconds();
    }
    answered_ = static_cast<std::uint64_t>(answered + 0.5);
    failed_ = static_cast<std::uint64_t>(failed + 0.5);
}

void MetricsFollower::thin() {
    // At an even number, so that each has its other: none is dropped, and none stands for a time that was not measured.
    static_assert(kMostSamples % 2 == 0);
    if (samples_.size() < kMostSamples) return;
    // Of two the later stands where both of them end; rates are of both.
    for (std::size_t i = 0; i + 1 < samples_.size(); i += 2) {
        MetricsSample both = samples_[i + 1];
        both.answered = (samples_[i].answered + both.answered) / 2;
        both.failed = (samples_[i].failed + both.failed) / 2;
        samples_[i / 2] = both;
    }
    samples_.resize(samples_.size() / 2);
    step_ = step_ * 2;
}

}  // namespace podium::lab
