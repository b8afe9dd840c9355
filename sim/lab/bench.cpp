#include "sim/lab/bench.hpp"

#include <algorithm>
#include <queue>
#include <vector>

#include <fmt/format.h>

#include "sim/model/container.hpp"
#include "sim/model/engine.hpp"

namespace podium::lab {
namespace {

constexpr Duration kMeanLife = seconds(100);

struct Measured {
    double events_per_second = 0;
    std::int64_t world_bytes = 0;
    std::size_t journal_bytes = 0;
    std::uint64_t facts = 0;
};

std::shared_ptr<const model::ContainerSpec> crasher() {
    auto spec = std::make_shared<model::ContainerSpec>();
    spec->image = "podium/crasher";
    spec->network_mode = "none";
    spec->restart.kind = model::RestartPolicyKind::Always;
    spec->bulk_lifetime = kMeanLife;
    return spec;
}

Measured churn(const ChurnWish& wish, const BenchGauges& gauges) {
    Measured out;
    const std::int64_t before = gauges.resident_bytes();
    model::World world(wish.seed);
    model::HostSpec host;
    host.cpu_millicores = 64'000;
    model::add_host(world, std::move(host));
    model::create_bulk_containers(world, model::HostId{1}, crasher(), "c", wish.containers);
    const std::size_t journal_at_start = world.kernel.journal().memory_bytes();
    out.world_bytes = gauges.resident_bytes() - before - static_cast<std::int64_t>(journal_at_start);
    const std::uint64_t facts_before = world.kernel.journal().size();
    const double begun = gauges.seconds();
    for (std::uint64_t i = 0; i < wish.events; ++i) model::handle_model_event(world, world.kernel.take_next());
    out.events_per_second = static_cast<double>(wish.events) / (gauges.seconds() - begun);
    out.facts = world.kernel.journal().size() - facts_before;
    out.journal_bytes = world.kernel.journal().memory_bytes() - journal_at_start;
    return out;
}

// The plainest program: what happens to whom, when; nothing is remembered but what the rule needs.
double baseline(const ChurnWish& wish, const BenchGauges& gauges) {
    struct Row {
        Duration backoff{};
        Time started{};
        std::uint32_t runs = 0;
        bool running = false;
    };
    using Entry = std::pair<std::int64_t, std::uint32_t>;
    std::vector<Row> rows(wish.containers);
    std::priority_queue<Entry, std::vector<Entry>, std::greater<>> queue;
    const auto life = [&wish](std::uint32_t index, std::uint32_t run) {
        return RandomStream(wish.seed, "lifetime", static_cast<std::uint64_t>(index + 1) << 32 | run).exponential(kMeanLife);
    };
    for (std::uint32_t i = 0; i < wish.containers; ++i) {
        rows[i].running = true;
        rows[i].runs = 1;
        queue.emplace(life(i, 1).nanoseconds, i);
    }
    const double begun = gauges.seconds();
    for (std::uint64_t n = 0; n < wish.events; ++n) {
        const auto [now, index] = queue.top();
        queue.pop();
        Row& row = rows[index];
        if (row.running) {
            const Duration ran = Time{now} - row.started;
            row.backoff = ran >= seconds(10) ? Duration{} : row.backoff;
            row.backoff = row.backoff == Duration{} ? milliseconds(100) : std::min(row.backoff * 2, minutes(1));
            row.running = false;
            queue.emplace(now + row.backoff.nanoseconds + model::kContainerStart.nanoseconds, index);
        } else {
            row.running = true;
            row.started = Time{now};
            queue.emplace(now + life(index, ++row.runs).nanoseconds, index);
        }
    }
    return static_cast<double>(wish.events) / (gauges.seconds() - begun);
}

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

}  // namespace

std::string run_churn(const ChurnWish& wish, const BenchGauges& gauges) {
    std::vector<double> ours;
    std::vector<double> plain;
    std::vector<double> ratios;
    Measured first;
    for (int round = 0; round < wish.rounds; ++round) {
        const Measured measured = churn(wish, gauges);
        if (round == 0) first = measured;
        ours.push_back(measured.events_per_second);
        plain.push_back(baseline(wish, gauges));
        ratios.push_back(ours.back() / plain.back());
    }
    return fmt::format(
        "{{\"benchmark\":\"churn\",\"containers\":{},\"events\":{},\"rounds\":{},\"events_per_second\":{:.0f},\"baseline_events_per_second\":{:.0f},\"ratio\":{:.3f},\"bytes_per_container\":{:.1f},"
        "\"journal_bytes_per_fact\":{:.1f},\"peak_memory_bytes\":{}}}\n",
        wish.containers, wish.events, wish.rounds, median(ours), median(plain), median(ratios), static_cast<double>(first.world_bytes) / std::max<std::uint32_t>(1, wish.containers),
        static_cast<double>(first.journal_bytes) / static_cast<double>(std::max<std::uint64_t>(1, first.facts)), gauges.peak_bytes());
}

}  // namespace podium::lab
