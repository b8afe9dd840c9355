#include "sim/view/summary.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "sim/base/share.hpp"
#include "sim/model/facts.hpp"
#include "sim/model/restore.hpp"
#include "sim/model/targets.hpp"
#include "sim/orch/swarm/facts.hpp"
#include "sim/view/names.hpp"
#include "sim/view/summary_reader.hpp"

namespace podium::view {
namespace {

// Whether an engine that starts starts it again, although it ended well (moby ShouldRestart, by a new manager).
bool engine_restarts(const model::Container& c) {
    return c.policy == model::RestartPolicyKind::Always || (c.policy == model::RestartPolicyKind::UnlessStopped && !c.manually_stopped);
}

// It ended well and stays down.
bool is_done(const model::Container& c) {
    return c.state == model::ContainerState::Exited && c.exit_code == 0 && !c.manually_stopped;
}

bool is_one_off(const model::World& world, model::ContainerId id) {
    const auto& labels = world.spec(world.container(id)).labels;
    const auto found = labels.find("com.docker.compose.oneoff");
    return found != labels.end() && found->second == "True";
}

// A container that does not run at the end. A task's successor stands for it.
void count_missing(const model::World& world, model::ContainerId id, ServiceSummary& summary, bool done) {
    const model::Container& c = world.container(id);
    const bool gone = c.state == model::ContainerState::Removed || c.state == model::ContainerState::Removing;
    if (gone || done || !c.detail || is_of_task(world, id) || is_one_off(world, id)) return;
    ++summary.missing;
    summary.restarting |= c.state == model::ContainerState::Restarting;
}

// Why a container that runs may answer nobody.
std::string trouble_of(const model::World& world, model::ContainerId id) {
    const model::Container& c = world.container(id);
    if (c.state == model::ContainerState::Paused) return "paused";
    if (world.host(c.host).frozen) return "its host frozen";
    if (!c.detail) return {};
    const model::Process* main = world.processes.find(c.detail->main);
    if (main != nullptr && (main->stopped || main->hung)) return "hung";
    return c.detail->health.status == model::HealthStatus::Unhealthy ? "unhealthy" : "";
}

}  // namespace

void SummaryReader::read(const model::World& world, const FactCatalogue& facts, const Fact& fact) {
    const FactReader reader(world, facts);
    const Slots::Start of_slot = slots_.follow(world, facts, fact);
    if (fact.kind == model::kFactHostDown) host_down(world, model::HostId{fact.subject.id()}, fact.time);
    if (fact.kind == swarm::kFactTaskRestart) restarted_by_swarm(reader.text(fact, "task"));
    if (fact.kind == swarm::kFactTaskCreated) done_in_slot_.erase(reader.text(fact, "task"));
    if (fact.kind != model::kFactContainerCreate && !RunFollower::wants(fact.kind)) return;
    const model::ContainerId id{fact.subject.id()};
    const model::Container& container = world.container(id);
    if (model::is_of_build(container)) return;
    Run& run = runs_[id];
    const std::optional<RunEnd> end = run.follower.follow(world, reader, fact);
    if (fact.kind == model::kFactContainerCreate) {
        ++tallies_[model::counted_as(world, id)].summary.containers;
    } else if (fact.kind == model::kFactContainerStart) {
        started(tallies_[model::counted_as(world, id)], run, fact, static_cast<model::StartReason>(reader.number(fact, "reason")), of_slot);
    } else if (end) {
        died(world, reader, id, run, fact, *end);
    }
}

// With what the world knows of the end.
SummaryReader::Tallies SummaryReader::settled(const model::World& world, Time end) const {
    Tallies tallies = tallies_;
    for (const auto& [id, run] : runs_) {
        const model::Container& c = world.container(id);
        Tally& tally = tallies[model::counted_as(world, id)];
        std::vector<Span>& up = tally.up;
        // It ended while its engine was away or stood still, and nobody has told yet.
        const std::optional<Time> ended = ended_unseen(world, id);
        const bool unseen = (run.open || run.lost) && ended && *ended > run.begin && *ended <= end;
        const bool work_done = unseen && run.follower.unseen(world, id) == RunEnd::Done && !engine_restarts(c) && !is_replaced(world, id);
        if (run.lost && unseen && *ended <= up[run.span].end) up[run.span] = {run.begin, *ended, work_done};
        // Its engine has found it, and is about to start it again.
        if (run.late && engine_restarts(c) && world.host(c.host).engine.state == model::EngineState::Starting) up[run.span].work_done = false;
        if (!run.open || unseen) count_missing(world, id, tally.summary, work_done || is_done(c));
        if (!run.open) continue;
        up.push_back({run.begin, unseen ? *ended : end, work_done});
        if (unseen) continue;
        tally.summary.running_at_end = true;
        ++tally.summary.running;
        if (tally.summary.trouble.empty()) tally.summary.trouble = trouble_of(world, id);
    }
    return tallies;
}

std::vector<ServiceSummary> SummaryReader::finish(const model::World& world, Time end) const {
    Tallies tallies = settled(world, end);
    std::set<model::ServiceIdentity> all;
    for (const auto& [service, tally] : tallies) all.insert(service);
    const ServiceNames names(std::move(all));
    std::vector<ServiceSummary> out;
    for (auto& [service, tally] : tallies) {
        ServiceSummary& summary = tally.summary;
        summary.service = service.name;
        summary.project = service.project;
        summary.shares_name = names.is_shared(service.name);
        follow(std::move(tally.up), end, summary);
        out.push_back(std::move(summary));
    }
    return out;
}

int SummaryReader::availability(const model::World& world, Time end, const std::set<model::ServiceIdentity>& of) const {
    ServiceSummary together;
    std::vector<Span> up;
    for (const auto& [service, tally] : settled(world, end)) {
        if (!of.contains(service)) continue;
        together.ever_started = together.ever_started || tally.summary.ever_started;
        up.insert(up.end(), tally.up.begin(), tally.up.end());
    }
    follow(std::move(up), end, together);
    return together.availability();
}

void SummaryReader::started(Tally& tally, Run& run, const Fact& fact, model::StartReason reason, Slots::Start of_slot) {
    ++tally.summary.starts;
    if (of_slot.restart || reason == model::StartReason::RestartPolicy) ++tally.summary.restarts;
    if (of_slot.move) ++tally.summary.moves;
    tally.summary.ever_started = true;
    // It had ended well, but its policy wanted it back, as soon as its engine was.
    if (run.late && reason == model::StartReason::EngineStart) tally.up[run.span].work_done = false;
    run = {true, false, false, fact.time, 0, run.follower};
}

// An engine that was away or frozen tells late; how long the run was says when it ended.
void SummaryReader::died(const model::World& world, const FactReader& reader, model::ContainerId id, Run& run, const Fact& fact, RunEnd end) {
    if (!run.open && !run.lost) return;  // a container in back-off that its engine settled
    const model::ServiceIdentity service = model::counted_as(world, id);
    Tally& tally = tallies_[service];
    tally.summary.exited = true;
    tally.summary.last_exit = static_cast<int>(reader.number(fact, "exit"));
    Span span{run.begin, std::min(fact.time, run.begin + Duration{reader.number(fact, "ran")}), end == RunEnd::Done && !is_replaced(world, id)};
    if (run.open) {
        run.span = tally.up.size();
        tally.up.push_back(span);
    } else {  // its program may have ended before its host did, while the engine stood still
        span.end = std::min(span.end, tally.up[run.span].end);
        tally.up[run.span] = span;
    }
    run.open = false;
    run.lost = false;
    run.late = fact.kind == model::kFactContainerFoundDead;
    if (span.work_done && is_of_task(world, id)) done_in_slot_[slot_of(world, id)] = {service, run.span};
}

// Its slot has another task already, or waits for one: its node was taken for down before anybody heard of its end.
bool SummaryReader::is_replaced(const model::World& world, model::ContainerId id) const {
    if (!is_of_task(world, id)) return false;
    const auto slot = slots_.all().find(slot_of(world, id));
    return slot != slots_.all().end() && (slot->second.newest != id || slot->second.restarting);
}

// The task that ended well last in a slot has a successor: its end was none that the swarm wanted.
void SummaryReader::restarted_by_swarm(const std::string& slot) {
    const auto found = done_in_slot_.find(slot);
    if (found == done_in_slot_.end()) return;
    tallies_[found->second.first].up[found->second.second].work_done = false;
    done_in_slot_.erase(found);
}

void SummaryReader::host_down(const model::World& world, model::HostId host, Time time) {
    for (auto& [id, run] : runs_) {
        if (!run.open || world.container(id).host != host) continue;
        std::vector<Span>& up = tallies_[model::counted_as(world, id)].up;
        up.push_back({run.begin, time});
        run = {false, true, false, run.begin, up.size() - 1, run.follower};
    }
}

// The time in which at least one of the spans goes on, and the gaps between and behind them.
void SummaryReader::follow(std::vector<Span> spans, Time end, ServiceSummary& summary) {
    if (spans.empty()) return;
    std::sort(spans.begin(), spans.end(), [](const Span& a, const Span& b) { return a.begin < b.begin; });
    Span last{spans.front().begin, spans.front().begin};  // up to where they have been followed
    const auto gap = [&](Time until, bool over) {
        if (last.end < until && !last.work_done) summary.outages.push_back({last.end, until - last.end, over});
    };
    for (const Span& span : spans) {
        gap(span.begin, true);
        if (span.end == last.end) last.work_done = last.work_done && span.work_done;
        if (span.end <= last.end) continue;
        summary.up = summary.up + (span.end - std::max(span.begin, last.end));
        last = span;
    }
    gap(end, false);
    for (const Outage& outage : summary.outages) summary.down = summary.down + outage.length;
    summary.done_at_end = last.end < end && last.work_done;
}

int ServiceSummary::availability() const {
    const std::int64_t whole = up.nanoseconds + down.nanoseconds;
    if (!ever_started) return -1;
    if (whole == 0) return 10'000;
    return cut_share(up.nanoseconds, whole);
}

std::string ServiceSummary::at_the_end() const {
    if (done_at_end) return "done";
    if (!running_at_end) return restarting ? "restarting" : "down";
    const std::string some = missing == 0 ? "running" : fmt::format("{} of {} running", running, running + missing);
    return trouble.empty() ? some : some + ", " + trouble;
}

std::vector<ServiceSummary> summarise(const model::World& world, const FactCatalogue& facts, Time end) {
    SummaryReader reader;
    world.kernel.journal().for_each(world.kernel.journal().first(), [&](const Fact& fact) { reader.read(world, facts, fact); });
    return reader.finish(world, end);
}

std::optional<Availability> availability_of(const model::World& world,
                                            const FactCatalogue& facts,
                                            Time end,
                                            const std::string& name) {
    const std::set<model::ServiceIdentity> meant = services_meant(world, name);
    if (meant.empty()) return std::nullopt;
    Availability out;
    SummaryReader reader;
    world.kernel.journal().for_each(world.kernel.journal().first(), [&](const Fact& fact) {
        reader.read(world, facts, fact);
        if (fact.kind != model::kFactContainerDie) return;
        if (meant.contains(model::counted_as(world, model::ContainerId{fact.subject.id()}))) out.deaths.push_back(fact.id);
    });
    out.share = reader.availability(world, end, meant);
    return out;
}

}  // namespace podium::view
