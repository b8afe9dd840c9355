// The measures of a run, and the tables of them over the runs of a sweep.

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "sim/lab/sweep.hpp"

namespace podium::lab {
namespace {

constexpr std::array kMeasures = {
    MeasureSpec{Measure::Availability,
                "availability",
                "availability_percent",
                "%",
                true,
                false,
                "The share of the time since a service's first start in which at least one of its "
                "containers ran, of all services together. Once a service has done its work (its "
                "last container ended by itself, with status 0, and stays down) its time no longer "
                "counts. Whether it answered is not asked: lost requests say that. Tables cut it to hundredths: "
                "100 is all of the time, 0 none of it.",
                "no service was ever started"},
    MeasureSpec{Measure::Restarts,
                "restarts",
                "restarts",
                "",
                true,
                false,
                "Starts by the restart policy, in a swarm those in place of a task that ended or whose "
                "node is down or gone; not those that were asked for (a drain's are), nor those the "
                "engine makes when it starts itself.",
                "there is no service"},
    MeasureSpec{Measure::Moves,
                "moves",
                "moves",
                "",
                true,
                true,
                "Starts of a swarm's task on another node than the last task of its slot, for "
                "whatever reason: a lost node, a drain, an update.",
                "there is no service"},
    MeasureSpec{Measure::Outages,
                "outages",
                "outages",
                "",
                true,
                false,
                "How often a service's last running container ended: by a crash, with its host, or "
                "because somebody stopped or removed it.",
                "no service was ever started"},
    MeasureSpec{Measure::OpenOutages,
                "open outages",
                "open_outages",
                "",
                true,
                false,
                "Outages that went on at the run's end.",
                "no service was ever started"},
    MeasureSpec{Measure::RecoveryTime,
                "recovery time",
                "recovery_seconds",
                "s",
                true,
                false,
                "From the end of a service's last running container until one runs again, the mean "
                "of a run's outages. One that was not over at the run's end counts up to there: it "
                "would have taken longer, so that the mean is then a lower bound.",
                "no run had an outage"},
    MeasureSpec{Measure::LostData,
                "lost data",
                "lost_data_bytes",
                "B",
                false,
                false,
                "Bytes in the files that containers had written and that went with a removed "
                "container's own layer or with a removed volume, and those in volumes without a "
                "name that no container has any more at the run's end (they are still on the disk, "
                "but nothing leads there). In a swarm also those that a slot's task no longer finds: in "
                "volumes on a node that it has left, and what belonged to a task that is over. What programs deleted themselves, what they held in "
                "memory or in a tmpfs, and what could not be written to a full disk is not in it.",
                "there is none"},
    MeasureSpec{Measure::LostRequests,
                "lost requests",
                "lost_requests",
                "",
                false,
                false,
                "Requests of all sources of traffic that failed, after their retries: refused, "
                "reset, not answered in time, or answered with a status from 400 on.",
                "no traffic was sent"},
    MeasureSpec{Measure::HostsUsed,
                "hosts used",
                "hosts_used",
                "",
                false,
                true,
                "Packing: how many hosts ran a task of a swarm, on the average over the time since "
                "the first one ran.",
                "no task of a swarm ran"},
    MeasureSpec{Measure::Utilisation,
                "utilisation",
                "utilisation_percent",
                "%",
                false,
                true,
                "Packing: how much of such a host its tasks had reserved, of its processors or of "
                "its memory, whichever is more; on the average over these hosts and that time. What "
                "reserves nothing takes nothing here.",
                "no task of a swarm ran"},
    MeasureSpec{Measure::PendingTime,
                "pending time",
                "pending_seconds",
                "s",
                false,
                true,
                "From the making of a swarm's task until it is given a node, the mean of a run's "
                "tasks. One without a node at the run's end counts up to there.",
                "no task of a swarm was made"}};

// The sums of one service, or of all.
struct Sums {
    bool any = false;
    bool started = false;
    std::int64_t up = 0;  // ns
    std::int64_t out = 0;
    std::int64_t restarts = 0;
    std::int64_t moves = 0;
    std::int64_t outages = 0;
    std::int64_t open = 0;
};

Sums sums_of(std::span<const view::ServiceSummary> services) {
    Sums out;
    for (const view::ServiceSummary& summary : services) {
        out.any = true;
        out.started = out.started || summary.ever_started;
        out.up += summary.up.nanoseconds;
        out.restarts += summary.restarts;
        out.moves += summary.moves;
        for (const view::Outage& outage : summary.outages) {
            out.out += outage.length.nanoseconds;
            ++out.outages;
            if (!outage.over) ++out.open;
        }
    }
    return out;
}

std::optional<double> number_if(bool there, std::int64_t number) {
    return there ? std::optional(static_cast<double>(number)) : std::nullopt;
}

// One of the measures of services; of another none.
std::optional<double> measured_of_services(std::span<const view::ServiceSummary> services, Measure measure) {
    const Sums sums = sums_of(services);
    switch (measure) {
        case Measure::Availability:
            if (!sums.started) return {};
            if (sums.up + sums.out == 0) return 100;  // it started as the run ended
            return 100 * static_cast<double>(sums.up) / static_cast<double>(sums.up + sums.out);
        case Measure::Restarts:
            return number_if(sums.any, sums.restarts);
        case Measure::Moves:
            return number_if(sums.any, sums.moves);
        case Measure::Outages:
            return number_if(sums.started, sums.outages);
        case Measure::OpenOutages:
            return number_if(sums.started, sums.open);
        case Measure::RecoveryTime:
            if (sums.outages == 0) return {};
            return static_cast<double>(sums.out) / 1e9 / static_cast<double>(sums.outages);
        case Measure::LostData:
        case Measure::LostRequests:
        case Measure::HostsUsed:
        case Measure::Utilisation:
        case Measure::PendingTime:
            break;
    }
    return {};
}

std::optional<double> measured_of(const view::RunOutcome& outcome, Measure measure, const model::ServiceIdentity& service) {
    const auto found = std::find_if(outcome.services.begin(), outcome.services.end(), [&service](const view::ServiceSummary& one) { return one.identity() == service; });
    return found == outcome.services.end() ? std::nullopt : measured(*found, measure);
}

// Without a service of all together.
OutcomeTable table_of(const Sweep& sweep,
                      std::span<const SweepRun> runs,
                      const MeasureSpec& measure,
                      const model::ServiceIdentity* service = nullptr) {
    std::vector<std::optional<double>> values;
    values.reserve(runs.size());
    for (const SweepRun& run : runs)
        values.push_back(service == nullptr ? measured(run.outcome, measure.measure) : measured_of(run.outcome, measure.measure, *service));
    const auto of_variant = [&](std::size_t variant) {
        return std::span(values).subspan(variant * sweep.seeds, sweep.seeds);
    };
    OutcomeTable out{&measure, {}, {}};
    for (std::size_t variant = 0; variant < sweep.variants.size(); ++variant) {
        OutcomeRow row;
        row.variant = variant;
        std::vector<double> there;
        for (const std::optional<double>& value : of_variant(variant)) {
            if (value) there.push_back(*value);
        }
        row.values = distribution_of(std::move(there));
        if (variant > 0)
            row.difference =
                distribution_of(paired_differences(of_variant(variant), of_variant(0)));
        out.rows.push_back(std::move(row));
    }
    return out;
}

}  // namespace

std::span<const MeasureSpec> measures() {
    return kMeasures;
}

std::optional<double> measured(const view::ServiceSummary& service, Measure measure) {
    return measured_of_services({&service, 1}, measure);
}

std::optional<double> measured(const view::RunOutcome& outcome, Measure measure) {
    const view::PlacementSummary& placement = outcome.placement;
    switch (measure) {
        case Measure::Availability:
        case Measure::Restarts:
        case Measure::Moves:
        case Measure::Outages:
        case Measure::OpenOutages:
        case Measure::RecoveryTime:
            return measured_of_services(outcome.services, measure);
        case Measure::LostData:
            return static_cast<double>(outcome.lost_bytes());
        case Measure::LostRequests:
            return number_if(outcome.traffic, static_cast<std::int64_t>(outcome.requests_lost));
        case Measure::HostsUsed:
            if (placement.time.nanoseconds == 0) return {};
            return placement.used.seconds() / placement.time.seconds();
        case Measure::Utilisation:
            if (placement.used.nanoseconds == 0) return {};
            return 100 * placement.reserved_seconds / placement.used.seconds();
        case Measure::PendingTime:
            if (placement.tasks == 0) return {};
            return placement.waited.seconds() / static_cast<double>(placement.tasks);
    }
    return {};
}

view::ServiceNames services_of(std::span<const SweepRun> runs) {
    std::set<model::ServiceIdentity> all;
    for (const SweepRun& run : runs) {
        for (const view::ServiceSummary& summary : run.outcome.services) all.insert(summary.identity());
    }
    return view::ServiceNames(std::move(all));
}

bool any_swarm(std::span<const SweepRun> runs) {
    return std::any_of(runs.begin(), runs.end(), [](const SweepRun& run) {
        return run.outcome.placement.tasks > 0;
    });
}

bool OutcomeTable::any() const {
    return std::any_of(
        rows.begin(), rows.end(), [](const OutcomeRow& row) { return row.values.has_value(); });
}

std::vector<OutcomeTable> tabulate(const Sweep& sweep,
                                   std::span<const SweepRun> runs,
                                   bool services) {
    PODIUM_ASSERT(runs.size() == sweep.runs(), "a table needs all runs of its sweep");
    std::vector<OutcomeTable> out;
    const view::ServiceNames names = services ? services_of(runs) : view::ServiceNames{};
    const bool swarm = any_swarm(runs);
    for (const MeasureSpec& measure : kMeasures) {
        if (measure.of_swarm && !swarm) continue;
        out.push_back(table_of(sweep, runs, measure));
        if (!measure.of_service) continue;
        for (const model::ServiceIdentity& service : names.all()) {
            out.push_back(table_of(sweep, runs, measure, &service));
            out.back().service = names.of(service);
        }
    }
    return out;
}

}  // namespace podium::lab
