#include "sim/lab/export_csv.hpp"

#include <array>
#include <fmt/format.h>
#include <map>
#include <optional>

#include "sim/base/csv.hpp"
#include "sim/base/printable.hpp"
#include "sim/base/share.hpp"
#include "sim/lab/export.hpp"
#include "sim/lab/export_lanes.hpp"
#include "sim/model/container.hpp"
#include "sim/model/restore.hpp"
#include "sim/model/targets.hpp"
#include "sim/view/describe.hpp"
#include "sim/view/query.hpp"
#include "sim/view/run_end.hpp"
#include "sim/view/sentences.hpp"
#include "sim/view/summary.hpp"
#include "sim/view/traffic.hpp"

namespace podium::lab {
namespace {

using Cells = std::vector<std::string>;

std::string csv_seconds(std::int64_t nanoseconds) {
    std::string out = format_seconds(nanoseconds, 9);
    out.erase(out.find_last_not_of('0') + 1);
    if (out.back() == '.') out.pop_back();
    return out;
}

std::string csv_seconds(Time time) { return csv_seconds(time.nanoseconds); }
std::string csv_seconds(Duration duration) { return csv_seconds(duration.nanoseconds); }
std::string csv_seconds(const std::optional<Time>& time) { return time ? csv_seconds(*time) : std::string(); }

template <class Number>
std::string csv_number(Number number) {
    return fmt::format("{}", number);
}

std::string csv_flag(bool flag) { return flag ? "true" : "false"; }

// Hundredths of a per cent as a per cent; none: below 0.
std::string csv_share(int hundredths) {
    return hundredths < 0 ? std::string() : cut_share_text(hundredths);
}

CsvTable facts_table(const Session& session) {
    static constexpr std::array<std::string_view, 5> kTones = {"plain", "good", "bad", "warning", "quiet"};
    CsvTable out{"facts.csv", csv_line(Cells{"fact", "time_s", "kind", "host", "service", "container", "object", "who", "what", "why", "tone", "detail", "cause", "fields"})};
    const view::ServiceNames names = view::ServiceNames::of_run(session.world());
    session.journal().for_each(session.journal().first(), [&](const Fact& fact) {
        const ToldFact told = tell_fact(session, names, fact);
        const view::FactInfo info = view::fact_info(session.world(), fact_catalogue(), fact);
        const bool of_container = fact.subject.type() == SubjectType::Container;
        out.text += csv_line(Cells{csv_number(fact.id.value),
                                   csv_seconds(fact.time),
                                   std::string(told.kind),
                                   printable(info.host),
                                   printable(names.of({info.service, info.project})),
                                   printable(of_container ? names.label(session.world(), model::ContainerId{fact.subject.id()}) : info.container),
                                   printable(info.object),
                                   told.who,
                                   told.what,
                                   told.why,
                                   std::string(kTones[static_cast<std::size_t>(told.tone)]),
                                   csv_flag(told.detail),
                                   fact.cause ? csv_number(fact.cause.value) : std::string(),
                                   view::fact_row(session.world(), fact_catalogue(), fact)});
    });
    return out;
}

CsvTable services_table(const std::vector<view::ServiceSummary>& services) {
    CsvTable out{"services.csv",
                 csv_line(Cells{"service", "containers", "starts", "restarts", "moves", "up_s", "down_s", "availability_percent", "outages", "last_exit", "at_the_end"})};
    for (const view::ServiceSummary& service : services) {
        out.text += csv_line(Cells{printable(service.called()),
                                   csv_number(service.containers),
                                   csv_number(service.starts),
                                   csv_number(service.restarts),
                                   csv_number(service.moves),
                                   csv_seconds(service.up),
                                   csv_seconds(service.down),
                                   csv_share(service.availability()),
                                   csv_number(service.outages.size()),
                                   service.exited ? csv_number(service.last_exit) : std::string(),
                                   service.at_the_end()});
    }
    return out;
}

CsvTable outages_table(const std::vector<view::ServiceSummary>& services) {
    CsvTable out{"outages.csv", csv_line(Cells{"service", "begin_s", "length_s", "over"})};
    for (const view::ServiceSummary& service : services) {
        for (const view::Outage& outage : service.outages)
            out.text += csv_line(Cells{printable(service.called()), csv_seconds(outage.begin), csv_seconds(outage.length), csv_flag(outage.over)});
    }
    return out;
}

// What the facts say of one container.
struct ContainerRow {
    std::optional<Time> created;
    std::optional<Time> started;
    std::optional<Time> last_ended;
    std::optional<Time> removed;
    std::uint64_t starts = 0;
    std::uint64_t restarts = 0;
    std::uint64_t ends = 0;
    std::string last_exit;
};

std::map<std::uint32_t, ContainerRow> container_rows(const Session& session) {
    const view::FactReader reader(session.world(), fact_catalogue());
    std::map<std::uint32_t, ContainerRow> out;
    session.journal().for_each(session.journal().first(), [&](const Fact& fact) {
        if (fact.subject.type() != SubjectType::Container) return;
        ContainerRow& row = out[fact.subject.id()];
        switch (fact.kind) {
            case model::kFactContainerCreate: row.created = fact.time; break;
            case model::kFactContainerStart:
                ++row.starts;
                if (!row.started) row.started = fact.time;
                if (static_cast<model::StartReason>(reader.number(fact, "reason")) == model::StartReason::RestartPolicy) ++row.restarts;
                break;
            case model::kFactContainerDie:
            case model::kFactContainerFoundDead:
                ++row.ends;
                row.last_ended = fact.time;
                row.last_exit = csv_number(reader.number(fact, "exit"));
                break;
            case model::kFactContainerDestroy: row.removed = fact.time; break;
            default: break;
        }
    });
    return out;
}

// As its engine has it, but for what the engine can't know.
std::string container_at_the_end(const model::World& world, model::ContainerId id) {
    const model::Container& container = world.container(id);
    const bool runs = container.state == model::ContainerState::Running || container.state == model::ContainerState::Paused;
    const bool lost = runs && (container.detail || container.outline) && !container.process_alive;
    if (lost) return view::ended_unseen(world, id) ? "ended, not noticed yet" : "lost with its host";
    if (runs && !world.host(container.host).up) return "lost with its host";
    return std::string(model::container_state_name(container.state));
}

CsvTable containers_table(const Session& session) {
    const model::World& world = session.world();
    const view::ServiceNames names = view::ServiceNames::of_run(world);
    CsvTable out{"containers.csv",
                 csv_line(Cells{"container", "id", "service", "label", "host", "image", "created_s", "first_started_s", "last_ended_s", "removed_s", "starts", "restarts", "ends", "last_exit", "at_the_end"})};
    for (const auto& [number, row] : container_rows(session)) {
        const model::ContainerId id{number};
        const model::Container& container = world.container(id);
        out.text += csv_line(Cells{printable(world.name_of(id)),
                                   model::container_id_text(world, id),
                                   printable(names.of({model::service_of(world, id), model::project_of(world, id)})),
                                   printable(names.label(world, id)),
                                   printable(world.host(container.host).spec.name),
                                   printable(world.spec(container).image),
                                   csv_seconds(row.created),
                                   csv_seconds(row.started),
                                   csv_seconds(row.last_ended),
                                   csv_seconds(row.removed),
                                   csv_number(row.starts),
                                   csv_number(row.restarts),
                                   csv_number(row.ends),
                                   row.last_exit,
                                   row.removed ? "removed" : container_at_the_end(world, id)});
    }
    return out;
}

CsvTable hosts_table(const Session& session, const Lanes& lanes) {
    const model::World& world = session.world();
    CsvTable out{"hosts.csv",
                 csv_line(Cells{"host", "zone", "cpu_millicores", "memory_bytes", "disk_bytes", "answers_s", "engine_away_s", "down_s", "times_down", "disk_used_bytes", "memory_used_bytes", "at_the_end"})};
    for (std::size_t i = 0; i < world.hosts.size(); ++i) {
        const model::Host& host = world.hosts[i];
        Duration up{};
        Duration away{};
        Duration down{};
        std::uint64_t times = 0;
        for (const Lane& lane : lanes.all) {
            if (lane.kind != LaneKind::Host || lane.name != host.spec.name) continue;
            for (const LaneSpan& span : lane.spans) {
                Duration& sum = span.state == LaneState::Up ? up : span.state == LaneState::HostDown ? down : away;
                sum = sum + (span.end - span.begin);
                if (span.state == LaneState::HostDown) ++times;
            }
        }
        const view::HostStateView state = view::host_state(world, host.spec.name);
        const std::vector<HostSetUp>& set_up = session.set_up().hosts;
        out.text += csv_line(Cells{printable(host.spec.name),
                                   i < set_up.size() ? printable(set_up[i].zone) : std::string(),
                                   csv_number(host.spec.cpu_millicores),
                                   csv_number(host.spec.memory_bytes),
                                   csv_number(host.spec.disk_bytes),
                                   csv_seconds(up),
                                   csv_seconds(away),
                                   csv_seconds(down),
                                   csv_number(times),
                                   csv_number(state.disk_used_bytes),
                                   csv_number(state.memory_used_bytes),
                                   state.up ? "engine " + state.engine : "down"});
    }
    return out;
}

CsvTable traffic_table(const model::World& world) {
    CsvTable out{"traffic.csv",
                 csv_line(Cells{"traffic", "target", "sent", "answered", "failed", "in_flight", "retries", "availability_percent", "median_s", "p95_s", "p99_s", "longest_s", "longest_outage_s", "outages", "failures", "sending_at_the_end"})};
    for (const view::TrafficSummary& source : view::summarise_traffic(world)) {
        // Of no answer there is no latency.
        const auto latency = [&source](Duration duration) { return source.answered == 0 ? std::string() : csv_seconds(duration); };
        std::string failures;
        for (const auto& [reason, count] : source.failures) failures += fmt::format("{}{} {}", failures.empty() ? "" : "; ", count, reason);
        out.text += csv_line(Cells{printable(source.name),
                                   printable(source.target),
                                   csv_number(source.sent),
                                   csv_number(source.answered),
                                   csv_number(source.failed),
                                   csv_number(source.in_flight),
                                   csv_number(source.retries),
                                   csv_share(source.availability),
                                   latency(source.median),
                                   latency(source.p95),
                                   latency(source.p99),
                                   latency(source.longest),
                                   csv_seconds(source.longest_outage),
                                   csv_number(source.outages),
                                   failures,
                                   csv_flag(source.sending)});
    }
    return out;
}

}  // namespace

const std::vector<std::string>& csv_table_names() {
    static const std::vector<std::string> kNames = {"facts.csv", "services.csv", "containers.csv", "hosts.csv", "traffic.csv", "outages.csv"};
    return kNames;
}

std::vector<CsvTable> export_csv(const Session& session) {
    const std::vector<view::ServiceSummary> services = view::summarise(session.world(), fact_catalogue(), session.now());
    return {facts_table(session),     services_table(services),          containers_table(session), hosts_table(session, make_lanes(session)),
            traffic_table(session.world()), outages_table(services)};
}

}  // namespace podium::lab
